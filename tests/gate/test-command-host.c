/* test-command-host.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "command-fixture.h"
#include "enclave-test-box.h"
#include "enclave-test-object.h"

/* A host that remembers, and answers with keys of its own. */
#define TEST_TYPE_HOST (test_host_get_type ())
G_DECLARE_FINAL_TYPE (TestHost, test_host, TEST, HOST, GObject)

struct _TestHost
{
  GObject parent_instance;

  GString *shown;
  char *command;
  char *level;
  char *note;
  int wait_status;
  guint n_ended;
};

static void
test_host_feed (EnclaveTerminalSession *session, GBytes *bytes)
{
  TestHost *self = TEST_HOST (session);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  g_string_append_len (self->shown, data, (gssize) length);
  if (g_str_has_suffix (self->shown->str, "name? "))
    {
      g_autoptr (GBytes) keys = g_bytes_new_static ("Ada\n", 4);

      enclave_terminal_session_emit_resized (session, 91, 17);
      enclave_terminal_session_emit_input (session, keys);
    }
  if (g_str_has_suffix (self->shown->str, "stop me\r\n"))
    enclave_terminal_session_emit_stop_requested (session);
}

static void
test_host_ended (EnclaveTerminalSession *session, int wait_status, const char *note)
{
  TestHost *self = TEST_HOST (session);
  g_autoptr (GBytes) late = g_bytes_new_static ("late", 4);

  self->n_ended++;
  self->wait_status = wait_status;
  g_free (self->note);
  self->note = g_strdup (note);
  /* Keys after the end reach nobody and break nothing. */
  enclave_terminal_session_emit_input (session, late);
  enclave_terminal_session_emit_stop_requested (session);
}

static EnclaveTerminalSession *
test_host_open_session (EnclaveTerminalHost *host, const char *command, const char *folder, const char *level, guint *columns,
                        guint *rows)
{
  TestHost *self = TEST_HOST (host);

  self->command = g_strdup (command);
  self->level = g_strdup (level);
  *columns = 77;
  *rows = 33;
  return g_object_ref (ENCLAVE_TERMINAL_SESSION (self));
}

static void
test_host_session_init (EnclaveTerminalSessionInterface *iface)
{
  iface->feed = test_host_feed;
  iface->ended = test_host_ended;
}

static void
test_host_host_init (EnclaveTerminalHostInterface *iface)
{
  iface->open_session = test_host_open_session;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestHost, test_host, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TERMINAL_SESSION, test_host_session_init)
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TERMINAL_HOST, test_host_host_init))

static void
test_host_finalize (GObject *object)
{
  TestHost *self = TEST_HOST (object);

  g_string_free (self->shown, TRUE);
  g_free (self->command);
  g_free (self->level);
  g_free (self->note);
  G_OBJECT_CLASS (test_host_parent_class)->finalize (object);
}

static void
test_host_class_init (TestHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_host_finalize;
}

static void
test_host_init (TestHost *self)
{
  self->shown = g_string_new (NULL);
}

static void
test_host (CommandFixture *fixture, gconstpointer data)
{
  TestHost *host = g_object_new (TEST_TYPE_HOST, NULL);
  TestHost *second = g_object_new (TEST_TYPE_HOST, NULL);
  g_autofree char *output = NULL;

  enclave_gate_set_terminal_host (fixture->gate, ENCLAVE_TERMINAL_HOST (host));
  command_fixture_assert (fixture, "stty size; printf 'name? '; read a; echo \"hello $a\"; stty size; exit 4", 4, "hello Ada");
  g_assert_nonnull (strstr (host->shown->str, "33 77"));
  g_assert_nonnull (strstr (host->shown->str, "17 91"));
  g_assert_true (g_str_has_prefix (host->command, "stty size;"));
  g_assert_cmpstr (host->level, ==, enclave_sandbox_level_to_word (enclave_sandbox_get_level (fixture->sandbox)));
  g_assert_cmpuint (host->n_ended, ==, 1);
  g_assert_cmpint (host->wait_status, ==, 4 << 8);
  g_assert_null (host->note);
  enclave_test_finalize (host);

  enclave_gate_set_terminal_host (fixture->gate, ENCLAVE_TERMINAL_HOST (second));
  output = command_fixture_shell (fixture, "echo stop me; sleep 60", NULL);
  g_assert_nonnull (strstr (output, "stop me"));
  g_assert_cmpuint (second->n_ended, ==, 1);
  g_assert_nonnull (second->note);
  enclave_test_finalize (second);
}

