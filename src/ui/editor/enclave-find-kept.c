/* enclave-find-kept.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Going from match to match of an expression with `\K`. GtkSourceView 5.6 looks for the match again in what it has marked of the text,
 * where that which must stand before it is missing.
 */

#include "config.h"

#include "enclave-find-kept.h"

#include <string.h>

#include "enclave-replace-private.h"

typedef struct
{
  GtkTextBuffer *buffer;
  GRegex *regex;
  char *text;
  int from; /* characters, as the next two */
  int start;
  int end;
  guint position; /* 0: none */
  gulong handler;
  gboolean forward;
  gboolean changed;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_clear_signal_handler (&search->handler, search->buffer);
  g_object_unref (search->buffer);
  g_clear_pointer (&search->regex, g_regex_unref);
  g_free (search->text);
  g_free (search);
}

gboolean
enclave_find_kept_is_needed (GtkSourceSearchContext *context)
{
  GtkSourceSearchSettings *settings;
  const char *text;

  g_return_val_if_fail (GTK_SOURCE_IS_SEARCH_CONTEXT (context), FALSE);

  settings = gtk_source_search_context_get_settings (context);
  text = gtk_source_search_settings_get_search_text (settings);
  return gtk_source_search_settings_get_regex_enabled (settings) && text != NULL && strstr (text, "\\K") != NULL;
}

/* From the beginning, so that the matches are those that are marked. */
static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Search *search = data;
  gsize length = strlen (search->text);
  GMatchInfo *info;
  gsize counted = 0;
  gsize from = 0;
  gsize start;
  gsize end;
  int n_chars = 0;
  guint n = 0;

  while (!g_cancellable_is_cancelled (cancellable)
         && (info = _enclave_replace_find_next (search->regex, search->text, length, from, &start, &end)) != NULL)
    {
      int first;
      gboolean is_before;

      g_match_info_unref (info);
      n++;
      n_chars += (int) g_utf8_strlen (search->text + counted, (gssize) (start - counted));
      first = n_chars;
      n_chars += (int) g_utf8_strlen (search->text + start, (gssize) (end - start));
      counted = from = end;
      is_before = search->forward ? first < search->from : n_chars <= search->from;
      /* Forward, the first one of all is where it goes on behind the end; backward it is the last one. */
      if (search->forward && is_before && search->position != 0)
        continue;
      if (!search->forward && !is_before && search->position != 0 && search->end <= search->from)
        break;
      search->position = n;
      search->start = first;
      search->end = n_chars;
      if (search->forward && !is_before)
        break;
    }
  g_task_return_boolean (task, search->position != 0);
}

static void
changed_cb (Search *search)
{
  search->changed = TRUE;
}

void
enclave_find_kept_async (GtkSourceSearchContext *context, const GtkTextIter *from, gboolean forward, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GtkTextIter start;
  GtkTextIter end;
  Search *search;

  g_return_if_fail (GTK_SOURCE_IS_SEARCH_CONTEXT (context) && from != NULL);

  task = g_task_new (context, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_find_kept_async);
  search = g_new0 (Search, 1);
  search->buffer = g_object_ref (gtk_text_iter_get_buffer (from));
  search->from = gtk_text_iter_get_offset (from);
  search->forward = forward;
  g_task_set_task_data (task, search, search_free);
  search->regex = _enclave_replace_make_regex (context, NULL);
  if (search->regex == NULL)
    {
      g_task_return_boolean (task, FALSE);
      return;
    }
  gtk_text_buffer_get_bounds (search->buffer, &start, &end);
  search->text = gtk_text_iter_get_slice (&start, &end);
  search->handler = g_signal_connect_swapped (search->buffer, "changed", G_CALLBACK (changed_cb), search);
  g_task_run_in_thread (task, look_in_thread);
}

gboolean
enclave_find_kept_finish (GAsyncResult *result, GtkTextIter *start, GtkTextIter *end, guint *position, GError **error)
{
  const Search *search;

  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_find_kept_async), FALSE);
  g_return_val_if_fail (start != NULL && end != NULL && position != NULL, FALSE);

  search = g_task_get_task_data (G_TASK (result));
  if (!g_task_propagate_boolean (G_TASK (result), error) || search->changed)
    return FALSE;
  gtk_text_buffer_get_iter_at_offset (search->buffer, start, search->start);
  gtk_text_buffer_get_iter_at_offset (search->buffer, end, search->end);
  *position = search->position;
  return TRUE;
}
