/* test-patch-parse.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-line-diff.h"
#include "enclave-limits.h"
#include "enclave-patch.h"

static EnclavePatchOperation *
operation_at (EnclavePatch *patch, guint index)
{
  g_assert_nonnull (patch);
  g_assert_cmpuint (index, <, patch->operations->len);
  return g_ptr_array_index (patch->operations, index);
}

static void
assert_reply_error (const char *reply, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePatch) patch = enclave_patch_parse_reply (reply, &error);

  g_assert_null (patch);
  g_assert_error (error, ENCLAVE_PATCH_ERROR, code);
}

static void
assert_diff_error (const char *diff, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePatch) patch = enclave_patch_parse_diff (diff, &error);

  g_assert_null (patch);
  g_assert_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_SYNTAX);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_plain_diff (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePatch) patch = NULL;
  EnclavePatchOperation *operation;
  g_autofree char *text = NULL;

  patch = enclave_patch_parse_diff ("--- a/src/main.c\t2024-01-01\n+++ b/src/main.c\n@@ -1,3 +1,3 @@ int main\n a\n-b\n+c\n d\n",
                                    &error);
  g_assert_no_error (error);
  operation = operation_at (patch, 0);
  g_assert_cmpint (operation->kind, ==, ENCLAVE_PATCH_HUNKS);
  g_assert_cmpstr (operation->path, ==, "src/main.c");
  text = enclave_patch_apply ("x\na\nb\nd\n", operation, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "x\na\nc\nd\n");
}

static void
test_git_diff (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePatch) patch = NULL;

  patch = enclave_patch_parse_diff (
    "From 0123 Mon Sep 17\nSubject: [PATCH] change\n\n---\n a | 2 +-\n 1 file changed\n\n"
    "diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+2\n"
    "diff --git a/new.c b/new.c\nnew file mode 100644\nindex 0000000..1\n--- /dev/null\n+++ b/new.c\n@@ -0,0 +1,2 @@\n+x\n+y\n"
    "diff --git a/old name.c b/old name.c\ndeleted file mode 100644\nindex 1..0\n"
    "diff --git a/empty b/empty\nnew file mode 100644\nindex 000..e69\n"
    "diff --git \"a/\\303\\244.c\" \"b/\\303\\244.c\"\n--- \"a/\\303\\244.c\"\n+++ \"b/\\303\\244.c\"\n@@ -1 +1 @@\n-1\n+2\n"
    "-- \n2.39.2\n",
    &error);
  g_assert_no_error (error);
  g_assert_cmpuint (patch->operations->len, ==, 5);
  g_assert_cmpstr (operation_at (patch, 0)->path, ==, "a");
  g_assert_cmpstr (operation_at (patch, 1)->path, ==, "new.c");
  g_assert_cmpint (operation_at (patch, 1)->kind, ==, ENCLAVE_PATCH_HUNKS);
  g_assert_cmpstr (operation_at (patch, 2)->path, ==, "old name.c");
  g_assert_cmpint (operation_at (patch, 2)->kind, ==, ENCLAVE_PATCH_DELETE_FILE);
  g_assert_cmpstr (operation_at (patch, 3)->path, ==, "empty");
  g_assert_cmpint (operation_at (patch, 3)->kind, ==, ENCLAVE_PATCH_WHOLE_FILE);
  g_assert_cmpstr (operation_at (patch, 3)->new_text, ==, "");
  g_assert_cmpstr (operation_at (patch, 4)->path, ==, "ä.c");
}

static void
test_deleted_by_dev_null (void)
{
  g_autoptr (EnclavePatch) patch = enclave_patch_parse_diff ("--- a/gone.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n", NULL);

  g_assert_cmpint (operation_at (patch, 0)->kind, ==, ENCLAVE_PATCH_DELETE_FILE);
  g_assert_cmpstr (operation_at (patch, 0)->path, ==, "gone.c");
}

static void
test_wrong_counts (void)
{
  g_autoptr (EnclavePatch) patch = NULL;
  EnclavePatchOperation *operation;

  patch = enclave_patch_parse_diff ("--- a/f\n+++ b/f\n@@ -10,2 +10,9 @@\n a\n-b\n+c\n d\n@@ @@\n-x\n+y\n", NULL);
  operation = operation_at (patch, 0);
  g_assert_cmpuint (operation->hunks->len, ==, 2);
  g_assert_cmpuint (((EnclaveDiffHunk *) g_ptr_array_index (operation->hunks, 0))->n_lines, ==, 4);
}

/* Removed and added lines that look like heads. */
static void
test_lines_like_heads (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePatch) patch = NULL;
  g_autofree char *text = NULL;

  patch = enclave_patch_parse_diff ("--- a/f.sql\n+++ b/f.sql\n@@ -1,2 +1,2 @@\n--- old remark\n+++ new remark\n select;\n",
                                    &error);
  g_assert_no_error (error);
  g_assert_cmpuint (patch->operations->len, ==, 1);
  text = enclave_patch_apply ("-- old remark\nselect;\n", operation_at (patch, 0), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "++ new remark\nselect;\n");
}

