/* enclave-replace-all.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Matches are looked for first, all in one text: a replacement is no place to look for more. Words are found by the search
 * itself, slice by slice; expressions by a thread, in the whole text, so that what they look back at is there. Then many near
 * each other are put in place at once: the text, its history and its highlighting take each change for itself.
 */

#include "config.h"

#include "enclave-replace-all.h"

#include <string.h>

#include "enclave-replace-private.h"

#define SLICE_MS 8
/* After events and frames. */
#define PRIORITY (GDK_PRIORITY_REDRAW + 2)
/* So many are put in place one by one, and marks between them stay where they are. */
#define FEW_MATCHES 1000
/* Else at once what lies in so many characters: some milliseconds. */
#define PIECE_CHARS 16384

typedef struct
{
  int start; /* characters */
  int end;
  char *text; /* (nullable): NULL for the replacement as it is */
} Edit;

enum
{
  CARET,
  BOUND,
  TOP,
  N_PLACES
};

typedef struct
{
  GtkSourceSearchContext *context;
  GtkTextBuffer *buffer;
  GtkTextView *view;
  EnclaveDocument *document; /* (nullable) */
  char *replacement;
  GRegex *regex; /* (nullable) */
  GString *text; /* (nullable): for the regex */
  GArray *edits; /* (element-type Edit) */
  guint next;
  int looked_from;
  int moved;
  int old_places[N_PLACES];
  int new_places[N_PLACES];
  guint source;
  gulong handler;
  gulong settings_handler;
  gboolean looked; /* all there is to change is known */
  gboolean applying;
  gboolean in_action;
  gint disturbed; /* atomic: the thread looks as well */
} State;

static void
edit_clear (gpointer data)
{
  g_clear_pointer (&((Edit *) data)->text, g_free);
}

static void
disconnect (State *state)
{
  g_clear_signal_handler (&state->handler, state->buffer);
  g_clear_signal_handler (&state->settings_handler, gtk_source_search_context_get_settings (state->context));
}

static void
state_free (gpointer data)
{
  State *state = data;

  g_clear_handle_id (&state->source, g_source_remove);
  disconnect (state);
  if (state->in_action)
    gtk_text_buffer_end_user_action (state->buffer);
  g_object_unref (state->context);
  g_object_unref (state->buffer);
  g_object_unref (state->view);
  g_clear_object (&state->document);
  g_clear_pointer (&state->regex, g_regex_unref);
  g_array_unref (state->edits);
  g_free (state->replacement);
  if (state->text != NULL)
    g_string_free (state->text, TRUE);
  g_free (state);
}

static void
put_back_places (State *state)
{
  GtkTextIter caret;
  GtkTextIter bound;
  GtkTextIter top;
  GtkTextMark *mark;

  gtk_text_buffer_get_iter_at_offset (state->buffer, &caret, state->new_places[CARET]);
  gtk_text_buffer_get_iter_at_offset (state->buffer, &bound, state->new_places[BOUND]);
  gtk_text_buffer_get_iter_at_offset (state->buffer, &top, state->new_places[TOP]);
  gtk_text_buffer_select_range (state->buffer, &caret, &bound);
  mark = gtk_text_buffer_create_mark (state->buffer, NULL, &top, TRUE);
  gtk_text_view_scroll_to_mark (state->view, mark, 0, TRUE, 0, 0);
  gtk_text_buffer_delete_mark (state->buffer, mark);
}

static void
finish (GTask *task)
{
  State *state = g_task_get_task_data (task);

  state->source = 0;
  disconnect (state);
  if (state->in_action)
    {
      state->in_action = FALSE;
      gtk_text_buffer_end_user_action (state->buffer);
      put_back_places (state);
    }
  g_task_return_int (task, (gssize) state->next);
}

static void
changed_cb (State *state)
{
  if (!state->applying)
    g_atomic_int_set (&state->disturbed, TRUE);
}

/* Half of the words of before and half of those that are looked for now would change; and an expression that is another one by now is
 * not what is marked. */
static void
settings_changed_cb (State *state)
{
  if (!state->looked)
    g_atomic_int_set (&state->disturbed, TRUE);
}

static gboolean
must_end (GTask *task)
{
  State *state = g_task_get_task_data (task);

  return g_atomic_int_get (&state->disturbed) || g_cancellable_is_cancelled (g_task_get_cancellable (task));
}

/* Where @edit leads the places to. */
static void
move_places (State *state, const Edit *edit, int n_chars)
{
  for (guint i = 0; i < N_PLACES; i++)
    {
      if (edit->end <= state->old_places[i])
        state->new_places[i] += n_chars - (edit->end - edit->start);
      else if (edit->start < state->old_places[i])
        state->new_places[i] = edit->start + state->moved + n_chars;
    }
}

