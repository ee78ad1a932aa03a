/* enclave-text-series.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The steps are undone, and what they did is done again as one. Each undoing is held against the number of characters that there were,
 * so that a step that GTK has joined or dropped itself leaves the history as it was.
 */

#include "config.h"

#include "enclave-text-series.h"

#include <string.h>

#include "enclave-text-history.h"

#define JOINING "enclave-text-series-joining"
#define PAUSE_MS 3000
/* What is done again without a wait. */
#define MAX_EDITS 20000
#define MAX_BYTES (1024 * 1024)
/* GTK keeps 200 steps at least. */
#define MAX_STEPS 150
/* Of a text that is held against what it was without a wait. */
#define MAX_CHARS (4 * 1024 * 1024)

typedef struct
{
  char *text; /* inserted, or deleted */
  int offset;
  int n_chars;
  gboolean deleted;
} Edit;

struct _EnclaveTextSeries
{
  GObject parent_instance;

  GtkTextBuffer *buffer;
  GArray *edits;  /* (element-type Edit): of all steps */
  GArray *counts; /* (element-type int): characters before the first step, and after each */
  gsize n_bytes;
  guint n_before; /* edits before the action that is going on */
  guint pause_source;
  guint end_source;
  gboolean acting; /* in a user action */
  gboolean joining;
};

enum
{
  JOINED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveTextSeries, enclave_text_series, G_TYPE_OBJECT)

static void
clear_edit (gpointer data)
{
  g_free (((Edit *) data)->text);
}

/* What was done stays in as many steps as it is. */
static void
forget (EnclaveTextSeries *self)
{
  g_array_set_size (self->edits, 0);
  g_array_set_size (self->counts, 0);
  self->n_bytes = 0;
  self->n_before = 0;
  g_clear_handle_id (&self->pause_source, g_source_remove);
  g_clear_handle_id (&self->end_source, g_source_remove);
}

static int
get_offset (EnclaveTextSeries *self, GtkTextMark *mark)
{
  GtkTextIter iter;

  gtk_text_buffer_get_iter_at_mark (self->buffer, &iter, mark);
  return gtk_text_iter_get_offset (&iter);
}

static gboolean
undo_steps (EnclaveTextSeries *self)
{
  for (guint i = self->counts->len - 1; i > 0; i--)
    {
      gtk_text_buffer_undo (self->buffer);
      if (gtk_text_buffer_get_char_count (self->buffer) == g_array_index (self->counts, int, i - 1))
        continue;
      for (; i < self->counts->len; i++)
        gtk_text_buffer_redo (self->buffer);
      return FALSE;
    }

  return TRUE;
}

static void
repeat_edits (EnclaveTextSeries *self)
{
  gtk_text_buffer_begin_user_action (self->buffer);
  for (guint i = 0; i < self->edits->len; i++)
    {
      const Edit *edit = &g_array_index (self->edits, Edit, i);
      GtkTextIter start;
      GtkTextIter end;

      gtk_text_buffer_get_iter_at_offset (self->buffer, &start, edit->offset);
      end = start;
      gtk_text_iter_forward_chars (&end, edit->n_chars);
      if (edit->deleted)
        gtk_text_buffer_delete (self->buffer, &start, &end);
      else
        gtk_text_buffer_insert (self->buffer, &start, edit->text, -1);
    }
  gtk_text_buffer_end_user_action (self->buffer);
}

static char *
dup_text (EnclaveTextSeries *self)
{
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  return gtk_text_iter_get_slice (&start, &end);
}

/* Should a step of GTK's have been another one of the same length, nothing that was typed is lost. */
static void
hold_against (EnclaveTextSeries *self, const char *text)
{
  g_autofree char *now = dup_text (self);
  GtkTextIter start;
  GtkTextIter end;

  if (strcmp (now, text) == 0)
    return;
  gtk_text_buffer_begin_user_action (self->buffer);
  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  gtk_text_buffer_delete (self->buffer, &start, &end);
  gtk_text_buffer_insert (self->buffer, &start, text, -1);
  gtk_text_buffer_end_user_action (self->buffer);
}

