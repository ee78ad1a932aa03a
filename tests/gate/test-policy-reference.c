/* test-policy-reference.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The judge against the one that is described and does nothing to be quick, over rules and paths put together by chance from parts
 * that rules are about. */

#include "config.h"

#include <string.h>

#include "enclave-glob-set.h"
#include "enclave-policy-private.h"
#include "enclave-policy-reference.h"
#include "enclave-utf8.h"

#define ROOT "/home/u/project.bak/Src"

/* Names, parts of names and of patterns. What folds to what stands beside it; the last ones are no UTF-8. */
static const char *const words[] = {
  "a", "b", "A", "main", "Main.C", "src", "SRC", ".env", ".ENV", ".Env.local", "env", "prod.env", "id_rsa", "ID_RSA.pub", "key.pem",
  "key.PEM", "x.pem.bak", ".key.pem.swp", "#key.pem#", ".#id_rsa", "notes~", "secret", "Secret.TXT", ".git", "config", "hooks", ".config",
  "git", "credentials", "objects", "build", "Makefile", "x.tfstate.1", "debian", "salsa-ci.yml", ".github", "workflows", "proc", "dev",
  "shm", "etc", "shadow", "usr", "include", "share", "doc", "..", ".", "...", "home", "u", "project.bak", "Src", "s", "\xc5\xbf", "k",
  "\xe2\x84\xaa" "ey", "ke\xe2\x84\xaa", "\xc4\xb0", "i\xcc\x87", "\xc4\xb1", "stra\xc3\x9f" "e", "STRASSE", "strasse", "\xef\xac\x81le",
  "file", "\xef\xbc\x8e" "env", "\xe2\x80\xa4" "env", ".e\xc2\xadnv", ".e\xe2\x80\x8bnv", ".\xe2\x80\xae" "vne", "\xc2\xad",
  "\xe2\x80\x8d", "\xef\xbc\x8a", "\xef\xbc\x8f", "\xe2\x84\x80", "caf\xc3\xa9", "cafe\xcc\x81", "CAF\xc3\x89", "\xce\xa3", "\xcf\x82",
  "\xe2\x91\xa0", "1", "\xef\xbd\x81", "\xf0\x9d\x90\x80", "a b", "a ", " a", "a\nb", "a\\b", "a*b", "a[b", "[ab]", "{a}", "-", "\xff",
  ".env\xff", "\xc3", "a\xe2\x82", "\xed\xa0\x80", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxy",
};
static const char *const marks[] = { "*", "**", "?", "[a-z]", "[!a]", "[[:alpha:]]", "[]x]", "[", "\\*", "\\", "***", "[^K]", "\\a" };

static const char *
pick (GRand *rand, const char *const *of, gsize n)
{
  return of[g_rand_int_range (rand, 0, (gint32) n)];
}

#define PICK(rand, of) pick (rand, of, G_N_ELEMENTS (of))

static void
append_part (GRand *rand, GString *text)
{
  switch (g_rand_int_range (rand, 0, 8))
    {
    case 0:
      g_string_append (text, PICK (rand, marks));
      break;
    case 1:
      g_string_append_printf (text, "*%s", PICK (rand, words));
      break;
    case 2:
      g_string_append_printf (text, "%s*", PICK (rand, words));
      break;
    case 3:
      g_string_append_printf (text, "%s%s%s", PICK (rand, words), PICK (rand, marks), PICK (rand, words));
      break;
    case 4:
      g_string_append_printf (text, "%s%s%s", PICK (rand, marks), PICK (rand, words), PICK (rand, marks));
      break;
    default:
      g_string_append (text, PICK (rand, words));
      break;
    }
}

