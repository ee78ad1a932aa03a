/* test-patch-apply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-line-diff.h"
#include "enclave-limits.h"
#include "patch-asserts.h"

static void
assert_refused (const char *text, const char *old_text, const char *new_text, int code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *result = enclave_patch_replace_text (text, old_text, new_text, NULL, &error);

  g_assert_null (result);
  g_assert_error (error, ENCLAVE_PATCH_ERROR, code);
  if (words != NULL && strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}

static void
assert_patched (const char *text, const char *diff, const char *expected, EnclaveMatchQuality expected_quality)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePatch) patch = enclave_patch_parse_diff (diff, &error);
  EnclaveMatchQuality quality;
  g_autofree char *result = NULL;

  g_assert_no_error (error);
  result = enclave_patch_apply (text, g_ptr_array_index (patch->operations, 0), &quality, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (result, ==, expected);
  g_assert_cmpint (quality, ==, expected_quality);
}

static void
assert_not_patched (const char *text, const char *diff, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclavePatch) patch = enclave_patch_parse_diff (diff, &error);
  g_autofree char *result = NULL;

  g_assert_no_error (error);
  result = enclave_patch_apply (text, g_ptr_array_index (patch->operations, 0), NULL, &error);
  g_assert_null (result);
  g_assert_error (error, ENCLAVE_PATCH_ERROR, code);
}

static void
test_exact (void)
{
  assert_replaced ("a b c\n", "b", "X", "a X c\n", ENCLAVE_MATCH_EXACT);
  assert_replaced ("one\ntwo\nthree\n", "two\n", "2\n", "one\n2\nthree\n", ENCLAVE_MATCH_EXACT);
  assert_replaced ("one\ntwo\nthree\n", "two\n", "", "one\nthree\n", ENCLAVE_MATCH_EXACT);
  assert_replaced ("one\ntwo\nthree\n", "two\n", "2", "one\n2\nthree\n", ENCLAVE_MATCH_EXACT);
  assert_replaced ("x = 1;\nmax = 1;\n", "x = 1;\n", "x = 2;\n", "x = 2;\nmax = 1;\n", ENCLAVE_MATCH_EXACT);
  assert_replaced ("f (a,\n   b);\n", "a,\n   b", "c", "f (c);\n", ENCLAVE_MATCH_EXACT);
  assert_replaced ("", "", "new\n", "new\n", ENCLAVE_MATCH_EXACT);
  assert_replaced ("ä ö\n", "ö", "ü", "ä ü\n", ENCLAVE_MATCH_EXACT);
}

static void
test_line_ends (void)
{
  /* CRLF stays CRLF, whatever the model writes. */
  assert_replaced ("a\r\nb\r\nc\r\n", "b\n", "x\ny\n", "a\r\nx\r\ny\r\nc\r\n", ENCLAVE_MATCH_LINE_ENDS);
  assert_replaced ("a\r\nb\r\nc\r\n", "a\nb", "x\ny", "x\r\ny\r\nc\r\n", ENCLAVE_MATCH_LINE_ENDS);
  assert_replaced ("a\r\nb\r\n", "b", "x\ny", "a\r\nx\r\ny\r\n", ENCLAVE_MATCH_EXACT);
  assert_replaced ("a\r\nb\r\n", "b\r\n", "x\r\n", "a\r\nx\r\n", ENCLAVE_MATCH_EXACT);
  /* Blanks at line ends, on either side; untouched lines keep their bytes. */
  assert_replaced ("a  \nb\t\nc\n", "a\nb\nc\n", "a\nb\nd\n", "a  \nb\t\nd\n", ENCLAVE_MATCH_LINE_ENDS);
  assert_replaced ("a\nb\n", "a  \n", "x\n", "x\nb\n", ENCLAVE_MATCH_LINE_ENDS);
  /* Mixed ends: only the touched line changes. */
  assert_replaced ("a\r\nb\nc\r\nd\n", "b\nc\n", "b\nC\n", "a\r\nb\nC\r\nd\n", ENCLAVE_MATCH_LINE_ENDS);
  assert_replaced ("a\rb\rc\r", "b\n", "x\ny\n", "a\rx\ry\rc\r", ENCLAVE_MATCH_LINE_ENDS);
}

static void
test_indentation (void)
{
  assert_replaced ("  if (x)\n    y ();\n", "if (x)\n  y ();\n", "if (z)\n  y ();\n  w ();\n",
                   "  if (z)\n    y ();\n    w ();\n", ENCLAVE_MATCH_INDENTATION);
  assert_replaced ("if (x)\n  y ();\n", "    if (x)\n      y ();\n", "    if (z)\n      y ();\n",
                   "if (z)\n  y ();\n", ENCLAVE_MATCH_INDENTATION);
  assert_replaced ("\tf ();\n\n\tg ();\n", "f ();\n\ng ();\n", "f ();\n\nh ();\n", "\tf ();\n\n\th ();\n",
                   ENCLAVE_MATCH_INDENTATION);
  /* Not uniform: no match. */
  assert_refused ("  a\n    b\n", "a\n b\n", "x\n", ENCLAVE_PATCH_ERROR_NO_MATCH, NULL);
  /* The new line stands further left than the place can. */
  assert_refused ("a\nb\n", "  a\n  b\n", "  a\nc\n", ENCLAVE_PATCH_ERROR_NO_MATCH, "indented");
}

