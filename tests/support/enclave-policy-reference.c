/* enclave-policy-reference.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-policy-reference.h"

#include <string.h>

#include "enclave-glob-segment-private.h"
#include "enclave-policy-names-private.h"
#include "enclave-policy-private.h"
#include "enclave-utf8.h"

typedef struct
{
  guint id;
  gboolean negated;
  gboolean directory_only;
  char **raw;
  char **folded;
} Pattern;

struct _EnclaveReferenceSet
{
  gboolean fold_case;
  GPtrArray *patterns;
};

static void
pattern_free (gpointer data)
{
  Pattern *pattern = data;

  g_strfreev (pattern->raw);
  g_strfreev (pattern->folded);
  g_free (pattern);
}

char *
enclave_reference_fold (const char *name)
{
  g_autofree char *valid = enclave_utf8_make_valid (name, -1);
  g_autofree char *normal = g_utf8_normalize (valid, -1, G_NORMALIZE_NFKC);
  g_autofree char *folded = g_utf8_casefold (normal, -1);
  g_autoptr (GString) kept = g_string_new (NULL);

  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    if (!enclave_utf8_is_default_ignorable (g_utf8_get_char (at)))
      g_string_append_unichar (kept, g_utf8_get_char (at));
  return g_utf8_normalize (kept->str, -1, G_NORMALIZE_NFKC);
}

EnclaveReferenceSet *
enclave_reference_set_new (gboolean fold_case)
{
  EnclaveReferenceSet *self = g_new0 (EnclaveReferenceSet, 1);

  self->fold_case = fold_case;
  self->patterns = g_ptr_array_new_with_free_func (pattern_free);
  return self;
}

void
enclave_reference_set_free (EnclaveReferenceSet *self)
{
  g_ptr_array_unref (self->patterns);
  g_free (self);
}

static char **
segments_of (const char *text, gboolean anchored)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);
  g_autoptr (GStrvBuilder) segments = g_strv_builder_new ();
  gboolean was_doubled = !anchored;

  if (!anchored)
    g_strv_builder_add (segments, "**");
  for (guint i = 0; parts[i] != NULL; i++)
    {
      gboolean doubled = g_str_equal (parts[i], "**");

      if (parts[i][0] != '\0' && !(doubled && was_doubled))
        g_strv_builder_add (segments, parts[i]);
      if (parts[i][0] != '\0')
        was_doubled = doubled;
    }
  return g_strv_builder_end (segments);
}

void
enclave_reference_set_add (EnclaveReferenceSet *self, const char *pattern, guint id)
{
  g_autoptr (GString) text = g_string_new (pattern[0] == '!' ? pattern + 1 : pattern);
  Pattern *entry = g_new0 (Pattern, 1);
  gboolean anchored;

  entry->id = id;
  entry->negated = pattern[0] == '!';
  while (text->len > 0 && text->str[text->len - 1] == ' ' && (text->len < 2 || text->str[text->len - 2] != '\\'))
    g_string_truncate (text, text->len - 1);
  while (text->len > 0 && text->str[text->len - 1] == '/')
    {
      entry->directory_only = TRUE;
      g_string_truncate (text, text->len - 1);
    }
  anchored = strchr (text->str, '/') != NULL;
  entry->raw = segments_of (text->str, anchored);
  if (self->fold_case)
    {
      g_autofree char *folded = enclave_reference_fold (text->str);

      entry->folded = segments_of (folded, anchored);
    }
  g_ptr_array_add (self->patterns, entry);
}

static gboolean
matches_rest (char *const *segments, char *const *parts, guint n_parts)
{
  if (segments[0] == NULL)
    return n_parts == 0;
  if (!g_str_equal (segments[0], "**"))
    return n_parts > 0 && enclave_glob_segment_matches (segments[0], parts[0]) && matches_rest (segments + 1, parts + 1, n_parts - 1);
  if (segments[1] == NULL)
    return n_parts > 0;
  for (guint skipped = 0; skipped <= n_parts; skipped++)
    if (matches_rest (segments + 1, parts + skipped, n_parts - skipped))
      return TRUE;
  return FALSE;
}

guint
enclave_reference_set_match (EnclaveReferenceSet *self, const char *path, gboolean is_directory, gboolean *negated)
{
  g_auto (GStrv) all = g_strsplit (path, "/", -1);
  g_autoptr (GPtrArray) raw = g_ptr_array_new ();
  g_autoptr (GPtrArray) folded = g_ptr_array_new_with_free_func (g_free);
  guint found = 0;

  for (guint i = 0; all[i] != NULL; i++)
    if (all[i][0] != '\0' && !g_str_equal (all[i], "."))
      {
        g_ptr_array_add (raw, all[i]);
        g_ptr_array_add (folded, enclave_reference_fold (all[i]));
      }
  *negated = FALSE;
  for (guint n = 1; n <= raw->len; n++)
    {
      found = 0;
      for (guint i = self->patterns->len; found == 0 && i-- > 0;)
        {
          const Pattern *pattern = g_ptr_array_index (self->patterns, i);

          if (pattern->directory_only && n == raw->len && !is_directory)
            continue;
          if (matches_rest (pattern->raw, (char **) raw->pdata, n)
              || (self->fold_case && matches_rest (pattern->folded, (char **) folded->pdata, n)))
            {
              found = pattern->id;
              *negated = pattern->negated;
            }
        }
      if (found != 0 && !*negated && n < raw->len)
        return found;
    }
  if (found == 0)
    *negated = FALSE;
  return found;
}

enum
{
  STRICT,
  LOCKED,
  GENERAL,
  PROJECT,
  ASK,
  ASK_PROJECT,
  ASK_BROAD,
  N_SETS,
};

struct _EnclaveReferencePolicy
{
  EnclavePolicy *policy;
  EnclaveReferenceSet *sets[N_SETS];
  GHashTable *exact; /* path to number of the rule + 1 */
};

