/* test-language-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* scripted-server.py in its box: what Enclave makes of a good server, and of each way in which one can misbehave. */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-language-edit.h"
#include "enclave-language-server.h"
#include "enclave-limits.h"
#include "enclave-rpc-error.h"
#include "enclave-test-box.h"
#include "enclave-test-project.h"
#include "enclave-test-until.h"

#define TEXT "def one 😀 BAD\nWARN one\n"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveTestProject *library; /* a folder that the server is given to read */
  EnclaveSandbox *sandbox;
  EnclaveGate *gate;
  EnclaveLanguageServer *server;
  guint n_edits;
} Fixture;

static gboolean
open_text (Fixture *fixture, const char *path, const char *words)
{
  g_autoptr (EnclaveLanguageText) text = enclave_language_text_new (g_strdup (words));

  return enclave_language_server_open (fixture->server, path, text);
}

static void
change_text (Fixture *fixture, const char *path, const char *words)
{
  g_autoptr (EnclaveLanguageText) text = enclave_language_text_new (g_strdup (words));

  enclave_language_server_change (fixture->server, path, text);
}

static gboolean
on_edit_wanted (EnclaveLanguageServer *server, JsonObject *edit, Fixture *fixture)
{
  fixture->n_edits++;
  return TRUE;
}

static void
set_up (Fixture *fixture, gconstpointer mode)
{
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "scripted-server.py", NULL);
  const char *const argv[] = { "/usr/bin/python3", script, mode, NULL };
  const char *readable[] = { script, NULL, NULL };
  g_autoptr (GError) error = NULL;

  fixture->library = enclave_test_project_new ();
  enclave_test_project_write (fixture->library, "include/lib.h", "def lib\n");
  readable[1] = fixture->library->root;
  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".env", "SECRET=1\n");
  enclave_test_project_write (fixture->project, "a.c", TEXT);
  fixture->sandbox = enclave_sandbox_new ();
  fixture->gate = enclave_gate_new (fixture->project->root, fixture->sandbox, &error);
  g_assert_no_error (error);
  fixture->server = enclave_language_server_new (fixture->gate, enclave_language_kind_find ("clangd"));
  enclave_language_server_set_command (fixture->server, argv, readable);
  enclave_language_server_set_patience (fixture->server, 5000, 3000, 1);
  g_signal_connect (fixture->server, "edit-wanted", G_CALLBACK (on_edit_wanted), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer mode)
{
  g_signal_handlers_disconnect_by_data (fixture->server, fixture);
  enclave_language_server_stop (fixture->server);
  g_assert_cmpint (enclave_language_server_get_state (fixture->server), ==, ENCLAVE_LANGUAGE_SERVER_OFF);
  g_clear_object (&fixture->server);
  g_clear_object (&fixture->gate);
  g_clear_object (&fixture->sandbox);
  g_clear_pointer (&fixture->project, enclave_test_project_free);
  g_clear_pointer (&fixture->library, enclave_test_project_free);
}

static gboolean
log_has (Fixture *fixture, const char *words)
{
  g_autofree char *log = enclave_language_server_dup_log (fixture->server);

  return strstr (log, words) != NULL;
}

static void
start (Fixture *fixture)
{
  g_assert_true (open_text (fixture, "a.c", TEXT));
  enclave_language_server_start (fixture->server);
  enclave_test_until (enclave_language_server_get_state (fixture->server) == ENCLAVE_LANGUAGE_SERVER_READY);
}

/* (transfer full) (nullable): with @code. */
static JsonNode *
ask_params (Fixture *fixture, const char *method, JsonObject *params, GError **error)
{
  GAsyncResult *pending = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_language_server_request_async (fixture->server, method, params, NULL, enclave_test_result_callback, &pending);
  result = enclave_test_wait (&pending);
  return enclave_language_server_request_finish (fixture->server, result, error);
}

static JsonNode *
ask (Fixture *fixture, const char *method, guint line, guint unit)
{
  EnclaveLanguagePosition position = { line, unit };
  g_autoptr (GError) error = NULL;
  JsonNode *node = ask_params (fixture, method, enclave_language_server_new_params (fixture->server, "a.c", &position), &error);

  g_assert_no_error (error);
  return node;
}

