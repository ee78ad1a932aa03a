/* test-mcp-offers.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What a server asks, tells and offers beside its tools, with offers-server.py in its box. */

#include "config.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-mcp-offers.h"
#include "enclave-rpc-error.h"
#include "enclave-test-box.h"
#include "enclave-test-project.h"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveSandbox *sandbox;
  EnclaveGate *gate;
  EnclaveNetworkDoor *door;
  EnclaveMcpServer *server;
  EnclaveMcpQuestion *question; /* (nullable): the one that waits */
  guint n_asked;
  guint n_over;
  guint n_verified;
  gboolean may_start;
  gboolean may_call;
} Fixture;

static void
over_cb (EnclaveMcpQuestion *question, Fixture *fixture)
{
  fixture->n_over++;
}

static void
ask (EnclaveMcpQuestion *question, gpointer user_data)
{
  Fixture *fixture = user_data;

  g_clear_object (&fixture->question);
  fixture->question = question;
  fixture->n_asked++;
  g_signal_connect (question, "over", G_CALLBACK (over_cb), fixture);
}

static void
verify (EnclaveMcpServer *server, GTask *answer, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_verified++;
  if (fixture->may_start)
    g_task_return_boolean (answer, TRUE);
  else
    g_task_return_new_error (answer, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "It is another program now");
  g_object_unref (answer);
}

static gboolean
judge (EnclaveMcpServer *server, EnclaveMcpTool *tool, gpointer user_data)
{
  return ((Fixture *) user_data)->may_call;
}

/* @data: "roots": the entry opts in. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveMcpServerEntry) entry = enclave_mcp_server_entry_new ("offers");
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "offers-server.py", NULL);
  const char *readable[] = { script, NULL };
  const EnclaveMcpLogLevel level = ENCLAVE_MCP_LOG_WARNING;
  g_autoptr (GError) error = NULL;

  fixture->may_start = fixture->may_call = TRUE;
  fixture->project = enclave_test_project_new ();
  fixture->sandbox = enclave_sandbox_new ();
  fixture->gate = enclave_gate_new (fixture->project->root, fixture->sandbox, &error);
  g_assert_no_error (error);
  fixture->door = enclave_network_door_new ();
  entry->enabled = TRUE;
  entry->command = g_strdup ("/usr/bin/python3");
  g_clear_pointer (&entry->args, g_strfreev);
  entry->args = g_strdupv ((char *[]) { script, NULL });
  entry->workspace = ENCLAVE_MCP_WORKSPACE_READ;
  entry->offers_roots = g_strcmp0 (data, "roots") == 0;
  fixture->server = enclave_mcp_server_new (fixture->gate, fixture->door, entry, NULL, readable, NULL);
  enclave_mcp_server_set_ask (fixture->server, ask, fixture);
  enclave_mcp_server_set_guard (fixture->server, verify, judge, fixture);
  enclave_mcp_server_set_log_level (fixture->server, &level);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_mcp_server_stop (fixture->server);
  while (enclave_mcp_server_get_state (fixture->server) == ENCLAVE_MCP_SERVER_STOPPING)
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&fixture->server);
  g_clear_object (&fixture->question);
  g_clear_object (&fixture->door);
  g_clear_object (&fixture->gate);
  g_clear_object (&fixture->sandbox);
  g_clear_pointer (&fixture->project, enclave_test_project_free);
}

/* (transfer full): what the tool gave, or the error's words. */
static char *
finish (Fixture *fixture, GAsyncResult **waiting)
{
  g_autoptr (GAsyncResult) result = enclave_test_wait (waiting);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpResult) outcome = enclave_mcp_server_call_finish (fixture->server, result, &error);

  return outcome != NULL ? enclave_mcp_result_dup_text (outcome, 10000, NULL) : g_strconcat ("error: ", error->message, NULL);
}

static char *
call (Fixture *fixture, const char *tool)
{
  GAsyncResult *waiting = NULL;

  enclave_mcp_server_call_async (fixture->server, tool, NULL, NULL, enclave_test_result_callback, &waiting);
  return finish (fixture, &waiting);
}

static void
assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("“%s” is not in “%s”", part, text);
}

