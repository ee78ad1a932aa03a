/* test-text-search.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-byte-finder.h"
#include "enclave-limits.h"
#include "enclave-text-search.h"

#include "enclave-test-project.h"

#define REGEX ENCLAVE_TEXT_PATTERN_REGEX
#define CASE ENCLAVE_TEXT_PATTERN_MATCH_CASE
#define WORDS ENCLAVE_TEXT_PATTERN_WHOLE_WORDS

/* "START-END" of each match, with blanks between. */
static char *
find_all (const char *words, EnclaveTextPatternFlags flags, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveTextPattern) pattern = enclave_text_pattern_new (words, flags, &error);
  GString *found = g_string_new (NULL);
  gsize start;
  gsize end = 0;

  g_assert_no_error (error);
  while (enclave_text_pattern_find (pattern, text, strlen (text), end, &start, &end))
    g_string_append_printf (found, "%s%zu-%zu", found->len > 0 ? " " : "", start, end);

  return g_string_free (found, FALSE);
}

#define assert_found(words, flags, text, wanted) \
  do \
    { \
      g_autofree char *found_ = find_all (words, flags, text); \
      g_assert_cmpstr (found_, ==, wanted); \
    } \
  while (0)

static void
test_find (void)
{
  assert_found ("ring", CASE, "ring Ring rings\nstring", "0-4 10-14 18-22");
  assert_found ("ring", 0, "ring Ring", "0-4 5-9");
  assert_found ("ring", CASE | WORDS, "ring rings string ring_ ring", "0-4 24-28");
  assert_found ("STRASSE", 0, "Strasse", "0-7");
  assert_found ("ÄRGER", 0, "Ärger ärger", "0-6 7-13");
  assert_found ("r.ng", CASE, "ring r.ng", "5-9");
  assert_found ("r.ng", CASE | REGEX, "ring r.ng rng", "0-4 5-9");
  assert_found ("^int$", CASE | REGEX, "int\r\nint x\nint\n", "0-3 11-14");
  assert_found ("a*", CASE | REGEX, "baab\n\na", "1-3 6-7");
  assert_found ("\\w+\\s*\\(", CASE | REGEX, "f (x)\nname\n(y)", "0-3");
  assert_found ("foo|bar", CASE | REGEX | WORDS, "foo foobar bar", "0-3 11-14");
  assert_found ("colou?r_", CASE | REGEX, "color_ colour_ colouur_", "0-6 7-14");
  assert_found ("x{0,2}y[z]", CASE | REGEX, "yz xxyz", "0-2 3-7");
  assert_found ("é.", CASE | REGEX, "éà", "0-4");
  /* of what is no UTF-8 each byte is a character */
  assert_found ("a.c", CASE | REGEX, "aéc", "0-4");
  assert_found ("a.c", CASE | REGEX, "aéc a\xff\x63", "5-8");
  assert_found ("a.c", CASE | REGEX, "a\xff\x63", "0-3");
}

/* Each expression finds what it finds line by line, whatever is looked at first. */
static void
test_against_lines (void)
{
  static const char *const patterns[] = { "ab+c", "a(b|c)d", "[ab]{2}cd", "\\bab", "ab$", "^abc", "b.d", "abc?d", "(ab)*cd", "a\\.b", "ab\\d",
                                          "[^a]bc", "abc", "[]a]b", "[[:alpha:]]bc" };
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint round = 0; round < 300; round++)
    {
      const char *words = patterns[round % G_N_ELEMENTS (patterns)];
      g_autoptr (GRegex) regex = g_regex_new (words, 0, 0, NULL);
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) wanted = g_string_new (NULL);
      g_auto (GStrv) lines = NULL;
      gsize at = 0;

      g_assert_nonnull (regex);
      for (guint i = 0; i < 80; i++)
        g_string_append_c (text, "abcd.1 \n"[g_rand_int_range (random, 0, 8)]);
      lines = g_strsplit (text->str, "\n", -1);
      for (guint i = 0; lines[i] != NULL; i++)
        {
          g_autoptr (GMatchInfo) info = NULL;

          g_regex_match (regex, lines[i], 0, &info);
          for (; g_match_info_matches (info); g_match_info_next (info, NULL))
            {
              int start;
              int end;

              g_match_info_fetch_pos (info, 0, &start, &end);
              if (end > start)
                g_string_append_printf (wanted, "%s%zu-%zu", wanted->len > 0 ? " " : "", at + (gsize) start, at + (gsize) end);
            }
          at += strlen (lines[i]) + 1;
        }
      assert_found (words, REGEX | CASE, text->str, wanted->str);
    }
}

