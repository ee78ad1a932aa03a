/* test-language-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-language-text.h"

/* One unit, one unit, two units; with every kind of line end, and what is none in the protocol. */
static const char *const pieces[] = { "a", "b", "é", "漢", "😀", "\n", "\r\n", "\r", "\u2029", "\t", "xyz", "" };

static char *
make_text (GRand *random)
{
  GString *text = g_string_new (NULL);
  int n = g_rand_int_range (random, 0, 30);

  for (int i = 0; i < n; i++)
    g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
  return g_string_free (text, FALSE);
}

/* The same text with a part taken out and another one put in. */
static char *
edit_text (GRand *random, const char *text)
{
  glong length = g_utf8_strlen (text, -1);
  glong from = g_rand_int_range (random, 0, (int) length + 1);
  glong to = g_rand_int_range (random, (int) from, (int) length + 1);
  g_autofree char *head = g_utf8_substring (text, 0, from);
  g_autofree char *tail = g_utf8_substring (text, to, length);
  g_autofree char *middle = make_text (random);

  return g_strconcat (head, g_rand_int_range (random, 0, 3) == 0 ? "" : middle, tail, NULL);
}

/* As a server would, from the definition: lines, then units. */
static gsize
find_byte_simply (const char *text, EnclaveLanguagePosition position)
{
  const char *at = text;
  guint unit = 0;

  for (guint line = 0; line < position.line; line++)
    {
      at += strcspn (at, "\r\n");
      at += *at == '\r' && at[1] == '\n' ? 2 : 1;
    }
  while (unit < position.unit)
    {
      unit += g_utf8_get_char (at) >= 0x10000 ? 2 : 1;
      at = g_utf8_next_char (at);
    }
  return (gsize) (at - text);
}

static void
test_changes (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 20000; round++)
    {
      char *text = make_text (random);
      char *edited = edit_text (random, text);
      g_autoptr (EnclaveLanguageText) before = enclave_language_text_new (text);
      g_autoptr (EnclaveLanguageText) after = enclave_language_text_new (edited);
      EnclaveLanguageRange range;
      g_autofree char *made = NULL;
      gsize from;
      gsize inserted;
      gsize start;
      gsize end;

      if (!enclave_language_text_compare (before, after, &range, &from, &inserted))
        {
          g_assert_cmpstr (text, ==, edited);
          continue;
        }
      start = find_byte_simply (text, range.start);
      end = find_byte_simply (text, range.end);
      made = g_strdup_printf ("%.*s%.*s%s", (int) start, text, (int) inserted, edited + from, text + end);
      g_assert_cmpstr (made, ==, edited);
    }
}

static void
test_places (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (guint round = 0; round < 3000; round++)
    {
      char *bytes = make_text (random);
      g_autoptr (EnclaveLanguageText) text = enclave_language_text_new (bytes);
      guint offset = 0;

      for (const char *at = bytes;; at = g_utf8_next_char (at), offset++)
        {
          EnclaveLanguagePosition position = enclave_language_text_find_byte (text, (gsize) (at - bytes));
          EnclaveLanguagePosition same = enclave_language_text_find_offset (text, offset);

          g_assert_cmpint (enclave_language_position_compare (&position, &same), ==, 0);
          g_assert_true (enclave_language_text_has (text, position));
          /* Between CR and LF there is no position: it is the end of the line's text. */
          if (at == bytes || at[0] != '\n' || at[-1] != '\r')
            {
              g_assert_cmpuint (enclave_language_text_get_byte (text, position), ==, at - bytes);
              g_assert_cmpuint (enclave_language_text_get_offset (text, position), ==, offset);
            }
          if (*at == '\0')
            break;
        }
    }
}

static void
test_beyond (void)
{
  g_autoptr (EnclaveLanguageText) text = enclave_language_text_new (g_strdup ("a😀b\r\n\r\nend"));
  static const struct
  {
    EnclaveLanguagePosition position;
    gsize byte;
    guint offset;
    guint column;
    gboolean exact;
  } cases[] = {
    { { 0, 0 }, 0, 0, 0, TRUE },
    { { 0, 1 }, 1, 1, 1, TRUE },
    { { 0, 2 }, 1, 1, 1, FALSE }, /* within the pair */
    { { 0, 3 }, 5, 2, 2, TRUE },
    { { 0, 4 }, 6, 3, 3, TRUE },
    { { 0, 5 }, 6, 3, 3, FALSE },
    { { 0, G_MAXUINT }, 6, 3, 3, FALSE },
    { { 1, 0 }, 8, 5, 0, TRUE },
    { { 1, 9 }, 8, 5, 0, FALSE },
    { { 2, 3 }, 13, 10, 3, TRUE },
    { { 3, 0 }, 13, 10, 3, FALSE },
    { { G_MAXUINT, G_MAXUINT }, 13, 10, 3, FALSE },
  };
  g_autofree char *line = enclave_language_text_dup_line (text, 0);
  g_autofree char *last = enclave_language_text_dup_line (text, 99);

  g_assert_cmpuint (enclave_language_text_get_n_lines (text), ==, 3);
  g_assert_cmpstr (line, ==, "a😀b");
  g_assert_cmpstr (last, ==, "end");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_cmpuint (enclave_language_text_get_byte (text, cases[i].position), ==, cases[i].byte);
      g_assert_cmpuint (enclave_language_text_get_offset (text, cases[i].position), ==, cases[i].offset);
      g_assert_cmpuint (enclave_language_text_get_column (text, cases[i].position), ==, cases[i].column);
      g_assert_cmpint (enclave_language_text_has (text, cases[i].position), ==, cases[i].exact);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/language-text/changes", test_changes);
  g_test_add_func ("/language-text/places", test_places);
  g_test_add_func ("/language-text/beyond", test_beyond);
  return g_test_run ();
}
