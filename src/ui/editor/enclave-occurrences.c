/* enclave-occurrences.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-occurrences.h"

#define MAX_OCCURRENCES 10000

typedef struct
{
  GtkTextMark *start;
  GtkTextMark *end;
} Place;

struct _EnclaveOccurrences
{
  GObject parent_instance;

  GtkTextBuffer *buffer; /* (nullable): NULL after the end */
  GtkTextTag *tag;
  GArray *places; /* (element-type Place): the first is the one with the caret */
  gboolean changing;
};

G_DEFINE_FINAL_TYPE (EnclaveOccurrences, enclave_occurrences, G_TYPE_OBJECT)

static void
get_bounds (EnclaveOccurrences *self, guint i, GtkTextIter *start, GtkTextIter *end)
{
  Place *place = &g_array_index (self->places, Place, i);

  gtk_text_buffer_get_iter_at_mark (self->buffer, start, place->start);
  gtk_text_buffer_get_iter_at_mark (self->buffer, end, place->end);
}

void
enclave_occurrences_end (EnclaveOccurrences *self)
{
  GtkTextIter start;
  GtkTextIter end;

  g_return_if_fail (ENCLAVE_IS_OCCURRENCES (self));

  if (self->buffer == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->buffer, self);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->tag, &start, &end);
  gtk_text_tag_table_remove (gtk_text_buffer_get_tag_table (self->buffer), self->tag);
  for (guint i = 0; i < self->places->len; i++)
    {
      gtk_text_buffer_delete_mark (self->buffer, g_array_index (self->places, Place, i).start);
      gtk_text_buffer_delete_mark (self->buffer, g_array_index (self->places, Place, i).end);
    }
  g_array_set_size (self->places, 0);
  g_clear_object (&self->buffer);
}

guint
enclave_occurrences_get_n (EnclaveOccurrences *self)
{
  g_return_val_if_fail (ENCLAVE_IS_OCCURRENCES (self), 0);

  return self->places->len;
}

static gboolean
is_in_first (EnclaveOccurrences *self, const GtkTextIter *iter)
{
  GtkTextIter start;
  GtkTextIter end;

  get_bounds (self, 0, &start, &end);
  return gtk_text_iter_compare (iter, &start) >= 0 && gtk_text_iter_compare (iter, &end) <= 0;
}

/* @iter stays where it is, through all changes of others. */
static void
change_others (EnclaveOccurrences *self, GtkTextIter *iter)
{
  GtkTextMark *here = gtk_text_buffer_create_mark (self->buffer, NULL, iter, FALSE);
  g_autofree char *text = NULL;
  GtkTextIter start;
  GtkTextIter end;

  self->changing = TRUE;
  get_bounds (self, 0, &start, &end);
  text = gtk_text_iter_get_text (&start, &end);
  gtk_text_buffer_begin_user_action (self->buffer);
  for (guint i = 1; i < self->places->len; i++)
    {
      get_bounds (self, i, &start, &end);
      gtk_text_buffer_delete (self->buffer, &start, &end);
      gtk_text_buffer_insert_with_tags (self->buffer, &start, text, -1, self->tag, NULL);
    }
  gtk_text_buffer_end_user_action (self->buffer);
  self->changing = FALSE;
  gtk_text_buffer_get_iter_at_mark (self->buffer, iter, here);
  gtk_text_buffer_delete_mark (self->buffer, here);
}

static void
inserted_cb (EnclaveOccurrences *self, GtkTextIter *location, const char *text, int length)
{
  if (self->changing)
    return;
  if (is_in_first (self, location) && memchr (text, '\n', length < 0 ? strlen (text) : (gsize) length) == NULL)
    change_others (self, location);
  else
    enclave_occurrences_end (self);
}

static void
deleted_cb (EnclaveOccurrences *self, GtkTextIter *start, GtkTextIter *end)
{
  if (self->changing)
    return;
  if (!is_in_first (self, start))
    {
      enclave_occurrences_end (self);
      return;
    }
  change_others (self, start);
  *end = *start;
}

static void
caret_cb (EnclaveOccurrences *self)
{
  GtkTextIter iter;

  if (self->changing || self->buffer == NULL)
    return;
  gtk_text_buffer_get_iter_at_mark (self->buffer, &iter, gtk_text_buffer_get_insert (self->buffer));
  if (!is_in_first (self, &iter))
    enclave_occurrences_end (self);
}

