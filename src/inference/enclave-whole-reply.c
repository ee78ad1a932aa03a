/* enclave-whole-reply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-whole-reply.h"

#include <glib/gi18n.h>

#include "enclave-deadline-private.h"

typedef struct
{
  EnclaveDeadline *deadline;
  EnclaveCompletionStream *stream;
  GString *text;
  GString *reasoning;
  EnclaveWholeReply *reply;
  gint64 begun_us;
} Reading;

void
enclave_whole_reply_free (EnclaveWholeReply *reply)
{
  g_free (reply->text);
  g_free (reply->reasoning);
  g_free (reply->end_reason);
  g_ptr_array_unref (reply->calls);
  g_free (reply);
}

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  enclave_deadline_free (reading->deadline);
  g_clear_object (&reading->stream);
  g_string_free (reading->text, TRUE);
  g_string_free (reading->reasoning, TRUE);
  g_clear_pointer (&reading->reply, enclave_whole_reply_free);
  g_free (reading);
}

static void
fail (GTask *task, GError *error)
{
  Reading *reading = g_task_get_task_data (task);

  if (reading->stream != NULL)
    enclave_completion_stream_close (reading->stream);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && enclave_deadline_is_over (reading->deadline))
    {
      g_error_free (error);
      g_task_return_new_error (task, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_TIMED_OUT,
                               _ ("The reply took too long and was ended"));
    }
  else
    g_task_return_error (task, error);
}

static void
take_event (Reading *reading, EnclaveCompletionEvent *event)
{
  EnclaveWholeReply *reply = reading->reply;
  gint64 now_us = g_get_monotonic_time () - reading->begun_us;

  if (event->kind == ENCLAVE_COMPLETION_TEXT || event->kind == ENCLAVE_COMPLETION_REASONING
      || event->kind == ENCLAVE_COMPLETION_TOOL_NAME)
    {
      if (reply->first_us == 0)
        reply->first_us = now_us;
      reply->last_us = now_us;
      reply->n_pieces++;
    }
  switch (event->kind)
    {
    case ENCLAVE_COMPLETION_TEXT:
      g_string_append (reading->text, event->text);
      break;
    case ENCLAVE_COMPLETION_REASONING:
      g_string_append (reading->reasoning, event->text);
      break;
    case ENCLAVE_COMPLETION_WAS_REASONING:
      g_string_append_len (reading->reasoning, reading->text->str, (gssize) reading->text->len);
      g_string_truncate (reading->text, 0);
      break;
    case ENCLAVE_COMPLETION_TOOL_CALL:
      g_ptr_array_add (reply->calls, enclave_completion_event_copy (event));
      break;
    case ENCLAVE_COMPLETION_USAGE:
      reply->prompt_tokens = event->prompt_tokens;
      reply->cached_tokens = event->cached;
      reply->completion_tokens = event->completion_tokens;
      reply->tokens_per_second = event->tokens_per_second;
      reply->prompt_tokens_per_second = event->prompt_tokens_per_second;
      break;
    case ENCLAVE_COMPLETION_END:
      g_free (reply->end_reason);
      reply->end_reason = g_strdup (event->text);
      break;
    case ENCLAVE_COMPLETION_TOOL_NAME:
    case ENCLAVE_COMPLETION_PROGRESS:
    default:
      break;
    }
}

static void read_event (GTask *task);

static void
on_event (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveCompletionEvent) event
    = enclave_completion_stream_next_finish (ENCLAVE_COMPLETION_STREAM (source), result, &error);
  EnclaveWholeReply *reply;

  if (error != NULL)
    {
      fail (task, g_steal_pointer (&error));
      return;
    }
  if (event != NULL)
    {
      take_event (reading, event);
      read_event (g_steal_pointer (&task));
      return;
    }
  reply = g_steal_pointer (&reading->reply);
  reply->text = g_strdup (reading->text->str);
  reply->reasoning = g_strdup (reading->reasoning->str);
  if (reply->end_reason == NULL)
    reply->end_reason = g_strdup ("stop");
  g_task_return_pointer (task, reply, (GDestroyNotify) enclave_whole_reply_free);
}

/* @task: (transfer full) */
static void
read_event (GTask *task)
{
  Reading *reading = g_task_get_task_data (task);

  enclave_completion_stream_next_async (reading->stream, enclave_deadline_get_cancellable (reading->deadline), on_event,
                                        task);
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  reading->stream
    = enclave_inference_client_open_stream_finish (ENCLAVE_INFERENCE_CLIENT (source), result, &error);
  if (reading->stream == NULL)
    fail (task, g_steal_pointer (&error));
  else
    read_event (g_steal_pointer (&task));
}

void
enclave_whole_reply_async (EnclaveInferenceClient *client, EnclaveChatRequest *request, guint timeout_ms,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Reading *reading;

  g_return_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (client) && ENCLAVE_IS_CHAT_REQUEST (request));

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_whole_reply_async);
  reading = g_new0 (Reading, 1);
  reading->deadline = enclave_deadline_new (cancellable, timeout_ms);
  reading->text = g_string_new (NULL);
  reading->reasoning = g_string_new (NULL);
  reading->reply = g_new0 (EnclaveWholeReply, 1);
  reading->reply->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_completion_event_free);
  reading->begun_us = g_get_monotonic_time ();
  g_task_set_task_data (task, reading, reading_free);
  enclave_inference_client_open_stream_async (client, request, enclave_deadline_get_cancellable (reading->deadline),
                                              on_opened, task);
}

EnclaveWholeReply *
enclave_whole_reply_finish (EnclaveInferenceClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
