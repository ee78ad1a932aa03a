/* test-git-history.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "enclave-git-blame.h"
#include "enclave-git-log.h"

#include "enclave-git-fixture.h"
#include "enclave-limits.h"
#include "enclave-test-box.h"

#define OBJECT "0123456789012345678901234567890123456789"
#define OTHER "abcdefabcdefabcdefabcdefabcdefabcdefabcd"

static void
set_up (EnclaveGitFixture *fixture, gconstpointer data)
{
  enclave_git_fixture_set_up (fixture);
}

static void
tear_down (EnclaveGitFixture *fixture, gconstpointer data)
{
  enclave_git_fixture_tear_down (fixture);
}

static GPtrArray *
load (EnclaveGitFixture *fixture, const char *path, guint first, guint count, gboolean *more, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_git_log_load_async (fixture->gate, path, first, count, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_git_log_load_finish (fixture->gate, result, more, error);
}

/* Subjects, each with the name that the file had. */
static char *
describe (GPtrArray *commits)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < commits->len; i++)
    {
      EnclaveGitCommit *commit = g_ptr_array_index (commits, i);
      const char *path = enclave_git_commit_get_path (commit);
      const char *old_path = enclave_git_commit_get_old_path (commit);

      g_string_append_printf (text, "%s:%s", enclave_git_commit_get_subject (commit), path != NULL ? path : "");
      if (old_path != NULL)
        g_string_append_printf (text, "<%s", old_path);
      g_string_append_c (text, '|');
    }

  return g_string_free (text, FALSE);
}

#define assert_log(fixture, path, first, count, wanted, wanted_more) \
  do \
    { \
      gboolean more_ = FALSE; \
      g_autoptr (GError) error_ = NULL; \
      g_autoptr (GPtrArray) commits_ = load (fixture, path, first, count, &more_, &error_); \
      g_autofree char *text_ = NULL; \
      g_assert_no_error (error_); \
      text_ = describe (commits_); \
      g_assert_cmpstr (text_, ==, wanted); \
      g_assert_cmpint (more_, ==, wanted_more); \
    } \
  while (0)

static char *
show (EnclaveGitFixture *fixture, EnclaveGitCommit *commit)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *text;

  enclave_git_show_async (fixture->gate, commit, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  text = enclave_git_show_finish (fixture->gate, result, &error);
  g_assert_no_error (error);

  return text;
}

/* a.c is renamed to z.c and changed in the same commit. */
static void
rename_file (EnclaveGitFixture *fixture)
{
  enclave_git_fixture_do (fixture, "mv a.c z.c");
  enclave_test_project_write (fixture->project, "z.c", "one\ntwo\nthree\nfour\n");
  enclave_git_fixture_do (fixture, "commit --quiet -am renamed");
}

static void
test_log (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  rename_file (fixture);
  enclave_test_project_write (fixture->project, ".env", "TOKEN=2\n");
  enclave_git_fixture_do (fixture, "commit --quiet -am token");
  enclave_test_project_write (fixture->project, "z.c", "one\n2\nthree\nfour\n");
  enclave_git_fixture_do (fixture, "commit --quiet -am third");

  assert_log (fixture, NULL, 0, 10, "third:|token:|renamed:|first:|", FALSE);
  assert_log (fixture, NULL, 1, 2, "token:|renamed:|", TRUE);
  assert_log (fixture, NULL, 4, 2, "", FALSE);
  assert_log (fixture, "z.c", 0, 10, "third:z.c|renamed:z.c<a.c|first:a.c|", FALSE);
  assert_log (fixture, "z.c", 0, 1, "third:z.c|", TRUE);
  assert_log (fixture, "z.c", 1, 1, "renamed:z.c<a.c|", TRUE);
  assert_log (fixture, "z.c", 2, 1, "first:a.c|", FALSE);
  g_assert_null (load (fixture, ".env", 0, 10, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
}

static void
test_show (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) commits = NULL;
  g_autoptr (GPtrArray) of_project = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *renamed = NULL;
  g_autofree char *whole = NULL;

  rename_file (fixture);
  enclave_test_project_write (fixture->project, ".env", "TOKEN=2\n");
  enclave_test_project_write (fixture->project, "dir/b.c", "changed\n");
  enclave_git_fixture_do (fixture, "commit --quiet -am 'with a token'");

  commits = load (fixture, "z.c", 0, 10, NULL, &error);
  g_assert_no_error (error);
  renamed = show (fixture, g_ptr_array_index (commits, 0));
  g_assert_true (g_str_has_prefix (renamed, "commit "));
  g_assert_nonnull (strstr (renamed, "Author: A <a@b.c>\n"));
  g_assert_nonnull (strstr (renamed, "    renamed\n"));
  g_assert_nonnull (strstr (renamed, "rename from a.c\n"));
  g_assert_nonnull (strstr (renamed, "+four\n"));
  g_assert_null (strstr (renamed, "-one"));

  /* of a commit with a denied file, all but that */
  of_project = load (fixture, NULL, 0, 1, NULL, &error);
  g_assert_no_error (error);
  whole = show (fixture, g_ptr_array_index (of_project, 0));
  g_assert_nonnull (strstr (whole, "+changed\n"));
  g_assert_null (strstr (whole, "TOKEN"));
  g_assert_null (strstr (whole, ".env"));
  g_assert_nonnull (strstr (whole, "1 file is left out"));
}

/* What is cut says so. Of a commit of which all is denied there is the head, however git is asked. */
static void
test_show_much (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) commits = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *denied = NULL;

  for (guint i = 0; i < 2003; i++)
    {
      g_autofree char *name = g_strdup_printf ("many/%04u.txt", i);

      enclave_test_project_write (fixture->project, name, "x\n");
    }
  enclave_test_project_write (fixture->project, "many/.env", "TOKEN=3\n");
  enclave_git_fixture_do (fixture, "add -A -f");
  enclave_git_fixture_do (fixture, "commit --quiet -m many");
  enclave_test_project_write (fixture->project, ".env", "TOKEN=2\n");
  enclave_git_fixture_do (fixture, "commit --quiet -am token");
  commits = load (fixture, NULL, 0, 2, NULL, &error);
  g_assert_no_error (error);
  text = show (fixture, g_ptr_array_index (commits, 1));
  g_assert_nonnull (strstr (text, "many/1999.txt"));
  g_assert_null (strstr (text, "many/2000.txt"));
  g_assert_nonnull (strstr (text, "3 more files are left out here."));
  denied = show (fixture, g_ptr_array_index (commits, 0));
  g_assert_nonnull (strstr (denied, "1 file is left out"));
  g_assert_null (strstr (denied, ".env"));
}

