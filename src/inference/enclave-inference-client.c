/* enclave-inference-client.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-inference-client-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-completion-stream-private.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-model-info-private.h"
#include "enclave-ollama-survey-private.h"

#define READ_BYTES 65536

struct _EnclaveInferenceClient
{
  GObject parent_instance;

  EnclaveNetworkChannel *channel;
  EnclaveEndpoint *endpoint;
  GListModel *models;
  char *key;
  char *version;
  const char *cloud;
  EnclaveServerWarnings warnings;
  GHashTable *ollama_facts;
  char *facts_version;
  guint local_suffix; /* EnclaveLocalSuffix */
};

G_DEFINE_FINAL_TYPE (EnclaveInferenceClient, enclave_inference_client, G_TYPE_OBJECT)

static void
enclave_inference_client_finalize (GObject *object)
{
  EnclaveInferenceClient *self = ENCLAVE_INFERENCE_CLIENT (object);

  g_clear_object (&self->channel);
  g_clear_object (&self->endpoint);
  g_clear_object (&self->models);
  g_clear_pointer (&self->ollama_facts, g_hash_table_unref);
  g_free (self->facts_version);
  g_free (self->version);
  g_clear_pointer (&self->key, g_free);
  G_OBJECT_CLASS (enclave_inference_client_parent_class)->finalize (object);
}

static void
enclave_inference_client_class_init (EnclaveInferenceClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_inference_client_finalize;
}

static void
enclave_inference_client_init (EnclaveInferenceClient *self)
{
  self->version = g_strdup ("");
  self->cloud = "none";
}

EnclaveInferenceClient *
enclave_inference_client_new (EnclaveNetworkDoor *door, EnclaveEndpoint *endpoint, const char *key, GError **error)
{
  g_autoptr (EnclaveNetworkChannel) channel = NULL;
  EnclaveInferenceClient *self;

  g_return_val_if_fail (ENCLAVE_IS_NETWORK_DOOR (door) && ENCLAVE_IS_ENDPOINT (endpoint), NULL);

  channel = enclave_network_door_open (door, enclave_endpoint_get_uri (endpoint), key, error);
  if (channel == NULL)
    return NULL;
  self = g_object_new (ENCLAVE_TYPE_INFERENCE_CLIENT, NULL);
  self->channel = g_steal_pointer (&channel);
  self->endpoint = g_object_ref (endpoint);
  self->key = g_strdup (key);
  return self;
}

const char *
enclave_inference_client_get_key (EnclaveInferenceClient *self)
{
  return self->key;
}

EnclaveNetworkChannel *
enclave_inference_client_get_channel (EnclaveInferenceClient *self)
{
  return self->channel;
}

EnclaveEndpoint *
enclave_inference_client_get_endpoint (EnclaveInferenceClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self), NULL);
  return self->endpoint;
}

const char *
enclave_inference_client_get_version (EnclaveInferenceClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self), "");
  return self->version;
}

const char *
enclave_inference_client_get_cloud (EnclaveInferenceClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self), "unknown");
  return self->cloud;
}

guint64
enclave_inference_client_get_bytes_sent (EnclaveInferenceClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self), 0);
  return enclave_network_channel_get_bytes_sent (self->channel);
}

guint64
enclave_inference_client_get_bytes_received (EnclaveInferenceClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self), 0);
  return enclave_network_channel_get_bytes_received (self->channel);
}

void
enclave_inference_client_take_identity (EnclaveInferenceClient *self, EnclaveEndpointKind kind, const char *version,
                                        const char *cloud, EnclaveServerWarnings warnings, GListModel *models)
{
  g_autoptr (EnclaveEndpoint) found = enclave_endpoint_with_kind (self->endpoint, kind);

  g_set_object (&self->endpoint, found);
  g_set_object (&self->models, models);
  g_free (self->version);
  self->version = g_strdup (version != NULL ? version : "");
  self->cloud = g_intern_string (cloud);
  self->warnings = warnings;
}

