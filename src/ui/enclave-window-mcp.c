/* enclave-window-mcp.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The MCP servers of the project's window: those that the person has agreed to are started, and the agent gets the tools that are switched on.
 */

#include "config.h"

#include "enclave-window-private.h"

#include "enclave-token-estimate.h"

/* The window is there, and its first shell, before programs are started that nobody waits for. */
#define START_DELAY_MS 1500
#define SEARCH_KEY "mcp-tool-search"
/* On an item that was started by itself once. */
#define STARTED "enclave-started"

static void
search_changed_cb (GSettings *settings, const char *key, EnclaveMcpToolbox *toolbox)
{
  enclave_mcp_toolbox_set_search (toolbox, (EnclaveMcpSearchMode) g_settings_get_enum (settings, SEARCH_KEY), enclave_token_estimate);
}

static void
start_cb (EnclaveWindow *self, guint position, guint removed, guint added, GListModel *servers)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (EnclaveMcpConfigured) configured = g_list_model_get_item (servers, i);

      /* The list is read again each time that it is shown; what the person has stopped stays so. */
      if (g_object_get_data (G_OBJECT (configured), STARTED) != NULL)
        continue;
      g_object_set_data (G_OBJECT (configured), STARTED, GINT_TO_POINTER (TRUE));
      /* One that is not agreed to as it is now waits for the person. */
      enclave_mcp_configured_start (configured);
    }
}

static void
ask_cb (EnclaveMcpQuestion *question, gpointer user_data)
{
  enclave_chat_pane_ask (ENCLAVE_WINDOW (user_data)->chat, question);
}

static gboolean
load_cb (gpointer user_data)
{
  EnclaveWindow *self = user_data;

  self->mcp_load = 0;
  enclave_mcp_server_list_reload_async (self->mcp_servers, self->cancellable, NULL, NULL);
  return G_SOURCE_REMOVE;
}

void
_enclave_window_set_up_mcp (EnclaveWindow *self, EnclaveApplication *application)
{
  g_autoptr (EnclaveMcpToolbox) toolbox = NULL;

  self->mcp_servers = enclave_mcp_server_list_new (self->gate, enclave_application_get_network_door (application),
                                                   enclave_application_get_secret_store (application));
  enclave_mcp_server_list_set_ask (self->mcp_servers, ask_cb, self);
  toolbox = enclave_mcp_toolbox_new (self->mcp_servers);
  if (self->settings != NULL)
    {
      search_changed_cb (self->settings, SEARCH_KEY, toolbox);
      g_signal_connect_object (self->settings, "changed::" SEARCH_KEY, G_CALLBACK (search_changed_cb), toolbox, 0);
    }
  enclave_agent_service_set_toolbox (self->service, toolbox);
  g_signal_connect_object (self->mcp_servers, "items-changed", G_CALLBACK (start_cb), self, G_CONNECT_SWAPPED);
  self->mcp_load = g_timeout_add (START_DELAY_MS, load_cb, self);
}

void
_enclave_window_end_mcp (EnclaveWindow *self)
{
  g_clear_handle_id (&self->mcp_load, g_source_remove);
  if (self->mcp_servers != NULL)
    enclave_mcp_server_list_set_ask (self->mcp_servers, NULL, NULL);
  g_clear_object (&self->mcp_servers);
}
