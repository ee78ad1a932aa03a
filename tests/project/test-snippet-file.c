/* test-snippet-file.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "enclave-snippet-file.h"
#include "enclave-test-project.h"

static GPtrArray *
parse_text (const char *text, GError **error)
{
  g_autofree char *file = g_markup_printf_escaped ("<snippets><snippet trigger=\"t\"><text>%s</text></snippet></snippets>", text);

  return enclave_snippet_file_parse (file, -1, error);
}

static void
print_parts (GString *line, const GPtrArray *parts)
{
  for (guint i = 0; i < parts->len; i++)
    {
      const EnclaveSnippetPart *part = g_ptr_array_index (parts, i);

      if (part->kind == ENCLAVE_SNIPPET_TEXT)
        g_string_append_printf (line, "[%s]", part->text);
      else if (part->kind == ENCLAVE_SNIPPET_VARIABLE)
        g_string_append_printf (line, "<%s>", part->text);
      else if (part->kind == ENCLAVE_SNIPPET_MIRROR)
        g_string_append_printf (line, "=%u", part->number);
      else
        {
          g_string_append_printf (line, "(%u", part->number);
          if (part->inner != NULL)
            print_parts (line, part->inner);
          g_string_append_c (line, ')');
        }
    }
}

static void
assert_parts (const char *text, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) snippets = parse_text (text, &error);
  g_autoptr (GString) line = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (snippets->len, ==, 1);
  print_parts (line, ((EnclaveSnippet *) g_ptr_array_index (snippets, 0))->parts);
  g_assert_cmpstr (line->str, ==, wanted);
}

static void
test_parts (void)
{
  assert_parts ("a b", "[a b]");
  assert_parts ("f($1)$0", "[f(](1)[)](0)");
  /* the one that says what stands there is the place, wherever it is */
  assert_parts ("$1 ${1:x} ${1}", "=1[ ](1[x])[ ]=1");
  assert_parts ("${2:a} ${7:b} $2", "(1[a])[ ](2[b])[ ]=1");
  assert_parts ("${1:$TM_FILENAME}.x $CURRENT_YEAR ${LINE_COMMENT}!", "(1<TM_FILENAME>)[.x ]<CURRENT_YEAR>[ ]<LINE_COMMENT>[!]");
  assert_parts ("\\$HOME $(ls) \\\\ \\} \\n $ 5$", "[$HOME $(ls) \\ } \\n $ 5$]");
  assert_parts ("${1:a\\}b}", "(1[a}b])");
  assert_parts ("\nx\ny\n", "[x\ny]");
  assert_parts ("x\r\ny", "[x\ny]");
  assert_parts ("é$1日", "[é](1)[日]");
}

static void
assert_bad (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (parse_text (text, &error));
  g_assert_nonnull (error);
  /* where: a person has to find it */
  g_assert_nonnull (strstr (error->message, "1"));
}

static void
test_bad_texts (void)
{
  /* GtkSourceView ends the program at this number */
  assert_bad ("${2147483648:x}");
  assert_bad ("$99999999999999999999");
  assert_bad ("${1:open");
  assert_bad ("${1");
  assert_bad ("${}");
  assert_bad ("${");
  assert_bad ("${1:${2:x}}");
  assert_bad ("$HOME");
  assert_bad ("${1:a}${1:b}");
  assert_bad ("a\x01" "b");
}

