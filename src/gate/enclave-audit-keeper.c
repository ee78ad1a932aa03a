/* enclave-audit-keeper.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/random.h>

#include "enclave-audit-keeper.h"

#include "enclave-audit-format.h"
#include "enclave-secret-store.h"

/* Names beside those of servers, which are addresses. */
#define KEY_NAME "audit:key"
#define ANCHOR_NAME_PREFIX "audit:anchor:"
#define STORE_DELAY_MS 1000

struct _EnclaveAuditKeeper
{
  GObject parent_instance;

  EnclaveSecretStore *store;
  GBytes *key;         /* (nullable) */
  char *waiting;       /* (nullable): anchor to be stored */
  guint store_source;
  gboolean storing;
  GPtrArray *flushes;  /* (element-type GTask) */
};

G_DEFINE_FINAL_TYPE (EnclaveAuditKeeper, enclave_audit_keeper, G_TYPE_OBJECT)

static void store_now (EnclaveAuditKeeper *self);

static void
enclave_audit_keeper_finalize (GObject *object)
{
  EnclaveAuditKeeper *self = ENCLAVE_AUDIT_KEEPER (object);

  g_clear_handle_id (&self->store_source, g_source_remove);
  g_clear_object (&self->store);
  g_clear_pointer (&self->key, g_bytes_unref);
  g_clear_pointer (&self->waiting, g_free);
  g_clear_pointer (&self->flushes, g_ptr_array_unref);

  G_OBJECT_CLASS (enclave_audit_keeper_parent_class)->finalize (object);
}

static void
enclave_audit_keeper_class_init (EnclaveAuditKeeperClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_audit_keeper_finalize;
}

