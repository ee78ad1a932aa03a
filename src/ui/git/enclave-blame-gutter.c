/* enclave-blame-gutter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-blame-gutter.h"

#include <glib/gi18n-lib.h>

#include "enclave-git-words.h"

#define HASH_DIGITS 7
#define AUTHOR_DIGITS 12
#define DATE_DIGITS 10
#define GAP 8
#define MARGIN 6

struct _EnclaveBlameGutter
{
  GtkSourceGutterRenderer parent_instance;

  GPtrArray *lines;    /* (nullable) */
  GHashTable *dates;   /* (element-type EnclaveGitCommit utf8): of those drawn so far */
  PangoLayout *layout; /* (nullable) */
  int digit_width;
};

static guint chosen_signal;

G_DEFINE_FINAL_TYPE (EnclaveBlameGutter, enclave_blame_gutter, GTK_SOURCE_TYPE_GUTTER_RENDERER)

static EnclaveGitCommit *
get_commit (EnclaveBlameGutter *self, guint line)
{
  return self->lines != NULL && line < self->lines->len ? g_ptr_array_index (self->lines, line) : NULL;
}

/* Scrolling draws the same commits again and again. */
static const char *
get_date (EnclaveBlameGutter *self, EnclaveGitCommit *commit)
{
  const char *date = g_hash_table_lookup (self->dates, commit);

  if (date == NULL)
    {
      char *formatted = enclave_git_words_dup_date (enclave_git_commit_get_time (commit));

      g_hash_table_insert (self->dates, g_object_ref (commit), formatted);
      date = formatted;
    }

  return date;
}

static void
forget_layout (EnclaveBlameGutter *self)
{
  g_clear_object (&self->layout);
}

static PangoLayout *
get_layout (EnclaveBlameGutter *self)
{
  if (self->layout == NULL)
    {
      int width = 0;

      self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "0000000000");
      pango_layout_get_pixel_size (self->layout, &width, NULL);
      self->digit_width = MAX (1, width / 10);
      pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_single_paragraph_mode (self->layout, TRUE);
    }

  return self->layout;
}

/* Returns: where the next column begins. */
static int
draw (EnclaveBlameGutter *self, GtkSnapshot *snapshot, const char *text, int x, int y, int digits)
{
  PangoLayout *layout = get_layout (self);
  int width = digits * self->digit_width;
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &colour);
  pango_layout_set_width (layout, width * PANGO_SCALE);
  pango_layout_set_text (layout, text, -1);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, &colour);
  gtk_snapshot_restore (snapshot);

  return x + width + GAP;
}

/* A run of lines says it once: where it begins, or at its first line that is seen whole when that is out of sight. GtkSourceView draws
 * lines above the edge as well. */
static gboolean
says_it (EnclaveBlameGutter *self, GtkSourceGutterLines *lines, guint line, int y)
{
  int before;
  int height;

  if (line == 0 || get_commit (self, line - 1) != get_commit (self, line))
    return TRUE;
  if (y < 0 || line == gtk_source_gutter_lines_get_first (lines))
    return y >= 0;
  gtk_source_gutter_lines_get_line_yrange (lines, line - 1, GTK_SOURCE_GUTTER_RENDERER_ALIGNMENT_MODE_FIRST, &before, &height);
  return before < 0;
}

static void
enclave_blame_gutter_snapshot_line (GtkSourceGutterRenderer *renderer, GtkSnapshot *snapshot, GtkSourceGutterLines *lines, guint line)
{
  EnclaveBlameGutter *self = ENCLAVE_BLAME_GUTTER (renderer);
  EnclaveGitCommit *commit = get_commit (self, line);
  int x;
  int y;
  int height;

  /* behind the text there is the empty line after its end */
  if (self->lines == NULL || line >= self->lines->len)
    return;
  gtk_source_gutter_lines_get_line_yrange (lines, line, GTK_SOURCE_GUTTER_RENDERER_ALIGNMENT_MODE_FIRST, &y, &height);
  if (!says_it (self, lines, line, y))
    return;
  if (commit == NULL)
    {
      draw (self, snapshot, _("not committed"), MARGIN, y, AUTHOR_DIGITS + DATE_DIGITS);
      return;
    }
  x = draw (self, snapshot, enclave_git_commit_get_author (commit), MARGIN, y, AUTHOR_DIGITS);
  draw (self, snapshot, get_date (self, commit), x, y, DATE_DIGITS + 1);
}

static void
enclave_blame_gutter_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                              int *minimum_baseline, int *natural_baseline)
{
  EnclaveBlameGutter *self = ENCLAVE_BLAME_GUTTER (widget);

  get_layout (self);
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL
                            ? 2 * MARGIN + GAP + (AUTHOR_DIGITS + DATE_DIGITS + 1) * self->digit_width
                            : 0;
  *minimum_baseline = *natural_baseline = -1;
}

