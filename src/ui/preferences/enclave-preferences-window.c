/* enclave-preferences-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"
#include "enclave-completion-group.h"
#include "enclave-editing-group.h"
#include "enclave-deny-list-page.h"
#include "enclave-font-choice.h"
#include "enclave-immediate.h"
#include "enclave-language-page.h"
#include "enclave-mcp-page.h"
#include "enclave-path-look.h"
#include "enclave-preferences-resources.h"
#include "enclave-preferences-rows.h"
#include "enclave-preferences-window.h"
#include "enclave-servers-page.h"
#include "enclave-terminal-profiles-group.h"
#include "enclave-turn-group.h"
#ifdef ENCLAVE_UPDATE_CHECK
#include "enclave-updates-group.h"
#endif

#define NOTHING_FOUND "nothing-found"
/* What does not answer in that time counts as not there. */
#define LOOK_MS 2000

struct _EnclavePreferencesWindow
{
  AdwWindow parent_instance;

  GtkWidget *search_button;
  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  GtkListBox *sidebar;
  AdwWindowTitle *page_title;
  GtkStack *stack;
  EnclaveServersPage *servers_page;
  EnclaveDenyListPage *deny_list_page;
  EnclaveMcpPage *mcp_page;
  EnclaveLanguagePage *language_page;

  GtkWidget *mode;
  GtkWidget *max_rounds;
  GtkWidget *apply_edits_at_once;
  GtkWidget *style_variant;
  AdwComboRow *font_family;
  GtkSpinButton *font_size;
  GtkWidget *editor_zoom;
  GtkWidget *show_line_numbers;
  GtkWidget *show_line_authors;
  GtkWidget *wrap_lines;
  GtkWidget *insert_spaces;
  GtkWidget *tab_width;
  EnclaveCompletionGroup *completion_group;
  EnclaveEditingGroup *editing_group;
  EnclaveTerminalProfilesGroup *profiles_group;
  EnclaveTurnGroup *turn_group;
  AdwPreferencesGroup *sizes_group;
  GtkWidget *terminal_shell;
  GtkLabel *shell_error;
  guint n_shells; /* that were typed */
  GtkWidget *terminal_scrollback;
  GtkWidget *terminal_confirm_multiline_paste;
  GtkWidget *terminal_shell_integration;
  GtkWidget *notify_command_seconds;

  GSettings *settings;
  EnclaveServerList *servers;
};

G_DEFINE_FINAL_TYPE (EnclavePreferencesWindow, enclave_preferences_window, ADW_TYPE_WINDOW)

static const struct
{
  const char *name;
  const char *icon_name;
} pages[] = {
  { "servers", "network-server-symbolic" },
  { "agent", "enclave-agent-symbolic" },
  { "deny-list", "changes-prevent-symbolic" },
  { "mcp", "application-x-addon-symbolic" },
  { "appearance", "preferences-desktop-appearance-symbolic" },
  { "editor", "document-edit-symbolic" },
  { "language", "format-text-underline-symbolic" },
  { "terminal", "enclave-terminal-symbolic" },
};

/* In the order of the rows in the template. */
static const char *const style_variants[] = { "system", "light", "dark", NULL };
static const char *const modes[] = { "ask", "plan", "edit", NULL };

static gboolean
word_to_position (GValue *value, GVariant *variant, gpointer user_data)
{
  const char *const *words = user_data;
  const char *word = g_variant_get_string (variant, NULL);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }
  return FALSE;
}

static GVariant *
position_to_word (const GValue *value, const GVariantType *type, gpointer user_data)
{
  const char *const *words = user_data;
  guint position = g_value_get_uint (value);

  if (position >= g_strv_length ((char **) words))
    return NULL;
  return g_variant_new_string (words[position]);
}

static void
bind_choice (EnclavePreferencesWindow *self, const char *key, GtkWidget *row, const char *const *words)
{
  g_settings_bind_with_mapping (self->settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT, word_to_position,
                                position_to_word, (gpointer) words, NULL);
  enclave_preferences_rows_show_pin (row, key);
}

