/* test-mcp-hostile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Each way in which hostile-server.py misbehaves: what the client makes of it, that the main loop goes on meanwhile, and that nothing of
 * it is left running. */

#include "config.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-error.h"
#include "enclave-mcp-server.h"
#include "enclave-rpc-error.h"
#include "enclave-test-box.h"
#include "enclave-test-project.h"

#define CONNECT_MS 2500
#define CALL_MS 1000
#define PROBE_US 2000
/* Processor time of the main thread before it comes to what was asked of it: what others do on this machine is no delay of ours. */
#define DELAY_MAX_MS 50

typedef struct
{
  const char *mode;
  const char *reason;  /* (nullable): it can't be started, and this is in the sentence that says why */
  const char *result;  /* (nullable): what a call gives, else: it fails */
  const char *failure; /* (nullable): what is in the sentence that says why the call failed */
} Case;

typedef struct
{
  EnclaveTestProject *project;
  EnclaveSandbox *sandbox;
  EnclaveGate *gate;
  EnclaveNetworkDoor *door;
  EnclaveMcpServer *server;
  char *marker;
} Fixture;

static pthread_t main_thread;
static gint probing;
static gint64 most_us;

static gint64
used_us (void)
{
  struct timespec now;
  clockid_t clock;

  g_assert_cmpint (pthread_getcpuclockid (main_thread, &clock), ==, 0);
  clock_gettime (clock, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static gboolean
on_probe (gpointer user_data)
{
  most_us = MAX (most_us, used_us () - *(gint64 *) user_data);
  return G_SOURCE_REMOVE;
}

static gpointer
probe_thread (gpointer data)
{
  while (g_atomic_int_get (&probing))
    {
      gint64 *asked = g_new (gint64, 1);
      GSource *source = g_idle_source_new ();

      *asked = used_us ();
      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_callback (source, on_probe, asked, g_free);
      g_source_attach (source, NULL);
      g_source_unref (source);
      g_usleep (PROBE_US);
    }
  return NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const Case *one = data;
  g_autoptr (EnclaveMcpServerEntry) entry = enclave_mcp_server_entry_new ("hostile");
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "hostile-server.py", NULL);
  g_autofree char *uuid = g_uuid_string_random ();
  const char *readable[] = { script, NULL };
  g_autoptr (GError) error = NULL;

  fixture->marker = g_strconcat ("hostile-", uuid, NULL);
  fixture->project = enclave_test_project_new ();
  fixture->sandbox = enclave_sandbox_new ();
  fixture->gate = enclave_gate_new (fixture->project->root, fixture->sandbox, &error);
  g_assert_no_error (error);
  fixture->door = enclave_network_door_new ();
  entry->enabled = TRUE;
  entry->command = g_strdup ("/usr/bin/python3");
  g_clear_pointer (&entry->args, g_strfreev);
  entry->args = g_strdupv ((char *[]) { script, (char *) one->mode, fixture->marker, NULL });
  entry->timeout_ms = CALL_MS;
  fixture->server = enclave_mcp_server_new (fixture->gate, fixture->door, entry, NULL, readable, NULL);
  enclave_mcp_server_set_patience (fixture->server, CONNECT_MS);
}

/* A process that has the marker in its command line. */
static guint
count_left (const char *marker)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "cmdline", NULL);
      g_autofree char *line = NULL;
      gsize length;

      if (!g_ascii_isdigit (name[0]) || !g_file_get_contents (path, &line, &length, NULL))
        continue;
      n += memmem (line, length, marker, strlen (marker)) != NULL;
    }
  return n;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  g_clear_object (&fixture->server);
  while (count_left (fixture->marker) > 0 && g_get_monotonic_time () < until)
    enclave_test_spin (50);
  g_assert_cmpuint (count_left (fixture->marker), ==, 0);
  g_clear_object (&fixture->door);
  g_clear_object (&fixture->gate);
  g_clear_object (&fixture->sandbox);
  g_clear_pointer (&fixture->project, enclave_test_project_free);
  g_free (fixture->marker);
}

static gboolean
start (Fixture *fixture, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *waiting = NULL;

  enclave_mcp_server_start_async (fixture->server, NULL, enclave_test_result_callback, &waiting);
  result = enclave_test_wait (&waiting);
  return enclave_mcp_server_start_finish (fixture->server, result, error);
}

static EnclaveMcpResult *
call (Fixture *fixture, const char *tool, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *waiting = NULL;

  enclave_mcp_server_call_async (fixture->server, tool, NULL, cancellable, enclave_test_result_callback, &waiting);
  result = enclave_test_wait (&waiting);
  return enclave_mcp_server_call_finish (fixture->server, result, error);
}