/* More than git may say: the files, and why it is they. */
static void
test_show_too_much (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (ENCLAVE_GIT_OUTPUT_MAX_BYTES + 1, 'x');
  g_autoptr (GPtrArray) commits = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;

  for (gsize i = 60; text[i] != '\0'; i += 60)
    text[i] = '\n';
  enclave_test_project_write (fixture->project, "large.txt", text);
  enclave_git_fixture_do (fixture, "add large.txt");
  enclave_git_fixture_do (fixture, "commit --quiet -m large");
  commits = load (fixture, NULL, 0, 1, NULL, &error);
  g_assert_no_error (error);
  shown = show (fixture, g_ptr_array_index (commits, 0));
  g_assert_nonnull (strstr (shown, "large.txt |"));
  g_assert_nonnull (strstr (shown, "The diff can’t be shown: git did not end in time, or said too much."));
  g_assert_null (strstr (shown, "+xxx"));
}

static EnclaveGitBlame *
blame (EnclaveGitFixture *fixture, const char *path, GError **error)
{
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  enclave_git_blame_load_async (fixture->gate, path, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_git_blame_load_finish (fixture->gate, result, error);
}

static void
test_blame (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveGitBlame) lines = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveGitCommit *commit;

  rename_file (fixture);
  lines = blame (fixture, "z.c", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (enclave_git_blame_get_n_lines (lines), ==, 4);
  g_assert_cmpstr (enclave_git_blame_get_text (lines), ==, "one\ntwo\nthree\nfour\n");
  commit = enclave_git_blame_get_commit (lines, 0);
  g_assert_cmpstr (enclave_git_commit_get_subject (commit), ==, "first");
  g_assert_cmpstr (enclave_git_commit_get_path (commit), ==, "a.c");
  g_assert_true (enclave_git_blame_get_commit (lines, 2) == commit);
  commit = enclave_git_blame_get_commit (lines, 3);
  g_assert_cmpstr (enclave_git_commit_get_subject (commit), ==, "renamed");
  g_assert_cmpstr (enclave_git_commit_get_author (commit), ==, "A");
  g_assert_cmpstr (enclave_git_commit_get_path (commit), ==, "z.c");
  g_assert_cmpstr (enclave_git_commit_get_old_path (commit), ==, "a.c");
  g_assert_null (enclave_git_blame_get_commit (lines, 4));

  g_assert_null (blame (fixture, ".env", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  /* what is said to a person, not git's own words */
  enclave_test_project_write (fixture->project, "new\nfile.c", "new\n");
  g_assert_null (blame (fixture, "new\nfile.c", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (strstr (error->message, "fatal"));
  g_clear_error (&error);

  /* and before the first commit there is an empty list */
  enclave_git_fixture_do (fixture, "switch --quiet --orphan empty");
  assert_log (fixture, NULL, 0, 10, "", FALSE);
  assert_log (fixture, "z.c", 0, 10, "", FALSE);
  g_assert_null (blame (fixture, "z.c", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* A file that was a denied one once: its first contents are not there, all that came later is. */
static void
test_was_denied (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveGitBlame) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  enclave_test_project_write (fixture->project, "conf/.env", "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n");
  enclave_git_fixture_do (fixture, "add -A");
  enclave_git_fixture_do (fixture, "commit --quiet -m secret");
  enclave_git_fixture_do (fixture, "mv conf/.env conf/plain.txt");
  enclave_test_project_write (fixture->project, "conf/plain.txt", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n8\n");
  enclave_git_fixture_do (fixture, "commit --quiet -am opened");

  assert_log (fixture, "conf/plain.txt", 0, 10, "opened:conf/plain.txt|", FALSE);
  lines = blame (fixture, "conf/plain.txt", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (enclave_git_blame_get_n_lines (lines), ==, 8);
  /* where the box shows the objects as they are, the line is from the commit of the denied file; what that changed is left out */
  text = show (fixture, enclave_git_blame_get_commit (lines, 0));
  g_assert_null (strstr (text, "conf/.env b/"));
  g_assert_null (strstr (text, "+++ b/conf/.env"));
}

/* To see a rename git compares contents: where one is not there, the file is listed as far as it goes. */
static void
test_missing (EnclaveGitFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveGitBlame) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *object = NULL;
  g_autofree char *relative = NULL;
  g_autofree char *path = NULL;

  rename_file (fixture);
  object = enclave_git_fixture_git (fixture, "rev-parse HEAD~1:a.c");
  relative = g_strdup_printf (".git/objects/%.2s/%s", object, g_strchomp (object + 2));
  path = enclave_test_project_path (fixture->project, relative);
  g_assert_cmpint (g_unlink (path), ==, 0);
  assert_log (fixture, "z.c", 0, 10, "renamed:z.c|", FALSE);
  lines = blame (fixture, "z.c", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (enclave_git_blame_get_n_lines (lines), ==, 4);
}

static gboolean
is_plain (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)))
      return FALSE;

  return TRUE;
}

static void
test_parse_log (void)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree char *long_subject = g_strnfill (1024 * 1024, 's');
  g_autoptr (GPtrArray) commits = NULL;
  g_autoptr (GPtrArray) cut = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  EnclaveGitCommit *commit;

#define ADD(text) g_string_append_len (bytes, text, sizeof text - 1)
  ADD ("\0" OBJECT "\0001700000000\0\x1b[31mEve\r\xff<b>&\xe2\x80\xae\0");
  g_string_append (bytes, long_subject);
  ADD ("\0\0\nM\0src/a b\nc\0");
  /* a subject that looks like the next commit, as far as it can */
  ADD ("\0" OTHER "\0-5\0\0\n" OBJECT "\0\0\nR087\0old\0new\0");
  ADD ("\0" OBJECT "\0001\0A\0no names\0\0");
  ADD ("\0" OTHER "\0001\0A\0last\0\0\nC100\0from\0to\0");
#undef ADD
  commits = enclave_git_log_parse (bytes->str, bytes->len);
  g_assert_cmpuint (commits->len, ==, 4);
  commit = g_ptr_array_index (commits, 0);
  g_assert_cmpstr (enclave_git_commit_get_hash (commit), ==, OBJECT);
  g_assert_cmpint (enclave_git_commit_get_time (commit), ==, 1700000000);
  g_assert_true (is_plain (enclave_git_commit_get_author (commit)));
  g_assert_null (strstr (enclave_git_commit_get_author (commit), "\xe2\x80\xae"));
  /* markup is text like any other: what shows it must not read it */
  g_assert_nonnull (strstr (enclave_git_commit_get_author (commit), "<b>&"));
  g_assert_cmpuint (strlen (enclave_git_commit_get_subject (commit)), <, 500);
  g_assert_cmpstr (enclave_git_commit_get_path (commit), ==, "src/a b\nc");
  commit = g_ptr_array_index (commits, 1);
  g_assert_cmpint (enclave_git_commit_get_time (commit), ==, 0);
  g_assert_cmpstr (enclave_git_commit_get_path (commit), ==, "new");
  g_assert_cmpstr (enclave_git_commit_get_old_path (commit), ==, "old");
  commit = g_ptr_array_index (commits, 2);
  g_assert_cmpstr (enclave_git_commit_get_subject (commit), ==, "no names");
  g_assert_null (enclave_git_commit_get_path (commit));
  commit = g_ptr_array_index (commits, 3);
  g_assert_cmpstr (enclave_git_commit_get_path (commit), ==, "to");
  /* in the middle of the last one */
  cut = enclave_git_log_parse (bytes->str, bytes->len - 30);
  g_assert_cmpuint (cut->len, ==, 3);

  for (guint i = 0; i < 3000; i++)
    {
      gsize length = (gsize) g_rand_int_range (random, 0, (int) MIN (bytes->len, 400));
      g_autofree char *noise = g_memdup2 (bytes->str + bytes->len - length, MAX (length, 1));
      g_autoptr (EnclaveGitBlame) lines = NULL;

      for (guint k = 0; length > 0 && k < 4; k++)
        noise[g_rand_int_range (random, 0, (int) length)] = "\0\nMR\t \xff"[g_rand_int_range (random, 0, 7)];
      g_ptr_array_unref (enclave_git_log_parse (noise, length));
      lines = enclave_git_blame_parse (noise, length);
    }
}

static void
test_parse_blame (void)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree char *long_summary = g_strnfill (1024 * 1024, 'x');
  g_autoptr (EnclaveGitBlame) lines = NULL;
  g_autoptr (EnclaveGitBlame) none = enclave_git_blame_parse ("", 0);
  g_autoptr (EnclaveGitBlame) orphan = enclave_git_blame_parse ("\tline\n", 6);
  EnclaveGitCommit *commit;

  g_string_append (bytes, OBJECT " 1 1 2\nauthor \x1b]0;title\x07 <i>\nauthor-time 1700000000\nsummary ");
  g_string_append (bytes, long_summary);
  g_string_append (bytes, "\nprevious " OTHER " \"old\\tname\"\nfilename \"a\\303\\244\\\"\"\n\tfirst\n" OBJECT " 2 2\n\t\n");
  /* a line that looks like a head is behind a tab; and the same commit under another name */
  g_string_append (bytes, OTHER " 1 3 1\nauthor B\nsummary \nfilename x\n\t" OBJECT " 1 1 1\n" OBJECT " 9 4 1\nfilename y\n\tlast");
  lines = enclave_git_blame_parse (bytes->str, bytes->len);
  g_assert_cmpuint (enclave_git_blame_get_n_lines (none), ==, 0);
  g_assert_cmpuint (enclave_git_blame_get_n_lines (orphan), ==, 0);
  g_assert_cmpuint (enclave_git_blame_get_n_lines (lines), ==, 4);
  g_assert_cmpstr (enclave_git_blame_get_text (lines), ==, "first\n\n" OBJECT " 1 1 1\nlast\n");
  commit = enclave_git_blame_get_commit (lines, 0);
  g_assert_true (is_plain (enclave_git_commit_get_author (commit)));
  g_assert_nonnull (strstr (enclave_git_commit_get_author (commit), "<i>"));
  g_assert_cmpuint (strlen (enclave_git_commit_get_subject (commit)), <, 500);
  g_assert_cmpstr (enclave_git_commit_get_path (commit), ==, "a\303\244\"");
  g_assert_cmpstr (enclave_git_commit_get_old_path (commit), ==, "old\tname");
  g_assert_true (enclave_git_blame_get_commit (lines, 1) == commit);
  g_assert_cmpstr (enclave_git_commit_get_hash (enclave_git_blame_get_commit (lines, 2)), ==, OTHER);
  commit = enclave_git_blame_get_commit (lines, 3);
  g_assert_cmpstr (enclave_git_commit_get_path (commit), ==, "y");
  g_assert_cmpint (enclave_git_commit_get_time (commit), ==, 1700000000);
}

static void
test_show_text (void)
{
  g_autofree char *long_line = g_strnfill (10000, 'l');
  g_autofree char *much = g_strnfill (3 * 1024 * 1024, '\n');
  g_autofree char *bytes = g_strdup_printf ("+\xff\n%s\n+end", long_line);
  g_autofree char *text = enclave_git_show_text (bytes, strlen (bytes), 0);
  g_autofree char *cut = enclave_git_show_text (much, strlen (much), 2);

  g_assert_true (g_utf8_validate (text, -1, NULL));
  g_assert_cmpuint (strlen (text), <, 5000);
  g_assert_true (g_str_has_suffix (text, "l…\n+end"));
  g_assert_cmpuint (strlen (cut), <, 2100 * 1024);
  g_assert_nonnull (strstr (cut, "the rest is left out here"));
  g_assert_nonnull (strstr (cut, "2 files are left out"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  g_test_add_func ("/git-history/parse-log", test_parse_log);
  g_test_add_func ("/git-history/parse-blame", test_parse_blame);
  g_test_add_func ("/git-history/show-text", test_show_text);
  if (enclave_test_box_is_missing ())
    return 0;
#define ADD(name, function) g_test_add ("/git-history/" name, EnclaveGitFixture, NULL, set_up, function, tear_down)
  ADD ("log", test_log);
  ADD ("show", test_show);
  ADD ("show-much", test_show_much);
  ADD ("show-too-much", test_show_too_much);
  ADD ("blame", test_blame);
  ADD ("was-denied", test_was_denied);
  ADD ("missing", test_missing);
  return g_test_run ();
}