static void
test_byte_finder (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint round = 0; round < 3000; round++)
    {
      char text[120];
      char needle[8];
      gsize length = (gsize) g_rand_int_range (random, 0, sizeof text - 1);
      gsize n = (gsize) g_rand_int_range (random, 1, 6);
      EnclaveByteFinder finder;
      const char *wanted;

      for (gsize i = 0; i < length; i++)
        text[i] = "abAB"[g_rand_int_range (random, 0, 4)];
      text[length] = '\0';
      for (gsize i = 0; i < n; i++)
        needle[i] = "abAB"[g_rand_int_range (random, 0, 4)];
      enclave_byte_finder_init (&finder, needle, n, round % 2 == 0);
      wanted = NULL;
      for (gsize i = 0; wanted == NULL && i + n <= length; i++)
        if (round % 2 == 0 ? g_ascii_strncasecmp (text + i, needle, n) == 0 : memcmp (text + i, needle, n) == 0)
          wanted = text + i;
      g_assert_true (enclave_byte_finder_find (&finder, text, length, 0) == wanted);
      enclave_byte_finder_clear (&finder);
      wanted = text;
      n = 0;
      for (gsize i = 0; i < length; i++)
        n += text[i] == 'a' ? 1 : 0;
      g_assert_cmpuint (enclave_byte_finder_count (text, length, 'a'), ==, n);
    }
}

static void
test_bad_patterns (void)
{
  static const char *const bad[] = { "", "a\nb", "\xff", "(", "[a", "a)|(b", "*" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (enclave_text_pattern_new (bad[i], REGEX | WORDS, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_replace (void)
{
  g_autoptr (EnclaveTextPattern) words = enclave_text_pattern_new ("ring", CASE | WORDS, NULL);
  g_autoptr (EnclaveTextPattern) regex = enclave_text_pattern_new ("(\\w+)_push \\((.*)\\)", CASE | REGEX, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *plain = NULL;
  g_autofree char *expanded = NULL;
  guint n = 0;

  plain = enclave_text_pattern_replace (words, "ring rings\r\nring", "\\1&", &n, &error);
  g_assert_cmpstr (plain, ==, "\\1& rings\r\n\\1&");
  g_assert_cmpuint (n, ==, 2);
  expanded = enclave_text_pattern_replace (regex, "ring_push (a, b)\r\nx", "push_\\1 (\\2, 0)", &n, &error);
  g_assert_cmpstr (expanded, ==, "push_ring (a, b, 0)\r\nx");
  g_assert_cmpuint (n, ==, 1);
  g_assert_null (enclave_text_pattern_replace (regex, "x", "\\", &n, &error));
  g_assert_nonnull (error);
}

static char *
replace (const char *words, EnclaveTextPatternFlags flags, const char *text, const char *replacement)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveTextPattern) pattern = enclave_text_pattern_new (words, flags, &error);
  guint n = 0;

  g_assert_no_error (error);
  return enclave_text_pattern_replace (pattern, text, replacement, &n, &error);
}

#define assert_replaced(words, text, replacement, wanted) \
  do \
    { \
      g_autofree char *replaced_ = replace (words, CASE | REGEX, text, replacement); \
      g_assert_cmpstr (replaced_, ==, wanted); \
    } \
  while (0)

/* What an expression looks at around its match is there when the replacement is made as well. */
static void
test_replace_in_context (void)
{
  assert_replaced ("\\w+ = \\K(\\d+)", "a = 12; b = 3\nc = 4", "<\\1>", "a = <12>; b = <3>\nc = <4>");
  assert_replaced ("(?<=\\()(\\w+)(?=\\))", "f (x), g (yy)\n(z)", "[\\1]", "f ([x]), g ([yy])\n([z])");
  assert_replaced ("(?<!a)b", "ab bb\nb", "c", "ab cc\nc");
  assert_replaced ("(?<=a)a", "aaaa\na", "b", "abbb\na");
  assert_replaced ("^(\\w)|x", "xx axe\r\nx", "-", "-- a-e\r\n-");
  assert_replaced ("é\\Ka+", "éaa aé éa", "b", "éb aé éb");
  /* over all lines it would lead to the last of them only */
  assert_replaced ("a[\\s\\S]*\\Kb", "ab\nab\nab", "c", "ac\nac\nac");
  assert_found ("a\\Kb", CASE | REGEX, "ab b\nab", "1-2 6-7");
}

/* A line of any length is gone through once. */
static void
test_replace_long_line (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EnclaveTextPattern) pattern = enclave_text_pattern_new ("(é)\\d", CASE | REGEX, NULL);
  g_autofree char *replaced = NULL;
  gint64 begin;
  guint n = 0;

  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "some é1 words; ");
  begin = g_get_monotonic_time ();
  replaced = enclave_text_pattern_replace (pattern, text->str, "\\1-", &n, NULL);
  g_assert_cmpuint (n, ==, 100000);
  g_assert_true (g_str_has_prefix (replaced, "some é- words; some é- words; "));
  /* some 0.1 s; a look over the line for each would take minutes */
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 10 * G_TIME_SPAN_SECOND);
}

