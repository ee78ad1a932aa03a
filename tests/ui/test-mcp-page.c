/* test-mcp-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-mcp-entry-fields.h"
#include "enclave-mcp-entry-window.h"
#include "enclave-mcp-text-window.h"
#include "enclave-network-door.h"
#include "enclave-preferences-window.h"
#include "enclave-settings.h"
#include "enclave-state-dir.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

/* Of 20 ms. */
#define MAX_WAITS 1000

typedef struct
{
  GSettings *settings;
  EnclaveNetworkDoor *door;
  EnclaveServerList *servers;
  EnclaveSecretStore *secrets;
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveMcpServerList *list;
  GtkWidget *window;
} Fixture;

static void
write_own (const char *text)
{
  g_autofree char *folder = enclave_config_dir_ensure (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "mcp.json", NULL);

  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  write_own ("{\"mcpServers\":{\"shell\":{\"command\":\"/bin/sh\",\"args\":[\"-c\",\"exit 3\"],\"env\":{\"TOKEN\":\"s3cret\"}},"
             "\"<b>odd&\":{}}}");
  fixture->settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  fixture->door = enclave_network_door_new ();
  fixture->servers = enclave_server_list_new (fixture->door);
  fixture->secrets = enclave_secret_store_new ();
  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".vscode/mcp.json", "{\"servers\":{\"theirs\":{\"command\":\"/bin/sh\"}}}");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, NULL);
  fixture->list = enclave_mcp_server_list_new (fixture->gate, fixture->door, fixture->secrets);
  fixture->window = enclave_preferences_window_new (fixture->settings, fixture->servers, fixture->secrets, fixture->gate);
  enclave_preferences_window_set_mcp_servers (ENCLAVE_PREFERENCES_WINDOW (fixture->window), fixture->list);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_preferences_window_show_page (ENCLAVE_PREFERENCES_WINDOW (fixture->window), "mcp");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  enclave_test_spin (50);
  g_settings_reset (fixture->settings, "mcp-tool-search");
  g_object_unref (fixture->list);
  g_object_unref (fixture->settings);
  g_object_unref (fixture->servers);
  g_object_unref (fixture->secrets);
  g_object_unref (fixture->gate);
  g_object_unref (fixture->door);
  enclave_test_project_free (fixture->project);
}

/* The first label below @widget that has @text in it, or the first button that is called so. Borrowed; (nullable). */
static GtkWidget *
find (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_BUTTON (widget) ? g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), text) == 0
                             : GTK_IS_LABEL (widget) && strstr (gtk_label_get_label (GTK_LABEL (widget)), text) != NULL
                                 && !GTK_IS_BUTTON (gtk_widget_get_parent (widget)))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static GtkWidget *
wait_for (GtkWidget *widget, const char *text)
{
  gint64 end = g_get_monotonic_time () + 100 * G_USEC_PER_SEC;

  while (find (widget, text) == NULL)
    {
      if (g_get_monotonic_time () > end)
        g_error ("“%s” does not appear", text);
      enclave_test_spin (20);
    }
  return find (widget, text);
}

static GtkWidget *
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (window, type))
        return window;
    }
  return NULL;
}

static EnclaveMcpConfigured *
item (Fixture *fixture, guint position)
{
  g_autoptr (EnclaveMcpConfigured) configured = g_list_model_get_item (G_LIST_MODEL (fixture->list), position);

  return configured;
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  wait_for (fixture->window, "Waits for you");
  wait_for (fixture->window, "Not usable");
  wait_for (fixture->window, "The project proposes it; nothing has started");
  g_assert_nonnull (find (fixture->window, "<b>odd&"));
  g_assert_nonnull (find (fixture->window, "no model is ready"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 3);
  g_assert_null (enclave_mcp_configured_get_server (item (fixture, 0)));
}

/* The whole of what would start is there to be read before anything can be allowed; and an answer counts only after a moment. */
static void
test_consent (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window, *allow;

  g_signal_emit_by_name (wait_for (fixture->window, "Look at it"), "clicked");
  enclave_test_spin (100);
  window = find_window (ENCLAVE_TYPE_MCP_TEXT_WINDOW);
  g_assert_nonnull (window);
  wait_for (window, "argument: exit 3");
  g_assert_nonnull (find (window, "command: /bin/sh"));
  g_assert_nonnull (find (window, "variable: TOKEN = #"));
  g_assert_null (find (window, "s3cret"));
  allow = enclave_test_find_button (window, "Allow");
  g_assert_false (gtk_widget_get_sensitive (allow));
  enclave_test_spin (700);
  g_assert_true (gtk_widget_get_sensitive (allow));
  g_assert_null (enclave_mcp_configured_get_server (item (fixture, 0)));
  g_signal_emit_by_name (allow, "clicked");

  /* Without a sandbox it can't be confined, and so it does not run. */
  wait_for (fixture->window, "Failed");
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 0)), ==, ENCLAVE_MCP_CONFIGURED_FAILED);
  g_assert_nonnull (find (fixture->window, "Show log"));
}

