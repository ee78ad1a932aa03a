/* enclave-window-finding.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Going anywhere and doing anything by name, and the way back.
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-action-table.h"
#include "enclave-finder-item.h"
#include "enclave-key-map.h"
#include "enclave-terminal-profile.h"
#include "enclave-window-private.h"

#define MAX_RECENT_COMMANDS 12
#define SNIPPET_ACTION "editor.insert-snippet::"

static gboolean
is_in_panes (EnclaveWindow *self)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->root_stack), "panes") == 0;
}

/* A pane that is hidden, or has no room, comes for its command; but what nobody sees selected is not thrown away. */
static gboolean
can_come (EnclaveWindow *self, GtkWidget *pane, const char *action)
{
  return is_in_panes (self) && strcmp (action, "files.trash") != 0
         && (pane == GTK_WIDGET (self->files) || pane == GTK_WIDGET (self->terminal) || pane == GTK_WIDGET (self->chat));
}

/* A button knows best whether an action can be done from where it stands. */
static gboolean
can_do (EnclaveWindow *self, const char *action)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  GtkWidget *owner;
  GtkWidget *button;
  gboolean can;

  if (!g_action_parse_detailed_name (action, &name, &target, NULL))
    return FALSE;
  owner = _enclave_window_find_owner (self, name);
  if (owner != GTK_WIDGET (self) && !gtk_widget_get_mapped (owner) && !can_come (self, owner, name))
    return FALSE;
  button = g_object_ref_sink (gtk_button_new ());
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), name);
  gtk_widget_set_parent (button, owner);
  can = gtk_widget_get_sensitive (button);
  gtk_widget_unparent (button);
  g_object_unref (button);

  return can;
}

static void
add_command (EnclaveWindow *self, GListStore *commands, const EnclaveActionEntry *entry)
{
  g_autofree char *keys = enclave_key_map_dup_label (enclave_key_map_get_keys (_enclave_window_get_keys (self), entry));
  const char *scope = entry->scope > ENCLAVE_SCOPE_NOT_TERMINAL ? enclave_action_scope_title (entry->scope) : "";
  g_autoptr (EnclaveFinderItem) item = enclave_finder_item_new_command (_(entry->title), scope, entry->action, keys);

  g_list_store_append (commands, item);
}

/* A command for each of the person's profiles: they have no row in the table. */
static void
add_profiles (EnclaveWindow *self, GListStore *commands)
{
  g_autoptr (GPtrArray) profiles = enclave_terminal_profiles_load (self->settings);

  for (guint i = 0; i < profiles->len; i++)
    {
      const EnclaveTerminalProfile *profile = g_ptr_array_index (profiles, i);
      g_autoptr (GVariant) name = g_variant_ref_sink (g_variant_new_string (profile->name));
      g_autofree char *action = g_action_print_detailed_name ("terminal.new-of-profile", name);
      /* Translators: the name of a profile */
      g_autofree char *title = g_strdup_printf (_("New terminal: %s"), profile->name);
      g_autoptr (EnclaveFinderItem) item = NULL;

      if (!can_do (self, action))
        return;
      item = enclave_finder_item_new_command (title, enclave_action_scope_title (ENCLAVE_SCOPE_TERMINAL), action, "");
      g_list_store_append (commands, item);
    }
}

/* Those used lately first, then as the table has them; what can't be done now is left out. */
static GListModel *
list_commands (EnclaveWindow *self)
{
  GListStore *commands = g_list_store_new (ENCLAVE_TYPE_FINDER_ITEM);
  g_auto (GStrv) recent = self->settings != NULL ? g_settings_get_strv (self->settings, "recent-commands") : NULL;
  g_autoptr (GHashTable) done = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = 0;
  const EnclaveActionEntry *entries = enclave_action_table (&n);

  g_hash_table_add (done, (gpointer) "win.all-commands");
  g_hash_table_add (done, (gpointer) "win.step-back");
  for (guint i = 0; recent != NULL && recent[i] != NULL && i < MAX_RECENT_COMMANDS; i++)
    for (guint k = 0; k < n; k++)
      if (strcmp (entries[k].action, recent[i]) == 0 && can_do (self, entries[k].action)
          && g_hash_table_add (done, (gpointer) entries[k].action))
        add_command (self, commands, &entries[k]);
  for (guint k = 0; k < n; k++)
    if (!g_hash_table_contains (done, entries[k].action) && can_do (self, entries[k].action))
      {
        g_hash_table_add (done, (gpointer) entries[k].action);
        add_command (self, commands, &entries[k]);
      }
  add_profiles (self, commands);

  return G_LIST_MODEL (commands);
}

