/* test-language-service.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* When language servers run at all, and what of them reaches the agent. */

#include "config.h"

#include <string.h>
#include <time.h>

#include "enclave-json.h"
#include "enclave-language-service.h"
#include "enclave-limits.h"
#include "enclave-test-box.h"
#include "enclave-test-project.h"
#include "enclave-test-until.h"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveSandbox *sandbox;
  EnclaveGate *gate;
  EnclaveLanguageService *service;
  guint n_wanted;
} Fixture;

static void
open_text (Fixture *fixture, const char *path, const char *words)
{
  g_autoptr (EnclaveLanguageText) text = enclave_language_text_new (g_strdup (words));

  enclave_language_service_open (fixture->service, path, text);
}

static void
change_text (Fixture *fixture, const char *path, const char *words)
{
  g_autoptr (EnclaveLanguageText) text = enclave_language_text_new (g_strdup (words));

  enclave_language_service_change (fixture->service, path, text);
}

static void
on_wanted (EnclaveLanguageService *service, Fixture *fixture)
{
  fixture->n_wanted++;
}

/* (transfer full) */
static EnclaveLanguageServer *
get_server (EnclaveLanguageService *service, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (service)); i++)
    {
      g_autoptr (EnclaveLanguageServer) server = g_list_model_get_item (G_LIST_MODEL (service), i);

      if (strcmp (enclave_language_server_get_kind (server)->id, id) == 0)
        return g_steal_pointer (&server);
    }
  g_assert_not_reached ();
}

static EnclaveLanguageService *
new_service (Fixture *fixture)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "scripted-server.py", NULL);
  const char *const argv[] = { "/usr/bin/python3", script, "good", NULL };
  const char *const readable[] = { script, NULL };
  const char *const missing[] = { "no-such-language-server", NULL };
  EnclaveLanguageService *service = enclave_language_service_new (fixture->gate);
  g_autoptr (EnclaveLanguageServer) clangd = get_server (service, "clangd");
  g_autoptr (EnclaveLanguageServer) pylsp = get_server (service, "pylsp");
  g_autoptr (EnclaveLanguageServer) pyright = get_server (service, "pyright");

  enclave_language_server_set_command (clangd, argv, readable);
  enclave_language_server_set_command (pylsp, missing, NULL);
  enclave_language_server_set_command (pyright, argv, readable);
  g_signal_connect (service, "wanted", G_CALLBACK (on_wanted), fixture);
  return service;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".env", "API=hunter2hunter2\n");
  fixture->sandbox = enclave_sandbox_new ();
  fixture->gate = enclave_gate_new (fixture->project->root, fixture->sandbox, &error);
  g_assert_no_error (error);
  fixture->service = new_service (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_signal_handlers_disconnect_by_data (fixture->service, fixture);
  g_object_run_dispose (G_OBJECT (fixture->service));
  g_clear_object (&fixture->service);
  g_clear_object (&fixture->gate);
  g_clear_object (&fixture->sandbox);
  g_clear_pointer (&fixture->project, enclave_test_project_free);
}

static gboolean
is_ready (Fixture *fixture, const char *id)
{
  g_autoptr (EnclaveLanguageServer) server = get_server (fixture->service, id);

  return enclave_language_server_get_state (server) == ENCLAVE_LANGUAGE_SERVER_READY;
}

