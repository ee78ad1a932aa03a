/* enclave-fill.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-fill.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-chat-reader.h"
#include "enclave-event-parser.h"
#include "enclave-fim-filter.h"
#include "enclave-inference-client-private.h"
#include "enclave-json.h"
#include "enclave-limits.h"

#define READ_BYTES 16384
#define FENCE "```"

typedef struct
{
  EnclaveModelInfo *model;
  EnclaveFillRequest *request;
  EnclaveFillRoute route;
  int other_route;
  GCancellable *cancellable; /* the caller's, or our clock's */
  gulong chain;
  guint timer;
  gboolean timed_out;
  EnclaveNetworkReply *reply;
  EnclaveEventParser *parser;
  EnclaveFimFilter *filter;
  GByteArray *refusal; /* the beginning of a body that is no text */
  GError *failure;
  gboolean understood;
  gboolean over;
  gboolean cut;
} Fill;

static void
close_reply (Fill *fill)
{
  if (fill->reply != NULL && fill->reply->body != NULL)
    g_input_stream_close_async (fill->reply->body, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_clear_pointer (&fill->reply, enclave_network_reply_free);
}

static void
fill_free (gpointer data)
{
  Fill *fill = data;

  close_reply (fill);
  g_clear_object (&fill->model);
  g_clear_object (&fill->cancellable);
  g_clear_pointer (&fill->request, enclave_fill_request_free);
  g_clear_pointer (&fill->parser, enclave_event_parser_free);
  g_clear_pointer (&fill->filter, enclave_fim_filter_free);
  g_byte_array_unref (fill->refusal);
  g_clear_error (&fill->failure);
  g_free (fill);
}

static void send (GTask *task);
static void read_more (GTask *task);

static void
end (GTask *task)
{
  Fill *fill = g_task_get_task_data (task);
  g_autofree char *text = enclave_fim_filter_finish (fill->filter, fill->cut);

  close_reply (fill);
  if (fill->failure != NULL)
    g_task_return_error (task, g_steal_pointer (&fill->failure));
  else if (g_str_has_prefix (text + strspn (text, " \t\n"), FENCE))
    g_task_return_new_error (task, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL,
                             _ ("“%s” answered as in a conversation instead of filling in code. Choose a base or “coder” model"),
                             enclave_model_info_get_id (fill->model));
  else
    g_task_return_pointer (task, g_steal_pointer (&text), g_free);
}

static gboolean
is_set (JsonObject *root, const char *member)
{
  const char *text = enclave_json_peek_string (root, member);

  return text != NULL && *text != '\0';
}

static gboolean
is_length (const char *reason)
{
  return g_strcmp0 (reason, "length") == 0 || g_strcmp0 (reason, "limit") == 0;
}

/* One event of any of the three dialects. */
static void
read_event (Fill *fill, const char *data)
{
  g_autoptr (JsonObject) root = NULL;
  JsonArray *choices;
  JsonObject *choice;
  const char *text;
  gint64 predicted;

  if (strcmp (data, "[DONE]") == 0)
    {
      fill->over = TRUE;
      return;
    }
  root = enclave_json_parse_object (data, -1, NULL);
  if (root == NULL)
    return;
  if (json_object_has_member (root, "error") && !json_object_get_null_member (root, "error"))
    {
      fill->failure = enclave_chat_reader_error_from_body (0, data);
      return;
    }
  if (is_set (root, "remote_host") || is_set (root, "remote_model"))
    {
      fill->failure = g_error_new_literal (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL,
                                           _ ("The server passes your text on to another machine; the reply was ended"));
      return;
    }
  choices = enclave_json_peek_array (root, "choices");
  choice = choices != NULL ? enclave_json_array_peek_object (choices, 0) : NULL;
  text = choice != NULL ? enclave_json_peek_string (choice, "text") : enclave_json_peek_string (root, "content");
  if (text == NULL)
    text = enclave_json_peek_string (root, "response");
  fill->understood |= text != NULL || choices != NULL;
  predicted = enclave_json_get_int (root, "tokens_predicted", enclave_json_get_int (root, "eval_count", 0));
  fill->cut |= is_length (enclave_json_peek_string (root, "done_reason")) || is_length (enclave_json_peek_string (root, "stop_type"))
               || enclave_json_get_boolean (root, "stopped_limit", FALSE)
               || (choice != NULL && is_length (enclave_json_peek_string (choice, "finish_reason")))
               || predicted >= enclave_fill_request_get_max_tokens (fill->request);
  if (text != NULL && !enclave_fim_filter_feed (fill->filter, text))
    fill->over = TRUE;
  if (choice != NULL && is_set (choice, "finish_reason"))
    fill->over = TRUE;
  fill->over |= enclave_json_get_boolean (root, "stop", FALSE) || enclave_json_get_boolean (root, "done", FALSE);
}

static void
read_events (Fill *fill, GPtrArray *data)
{
  for (guint i = 0; i < data->len && fill->failure == NULL && !fill->over; i++)
    read_event (fill, ((EnclaveEvent *) g_ptr_array_index (data, i))->data->str);
}

static void
take_bytes (Fill *fill, GBytes *bytes)
{
  g_autoptr (GPtrArray) data = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_event_free);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (length > 0)
    {
      if (!enclave_event_parser_feed (fill->parser, text, length, data))
        fill->failure = enclave_inference_error_new_long_line ();
      if (fill->failure == NULL)
        read_events (fill, data);
      return;
    }
  enclave_event_parser_finish (fill->parser, data);
  read_events (fill, data);
  if (fill->failure == NULL && !fill->understood)
    fill->failure = g_error_new_literal (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER,
                                         _ ("The server’s answer to a request for a completion can’t be understood"));
  /* Neither its end nor [DONE]: the last line may be half. */
  fill->cut |= !fill->over;
  fill->over = TRUE;
}

