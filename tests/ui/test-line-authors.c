/* test-line-authors.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whose a line is once the text was edited, in the words that say so.
 */

#include "config.h"

#include <dlfcn.h>
#include <gtk/gtk.h>
#include <string.h>

#include "enclave-blame.h"
#include "enclave-blame-gutter.h"
#include "enclave-blame-lines.h"
#include "enclave-git-words.h"

#include "enclave-document-fixture.h"
#include "enclave-test-project.h"

#define MANY 10000

/* What is drawn while somebody looks. */
static GString *drawn;

void
pango_layout_set_text (PangoLayout *layout, const char *text, int length)
{
  void (*set_text) (PangoLayout *, const char *, int) = dlsym (RTLD_NEXT, "pango_layout_set_text");

  if (drawn != NULL)
    g_string_append_printf (drawn, "%s|", text);
  set_text (layout, text, length);
}

/* Each letter of @letters is a commit of that subject, and @text has as many lines. (transfer full) */
static EnclaveGitBlame *
new_blame (const char *letters, const char *text)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; letters[i] != '\0'; i++)
    {
      g_string_append_printf (bytes, "%040x 1 %u 1\nauthor A\nauthor-time 5\nsummary %c\nfilename f\n\t", (guint) letters[i], i + 1,
                              letters[i]);
      g_string_append_printf (bytes, "%s\n", lines[i]);
    }

  return enclave_git_blame_parse (bytes->str, bytes->len);
}

/* A letter for each line of a buffer, `-` for what is not committed. (transfer full) */
static char *
map (EnclaveGitBlame *blame, const char *text, const char *encoding)
{
  g_autoptr (GPtrArray) commits = enclave_blame_lines_map (blame, text, encoding);
  GString *letters = g_string_new (NULL);

  for (guint i = 0; i < commits->len; i++)
    {
      EnclaveGitCommit *commit = g_ptr_array_index (commits, i);

      g_string_append (letters, commit != NULL ? enclave_git_commit_get_subject (commit) : "-");
    }

  return g_string_free (letters, FALSE);
}

#define assert_map(blame, text, encoding, wanted) \
  do \
    { \
      g_autofree char *letters_ = map (blame, text, encoding); \
      g_assert_cmpstr (letters_, ==, wanted); \
    } \
  while (0)

static void
test_edited (void)
{
  g_autoptr (EnclaveGitBlame) blame = new_blame ("abca", "one\ntwo\nthree\nfour");
  g_autoptr (EnclaveGitBlame) none = new_blame ("", "");

  assert_map (blame, "one\ntwo\nthree\nfour\n", NULL, "abca");
  assert_map (blame, "one\ntwo\nthree\nfour", NULL, "abca");
  assert_map (blame, "new\none\ntwo\nthree\nfour\n", NULL, "-abca");
  assert_map (blame, "one\nthree\nfour\n", NULL, "aca");
  assert_map (blame, "one\nTWO\nmore\nthree\nfour\nend\n", NULL, "a--ca-");
  assert_map (blame, "", NULL, "");
  assert_map (none, "one\n", NULL, "-");
  assert_map (none, "", NULL, "");
}

/* What a buffer does not have of a file, and what it makes lines of. */
static void
test_as_in_file (void)
{
  g_autoptr (EnclaveGitBlame) windows = new_blame ("abc", "\xef\xbb\xbfone\r\ntwo\r\nthree\r");
  g_autoptr (EnclaveGitBlame) latin = new_blame ("ab", "gr\xfc\xdf\nzwei");
  g_autoptr (EnclaveGitBlame) strange = new_blame ("abc", "one\ntwo\rand \xe2\x80\xa9 more\nthree");

  assert_map (windows, "one\r\ntwo\r\nTHREE\r\n", NULL, "ab-");
  assert_map (windows, "one\ntwo\nthree\n", NULL, "abc");
  assert_map (latin, "gr\xc3\xbc\xc3\x9f\nzwei\n", "ISO-8859-1", "ab");
  assert_map (latin, "gr\xc3\xbc\xc3\x9f\nzwei\n", NULL, "-b");
  assert_map (strange, "one\ntwo\rand \xe2\x80\xa9 more\nthree\n", NULL, "abbbc");
}

/* The same numbers as a buffer has, whatever ends its lines. */
static void
test_as_buffer (void)
{
  static const char text[] = "a\nb\r\nc\rd\xe2\x80\xa9" "e\n\nf\r\r\ng";
  g_autoptr (EnclaveGitBlame) blame = new_blame ("xxxxx", "a\nb\nc\n\nf");
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);
  g_autoptr (GPtrArray) commits = NULL;

  gtk_text_buffer_set_text (buffer, text, -1);
  commits = enclave_blame_lines_map (blame, text, NULL);
  g_assert_cmpint ((int) commits->len, ==, gtk_text_buffer_get_line_count (buffer));
}

static void
test_many (void)
{
  g_autofree char *letters = g_strnfill (MANY, 'a');
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EnclaveGitBlame) blame = NULL;
  g_autoptr (GPtrArray) commits = NULL;
  gint64 start;

  for (guint i = 0; i < MANY; i++)
    g_string_append_printf (text, "line %u\n", i);
  blame = new_blame (letters, text->str);
  g_string_insert (text, (gssize) (text->len / 2), "new\n\nlines\n");
  start = g_get_monotonic_time ();
  commits = enclave_blame_lines_map (blame, text->str, NULL);
  g_test_minimized_result ((double) (g_get_monotonic_time () - start) / 1000, "ms for %u lines", MANY);
  g_assert_cmpuint (commits->len, ==, MANY + 3);
  g_assert_nonnull (g_ptr_array_index (commits, MANY + 2));
}

