/* test-places-and-hunks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way back, and one change between two texts as something to do.
 */

#include "config.h"

#include <gtk/gtk.h>
#include <string.h>

#include "enclave-git-hunk.h"
#include "enclave-place-history.h"
#include "enclave-test-object.h"

static char *
go (EnclavePlaceHistory *history, int step, GFile *file, guint line)
{
  const EnclavePlace here = { file, line, 1 };
  const EnclavePlace *place = enclave_place_history_go (history, step, file != NULL ? &here : NULL);
  g_autofree char *name = place != NULL ? g_file_get_basename (place->file) : NULL;

  return place != NULL ? g_strdup_printf ("%s:%u", name, place->line) : NULL;
}

#define assert_goes(history, step, file, line, wanted) \
  do \
    { \
      g_autofree char *place_ = go (history, step, file, line); \
      g_assert_cmpstr (place_, ==, wanted); \
    } \
  while (0)

static void
test_places (void)
{
  EnclavePlaceHistory *history = enclave_place_history_new ();
  g_autoptr (GFile) a = g_file_new_for_path ("/p/a");
  g_autoptr (GFile) b = g_file_new_for_path ("/p/b");

  g_assert_false (enclave_place_history_get_can_go (history, -1));
  assert_goes (history, -1, a, 1, NULL);
  enclave_place_history_leave (history, a, 1, 1);
  enclave_place_history_leave (history, b, 50, 2);
  /* a few lines further is the same place */
  enclave_place_history_leave (history, b, 52, 1);
  assert_goes (history, -1, a, 90, "b:52");
  assert_goes (history, -1, b, 53, "a:1");
  g_assert_false (enclave_place_history_get_can_go (history, -1));
  assert_goes (history, 1, a, 1, "b:53");
  assert_goes (history, 1, b, 53, "a:90");
  g_assert_false (enclave_place_history_get_can_go (history, 1));

  /* going elsewhere forgets what lay ahead */
  assert_goes (history, -1, a, 90, "b:53");
  enclave_place_history_leave (history, b, 200, 1);
  g_assert_false (enclave_place_history_get_can_go (history, 1));

  for (guint i = 0; i < 300; i++)
    enclave_place_history_leave (history, i % 2 ? a : b, 10 * i + 1, 1);
  for (guint i = 0; i < 100; i++)
    g_assert_nonnull (enclave_place_history_go (history, -1, NULL));
  g_assert_null (enclave_place_history_go (history, -1, NULL));
  enclave_test_finalize (history);
}

static char *
patch_of (const char *old_text, const char *new_text, guint line, const char *path)
{
  g_autoptr (GPtrArray) hunks = enclave_line_diff (old_text, new_text, 0);
  const EnclaveDiffHunk *hunk = enclave_git_hunk_find (hunks, line);

  return hunk != NULL ? enclave_git_hunk_dup_patch (hunk, old_text, new_text, path) : NULL;
}

#define assert_patch(old_text, new_text, line, wanted) \
  do \
    { \
      g_autofree char *patch_ = patch_of (old_text, new_text, line, "a b.c"); \
      g_assert_cmpstr (patch_, ==, wanted); \
    } \
  while (0)

#define HEAD "--- a/a b.c\t\n+++ b/a b.c\t\n"

static void
test_hunks (void)
{
  assert_patch ("a\nb\nc\n", "a\nB\nc\n", 2, HEAD "@@ -2,1 +2,1 @@\n-b\n+B\n");
  assert_patch ("a\nb\nc\n", "a\nB\nc\n", 1, NULL);
  /* the change before it is not in the patch */
  assert_patch ("a\nb\nc\n", "1\n2\na\nb\nx\nc\n", 5, HEAD "@@ -2,0 +3,1 @@\n+x\n");
  assert_patch ("a\nb\n", "a\nx\ny\nb\n", 3, HEAD "@@ -1,0 +2,2 @@\n+x\n+y\n");
  assert_patch ("a\nb\nc\n", "a\nc\n", 2, HEAD "@@ -2,1 +1,0 @@\n-b\n");
  assert_patch ("a\nb\n", "a\n", 1, HEAD "@@ -2,1 +1,0 @@\n-b\n");
  /* each line with the end it has */
  assert_patch ("a\r\nb\r\n", "a\r\nB\r\n", 2, HEAD "@@ -2,1 +2,1 @@\n-b\r\n+B\r\n");
  assert_patch ("a\nb", "a\nB", 2, HEAD "@@ -2,1 +2,1 @@\n-b\n\\ No newline at end of file\n+B\n\\ No newline at end of file\n");
  /* no name is a line of its own */
  g_assert_null (patch_of ("a\n", "b\n", 1, "x\n+++ b/.git/hooks/y"));
  g_assert_null (patch_of ("a\n", "b\n", 1, "\"x\""));
}

/* As git takes them. */
static void
assert_staged (const char *old_text, const char *new_text, guint line, const char *wanted)
{
  static const char script[] = "git init --quiet . && printf %s \"$1\" >f && git add f && "
                               "printf %s \"$2\" | git apply --cached --unidiff-zero - && git show :f";
  g_autofree char *folder = g_dir_make_tmp ("enclave-hunk-XXXXXX", NULL);
  g_autofree char *patch = patch_of (old_text, new_text, line, "f");
  const char *argv[] = { "sh", "-c", script, "sh", old_text, patch, NULL };
  const char *rm_argv[] = { "rm", "-rf", folder, NULL };
  g_autofree char *staged = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_assert_nonnull (patch);
  g_assert_true (g_spawn_sync (folder, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &staged, NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (staged, ==, wanted);
  g_spawn_sync (NULL, (char **) rm_argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static void
test_staged_alone (void)
{
  assert_staged ("a\nb\nc\nd\ne\nf\n", "1\n2\n3\na\nb\nc\nX\nd\ne\nf\n", 7, "a\nb\nc\nX\nd\ne\nf\n");
  assert_staged ("x\n}\ny\n}\nz\n", "1\n2\nx\ny\n}\nz\n", 3, "x\ny\n}\nz\n");
  assert_staged ("a\nb\nc\nd\n", "c\nd\n9\n", 3, "a\nb\nc\nd\n9\n");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  g_test_add_func ("/places-and-hunks/places", test_places);
  g_test_add_func ("/places-and-hunks/hunks", test_hunks);
  g_test_add_func ("/places-and-hunks/hunks-staged-alone", test_staged_alone);
  return g_test_run ();
}
