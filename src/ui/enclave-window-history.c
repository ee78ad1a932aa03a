/* enclave-window-history.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What git remembers: the commits of a file and of the project, and what each has changed.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-history-page.h"
#include "enclave-utf8.h"
#include "enclave-window-private.h"

#define SHORT_HASH 7

typedef struct
{
  EnclaveWindow *window;
  EnclaveGitCommit *commit;
} Show;

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Show *show = user_data;
  g_autoptr (EnclaveWindow) self = show->window;
  g_autoptr (EnclaveGitCommit) commit = show->commit;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = enclave_git_show_finish (ENCLAVE_GATE (source), result, &error);
  const char *path = enclave_git_commit_get_path (commit);
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *shown = name != NULL ? enclave_utf8_display_name (name) : NULL;
  g_autofree char *title = NULL;

  g_free (show);
  if (self->git == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (text == NULL)
    {
      enclave_last_toast_show (self->note, error->message, NULL);
      return;
    }
  title = shown != NULL ? g_strdup_printf ("%s @ %.*s", shown, SHORT_HASH, enclave_git_commit_get_hash (commit))
                        : g_strndup (enclave_git_commit_get_hash (commit), SHORT_HASH);
  enclave_editor_pane_show_diff (self->editor, title, text);
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

void
_enclave_window_show_commit (EnclaveWindow *self, EnclaveGitCommit *commit)
{
  Show *show = g_new0 (Show, 1);

  show->window = g_object_ref (self);
  show->commit = g_object_ref (commit);
  enclave_git_show_async (self->gate, commit, self->cancellable, shown_cb, show);
}

static void
history_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  gboolean of_file = g_str_equal (g_action_get_name (G_ACTION (action)), "git-file-history");
  g_autofree char *path = of_file ? _enclave_window_dup_active_path (self) : NULL;

  if (of_file && path == NULL)
    return;
  _enclave_window_hide_review (self);
  _enclave_window_hide_activity (self);
  if (self->history_page == NULL)
    {
      GtkWidget *page = enclave_history_page_new (self->gate);

      g_set_weak_pointer (&self->history_page, ENCLAVE_HISTORY_PAGE (page));
      g_signal_connect_object (page, "show-commit", G_CALLBACK (_enclave_window_show_commit), self, G_CONNECT_SWAPPED);
    }
  enclave_history_page_show (self->history_page, path);
  enclave_editor_pane_show_page (self->editor, GTK_WIDGET (self->history_page), _("History"), "document-open-recent-symbolic");
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

static const GActionEntry entries[] = { { "git-file-history", history_cb }, { "git-history", history_cb } };

void
_enclave_window_install_history (EnclaveWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}

void
_enclave_window_end_history (EnclaveWindow *self)
{
  g_clear_weak_pointer (&self->history_page);
}