GHashTable *
enclave_inference_client_get_ollama_facts (EnclaveInferenceClient *self, const char *version)
{
  if (self->ollama_facts == NULL || g_strcmp0 (self->facts_version, version) != 0)
    {
      g_clear_pointer (&self->ollama_facts, g_hash_table_unref);
      self->ollama_facts
        = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) enclave_ollama_facts_free);
      g_free (self->facts_version);
      self->facts_version = g_strdup (version);
      self->local_suffix = ENCLAVE_LOCAL_SUFFIX_UNKNOWN;
    }
  return self->ollama_facts;
}

guint
enclave_inference_client_get_local_suffix (EnclaveInferenceClient *self)
{
  return self->local_suffix;
}

void
enclave_inference_client_set_local_suffix (EnclaveInferenceClient *self, guint suffix)
{
  self->local_suffix = suffix;
}

gboolean
enclave_inference_client_get_enforces_local (EnclaveInferenceClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self), FALSE);
  return enclave_endpoint_get_kind (self->endpoint) == ENCLAVE_ENDPOINT_OLLAMA
         && self->local_suffix == ENCLAVE_LOCAL_SUFFIX_YES;
}

/* Ollama counts the whole prompt since it has a runner of its own (0.5); in 0.30 it took over another's count, which left
 * out what was cached, and mended that within the same series. */
gboolean
enclave_inference_client_counts_whole_prompt (EnclaveInferenceClient *self)
{
  g_auto (GStrv) parts = NULL;
  guint64 minor;

  g_return_val_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self), FALSE);
  if (enclave_endpoint_get_kind (self->endpoint) != ENCLAVE_ENDPOINT_OLLAMA)
    return TRUE;
  parts = g_strsplit (self->version, ".", 3);
  if (parts[0] == NULL || parts[1] == NULL)
    return FALSE;
  minor = g_ascii_strtoull (parts[1], NULL, 10);
  return strcmp (parts[0], "0") != 0 || (minor >= 5 && minor != 30);
}

EnclaveServerWarnings
enclave_inference_client_get_warnings (EnclaveInferenceClient *self)
{
  g_return_val_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self), 0);
  return self->warnings;
}

const char *
enclave_server_warning_to_word (EnclaveServerWarnings warning)
{
  return warning == ENCLAVE_SERVER_RUNS_TOOLS ? "server-tools"
         : warning == ENCLAVE_SERVER_HAS_CLOUD ? "cloud"
                                               : "passes-on";
}

const char *
enclave_server_warning_to_sentence (EnclaveServerWarnings warning)
{
  switch (warning)
    {
    case ENCLAVE_SERVER_RUNS_TOOLS:
      return _ ("This server has tools of its own: whoever reaches it may read files or run commands through it");
    case ENCLAVE_SERVER_HAS_CLOUD:
      return _ ("This server can run models elsewhere; set OLLAMA_NO_CLOUD=1 for it to keep it from that");
    case ENCLAVE_SERVER_PASSES_ON:
    default:
      return _ ("This server says that its models belong to a provider: it may pass your text on");
    }
}

GError *
enclave_inference_client_map_error (EnclaveInferenceClient *self, const GError *error)
{
  const char *name = enclave_endpoint_kind_to_name (enclave_endpoint_get_kind (self->endpoint));
  const char *address = enclave_endpoint_get_address (self->endpoint);

  if (error->domain == ENCLAVE_INFERENCE_ERROR || error->domain == ENCLAVE_GATE_ERROR
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  if (error->domain == ENCLAVE_JSON_ERROR)
    return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER,
                        _ ("What answers at %s does not speak like a model server"), address);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_TIMED_OUT, _ ("%s at %s did not answer in time"),
                        name, address);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE, _ ("%s refused the connection"),
                        address);
  return g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE, _ ("%s can’t be reached: %s"), address,
                      error->message);
}

/* Reading a body whole, up to a limit. */

typedef struct
{
  EnclaveNetworkReply *reply;
  GByteArray *bytes;
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_clear_pointer (&fetch->reply, enclave_network_reply_free);
  g_byte_array_unref (fetch->bytes);
  g_free (fetch);
}