static void
bind_settings (EnclavePreferencesWindow *self)
{
  const struct
  {
    const char *key;
    gpointer widget;
    const char *property;
  } bindings[] = {
    { "max-rounds", self->max_rounds, "value" },
    { "apply-edits-at-once", self->apply_edits_at_once, "active" },
    { "editor-zoom", self->editor_zoom, "value" },
    { "show-line-numbers", self->show_line_numbers, "active" },
    { "show-line-authors", self->show_line_authors, "active" },
    { "wrap-lines", self->wrap_lines, "active" },
    { "insert-spaces", self->insert_spaces, "active" },
    { "tab-width", self->tab_width, "value" },
    { "terminal-scrollback", self->terminal_scrollback, "value" },
    { "terminal-confirm-multiline-paste", self->terminal_confirm_multiline_paste, "active" },
    { "terminal-shell-integration", self->terminal_shell_integration, "active" },
    { "notify-command-seconds", self->notify_command_seconds, "value" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    {
      g_settings_bind (self->settings, bindings[i].key, bindings[i].widget, bindings[i].property, G_SETTINGS_BIND_DEFAULT);
      enclave_preferences_rows_show_pin (GTK_WIDGET (bindings[i].widget), bindings[i].key);
    }
  bind_choice (self, "mode", self->mode, modes);
  bind_choice (self, "style-variant", self->style_variant, style_variants);
  /* Read only: a path is stored when it is applied and is a program. */
  g_settings_bind (self->settings, "terminal-shell", self->terminal_shell, "text", G_SETTINGS_BIND_GET);
  enclave_preferences_rows_show_pin (self->terminal_shell, "terminal-shell");
  enclave_preferences_rows_show_pin (GTK_WIDGET (self->font_family), "editor-font");
  enclave_font_choice_bind (self->font_family, self->font_size, self->settings);
}

typedef struct
{
  GWeakRef window;
  GSettings *settings;
  char *path;
  guint number;
} AppliedShell;

static void
applied_shell_free (AppliedShell *applied)
{
  g_weak_ref_clear (&applied->window);
  g_object_unref (applied->settings);
  g_free (applied->path);
  g_free (applied);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppliedShell, applied_shell_free)

/* Whoever closes the window meanwhile has asked for it all the same. */
static void
shell_looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AppliedShell) applied = user_data;
  g_autoptr (EnclavePreferencesWindow) self = g_weak_ref_get (&applied->window);
  g_autofree char *found = enclave_path_look_finish (result);
  g_autofree char *message = NULL;

  if (self != NULL && applied->number != self->n_shells)
    return;
  if (found != NULL)
    g_settings_set_string (applied->settings, "terminal-shell", found);
  else
    message = g_strdup_printf (_("“%s” was not stored: there is no program of that name."), applied->path);
  if (self != NULL && self->shell_error != NULL)
    enclave_preferences_rows_set_error (self->terminal_shell, self->shell_error, message);
}

static void
shell_applied_cb (EnclavePreferencesWindow *self)
{
  g_autofree char *path = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->terminal_shell))));
  g_autofree char *message = NULL;
  AppliedShell *applied;

  self->n_shells++;
  if (*path != '\0' && !g_path_is_absolute (path))
    message = g_strdup_printf (_("“%s” was not stored: write the whole path, such as /bin/bash."), path);
  enclave_preferences_rows_set_error (self->terminal_shell, self->shell_error, message);
  if (message != NULL)
    return;
  if (*path == '\0')
    {
      g_settings_set_string (self->settings, "terminal-shell", path);
      return;
    }
  applied = g_new0 (AppliedShell, 1);
  g_weak_ref_init (&applied->window, self);
  applied->settings = g_object_ref (self->settings);
  applied->path = g_steal_pointer (&path);
  applied->number = self->n_shells;
  enclave_path_look_async ((const char *const[]){ applied->path, NULL }, enclave_path_is_program, LOOK_MS, shell_looked_cb, applied);
}

static void
shell_changed_cb (EnclavePreferencesWindow *self)
{
  self->n_shells++;
  enclave_preferences_rows_set_error (self->terminal_shell, self->shell_error, NULL);
}

static const char *
get_row_page (GtkListBoxRow *row)
{
  return pages[gtk_list_box_row_get_index (row)].name;
}

static void
show_title (EnclavePreferencesWindow *self)
{
  GtkWidget *child = gtk_stack_get_visible_child (self->stack);
  const char *title = child != NULL ? gtk_stack_page_get_title (gtk_stack_get_page (self->stack, child)) : NULL;

  adw_window_title_set_title (self->page_title, title != NULL ? title : "");
}

static void
row_selected_cb (EnclavePreferencesWindow *self, GtkListBoxRow *row)
{
  /* The list tells once more while the window goes. */
  if (self->stack == NULL)
    return;
  if (row != NULL)
    gtk_stack_set_visible_child_name (self->stack, get_row_page (row));
  show_title (self);
}

