/* enclave-language-marks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-language-gutter.h"
#include "enclave-language-marks.h"

/* The classes of a mark and of what underlines, by severity. */
static const struct
{
  const char *category;
  const char *icon_name;
  PangoUnderline underline;
  const char *colour;
  const char *style_colour;
} looks[] = {
  [ENCLAVE_DIAGNOSTIC_ERROR] = { "enclave-error", "dialog-error-symbolic", PANGO_UNDERLINE_ERROR, "#e01b24", "error_color" },
  [ENCLAVE_DIAGNOSTIC_WARNING] = { "enclave-warning", "dialog-warning-symbolic", PANGO_UNDERLINE_DOUBLE, "#c88800", "warning_color" },
  [ENCLAVE_DIAGNOSTIC_INFORMATION] = { "enclave-note", "dialog-information-symbolic", PANGO_UNDERLINE_SINGLE, "#3584e4",
                                       "accent_color" },
  [ENCLAVE_DIAGNOSTIC_HINT] = { "enclave-hint", "dialog-information-symbolic", PANGO_UNDERLINE_NONE, "#3584e4", "accent_color" },
};

/* Beside the line numbers, on the side of the text. */
#define GUTTER_PLACE (GTK_SOURCE_VIEW_GUTTER_POSITION_LINES + 1)

typedef struct
{
  EnclaveDiagnostic *diagnostic;
  GtkTextMark *start;
  GtkTextMark *end;
} Place;

struct _EnclaveLanguageMarks
{
  GObject parent_instance;

  GtkSourceView *view;     /* (nullable) (weak) */
  GtkSourceGutterRenderer *gutter; /* (nullable) (weak): of @view */
  GtkTextBuffer *buffer;
  GArray *places;          /* of Place, by where they begin */
};

G_DEFINE_FINAL_TYPE (EnclaveLanguageMarks, enclave_language_marks, G_TYPE_OBJECT)

const char *
enclave_language_marks_get_icon_name (EnclaveDiagnosticSeverity severity)
{
  return looks[severity].icon_name;
}

static void
enclave_language_marks_dispose (GObject *object)
{
  EnclaveLanguageMarks *self = ENCLAVE_LANGUAGE_MARKS (object);

  if (self->buffer != NULL)
    enclave_language_marks_clear (self);
  if (self->view != NULL && self->gutter != NULL)
    gtk_source_gutter_remove (gtk_source_view_get_gutter (self->view, GTK_TEXT_WINDOW_LEFT), self->gutter);
  g_clear_weak_pointer (&self->gutter);
  g_clear_weak_pointer (&self->view);
  g_clear_object (&self->buffer);
  G_OBJECT_CLASS (enclave_language_marks_parent_class)->dispose (object);
}

static void
enclave_language_marks_finalize (GObject *object)
{
  g_array_unref (ENCLAVE_LANGUAGE_MARKS (object)->places);
  G_OBJECT_CLASS (enclave_language_marks_parent_class)->finalize (object);
}

static void
enclave_language_marks_class_init (EnclaveLanguageMarksClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_language_marks_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_language_marks_finalize;
}

static void
enclave_language_marks_init (EnclaveLanguageMarks *self)
{
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
}

static gboolean
tooltip_cb (EnclaveLanguageMarks *self, int x, int y, gboolean by_keyboard, GtkTooltip *tooltip)
{
  g_autofree char *messages = NULL;
  GtkTextIter iter;
  int at;

  if (self->buffer == NULL || self->view == NULL)
    return FALSE;
  gtk_text_view_window_to_buffer_coords (GTK_TEXT_VIEW (self->view), GTK_TEXT_WINDOW_LEFT, x, y, NULL, &at);
  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (self->view), &iter, at, NULL);
  messages = enclave_language_marks_dup_messages (self, &iter, TRUE);
  gtk_tooltip_set_text (tooltip, messages);

  return messages != NULL;
}

static GtkTextTag *
find_tag (GtkTextBuffer *buffer, EnclaveDiagnosticSeverity severity)
{
  const char *name = looks[severity].category;
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), name);
  GdkRGBA colour;

  if (tag != NULL)
    return tag;
  gdk_rgba_parse (&colour, looks[severity].colour);
  return gtk_text_buffer_create_tag (buffer, name, "underline", looks[severity].underline, "underline-rgba", &colour, NULL);
}

EnclaveLanguageMarks *
enclave_language_marks_new (GtkSourceView *view)
{
  EnclaveLanguageMarks *self;

  g_return_val_if_fail (GTK_SOURCE_IS_VIEW (view), NULL);

  self = g_object_new (ENCLAVE_TYPE_LANGUAGE_MARKS, NULL);
  g_set_weak_pointer (&self->view, view);
  self->buffer = g_object_ref (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)));
  g_set_weak_pointer (&self->gutter, enclave_language_gutter_new ());
  for (guint i = ENCLAVE_DIAGNOSTIC_ERROR; i <= ENCLAVE_DIAGNOSTIC_HINT; i++)
    enclave_language_gutter_add_look (ENCLAVE_LANGUAGE_GUTTER (self->gutter), looks[i].category, looks[i].icon_name,
                                      looks[i].style_colour);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self->gutter), TRUE);
  g_signal_connect_object (self->gutter, "query-tooltip", G_CALLBACK (tooltip_cb), self, G_CONNECT_SWAPPED);
  gtk_source_gutter_insert (gtk_source_view_get_gutter (view, GTK_TEXT_WINDOW_LEFT), self->gutter, GUTTER_PLACE);

  return self;
}

