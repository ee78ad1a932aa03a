/* test-value-hashes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-gate.h"
#include "enclave-limits.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"
#include "enclave-text-admission.h"
#include "enclave-value-extract.h"
#include "enclave-value-hashes.h"

/* No form that a rule of the scanner knows: only the hashes can find it. */
#define CANARY "violet-harbour-4417-otter"

static void
collect_value (const char *value, gsize length, gboolean is_word, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strndup (value, length));
}

static void
assert_extracted (const char *text, const char *value, gboolean expected)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  gboolean found = FALSE;

  enclave_value_extract (text, strlen (text), collect_value, values);
  for (guint i = 0; i < values->len; i++)
    found = found || g_str_equal (g_ptr_array_index (values, i), value);
  if (found != expected)
    g_error ("%s is %s in: %s", value, expected ? "not found" : "found", text);
}

static void
test_extract (void)
{
  assert_extracted ("TOKEN=" CANARY "\n", CANARY, TRUE);
  assert_extracted ("export TOKEN='" CANARY "'\r\n", CANARY, TRUE);
  assert_extracted ("  token: \"" CANARY "\"  # rotate\n", CANARY, TRUE);
  assert_extracted ("{\"user\":\"x\",\"token\":\"" CANARY "\"}", CANARY, TRUE);
  assert_extracted ("#OLD_TOKEN=" CANARY, CANARY, TRUE);
  assert_extracted ("DATABASE_URL=postgres://app:" CANARY "@db/app?x=1", CANARY, TRUE);
  assert_extracted ("//registry.example.net/:_authToken=" CANARY, CANARY, TRUE);
  assert_extracted ("machine x login y password " CANARY, CANARY, TRUE);
  assert_extracted ("PASSPHRASE=\"correct horse battery staple\"", "correct horse battery staple", TRUE);
  assert_extracted ("PASSPHRASE=correct horse battery # hint", "correct horse battery", TRUE);
  assert_extracted ("PASSWORD=tr0ub4d0r", "tr0ub4d0r", TRUE);
  assert_extracted ("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj", TRUE);
  assert_extracted ("-----BEGIN CERTIFICATE-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj", FALSE);
  assert_extracted ("DATABASE_PASSWORD=abc", "DATABASE_PASSWORD", FALSE);
  assert_extracted ("# Configuration of the environment", "Configuration", FALSE);
  assert_extracted ("NODE_ENV=development", "development", FALSE);
  assert_extracted ("PATH_ADD=/usr/local/share/tools", "/usr/local/share/tools", FALSE);
  assert_extracted ("SHORT=abc1234", "abc1234", FALSE);
  assert_extracted ("LINE=-----------------", "-----------------", FALSE);
}

static void
assert_found (EnclaveValueHashes *hashes, const char *text, guint n_expected)
{
  g_autoptr (GArray) spans = enclave_value_hashes_find (hashes, text, strlen (text));

  g_assert_cmpuint (spans->len, ==, n_expected);
}

static void
test_find (void)
{
  g_autoptr (EnclaveValueHashes) hashes = enclave_value_hashes_new ();
  g_autofree char *long_value = g_strconcat (CANARY, "-", CANARY, "-", CANARY, "-", CANARY, "-", CANARY, "-", CANARY, "-end", NULL);
  g_autofree char *within = g_strconcat ("x ", long_value, " y", NULL);
  g_autoptr (GArray) spans = NULL;
  EnclaveValueSpan *span;

  assert_found (hashes, CANARY, 0);
  g_assert_true (enclave_value_hashes_add (hashes, "12345678", 8, "builtin:dotenv"));
  g_assert_true (enclave_value_hashes_add (hashes, CANARY, strlen (CANARY), "builtin:dotenv"));
  g_assert_false (enclave_value_hashes_add (hashes, CANARY, strlen (CANARY), "builtin:dotenv"));
  g_assert_cmpuint (enclave_value_hashes_get_n (hashes), ==, 2);
  assert_found (hashes, "", 0);
  assert_found (hashes, "1234567", 0);
  assert_found (hashes, "12345678", 1);
  assert_found (hashes, "0123456789", 1);
  assert_found (hashes, "a" CANARY "b" CANARY CANARY, 3);
  assert_found (hashes, "violet-harbour-4417-otte", 0);

  g_assert_cmpuint (strlen (long_value), >, ENCLAVE_VALUE_MAX_BYTES);
  g_assert_true (enclave_value_hashes_add (hashes, long_value, strlen (long_value), "builtin:netrc"));
  spans = enclave_value_hashes_find (hashes, within, strlen (within));
  g_assert_cmpuint (spans->len, ==, 1);
  span = &g_array_index (spans, EnclaveValueSpan, 0);
  g_assert_cmpstr (span->rule, ==, "builtin:netrc");
  g_assert_cmpuint (span->start, ==, 2);
  g_assert_cmpuint (span->end, ==, 2 + strlen (long_value));
}

