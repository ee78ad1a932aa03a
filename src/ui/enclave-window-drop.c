/* enclave-window-drop.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-window-private.h"

/* A folder full of files that slipped under the pointer is no wish for that many tabs. */
#define MAX_FILES 20

static void
known_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWindow) self = user_data;
  GFile *file = G_FILE (source);
  g_autoptr (GFileInfo) info = g_file_query_info_finish (file, result, NULL);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  if (info != NULL && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    enclave_window_open_folder (self, file);
  else
    enclave_window_open_file (self, file, 0, 0);
}

/* Only what lies on this machine: a drop of an address is no wish to fetch it. */
static gboolean
drop_cb (EnclaveWindow *self, const GValue *value)
{
  guint n = 0;
  guint n_left_out = 0;

  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;
  for (GSList *at = g_value_get_boxed (value); at != NULL; at = at->next)
    {
      GFile *file = at->data;

      if (!g_file_is_native (file) || g_file_peek_path (file) == NULL || n == MAX_FILES)
        {
          n_left_out++;
          continue;
        }
      g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, self->cancellable,
                               known_cb, g_object_ref (self));
      n++;
    }
  if (n_left_out > 0)
    {
      /* Translators: of files that were dragged into the window. */
      g_autofree char *words = g_strdup_printf (ngettext ("%u file was not opened: at most %d at once, and of this machine",
                                                          "%u files were not opened: at most %d at once, and of this machine",
                                                          n_left_out),
                                                n_left_out, MAX_FILES);

      enclave_last_toast_show (self->note, words, NULL);
    }

  return n > 0;
}

static void
add_target (EnclaveWindow *self, GtkWidget *place, GtkPropagationPhase phase)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), phase);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (place, GTK_EVENT_CONTROLLER (target));
}

void
_enclave_window_accept_drops (EnclaveWindow *self)
{
  /* What has a use of its own for files, as the composer, is asked first. */
  add_target (self, GTK_WIDGET (self->root_stack), GTK_PHASE_BUBBLE);
  /* A text view would take them as text. */
  add_target (self, GTK_WIDGET (self->editor), GTK_PHASE_CAPTURE);
}