/* Returns: (transfer full): one pattern that a set takes. */
static char *
make_pattern (GRand *rand, gboolean may_except)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint32 n = g_rand_int_range (rand, 0, 10) < 6 ? 1 : g_rand_int_range (rand, 2, 5);

  if (may_except && g_rand_int_range (rand, 0, 4) == 0)
    g_string_append_c (text, '!');
  if (g_rand_int_range (rand, 0, 5) == 0)
    g_string_append (text, "/");
  for (gint32 i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (text, '/');
      append_part (rand, text);
    }
  if (g_rand_int_range (rand, 0, 4) == 0)
    g_string_append_c (text, '/');
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* (transfer full) */
static char *
make_path (GRand *rand, const char *start)
{
  g_autoptr (GString) text = g_string_new (start);
  gint32 n = g_rand_int_range (rand, 1, 7);

  for (gint32 i = 0; i < n; i++)
    {
      if (i > 0 || *start != '\0')
        g_string_append (text, g_rand_int_range (rand, 0, 30) == 0 ? "//" : "/");
      g_string_append (text, PICK (rand, words));
      if (g_rand_int_range (rand, 0, 4) == 0)
        g_string_append (text, PICK (rand, words));
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_sets (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20240611);
  guint n_matched = 0;

  for (guint round = 0; round < 600; round++)
    {
      gboolean folds = round % 3 != 0;
      /* Now and then more patterns than there is room for without taking memory. */
      gint32 n = round % 50 == 7 ? 700 : g_rand_int_range (rand, 1, 70);
      g_autoptr (EnclaveGlobSet) set = enclave_glob_set_new (folds);
      g_autoptr (EnclaveReferenceSet) reference = enclave_reference_set_new (folds);

      for (gint32 i = 1; i <= n; i++)
        {
          g_autofree char *pattern = make_pattern (rand, TRUE);

          if (enclave_glob_set_add (set, pattern, (guint) i, NULL))
            enclave_reference_set_add (reference, pattern, (guint) i);
        }
      for (guint i = 0; i < 60; i++)
        {
          g_autofree char *path = make_path (rand, "");
          gboolean is_directory = i % 2 == 0;
          EnclaveGlobMatch match = enclave_glob_set_match (set, path, is_directory);
          gboolean negated;
          guint id = enclave_reference_set_match (reference, path, is_directory, &negated);

          if (match.id != id || match.negated != negated)
            {
              g_autofree char *shown = g_strescape (path, NULL);

              g_error ("round %u, %s: pattern %u (%d), by the reference %u (%d)", round, shown, match.id, match.negated, id, negated);
            }
          n_matched += id != 0;
        }
    }
  g_test_message ("%u of 36000 matched", n_matched);
  g_assert_cmpuint (n_matched, >, 8000);
  g_assert_cmpuint (n_matched, <, 34000);
}

static void
add_rules (GRand *rand, EnclavePolicy *policy, EnclavePolicySource source, const char *name, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *pattern = make_pattern (rand, FALSE);
      g_autofree char *id = g_strdup_printf ("%s:%s", name, pattern);
      EnclaveVerdict verdict = g_rand_int_range (rand, 0, 3) == 0 ? ENCLAVE_VERDICT_ASK : ENCLAVE_VERDICT_DENY;

      if (source == ENCLAVE_POLICY_SOURCE_USER && g_rand_int_range (rand, 0, 3) == 0)
        {
          verdict = ENCLAVE_VERDICT_ALLOW;
          if (g_rand_boolean (rand))
            {
              g_free (pattern);
              pattern = make_path (rand, ROOT);
            }
        }
      enclave_policy_add_rule (policy, source, id, pattern, verdict, NULL);
    }
}

/* (transfer full) */
static EnclavePolicy *
make_policy (GRand *rand, guint round)
{
  static const char *const locks[] = { "builtin:dotenv", "builtin:private-key", "builtin:git-credentials" };
  g_autoptr (GError) error = NULL;
  EnclavePolicy *policy = enclave_policy_load_files (NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (locks); i++)
    if ((round >> i & 1) != 0)
      g_assert_true (enclave_policy_lock_rule (policy, locks[i]));
  if (round % 2 == 1)
    add_rules (rand, policy, ENCLAVE_POLICY_SOURCE_SYSTEM, "system", 1 + round % 3);
  if (round % 3 != 0)
    add_rules (rand, policy, ENCLAVE_POLICY_SOURCE_USER, "user", 1 + round % 7);
  if (round % 4 != 0)
    add_rules (rand, policy, ENCLAVE_POLICY_SOURCE_PROJECT, "project", 1 + round % 5);
  return policy;
}