static GPtrArray *
get_diagnostics (Fixture *fixture)
{
  return enclave_language_server_get_diagnostics (fixture->server, "a.c");
}

static void
test_good (Fixture *fixture, gconstpointer mode)
{
  const EnclaveDiagnostic *first;
  g_autoptr (JsonNode) hover = NULL;
  g_autoptr (JsonNode) places = NULL;
  g_autoptr (JsonNode) text = NULL;
  g_autoptr (GPtrArray) locations = NULL;
  g_autofree char *words = NULL;
  g_autofree char *triggers = NULL;
  g_autofree char *path = NULL;

  start (fixture);
  enclave_test_until (get_diagnostics (fixture) != NULL);
  g_assert_cmpuint (get_diagnostics (fixture)->len, ==, 2);
  first = g_ptr_array_index (get_diagnostics (fixture), 0);
  g_assert_cmpstr (first->message, ==, "BAD is bad");
  /* The face before it counts as two. */
  g_assert_cmpuint (first->range.start.unit, ==, 11);

  hover = ask (fixture, "textDocument/hover", 1, 5);
  words = enclave_language_read_hover (hover);
  g_assert_cmpstr (words, ==, "**one** is a word");
  places = ask (fixture, "textDocument/definition", 1, 6);
  locations = enclave_language_read_locations (places);
  g_assert_cmpuint (locations->len, ==, 1);
  path = enclave_language_server_dup_file (fixture->server, ((EnclaveLanguageLocation *) g_ptr_array_index (locations, 0))->uri);
  g_assert_true (g_str_has_prefix (path, fixture->project->root) && g_str_has_suffix (path, "/a.c"));
  g_assert_true (enclave_language_server_can (fixture->server, "renameProvider"));
  g_assert_false (enclave_language_server_can (fixture->server, "inlayHintProvider"));
  triggers = enclave_language_server_dup_triggers (fixture->server, "completionProvider");
  g_assert_cmpstr (triggers, ==, ".");

  /* Each change is told, and what it says follows. */
  change_text (fixture, "a.c", "def one 😀\r\nWARN 😀😀 BAD BAD\n");
  change_text (fixture, "a.c", "def one 😀\r\nWARN 😀😀X BAD BAD BAD\n");
  enclave_test_until (get_diagnostics (fixture) != NULL && get_diagnostics (fixture)->len == 4);
  text = ask (fixture, "test/text", 0, 0);
  g_assert_cmpstr (enclave_json_peek_string (json_node_get_object (text), "text"), ==, "def one 😀\r\nWARN 😀😀X BAD BAD BAD\n");
  change_text (fixture, "a.c", "fine\n");
  enclave_test_until (get_diagnostics (fixture) == NULL);
}

/* Until the server has looked at a text again, what it said of the one before stands where that is now. */
static void
test_moved (Fixture *fixture, gconstpointer mode)
{
  static const struct
  {
    const char *text;
    guint line;
    guint unit;
    guint end;
  } cases[] = {
    { "QUIET\n\n" TEXT, 2, 11, 14 },
    { "QUIET\n" TEXT, 1, 11, 14 },
    { "QUIET\ndef one 😀 😀BAD\nWARN one\n", 1, 13, 16 },
    { "QUIET\ndef one 😀 😀BADLY\nWARN one\n", 1, 13, 16 },
    { "QUIET\ndef one 😀 😀\nBADLY\nWARN one\n", 2, 0, 3 },
    { "QUIET\ndef one 😀 \nWARN one\n", 1, 11, 11 },
  };

  start (fixture);
  enclave_test_until (get_diagnostics (fixture) != NULL);
  g_assert_true (enclave_language_server_has_looked (fixture->server, "a.c"));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const EnclaveDiagnostic *first;
      EnclaveLanguageRange range;

      change_text (fixture, "a.c", cases[i].text);
      g_assert_cmpuint (get_diagnostics (fixture)->len, ==, 2);
      first = g_ptr_array_index (get_diagnostics (fixture), 0);
      g_assert_cmpuint (first->range.start.line, ==, cases[i].line);
      g_assert_cmpuint (first->range.start.unit, ==, cases[i].unit);
      g_assert_cmpuint (first->range.end.unit, ==, cases[i].end);
      /* A question about it says the same. */
      g_assert_true (enclave_language_read_range (enclave_json_peek_object (json_node_get_object (first->wire), "range"), &range));
      g_assert_cmpuint (range.start.line, ==, cases[i].line);
      g_assert_false (enclave_language_server_has_looked (fixture->server, "a.c"));
    }
}

