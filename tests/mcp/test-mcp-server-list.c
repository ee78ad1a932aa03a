/* test-mcp-server-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-mcp-error.h"
#include "enclave-mcp-import.h"
#include "enclave-mcp-server-list.h"
#include "enclave-state-dir.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveNetworkDoor *door;
  EnclaveMcpServerList *list;
} Fixture;

static void
write_own (const char *text)
{
  g_autofree char *folder = enclave_config_dir_ensure (NULL, NULL);
  g_autofree char *path = g_build_filename (folder, "mcp.json", NULL);

  if (text == NULL)
    g_unlink (path);
  else
    g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
}

static char *
read_own (void)
{
  g_autofree char *path = enclave_mcp_server_list_dup_own_path ();
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
write_program (Fixture *fixture, const char *text)
{
  g_autofree char *program = enclave_test_project_path (fixture->project, "srv");

  enclave_test_project_write (fixture->project, "srv", text);
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->project = enclave_test_project_new ();
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, NULL);
  fixture->door = enclave_network_door_new ();
  fixture->list = enclave_mcp_server_list_new (fixture->gate, fixture->door, NULL);
  write_own (NULL);
  write_program (fixture, "#!/bin/sh\n");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->list);
  g_object_unref (fixture->gate);
  g_object_unref (fixture->door);
  enclave_test_project_free (fixture->project);
}

static void
reload (Fixture *fixture)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_mcp_server_list_reload_async (fixture->list, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  g_assert_true (enclave_mcp_server_list_reload_finish (fixture->list, result, NULL));
}

/* Borrowed; settled. */
static EnclaveMcpConfigured *
item (Fixture *fixture, guint position)
{
  g_autoptr (EnclaveMcpConfigured) configured = g_list_model_get_item (G_LIST_MODEL (fixture->list), position);

  g_assert_nonnull (configured);
  while (enclave_mcp_configured_get_state (configured) == ENCLAVE_MCP_CONFIGURED_CHECKING)
    g_main_context_iteration (NULL, TRUE);
  return configured;
}

static void
allow (EnclaveMcpConfigured *configured)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  enclave_mcp_configured_allow_async (configured, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  enclave_mcp_configured_change_finish (configured, result, &error);
  g_assert_no_error (error);
}

static void
test_states (Fixture *fixture, gconstpointer data)
{
  EnclaveMcpConfigured *mine, *theirs;
  g_autofree char *changes = NULL;

  write_own ("{\"mcpServers\":{\"mine\":{\"command\":\"${workspaceFolder}/srv\"},\"gone\":{\"command\":\"no-such-program-here\"},"
             "\"off\":{\"command\":\"x\",\"disabled\":true},\"odd\":{},\"asks\":{\"command\":\"x\",\"args\":[\"${input:t}\"]}}}");
  enclave_test_project_write (fixture->project, ".vscode/mcp.json", "{\"servers\":{\"theirs\":{\"command\":\"${workspaceFolder}/srv\"},},}");
  enclave_test_project_write (fixture->project, ".mcp.json", "{\"mcpServers\":{\"mine\":{\"command\":\"/bin/sh\"}}}");
  reload (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 7);
  mine = item (fixture, 0);
  g_assert_cmpint (enclave_mcp_configured_get_state (mine), ==, ENCLAVE_MCP_CONFIGURED_WAITS);
  g_assert_false (enclave_mcp_configured_is_changed (mine));
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 1)), ==, ENCLAVE_MCP_CONFIGURED_UNUSABLE);
  g_assert_nonnull (strstr (enclave_mcp_configured_get_reason (item (fixture, 1)), "no-such-program-here"));
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 2)), ==, ENCLAVE_MCP_CONFIGURED_DISABLED);
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 3)), ==, ENCLAVE_MCP_CONFIGURED_UNUSABLE);
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 4)), ==, ENCLAVE_MCP_CONFIGURED_UNUSABLE);
  /* The project can't take the place of what is mine. */
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 5)), ==, ENCLAVE_MCP_CONFIGURED_DISABLED);
  theirs = item (fixture, 6);
  g_assert_cmpint (enclave_mcp_configured_get_state (theirs), ==, ENCLAVE_MCP_CONFIGURED_WAITS);
  g_assert_true (enclave_mcp_configured_get_entry (theirs)->is_proposal);

  /* Asked to start, it waits all the same. */
  enclave_mcp_configured_start (mine);
  enclave_mcp_configured_start (theirs);
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 0)), ==, ENCLAVE_MCP_CONFIGURED_WAITS);
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 6)), ==, ENCLAVE_MCP_CONFIGURED_WAITS);
  g_assert_null (enclave_mcp_configured_get_server (mine));

  allow (mine);
  g_assert_cmpint (enclave_mcp_configured_get_state (mine), ==, ENCLAVE_MCP_CONFIGURED_OFF);
  reload (fixture);
  g_assert_true (item (fixture, 0) == mine);

  /* The program is another one by the time it is to start. */
  write_program (fixture, "#!/bin/sh\nexit 1\n");
  enclave_mcp_configured_start (mine);
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 0)), ==, ENCLAVE_MCP_CONFIGURED_WAITS);
  g_assert_true (enclave_mcp_configured_is_changed (mine));
  g_assert_null (enclave_mcp_configured_get_server (mine));
  changes = enclave_mcp_configured_dup_changes (mine);
  g_assert_nonnull (strstr (changes, "\n- program"));
  g_assert_nonnull (strstr (changes, "\n+ program"));
}