static void
search_changed_cb (EnclavePreferencesWindow *self)
{
  const char *words = gtk_editable_get_text (self->search_entry);
  GtkListBoxRow *selected = gtk_list_box_get_selected_row (self->sidebar);
  GtkListBoxRow *first = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->sidebar, (int) i);
      GtkWidget *page = gtk_stack_get_child_by_name (self->stack, pages[i].name);
      guint found = enclave_preferences_rows_filter (page, words);

      gtk_widget_set_visible (GTK_WIDGET (row), found > 0 || *words == '\0');
      if (first == NULL && gtk_widget_get_visible (GTK_WIDGET (row)))
        first = row;
    }

  if (first == NULL)
    {
      gtk_list_box_select_row (self->sidebar, NULL);
      gtk_stack_set_visible_child_name (self->stack, NOTHING_FOUND);
      show_title (self);
      return;
    }
  if (selected == NULL || !gtk_widget_get_visible (GTK_WIDGET (selected)))
    gtk_list_box_select_row (self->sidebar, first);
}

static gboolean
start_search_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  EnclavePreferencesWindow *self = ENCLAVE_PREFERENCES_WINDOW (widget);

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  return GDK_EVENT_STOP;
}

static void
fill_sidebar (EnclavePreferencesWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      GtkWidget *page = gtk_stack_get_child_by_name (self->stack, pages[i].name);
      const char *title = gtk_stack_page_get_title (gtk_stack_get_page (self->stack, page));
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      GtkWidget *row = gtk_list_box_row_new ();

      gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (pages[i].icon_name));
      gtk_box_append (GTK_BOX (box), gtk_label_new (title));
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
      gtk_list_box_append (self->sidebar, row);
    }
  gtk_list_box_select_row (self->sidebar, gtk_list_box_get_row_at_index (self->sidebar, 0));
}

static void
enclave_preferences_window_dispose (GObject *object)
{
  EnclavePreferencesWindow *self = ENCLAVE_PREFERENCES_WINDOW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->servers);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_PREFERENCES_WINDOW);
  G_OBJECT_CLASS (enclave_preferences_window_parent_class)->dispose (object);
}

#define BIND_CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclavePreferencesWindow, name)

static void
enclave_preferences_window_class_init (EnclavePreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_preferences_window_dispose;

  enclave_preferences_get_resource ();
  g_type_ensure (ENCLAVE_TYPE_SERVERS_PAGE);
  g_type_ensure (ENCLAVE_TYPE_DENY_LIST_PAGE);
  g_type_ensure (ENCLAVE_TYPE_COMPLETION_GROUP);
  g_type_ensure (ENCLAVE_TYPE_EDITING_GROUP);
  g_type_ensure (ENCLAVE_TYPE_TERMINAL_PROFILES_GROUP);
  g_type_ensure (ENCLAVE_TYPE_TURN_GROUP);
  g_type_ensure (ENCLAVE_TYPE_MCP_PAGE);
  g_type_ensure (ENCLAVE_TYPE_LANGUAGE_PAGE);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/preferences/enclave-preferences-window.ui");
  BIND_CHILD (search_button);
  BIND_CHILD (search_bar);
  BIND_CHILD (search_entry);
  BIND_CHILD (sidebar);
  BIND_CHILD (page_title);
  BIND_CHILD (stack);
  BIND_CHILD (servers_page);
  BIND_CHILD (deny_list_page);
  BIND_CHILD (mcp_page);
  BIND_CHILD (language_page);
  BIND_CHILD (mode);
  BIND_CHILD (max_rounds);
  BIND_CHILD (apply_edits_at_once);
  BIND_CHILD (style_variant);
  BIND_CHILD (font_family);
  BIND_CHILD (font_size);
  BIND_CHILD (editor_zoom);
  BIND_CHILD (show_line_numbers);
  BIND_CHILD (show_line_authors);
  BIND_CHILD (wrap_lines);
  BIND_CHILD (insert_spaces);
  BIND_CHILD (tab_width);
  BIND_CHILD (completion_group);
  BIND_CHILD (editing_group);
  BIND_CHILD (profiles_group);
  BIND_CHILD (turn_group);
  BIND_CHILD (sizes_group);
  BIND_CHILD (terminal_shell);
  BIND_CHILD (shell_error);
  BIND_CHILD (terminal_scrollback);
  BIND_CHILD (terminal_confirm_multiline_paste);
  BIND_CHILD (terminal_shell_integration);
  BIND_CHILD (notify_command_seconds);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, shell_applied_cb);
  gtk_widget_class_bind_template_callback (widget_class, shell_changed_cb);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, start_search_cb, NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_preferences_window_init (EnclavePreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  enclave_immediate_set_up (GTK_WIDGET (self->search_bar));
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  fill_sidebar (self);
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

GtkWidget *
enclave_preferences_window_new (GSettings *settings, EnclaveServerList *servers, EnclaveSecretStore *secrets,
                                EnclaveGate *gate)
{
  EnclavePreferencesWindow *self;

  g_return_val_if_fail (G_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (ENCLAVE_IS_SERVER_LIST (servers), NULL);
  g_return_val_if_fail (ENCLAVE_IS_SECRET_STORE (secrets), NULL);
  g_return_val_if_fail (gate == NULL || ENCLAVE_IS_GATE (gate), NULL);

  self = g_object_new (ENCLAVE_TYPE_PREFERENCES_WINDOW, NULL);
  self->settings = g_object_ref (settings);
  self->servers = g_object_ref (servers);
  bind_settings (self);
  enclave_servers_page_set_up (self->servers_page, settings, servers, secrets);
  enclave_deny_list_page_set_up (self->deny_list_page, gate);
  enclave_completion_group_set_up (self->completion_group, settings, servers);
#ifdef ENCLAVE_UPDATE_CHECK
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self->servers_page), ADW_PREFERENCES_GROUP (enclave_updates_group_new (settings)));
#endif
  enclave_editing_group_set_up (self->editing_group, settings);
  enclave_turn_group_set_up (self->turn_group, settings);
  enclave_preferences_rows_add_number (self->sizes_group, settings, "chat-zoom", _("Size in the chat"), NULL, 10);
  enclave_preferences_rows_add_number (self->sizes_group, settings, "terminal-zoom", _("Size in the terminal"), NULL, 10);
  enclave_terminal_profiles_group_set_up (self->profiles_group, settings);
  return GTK_WIDGET (self);
}