static void
stop (Fixture *fixture)
{
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  enclave_mcp_server_stop (fixture->server);
  while (enclave_mcp_server_get_state (fixture->server) == ENCLAVE_MCP_SERVER_STOPPING && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (enclave_mcp_server_get_state (fixture->server), !=, ENCLAVE_MCP_SERVER_STOPPING);
}

static void
assert_contains (const char *text, const char *part)
{
  if (text == NULL || strstr (text, part) == NULL)
    g_error ("“%s” is not in “%s”", part, text != NULL ? text : "(null)");
}

static void
check_start (Fixture *fixture, const Case *one, gboolean started, const GError *error)
{
  if (one->reason == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (started);
      g_assert_cmpint (enclave_mcp_server_get_state (fixture->server), ==, ENCLAVE_MCP_SERVER_READY);
      return;
    }
  g_assert_false (started);
  assert_contains (error->message, one->reason);
  g_assert_cmpint (enclave_mcp_server_get_state (fixture->server), ==, ENCLAVE_MCP_SERVER_FAILED);
  assert_contains (enclave_mcp_server_get_reason (fixture->server), one->reason);
}

static void
check_call (Fixture *fixture, const Case *one)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpResult) outcome = call (fixture, "echo", NULL, &error);
  g_autofree char *text = NULL;

  if (one->failure != NULL)
    {
      g_assert_null (outcome);
      assert_contains (error->message, one->failure);
      return;
    }
  g_assert_no_error (error);
  text = enclave_mcp_result_dup_text (outcome, ENCLAVE_MCP_RESULT_MAX_BYTES, NULL);
  g_assert_cmpstr (text, ==, one->result);
}

static void
test_case (Fixture *fixture, gconstpointer data)
{
  const Case *one = data;
  g_autoptr (GError) error = NULL;
  GThread *prober;
  gboolean started;

  main_thread = pthread_self ();
  most_us = 0;
  g_atomic_int_set (&probing, TRUE);
  prober = g_thread_new ("probe", probe_thread, NULL);
  started = start (fixture, &error);
  check_start (fixture, one, started, error);
  if (one->result != NULL || one->failure != NULL)
    check_call (fixture, one);
  stop (fixture);
  g_atomic_int_set (&probing, FALSE);
  g_thread_join (prober);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_test_message ("%s: longest delay %.1f ms", one->mode, (double) most_us / 1000);
  g_assert_cmpint (most_us, <=, DELAY_MAX_MS * 1000);
}

static const Case cases[] = {
  { "none", .result = "ok" },
  { "banner", .result = "ok" },
  { "batch", .result = "ok" },
  { "carriage-returns", .result = "ok" },
  { "empty-answers", .result = "ok" },
  { "silent-probe", .result = "ok" },
  { "exits-at-probe", .result = "ok" },
  { "stderr-flood", .result = "ok" },
  { "request-flood", .result = "ok" },
  { "notification-flood", .result = "ok" },
  { "grandchildren", .result = "ok" },
  { "endless-pages", .failure = "no tool" },
  { "circle", .result = "ok" },
  { "tool-flood", .result = "ok" },
  { "odd-names", .result = "ok" },
  { "orders", .result = "ok" },
  { "unknown-ids", .result = "right" },
  { "answers-twice", .result = "first" },
  { "slow-call", .result = "slow" },
  { "bad-text", .result = "a\xef\xbf\xbd\xef\xbf\xbd b\xef\xbf\xbd c\xef\xbf\xbd red" },
  { "odd-results", .result = "[image, image/png, 3 bytes, not shown]\n[content]\n[content odd]\n[link file:///x]\nrow\n[content]\nend" },
  { "modern", .result = "ok" },
  { "modern-late", .result = "ok" },
  { "modern-asks", .failure = "does not give" },
  { "modern-asks-flood", .failure = "too much at once" },
  { "modern-asks-on", .failure = "goes on asking" },
  { "modern-odd", .failure = "does not know" },
  { "modern-other", .reason = "2099-01-01" },
  { "no-newline", .reason = "no answer in time" },
  { "content-length", .reason = "no answer in time" },
  { "silent", .reason = "no answer in time" },
  { "reads-nothing", .reason = "no answer in time" },
  { "exits-at-once", .reason = "exit status 78" },
  { "stdout-flood", .reason = "no message of the protocol" },
  { "old-version", .reason = "1999-01-01" },
  { "null-handshake", .reason = "which revision" },
  { "long-line", .reason = "longer than 16 MiB" },
  { "no-list", .failure = "no tool" },
  { "silent-call", .failure = "no answer in time" },
  { "ignores-everything", .failure = "no answer in time" },
  { "dies-in-call", .failure = "exit status 3" },
  { "closes-output", .failure = "" },
  { "no-object", .failure = "no result" },
  { "odd-error", .failure = "" },
  { "many-values", .failure = "more than 200000 values" },
  { "deep-result", .failure = "nested deeper" },
};

/* The person gets the whole, a model the ends of it. */
static void
test_large_result (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpResult) outcome = call (fixture, "echo", NULL, &error);
  g_autofree char *text = NULL;
  gboolean truncated;

  g_assert_no_error (error);
  text = enclave_mcp_result_dup_text (outcome, 1000, &truncated);
  g_assert_true (truncated);
  g_assert_cmpuint (strlen (text), <, 1100);
  assert_contains (text, "bytes left out");
  g_assert_cmpuint (strlen (g_array_index (outcome->contents, EnclaveMcpContent, 0).text), ==, 10 * 1024 * 1024);
  stop (fixture);
}

