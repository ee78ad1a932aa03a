/* test-utf8.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-utf8.h"

static void
test_prefix (void)
{
  static const char text[] = "aé€😀z";

  for (gsize max = 0; max <= sizeof text; max++)
    {
      gsize length = enclave_utf8_prefix_length (text, sizeof text - 1, max);

      g_assert_cmpuint (length, <=, max);
      g_assert_cmpuint (length + 3, >=, MIN (max, sizeof text - 1));
      g_assert_true (g_utf8_validate_len (text, length, NULL));
    }
  g_assert_cmpuint (enclave_utf8_prefix_length (NULL, 0, 4), ==, 0);
  /* What is no UTF-8 is cut anywhere, never past its beginning. */
  g_assert_cmpuint (enclave_utf8_prefix_length ("\x80\x80\x80\x80\x80", 5, 4), ==, 4);
}

static void
assert_text (char *text, const char *wanted)
{
  g_autofree char *owned = text;

  g_assert_true (g_utf8_validate (owned, -1, NULL));
  g_assert_cmpstr (owned, ==, wanted);
}

static void
test_make_valid (void)
{
  assert_text (enclave_utf8_make_valid ("aé", -1), "aé");
  assert_text (enclave_utf8_make_valid (NULL, 0), "");
  assert_text (enclave_utf8_make_valid ("a\0b", 3), "a\u2400b");
  assert_text (enclave_utf8_make_valid ("a\xff\xc3z", -1), "a\ufffd\ufffdz");
  assert_text (enclave_utf8_make_valid ("\xed\xa0\x80", -1), "\ufffd\ufffd\ufffd");
  assert_text (enclave_utf8_make_valid ("\xc0\xaf", -1), "\ufffd\ufffd");
  assert_text (enclave_utf8_make_valid ("\xf4\x90\x80\x80", -1), "\ufffd\ufffd\ufffd\ufffd");
}

static void
test_make_visible (void)
{
  guint hidden = 99;

  assert_text (enclave_utf8_make_visible ("plain é\n\ttext", &hidden), "plain é\n\ttext");
  g_assert_cmpuint (hidden, ==, 0);
  assert_text (enclave_utf8_make_visible ("a\u202eb\u200bc\x1b[0m\r\u00a0\U000e0041\ufe0f\u2028\u061c\x7f\xc2\x85\u3164", &hidden),
               "a<U+202E>b<U+200B>c<U+001B>[0m<U+000D><U+00A0><U+E0041><U+FE0F><U+2028><U+061C><U+007F><U+0085><U+3164>");
  g_assert_cmpuint (hidden, ==, 12);
  assert_text (enclave_utf8_make_visible ("\xff", NULL), "\ufffd");
}

