/* test-mcp-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-config.h"

static const char *const environment[] = { "HOME=/home/ada", "GROUP=ring", "GITLAB_HOST=git.lan", "TRACKER_TOKEN=t0ken", "PG_PASSWORD=s3cret",
                                           "EMPTY=", NULL };

static void
dump_list (GString *text, const char *word, GStrv values)
{
  for (guint i = 0; values[i] != NULL; i++)
    g_string_append_printf (text, "  %s %s\n", word, values[i]);
}

static void
dump_text (GString *text, const char *word, const char *value)
{
  if (value != NULL)
    g_string_append_printf (text, "  %s %s\n", word, value);
}

/* What matters of an entry, a line each. */
static char *
dump (EnclaveMcpConfig *config)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < config->entries->len; i++)
    {
      const EnclaveMcpServerEntry *entry = g_ptr_array_index (config->entries, i);

      g_string_append_printf (text, "%s: ", entry->name);
      if (entry->has_problem)
        {
          g_string_append_printf (text, "unusable: %s\n", entry->disabled_reason);
          continue;
        }
      g_string_append_printf (text, "%s%s\n", enclave_mcp_server_kind_to_word (entry->kind), entry->enabled ? "" : " off");
      dump_text (text, "because", entry->disabled_reason);
      dump_text (text, "command", entry->command);
      dump_list (text, "arg", entry->args);
      dump_list (text, "env", entry->env);
      dump_list (text, "unset", entry->unset);
      dump_text (text, "cwd", entry->cwd);
      dump_text (text, "env-file", entry->env_file);
      dump_text (text, "url", entry->url);
      dump_list (text, "header", entry->headers);
      if (entry->timeout_ms > 0)
        g_string_append_printf (text, "  timeout %u ms\n", entry->timeout_ms);
      dump_list (text, "suggested", entry->suggested_tools);
      dump_list (text, "input", entry->inputs);
      if (entry->workspace != ENCLAVE_MCP_WORKSPACE_READ)
        dump_text (text, "workspace", enclave_mcp_workspace_access_to_word (entry->workspace));
      dump_list (text, "network", entry->network);
      dump_list (text, "read", entry->readable);
      if (entry->era != ENCLAVE_MCP_ERA_AUTO)
        dump_text (text, "era", enclave_mcp_era_to_word (entry->era));
      if (entry->offers_roots)
        dump_text (text, "roots", "offered");
      dump_list (text, "note", entry->notes);
    }
  for (guint i = 0; i < config->inputs->len; i++)
    {
      const EnclaveMcpInput *input = g_ptr_array_index (config->inputs, i);
      g_autofree char *options = input->options != NULL ? g_strjoinv ("|", input->options) : g_strdup ("any");

      g_string_append_printf (text, "input %s: %s (%s%s, %s)\n", input->id, input->description, input->is_secret ? "secret, " : "", options,
                              input->fallback != NULL ? input->fallback : "-");
    }

  return g_string_free (text, FALSE);
}

static EnclaveMcpConfig *
parse (EnclaveMcpSource source, const char *text, gssize length, GError **error)
{
  EnclaveMcpConfigOrigin origin = { source, "/f.json", FALSE, TRUE };
  EnclaveMcpContext context = { environment, "/home/ada", "/home/ada/ringlog", NULL };

  return enclave_mcp_config_parse (&origin, &context, text, length, error);
}

/* A file as its host's users have it, and what that host makes of it. */
static void
test_host (gconstpointer data)
{
  static const struct
  {
    const char *name;
    EnclaveMcpSource source;
  } hosts[] = {
    { "claude-desktop", ENCLAVE_MCP_SOURCE_CLAUDE_DESKTOP }, { "claude-code.mcp", ENCLAVE_MCP_SOURCE_PROJECT },
    { "claude-code", ENCLAVE_MCP_SOURCE_CLAUDE_CODE },       { "cursor", ENCLAVE_MCP_SOURCE_CURSOR },
    { "vs-code", ENCLAVE_MCP_SOURCE_VS_CODE },               { "cline", ENCLAVE_MCP_SOURCE_CLINE },
    { "zed", ENCLAVE_MCP_SOURCE_ZED },                       { "own", ENCLAVE_MCP_SOURCE_OWN },
    { "broken-entries", ENCLAVE_MCP_SOURCE_OWN },
  };
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *file = g_strconcat (hosts[i].name, ".json", NULL);
  g_autofree char *golden = g_strconcat (hosts[i].name, ".expected", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "hosts", file, NULL);
  g_autofree char *golden_path = g_test_build_filename (G_TEST_DIST, "hosts", golden, NULL);
  g_autofree char *text = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpConfig) config = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  config = parse (hosts[i].source, text, (gssize) length, &error);
  g_assert_no_error (error);
  found = dump (config);
  if (g_getenv ("ENCLAVE_WRITE_GOLDEN") != NULL)
    g_assert_true (g_file_set_contents (golden_path, found, -1, NULL));
  g_assert_true (g_file_get_contents (golden_path, &expected, NULL, NULL));
  g_assert_cmpstr (found, ==, expected);
}

