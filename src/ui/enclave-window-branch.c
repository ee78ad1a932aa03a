/* enclave-window-branch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The branch in the title, and going to another one: what is open must not be in its way, and is what the files are afterwards.
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-branch-list.h"
#include "enclave-git-branches.h"
#include "enclave-utf8.h"
#include "enclave-window-private.h"

#define MAX_NAMED 3

/* A file that was open, and all of it saved, before the switch. */
typedef struct
{
  EnclaveEditorPage *page;
  char *path;
  char *text;
} Open;

static void
open_free (gpointer data)
{
  Open *open = data;

  g_object_unref (open->page);
  g_free (open->path);
  g_free (open->text);
  g_free (open);
}

typedef struct
{
  EnclaveWindow *window;
  GApplication *application; /* (nullable): held, so that git is not ended in the middle */
  EnclaveAgentService *service; /* held: what it did meanwhile would be of both branches */
  char *name;
  GPtrArray *open; /* (element-type Open) */
} Switch;

static void
switch_free (Switch *self)
{
  if (self->application != NULL)
    {
      g_application_release (self->application);
      g_object_unref (self->application);
    }
  enclave_agent_service_release (self->service);
  g_object_unref (self->service);
  g_ptr_array_unref (self->open);
  g_free (self->name);
  g_object_unref (self->window);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Switch, switch_free)

void
_enclave_window_update_branch (EnclaveWindow *self)
{
  const char *branch = enclave_project_get_branch (self->project);
  gboolean repository = self->git != NULL && enclave_git_status_get_has_repository (self->git);
  g_autofree char *words = NULL;
  g_autofree char *spoken = NULL;

  /* Translators: the first digits of a commit; no branch is checked out. */
  words = enclave_project_get_is_detached (self->project) ? g_strdup_printf (_("detached at %s"), branch) : g_strdup (branch);
  adw_window_title_set_subtitle (self->title, words);
  /* insensitive it would be pale, and it is the title */
  gtk_widget_set_can_target (GTK_WIDGET (self->title_button), repository);
  gtk_widget_set_focusable (GTK_WIDGET (self->title_button), repository);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title_button), repository ? _("Switch the branch (Ctrl+Alt+B)") : NULL);
  /* Translators: the name of the project, then of its branch. */
  spoken = repository ? g_strdup_printf (_("%s, branch %s"), enclave_project_get_name (self->project), words)
                      : g_strdup (enclave_project_get_name (self->project));
  enclave_accessible_set_label (GTK_WIDGET (self->title_button), spoken);
}

/* What is said where the list still is, and elsewhere, under @title, when the person has closed it. */
static void
tell_problem (EnclaveWindow *self, const char *title, const char *text, EnclaveBranchRemedy remedy)
{
  const char *const responses[] = { "close", _("_Close"), NULL };

  if (self->branches != NULL && gtk_widget_get_visible (GTK_WIDGET (self->branches)))
    enclave_branch_list_show_problem (self->branches, text, remedy);
  else
    enclave_info_row_present (self->info_row, ENCLAVE_WINDOW_NOTE_BRANCH, "enclave-branch-symbolic", title, text, responses);
}

static void
done (EnclaveWindow *self, const char *name)
{
  g_autofree char *shown = enclave_utf8_display_name (name);
  g_autofree char *text = g_strdup_printf (_("On branch %s"), shown);

  if (self->branches != NULL)
    {
      enclave_branch_list_set_busy (self->branches, NULL);
      gtk_popover_popdown (GTK_POPOVER (self->branches));
    }
  enclave_info_row_withdraw (self->info_row, ENCLAVE_WINDOW_NOTE_BRANCH);
  enclave_last_toast_show (self->note, text, NULL);
}