static void
test_bad_diffs (void)
{
  assert_diff_error ("--- a/f\n+++ b/f\n", "line 1");
  assert_diff_error ("--- a/f\n+++ b/f\n@@ -1 +1 @@\n a\n", "nothing in it is changed");
  assert_diff_error ("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n", "moved");
  assert_diff_error ("diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc\n", "links");
  assert_diff_error ("diff --git a/x b/x\nnew file mode 160000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+1\n", "submodules");
  assert_diff_error ("diff --git a/x b/x\nBinary files a/x and b/x differ\n", "binary");
  assert_diff_error ("@@ -1 +1 @@\n-a\n+b\n", "names no file");
  assert_diff_error ("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n\n+c\nnote\n\n+d\n--- a/g\n+++ b/g\n", "line");
  assert_diff_error ("*** Begin Patch\n*** Update File: f\n@@\n-a\n+b\n", "End Patch");
  assert_diff_error ("*** Begin Patch\nhello\n*** End Patch\n", "line 2");
  {
    g_autoptr (GError) error = NULL;

    g_assert_null (enclave_patch_parse_diff ("nothing here", &error));
    g_assert_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_EMPTY);
  }
}

static void
test_begin_patch (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePatch) patch = NULL;
  g_autofree char *text = NULL;

  patch = enclave_patch_parse_diff ("```\n*** Begin Patch\n*** Update File: src/a.py\n@@ def f():\n x = 1\n-y = 2\n+y = 3\n"
                                    "*** Add File: b.txt\n+one\n+two\n*** Delete File: c.txt\n*** End Patch\n```\n", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (patch->operations->len, ==, 3);
  g_assert_cmpstr (operation_at (patch, 0)->path, ==, "src/a.py");
  text = enclave_patch_apply ("x = 1\ny = 2\n", operation_at (patch, 0), NULL, &error);
  g_assert_cmpstr (text, ==, "x = 1\ny = 3\n");
  g_free (text);
  text = enclave_patch_apply ("", operation_at (patch, 1), NULL, &error);
  g_assert_cmpstr (text, ==, "one\ntwo\n");
  /* A new file never takes the place of one that is there. */
  g_assert_null (enclave_patch_apply ("something\n", operation_at (patch, 1), NULL, &error));
  g_assert_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH);
  g_assert_cmpint (operation_at (patch, 2)->kind, ==, ENCLAVE_PATCH_DELETE_FILE);
}

