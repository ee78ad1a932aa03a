/* enclave-window-tour.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-tour.h"
#include "enclave-window-private.h"

/* A tour in which more was done than the tour does is the person's to keep. */
#define MAX_TOURS 100

static void
fail (EnclaveWindow *self, const char *message)
{
  const char *const responses[] = { "close", _("_Close"), NULL };

  enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_TOUR_FAILED, "dialog-warning-symbolic",
                            _("The tour can’t begin."), message, responses);
}

/* The first folder of the tour's that takes the sample project. (transfer full) */
static GFile *
write_sample (GError **error)
{
  for (int i = 1; i <= MAX_TOURS; i++)
    {
      g_autofree char *name = i == 1 ? g_strdup ("tour") : g_strdup_printf ("tour-%d", i);
      g_autofree char *path = g_build_filename (g_get_user_data_dir (), "enclave", name, NULL);

      g_autoptr (GError) local_error = NULL;

      if (enclave_tour_write_project (path, &local_error))
        return g_file_new_for_path (path);
      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_EMPTY))
        continue;
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               _("There are %d tour projects already; remove some of them"), MAX_TOURS);
  return NULL;
}

static void
engine_exited_cb (EnclaveWindow *self)
{
  fail (self, _("The practice engine ended. Take the tour again to start it anew."));
  _enclave_window_update_badges (self);
}

static void
engine_started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveManagedServer) practice = enclave_managed_server_start_finish (result, &error);
  g_autoptr (EnclaveModelChoice) choice = NULL;

  if (practice == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        fail (self, error->message);
      return;
    }

  g_set_object (&self->practice, practice);
  g_signal_connect_object (practice, "exited", G_CALLBACK (engine_exited_cb), self, G_CONNECT_SWAPPED);
  choice = enclave_model_choice_new (enclave_managed_server_get_servers (practice), NULL);
  _enclave_window_set_choice (self, choice);
  enclave_chat_pane_set_servers (self->chat, enclave_managed_server_get_servers (practice));
  enclave_chat_pane_set_practice (self->chat, TRUE, enclave_tour_first_message ());
  _enclave_window_focus_pane (self, ENCLAVE_PANE_CHAT);
}

static void
begin (EnclaveWindow *self)
{
  EnclaveApplication *application = ENCLAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  g_autoptr (GError) error = NULL;
  g_autofree char *socket_path = enclave_tour_socket_path (&error);
  g_auto (GStrv) argv = NULL;

  if (socket_path == NULL)
    {
      fail (self, error->message);
      return;
    }
  argv = enclave_tour_engine_argv (socket_path);
  enclave_managed_server_start_async ((const char *const *) argv, socket_path,
                                      enclave_application_get_network_door (application), self->cancellable,
                                      engine_started_cb, g_object_ref (self));
}

void
_enclave_window_take_tour (EnclaveWindow *self)
{
  EnclaveApplication *application = ENCLAVE_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) folder = write_sample (&error);
  g_autoptr (GFile) first = NULL;
  EnclaveWindow *window = self;

  if (folder == NULL)
    {
      fail (self, error->message);
      return;
    }
  if (self->project != NULL)
    {
      window = enclave_window_new (application);
      gtk_window_present (GTK_WINDOW (window));
    }
  if (!_enclave_window_set_project (window, folder, &error))
    {
      fail (window, error->message);
      return;
    }
  /* What the practice engine says is no conversation to go on with. */
  _enclave_window_stop_keeping (window);
  first = g_file_get_child (folder, "README.md");
  enclave_editor_pane_open (window->editor, first, 0, 0);
  begin (window);
}