/* What is said of a text that the agent wrote belongs to who asked, and leaves the editor's text as it was. */
static void
test_look (Fixture *fixture, gconstpointer mode)
{
  for (guint i = 0; i < 2; i++)
    {
      const char *path = i == 0 ? "a.c" : "other.c";
      GAsyncResult *pending = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GPtrArray) said = NULL;
      g_autoptr (JsonNode) text = NULL;
      g_autoptr (GError) error = NULL;

      if (i == 0)
        start (fixture);
      enclave_language_server_look_async (fixture->server, path, "BAD BAD BAD\n", NULL, enclave_test_result_callback, &pending);
      result = enclave_test_wait (&pending);
      said = enclave_language_server_look_finish (fixture->server, result, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (said->len, ==, 3);
      text = ask (fixture, "test/text", 0, 0);
      g_assert_cmpstr (enclave_json_peek_string (json_node_get_object (text), "text"), ==, TEXT);
      g_assert_cmpuint (json_array_get_length (enclave_json_peek_array (json_node_get_object (text), "open")), ==, 1);
    }
  enclave_test_until (get_diagnostics (fixture) != NULL && get_diagnostics (fixture)->len == 2);
  g_assert_null (enclave_language_server_get_diagnostics (fixture->server, "other.c"));
}

/* A file that is opened in the editor while a text of it is looked at stays open, and what is said of it reaches the editor. */
static void
test_look_opened (Fixture *fixture, gconstpointer mode)
{
  static const char *const texts[] = { "BAD BAD BAD\n", "BAD\n" };

  start (fixture);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (texts); i++)
    {
      const char *text = texts[i % G_N_ELEMENTS (texts)];
      g_autofree char *path = g_strdup_printf ("other%u.c", i);
      guint n_expected = i % G_N_ELEMENTS (texts) == 0 ? 3 : 1;
      GAsyncResult *pending = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GPtrArray) said = NULL;
      g_autoptr (JsonNode) hover = NULL;
      g_autoptr (GError) error = NULL;

      enclave_language_server_look_async (fixture->server, path, texts[0], NULL, enclave_test_result_callback, &pending);
      /* Before the server has said something of it, and after. */
      if (i >= G_N_ELEMENTS (texts))
        hover = ask (fixture, "textDocument/hover", 1, 5);
      g_assert_true (open_text (fixture, path, text));
      result = enclave_test_wait (&pending);
      said = enclave_language_server_look_finish (fixture->server, result, &error);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
      g_assert_nonnull (enclave_language_server_get_text (fixture->server, path));
      enclave_test_until (enclave_language_server_get_diagnostics (fixture->server, path) != NULL);
      enclave_test_until (enclave_language_server_get_diagnostics (fixture->server, path)->len == n_expected);
      change_text (fixture, path, "BAD BAD\n");
      enclave_test_until (enclave_language_server_get_diagnostics (fixture->server, path)->len == 2);
    }
}

static void
test_crash (Fixture *fixture, gconstpointer mode)
{
  g_assert_true (open_text (fixture, "a.c", TEXT));
  enclave_language_server_start (fixture->server);
  enclave_test_until (enclave_language_server_get_state (fixture->server) == ENCLAVE_LANGUAGE_SERVER_FAILED);
  g_assert_nonnull (strstr (enclave_language_server_get_reason (fixture->server), "exit status 3"));
  g_assert_true (log_has (fixture, "something went wrong"));
  /* The person may still want it. */
  enclave_language_server_restart (fixture->server);
  enclave_test_until (enclave_language_server_get_state (fixture->server) == ENCLAVE_LANGUAGE_SERVER_WAITING);
}