/* Returns: FALSE when @page is none of a file that git has removed. */
static gboolean
look_for_removed (EnclaveWindow *self, EnclaveEditorPage *page, GPtrArray *open, GPtrArray *removed)
{
  for (guint i = 0; i < open->len; i++)
    {
      const Open *was = g_ptr_array_index (open, i);

      if (was->page != page || !g_ptr_array_find_with_equal_func (removed, was->path, g_str_equal, NULL))
        continue;
      _enclave_window_look_for_removed (self, page, was->text);
      return TRUE;
    }
  return FALSE;
}

static void
bring_up (EnclaveWindow *self, GPtrArray *open, GPtrArray *removed)
{
  g_autoptr (GPtrArray) pages = enclave_editor_pane_list_pages (self->editor);

  for (guint i = 0; i < pages->len; i++)
    if (!look_for_removed (self, g_ptr_array_index (pages, i), open, removed))
      enclave_document_check_disk (enclave_editor_page_get_document (g_ptr_array_index (pages, i)));
  enclave_git_status_refresh (self->git);
}

static void
end_switching (EnclaveWindow *self)
{
  _enclave_window_set_branch_switching (self, FALSE);
  if (self->editor != NULL)
    enclave_editor_pane_hold_saves (self->editor, NULL);
}

static void
switched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Switch) data = user_data;
  EnclaveWindow *self = data->window;
  g_autoptr (GPtrArray) removed = NULL;
  g_autoptr (GError) error = NULL;
  gboolean switched = enclave_git_branches_switch_finish (ENCLAVE_GATE (source), result, &removed, &error);

  end_switching (self);
  if (self->git == NULL)
    return;
  /* also when it failed: whether git has written a file before is seen on disk alone */
  bring_up (self, data->open, removed);
  if (switched)
    {
      done (self, data->name);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED))
    {
      g_autofree char *text = g_strdup_printf ("%s\n%s", _("Git left everything as it is:"), error->message);

      tell_problem (self, _("The branch was not switched."), text, ENCLAVE_BRANCH_COMMIT);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
    {
      tell_problem (self, _("The branch was switched in part."), error->message, ENCLAVE_BRANCH_NOTHING);
    }
  else
    {
      tell_problem (self, _("The branch was not switched."), error->message,
                    g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED) ? ENCLAVE_BRANCH_TERMINAL : ENCLAVE_BRANCH_NOTHING);
    }
}

static void
created_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Switch) data = user_data;
  EnclaveWindow *self = data->window;
  g_autoptr (GError) error = NULL;
  gboolean created = enclave_git_branches_create_finish (ENCLAVE_GATE (source), result, &error);

  end_switching (self);
  if (self->git == NULL)
    return;
  if (created)
    done (self, data->name);
  else
    tell_problem (self, _("The branch was not switched."), error->message, ENCLAVE_BRANCH_NOTHING);
}

static Switch *
begin (EnclaveWindow *self, const char *name)
{
  Switch *data = g_new0 (Switch, 1);

  data->window = g_object_ref (self);
  data->service = g_object_ref (self->service);
  enclave_agent_service_hold (self->service);
  data->name = g_strdup (name);
  data->open = g_ptr_array_new_with_free_func (open_free);
  data->application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  if (data->application != NULL)
    {
      g_object_ref (data->application);
      g_application_hold (data->application);
    }
  _enclave_window_set_branch_switching (self, TRUE);
  /* written by both at once a file could be of neither branch, and what was typed would be in the other one */
  enclave_editor_pane_hold_saves (self->editor, _("This is saved as soon as git has switched the branch"));
  enclave_branch_list_set_busy (self->branches, _("Git switches the branch"));

  return data;
}

/* The pages of files of the project; @unsaved: those that are not as on disk, else the others.
 * (transfer container) (element-type EnclaveEditorPage) */