static void
test_consent (Fixture *fixture, gconstpointer data)
{
  guint n_before;

  open_text (fixture, "a.c", "BAD\n");
  enclave_test_until (enclave_language_service_get_consent (fixture->service) == ENCLAVE_LANGUAGE_CONSENT_NONE);
  enclave_test_until (fixture->n_wanted > 0);
  enclave_test_spin (50);
  g_assert_null (enclave_language_service_get_server (fixture->service, "a.c"));

  /* What no server knows, and what a rule denies, is no reason to ask; another file of the same server is. */
  n_before = fixture->n_wanted;
  open_text (fixture, "Makefile", "all:\n");
  g_assert_cmpuint (fixture->n_wanted, ==, n_before);
  open_text (fixture, ".env.c", "API=1\n");
  g_assert_cmpuint (fixture->n_wanted, ==, n_before);
  open_text (fixture, "b.c", "x\n");
  g_assert_cmpuint (fixture->n_wanted, ==, n_before + 1);

  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  enclave_test_until (is_ready (fixture, "clangd"));
  g_assert_nonnull (enclave_language_service_get_server (fixture->service, "a.c"));
  g_assert_nonnull (enclave_language_service_get_server (fixture->service, "b.c"));
  g_assert_null (enclave_language_service_get_server (fixture->service, ".env.c"));

  /* Switched off as a whole, or one of them. */
  enclave_language_service_configure (fixture->service, FALSE, NULL);
  g_assert_false (is_ready (fixture, "clangd"));
  enclave_language_service_configure (fixture->service, TRUE, (const char *const[]){ "clangd", NULL });
  enclave_test_spin (50);
  g_assert_false (is_ready (fixture, "clangd"));
  enclave_language_service_configure (fixture->service, TRUE, NULL);
  enclave_test_until (is_ready (fixture, "clangd"));

  /* The answer is kept for the project. */
  g_object_run_dispose (G_OBJECT (fixture->service));
  g_clear_object (&fixture->service);
  fixture->service = new_service (fixture);
  open_text (fixture, "a.c", "BAD\n");
  enclave_test_until (is_ready (fixture, "clangd"));
  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_REFUSED);
  g_assert_false (is_ready (fixture, "clangd"));
}

static gboolean
has_reason (Fixture *fixture, const char *path, const char *words)
{
  g_autofree char *reason = enclave_language_service_dup_reason (fixture->service, path);

  return g_strcmp0 (reason, words) == 0;
}

/* Who asks a server for something and gets no answer is told what to change. */
static void
test_reason (Fixture *fixture, gconstpointer data)
{
  open_text (fixture, "a.c", "BAD\n");
  enclave_test_until (fixture->n_wanted > 0);
  g_assert_true (has_reason (fixture, "a.c", "The question about language servers is still open"));
  g_assert_true (has_reason (fixture, "Makefile", "No language server knows files like this one"));
  g_assert_true (has_reason (fixture, ".env.c", "The deny-list keeps this file from language servers"));
  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_REFUSED);
  g_assert_true (has_reason (fixture, "a.c", "Language servers are off in this project: see Preferences"));
  enclave_language_service_configure (fixture->service, FALSE, NULL);
  g_assert_true (has_reason (fixture, "a.c", "Language servers are switched off in the preferences"));
  enclave_language_service_configure (fixture->service, TRUE, (const char *const[]){ "clangd", "pyright", NULL });
  g_assert_true (has_reason (fixture, "a.c", "Switched off in the preferences: clangd"));

  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  open_text (fixture, "a.py", "BAD\n");
  enclave_test_until (has_reason (fixture, "a.py", "Not installed on this machine: Python LSP Server"));
  enclave_language_service_configure (fixture->service, TRUE, NULL);
  enclave_test_until (is_ready (fixture, "clangd"));
  g_assert_true (has_reason (fixture, "a.c", NULL));
}

/* The next one that knows the language runs when the first is not installed. */
static void
test_second (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) said = NULL;

  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  open_text (fixture, "a.py", "BAD\n");
  enclave_test_until (is_ready (fixture, "pyright"));
  change_text (fixture, "a.py", "BAD BAD WARN\n");
  enclave_test_until (enclave_language_server_get_diagnostics (enclave_language_service_get_server (fixture->service, "a.py"), "a.py") != NULL);
  said = enclave_language_service_dup_diagnostics (fixture->service, "a.py");
  g_assert_cmpuint (said->len, >, 0);
}

/* A text is large: all that keep it keep the same one, also a server that comes to it later. */
static void
test_shared (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveLanguageText) text = enclave_language_text_new (g_strdup ("BAD\n"));
  g_autoptr (EnclaveLanguageText) changed = enclave_language_text_new (g_strdup ("BAD BAD\n"));
  g_autoptr (EnclaveLanguageText) same = enclave_language_text_new (g_strdup ("BAD BAD\n"));

  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  enclave_language_service_open (fixture->service, "a.py", text);
  enclave_test_until (is_ready (fixture, "pyright"));
  g_assert_true (enclave_language_server_get_text (enclave_language_service_get_server (fixture->service, "a.py"), "a.py") == text);
  enclave_language_service_change (fixture->service, "a.py", changed);
  g_assert_true (enclave_language_server_get_text (enclave_language_service_get_server (fixture->service, "a.py"), "a.py") == changed);
  g_assert_true (enclave_language_text_equal (changed, same));
  g_assert_false (enclave_language_text_equal (text, changed));
}

