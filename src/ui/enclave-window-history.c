/* enclave-window-history.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What git remembers: the commits of a file and of the project, and what each has changed.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-blame.h"
#include "enclave-caret-popover.h"
#include "enclave-git-words.h"
#include "enclave-history-page.h"
#include "enclave-utf8.h"
#include "enclave-window-private.h"

#define SHORT_HASH 7
#define COMMIT "enclave-commit"

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

static void
failed_cb (EnclaveWindow *self, const char *message)
{
  /* once, when the column was asked for: not for each file that git does not know */
  if (self->blame_asked)
    enclave_last_toast_show (self->note, message, NULL);
  self->blame_asked = FALSE;
}

/* (nullable): of the file that is shown. Borrowed. */
static EnclaveBlame *
get_blame (EnclaveWindow *self)
{
  EnclaveEditorPage *page = enclave_editor_pane_get_active_page (self->editor);
  g_autofree char *path = _enclave_window_dup_active_path (self);
  GtkSourceView *view;
  EnclaveBlame *blame;

  if (page == NULL || path == NULL || self->git == NULL || !enclave_git_status_get_has_repository (self->git))
    return NULL;
  view = enclave_editor_page_get_view (page);
  blame = enclave_blame_get (view);
  if (blame == NULL)
    {
      blame = enclave_blame_attach (view, enclave_editor_page_get_document (page), self->gate, path, self->head_generation);
      g_signal_connect_object (blame, "show-commit", G_CALLBACK (_enclave_window_show_commit), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (blame, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
    }

  return blame;
}

void
_enclave_window_update_blame (EnclaveWindow *self)
{
  gboolean column = self->settings != NULL && g_settings_get_boolean (self->settings, "show-line-authors");
  EnclaveBlame *blame = column ? get_blame (self) : NULL;
  GtkSourceView *view = enclave_editor_pane_get_view (self->editor);

  /* without the column there is none but where one was asked for */
  if (blame == NULL && view != NULL)
    blame = enclave_blame_get (view);
  if (blame == NULL)
    return;
  enclave_blame_bring_up (blame, self->head_generation);
  enclave_blame_set_column (blame, column);
}

static void
column_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  if (self->settings == NULL)
    return;
  self->blame_asked = !g_settings_get_boolean (self->settings, "show-line-authors");
  g_settings_set_boolean (self->settings, "show-line-authors", self->blame_asked);
}

static void
show_clicked_cb (GtkWidget *button, EnclaveWindow *self)
{
  g_autoptr (EnclaveGitCommit) commit = g_object_ref (g_object_get_data (G_OBJECT (button), COMMIT));

  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (button, GTK_TYPE_POPOVER)));
  _enclave_window_show_commit (self, commit);
}

static GtkWidget *
new_line (const char *text, gboolean quiet)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 52);
  if (quiet)
    gtk_widget_add_css_class (label, "enclave-quiet");

  return label;
}

static void
show_author (EnclaveWindow *self, GtkSourceView *view, EnclaveGitCommit *commit)
{
  gint64 time = enclave_git_commit_get_time (commit);
  g_autofree char *age = enclave_git_words_dup_age (time, g_get_real_time () / G_USEC_PER_SEC);
  g_autofree char *date = enclave_git_words_dup_date (time);
  g_autofree char *who = g_strdup_printf (g_str_equal (age, date) ? "%s, %s" : "%s, %s (%s)", enclave_git_commit_get_author (commit), age,
                                          date);
  g_autofree char *label = g_strdup_printf (_("_Show commit %.*s"), SHORT_HASH, enclave_git_commit_get_hash (commit));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *button = gtk_button_new_with_mnemonic (label);

  gtk_widget_add_css_class (button, "suggested-action");
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  enclave_accessible_mend_mnemonic (GTK_BUTTON (button));
  g_object_set_data_full (G_OBJECT (button), COMMIT, g_object_ref (commit), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (show_clicked_cb), self, 0);
  gtk_box_append (GTK_BOX (box), new_line (enclave_git_commit_get_subject (commit), FALSE));
  gtk_box_append (GTK_BOX (box), new_line (who, TRUE));
  gtk_box_append (GTK_BOX (box), button);
  enclave_caret_popover_show (GTK_TEXT_VIEW (view), box, _("Who wrote this line"));
  gtk_widget_grab_focus (button);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWindow) self = user_data;
  EnclaveBlame *blame = ENCLAVE_BLAME (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGitCommit) commit = enclave_blame_look_finish (blame, result, &error);
  GtkSourceView *view;

  if (self->git == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  view = enclave_editor_pane_get_view (self->editor);
  /* the person has gone on to another file */
  if (view == NULL || enclave_blame_get (view) != blame)
    return;
  if (commit != NULL)
    show_author (self, view, commit);
  else
    enclave_last_toast_show (self->note, error != NULL ? error->message : _("This line is not committed yet"), NULL);
}

static void
author_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  EnclaveBlame *blame = get_blame (self);

  if (blame == NULL)
    return;
  enclave_blame_bring_up (blame, self->head_generation);
  enclave_blame_look_async (blame, looked_cb, g_object_ref (self));
}

static const GActionEntry entries[] = { 
  { "git-file-history", history_cb },
  { "git-history", history_cb },
  { "git-line-author", author_cb },
  { "git-line-authors", column_cb },
};

void
_enclave_window_install_history (EnclaveWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  if (self->settings != NULL)
    g_signal_connect_object (self->settings, "changed::show-line-authors", G_CALLBACK (_enclave_window_update_blame), self,
                             G_CONNECT_SWAPPED);
}

void
_enclave_window_end_history (EnclaveWindow *self)
{
  g_clear_weak_pointer (&self->history_page);
}
