/* enclave-inline-gutter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-inline-gutter.h"

#define WIDTH 16
#define BAR_WIDTH 3

typedef struct
{
  gboolean removed;
  guint n_added;
  int line_height;
  int below;
  int room;
} Mark;

struct _EnclaveInlineGutter
{
  GtkSourceGutterRenderer parent_instance;

  GHashTable *marks; /* line + 1 → Mark */
  PangoLayout *layout; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (EnclaveInlineGutter, enclave_inline_gutter, GTK_SOURCE_TYPE_GUTTER_RENDERER)

static void
draw_sign (EnclaveInlineGutter *self, GtkSnapshot *snapshot, const char *sign, const char *colour_name, int top, int height)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA colour;
  int sign_width;
  int sign_height;

  if (!gtk_style_context_lookup_color (context, colour_name, &colour))
    gtk_style_context_get_color (context, &colour);
  gtk_snapshot_append_color (snapshot, &colour,
                             &GRAPHENE_RECT_INIT (WIDTH - BAR_WIDTH, (float) top, BAR_WIDTH, (float) height));
  if (self->layout == NULL)
    self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  pango_layout_set_text (self->layout, sign, -1);
  pango_layout_get_pixel_size (self->layout, &sign_width, &sign_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (WIDTH - BAR_WIDTH - sign_width) / 2.f,
                                                          (float) top + (float) (height - sign_height) / 2.f));
  gtk_snapshot_append_layout (snapshot, self->layout, &colour);
  gtk_snapshot_restore (snapshot);
}

static void
enclave_inline_gutter_snapshot_line (GtkSourceGutterRenderer *renderer, GtkSnapshot *snapshot, GtkSourceGutterLines *lines,
                                     guint line)
{
  EnclaveInlineGutter *self = ENCLAVE_INLINE_GUTTER (renderer);
  const Mark *mark = g_hash_table_lookup (self->marks, GUINT_TO_POINTER (line + 1));
  int top;
  int height;

  if (mark == NULL)
    return;

  gtk_source_gutter_lines_get_line_yrange (lines, line, GTK_SOURCE_GUTTER_RENDERER_ALIGNMENT_MODE_CELL, &top, &height);
  if (mark->n_added > 0)
    {
      int added_top = top + height - mark->below - (int) mark->n_added * mark->line_height;

      for (guint i = 0; i < mark->n_added; i++)
        draw_sign (self, snapshot, "+", "success_color", added_top + (int) i * mark->line_height, mark->line_height);
    }
  if (mark->removed)
    draw_sign (self, snapshot, "−", "error_color", top, MAX (height - mark->room, 1));
}

static void
enclave_inline_gutter_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                               int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : 0;
  *minimum_baseline = *natural_baseline = -1;
}

static void
enclave_inline_gutter_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (enclave_inline_gutter_parent_class)->css_changed (widget, change);
  g_clear_object (&ENCLAVE_INLINE_GUTTER (widget)->layout);
}

static void
enclave_inline_gutter_finalize (GObject *object)
{
  EnclaveInlineGutter *self = ENCLAVE_INLINE_GUTTER (object);

  g_clear_object (&self->layout);
  g_hash_table_unref (self->marks);

  G_OBJECT_CLASS (enclave_inline_gutter_parent_class)->finalize (object);
}

static void
enclave_inline_gutter_class_init (EnclaveInlineGutterClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = enclave_inline_gutter_finalize;
  widget_class->measure = enclave_inline_gutter_measure;
  widget_class->css_changed = enclave_inline_gutter_css_changed;
  GTK_SOURCE_GUTTER_RENDERER_CLASS (klass)->snapshot_line = enclave_inline_gutter_snapshot_line;
}

static void
enclave_inline_gutter_init (EnclaveInlineGutter *self)
{
  self->marks = g_hash_table_new_full (NULL, NULL, NULL, g_free);
}

GtkSourceGutterRenderer *
enclave_inline_gutter_new (void)
{
  return g_object_new (ENCLAVE_TYPE_INLINE_GUTTER, NULL);
}

static Mark *
get_mark (EnclaveInlineGutter *self, guint line)
{
  Mark *mark = g_hash_table_lookup (self->marks, GUINT_TO_POINTER (line + 1));

  if (mark == NULL)
    {
      mark = g_new0 (Mark, 1);
      g_hash_table_insert (self->marks, GUINT_TO_POINTER (line + 1), mark);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));

  return mark;
}

void
enclave_inline_gutter_clear (EnclaveInlineGutter *self)
{
  g_return_if_fail (ENCLAVE_IS_INLINE_GUTTER (self));

  g_hash_table_remove_all (self->marks);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
enclave_inline_gutter_set_removed (EnclaveInlineGutter *self, guint line)
{
  g_return_if_fail (ENCLAVE_IS_INLINE_GUTTER (self));

  get_mark (self, line)->removed = TRUE;
}

void
enclave_inline_gutter_set_added (EnclaveInlineGutter *self, guint line, guint n_lines, int line_height, int below,
                                 int room)
{
  Mark *mark;

  g_return_if_fail (ENCLAVE_IS_INLINE_GUTTER (self));

  mark = get_mark (self, line);
  mark->n_added = n_lines;
  mark->line_height = line_height;
  mark->below = below;
  mark->room = room;
}