static GPtrArray *
list_pages (EnclaveWindow *self, gboolean unsaved)
{
  g_autoptr (GPtrArray) pages = enclave_editor_pane_list_pages (self->editor);
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < pages->len; i++)
    {
      EnclaveDocument *document = enclave_editor_page_get_document (g_ptr_array_index (pages, i));
      GFile *file = enclave_document_get_file (document);
      g_autofree char *path = file != NULL ? enclave_project_dup_relative (self->project, file) : NULL;
      gboolean is_unsaved = enclave_document_get_modified (document) || enclave_document_get_busy (document);

      if (path != NULL && is_unsaved == unsaved)
        g_ptr_array_add (found, g_ptr_array_index (pages, i));
    }

  return found;
}

static void
tell_unsaved (EnclaveWindow *self, GPtrArray *pages)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < MIN (pages->len, MAX_NAMED); i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "",
                            enclave_document_get_title (enclave_editor_page_get_document (g_ptr_array_index (pages, i))));
  if (pages->len > MAX_NAMED)
    g_string_append_printf (names, " %s", _("and others"));
  /* Translators: names of files. */
  text = g_strdup_printf (_("Not saved yet: %s. Git would switch the files on disk, and not see what was typed."), names->str);
  enclave_branch_list_show_problem (self->branches, text, ENCLAVE_BRANCH_SAVE);
}

static gboolean
may_begin (EnclaveWindow *self)
{
  if (self->branch_switching)
    enclave_last_toast_show (self->note, _("Git switches the branch"), NULL);

  return !self->branch_switching;
}

static void
go (EnclaveWindow *self)
{
  g_autoptr (GPtrArray) unsaved = list_pages (self, TRUE);
  g_autoptr (GPtrArray) saved = NULL;
  EnclaveTurnState state = enclave_agent_service_get_state (self->service);
  Switch *data;

  if (!may_begin (self))
    return;
  if (state > ENCLAVE_TURN_IDLE && state < ENCLAVE_TURN_DONE)
    {
      enclave_branch_list_show_problem (self->branches, _("The agent works in these files. Stop it, or wait until it is done."),
                                        ENCLAVE_BRANCH_NOTHING);
      return;
    }
  if (unsaved->len > 0)
    {
      tell_unsaved (self, unsaved);
      return;
    }
  data = begin (self, self->branch_wanted);
  saved = list_pages (self, FALSE);
  for (guint i = 0; i < saved->len; i++)
    {
      EnclaveEditorPage *page = g_ptr_array_index (saved, i);
      EnclaveDocument *document = enclave_editor_page_get_document (page);
      Open *open;

      if (!enclave_document_get_loaded (document))
        continue;
      open = g_new0 (Open, 1);
      open->page = g_object_ref (page);
      open->path = enclave_project_dup_relative (self->project, enclave_document_get_file (document));
      open->text = enclave_document_dup_text (document);
      g_ptr_array_add (data->open, open);
    }
  enclave_git_branches_switch_async (self->gate, data->name, switched_cb, data);
}

typedef struct
{
  EnclaveWindow *window;
  guint serial; /* of what was chosen when it began */
  guint n_left;
  gboolean failed;
} Save;

/* The documents are busy until what waits for the save has been told. */
static gboolean
all_saved_cb (gpointer user_data)
{
  Save *save = user_data;
  EnclaveWindow *self = save->window;

  /* closed meanwhile, the person wants it no more; nor when something else was chosen since */
  if (save->serial == self->branch_serial && self->git != NULL && self->branches != NULL && gtk_widget_get_visible (GTK_WIDGET (self->branches)))
    {
      if (save->failed)
        enclave_branch_list_show_problem (self->branches, _("Not all files could be saved; their tabs say why."), ENCLAVE_BRANCH_NOTHING);
      else
        go (self);
    }
  g_object_unref (self);
  g_free (save);

  return G_SOURCE_REMOVE;
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Save *save = user_data;

  if (!enclave_editor_page_save_finish (ENCLAVE_EDITOR_PAGE (source), result, NULL))
    save->failed = TRUE;
  if (--save->n_left == 0)
    g_idle_add (all_saved_cb, save);
}

