/* enclave-pinned-backend.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-pins-private.h"

#include <string.h>

#define ENCLAVE_TYPE_PINNED_BACKEND (enclave_pinned_backend_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePinnedBackend, enclave_pinned_backend, ENCLAVE, PINNED_BACKEND, GSettingsBackend)

struct _EnclavePinnedBackend
{
  GSettingsBackend parent_instance;

  const EnclavePins *pins;
  GSettingsSchema *schema;
  GSettingsBackend *store;
  GSettings *echo; /* what others write to the store is heard by it */
};

G_DEFINE_FINAL_TYPE (EnclavePinnedBackend, enclave_pinned_backend, G_TYPE_SETTINGS_BACKEND)

#define STORE_CALL(self, function, ...) G_SETTINGS_BACKEND_GET_CLASS ((self)->store)->function ((self)->store, ##__VA_ARGS__)

/* @path: of the key: the schema's path and its name. */
static const EnclavePin *
find (EnclavePinnedBackend *self, const char *path)
{
  const char *schema_path = g_settings_schema_get_path (self->schema);

  return g_str_has_prefix (path, schema_path) ? enclave_pins_find (self->pins, path + strlen (schema_path)) : NULL;
}

/* @value: (transfer full) (nullable). (transfer full) (nullable). */
static GVariant *
lay_over (EnclavePinnedBackend *self, const EnclavePin *pin, GVariant *value)
{
  g_autoptr (GVariant) stored = value;
  g_autoptr (GSettingsSchemaKey) key = NULL;

  if (pin == NULL)
    return g_steal_pointer (&stored);
  key = g_settings_schema_get_key (self->schema, pin->key);
  /* The store is a file of the user's, and holds what somebody has put there. GSettings would pass over a value that is none and
   * take the default, which may be more than the limit. */
  if (stored != NULL
      && (!g_variant_is_of_type (stored, g_settings_schema_key_get_value_type (key)) || !g_settings_schema_key_range_check (key, stored)))
    g_clear_pointer (&stored, g_variant_unref);
  if (stored == NULL)
    stored = g_settings_schema_key_get_default_value (key);
  return enclave_pin_clamp (pin, stored);
}

static GVariant *
enclave_pinned_backend_read (GSettingsBackend *backend, const char *path, const GVariantType *type, gboolean default_value)
{
  EnclavePinnedBackend *self = ENCLAVE_PINNED_BACKEND (backend);

  return lay_over (self, find (self, path), STORE_CALL (self, read, path, type, default_value));
}

static GVariant *
enclave_pinned_backend_read_user_value (GSettingsBackend *backend, const char *path, const GVariantType *type)
{
  EnclavePinnedBackend *self = ENCLAVE_PINNED_BACKEND (backend);

  return lay_over (self, find (self, path), STORE_CALL (self, read_user_value, path, type));
}

static gboolean
enclave_pinned_backend_get_writable (GSettingsBackend *backend, const char *path)
{
  EnclavePinnedBackend *self = ENCLAVE_PINNED_BACKEND (backend);
  const EnclavePin *pin = find (self, path);

  return (pin == NULL || pin->is_limit) && STORE_CALL (self, get_writable, path);
}

typedef struct
{
  GSettingsBackend *backend;
  char *path;
} Refusal;

/* Whoever has shown the refused value shows what holds. */
static gboolean
tell_refusal (gpointer user_data)
{
  Refusal *refusal = user_data;

  g_settings_backend_changed (refusal->backend, refusal->path, NULL);
  return G_SOURCE_REMOVE;
}

static void
refusal_free (Refusal *refusal)
{
  g_object_unref (refusal->backend);
  g_free (refusal->path);
  g_free (refusal);
}

static gboolean
is_allowed (EnclavePinnedBackend *self, const char *path, GVariant *value)
{
  const EnclavePin *pin = find (self, path);
  g_autoptr (GVariant) held = NULL;
  Refusal *refusal;

  if (pin == NULL || value == NULL)
    return pin == NULL || pin->is_limit;
  held = enclave_pin_clamp (pin, value);
  if (pin->is_limit && g_variant_equal (held, value))
    return TRUE;
  refusal = g_new0 (Refusal, 1);
  refusal->backend = g_object_ref (G_SETTINGS_BACKEND (self));
  refusal->path = g_strdup (path);
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, tell_refusal, refusal, (GDestroyNotify) refusal_free);
  return FALSE;
}

