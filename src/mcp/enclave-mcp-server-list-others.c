/* enclave-mcp-server-list-others.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where other programs keep their servers.
 */

#include "config.h"

#include "enclave-mcp-server-list.h"

const char *
enclave_mcp_server_list_get_host_name (EnclaveMcpSource source)
{
  switch (source)
    {
    case ENCLAVE_MCP_SOURCE_CLAUDE_DESKTOP:
      return "Claude Desktop";
    case ENCLAVE_MCP_SOURCE_CLAUDE_CODE:
      return "Claude Code";
    case ENCLAVE_MCP_SOURCE_CURSOR:
      return "Cursor";
    case ENCLAVE_MCP_SOURCE_VS_CODE:
      return "VS Code";
    case ENCLAVE_MCP_SOURCE_CLINE:
      return "Cline";
    case ENCLAVE_MCP_SOURCE_ZED:
      return "Zed";
    case ENCLAVE_MCP_SOURCE_OWN:
    case ENCLAVE_MCP_SOURCE_PROJECT:
    default:
      return "Enclave";
    }
}

static void
add (GPtrArray *paths, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    g_ptr_array_add (paths, g_steal_pointer (&path));
}

static void
find_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  static const char *const of_config[] = {
    "Claude/claude_desktop_config.json",
    "Code/User/mcp.json",
    "Code/User/settings.json",
    "VSCodium/User/mcp.json",
    "Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
    "VSCodium/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
    "zed/settings.json",
  };
  static const char *const of_home[] = { ".claude.json", ".cursor/mcp.json" };
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (of_config); i++)
    add (paths, g_get_user_config_dir (), of_config[i]);
  for (guint i = 0; i < G_N_ELEMENTS (of_home); i++)
    add (paths, g_get_home_dir (), of_home[i]);
  g_task_return_pointer (task, paths, (GDestroyNotify) g_ptr_array_unref);
}

void
enclave_mcp_server_list_find_others_async (EnclaveMcpServerList *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_server_list_find_others_async);
  g_task_run_in_thread (task, find_worker);
}

GPtrArray *
enclave_mcp_server_list_find_others_finish (EnclaveMcpServerList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