static void
test_silent (Fixture *fixture, gconstpointer mode)
{
  enclave_language_server_set_patience (fixture->server, 200, 200, 1);
  open_text (fixture, "a.c", TEXT);
  enclave_language_server_start (fixture->server);
  enclave_test_until (enclave_language_server_get_state (fixture->server) == ENCLAVE_LANGUAGE_SERVER_FAILED);
}

static void
test_mute (Fixture *fixture, gconstpointer mode)
{
  enclave_language_server_set_patience (fixture->server, 5000, 100, 60000);
  start (fixture);
  for (guint i = 0; i < ENCLAVE_LANGUAGE_MAX_SILENT; i++)
    {
      EnclaveLanguagePosition position = { 0, 0 };
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = ask_params (fixture, "textDocument/hover",
                                              enclave_language_server_new_params (fixture->server, "a.c", &position), &error);

      g_assert_null (node);
      g_assert_error (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_TIMED_OUT);
    }
  g_assert_cmpint (enclave_language_server_get_state (fixture->server), ==, ENCLAVE_LANGUAGE_SERVER_WAITING);
  g_assert_true (log_has (fixture, "does not answer any more"));
}

/* What can't be read ends it; the editor's side goes on, and tries again. */
static void
test_unreadable (Fixture *fixture, gconstpointer mode)
{
  enclave_language_server_set_patience (fixture->server, 5000, 1000, 60000);
  open_text (fixture, "a.c", TEXT);
  enclave_language_server_start (fixture->server);
  enclave_test_until (enclave_language_server_get_state (fixture->server) == ENCLAVE_LANGUAGE_SERVER_WAITING);
  g_assert_true (log_has (fixture, "can’t be read") || log_has (fixture, "no message of the protocol"));
}

static void
test_flood (Fixture *fixture, gconstpointer mode)
{
  g_autoptr (JsonNode) hover = NULL;
  g_autofree char *log = NULL;

  enclave_language_server_set_patience (fixture->server, 5000, 30000, 1);
  start (fixture);
  /* Its answer comes behind all that. */
  hover = ask (fixture, "textDocument/hover", 1, 5);
  g_assert_true (log_has (fixture, "line 19999"));
  log = enclave_language_server_dup_log (fixture->server);
  g_assert_cmpuint (strlen (log), <, ENCLAVE_LANGUAGE_LOG_LINES * (ENCLAVE_LANGUAGE_LOG_LINE_BYTES + 16));
}

static void
test_positions (Fixture *fixture, gconstpointer mode)
{
  start (fixture);
  enclave_test_until (get_diagnostics (fixture) != NULL);
  /* Two of them are ranges at all: one begins before the first line, one ends before it begins, others are no objects. */
  g_assert_cmpuint (get_diagnostics (fixture)->len, ==, 3);
  for (guint i = 0; i < get_diagnostics (fixture)->len; i++)
    {
      const EnclaveDiagnostic *one = g_ptr_array_index (get_diagnostics (fixture), i);
      EnclaveLanguageText *text = enclave_language_server_get_text (fixture->server, "a.c");

      g_assert_cmpint (one->severity, ==, ENCLAVE_DIAGNOSTIC_ERROR);
      g_assert_cmpuint (strlen (one->message), <=, ENCLAVE_LANGUAGE_MESSAGE_BYTES * 3);
      g_assert_null (strchr (one->message, '\a'));
      g_assert_cmpuint (enclave_language_text_get_offset (text, one->range.end), <=, g_utf8_strlen (TEXT, -1));
    }
}