static void
add_place (EnclaveOccurrences *self, const GtkTextIter *start, const GtkTextIter *end)
{
  Place place;

  place.start = gtk_text_buffer_create_mark (self->buffer, NULL, start, TRUE);
  place.end = gtk_text_buffer_create_mark (self->buffer, NULL, end, FALSE);
  g_array_append_val (self->places, place);
  gtk_text_buffer_apply_tag (self->buffer, self->tag, start, end);
}

static gboolean
is_word_char (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '_';
}

static gboolean
stands_alone (const GtkTextIter *start, const GtkTextIter *end)
{
  GtkTextIter before = *start;

  return !is_word_char (gtk_text_iter_get_char (end))
         && (!gtk_text_iter_backward_char (&before) || !is_word_char (gtk_text_iter_get_char (&before)));
}

static gboolean
find_word (GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end)
{
  if (gtk_text_buffer_get_selection_bounds (buffer, start, end))
    return TRUE;
  for (;;)
    {
      GtkTextIter before = *start;

      if (!gtk_text_iter_backward_char (&before) || !is_word_char (gtk_text_iter_get_char (&before)))
        break;
      *start = before;
    }
  while (is_word_char (gtk_text_iter_get_char (end)))
    gtk_text_iter_forward_char (end);
  return !gtk_text_iter_equal (start, end);
}

EnclaveOccurrences *
enclave_occurrences_begin (GtkTextBuffer *buffer)
{
  g_autoptr (EnclaveOccurrences) self = NULL;
  g_autofree char *text = NULL;
  GtkTextIter start;
  GtkTextIter end;
  GtkTextIter at;
  GtkTextIter found_start;
  GtkTextIter found_end;
  gboolean word;

  g_return_val_if_fail (GTK_IS_TEXT_BUFFER (buffer), NULL);

  if (!find_word (buffer, &start, &end) || gtk_text_iter_get_line (&start) != gtk_text_iter_get_line (&end))
    return NULL;
  text = gtk_text_iter_get_text (&start, &end);
  word = stands_alone (&start, &end);
  for (const char *p = text; word && *p != '\0'; p = g_utf8_next_char (p))
    word = is_word_char (g_utf8_get_char (p));

  self = g_object_new (ENCLAVE_TYPE_OCCURRENCES, NULL);
  self->buffer = g_object_ref (buffer);
  /* no colour: it would end a screen reader's window */
  self->tag = gtk_text_buffer_create_tag (buffer, NULL, "underline", PANGO_UNDERLINE_SINGLE, NULL);
  add_place (self, &start, &end);
  gtk_text_buffer_get_start_iter (buffer, &at);
  while (self->places->len < MAX_OCCURRENCES
         && gtk_text_iter_forward_search (&at, text, GTK_TEXT_SEARCH_TEXT_ONLY, &found_start, &found_end, NULL))
    {
      if (!gtk_text_iter_equal (&found_start, &start) && (!word || stands_alone (&found_start, &found_end)))
        add_place (self, &found_start, &found_end);
      at = found_end;
    }
  gtk_text_buffer_select_range (buffer, &end, &start);

  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (inserted_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (buffer, "delete-range", G_CALLBACK (deleted_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (buffer, "notify::cursor-position", G_CALLBACK (caret_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "undo", G_CALLBACK (enclave_occurrences_end), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "redo", G_CALLBACK (enclave_occurrences_end), self, G_CONNECT_SWAPPED);
  return g_steal_pointer (&self);
}

static void
enclave_occurrences_dispose (GObject *object)
{
  enclave_occurrences_end (ENCLAVE_OCCURRENCES (object));
  G_OBJECT_CLASS (enclave_occurrences_parent_class)->dispose (object);
}

static void
enclave_occurrences_finalize (GObject *object)
{
  g_array_unref (ENCLAVE_OCCURRENCES (object)->places);
  G_OBJECT_CLASS (enclave_occurrences_parent_class)->finalize (object);
}

static void
enclave_occurrences_class_init (EnclaveOccurrencesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_occurrences_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_occurrences_finalize;
}

static void
enclave_occurrences_init (EnclaveOccurrences *self)
{
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
}
