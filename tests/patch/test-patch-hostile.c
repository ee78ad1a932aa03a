/* test-patch-hostile.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-line-diff.h"
#include "enclave-patch.h"

/* Replies as a broken or hostile model writes them: an answer or an error, soon, and never half of what was meant. */

static const char file[] = "int a;\nint b;\n\n  int c;\n\tint d;\nint b;\nend\n";

static const char *const pieces[] = {
  "--- a/x.c\n", "+++ b/x.c\n", "@@ -1,3 +1,3 @@\n", "@@ -1 +1 @@\n", "@@\n", "@@ -9999999999,1 +1 @@\n", " int a;\n",
  "-int b;\n", "+long b;\n", "-", "+", " ", "\n", "\\ No newline at end of file\n", "```\n", "```diff\n", "```c x.c\n",
  "x.c\n", "<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n", "int a;\n", "int b;\n", "*** Begin Patch\n",
  "*** Update File: x.c\n", "*** Add File: y.c\n", "*** Delete File: x.c\n", "*** End Patch\n",
  "diff --git a/x.c b/x.c\n",
  "new file mode 100644\n", "deleted file mode 100644\n", "rename from x.c\n", "Binary files differ\n",
  "--- /dev/null\n",
  "+++ /dev/null\n", "\r\n", "caf\xc3\xa9\n", "  int c;\n", "end\n", "-- \n", "....\n",
};

static void
apply_all (const EnclavePatch *patch)
{
  for (guint i = 0; i < patch->operations->len; i++)
    {
      const EnclavePatchOperation *operation = g_ptr_array_index (patch->operations, i);
      g_autoptr (GError) error = NULL;
      EnclaveMatchQuality quality;
      g_autofree char *text = enclave_patch_apply (file, operation, &quality, &error);

      g_assert_true ((text == NULL) == (error != NULL));
      if (text == NULL)
        {
          g_assert_cmpint (error->domain, ==, ENCLAVE_PATCH_ERROR);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
        }
      else if (operation->kind == ENCLAVE_PATCH_HUNKS || operation->kind == ENCLAVE_PATCH_REPLACE_TEXT)
        {
          g_autoptr (GPtrArray) hunks = enclave_line_diff (file, text, 3);
          g_autofree gboolean *taken = g_new0 (gboolean, hunks->len + 1);
          g_autofree char *again = NULL;

          for (guint j = 0; j < hunks->len; j++)
            taken[j] = TRUE;
          again = enclave_line_diff_apply_some (file, text, hunks, taken);
          g_assert_cmpstr (again, ==, text);
        }
    }
}

static void
test_random (void)
{
  guint n_read = 0;

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n = (guint) g_test_rand_int_range (1, 24);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) diff_error = NULL;
      g_autoptr (EnclavePatch) patch = NULL;
      g_autoptr (EnclavePatch) diff = NULL;

      for (guint i = 0; i < n; i++)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      patch = enclave_patch_parse_reply (text->str, &error);
      g_assert_true ((patch == NULL) == (error != NULL));
      diff = enclave_patch_parse_diff (text->str, &diff_error);
      g_assert_true ((diff == NULL) == (diff_error != NULL));
      if (patch != NULL)
        {
          g_assert_cmpuint (patch->operations->len, >, 0);
          apply_all (patch);
          n_read++;
        }
      if (diff != NULL)
        apply_all (diff);
    }
  g_test_message ("%u of 20000 were patches", n_read);
  g_assert_cmpuint (n_read, >, 100);
}

/* A good patch cut anywhere: whole, or an error. */
static void
test_cut_anywhere (void)
{
  static const char *const replies[] = {
    "x.c\n<<<<<<< SEARCH\nint a;\nint b;\n=======\nlong a;\nlong b;\n>>>>>>> REPLACE\n",
    "x.c\n```c\nint a;\nint b;\n```\n",
    "```diff\n--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n-int a;\n-int b;\n+long a;\n+long b;\n```\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_autoptr (EnclavePatch) whole = enclave_patch_parse_reply (replies[i], NULL);

      g_assert_nonnull (whole);
      for (gsize length = 0; length + 4 < strlen (replies[i]); length++)
        {
          g_autofree char *cut = g_strndup (replies[i], length);
          g_autoptr (EnclavePatch) patch = enclave_patch_parse_reply (cut, NULL);

          if (patch != NULL)
            g_test_message ("%s", cut);
          g_assert_null (patch);
        }
    }
}

static void
test_floods (void)
{
  static const char *const units[] = { "```\n", "```c x.c\n", "<<<<<<< SEARCH\n", "=======\n", ">>>>>>> REPLACE\n",
                                       "x.c\n<<<<<<< SEARCH\n", "--- a/x.c\n+++ b/x.c\n", "@@ -1 +1 @@\n", "+x\n",
                                       "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-a\n+b\n", "*** Begin Patch\n", "x", "\n",
                                       "--- ", "```diff\n", "diff --git a/x b/x\n", "````markdown\n```\n" };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autoptr (GString) flood = g_string_new (NULL);
      gint64 start;
      g_autoptr (EnclavePatch) patch = NULL;
      g_autoptr (EnclavePatch) diff = NULL;

      while (flood->len < 1000 * 1000)
        g_string_append (flood, units[i]);
      start = g_get_monotonic_time ();
      patch = enclave_patch_parse_reply (flood->str, NULL);
      diff = enclave_patch_parse_diff (flood->str, NULL);
      g_test_message ("%s: %d ms", units[i], (int) ((g_get_monotonic_time () - start) / 1000));
      g_assert_cmpint (g_get_monotonic_time () - start, <, 3 * G_USEC_PER_SEC);
    }
}

/* A file that repeats itself, and one of a single line. */
static void
test_slow_matches (void)
{
  g_autoptr (GString) same = g_string_new (NULL);
  g_autoptr (GString) wide = g_string_new (NULL);
  g_autoptr (GString) old_text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < 200000; i++)
    g_string_append (same, "same\n");
  for (guint i = 0; i < 20000; i++)
    g_string_append (old_text, "same\n");
  g_string_append (old_text, "other\n");
  for (guint i = 0; i < 4000000; i++)
    g_string_append_c (wide, 'a');
  g_assert_null (enclave_patch_replace_text (same->str, old_text->str, "x\n", NULL, &error));
  g_assert_error (error, ENCLAVE_PATCH_ERROR, error->code);
  g_clear_error (&error);
  g_assert_null (enclave_patch_replace_text (wide->str, "aaaaaaaaab", "x", NULL, &error));
  g_assert_cmpuint (strlen (error->message), <, 4096);
  g_clear_error (&error);
  g_assert_null (enclave_patch_replace_text (wide->str, "aaaaaaaaa", "x", NULL, &error));
  g_assert_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_AMBIGUOUS);
  g_test_message ("%d ms", (int) ((g_get_monotonic_time () - start) / 1000));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/patch-hostile/random", test_random);
  g_test_add_func ("/patch-hostile/cut-anywhere", test_cut_anywhere);
  g_test_add_func ("/patch-hostile/floods", test_floods);
  g_test_add_func ("/patch-hostile/slow-matches", test_slow_matches);

  return g_test_run ();
}
