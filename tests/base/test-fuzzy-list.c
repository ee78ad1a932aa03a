/* test-fuzzy-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-fuzzy-list.h"
#include "enclave-fuzzy-match.h"

static EnclaveFuzzyList *
make (const char *const *texts)
{
  EnclaveFuzzyList *list = enclave_fuzzy_list_new ();

  for (guint i = 0; texts[i] != NULL; i++)
    enclave_fuzzy_list_add (list, texts[i], 0);

  return list;
}

static const char *
best (EnclaveFuzzyList *list, const char *pattern)
{
  g_autoptr (GArray) hits = enclave_fuzzy_list_search (list, pattern, 10, NULL, NULL);

  return hits->len > 0 ? enclave_fuzzy_list_get (list, g_array_index (hits, EnclaveFuzzyHit, 0).index) : NULL;
}

static void
test_best_is_first (void)
{
  const char *const texts[] = { "src/gate/enclave-gate.c",  "src/gate/enclave-gate-error.c", "src/ui/enclave-window.c",
                                "src/ui/enclave-window-keys.c", "docs/window.md", "README.md", NULL };
  g_autoptr (EnclaveFuzzyList) list = make (texts);

  g_assert_cmpstr (best (list, "window.md"), ==, "docs/window.md");
  g_assert_cmpstr (best (list, "wkeys"), ==, "src/ui/enclave-window-keys.c");
  g_assert_cmpstr (best (list, "gate error"), ==, "src/gate/enclave-gate-error.c");
  g_assert_cmpstr (best (list, "EGE"), ==, "src/gate/enclave-gate-error.c");
  g_assert_cmpstr (best (list, "readme"), ==, "README.md");
  g_assert_null (best (list, "zzz"));
}

/* Many are good before it comes: the others are not looked at closely, but the best is. */
static void
test_best_comes_last (void)
{
  static const char *const names[][2] = { { "mw", "z/mw.c" }, { "srcm", "src/main" }, { "bF", "z/barFoo" }, { "wkeys", "z/wkeys" } };

  for (guint n = 0; n < G_N_ELEMENTS (names); n++)
    {
      g_autoptr (EnclaveFuzzyList) list = enclave_fuzzy_list_new ();

      for (guint i = 0; i < 2000; i++)
        {
          g_autofree char *path = g_strdup_printf ("some/max_wind_barf_keys/the_sir_cam_wake_y_s%u", i);

          enclave_fuzzy_list_add (list, path, 0);
        }
      enclave_fuzzy_list_add (list, names[n][1], 0);
      g_assert_cmpstr (best (list, names[n][0]), ==, names[n][1]);
    }
}

static void
test_boost (void)
{
  g_autoptr (EnclaveFuzzyList) list = enclave_fuzzy_list_new ();
  g_autoptr (GArray) hits = NULL;

  enclave_fuzzy_list_add (list, "a/main.c", 0);
  enclave_fuzzy_list_add (list, "b/main.c", 0);
  enclave_fuzzy_list_add (list, "c/main.c", 5);
  enclave_fuzzy_list_add (list, "c/other.c", 2);
  g_assert_cmpstr (best (list, "main"), ==, "c/main.c");

  hits = enclave_fuzzy_list_search (list, "  ", 3, NULL, NULL);
  g_assert_cmpuint (hits->len, ==, 3);
  g_assert_cmpuint (g_array_index (hits, EnclaveFuzzyHit, 0).index, ==, 2);
  g_assert_cmpuint (g_array_index (hits, EnclaveFuzzyHit, 1).index, ==, 3);
  g_assert_cmpuint (g_array_index (hits, EnclaveFuzzyHit, 2).index, ==, 0);
}