static void
enclave_audit_keeper_init (EnclaveAuditKeeper *self)
{
  self->store = enclave_secret_store_new ();
  self->flushes = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * enclave_audit_keeper_get_default:
 *
 * Returns: (transfer none): the keeper of this process
 */
EnclaveAuditKeeper *
enclave_audit_keeper_get_default (void)
{
  static EnclaveAuditKeeper *keeper;

  if (keeper == NULL)
    keeper = g_object_new (ENCLAVE_TYPE_AUDIT_KEEPER, NULL);

  return keeper;
}

/* Only a bus that is there already: looking for one may start it. libsecret can keep a file of its own instead. */
static gboolean
may_have_keyring (void)
{
  const char *address = g_getenv ("DBUS_SESSION_BUS_ADDRESS");
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *socket = NULL;

  if (g_getenv ("SECRET_BACKEND") != NULL)
    return TRUE;
  if (address != NULL && *address != '\0')
    return TRUE;
  if (runtime == NULL || *runtime == '\0')
    return FALSE;
  socket = g_build_filename (runtime, "bus", NULL);

  return g_file_test (socket, G_FILE_TEST_EXISTS);
}

/* One item a log: a program that runs with another state folder has another chain. */
static char *
dup_anchor_name (void)
{
  g_autofree char *path = enclave_audit_dup_path ();

  return g_strconcat (ANCHOR_NAME_PREFIX, path, NULL);
}

typedef struct
{
  gboolean create;
  gboolean created;
  GBytes *key;
  char *anchor;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_clear_pointer (&load->key, g_bytes_unref);
  g_free (load->anchor);
  g_free (load);
}

static GBytes *
key_from_text (const char *text)
{
  guchar bytes[ENCLAVE_AUDIT_KEY_BYTES];

  if (text == NULL || strlen (text) != 2 * sizeof bytes)
    return NULL;
  for (gsize i = 0; i < sizeof bytes; i++)
    {
      int high = g_ascii_xdigit_value (text[2 * i]);
      int low = g_ascii_xdigit_value (text[2 * i + 1]);

      if (high < 0 || low < 0)
        return NULL;
      bytes[i] = (guchar) (high << 4 | low);
    }

  return g_bytes_new (bytes, sizeof bytes);
}

static char *
make_key_text (void)
{
  guchar bytes[ENCLAVE_AUDIT_KEY_BYTES];
  g_autoptr(GString) text = g_string_new (NULL);

  if (getrandom (bytes, sizeof bytes, 0) != (gssize) sizeof bytes)
    return NULL;
  for (gsize i = 0; i < sizeof bytes; i++)
    g_string_append_printf (text, "%02x", bytes[i]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
on_anchor (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Load *load = g_task_get_task_data (task);

  load->anchor = enclave_secret_store_get_key_finish (ENCLAVE_SECRET_STORE (object), result, NULL);
  g_task_return_boolean (task, TRUE);
}

static void on_key (GObject *object, GAsyncResult *result, gpointer user_data);

static void
on_key_stored (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  gboolean persistent = FALSE;

  if (!enclave_secret_store_set_key_finish (ENCLAVE_SECRET_STORE (object), result, &persistent, NULL) || !persistent)
    {
      /* A key of this run alone would make seals that nobody can check. */
      g_task_return_boolean (task, TRUE);
      return;
    }
  /* Read back: of two programs that started at once, the one that stored last has made the key of both. */
  enclave_secret_store_get_key_async (ENCLAVE_SECRET_STORE (object), KEY_NAME, g_task_get_cancellable (task), on_key,
                                      g_object_ref (task));
}

static void
on_key (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveAuditKeeper *self = g_task_get_source_object (task);
  Load *load = g_task_get_task_data (task);
  g_autofree char *text = enclave_secret_store_get_key_finish (ENCLAVE_SECRET_STORE (object), result, NULL);
  g_autofree char *name = dup_anchor_name ();
  g_autofree char *fresh = NULL;

  load->key = key_from_text (text);
  if (load->key != NULL)
    {
      g_clear_pointer (&self->key, g_bytes_unref);
      self->key = g_bytes_ref (load->key);
      enclave_secret_store_get_key_async (ENCLAVE_SECRET_STORE (object), name, g_task_get_cancellable (task), on_anchor,
                                          g_object_ref (task));
      return;
    }
  if (load->create && !load->created && (fresh = make_key_text ()) != NULL)
    {
      load->created = TRUE;
      enclave_secret_store_set_key_async (ENCLAVE_SECRET_STORE (object), KEY_NAME, fresh, g_task_get_cancellable (task),
                                          on_key_stored, g_object_ref (task));
      return;
    }
  g_task_return_boolean (task, TRUE);
}

/**
 * enclave_audit_keeper_load_async:
 * @create: whether a key is made when there is none
 *
 * Asks the keyring for the key of the seals and for the anchor.
 */
void
enclave_audit_keeper_load_async (EnclaveAuditKeeper *self, gboolean create, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  Load *load;

  g_return_if_fail (ENCLAVE_IS_AUDIT_KEEPER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_audit_keeper_load_async);
  g_task_set_check_cancellable (task, FALSE);
  load = g_new0 (Load, 1);
  load->create = create;
  g_task_set_task_data (task, load, load_free);
  if (!may_have_keyring ())
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  enclave_secret_store_get_key_async (self->store, KEY_NAME, cancellable, on_key, g_object_ref (task));
}

/**
 * enclave_audit_keeper_load_finish:
 * @anchor: (out) (optional) (nullable) (transfer full): what the keyring has kept of the chain
 *
 * Returns: (transfer full) (nullable): the key, %NULL where there is none
 */
GBytes *
enclave_audit_keeper_load_finish (EnclaveAuditKeeper *self, GAsyncResult *result, char **anchor)
{
  Load *load;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  load = g_task_get_task_data (G_TASK (result));
  if (anchor != NULL)
    *anchor = g_steal_pointer (&load->anchor);

  return g_steal_pointer (&load->key);
}

static void
answer_flushes (EnclaveAuditKeeper *self)
{
  g_autoptr(GPtrArray) flushes = self->flushes;

  self->flushes = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < flushes->len; i++)
    g_task_return_boolean (g_ptr_array_index (flushes, i), TRUE);
}

static void
on_anchor_stored (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(EnclaveAuditKeeper) self = user_data;

  enclave_secret_store_set_key_finish (ENCLAVE_SECRET_STORE (object), result, NULL, NULL);
  self->storing = FALSE;
  if (self->waiting != NULL && self->store_source == 0)
    store_now (self);
  else if (self->waiting == NULL)
    answer_flushes (self);
}

static void
store_now (EnclaveAuditKeeper *self)
{
  g_autofree char *name = dup_anchor_name ();
  g_autofree char *anchor = g_steal_pointer (&self->waiting);

  self->storing = TRUE;
  enclave_secret_store_set_key_async (self->store, name, anchor, NULL, on_anchor_stored, g_object_ref (self));
}

static gboolean
on_store_time (gpointer user_data)
{
  EnclaveAuditKeeper *self = user_data;

  self->store_source = 0;
  if (!self->storing && self->waiting != NULL)
    store_now (self);

  return G_SOURCE_REMOVE;
}

/**
 * enclave_audit_keeper_store_anchor:
 * @anchor: the newest anchor
 *
 * Keeps @anchor in the keyring within a second or so. Does nothing before a key was loaded.
 */
void
enclave_audit_keeper_store_anchor (EnclaveAuditKeeper *self, const char *anchor)
{
  g_return_if_fail (ENCLAVE_IS_AUDIT_KEEPER (self));
  g_return_if_fail (anchor != NULL);

  if (self->key == NULL)
    return;
  g_free (self->waiting);
  self->waiting = g_strdup (anchor);
  if (self->store_source == 0)
    self->store_source = g_timeout_add (STORE_DELAY_MS, on_store_time, self);
}

/**
 * enclave_audit_keeper_flush_async:
 * @callback: called when nothing waits any more
 */
void
enclave_audit_keeper_flush_async (EnclaveAuditKeeper *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_AUDIT_KEEPER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_audit_keeper_flush_async);
  g_clear_handle_id (&self->store_source, g_source_remove);
  if (self->waiting != NULL && !self->storing)
    store_now (self);
  if (!self->storing)
    g_task_return_boolean (task, TRUE);
  else
    g_ptr_array_add (self->flushes, g_steal_pointer (&task));
}

void
enclave_audit_keeper_flush_finish (EnclaveAuditKeeper *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));

  g_task_propagate_boolean (G_TASK (result), NULL);
}
