/* test-preferences.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-network-door.h"
#include "enclave-preferences-window.h"
#include "enclave-settings.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"
#include "enclave-test-server.h"
#include "enclave-test-widgets.h"

typedef struct
{
  GSettings *settings;
  EnclaveNetworkDoor *door;
  EnclaveServerList *servers;
  EnclaveSecretStore *secrets;
  EnclaveTestProject *project;
  EnclaveGate *gate;
  GtkWidget *window;
} Fixture;

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, &error);
  g_assert_no_error (error);
  fixture->door = enclave_network_door_new ();
  fixture->servers = enclave_server_list_new (fixture->door);
  fixture->secrets = enclave_secret_store_new ();
  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".enclave/policy", "[deny]\n<b>&*.secret\n");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->window = enclave_preferences_window_new (fixture->settings, fixture->servers, fixture->secrets,
                                                    fixture->gate);
  gtk_window_present (GTK_WINDOW (fixture->window));
  settle ();
}

static void
reset (GSettings *settings)
{
  g_autoptr (GSettingsSchema) schema = NULL;
  g_auto (GStrv) keys = NULL;

  g_object_get (settings, "settings-schema", &schema, NULL);
  keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (settings, keys[i]);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  settle ();
  g_assert_null (fixture->window);
  reset (fixture->settings);
  g_clear_object (&fixture->gate);
  g_clear_pointer (&fixture->project, enclave_test_project_free);
  enclave_test_finalize (fixture->servers);
  enclave_test_finalize (fixture->secrets);
  enclave_test_finalize (fixture->settings);
  enclave_test_finalize (fixture->door);
}

typedef gboolean (*Wanted) (GtkWidget *widget, gconstpointer data);

static GtkWidget *
find (GtkWidget *widget, Wanted wanted, gconstpointer data)
{
  if (wanted (widget, data))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, wanted, data);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_title (GtkWidget *widget, gconstpointer title)
{
  return ADW_IS_PREFERENCES_ROW (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0;
}

static gboolean
title_begins (GtkWidget *widget, gconstpointer title)
{
  return ADW_IS_PREFERENCES_ROW (widget)
         && g_str_has_prefix (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title);
}

static gboolean
is_control (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_SWITCH (widget) || GTK_IS_SPIN_BUTTON (widget);
}

static gboolean
is_named_button (GtkWidget *widget, gconstpointer name)
{
  return GTK_IS_BUTTON (widget)
         && (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), name) == 0
             || g_strcmp0 (gtk_widget_get_tooltip_text (widget), name) == 0);
}

static gboolean
is_shown_error (GtkWidget *widget, gconstpointer part)
{
  return GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "error") && gtk_widget_get_visible (widget)
         && strstr (gtk_label_get_label (GTK_LABEL (widget)), part) != NULL;
}

static GtkWidget *
get_row (Fixture *fixture, const char *title)
{
  GtkWidget *row = find (fixture->window, has_title, title);

  if (row == NULL)
    g_error ("there is no row “%s”", title);
  return row;
}

static GtkWidget *
get_entry (Fixture *fixture, const char *title_start)
{
  GtkWidget *row = find (fixture->window, title_begins, title_start);

  g_assert_true (ADW_IS_ENTRY_ROW (row));
  return row;
}

static void
press (Fixture *fixture, const char *name)
{
  GtkWidget *button = find (fixture->window, is_named_button, name);

  if (button == NULL)
    g_error ("there is no button “%s”", name);
  g_assert_true (gtk_widget_get_sensitive (button));
  g_signal_emit_by_name (button, "clicked");
  settle ();
}

static void
type_into (Fixture *fixture, const char *title_start, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (get_entry (fixture, title_start)), text);
}

static guint
count_strings (GSettings *settings, const char *key)
{
  g_auto (GStrv) texts = g_settings_get_strv (settings, key);

  return g_strv_length (texts);
}

static void
test_switches (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *key;
    const char *title;
  } cases[] = {
    { "apply-edits-at-once", "Standing approval for edits" },
    { "show-line-numbers", "Line numbers" },
    { "show-line-authors", "Who wrote each line" },
    { "wrap-lines", "Wrap lines" },
    { "insert-spaces", "Indent with spaces" },
    { "terminal-confirm-multiline-paste", "Ask before pasting several lines" },
    { "discover-servers", "Look for servers on this machine" },
    { "notify-turn-end", "Notify when a turn ends" },
    { "notify-sound", "With a sound" },
    { "follow-agent", "Follow the agent in the editor" },
    { "keep-conversations", "Keep conversations" },
    { "show-ignored-files", "Show ignored files" },
    { "autosave", "Save by itself" },
    { "use-modelines", "Modelines" },
    { "use-editorconfig", "EditorConfig" },
    { "vim-keys", "Vim keys" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkSwitch *control = GTK_SWITCH (find (get_row (fixture, cases[i].title), is_control, NULL));
      gboolean before = g_settings_get_boolean (fixture->settings, cases[i].key);

      g_assert_cmpint (gtk_switch_get_active (control), ==, before);
      gtk_switch_set_active (control, !before);
      g_assert_cmpint (g_settings_get_boolean (fixture->settings, cases[i].key), ==, !before);
      g_settings_set_boolean (fixture->settings, cases[i].key, before);
      g_assert_cmpint (gtk_switch_get_active (control), ==, before);
    }
}

static void
test_numbers (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *key;
    const char *title;
    int value;
    int other;
  } cases[] = {
    { "max-rounds", "Rounds in a turn", 40, 1 },
    { "editor-zoom", "Zoom", 3, -6 },
    { "tab-width", "Tab width", 8, 2 },
    { "terminal-scrollback", "Scrollback", 2000, 1000000 },
    { "chat-zoom", "Size in the chat", 150, 50 },
    { "terminal-zoom", "Size in the terminal", 150, 400 },
    { "right-margin", "Column of the right margin", 100, 72 },
    { "command-max-processes", "Processes of a command", 100, 16 },
    { "command-max-memory-mib", "Memory of a command", 512, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GtkSpinButton *control = GTK_SPIN_BUTTON (find (get_row (fixture, cases[i].title), is_control, NULL));
      g_autoptr (GVariant) stored = NULL;
      gboolean is_signed;

      gtk_spin_button_set_value (control, cases[i].value);
      stored = g_settings_get_value (fixture->settings, cases[i].key);
      is_signed = g_variant_is_of_type (stored, G_VARIANT_TYPE_INT32);
      g_assert_cmpint (is_signed ? g_variant_get_int32 (stored) : (int) g_variant_get_uint32 (stored), ==,
                       cases[i].value);
      g_settings_set_value (fixture->settings, cases[i].key, is_signed ? g_variant_new_int32 (cases[i].other)
                                                                       : g_variant_new_uint32 ((guint) cases[i].other));
      g_assert_cmpint (gtk_spin_button_get_value_as_int (control), ==, cases[i].other);
    }
}

static void
test_choices (Fixture *fixture, gconstpointer data)
{
  AdwComboRow *style = ADW_COMBO_ROW (get_row (fixture, "Style"));
  AdwComboRow *mode = ADW_COMBO_ROW (get_row (fixture, "Mode of a new conversation"));

  g_assert_cmpuint (adw_combo_row_get_selected (style), ==, 0);
  g_assert_cmpuint (adw_combo_row_get_selected (mode), ==, 2);
  adw_combo_row_set_selected (style, 2);
  adw_combo_row_set_selected (mode, 1);
  g_assert_cmpint (g_settings_get_enum (fixture->settings, "style-variant"), ==, 2);
  g_assert_cmpint (g_settings_get_enum (fixture->settings, "mode"), ==, 1);
  g_settings_set_enum (fixture->settings, "style-variant", 1);
  g_assert_cmpuint (adw_combo_row_get_selected (style), ==, 1);
}

static void
test_font (Fixture *fixture, gconstpointer data)
{
  AdwComboRow *family = ADW_COMBO_ROW (get_row (fixture, "Font"));
  GtkWidget *size_row = get_row (fixture, "Font size");
  GtkSpinButton *size = GTK_SPIN_BUTTON (find (size_row, is_control, NULL));
  g_autofree char *stored = NULL;
  g_autofree char *after = NULL;

  g_assert_cmpuint (adw_combo_row_get_selected (family), ==, 0);
  g_assert_false (gtk_widget_get_sensitive (size_row));

  /* A font that is not there is kept and shown, not dropped. */
  g_settings_set_string (fixture->settings, "editor-font", "No Such Mono 13");
  g_assert_cmpuint (adw_combo_row_get_selected (family), >, 0);
  g_assert_cmpint (gtk_spin_button_get_value_as_int (size), ==, 13);
  g_assert_true (gtk_widget_get_sensitive (size_row));
  gtk_spin_button_set_value (size, 15);
  stored = g_settings_get_string (fixture->settings, "editor-font");
  g_assert_cmpstr (stored, ==, "No Such Mono 15");

  adw_combo_row_set_selected (family, 0);
  after = g_settings_get_string (fixture->settings, "editor-font");
  g_assert_cmpstr (after, ==, "");
}