static void
test_files (void)
{
  static const char *const bad[] = {
    "", "text", "<snippets>", "<snippet/>", "<snippets><snippet/></snippets>", "<snippets><snippet trigger=\"a b\"/></snippets>",
    "<snippets><snippet trigger=\"\"/></snippets>", "<snippets><other/></snippets>", "<snippets x=\"1\"/>x",
    "<snippets><snippet trigger=\"a\"><text><b/></text></snippet></snippets>", "<snippets><text>x</text></snippets>",
    "<snippets><snippet trigger=\"a\"><snippet trigger=\"b\"/></snippet></snippets>",
    "<snippets><snippet trigger=\"a\" name=\"x&#x202e;y\"><text>x</text></snippet></snippets>", "\xff\xfe", "<snippets>\xc3</snippets>",
  };
  static const char good[] =
    "<?xml version=\"1.0\"?>\n<snippets _group=\"Mine\">\n<!-- words -->\n"
    "<snippet _name=\"Loop\" trigger=\"for\" _description=\"counts\"><tooltip position=\"1\" text=\"x\"/>"
    "<text languages=\"c; cpp;\"><![CDATA[for (<$1>)]]></text><text languages=\"python\">for $1:</text></snippet>"
    "<snippet trigger=\"any-where\"><text>x</text></snippet></snippets>";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) snippets = enclave_snippet_file_parse (good, -1, &error);
  const EnclaveSnippet *first;

  g_assert_no_error (error);
  g_assert_cmpuint (snippets->len, ==, 3);
  first = g_ptr_array_index (snippets, 0);
  g_assert_cmpstr (first->name, ==, "Loop");
  g_assert_cmpstr (first->description, ==, "counts");
  g_assert_true (enclave_snippet_is_for (first, "cpp"));
  g_assert_false (enclave_snippet_is_for (first, "python"));
  g_assert_false (enclave_snippet_is_for (first, NULL));
  g_assert_true (enclave_snippet_is_for (g_ptr_array_index (snippets, 2), NULL));
  g_assert_cmpstr (((EnclaveSnippet *) g_ptr_array_index (snippets, 2))->name, ==, "any-where");

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) problem = NULL;

      g_assert_null (enclave_snippet_file_parse (bad[i], -1, &problem));
      g_assert_nonnull (problem);
    }

  /* Any bytes: an answer, and no more. */
  for (guint round = 0; round < 3000; round++)
    {
      g_autofree char *bytes = g_strdup (good);
      g_autoptr (GPtrArray) read = NULL;

      for (int i = 0; i < g_test_rand_int_range (1, 4); i++)
        bytes[g_test_rand_int_range (0, sizeof good - 1)] = "<>/$\\{}0\"\xff&a"[g_test_rand_int_range (0, 12)];
      read = enclave_snippet_file_parse (bytes, sizeof good - 1, NULL);
    }
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(EnclaveSnippetFolder **) user_data = enclave_snippet_folder_read_finish (result, NULL);
}

static EnclaveSnippetFolder *
read_folder (const char *path)
{
  EnclaveSnippetFolder *folder = NULL;

  enclave_snippet_folder_read_async (path, NULL, read_cb, &folder);
  while (folder == NULL)
    g_main_context_iteration (NULL, TRUE);
  return folder;
}

static void
test_folder (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *missing = enclave_test_project_path (project, "none");
  g_autofree char *pipe = enclave_test_project_path (project, "c.snippets");
  g_autofree char *large = g_strnfill (300 * 1024, ' ');
  g_autoptr (EnclaveSnippetFolder) folder = NULL;
  g_autoptr (EnclaveSnippetFolder) nothing = NULL;

  enclave_test_project_write (project, "b.snippets", "<snippets><snippet trigger=\"two\"><text>2</text></snippet></snippets>");
  enclave_test_project_write (project, "a.snippets", "<snippets><snippet trigger=\"one\"><text>1</text></snippet></snippets>");
  enclave_test_project_write (project, "bad.snippets", "<snippets>\n<snippet trigger=\"x\"><text>${</text></snippet></snippets>");
  enclave_test_project_write (project, "large.snippets", large);
  enclave_test_project_write (project, "other.txt", "nothing");
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  folder = read_folder (project->root);
  g_assert_cmpuint (folder->snippets->len, ==, 2);
  g_assert_cmpstr (((EnclaveSnippet *) g_ptr_array_index (folder->snippets, 0))->trigger, ==, "one");
  g_assert_cmpuint (folder->problems->len, ==, 3);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (folder->problems, 0), "bad.snippets: "));
  g_assert_nonnull (strstr (g_ptr_array_index (folder->problems, 0), "2"));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (folder->problems, 1), "c.snippets: "));
  g_assert_true (g_str_has_prefix (g_ptr_array_index (folder->problems, 2), "large.snippets: "));

  nothing = read_folder (missing);
  g_assert_cmpuint (nothing->snippets->len, ==, 0);
  g_assert_cmpuint (nothing->problems->len, ==, 0);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/snippet-file/parts", test_parts);
  g_test_add_func ("/snippet-file/bad-texts", test_bad_texts);
  g_test_add_func ("/snippet-file/files", test_files);
  g_test_add_func ("/snippet-file/folder", test_folder);
  return g_test_run ();
}