/* TRUE when our clock or the caller has ended it, and the task is answered. */
static gboolean
was_stopped (GTask *task, const GError *error)
{
  Fill *fill = g_task_get_task_data (task);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  if (!fill->timed_out)
    {
      close_reply (fill);
      g_task_return_error (task, g_error_copy (error));
      return TRUE;
    }
  fill->cut = TRUE;
  if (!fill->understood)
    fill->failure = g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_TIMED_OUT,
                                 _ ("No completion within %d seconds"), ENCLAVE_FILL_TIMEOUT_MS / 1000);
  end (task);
  return TRUE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fill *fill = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (bytes == NULL && was_stopped (task, error))
    return;
  if (bytes == NULL)
    bytes = g_bytes_new (NULL, 0);
  take_bytes (fill, bytes);
  if (fill->over || fill->failure != NULL)
    end (task);
  else
    read_more (g_steal_pointer (&task));
}

static void
read_more (GTask *task)
{
  Fill *fill = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (fill->reply->body, READ_BYTES, G_PRIORITY_DEFAULT, fill->cancellable, on_read, task);
}

static void
on_refusal (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fill *fill = g_task_get_task_data (task);
  guint status = fill->reply->status;
  gsize length = 0;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, &error);
  if (error != NULL && was_stopped (task, error))
    return;
  text = g_strndup ((const char *) fill->refusal->data, length);
  g_clear_error (&error);
  error = enclave_chat_reader_error_from_body (status, text);
  close_reply (fill);
  /* "Loading", "busy" and a key that is wanted are the same by any way. */
  if (fill->other_route >= 0 && (status == 400 || status == 404 || status == 405 || status == 500 || status == 501))
    {
      fill->route = (EnclaveFillRoute) fill->other_route;
      fill->other_route = -1;
      send (g_steal_pointer (&task));
    }
  else if (status == 501 || (status == 404 && fill->route == ENCLAVE_FILL_INFILL))
    g_task_return_new_error (task, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_MODEL,
                             _ ("“%s” can’t fill in the middle of a text: %s"), enclave_model_info_get_id (fill->model),
                             error->message);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveInferenceClient *self = g_task_get_source_object (task);
  Fill *fill = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  fill->reply = enclave_network_channel_send_finish (ENCLAVE_NETWORK_CHANNEL (source), result, &error);
  if (fill->reply == NULL)
    {
      if (!was_stopped (task, error))
        g_task_return_error (task, enclave_inference_client_map_error (self, error));
    }
  else if (fill->reply->status < 200 || fill->reply->status > 299)
    {
      g_byte_array_set_size (fill->refusal, ENCLAVE_ERROR_BODY_READ_BYTES);
      g_input_stream_read_all_async (fill->reply->body, fill->refusal->data, fill->refusal->len, G_PRIORITY_DEFAULT,
                                     fill->cancellable, on_refusal, g_object_ref (task));
    }
  else
    {
      gboolean lines = strcmp (fill->reply->content_type, "application/json") == 0
                       || strcmp (fill->reply->content_type, "application/x-ndjson") == 0;

      fill->parser = enclave_event_parser_new (lines ? ENCLAVE_FRAMING_NDJSON : ENCLAVE_FRAMING_SSE_MODEL, ENCLAVE_STREAM_MAX_LINE_BYTES);
      read_more (g_steal_pointer (&task));
    }
}