/* Nor are short lines looked at again and again where each is looked at for itself. */
static void
test_find_short_lines (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EnclaveTextPattern) pattern = enclave_text_pattern_new ("[xy]\\K[zu]", CASE | REGEX, NULL);
  gint64 begin;
  gsize start;
  gsize end;

  for (guint i = 0; i < 500000; i++)
    g_string_append (text, "é\n");
  g_string_append (text, "xz\n");
  begin = g_get_monotonic_time ();
  g_assert_true (enclave_text_pattern_find (pattern, text->str, text->len, 0, &start, &end));
  g_test_message ("short lines: %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - begin) / 1000);
  g_assert_cmpuint (end, ==, text->len - 1);
  g_assert_cmpuint (start, ==, text->len - 2);
  /* some 0.2 s; 64 KB for each would take minutes */
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 10 * G_TIME_SPAN_SECOND);
}

typedef struct
{
  GMainLoop *loop;
  GPtrArray *lines; /* (element-type utf8) */
} Found;

static void
found_cb (EnclaveTextSearch *search, GPtrArray *found, Found *all)
{
  for (guint i = 0; i < found->len; i++)
    {
      const EnclaveTextHits *hits = g_ptr_array_index (found, i);

      for (guint k = 0; k < hits->hits->len; k++)
        {
          const EnclaveTextHit *hit = &g_array_index (hits->hits, EnclaveTextHit, k);

          g_ptr_array_add (all->lines, g_strdup_printf ("%s:%u:%u:%.*s", hits->path, hit->line, hit->column, (int) (hit->end - hit->start),
                                                        hit->text + hit->start));
        }
    }
}

