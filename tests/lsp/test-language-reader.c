/* test-language-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* What is made of values of the protocol, right ones and others. */

#include "config.h"

#include <string.h>

#include "enclave-diagnostic.h"
#include "enclave-json.h"
#include "enclave-language-edit.h"
#include "enclave-language-kind.h"
#include "enclave-limits.h"

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = enclave_json_parse (text, -1, &error);

  g_assert_no_error (error);
  return node;
}

static void
test_edits (void)
{
  static const struct
  {
    const char *text;
    const char *edits; /* [[line, unit, line, unit, text], …] */
    const char *result; /* NULL: refused */
  } cases[] = {
    { "one\ntwo\n", "[[0,0,0,3,\"1\"],[1,0,1,3,\"2\"]]", "1\n2\n" },
    { "one\ntwo\n", "[[1,0,1,3,\"2\"],[0,0,0,3,\"1\"]]", "1\n2\n" },
    { "😀x\n", "[[0,2,0,3,\"y\"]]", "😀y\n" },
    { "a", "[[0,1,0,1,\"b\"],[0,1,0,1,\"c\"]]", "abc" },
    { "abc", "[[0,1,0,2,\"X\"],[0,1,0,1,\"i\"]]", "aiXc" },
    { "a\r\nb\r\n", "[[1,0,1,1,\"x\\ny\"]]", "a\r\nx\r\ny\r\n" },
    { "all\nof it\n", "[[0,0,99,0,\"new\\n\"]]", "new\n" },
    { "", "[[0,0,0,0,\"x\"]]", "x" },
    { "abc", "[[0,0,0,2,\"x\"],[0,1,0,3,\"y\"]]", NULL },
    { "abc", "[[7,0,7,0,\"x\"]]", NULL },
    { "abc", "[[0,9,0,9,\"x\"]]", NULL },
    { "😀", "[[0,1,0,2,\"x\"]]", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveLanguageText) text = enclave_language_text_new (g_strdup (cases[i].text));
      g_autoptr (JsonNode) node = parse (cases[i].edits);
      g_autoptr (JsonArray) array = json_array_new ();
      g_autoptr (GPtrArray) edits = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *result = NULL;

      for (guint k = 0; k < json_array_get_length (json_node_get_array (node)); k++)
        {
          JsonArray *one = json_array_get_array_element (json_node_get_array (node), k);
          EnclaveLanguageRange range = { { (guint) json_array_get_int_element (one, 0), (guint) json_array_get_int_element (one, 1) },
                                         { (guint) json_array_get_int_element (one, 2), (guint) json_array_get_int_element (one, 3) } };
          JsonObject *object = json_object_new ();

          json_object_set_object_member (object, "range", enclave_language_write_range (&range));
          json_object_set_string_member (object, "newText", json_array_get_string_element (one, 4));
          json_array_add_object_element (array, object);
        }
      edits = enclave_language_read_text_edits (array);
      g_assert_nonnull (edits);
      result = enclave_language_edit_apply (text, edits, &error);
      g_assert_cmpstr (result, ==, cases[i].result);
      g_assert_true ((result == NULL) == (error != NULL));
    }
}

#define RANGE "{\"start\":{\"line\":0,\"character\":0},\"end\":{\"line\":0,\"character\":1}}"

static void
test_workspace_edit (void)
{
  static const struct
  {
    const char *json;
    int n_files; /* -1: refused */
    int version; /* that it is for; -1: not said */
  } cases[] = {
    { "{}", 0 },
    { "{\"changes\":{\"file:///a\":[{\"range\":" RANGE ",\"newText\":\"x\"}],\"file:///b\":[]}}", 1, -1 },
    { "{\"documentChanges\":[{\"textDocument\":{\"uri\":\"file:///a\",\"version\":7},\"edits\":[{\"range\":" RANGE ",\"newText\":\"x\"}]}]}", 1, 7 },
    { "{\"documentChanges\":[{\"textDocument\":{\"uri\":\"file:///a\",\"version\":null},\"edits\":[{\"range\":" RANGE ",\"newText\":\"x\"}]}]}", 1,
      -1 },
    { "{\"documentChanges\":[{\"kind\":\"delete\",\"uri\":\"file:///a\"}]}", -1 },
    { "{\"documentChanges\":[{\"kind\":\"create\",\"uri\":\"file:///a\"}]}", -1 },
    { "{\"documentChanges\":[7]}", -1 },
    { "{\"changes\":{\"file:///a\":[{\"range\":" RANGE "}]}}", -1 },
    { "{\"changes\":{\"file:///a\":[{\"range\":" RANGE ",\"newText\":\"x\"},7]}}", -1 },
    { "{\"changes\":{\"file:///a\":7}}", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (JsonNode) node = parse (cases[i].json);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) files = enclave_language_read_workspace_edit (json_node_get_object (node), &error);

      g_assert_cmpint (files != NULL ? (int) files->len : -1, ==, cases[i].n_files);
      g_assert_true ((files == NULL) == (error != NULL));
      if (files != NULL && files->len > 0)
        g_assert_cmpint (((EnclaveLanguageFileEdit *) g_ptr_array_index (files, 0))->version, ==, cases[i].version);
    }
}