static void
test_add (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window, *add;
  g_autofree char *path = enclave_mcp_server_list_dup_own_path ();
  g_autofree char *text = NULL;
  guint n = 0;

  wait_for (fixture->window, "Waits for you");
  window = enclave_mcp_entry_window_new (GTK_WINDOW (fixture->window), fixture->list, NULL);
  gtk_window_present (GTK_WINDOW (window));
  wait_for (window, "Nothing starts before you have seen exactly what would.");
  add = enclave_test_find_button (window, "Add");
  g_assert_false (gtk_widget_get_sensitive (add));
  for (GtkWidget *focus = NULL; n < 2 && gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD);)
    {
      focus = gtk_window_get_focus (GTK_WINDOW (window));
      if (!GTK_IS_TEXT (focus))
        continue;
      gtk_editable_set_text (GTK_EDITABLE (focus), n == 0 ? "mine" : "/bin/echo 'two words'");
      n++;
    }
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (gtk_widget_get_sensitive (add));
  g_signal_emit_by_name (add, "clicked");
  wait_for (fixture->window, "mine");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"two words\""));
  g_assert_nonnull (strstr (text, "s3cret"));
}

static GtkWidget *
edit_shell (Fixture *fixture)
{
  GtkWidget *window = enclave_mcp_entry_window_new (GTK_WINDOW (fixture->window), fixture->list, item (fixture, 0));

  gtk_window_present (GTK_WINDOW (window));
  for (guint i = 0; i < MAX_WAITS && !gtk_widget_get_sensitive (enclave_test_find_type (window, ADW_TYPE_PREFERENCES_PAGE)); i++)
    enclave_test_spin (20);
  g_assert_true (gtk_widget_get_sensitive (enclave_test_find_type (window, ADW_TYPE_PREFERENCES_PAGE)));
  return window;
}

/* What the file says after "Save". (transfer full) */
static char *
save (GtkWidget *window)
{
  g_autofree char *path = enclave_mcp_server_list_dup_own_path ();
  gpointer open = window;
  char *text = NULL;

  g_object_add_weak_pointer (G_OBJECT (window), &open);
  g_signal_emit_by_name (enclave_test_find_button (window, "Save"), "clicked");
  for (guint i = 0; i < MAX_WAITS && open != NULL; i++)
    enclave_test_spin (20);
  g_assert_null (open);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static void
test_roots (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window, *row;
  GtkSwitch *roots;
  AdwComboRow *workspace;
  g_autofree char *with = NULL;
  g_autofree char *without = NULL;

  wait_for (fixture->window, "Waits for you");
  window = edit_shell (fixture);
  roots = GTK_SWITCH (enclave_test_find_type (window, GTK_TYPE_SWITCH));
  row = gtk_widget_get_ancestor (GTK_WIDGET (roots), ADW_TYPE_ACTION_ROW);
  workspace = ADW_COMBO_ROW (enclave_test_find_type (window, ADW_TYPE_COMBO_ROW));
  g_assert_false (gtk_switch_get_active (roots));
  adw_combo_row_set_selected (workspace, ENCLAVE_MCP_WORKSPACE_NONE);
  g_assert_false (gtk_widget_get_sensitive (row));
  adw_combo_row_set_selected (workspace, ENCLAVE_MCP_WORKSPACE_READ);
  g_assert_true (gtk_widget_get_sensitive (row));
  gtk_switch_set_active (roots, TRUE);
  with = save (window);
  g_assert_nonnull (strstr (with, "\"roots\" : true"));
  g_assert_null (strstr (with, "\"workspace\""));
  g_assert_true (enclave_mcp_configured_get_entry (item (fixture, 0))->offers_roots);

  window = edit_shell (fixture);
  roots = GTK_SWITCH (enclave_test_find_type (window, GTK_TYPE_SWITCH));
  g_assert_true (gtk_switch_get_active (roots));
  gtk_switch_set_active (roots, FALSE);
  without = save (window);
  g_assert_null (strstr (without, "roots"));
  g_assert_nonnull (strstr (without, "s3cret"));
  g_assert_false (enclave_mcp_configured_get_entry (item (fixture, 0))->offers_roots);
}

/* A server at an address has no grants but this one. */
static void
test_roots_of_an_address (void)
{
  g_autoptr (EnclaveMcpEntryFields) before = enclave_mcp_entry_fields_new ();
  g_autoptr (EnclaveMcpEntryFields) fields = enclave_mcp_entry_fields_new ();
  g_autoptr (JsonObject) members = NULL;
  g_autoptr (JsonObject) back = NULL;
  JsonObject *wishes;

  g_free (fields->command);
  fields->command = g_strdup ("http://127.0.0.1:1/mcp");
  g_free (before->command);
  before->command = g_strdup (fields->command);
  fields->offers_roots = TRUE;
  members = enclave_mcp_entry_fields_to_members (fields, NULL);
  wishes = json_object_get_object_member (members, "enclave");
  g_assert_cmpuint (json_object_get_size (wishes), ==, 1);
  g_assert_true (json_object_get_boolean_member (wishes, "roots"));
  back = enclave_mcp_entry_fields_to_members (before, fields);
  g_assert_true (json_object_get_null_member (json_object_get_object_member (back, "enclave"), "roots"));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/mcp-page/list", test_list);
  ADD ("/mcp-page/consent", test_consent);
  ADD ("/mcp-page/add", test_add);
  ADD ("/mcp-page/roots", test_roots);
  g_test_add_func ("/mcp-page/roots-of-an-address", test_roots_of_an_address);

  return g_test_run ();
}
