/* enclave-mcp-server-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-server-list.h"

#include <string.h>

#include "enclave-limits.h"
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
  EnclaveSecretStore *secrets; /* (nullable) */
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
  g_clear_object (&self->secrets);
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
enclave_mcp_server_list_new (EnclaveGate *gate, EnclaveNetworkDoor *door, EnclaveSecretStore *secrets)
{
  EnclaveMcpServerList *self;

  g_return_val_if_fail (gate == NULL || ENCLAVE_IS_GATE (gate), NULL);
  g_return_val_if_fail (ENCLAVE_IS_NETWORK_DOOR (door), NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_SERVER_LIST, NULL);
  g_set_object (&self->gate, gate);
  self->door = g_object_ref (door);
  g_set_object (&self->secrets, secrets);

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
    { "/User/mcp.json", ENCLAVE_MCP_SOURCE_VS_CODE },
    { "/User/settings.json", ENCLAVE_MCP_SOURCE_VS_CODE },
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

/* Only of what lies between the items that are the same at both ends: whoever shows one of those goes on showing it. */
static void
tell_changes (EnclaveMcpServerList *self, GPtrArray *before)
{
  guint shorter = MIN (before->len, self->items->len);
  guint head = 0;
  guint tail = 0;

  while (head < shorter && before->pdata[head] == self->items->pdata[head])
    head++;
  while (tail < shorter - head && before->pdata[before->len - 1 - tail] == self->items->pdata[self->items->len - 1 - tail])
    tail++;
  if (before->len > head + tail || self->items->len > head + tail)
    g_list_model_items_changed (G_LIST_MODEL (self), head, before->len - head - tail, self->items->len - head - tail);
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

      g_ptr_array_add (items, item != NULL ? item : enclave_mcp_configured_new (self->gate, self->door, self->secrets, entry));
      enclave_mcp_configured_set_ask (g_ptr_array_index (items, i), self->ask, self->ask_data);
    }
  before = g_steal_pointer (&self->items);
  self->items = items;
  if (reload->problems->len > 0)
    {
      g_ptr_array_add (reload->problems, NULL);
      problem = g_strjoinv ("\n", (char **) reload->problems->pdata);
    }
  tell_changes (self, before);
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