void
enclave_language_marks_clear (EnclaveLanguageMarks *self)
{
  GtkTextIter start;
  GtkTextIter end;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_MARKS (self));

  if (self->places->len == 0)
    return;
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  for (guint i = ENCLAVE_DIAGNOSTIC_ERROR; i <= ENCLAVE_DIAGNOSTIC_HINT; i++)
    gtk_text_buffer_remove_tag (self->buffer, find_tag (self->buffer, i), &start, &end);
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = &g_array_index (self->places, Place, i);

      gtk_text_buffer_delete_mark (self->buffer, place->start);
      gtk_text_buffer_delete_mark (self->buffer, place->end);
      enclave_diagnostic_unref (place->diagnostic);
    }
  g_array_set_size (self->places, 0);
}

/* Something must be seen of a range that is empty. */
static void
widen (GtkTextIter *start, GtkTextIter *end)
{
  if (!gtk_text_iter_equal (start, end))
    return;
  if (!gtk_text_iter_ends_line (end))
    gtk_text_iter_forward_char (end);
  else if (!gtk_text_iter_starts_line (start))
    gtk_text_iter_backward_char (start);
}

/* One that goes along with its word when something, or a new line, is written just before that: those that GtkSourceBuffer makes by
 * itself stay behind. Borrowed: of the buffer. */
static GtkTextMark *
create_start (EnclaveLanguageMarks *self, const char *category, const GtkTextIter *iter)
{
  g_autoptr (GtkTextMark) mark = g_object_new (GTK_SOURCE_TYPE_MARK, "category", category, "left-gravity", FALSE, NULL);

  gtk_text_buffer_add_mark (self->buffer, mark, iter);
  return mark;
}

gboolean
enclave_language_marks_are_none (EnclaveLanguageMarks *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_MARKS (self), TRUE);

  return self->places->len == 0;
}

void
enclave_language_marks_show (EnclaveLanguageMarks *self, EnclaveLanguageText *text, GPtrArray *diagnostics)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_MARKS (self));
  g_return_if_fail (text != NULL && diagnostics != NULL);

  enclave_language_marks_clear (self);
  for (guint i = 0; i < diagnostics->len; i++)
    {
      EnclaveDiagnostic *diagnostic = g_ptr_array_index (diagnostics, i);
      Place place = { enclave_diagnostic_ref (diagnostic), NULL, NULL };
      GtkTextIter start;
      GtkTextIter end;

      gtk_text_buffer_get_iter_at_offset (self->buffer, &start, (int) enclave_language_text_get_offset (text, diagnostic->range.start));
      gtk_text_buffer_get_iter_at_offset (self->buffer, &end, (int) enclave_language_text_get_offset (text, diagnostic->range.end));
      place.start = create_start (self, looks[diagnostic->severity].category, &start);
      place.end = gtk_text_buffer_create_mark (self->buffer, NULL, &end, FALSE);
      g_array_append_val (self->places, place);
      widen (&start, &end);
      gtk_text_buffer_apply_tag (self->buffer, find_tag (self->buffer, diagnostic->severity), &start, &end);
    }
  if (self->gutter != NULL)
    gtk_widget_queue_draw (GTK_WIDGET (self->gutter));
}

char *
enclave_language_marks_dup_messages (EnclaveLanguageMarks *self, const GtkTextIter *iter, gboolean whole_line)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_MARKS (self) && iter != NULL, NULL);

  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);
      const EnclaveDiagnostic *diagnostic = place->diagnostic;
      GtkTextIter start;
      GtkTextIter end;

      gtk_text_buffer_get_iter_at_mark (self->buffer, &start, place->start);
      gtk_text_buffer_get_iter_at_mark (self->buffer, &end, place->end);
      widen (&start, &end);
      if (whole_line ? gtk_text_iter_get_line (iter) != gtk_text_iter_get_line (&start)
                     : gtk_text_iter_compare (iter, &start) < 0 || gtk_text_iter_compare (iter, &end) > 0)
        continue;
      g_string_append_printf (text, "%s%s: %s", text->len > 0 ? "\n\n" : "", enclave_diagnostic_severity_to_string (diagnostic->severity),
                              diagnostic->message);
      if (diagnostic->source != NULL)
        g_string_append_printf (text, " (%s)", diagnostic->source);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

gboolean
enclave_language_marks_step (EnclaveLanguageMarks *self, GtkTextIter *iter, gboolean forward)
{
  gboolean found = FALSE;
  GtkTextIter best;

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_MARKS (self) && iter != NULL, FALSE);

  for (guint i = 0; i < self->places->len; i++)
    {
      GtkTextIter start;
      int order;

      gtk_text_buffer_get_iter_at_mark (self->buffer, &start, g_array_index (self->places, Place, i).start);
      order = gtk_text_iter_compare (&start, iter);
      if (forward ? order <= 0 || (found && gtk_text_iter_compare (&start, &best) >= 0)
                  : order >= 0 || (found && gtk_text_iter_compare (&start, &best) <= 0))
        continue;
      best = start;
      found = TRUE;
    }
  if (found)
    *iter = best;
  return found;
}