static void
test_blank_lines (void)
{
  assert_replaced ("a\n\n\nb\nc\n", "a\nb\n", "a\nB\n", "a\n\n\nB\nc\n", ENCLAVE_MATCH_BLANK_LINES);
  assert_replaced ("a\nb\nc\n", "\na\n\nb\n", "\na\n\nX\n", "a\nX\nc\n", ENCLAVE_MATCH_BLANK_LINES);
}

static void
test_unique_or_none (void)
{
  assert_refused ("x\ny\nx\n", "x", "z", ENCLAVE_PATCH_ERROR_AMBIGUOUS, "1, 3");
  assert_refused ("x\ny\nx\n", "x\n", "z\n", ENCLAVE_PATCH_ERROR_AMBIGUOUS, "1, 3");
  assert_refused ("aaa", "aa", "b", ENCLAVE_PATCH_ERROR_AMBIGUOUS, NULL);
  assert_refused (" x\n y\n  x\n", "x\n", "z\n", ENCLAVE_PATCH_ERROR_AMBIGUOUS, "1, 3");
  assert_refused ("text\n", "", "more", ENCLAVE_PATCH_ERROR_NO_MATCH, "empty");
  assert_refused ("text\n", "text", "text", ENCLAVE_PATCH_ERROR_EMPTY, NULL);
  /* An exact place is taken even when a looser one exists. */
  assert_replaced ("  x\nx\n", "x\n", "z\n", "  x\nz\n", ENCLAVE_MATCH_EXACT);
}

static void
test_message (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 1; i <= 100; i++)
    g_string_append_printf (text, "int value_%u = %u;\n", i, i);

  assert_refused (text->str, "int value_40 = 40;\nint value_41 = 99;\nint value_42 = 42;\n", "x\n",
                  ENCLAVE_PATCH_ERROR_NO_MATCH, "   41| int value_41 = 41;");
  assert_refused ("alpha\nthe quick brown fox\nomega\n", "the quick brown dog\n", "x\n", ENCLAVE_PATCH_ERROR_NO_MATCH,
                  "    2| the quick brown fox");
  assert_refused ("first\nnew line here\nlast\n", "old line here\n", "new line here\n", ENCLAVE_PATCH_ERROR_NO_MATCH,
                  "at line 2; it is done already");
  assert_refused ("", "anything\n", "x\n", ENCLAVE_PATCH_ERROR_NO_MATCH, "the file is empty");
  /* Broken UTF-8 in the file must not reach the message. */
  assert_refused ("the quick \xff brown fox\n", "the quick brown dog\n", "x\n", ENCLAVE_PATCH_ERROR_NO_MATCH, "\xef\xbf\xbd");
}

static void
test_hunks (void)
{
  const char *head = "--- a/f\n+++ b/f\n";
  g_autofree char *two = g_strconcat (head, "@@ -900,2 +900,2 @@\n a\n-b\n+B\n@@ -7 +7 @@\n-e\n+E\n+F\n", NULL);
  g_autofree char *backwards = g_strconcat (head, "@@ -1 +1 @@\n-e\n+E\n@@ -1 +1 @@\n-b\n+B\n", NULL);
  g_autofree char *overlap = g_strconcat (head, "@@ -1 +1 @@\n-b\n+B\n@@ -1 +1 @@\n-b\n+C\n", NULL);
  g_autofree char *half = g_strconcat (head, "@@ -1 +1 @@\n-b\n+B\n@@ -1 +1 @@\n-nowhere\n+C\n", NULL);
  g_autofree char *placeless = g_strconcat (head, "@@ -3,0 +4 @@\n+x\n", NULL);
  g_autofree char *crlf = g_strconcat (head, "@@ @@\n b\n+new\n c\n", NULL);
  g_autofree char *sandwich = g_strconcat (head, "@@ @@\n+top\n a\n+middle\n-b\n+B\n c\n", NULL);

  assert_patched ("a\nb\nc\nd\ne\n", two, "a\nB\nc\nd\nE\nF\n", ENCLAVE_MATCH_EXACT);
  assert_patched ("a\nb\nc\nd\ne\n", backwards, "a\nB\nc\nd\nE\n", ENCLAVE_MATCH_EXACT);
  assert_patched ("a\nb\nc\n", sandwich, "top\na\nmiddle\nB\nc\n", ENCLAVE_MATCH_EXACT);
  assert_not_patched ("a\nb\nc\n", overlap, ENCLAVE_PATCH_ERROR_SYNTAX);
  assert_not_patched ("a\nb\nc\n", half, ENCLAVE_PATCH_ERROR_NO_MATCH);
  assert_not_patched ("a\nb\nc\n", placeless, ENCLAVE_PATCH_ERROR_NO_MATCH);
  assert_patched ("a\r\nb\r\nc\r\n", crlf, "a\r\nb\r\nnew\r\nc\r\n", ENCLAVE_MATCH_LINE_ENDS);
}

