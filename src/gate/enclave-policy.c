/* enclave-policy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-policy-rules-private.h"

#include "enclave-policy-names-private.h"
#include "enclave-policy-prefilter-private.h"

#define OUTSIDE_RULE "builtin:outside-project"
#define POLICY_RULE "builtin:policy"
#define BROAD_RULE "builtin:git-internal"

G_DEFINE_FINAL_TYPE (EnclavePolicy, enclave_policy, G_TYPE_OBJECT)

const char *
enclave_policy_get_source_word (EnclavePolicySource source)
{
  static const char *const words[] = { "builtin", "system", "user", "project" };

  return words[source];
}

static void
rule_free (gpointer data)
{
  EnclavePolicyEntry *rule = data;

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
  g_clear_pointer (&self->prefilter, enclave_glob_index_unref);
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
  self->prefilter = enclave_glob_index_new ();
  self->serial = enclave_policy_prefilter_next_serial ();
  self->strict = enclave_glob_set_new_shared (TRUE, self->prefilter, ENCLAVE_POLICY_SET_STRICT);
  self->locked = enclave_glob_set_new_shared (TRUE, self->prefilter, ENCLAVE_POLICY_SET_LOCKED);
  self->locked_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->exact = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->general = enclave_glob_set_new_shared (TRUE, self->prefilter, ENCLAVE_POLICY_SET_GENERAL);
  self->project = enclave_glob_set_new_shared (TRUE, self->prefilter, ENCLAVE_POLICY_SET_PROJECT);
  self->ask = enclave_glob_set_new_shared (TRUE, self->prefilter, ENCLAVE_POLICY_SET_ASK);
  self->ask_project = enclave_glob_set_new_shared (TRUE, self->prefilter, ENCLAVE_POLICY_SET_ASK_PROJECT);
  self->ask_broad = enclave_glob_set_new_shared (TRUE, self->prefilter, ENCLAVE_POLICY_SET_ASK_BROAD);
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
  EnclavePolicyEntry *rule;

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
  self->serial = enclave_policy_prefilter_next_serial ();
  if (exact == NULL && !enclave_glob_set_add (set, compiled, self->rules->len + 1, error))
    return FALSE;

  rule = g_new0 (EnclavePolicyEntry, 1);
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
      const EnclavePolicyEntry *rule = g_ptr_array_index (self->rules, i);

      found = rule->source == ENCLAVE_POLICY_SOURCE_BUILTIN && rule->verdict == ENCLAVE_VERDICT_DENY
              && g_strcmp0 (rule->id, id) == 0;
    }
  if (!found || !g_hash_table_add (self->locked_ids, g_strdup (id)))
    return found;

  /* Made anew in the order of the built-in rules, whatever the order of the locks. The built-in exceptions go along: a
   * lock keeps the user from loosening a rule and does not tighten it. */
  self->serial = enclave_policy_prefilter_next_serial ();
  g_clear_pointer (&self->locked, enclave_glob_set_unref);
  self->locked = enclave_glob_set_new_shared (TRUE, self->prefilter, ENCLAVE_POLICY_SET_LOCKED);
  for (guint i = 0; i < self->rules->len; i++)
    {
      const EnclavePolicyEntry *rule = g_ptr_array_index (self->rules, i);
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
      const EnclavePolicyEntry *rule = g_ptr_array_index (self->rules, i);

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
  const EnclavePolicyEntry *found;

  g_return_if_fail (ENCLAVE_IS_POLICY (self));
  g_return_if_fail (index < self->rules->len);
  g_return_if_fail (rule != NULL);

  found = g_ptr_array_index (self->rules, index);
  rule->id = found->id;
  rule->source = enclave_policy_get_source_word (found->source);
  rule->pattern = found->pattern;
  rule->verdict = found->verdict;
}

gboolean
enclave_policy_has_same_rules (EnclavePolicy *self, EnclavePolicy *other)
{
  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), FALSE);
  g_return_val_if_fail (ENCLAVE_IS_POLICY (other), FALSE);

  if (self->rules->len != other->rules->len)
    return FALSE;
  for (guint i = 0; i < self->rules->len; i++)
    {
      const EnclavePolicyEntry *a = g_ptr_array_index (self->rules, i);
      const EnclavePolicyEntry *b = g_ptr_array_index (other->rules, i);

      if (a->source != b->source || a->verdict != b->verdict || strcmp (a->id, b->id) != 0 || strcmp (a->pattern, b->pattern) != 0)
        return FALSE;
    }
  return TRUE;
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