/* Typing letter by letter, and taking them back, gives what each pattern gives alone. */
static void
test_survivors (void)
{
  g_autoptr (EnclaveFuzzyList) list = enclave_fuzzy_list_new ();
  g_autoptr (EnclaveFuzzySurvivors) survivors = NULL;
  const char *const typed[] = { "m", "mo", "mod", "mod4", "mod", "modul", "x", "xm", "", "md9c" };

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *text = g_strdup_printf ("src/module_%u/file%u.%c", i % 50, i, "chx"[i % 3]);

      enclave_fuzzy_list_add (list, text, 0);
    }
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      g_autoptr (GArray) going_on = enclave_fuzzy_list_search (list, typed[i], 20, &survivors, NULL);
      g_autoptr (GArray) alone = enclave_fuzzy_list_search (list, typed[i], 20, NULL, NULL);

      g_assert_cmpmem (going_on->data, going_on->len * sizeof (EnclaveFuzzyHit), alone->data,
                       alone->len * sizeof (EnclaveFuzzyHit));
    }
}

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const EnclaveFuzzyHit *left = a;
  const EnclaveFuzzyHit *right = b;

  if (left->score != right->score)
    return left->score > right->score ? -1 : 1;
  return left->index < right->index ? -1 : 1;
}

/* What a search has to give, by looking closely at all. */
static GArray *
search_slowly (EnclaveFuzzyList *list, const int *boosts, const char *typed, guint max)
{
  GArray *hits = g_array_new (FALSE, FALSE, sizeof (EnclaveFuzzyHit));
  g_auto (GStrv) parts = g_strsplit (typed, " ", -1);
  g_autofree char *pattern = g_strjoinv (NULL, parts);

  for (guint i = 0; i < enclave_fuzzy_list_get_n (list); i++)
    {
      EnclaveFuzzyHit hit = { i, enclave_fuzzy_match (pattern, enclave_fuzzy_list_get (list, i)) };

      if (hit.score == ENCLAVE_FUZZY_NO_MATCH)
        continue;
      hit.score += boosts[i];
      g_array_append_val (hits, hit);
    }
  g_array_sort (hits, compare_hits);
  g_array_set_size (hits, MIN (hits->len, max));

  return hits;
}

static char *
make_path (GRand *random)
{
  static const char *const words[] = { "foo", "bar", "buffer", "Reader", "file", "open", "ab", "index", "net",
                                       "main", "README", "aA", "BufferView", "é", "\xff", "a b", "#1", "x:y",
                                       "", "_private_", "..", "Index", "o-o", "12", "-" };
  static const char *const between[] = { "/", "/", "/", "_", "-", "", "", ".", " " };
  GString *path = g_string_new (NULL);
  /* few are longer than what counts of a path */
  int n = g_rand_int_range (random, 0, 100) == 0 ? 200 : g_rand_int_range (random, 0, 100) < 5 ? 40 : g_rand_int_range (random, 1, 7);

  for (int i = 0; i < n; i++)
    g_string_append_printf (path, "%s%s", words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))],
                            between[g_rand_int_range (random, 0, G_N_ELEMENTS (between))]);
  if (g_rand_boolean (random))
    g_string_append (path, g_rand_boolean (random) ? ".c" : ".test.js");

  return g_string_free (path, FALSE);
}

/* Mostly letters of one of the texts in their order, near each other or far, in any case. */
static char *
make_pattern (GRand *random, EnclaveFuzzyList *list)
{
  const char *text = enclave_fuzzy_list_get (list, (guint) g_rand_int_range (random, 0, (int) enclave_fuzzy_list_get_n (list)));
  GString *pattern = g_string_new (NULL);
  int most_left_out = g_rand_int_range (random, 1, 6);
  gsize at = (gsize) g_rand_int_range (random, 0, 1 + (int) strlen (text) / 2);

  for (int n = g_rand_int_range (random, 1, 14); n > 0 && at < strlen (text); n--)
    {
      char byte = text[at];

      if (g_rand_int_range (random, 0, 12) == 0)
        byte = g_rand_boolean (random) ? g_ascii_toupper (byte) : g_ascii_tolower (byte);
      if (g_rand_int_range (random, 0, 40) == 0)
        byte = (char) g_rand_int_range (random, 1, 256);
      g_string_append_c (pattern, byte);
      at += g_rand_int_range (random, 0, 3) > 0 ? 1 : (gsize) g_rand_int_range (random, 1, 1 + most_left_out);
    }

  return g_string_free (pattern, FALSE);
}