static gboolean
is_from (const EnclavePolicyRule *rule, const char *source)
{
  return g_str_equal (rule->source, source);
}

EnclaveReferencePolicy *
enclave_reference_policy_new (EnclavePolicy *policy)
{
  EnclaveReferencePolicy *self = g_new0 (EnclaveReferencePolicy, 1);

  self->policy = policy;
  self->exact = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < N_SETS; i++)
    self->sets[i] = enclave_reference_set_new (TRUE);

  for (guint i = 0; i < enclave_policy_get_n_rules (policy); i++)
    {
      g_autofree char *anchored = NULL;
      g_autofree char *compiled = NULL;
      g_autofree char *exact = NULL;
      EnclavePolicyRule rule;
      gboolean asks;
      guint set;

      enclave_policy_get_rule (policy, i, &rule);
      asks = rule.verdict == ENCLAVE_VERDICT_ASK;
      if (is_from (&rule, "project"))
        set = asks ? ASK_PROJECT : PROJECT;
      else if (asks)
        set = g_str_equal (rule.id, "builtin:git-internal") ? ASK_BROAD : ASK;
      else
        set = is_from (&rule, "system") || g_str_equal (rule.id, "builtin:policy") ? STRICT : GENERAL;
      anchored = is_from (&rule, "project") ? g_strdup (rule.pattern) : enclave_policy_float_pattern (rule.pattern);
      compiled = g_strconcat (rule.verdict == ENCLAVE_VERDICT_ALLOW ? "!" : "", anchored, NULL);
      if (is_from (&rule, "user") && rule.verdict == ENCLAVE_VERDICT_ALLOW)
        exact = enclave_policy_dup_exact_path (rule.pattern);
      if (exact != NULL)
        g_hash_table_replace (self->exact, g_steal_pointer (&exact), GUINT_TO_POINTER (i + 1));
      else
        enclave_reference_set_add (self->sets[set], compiled, i + 1);
      if (is_from (&rule, "builtin")
          && (rule.verdict == ENCLAVE_VERDICT_ALLOW
              || (rule.verdict == ENCLAVE_VERDICT_DENY && enclave_policy_is_locked (policy, rule.id))))
        enclave_reference_set_add (self->sets[LOCKED], compiled, i + 1);
    }
  return self;
}

void
enclave_reference_policy_free (EnclaveReferencePolicy *self)
{
  for (guint i = 0; i < N_SETS; i++)
    enclave_reference_set_free (self->sets[i]);
  g_hash_table_unref (self->exact);
  g_free (self);
}

