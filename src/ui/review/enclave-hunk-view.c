/* enclave-hunk-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-hunk-view.h"
#include "enclave-limits.h"
#include "enclave-text-style.h"
#include "enclave-utf8.h"

#define GROUND_ALPHA 0.12f
#define WORD_ALPHA 0.25

typedef struct
{
  EnclaveDiffKind kind;
  guint start; /* byte in the label */
  guint text_start;
  guint end;
  guint word_start; /* equal to word_end: nothing is emphasised */
  guint word_end;
} Line;

struct _EnclaveHunkView
{
  GtkWidget parent_instance;

  GtkWidget *label;
  GArray *lines; /* (element-type Line) */
};

G_DEFINE_FINAL_TYPE (EnclaveHunkView, enclave_hunk_view, GTK_TYPE_WIDGET)

static void
get_colour (EnclaveHunkView *self, EnclaveDiffKind kind, GdkRGBA *colour)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  gboolean added = kind == ENCLAVE_DIFF_ADDED;

  if (!gtk_style_context_lookup_color (context, added ? "success_color" : "error_color", colour))
    gdk_rgba_parse (colour, added ? "#26a269" : "#c01c28");
}

static void
add_attribute (PangoAttrList *attributes, PangoAttribute *attribute, guint start, guint end)
{
  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (attributes, attribute);
}

static void
update_attributes (EnclaveHunkView *self)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);
      GdkRGBA colour;

      add_attribute (attributes, pango_attr_foreground_alpha_new ((guint16) (0.75 * G_MAXUINT16)), line->start,
                     line->text_start - 2);
      if (line->word_start == line->word_end)
        continue;

      get_colour (self, line->kind, &colour);
      add_attribute (attributes,
                     pango_attr_background_new ((guint16) (colour.red * 65535), (guint16) (colour.green * 65535),
                                                (guint16) (colour.blue * 65535)),
                     line->word_start, line->word_end);
      add_attribute (attributes, pango_attr_background_alpha_new ((guint16) (WORD_ALPHA * G_MAXUINT16)),
                     line->word_start, line->word_end);
    }

  gtk_label_set_attributes (GTK_LABEL (self->label), attributes);
}

static void
enclave_hunk_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  EnclaveHunkView *self = ENCLAVE_HUNK_VIEW (widget);
  PangoLayout *layout = gtk_label_get_layout (GTK_LABEL (self->label));
  int width = gtk_widget_get_width (widget);
  int x;
  int y;

  gtk_label_get_layout_offsets (GTK_LABEL (self->label), &x, &y);
  for (guint i = 0; i < self->lines->len; i++)
    {
      Line *line = &g_array_index (self->lines, Line, i);
      PangoRectangle first;
      PangoRectangle last;
      GdkRGBA colour;
      double top;
      double bottom;
      double origin_x;
      double origin_y;

      if (line->kind == ENCLAVE_DIFF_CONTEXT)
        continue;

      pango_layout_index_to_pos (layout, (int) line->start, &first);
      pango_layout_index_to_pos (layout, (int) line->end, &last);
      gtk_widget_translate_coordinates (self->label, widget, 0, y, &origin_x, &origin_y);
      top = origin_y + (double) first.y / PANGO_SCALE;
      bottom = origin_y + (double) (last.y + last.height) / PANGO_SCALE;
      get_colour (self, line->kind, &colour);
      colour.alpha = GROUND_ALPHA;
      gtk_snapshot_append_color (snapshot, &colour,
                                 &GRAPHENE_RECT_INIT (0, (float) top, (float) width, (float) (bottom - top)));
    }

  GTK_WIDGET_CLASS (enclave_hunk_view_parent_class)->snapshot (widget, snapshot);
}

static void
enclave_hunk_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  EnclaveHunkView *self = ENCLAVE_HUNK_VIEW (widget);

  GTK_WIDGET_CLASS (enclave_hunk_view_parent_class)->css_changed (widget, change);
  if (self->label != NULL && self->lines->len > 0)
    update_attributes (self);
  gtk_widget_queue_draw (widget);
}

static void
enclave_hunk_view_dispose (GObject *object)
{
  EnclaveHunkView *self = ENCLAVE_HUNK_VIEW (object);

  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (enclave_hunk_view_parent_class)->dispose (object);
}

static void
enclave_hunk_view_finalize (GObject *object)
{
  g_array_unref (ENCLAVE_HUNK_VIEW (object)->lines);

  G_OBJECT_CLASS (enclave_hunk_view_parent_class)->finalize (object);
}

static void
enclave_hunk_view_class_init (EnclaveHunkViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_hunk_view_dispose;
  object_class->finalize = enclave_hunk_view_finalize;
  widget_class->snapshot = enclave_hunk_view_snapshot;
  widget_class->css_changed = enclave_hunk_view_css_changed;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
enclave_hunk_view_init (EnclaveHunkView *self)
{
  self->lines = g_array_new (FALSE, TRUE, sizeof (Line));
  self->label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->label), FALSE);
  gtk_widget_set_direction (self->label, GTK_TEXT_DIR_LTR);
  /* the columns stand under each other also where no document gave its font yet */
  gtk_widget_add_css_class (self->label, "monospace");
  gtk_widget_add_css_class (self->label, ENCLAVE_TEXT_STYLE_CLASS);
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

