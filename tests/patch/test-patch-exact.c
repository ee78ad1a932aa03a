/* test-patch-exact.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-patch-private.h"

/* The pass that finds the exact hunks of a patch together gives the places that a look at each line of the file gives. */

/* Few and alike, so that most hunks stand in several places, and of lengths about those where lines are hashed otherwise. */
static const char *const words[] = {
  "", "\t", "a", "}", "  }", "1234567", "12345678", "12345678 ", "return first + 1;", "return other + 1;", "return first + 1;\t",
};

static void
append_line (GString *text, GRand *random, const char *end)
{
  const char *word = words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))];

  g_string_append (text, word);
  if (g_rand_int_range (random, 0, 8) == 0)
    for (int i = 0; i < 300; i++)
      g_string_append_c (text, 'x');
  g_string_append (text, end);
}

/* Some lines of the file, of which one may be another one, and some that are new. */
static EnclaveDiffHunk *
make_hunk (GArray *file, GRand *random)
{
  EnclaveDiffHunk *hunk = enclave_diff_hunk_new ();
  guint n = (guint) g_rand_int_range (random, 0, 6);
  guint first = (guint) g_rand_int_range (random, 0, (gint32) file->len);

  for (guint i = first; i < first + n && i < file->len; i++)
    {
      const EnclaveTextLine *line = &g_array_index (file, EnclaveTextLine, i);
      g_autoptr (GString) text = g_string_new_len (line->text, line->length);

      if (g_rand_int_range (random, 0, 20) == 0)
        append_line (text, random, "");
      /* At the end of a file that lacks its last line end either way is right. */
      if (line->end_length == 2 || (line->end_length == 0 && g_rand_boolean (random)))
        g_string_append_c (text, '\r');
      enclave_diff_hunk_add_line (hunk, g_rand_boolean (random) ? ENCLAVE_DIFF_CONTEXT : ENCLAVE_DIFF_REMOVED, text->str, text->len);
      if (g_rand_int_range (random, 0, 4) == 0)
        enclave_diff_hunk_add_line (hunk, ENCLAVE_DIFF_ADDED, "new", 3);
    }
  return hunk;
}

static gboolean
stands_at (GArray *file, guint place, const EnclaveDiffHunk *hunk)
{
  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *old = &hunk->lines[i];
      g_autofree char *wanted = g_strconcat (old->text, "\n", NULL);
      const EnclaveTextLine *line;
      gsize length;

      if (old->kind == ENCLAVE_DIFF_ADDED)
        continue;
      if (place >= file->len)
        return FALSE;
      line = &g_array_index (file, EnclaveTextLine, place++);
      length = (gsize) line->length + line->end_length;
      if (line->end_length == 0 && g_str_has_suffix (wanted, "\r\n"))
        wanted[strlen (wanted) - 2] = '\0';
      else if (line->end_length == 0)
        wanted[strlen (wanted) - 1] = '\0';
      if (strlen (wanted) != length || memcmp (wanted, line->text, length) != 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
has_old_lines (const EnclaveDiffHunk *hunk)
{
  for (guint i = 0; i < hunk->n_lines; i++)
    if (hunk->lines[i].kind != ENCLAVE_DIFF_ADDED)
      return TRUE;
  return FALSE;
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20261126);
  guint n_found = 0;
  guint n_several = 0;

  for (guint round = 0; round < 400; round++)
    {
      const char *end = round % 3 == 0 ? "\r\n" : "\n";
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) hunks = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_diff_hunk_free);
      g_autoptr (GArray) file = NULL;
      g_autofree guint *places = NULL;

      for (int i = g_rand_int_range (random, 1, 60); i > 0; i--)
        append_line (text, random, round % 7 == 0 && g_rand_boolean (random) ? "\n" : end);
      if (round % 2 == 0)
        g_string_truncate (text, text->len - 1);
      if (text->len == 0)
        continue;
      file = enclave_text_lines_new (text->str);
      for (guint i = 0; i < 12; i++)
        g_ptr_array_add (hunks, make_hunk (file, random));

      places = enclave_patch_find_exact (file, hunks);
      for (guint i = 0; i < hunks->len; i++)
        {
          const EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);
          guint n = 0;
          guint place = 0;

          for (guint at = 0; at < file->len && has_old_lines (hunk); at++)
            if (stands_at (file, at, hunk))
              {
                place = at;
                n++;
              }
          g_assert_cmpuint (places[i], ==, n == 1 ? place : ENCLAVE_PATCH_NO_PLACE);
          n_found += n == 1;
          n_several += n > 1;
        }
    }
  g_assert_cmpuint (n_found, >, 500);
  g_assert_cmpuint (n_several, >, 500);
}

/* A file that repeats itself: the pass ends, and what it didn't find out the search does. */
static void
test_repeats (void)
{
  const guint n_lines = 20000;
  const guint n_hunks = 1000;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) diff = g_string_new ("--- a/f\n+++ b/f\n");
  g_autoptr (EnclavePatch) patch = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) file = NULL;
  g_autofree guint *places = NULL;
  g_autofree char *result = NULL;
  GPtrArray *hunks;

  for (guint i = 0; i < n_lines; i++)
    if (i % 20 == 10)
      g_string_append_printf (text, "%u\n", i);
    else
      g_string_append (text, "the same line\n");
  for (guint i = 0; i < n_hunks; i++)
    g_string_append_printf (diff, "@@ -%u,3 +%u,3 @@\n the same line\n-%u\n+x\n the same line\n", i * 20 + 10, i * 20 + 10, i * 20 + 10);

  patch = enclave_patch_parse_diff (diff->str, &error);
  g_assert_no_error (error);
  hunks = ((EnclavePatchOperation *) g_ptr_array_index (patch->operations, 0))->hunks;
  file = enclave_text_lines_new (text->str);
  places = enclave_patch_find_exact (file, hunks);
  for (guint i = 0; i < hunks->len; i++)
    g_assert_cmpuint (places[i], ==, ENCLAVE_PATCH_NO_PLACE);
  result = enclave_patch_apply (text->str, g_ptr_array_index (patch->operations, 0), NULL, &error);
  g_assert_no_error (error);
  g_assert_null (strstr (result, "\n10\n"));
  g_assert_nonnull (strstr (result, "\nthe same line\nx\nthe same line\n"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/patch-exact/random", test_random);
  g_test_add_func ("/patch-exact/repeats", test_repeats);

  return g_test_run ();
}