void
enclave_preferences_window_set_local_servers (EnclavePreferencesWindow *self, EnclaveLocalServers *local_servers)
{
  g_return_if_fail (ENCLAVE_IS_PREFERENCES_WINDOW (self));

  enclave_servers_page_set_local_servers (self->servers_page, local_servers);
}

void
enclave_preferences_window_set_mcp_servers (EnclavePreferencesWindow *self, EnclaveMcpServerList *mcp_servers)
{
  g_return_if_fail (ENCLAVE_IS_PREFERENCES_WINDOW (self));

  enclave_mcp_page_set_up (self->mcp_page, mcp_servers, self->servers, self->settings);
}

void
enclave_preferences_window_set_language_service (EnclavePreferencesWindow *self, EnclaveLanguageService *service)
{
  g_return_if_fail (ENCLAVE_IS_PREFERENCES_WINDOW (self));

  enclave_language_page_set_up (self->language_page, service, self->settings);
}

void
enclave_preferences_window_show_page (EnclavePreferencesWindow *self, const char *page)
{
  g_return_if_fail (ENCLAVE_IS_PREFERENCES_WINDOW (self) && page != NULL);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      if (!g_str_equal (pages[i].name, page))
        continue;
      gtk_editable_set_text (self->search_entry, "");
      search_changed_cb (self);
      gtk_list_box_select_row (self->sidebar, gtk_list_box_get_row_at_index (self->sidebar, (int) i));
      if (i == 0)
        enclave_servers_page_focus_address (self->servers_page);
    }
}

void
enclave_preferences_window_show_rule (EnclavePreferencesWindow *self, const char *id)
{
  g_return_if_fail (ENCLAVE_IS_PREFERENCES_WINDOW (self) && id != NULL);

  enclave_preferences_window_show_page (self, "deny-list");
  enclave_deny_list_page_show_rule (self->deny_list_page, id);
}

void
enclave_preferences_window_prepare_exception (EnclavePreferencesWindow *self, const char *path)
{
  g_return_if_fail (ENCLAVE_IS_PREFERENCES_WINDOW (self) && path != NULL);

  enclave_preferences_window_show_page (self, "deny-list");
  enclave_deny_list_page_prepare_exception (self->deny_list_page, path);
}

void
enclave_preferences_window_search (EnclavePreferencesWindow *self, const char *words)
{
  g_return_if_fail (ENCLAVE_IS_PREFERENCES_WINDOW (self) && words != NULL);

  gtk_search_bar_set_search_mode (self->search_bar, *words != '\0');
  gtk_editable_set_text (self->search_entry, words);
  /* The entry tells of its text after a pause that is meant for typing. */
  search_changed_cb (self);
}
