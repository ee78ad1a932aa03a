/* enclave-model-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-import.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-chat-reader.h"
#include "enclave-inference-client-private.h"
#include "enclave-json.h"
#include "enclave-limits.h"

#define SUM_DIGITS 64
/* As Ollama bounds a part of a name. */
#define MAX_NAME_BYTES 80
#define MAX_TAG_BYTES 80

struct _EnclaveModelImport
{
  GObject parent_instance;

  EnclaveInferenceClient *client;
  EnclaveModelFile *file;
  char *name;
  char *expected;
  char *sha256;
  EnclaveModelImportStage stage;
  guint64 sent_before;
};

enum
{
  PROP_0,
  PROP_STAGE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveModelImport, enclave_model_import, G_TYPE_OBJECT)

static void
enclave_model_import_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_STAGE:
      g_value_set_uint (value, ENCLAVE_MODEL_IMPORT (object)->stage);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_model_import_finalize (GObject *object)
{
  EnclaveModelImport *self = ENCLAVE_MODEL_IMPORT (object);

  g_clear_object (&self->client);
  g_clear_object (&self->file);
  g_free (self->name);
  g_free (self->expected);
  g_free (self->sha256);
  G_OBJECT_CLASS (enclave_model_import_parent_class)->finalize (object);
}

static void
enclave_model_import_class_init (EnclaveModelImportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_model_import_get_property;
  object_class->finalize = enclave_model_import_finalize;

  properties[PROP_STAGE]
    = g_param_spec_uint ("stage", NULL, NULL, ENCLAVE_MODEL_IMPORT_WAITING, ENCLAVE_MODEL_IMPORT_DONE,
                         ENCLAVE_MODEL_IMPORT_WAITING, G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_model_import_init (EnclaveModelImport *self)
{
}

static gboolean
is_name_part (const char *text, gsize length, gsize most)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && (i == 0 || strchr (".-_", text[i]) == NULL))
      return FALSE;
  return length > 0 && length <= most;
}

gboolean
enclave_model_import_check_name (const char *name, GError **error)
{
  const char *colon;
  gsize length;

  g_return_val_if_fail (name != NULL, FALSE);

  colon = strchr (name, ':');
  length = colon != NULL ? (gsize) (colon - name) : strlen (name);
  if (is_name_part (name, length, MAX_NAME_BYTES) && (colon == NULL || is_name_part (colon + 1, strlen (colon + 1), MAX_TAG_BYTES)))
    {
      /* What the server would take for one of its cloud's, or for our own mark of a local model. */
      if (colon == NULL || (g_ascii_strcasecmp (colon + 1, "cloud") != 0 && g_ascii_strcasecmp (colon + 1, "local") != 0
                            && !g_str_has_suffix (colon + 1, "-cloud")))
        return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("“%s” is no name for a model: letters, digits, “.”, “-” and “_”, and maybe a tag behind a colon"), name);
  return FALSE;
}

char *
enclave_model_import_suggest_name (const char *file_name)
{
  g_autoptr (GString) name = g_string_new (NULL);

  g_return_val_if_fail (file_name != NULL, NULL);

  for (const char *c = file_name; *c != '\0' && name->len < MAX_NAME_BYTES; c++)
    {
      if (g_ascii_strcasecmp (c, ".gguf") == 0)
        break;
      if (g_ascii_isalnum (*c) || (name->len > 0 && strchr (".-_", *c) != NULL))
        g_string_append_c (name, g_ascii_tolower (*c));
      else if (name->len > 0 && name->str[name->len - 1] != '-')
        g_string_append_c (name, '-');
    }
  while (name->len > 0 && !g_ascii_isalnum (name->str[name->len - 1]))
    g_string_truncate (name, name->len - 1);
  return g_strdup (name->len > 0 ? name->str : "model");
}

EnclaveModelImport *
enclave_model_import_new (EnclaveInferenceClient *client, EnclaveModelFile *file, const char *name, const char *expected)
{
  EnclaveModelImport *self;

  g_return_val_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (client), NULL);
  g_return_val_if_fail (ENCLAVE_IS_MODEL_FILE (file) && name != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_MODEL_IMPORT, NULL);
  self->client = g_object_ref (client);
  self->file = g_object_ref (file);
  self->name = g_strdup (name);
  self->expected = g_strstrip (g_strdup (expected != NULL ? expected : ""));
  return self;
}

static void
set_stage (EnclaveModelImport *self, EnclaveModelImportStage stage)
{
  if (self->stage == stage)
    return;
  self->stage = stage;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STAGE]);
}

static char *
blob_path (EnclaveModelImport *self)
{
  return g_strconcat ("/api/blobs/sha256:", self->sha256, NULL);
}

/* @task: (transfer full); the error is made ours. */
static void
end_with_error (GTask *task, const GError *error)
{
  g_autoptr (GTask) owned = task;
  EnclaveModelImport *self = g_task_get_source_object (task);

  g_task_return_error (task, enclave_inference_client_map_error (self->client, error));
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) reply
    = enclave_inference_client_fetch_finish (ENCLAVE_INFERENCE_CLIENT (source), result, &error);

  if (reply == NULL)
    {
      end_with_error (g_steal_pointer (&task), error);
      return;
    }
  set_stage (g_task_get_source_object (task), ENCLAVE_MODEL_IMPORT_DONE);
  g_task_return_boolean (task, TRUE);
}

