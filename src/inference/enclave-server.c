/* enclave-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-server-private.h"

struct _EnclaveServer
{
  GObject parent_instance;

  EnclaveInferenceClient *client;
  GListModel *models;
  EnclaveServerState state;
  char *message;
  gboolean is_configured;
  gboolean is_managed;
};

enum
{
  PROP_0,
  PROP_STATE,
  PROP_MESSAGE,
  PROP_MODELS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveServer, enclave_server, G_TYPE_OBJECT)

static void
enclave_server_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveServer *self = ENCLAVE_SERVER (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, self->message);
      break;
    case PROP_MODELS:
      g_value_set_object (value, self->models);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_server_finalize (GObject *object)
{
  EnclaveServer *self = ENCLAVE_SERVER (object);

  g_clear_object (&self->client);
  g_clear_object (&self->models);
  g_free (self->message);
  G_OBJECT_CLASS (enclave_server_parent_class)->finalize (object);
}

static void
enclave_server_class_init (EnclaveServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_server_get_property;
  object_class->finalize = enclave_server_finalize;

  properties[PROP_STATE]
    = g_param_spec_uint ("state", NULL, NULL, ENCLAVE_SERVER_CHECKING, ENCLAVE_SERVER_FAILED, ENCLAVE_SERVER_CHECKING,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_MESSAGE]
    = g_param_spec_string ("message", NULL, NULL, "",
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_MODELS]
    = g_param_spec_object ("models", NULL, NULL, G_TYPE_LIST_MODEL,
                           G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_server_init (EnclaveServer *self)
{
  self->message = g_strdup ("");
  self->models = G_LIST_MODEL (g_list_store_new (ENCLAVE_TYPE_MODEL_INFO));
}

EnclaveServer *
enclave_server_new (EnclaveInferenceClient *client, gboolean is_configured)
{
  EnclaveServer *self = g_object_new (ENCLAVE_TYPE_SERVER, NULL);

  self->client = g_object_ref (client);
  self->is_configured = is_configured;
  return self;
}

static void
settle (EnclaveServer *self, EnclaveServerState state, const char *message, GListModel *models)
{
  if (models != NULL && g_set_object (&self->models, models))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODELS]);
  if (g_strcmp0 (self->message, message) != 0)
    {
      g_free (self->message);
      self->message = g_strdup (message);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MESSAGE]);
    }
  if (self->state != state)
    {
      self->state = state;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
}

static EnclaveServerState
state_for (const GError *error)
{
  if (error->domain != ENCLAVE_INFERENCE_ERROR)
    return ENCLAVE_SERVER_FAILED;
  switch ((EnclaveInferenceError) error->code)
    {
    case ENCLAVE_INFERENCE_ERROR_OFFLINE:
    case ENCLAVE_INFERENCE_ERROR_TIMED_OUT:
      return ENCLAVE_SERVER_NO_ANSWER;
    case ENCLAVE_INFERENCE_ERROR_LOADING:
      return ENCLAVE_SERVER_LOADING;
    case ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER:
    case ENCLAVE_INFERENCE_ERROR_MODEL:
      return ENCLAVE_SERVER_NOT_A_SERVER;
    case ENCLAVE_INFERENCE_ERROR_KEY:
    case ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL:
    case ENCLAVE_INFERENCE_ERROR_BUSY:
    case ENCLAVE_INFERENCE_ERROR_WINDOW:
    case ENCLAVE_INFERENCE_ERROR_CUT_OFF:
    case ENCLAVE_INFERENCE_ERROR_LIMIT:
    case ENCLAVE_INFERENCE_ERROR_SERVER:
    default:
      return ENCLAVE_SERVER_FAILED;
    }
}

static void
on_identified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveServer *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models
    = enclave_inference_client_identify_finish (ENCLAVE_INFERENCE_CLIENT (source), result, &error);

  if (models != NULL)
    settle (self, ENCLAVE_SERVER_READY, "", models);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autoptr (GListModel) none = G_LIST_MODEL (g_list_store_new (ENCLAVE_TYPE_MODEL_INFO));

      settle (self, state_for (error), error->message, none);
    }
  g_task_return_boolean (task, TRUE);
}

void
enclave_server_check_async (EnclaveServer *self, guint timeout_ms, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, enclave_server_check_async);
  g_task_set_check_cancellable (task, FALSE);
  enclave_inference_client_identify_async (self->client, timeout_ms, cancellable, on_identified, task);
}

void
enclave_server_check_finish (EnclaveServer *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));
  g_task_propagate_boolean (G_TASK (result), NULL);
}

EnclaveServerState
enclave_server_get_state (EnclaveServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER (self), ENCLAVE_SERVER_FAILED);
  return self->state;
}

EnclaveEndpoint *
enclave_server_get_endpoint (EnclaveServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER (self), NULL);
  return enclave_inference_client_get_endpoint (self->client);
}

EnclaveInferenceClient *
enclave_server_get_client (EnclaveServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER (self), NULL);
  return self->client;
}

const char *
enclave_server_get_message (EnclaveServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER (self), "");
  return self->message;
}

GListModel *
enclave_server_get_models (EnclaveServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER (self), NULL);
  return self->models;
}

gboolean
enclave_server_get_is_configured (EnclaveServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER (self), FALSE);
  return self->is_configured;
}

void
enclave_server_set_is_managed (EnclaveServer *self, gboolean is_managed)
{
  self->is_managed = is_managed;
}

gboolean
enclave_server_get_is_managed (EnclaveServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER (self), FALSE);
  return self->is_managed;
}

const char *
enclave_server_get_place (EnclaveServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER (self), "");
  return self->is_managed ? _ ("private socket, no network") : enclave_endpoint_get_address (enclave_server_get_endpoint (self));
}

const char *
enclave_server_get_lasting_address (EnclaveServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER (self), "");
  return self->is_managed ? "managed" : enclave_endpoint_get_address (enclave_server_get_endpoint (self));
}
