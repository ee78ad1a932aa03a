/* test-mark-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include <string.h>

#include "enclave-mark-parser.h"

/* What was found, as "A@4 D1@9": the kind, a status or text, and where it ended. */
typedef struct
{
  GString *seen;
  gsize before;
} Seen;

static void
note (const EnclaveMark *mark, gsize end, gpointer user_data)
{
  static const char names[] = "ABCDF";
  Seen *seen = user_data;

  if (seen->seen->len > 0)
    g_string_append_c (seen->seen, ' ');
  g_string_append_c (seen->seen, names[mark->kind]);
  if (mark->kind == ENCLAVE_MARK_DONE && mark->status != ENCLAVE_MARK_STATUS_UNKNOWN)
    g_string_append_printf (seen->seen, "%d", mark->status);
  if (mark->text != NULL)
    g_string_append_printf (seen->seen, "<%s>", mark->text);
  g_string_append_printf (seen->seen, "@%" G_GSIZE_FORMAT, seen->before + end);
}

static void
check (const char *bytes, gsize length, const char *expected)
{
  /* whole, in all pieces of one size, cut at each place */
  for (gsize piece = 1; piece <= length; piece = piece < 8 ? piece + 1 : piece * 2)
    {
      g_autoptr (EnclaveMarkParser) parser = enclave_mark_parser_new ();
      Seen seen = { g_string_new (NULL), 0 };

      for (gsize at = 0; at < length; at += piece)
        {
          seen.before = at;
          enclave_mark_parser_feed (parser, bytes + at, MIN (piece, length - at), note, &seen);
        }
      g_assert_cmpstr (seen.seen->str, ==, expected);
      g_string_free (seen.seen, TRUE);
    }
  {
    g_autoptr (EnclaveMarkParser) parser = enclave_mark_parser_new ();
    Seen seen = { g_string_new (NULL), 0 };

    enclave_mark_parser_feed (parser, bytes, length, note, &seen);
    g_assert_cmpstr (seen.seen->str, ==, expected);
    g_string_free (seen.seen, TRUE);
  }
}

#define CHECK(bytes, expected) check (bytes, sizeof bytes - 1, expected)

static void
test_marks (void)
{
  CHECK ("\033]133;A\a$ \033]133;B\a", "A@8 B@18");
  CHECK ("\033]133;C\033\\out\r\n\033]133;D;7\033\\", "C@9 D7@25");
  CHECK ("\033]133;D\a", "D@8");
  CHECK ("\033]133;D;0;aid=12\a", "D0@17");
  CHECK ("\033]133;A;cl=m;k=i\a", "A@17");
  CHECK ("\033]7;file://host/a%20b\a", "F<file://host/a%20b>@22");
  CHECK ("h\303\251llo \360\237\230\200\033[1;31mred\033[0m\033]133;A\a", "A@33");
}

static void
test_no_marks (void)
{
  CHECK ("\033]133;Z\a\033]133;AB\a\033]1330;A\a\033]13;A\a\033]133\a\033]133;\a", "");
  CHECK ("\033]0;133;A\a", "");
  /* told otherwise, or nonsense: it has ended, the status is not known */
  CHECK ("\033]133;D;x\a\033]133;D;-1\a\033]133;D;256\a\033]133;D;99999999999\a", "D@10 D@21 D@33 D@53");
  /* within another string, broken off, or with a NUL in it */
  CHECK ("\033P+q\033]133;A\a", "A@12");
  CHECK ("\033P]133;A\a\033\\", "");
  CHECK ("\033]133;A\030\a\033]133;B\032\a", "");
  CHECK ("\033]133;A\033[0m", "");
  CHECK ("\033]133;A\0\a", "");
  CHECK ("\033_133;A\a\033\\\033]133;C\a", "C@18");
}

static void
test_too_long (void)
{
  g_autoptr (GString) text = g_string_new ("\033]7;file:///");
  g_autoptr (EnclaveMarkParser) parser = enclave_mark_parser_new ();
  Seen seen = { g_string_new (NULL), 0 };

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, 'a');
  g_string_append (text, "\a\033]133;A\a");
  enclave_mark_parser_feed (parser, text->str, text->len, note, &seen);
  g_assert_true (g_str_has_prefix (seen.seen->str, "A@"));
  g_string_free (seen.seen, TRUE);
}

