/* enclave-secret-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsecret/secret.h>

#include "enclave-secret-store.h"

/* An answer within this time is a keyring; a prompt nobody sees or a hung daemon is none. */
#define KEYRING_TIMEOUT_S 20

struct _EnclaveSecretStore
{
  GObject parent_instance;

  GHashTable *memory; /* uri -> key, for this run */
};

G_DEFINE_FINAL_TYPE (EnclaveSecretStore, enclave_secret_store, G_TYPE_OBJECT)

/* One request to the keyring, given up after a while. */
typedef struct
{
  char *uri;
  char *key;
  GCancellable *cancellable;
  gulong caller_handler;
  GCancellable *caller;
  guint timeout_source;
  gboolean is_again;
} Request;

static const SecretSchema key_schema = {
  .name = "dev.enclave.Enclave.ServerKey",
  .flags = SECRET_SCHEMA_NONE,
  .attributes = { { "server", SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

static void
free_key (gpointer key)
{
  secret_password_free (key);
}

static char *
copy_key (const char *key)
{
  /* Memory that is not swapped out, where the system grants it. */
  SecretValue *value = secret_value_new (key, -1, "text/plain");

  return secret_value_unref_to_password (value, NULL);
}

static void
request_free (Request *request)
{
  if (request->caller != NULL)
    g_cancellable_disconnect (request->caller, request->caller_handler);
  g_clear_handle_id (&request->timeout_source, g_source_remove);
  g_clear_object (&request->caller);
  g_clear_object (&request->cancellable);
  g_free (request->uri);
  secret_password_free (request->key);
  g_free (request);
}

static gboolean
timeout_cb (gpointer data)
{
  Request *request = data;

  request->timeout_source = 0;
  g_cancellable_cancel (request->cancellable);
  return G_SOURCE_REMOVE;
}

static void
forward_cancel_cb (GCancellable *caller, gpointer data)
{
  g_cancellable_cancel (data);
}

static GTask *
begin (EnclaveSecretStore *self, const char *uri, const char *key, GCancellable *cancellable,
       GAsyncReadyCallback callback, gpointer user_data, gpointer tag)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->uri = g_strdup (uri);
  request->key = key != NULL ? copy_key (key) : NULL;
  request->cancellable = g_cancellable_new ();
  if (cancellable != NULL)
    {
      request->caller = g_object_ref (cancellable);
      request->caller_handler = g_cancellable_connect (cancellable, G_CALLBACK (forward_cancel_cb),
                                                       g_object_ref (request->cancellable), g_object_unref);
    }
  request->timeout_source = g_timeout_add_seconds (KEYRING_TIMEOUT_S, timeout_cb, request);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  return task;
}

static void
enclave_secret_store_finalize (GObject *object)
{
  g_hash_table_unref (ENCLAVE_SECRET_STORE (object)->memory);

  G_OBJECT_CLASS (enclave_secret_store_parent_class)->finalize (object);
}

static void
enclave_secret_store_class_init (EnclaveSecretStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_secret_store_finalize;
}

static void
enclave_secret_store_init (EnclaveSecretStore *self)
{
  self->memory = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_key);
}

EnclaveSecretStore *
enclave_secret_store_new (void)
{
  return g_object_new (ENCLAVE_TYPE_SECRET_STORE, NULL);
}

/* Whether it is worth asking once more: a keyring that has ended since it was last spoken to is started anew by the bus, and what was agreed with
 * the one before is of no use to it. */
static gboolean
may_ask_again (Request *request, const GError *error)
{
  if (error == NULL || request->is_again || g_cancellable_is_cancelled (request->cancellable))
    return FALSE;
  request->is_again = TRUE;
  secret_service_disconnect ();
  return TRUE;
}

static void store (GTask *owned_task);

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveSecretStore *self = g_task_get_source_object (task);
  Request *request = g_task_get_task_data (task);
  gboolean stored = secret_password_store_finish (result, &error);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (may_ask_again (request, error))
    {
      store (g_steal_pointer (&task));
      return;
    }
  if (stored)
    g_hash_table_remove (self->memory, request->uri);
  else
    {
      g_debug ("No keyring took the key, kept for this run: %s", error->message);
      g_hash_table_replace (self->memory, g_strdup (request->uri), copy_key (request->key));
    }
  g_task_return_boolean (task, stored);
}

static void clear (GTask *owned_task);

