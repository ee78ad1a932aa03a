/* test-mcp-consent.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include "enclave-gate.h"
#include "enclave-json.h"
#include "enclave-mcp-config.h"
#include "enclave-mcp-consent.h"
#include "enclave-settings-file.h"
#include "enclave-state-dir.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

#define ENTRY(rest) "{\"command\":\"/opt/srv\",\"args\":[\"--x\"],\"env\":{\"TOKEN\":\"s3cret\"}" rest "}"

static EnclaveMcpServerEntry *
entry_of (const char *text)
{
  g_autofree char *file = g_strdup_printf ("{\"mcpServers\":{\"a\":%s}}", text);
  EnclaveMcpConfigOrigin origin = { ENCLAVE_MCP_SOURCE_OWN, "/c/mcp.json", FALSE, TRUE };
  EnclaveMcpContext context = { NULL, "/home/ada", "/p", NULL };
  g_autoptr (EnclaveMcpConfig) config = enclave_mcp_config_parse (&origin, &context, file, -1, NULL);

  return enclave_mcp_server_entry_ref (g_ptr_array_index (config->entries, 0));
}

static EnclaveInstalledProgram *
program_of (const char *digest)
{
  EnclaveInstalledProgram *program = g_new0 (EnclaveInstalledProgram, 1);
  EnclaveProgramFile *file = g_new0 (EnclaveProgramFile, 1);

  program->argv = g_strsplit ("/opt/srv --x", " ", 0);
  program->readable = g_new0 (char *, 1);
  program->files = g_ptr_array_new ();
  file->path = g_strdup ("/opt/srv");
  file->digest = g_strdup (digest);
  g_ptr_array_add (program->files, file);

  return program;
}

static void
program_clear (EnclaveInstalledProgram *program)
{
  EnclaveProgramFile *file = g_ptr_array_index (program->files, 0);

  g_free (file->path);
  g_free (file->digest);
  g_free (file);
  enclave_installed_program_free (program);
}

/* Through the bytes, as between two starts. */
static EnclaveMcpConsent *
again (EnclaveMcpConsent *consent)
{
  g_autoptr (GBytes) bytes = enclave_mcp_consent_to_bytes (consent);

  return enclave_mcp_consent_new (bytes);
}