static void
ended_cb (EnclaveTextSearch *search, Found *all)
{
  g_main_loop_quit (all->loop);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

static char *
search_project (EnclaveTestProject *project, const char *words, EnclaveTextSearchOptions options)
{
  g_autoptr (EnclaveTextPattern) pattern = enclave_text_pattern_new (words, CASE, NULL);
  g_autoptr (EnclaveTextSearch) search = NULL;
  g_autoptr (GError) error = NULL;
  Found all = { g_main_loop_new (NULL, FALSE), g_ptr_array_new_with_free_func (g_free) };
  char *joined;

  options.root = project->root;
  options.pattern = pattern;
  search = enclave_text_search_new (&options, &error);
  g_assert_no_error (error);
  g_signal_connect (search, "found", G_CALLBACK (found_cb), &all);
  g_signal_connect (search, "ended", G_CALLBACK (ended_cb), &all);
  g_assert_true (enclave_text_search_get_running (search));
  g_main_loop_run (all.loop);
  g_assert_false (enclave_text_search_get_running (search));
  g_main_loop_unref (all.loop);
  g_ptr_array_sort (all.lines, compare);
  g_ptr_array_add (all.lines, NULL);
  joined = g_strjoinv (" ", (char **) all.lines->pdata);
  g_ptr_array_unref (all.lines);

  return joined;
}

#define assert_lines(project, words, wanted, ...) \
  do \
    { \
      g_autofree char *found_ = search_project (project, words, (EnclaveTextSearchOptions){ __VA_ARGS__ }); \
      g_assert_cmpstr (found_, ==, wanted); \
    } \
  while (0)

static void
test_search (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  enclave_test_project_write (project, "a.c", "one\r\ntwo ring\r\n\xc3\xa9 ring ring\r\n");
  enclave_test_project_write (project, "lib/b.h", "ring");
  enclave_test_project_write (project, ".env", "ring=1\n");
  enclave_test_project_write (project, ".gitignore", "*.o\n");
  enclave_test_project_write (project, "b.o", "ring\n");
  enclave_test_project_write_bytes (project, "data.bin", "\0ring\n", 6);
  enclave_test_project_symlink (project, "a.c", "link.c");

  assert_lines (project, "ring", ".env:1:1:ring a.c:2:5:ring a.c:3:3:ring lib/b.h:1:1:ring", .include = "");
  assert_lines (project, "ring", "b.o:1:1:ring", .include = "*.o", .with_ignored = TRUE);
  assert_lines (project, "ring", "lib/b.h:1:1:ring", .include = "*.h, *.o");
  assert_lines (project, "ring", ".env:1:1:ring", .exclude = "lib,*.c");
  assert_lines (project, "ring", "", .include = "nothing/");

  /* what is open and not saved */
  g_hash_table_insert (texts, enclave_test_project_path (project, "a.c"), g_strdup ("no more\n"));
  g_hash_table_insert (texts, enclave_test_project_path (project, "new.c"), g_strdup ("x\nring"));
  assert_lines (project, "ring", ".env:1:1:ring lib/b.h:1:1:ring new.c:2:1:ring", .texts = texts);
}

static void
test_long_lines (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *found = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append (text, "\xc3\xa9");
  g_string_append (text, "ring");
  for (guint i = 0; i < 5000; i++)
    g_string_append (text, "\xc3\xa9");
  enclave_test_project_write (project, "long", text->str);
  assert_lines (project, "ring", "long:1:5001:ring", .include = NULL);
}

/* More than is shown: it ends, and says so. */
static void
test_many (void)
{
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EnclaveTextPattern) pattern = enclave_text_pattern_new ("x", CASE, NULL);
  EnclaveTextSearch *search;
  Found all = { g_main_loop_new (NULL, FALSE), g_ptr_array_new_with_free_func (g_free) };

  for (guint i = 0; i < 15000; i++)
    g_string_append (text, "x\n");
  enclave_test_project_write (project, "a", text->str);
  enclave_test_project_write (project, "b", text->str);
  search = enclave_text_search_new (&(EnclaveTextSearchOptions){ .root = project->root, .pattern = pattern }, NULL);
  g_signal_connect (search, "found", G_CALLBACK (found_cb), &all);
  g_signal_connect (search, "ended", G_CALLBACK (ended_cb), &all);
  g_main_loop_run (all.loop);
  g_assert_true (enclave_text_search_get_is_full (search));
  g_assert_cmpuint (enclave_text_search_get_n_lines (search), ==, ENCLAVE_TEXT_SEARCH_MAX_LINES);
  g_assert_cmpuint (all.lines->len, ==, ENCLAVE_TEXT_SEARCH_MAX_LINES);
  g_object_unref (search);

  /* dropped while it runs: nothing comes after it */
  g_ptr_array_set_size (all.lines, 0);
  search = enclave_text_search_new (&(EnclaveTextSearchOptions){ .root = project->root, .pattern = pattern }, NULL);
  g_signal_connect (search, "found", G_CALLBACK (found_cb), &all);
  g_object_unref (search);
  enclave_test_spin (100);
  g_assert_cmpuint (all.lines->len, ==, 0);
  g_ptr_array_unref (all.lines);
  g_main_loop_unref (all.loop);
}

