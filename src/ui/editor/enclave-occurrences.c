/* enclave-occurrences.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-occurrences.h"
#include "enclave-text-series.h"

#define MAX_OCCURRENCES 10000

/* Places are kept as offsets: two that touch each other would share a mark's place, and nothing but what is typed in the first
 * changes the text while this lasts. */
struct _EnclaveOccurrences
{
  GObject parent_instance;

  GtkTextBuffer *buffer; /* (nullable): NULL after the end */
  GtkTextTag *tag;
  GArray *places;        /* (element-type int): where each begins, in their order */
  guint first;           /* the one with the caret */
  int length;            /* characters of each */
  int n_chars;           /* of the whole text */
  EnclaveTextSeries *series; /* (nullable): the same */
  gboolean changing;
};

G_DEFINE_FINAL_TYPE (EnclaveOccurrences, enclave_occurrences, G_TYPE_OBJECT)

static int
get_start (EnclaveOccurrences *self, guint i)
{
  return g_array_index (self->places, int, i);
}

static void
get_bounds (EnclaveOccurrences *self, guint i, GtkTextIter *start, GtkTextIter *end)
{
  gtk_text_buffer_get_iter_at_offset (self->buffer, start, get_start (self, i));
  *end = *start;
  gtk_text_iter_forward_chars (end, self->length);
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
  g_signal_handlers_disconnect_by_data (self->series, self);
  g_clear_pointer (&self->series, enclave_text_series_finish);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_remove_tag (self->buffer, self->tag, &start, &end);
  gtk_text_tag_table_remove (gtk_text_buffer_get_tag_table (self->buffer), self->tag);
  g_array_set_size (self->places, 0);
  g_clear_object (&self->buffer);
}

static gboolean
is_changing (EnclaveOccurrences *self)
{
  return self->changing || enclave_text_series_is_joining (self->series);
}

guint
enclave_occurrences_get_n (EnclaveOccurrences *self)
{
  g_return_val_if_fail (ENCLAVE_IS_OCCURRENCES (self), 0);

  return self->places->len;
}

static gboolean
is_in_first (EnclaveOccurrences *self, int offset, int n_chars)
{
  int start = get_start (self, self->first);

  return offset >= start && offset + n_chars <= start + self->length;
}

static int
get_mark_offset (EnclaveOccurrences *self, GtkTextMark *mark)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &iter, mark);
  return gtk_text_iter_get_offset (&iter);
}

/* The first has @n_more characters more now (or less). @iter stays where it is in it, and so do caret and selection. */
static void
change_others (EnclaveOccurrences *self, GtkTextIter *iter, int n_more)
{
  g_autofree char *text = NULL;
  GtkTextIter start;
  GtkTextIter end;
  int old_length = self->length;
  int moved = 0;
  int here = gtk_text_iter_get_offset (iter);
  int caret = get_mark_offset (self, gtk_text_buffer_get_insert (self->buffer));
  int bound = get_mark_offset (self, gtk_text_buffer_get_selection_bound (self->buffer));

  self->changing = TRUE;
  self->length += n_more;
  get_bounds (self, self->first, &start, &end);
  text = gtk_text_iter_get_text (&start, &end);
  gtk_text_buffer_begin_user_action (self->buffer);
  for (guint i = 0; i < self->places->len; i++)
    {
      int *place = &g_array_index (self->places, int, i);

      *place += moved;
      moved += n_more;
      if (i == self->first)
        continue;
      gtk_text_buffer_get_iter_at_offset (self->buffer, &start, *place);
      end = start;
      gtk_text_iter_forward_chars (&end, old_length);
      gtk_text_buffer_delete (self->buffer, &start, &end);
      gtk_text_buffer_insert_with_tags (self->buffer, &start, text, -1, self->tag, NULL);
    }
  gtk_text_buffer_end_user_action (self->buffer);

  moved = (int) self->first * n_more;
  gtk_text_buffer_get_iter_at_offset (self->buffer, &start, caret + moved);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &end, bound + moved);
  gtk_text_buffer_select_range (self->buffer, &start, &end);
  gtk_text_buffer_get_iter_at_offset (self->buffer, iter, here + moved);
  self->n_chars = gtk_text_buffer_get_char_count (self->buffer);
  self->changing = FALSE;
}