/* As typed, letter by letter, each search gives exactly what looking closely at all of them would, in the same order. */
static void
test_against_all (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  guint found = 0;

  for (guint round = 0; round < 12; round++)
    {
      g_autoptr (EnclaveFuzzyList) list = enclave_fuzzy_list_new ();
      /* also less than one block of bits, a whole one, and what follows */
      guint n = round == 0 ? 1 : round == 1 ? 512 : round == 2 ? 513 : (guint) g_rand_int_range (random, 2, 2000);
      g_autofree int *boosts = g_new0 (int, n);

      for (guint i = 0; i < n; i++)
        {
          g_autofree char *path = make_path (random);

          if (round % 2 == 1 && g_rand_int_range (random, 0, 20) == 0)
            boosts[i] = g_rand_int_range (random, -10, 30);
          enclave_fuzzy_list_add (list, path, boosts[i]);
        }
      for (guint word = 0; word < 20; word++)
        {
          static const guint sizes[] = { 1, 5, 100, 100, 10000 };
          guint max = sizes[g_rand_int_range (random, 0, G_N_ELEMENTS (sizes))];
          g_autofree char *pattern = make_pattern (random, list);
          g_autoptr (EnclaveFuzzySurvivors) survivors = NULL;

          for (gsize length = 1; length <= strlen (pattern); length++)
            {
              g_autofree char *typed = g_strndup (pattern, length);
              g_autoptr (GArray) hits = NULL;
              g_autoptr (GArray) expected = NULL;

              if (strspn (typed, " ") == length)
                continue;
              hits = enclave_fuzzy_list_search (list, typed, max, &survivors, NULL);
              expected = search_slowly (list, boosts, typed, max);
              if (hits->len != expected->len
                  || (hits->len > 0 && memcmp (hits->data, expected->data, hits->len * sizeof (EnclaveFuzzyHit)) != 0))
                {
                  g_autofree char *escaped = g_strescape (typed, NULL);

                  g_test_message ("“%s”: %u of %u, of %u texts", escaped, hits->len, expected->len, n);
                }
              g_assert_cmpmem (hits->data, hits->len * sizeof (EnclaveFuzzyHit), expected->data, expected->len * sizeof (EnclaveFuzzyHit));
              found += hits->len;
            }
        }
    }
  g_assert_cmpuint (found, >, 5000);
}

static void
test_hostile (void)
{
  g_autoptr (EnclaveFuzzyList) list = enclave_fuzzy_list_new ();
  g_autofree char *long_text = g_strnfill (100000, 'a');
  g_autofree char *long_pattern = g_strnfill (500, 'a');
  g_autoptr (GArray) hits = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  enclave_fuzzy_list_add (list, "", 0);
  enclave_fuzzy_list_add (list, "\xff\xfe/\x80", 0);
  enclave_fuzzy_list_add (list, long_text, 0);
  g_assert_cmpstr (best (list, "\xfe\x80"), ==, "\xff\xfe/\x80");
  g_assert_cmpstr (best (list, "aaaa"), ==, long_text);
  g_assert_null (best (list, long_pattern));
  g_assert_null (best (list, "\xff\xff"));
  g_cancellable_cancel (cancelled);
  hits = enclave_fuzzy_list_search (list, "a", 5, NULL, cancelled);
  g_assert_cmpuint (hits->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzzy-list/best-is-first", test_best_is_first);
  g_test_add_func ("/fuzzy-list/best-comes-last", test_best_comes_last);
  g_test_add_func ("/fuzzy-list/boost", test_boost);
  g_test_add_func ("/fuzzy-list/survivors", test_survivors);
  g_test_add_func ("/fuzzy-list/against-all", test_against_all);
  g_test_add_func ("/fuzzy-list/hostile", test_hostile);
  return g_test_run ();
}