static void
apply_shell (Fixture *fixture, const char *path)
{
  type_into (fixture, "Shell", path);
  g_signal_emit_by_name (get_entry (fixture, "Shell"), "apply");
}

static void
wait_shell_error (Fixture *fixture)
{
  /* whatever the disk does, the window goes on */
  g_assert_null (find (fixture->window, is_shown_error, "no program"));
  for (guint i = 0; find (fixture->window, is_shown_error, "no program") == NULL && i < 200; i++)
    enclave_test_spin (25);
  g_assert_nonnull (find (fixture->window, is_shown_error, "no program"));
}

static void
test_shell (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  apply_shell (fixture, "bash");
  g_assert_nonnull (find (fixture->window, is_shown_error, "whole path"));
  apply_shell (fixture, "/no/such/shell");
  wait_shell_error (fixture);
  apply_shell (fixture, "/tmp");
  wait_shell_error (fixture);
  before = g_settings_get_string (fixture->settings, "terminal-shell");
  g_assert_cmpstr (before, ==, "");

  /* what was asked for last counts */
  apply_shell (fixture, "/bin/false");
  apply_shell (fixture, " /bin/sh ");
  enclave_test_spin (500);
  after = g_settings_get_string (fixture->settings, "terminal-shell");
  g_assert_cmpstr (after, ==, "/bin/sh");
  g_assert_null (find (fixture->window, is_shown_error, "program"));
}

