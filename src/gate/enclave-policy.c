/* enclave-policy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-policy-private.h"

#include "enclave-glob-set.h"
#include "enclave-policy-names-private.h"
#include "enclave-policy-prefilter-private.h"

#define OUTSIDE_RULE "builtin:outside-project"
#define POLICY_RULE "builtin:policy"
#define BROAD_RULE "builtin:git-internal"

/* The sets, as numbers of bits in EnclavePolicyTraits. */
enum
{
  SET_STRICT,
  SET_LOCKED,
  SET_GENERAL,
  SET_PROJECT,
  SET_ASK,
  SET_ASK_PROJECT,
  SET_ASK_BROAD,
};

#define SET_BIT(set) (G_GUINT64_CONSTANT (1) << (set))
#define DENYING_SETS (SET_BIT (SET_STRICT) | SET_BIT (SET_LOCKED) | SET_BIT (SET_GENERAL) | SET_BIT (SET_PROJECT))
#define ASKING_SETS (SET_BIT (SET_ASK) | SET_BIT (SET_ASK_PROJECT) | SET_BIT (SET_ASK_BROAD))
#define ALL_SETS (DENYING_SETS | ASKING_SETS)

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
  /* What the names of a path have to be for any set to say something. */
  EnclaveGlobIndex *prefilter;
  guint64 serial; /* of the rules, anew with each change */
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
  self->strict = enclave_glob_set_new_shared (TRUE, self->prefilter, SET_STRICT);
  self->locked = enclave_glob_set_new_shared (TRUE, self->prefilter, SET_LOCKED);
  self->locked_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->exact = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->general = enclave_glob_set_new_shared (TRUE, self->prefilter, SET_GENERAL);
  self->project = enclave_glob_set_new_shared (TRUE, self->prefilter, SET_PROJECT);
  self->ask = enclave_glob_set_new_shared (TRUE, self->prefilter, SET_ASK);
  self->ask_project = enclave_glob_set_new_shared (TRUE, self->prefilter, SET_ASK_PROJECT);
  self->ask_broad = enclave_glob_set_new_shared (TRUE, self->prefilter, SET_ASK_BROAD);
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
  self->serial = enclave_policy_prefilter_next_serial ();
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
  self->serial = enclave_policy_prefilter_next_serial ();
  g_clear_pointer (&self->locked, enclave_glob_set_unref);
  self->locked = enclave_glob_set_new_shared (TRUE, self->prefilter, SET_LOCKED);
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

/* One path that is asked about, with what is needed to ask any set. */
typedef struct
{
  const char *absolute; /* as the kernel names it */
  EnclavePolicyTraits traits;
  EnclaveGlobPath parts;
  gboolean is_split;
  gint first; /* the part that is the first below the project; -1 outside */
  gboolean is_directory;
} Question;

static void
question_clear (Question *question)
{
  if (question->is_split)
    enclave_glob_path_clear (&question->parts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Question, question_clear)

static void
question_init (Question *question, EnclavePolicy *self, const char *root, const char *absolute, gboolean is_directory)
{
  question->absolute = absolute;
  question->traits = enclave_policy_prefilter_look (self->prefilter, self->serial, absolute);
  question->is_split = FALSE;
  question->is_directory = is_directory;
  question->first = root != NULL && enclave_policy_relative_to (root, absolute) != NULL ? 0 : -1;
  /* The names of an ordinary file need not be told apart again. */
  if ((question->traits.sets & ALL_SETS) == 0)
    return;
  enclave_glob_path_init (&question->parts, absolute, TRUE);
  question->is_split = TRUE;
  if (question->first == 0)
    question->first = (gint) enclave_glob_path_count (root);
}

static Rule *
match_set (EnclavePolicy *self, guint set, const Question *question)
{
  EnclaveGlobSet *const sets[] = { self->strict, self->locked, self->general, self->project,
                                   self->ask, self->ask_project, self->ask_broad };
  gboolean is_project = set == SET_PROJECT || set == SET_ASK_PROJECT;
  EnclaveGlobMatch match;
  Rule *rule;

  if ((question->traits.sets & SET_BIT (set)) == 0 || (is_project && question->first < 0))
    return NULL;
  match = enclave_glob_set_match_path (sets[set], &question->parts, is_project ? (guint) question->first : 0,
                                       question->is_directory);
  if (match.id == 0 || match.id > self->rules->len)
    return NULL;
  rule = g_ptr_array_index (self->rules, match.id - 1);

  return match.negated && rule->verdict == ENCLAVE_VERDICT_ASK ? NULL : rule;
}

/* Returns: the rule that decides by name: DENY, ALLOW for an exception, or NULL. */
static Rule *
judge_once (EnclavePolicy *self, const Question *question, gboolean skip_general)
{
  static const guint final_sets[] = { SET_STRICT, SET_LOCKED, SET_PROJECT };
  Rule *rule, *exact;

  for (guint i = 0; i < G_N_ELEMENTS (final_sets); i++)
    {
      rule = match_set (self, final_sets[i], question);
      if (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY)
        return rule;
    }
  if (skip_general)
    return NULL;

  rule = match_set (self, SET_GENERAL, question);
  exact = g_hash_table_size (self->exact) > 0 ? g_hash_table_lookup (self->exact, question->absolute) : NULL;

  /* As among patterns: what stands later counts. */
  return exact != NULL && (rule == NULL || exact->index > rule->index) ? exact : rule;
}

static Rule *
judge_names (EnclavePolicy *self, const Question *question, const char *root)
{
  Rule *rule = judge_once (self, question, FALSE);
  /* Who names a copy in an exception means it. */
  gboolean excepted = rule != NULL && rule->source == ENCLAVE_POLICY_SOURCE_USER;

  if (!question->traits.has_affix || (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY))
    return rule;

  for (guint dotted = 0; dotted < 2; dotted++)
    {
      g_autofree char *original = enclave_policy_dup_original (question->absolute, dotted == 1);
      g_auto(Question) about = { NULL };
      Rule *other;

      if (original == NULL)
        break;
      question_init (&about, self, root, original, question->is_directory);
      other = judge_once (self, &about, excepted);
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
  g_auto(Question) question;

  question.is_split = FALSE;
  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), outside);

  if (path[0] != '/')
    return outside;

  question_init (&question, self, root, path, is_directory);

  return decision_of (judge_names (self, &question, root));
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
  g_auto(Question) question;
  Rule *rule, *ask;

  question.is_split = FALSE;
  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), outside);
  g_return_val_if_fail (path != NULL, outside);

  if (path[0] != '/')
    return outside;

  question_init (&question, self, root, path, is_directory);
  rule = judge_names (self, &question, root);
  if (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY)
    return decision_of (rule);

  if (question.traits.has_dots)
    return outside;
  if (question.first < 0)
    {
      if ((effects & ~ENCLAVE_EFFECT_READ) == 0 && in_read_only_place (path))
        return decision_of (rule);
      return outside;
    }

  if ((effects & ENCLAVE_EFFECT_WRITE) != 0)
    {
      ask = match_set (self, SET_ASK, &question);
      if (ask == NULL)
        ask = match_set (self, SET_ASK_PROJECT, &question);
      if (ask == NULL)
        ask = match_set (self, SET_ASK_BROAD, &question);
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