static char *
check (Fixture *fixture, const char *text, const char *before)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (fixture->gate, "agent", "check", ENCLAVE_EFFECT_RUN);
  GAsyncResult *pending = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GError) error = NULL;

  enclave_tool_scope_check_async (scope, "a.c", text, before, NULL, enclave_test_result_callback, &pending);
  result = enclave_test_wait (&pending);
  item = enclave_tool_scope_check_finish (scope, result, &error);
  g_assert_no_error (error);
  return item != NULL ? g_strdup (enclave_context_item_get_text (item)) : NULL;
}

/* What goes back to the model after its edit is what the running server says, less what it had said before. */
static void
test_check (Fixture *fixture, gconstpointer data)
{
  g_autofree char *both = NULL;
  g_autofree char *only_new = NULL;
  g_autofree char *nothing = NULL;
  g_autofree char *report = NULL;
  guint n_errors;
  guint n_warnings;

  enclave_test_project_write (fixture->project, "a.c", "BAD\nWARN\n");
  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  open_text (fixture, "a.c", "WARN\n");
  enclave_test_until (is_ready (fixture, "clangd"));

  both = check (fixture, "BAD\nWARN\n", NULL);
  g_assert_nonnull (both);
  g_assert_nonnull (strstr (both, "a.c:1: error: BAD is bad"));
  g_assert_nonnull (strstr (both, "a.c:2: warning: WARN is odd"));
  only_new = check (fixture, "BAD\nWARN\n", "WARN\n");
  g_assert_nonnull (strstr (only_new, "a.c:1: error: BAD is bad"));
  g_assert_null (strstr (only_new, "WARN"));
  nothing = check (fixture, "fine\n", "BAD\n");
  g_assert_null (nothing);

  /* The editor's text is what counts again. */
  enclave_test_until (enclave_language_server_get_diagnostics (enclave_language_service_get_server (fixture->service, "a.c"), "a.c") != NULL);
  report = enclave_language_service_dup_report (fixture->service, NULL);
  g_assert_cmpstr (report, ==, "a.c:1:1: warning: WARN is odd [scripted]\n");
  enclave_language_service_count (fixture->service, &n_errors, &n_warnings);
  g_assert_cmpuint (n_errors, ==, 0);
  g_assert_cmpuint (n_warnings, ==, 1);
  g_assert_null (enclave_language_service_dup_report (fixture->service, "b.c"));
}

/* (transfer full): what the server of a.c answers. @params: (transfer full). */
static JsonNode *
ask (Fixture *fixture, const char *method, JsonObject *params)
{
  EnclaveLanguageServer *server = enclave_language_service_get_server (fixture->service, "a.c");
  GAsyncResult *pending = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *node;

  enclave_language_server_request_async (server, method, params, NULL, enclave_test_result_callback, &pending);
  result = enclave_test_wait (&pending);
  node = enclave_language_server_request_finish (server, result, &error);
  g_assert_no_error (error);
  return node;
}

/* (transfer full) (nullable): what the server of a.c reads of the file @path. */
static char *
read_there (Fixture *fixture, const char *path)
{
  JsonObject *params = json_object_new ();
  g_autoptr (JsonNode) node = NULL;

  json_object_set_string_member (params, "path", path);
  node = ask (fixture, "test/read", params);
  return g_strdup (enclave_json_peek_string (json_node_get_object (node), "text"));
}

static guint
count_errors (Fixture *fixture)
{
  guint n_errors = 0;
  guint n_warnings = 0;

  enclave_language_service_count (fixture->service, &n_errors, &n_warnings);
  return n_errors;
}

static void
tell_changed (Fixture *fixture, const char *const *paths, EnclaveFileChangeKind kind)
{
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_file_change_free);

  for (guint i = 0; paths[i] != NULL; i++)
    g_ptr_array_add (changes, enclave_file_change_new (paths[i], kind));
  enclave_language_service_files_changed (fixture->service, changes);
}

/* (transfer full): what the server of a.c has been told of, by commas. */
static char *
dup_told (Fixture *fixture)
{
  g_autoptr (JsonNode) node = ask (fixture, "test/told", json_object_new ());
  JsonArray *told = enclave_json_peek_array (json_node_get_object (node), "told");
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (guint i = 0; i < json_array_get_length (told); i++)
    g_ptr_array_add (all, (gpointer) enclave_json_array_peek_string (told, i));
  g_ptr_array_add (all, NULL);
  return g_strjoinv (",", (char **) all->pdata);
}