static void
remember_command (EnclaveWindow *self, const char *action)
{
  g_auto (GStrv) before = NULL;
  g_autoptr (GPtrArray) now = g_ptr_array_new ();

  if (self->settings == NULL)
    return;
  before = g_settings_get_strv (self->settings, "recent-commands");
  g_ptr_array_add (now, (gpointer) action);
  for (guint i = 0; before[i] != NULL && now->len < MAX_RECENT_COMMANDS; i++)
    if (strcmp (before[i], action) != 0)
      g_ptr_array_add (now, before[i]);
  g_ptr_array_add (now, NULL);
  g_settings_set_strv (self->settings, "recent-commands", (const char *const *) now->pdata);
}

typedef struct
{
  EnclaveWindow *self;
  char *action;
} Command;

static void
command_free (gpointer data)
{
  Command *command = data;

  g_object_unref (command->self);
  g_free (command->action);
  g_free (command);
}

static void
bring_pane (EnclaveWindow *self, const char *action)
{
  GtkWidget *owner = _enclave_window_find_owner (self, action);

  if (gtk_widget_get_mapped (owner) || !can_come (self, owner, action))
    return;
  _enclave_window_focus_pane (self, owner == GTK_WIDGET (self->files)      ? ENCLAVE_PANE_FILES
                                    : owner == GTK_WIDGET (self->terminal) ? ENCLAVE_PANE_TERMINAL
                                                                           : ENCLAVE_PANE_CHAT);
}

static gboolean
run_cb (gpointer user_data)
{
  Command *command = user_data;

  if (!gtk_widget_in_destruction (GTK_WIDGET (command->self)))
    {
      bring_pane (command->self, command->action);
      _enclave_window_activate (command->self, command->action);
    }
  return G_SOURCE_REMOVE;
}

static void
run_command_cb (EnclaveWindow *self, const char *action)
{
  Command *command = g_new0 (Command, 1);

  /* one of a text, not of the window */
  if (!g_str_has_prefix (action, SNIPPET_ACTION))
    remember_command (self, action);
  /* The popover has gone by then, and the focus is where the command would have found it. */
  command->self = g_object_ref (self);
  command->action = g_strdup (action);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, run_cb, command, command_free);
}

static void
open_file_at (EnclaveWindow *self, GFile *file, guint line, guint column)
{
  _enclave_window_hide_review (self);
  _enclave_window_hide_activity (self);
  enclave_editor_pane_open (self->editor, file, line, column);
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
}

static void
open_place_cb (EnclaveWindow *self, const char *path, guint line, guint column)
{
  g_autoptr (GFile) file = NULL;

  if (*path == '\0')
    g_object_get (self->editor, "active-file", &file, NULL);
  else if (self->project != NULL)
    file = g_file_resolve_relative_path (enclave_project_get_folder (self->project), path);
  if (file != NULL)
    open_file_at (self, file, line, column);
}

static void
finder_closed_cb (EnclaveWindow *self)
{
  if (self->focus_before != NULL && gtk_widget_get_mapped (self->focus_before))
    gtk_widget_grab_focus (self->focus_before);
  g_clear_weak_pointer (&self->focus_before);
}

static char *
dup_open_path (EnclaveWindow *self)
{
  g_autoptr (GFile) file = NULL;
  char *path;

  g_object_get (self->editor, "active-file", &file, NULL);
  if (file == NULL)
    return NULL;
  path = self->project != NULL ? enclave_project_dup_relative (self->project, file) : NULL;

  return path != NULL ? path : g_strdup ("");
}

typedef struct
{
  EnclaveWindow *window;
  char *path;
} Outline;

static void
outlined_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outline *outline = user_data;
  g_autoptr (GPtrArray) items = enclave_language_controller_list_outline_finish (ENCLAVE_LANGUAGE_CONTROLLER (source), result, NULL);

  if (outline->window->finder != NULL)
    enclave_finder_set_outline (outline->window->finder, outline->path, items);
  g_object_unref (outline->window);
  g_free (outline->path);
  g_free (outline);
}

static void
outline_wanted_cb (EnclaveWindow *self, const char *path)
{
  Outline *outline;

  if (self->language == NULL)
    {
      enclave_finder_set_outline (self->finder, path, NULL);
      return;
    }
  outline = g_new0 (Outline, 1);
  outline->window = g_object_ref (self);
  outline->path = g_strdup (path);
  enclave_language_controller_list_outline_async (self->language, outlined_cb, outline);
}

