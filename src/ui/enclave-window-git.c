/* enclave-window-git.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What git says, where it is of use: in the gutter, in the tree, in the page that commits.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-file-watch.h"
#include "enclave-git-head.h"
#include "enclave-git-marks.h"
#include "enclave-utf8.h"
#include "enclave-window-private.h"

#define INDEX_SETTLE_MS 300

/* The window of the project: a tab in a window of its own is a file of it still. */
static EnclaveWindow *
get_owner (EnclaveWindow *self)
{
  return self->origin != NULL ? self->origin : self;
}

/* (nullable): one with a repository. */
static EnclaveGitStatus *
get_status (EnclaveWindow *self)
{
  EnclaveGitStatus *status = get_owner (self)->git;

  return status != NULL && enclave_git_status_get_has_repository (status) ? status : NULL;
}

static EnclaveGitMarks *
get_marks (EnclaveWindow *self)
{
  GtkSourceView *view = enclave_editor_pane_get_view (self->editor);

  return view != NULL ? enclave_git_marks_get (view) : NULL;
}

char *
_enclave_window_dup_active_path (EnclaveWindow *self)
{
  EnclaveProject *project = get_owner (self)->project;
  g_autoptr (GFile) file = NULL;

  g_object_get (self->editor, "active-file", &file, NULL);

  return file != NULL && project != NULL ? enclave_project_dup_relative (project, file) : NULL;
}

static void
set_enabled (EnclaveWindow *self, const char *action, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), action)), enabled);
}

static void
update_actions (EnclaveWindow *self)
{
  static const char *const with_marks[] = { "git-next-change", "git-previous-change", "git-revert-change", "git-stage-change", "git-diff" };
  gboolean repository = self->git != NULL && enclave_git_status_get_has_repository (self->git);
  EnclaveGitMarks *marks = get_status (self) != NULL ? get_marks (self) : NULL;
  gboolean any = marks != NULL && enclave_git_marks_get_n (marks) > 0;
  g_autofree char *path = _enclave_window_dup_active_path (self);

  for (guint i = 0; i < G_N_ELEMENTS (with_marks); i++)
    set_enabled (self, with_marks[i], any);
  set_enabled (self, "git-commit", repository);
  set_enabled (self, "git-switch-branch", repository);
  set_enabled (self, "git-history", repository);
  set_enabled (self, "git-file-history", repository && path != NULL);
  set_enabled (self, "git-line-author", repository && path != NULL);
  set_enabled (self, "git-line-authors", repository);
}

/* The window may look at a tab before its text is there: the marks wait for both texts by themselves. */
static void
active_file_cb (EnclaveWindow *self)
{
  GtkSourceView *view = enclave_editor_pane_get_view (self->editor);
  EnclaveGitStatus *status = get_status (self);
  guint generation = get_owner (self)->git_generation;
  g_autofree char *path = _enclave_window_dup_active_path (self);

  if (status != NULL && view != NULL && path != NULL)
    {
      EnclaveGitMarks *marks = enclave_git_marks_get (view);

      if (marks != NULL)
        {
          enclave_git_marks_bring_up (marks, generation);
        }
      else
        {
          marks = enclave_git_marks_attach (view, status, path, generation);
          g_signal_connect_object (marks, "changed", G_CALLBACK (update_actions), self, G_CONNECT_SWAPPED);
        }
    }
  _enclave_window_update_blame (self);
  update_actions (self);
}

/* A folder whose files differ in kind is changed; a conflict below it is seen on it. */
static void
add_to_folder (GHashTable *kinds, const char *folder, EnclaveGitKind kind)
{
  EnclaveGitKind known = (EnclaveGitKind) GPOINTER_TO_INT (g_hash_table_lookup (kinds, folder));

  if (kind != ENCLAVE_GIT_NEW && kind != ENCLAVE_GIT_IN_CONFLICT)
    kind = ENCLAVE_GIT_CHANGED;
  if (known != ENCLAVE_GIT_UNCHANGED && known != kind)
    kind = known == ENCLAVE_GIT_IN_CONFLICT || kind == ENCLAVE_GIT_IN_CONFLICT ? ENCLAVE_GIT_IN_CONFLICT : ENCLAVE_GIT_CHANGED;
  g_hash_table_replace (kinds, g_strdup (folder), GINT_TO_POINTER (kind));
}

static void
add_with_folders (GHashTable *kinds, const EnclaveGitChange *change)
{
  g_autofree char *name = g_strdup (change->path);
  EnclaveGitKind kind = enclave_git_change_get_kind (change);
  gsize length = strlen (name);

  /* a repository within this one */
  if (length > 0 && name[length - 1] == '/')
    name[length - 1] = '\0';
  g_hash_table_replace (kinds, g_strdup (name), GINT_TO_POINTER (kind));
  for (char *slash; (slash = strrchr (name, '/')) != NULL;)
    {
      *slash = '\0';
      add_to_folder (kinds, name, kind);
    }
}