static void
wait_asked (Fixture *fixture)
{
  while (fixture->question == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  static const char *const expected[] = { "\"accept\", \"content\": {\"count\": 7}", "\"decline\"", "\"cancel\"", "\"cancel\"" };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      GAsyncResult *waiting = NULL;
      g_autoptr (JsonObject) content = json_object_new ();
      g_autofree char *text = NULL;

      enclave_mcp_server_call_async (fixture->server, "ask", NULL, NULL, enclave_test_result_callback, &waiting);
      wait_asked (fixture);
      g_assert_cmpstr (enclave_mcp_question_get_server (fixture->question), ==, "offers");
      g_assert_cmpstr (enclave_mcp_question_get_call (fixture->question), ==, "ask");
      g_assert_cmpuint (enclave_mcp_question_get_form (fixture->question)->fields->len, ==, 6);
      json_object_set_int_member (content, "count", 7);
      if (i == 0)
        enclave_mcp_question_accept (fixture->question, content);
      else if (i == 1)
        enclave_mcp_question_decline (fixture->question);
      else if (i == 2)
        enclave_mcp_question_cancel (fixture->question);
      /* Dropped: nobody has said anything. Answered twice: the first counts. */
      if (i == 0)
        enclave_mcp_question_decline (fixture->question);
      g_clear_object (&fixture->question);
      text = finish (fixture, &waiting);
      assert_contains (text, expected[i]);
    }
}

static void
test_ends_with_its_call (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GAsyncResult *waiting = NULL;
  g_autofree char *text = NULL;
  g_autofree char *taken_back = NULL;

  enclave_mcp_server_call_async (fixture->server, "ask", NULL, cancellable, enclave_test_result_callback, &waiting);
  wait_asked (fixture);
  g_assert_cmpuint (fixture->n_over, ==, 0);
  g_cancellable_cancel (cancellable);
  text = finish (fixture, &waiting);
  assert_contains (text, "error: ");
  g_assert_cmpuint (fixture->n_over, ==, 1);
  g_assert_true (enclave_mcp_question_is_over (fixture->question));
  g_clear_object (&fixture->question);

  taken_back = call (fixture, "ask_take_back");
  g_assert_cmpstr (taken_back, ==, "taken back");
  g_assert_cmpuint (fixture->n_asked, ==, 2);
  g_assert_cmpuint (fixture->n_over, ==, 2);
}

static void
test_not_asked (Fixture *fixture, gconstpointer data)
{
  static const char *const tools[] = { "ask_many", "ask_deep", "ask_huge" };
  g_autofree char *done = NULL;
  g_autofree char *log = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    {
      g_autofree char *text = call (fixture, tools[i]);

      assert_contains (text, "-32602");
      g_assert_cmpuint (fixture->n_asked, ==, 0);
    }
  /* It asks once nothing is done for anybody. */
  done = call (fixture, "ask_later");
  g_assert_cmpstr (done, ==, "done");
  do
    {
      g_main_context_iteration (NULL, TRUE);
      g_free (log);
      log = enclave_mcp_server_dup_log (fixture->server);
    }
  while (strstr (log, "you were not asked") == NULL);
  g_assert_cmpuint (fixture->n_asked, ==, 0);
  assert_contains (log, "5000 values");
}

static void
test_roots (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = call (fixture, "roots");
  g_autofree char *uri = g_filename_to_uri (fixture->project->root, NULL, NULL);

  if (g_strcmp0 (data, "roots") == 0)
    assert_contains (text, uri);
  else
    assert_contains (text, "-32601");
}

static void
test_log (Fixture *fixture, gconstpointer data)
{
  const EnclaveMcpLogLevel level = ENCLAVE_MCP_LOG_DEBUG;
  g_autofree char *told = call (fixture, "log");
  g_autofree char *all = enclave_mcp_server_dup_log (fixture->server);
  g_autofree char *errors = enclave_mcp_server_dup_log_from (fixture->server, ENCLAVE_MCP_LOG_ERROR);
  g_autofree char *again = NULL;

  g_assert_cmpstr (told, ==, "warning");
  assert_contains (all, "debug: db: a detail\n");
  g_assert_cmpstr (errors, ==, "error: {\"lost\":3}\n");
  enclave_mcp_server_set_log_level (fixture->server, &level);
  again = call (fixture, "log");
  g_assert_cmpstr (again, ==, "debug");
}