static const EnclaveMcpServerEntry *
only_entry (EnclaveMcpConfig *config)
{
  g_assert_cmpuint (config->entries->len, ==, 1);
  return g_ptr_array_index (config->entries, 0);
}

static void
test_expansion (void)
{
  g_autoptr (GHashTable) inputs = g_hash_table_new (g_str_hash, g_str_equal);
  EnclaveMcpContext context = { environment, "/home/ada", "/home/ada/ringlog", inputs };
  EnclaveMcpContext nowhere = { NULL, "/home/ada", NULL, NULL };
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
  static const struct
  {
    EnclaveMcpSource source;
    const char *text;
    const char *expected; /* NULL: an error */
  } cases[] = {
    { ENCLAVE_MCP_SOURCE_OWN, "a${GROUP}b${GROUP}", "aringbring" },
    { ENCLAVE_MCP_SOURCE_OWN, "${EMPTY}", "" },
    { ENCLAVE_MCP_SOURCE_OWN, "${EMPTY:-x}", "x" },
    { ENCLAVE_MCP_SOURCE_OWN, "${NOPE:-}", "" },
    { ENCLAVE_MCP_SOURCE_OWN, "${NOPE:-${GROUP}}", "${GROUP}" },
    { ENCLAVE_MCP_SOURCE_OWN, "${NOPE}", NULL },
    { ENCLAVE_MCP_SOURCE_OWN, "${env:NOPE}", NULL },
    { ENCLAVE_MCP_SOURCE_OWN, "${env:GROUP}", "ring" },
    { ENCLAVE_MCP_SOURCE_OWN, "$GROUP ${ GROUP} ${1} ${} ${GROUP", "$GROUP ${ GROUP} ${1} ${} ${GROUP" },
    { ENCLAVE_MCP_SOURCE_OWN, "${input:name}", "${env:GROUP}" },
    { ENCLAVE_MCP_SOURCE_CLAUDE_DESKTOP, "${GROUP}", "${GROUP}" },
    { ENCLAVE_MCP_SOURCE_CLAUDE_CODE, "${GROUP}${env:GROUP}${workspaceFolder:-w}", "ring${env:GROUP}w" },
    { ENCLAVE_MCP_SOURCE_CURSOR, "${GROUP}${env:GROUP}", "${GROUP}ring" },
    { ENCLAVE_MCP_SOURCE_CURSOR, "${input:name}", "${input:name}" },
    { ENCLAVE_MCP_SOURCE_VS_CODE, "${command:pick}", NULL },
    { ENCLAVE_MCP_SOURCE_ZED, "${GROUP}", "${GROUP}" },
  };
  g_autoptr (GError) error = NULL;

  /* A value is never read again: it may be of a server. */
  g_hash_table_insert (inputs, (char *) "name", (char *) "${env:GROUP}");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = enclave_mcp_expand (cases[i].source, &context, cases[i].text, missing, NULL);

      g_assert_cmpstr (found, ==, cases[i].expected);
    }
  g_assert_cmpuint (missing->len, ==, 0);
  g_assert_null (enclave_mcp_expand (ENCLAVE_MCP_SOURCE_OWN, &nowhere, "${workspaceFolder}", missing, &error));
  g_assert_error (error, ENCLAVE_MCP_EXPANSION_ERROR, ENCLAVE_MCP_EXPANSION_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "workspaceFolder"));
}