static void
test_others (void)
{
  g_autoptr (JsonNode) link = parse ("[{\"targetUri\":\"file:///a\",\"targetRange\":" RANGE ",\"targetSelectionRange\":" RANGE "},"
                                     "{\"uri\":\"file:///b\",\"range\":" RANGE "},{\"uri\":\"file:///c\"},7]");
  g_autoptr (GPtrArray) locations = enclave_language_read_locations (link);
  g_autoptr (JsonNode) hover = parse ("{\"contents\":[\"one\",{\"language\":\"c\",\"value\":\"int x;\"},7]}");
  g_autofree char *words = enclave_language_read_hover (hover);
  g_autoptr (JsonNode) help = parse ("{\"signatures\":[{\"label\":\"f(a, 😀, b)\",\"parameters\":[{\"label\":[2,3]},{\"label\":[5,7]},"
                                     "{\"label\":\"b\"}]}],\"activeParameter\":1}");
  EnclaveLanguageSignature *signature = enclave_language_read_signature (help);
  g_autofree char *snippet = enclave_language_snippet_to_text ("f(${1:int x}, ${2|one,two|}, $3)${0} \\$ $x ${1:${2:in}} ${");
  g_autoptr (JsonNode) symbols_node = parse ("[{\"name\":\"A\",\"kind\":5,\"range\":" RANGE ",\"selectionRange\":" RANGE ",\"children\":["
                                             "{\"name\":\"b\",\"kind\":6,\"range\":" RANGE ",\"selectionRange\":" RANGE "}]},{\"name\":7}]");
  g_autoptr (GPtrArray) symbols = enclave_language_read_symbols (symbols_node);
  const EnclaveLanguageSymbol *inner = g_ptr_array_index (symbols, 1);
  gboolean incomplete;
  g_autoptr (JsonNode) list = parse ("{\"isIncomplete\":true,\"items\":[{\"label\":\" • alpha\",\"filterText\":\"alpha\",\"textEdit\":{"
                                     "\"insert\":" RANGE ",\"replace\":" RANGE ",\"newText\":\"alpha\"}},{\"label\":7},"
                                     "{\"label\":\"x\",\"textEdit\":{\"newText\":\"x\"}}]}");
  g_autoptr (GPtrArray) proposals = enclave_language_read_proposals (list, &incomplete);

  g_assert_cmpuint (locations->len, ==, 2);
  g_assert_cmpstr (((EnclaveLanguageLocation *) g_ptr_array_index (locations, 0))->uri, ==, "file:///a");
  g_assert_cmpstr (words, ==, "one\n\n```c\nint x;\n```");
  g_assert_cmpuint (signature->start, ==, 5);
  g_assert_cmpuint (signature->end, ==, 6);
  enclave_language_signature_free (signature);
  g_assert_cmpstr (snippet, ==, "f(int x, one, ) $ $x in ");
  g_assert_cmpuint (symbols->len, ==, 2);
  g_assert_cmpuint (inner->depth, ==, 1);
  g_assert_true (incomplete);
  g_assert_cmpuint (proposals->len, ==, 1);
  g_assert_cmpstr (((EnclaveLanguageProposal *) g_ptr_array_index (proposals, 0))->filter, ==, "alpha");
  g_assert_null (enclave_language_read_hover (NULL));
  g_assert_null (enclave_language_read_signature (link));
}

/* Nothing that a server can send is worse than a list without anything in it. */
static void
test_wrong_types (void)
{
  static const char *const texts[] = { "null", "7", "\"x\"", "[]", "{}", "[null,7,\"x\",[],{}]", "{\"contents\":7,\"signatures\":[7],\"items\":{}}",
                                       "{\"signatures\":[{\"label\":\"f\",\"parameters\":[{\"label\":[\"a\",{}]}]}]}" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (JsonNode) node = parse (texts[i]);
      g_autoptr (GPtrArray) locations = enclave_language_read_locations (node);
      g_autoptr (GPtrArray) symbols = enclave_language_read_symbols (node);
      g_autoptr (GPtrArray) actions = enclave_language_read_actions (node);
      gboolean incomplete;
      g_autoptr (GPtrArray) proposals = enclave_language_read_proposals (node, &incomplete);
      g_autofree char *hover = enclave_language_read_hover (node);
      EnclaveLanguageSignature *signature = enclave_language_read_signature (node);
      g_autoptr (GPtrArray) diagnostics = enclave_diagnostic_read_all (JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL);

      g_assert_cmpuint (locations->len + symbols->len + actions->len + proposals->len + diagnostics->len, ==, 0);
      g_assert_null (hover);
      g_clear_pointer (&signature, enclave_language_signature_free);
    }
}