static void on_body_read (GObject *source, GAsyncResult *result, gpointer user_data);

static void
read_body (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (fetch->reply->body, READ_BYTES, G_PRIORITY_DEFAULT, g_task_get_cancellable (task),
                                   on_body_read, task);
}

/* (transfer full) (nullable) */
static JsonObject *
root_object (JsonNode *root)
{
  JsonObject *object;

  if (JSON_NODE_HOLDS_OBJECT (root))
    return json_object_ref (json_node_get_object (root));
  if (!JSON_NODE_HOLDS_ARRAY (root))
    return NULL;
  object = json_object_new ();
  json_object_set_array_member (object, "items", json_array_ref (json_node_get_array (root)));
  return object;
}

static void
end_fetch (GTask *task)
{
  Fetch *fetch = g_task_get_task_data (task);
  const char *text;

  g_input_stream_close_async (fetch->reply->body, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_byte_array_append (fetch->bytes, (const guint8 *) "", 1);
  text = (const char *) fetch->bytes->data;
  if (fetch->reply->status < 200 || fetch->reply->status > 299)
    g_task_return_error (task, enclave_inference_client_explain_refusal (g_task_get_source_object (task), fetch->reply, text));
  else
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) root = enclave_json_parse (text, -1, &error);
      JsonObject *object = root != NULL ? root_object (root) : NULL;

      if (root != NULL && object == NULL)
        g_set_error_literal (&error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX, "neither object nor array");
      if (object != NULL)
        g_task_return_pointer (task, object, (GDestroyNotify) json_object_unref);
      else
        g_task_return_error (task, enclave_inference_client_map_error (g_task_get_source_object (task), error));
    }
}

static void
on_body_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  gsize length;
  gconstpointer data;

  if (bytes == NULL)
    {
      g_task_return_error (task, enclave_inference_client_map_error (g_task_get_source_object (task), error));
      return;
    }
  data = g_bytes_get_data (bytes, &length);
  g_byte_array_append (fetch->bytes, data, (guint) length);
  if (length == 0 || (fetch->reply->status > 299 && fetch->bytes->len > ENCLAVE_ERROR_BODY_READ_BYTES))
    end_fetch (task);
  else if (fetch->bytes->len > ENCLAVE_REPLY_MAX_BYTES)
    g_task_return_new_error (task, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LIMIT,
                             _ ("Reading the server’s answer: it is longer than %d MiB"),
                             ENCLAVE_REPLY_MAX_BYTES / (1024 * 1024));
  else
    read_body (g_steal_pointer (&task));
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetch *fetch = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  fetch->reply = enclave_network_channel_send_finish (ENCLAVE_NETWORK_CHANNEL (source), result, &error);
  if (fetch->reply == NULL)
    g_task_return_error (task, enclave_inference_client_map_error (g_task_get_source_object (task), error));
  else
    read_body (g_steal_pointer (&task));
}

void
enclave_inference_client_fetch_async (EnclaveInferenceClient *self, const char *method, const char *path, GBytes *body,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->bytes = g_byte_array_new ();
  g_task_set_source_tag (task, enclave_inference_client_fetch_async);
  g_task_set_task_data (task, fetch, fetch_free);
  enclave_network_channel_send_async (self->channel, method, path, body, cancellable, on_fetched, task);
}

