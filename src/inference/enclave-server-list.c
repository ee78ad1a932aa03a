/* enclave-server-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-server-list.h"

#include <glib/gi18n.h>

#include "enclave-limits.h"
#include "enclave-server-private.h"

#define CONFIGURED_TIMEOUT_MS 3000

/* Where the usual servers listen unless told otherwise; what really answers is found by asking. */
static const struct
{
  const char *address;
  EnclaveEndpointKind expected;
} known[] = {
  { "127.0.0.1:11434", ENCLAVE_ENDPOINT_OLLAMA },  { "127.0.0.1:1234", ENCLAVE_ENDPOINT_LMSTUDIO },
  { "127.0.0.1:8080", ENCLAVE_ENDPOINT_LLAMACPP }, { "127.0.0.1:9931", ENCLAVE_ENDPOINT_LLAMACPP },
  { "127.0.0.1:8000", ENCLAVE_ENDPOINT_VLLM },
};

struct _EnclaveServerList
{
  GObject parent_instance;

  EnclaveNetworkDoor *door;
  GListStore *servers;
  GStrv fixed; /* NULL: any address */
  gboolean discover;
  gboolean has_known;
  guint n_refreshes;
};

enum
{
  PROP_0,
  PROP_BUSY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
enclave_server_list_get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_SERVER;
}

static guint
enclave_server_list_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (ENCLAVE_SERVER_LIST (model)->servers));
}

static gpointer
enclave_server_list_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (ENCLAVE_SERVER_LIST (model)->servers), position);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = enclave_server_list_get_item_type;
  iface->get_n_items = enclave_server_list_get_n_items;
  iface->get_item = enclave_server_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveServerList, enclave_server_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
enclave_server_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_BUSY:
      g_value_set_boolean (value, ENCLAVE_SERVER_LIST (object)->n_refreshes > 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_server_list_finalize (GObject *object)
{
  EnclaveServerList *self = ENCLAVE_SERVER_LIST (object);

  g_clear_object (&self->door);
  g_clear_object (&self->servers);
  g_strfreev (self->fixed);
  G_OBJECT_CLASS (enclave_server_list_parent_class)->finalize (object);
}

static void
enclave_server_list_class_init (EnclaveServerListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_server_list_get_property;
  object_class->finalize = enclave_server_list_finalize;

  properties[PROP_BUSY]
    = g_param_spec_boolean ("busy", NULL, NULL, FALSE,
                            G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_server_list_init (EnclaveServerList *self)
{
  self->discover = TRUE;
  self->servers = g_list_store_new (ENCLAVE_TYPE_SERVER);
  g_signal_connect_object (self->servers, "items-changed", G_CALLBACK (g_list_model_items_changed), self,
                           G_CONNECT_SWAPPED);
}

EnclaveServerList *
enclave_server_list_new (EnclaveNetworkDoor *door)
{
  EnclaveServerList *self;

  g_return_val_if_fail (ENCLAVE_IS_NETWORK_DOOR (door), NULL);
  self = g_object_new (ENCLAVE_TYPE_SERVER_LIST, NULL);
  self->door = g_object_ref (door);
  return self;
}

static guint
count_configured (EnclaveServerList *self)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      n += enclave_server_get_is_configured (server) ? 1 : 0;
    }
  return n;
}

static gboolean
is_fixed_address (EnclaveServerList *self, EnclaveEndpoint *endpoint)
{
  for (guint i = 0; self->fixed[i] != NULL; i++)
    {
      g_autoptr (EnclaveEndpoint) one = enclave_endpoint_new (self->fixed[i], ENCLAVE_ENDPOINT_UNKNOWN, NULL);

      if (one != NULL && g_strcmp0 (enclave_endpoint_get_uri (one), enclave_endpoint_get_uri (endpoint)) == 0)
        return TRUE;
    }
  return FALSE;
}

/* (transfer full): NULL when it is no address, or not one of those that the administrator has fixed. */
static EnclaveEndpoint *
make_endpoint (EnclaveServerList *self, const char *address, EnclaveEndpointKind expected, gboolean configured, GError **error)
{
  g_autoptr (EnclaveEndpoint) endpoint = enclave_endpoint_new (address, expected, error);

  if (endpoint == NULL || !configured || self->fixed == NULL || is_fixed_address (self, endpoint))
    return g_steal_pointer (&endpoint);
  g_set_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS,
               _ ("Connecting to %s: the administrator of this machine has fixed the list of servers, and it is not in it"),
               enclave_endpoint_get_address (endpoint));
  return NULL;
}

static EnclaveServer *
make_server (EnclaveServerList *self, const char *address, EnclaveEndpointKind expected, const char *key,
             gboolean configured, GError **error)
{
  g_autoptr (EnclaveEndpoint) endpoint = make_endpoint (self, address, expected, configured, error);
  g_autoptr (EnclaveInferenceClient) client = NULL;

  if (endpoint == NULL)
    return NULL;
  client = enclave_inference_client_new (self->door, endpoint, key, error);
  return client != NULL ? enclave_server_new (client, configured) : NULL;
}