static void
enclave_blame_gutter_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  forget_layout (ENCLAVE_BLAME_GUTTER (widget));

  GTK_WIDGET_CLASS (enclave_blame_gutter_parent_class)->css_changed (widget, change);
  gtk_widget_queue_resize (widget);
}

static gboolean
enclave_blame_gutter_query_activatable (GtkSourceGutterRenderer *renderer, GtkTextIter *iter, GdkRectangle *area)
{
  return get_commit (ENCLAVE_BLAME_GUTTER (renderer), (guint) gtk_text_iter_get_line (iter)) != NULL;
}

static void
enclave_blame_gutter_activate (GtkSourceGutterRenderer *renderer, GtkTextIter *iter, GdkRectangle *area, guint button,
                               GdkModifierType state, int n_presses)
{
  EnclaveGitCommit *commit = get_commit (ENCLAVE_BLAME_GUTTER (renderer), (guint) gtk_text_iter_get_line (iter));

  if (commit != NULL && button == GDK_BUTTON_PRIMARY && n_presses == 1)
    g_signal_emit (renderer, chosen_signal, 0, commit);
}

static gboolean
enclave_blame_gutter_query_tooltip (GtkWidget *widget, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip)
{
  EnclaveBlameGutter *self = ENCLAVE_BLAME_GUTTER (widget);
  GtkSourceView *view = gtk_source_gutter_renderer_get_view (GTK_SOURCE_GUTTER_RENDERER (self));
  EnclaveGitCommit *commit;
  GtkTextIter iter;
  g_autofree char *age = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *text = NULL;
  int at;

  if (view == NULL)
    return FALSE;
  gtk_text_view_window_to_buffer_coords (GTK_TEXT_VIEW (view), GTK_TEXT_WINDOW_LEFT, x, y, NULL, &at);
  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (view), &iter, at, NULL);
  commit = get_commit (self, (guint) gtk_text_iter_get_line (&iter));
  if (commit == NULL)
    return FALSE;
  age = enclave_git_words_dup_age (enclave_git_commit_get_time (commit), g_get_real_time () / G_USEC_PER_SEC);
  hash = g_strndup (enclave_git_commit_get_hash (commit), HASH_DIGITS);
  text = g_strdup_printf ("%s\n%s, %s, %s", enclave_git_commit_get_subject (commit), enclave_git_commit_get_author (commit), age, hash);
  gtk_tooltip_set_text (tooltip, text);

  return TRUE;
}

static void
enclave_blame_gutter_dispose (GObject *object)
{
  EnclaveBlameGutter *self = ENCLAVE_BLAME_GUTTER (object);

  g_clear_pointer (&self->lines, g_ptr_array_unref);
  forget_layout (self);

  G_OBJECT_CLASS (enclave_blame_gutter_parent_class)->dispose (object);
}

static void
enclave_blame_gutter_finalize (GObject *object)
{
  g_hash_table_unref (ENCLAVE_BLAME_GUTTER (object)->dates);

  G_OBJECT_CLASS (enclave_blame_gutter_parent_class)->finalize (object);
}

static void
enclave_blame_gutter_class_init (EnclaveBlameGutterClass *klass)
{
  GtkSourceGutterRendererClass *renderer_class = GTK_SOURCE_GUTTER_RENDERER_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_blame_gutter_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_blame_gutter_finalize;
  GTK_WIDGET_CLASS (klass)->measure = enclave_blame_gutter_measure;
  GTK_WIDGET_CLASS (klass)->css_changed = enclave_blame_gutter_css_changed;
  GTK_WIDGET_CLASS (klass)->query_tooltip = enclave_blame_gutter_query_tooltip;
  renderer_class->snapshot_line = enclave_blame_gutter_snapshot_line;
  renderer_class->query_activatable = enclave_blame_gutter_query_activatable;
  renderer_class->activate = enclave_blame_gutter_activate;

  chosen_signal = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                ENCLAVE_TYPE_GIT_COMMIT);
}

static void
enclave_blame_gutter_init (EnclaveBlameGutter *self)
{
  self->dates = g_hash_table_new_full (NULL, NULL, g_object_unref, g_free);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

GtkSourceGutterRenderer *
enclave_blame_gutter_new (void)
{
  return g_object_new (ENCLAVE_TYPE_BLAME_GUTTER, NULL);
}

void
enclave_blame_gutter_set_lines (EnclaveBlameGutter *self, GPtrArray *lines)
{
  g_return_if_fail (ENCLAVE_IS_BLAME_GUTTER (self));

  g_clear_pointer (&self->lines, g_ptr_array_unref);
  self->lines = lines != NULL ? g_ptr_array_ref (lines) : NULL;
  g_hash_table_remove_all (self->dates);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