/* Files of other programs begin with a mark of what they are: they are searched as ripgrep does it. */
static void
test_byte_order_marks (void)
{
  static const struct
  {
    const char *name;
    const char *bytes;
    gsize length;
  } files[] = {
    { "big", "\xFE\xFF\0n\0o\0\n\0\xE9\xD8\x3D\xDE\0\0w\0x", 18 },
    { "little", "\xFF\xFE\0\xD8w\0x\0", 8 },
    { "odd", "\xFF\xFEw\0x\0\x41", 7 },
    { "utf8", "\xEF\xBB\xBFwx", 5 },
    { "binary", "wx\0", 3 },
  };
  g_autoptr (EnclaveTestProject) project = enclave_test_project_new ();
  g_autoptr (EnclaveTextPattern) pattern = enclave_text_pattern_new ("wx", CASE, NULL);
  static const char *const wanted[] = { "big:2:3:wx\nlittle:1:2:wx\nodd:1:1:wx\nutf8:1:1:wx", "odd:1:1:wx\nutf8:1:1:wx" };
  g_autoptr (EnclaveTextPattern) first = enclave_text_pattern_new ("^wx", CASE | REGEX, NULL);
  Found all = { g_main_loop_new (NULL, FALSE), g_ptr_array_new_with_free_func (g_free) };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (project->root, files[i].name, NULL);

      g_assert_true (g_file_set_contents (path, files[i].bytes, (gssize) files[i].length, NULL));
    }
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (EnclaveTextSearch) search = NULL;
      g_autofree char *lines = NULL;

      g_ptr_array_set_size (all.lines, 0);
      search = enclave_text_search_new (&(EnclaveTextSearchOptions){ .root = project->root, .pattern = i == 0 ? pattern : first }, NULL);
      g_signal_connect (search, "found", G_CALLBACK (found_cb), &all);
      g_signal_connect (search, "ended", G_CALLBACK (ended_cb), &all);
      g_main_loop_run (all.loop);
      g_ptr_array_sort (all.lines, compare);
      g_ptr_array_add (all.lines, NULL);
      lines = g_strjoinv ("\n", (char **) all.lines->pdata);
      g_assert_cmpstr (lines, ==, wanted[i]);
    }
  g_ptr_array_unref (all.lines);
  g_main_loop_unref (all.loop);
}

static void
test_bad_globs (void)
{
  g_autoptr (EnclaveTextPattern) pattern = enclave_text_pattern_new ("x", CASE, NULL);
  g_autofree char *endless = g_strnfill (5000, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_null (enclave_text_search_new (&(EnclaveTextSearchOptions){ .root = "/", .pattern = pattern, .include = endless }, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  g_test_add_func ("/text-search/find", test_find);
  g_test_add_func ("/text-search/against-lines", test_against_lines);
  g_test_add_func ("/text-search/byte-finder", test_byte_finder);
  g_test_add_func ("/text-search/bad-patterns", test_bad_patterns);
  g_test_add_func ("/text-search/replace", test_replace);
  g_test_add_func ("/text-search/replace-in-context", test_replace_in_context);
  g_test_add_func ("/text-search/replace-long-line", test_replace_long_line);
  g_test_add_func ("/text-search/short-lines", test_find_short_lines);
  g_test_add_func ("/text-search/search", test_search);
  g_test_add_func ("/text-search/long-lines", test_long_lines);
  g_test_add_func ("/text-search/many", test_many);
  g_test_add_func ("/text-search/byte-order-marks", test_byte_order_marks);
  g_test_add_func ("/text-search/bad-globs", test_bad_globs);
  return g_test_run ();
}
