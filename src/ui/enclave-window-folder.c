/* enclave-window-folder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder that a person opens may lie on a disk that does not answer: the window goes on until it does.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-utf8.h"
#include "enclave-window-private.h"

#define SLOW_FOLDER_MS 1000

typedef struct
{
  EnclaveWindow *window;
  GFile *folder;
} SlowFolder;

static void
slow_folder_free (gpointer data)
{
  SlowFolder *slow = data;

  g_object_unref (slow->folder);
  g_free (slow);
}

static gboolean
slow_folder_cb (gpointer user_data)
{
  const char *const responses[] = { "cancel", _("_Cancel"), NULL };
  const SlowFolder *slow = user_data;
  g_autofree char *name = enclave_utf8_display_name (g_file_peek_path (slow->folder));
  /* Translators: %s is the path of a folder. */
  g_autofree char *text = g_strdup_printf (_("Opening %s takes long: its disk or network does not answer. It opens as soon as it does."), name);

  slow->window->open_source = 0;
  enclave_info_row_present (slow->window->info_row, ENCLAVE_WINDOW_NOTE_OPEN_FAILED, "dialog-warning-symbolic", text, NULL, responses);

  return G_SOURCE_REMOVE;
}

static void
folder_looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_cancellable_is_cancelled (self->cancellable))
    return;
  g_clear_object (&self->open_cancellable);
  g_clear_handle_id (&self->open_source, g_source_remove);
  enclave_info_row_withdraw (self->info_row, ENCLAVE_WINDOW_NOTE_OPEN_FAILED);
  enclave_window_open_folder (self, G_FILE (source));
}

void
_enclave_window_leave_folder (EnclaveWindow *self)
{
  g_clear_handle_id (&self->open_source, g_source_remove);
  g_cancellable_cancel (self->open_cancellable);
  g_clear_object (&self->open_cancellable);
}

void
_enclave_window_open_folder_in_time (EnclaveWindow *self, GFile *folder)
{
  SlowFolder *slow;

  _enclave_window_leave_folder (self);
  if (g_file_peek_path (folder) == NULL)
    {
      enclave_window_open_folder (self, folder);
      return;
    }
  slow = g_new0 (SlowFolder, 1);
  slow->window = self;
  slow->folder = g_object_ref (folder);
  self->open_cancellable = g_cancellable_new ();
  self->open_source = g_timeout_add_full (G_PRIORITY_DEFAULT, SLOW_FOLDER_MS, slow_folder_cb, slow, slow_folder_free);
  g_file_query_info_async (folder, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, self->open_cancellable,
                           folder_looked_cb, g_object_ref (self));
}