static void
check_between (const char *bytes, gsize expected, gboolean is_between)
{
  g_autoptr (EnclaveMarkParser) parser = enclave_mark_parser_new ();

  g_assert_cmpuint (enclave_mark_parser_feed (parser, bytes, strlen (bytes), NULL, NULL), ==, expected);
  g_assert_cmpint (enclave_mark_parser_is_between (parser), ==, is_between);
}

static void
test_between (void)
{
  check_between ("plain text", 10, TRUE);
  check_between ("plain\033[1", 5, FALSE);
  check_between ("plain\033[1m", 9, TRUE);
  check_between ("a long enough text\303", 18, FALSE);
  check_between ("a long enough text\360\237\230", 18, FALSE);
  check_between ("a long enough text\360\237\230\200", 22, TRUE);
  check_between ("x\033]0;a title that goes on", 1, FALSE);
  check_between ("\033P+q544e", 0, FALSE);
  check_between ("broken \303\033[m", 11, TRUE);
}

static void
append_random (GString *text)
{
  static const char *const pieces[] = {
    "\033[", "\033]", "\033P", "\033_", "\033", "\033[0m", "\033[38;2;1;22;133m", "\033[?25h", "\033[ q", "\033]133;A\a", "\033]133;D;3\033\\",
    "\033]7;file:///x\a", "\a", "\033\\", "\030", "\032", "\r\n", "\n", "m", "38;5;1", "plain text of some length", "a", "\303\251", "\303",
    "\251", "\360\237\230\200", "\360\237", "\302\233", "\177", "\377",
  };

  for (int n = g_test_rand_int_range (1, 40); n > 0; n--)
    {
      if (g_test_rand_int_range (0, 16) == 0)
        g_string_append_c (text, (char) g_test_rand_int_range (0, 256));
      else
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    }
}

/* However it comes in pieces, it is read as byte by byte. */
static void
test_pieces (void)
{
  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (EnclaveMarkParser) single = enclave_mark_parser_new ();
      g_autoptr (EnclaveMarkParser) pieces = enclave_mark_parser_new ();
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree gboolean *between = NULL;
      Seen of_single = { g_string_new (NULL), 0 };
      Seen of_pieces = { g_string_new (NULL), 0 };

      append_random (text);
      between = g_new0 (gboolean, text->len + 1);
      for (gsize at = 0; at < text->len; at++)
        {
          of_single.before = at;
          enclave_mark_parser_feed (single, text->str + at, 1, note, &of_single);
          between[at + 1] = enclave_mark_parser_is_between (single);
        }
      for (gsize at = 0; at < text->len;)
        {
          gsize wanted = (gsize) g_test_rand_int_range (1, 80);
          gsize length = MIN (wanted, text->len - at);
          gsize found;

          of_pieces.before = at;
          found = enclave_mark_parser_feed (pieces, text->str + at, length, note, &of_pieces);
          g_assert_true (found == 0 || between[at + found]);
          g_assert_cmpint (enclave_mark_parser_is_between (pieces), ==, between[at + length]);
          g_assert_cmpint (found == length, ==, between[at + length]);
          at += length;
        }
      g_assert_cmpstr (of_pieces.seen->str, ==, of_single.seen->str);
      g_string_free (of_single.seen, TRUE);
      g_string_free (of_pieces.seen, TRUE);
    }
}

static void
test_reset (void)
{
  g_autoptr (EnclaveMarkParser) parser = enclave_mark_parser_new ();
  Seen seen = { g_string_new (NULL), 0 };

  enclave_mark_parser_feed (parser, "\033]133;", 6, note, &seen);
  enclave_mark_parser_reset (parser);
  enclave_mark_parser_feed (parser, "A\a", 2, note, &seen);
  g_assert_cmpstr (seen.seen->str, ==, "");
  g_assert_true (enclave_mark_parser_is_between (parser));
  g_string_free (seen.seen, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mark-parser/marks", test_marks);
  g_test_add_func ("/mark-parser/no-marks", test_no_marks);
  g_test_add_func ("/mark-parser/too-long", test_too_long);
  g_test_add_func ("/mark-parser/between", test_between);
  g_test_add_func ("/mark-parser/pieces", test_pieces);
  g_test_add_func ("/mark-parser/reset", test_reset);
  return g_test_run ();
}