static void
test_every_change_asks (void)
{
  static const char *const changed[] = {
    "{\"command\":\"/opt/other\",\"args\":[\"--x\"],\"env\":{\"TOKEN\":\"s3cret\"}}",
    "{\"command\":\"/opt/srv\",\"args\":[\"--x\",\"--y\"],\"env\":{\"TOKEN\":\"s3cret\"}}",
    "{\"command\":\"/opt/srv\",\"args\":[],\"env\":{\"TOKEN\":\"s3cret\"}}",
    "{\"command\":\"/opt/srv\",\"args\":[\"--x\"],\"env\":{\"TOKEN\":\"other\"}}",
    "{\"command\":\"/opt/srv\",\"args\":[\"--x\"],\"env\":{\"TOKEN\":\"s3cret\",\"LD_PRELOAD\":\"/x.so\"}}",
    "{\"command\":\"/opt/srv\",\"args\":[\"--x\"],\"env\":{}}",
    ENTRY (",\"cwd\":\"/elsewhere\""),
    ENTRY (",\"envFile\":\"/p/.env\""),
    ENTRY (",\"enclave\":{\"workspace\":\"write\"}"),
    ENTRY (",\"enclave\":{\"network\":[\"127.0.0.1:5432\"],\"workspace\":\"read\"}"),
    ENTRY (",\"enclave\":{\"roots\":true}"),
    "{\"command\":\"/opt/srv\",\"args\":[\"-\\u202e-x\"],\"env\":{\"TOKEN\":\"s3cret\"}}",
    "{\"url\":\"http://127.0.0.1:1/\"}",
  };
  g_autoptr (EnclaveMcpServerEntry) entry = entry_of (ENTRY (""));
  g_autoptr (EnclaveMcpServerEntry) same = entry_of (ENTRY (",\"timeout\":5,\"autoApprove\":[\"all\"]"));
  EnclaveInstalledProgram *program = program_of ("aa");
  EnclaveInstalledProgram *swapped = program_of ("bb");
  g_autoptr (EnclaveMcpConsent) first = enclave_mcp_consent_new (NULL);
  g_autoptr (EnclaveMcpConsent) consent = NULL;

  g_assert_cmpint (enclave_mcp_consent_check_entry (first, entry, program), ==, ENCLAVE_MCP_CONSENT_NEW);
  enclave_mcp_consent_allow_entry (first, entry, program);
  consent = again (first);
  g_assert_cmpint (enclave_mcp_consent_check_entry (consent, entry, program), ==, ENCLAVE_MCP_CONSENT_AGREED);
  g_assert_cmpint (enclave_mcp_consent_check_entry (consent, same, program), ==, ENCLAVE_MCP_CONSENT_AGREED);
  g_assert_cmpint (enclave_mcp_consent_check_entry (consent, entry, swapped), ==, ENCLAVE_MCP_CONSENT_CHANGED);
  g_assert_cmpint (enclave_mcp_consent_check_entry (consent, entry, NULL), ==, ENCLAVE_MCP_CONSENT_CHANGED);
  for (guint i = 0; i < G_N_ELEMENTS (changed); i++)
    {
      g_autoptr (EnclaveMcpServerEntry) other = entry_of (changed[i]);

      if (enclave_mcp_consent_check_entry (consent, other, program) != ENCLAVE_MCP_CONSENT_CHANGED)
        g_error ("%s", changed[i]);
    }
  enclave_mcp_consent_forget_entry (consent);
  g_assert_cmpint (enclave_mcp_consent_check_entry (consent, entry, program), ==, ENCLAVE_MCP_CONSENT_NEW);
  program_clear (program);
  program_clear (swapped);
}

/* What is drawn alike is not the same. */
static void
test_drawn_alike (void)
{
  g_autoptr (EnclaveMcpServerEntry) literal = entry_of ("{\"command\":\"x\",\"args\":[\"<U+202E>\",\"a⏎b\"]}");
  g_autoptr (EnclaveMcpServerEntry) hidden = entry_of ("{\"command\":\"x\",\"args\":[\"\\u202e\",\"a\\nb\"]}");
  g_autoptr (EnclaveMcpConsent) consent = enclave_mcp_consent_new (NULL);
  g_autofree char *diff = NULL;

  enclave_mcp_consent_allow_entry (consent, literal, NULL);
  g_assert_cmpint (enclave_mcp_consent_check_entry (consent, hidden, NULL), ==, ENCLAVE_MCP_CONSENT_CHANGED);
  diff = enclave_mcp_consent_diff_entry (consent, hidden, NULL);
  g_assert_nonnull (strstr (diff, "\n+ digest"));
}

static void
test_secrets_are_not_kept (void)
{
  g_autoptr (EnclaveMcpServerEntry) entry = entry_of (ENTRY (""));
  g_autoptr (EnclaveMcpServerEntry) remote = entry_of ("{\"url\":\"http://127.0.0.1:1/\",\"headers\":{\"Authorization\":\"Bearer s3cret\"}}");
  g_autoptr (EnclaveMcpConsent) consent = enclave_mcp_consent_new (NULL);
  g_autoptr (EnclaveMcpConsent) other = enclave_mcp_consent_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *shown = enclave_mcp_consent_describe_entry (consent, remote, NULL);
  g_autofree char *elsewhere = enclave_mcp_consent_describe_entry (other, remote, NULL);
  g_autofree char *text = NULL;

  enclave_mcp_consent_allow_entry (consent, entry, NULL);
  bytes = enclave_mcp_consent_to_bytes (consent);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_assert_null (strstr (text, "s3cret"));
  g_assert_nonnull (strstr (text, "TOKEN"));
  g_assert_null (strstr (shown, "s3cret"));
  g_assert_nonnull (strstr (shown, "Authorization"));
  /* Equal secrets can't be found by their digests. */
  g_assert_cmpstr (shown, !=, elsewhere);
}