static void
test_denied (Fixture *fixture, gconstpointer mode)
{
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (JsonNode) hover = NULL;
  g_autofree char *escaped = g_uri_escape_string (fixture->project->root, "/", FALSE);
  g_autofree char *secret = g_strconcat ("file://", escaped, "/.env", NULL);
  g_autofree char *secret_again = g_strconcat ("file://", escaped, "/x/%2e%2e/.en%76", NULL);

  g_assert_false (open_text (fixture, ".env", "SECRET=1\n"));
  start (fixture);
  hover = ask (fixture, "textDocument/hover", 1, 5);
  paths = enclave_language_server_list_paths (fixture->server);
  g_assert_cmpuint (paths->len, ==, 0);
  /* An edit that nobody asked for is none. */
  enclave_test_until (log_has (fixture, "\"applied\": false"));
  g_assert_cmpuint (fixture->n_edits, ==, 0);
  g_assert_null (enclave_language_server_dup_path (fixture->server, secret));
  g_assert_null (enclave_language_server_dup_file (fixture->server, secret));
  g_assert_null (enclave_language_server_dup_file (fixture->server, secret_again));
  g_assert_null (enclave_language_server_dup_file (fixture->server, "file:///etc/passwd"));
  g_assert_null (enclave_language_server_dup_file (fixture->server, "file:///usr/../etc/passwd"));
}

static void
test_command (Fixture *fixture, gconstpointer mode)
{
  JsonObject *params = json_object_new ();
  JsonArray *arguments = json_array_new ();
  g_autofree char *escaped = g_uri_escape_string (fixture->project->root, "/", FALSE);
  g_autofree char *uri = g_strconcat ("file://", escaped, "/a.c", NULL);
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) error = NULL;

  start (fixture);
  json_array_add_string_element (arguments, uri);
  json_object_set_string_member (params, "command", "improve");
  json_object_set_array_member (params, "arguments", arguments);
  node = ask_params (fixture, "workspace/executeCommand", params, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->n_edits, ==, 1);
}

/* What a server was given to read can be shown, as the system's headers can; what a rule denies can't, wherever it lies. */
static void
test_files (Fixture *fixture, gconstpointer mode)
{
  static const struct
  {
    const char *uri; /* @: the folder that was given */
    gboolean is_shown;
  } cases[] = {
    { "file:///usr/include/stdio.h", TRUE },  { "file:///usr/../etc/passwd", FALSE },   { "file:///usr", FALSE },
    { "file:///lib/x.h", TRUE },              { "file:///opt/x/y.h", TRUE },            { "file:///library/x.h", FALSE },
    { "file://@/include/lib.h", TRUE },       { "file://@/new/../lib.h", TRUE },        { "file://@", FALSE },
    { "file://@/../lib.h", FALSE },           { "file://@other/lib.h", FALSE },         { "file://@/.env", FALSE },
    { "file://@/.ssh/id_rsa", FALSE },        { "file:///usr/share/.env", FALSE },      { "http://@/include/lib.h", FALSE },
  };

  start (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *escaped = g_uri_escape_string (fixture->library->root, "/", FALSE);
      g_auto (GStrv) parts = g_strsplit (cases[i].uri, "@", 2);
      g_autofree char *uri = g_strjoinv (escaped, parts);
      g_autofree char *file = enclave_language_server_dup_file (fixture->server, uri);

      g_test_message ("%s", uri);
      g_assert_true ((file != NULL) == cases[i].is_shown);
    }
}

static void
count_cb (guint *counter)
{
  (*counter)++;
}

/* What a server is at is told of a few times a second, however often it says so, and changes nothing else. */
static void
test_progress (Fixture *fixture, gconstpointer mode)
{
  guint n_changed = 0;
  guint n_progress = 0;
  g_autoptr (JsonNode) hover = NULL;

  start (fixture);
  g_signal_connect_swapped (fixture->server, "changed", G_CALLBACK (count_cb), &n_changed);
  g_signal_connect_swapped (fixture->server, "progress-changed", G_CALLBACK (count_cb), &n_progress);
  hover = ask (fixture, "textDocument/hover", 1, 5);
  g_assert_cmpstr (enclave_language_server_get_progress (fixture->server), ==, "indexing 2000/2000");
  enclave_test_until (n_progress > 0);
  g_assert_cmpuint (n_progress, <, 200);
  g_assert_cmpuint (n_changed, ==, 0);
  g_signal_handlers_disconnect_by_data (fixture->server, &n_changed);
  g_signal_handlers_disconnect_by_data (fixture->server, &n_progress);
}