/* Where the system refuses namespaces no command runs; what needs none still works. */
static void
refuse_commands (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (EnclaveSandbox) sandbox = enclave_sandbox_new ();
  g_autoptr (GError) error = NULL;
  CommandFixture fixture = { project, sandbox, enclave_gate_new (project->root, sandbox, NULL) };
  const char *argv[] = { "/bin/sh", "-c", "touch ran", NULL };
  EnclaveCommandOptions options = { .argv = argv, .input_fd = -1 };
  g_autoptr (EnclaveCommandResult) result = command_fixture_run (&fixture, &options, NULL, &error);
  g_autoptr (EnclaveContextItem) item = NULL;

  g_assert_null (result);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_CONFINED);
  g_assert_nonnull (strstr (error->message, "namespaces"));
  g_assert_cmpint (enclave_sandbox_get_level (sandbox), ==, ENCLAVE_SANDBOX_TOOLS_ONLY);
  g_assert_false (enclave_test_project_exists (project, "ran"));
  item = enclave_gate_admit_text (fixture.gate, "text", NULL, "message", NULL);
  g_assert_nonnull (item);
  g_object_unref (fixture.gate);
}

static void
test_tools_only (CommandFixture *fixture, gconstpointer data)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  const char *argv[]
    = { "unshare", "-Ur", "/bin/sh", "-c", "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$0\" --tools-only", self, NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error));
  g_assert_cmpint (status, ==, 0);
}

static void
test_no_sandbox (CommandFixture *fixture, gconstpointer data)
{
  const char *argv[] = { "/bin/true", NULL };
  EnclaveCommandOptions options = { .argv = argv, .input_fd = -1 };
  g_autoptr (EnclaveCommandResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_object_unref (fixture->gate);
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, NULL);
  result = command_fixture_run (fixture, &options, NULL, &error);
  g_assert_null (result);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_CONFINED);
}

/* What could not be confined makes the level a question again, and the answer comes by itself. */
static void
test_doubt (CommandFixture *fixture, gconstpointer data)
{
  const char *argv[] = { "/bin/true", NULL };
  EnclaveCommandOptions options = { .argv = argv, .input_fd = -1 };
  g_autofree char *aside = g_strconcat (fixture->project->root, ".aside", NULL);
  g_autoptr (EnclaveCommandResult) result = NULL;
  g_autoptr (EnclaveCommandResult) none = NULL;
  g_autoptr (EnclaveCommandResult) again = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveSandboxLevel level;

  result = command_fixture_run (fixture, &options, NULL, &error);
  g_assert_no_error (error);
  level = enclave_sandbox_get_level (fixture->sandbox);
  g_assert_cmpint (level, >=, ENCLAVE_SANDBOX_MASKED);
  /* There the folder is looked through before anything is started. */
  if (level == ENCLAVE_SANDBOX_MASKED)
    {
      g_test_skip ("at level masked a folder that is gone stops the command before the launcher does");
      return;
    }

  g_assert_cmpint (g_rename (fixture->project->root, aside), ==, 0);
  none = command_fixture_run (fixture, &options, NULL, &error);
  g_assert_null (none);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_CONFINED);
  g_clear_error (&error);
  g_assert_cmpint (enclave_sandbox_get_level (fixture->sandbox), ==, ENCLAVE_SANDBOX_CHECKING);
  while (enclave_sandbox_get_level (fixture->sandbox) == ENCLAVE_SANDBOX_CHECKING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (enclave_sandbox_get_level (fixture->sandbox), ==, level);

  g_assert_cmpint (g_rename (aside, fixture->project->root), ==, 0);
  again = command_fixture_run (fixture, &options, NULL, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  if (argc == 2 && g_str_equal (argv[1], "--tools-only"))
    {
      refuse_commands ();
      return 0;
    }
  if (enclave_test_box_is_missing ())
    return 0;
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/command-host/host", CommandFixture, NULL, command_fixture_set_up, test_host, command_fixture_tear_down);
  g_test_add ("/command-host/no-sandbox", CommandFixture, NULL, command_fixture_set_up, test_no_sandbox, command_fixture_tear_down);
  g_test_add ("/command-host/doubt", CommandFixture, NULL, command_fixture_set_up, test_doubt, command_fixture_tear_down);
  g_test_add ("/command-host/tools-only", CommandFixture, NULL, command_fixture_set_up, test_tools_only, command_fixture_tear_down);
  return g_test_run ();
}