static void
send (GTask *task)
{
  EnclaveInferenceClient *self = g_task_get_source_object (task);
  Fill *fill = g_task_get_task_data (task);
  g_autoptr (GBytes) body = enclave_fill_request_to_body (fill->request, fill->model, fill->route);

  enclave_network_channel_send_async (enclave_inference_client_get_channel (self), "POST",
                                      enclave_fill_route_get_path (fill->route), body, fill->cancellable, on_sent, task);
}

static gboolean
on_late (gpointer user_data)
{
  Fill *fill = user_data;

  fill->timer = 0;
  fill->timed_out = TRUE;
  g_cancellable_cancel (fill->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_outer_cancelled (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

static void
on_completed (GTask *task, GParamSpec *pspec, gpointer user_data)
{
  Fill *fill = g_task_get_task_data (task);

  g_clear_handle_id (&fill->timer, g_source_remove);
  if (fill->chain != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), fill->chain);
  fill->chain = 0;
}

void
enclave_inference_client_fill_async (EnclaveInferenceClient *self, EnclaveModelInfo *model, EnclaveFillRequest *request,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  Fill *fill;

  g_return_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self) && ENCLAVE_IS_MODEL_INFO (model) && request != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_inference_client_fill_async);
  fill = g_new0 (Fill, 1);
  fill->model = g_object_ref (model);
  fill->request = request;
  fill->cancellable = g_cancellable_new ();
  fill->refusal = g_byte_array_new ();
  fill->filter = enclave_fim_filter_new (enclave_fill_request_get_one_line (request) ? 1 : ENCLAVE_FILL_MAX_LINES,
                                         ENCLAVE_FILL_MAX_BYTES);
  g_task_set_task_data (task, fill, fill_free);
  if (!enclave_fill_request_choose_route (enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (self)), model,
                                          &fill->route, &fill->other_route, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;
  enclave_fill_request_set_model_suffix (request, enclave_inference_client_get_enforces_local (self) ? ":local" : NULL);
  g_signal_connect (task, "notify::completed", G_CALLBACK (on_completed), NULL);
  fill->timer = g_timeout_add (ENCLAVE_FILL_TIMEOUT_MS, on_late, fill);
  if (cancellable != NULL)
    fill->chain = g_cancellable_connect (cancellable, G_CALLBACK (on_outer_cancelled), g_object_ref (fill->cancellable),
                                         g_object_unref);
  send (g_steal_pointer (&task));
}

char *
enclave_inference_client_fill_finish (EnclaveInferenceClient *self, GAsyncResult *result, EnclaveFillRoute *route,
                                      GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (route != NULL)
    *route = ((Fill *) g_task_get_task_data (G_TASK (result)))->route;
  return g_task_propagate_pointer (G_TASK (result), error);
}