static void
test_bad_address (Fixture *fixture, gconstpointer data)
{
  static const char *const addresses[] = {
    "8.8.8.8:80", "http://192.168.7.9:8000", "ftp://127.0.0.1", "http://", "127.0.0.1:99999", "model.example.com",
    "http://user:word@127.0.0.1:8080", "127.0.0.1:80 80", "<b>&", "unix:relative",
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      type_into (fixture, "Address", addresses[i]);
      press (fixture, "Add");
      if (find (fixture->window, is_shown_error, "") == NULL)
        g_error ("“%s” was taken", addresses[i]);
      g_assert_true (gtk_widget_has_css_class (get_entry (fixture, "Address"), "error"));
      g_assert_cmpuint (count_strings (fixture->settings, "servers"), ==, 0);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->servers)), ==, 0);
    }

  /* What was typed stays to be mended; the next key takes the complaint away. */
  type_into (fixture, "Address", "8.8.8.8");
  g_assert_null (find (fixture->window, is_shown_error, ""));
}

static void
key_found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char **key = user_data;

  *key = enclave_secret_store_get_key_finish (ENCLAVE_SECRET_STORE (source), result, NULL);
}

static char *
dup_key (Fixture *fixture, const char *uri)
{
  char *none = g_strdup ("");
  char *key = none;

  enclave_secret_store_get_key_async (fixture->secrets, uri, NULL, key_found_cb, &key);
  while (key == none)
    g_main_context_iteration (NULL, TRUE);
  g_free (none);
  return key;
}