static gboolean
may_change (EnclaveLanguageSnapshot *snapshot, const char *path, gint64 version, const char *text)
{
  EnclaveLanguageFileEdit edit = { (char *) path, version, NULL };
  g_autoptr (GError) error = NULL;
  gboolean may = enclave_language_snapshot_check (snapshot, &edit, text, &error);

  if (!may)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG);
  return may;
}

/* An edit is of what the server knew when it was asked, and of nothing that was told or typed since. */
static void
test_snapshot (Fixture *fixture, gconstpointer mode)
{
  g_autoptr (EnclaveLanguageSnapshot) before = NULL;
  g_autoptr (EnclaveLanguageSnapshot) after = NULL;

  start (fixture);
  before = enclave_language_server_take_snapshot (fixture->server);
  g_assert_true (may_change (before, "a.c", -1, TEXT));
  g_assert_true (may_change (before, "a.c", 1, TEXT));
  g_assert_false (may_change (before, "a.c", 2, TEXT));
  g_assert_false (may_change (before, "a.c", -1, TEXT " "));
  g_assert_true (may_change (before, "never-opened.c", -1, "x\n"));
  g_assert_false (may_change (before, "never-opened.c", 4, "x\n"));

  change_text (fixture, "a.c", "other\n");
  g_assert_false (may_change (before, "a.c", -1, "other\n"));
  g_assert_false (may_change (before, "a.c", 2, "other\n"));
  after = enclave_language_server_take_snapshot (fixture->server);
  g_assert_true (may_change (after, "a.c", 2, "other\n"));
  g_assert_false (may_change (after, "a.c", 1, "other\n"));
}

static void
test_missing (Fixture *fixture, gconstpointer mode)
{
  const char *const argv[] = { "no-such-language-server", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  enclave_language_server_set_command (fixture->server, argv, NULL);
  open_text (fixture, "a.c", TEXT);
  enclave_language_server_start (fixture->server);
  enclave_test_until (enclave_language_server_get_state (fixture->server) == ENCLAVE_LANGUAGE_SERVER_MISSING);
  node = ask_params (fixture, "textDocument/hover", json_object_new (), &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED);
  enclave_language_server_look_for_program (fixture->server);
  enclave_test_until (enclave_language_server_get_state (fixture->server) == ENCLAVE_LANGUAGE_SERVER_MISSING);
  enclave_language_server_set_command (fixture->server, (const char *const[]){ "/usr/bin/python3", NULL }, NULL);
  enclave_language_server_look_for_program (fixture->server);
  enclave_test_until (enclave_language_server_get_program (fixture->server) != NULL);
  g_assert_cmpint (enclave_language_server_get_state (fixture->server), ==, ENCLAVE_LANGUAGE_SERVER_OFF);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *mode;
    const char *name;
    void (*test) (Fixture *fixture, gconstpointer mode);
  } cases[] = {
    { "good", "good", test_good },         { "whole", "whole", test_good },       { "unversioned", "unversioned", test_good },
    { "good", "look-opened", test_look_opened },
    { "good", "look", test_look },         { "unversioned", "look-unversioned", test_look },
    { "crash", "crash", test_crash },      { "silent", "silent", test_silent },   { "mute", "mute", test_mute },
    { "huge", "huge", test_unreadable },   { "deep", "deep", test_unreadable },   { "garbage", "garbage", test_unreadable },
    { "flood", "flood", test_flood },      { "positions", "positions", test_positions },
    { "denied", "denied", test_denied },   { "good", "command", test_command },   { "good", "snapshot", test_snapshot }, { "good", "moved", test_moved },       { "good", "files", test_files },       { "progress", "progress", test_progress },
   
      { "good", "missing", test_missing },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  if (enclave_test_box_is_missing ())
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/language-server/", cases[i].name, NULL);

      g_test_add (path, Fixture, cases[i].mode, set_up, cases[i].test, tear_down);
    }
  return g_test_run ();
}
