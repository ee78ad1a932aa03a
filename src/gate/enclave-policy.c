/* enclave-policy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-policy-private.h"

#include "enclave-glob-set.h"
#include "enclave-policy-names-private.h"

#define OUTSIDE_RULE "builtin:outside-project"
#define POLICY_RULE "builtin:policy"
#define BROAD_RULE "builtin:git-internal"

typedef struct
{
  char *id;
  char *pattern;
  EnclavePolicySource source;
  EnclaveVerdict verdict;
  guint index;
} Rule;

struct _EnclavePolicy
{
  GObject parent_instance;

  GPtrArray *rules;
  GPtrArray *notes;
  /* Rules that nothing lifts: the system's, and those about the policy's own files. */
  EnclaveGlobSet *strict;
  /* The built-in rules that the system has locked, with the built-in exceptions: in a set of their own, so that those
   * exceptions soften no rule of the system's. */
  EnclaveGlobSet *locked;
  GHashTable *locked_ids;
  /* Built-in rules with their exceptions, then the user's. */
  EnclaveGlobSet *general;
  /* The user's exceptions for one whole path: byte for byte, also below a denied folder. Path to rule. */
  GHashTable *exact;
  EnclaveGlobSet *project;
  EnclaveGlobSet *ask;
  EnclaveGlobSet *ask_project;
  /* Asked last: whole folders, of which parts have a rule with a better reason. */
  EnclaveGlobSet *ask_broad;
};

G_DEFINE_FINAL_TYPE (EnclavePolicy, enclave_policy, G_TYPE_OBJECT)

static const char *const source_words[] = { "builtin", "system", "user", "project" };

static void
rule_free (gpointer data)
{
  Rule *rule = data;

  g_free (rule->id);
  g_free (rule->pattern);
  g_free (rule);
}

static void
enclave_policy_finalize (GObject *object)
{
  EnclavePolicy *self = ENCLAVE_POLICY (object);

  g_clear_pointer (&self->rules, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  g_clear_pointer (&self->strict, enclave_glob_set_unref);
  g_clear_pointer (&self->locked, enclave_glob_set_unref);
  g_clear_pointer (&self->locked_ids, g_hash_table_unref);
  g_clear_pointer (&self->exact, g_hash_table_unref);
  g_clear_pointer (&self->general, enclave_glob_set_unref);
  g_clear_pointer (&self->project, enclave_glob_set_unref);
  g_clear_pointer (&self->ask, enclave_glob_set_unref);
  g_clear_pointer (&self->ask_project, enclave_glob_set_unref);
  g_clear_pointer (&self->ask_broad, enclave_glob_set_unref);

  G_OBJECT_CLASS (enclave_policy_parent_class)->finalize (object);
}

static void
enclave_policy_class_init (EnclavePolicyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_policy_finalize;
}

static void
enclave_policy_init (EnclavePolicy *self)
{
  self->rules = g_ptr_array_new_with_free_func (rule_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  self->strict = enclave_glob_set_new (TRUE);
  self->locked = enclave_glob_set_new (TRUE);
  self->locked_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->exact = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->general = enclave_glob_set_new (TRUE);
  self->project = enclave_glob_set_new (TRUE);
  self->ask = enclave_glob_set_new (TRUE);
  self->ask_project = enclave_glob_set_new (TRUE);
  self->ask_broad = enclave_glob_set_new (TRUE);
}

EnclavePolicy *
enclave_policy_new (void)
{
  return g_object_new (ENCLAVE_TYPE_POLICY, NULL);
}

gboolean
enclave_policy_add_rule (EnclavePolicy *self, EnclavePolicySource source, const char *id, const char *pattern,
                         EnclaveVerdict verdict, GError **error)
{
  g_autofree char *anchored = NULL;
  g_autofree char *compiled = NULL;
  g_autofree char *exact = NULL;
  EnclaveGlobSet *set;
  Rule *rule;

  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), FALSE);
  g_return_val_if_fail (verdict != ENCLAVE_VERDICT_ALLOW || source == ENCLAVE_POLICY_SOURCE_BUILTIN
                        || source == ENCLAVE_POLICY_SOURCE_USER, FALSE);

  if (source == ENCLAVE_POLICY_SOURCE_PROJECT)
    {
      set = verdict == ENCLAVE_VERDICT_ASK ? self->ask_project : self->project;
      anchored = g_strdup (pattern);
    }
  else
    {
      if (verdict == ENCLAVE_VERDICT_ASK)
        set = g_strcmp0 (id, BROAD_RULE) == 0 ? self->ask_broad : self->ask;
      else
        set = source == ENCLAVE_POLICY_SOURCE_SYSTEM || g_strcmp0 (id, POLICY_RULE) == 0 ? self->strict : self->general;
      anchored = enclave_policy_float_pattern (pattern);
    }
  compiled = g_strconcat (verdict == ENCLAVE_VERDICT_ALLOW ? "!" : "", anchored, NULL);

  if (source == ENCLAVE_POLICY_SOURCE_USER && verdict == ENCLAVE_VERDICT_ALLOW)
    exact = enclave_policy_dup_exact_path (pattern);
  if (exact == NULL && !enclave_glob_set_add (set, compiled, self->rules->len + 1, error))
    return FALSE;

  rule = g_new0 (Rule, 1);
  rule->id = g_strdup (id);
  rule->pattern = g_strdup (pattern);
  rule->source = source;
  rule->verdict = verdict;
  rule->index = self->rules->len;
  g_ptr_array_add (self->rules, rule);
  if (exact != NULL)
    g_hash_table_replace (self->exact, g_steal_pointer (&exact), rule);

  return TRUE;
}

