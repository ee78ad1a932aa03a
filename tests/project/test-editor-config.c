/* test-editor-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-editor-config.h"

#define STEPS 100000

static void
test_patterns (void)
{
  static const struct
  {
    const char *pattern;
    const char *path;
    gboolean matches;
  } cases[] = {
    { "*", "a.c", TRUE },
    { "*", "sub/a.c", TRUE },
    { "*.c", "a.c", TRUE },
    { "*.c", "deep/er/a.c", TRUE },
    { "*.c", "a.cc", FALSE },
    { "*.c", "a.c/b", FALSE },
    { "/*.c", "a.c", TRUE },
    { "/*.c", "sub/a.c", FALSE },
    { "sub/*.c", "sub/a.c", TRUE },
    { "sub/*.c", "sub/er/a.c", FALSE },
    { "sub/*.c", "x/sub/a.c", FALSE },
    { "sub/**.c", "sub/er/a.c", TRUE },
    { "sub/**/a.c", "sub/a.c", TRUE },
    { "sub/**/a.c", "sub/x/y/a.c", TRUE },
    { "**/a.c", "a.c", TRUE },
    { "**/a.c", "x/a.c", TRUE },
    { "**/a.c", "xa.c", FALSE },
    { "sub/**", "sub/a/b", TRUE },
    { "a?.c", "ab.c", TRUE },
    { "a?.c", "a\xc3\xa4.c", TRUE },
    { "a?.c", "a.c", FALSE },
    { "a?b", "a/b", FALSE },
    { "[ab].c", "b.c", TRUE },
    { "[ab].c", "c.c", FALSE },
    { "[!ab].c", "c.c", TRUE },
    { "[!ab].c", "a.c", FALSE },
    { "[a-c].c", "b.c", TRUE },
    { "[a-c].c", "d.c", FALSE },
    { "[ab", "[ab", TRUE },
    { "[]", "[]", TRUE },
    { "*.{c,h}", "a.h", TRUE },
    { "*.{c,h}", "a.x", FALSE },
    { "*.{c,h,}", "a.", TRUE },
    { "{a,b{c,d}}.x", "bd.x", TRUE },
    { "{a,b{c,d}}.x", "b.x", FALSE },
    { "{Makefile,**.mk}", "sub/x.mk", TRUE },
    { "{single}", "{single}", TRUE },
    { "{single}", "single", FALSE },
    { "{a,b", "{a,b", TRUE },
    { "a}", "a}", TRUE },
    { "{1..12}", "7", TRUE },
    { "{1..12}", "13", FALSE },
    { "{-3..3}", "-2", TRUE },
    { "{12..1}", "7", TRUE },
    { "{1..12}.x", "07.x", FALSE },
    { "\\*.c", "*.c", TRUE },
    { "\\*.c", "a.c", FALSE },
    { "{a\\,b,c}", "a,b", TRUE },
    { "", "a", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint steps = STEPS;

      g_test_message ("%s %s", cases[i].pattern, cases[i].path);
      g_assert_cmpint (enclave_editor_config_matches (cases[i].pattern, cases[i].path, &steps), ==, cases[i].matches);
      g_assert_cmpuint (steps, >, 0);
    }
}

static EnclaveEditorConfig
read_text (const char *text)
{
  EnclaveEditorConfig config = { 0 };
  guint steps = STEPS;

  enclave_editor_config_apply (&config, text, strlen (text), "a.c", &steps);
  enclave_editor_config_complete (&config);
  return config;
}