JsonObject *
enclave_inference_client_fetch_finish (EnclaveInferenceClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Streams. */

typedef struct
{
  EnclaveNetworkReply *reply;
  GByteArray *bytes;
  EnclaveFraming framing;
  guint max_tokens;
} Open;

static void
open_free (gpointer data)
{
  Open *open = data;

  g_clear_pointer (&open->reply, enclave_network_reply_free);
  g_byte_array_unref (open->bytes);
  g_free (open);
}

static void
on_error_body (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Open *open = g_task_get_task_data (task);
  gsize length = 0;
  g_autofree char *text = NULL;

  /* A body that can't be read says no more than the status did. */
  g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &length, NULL);
  text = g_strndup ((const char *) open->bytes->data, length);
  g_input_stream_close_async (open->reply->body, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_task_return_error (task, enclave_inference_client_explain_refusal (g_task_get_source_object (task), open->reply, text));
}

static void
on_opened (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Open *open = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  EnclaveCompletionStream *stream;

  open->reply = enclave_network_channel_send_finish (ENCLAVE_NETWORK_CHANNEL (source), result, &error);
  if (open->reply == NULL)
    {
      g_task_return_error (task, enclave_inference_client_map_error (g_task_get_source_object (task), error));
      return;
    }
  if (open->reply->status < 200 || open->reply->status > 299 || strcmp (open->reply->content_type, "text/html") == 0)
    {
      g_byte_array_set_size (open->bytes, ENCLAVE_ERROR_BODY_READ_BYTES);
      g_input_stream_read_all_async (open->reply->body, open->bytes->data, open->bytes->len, G_PRIORITY_DEFAULT,
                                     g_task_get_cancellable (task), on_error_body, g_object_ref (task));
      return;
    }
  /* A server that does not stream answers with one object: that is one line. */
  if (strcmp (open->reply->content_type, "application/json") == 0)
    open->framing = ENCLAVE_FRAMING_NDJSON;
  stream = enclave_completion_stream_new (open->reply->body, open->framing, open->max_tokens);
  /* The reply goes with the task and would close what the stream has not begun to read. */
  g_clear_object (&open->reply->body);
  g_task_return_pointer (task, stream, g_object_unref);
}

static gboolean
is_remote (EnclaveInferenceClient *self, const char *model)
{
  for (guint i = 0; self->models != NULL && i < g_list_model_get_n_items (self->models); i++)
    {
      g_autoptr (EnclaveModelInfo) info = g_list_model_get_item (self->models, i);

      if (strcmp (enclave_model_info_get_id (info), model) == 0)
        return enclave_model_info_get_remote (info);
    }
  {
    g_autoptr (JsonObject) nothing = json_object_new ();
    g_autofree char *host = enclave_model_find_remote (nothing, model);

    return host != NULL;
  }
}

void
enclave_inference_client_open_stream_async (EnclaveInferenceClient *self, EnclaveChatRequest *request,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GBytes) body = NULL;
  EnclaveEndpointKind kind;
  Open *open;

  g_return_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (self) && ENCLAVE_IS_CHAT_REQUEST (request));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_inference_client_open_stream_async);
  kind = enclave_endpoint_get_kind (self->endpoint);
  /* What was not identified, or speaks /v1 only, may be Ollama. */
  if (is_remote (self, enclave_chat_request_get_model (request)))
    {
      g_task_return_new_error (task, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL,
                               _ ("Asking “%s”: %s would send your text away from this machine, so nothing was sent"),
                               enclave_chat_request_get_model (request),
                               kind == ENCLAVE_ENDPOINT_UNKNOWN ? "Ollama" : enclave_endpoint_kind_to_name (kind));
      return;
    }
  open = g_new0 (Open, 1);
  open->bytes = g_byte_array_new ();
  open->framing = kind == ENCLAVE_ENDPOINT_OLLAMA ? ENCLAVE_FRAMING_NDJSON : ENCLAVE_FRAMING_SSE_MODEL;
  open->max_tokens = enclave_chat_request_get_max_tokens (request);
  g_task_set_task_data (task, open, open_free);
  /* The server itself then answers 404 for a model that it would run elsewhere, whatever the list has said. */
  enclave_chat_request_set_model_suffix (request, enclave_inference_client_get_enforces_local (self) ? ":local" : NULL);
  body = enclave_chat_request_to_body (request, kind);
  enclave_network_channel_send_async (self->channel, "POST",
                                      kind == ENCLAVE_ENDPOINT_OLLAMA ? "/api/chat" : "/v1/chat/completions", body,
                                      cancellable, on_opened, g_steal_pointer (&task));
}

EnclaveCompletionStream *
enclave_inference_client_open_stream_finish (EnclaveInferenceClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