static void
test_expansion_is_bounded (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *big = g_strnfill (4000, 'x');
  g_autofree char *variable = g_strconcat ("BIG=", big, NULL);
  const char *const many[] = { variable, NULL };
  EnclaveMcpContext context = { many, "/home/ada", NULL, NULL };
  g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "${BIG}");
  g_assert_null (enclave_mcp_expand (ENCLAVE_MCP_SOURCE_OWN, &context, text->str, missing, &error));
  g_assert_error (error, ENCLAVE_MCP_EXPANSION_ERROR, ENCLAVE_MCP_EXPANSION_ERROR_TOO_LONG);
}

static void
test_file_errors (void)
{
  static const char *const broken[] = { "", "[", "{\"mcpServers\": {", "[]", "{} {}", "{\"a\": [1,,2]}", "{,}", "[,]", "{\"a\": /* }", "\xff" };

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (ENCLAVE_MCP_SOURCE_OWN, broken[i], -1, &error));
      g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX);
    }
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse (ENCLAVE_MCP_SOURCE_OWN, "{\n  // one\n  \"mcpServers\": {\n    \"ä\": x\n  }\n}", -1, &error));
    g_assert_nonnull (strstr (error->message, "line 4, column 10"));
  }
}

static void
test_files_without_servers (void)
{
  static const char *const empty[] = { "{}", "{\"mcpServers\": {}}", "{\"mcpServers\": 3}", "{\"mcpServers\": []}", "{\"servers\": null}",
                                       "\xef\xbb\xbf{ /* nothing */ }" };

  for (guint i = 0; i < G_N_ELEMENTS (empty); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EnclaveMcpConfig) config = parse (ENCLAVE_MCP_SOURCE_OWN, empty[i], -1, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (config->entries->len, ==, 0);
    }
}

static void
test_hostile (void)
{
  g_autoptr (GString) many = g_string_new ("{\"mcpServers\":{");
  g_autoptr (GString) deep = g_string_new ("{\"mcpServers\":{\"a\":{\"command\":\"x\",\"more\":");
  g_autoptr (GString) wide = g_string_new ("{\"mcpServers\":{\"a\":{\"command\":\"x\",\"args\":[\"\"");
  g_autofree char *long_word = g_strnfill (ENCLAVE_MCP_VALUE_MAX_BYTES, 'x');
  g_autofree char *long_entry = g_strdup_printf ("{\"mcpServers\":{\"a\":{\"command\":\"%s\"}}}", long_word);
  g_autofree char *huge = g_strnfill (ENCLAVE_MCP_CONFIG_MAX_BYTES + 1, ' ');
  g_autoptr (EnclaveMcpConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (many, "%s\"s%u\":{\"command\":\"x\"}", i > 0 ? "," : "", i);
  g_string_append (many, "}}");
  config = parse (ENCLAVE_MCP_SOURCE_OWN, many->str, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config->entries->len, ==, ENCLAVE_MCP_MAX_SERVERS);
  g_clear_pointer (&config, enclave_mcp_config_free);

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_assert_null (parse (ENCLAVE_MCP_SOURCE_OWN, deep->str, -1, &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX);
  g_clear_error (&error);

  for (guint i = 0; i < ENCLAVE_MCP_MAX_VALUES; i++)
    g_string_append (wide, ",\"\"");
  g_string_append (wide, "]}}}");
  config = parse (ENCLAVE_MCP_SOURCE_OWN, wide->str, -1, &error);
  g_assert_no_error (error);
  g_assert_true (only_entry (config)->has_problem);
  g_clear_pointer (&config, enclave_mcp_config_free);

  config = parse (ENCLAVE_MCP_SOURCE_OWN, long_entry, -1, &error);
  g_assert_no_error (error);
  g_assert_true (only_entry (config)->has_problem);
  g_clear_pointer (&config, enclave_mcp_config_free);

  g_assert_null (parse (ENCLAVE_MCP_SOURCE_OWN, huge, -1, &error));
  g_assert_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_TOO_LARGE);
}

/* What is cut anywhere must neither be read beyond its end nor end the program. */
static void
test_cut_anywhere (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "hosts", "vs-code.json", NULL);
  g_autofree char *text = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  for (gsize n = 0; n < length; n++)
    {
      g_autofree char *piece = g_memdup2 (text, MAX (n, 1));
      g_autoptr (EnclaveMcpConfig) config = parse (ENCLAVE_MCP_SOURCE_VS_CODE, piece, (gssize) n, NULL);

      g_assert_true (config == NULL || n + 1 == length);
    }
}

