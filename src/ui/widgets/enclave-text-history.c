/* enclave-text-history.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GTK 4.8 joins what is deleted backwards, a character or a word at a time, to one step of its history. Once such a step has 23 bytes it
 * reads a pointer as the text: undoing it brings back nothing, or what is no text. Only deletions that end at the cursor are joined that
 * way, so before a step gets that long the cursor goes where it would be afterwards anyway: that deletion is a step of its own.
 */

#include "config.h"

#include "enclave-text-history.h"

#include <string.h>

#define HISTORY "enclave-text-history"
/* The most that such a step can hold. */
#define STEP_MAX_BYTES 22

typedef struct
{
  gsize n_bytes;     /* at most in the step that the next deletion could be joined to */
  gboolean applying; /* an older step is undone or redone: nothing is joined */
} History;

static gboolean
ends_at_cursor (GtkTextBuffer *buffer, const GtkTextIter *end)
{
  GtkTextIter cursor;

  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));

  return gtk_text_iter_equal (&cursor, end) && !gtk_text_buffer_get_has_selection (buffer);
}

static void
delete_cb (GtkTextBuffer *buffer, const GtkTextIter *start, const GtkTextIter *end, History *history)
{
  gsize length = (gsize) (gtk_text_iter_get_offset (end) - gtk_text_iter_get_offset (start));

  if (history->applying || !ends_at_cursor (buffer, end))
    return;
  if (length <= STEP_MAX_BYTES)
    {
      g_autofree char *text = gtk_text_iter_get_slice (start, end);

      length = strlen (text);
    }
  if (history->n_bytes + length <= STEP_MAX_BYTES)
    {
      history->n_bytes += length;
      return;
    }
  history->n_bytes = 0;
  gtk_text_buffer_place_cursor (buffer, start);
}

static void
begin_applying_cb (GtkTextBuffer *buffer, History *history)
{
  history->applying = TRUE;
}

/* How long the step is that the next deletion would be joined to, nobody says. */
static void
end_applying_cb (GtkTextBuffer *buffer, History *history)
{
  history->applying = FALSE;
  history->n_bytes = STEP_MAX_BYTES;
}

void
enclave_text_history_mend (GtkTextBuffer *buffer)
{
  History *history;

  g_return_if_fail (GTK_IS_TEXT_BUFFER (buffer));

  if (g_object_get_data (G_OBJECT (buffer), HISTORY) != NULL)
    return;
  history = g_new0 (History, 1);
  g_object_set_data_full (G_OBJECT (buffer), HISTORY, history, g_free);
  g_signal_connect (buffer, "delete-range", G_CALLBACK (delete_cb), history);
  g_signal_connect (buffer, "undo", G_CALLBACK (begin_applying_cb), history);
  g_signal_connect (buffer, "redo", G_CALLBACK (begin_applying_cb), history);
  g_signal_connect_after (buffer, "undo", G_CALLBACK (end_applying_cb), history);
  g_signal_connect_after (buffer, "redo", G_CALLBACK (end_applying_cb), history);
}

gboolean
enclave_text_history_set_applying (GtkTextBuffer *buffer, gboolean applying)
{
  History *history;
  gboolean before;

  g_return_val_if_fail (GTK_IS_TEXT_BUFFER (buffer), FALSE);

  history = g_object_get_data (G_OBJECT (buffer), HISTORY);
  if (history == NULL)
    return FALSE;
  before = history->applying;
  history->applying = applying;

  return before;
}