gboolean
enclave_policy_lock_rule (EnclavePolicy *self, const char *id)
{
  gboolean found = FALSE;

  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), FALSE);

  for (guint i = 0; i < self->rules->len && !found; i++)
    {
      const Rule *rule = g_ptr_array_index (self->rules, i);

      found = rule->source == ENCLAVE_POLICY_SOURCE_BUILTIN && rule->verdict == ENCLAVE_VERDICT_DENY
              && g_strcmp0 (rule->id, id) == 0;
    }
  if (!found || !g_hash_table_add (self->locked_ids, g_strdup (id)))
    return found;

  /* Made anew in the order of the built-in rules, whatever the order of the locks. The built-in exceptions go along: a
   * lock keeps the user from loosening a rule and does not tighten it. */
  g_clear_pointer (&self->locked, enclave_glob_set_unref);
  self->locked = enclave_glob_set_new (TRUE);
  for (guint i = 0; i < self->rules->len; i++)
    {
      const Rule *rule = g_ptr_array_index (self->rules, i);
      g_autofree char *anchored = NULL;
      g_autofree char *compiled = NULL;

      if (rule->source != ENCLAVE_POLICY_SOURCE_BUILTIN || rule->verdict == ENCLAVE_VERDICT_ASK
          || (rule->verdict == ENCLAVE_VERDICT_DENY && !g_hash_table_contains (self->locked_ids, rule->id)))
        continue;
      anchored = enclave_policy_float_pattern (rule->pattern);
      compiled = g_strconcat (rule->verdict == ENCLAVE_VERDICT_ALLOW ? "!" : "", anchored, NULL);
      enclave_glob_set_add (self->locked, compiled, i + 1, NULL);
    }

  return TRUE;
}

gboolean
enclave_policy_is_locked (EnclavePolicy *self, const char *id)
{
  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), FALSE);

  return id != NULL
         && (g_str_equal (id, POLICY_RULE) || g_str_equal (id, OUTSIDE_RULE) || g_str_has_prefix (id, "system:")
             || g_hash_table_contains (self->locked_ids, id));
}

