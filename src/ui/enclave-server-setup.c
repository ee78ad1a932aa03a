/* enclave-server-setup.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-server-setup.h"

#include "enclave-server-settings.h"

#define LOOK_AGAIN_S 5
#define LOOK_AFTER_S 30

struct _EnclaveServerSetup
{
  GObject parent_instance;

  GSettings *settings; /* (nullable) */
  EnclaveNetworkDoor *door;
  EnclaveSecretStore *secrets;
  EnclaveServerList *servers;
  GHashTable *own; /* address as in the settings -> EnclaveServer */
  GCancellable *cancellable;
  guint timer;
  gboolean started;
  gboolean asking;
};

G_DEFINE_FINAL_TYPE (EnclaveServerSetup, enclave_server_setup, G_TYPE_OBJECT)

static void schedule (EnclaveServerSetup *self);

static gboolean
any_ready (EnclaveServerSetup *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      if (enclave_server_get_state (server) == ENCLAVE_SERVER_READY)
        return TRUE;
    }
  return FALSE;
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveServerSetup) self = user_data;

  enclave_server_list_refresh_finish (ENCLAVE_SERVER_LIST (source), result, NULL);
  self->asking = FALSE;
  schedule (self);
}

void
enclave_server_setup_refresh (EnclaveServerSetup *self)
{
  g_return_if_fail (ENCLAVE_IS_SERVER_SETUP (self));

  if (!self->started || self->asking)
    return;
  self->asking = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
  enclave_server_list_refresh_async (self->servers, self->cancellable, refreshed_cb, g_object_ref (self));
}

static gboolean
timer_cb (gpointer user_data)
{
  EnclaveServerSetup *self = user_data;

  self->timer = 0;
  enclave_server_setup_refresh (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (EnclaveServerSetup *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (!g_cancellable_is_cancelled (self->cancellable))
    self->timer = g_timeout_add_seconds (any_ready (self) ? LOOK_AFTER_S : LOOK_AGAIN_S, timer_cb, self);
}

typedef struct
{
  EnclaveServerSetup *self;
  char *address;
} KeyWanted;

static void
add_server (EnclaveServerSetup *self, const char *address, const char *key)
{
  g_autoptr (GError) error = NULL;
  EnclaveServer *server = enclave_server_list_add (self->servers, address, key, &error);

  if (server == NULL)
    {
      /* the preferences refuse such an address; one that stands in the settings all the same is left out */
      g_message ("Server %s left out: %s", address, error->message);
      return;
    }
  g_hash_table_insert (self->own, g_strdup (address), g_object_ref (server));
  enclave_server_setup_refresh (self);
}

static void
key_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KeyWanted *wanted = user_data;
  g_autofree char *key = enclave_secret_store_get_key_finish (ENCLAVE_SECRET_STORE (source), result, NULL);
  g_autoptr (EnclaveServerSettings) wanted_now = enclave_server_settings_read (wanted->self->settings);

  if (g_strv_contains ((const char *const *) wanted_now->addresses, wanted->address)
      && !g_hash_table_contains (wanted->self->own, wanted->address))
    add_server (wanted->self, wanted->address, key);
  g_object_unref (wanted->self);
  g_free (wanted->address);
  g_free (wanted);
}

static void
servers_changed_cb (EnclaveServerSetup *self)
{
  g_autoptr (EnclaveServerSettings) wanted_now = enclave_server_settings_read (self->settings);
  char **addresses = wanted_now->addresses;
  GHashTableIter iter;
  gpointer address;
  gpointer server;

  g_hash_table_iter_init (&iter, self->own);
  while (g_hash_table_iter_next (&iter, &address, &server))
    if (!g_strv_contains ((const char *const *) addresses, address))
      {
        enclave_server_list_remove (self->servers, server);
        g_hash_table_iter_remove (&iter);
      }

  for (guint i = 0; addresses[i] != NULL; i++)
    {
      KeyWanted *wanted;

      if (g_hash_table_contains (self->own, addresses[i]))
        continue;
      wanted = g_new0 (KeyWanted, 1);
      wanted->self = g_object_ref (self);
      wanted->address = g_strdup (addresses[i]);
      enclave_secret_store_get_key_async (self->secrets, addresses[i], self->cancellable, key_found_cb, wanted);
    }
}

static void
networks_changed_cb (EnclaveServerSetup *self)
{
  g_autoptr (EnclaveServerSettings) wanted = enclave_server_settings_read (self->settings);
  g_autoptr (GError) error = NULL;

  /* the page of servers shows the reason at each one */
  if (!enclave_network_door_set_allowed (self->door, (const char *const *) wanted->networks, &error))
    g_message ("An allowed network is left out: %s", error->message);
}

void
enclave_server_setup_start (EnclaveServerSetup *self)
{
  g_return_if_fail (ENCLAVE_IS_SERVER_SETUP (self));

  if (self->started)
    return;
  self->started = TRUE;
  if (self->settings != NULL)
    {
      g_autoptr (EnclaveServerSettings) wanted = enclave_server_settings_read (self->settings);

      if (wanted->problem != NULL)
        g_message ("%s", wanted->problem);
      networks_changed_cb (self);
      enclave_server_list_set_discover (self->servers, wanted->discover);
      if (wanted->permitted != NULL)
        enclave_server_list_set_fixed (self->servers, (const char *const *) wanted->permitted);
      g_signal_connect_object (self->settings, "changed::allowed-networks", G_CALLBACK (networks_changed_cb), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (self->settings, "changed::servers", G_CALLBACK (servers_changed_cb), self,
                               G_CONNECT_SWAPPED);
      servers_changed_cb (self);
    }
  enclave_server_setup_refresh (self);
}

static void
enclave_server_setup_dispose (GObject *object)
{
  EnclaveServerSetup *self = ENCLAVE_SERVER_SETUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  G_OBJECT_CLASS (enclave_server_setup_parent_class)->dispose (object);
}

static void
enclave_server_setup_finalize (GObject *object)
{
  EnclaveServerSetup *self = ENCLAVE_SERVER_SETUP (object);

  g_clear_object (&self->settings);
  g_clear_pointer (&self->own, g_hash_table_unref);
  g_clear_object (&self->servers);
  g_clear_object (&self->secrets);
  g_clear_object (&self->door);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (enclave_server_setup_parent_class)->finalize (object);
}

static void
enclave_server_setup_class_init (EnclaveServerSetupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_server_setup_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_server_setup_finalize;
}

static void
enclave_server_setup_init (EnclaveServerSetup *self)
{
  self->door = enclave_network_door_new ();
  self->secrets = enclave_secret_store_new ();
  self->servers = enclave_server_list_new (self->door);
  self->own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->cancellable = g_cancellable_new ();
}

EnclaveServerSetup *
enclave_server_setup_new (GSettings *settings)
{
  EnclaveServerSetup *self = g_object_new (ENCLAVE_TYPE_SERVER_SETUP, NULL);

  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), self);

  g_set_object (&self->settings, settings);
  return self;
}

EnclaveServerList *
enclave_server_setup_get_servers (EnclaveServerSetup *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER_SETUP (self), NULL);

  return self->servers;
}

EnclaveNetworkDoor *
enclave_server_setup_get_network_door (EnclaveServerSetup *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER_SETUP (self), NULL);

  return self->door;
}

EnclaveSecretStore *
enclave_server_setup_get_secret_store (EnclaveServerSetup *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVER_SETUP (self), NULL);

  return self->secrets;
}
