/* test-turn-language.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-tool-registry.h"

/* What a model reads must not depend on the language of the person: here each word of Enclave that is translated is marked, and none of
 * the marks may reach the server. */

#define MARK "\342\200\271translated\342\200\272 "

static char *
translate (const char *domain, const char *message)
{
  g_autofree char *marked = NULL;

  if (domain != NULL && strcmp (domain, GETTEXT_PACKAGE) != 0)
    return (char *) message;
  /* A message with blanks before its first word keeps them: what is joined stays joined. */
  marked = g_str_has_prefix (message, MARK) ? g_strdup (message) : g_strconcat (MARK, message, NULL);

  return (char *) g_intern_string (marked);
}

/* They take the place of those of the C library in this program; its header would make macros of them. */
char *dcgettext (const char *domain, const char *message, int category) G_GNUC_FORMAT (2);
char *gettext (const char *message) G_GNUC_FORMAT (1);
char *dcngettext (const char *domain, const char *one, const char *many, unsigned long int n, int category) G_GNUC_FORMAT (2);
char *ngettext (const char *one, const char *many, unsigned long int n) G_GNUC_FORMAT (1);

char *
dcgettext (const char *domain, const char *message, int category)
{
  return translate (domain, message);
}

char *
gettext (const char *message)
{
  return translate (NULL, message);
}

char *
dcngettext (const char *domain, const char *one, const char *many, unsigned long int n, int category)
{
  return translate (domain, n == 1 ? one : many);
}

char *
ngettext (const char *one, const char *many, unsigned long int n)
{
  return translate (NULL, n == 1 ? one : many);
}

static void
call (EnclaveFlow *flow, const char *name, const char *arguments)
{
  enclave_flow_server_add_call (flow->server, NULL, name, arguments, ENCLAVE_FLOW_END_WELL);
}

static void
assert_not_told (EnclaveFlow *flow)
{
  for (guint i = 0; i < enclave_flow_server_get_n_requests (flow->server); i++)
    {
      const char *request = enclave_flow_server_get_request (flow->server, i);
      const char *mark = strstr (request, "translated");

      if (mark != NULL)
        g_error ("Translated for the model: %.*s", 300, MAX (request, mark - 120));
    }
}

static char *
dup_lines (guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "int number_%u;\n", i);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Each kind of answer that a tool or the gate can give, good and bad. */
static void
test_tools (EnclaveFlow *flow, gconstpointer data)
{
  static const char *const calls[][2] = {
    { "read_file", "{\"path\":\"src/ring.c\"}" },
    { "read_file", "{\"path\":\"src/ring.c\",\"start_line\":2,\"line_count\":1}" },
    { "read_file", "{\"path\":\"src/ring.c\",\"start_line\":99}" },
    { "read_file", "{\"path\":\"src/absent.c\"}" },
    { "read_file", "{\"path\":\"src/rong.c\"}" },
    { "read_file", "{\"path\":\"src\"}" },
    { "read_file", "{\"path\":\".env\"}" },
    { "read_file", "{\"path\":\"../outside.c\"}" },
    { "read_file", "{\"path\":\"\"}" },
    { "read_file", "{\"path\":\"image.png\"}" },
    { "read_file", "{}" },
    { "read_file", "{\"path\":\"a\",\"colour\":1}" },
    { "reed_file", "{\"path\":\"src/ring.c\"}" },
    { "list_directory", "{\"path\":\"src\"}" },
    { "list_directory", "{\"path\":\"src/ring.c\"}" },
    { "find_files", "{\"pattern\":\"*.c\"}" },
    { "find_files", "{\"pattern\":\"*.absent\"}" },
    { "search_text", "{\"pattern\":\"int\"}" },
    { "search_text", "{\"pattern\":\"nowhere at all\"}" },
    { "write_file", "{\"path\":\"src/long.c\",\"content\":\"int z;\\n\"}" },
    { "write_file", "{\"path\":\".env\",\"content\":\"A=1\\n\"}" },
    { "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"int q;\\n\",\"new_text\":\"int r;\\n\"}" },
    { "edit_file", "{\"path\":\"src/twice.c\",\"old_text\":\"same;\\n\",\"new_text\":\"other;\\n\"}" },
    { "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"\",\"new_text\":\"int r;\\n\"}" },
    { "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"int b;\\n\",\"new_text\":\"int b;\\n\"}" },
    { "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"[secret masked: key]\\n\",\"new_text\":\"int b;\\n\"}" },
    { "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"int b;\\n\",\"new_text\":\"int bb;\\n\"}" },
    { "edit_file", "{\"path\":\"src/ring.c\",\"old_text\":\"int bb;\\n\",\"new_text\":\"int b;\\n\"}" },
    { "apply_patch", "{\"patch\":\"nothing\"}" },
    { "apply_patch", "{\"patch\":\"--- a/src/ring.c\\n+++ b/src/ring.c\\n@@ -1 +1 @@\\n-int q;\\n+int r;\\n\"}" },
    { "apply_patch",
      "{\"patch\":\"--- a/src/ring.c\\n+++ b/src/ring.c\\n@@ -1 +1 @@\\n-int q;\\n+int r;\\n--- a/src/other.c\\n+++ b/src/other.c\\n"
      "@@ -1 +1 @@\\n-other\\n+another\\n\"}" },
    { "apply_patch",
      "{\"patch\":\"--- a/src/ring.c\\n+++ b/src/ring.c\\n@@ -1 +1 @@\\n-int q;\\n+int r;\\n@@ -2 +2 @@\\n-int s;\\n+int t;\\n\"}" },
    { "apply_patch",
      "{\"patch\":\"--- a/src/ring.c\\n+++ b/src/ring.c\\n@@ -1 +1 @@\\n-int a;\\n+int aa;\\n--- a/src/other.c\\n+++ b/src/other.c\\n"
      "@@ -1 +1 @@\\n-other\\n+another\\n\"}" },
    { "save_memory", "{\"text\":\"\"}" },
    { "git_diff", "{}" },
    { "git_status", "{}" },
    { "run_command", "{\"command\":\"false\"}" },
    { "run_command", "{\"command\":\"kill -9 $$\"}" },
    { "run_command", "{\"command\":\"cat .env\"}" },
  };
  g_autofree char *text = dup_lines (500);

  enclave_test_project_write (flow->project, "src/long.c", text);
  enclave_test_project_write (flow->project, "src/twice.c", "same;\nsame;\n");
  enclave_test_project_write (flow->project, "image.png", "\211PNG\001\002\003\377\376\n");
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      call (flow, calls[i][0], calls[i][1]);
      enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
      enclave_flow_ask (flow, "Go");
      assert_not_told (flow);
      /* The person is told in theirs. */
      g_assert_nonnull (enclave_flow_last_call (flow, 0));
    }
  g_assert_cmpuint (enclave_flow_server_get_n_requests (flow->server), ==, 2 * G_N_ELEMENTS (calls));
  g_assert_true (enclave_flow_server_was_told (flow->server, "the old lines are not in the file; the nearest real lines are:"));
  g_assert_true (enclave_flow_server_was_told (flow->server, "taken back") || enclave_flow_server_was_told (flow->server, "Took back"));
  g_assert_true (enclave_flow_server_was_told (flow->server, "Reading .env: denied by rule builtin:dotenv"));
}