static void
cleared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  secret_password_clear_finish (result, &error);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (may_ask_again (g_task_get_task_data (task), error))
    {
      clear (g_steal_pointer (&task));
      return;
    }
  if (error != NULL)
    g_debug ("No keyring to remove the key from: %s", error->message);
  g_task_return_boolean (task, error == NULL);
}

static void
clear (GTask *owned_task)
{
  Request *request = g_task_get_task_data (owned_task);

  secret_password_clear (&key_schema, request->cancellable, cleared_cb, owned_task, "server", request->uri, NULL);
}

static void
store (GTask *owned_task)
{
  Request *request = g_task_get_task_data (owned_task);
  g_autofree char *label = g_strdup_printf ("Enclave: %s", request->uri);

  secret_password_store (&key_schema, SECRET_COLLECTION_DEFAULT, label, request->key, request->cancellable, stored_cb, owned_task,
                         "server", request->uri, NULL);
}

void
enclave_secret_store_set_key_async (EnclaveSecretStore *self, const char *endpoint_uri, const char *key,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_SECRET_STORE (self));
  g_return_if_fail (endpoint_uri != NULL);

  task = begin (self, endpoint_uri, key, cancellable, callback, user_data, enclave_secret_store_set_key_async);
  if (key == NULL)
    {
      g_hash_table_remove (self->memory, endpoint_uri);
      clear (task);
      return;
    }
  store (task);
}

gboolean
enclave_secret_store_set_key_finish (EnclaveSecretStore *self, GAsyncResult *result, gboolean *persistent,
                                     GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean stored;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  stored = g_task_propagate_boolean (G_TASK (result), &local_error);
  if (persistent != NULL)
    *persistent = stored;
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

static void
look_up (GTask *owned_task, GAsyncReadyCallback callback)
{
  Request *request = g_task_get_task_data (owned_task);

  secret_password_lookup (&key_schema, request->cancellable, callback, owned_task, "server", request->uri, NULL);
}

static void
looked_up_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *key = secret_password_lookup_finish (result, &error);

  if (may_ask_again (g_task_get_task_data (task), error))
    {
      look_up (g_steal_pointer (&task), looked_up_cb);
      return;
    }
  if (error != NULL)
    g_debug ("No keyring to ask for a key: %s", error->message);
  g_task_return_pointer (task, key, free_key);
}

void
enclave_secret_store_get_key_async (EnclaveSecretStore *self, const char *endpoint_uri, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  const char *kept;

  g_return_if_fail (ENCLAVE_IS_SECRET_STORE (self));
  g_return_if_fail (endpoint_uri != NULL);

  task = begin (self, endpoint_uri, NULL, cancellable, callback, user_data, enclave_secret_store_get_key_async);
  kept = g_hash_table_lookup (self->memory, endpoint_uri);
  if (kept != NULL)
    {
      g_task_return_pointer (task, copy_key (kept), free_key);
      g_object_unref (task);
      return;
    }
  look_up (task, looked_up_cb);
}

char *
enclave_secret_store_get_key_finish (EnclaveSecretStore *self, GAsyncResult *result, GError **error)
{
  char *secret;
  char *key;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  /* Callers free with g_free(), which libsecret's own memory does not allow. */
  secret = g_task_propagate_pointer (G_TASK (result), error);
  key = g_strdup (secret);
  secret_password_free (secret);
  return key;
}

gboolean
enclave_secret_store_is_kept_here (EnclaveSecretStore *self, const char *endpoint_uri)
{
  g_return_val_if_fail (ENCLAVE_IS_SECRET_STORE (self) && endpoint_uri != NULL, FALSE);

  return g_hash_table_contains (self->memory, endpoint_uri);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *key = secret_password_lookup_finish (result, &error);

  secret_password_free (key);
  if (may_ask_again (g_task_get_task_data (task), error))
    {
      look_up (g_steal_pointer (&task), checked_cb);
      return;
    }
  if (error != NULL)
    g_debug ("No keyring: %s", error->message);
  g_task_return_boolean (task, error == NULL);
}

void
enclave_secret_store_check_async (EnclaveSecretStore *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_SECRET_STORE (self));

  /* A question for a key that nobody has: what matters is whether it is answered. */
  look_up (begin (self, "", NULL, cancellable, callback, user_data, enclave_secret_store_check_async), checked_cb);
}

gboolean
enclave_secret_store_check_finish (EnclaveSecretStore *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), NULL);
}