/* One piece. */
static void
apply_next (State *state)
{
  const Edit *first = &g_array_index (state->edits, Edit, state->next);
  gboolean few = state->edits->len <= FEW_MATCHES;
  g_autoptr (GString) text = g_string_new (NULL);
  int from = first->start + state->moved;
  int old_moved = state->moved;
  int at = first->start;
  GtkTextIter start;
  GtkTextIter end;

  for (guint n = 0; state->next < state->edits->len && (n == 0 || !few); n++)
    {
      Edit *edit = &g_array_index (state->edits, Edit, state->next);
      g_autofree char *between = NULL;
      g_autofree char *typed = NULL;
      int n_chars;

      if (n > 0 && edit->end - first->start > PIECE_CHARS)
        break;
      gtk_text_buffer_get_iter_at_offset (state->buffer, &start, at + old_moved);
      gtk_text_buffer_get_iter_at_offset (state->buffer, &end, edit->start + old_moved);
      between = gtk_text_iter_get_text (&start, &end);
      typed = _enclave_replace_dup_typed (state->document, &end, edit->text != NULL ? edit->text : state->replacement);
      g_string_append (text, between);
      g_string_append (text, typed);
      n_chars = (int) g_utf8_strlen (typed, -1);
      move_places (state, edit, n_chars);
      state->moved += n_chars - (edit->end - edit->start);
      at = edit->end;
      state->next++;
    }
  gtk_text_buffer_get_iter_at_offset (state->buffer, &start, from);
  gtk_text_buffer_get_iter_at_offset (state->buffer, &end, at + old_moved);
  _enclave_replace_range (state->buffer, state->document, &start, &end, text->str);
}

static gboolean
apply_cb (gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  State *state = g_task_get_task_data (task);
  gint64 until = g_get_monotonic_time () + SLICE_MS * G_TIME_SPAN_MILLISECOND;

  state->applying = TRUE;
  while (state->next < state->edits->len && g_get_monotonic_time () < until && !must_end (task))
    apply_next (state);
  state->applying = FALSE;
  if (state->next < state->edits->len && !must_end (task))
    return G_SOURCE_CONTINUE;
  finish (task);
  return G_SOURCE_REMOVE;
}

/* @owned_task: (transfer full). */
static void
begin_apply (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  State *state = g_task_get_task_data (task);
  GtkTextMark *marks[] = { gtk_text_buffer_get_insert (state->buffer), gtk_text_buffer_get_selection_bound (state->buffer) };
  GdkRectangle visible;
  GtkTextIter iter;

  if (state->text != NULL)
    g_string_free (g_steal_pointer (&state->text), TRUE);
  if (state->edits->len == 0 || must_end (task))
    {
      finish (task);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      gtk_text_buffer_get_iter_at_mark (state->buffer, &iter, marks[i]);
      state->old_places[i] = gtk_text_iter_get_offset (&iter);
    }
  gtk_text_view_get_visible_rect (state->view, &visible);
  gtk_text_view_get_line_at_y (state->view, &iter, visible.y, NULL);
  state->old_places[TOP] = gtk_text_iter_get_offset (&iter);
  memcpy (state->new_places, state->old_places, sizeof state->new_places);

  gtk_text_buffer_begin_user_action (state->buffer);
  state->in_action = TRUE;
  state->source = g_idle_add_full (PRIORITY, apply_cb, g_object_ref (task), g_object_unref);
}

static gboolean
look_cb (gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  State *state = g_task_get_task_data (task);
  gint64 until = g_get_monotonic_time () + SLICE_MS * G_TIME_SPAN_MILLISECOND;
  gboolean more = TRUE;

  while (more && g_get_monotonic_time () < until && !must_end (task))
    {
      Edit edit = { 0 };
      GtkTextIter from;
      GtkTextIter start;
      GtkTextIter end;
      gboolean wrapped = FALSE;

      gtk_text_buffer_get_iter_at_offset (state->buffer, &from, state->looked_from);
      more = gtk_source_search_context_forward (state->context, &from, &start, &end, &wrapped) && !wrapped;
      if (more)
        {
          edit.start = gtk_text_iter_get_offset (&start);
          edit.end = gtk_text_iter_get_offset (&end);
          more = edit.end > state->looked_from;
          state->looked_from = edit.end;
        }
      if (more)
        g_array_append_val (state->edits, edit);
    }
  if (more && !must_end (task))
    return G_SOURCE_CONTINUE;
  state->source = 0;
  state->looked = !must_end (task);
  begin_apply (g_object_ref (task));
  return G_SOURCE_REMOVE;
}

