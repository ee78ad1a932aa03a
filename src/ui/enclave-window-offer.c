/* enclave-window-offer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Short notes with what can be done about them: a command that is not set is set, what went to the trash is taken back.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-file-operation.h"
#include "enclave-utf8.h"
#include "enclave-window-private.h"

static void
clicked_cb (gpointer user_data)
{
  EnclaveWindow *self = user_data;

  if (self->offered != NULL)
    _enclave_window_activate (self, self->offered);
}

void
_enclave_window_offer (EnclaveWindow *self, const char *text, const char *button, const char *action)
{
  self->offered = action;
  enclave_last_toast_show (self->note, text, button);
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = enclave_file_operation_finish (result, &error);

  if (self->note == NULL)
    return;
  if (file == NULL)
    enclave_last_toast_show (self->note, error->message, NULL);
  else
    enclave_files_pane_select_file (self->files, file);
}

static void
undo_trash_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  g_autoptr (GFile) file = g_steal_pointer (&self->trashed);

  g_simple_action_set_enabled (action, FALSE);
  if (file != NULL)
    enclave_file_operation_restore_async (file, self->cancellable, restored_cb, g_object_ref (self));
}

void
_enclave_window_tell_trashed (EnclaveWindow *self, GFile *file)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), "undo-trash");
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = enclave_utf8_display_name (base);
  /* Translators: %s is the name of a file. */
  g_autofree char *text = g_strdup_printf (_("%s is in the trash."), name);

  g_set_object (&self->trashed, file);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), TRUE);
  _enclave_window_offer (self, text, _("Undo"), "win.undo-trash");
}

void
_enclave_window_install_offers (EnclaveWindow *self)
{
  static const GActionEntry entries[] = { { "undo-trash", undo_trash_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "undo-trash")), FALSE);
  self->note = enclave_last_toast_new (GTK_WIDGET (self->root_stack), clicked_cb, self);
}