EnclavePolicy *
enclave_policy_copy (EnclavePolicy *self)
{
  EnclavePolicy *copy = enclave_policy_new ();
  GHashTableIter iter;
  gpointer id;

  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), NULL);

  for (guint i = 0; i < self->rules->len; i++)
    {
      const Rule *rule = g_ptr_array_index (self->rules, i);

      enclave_policy_add_rule (copy, rule->source, rule->id, rule->pattern, rule->verdict, NULL);
    }
  g_hash_table_iter_init (&iter, self->locked_ids);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    enclave_policy_lock_rule (copy, id);

  return copy;
}

void
enclave_policy_add_note (EnclavePolicy *self, const char *format, ...)
{
  va_list args;

  g_return_if_fail (ENCLAVE_IS_POLICY (self));

  va_start (args, format);
  g_ptr_array_add (self->notes, g_strdup_vprintf (format, args));
  va_end (args);
}

static Rule *
match_set (EnclavePolicy *self, EnclaveGlobSet *set, const char *path, gboolean is_directory)
{
  EnclaveGlobMatch match = enclave_glob_set_match (set, path, is_directory);
  Rule *rule;

  if (match.id == 0 || match.id > self->rules->len)
    return NULL;
  rule = g_ptr_array_index (self->rules, match.id - 1);

  return match.negated && rule->verdict == ENCLAVE_VERDICT_ASK ? NULL : rule;
}

/* Returns: the rule that decides by name: DENY, ALLOW for an exception, or NULL. @absolute: as the kernel names it. */
static Rule *
judge_once (EnclavePolicy *self, const char *absolute, const char *relative, gboolean is_directory,
            gboolean skip_general)
{
  EnclaveGlobSet *const final_sets[] = { self->strict, self->locked, relative != NULL ? self->project : NULL };
  Rule *rule, *exact;

  for (guint i = 0; i < G_N_ELEMENTS (final_sets); i++)
    {
      if (final_sets[i] == NULL)
        continue;
      rule = match_set (self, final_sets[i], final_sets[i] == self->project ? relative : absolute + 1, is_directory);
      if (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY)
        return rule;
    }
  if (skip_general)
    return NULL;

  rule = match_set (self, self->general, absolute + 1, is_directory);
  exact = g_hash_table_lookup (self->exact, absolute);

  /* As among patterns: what stands later counts. */
  return exact != NULL && (rule == NULL || exact->index > rule->index) ? exact : rule;
}

static Rule *
judge_names (EnclavePolicy *self, const char *path, const char *root, gboolean is_directory)
{
  const char *relative = root != NULL ? enclave_policy_relative_to (root, path) : NULL;
  Rule *rule = judge_once (self, path, relative, is_directory, FALSE);
  /* Who names a copy in an exception means it. */
  gboolean excepted = rule != NULL && rule->source == ENCLAVE_POLICY_SOURCE_USER;

  if (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY)
    return rule;

  for (guint dotted = 0; dotted < 2; dotted++)
    {
      g_autofree char *original = enclave_policy_dup_original (path, dotted == 1);
      Rule *other;

      if (original == NULL)
        break;
      relative = root != NULL ? enclave_policy_relative_to (root, original) : NULL;
      other = judge_once (self, original, relative, is_directory, excepted);
      if (other != NULL && other->verdict == ENCLAVE_VERDICT_DENY)
        return other;
    }

  return rule;
}

static EnclaveDecision
decision_of (const Rule *rule)
{
  EnclaveDecision decision = { ENCLAVE_VERDICT_ALLOW, NULL, NULL };

  if (rule != NULL)
    {
      decision.verdict = rule->verdict;
      decision.rule = rule->id;
      decision.source = source_words[rule->source];
    }

  return decision;
}

static gboolean
in_read_only_place (const char *path)
{
  const char *const *places = enclave_policy_get_read_only_places ();

  for (guint i = 0; places[i] != NULL; i++)
    {
      if (enclave_policy_relative_to (places[i], path) != NULL)
        return TRUE;
    }

  return FALSE;
}