static void
save_all (EnclaveWindow *self)
{
  g_autoptr (GPtrArray) unsaved = list_pages (self, TRUE);
  Save *save;

  if (unsaved->len == 0)
    {
      go (self);
      return;
    }
  save = g_new0 (Save, 1);
  save->window = g_object_ref (self);
  save->serial = self->branch_serial;
  save->n_left = unsaved->len;
  enclave_branch_list_set_busy (self->branches, _("Saving"));
  for (guint i = 0; i < unsaved->len; i++)
    enclave_editor_page_save_async (g_ptr_array_index (unsaved, i), FALSE, NULL, saved_cb, save);
}

static void
chosen_cb (EnclaveWindow *self, const char *name, gboolean create)
{
  g_free (self->branch_wanted);
  self->branch_wanted = g_strdup (name);
  self->branch_serial++;
  if (create && may_begin (self))
    enclave_git_branches_create_async (self->gate, name, created_cb, begin (self, name));
  else if (!create)
    go (self);
}

static void
remedy_cb (EnclaveWindow *self, guint remedy)
{
  if (remedy == ENCLAVE_BRANCH_SAVE)
    save_all (self);
  else if (remedy == ENCLAVE_BRANCH_COMMIT)
    g_action_group_activate_action (G_ACTION_GROUP (self), "git-commit", NULL);
  else if (remedy == ENCLAVE_BRANCH_TERMINAL && self->branch_wanted != NULL)
    {
      g_autofree char *quoted = g_shell_quote (self->branch_wanted);
      g_autofree char *command = g_strconcat ("git switch ", quoted, NULL);

      _enclave_window_focus_pane (self, ENCLAVE_PANE_TERMINAL);
      enclave_terminal_pane_type_in_new_shell (self->terminal, command);
    }
}

static void
closed_cb (EnclaveWindow *self)
{
  if (self->focus_before != NULL && gtk_widget_get_mapped (self->focus_before))
    gtk_widget_grab_focus (self->focus_before);
  g_clear_weak_pointer (&self->focus_before);
}

static void
switch_branch_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  g_autofree char *detached = NULL;

  if (!may_begin (self))
    return;
  /* opened anew, it is another question: a save that still runs was for the one before */
  self->branch_serial++;
  if (self->branches == NULL)
    {
      self->branches = ENCLAVE_BRANCH_LIST (enclave_branch_list_new ());
      gtk_widget_set_parent (GTK_WIDGET (self->branches), gtk_widget_get_parent (GTK_WIDGET (self->root_stack)));
      g_signal_connect_swapped (self->branches, "chosen", G_CALLBACK (chosen_cb), self);
      g_signal_connect_swapped (self->branches, "remedy", G_CALLBACK (remedy_cb), self);
      g_signal_connect_swapped (self->branches, "closed", G_CALLBACK (closed_cb), self);
    }
  if (!gtk_widget_get_visible (GTK_WIDGET (self->branches)))
    g_set_weak_pointer (&self->focus_before, gtk_window_get_focus (GTK_WINDOW (self)));
  if (enclave_project_get_is_detached (self->project))
    detached = g_strdup_printf (_("No branch is checked out: HEAD is detached at %s. A branch made here keeps what is committed."),
                                enclave_project_get_branch (self->project));
  enclave_branch_list_present (self->branches, self->gate, detached);
}

static void
title_clicked_cb (EnclaveWindow *self)
{
  g_action_group_activate_action (G_ACTION_GROUP (self), "git-switch-branch", NULL);
}

static const GActionEntry entries[] = { { "git-switch-branch", switch_branch_cb } };

void
_enclave_window_install_branch (EnclaveWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_set_can_target (GTK_WIDGET (self->title_button), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self->title_button), FALSE);
  g_signal_connect_swapped (self->title_button, "clicked", G_CALLBACK (title_clicked_cb), self);
}

void
_enclave_window_end_branch (EnclaveWindow *self)
{
  if (self->branches != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->branches));
  self->branches = NULL;
  g_clear_pointer (&self->branch_wanted, g_free);
}