static void
assert_same (EnclavePolicy *policy, EnclaveReferencePolicy *reference, EnclaveEffects effects, const char *root, const char *path,
             gboolean is_directory)
{
  EnclaveDecision decision = enclave_policy_decide (policy, effects, root, path, is_directory);
  EnclaveDecision expected = enclave_reference_policy_decide (reference, effects, root, path, is_directory);

  if (decision.verdict != expected.verdict || g_strcmp0 (decision.rule, expected.rule) != 0
      || g_strcmp0 (decision.source, expected.source) != 0)
    {
      g_autofree char *shown = g_strescape (path, NULL);

      g_error ("%s (effects %d, folder %d): %d by %s, by the reference %d by %s", shown, effects, is_directory, decision.verdict,
               decision.rule, expected.verdict, expected.rule);
    }
}

static void
test_policies (void)
{
  static const char *const starts[] = { ROOT, ROOT, ROOT, ROOT "/src", "/usr/include", "/home/u", "", ROOT "x" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (4711);
  guint counts[3] = { 0, 0, 0 };

  for (guint round = 0; round < 24; round++)
    {
      g_autoptr (EnclavePolicy) policy = make_policy (rand, round);
      g_autoptr (EnclaveReferencePolicy) reference = enclave_reference_policy_new (policy);
      g_autofree char *last = g_strdup ("/");

      for (guint i = 0; i < 260; i++)
        {
          /* Some in the folder of the one before, as files are asked about. */
          g_autofree char *folder = i % 4 == 3 ? g_path_get_dirname (last) : NULL;
          g_autofree char *path = make_path (rand, folder != NULL ? folder : PICK (rand, starts));
          const char *root = i % 11 == 0 ? NULL : i % 13 == 0 ? "/" : ROOT;

          counts[enclave_policy_decide (policy, ENCLAVE_EFFECT_WRITE, root, path, FALSE).verdict]++;
          for (guint kind = 0; kind < 4; kind++)
            assert_same (policy, reference, kind < 2 ? ENCLAVE_EFFECT_READ : ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE, root, path,
                         kind % 2 == 0);
          g_free (last);
          last = g_steal_pointer (&path);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_test_message ("verdict %u: %u times", i, counts[i]);
      g_assert_cmpuint (counts[i], >, 100);
    }
}

/* A policy that is added to is another policy, for the same thread and the same path. */
static void
test_change (void)
{
  g_autoptr (EnclavePolicy) policy = enclave_policy_new ();
  const char *path = ROOT "/folder/Name.txt";

  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, ROOT, path, FALSE).verdict, ==, ENCLAVE_VERDICT_ALLOW);
  g_assert_true (enclave_policy_add_rule (policy, ENCLAVE_POLICY_SOURCE_PROJECT, "project:name.txt", "name.txt", ENCLAVE_VERDICT_DENY, NULL));
  g_assert_cmpint (enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, ROOT, path, FALSE).verdict, ==, ENCLAVE_VERDICT_DENY);
  g_assert_cmpint (enclave_policy_decide_name (policy, NULL, path, FALSE).verdict, ==, ENCLAVE_VERDICT_ALLOW);
  g_assert_cmpint (enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, ROOT, ROOT "/folder/other", FALSE).verdict, ==,
                   ENCLAVE_VERDICT_ALLOW);
  g_assert_true (enclave_policy_add_rule (policy, ENCLAVE_POLICY_SOURCE_PROJECT, "project:folder/", "folder/", ENCLAVE_VERDICT_DENY, NULL));
  g_assert_cmpint (enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, ROOT, ROOT "/folder/other", FALSE).verdict, ==, ENCLAVE_VERDICT_DENY);
}

static void
test_folding (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *folded = enclave_utf8_fold_name (words[i]);
      g_autofree char *expected = enclave_reference_fold (words[i]);

      g_assert_cmpstr (folded, ==, expected);
      if (enclave_utf8_is_folded (words[i]))
        g_assert_cmpstr (words[i], ==, expected);
    }
  for (char c = 1; c > 0 && c < 0x7f; c++)
    {
      const char name[] = { 'x', c, 'x', '\0' };
      g_autofree char *folded = enclave_utf8_fold_name (name);
      g_autofree char *expected = enclave_reference_fold (name);

      g_assert_cmpstr (folded, ==, expected);
      g_assert_cmpint (enclave_utf8_is_folded (name), ==, g_str_equal (name, expected));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy-reference/folding", test_folding);
  g_test_add_func ("/policy-reference/sets", test_sets);
  g_test_add_func ("/policy-reference/policies", test_policies);
  g_test_add_func ("/policy-reference/change", test_change);
  return g_test_run ();
}