/* @task: (transfer full) */
static void
create (GTask *task)
{
  EnclaveModelImport *self = g_task_get_source_object (task);
  g_autoptr (JsonObject) body = json_object_new ();
  JsonObject *files = json_object_new ();
  g_autofree char *digest = g_strconcat ("sha256:", self->sha256, NULL);
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  json_object_set_string_member (body, "model", self->name);
  json_object_set_string_member (files, "model.gguf", digest);
  json_object_set_object_member (body, "files", files);
  json_object_set_boolean_member (body, "stream", FALSE);
  text = enclave_json_object_to_text (body);
  bytes = g_bytes_new_take (text, strlen (text));
  set_stage (self, ENCLAVE_MODEL_IMPORT_CREATING);
  enclave_inference_client_fetch_async (self->client, "POST", "/api/create", bytes, g_task_get_cancellable (task), created_cb,
                                        task);
}

static void
refusal_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveNetworkReply *reply = g_object_get_data (G_OBJECT (task), "reply");
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  gsize length = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  g_autofree char *text = g_strndup (data != NULL ? data : "", length);

  g_task_return_error (task, enclave_chat_reader_error_from_body (reply->status, text));
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveNetworkReply) reply
    = enclave_network_channel_send_finish (ENCLAVE_NETWORK_CHANNEL (source), result, &error);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GInputStream *body;

  if (reply == NULL)
    {
      end_with_error (g_steal_pointer (&task), error);
      return;
    }
  if (reply->status >= 200 && reply->status < 300)
    {
      create (g_steal_pointer (&task));
      return;
    }
  body = reply->body;
  g_object_set_data_full (G_OBJECT (task), "reply", g_steal_pointer (&reply), (GDestroyNotify) enclave_network_reply_free);
  g_input_stream_read_bytes_async (body, ENCLAVE_ERROR_BODY_MAX_BYTES, G_PRIORITY_DEFAULT, cancellable, refusal_read_cb,
                                   g_steal_pointer (&task));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveModelImport *self = g_task_get_source_object (task);
  EnclaveNetworkChannel *channel = ENCLAVE_NETWORK_CHANNEL (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveNetworkReply) reply = enclave_network_channel_send_finish (channel, result, &error);
  g_autofree char *path = blob_path (self);

  if (reply == NULL)
    {
      end_with_error (g_steal_pointer (&task), error);
      return;
    }
  /* The same bytes are there already, maybe from an import that was stopped. */
  if (reply->status == 200)
    {
      create (g_steal_pointer (&task));
      return;
    }
  self->sent_before = enclave_network_channel_get_bytes_sent (channel);
  set_stage (self, ENCLAVE_MODEL_IMPORT_SENDING);
  enclave_model_file_send_async (self->file, channel, "POST", path, g_task_get_cancellable (task), sent_cb, task);
  g_steal_pointer (&task);
}

static void
hashed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveModelImport *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  self->sha256 = enclave_model_file_hash_finish (ENCLAVE_MODEL_FILE (source), result, &error);
  if (self->sha256 == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (*self->expected != '\0' && g_ascii_strncasecmp (self->expected, self->sha256, SUM_DIGITS) != 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                               _ ("The model file is not the one you expect: its SHA-256 is %s. Nothing was sent."), self->sha256);
      return;
    }
  path = blob_path (self);
  enclave_network_channel_send_async (enclave_inference_client_get_channel (self->client), "HEAD", path, NULL,
                                      g_task_get_cancellable (task), looked_cb, task);
  g_steal_pointer (&task);
}

/* `sha256sum` writes the name of the file behind the digits. */
static gboolean
is_sum (const char *text)
{
  return strspn (text, "0123456789abcdefABCDEF") == SUM_DIGITS && (text[SUM_DIGITS] == '\0' || text[SUM_DIGITS] == ' ');
}

static gboolean
check (EnclaveModelImport *self, GError **error)
{
  if (enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (self->client)) != ENCLAVE_ENDPOINT_OLLAMA)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, _ ("Only Ollama takes model files; this server is none"));
      return FALSE;
    }
  if (enclave_model_file_get_parts (self->file)[1] != NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("Ollama takes a model in one file only, and this one is split into several"));
      return FALSE;
    }
  if (*self->expected != '\0' && !is_sum (self->expected))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _ ("The expected SHA-256 is none: it has 64 digits from 0 to f"));
      return FALSE;
    }
  return enclave_model_import_check_name (self->name, error);
}

void
enclave_model_import_run_async (EnclaveModelImport *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ENCLAVE_IS_MODEL_IMPORT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_model_import_run_async);
  if (!check (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_clear_pointer (&self->sha256, g_free);
  set_stage (self, ENCLAVE_MODEL_IMPORT_HASHING);
  enclave_model_file_hash_async (self->file, cancellable, hashed_cb, g_steal_pointer (&task));
}

gboolean
enclave_model_import_run_finish (EnclaveModelImport *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

EnclaveModelImportStage
enclave_model_import_get_stage (EnclaveModelImport *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_IMPORT (self), ENCLAVE_MODEL_IMPORT_WAITING);

  return self->stage;
}

double
enclave_model_import_get_fraction (EnclaveModelImport *self)
{
  guint64 size;
  guint64 done;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_IMPORT (self), -1);

  size = MAX (enclave_model_file_get_first_size (self->file), 1);
  if (self->stage == ENCLAVE_MODEL_IMPORT_HASHING)
    done = enclave_model_file_get_hashed_bytes (self->file);
  else if (self->stage == ENCLAVE_MODEL_IMPORT_SENDING)
    done = enclave_network_channel_get_bytes_sent (enclave_inference_client_get_channel (self->client)) - self->sent_before;
  else
    return self->stage == ENCLAVE_MODEL_IMPORT_DONE ? 1 : -1;
  return MIN ((double) done / (double) size, 1);
}

const char *
enclave_model_import_get_sha256 (EnclaveModelImport *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MODEL_IMPORT (self), NULL);

  return self->sha256;
}
