/* test-suggestion.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-suggestion-cache.h"
#include "enclave-suggestion.h"

static void
test_trim (void)
{
  static const struct
  {
    const char *text;
    const char *suffix;
    const char *expected;
  } rows[] = {
    { "a + b;", "\n}\n", "a + b;" },
    { "a + b;\n}", "\n}\n", "a + b;" },
    { "a + b;\n}\n\nint x;", "\n}\n", "a + b;\n}\n\nint x;" },
    { "a, b);", ");\n", "a, b" },
    { "a, b)", ")", "a, b" },
    { "f (x)", ");\n", "f (x)" },
    { "}", "}\n", NULL },
    { "  \n", "", NULL },
    { "", "x", NULL },
    { "one \n\n", "\n", "one" },
    { "ä", "ä\n", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *trimmed = enclave_suggestion_trim (rows[i].text, rows[i].suffix);

      g_assert_cmpstr (trimmed, ==, rows[i].expected);
    }
}

/* All parts that one takes one after the other, joined by `|`. */
static char *
take_all (const char *text, gsize (*measure) (const char *))
{
  GString *parts = g_string_new (NULL);

  while (*text != '\0')
    {
      gsize length = measure (text);

      g_assert_cmpuint (length, >, 0);
      if (parts->len > 0)
        g_string_append_c (parts, '|');
      g_string_append_len (parts, text, (gssize) length);
      text += length;
    }
  return g_string_free (parts, FALSE);
}

static void
test_parts (void)
{
  g_autofree char *words = take_all ("for (int i = 0; größe_2 <n)\n  x", enclave_suggestion_word_length);
  g_autofree char *lines = take_all ("one\n  two\n\nthree", enclave_suggestion_line_length);
  g_autofree char *begins = take_all ("\none\ntwo", enclave_suggestion_line_length);

  g_assert_cmpstr (words, ==, "for| (|int| i| =| 0|;| größe_2| <|n|)|\n  x");
  g_assert_cmpstr (lines, ==, "one|\n  two|\n\nthree");
  g_assert_cmpstr (begins, ==, "\none|\ntwo");
}

static void
test_fits (void)
{
  g_assert_true (enclave_suggestion_fits_before (""));
  g_assert_true (enclave_suggestion_fits_before ("  "));
  g_assert_true (enclave_suggestion_fits_before (");"));
  g_assert_false (enclave_suggestion_fits_before (") {"));
  g_assert_false (enclave_suggestion_fits_before ("word"));
  g_assert_false (enclave_suggestion_fits_before (") + b"));
}

static void
check_found (EnclaveSuggestionCache *cache, const char *scope, const char *prefix, const char *suffix, const char *expected)
{
  g_autofree char *text = enclave_suggestion_cache_find (cache, scope, prefix, suffix);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_cache (void)
{
  g_autoptr (EnclaveSuggestionCache) cache = enclave_suggestion_cache_new (3);

  check_found (cache, "f", "int ", "\n", NULL);
  enclave_suggestion_cache_add (cache, "f", "int ", "\n", "value = 1;");
  check_found (cache, "f", "int ", "\n", "value = 1;");
  /* Typed along. */
  check_found (cache, "f", "int v", "\n", "alue = 1;");
  check_found (cache, "f", "int value = 1", "\n", ";");
  check_found (cache, "f", "int value = 1;", "\n", NULL);
  check_found (cache, "f", "int x", "\n", NULL);
  /* Taken back again. */
  check_found (cache, "f", "int", "\n", NULL);
  check_found (cache, "f", "int v", "x\n", NULL);
  check_found (cache, "g", "int v", "\n", NULL);
  /* That there is none is known as well, but for this place only. */
  enclave_suggestion_cache_add (cache, "f", "a", "", "");
  check_found (cache, "f", "a", "", "");
  check_found (cache, "f", "ab", "", NULL);
  /* The newest counts, the oldest goes. */
  enclave_suggestion_cache_add (cache, "f", "int ", "\n", "newer");
  check_found (cache, "f", "int ", "\n", "newer");
  check_found (cache, "f", "int v", "\n", "alue = 1;");
  enclave_suggestion_cache_add (cache, "f", "b", "", "c");
  check_found (cache, "f", "int v", "\n", NULL);
  check_found (cache, "f", "a", "", "");
  enclave_suggestion_cache_clear (cache);
  check_found (cache, "f", "b", "", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/suggestion/trim", test_trim);
  g_test_add_func ("/suggestion/parts", test_parts);
  g_test_add_func ("/suggestion/fits", test_fits);
  g_test_add_func ("/suggestion/cache", test_cache);
  return g_test_run ();
}