/* Who still has the server, as the tools of a conversation do, can't start it once the person agrees to it no longer. */
static void
test_forgotten (Fixture *fixture, gconstpointer data)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) forgotten = NULL;
  g_autoptr (GAsyncResult) started = NULL;
  g_autoptr (EnclaveMcpServer) server = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveMcpConfigured *mine;

  write_own ("{\"mcpServers\":{\"mine\":{\"command\":\"${workspaceFolder}/srv\"}}}");
  reload (fixture);
  mine = item (fixture, 0);
  allow (mine);
  enclave_mcp_configured_start (mine);
  while (enclave_mcp_configured_get_server (mine) == NULL)
    g_main_context_iteration (NULL, TRUE);
  server = g_object_ref (enclave_mcp_configured_get_server (mine));

  enclave_mcp_configured_forget_async (mine, NULL, enclave_test_result_callback, &slot);
  forgotten = enclave_test_wait (&slot);
  g_assert_true (enclave_mcp_configured_change_finish (mine, forgotten, NULL));
  while (enclave_mcp_server_get_state (server) == ENCLAVE_MCP_SERVER_STOPPING)
    g_main_context_iteration (NULL, TRUE);
  slot = NULL;
  enclave_mcp_server_start_async (server, NULL, enclave_test_result_callback, &slot);
  started = enclave_test_wait (&slot);
  g_assert_false (enclave_mcp_server_start_finish (server, started, &error));
  g_assert_error (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED);
  g_assert_cmpstr (error->message, ==, "The server was stopped");
}

/* What was agreed to is known at the next start, in this project alone. */
static void
test_remembered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveTestProject) other = enclave_test_project_new ();
  g_autoptr (EnclaveGate) other_gate = enclave_gate_new (other->root, NULL, NULL);

  write_own ("{\"mcpServers\":{\"mine\":{\"command\":\"/bin/sh\"}}}");
  reload (fixture);
  allow (item (fixture, 0));
  g_object_unref (fixture->list);
  fixture->list = enclave_mcp_server_list_new (fixture->gate, fixture->door, NULL);
  reload (fixture);
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 0)), ==, ENCLAVE_MCP_CONFIGURED_OFF);
  g_object_unref (fixture->list);
  fixture->list = enclave_mcp_server_list_new (other_gate, fixture->door, NULL);
  reload (fixture);
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 0)), ==, ENCLAVE_MCP_CONFIGURED_WAITS);
}

/* At any moment of its start. */
static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  EnclaveMcpConfigured *mine;
  guint n_starting = 0;

  write_program (fixture, "#!/bin/sh\nexec sleep 1000\n");
  write_own ("{\"mcpServers\":{\"mine\":{\"command\":\"${workspaceFolder}/srv\"}}}");
  reload (fixture);
  mine = item (fixture, 0);
  allow (mine);
  for (guint milliseconds = 0; milliseconds < 60; milliseconds += 2)
    {
      enclave_mcp_configured_start (mine);
      g_assert_true (item (fixture, 0) == mine);
      enclave_test_spin (milliseconds);
      n_starting += enclave_mcp_configured_get_state (mine) == ENCLAVE_MCP_CONFIGURED_STARTING;
      enclave_mcp_configured_stop (mine);
      for (guint i = 0; i < 3000 && enclave_mcp_configured_get_state (mine) != ENCLAVE_MCP_CONFIGURED_OFF; i++)
        enclave_test_spin (10);
      g_assert_cmpint (enclave_mcp_configured_get_state (mine), ==, ENCLAVE_MCP_CONFIGURED_OFF);
    }
  g_assert_cmpuint (n_starting, >, 0);
}

