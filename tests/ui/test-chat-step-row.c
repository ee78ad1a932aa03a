/* test-chat-step-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-chat-step-row.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"
#include "enclave-tool-call-private.h"

typedef struct
{
  GtkWidget *window;
  GtkWidget *row;
  char *activated; /* the last action with its parameter */
} Fixture;

static void
activated_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autofree char *printed = g_variant_print (parameter, FALSE);

  g_free (fixture->activated);
  fixture->activated = g_strdup_printf ("%s %s", g_action_get_name (G_ACTION (action)), printed);
}

static void
show (Fixture *fixture, const char *name, const char *arguments, const char *rule)
{
  static const GActionEntry entries[] = {
    { "open-file", activated_cb, "(su)" },
    { "run-in-terminal", activated_cb, "s" },
    { "show-rule", activated_cb, "s" },
    { "edit-rule", activated_cb, "s" },
  };
  g_autoptr (EnclaveToolCall) call = enclave_tool_call_new ("1", name, arguments);
  g_autoptr (EnclaveMessageBlock) block = NULL;
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();

  enclave_tool_call_set_state (call, ENCLAVE_TOOL_CALL_RUNNING);
  enclave_tool_call_finish (call, ENCLAVE_TOOL_CALL_REFUSED, "rule", rule, "result");
  block = enclave_message_block_new_tool_call (call);
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), fixture);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 260);
  gtk_widget_insert_action_group (fixture->window, "chat", G_ACTION_GROUP (actions));
  fixture->row = enclave_chat_step_row_new (block);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->row);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_test_spin (50);
}

static void
open_row (Fixture *fixture)
{
  g_signal_emit_by_name (enclave_test_find_button (fixture->row, NULL), "clicked");
  enclave_test_spin (300);
}

static gboolean
offers (Fixture *fixture, const char *label)
{
  return gtk_widget_get_mapped (enclave_test_find_button (fixture->row, label));
}

static void
press (Fixture *fixture, const char *label, const char *expected)
{
  g_assert_true (offers (fixture, label));
  g_signal_emit_by_name (enclave_test_find_button (fixture->row, label), "clicked");
  g_assert_cmpstr (fixture->activated, ==, expected);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_clear_pointer (&fixture->activated, g_free);
}

/* A refusal is no dead end. */
static void
test_ways_on (Fixture *fixture, gconstpointer data)
{
  show (fixture, "read_file", "{\"path\":\"it's/.env\"}", "builtin:dotenv");
  open_row (fixture);
  press (fixture, "Show rule", "show-rule 'builtin:dotenv'");
  press (fixture, "Open in editor", "open-file (\"it's/.env\", 0)");
  press (fixture, "Open in my terminal", "run-in-terminal \"less -- 'it'\\\\''s/.env'\"");
  press (fixture, "Edit rule…", "edit-rule \"it's/.env\"");
}

/* A name that hides something is never typed into a shell. */
static void
test_hidden_name (Fixture *fixture, gconstpointer data)
{
  show (fixture, "read_file", "{\"path\":\"a\\u202eb/.env\"}", "builtin:dotenv");
  open_row (fixture);
  g_assert_true (offers (fixture, "Show rule"));
  g_assert_false (offers (fixture, "Open in my terminal"));
  g_assert_true (offers (fixture, "Edit rule…"));
}

static void
test_command (Fixture *fixture, gconstpointer data)
{
  show (fixture, "run_command", "{\"command\":\"cat .env\"}", "builtin:control-characters");
  open_row (fixture);
  g_assert_true (offers (fixture, "Show rule"));
  g_assert_false (offers (fixture, "Open in editor"));
  g_assert_false (offers (fixture, "Open in my terminal"));
  g_assert_false (offers (fixture, "Edit rule…"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  adw_init ();

  g_test_add ("/chat-step-row/ways-on", Fixture, NULL, NULL, test_ways_on, tear_down);
  g_test_add ("/chat-step-row/hidden-name", Fixture, NULL, NULL, test_hidden_name, tear_down);
  g_test_add ("/chat-step-row/command", Fixture, NULL, NULL, test_command, tear_down);

  return g_test_run ();
}