static void
test_many (void)
{
  g_autoptr (EnclaveValueHashes) hashes = enclave_value_hashes_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 begun_us;

  /* All begin alike, which is the worst for the search. */
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *value = g_strdup_printf ("https://%u.internal/%0*u", i, (int) (i % 100), i);

      enclave_value_hashes_add (hashes, value, strlen (value), "builtin:dotenv");
    }
  while (text->len < 1024 * 1024)
    g_string_append (text, "https://");
  begun_us = g_get_monotonic_time ();
  assert_found (hashes, text->str, 0);
  g_test_message ("%.1f ms", (g_get_monotonic_time () - begun_us) / 1000.0);
  g_assert_cmpint (g_get_monotonic_time () - begun_us, <, 10 * G_USEC_PER_SEC);

  for (guint i = 0; i < ENCLAVE_VALUE_MAX_COUNT + 10; i++)
    {
      g_autofree char *value = g_strdup_printf ("%08x-%u", i * 2654435761u, i);

      enclave_value_hashes_add (hashes, value, strlen (value), "builtin:dotenv");
    }
  g_assert_cmpuint (enclave_value_hashes_get_n (hashes), ==, ENCLAVE_VALUE_MAX_COUNT);
}

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveToolScope *scope;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, ".env", "TOKEN=" CANARY "\nWORD=bright-blue-lantern\n");
  enclave_test_project_write (fixture->project, "deep/er/server.key", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n");
  enclave_test_project_write (fixture->project, "words.txt", "the bright-blue-lantern shines\n");
  enclave_test_project_write (fixture->project, "key.txt", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n");
  enclave_test_project_write (fixture->project, "code.c", "#define TOKEN \"ghp_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T\"\nint x;\n");
  /* Older than the project's opening also by the clock of the file system, which goes in steps. */
  g_usleep (50 * 1000);
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->scope = enclave_gate_open_scope (fixture->gate, "agent", "test_tool", ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->scope);
  enclave_test_finalize (fixture->gate);
  enclave_test_project_free (fixture->project);
}

static char *
read_text (Fixture *fixture, const char *path)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GError) error = NULL;

  enclave_tool_scope_read_async (fixture->scope, path, 0, 0, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_read_finish (fixture->scope, result, &error);
  g_assert_no_error (error);

  return g_strdup (enclave_context_item_get_text (item));
}

static void
test_read (Fixture *fixture, gconstpointer data)
{
  g_autofree char *words = read_text (fixture, "words.txt");
  g_autofree char *key = read_text (fixture, "key.txt");
  g_autofree char *code = read_text (fixture, "code.c");

  /* The key looks random: it counts although another file has it, a word does not. */
  g_assert_cmpstr (words, ==, "1\tthe bright-blue-lantern shines\n");
  g_assert_cmpstr (key, ==, "1\t[value of a denied file masked: builtin:private-key]\n");
  g_assert_nonnull (strstr (code, "[secret masked: github-token]"));
  g_assert_nonnull (strstr (code, "2\tint x;\n"));
}

/* A value that the project's other files have counts as a word only when it was there before the gate. */
static void
test_copy_made_later (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  /* Steps of the file system's clock. */
  enclave_test_spin (30);
  enclave_test_project_write (fixture->project, ".env.production", "KEY=quiet-meadow-anchor\n");
  enclave_test_project_write (fixture->project, "copy.txt", "quiet-meadow-anchor\n");
  enclave_test_spin (ENCLAVE_VALUE_MAX_AGE_MS + 200);
  text = read_text (fixture, "copy.txt");
  g_assert_cmpstr (text, ==, "1\t[value of a denied file masked: builtin:dotenv]\n");
}

static char *
search_text (Fixture *fixture, const char *pattern)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;

  enclave_tool_scope_search_async (fixture->scope, pattern, NULL, TRUE, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_search_finish (fixture->scope, result, NULL);

  return g_strdup (enclave_context_item_get_text (item));
}

/* What is masked is not searched: a pattern can't ask for it letter by letter. */
static void
test_search (Fixture *fixture, gconstpointer data)
{
  g_autofree char *line = NULL;
  g_autofree char *letters = search_text (fixture, "^MIIEv");
  g_autofree char *around = search_text (fixture, "define TOKEN");
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_null (strstr (letters, "key.txt"));
  g_assert_nonnull (strstr (around, "code.c:1: #define TOKEN \"[secret masked: github-token]\""));

  /* A value at the place where a long line is cut. */
  for (guint i = 0; i < 60; i++)
    g_string_append_printf (text, "pad%03u ", i % 7);
  g_string_truncate (text, 390);
  g_string_append (text, "violet-harbour-4417-otter more\n");
  enclave_test_project_write (fixture->project, "long.txt", text->str);
  line = search_text (fixture, "pad001");
  g_assert_nonnull (strstr (line, "long.txt:1:"));
  g_assert_null (strstr (line, "violet"));
}