static void
wait_for_servers (Fixture *fixture, guint n)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (count_strings (fixture->settings, "servers") != n && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (count_strings (fixture->settings, "servers"), ==, n);
}

static void
test_add_server (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) addresses = NULL;
  g_autofree char *key = NULL;
  g_autofree char *none = NULL;

  type_into (fixture, "Address", " localhost:8123/v1/ ");
  press (fixture, "Add");
  wait_for_servers (fixture, 1);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (get_entry (fixture, "Address"))), ==, "");

  type_into (fixture, "Address", "127.0.0.1:8124");
  type_into (fixture, "Key", "hush");
  press (fixture, "Add");
  wait_for_servers (fixture, 2);
  addresses = g_settings_get_strv (fixture->settings, "servers");
  g_assert_cmpstr (addresses[0], ==, "http://127.0.0.1:8123");
  g_assert_cmpstr (addresses[1], ==, "http://127.0.0.1:8124");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (get_entry (fixture, "Key"))), ==, "");
  key = dup_key (fixture, "http://127.0.0.1:8124");
  g_assert_cmpstr (key, ==, "hush");

  /* The same place, written otherwise. */
  type_into (fixture, "Address", "http://127.0.0.1:8123/");
  press (fixture, "Add");
  g_assert_nonnull (find (fixture->window, is_shown_error, "already"));
  g_assert_cmpuint (count_strings (fixture->settings, "servers"), ==, 2);

  /* Whoever follows the setting adds the server; its row takes the entry and its key off. */
  g_assert_nonnull (enclave_server_list_add (fixture->servers, "127.0.0.1:8124", NULL, NULL));
  settle ();
  press (fixture, "Remove 127.0.0.1:8124");
  g_assert_cmpuint (count_strings (fixture->settings, "servers"), ==, 1);
  none = dup_key (fixture, "http://127.0.0.1:8124");
  g_assert_null (none);
}

static void
test_networks (Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "10.0.0.0", "10.0.0.0/33", "10.0.0.1/8", "0.0.0.0/0", "::/0", "128.0.0.0/1", "2000::/3", "house/24", "<i>/8" };
  static const char *const mixed[] = { "10.1.0.0/16", "0.0.0.0/1", NULL };
  g_auto (GStrv) networks = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      type_into (fixture, "Network", bad[i]);
      press (fixture, "Add network");
      if (find (fixture->window, is_shown_error, bad[i]) == NULL)
        g_error ("“%s” was taken", bad[i]);
      g_assert_cmpuint (count_strings (fixture->settings, "allowed-networks"), ==, 0);
    }

  type_into (fixture, "Network", "192.168.7.0/24");
  press (fixture, "Add network");
  type_into (fixture, "Network", "fc00::/7");
  press (fixture, "Add network");
  networks = g_settings_get_strv (fixture->settings, "allowed-networks");
  g_assert_cmpuint (g_strv_length (networks), ==, 2);
  /* All that is stored is what the gate takes. */
  g_assert_true (enclave_network_door_set_allowed (fixture->door, (const char *const *) networks, NULL));
  get_row (fixture, "192.168.7.0/24");

  type_into (fixture, "Network", "fc00::/7");
  press (fixture, "Add network");
  g_assert_nonnull (find (fixture->window, is_shown_error, "already"));

  press (fixture, "Remove 192.168.7.0/24");
  g_assert_cmpuint (count_strings (fixture->settings, "allowed-networks"), ==, 1);
  g_assert_null (find (fixture->window, has_title, "192.168.7.0/24"));

  /* what is wrong with one that comes from elsewhere stands where it can be removed */
  g_settings_set_strv (fixture->settings, "allowed-networks", mixed);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (get_row (fixture, mixed[0]))), ==, "");
  g_assert_true (g_str_has_prefix (adw_action_row_get_subtitle (ADW_ACTION_ROW (get_row (fixture, mixed[1]))), "Left out: "));
  press (fixture, "Remove 0.0.0.0/1");
  g_assert_cmpuint (count_strings (fixture->settings, "allowed-networks"), ==, 1);
}