static void
test_guard (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mismatch = call (fixture, "mismatch");
  g_autofree char *refused = NULL;
  g_autofree char *died = NULL;

  /* What its headers are made of was listed once more. */
  g_assert_cmpstr (mismatch, ==, "listed 2 times");
  g_assert_cmpuint (fixture->n_verified, ==, 1);
  fixture->may_call = FALSE;
  refused = call (fixture, "log");
  assert_contains (refused, "not what was allowed any more");
  fixture->may_call = TRUE;
  fixture->may_start = FALSE;
  died = call (fixture, "die");
  assert_contains (died, "exit status 3");
  /* It would start again by itself. */
  while (fixture->n_verified < 2 || enclave_mcp_server_get_state (fixture->server) == ENCLAVE_MCP_SERVER_STARTING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (enclave_mcp_server_get_state (fixture->server), ==, ENCLAVE_MCP_SERVER_FAILED);
  g_assert_cmpstr (enclave_mcp_server_get_reason (fixture->server), ==, "It is another program now");
}

static void
progress_cb (EnclaveMcpServer *server, const char *tool, double progress, double total, const char *message, GString *told)
{
  g_string_append_printf (told, "%s %.0f/%.0f %s;", tool, progress, total, message);
}

static void
test_progress (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) told = g_string_new (NULL);
  g_autofree char *text = NULL;

  g_signal_connect (fixture->server, "progress", G_CALLBACK (progress_cb), told);
  text = call (fixture, "count");
  g_assert_cmpstr (text, ==, "counted");
  g_assert_cmpstr (told->str, ==, "count 1/4 part 1;count 2/4 part 2;count 3/4 part 3;count 4/4 part 4;");
}

static char *
read_resource (Fixture *fixture, const char *uri)
{
  GAsyncResult *waiting = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpResult) outcome = NULL;

  enclave_mcp_server_read_resource_async (fixture->server, uri, NULL, enclave_test_result_callback, &waiting);
  result = enclave_test_wait (&waiting);
  outcome = enclave_mcp_server_offer_finish (fixture->server, result, &error);
  return outcome != NULL ? enclave_mcp_result_dup_text (outcome, 1000, NULL) : g_strdup_printf ("%" G_GINT64_FORMAT, enclave_rpc_error_get_code (error));
}

static void
test_resources (Fixture *fixture, gconstpointer data)
{
  g_autofree char *off = read_resource (fixture, "note://release");
  g_autofree char *log = call (fixture, "log");
  g_autofree char *text = read_resource (fixture, "note://release");
  g_autofree char *image = read_resource (fixture, "note://logo");
  g_autofree char *large = read_resource (fixture, "note://large");
  g_autofree char *gone = read_resource (fixture, "note://gone");
  GAsyncResult *waiting = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (JsonArray) items = NULL;
  g_autoptr (GPtrArray) resources = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mcp_resource_unref);

  g_assert_cmpstr (off, ==, "0");
  g_assert_cmpstr (text, ==, "Release on Friday. Ask Ada.");
  g_assert_cmpstr (image, ==, "[resource note://logo, image/png, 3 bytes, not shown]");
  g_assert_cmpuint (strlen (large), <, 1100);
  assert_contains (large, "bytes left out");
  g_assert_cmpstr (gone, ==, "-32002");
  enclave_mcp_client_list_async (enclave_mcp_server_get_client (fixture->server), "resources/list", "resources", NULL,
                                 enclave_test_result_callback, &waiting);
  result = enclave_test_wait (&waiting);
  items = enclave_mcp_client_list_finish (enclave_mcp_server_get_client (fixture->server), result, NULL);
  enclave_mcp_resource_add_all (resources, fixture->server, items, FALSE);
  /* Both pages, without what has no address or can't be read by a person. */
  g_assert_cmpuint (json_array_get_length (items), ==, 10);
  g_assert_cmpuint (resources->len, ==, 6);
  g_assert_cmpstr (((EnclaveMcpResource *) g_ptr_array_index (resources, 0))->title, ==, "Release notes");
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    void (*test) (Fixture *fixture, gconstpointer data);
    const char *data;
  } tests[] = {
    { "answers", test_answers, NULL },     { "ends-with-its-call", test_ends_with_its_call, NULL },
    { "not-asked", test_not_asked, NULL }, { "roots-not-declared", test_roots, NULL },
    { "roots", test_roots, "roots" },      { "log", test_log, NULL },
    { "guard", test_guard, NULL },         { "progress", test_progress, NULL },
    { "resources", test_resources, NULL },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  if (enclave_test_box_is_missing ())
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/mcp/offers/", tests[i].name, NULL);

      g_test_add (path, Fixture, tests[i].data, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