static EnclaveProposal *
prepare (Fixture *fixture, const char *path, const char *base, const char *text, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_tool_scope_prepare_write_async (fixture->scope, path, base, text, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_tool_scope_prepare_write_finish (fixture->scope, result, error);
}

/* What was masked for the model is neither lost nor changed by an edit. */
static void
test_edit (Fixture *fixture, gconstpointer data)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveProposal) proposal = NULL;
  g_autoptr (EnclaveProposal) refused = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *edited = NULL;

  enclave_tool_scope_read_for_edit_async (fixture->scope, "code.c", NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  text = enclave_tool_scope_read_for_edit_finish (fixture->scope, result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, "ghp_w7Kd02mQzR"));
  edited = g_strconcat (text, "int y;\n", NULL);
  proposal = prepare (fixture, "code.c", text, edited, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (enclave_proposal_get_new_text (proposal), ==, edited);

  refused = prepare (fixture, "code.c", NULL, "#define TOKEN \"[secret masked: github-token]\"\nint z;\n", &error);
  g_assert_null (refused);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
  g_assert_nonnull (strstr (error->message, "secret masked"));
}

static void
test_user_text (Fixture *fixture, gconstpointer data)
{
  const char *text = "use ghp_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T and " CANARY;
  g_autoptr (EnclaveContextItem) masked = NULL;
  g_autoptr (EnclaveContextItem) plain = NULL;
  g_autofree char *waited = read_text (fixture, "words.txt");
  g_auto (GStrv) secrets = NULL;
  g_auto (GStrv) values = NULL;

  g_assert_true (enclave_gate_list_secrets (fixture->gate, text, &secrets, &values));
  g_assert_cmpuint (g_strv_length (secrets), ==, 1);
  g_assert_cmpstr (secrets[0], ==, "github-token");
  g_assert_cmpuint (g_strv_length (values), ==, 1);
  g_assert_cmpstr (values[0], ==, "builtin:dotenv");
  g_assert_false (enclave_gate_list_secrets (fixture->gate, "hello", NULL, NULL));

  masked = enclave_gate_admit_text (fixture->gate, text, NULL, "message", NULL);
  g_assert_cmpstr (enclave_context_item_get_text (masked), ==,
                   "use [secret masked: github-token] and [value of a denied file masked: builtin:dotenv]");
  g_assert_cmpuint (enclave_context_item_count_masks (enclave_context_item_get_text (masked)), ==, 2);
  /* Denied is denied. */
  plain = enclave_gate_admit_text_as_it_is (fixture->gate, text, NULL, "message", NULL);
  g_assert_nonnull (strstr (enclave_context_item_get_text (plain), "ghp_w7Kd02mQzR"));
  g_assert_null (strstr (enclave_context_item_get_text (plain), CANARY));
}

static void
test_words_of_a_tool (Fixture *fixture, gconstpointer data)
{
  g_autofree char *waited = read_text (fixture, "words.txt");
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_admit_words (fixture->scope, "It is " CANARY ".", NULL);

  g_assert_cmpstr (enclave_context_item_get_text (item), ==, "It is [value of a denied file masked: builtin:dotenv].");
}

static void
test_audit (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = read_text (fixture, "key.txt");
  g_autofree char *path = enclave_gate_dup_audit_path (fixture->gate);
  g_autofree char *log = NULL;

  g_assert_true (g_file_get_contents (path, &log, NULL, NULL));
  g_assert_nonnull (strstr (log, "\"masked\""));
  g_assert_null (strstr (log, "MIIEvQIBADANBg"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

  g_test_add_func ("/gate/value-hashes/extract", test_extract);
  g_test_add_func ("/gate/value-hashes/find", test_find);
  g_test_add_func ("/gate/value-hashes/many", test_many);
  g_test_add ("/gate/value-hashes/read", Fixture, NULL, set_up, test_read, tear_down);
  g_test_add ("/gate/value-hashes/copy-made-later", Fixture, NULL, set_up, test_copy_made_later, tear_down);
  g_test_add ("/gate/value-hashes/search", Fixture, NULL, set_up, test_search, tear_down);
  g_test_add ("/gate/value-hashes/edit", Fixture, NULL, set_up, test_edit, tear_down);
  g_test_add ("/gate/value-hashes/user-text", Fixture, NULL, set_up, test_user_text, tear_down);
  g_test_add ("/gate/value-hashes/words-of-a-tool", Fixture, NULL, set_up, test_words_of_a_tool, tear_down);
  g_test_add ("/gate/value-hashes/audit", Fixture, NULL, set_up, test_audit, tear_down);

  return g_test_run ();
}