static void
changed_cb (EnclaveWindow *self)
{
  GPtrArray *changes = enclave_git_status_get_changes (self->git);
  g_autoptr (GHashTable) kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < changes->len; i++)
    add_with_folders (kinds, g_ptr_array_index (changes, i));
  enclave_files_pane_set_git_kinds (self->files, kinds);
  update_actions (self);
  _enclave_window_for_each_beside (self, update_actions);
}

static void ask_head (EnclaveWindow *self);

static void
head_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWindow) self = user_data;
  g_autofree char *head = enclave_git_head_load_finish (ENCLAVE_GATE (source), result, NULL);

  if (self->git == NULL || self->gate != ENCLAVE_GATE (source))
    return;
  self->head_asking = FALSE;
  if (head != NULL && g_strcmp0 (head, self->git_head) != 0)
    {
      /* what was shown before the first answer was read of the same */
      gboolean is_first = self->git_head == NULL;

      g_free (self->git_head);
      self->git_head = g_steal_pointer (&head);
      if (!is_first)
        {
          self->head_generation++;
          _enclave_window_update_blame (self);
          if (self->history_page != NULL)
            enclave_history_page_refresh (self->history_page);
        }
    }
  if (self->head_again)
    ask_head (self);
}

/* Staging writes the index, too: what is said of commits is read anew when there is another one alone. */
static void
ask_head (EnclaveWindow *self)
{
  self->head_again = self->head_asking;
  if (self->head_asking)
    return;
  self->head_asking = TRUE;
  enclave_git_head_load_async (self->gate, NULL, self->cancellable, head_cb, g_object_ref (self));
}

static gboolean
index_settled_cb (gpointer user_data)
{
  EnclaveWindow *self = user_data;

  self->git_settle = 0;
  self->git_generation++;
  active_file_cb (self);
  _enclave_window_for_each_beside (self, active_file_cb);
  ask_head (self);

  return G_SOURCE_REMOVE;
}

/* @file: (nullable). */
static gboolean
tells_of_repository (GFile *file)
{
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;

  /* The folder itself: it is looked at instead of being watched. */
  return g_strcmp0 (name, "index") == 0 || g_strcmp0 (name, "HEAD") == 0 || g_strcmp0 (name, ".git") == 0;
}

/* A commit in the terminal, a branch, a stage: git has written its index or where HEAD is. */
static void
repository_cb (EnclaveWindow *self, GFile *file, GFile *other_file)
{
  /* git writes another file and gives it the name. */
  if (!tells_of_repository (file) && !tells_of_repository (other_file))
    return;
  enclave_git_status_refresh (self->git);
  /* a rebase writes it many times in a second */
  if (self->git_settle == 0)
    self->git_settle = g_timeout_add (INDEX_SETTLE_MS, index_settled_cb, self);
}

static void
is_active_cb (EnclaveWindow *self)
{
  /* Also where there is no repository: one may have been made meanwhile. */
  EnclaveGitStatus *status = gtk_window_is_active (GTK_WINDOW (self)) ? get_owner (self)->git : NULL;

  if (status != NULL)
    enclave_git_status_refresh (status);
}

static void
tell (EnclaveWindow *self, const char *text)
{
  enclave_last_toast_show (self->note, text, NULL);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean done = enclave_git_status_write_finish (ENCLAVE_GIT_STATUS (source), result, &error);

  if (get_status (self) != NULL)
    tell (self, done ? _("Staged") : error->message);
}

static void
diff_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *diff = enclave_git_status_diff_finish (ENCLAVE_GIT_STATUS (source), result, &error);

  if (self->git == NULL)
    return;
  if (diff == NULL)
    tell (self, error->message);
  else if (*diff == '\0')
    tell (self, _("git does not know the file yet, or it is as it was"));
  else
    {
      enclave_editor_pane_show_diff (self->editor, _("Changes since the last commit"), diff);
      _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
    }
}

static void
show_diff (EnclaveWindow *self, const char *path)
{
  enclave_git_status_diff_async (self->git, path, self->cancellable, diff_cb, g_object_ref (self));
}

/* The block of code that the reply ends with: it was asked for alone. (transfer full) (nullable) */
static char *
dup_last_code (EnclaveWindow *self)
{
  GListModel *messages = G_LIST_MODEL (enclave_agent_service_get_conversation (self->service));
  guint n_messages = messages != NULL ? g_list_model_get_n_items (messages) : 0;
  g_autoptr (GListModel) blocks = n_messages > 0 ? g_list_model_get_item (messages, n_messages - 1) : NULL;

  for (guint i = blocks != NULL ? g_list_model_get_n_items (blocks) : 0; i > 0; i--)
    {
      g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (blocks, i - 1);

      if (enclave_message_block_get_kind (block) == ENCLAVE_BLOCK_CODE)
        return g_strstrip (g_strdup (enclave_message_block_get_text (block)));
    }
  return NULL;
}

