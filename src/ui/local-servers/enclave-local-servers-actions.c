/* enclave-local-servers-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-local-servers-actions.h"

#include "enclave-managed-window.h"

typedef struct
{
  GtkApplication *application; /* (weak): it owns the actions */
  GSettings *settings;
  EnclaveLocalServers *servers;
  GtkWindow *window; /* (weak) (nullable) */
} Actions;

static void
actions_free (gpointer data, GClosure *closure)
{
  Actions *actions = data;

  g_clear_weak_pointer (&actions->window);
  g_clear_object (&actions->settings);
  g_clear_object (&actions->servers);
  g_free (actions);
}

static void
choose_cb (GSimpleAction *action, GVariant *parameter, Actions *actions)
{
  GtkWindow *parent = gtk_application_get_active_window (actions->application);

  if (actions->window == NULL)
    {
      g_set_weak_pointer (&actions->window, GTK_WINDOW (enclave_managed_window_new (actions->settings, actions->servers)));
      gtk_window_set_transient_for (actions->window, parent);
    }
  gtk_window_present (actions->window);
}

static void
start_ollama_cb (GSimpleAction *action, GVariant *parameter, EnclaveLocalServers *servers)
{
  enclave_local_servers_start_ollama (servers);
}

static void
update_cb (EnclaveLocalServers *servers, GSimpleAction *action)
{
  g_simple_action_set_enabled (action, enclave_local_servers_can_start_ollama (servers));
}

void
enclave_local_servers_actions_add (GtkApplication *application, GSettings *settings, EnclaveLocalServers *servers)
{
  g_autoptr (GSimpleAction) choose = g_simple_action_new ("choose-model-file", NULL);
  g_autoptr (GSimpleAction) start = g_simple_action_new ("start-ollama", NULL);

  g_return_if_fail (GTK_IS_APPLICATION (application));
  g_return_if_fail (ENCLAVE_IS_LOCAL_SERVERS (servers));

  g_simple_action_set_enabled (choose, settings != NULL);
  if (settings != NULL)
    {
      Actions *actions = g_new0 (Actions, 1);

      actions->application = application;
      actions->settings = g_object_ref (settings);
      actions->servers = g_object_ref (servers);
      g_signal_connect_data (choose, "activate", G_CALLBACK (choose_cb), actions, actions_free, 0);
    }
  g_signal_connect_object (start, "activate", G_CALLBACK (start_ollama_cb), servers, 0);
  g_signal_connect_object (servers, "changed", G_CALLBACK (update_cb), start, 0);
  update_cb (servers, start);
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (choose));
  g_action_map_add_action (G_ACTION_MAP (application), G_ACTION (start));
}