static void
test_search_blocks (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePatch) patch = NULL;

  patch = enclave_patch_parse_reply ("Sure.\n\nsrc/a.c\n```c\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n```\n\n"
                                     "**b.c**\n<<<<<<< SEARCH\nx\n=======\n>>>>>>> REPLACE\n"
                                     "<<<<<<< SEARCH\ny\n=======\nz\n>>>>>>> REPLACE\n"
                                     "```\nnew.txt\n<<<<<<< SEARCH\n=======\nhello\n>>>>>>> REPLACE\n```\n", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (patch->operations->len, ==, 4);
  g_assert_cmpstr (operation_at (patch, 0)->path, ==, "src/a.c");
  g_assert_cmpstr (operation_at (patch, 0)->old_text, ==, "old\n");
  g_assert_cmpstr (operation_at (patch, 0)->new_text, ==, "new\n");
  g_assert_cmpstr (operation_at (patch, 1)->path, ==, "b.c");
  g_assert_cmpstr (operation_at (patch, 1)->new_text, ==, "");
  g_assert_cmpstr (operation_at (patch, 2)->path, ==, "b.c");
  g_assert_cmpstr (operation_at (patch, 3)->path, ==, "new.txt");
  g_assert_cmpint (operation_at (patch, 3)->kind, ==, ENCLAVE_PATCH_HUNKS);

  assert_reply_error ("a.c\n<<<<<<< SEARCH\nold\n=======\nnew\n", ENCLAVE_PATCH_ERROR_SYNTAX);
  assert_reply_error ("a.c\n<<<<<<< SEARCH\nold\n>>>>>>> REPLACE\n", ENCLAVE_PATCH_ERROR_SYNTAX);
  assert_reply_error ("a.c\n<<<<<<< SEARCH\na\n=======\nb\n=======\nc\n>>>>>>> REPLACE\n", ENCLAVE_PATCH_ERROR_SYNTAX);
}