static guint
get_caret_line (EnclaveWindow *self)
{
  EnclaveEditorPage *page = enclave_editor_pane_get_active_page (self->editor);
  GtkTextBuffer *buffer = page != NULL ? gtk_text_view_get_buffer (GTK_TEXT_VIEW (enclave_editor_page_get_view (page))) : NULL;
  GtkTextIter caret;

  if (buffer == NULL)
    return 0;
  gtk_text_buffer_get_iter_at_mark (buffer, &caret, gtk_text_buffer_get_insert (buffer));
  return (guint) gtk_text_iter_get_line (&caret) + 1;
}

static void
offer_snippets (EnclaveWindow *self)
{
  const char *problem = NULL;
  g_autoptr (GPtrArray) snippets = enclave_editor_pane_list_snippets (self->editor, &problem);
  g_autoptr (GListStore) items = snippets != NULL ? g_list_store_new (ENCLAVE_TYPE_FINDER_ITEM) : NULL;

  for (guint i = 0; snippets != NULL && i < snippets->len; i++)
    {
      const EnclaveSnippet *snippet = g_ptr_array_index (snippets, i);
      g_autofree char *action = g_strconcat (SNIPPET_ACTION, snippet->trigger, NULL);
      g_autoptr (EnclaveFinderItem) item = enclave_finder_item_new_command (snippet->name, snippet->trigger, action, NULL);

      g_list_store_append (items, item);
    }
  enclave_finder_set_snippets (self->finder, items != NULL ? G_LIST_MODEL (items) : NULL, problem);
}

/* The popover keeps its keys from the window: without this the key of another list would be typed past, not obeyed. */
static gboolean
finder_key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, EnclaveWindow *self)
{
  static const char *const lists[] = { "win.go-to-file", "win.go-to-symbol", "win.go-to-file-symbol", "win.all-commands",
                                       "win.insert-snippet", NULL };
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  guint n = 0;
  const EnclaveActionEntry *entries = enclave_action_table (&n);

  for (guint i = 0; event != NULL && i < n; i++)
    if (g_strv_contains (lists, entries[i].action) && enclave_key_map_matches (_enclave_window_get_keys (self), &entries[i], event))
      return _enclave_window_activate (self, entries[i].action);

  return FALSE;
}

static void
watch_finder_keys (EnclaveWindow *self)
{
  GtkEventController *controller = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_object (controller, "key-pressed", G_CALLBACK (finder_key_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self->finder), controller);
}

static void
prepare_finder (EnclaveWindow *self)
{
  g_autoptr (GListModel) commands = NULL;

  if (self->finder == NULL)
    {
      self->finder = ENCLAVE_FINDER (enclave_finder_new ());
      gtk_widget_set_parent (GTK_WIDGET (self->finder), gtk_widget_get_parent (GTK_WIDGET (self->root_stack)));
      g_signal_connect_swapped (self->finder, "open-place", G_CALLBACK (open_place_cb), self);
      g_signal_connect_swapped (self->finder, "outline-wanted", G_CALLBACK (outline_wanted_cb), self);
      g_signal_connect_swapped (self->finder, "run-command", G_CALLBACK (run_command_cb), self);
      g_signal_connect_swapped (self->finder, "closed", G_CALLBACK (finder_closed_cb), self);
      watch_finder_keys (self);
      if (self->project != NULL)
        enclave_finder_set_project (self->finder, self->file_index, self->gate, enclave_agent_service_get_map (self->service));
    }
  if (!gtk_widget_get_visible (GTK_WIDGET (self->finder)))
    g_set_weak_pointer (&self->focus_before, gtk_window_get_focus (GTK_WINDOW (self)));
  commands = list_commands (self);
  enclave_finder_set_commands (self->finder, commands);
  enclave_finder_set_caret_line (self->finder, get_caret_line (self));
  offer_snippets (self);
}

static void
find_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  g_autofree char *open_path = dup_open_path (self);
  const char *name = g_action_get_name (G_ACTION (action));
  const char *text = "";

  if (strcmp (name, "all-commands") == 0)
    text = ">";
  else if (strcmp (name, "go-to-symbol") == 0)
    text = "#";
  else if (strcmp (name, "go-to-file-symbol") == 0)
    text = "@";
  else if (strcmp (name, "insert-snippet") == 0)
    text = "$";
  prepare_finder (self);
  enclave_finder_present (self->finder, text, open_path);
}

void
_enclave_window_find_symbol (EnclaveWindow *self, const char *word)
{
  g_autofree char *open_path = dup_open_path (self);

  prepare_finder (self);
  enclave_finder_present_definition (self->finder, word, open_path);
}

static void
review_replacements_cb (EnclaveWindow *self)
{
  _enclave_window_show_review (self);
}

