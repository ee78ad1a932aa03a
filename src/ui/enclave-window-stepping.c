/* enclave-window-stepping.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two keys go through the list that was shown last: uses, problems, symbols, what a search found, or the problems of a task.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-window-private.h"

void
_enclave_window_set_stepped (EnclaveWindow *self, GtkWidget *list)
{
  g_set_weak_pointer (&self->stepped, list);
}

static gboolean
step_list (EnclaveWindow *self, gboolean forward)
{
  if (ENCLAVE_IS_TEXT_SEARCH_PAGE (self->stepped))
    return enclave_text_search_page_step (ENCLAVE_TEXT_SEARCH_PAGE (self->stepped), forward);

  return self->stepped != NULL && self->language != NULL && enclave_language_controller_step_list (self->language, self->stepped, forward);
}

static void
step_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  gboolean forward = g_str_equal (g_action_get_name (G_ACTION (action)), "next-problem");

  if (self->stepped != NULL)
    {
      _enclave_window_hide_review (self);
      _enclave_window_hide_activity (self);
    }
  /* A list that is empty, or that was closed, leaves the keys to the problems of the task, as before it was shown. */
  if (!step_list (self, forward) && !enclave_terminal_pane_step_problem (self->terminal, forward))
    enclave_last_toast_show (self->note, _("No list is shown, and no task has told of a problem"), NULL);
}

static void
listed_cb (EnclaveWindow *self, GtkWidget *page)
{
  _enclave_window_set_stepped (self, page);
}

void
_enclave_window_step_places (EnclaveWindow *self)
{
  g_signal_connect_object (self->language, "listed", G_CALLBACK (listed_cb), self, G_CONNECT_SWAPPED);
}

void
_enclave_window_install_stepping (EnclaveWindow *self)
{
  /* the names are older than the lists, and stand in the keys that people have set */
  static const GActionEntry entries[] = { { "next-problem", step_cb }, { "previous-problem", step_cb } };

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