static void
look_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  State *state = data;
  const char *text = state->text->str;
  gsize length = state->text->len;
  GMatchInfo *info;
  gsize counted = 0;
  gsize from = 0;
  gsize start;
  gsize end;
  int n_chars = 0;

  while (!g_cancellable_is_cancelled (cancellable) && !g_atomic_int_get (&state->disturbed)
         && (info = _enclave_replace_find_next (state->regex, text, length, from, &start, &end)) != NULL)
    {
      Edit edit = { 0 };

      n_chars += (int) g_utf8_strlen (text + counted, (gssize) (start - counted));
      edit.start = n_chars;
      n_chars += (int) g_utf8_strlen (text + start, (gssize) (end - start));
      edit.end = n_chars;
      edit.text = g_match_info_expand_references (info, state->replacement, NULL);
      g_match_info_unref (info);
      counted = from = end;
      if (edit.text != NULL)
        g_array_append_val (state->edits, edit);
    }
  g_task_return_boolean (task, TRUE);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  State *state = g_task_get_task_data (G_TASK (user_data));

  state->looked = !must_end (G_TASK (user_data));
  begin_apply (user_data);
}

/* The text for the thread, with what stands for a widget: it counts as a character. */
static gboolean
gather_cb (gpointer data)
{
  g_autoptr (GTask) task = g_object_ref (data);
  g_autoptr (GTask) look = NULL;
  State *state = g_task_get_task_data (task);
  gint64 until = g_get_monotonic_time () + SLICE_MS * G_TIME_SPAN_MILLISECOND;
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_iter_at_offset (state->buffer, &start, state->looked_from);
  while (!gtk_text_iter_is_end (&start) && g_get_monotonic_time () < until && !must_end (task))
    {
      g_autofree char *piece = NULL;

      end = start;
      gtk_text_iter_forward_chars (&end, PIECE_CHARS);
      piece = gtk_text_iter_get_slice (&start, &end);
      g_string_append (state->text, piece);
      start = end;
    }
  state->looked_from = gtk_text_iter_get_offset (&start);
  if (!gtk_text_iter_is_end (&start) && !must_end (task))
    return G_SOURCE_CONTINUE;

  state->source = 0;
  look = g_task_new (NULL, g_task_get_cancellable (task), looked_cb, g_object_ref (task));
  g_task_set_source_tag (look, look_in_thread);
  g_task_set_check_cancellable (look, FALSE);
  g_task_set_task_data (look, state, NULL);
  g_task_run_in_thread (look, look_in_thread);
  return G_SOURCE_REMOVE;
}

void
enclave_replace_all_async (GtkSourceSearchContext *context, GtkTextView *view, EnclaveDocument *document,
                           const char *replacement, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  State *state;

  g_return_if_fail (GTK_SOURCE_IS_SEARCH_CONTEXT (context));
  g_return_if_fail (GTK_IS_TEXT_VIEW (view));
  g_return_if_fail (replacement != NULL);

  state = g_new0 (State, 1);
  state->context = g_object_ref (context);
  state->buffer = g_object_ref (gtk_text_view_get_buffer (view));
  state->view = g_object_ref (view);
  g_set_object (&state->document, document);
  state->replacement = g_strdup (replacement);
  state->edits = g_array_new (FALSE, FALSE, sizeof (Edit));
  g_array_set_clear_func (state->edits, edit_clear);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_replace_all_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, state, state_free);
  if (gtk_source_search_settings_get_search_text (gtk_source_search_context_get_settings (context)) == NULL)
    {
      state->looked = TRUE;
      g_task_return_int (task, 0);
      return;
    }
  state->handler = g_signal_connect_swapped (state->buffer, "changed", G_CALLBACK (changed_cb), state);
  state->settings_handler = g_signal_connect_swapped (gtk_source_search_context_get_settings (context), "notify",
                                                      G_CALLBACK (settings_changed_cb), state);
  if (!gtk_source_search_settings_get_regex_enabled (gtk_source_search_context_get_settings (context)))
    {
      state->source = g_idle_add_full (PRIORITY, look_cb, g_object_ref (task), g_object_unref);
      return;
    }

  state->regex = g_regex_check_replacement (replacement, NULL, &error) ? _enclave_replace_make_regex (context, &error) : NULL;
  if (state->regex == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  state->text = g_string_new (NULL);
  state->source = g_idle_add_full (PRIORITY, gather_cb, g_object_ref (task), g_object_unref);
}

guint
enclave_replace_all_finish (GAsyncResult *result, gboolean *ended_early, GError **error)
{
  const State *state;
  gssize n;

  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_replace_all_async), 0);

  state = g_task_get_task_data (G_TASK (result));
  if (ended_early != NULL)
    *ended_early = !g_task_had_error (G_TASK (result)) && (!state->looked || state->next < state->edits->len);
  n = g_task_propagate_int (G_TASK (result), error);
  return n > 0 ? (guint) n : 0;
}