static void
test_last_newline (void)
{
  assert_patched ("a\nb", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n", "a\nc", ENCLAVE_MATCH_EXACT);
  assert_patched ("a\nb", "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n a\n b\n+c\n", "a\nb\nc", ENCLAVE_MATCH_EXACT);
  assert_patched ("a\nb", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n", "a\nb\n",
                  ENCLAVE_MATCH_EXACT);
  assert_patched ("a\nb\n", "--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+b\n\\ No newline at end of file\n", "a\nb",
                  ENCLAVE_MATCH_EXACT);
  assert_replaced ("a\nb", "b\n", "c\n", "a\nc", ENCLAVE_MATCH_EXACT);
}

static void
test_byte_order_mark (void)
{
  assert_replaced ("\xef\xbb\xbf" "a\nb\n", "a\n", "x\n", "\xef\xbb\xbf" "x\nb\n", ENCLAVE_MATCH_EXACT);
}

static void
test_whole_file (void)
{
  g_autoptr (EnclavePatch) patch = enclave_patch_new ();
  EnclavePatchOperation *operation = enclave_patch_operation_new (ENCLAVE_PATCH_WHOLE_FILE, "f");
  g_autofree char *unix_text = NULL;
  g_autofree char *dos_text = NULL;

  g_ptr_array_add (patch->operations, operation);
  operation->new_text = g_strdup ("a\nb\n");
  unix_text = enclave_patch_apply ("x\n", operation, NULL, NULL);
  dos_text = enclave_patch_apply ("x\r\ny\r\n", operation, NULL, NULL);
  g_assert_cmpstr (unix_text, ==, "a\nb\n");
  g_assert_cmpstr (dos_text, ==, "a\r\nb\r\n");
}

/* Random edits, given as the smallest unique search text, as a diff, and with damage that the layers
 * must forgive. */
static void
test_random_edits (void)
{
  static const EnclaveMatchQuality qualities[] = {
    ENCLAVE_MATCH_EXACT, ENCLAVE_MATCH_LINE_ENDS, ENCLAVE_MATCH_INDENTATION, ENCLAVE_MATCH_LINE_ENDS,
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (31337);

  for (guint round = 0; round < 2000; round++)
    {
      guint n = (guint) g_rand_int_range (random, 3, 40);
      guint from = (guint) g_rand_int_range (random, 0, (gint32) n - 1);
      guint count = (guint) g_rand_int_range (random, 1, 4);
      guint damage = round % 4;
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) expected = g_string_new (NULL);
      g_autoptr (GString) old_text = g_string_new (NULL);
      g_autoptr (GString) new_text = g_string_new (NULL);
      EnclaveMatchQuality quality;
      g_autoptr (GError) error = NULL;
      g_autofree char *result = NULL;

      count = MIN (count, n - from);
      for (guint i = 0; i < n; i++)
        {
          const char *end = damage == 1 ? "\r\n" : "\n";
          const char *indent = damage == 2 ? "    " : "";
          gboolean inside = i >= from && i < from + count;

          g_string_append_printf (text, "%sline %u%s", indent, i, end);
          g_string_append_printf (expected, "%s%s %u%s", indent, inside ? "edited" : "line", i, end);
          if (inside)
            {
              g_string_append_printf (old_text, "line %u%s\n", i, damage == 3 ? "  " : "");
              g_string_append_printf (new_text, "edited %u\n", i);
            }
        }
      result = enclave_patch_replace_text (text->str, old_text->str, new_text->str, &quality, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (result, ==, expected->str);
      g_assert_cmpint (quality, ==, qualities[damage]);
    }
}

static void
test_bounded_work (void)
{
  g_autofree char *text = g_strnfill (2000000, '\n');
  g_autofree char *old_text = g_strnfill (400000, '\n');
  g_autofree char *with_end = g_strconcat (old_text, "x\n", NULL);
  gint64 start = g_get_monotonic_time ();
  g_autofree char *result = enclave_patch_replace_text (text, with_end, "y\n", NULL, NULL);

  g_assert_null (result);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_USEC_PER_SEC);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/patch-apply/exact", test_exact);
  g_test_add_func ("/patch-apply/line-ends", test_line_ends);
  g_test_add_func ("/patch-apply/indentation", test_indentation);
  g_test_add_func ("/patch-apply/blank-lines", test_blank_lines);
  g_test_add_func ("/patch-apply/unique-or-none", test_unique_or_none);
  g_test_add_func ("/patch-apply/message", test_message);
  g_test_add_func ("/patch-apply/hunks", test_hunks);
  g_test_add_func ("/patch-apply/last-newline", test_last_newline);
  g_test_add_func ("/patch-apply/byte-order-mark", test_byte_order_mark);
  g_test_add_func ("/patch-apply/whole-file", test_whole_file);
  g_test_add_func ("/patch-apply/random-edits", test_random_edits);
  g_test_add_func ("/patch-apply/bounded-work", test_bounded_work);

  return g_test_run ();
}