/* What somebody else writes reaches a server that asked for it; a denied file does not, whatever it asked for. */
static void
test_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *told = NULL;

  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  open_text (fixture, "a.c", "USE made.h\n");
  enclave_test_until (is_ready (fixture, "clangd") && count_errors (fixture) == 1);
  enclave_test_project_write (fixture->project, "made.h", "");
  enclave_test_project_write (fixture->project, "notes.txt", "");
  tell_changed (fixture, (const char *const[]){ ".env", "made.h", "notes.txt", "sub/a b\xc3\xa4.h", NULL }, ENCLAVE_FILE_CREATED);
  enclave_test_until (count_errors (fixture) == 0);
  enclave_test_project_remove (fixture->project, "made.h");
  tell_changed (fixture, (const char *const[]){ "made.h", NULL }, ENCLAVE_FILE_DELETED);
  enclave_test_until (count_errors (fixture) == 1);
  told = dup_told (fixture);
  g_assert_cmpstr (told, ==, "1 made.h,1 sub/a%20b%C3%A4.h,3 made.h");
}

/* The rules are read again when their files are written, and are mostly the same. */
static void
test_same_rules (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclavePolicy) before = g_object_ref (enclave_gate_get_policy (fixture->gate));

  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  open_text (fixture, "a.c", "BAD\n");
  enclave_test_until (is_ready (fixture, "clangd") && count_errors (fixture) == 1);
  g_assert_true (enclave_gate_reload_policy (fixture->gate, NULL));
  g_assert_true (enclave_gate_get_policy (fixture->gate) != before);
  g_assert_true (is_ready (fixture, "clangd"));
}

static gboolean
log_says (Fixture *fixture, const char *words)
{
  g_autoptr (EnclaveLanguageServer) server = get_server (fixture->service, "clangd");
  g_autofree char *log = enclave_language_server_dup_log (server);

  return strstr (log, words) != NULL;
}

/* One that reads how files are compiled at its start alone begins anew; and where half the project is another one. */
static void
test_configuration (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) many = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_file_change_free);
  g_auto (GStrv) names = enclave_language_service_dup_configuration (fixture->service);
  g_autofree char *told = NULL;

  g_assert_true (g_strv_contains ((const char *const *) names, "build/compile_commands.json"));
  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  open_text (fixture, "a.c", "BAD\n");
  enclave_test_until (is_ready (fixture, "clangd") && count_errors (fixture) == 1);
  tell_changed (fixture, (const char *const[]){ "other/compile_commands.json", "setup.py", NULL }, ENCLAVE_FILE_CHANGED);
  enclave_test_spin (ENCLAVE_LANGUAGE_TELL_FILES_MS + 300);
  g_assert_true (is_ready (fixture, "clangd"));
  tell_changed (fixture, (const char *const[]){ "build/compile_commands.json", NULL }, ENCLAVE_FILE_CREATED);
  enclave_test_until (!is_ready (fixture, "clangd"));
  g_assert_true (log_says (fixture, "build/compile_commands.json is another than before"));
  enclave_test_until (is_ready (fixture, "clangd") && count_errors (fixture) == 1);
  told = dup_told (fixture);
  g_assert_cmpstr (told, ==, "");

  for (guint i = 0; i <= ENCLAVE_LANGUAGE_MAX_CHANGES; i++)
    {
      g_autofree char *name = g_strdup_printf ("f%u.c", i);

      g_ptr_array_add (many, enclave_file_change_new (name, ENCLAVE_FILE_CHANGED));
    }
  enclave_language_service_files_changed (fixture->service, many);
  enclave_test_until (!is_ready (fixture, "clangd"));
  enclave_test_until (is_ready (fixture, "clangd") && count_errors (fixture) == 1);
}

