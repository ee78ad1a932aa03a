/* enclave-mcp-server-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-server-list.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-mcp-config-edit.h"
#include "enclave-mcp-import.h"
#include "enclave-settings-file.h"
#include "enclave-state-dir.h"

#define OWN_NAME "mcp.json"

/* What a project may bring. */
static const struct
{
  const char *path;
  EnclaveMcpSource source;
} project_files[] = {
  { ".enclave/mcp.json", ENCLAVE_MCP_SOURCE_OWN },
  { ".mcp.json", ENCLAVE_MCP_SOURCE_PROJECT },
  { ".cursor/mcp.json", ENCLAVE_MCP_SOURCE_CURSOR },
  { ".vscode/mcp.json", ENCLAVE_MCP_SOURCE_VS_CODE },
};

struct _EnclaveMcpServerList
{
  GObject parent_instance;

  EnclaveGate *gate; /* (nullable) */
  EnclaveNetworkDoor *door;
  GPtrArray *items;  /* (element-type EnclaveMcpConfigured) */
  char *problem;     /* (nullable) */
  EnclaveMcpAsk ask; /* (nullable) */
  gpointer ask_data;
};

enum
{
  PROP_0,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GType
get_item_type (GListModel *model)
{
  return ENCLAVE_TYPE_MCP_CONFIGURED;
}

static guint
get_n_items (GListModel *model)
{
  return ENCLAVE_MCP_SERVER_LIST (model)->items->len;
}

static gpointer
get_item (GListModel *model, guint position)
{
  GPtrArray *items = ENCLAVE_MCP_SERVER_LIST (model)->items;

  return position < items->len ? g_object_ref (g_ptr_array_index (items, position)) : NULL;
}

static void
list_model_init (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveMcpServerList, enclave_mcp_server_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
enclave_mcp_server_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_PROBLEM)
    g_value_set_string (value, ENCLAVE_MCP_SERVER_LIST (object)->problem);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
enclave_mcp_server_list_finalize (GObject *object)
{
  EnclaveMcpServerList *self = ENCLAVE_MCP_SERVER_LIST (object);

  g_clear_object (&self->gate);
  g_clear_object (&self->door);
  g_ptr_array_unref (self->items);
  g_free (self->problem);
  G_OBJECT_CLASS (enclave_mcp_server_list_parent_class)->finalize (object);
}

static void
enclave_mcp_server_list_class_init (EnclaveMcpServerListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enclave_mcp_server_list_finalize;
  object_class->get_property = enclave_mcp_server_list_get_property;
  properties[PROP_PROBLEM] = g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_mcp_server_list_init (EnclaveMcpServerList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

EnclaveMcpServerList *
enclave_mcp_server_list_new (EnclaveGate *gate, EnclaveNetworkDoor *door)
{
  EnclaveMcpServerList *self;

  g_return_val_if_fail (gate == NULL || ENCLAVE_IS_GATE (gate), NULL);
  g_return_val_if_fail (ENCLAVE_IS_NETWORK_DOOR (door), NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_SERVER_LIST, NULL);
  g_set_object (&self->gate, gate);
  self->door = g_object_ref (door);

  return self;
}

const char *
enclave_mcp_server_list_get_problem (EnclaveMcpServerList *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self), NULL);

  return self->problem;
}

void
enclave_mcp_server_list_set_ask (EnclaveMcpServerList *self, EnclaveMcpAsk ask, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));

  self->ask = ask;
  self->ask_data = user_data;
  for (guint i = 0; i < self->items->len; i++)
    enclave_mcp_configured_set_ask (g_ptr_array_index (self->items, i), ask, user_data);
}

char *
enclave_mcp_server_list_dup_own_path (void)
{
  return enclave_config_dir_path (OWN_NAME);
}