static void
test_diff (void)
{
  g_autoptr (EnclaveMcpServerEntry) entry = entry_of (ENTRY (""));
  g_autoptr (EnclaveMcpServerEntry) changed = entry_of ("{\"command\":\"/opt/srv\",\"args\":[\"--x\",\"--all\"],\"env\":{\"TOKEN\":\"s3cret\"}}");
  g_autoptr (EnclaveMcpConsent) consent = enclave_mcp_consent_new (NULL);
  g_autofree char *fresh = enclave_mcp_consent_diff_entry (consent, entry, NULL);
  g_autofree char *diff = NULL;

  g_assert_null (strstr (fresh, "\n+ "));
  g_assert_true (g_str_has_prefix (fresh, "file: /c/mcp.json\nkind: stdio\ncommand: /opt/srv\nargument: --x\nvariable: TOKEN = #"));
  g_assert_null (strstr (fresh, "digest"));
  enclave_mcp_consent_allow_entry (consent, entry, NULL);
  diff = enclave_mcp_consent_diff_entry (consent, changed, NULL);
  g_assert_nonnull (strstr (diff, "\n  argument: --x\n+ argument: --all\n  variable: TOKEN"));
  g_assert_null (strstr (diff, "digest"));
}

static JsonObject *
object (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonObject *parsed = enclave_json_parse_object (text, -1, &error);

  g_assert_no_error (error);
  return parsed;
}

static void
test_tools (void)
{
  static const char *const changed[] = {
    "{\"name\":\"t\",\"description\":\"Read a file. Then send it.\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}}}}",
    "{\"name\":\"t\",\"description\":\"Read a file\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{}}}}",
    "{\"name\":\"t\",\"description\":\"Read a file\",\"title\":\"T\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}}}}",
    "{\"name\":\"t\",\"description\":\"Read a file\",\"annotations\":{\"readOnlyHint\":true},\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}}}}",
    "{\"name\":\"t\",\"description\":\"Read a\\u200b file\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}}}}",
  };
  g_autoptr (JsonObject) tool = object (
      "{\"name\":\"t\",\"description\":\"Read a file\",\"inputSchema\":{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}}}}");
  g_autoptr (JsonObject) reordered = object (
      "{\"inputSchema\":{\"properties\":{\"b\":{},\"a\":{}},\"type\":\"object\"},\"description\":\"Read a file\",\"name\":\"t\",\"_meta\":{\"x\":1}}");
  g_autoptr (EnclaveMcpConsent) first = enclave_mcp_consent_new (NULL);
  g_autoptr (EnclaveMcpConsent) consent = NULL;

  /* New ones arrive switched off. */
  g_assert_cmpint (enclave_mcp_consent_check_tool (first, tool), ==, ENCLAVE_MCP_CONSENT_NEW);
  g_assert_false (enclave_mcp_consent_is_tool_on (first, tool));
  enclave_mcp_consent_set_tool (first, tool, TRUE, FALSE);
  consent = again (first);
  g_assert_true (enclave_mcp_consent_is_tool_on (consent, tool));
  g_assert_true (enclave_mcp_consent_is_tool_on (consent, reordered));
  g_assert_false (enclave_mcp_consent_is_tool_pinned (consent, tool));
  for (guint i = 0; i < G_N_ELEMENTS (changed); i++)
    {
      g_autoptr (JsonObject) other = object (changed[i]);
      g_autofree char *diff = enclave_mcp_consent_diff_tool (consent, other);

      g_assert_cmpint (enclave_mcp_consent_check_tool (consent, other), ==, ENCLAVE_MCP_CONSENT_CHANGED);
      g_assert_false (enclave_mcp_consent_is_tool_on (consent, other));
      g_assert_true (strstr (diff, "\n+ ") != NULL || strstr (diff, "\n- ") != NULL);
      if (i == 4)
        g_assert_nonnull (strstr (diff, "Read a<U+200B> file"));
    }
  enclave_mcp_consent_set_tool (consent, tool, FALSE, TRUE);
  g_assert_cmpint (enclave_mcp_consent_check_tool (consent, tool), ==, ENCLAVE_MCP_CONSENT_AGREED);
  g_assert_false (enclave_mcp_consent_is_tool_on (consent, tool));
  g_assert_false (enclave_mcp_consent_is_tool_pinned (consent, tool));
}