static void
message_drafted_cb (EnclaveWindow *self, const char *reason)
{
  g_autofree char *message = NULL;

  if (!self->message_asked)
    return;
  self->message_asked = FALSE;
  message = self->commit_page != NULL && g_strcmp0 (reason, "stop") == 0 ? dup_last_code (self) : NULL;
  if (message != NULL && *message != '\0')
    enclave_commit_page_propose (self->commit_page, message);
}

static void
ask_message_cb (EnclaveWindow *self, const char *text)
{
  if (!enclave_chat_pane_say (self->chat, text))
    return;
  self->message_asked = TRUE;
  _enclave_window_focus_pane (self, ENCLAVE_PANE_CHAT);
}

static void
git_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  const char *name = g_action_get_name (G_ACTION (action));
  EnclaveGitMarks *marks = get_marks (self);
  g_autofree char *path = _enclave_window_dup_active_path (self);

  if (marks == NULL || get_status (self) == NULL)
    return;
  if (strcmp (name, "git-next-change") == 0 || strcmp (name, "git-previous-change") == 0)
    {
      if (!enclave_git_marks_go (marks, strcmp (name, "git-next-change") == 0 ? 1 : -1))
        tell (self, _("No more changes in this direction"));
    }
  else if (strcmp (name, "git-revert-change") == 0)
    {
      if (!enclave_git_marks_revert (marks))
        tell (self, _("The caret is in no change"));
    }
  else if (strcmp (name, "git-stage-change") == 0)
    {
      g_autofree char *patch = enclave_git_marks_dup_patch (marks);

      if (patch == NULL)
        tell (self, _("The caret is in no change"));
      else
        enclave_git_status_stage_async (get_status (self), patch, get_owner (self)->cancellable, written_cb, g_object_ref (self));
    }
  else if (path != NULL)
    {
      EnclaveWindow *owner = get_owner (self);

      /* what git says is a tab of the project's window */
      show_diff (owner, path);
      if (owner != self)
        gtk_window_present (GTK_WINDOW (owner));
    }
}

static void
commit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);

  _enclave_window_hide_review (self);
  _enclave_window_hide_activity (self);
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
  if (self->commit_page == NULL)
    {
      GtkWidget *page = enclave_commit_page_new (self->git, self->gate);

      g_set_weak_pointer (&self->commit_page, ENCLAVE_COMMIT_PAGE (page));
      g_signal_connect_object (page, "show-diff", G_CALLBACK (show_diff), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (page, "ask-message", G_CALLBACK (ask_message_cb), self, G_CONNECT_SWAPPED);
    }
  enclave_editor_pane_show_page (self->editor, GTK_WIDGET (self->commit_page), _("Commit"), "enclave-branch-symbolic");
}

static const GActionEntry entries[] = {
  { "git-next-change", git_cb },  { "git-previous-change", git_cb }, { "git-revert-change", git_cb },
  { "git-stage-change", git_cb }, { "git-diff", git_cb },            { "git-commit", commit_cb },
};

void
_enclave_window_install_git (EnclaveWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  _enclave_window_install_branch (self);
  _enclave_window_install_history (self);
  g_signal_connect_swapped (self->editor, "notify::active-file", G_CALLBACK (active_file_cb), self);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (is_active_cb), NULL);
  update_actions (self);
}

void
_enclave_window_set_up_git (EnclaveWindow *self)
{
  g_autoptr (GFile) folder = g_file_get_child (enclave_project_get_folder (self->project), ".git");

  self->git = enclave_git_status_new (self->gate);
  g_signal_connect_object (self->service, "turn-ended", G_CALLBACK (message_drafted_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->git, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (enclave_agent_service_get_change_set (self->service), "history-changed",
                           G_CALLBACK (enclave_git_status_refresh), self->git, G_CONNECT_SWAPPED);
  self->git_monitor = enclave_file_watch_new_for_folder (folder);
  g_signal_connect_object (self->git_monitor, "changed", G_CALLBACK (repository_cb), self, G_CONNECT_SWAPPED);
  if (enclave_git_status_get_has_repository (self->git))
    {
      enclave_git_status_refresh (self->git);
      ask_head (self);
    }
  active_file_cb (self);
}

void
_enclave_window_end_git (EnclaveWindow *self)
{
  _enclave_window_end_branch (self);
  _enclave_window_end_history (self);
  g_clear_weak_pointer (&self->commit_page);
  g_clear_handle_id (&self->git_settle, g_source_remove);
  if (self->git_monitor != NULL)
    g_file_monitor_cancel (self->git_monitor);
  g_clear_object (&self->git_monitor);
  g_clear_object (&self->git);
  _enclave_window_for_each_beside (self, update_actions);
  g_clear_pointer (&self->git_head, g_free);
  self->head_asking = self->head_again = FALSE;
}