EnclaveDecision
enclave_policy_decide_name (EnclavePolicy *self, const char *root, const char *path, gboolean is_directory)
{
  const EnclaveDecision outside = { ENCLAVE_VERDICT_DENY, OUTSIDE_RULE, "builtin" };

  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), outside);

  if (path[0] != '/')
    return outside;

  return decision_of (judge_names (self, path, root, is_directory));
}

/**
 * enclave_policy_decide:
 * @effects: what is to be done with the file
 * @root: (nullable): absolute path of the project
 * @path: absolute path, as the kernel names the opened descriptor
 * @is_directory: whether it is a folder
 *
 * The rule: a denied name in any component denies, whatever stands around it; outside @root only the built-in places may be
 * read; rules that ask hold for writing. Touches no file.
 *
 * Returns: the verdict, with strings borrowed from the policy
 */
EnclaveDecision
enclave_policy_decide (EnclavePolicy *self, EnclaveEffects effects, const char *root, const char *path,
                       gboolean is_directory)
{
  const EnclaveDecision outside = { ENCLAVE_VERDICT_DENY, OUTSIDE_RULE, "builtin" };
  const char *relative;
  Rule *rule, *ask;

  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), outside);
  g_return_val_if_fail (path != NULL, outside);

  if (path[0] != '/')
    return outside;

  rule = judge_names (self, path, root, is_directory);
  if (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY)
    return decision_of (rule);

  relative = root != NULL ? enclave_policy_relative_to (root, path) : NULL;
  if (enclave_policy_has_dot_component (path))
    return outside;
  if (relative == NULL)
    {
      if ((effects & ~ENCLAVE_EFFECT_READ) == 0 && in_read_only_place (path))
        return decision_of (rule);
      return outside;
    }

  if ((effects & ENCLAVE_EFFECT_WRITE) != 0)
    {
      ask = match_set (self, self->ask, path + 1, is_directory);
      if (ask == NULL)
        ask = match_set (self, self->ask_project, relative, is_directory);
      if (ask == NULL)
        ask = match_set (self, self->ask_broad, path + 1, is_directory);
      if (ask != NULL && ask->verdict == ENCLAVE_VERDICT_ASK)
        return decision_of (ask);
    }

  return decision_of (rule);
}

/**
 * enclave_policy_get_n_rules:
 *
 * Returns: how many rules there are, exceptions included
 */
guint
enclave_policy_get_n_rules (EnclavePolicy *self)
{
  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), 0);

  return self->rules->len;
}

/**
 * enclave_policy_get_rule:
 * @index: from 0, in the order of decision
 * @rule: (out caller-allocates): the rule; its strings are borrowed from the policy
 */
void
enclave_policy_get_rule (EnclavePolicy *self, guint index, EnclavePolicyRule *rule)
{
  const Rule *found;

  g_return_if_fail (ENCLAVE_IS_POLICY (self));
  g_return_if_fail (index < self->rules->len);
  g_return_if_fail (rule != NULL);

  found = g_ptr_array_index (self->rules, index);
  rule->id = found->id;
  rule->source = source_words[found->source];
  rule->pattern = found->pattern;
  rule->verdict = found->verdict;
}

/**
 * enclave_policy_get_n_notes:
 *
 * Returns: how many lines of the policy files were left out
 */
guint
enclave_policy_get_n_notes (EnclavePolicy *self)
{
  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), 0);

  return self->notes->len;
}

/**
 * enclave_policy_get_note:
 * @index: from 0
 *
 * Returns: which line was left out and why; borrowed
 */
const char *
enclave_policy_get_note (EnclavePolicy *self, guint index)
{
  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), NULL);
  g_return_val_if_fail (index < self->notes->len, NULL);

  return g_ptr_array_index (self->notes, index);
}