static void
inserted_cb (EnclaveOccurrences *self, GtkTextIter *location, const char *text, int length)
{
  gsize n_bytes = length < 0 ? strlen (text) : (gsize) length;
  int n_chars = (int) g_utf8_strlen (text, (gssize) n_bytes);

  if (is_changing (self) || n_chars == 0)
    return;
  if (is_in_first (self, gtk_text_iter_get_offset (location) - n_chars, 0) && memchr (text, '\n', n_bytes) == NULL)
    change_others (self, location, n_chars);
  else
    enclave_occurrences_end (self);
}

static void
deleted_cb (EnclaveOccurrences *self, GtkTextIter *start, GtkTextIter *end)
{
  int n_chars;

  if (is_changing (self))
    return;
  n_chars = self->n_chars - gtk_text_buffer_get_char_count (self->buffer);
  if (n_chars == 0)
    return;
  if (!is_in_first (self, gtk_text_iter_get_offset (start), n_chars))
    {
      enclave_occurrences_end (self);
      return;
    }
  change_others (self, start, -n_chars);
  *end = *start;
}

static void
caret_cb (EnclaveOccurrences *self)
{
  if (self->buffer == NULL || is_changing (self))
    return;
  /* It goes on with what is typed, which is told only then. */
  if (gtk_text_buffer_get_char_count (self->buffer) != self->n_chars)
    return;
  if (!is_in_first (self, get_mark_offset (self, gtk_text_buffer_get_insert (self->buffer)), 0))
    enclave_occurrences_end (self);
}

static void
history_cb (EnclaveOccurrences *self)
{
  if (!is_changing (self))
    enclave_occurrences_end (self);
}

static void
joined_cb (EnclaveOccurrences *self)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      GtkTextIter start;
      GtkTextIter end;

      get_bounds (self, i, &start, &end);
      gtk_text_buffer_apply_tag (self->buffer, self->tag, &start, &end);
    }
}

static void
add_place (EnclaveOccurrences *self, const GtkTextIter *start, const GtkTextIter *end)
{
  int offset = gtk_text_iter_get_offset (start);

  g_array_append_val (self->places, offset);
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

/* Those between @from and @to (nullable: the end) that don't overlap. */
static void
add_places (EnclaveOccurrences *self, const GtkTextIter *from, const GtkTextIter *to, const char *text, gboolean word)
{
  GtkTextIter at = *from;
  GtkTextIter start;
  GtkTextIter end;

  while (self->places->len < MAX_OCCURRENCES
         && gtk_text_iter_forward_search (&at, text, GTK_TEXT_SEARCH_TEXT_ONLY, &start, &end, to))
    {
      if (!word || stands_alone (&start, &end))
        add_place (self, &start, &end);
      at = end;
    }
}

EnclaveOccurrences *
enclave_occurrences_begin (GtkTextBuffer *buffer)
{
  g_autoptr (EnclaveOccurrences) self = NULL;
  g_autofree char *text = NULL;
  GtkTextIter start;
  GtkTextIter end;
  GtkTextIter from;
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
  self->length = gtk_text_iter_get_offset (&end) - gtk_text_iter_get_offset (&start);
  self->n_chars = gtk_text_buffer_get_char_count (buffer);
  /* no colour: it would end a screen reader's window */
  self->tag = gtk_text_buffer_create_tag (buffer, NULL, "underline", PANGO_UNDERLINE_SINGLE, NULL);
  /* what the person has selected is one of them, whatever overlaps it */
  gtk_text_buffer_get_start_iter (buffer, &from);
  add_places (self, &from, &start, text, word);
  self->first = self->places->len;
  add_place (self, &start, &end);
  add_places (self, &end, NULL, text, word);
  gtk_text_buffer_select_range (buffer, &end, &start);

  self->series = enclave_text_series_new (buffer);
  g_signal_connect_object (self->series, "joined", G_CALLBACK (joined_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (inserted_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (buffer, "delete-range", G_CALLBACK (deleted_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (buffer, "notify::cursor-position", G_CALLBACK (caret_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "undo", G_CALLBACK (history_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (buffer, "redo", G_CALLBACK (history_cb), self, G_CONNECT_SWAPPED);
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
  self->places = g_array_new (FALSE, FALSE, sizeof (int));
}