EnclaveServer *
enclave_server_list_add (EnclaveServerList *self, const char *address, const char *key, GError **error)
{
  g_autoptr (EnclaveServer) server = NULL;

  g_return_val_if_fail (ENCLAVE_IS_SERVER_LIST (self) && address != NULL, NULL);

  server = make_server (self, address, ENCLAVE_ENDPOINT_UNKNOWN, key, TRUE, error);
  if (server == NULL)
    return NULL;
  g_list_store_insert (self->servers, count_configured (self), server);
  return server;
}

char *
enclave_server_list_check_address (EnclaveServerList *self, const char *address, GError **error)
{
  g_autoptr (EnclaveEndpoint) endpoint = NULL;

  g_return_val_if_fail (ENCLAVE_IS_SERVER_LIST (self) && address != NULL, NULL);

  endpoint = make_endpoint (self, address, ENCLAVE_ENDPOINT_UNKNOWN, TRUE, error);
  if (endpoint == NULL || !enclave_network_door_check (self->door, enclave_endpoint_get_uri (endpoint), NULL, error))
    return NULL;
  return g_strdup (enclave_endpoint_get_uri (endpoint));
}

void
enclave_server_list_set_fixed (EnclaveServerList *self, const char *const *addresses)
{
  g_return_if_fail (ENCLAVE_IS_SERVER_LIST (self));
  g_strfreev (self->fixed);
  self->fixed = g_strdupv ((char **) addresses);
}

void
enclave_server_list_remove (EnclaveServerList *self, EnclaveServer *server)
{
  guint position;

  g_return_if_fail (ENCLAVE_IS_SERVER_LIST (self));
  if (g_list_store_find (self->servers, server, &position))
    g_list_store_remove (self->servers, position);
}

void
enclave_server_list_set_discover (EnclaveServerList *self, gboolean discover)
{
  g_return_if_fail (ENCLAVE_IS_SERVER_LIST (self));
  self->discover = discover;
}

static void
add_known (EnclaveServerList *self)
{
  if (!self->discover || self->has_known)
    return;
  self->has_known = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      g_autoptr (EnclaveServer) server = make_server (self, known[i].address, known[i].expected, NULL, FALSE, NULL);

      if (server != NULL)
        g_list_store_append (self->servers, server);
    }
}

/* Refreshes may overlap: a person asks again while the last one still waits. */
static void
count_refresh (EnclaveServerList *self, gboolean begins)
{
  gboolean was_busy = self->n_refreshes > 0;

  if (begins)
    self->n_refreshes++;
  else
    self->n_refreshes--;
  if (was_busy != (self->n_refreshes > 0))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
one_done (GTask *task)
{
  guint *left = g_task_get_task_data (task);

  if (--*left > 0)
    return;
  count_refresh (g_task_get_source_object (task), FALSE);
  g_task_return_boolean (task, TRUE);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  enclave_server_check_finish (ENCLAVE_SERVER (source), result);
  one_done (task);
}

void
enclave_server_list_refresh_async (EnclaveServerList *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  guint *left;
  guint n;

  g_return_if_fail (ENCLAVE_IS_SERVER_LIST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_server_list_refresh_async);
  add_known (self);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->servers));
  left = g_new (guint, 1);
  /* One more than there are, taken back below: an empty list is done as well. */
  *left = n + 1;
  g_task_set_task_data (task, left, g_free);
  count_refresh (self, TRUE);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      enclave_server_check_async (
        server, enclave_server_get_is_configured (server) ? CONFIGURED_TIMEOUT_MS : ENCLAVE_PROBE_TIMEOUT_MS,
        cancellable, on_checked, g_object_ref (task));
    }
  one_done (task);
}

gboolean
enclave_server_list_refresh_finish (EnclaveServerList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
enclave_server_list_find_model (EnclaveServerList *self, const char *wanted, EnclaveServer **server,
                                EnclaveModelInfo **model)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER_LIST (self), FALSE);
  g_return_val_if_fail (server != NULL && model != NULL, FALSE);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) candidate = g_list_model_get_item (G_LIST_MODEL (self->servers), i);
      GListModel *models = enclave_server_get_models (candidate);

      if (enclave_server_get_state (candidate) != ENCLAVE_SERVER_READY)
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (models); k++)
        {
          g_autoptr (EnclaveModelInfo) info = g_list_model_get_item (models, k);

          if (enclave_model_info_get_remote (info)
              || (enclave_model_info_get_abilities (info) & ENCLAVE_MODEL_CHAT) == 0
              || (wanted != NULL && g_strcmp0 (wanted, enclave_model_info_get_id (info)) != 0))
            continue;
          /* Both are held by the list. */
          *server = candidate;
          *model = info;
          return TRUE;
        }
    }
  return FALSE;
}