/* Returns: the number of the rule + 1, 0 for none. @rule: (out) */
static guint
ask_set (EnclaveReferencePolicy *self, guint set, const char *path, gboolean is_directory, EnclavePolicyRule *rule)
{
  gboolean negated;
  guint number = path != NULL ? enclave_reference_set_match (self->sets[set], path, is_directory, &negated) : 0;

  if (number == 0)
    return 0;
  enclave_policy_get_rule (self->policy, number - 1, rule);
  return negated && rule->verdict == ENCLAVE_VERDICT_ASK ? 0 : number;
}

static guint
judge_once (EnclaveReferencePolicy *self, const char *root, const char *path, gboolean is_directory, gboolean skip_general,
            EnclavePolicyRule *rule)
{
  const char *relative = root != NULL ? enclave_policy_relative_to (root, path) : NULL;
  guint number, exact;

  if (ask_set (self, STRICT, path + 1, is_directory, rule) != 0 && rule->verdict == ENCLAVE_VERDICT_DENY)
    return 1;
  if (ask_set (self, LOCKED, path + 1, is_directory, rule) != 0 && rule->verdict == ENCLAVE_VERDICT_DENY)
    return 1;
  if (ask_set (self, PROJECT, relative, is_directory, rule) != 0 && rule->verdict == ENCLAVE_VERDICT_DENY)
    return 1;
  if (skip_general)
    return 0;
  number = ask_set (self, GENERAL, path + 1, is_directory, rule);
  exact = GPOINTER_TO_UINT (g_hash_table_lookup (self->exact, path));
  if (exact > number)
    enclave_policy_get_rule (self->policy, exact - 1, rule);
  return MAX (exact, number);
}

static gboolean
has_dots (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  return g_strv_contains ((const char *const *) parts, ".") || g_strv_contains ((const char *const *) parts, "..");
}

EnclaveDecision
enclave_reference_policy_decide (EnclaveReferencePolicy *self, EnclaveEffects effects, const char *root, const char *path,
                                 gboolean is_directory)
{
  const EnclaveDecision outside = { ENCLAVE_VERDICT_DENY, "builtin:outside-project", "builtin" };
  EnclavePolicyRule rule, other;
  EnclaveDecision by_name = { ENCLAVE_VERDICT_ALLOW, NULL, NULL };
  const char *relative = root != NULL ? enclave_policy_relative_to (root, path) : NULL;
  const char *const *places = enclave_policy_get_read_only_places ();
  gboolean in_place = FALSE;
  gboolean excepted = FALSE;

  if (path[0] != '/')
    return outside;
  if (judge_once (self, root, path, is_directory, FALSE, &rule) != 0)
    {
      by_name = (EnclaveDecision) { rule.verdict, rule.id, rule.source };
      excepted = is_from (&rule, "user");
    }
  for (guint dotted = 0; dotted < 2 && by_name.verdict != ENCLAVE_VERDICT_DENY; dotted++)
    {
      g_autofree char *original = enclave_policy_dup_original (path, dotted == 1);

      if (original != NULL && judge_once (self, root, original, is_directory, excepted, &other) != 0
          && other.verdict == ENCLAVE_VERDICT_DENY)
        by_name = (EnclaveDecision) { other.verdict, other.id, other.source };
    }
  if (by_name.verdict == ENCLAVE_VERDICT_DENY)
    return by_name;
  if (has_dots (path))
    return outside;
  for (guint i = 0; places[i] != NULL; i++)
    in_place = in_place || enclave_policy_relative_to (places[i], path) != NULL;
  if (relative == NULL)
    return in_place && (effects & ~ENCLAVE_EFFECT_READ) == 0 ? by_name : outside;
  if ((effects & ENCLAVE_EFFECT_WRITE) != 0
      && (ask_set (self, ASK, path + 1, is_directory, &other) != 0
          || ask_set (self, ASK_PROJECT, relative, is_directory, &other) != 0
          || ask_set (self, ASK_BROAD, path + 1, is_directory, &other) != 0)
      && other.verdict == ENCLAVE_VERDICT_ASK)
    return (EnclaveDecision) { other.verdict, other.id, other.source };
  return by_name;
}