static void
test_bad_file (Fixture *fixture, gconstpointer data)
{
  write_own ("{\"mcpServers\":{\"mine\":{\"command\":\"/bin/sh\"}}}");
  enclave_test_project_write (fixture->project, ".mcp.json", "{\n\"mcpServers\": {\n  x\n");
  reload (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
  g_assert_nonnull (strstr (enclave_mcp_server_list_get_problem (fixture->list), ".mcp.json"));
  g_assert_nonnull (strstr (enclave_mcp_server_list_get_problem (fixture->list), "line 3"));
  enclave_test_project_remove (fixture->project, ".mcp.json");
  reload (fixture);
  g_assert_null (enclave_mcp_server_list_get_problem (fixture->list));
}

static gboolean
change (Fixture *fixture, GAsyncResult **slot, GError **error)
{
  g_autoptr (GAsyncResult) result = enclave_test_wait (slot);

  return enclave_mcp_server_list_change_finish (fixture->list, result, error);
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonObject) entry = json_object_new ();
  g_autofree char *other = enclave_test_project_path (fixture->project, "cline_mcp_settings.json");
  GAsyncResult *slot = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *added = NULL;
  g_autofree char *text = NULL;

  json_object_set_string_member (entry, "command", "/bin/sh");
  enclave_mcp_server_list_set_async (fixture->list, "new", entry, NULL, enclave_test_result_callback, &slot);
  g_assert_true (change (fixture, &slot, &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);
  slot = NULL;
  enclave_mcp_server_list_set_disabled_async (fixture->list, "new", TRUE, NULL, enclave_test_result_callback, &slot);
  g_assert_true (change (fixture, &slot, &error));
  g_assert_cmpint (enclave_mcp_configured_get_state (item (fixture, 0)), ==, ENCLAVE_MCP_CONFIGURED_DISABLED);

  enclave_test_project_write (fixture->project, "cline_mcp_settings.json",
                              "{\"mcpServers\":{\"new\":{\"command\":\"evil\"},\"far\":{\"url\":\"http://127.0.0.1:1/sse\",\"timeout\":1800}}}");
  slot = NULL;
  enclave_mcp_server_list_import_async (fixture->list, other, NULL, enclave_test_result_callback, &slot);
  g_assert_true (change (fixture, &slot, &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 2);
  g_assert_cmpint (enclave_mcp_configured_get_entry (item (fixture, 1))->kind, ==, ENCLAVE_MCP_SERVER_SSE);
  g_assert_cmpuint (enclave_mcp_configured_get_entry (item (fixture, 1))->timeout_ms, ==, 600000);
  added = read_own ();
  g_assert_null (strstr (added, "evil"));

  slot = NULL;
  enclave_mcp_server_list_remove_async (fixture->list, "new", NULL, enclave_test_result_callback, &slot);
  g_assert_true (change (fixture, &slot, &error));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 1);

  write_own ("{ not json");
  slot = NULL;
  enclave_mcp_server_list_set_async (fixture->list, "new", entry, NULL, enclave_test_result_callback, &slot);
  g_assert_false (change (fixture, &slot, &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX);
  text = read_own ();
  g_assert_cmpstr (text, ==, "{ not json");
}

/* Read in our own file as the other host reads it in its own. */
static void
test_import (void)
{
  g_autoptr (GError) error = NULL;
  guint n_added;
  g_autofree char *zed = enclave_mcp_import (
      NULL, ENCLAVE_MCP_SOURCE_ZED, "{\"context_servers\":{\"n\":{\"command\":{\"path\":\"/p\",\"args\":[\"a\"],\"env\":{\"B\":\"c\"}}},\"bad\":7}}",
      &n_added, &error);
  g_autofree char *code = NULL;
  g_autofree char *none = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (n_added, ==, 1);
  {
    g_autoptr (JsonObject) root = enclave_json_parse_object (zed, -1, NULL);
    JsonObject *entry = enclave_json_peek_object (enclave_json_peek_object (root, "mcpServers"), "n");

    g_assert_cmpstr (enclave_json_peek_string (entry, "command"), ==, "/p");
    g_assert_nonnull (enclave_json_peek_array (entry, "args"));
    g_assert_nonnull (enclave_json_peek_object (entry, "env"));
  }
  code = enclave_mcp_import ("{\"mcpServers\":{}}", ENCLAVE_MCP_SOURCE_VS_CODE, "{\"servers\":{\"a\":{\"type\":\"http\",\"url\":\"http://127.0.0.1/\"}}}",
                             &n_added, &error);
  g_assert_no_error (error);
  g_assert_null (strstr (code, "\"type\""));
  none = enclave_mcp_import ("{}", ENCLAVE_MCP_SOURCE_CURSOR, "{}", &n_added, &error);
  g_assert_cmpuint (n_added, ==, 0);
  g_assert_cmpstr (none, ==, "{}");
  g_assert_null (enclave_mcp_import ("{}", ENCLAVE_MCP_SOURCE_CURSOR, "{", &n_added, NULL));
  g_assert_null (enclave_mcp_import ("[", ENCLAVE_MCP_SOURCE_CURSOR, "{}", &n_added, NULL));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/mcp/server-list/states", test_states);
  ADD ("/mcp/server-list/forgotten", test_forgotten);
  ADD ("/mcp/server-list/remembered", test_remembered);
  ADD ("/mcp/server-list/stopped", test_stopped);
  ADD ("/mcp/server-list/bad-file", test_bad_file);
  ADD ("/mcp/server-list/changes", test_changes);
  g_test_add_func ("/mcp/server-list/import", test_import);

  return g_test_run ();
}