static void
append_number (GString *text, guint number)
{
  if (number > 0)
    g_string_append_printf (text, "%5u", number);
  else
    g_string_append (text, "     ");
}

static char *
dup_line_text (EnclaveDiffLine *line)
{
  gsize length = strlen (line->text);
  gsize shown = enclave_utf8_prefix_length (line->text, length, ENCLAVE_REVIEW_LINE_BYTES);
  g_autofree char *cut = g_strndup (line->text, shown);
  g_autofree char *valid = enclave_utf8_make_valid (cut, -1);
  g_autofree char *visible = NULL;

  /* an end of line that differs is a change like another */
  if (g_str_has_suffix (valid, "\r"))
    {
      valid[strlen (valid) - 1] = '\0';
      visible = enclave_utf8_make_visible (valid, NULL);
      return g_strconcat (visible, "␍", NULL);
    }

  visible = enclave_utf8_make_visible (valid, NULL);
  if (shown < length)
    return g_strdup_printf (_ ("%s… (%" G_GSIZE_FORMAT " more bytes in this line)"), visible, length - shown);
  if (line->no_newline)
    return g_strdup_printf (_ ("%s  (no line end)"), visible);

  return g_steal_pointer (&visible);
}

/* What lies between the common start and the common end of a removed and the added line in its place. */
static void
mark_words (const char *text, Line *removed, Line *added)
{
  const char *old_text = text + removed->text_start;
  const char *new_text = text + added->text_start;
  guint old_length = removed->end - removed->text_start;
  guint new_length = added->end - added->text_start;
  guint shortest = MIN (old_length, new_length);
  guint start = 0;
  guint end = 0;

  while (start < shortest && old_text[start] == new_text[start])
    start++;
  while (start > 0 && ((guchar) old_text[start] & 0xc0) == 0x80)
    start--;
  while (end < shortest - start && old_text[old_length - end - 1] == new_text[new_length - end - 1])
    end++;
  while (end > 0 && ((guchar) old_text[old_length - end] & 0xc0) == 0x80)
    end--;

  /* lines that have little in common are better read whole */
  if ((start + end) * 3 < shortest)
    return;

  removed->word_start = removed->text_start + start;
  removed->word_end = removed->end - end;
  added->word_start = added->text_start + start;
  added->word_end = added->end - end;
}

static void
mark_all_words (EnclaveHunkView *self, const char *text)
{
  for (guint i = 0; i < self->lines->len;)
    {
      guint removed = i;
      guint added;
      guint end;

      while (i < self->lines->len && g_array_index (self->lines, Line, i).kind == ENCLAVE_DIFF_REMOVED)
        i++;
      added = i;
      while (i < self->lines->len && g_array_index (self->lines, Line, i).kind == ENCLAVE_DIFF_ADDED)
        i++;
      end = i;
      for (guint n = 0; n < MIN (added - removed, end - added); n++)
        mark_words (text, &g_array_index (self->lines, Line, removed + n), &g_array_index (self->lines, Line, added + n));
      if (i == removed)
        i++;
    }
}

void
enclave_hunk_view_set_lines (EnclaveHunkView *self, EnclaveDiffHunk *hunk, guint first_line, guint n_lines)
{
  static const char *const signs[] = { [ENCLAVE_DIFF_CONTEXT] = " ", [ENCLAVE_DIFF_REMOVED] = "−",
                                       [ENCLAVE_DIFF_ADDED] = "+" };
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_if_fail (ENCLAVE_IS_HUNK_VIEW (self));

  g_array_set_size (self->lines, 0);
  for (guint i = first_line; hunk != NULL && i < hunk->lines->len && i < first_line + n_lines; i++)
    {
      EnclaveDiffLine *diff_line = g_ptr_array_index (hunk->lines, i);
      g_autofree char *line_text = dup_line_text (diff_line);
      Line line = { .kind = diff_line->kind };

      if (text->len > 0)
        g_string_append_c (text, '\n');
      line.start = (guint) text->len;
      append_number (text, diff_line->old_line);
      append_number (text, diff_line->new_line);
      g_string_append_printf (text, "  %s ", signs[diff_line->kind]);
      line.text_start = (guint) text->len;
      g_string_append (text, line_text);
      line.end = (guint) text->len;
      g_array_append_val (self->lines, line);
    }

  mark_all_words (self, text->str);
  gtk_label_set_label (GTK_LABEL (self->label), text->str);
  update_attributes (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
enclave_hunk_view_get_text (EnclaveHunkView *self)
{
  g_return_val_if_fail (ENCLAVE_IS_HUNK_VIEW (self), NULL);

  return gtk_label_get_label (GTK_LABEL (self->label));
}