EnclaveMcpSource
enclave_mcp_server_list_guess_source (const char *path)
{
  static const struct
  {
    const char *end;
    EnclaveMcpSource source;
  } ends[] = {
    { "claude_desktop_config.json", ENCLAVE_MCP_SOURCE_CLAUDE_DESKTOP },
    { "/.claude.json", ENCLAVE_MCP_SOURCE_CLAUDE_CODE },
    { "cline_mcp_settings.json", ENCLAVE_MCP_SOURCE_CLINE },
    { "/.cursor/mcp.json", ENCLAVE_MCP_SOURCE_CURSOR },
    { "/.vscode/mcp.json", ENCLAVE_MCP_SOURCE_VS_CODE },
    { "/Code/User/mcp.json", ENCLAVE_MCP_SOURCE_VS_CODE },
    { "/Code/User/settings.json", ENCLAVE_MCP_SOURCE_VS_CODE },
    { "/zed/settings.json", ENCLAVE_MCP_SOURCE_ZED },
    { "/.zed/settings.json", ENCLAVE_MCP_SOURCE_ZED },
    { "/.mcp.json", ENCLAVE_MCP_SOURCE_PROJECT },
  };

  g_return_val_if_fail (path != NULL, ENCLAVE_MCP_SOURCE_OWN);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_has_suffix (path, ends[i].end))
      return ends[i].source;
  return ENCLAVE_MCP_SOURCE_OWN;
}

typedef struct
{
  guint next;          /* 0: our own file, then those of the project */
  GPtrArray *entries;
  GPtrArray *problems; /* (element-type utf8) */
} Reload;

static void
reload_free (gpointer data)
{
  Reload *reload = data;

  g_ptr_array_unref (reload->entries);
  g_ptr_array_unref (reload->problems);
  g_free (reload);
}

/* One whose entry is as it was keeps its server. */
static EnclaveMcpConfigured *
find_same (EnclaveMcpServerList *self, EnclaveMcpServerEntry *entry)
{
  g_autoptr (EnclaveMcpConsent) same = enclave_mcp_consent_new (NULL);

  enclave_mcp_consent_allow_entry (same, entry, NULL);
  for (guint i = 0; i < self->items->len; i++)
    {
      EnclaveMcpConfigured *item = g_ptr_array_index (self->items, i);
      EnclaveMcpServerEntry *own = enclave_mcp_configured_get_entry (item);

      if (strcmp (own->name, entry->name) == 0 && own->enabled == entry->enabled && own->has_problem == entry->has_problem
          && g_strcmp0 (own->disabled_reason, entry->disabled_reason) == 0 && own->timeout_ms == entry->timeout_ms
          && enclave_mcp_consent_check_entry (same, own, NULL) == ENCLAVE_MCP_CONSENT_AGREED)
        return g_object_ref (item);
    }
  return NULL;
}

static void
finish_reload (EnclaveMcpServerList *self, Reload *reload)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) before = NULL;
  g_autofree char *problem = NULL;

  enclave_mcp_config_settle_names (reload->entries);
  for (guint i = 0; i < reload->entries->len; i++)
    {
      EnclaveMcpServerEntry *entry = g_ptr_array_index (reload->entries, i);
      EnclaveMcpConfigured *item = find_same (self, entry);

      g_ptr_array_add (items, item != NULL ? item : enclave_mcp_configured_new (self->gate, self->door, entry));
      enclave_mcp_configured_set_ask (g_ptr_array_index (items, i), self->ask, self->ask_data);
    }
  before = g_steal_pointer (&self->items);
  self->items = items;
  if (reload->problems->len > 0)
    {
      g_ptr_array_add (reload->problems, NULL);
      problem = g_strjoinv ("\n", (char **) reload->problems->pdata);
    }
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before->len, self->items->len);
  if (g_strcmp0 (problem, self->problem) != 0)
    {
      g_free (self->problem);
      self->problem = g_steal_pointer (&problem);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
    }
}

static void read_next (GTask *owned_task);