static void
test_whole_files (void)
{
  static const struct { const char *head; const char *path; } forms[] = {
    { "```c src/main.c\n", "src/main.c" },
    { "```src/main.c\n", "src/main.c" },
    { "```c:src/main.c\n", "src/main.c" },
    { "```c title=\"src/main.c\"\n", "src/main.c" },
    { "```c {filename=src/main.c}\n", "src/main.c" },
    { "src/main.c\n```c\n", "src/main.c" },
    { "**src/main.c**\n\n```c\n", "src/main.c" },
    { "### `src/main.c`:\n```c\n", "src/main.c" },
    { "# src/main.c\n~~~~\n", "src/main.c" },
    { "File: src/main.c\n```c\n", "src/main.c" },
    { "**File: `src/main`** (new file)\n```\n", "src/main" },
    { "1. `Makefile`\n```\n", "Makefile" },
    { "- .gitignore\n```\n", ".gitignore" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean tilde = strstr (forms[i].head, "~~~~") != NULL;
      g_autofree char *reply = g_strconcat ("Here it is:\n\n", forms[i].head, "int x;\n", tilde ? "~~~~" : "```", "\nDone.\n", NULL);
      g_autoptr (EnclavePatch) patch = enclave_patch_parse_reply (reply, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (patch->operations->len, ==, 1);
      g_assert_cmpint (operation_at (patch, 0)->kind, ==, ENCLAVE_PATCH_WHOLE_FILE);
      g_assert_cmpstr (operation_at (patch, 0)->path, ==, forms[i].path);
      g_assert_cmpstr (operation_at (patch, 0)->new_text, ==, "int x;\n");
    }
}

static void
test_prose_is_no_edit (void)
{
  static const char *const replies[] = {
    "",
    "Hello, how can I help?",
    "Run this:\n```sh\nrm -rf build\n```\n",
    "Output:\n```\nmain.c: ok\n```\n",
    "Client/Server\n```\nsome drawing\n```\nmore\n",
    "In `src/main.c` the loop is wrong:\n```\nfor (;;)\n```\n",
    "Two examples:\n```c\nint a;\n```\nand\n```c\nint b;\n```\n",
    "Use `+` and `-`:\n\n- one\n- two\n+ three\n",
    "The marker\n=======\nis a heading.\n",
    "The diff begins with --- and +++.\n--- a\nb\n",
    "```c\nint cut_off;\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++)
    assert_reply_error (replies[i], ENCLAVE_PATCH_ERROR_EMPTY);
}

static void
test_cut_off_is_refused (void)
{
  assert_reply_error ("src/main.c\n```c\nint half;\n", ENCLAVE_PATCH_ERROR_SYNTAX);
  assert_reply_error ("```diff\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n", ENCLAVE_PATCH_ERROR_SYNTAX);
}

static void
test_sole_block (void)
{
  g_autoptr (EnclavePatch) code = enclave_patch_parse_reply ("Try:\n```python\nprint(1)\n```\n", NULL);
  g_autoptr (EnclavePatch) diff = enclave_patch_parse_reply ("```diff\n-a\n+b\n```\nand\n```sh\nmake\n```\n", NULL);

  g_assert_null (operation_at (code, 0)->path);
  g_assert_cmpint (operation_at (code, 0)->kind, ==, ENCLAVE_PATCH_WHOLE_FILE);
  g_assert_null (operation_at (diff, 0)->path);
  g_assert_cmpint (operation_at (diff, 0)->kind, ==, ENCLAVE_PATCH_HUNKS);
}

static void
test_diff_in_prose (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePatch) patch = NULL;
  g_autofree char *text = NULL;

  patch = enclave_patch_parse_reply ("I change one line:\n\n--- a/f.c\n+++ b/f.c\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\n- a list\n- goes on\n\n"
                                     "```diff\ndiff --git a/g.c b/g.c\n--- a/g.c\n+++ b/g.c\n@@ -1 +1 @@\n-1\n+2\n```\n", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (patch->operations->len, ==, 2);
  text = enclave_patch_apply ("a\nb\n", operation_at (patch, 0), NULL, &error);
  g_assert_cmpstr (text, ==, "a\nc\n");
  g_assert_cmpstr (operation_at (patch, 1)->path, ==, "g.c");
}

static void
test_nested_markdown (void)
{
  g_autoptr (EnclavePatch) patch = NULL;

  patch = enclave_patch_parse_reply ("README.md\n```markdown\n# Title\n```sh\nmake\n```\nEnd.\n```\n", NULL);
  g_assert_cmpuint (patch->operations->len, ==, 1);
  g_assert_cmpstr (operation_at (patch, 0)->new_text, ==, "# Title\n```sh\nmake\n```\nEnd.\n");
}

static void
test_crlf_reply (void)
{
  g_autoptr (EnclavePatch) patch = enclave_patch_parse_reply ("a.c\r\n```c\r\nint a;\r\n```\r\n", NULL);

  g_assert_cmpstr (operation_at (patch, 0)->new_text, ==, "int a;\n");
}

static void
test_too_large (void)
{
  g_autofree char *reply = g_strnfill (ENCLAVE_PATCH_MAX_BYTES + 1, 'x');
  g_autoptr (GError) error = NULL;

  assert_reply_error (reply, ENCLAVE_PATCH_ERROR_TOO_LARGE);
  g_assert_null (enclave_patch_parse_diff (reply, &error));
  g_assert_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_TOO_LARGE);
}

/* Our own diffs come back as what they were. */
static void
test_own_diffs (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (99);

  for (guint round = 0; round < 1500; round++)
    {
      g_autoptr (GString) old_text = g_string_new (NULL);
      g_autoptr (GString) new_text = g_string_new (NULL);
      g_autoptr (GPtrArray) hunks = NULL;
      g_autofree char *unified = NULL;
      g_autoptr (EnclavePatch) patch = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *result = NULL;
      EnclaveMatchQuality quality;
      guint n = (guint) g_rand_int_range (random, 0, 30);
      gboolean crlf = round % 3 == 0;

      for (guint i = 0; i < n; i++)
        {
          gint32 what = g_rand_int_range (random, 0, 8);
          const char *end = crlf ? "\r\n" : "\n";

          if (what != 0)
            g_string_append_printf (old_text, "%s%u%s", i % 4 == 0 ? "-- " : "  line ", i, i + 1 < n || what < 6 ? end : "");
          if (what != 1)
            g_string_append_printf (new_text, "%s%u%s%s", i % 4 == 0 ? "-- " : "  line ", i, what == 2 ? "!" : "",
                                    i + 1 < n || what < 5 ? end : "");
        }
      hunks = enclave_line_diff (old_text->str, new_text->str, round % 4);
      if (hunks->len == 0)
        continue;
      unified = enclave_line_diff_to_unified (hunks, "dir/file");
      patch = enclave_patch_parse_diff (unified, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (patch->operations->len, ==, 1);
      result = enclave_patch_apply (old_text->str, operation_at (patch, 0), &quality, &error);
      /* Without context a part that only adds can't be placed. */
      if (round % 4 == 0 && g_error_matches (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH))
        continue;
      g_assert_no_error (error);
      g_assert_cmpstr (result, ==, new_text->str);
    }
}

static void
test_garbage (void)
{
  static const char *const pieces[] = {
    "```", "```diff", "~~~", "--- a/f", "+++ b/f", "@@ -1,2 +3,4 @@", "@@", "@@ -99999999999999999999,1 +1 @@", "+x", "-y", " z",
    "", "\\ No newline", "<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE", "diff --git a/f b/f", "new file mode 100644",
    "*** Begin Patch", "*** Update File: f", "*** Add File: g", "*** End Patch", "*** Move to: h", "f.c", "**f.c**", "# f.c:",
    "\r", "-- ", "--- /dev/null", "+++ /dev/null", "`", "\xff\xfe", "diff --git ", "--- ", "+++ ", "File:", "****", "1. ",
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (EnclavePatch) reply = NULL;
      g_autoptr (EnclavePatch) diff = NULL;
      guint n = (guint) g_rand_int_range (random, 0, 14);

      for (guint i = 0; i < n; i++)
        {
          g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
          if (g_rand_int_range (random, 0, 20) > 0)
            g_string_append_c (text, '\n');
        }
      reply = enclave_patch_parse_reply (text->str, NULL);
      diff = enclave_patch_parse_diff (text->str, NULL);
      for (guint i = 0; reply != NULL && i < reply->operations->len; i++)
        g_free (enclave_patch_apply ("x\ny\nz\n", operation_at (reply, i), NULL, NULL));
      for (guint i = 0; diff != NULL && i < diff->operations->len; i++)
        {
          g_assert_nonnull (operation_at (diff, i)->path);
          g_free (enclave_patch_apply ("z\ny\n", operation_at (diff, i), NULL, NULL));
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/patch-parse/plain-diff", test_plain_diff);
  g_test_add_func ("/patch-parse/git-diff", test_git_diff);
  g_test_add_func ("/patch-parse/deleted-by-dev-null", test_deleted_by_dev_null);
  g_test_add_func ("/patch-parse/wrong-counts", test_wrong_counts);
  g_test_add_func ("/patch-parse/lines-like-heads", test_lines_like_heads);
  g_test_add_func ("/patch-parse/bad-diffs", test_bad_diffs);
  g_test_add_func ("/patch-parse/begin-patch", test_begin_patch);
  g_test_add_func ("/patch-parse/search-blocks", test_search_blocks);
  g_test_add_func ("/patch-parse/whole-files", test_whole_files);
  g_test_add_func ("/patch-parse/prose-is-no-edit", test_prose_is_no_edit);
  g_test_add_func ("/patch-parse/cut-off-is-refused", test_cut_off_is_refused);
  g_test_add_func ("/patch-parse/sole-block", test_sole_block);
  g_test_add_func ("/patch-parse/diff-in-prose", test_diff_in_prose);
  g_test_add_func ("/patch-parse/nested-markdown", test_nested_markdown);
  g_test_add_func ("/patch-parse/crlf-reply", test_crlf_reply);
  g_test_add_func ("/patch-parse/too-large", test_too_large);
  g_test_add_func ("/patch-parse/own-diffs", test_own_diffs);
  g_test_add_func ("/patch-parse/garbage", test_garbage);

  return g_test_run ();
}