static void
test_words (void)
{
  static const struct
  {
    gint64 age;
    const char *words;
  } cases[] = { { 0, "just now" },        { 59, "just now" },     { 60, "1 minute ago" },  { 3599, "59 minutes ago" },
                { 7200, "2 hours ago" }, { 86400, "1 day ago" }, { 2591999, "29 days ago" } };
  gint64 now = 1700000000;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = enclave_git_words_dup_age (now - cases[i].age, now);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
  {
    g_autofree char *old = enclave_git_words_dup_age (1000000000, now);
    g_autofree char *to_come = enclave_git_words_dup_age (now + 3 * 86400, now);
    g_autofree char *never = enclave_git_words_dup_age (0, now);

    g_assert_true (g_str_has_prefix (old, "2001-09-"));
    g_assert_true (g_str_has_prefix (to_come, "2023-11-"));
    g_assert_cmpstr (never, ==, "");
  }
}

static void
failed_cb (gboolean *failed)
{
  *failed = TRUE;
}

/* Git has answered before that it can't, the text was edited since, and somebody asks before the edit has settled: there is an answer. */
static void
test_asked_while_edited (void)
{
  EnclaveTestProject *project = enclave_test_project_new ();
  g_autofree char *path = enclave_test_project_path (project, "a.c");
  g_autoptr (EnclaveSandbox) sandbox = enclave_sandbox_new ();
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (EnclaveDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGitCommit) commit = NULL;
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GtkWidget *view = g_object_ref_sink (gtk_source_view_new ());
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  gboolean failed = FALSE;
  EnclaveBlame *blame;

  enclave_test_project_write (project, "a.c", "one\n");
  gate = enclave_gate_new (project->root, sandbox, &error);
  g_assert_no_error (error);
  document = enclave_test_open_document (path);
  blame = enclave_blame_attach (GTK_SOURCE_VIEW (view), document, gate, "a.c", 0);
  g_signal_connect_swapped (blame, "failed", G_CALLBACK (failed_cb), &failed);
  enclave_blame_set_column (blame, TRUE);
  while (!failed)
    g_main_context_iteration (NULL, TRUE);
  gtk_text_buffer_insert_at_cursor (buffer, "x\n", -1);
  enclave_blame_look_async (blame, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  commit = enclave_blame_look_finish (blame, result, &error);
  g_assert_null (commit);
  g_assert_nonnull (error);
  g_object_unref (view);
  enclave_test_project_free (project);
}

/* Three lines of two commits, the first at @time. (transfer full) */
static GPtrArray *
new_lines (gint64 time)
{
  static const char format[] = "%040x 1 %u 1\nauthor %c\nauthor-time %" G_GINT64_FORMAT "\nsummary s\nfilename f\n\t%s\n";
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autoptr (EnclaveGitBlame) blame = NULL;

  g_string_append_printf (bytes, format, 'a', 1u, 'A', time, "one");
  g_string_append_printf (bytes, format, 'b', 2u, 'B', (gint64) 951825600, "two");
  g_string_append_printf (bytes, format, 'a', 3u, 'A', time, "three");
  blame = enclave_git_blame_parse (bytes->str, bytes->len);
  return enclave_blame_lines_map (blame, "one\ntwo\nthree\n", NULL);
}

static void
wait_drawn (const char *wanted)
{
  for (guint i = 0; i < 3000 && strstr (drawn->str, wanted) == NULL; i++)
    enclave_test_spin (10);
  if (strstr (drawn->str, wanted) == NULL)
    g_error ("“%s” is not drawn: %s", wanted, drawn->str);
}

/* Each commit with its own day, also when others come into the place of those that were drawn. */
static void
test_dates (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = gtk_source_view_new ();
  GtkSourceGutterRenderer *gutter = enclave_blame_gutter_new ();
  g_autoptr (GPtrArray) lines = new_lines (31579200);
  g_autoptr (GPtrArray) later = new_lines (1709208000);

  drawn = g_string_new (NULL);
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), "one\ntwo\nthree\n", -1);
  gtk_source_gutter_insert (gtk_source_view_get_gutter (GTK_SOURCE_VIEW (view), GTK_TEXT_WINDOW_LEFT), gutter, 0);
  enclave_blame_gutter_set_lines (ENCLAVE_BLAME_GUTTER (gutter), lines);
  gtk_window_set_default_size (GTK_WINDOW (window), 600, 300);
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_present (GTK_WINDOW (window));
  wait_drawn ("A|1971-01-01|B|2000-02-29|A|1971-01-01|");
  g_string_truncate (drawn, 0);
  enclave_blame_gutter_set_lines (ENCLAVE_BLAME_GUTTER (gutter), later);
  wait_drawn ("A|2024-02-29|B|2000-02-29|A|2024-02-29|");
  g_assert_null (strstr (drawn->str, "1971"));
  gtk_window_destroy (GTK_WINDOW (window));
  g_string_free (g_steal_pointer (&drawn), TRUE);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line-authors/edited", test_edited);
  g_test_add_func ("/line-authors/as-in-file", test_as_in_file);
  g_test_add_func ("/line-authors/as-buffer", test_as_buffer);
  g_test_add_func ("/line-authors/many", test_many);
  g_test_add_func ("/line-authors/words", test_words);
  g_test_add_func ("/line-authors/dates", test_dates);
  g_test_add_func ("/line-authors/asked-while-edited", test_asked_while_edited);
  return g_test_run ();
}
