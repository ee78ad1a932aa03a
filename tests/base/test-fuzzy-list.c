/* test-fuzzy-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

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

/* The cheap look over all may not lose what the close look would put first. */
static void
test_against_all (void)
{
  g_autoptr (EnclaveFuzzyList) list = enclave_fuzzy_list_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  const char *const words[] = { "foo", "bar", "buffer", "Reader", "file", "open", "ab", "index", "net", "main" };
  guint found = 0;
  guint asked = 0;

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      for (int k = g_rand_int_range (random, 1, 4); k >= 0; k--)
        g_string_append_printf (text, "%s%s%s", words[g_rand_int_range (random, 0, 10)], words[g_rand_int_range (random, 0, 10)],
                                k > 0 ? "/" : ".c");
      g_string_append_printf (text, "%u", i % 7);
      enclave_fuzzy_list_add (list, text->str, 0);
    }
  for (guint round = 0; round < 60; round++)
    {
      char pattern[4] = { 0 };
      int most = ENCLAVE_FUZZY_NO_MATCH;
      g_autoptr (GArray) hits = NULL;

      for (guint k = 0; k < 3; k++)
        pattern[k] = words[g_rand_int_range (random, 0, 10)][0];
      for (guint i = 0; i < enclave_fuzzy_list_get_n (list); i++)
        most = MAX (most, enclave_fuzzy_match (pattern, enclave_fuzzy_list_get (list, i)));
      hits = enclave_fuzzy_list_search (list, pattern, 50, NULL, NULL);
      if (most == ENCLAVE_FUZZY_NO_MATCH)
        continue;
      asked++;
      g_assert_cmpuint (hits->len, >, 0);
      found += g_array_index (hits, EnclaveFuzzyHit, 0).score == most ? 1 : 0;
    }
  g_assert_cmpuint (asked, >, 20);
  g_assert_cmpuint (found * 100, >=, asked * 95);
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