static void
test_diagnostics (void)
{
  g_autoptr (GString) text = g_string_new ("[");
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GPtrArray) all = NULL;
  const EnclaveDiagnostic *first;
  g_autofree char *line = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, "%s{\"range\":" RANGE ",\"severity\":%u,\"code\":%u,\"source\":\"s\",\"message\":\"two\\nlines \\u202e\"}",
                            i > 0 ? "," : "", i % 9, i);
  g_string_append (text, "]");
  node = parse (text->str);
  all = enclave_diagnostic_read_all (json_node_get_array (node));
  g_assert_cmpuint (all->len, ==, ENCLAVE_LANGUAGE_MAX_DIAGNOSTICS);
  first = g_ptr_array_index (all, 0);
  line = enclave_diagnostic_to_line (first);
  g_assert_true (g_str_has_prefix (line, "error: two lines <U+202E> [s "));
  g_assert_null (strchr (line, '\n'));
}

/* What was said of one text stays as it was said when it is moved to another. */
static void
test_diagnostics_moved (void)
{
  g_autoptr (JsonNode) node = parse ("[{\"range\":{\"start\":{\"line\":1,\"character\":0},\"end\":{\"line\":1,\"character\":1}},\"message\":\"m\"}]");
  g_autoptr (GPtrArray) all = enclave_diagnostic_read_all (json_node_get_array (node));
  g_autoptr (EnclaveLanguageText) before = enclave_language_text_new (g_strdup ("a\nb\n"));
  g_autoptr (EnclaveLanguageText) after = enclave_language_text_new (g_strdup ("a\nnew\nb\n"));
  g_autofree char *wire = json_to_string (((EnclaveDiagnostic *) g_ptr_array_index (all, 0))->wire, FALSE);
  g_autoptr (GPtrArray) moved = enclave_diagnostic_move_all (all, before, after);
  const EnclaveDiagnostic *one = g_ptr_array_index (moved, 0);
  g_autofree char *old_wire = json_to_string (((EnclaveDiagnostic *) g_ptr_array_index (all, 0))->wire, FALSE);
  g_autofree char *new_wire = json_to_string (one->wire, FALSE);

  g_assert_cmpuint (one->range.start.line, ==, 2);
  g_assert_nonnull (strstr (new_wire, "\"line\":2"));
  g_assert_nonnull (strstr (new_wire, "\"message\":\"m\""));
  g_assert_cmpstr (old_wire, ==, wire);
}

static void
test_kinds (void)
{
  guint n_kinds;
  const EnclaveLanguageKind *kinds = enclave_language_kind_get_all (&n_kinds);
  g_auto (GStrv) environment = NULL;

  g_assert_cmpuint (n_kinds, >=, 7);
  for (guint i = 0; i < n_kinds; i++)
    {
      g_assert_true (enclave_language_kind_find (kinds[i].id) == &kinds[i]);
      g_assert_nonnull (kinds[i].commands[0]);
      if (kinds[i].settings != NULL)
        {
          g_autoptr (JsonNode) node = parse (kinds[i].settings);

          g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
        }
    }
  g_assert_true (enclave_language_kind_knows (enclave_language_kind_find ("clangd"), "src/a.c"));
  g_assert_false (enclave_language_kind_knows (enclave_language_kind_find ("clangd"), "src.c/a"));
  g_assert_false (enclave_language_kind_knows (enclave_language_kind_find ("bash"), "a.h"));
  g_assert_cmpstr (enclave_language_id_of_path ("a.tsx"), ==, "typescriptreact");
  g_assert_cmpstr (enclave_language_id_of_path ("a.hpp"), ==, "cpp");
  g_assert_null (enclave_language_id_of_path ("Makefile"));
  g_assert_null (enclave_language_id_of_path ("a."));

  /* What a project puts into the search path is not run. */
  g_setenv ("PATH", "/srv/project/bin:relative:/usr/bin:/srv/project", TRUE);
  environment = enclave_language_kind_dup_environment ("/srv/project");
  for (guint i = 0; environment[i] != NULL; i++)
    if (g_str_has_prefix (environment[i], "PATH="))
      g_assert_true (g_str_has_prefix (environment[i], "PATH=/usr/bin:") && strstr (environment[i], "/srv/project") == NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/language-reader/edits", test_edits);
  g_test_add_func ("/language-reader/workspace-edit", test_workspace_edit);
  g_test_add_func ("/language-reader/others", test_others);
  g_test_add_func ("/language-reader/wrong-types", test_wrong_types);
  g_test_add_func ("/language-reader/diagnostics", test_diagnostics);
  g_test_add_func ("/language-reader/diagnostics-moved", test_diagnostics_moved);
  g_test_add_func ("/language-reader/kinds", test_kinds);
  return g_test_run ();
}