static void
test_needs_mark (void)
{
  static const struct
  {
    const char *text;
    guint n_marks;
  } cases[] = {
    { "plain text", 0 },
    { "gr\u00fcn \u4f60\u597d \u0395\u03bb\u03bb\u03ac\u03b4\u03b1 \u043f\u0440\u0438\u0432\u0435\u0442", 0 },
    { "\u0440ath", 1 },                /* Cyrillic er in a Latin word */
    { "p\u0430th/\u0441onf", 2 },
    { "\u0430-latin", 0 },             /* a word of its own */
    { "\u03b1\u0431", 2 },             /* Greek and Cyrillic */
    { "\uff52m", 1 },                  /* full-width */
    { "\U0001d42b\U0001d426", 2 },     /* mathematical */
    { "a\u2003b\u00a0c", 2 },          /* spaces */
    { "a\u200db\ufe0fc\U000e0041", 3 },
    { "\u202ea\u2066b\u2069\u200e\u200f\u061c", 6 },
    { "a\302\205b\x1b\x7f\r", 4 },
    { "a\tb\nc", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint n = 0;

      for (const char *at = cases[i].text; *at != '\0'; at = g_utf8_next_char (at))
        n += enclave_utf8_needs_mark (cases[i].text, at);
      g_test_message ("%s", cases[i].text);
      g_assert_cmpuint (n, ==, cases[i].n_marks);
    }
}

static void
test_names (void)
{
  assert_text (enclave_utf8_display_name ("a\nb\xff\t"), "a<U+000A>b\\xff<U+0009>");
  assert_text (enclave_utf8_display_name ("é"), "é");
  assert_text (enclave_utf8_display_name (""), "");
  assert_text (enclave_utf8_fold_name ("\uff0e\uff25NV\u200b"), ".env");
  assert_text (enclave_utf8_fold_name ("STRA\u00dfE"), "strasse");
  assert_text (enclave_utf8_fold_name ("e\u200b\u0301"), "é");
  assert_text (enclave_utf8_fold_name ("A\xff"), "a\ufffd");
  for (gunichar c = 1; c < 0x110000; c++)
    {
      char name[8] = { 0 };
      g_autofree char *once = NULL;

      if (!g_unichar_validate (c))
        continue;
      g_unichar_to_utf8 (c, name);
      once = enclave_utf8_fold_name (name);
      if (!enclave_utf8_is_default_ignorable (c))
        continue;
      if (once[0] != '\0')
        g_error ("U+%04X is not dropped", c);
    }
}

static void
test_strip_escapes (void)
{
  assert_text (enclave_utf8_strip_escapes ("a\x1b[31mred\x1b[0m\n", -1), "ared\n");
  assert_text (enclave_utf8_strip_escapes ("\x1b]0;title\x07x\x1b]8;;http://h\x1b\\y", -1), "xy");
  assert_text (enclave_utf8_strip_escapes ("\x1b]52;c;AAAA\x1b\\z\x1bPdcs\x1b\\w\x1b^pm\x1b\\v", -1), "zwv");
  assert_text (enclave_utf8_strip_escapes ("10%\r100%\r\n", -1), "100%\n");
  assert_text (enclave_utf8_strip_escapes ("long line\r\x1b[Kshort", -1), "short");
  assert_text (enclave_utf8_strip_escapes ("ab\bc", -1), "ac");
  assert_text (enclave_utf8_strip_escapes ("\b\b\ba", -1), "a");
  assert_text (enclave_utf8_strip_escapes ("\x1b]never ends\nvisible", -1), "\nvisible");
  assert_text (enclave_utf8_strip_escapes ("\x1b[1;2", -1), "");
  assert_text (enclave_utf8_strip_escapes ("\x1b", -1), "");
  assert_text (enclave_utf8_strip_escapes ("\xc2\x9b" "31mC1\xc2\x9d" "t\xc2\x9c" "e", -1), "C1e");
  assert_text (enclave_utf8_strip_escapes ("\x1b(Bx\x1b=y\x1b#8z", -1), "xyz");
  assert_text (enclave_utf8_strip_escapes ("\x1b[99999999999999999999Kx", -1), "x");
  assert_text (enclave_utf8_strip_escapes ("a\x07\x0e\x7f" "b", -1), "ab");
  assert_text (enclave_utf8_strip_escapes ("é\xff\0", 4), "é\ufffd\u2400");
}

static char *
join (const char *bytes, gsize length, gsize piece)
{
  EnclaveUtf8Joiner joiner = { 0 };
  GString *all = g_string_new (NULL);
  g_autofree char *rest = NULL;

  for (gsize at = 0; at < length; at += piece)
    {
      g_autofree char *text = enclave_utf8_joiner_feed (&joiner, bytes + at, MIN (piece, length - at), FALSE);

      g_assert_true (g_utf8_validate (text, -1, NULL));
      g_string_append (all, text);
    }
  rest = enclave_utf8_joiner_feed (&joiner, NULL, 0, TRUE);
  g_string_append (all, rest);
  g_assert_cmpuint (joiner.n_held, ==, 0);
  return g_string_free (all, FALSE);
}

static void
test_joiner (void)
{
  static const char *const texts[] = { "aé€😀zß", "\xff\xfe" "a\xc3", "\xf0\x9f\x98", "é\xe2\x82x€", "\x80\x80\x80\x80", "\xf0\x9f" "a\xed\xa0\x80" "b",
                                       "", "\xf5\xf0\xf0\x9f\x98\x80" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *whole = enclave_utf8_make_valid (texts[i], -1);

      for (gsize piece = 1; piece <= 9; piece++)
        {
          g_autofree char *joined = join (texts[i], strlen (texts[i]), piece);

          g_assert_cmpstr (joined, ==, whole);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/utf8/prefix", test_prefix);
  g_test_add_func ("/utf8/make-valid", test_make_valid);
  g_test_add_func ("/utf8/make-visible", test_make_visible);
  g_test_add_func ("/utf8/needs-mark", test_needs_mark);
  g_test_add_func ("/utf8/names", test_names);
  g_test_add_func ("/utf8/strip-escapes", test_strip_escapes);
  g_test_add_func ("/utf8/joiner", test_joiner);
  return g_test_run ();
}