static void
add_file (EnclaveMcpServerList *self, Reload *reload, const EnclaveMcpConfigOrigin *origin, GBytes *bytes)
{
  g_auto (GStrv) environment = g_get_environ ();
  EnclaveMcpContext context = { (const char *const *) environment, g_get_home_dir (),
                                self->gate != NULL ? enclave_gate_get_root (self->gate) : NULL, NULL };
  g_autoptr (EnclaveMcpConfig) config = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  config = enclave_mcp_config_parse (origin, &context, text, (gssize) size, &error);
  if (config == NULL)
    {
      g_ptr_array_add (reload->problems, g_strdup_printf ("%s: %s", origin->path, error->message));
      return;
    }
  for (guint i = 0; i < config->entries->len; i++)
    g_ptr_array_add (reload->entries, enclave_mcp_server_entry_ref (g_ptr_array_index (config->entries, i)));
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  EnclaveMcpServerList *self = g_task_get_source_object (task);
  Reload *reload = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = enclave_settings_file_read_finish (result, &error);
  guint i = reload->next++;
  g_autofree char *path = i == 0 ? enclave_mcp_server_list_dup_own_path ()
                                 : g_build_filename (enclave_gate_get_root (self->gate), project_files[i - 1].path, NULL);
  EnclaveMcpConfigOrigin origin = { i == 0 ? ENCLAVE_MCP_SOURCE_OWN : project_files[i - 1].source, path, i > 0, i == 0 };

  if (bytes != NULL)
    add_file (self, reload, &origin, bytes);
  else if (error != NULL)
    g_ptr_array_add (reload->problems, g_strdup (error->message));
  read_next (task);
}

static void
read_next (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  EnclaveMcpServerList *self = g_task_get_source_object (task);
  Reload *reload = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autofree char *own = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (reload->next == 0)
    {
      own = enclave_mcp_server_list_dup_own_path ();
      enclave_settings_file_read_async (NULL, own, ENCLAVE_MCP_CONFIG_MAX_BYTES, cancellable, read_cb, g_steal_pointer (&task));
    }
  else if (self->gate != NULL && reload->next <= G_N_ELEMENTS (project_files))
    {
      enclave_settings_file_read_async (enclave_gate_get_root (self->gate), project_files[reload->next - 1].path,
                                        ENCLAVE_MCP_CONFIG_MAX_BYTES, cancellable, read_cb, g_steal_pointer (&task));
    }
  else
    {
      finish_reload (self, reload);
      g_task_return_boolean (task, TRUE);
    }
}

void
enclave_mcp_server_list_reload_async (EnclaveMcpServerList *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  GTask *task;
  Reload *reload;

  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));

  reload = g_new0 (Reload, 1);
  reload->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mcp_server_entry_unref);
  reload->problems = g_ptr_array_new_with_free_func (g_free);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_server_list_reload_async);
  g_task_set_task_data (task, reload, reload_free);
  read_next (task);
}

gboolean
enclave_mcp_server_list_reload_finish (EnclaveMcpServerList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* One change of our file. */
typedef enum
{
  CHANGE_SET,
  CHANGE_REMOVE,
  CHANGE_DISABLE,
  CHANGE_ENABLE,
  CHANGE_IMPORT,
} ChangeKind;

typedef struct
{
  ChangeKind kind;
  char *name;        /* of the entry; of IMPORT: the path */
  JsonObject *entry; /* (nullable) */
  GBytes *other;     /* (nullable): what is to be imported */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->name);
  g_clear_pointer (&change->entry, json_object_unref);
  g_clear_pointer (&change->other, g_bytes_unref);
  g_free (change);
}

