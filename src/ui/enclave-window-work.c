/* enclave-window-work.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What takes its time in this window, told in its header: tasks, a switch of the branch, what the language servers are at. The agent has
 * its own place for that.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-window-private.h"

static void
task_running_cb (EnclaveWindow *self, const char *title, gboolean running)
{
  g_autofree char *id = g_strconcat ("task-", title, NULL);

  /* the last ones end with the window */
  if (self->chat == NULL)
    return;
  if (running)
    enclave_work_button_set (self->work_button, id, title, "win.stop-task");
  else
    enclave_work_button_unset (self->work_button, id);
}

void
_enclave_window_set_branch_switching (EnclaveWindow *self, gboolean switching)
{
  self->branch_switching = switching;
  if (self->chat == NULL)
    return;
  if (switching)
    enclave_work_button_set (self->work_button, "branch", _("Git switches the branch"), NULL);
  else
    enclave_work_button_unset (self->work_button, "branch");
}

static void
server_cb (EnclaveWindow *self, EnclaveLanguageServer *server)
{
  const char *progress = enclave_language_server_get_progress (server);
  g_autofree char *id = g_strdup_printf ("server-%p", (gpointer) server);
  g_autofree char *title = NULL;

  if (self->chat == NULL)
    return;
  if (progress == NULL || enclave_language_server_get_state (server) != ENCLAVE_LANGUAGE_SERVER_READY)
    {
      enclave_work_button_unset (self->work_button, id);
      return;
    }
  title = g_strdup_printf ("%s: %s", enclave_language_server_get_kind (server)->title, progress);
  enclave_work_button_set (self->work_button, id, title, NULL);
}

void
_enclave_window_watch_servers (EnclaveWindow *self, EnclaveLanguageService *service)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (service)); i++)
    {
      g_autoptr (EnclaveLanguageServer) server = g_list_model_get_item (G_LIST_MODEL (service), i);

      g_signal_connect_object (server, "progress-changed", G_CALLBACK (server_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (server, "changed", G_CALLBACK (server_cb), self, G_CONNECT_SWAPPED);
    }
}

void
_enclave_window_show_work (EnclaveWindow *self)
{
  self->work_button = ENCLAVE_WORK_BUTTON (enclave_work_button_new ());
  gtk_box_prepend (self->header_end, GTK_WIDGET (self->work_button));
  g_signal_connect_swapped (self->terminal, "task-running", G_CALLBACK (task_running_cb), self);
}
