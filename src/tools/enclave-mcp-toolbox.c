/* enclave-mcp-toolbox.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-toolbox.h"

#include "enclave-mcp-finder-tool.h"

struct _EnclaveMcpToolbox
{
  GObject parent_instance;

  EnclaveMcpServerList *servers; /* NULL with @fixed */
  EnclaveMcpCatalog *catalog;  /* NULL with @fixed */
  GPtrArray *fixed;
  GPtrArray *watched;          /* of EnclaveMcpConfigured */
  EnclaveMcpFinder *finder;    /* NULL before the first sync, and after a change */
  GPtrArray *registered;       /* of char: names in the registry */
  guint window_tokens;
  EnclaveMcpSearchMode mode;
  EnclaveMcpTokenEstimate estimate; /* (nullable) */
};

static guint changed;

G_DEFINE_FINAL_TYPE (EnclaveMcpToolbox, enclave_mcp_toolbox, G_TYPE_OBJECT)

static void
unwatch (EnclaveMcpToolbox *self)
{
  for (guint i = 0; i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->watched, i), self);
  g_ptr_array_set_size (self->watched, 0);
}

static void
enclave_mcp_toolbox_dispose (GObject *object)
{
  EnclaveMcpToolbox *self = ENCLAVE_MCP_TOOLBOX (object);

  unwatch (self);
  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  g_clear_object (&self->servers);
  g_clear_object (&self->catalog);
  g_clear_pointer (&self->finder, enclave_mcp_finder_unref);
  G_OBJECT_CLASS (enclave_mcp_toolbox_parent_class)->dispose (object);
}

static void
enclave_mcp_toolbox_finalize (GObject *object)
{
  EnclaveMcpToolbox *self = ENCLAVE_MCP_TOOLBOX (object);

  g_ptr_array_unref (self->watched);
  g_clear_pointer (&self->fixed, g_ptr_array_unref);
  g_ptr_array_unref (self->registered);
  G_OBJECT_CLASS (enclave_mcp_toolbox_parent_class)->finalize (object);
}

static void
enclave_mcp_toolbox_class_init (EnclaveMcpToolboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_mcp_toolbox_dispose;
  object_class->finalize = enclave_mcp_toolbox_finalize;
  changed = g_signal_new ("changed", ENCLAVE_TYPE_MCP_TOOLBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_mcp_toolbox_init (EnclaveMcpToolbox *self)
{
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  self->registered = g_ptr_array_new_with_free_func (g_free);
}

static void
on_server_changed (EnclaveMcpToolbox *self)
{
  g_clear_pointer (&self->finder, enclave_mcp_finder_unref);
  g_signal_emit (self, changed, 0);
}

static void
on_servers_changed (EnclaveMcpToolbox *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->servers));

  unwatch (self);
  for (guint i = 0; i < n; i++)
    {
      EnclaveMcpConfigured *configured = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      g_ptr_array_add (self->watched, configured);
      g_signal_connect_swapped (configured, "changed", G_CALLBACK (on_server_changed), self);
    }
  on_server_changed (self);
}

EnclaveMcpToolbox *
enclave_mcp_toolbox_new (EnclaveMcpServerList *servers)
{
  EnclaveMcpToolbox *self = g_object_new (ENCLAVE_TYPE_MCP_TOOLBOX, NULL);

  self->servers = g_object_ref (servers);
  self->catalog = enclave_mcp_catalog_new (G_LIST_MODEL (servers));
  g_signal_connect_swapped (servers, "items-changed", G_CALLBACK (on_servers_changed), self);
  on_servers_changed (self);
  return self;
}

EnclaveMcpToolbox *
enclave_mcp_toolbox_new_of (GPtrArray *servers)
{
  EnclaveMcpToolbox *self = g_object_new (ENCLAVE_TYPE_MCP_TOOLBOX, NULL);

  self->fixed = g_ptr_array_ref (servers);
  return self;
}

EnclaveMcpCatalog *
enclave_mcp_toolbox_get_catalog (EnclaveMcpToolbox *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_TOOLBOX (self), NULL);

  return self->catalog;
}

void
enclave_mcp_toolbox_set_search (EnclaveMcpToolbox *self, EnclaveMcpSearchMode mode, EnclaveMcpTokenEstimate estimate)
{
  g_return_if_fail (ENCLAVE_IS_MCP_TOOLBOX (self));

  self->mode = mode;
  self->estimate = estimate;
  on_server_changed (self);
}

static void
add_all (EnclaveMcpFinder *finder, EnclaveMcpServer *server)
{
  GPtrArray *tools = enclave_mcp_server_get_tools (server);

  for (guint i = 0; i < tools->len; i++)
    enclave_mcp_finder_add (finder, server, g_ptr_array_index (tools, i), FALSE);
}

static void
add_tools (EnclaveMcpFinder *finder, EnclaveMcpConfigured *configured)
{
  EnclaveMcpServer *server = enclave_mcp_configured_get_server (configured);
  GPtrArray *tools = enclave_mcp_configured_get_tools (configured);

  if (server == NULL || enclave_mcp_configured_get_state (configured) != ENCLAVE_MCP_CONFIGURED_READY)
    return;
  for (guint i = 0; tools != NULL && i < tools->len; i++)
    if (enclave_mcp_configured_is_tool_on (configured, g_ptr_array_index (tools, i)))
      enclave_mcp_finder_add (finder, server, g_ptr_array_index (tools, i), FALSE);
}

static void
put_tool (EnclaveMcpToolbox *self, EnclaveToolRegistry *registry, EnclaveTool *tool)
{
  g_autoptr (GError) error = NULL;

  if (enclave_tool_registry_register (registry, tool, &error))
    g_ptr_array_add (self->registered, g_strdup (enclave_tool_get_spec (tool)->name));
  else
    g_message ("%s", error->message);
}

void
enclave_mcp_toolbox_sync (EnclaveMcpToolbox *self, EnclaveToolRegistry *registry, guint window_tokens)
{
  g_autoptr (GPtrArray) tools = NULL;

  g_return_if_fail (ENCLAVE_IS_MCP_TOOLBOX (self) && ENCLAVE_IS_TOOL_REGISTRY (registry));

  if (self->finder != NULL && window_tokens == self->window_tokens)
    return;
  for (guint i = 0; i < self->registered->len; i++)
    enclave_tool_registry_remove (registry, g_ptr_array_index (self->registered, i));
  g_ptr_array_set_size (self->registered, 0);
  g_clear_pointer (&self->finder, enclave_mcp_finder_unref);
  self->window_tokens = window_tokens;
  self->finder = enclave_mcp_finder_new ();
  for (guint i = 0; i < self->watched->len; i++)
    add_tools (self->finder, g_ptr_array_index (self->watched, i));
  for (guint i = 0; self->fixed != NULL && i < self->fixed->len; i++)
    add_all (self->finder, g_ptr_array_index (self->fixed, i));
  tools = enclave_mcp_finder_settle (self->finder, window_tokens, self->mode, self->estimate);
  for (guint i = 0; i < tools->len; i++)
    put_tool (self, registry, g_ptr_array_index (tools, i));
}

JsonArray *
enclave_mcp_toolbox_get_functions (EnclaveMcpToolbox *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_TOOLBOX (self), NULL);

  return self->finder != NULL ? enclave_mcp_finder_get_functions (self->finder) : NULL;
}