static void
test_properties (void)
{
  EnclaveEditorConfig config = read_text ("\xef\xbb\xbf; a remark\r\nroot = true\r\nindent_size = 9\r\n[*.c]\r\nIndent_Style = SPACE\r\n"
                                          "indent_size=3 ; why\r\nend_of_line = crlf\r\ncharset = utf-16be\r\n"
                                          "trim_trailing_whitespace = true\r\ninsert_final_newline = false\r\nmax_line_length = 99\r\n"
                                          "nobody_knows = it\r\nno pair\r\n[*.x]\r\nindent_size = 5");

  g_assert_cmpint (config.indent_style, ==, ENCLAVE_EDITOR_CONFIG_INDENT_SPACE);
  g_assert_cmpuint (config.indent_size, ==, 3);
  g_assert_cmpuint (config.tab_width, ==, 3);
  g_assert_cmpint (config.end_of_line, ==, ENCLAVE_EDITOR_CONFIG_END_CRLF);
  g_assert_cmpint (config.charset, ==, ENCLAVE_EDITOR_CONFIG_CHARSET_UTF_16BE);
  g_assert_cmpint (config.trim_trailing_whitespace, ==, ENCLAVE_EDITOR_CONFIG_TRUE);
  g_assert_cmpint (config.insert_final_newline, ==, ENCLAVE_EDITOR_CONFIG_FALSE);
  g_assert_cmpuint (config.max_line_length, ==, 99);

  config = read_text ("[*]\nindent_style = tab\ntab_width = 6\nmax_line_length = 80\n[*.c]\nmax_line_length = off\n");
  g_assert_cmpuint (config.indent_size, ==, 6);
  g_assert_cmpuint (config.max_line_length, ==, 0);
  config = read_text ("[*]\nindent_size = tab\ntab_width = 2\n");
  g_assert_cmpuint (config.indent_size, ==, 2);
  config = read_text ("[*]\nindent_size = 4\nindent_style = space\n[*.c]\nindent_size = unset\nindent_style = unset\n");
  g_assert_cmpuint (config.indent_size, ==, 0);
  g_assert_cmpint (config.indent_style, ==, ENCLAVE_EDITOR_CONFIG_INDENT_UNSET);
  config = read_text ("[*]\nindent_size = 0\ntab_width = 17\nmax_line_length = -1\ncharset = klingon\n");
  g_assert_cmpuint (config.indent_size, ==, 0);
  g_assert_cmpuint (config.tab_width, ==, 0);
  g_assert_cmpuint (config.max_line_length, ==, 0);
}