static gboolean
is_stack (GtkWidget *widget, gconstpointer data)
{
  return GTK_IS_STACK (widget) && gtk_stack_get_child_by_name (GTK_STACK (widget), "servers") != NULL;
}

static const char *
get_page (Fixture *fixture)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (find (fixture->window, is_stack, NULL)));
}

static void
test_search (Fixture *fixture, gconstpointer data)
{
  EnclavePreferencesWindow *window = ENCLAVE_PREFERENCES_WINDOW (fixture->window);
  guint all = enclave_test_count_shown_rows (fixture->window);

  enclave_preferences_window_search (window, "TAB width");
  g_assert_true (gtk_widget_get_visible (get_row (fixture, "Tab width")));
  g_assert_false (gtk_widget_get_visible (get_row (fixture, "Line numbers")));
  g_assert_cmpstr (get_page (fixture), ==, "editor");

  enclave_preferences_window_search (window, "dotenv");
  g_assert_cmpstr (get_page (fixture), ==, "deny-list");

  enclave_preferences_window_search (window, "no such preference");
  g_assert_cmpstr (get_page (fixture), ==, "nothing-found");

  enclave_preferences_window_search (window, "");
  g_assert_cmpuint (enclave_test_count_shown_rows (fixture->window), ==, all);
  g_assert_cmpstr (get_page (fixture), ==, "servers");
}

static void
test_pages (Fixture *fixture, gconstpointer data)
{
  static const char *const pages[] = { "servers", "agent", "deny-list", "appearance", "editor", "terminal" };
  EnclavePreferencesWindow *window = ENCLAVE_PREFERENCES_WINDOW (fixture->window);

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      enclave_preferences_window_show_page (window, pages[i]);
      g_assert_cmpstr (get_page (fixture), ==, pages[i]);
    }
  enclave_preferences_window_show_page (window, "no-such-page");
  g_assert_cmpstr (get_page (fixture), ==, "terminal");

  enclave_preferences_window_show_page (window, "servers");
  settle ();
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (window)), get_entry (fixture, "Address")));
}

static void
assert_named (GtkWidget *widget)
{
  if (ADW_IS_PREFERENCES_ROW (widget))
    {
      const char *title = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget));

      g_assert_cmpstr (title, !=, "");
      /* libadwaita names a row, and the control that it activates, by its title; a label beside that is said twice. */
      if (!ADW_IS_EXPANDER_ROW (widget))
        g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget),
                                                         GTK_ACCESSIBLE_RELATION_LABELLED_BY));
      g_assert_false (gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL));
    }
  /* An expander row has a switch that is not shown. */
  if (gtk_widget_get_visible (widget) && (GTK_IS_SWITCH (widget) || GTK_IS_SPIN_BUTTON (widget)))
    g_assert_true (gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_named (child);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_assert_nonnull (enclave_server_list_add (fixture->servers, "127.0.0.1:8125", NULL, NULL));
  settle ();
  assert_named (find (fixture->window, is_stack, NULL));
}

static gboolean
is_shown_label (GtkWidget *widget, gconstpointer text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_visible (widget)
         && g_strcmp0 (gtk_label_get_label (GTK_LABEL (widget)), text) == 0;
}

/* @verdict: (nullable): none is said */
static void
assert_verdict (Fixture *fixture, const char *action, const char *path, const char *verdict, const char *rule)
{
  GtkWidget *row = get_row (fixture, action);

  type_into (fixture, "Path", path);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, rule);
  if (verdict != NULL)
    g_assert_nonnull (find (row, is_shown_label, verdict));
}