static void
join (EnclaveTextSeries *self)
{
  int caret = get_offset (self, gtk_text_buffer_get_insert (self->buffer));
  int bound = get_offset (self, gtk_text_buffer_get_selection_bound (self->buffer));
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *text = NULL;
  gboolean applying;

  if (self->counts->len <= 2 || gtk_text_buffer_get_char_count (self->buffer) > MAX_CHARS)
    {
      forget (self);
      return;
    }
  text = dup_text (self);
  self->joining = TRUE;
  g_object_set_data (G_OBJECT (self->buffer), JOINING, GINT_TO_POINTER (TRUE));
  /* this may be in the middle of an undo, which goes on afterwards */
  applying = enclave_text_history_set_applying (self->buffer, FALSE);
  if (undo_steps (self))
    repeat_edits (self);
  hold_against (self, text);
  enclave_text_history_set_applying (self->buffer, applying);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &start, caret);
  gtk_text_buffer_get_iter_at_offset (self->buffer, &end, bound);
  gtk_text_buffer_select_range (self->buffer, &start, &end);
  g_object_set_data (G_OBJECT (self->buffer), JOINING, NULL);
  self->joining = FALSE;
  forget (self);
  g_signal_emit (self, signals[JOINED], 0);
}

void
enclave_text_series_end (EnclaveTextSeries *self)
{
  g_autoptr (EnclaveTextSeries) held = NULL;

  g_return_if_fail (ENCLAVE_IS_TEXT_SERIES (self));

  /* the source that waits for this may be the last to hold it */
  held = g_object_ref (self);
  if (self->joining || self->counts->len == 0)
    return;
  if (self->acting)
    forget (self);
  else
    join (self);
}

static gboolean
end_cb (gpointer user_data)
{
  EnclaveTextSeries *self = user_data;

  self->end_source = 0;
  enclave_text_series_end (self);

  return G_SOURCE_REMOVE;
}

static gboolean
pause_cb (gpointer user_data)
{
  EnclaveTextSeries *self = user_data;

  self->pause_source = 0;
  enclave_text_series_end (self);

  return G_SOURCE_REMOVE;
}

static void
end_soon (EnclaveTextSeries *self)
{
  if (self->end_source == 0)
    self->end_source = g_idle_add_full (G_PRIORITY_HIGH, end_cb, g_object_ref (self), g_object_unref);
}

void
enclave_text_series_finish (EnclaveTextSeries *self)
{
  g_return_if_fail (ENCLAVE_IS_TEXT_SERIES (self));

  if (self->acting)
    forget (self);
  if (self->counts->len > 2)
    end_soon (self);
  g_object_unref (self);
}

/* Whoever moves the caret goes on with where it is: later, but before the next key. */
static void
mark_set_cb (EnclaveTextSeries *self, const GtkTextIter *iter, GtkTextMark *mark)
{
  if (self->joining || self->acting || self->counts->len == 0 || mark != gtk_text_buffer_get_insert (self->buffer))
    return;
  end_soon (self);
}

static void
note (EnclaveTextSeries *self, const GtkTextIter *start, int n_chars, char *text, gboolean deleted)
{
  Edit edit = { .text = text, .offset = gtk_text_iter_get_offset (start), .n_chars = n_chars, .deleted = deleted };

  self->n_bytes += strlen (text);
  g_array_append_val (self->edits, edit);
}

static void
insert_cb (EnclaveTextSeries *self, GtkTextIter *location, const char *text, int length)
{
  if (self->joining)
    return;
  if (self->acting)
    note (self, location, 0, length < 0 ? g_strdup (text) : g_strndup (text, (gsize) length), FALSE);
  else
    forget (self);
}

static void
delete_cb (EnclaveTextSeries *self, GtkTextIter *start, GtkTextIter *end)
{
  if (self->joining)
    return;
  if (self->acting)
    note (self, start, gtk_text_iter_get_offset (end) - gtk_text_iter_get_offset (start), gtk_text_iter_get_slice (start, end), TRUE);
  else
    forget (self);
}

static void
begin_cb (EnclaveTextSeries *self)
{
  g_autoptr (EnclaveTextSeries) held = g_object_ref (self);
  int n_chars = gtk_text_buffer_get_char_count (self->buffer);

  if (self->joining)
    return;
  /* the caret has gone elsewhere, and that could not be told before this */
  if (self->end_source != 0)
    forget (self);
  self->acting = TRUE;
  if (self->counts->len == 0)
    g_array_append_val (self->counts, n_chars);
  self->n_before = self->edits->len;
}