static void
test_clean (void)
{
  static const struct
  {
    EnclaveEditorConfigAnswer trim;
    EnclaveEditorConfigAnswer final;
    const char *text;
    const char *cleaned;
  } cases[] = {
    { 0, 0, "a \n\tb", "a \n\tb" },
    { ENCLAVE_EDITOR_CONFIG_TRUE, 0, "  a \t\r\n \n\tb\xc2\xa0 \rc ", "  a\r\n\n\tb\xc2\xa0\rc" },
    { ENCLAVE_EDITOR_CONFIG_FALSE, ENCLAVE_EDITOR_CONFIG_TRUE, "a ", "a \r\n" },
    { 0, ENCLAVE_EDITOR_CONFIG_TRUE, "a\n", "a\n" },
    { 0, ENCLAVE_EDITOR_CONFIG_TRUE, "", "" },
    { 0, ENCLAVE_EDITOR_CONFIG_FALSE, "a\r\n\n", "a" },
    { ENCLAVE_EDITOR_CONFIG_TRUE, ENCLAVE_EDITOR_CONFIG_TRUE, "a\n  ", "a\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      EnclaveEditorConfig config = { .trim_trailing_whitespace = cases[i].trim, .insert_final_newline = cases[i].final };
      g_autofree char *cleaned = enclave_editor_config_clean (&config, cases[i].text, "\r\n");

      g_assert_cmpstr (cleaned, ==, cases[i].cleaned);
    }
}

/* Files come with a project that nobody has read. */
static void
test_hostile (void)
{
  static const char *const parts[] = { "*", "**/", "{a,", "{", "[", "{a,*,**,?}", "*a", "[!", "\\", "{{{,}", "{1..", "?*" };
  g_autofree char *path = g_strnfill (3000, 'a');
  g_autoptr (GRand) rand = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  gint64 start = g_get_monotonic_time ();

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GString) pattern = g_string_new (NULL);
      guint steps = STEPS;

      while (pattern->len < 4000)
        g_string_append (pattern, parts[i]);
      g_string_append (pattern, "b");
      g_assert_false (enclave_editor_config_matches (pattern->str, path, &steps));
    }
  for (guint i = 0; i < 2000; i++)
    {
      static const char alphabet[] = "{},*?[]!-\\/.a1\xc3\xa4=\n;# root";
      EnclaveEditorConfig config = { 0 };
      char text[200];
      guint steps = STEPS / 100;

      for (gsize j = 0; j < sizeof text; j++)
        text[j] = alphabet[g_rand_int_range (rand, 0, sizeof alphabet)];
      text[0] = '[';
      enclave_editor_config_apply (&config, text, sizeof text, "a/1a.a", &steps);
    }
  /* a budget bounds the steps: without it the first of these takes longer than anybody waits */
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_TIME_SPAN_SECOND);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static EnclaveEditorConfig
find (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  enclave_editor_config_find_async (file, NULL, found_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return enclave_editor_config_find_finish (result);
}

static void
test_folders (void)
{
  g_autofree char *root = g_dir_make_tmp ("editor-config-XXXXXX", NULL);
  g_autofree char *outer = g_build_filename (root, ".editorconfig", NULL);
  g_autofree char *sub = g_build_filename (root, "sub", NULL);
  g_autofree char *inner = g_build_filename (sub, ".editorconfig", NULL);
  g_autofree char *path = g_build_filename (sub, "a.c", NULL);
  g_autofree char *large = g_strnfill (300 * 1024, '#');
  EnclaveEditorConfig config;

  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
  g_assert_true (g_file_set_contents (outer, "root=true\n[sub/*]\nindent_size=5\ntab_width=7\n[/a.c]\nindent_size=6\n", -1, NULL));
  config = find (path);
  g_assert_cmpuint (config.indent_size, ==, 5);
  g_assert_cmpuint (config.tab_width, ==, 7);

  /* the nearest has the last word, and says where to end */
  g_assert_true (g_file_set_contents (inner, "[/a.c]\nindent_size=2\n", -1, NULL));
  config = find (path);
  g_assert_cmpuint (config.indent_size, ==, 2);
  g_assert_cmpuint (config.tab_width, ==, 7);
  g_assert_true (g_file_set_contents (inner, "root = TRUE\n[/a.c]\nindent_size=2\n", -1, NULL));
  config = find (path);
  g_assert_cmpuint (config.tab_width, ==, 2);

  /* too large, a pipe, a folder, a dead link: as if it were not there */
  g_assert_true (g_file_set_contents (inner, large, -1, NULL));
  g_assert_cmpuint (find (path).indent_size, ==, 5);
  g_assert_cmpint (g_unlink (inner), ==, 0);
  g_assert_cmpint (mkfifo (inner, 0600), ==, 0);
  g_assert_cmpuint (find (path).indent_size, ==, 5);
  g_assert_cmpint (g_unlink (inner), ==, 0);
  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  g_assert_cmpuint (find (path).indent_size, ==, 5);
  g_assert_cmpint (g_rmdir (inner), ==, 0);
  g_assert_cmpint (symlink ("nowhere", inner), ==, 0);
  g_assert_cmpuint (find (path).indent_size, ==, 5);
  g_assert_cmpint (g_unlink (inner), ==, 0);
  g_assert_cmpint (g_unlink (outer), ==, 0);
  g_assert_cmpint (g_rmdir (sub), ==, 0);
  g_assert_cmpint (g_rmdir (root), ==, 0);
}

static void
test_unreadable (void)
{
  g_autofree char *root = g_dir_make_tmp ("editor-config-XXXXXX", NULL);
  g_autofree char *config = g_build_filename (root, ".editorconfig", NULL);
  g_autofree char *path = g_build_filename (root, "a.c", NULL);

  if (geteuid () == 0)
    {
      g_test_skip ("root reads everything");
      return;
    }
  g_assert_true (g_file_set_contents (config, "root=true\n[*]\nindent_size=2\n", -1, NULL));
  g_assert_cmpuint (find (path).indent_size, ==, 2);
  g_assert_cmpint (g_chmod (config, 0), ==, 0);
  g_assert_cmpuint (find (path).indent_size, ==, 0);
  g_assert_cmpint (g_unlink (config), ==, 0);
  g_assert_cmpint (g_rmdir (root), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/editor-config/patterns", test_patterns);
  g_test_add_func ("/editor-config/properties", test_properties);
  g_test_add_func ("/editor-config/clean", test_clean);
  g_test_add_func ("/editor-config/hostile", test_hostile);
  g_test_add_func ("/editor-config/folders", test_folders);
  g_test_add_func ("/editor-config/unreadable", test_unreadable);

  return g_test_run ();
}