static gboolean
enclave_pinned_backend_write (GSettingsBackend *backend, const char *path, GVariant *value, gpointer origin_tag)
{
  EnclavePinnedBackend *self = ENCLAVE_PINNED_BACKEND (backend);
  g_autoptr (GVariant) sunk = g_variant_ref_sink (value);

  return is_allowed (self, path, sunk) && STORE_CALL (self, write, path, sunk, origin_tag);
}

static gboolean
collect_refused (gpointer key, gpointer value, gpointer user_data)
{
  gpointer *data = user_data;

  if (!is_allowed (data[0], key, value))
    *(gboolean *) data[1] = TRUE;
  return FALSE;
}

static gboolean
enclave_pinned_backend_write_tree (GSettingsBackend *backend, GTree *tree, gpointer origin_tag)
{
  EnclavePinnedBackend *self = ENCLAVE_PINNED_BACKEND (backend);
  gboolean refused = FALSE;
  gpointer data[] = { self, &refused };

  g_tree_foreach (tree, collect_refused, data);
  return !refused && STORE_CALL (self, write_tree, tree, origin_tag);
}

static void
enclave_pinned_backend_reset (GSettingsBackend *backend, const char *path, gpointer origin_tag)
{
  EnclavePinnedBackend *self = ENCLAVE_PINNED_BACKEND (backend);

  STORE_CALL (self, reset, path, origin_tag);
}

static void
enclave_pinned_backend_subscribe (GSettingsBackend *backend, const char *name)
{
}

static void
enclave_pinned_backend_unsubscribe (GSettingsBackend *backend, const char *name)
{
}

static void
enclave_pinned_backend_sync (GSettingsBackend *backend)
{
  EnclavePinnedBackend *self = ENCLAVE_PINNED_BACKEND (backend);

  if (G_SETTINGS_BACKEND_GET_CLASS (self->store)->sync != NULL)
    STORE_CALL (self, sync);
}

static GPermission *
enclave_pinned_backend_get_permission (GSettingsBackend *backend, const char *path)
{
  EnclavePinnedBackend *self = ENCLAVE_PINNED_BACKEND (backend);

  return STORE_CALL (self, get_permission, path);
}

static void
echo_cb (EnclavePinnedBackend *self, const char *key)
{
  g_autofree char *path = g_strconcat (g_settings_schema_get_path (self->schema), key, NULL);

  g_settings_backend_changed (G_SETTINGS_BACKEND (self), path, NULL);
}

static void
enclave_pinned_backend_dispose (GObject *object)
{
  EnclavePinnedBackend *self = ENCLAVE_PINNED_BACKEND (object);

  g_clear_object (&self->echo);
  g_clear_object (&self->store);
  g_clear_pointer (&self->schema, g_settings_schema_unref);

  G_OBJECT_CLASS (enclave_pinned_backend_parent_class)->dispose (object);
}

static void
enclave_pinned_backend_class_init (EnclavePinnedBackendClass *klass)
{
  GSettingsBackendClass *backend_class = G_SETTINGS_BACKEND_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_pinned_backend_dispose;
  backend_class->read = enclave_pinned_backend_read;
  backend_class->read_user_value = enclave_pinned_backend_read_user_value;
  backend_class->get_writable = enclave_pinned_backend_get_writable;
  backend_class->write = enclave_pinned_backend_write;
  backend_class->write_tree = enclave_pinned_backend_write_tree;
  backend_class->reset = enclave_pinned_backend_reset;
  backend_class->subscribe = enclave_pinned_backend_subscribe;
  backend_class->unsubscribe = enclave_pinned_backend_unsubscribe;
  backend_class->sync = enclave_pinned_backend_sync;
  backend_class->get_permission = enclave_pinned_backend_get_permission;
}

static void
enclave_pinned_backend_init (EnclavePinnedBackend *self)
{
}

GSettingsBackend *
enclave_pinned_backend_new (const EnclavePins *pins, GSettingsSchema *schema)
{
  EnclavePinnedBackend *self = g_object_new (ENCLAVE_TYPE_PINNED_BACKEND, NULL);

  self->pins = pins;
  self->schema = g_settings_schema_ref (schema);
  self->store = g_settings_backend_get_default ();
  /* Its subscription is that of all. */
  self->echo = g_settings_new_full (schema, self->store, NULL);
  g_signal_connect_swapped (self->echo, "changed", G_CALLBACK (echo_cb), self);
  return G_SETTINGS_BACKEND (self);
}