static gboolean
counts_fit (EnclaveTextSeries *self, int n_chars)
{
  int expected = g_array_index (self->counts, int, self->counts->len - 1);

  for (guint i = self->n_before; i < self->edits->len; i++)
    {
      const Edit *edit = &g_array_index (self->edits, Edit, i);

      expected += edit->deleted ? -edit->n_chars : (int) g_utf8_strlen (edit->text, -1);
    }

  return expected == n_chars;
}

static void
finish_cb (EnclaveTextSeries *self)
{
  int n_chars = gtk_text_buffer_get_char_count (self->buffer);
  guint n_edits = self->edits->len - self->n_before;

  if (self->joining)
    return;
  self->acting = FALSE;
  if (n_edits == 0)
    return;
  /* the history joins a single edit as it likes; and what somebody has stopped, and done in another way, is not known */
  if (n_edits == 1 || self->counts->len == 0 || !counts_fit (self, n_chars) || self->edits->len > MAX_EDITS
      || self->n_bytes > MAX_BYTES || self->counts->len > MAX_STEPS)
    {
      forget (self);
      return;
    }
  g_array_append_val (self->counts, n_chars);
  g_clear_handle_id (&self->pause_source, g_source_remove);
  self->pause_source = g_timeout_add (PAUSE_MS, pause_cb, self);
}

static void
undo_cb (EnclaveTextSeries *self)
{
  enclave_text_series_end (self);
}

static void
redo_cb (EnclaveTextSeries *self)
{
  if (!self->joining)
    forget (self);
}

static void
enclave_text_series_dispose (GObject *object)
{
  EnclaveTextSeries *self = ENCLAVE_TEXT_SERIES (object);

  if (self->buffer != NULL)
    g_signal_handlers_disconnect_by_data (self->buffer, self);
  forget (self);
  g_clear_object (&self->buffer);

  G_OBJECT_CLASS (enclave_text_series_parent_class)->dispose (object);
}

static void
enclave_text_series_finalize (GObject *object)
{
  EnclaveTextSeries *self = ENCLAVE_TEXT_SERIES (object);

  g_array_unref (self->edits);
  g_array_unref (self->counts);

  G_OBJECT_CLASS (enclave_text_series_parent_class)->finalize (object);
}

static void
enclave_text_series_class_init (EnclaveTextSeriesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_text_series_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_text_series_finalize;
  signals[JOINED] = g_signal_new ("joined", ENCLAVE_TYPE_TEXT_SERIES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_text_series_init (EnclaveTextSeries *self)
{
  self->edits = g_array_new (FALSE, FALSE, sizeof (Edit));
  g_array_set_clear_func (self->edits, clear_edit);
  self->counts = g_array_new (FALSE, FALSE, sizeof (int));
}

EnclaveTextSeries *
enclave_text_series_new (GtkTextBuffer *buffer)
{
  EnclaveTextSeries *self;

  g_return_val_if_fail (GTK_IS_TEXT_BUFFER (buffer), NULL);

  self = g_object_new (ENCLAVE_TYPE_TEXT_SERIES, NULL);
  self->buffer = g_object_ref (buffer);
  g_signal_connect_swapped (buffer, "begin-user-action", G_CALLBACK (begin_cb), self);
  g_signal_connect_swapped (buffer, "end-user-action", G_CALLBACK (finish_cb), self);
  g_signal_connect_swapped (buffer, "insert-text", G_CALLBACK (insert_cb), self);
  g_signal_connect_swapped (buffer, "delete-range", G_CALLBACK (delete_cb), self);
  g_signal_connect_swapped (buffer, "mark-set", G_CALLBACK (mark_set_cb), self);
  g_signal_connect_swapped (buffer, "undo", G_CALLBACK (undo_cb), self);
  g_signal_connect_swapped (buffer, "redo", G_CALLBACK (redo_cb), self);

  return self;
}

gboolean
enclave_text_series_is_joining (EnclaveTextSeries *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TEXT_SERIES (self), FALSE);

  return self->joining;
}

gboolean
enclave_text_series_joins (GtkTextBuffer *buffer)
{
  g_return_val_if_fail (GTK_IS_TEXT_BUFFER (buffer), FALSE);

  return g_object_get_data (G_OBJECT (buffer), JOINING) != NULL;
}