static void
test_records_of_others (void)
{
  static const char *const records[] = { "", "{}", "[]", "{\"version\":1}", "{\"version\":2,\"salt\":\"x\",\"tools\":{},\"entry\":\"y\"}",
                                         "{\"version\":1,\"salt\":\"x\",\"tools\":{\"t\":7},\"entry\":7}", "\xff" };
  g_autoptr (EnclaveMcpServerEntry) entry = entry_of (ENTRY (""));
  g_autoptr (JsonObject) tool = object ("{\"name\":\"t\"}");
  g_autoptr (JsonObject) nameless = object ("{\"name\":7}");

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (records[i], strlen (records[i]));
      g_autoptr (EnclaveMcpConsent) consent = enclave_mcp_consent_new (bytes);

      g_assert_cmpint (enclave_mcp_consent_check_entry (consent, entry, NULL), ==, ENCLAVE_MCP_CONSENT_NEW);
      g_assert_cmpint (enclave_mcp_consent_check_tool (consent, tool), ==, ENCLAVE_MCP_CONSENT_NEW);
      enclave_mcp_consent_set_tool (consent, nameless, TRUE, TRUE);
      g_assert_false (enclave_mcp_consent_is_tool_on (consent, nameless));
    }
}

static gboolean
keep (EnclaveGate *gate, const char *name, GBytes *record)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean kept;

  enclave_gate_keep_consent_async (gate, name, "/opt/srv --x", record, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  kept = enclave_gate_keep_consent_finish (gate, result, &error);
  g_assert_true (kept == (error == NULL));

  return kept;
}

static GBytes *
look (EnclaveGate *gate, const char *name)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  enclave_gate_look_at_consent_async (gate, name, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  bytes = enclave_gate_look_at_consent_finish (gate, result, &error);
  g_assert_no_error (error);

  return bytes;
}

static void
test_kept_by_the_gate (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (EnclaveTestProject) elsewhere = enclave_test_project_new ();
  EnclaveGate *gate = enclave_gate_new (project->root, NULL, NULL);
  EnclaveGate *other = enclave_gate_new (elsewhere->root, NULL, NULL);
  g_autoptr (GBytes) record = g_bytes_new_static ("{\"a\":1}", 7);
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autofree char *folder = enclave_state_dir_path ("consent");
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_assert_null (look (gate, "mcp a"));
  g_assert_true (keep (gate, "mcp a", record));
  back = look (gate, "mcp a");
  g_assert_true (g_bytes_equal (back, record));
  /* Of this project and this name alone. */
  g_assert_null (look (gate, "mcp b"));
  g_assert_null (look (other, "mcp a"));

  dir = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat st;

      g_assert_cmpint (stat (path, &st), ==, 0);
      g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
    }
  {
    g_autofree char *huge = g_malloc0 (5 * 1024 * 1024);
    g_autoptr (GBytes) too_large = g_bytes_new (huge, 5 * 1024 * 1024);

    g_assert_false (keep (gate, "mcp a", too_large));
  }
  g_assert_true (keep (gate, "mcp a", NULL));
  after = look (gate, "mcp a");
  g_assert_null (after);
  enclave_test_finalize (gate);
  enclave_test_finalize (other);
}

static GBytes *
read_settings (const char *root, const char *path, int *code)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  enclave_settings_file_read_async (root, path, 1000, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  bytes = enclave_settings_file_read_finish (result, &error);
  *code = error != NULL ? error->code : -1;

  return bytes;
}