static void
search_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  g_autofree char *words = enclave_editor_pane_dup_selection (self->editor, NULL, NULL, NULL);

  _enclave_window_hide_review (self);
  _enclave_window_hide_activity (self);
  _enclave_window_focus_pane (self, ENCLAVE_PANE_EDITOR);
  if (self->search_page == NULL)
    {
      GtkWidget *page = enclave_text_search_page_new (self->gate, ENCLAVE_BUFFER_OVERLAY (self->editor),
                                                 enclave_agent_service_get_change_set (self->service));

      g_set_weak_pointer (&self->search_page, ENCLAVE_TEXT_SEARCH_PAGE (page));
      g_signal_connect_object (page, "open-place", G_CALLBACK (open_place_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (page, "review", G_CALLBACK (review_replacements_cb), self, G_CONNECT_SWAPPED);
    }
  enclave_editor_pane_show_page (self->editor, GTK_WIDGET (self->search_page), _("Search"), "edit-find-symbolic");
  _enclave_window_set_stepped (self, GTK_WIDGET (self->search_page));
  enclave_text_search_page_present (self->search_page, words);
}

static void
step_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  int step = strcmp (g_action_get_name (G_ACTION (action)), "go-back") == 0 ? -1 : 1;
  EnclavePlace here = { 0 };
  gboolean is_somewhere = enclave_editor_pane_get_place (self->editor, &here.file, &here.line, &here.column);
  const EnclavePlace *place = enclave_place_history_go (self->places, step, is_somewhere ? &here : NULL);

  if (place == NULL)
    return;
  self->stepping = TRUE;
  open_file_at (self, place->file, place->line, place->column);
  self->stepping = FALSE;
  _enclave_window_update_finding (self);
}

static void
leaving_cb (EnclaveWindow *self, GFile *file, guint line, guint column)
{
  if (self->stepping)
    return;
  enclave_place_history_leave (self->places, file, line, column);
  _enclave_window_update_finding (self);
}

static void
snippet_problem_cb (EnclaveWindow *self, const char *problem)
{
  g_autofree char *words = NULL;

  /* Translators: a file of the person's own snippets could not be used; %s says which and why. */
  words = g_strdup_printf (_("Snippets were left out. %s"), problem);
  enclave_last_toast_show (self->note, words, NULL);
}

static void
active_file_cb (EnclaveWindow *self)
{
  g_autofree char *path = self->file_index != NULL ? dup_open_path (self) : NULL;

  if (path != NULL && *path != '\0')
    enclave_file_index_note_use (self->file_index, path);
}

static const GActionEntry entries[] = {
  { "go-to-file", find_cb },        { "all-commands", find_cb }, { "go-to-symbol", find_cb },
  { "go-to-file-symbol", find_cb }, { "go-back", step_cb },      { "go-forward", step_cb },
  { "search-project", search_cb },  { "insert-snippet", find_cb },
};

void
_enclave_window_install_finding (EnclaveWindow *self)
{
  self->places = enclave_place_history_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_swapped (self->editor, "leaving", G_CALLBACK (leaving_cb), self);
  g_signal_connect_swapped (self->editor, "notify::active-file", G_CALLBACK (active_file_cb), self);
  g_signal_connect_swapped (self->editor, "snippet-problem", G_CALLBACK (snippet_problem_cb), self);
}

void
_enclave_window_set_up_finding (EnclaveWindow *self)
{
  self->file_index = enclave_file_index_new (enclave_project_get_path (self->project));
  if (self->finder != NULL)
    enclave_finder_set_project (self->finder, self->file_index, self->gate, enclave_agent_service_get_map (self->service));
}

static void
set_enabled (EnclaveWindow *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name)), enabled);
}

void
_enclave_window_update_finding (EnclaveWindow *self)
{
  gboolean panes = is_in_panes (self);

  if (self->places == NULL)
    return;
  set_enabled (self, "go-to-file", panes);
  set_enabled (self, "go-to-symbol", panes && self->project != NULL);
  set_enabled (self, "go-to-file-symbol", panes && self->project != NULL);
  set_enabled (self, "insert-snippet", panes);
  set_enabled (self, "search-project", panes && self->service != NULL);
  set_enabled (self, "go-back", panes && enclave_place_history_get_can_go (self->places, -1));
  set_enabled (self, "go-forward", panes && enclave_place_history_get_can_go (self->places, 1));
}

void
_enclave_window_end_finding (EnclaveWindow *self)
{
  if (self->finder != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->finder));
  self->finder = NULL;
  g_clear_weak_pointer (&self->search_page);
  g_clear_weak_pointer (&self->stepped);
  g_clear_object (&self->file_index);
  g_clear_object (&self->places);
}