static void
test_deny_list (Fixture *fixture, gconstpointer data)
{
  assert_verdict (fixture, "Reading", ".env", "Denied", "builtin:dotenv");
  assert_verdict (fixture, "Reading", "config/.env", "Denied", "builtin:dotenv");
  assert_verdict (fixture, "Reading", ".env.example", "Allowed", "builtin:dotenv-example");
  assert_verdict (fixture, "Reading", "src/main.c", "Allowed", "no rule matches");
  assert_verdict (fixture, "Writing", "/etc/passwd", "Denied", "builtin:outside-project");
  assert_verdict (fixture, "Writing", "", NULL, "");
  /* The rule of the project is text, whatever is in it. */
  g_assert_nonnull (find (fixture->window, has_title, "<b>&*.secret"));
  g_assert_nonnull (find (fixture->window, title_begins, ".env, .env.*"));
}

static void
test_without_project (void)
{
  g_autoptr (GSettings) settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveServerList) servers = enclave_server_list_new (door);
  g_autoptr (EnclaveSecretStore) secrets = enclave_secret_store_new ();
  GtkWidget *window = enclave_preferences_window_new (settings, servers, secrets, NULL);

  g_assert_false (gtk_widget_get_sensitive (find (window, title_begins, "Open a project")));
  g_assert_nonnull (find (window, title_begins, ".env, .env.*"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static AdwComboRow *
find_combo (GtkWidget *widget, const char *title)
{
  if (ADW_IS_COMBO_ROW (widget) && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0)
    return ADW_COMBO_ROW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      AdwComboRow *found = find_combo (child, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Only models that fill in are offered; what is chosen is stored with its server. */
static void
test_completion_model (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveTestServer) server = enclave_test_server_new (
    "{\"listing\":\"openai\",\"models\":[{\"id\":\"llama3.1-instruct\"},{\"id\":\"starcoder2\"},{\"id\":\"x-cloud\"}]}");
  AdwComboRow *row = find_combo (fixture->window, "Model for suggestions");
  g_autoptr (GAsyncResult) done = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *stored = NULL;
  GAsyncResult *result = NULL;

  g_assert_nonnull (row);
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==, 1);
  enclave_server_list_set_discover (fixture->servers, FALSE);
  enclave_server_list_add (fixture->servers, enclave_test_server_get_address (server), NULL, &error);
  g_assert_no_error (error);
  enclave_server_list_refresh_async (fixture->servers, NULL, enclave_test_result_callback, &result);
  done = enclave_test_wait (&result);
  g_assert_true (enclave_server_list_refresh_finish (fixture->servers, done, &error));
  settle ();
  g_assert_cmpuint (g_list_model_get_n_items (adw_combo_row_get_model (row)), ==, 2);
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 0);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), "2 models"));
  adw_combo_row_set_selected (row, 1);
  stored = g_settings_get_string (fixture->settings, "completion-model");
  expected = g_strconcat (enclave_test_server_get_address (server), " starcoder2", NULL);
  g_assert_cmpstr (stored, ==, expected);
  /* Not there any more: the choice stays, and says so. */
  g_settings_set_string (fixture->settings, "completion-model", "http://127.0.0.1:1 gone");
  g_assert_cmpuint (adw_combo_row_get_selected (row), ==, 2);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

#define ADD(path, function) g_test_add ("/preferences/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("switches", test_switches);
  ADD ("numbers", test_numbers);
  ADD ("choices", test_choices);
  ADD ("font", test_font);
  ADD ("shell", test_shell);
  ADD ("bad-address", test_bad_address);
  ADD ("add-server", test_add_server);
  ADD ("networks", test_networks);
  ADD ("search", test_search);
  ADD ("pages", test_pages);
  ADD ("names", test_names);
  ADD ("deny-list", test_deny_list);
  ADD ("completion-model", test_completion_model);
  g_test_add_func ("/preferences/without-project", test_without_project);

  return g_test_run ();
}