/* A server sees the project by the rules that are in force, not by those of its start. */
static void
test_rules (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *denied = NULL;
  g_autofree char *other = NULL;
  g_autofree char *again = NULL;

  enclave_test_project_write (fixture->project, "plan.txt", "the plan\n");
  enclave_test_project_write (fixture->project, "other.txt", "other\n");
  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  open_text (fixture, "a.c", "BAD\n");
  open_text (fixture, "b.c", "BAD\n");
  enclave_test_until (is_ready (fixture, "clangd"));
  before = read_there (fixture, "plan.txt");
  g_assert_cmpstr (before, ==, "the plan\n");

  enclave_test_project_write (fixture->project, ".enclave/policy", "[deny]\nplan.txt\nb.c\n");
  g_assert_true (enclave_gate_reload_policy (fixture->gate, NULL));
  /* What saw more is gone before anything else is asked. */
  g_assert_false (is_ready (fixture, "clangd"));
  enclave_test_until (is_ready (fixture, "clangd"));
  denied = read_there (fixture, "plan.txt");
  g_assert_null (denied);
  other = read_there (fixture, "other.txt");
  g_assert_cmpstr (other, ==, "other\n");
  enclave_test_until (enclave_language_server_get_diagnostics (enclave_language_service_get_server (fixture->service, "a.c"), "a.c") != NULL);
  g_assert_null (enclave_language_service_get_server (fixture->service, "b.c"));

  /* And what is allowed again is seen, and told. */
  enclave_test_project_write (fixture->project, ".enclave/policy", "[deny]\n");
  g_assert_true (enclave_gate_reload_policy (fixture->gate, NULL));
  enclave_test_until (is_ready (fixture, "clangd"));
  again = read_there (fixture, "plan.txt");
  g_assert_cmpstr (again, ==, "the plan\n");
  g_assert_nonnull (enclave_language_service_get_server (fixture->service, "b.c"));
}

/* A list of many files costs what it has to. Processor time: other programs on the machine do not count. */
static void
test_many_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "scripted-server.py", NULL);
  const char *const argv[] = { "/usr/bin/python3", script, "files", NULL };
  const char *const readable[] = { script, NULL };
  g_autoptr (EnclaveLanguageServer) clangd = get_server (fixture->service, "clangd");
  g_autoptr (EnclaveLanguageServer) pyright = get_server (fixture->service, "pyright");
  clock_t begin;

  enclave_language_server_set_command (clangd, argv, readable);
  enclave_language_server_set_command (pyright, argv, readable);
  enclave_language_service_set_consent (fixture->service, ENCLAVE_LANGUAGE_CONSENT_GIVEN);
  open_text (fixture, "a.c", "fine\n");
  open_text (fixture, "a.py", "fine\n");
  enclave_test_until (enclave_language_server_get_diagnostics (clangd, "part1999.c") != NULL
                      && enclave_language_server_get_diagnostics (pyright, "part1999.c") != NULL);
  begin = clock ();
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GPtrArray) paths = enclave_language_service_list_paths (fixture->service);

      /* Each once, also when two servers say something of it. */
      g_assert_cmpuint (paths->len, ==, 2000);
      g_assert_cmpstr (g_ptr_array_index (paths, 0), ==, "part0.c");
      g_assert_cmpstr (g_ptr_array_index (paths, 1999), ==, "part999.c");
    }
  g_test_message ("%.1f ms a list", (double) (clock () - begin) * 10.0 / CLOCKS_PER_SEC);
  g_assert_cmpfloat ((double) (clock () - begin) / CLOCKS_PER_SEC, <, 0.8);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  if (enclave_test_box_is_missing ())
    return 0;
  g_test_add ("/language-service/consent", Fixture, NULL, set_up, test_consent, tear_down);
  g_test_add ("/language-service/reason", Fixture, NULL, set_up, test_reason, tear_down);
  g_test_add ("/language-service/second", Fixture, NULL, set_up, test_second, tear_down);
  g_test_add ("/language-service/shared", Fixture, NULL, set_up, test_shared, tear_down);
  g_test_add ("/language-service/check", Fixture, NULL, set_up, test_check, tear_down);
  g_test_add ("/language-service/rules", Fixture, NULL, set_up, test_rules, tear_down);
  g_test_add ("/language-service/files", Fixture, NULL, set_up, test_files, tear_down);
  g_test_add ("/language-service/same-rules", Fixture, NULL, set_up, test_same_rules, tear_down);
  g_test_add ("/language-service/configuration", Fixture, NULL, set_up, test_configuration, tear_down);
  g_test_add ("/language-service/many-files", Fixture, NULL, set_up, test_many_files, tear_down);
  return g_test_run ();
}