static void
test_proposals (void)
{
  EnclaveMcpConfigOrigin origin = { ENCLAVE_MCP_SOURCE_PROJECT, "/p/.mcp.json", TRUE, FALSE };
  EnclaveMcpContext context = { environment, "/home/ada", "/p", NULL };
  g_autoptr (EnclaveMcpConfig) config
      = enclave_mcp_config_parse (&origin, &context, "{\"mcpServers\":{\"a\":{\"command\":\"x\"}}}", -1, NULL);
  const EnclaveMcpServerEntry *entry = only_entry (config);

  g_assert_true (entry->is_proposal);
  g_assert_true (entry->enabled);
  g_assert_true (entry->in_project);
  g_assert_false (enclave_mcp_server_entry_may_start (entry));
}

static void
test_same_names (void)
{
  g_autoptr (EnclaveMcpConfig) own = parse (ENCLAVE_MCP_SOURCE_OWN, "{\"mcpServers\":{\"a\":{\"command\":\"mine\"}}}", -1, NULL);
  g_autoptr (EnclaveMcpConfig) other
      = parse (ENCLAVE_MCP_SOURCE_PROJECT, "{\"mcpServers\":{\"a\":{\"command\":\"theirs\"},\"b\":{\"command\":\"b\"}}}", -1, NULL);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mcp_server_entry_unref);
  const EnclaveMcpServerEntry *second;

  g_ptr_array_add (entries, enclave_mcp_server_entry_ref (g_ptr_array_index (own->entries, 0)));
  for (guint i = 0; i < 2; i++)
    g_ptr_array_add (entries, enclave_mcp_server_entry_ref (g_ptr_array_index (other->entries, i)));
  enclave_mcp_config_settle_names (entries);

  second = g_ptr_array_index (entries, 1);
  g_assert_true (((EnclaveMcpServerEntry *) g_ptr_array_index (entries, 0))->enabled);
  g_assert_false (second->enabled);
  g_assert_nonnull (second->disabled_reason);
  g_assert_true (((EnclaveMcpServerEntry *) g_ptr_array_index (entries, 2))->enabled);
  /* What was handed out before stays as it was. */
  g_assert_true (((EnclaveMcpServerEntry *) g_ptr_array_index (other->entries, 0))->enabled);
}

static void
test_shown (void)
{
  g_autoptr (EnclaveMcpConfig) config = parse (
      ENCLAVE_MCP_SOURCE_OWN, "{\"mcpServers\":{\"a\":{\"command\":\"/usr/bin/x\",\"args\":[\"--a=b\",\"two words\",\"\",\"it's\",\"$(id)\"]}}}", -1,
      NULL);
  g_autofree char *shown = enclave_mcp_server_entry_dup_shown (only_entry (config));
  g_auto (GStrv) argv = enclave_mcp_server_entry_dup_argv (only_entry (config));
  g_auto (GStrv) back = NULL;

  g_assert_cmpstr (shown, ==, "/usr/bin/x --a=b 'two words' '' 'it'\\''s' '$(id)'");
  g_assert_true (g_shell_parse_argv (shown, NULL, &back, NULL));
  g_assert_true (g_strv_equal ((const char *const *) argv, (const char *const *) back));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *path = g_strdup_printf ("/mcp/config/host/%u", i);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_host);
    }
  g_test_add_func ("/mcp/config/expansion", test_expansion);
  g_test_add_func ("/mcp/config/expansion-is-bounded", test_expansion_is_bounded);
  g_test_add_func ("/mcp/config/file-errors", test_file_errors);
  g_test_add_func ("/mcp/config/files-without-servers", test_files_without_servers);
  g_test_add_func ("/mcp/config/hostile", test_hostile);
  g_test_add_func ("/mcp/config/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/mcp/config/proposals", test_proposals);
  g_test_add_func ("/mcp/config/same-names", test_same_names);
  g_test_add_func ("/mcp/config/shown", test_shown);

  return g_test_run ();
}