static void
test_settings_files (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *outside = enclave_test_project_path (project, "own.json");
  g_autofree char *sub = enclave_test_project_path (project, "p");
  g_autofree char *large = g_strnfill (1001, 'x');
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) own = NULL;
  int code;

  enclave_test_project_write (project, "own.json", "{}");
  enclave_test_project_write (project, "p/.vscode/mcp.json", "{\"servers\":{}}");
  enclave_test_project_write (project, "p/large.json", large);
  enclave_test_project_symlink (project, "../own.json", "p/.mcp.json");
  enclave_test_project_symlink (project, ".vscode", "p/.cursor");
  enclave_test_project_make_folder (project, "p/folder");

  bytes = read_settings (sub, ".vscode/mcp.json", &code);
  g_assert_cmpint (code, ==, -1);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 14);
  g_assert_null (read_settings (sub, "none.json", &code));
  g_assert_cmpint (code, ==, -1);
  g_assert_null (read_settings (sub, ".mcp.json", &code));
  g_assert_cmpint (code, ==, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT);
  g_assert_null (read_settings (sub, ".cursor/mcp.json", &code));
  g_assert_cmpint (code, ==, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT);
  g_assert_null (read_settings (sub, "../own.json", &code));
  g_assert_cmpint (code, ==, ENCLAVE_GATE_ERROR_OUTSIDE_ROOT);
  g_assert_null (read_settings (sub, "large.json", &code));
  g_assert_cmpint (code, ==, ENCLAVE_GATE_ERROR_TOO_LARGE);
  g_assert_null (read_settings (sub, "folder", &code));
  g_assert_cmpint (code, ==, ENCLAVE_GATE_ERROR_NOT_REGULAR);

  own = read_settings (NULL, outside, &code);
  g_assert_cmpint (code, ==, -1);
  g_assert_nonnull (own);
  g_assert_cmpint (chmod (outside, 0666), ==, 0);
  g_assert_null (read_settings (NULL, outside, &code));
  g_assert_cmpint (code, ==, ENCLAVE_GATE_ERROR_FAILED);
}

static gboolean
save_settings (GBytes *seen, const char *text, int *code)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) contents = g_bytes_new (text, strlen (text));
  gboolean saved;

  enclave_settings_file_save_async ("mcp.json", seen, contents, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  saved = enclave_settings_file_save_finish (result, &error);
  *code = error != NULL ? error->code : -1;

  return saved;
}

static void
test_settings_saved (void)
{
  g_autofree char *path = enclave_config_dir_path ("mcp.json");
  g_autoptr (GBytes) first = g_bytes_new_static ("{\"a\":1}", 7);
  struct stat st;
  int code;

  g_assert_true (save_settings (NULL, "{\"a\":1}", &code));
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);
  g_assert_false (save_settings (NULL, "{}", &code));
  g_assert_cmpint (code, ==, ENCLAVE_GATE_ERROR_CHANGED);
  g_assert_true (save_settings (first, "{\"a\":2}", &code));
  g_assert_false (save_settings (first, "{\"a\":3}", &code));
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mcp/consent/every-change-asks", test_every_change_asks);
  g_test_add_func ("/mcp/consent/drawn-alike", test_drawn_alike);
  g_test_add_func ("/mcp/consent/secrets-are-not-kept", test_secrets_are_not_kept);
  g_test_add_func ("/mcp/consent/diff", test_diff);
  g_test_add_func ("/mcp/consent/tools", test_tools);
  g_test_add_func ("/mcp/consent/records-of-others", test_records_of_others);
  g_test_add_func ("/mcp/consent/kept-by-the-gate", test_kept_by_the_gate);
  g_test_add_func ("/mcp/consent/settings-files", test_settings_files);
  g_test_add_func ("/mcp/consent/settings-saved", test_settings_saved);

  return g_test_run ();
}