/* The person refuses, or the mode does. */
static void
test_refused (EnclaveFlow *flow, gconstpointer data)
{
  if (enclave_flow_can_confine (flow))
    {
      enclave_test_approver_add_answer (flow->approver, ENCLAVE_APPROVAL_DENIED);
      call (flow, "run_command", "{\"command\":\"true\"}");
      enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
      enclave_flow_ask (flow, "Run it");
    }
  enclave_agent_service_set_mode (flow->service, ENCLAVE_MODE_ASK);
  call (flow, "write_file", "{\"path\":\"a.c\",\"content\":\"a\"}");
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "Write it");
  assert_not_told (flow);
}

/* What a person attaches, and what the window sends for them. */
static void
test_attached (EnclaveFlow *flow, gconstpointer data)
{
  EnclaveToolCall *withheld;
  g_autoptr (GError) error = NULL;

  enclave_test_project_write (flow->project, "src/key.c", "char *key = \"ghp_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T\";\n");
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  enclave_flow_ask (flow, "See @src/ring.c, @src/key.c, @src and @diff");
  withheld = enclave_flow_last_call (flow, 1);
  g_assert_nonnull (withheld);
  g_assert_nonnull (enclave_tool_call_get_withheld (withheld));
  enclave_flow_server_add_text (flow->server, "Fine.", ENCLAVE_FLOW_END_WELL);
  g_assert_true (enclave_agent_service_submit_withheld (flow->service, withheld, &error));
  g_assert_no_error (error);
  enclave_flow_wait_idle (flow);
  assert_not_told (flow);
  g_assert_true (enclave_flow_server_was_told (flow->server, "src/ring.c lines 1–3:"));
}

/* The mark is seen where it is allowed: without it this test could not fail. */
static void
test_marks (void)
{
  g_autoptr (GError) error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL, "Reading %s: gone", "a.c");

  g_assert_cmpstr (error->message, ==, MARK "Reading a.c: gone");
  g_assert_cmpstr (enclave_gate_error_get_plain (error), ==, "Reading a.c: gone");
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

#define ADD(path, test) g_test_add ("/turn-language/" path, EnclaveFlow, NULL, enclave_flow_set_up, test, enclave_flow_tear_down)
  g_test_add_func ("/turn-language/marks", test_marks);
  ADD ("tools", test_tools);
  ADD ("refused", test_refused);
  ADD ("attached", test_attached);

  return g_test_run ();
}