static char *
apply (const Change *change, const char *text, GError **error)
{
  guint n_added;

  switch (change->kind)
    {
    case CHANGE_SET:
      return enclave_mcp_config_edit_set (text, change->name, change->entry, error);
    case CHANGE_REMOVE:
      return enclave_mcp_config_edit_remove (text, change->name, error);
    case CHANGE_DISABLE:
    case CHANGE_ENABLE:
      return enclave_mcp_config_edit_set_disabled (text, change->name, change->kind == CHANGE_DISABLE, error);
    case CHANGE_IMPORT:
      {
        g_autofree char *other = g_strndup (g_bytes_get_data (change->other, NULL), g_bytes_get_size (change->other));

        return enclave_mcp_import (text, enclave_mcp_server_list_guess_source (change->name), other, &n_added, error);
      }
    default:
      g_return_val_if_reached (NULL);
    }
}

static void
reloaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (enclave_mcp_server_list_reload_finish (ENCLAVE_MCP_SERVER_LIST (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveMcpServerList *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!enclave_settings_file_save_finish (result, &error))
    g_task_return_error (task, error);
  else
    enclave_mcp_server_list_reload_async (self, g_task_get_cancellable (task), reloaded_cb, g_object_ref (task));
}

static void
own_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GBytes) before = enclave_settings_file_read_finish (result, &error);
  g_autofree char *text = before != NULL ? g_strndup (g_bytes_get_data (before, NULL), g_bytes_get_size (before)) : NULL;
  g_autoptr (GBytes) after = NULL;
  char *changed = error == NULL ? apply (g_task_get_task_data (task), text, &error) : NULL;

  if (changed == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  after = g_bytes_new_take (changed, strlen (changed));
  enclave_settings_file_save_async (OWN_NAME, before, after, g_task_get_cancellable (task), saved_cb, g_object_ref (task));
}

static void
read_own (GTask *task)
{
  g_autofree char *path = enclave_mcp_server_list_dup_own_path ();

  enclave_settings_file_read_async (NULL, path, ENCLAVE_MCP_CONFIG_MAX_BYTES, g_task_get_cancellable (task), own_read_cb, task);
}

static void
other_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Change *change = g_task_get_task_data (task);
  GError *error = NULL;

  change->other = enclave_settings_file_read_finish (result, &error);
  if (change->other == NULL && error == NULL)
    error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL, _ ("There is no file %s"), change->name);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    read_own (g_steal_pointer (&task));
}

static GTask *
new_change (EnclaveMcpServerList *self, ChangeKind kind, const char *name, JsonObject *entry, GCancellable *cancellable,
            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Change *change = g_new0 (Change, 1);

  change->kind = kind;
  change->name = g_strdup (name);
  change->entry = entry != NULL ? json_object_ref (entry) : NULL;
  g_task_set_source_tag (task, new_change);
  g_task_set_task_data (task, change, change_free);

  return task;
}

void
enclave_mcp_server_list_set_async (EnclaveMcpServerList *self, const char *name, JsonObject *entry, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));
  g_return_if_fail (name != NULL && entry != NULL);

  read_own (new_change (self, CHANGE_SET, name, entry, cancellable, callback, user_data));
}

void
enclave_mcp_server_list_remove_async (EnclaveMcpServerList *self, const char *name, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));
  g_return_if_fail (name != NULL);

  read_own (new_change (self, CHANGE_REMOVE, name, NULL, cancellable, callback, user_data));
}

void
enclave_mcp_server_list_set_disabled_async (EnclaveMcpServerList *self, const char *name, gboolean is_disabled,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));
  g_return_if_fail (name != NULL);

  read_own (new_change (self, is_disabled ? CHANGE_DISABLE : CHANGE_ENABLE, name, NULL, cancellable, callback, user_data));
}

void
enclave_mcp_server_list_import_async (EnclaveMcpServerList *self, const char *path, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));
  g_return_if_fail (path != NULL && g_path_is_absolute (path));

  enclave_settings_file_read_async (NULL, path, ENCLAVE_MCP_CONFIG_MAX_BYTES, cancellable, other_read_cb,
                                    new_change (self, CHANGE_IMPORT, path, NULL, cancellable, callback, user_data));
}

gboolean
enclave_mcp_server_list_change_finish (EnclaveMcpServerList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
