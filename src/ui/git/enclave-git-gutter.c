/* enclave-git-gutter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-gutter.h"

#include "enclave-git-hunk.h"

#define WIDTH 6
#define BAR_WIDTH 3
#define WEDGE_HEIGHT 3
#define DASH 4

struct _EnclaveGitGutter
{
  GtkSourceGutterRenderer parent_instance;

  GPtrArray *hunks; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (EnclaveGitGutter, enclave_git_gutter, GTK_SOURCE_TYPE_GUTTER_RENDERER)

static void
draw (EnclaveGitGutter *self, GtkSnapshot *snapshot, const char *colour_name, int left, int top, int width, int height)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA colour;

  if (!gtk_style_context_lookup_color (context, colour_name, &colour))
    gtk_style_context_get_color (context, &colour);
  gtk_snapshot_append_color (snapshot, &colour, &GRAPHENE_RECT_INIT ((float) left, (float) top, (float) width, (float) height));
}

/* The hunk of @line (from 1) by halving: they are in order. */
static const EnclaveDiffHunk *
find_hunk (GPtrArray *hunks, guint line)
{
  guint low = 0;
  guint high = hunks->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, middle);

      if (hunk->new_start + MAX (hunk->new_count, 1) <= line)
        low = middle + 1;
      else
        high = middle;
    }
  if (low < hunks->len && ((const EnclaveDiffHunk *) g_ptr_array_index (hunks, low))->new_start <= line)
    return g_ptr_array_index (hunks, low);

  return NULL;
}

static void
enclave_git_gutter_snapshot_line (GtkSourceGutterRenderer *renderer, GtkSnapshot *snapshot, GtkSourceGutterLines *lines, guint line)
{
  EnclaveGitGutter *self = ENCLAVE_GIT_GUTTER (renderer);
  const EnclaveDiffHunk *hunk = self->hunks != NULL ? find_hunk (self->hunks, line + 1) : NULL;
  int top;
  int height;

  if (hunk == NULL)
    return;
  gtk_source_gutter_lines_get_line_yrange (lines, line, GTK_SOURCE_GUTTER_RENDERER_ALIGNMENT_MODE_CELL, &top, &height);
  if (hunk->new_count == 0)
    {
      for (int i = 0; i < WEDGE_HEIGHT; i++)
        draw (self, snapshot, "error_color", 0, top + i, WIDTH - 2 * i, 1);
    }
  else if (hunk->old_count == 0)
    draw (self, snapshot, "success_color", WIDTH - BAR_WIDTH, top, BAR_WIDTH, height);
  else
    for (int at = 0; at < height; at += 2 * DASH)
      draw (self, snapshot, "accent_color", WIDTH - BAR_WIDTH, top + at, BAR_WIDTH, MIN (DASH + 1, height - at));
}

static void
enclave_git_gutter_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                            int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : 0;
  *minimum_baseline = *natural_baseline = -1;
}

static void
enclave_git_gutter_finalize (GObject *object)
{
  g_clear_pointer (&ENCLAVE_GIT_GUTTER (object)->hunks, g_ptr_array_unref);

  G_OBJECT_CLASS (enclave_git_gutter_parent_class)->finalize (object);
}

static void
enclave_git_gutter_class_init (EnclaveGitGutterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_git_gutter_finalize;
  GTK_WIDGET_CLASS (klass)->measure = enclave_git_gutter_measure;
  GTK_SOURCE_GUTTER_RENDERER_CLASS (klass)->snapshot_line = enclave_git_gutter_snapshot_line;
}

static void
enclave_git_gutter_init (EnclaveGitGutter *self)
{
}

GtkSourceGutterRenderer *
enclave_git_gutter_new (void)
{
  return g_object_new (ENCLAVE_TYPE_GIT_GUTTER, NULL);
}

void
enclave_git_gutter_set_hunks (EnclaveGitGutter *self, GPtrArray *hunks)
{
  g_return_if_fail (ENCLAVE_IS_GIT_GUTTER (self));

  g_clear_pointer (&self->hunks, g_ptr_array_unref);
  self->hunks = hunks != NULL ? g_ptr_array_ref (hunks) : NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