static void
test_tools (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  GPtrArray *tools;

  g_assert_true (start (fixture, &error));
  tools = enclave_mcp_server_get_tools (fixture->server);
  g_assert_cmpuint (tools->len, ==, 3);
  g_assert_cmpstr (((EnclaveMcpTool *) g_ptr_array_index (tools, 0))->description, ==, "Says something");
  log = enclave_mcp_server_dup_log (fixture->server);
  assert_contains (log, "bad_header");
  assert_contains (log, "no_schema");
  g_assert_null (strchr (log, '\033'));
  stop (fixture);
}

static void
on_tools_changed (EnclaveMcpServer *server, guint *n)
{
  (*n)++;
}

static void
test_changing_tools (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpResult) outcome = NULL;
  guint n = 0;
  gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  g_assert_true (start (fixture, &error));
  g_signal_connect (fixture->server, "tools-changed", G_CALLBACK (on_tools_changed), &n);
  outcome = call (fixture, "echo", NULL, &error);
  g_assert_no_error (error);
  while (n == 0 && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpstr (((EnclaveMcpTool *) g_ptr_array_index (enclave_mcp_server_get_tools (fixture->server), 0))->description, ==,
                   "Version 2");
  stop (fixture);
}

static gboolean
on_cancel (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* The call is over for the person at once, and the server is of use afterwards. */
static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 before;

  g_assert_true (start (fixture, &error));
  before = g_get_monotonic_time ();
  g_timeout_add (100, on_cancel, cancellable);
  g_assert_null (call (fixture, "echo", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - before, <, G_USEC_PER_SEC);
  g_assert_cmpint (enclave_mcp_server_get_state (fixture->server), ==, ENCLAVE_MCP_SERVER_READY);
  stop (fixture);
}

/* It says why it ended, comes again by itself, and is left alone when it goes on ending. */
static void
test_again (Fixture *fixture, gconstpointer data)
{
  g_autofree char *words = NULL;

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 until = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

      g_assert_null (call (fixture, "echo", NULL, &error));
      g_assert_error (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED);
      while (i < 2 && enclave_mcp_server_get_state (fixture->server) != ENCLAVE_MCP_SERVER_READY && g_get_monotonic_time () < until)
        enclave_test_spin (20);
      g_assert_cmpint (enclave_mcp_server_get_state (fixture->server), ==, i < 2 ? ENCLAVE_MCP_SERVER_READY : ENCLAVE_MCP_SERVER_FAILED);
    }
  words = enclave_mcp_server_dup_errors (fixture->server);
  assert_contains (words, "the database has gone");
  enclave_test_spin (5000);
  g_assert_cmpint (enclave_mcp_server_get_state (fixture->server), ==, ENCLAVE_MCP_SERVER_FAILED);
}

/* Let go while it starts, and while it is called. */
static void
test_dropped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GAsyncResult *waiting = NULL;
  GAsyncResult *other = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) other_result = NULL;

  enclave_mcp_server_start_async (fixture->server, NULL, enclave_test_result_callback, &waiting);
  enclave_test_spin (10);
  stop (fixture);
  result = enclave_test_wait (&waiting);
  g_assert_false (enclave_mcp_server_start_finish (fixture->server, result, &error));
  g_clear_error (&error);
  g_assert_true (start (fixture, &error));
  enclave_mcp_server_call_async (fixture->server, "echo", NULL, NULL, enclave_test_result_callback, &other);
  enclave_test_spin (50);
  stop (fixture);
  other_result = enclave_test_wait (&other);
  g_assert_null (enclave_mcp_server_call_finish (fixture->server, other_result, &error));
}

int
main (int argc, char **argv)
{
  static const Case large = { "large-result" }, names = { "odd-names" }, changing = { "changing-tools" }, silent = { "silent-call" },
                    dying = { "dies-in-call" };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  if (enclave_test_box_is_missing ())
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/mcp/hostile/", cases[i].mode, NULL);

      g_test_add (path, Fixture, &cases[i], set_up, test_case, tear_down);
    }
  g_test_add ("/mcp/hostile/large-result", Fixture, &large, set_up, test_large_result, tear_down);
  g_test_add ("/mcp/hostile/tools", Fixture, &names, set_up, test_tools, tear_down);
  g_test_add ("/mcp/hostile/changing-tools", Fixture, &changing, set_up, test_changing_tools, tear_down);
  g_test_add ("/mcp/hostile/cancel", Fixture, &silent, set_up, test_cancel, tear_down);
  g_test_add ("/mcp/hostile/again", Fixture, &dying, set_up, test_again, tear_down);
  g_test_add ("/mcp/hostile/dropped", Fixture, &silent, set_up, test_dropped, tear_down);
  return g_test_run ();
}
