/* enclave-policy-judge.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-policy-rules-private.h"

#include "enclave-policy-names-private.h"
#include "enclave-policy-prefilter-private.h"

#define OUTSIDE_RULE "builtin:outside-project"

#define SET_BIT(set) (G_GUINT64_CONSTANT (1) << (set))

/* One path that is asked about, with what is needed to ask any set. */
typedef struct
{
  const char *absolute; /* as the kernel names it */
  EnclavePolicyTraits traits;
  EnclaveGlobPath parts;
  const char *root; /* (nullable) */
  gboolean is_inside; /* of the root */
  gboolean is_directory;
  gboolean is_split;
  guint first; /* when it is split: the part that is the first below the root */
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
  question->root = root;
  question->is_inside = root != NULL && enclave_policy_relative_to (root, absolute) != NULL;
}

/* For the paths of which some set may say something. */
static void
question_split (Question *question)
{
  if (question->is_split)
    return;
  enclave_glob_path_init (&question->parts, question->absolute, TRUE);
  question->first = question->is_inside ? enclave_glob_path_count (question->root) : 0;
  question->is_split = TRUE;
}

static EnclavePolicyEntry *
match_set (EnclavePolicy *self, guint set, Question *question)
{
  EnclaveGlobSet *const sets[] = { self->strict, self->locked, self->general, self->project,
                                   self->ask, self->ask_project, self->ask_broad };
  gboolean is_project = set == ENCLAVE_POLICY_SET_PROJECT || set == ENCLAVE_POLICY_SET_ASK_PROJECT;
  EnclaveGlobMatch match;
  EnclavePolicyEntry *rule;

  if ((question->traits.sets & SET_BIT (set)) == 0 || (is_project && !question->is_inside))
    return NULL;
  question_split (question);
  match = enclave_glob_set_match_path (sets[set], &question->parts, is_project ? question->first : 0,
                                       question->is_directory);
  if (match.id == 0 || match.id > self->rules->len)
    return NULL;
  rule = g_ptr_array_index (self->rules, match.id - 1);

  return match.negated && rule->verdict == ENCLAVE_VERDICT_ASK ? NULL : rule;
}

/* Returns: the rule that decides by name: DENY, ALLOW for an exception, or NULL. */
static EnclavePolicyEntry *
judge_once (EnclavePolicy *self, Question *question, gboolean skip_general)
{
  static const guint final_sets[] = { ENCLAVE_POLICY_SET_STRICT, ENCLAVE_POLICY_SET_LOCKED, ENCLAVE_POLICY_SET_PROJECT };
  EnclavePolicyEntry *rule, *exact;

  for (guint i = 0; i < G_N_ELEMENTS (final_sets); i++)
    {
      rule = match_set (self, final_sets[i], question);
      if (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY)
        return rule;
    }
  if (skip_general)
    return NULL;

  rule = match_set (self, ENCLAVE_POLICY_SET_GENERAL, question);
  exact = g_hash_table_size (self->exact) > 0 ? g_hash_table_lookup (self->exact, question->absolute) : NULL;

  /* As among patterns: what stands later counts. */
  return exact != NULL && (rule == NULL || exact->index > rule->index) ? exact : rule;
}

static EnclavePolicyEntry *
judge_names (EnclavePolicy *self, Question *question)
{
  EnclavePolicyEntry *rule = judge_once (self, question, FALSE);
  /* Who names a copy in an exception means it. */
  gboolean excepted = rule != NULL && rule->source == ENCLAVE_POLICY_SOURCE_USER;

  if (!question->traits.has_affix || (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY))
    return rule;

  for (guint dotted = 0; dotted < 2; dotted++)
    {
      g_autofree char *original = enclave_policy_dup_original (question->absolute, dotted == 1);
      g_auto(Question) about = { NULL };
      EnclavePolicyEntry *other;

      if (original == NULL)
        break;
      question_init (&about, self, question->root, original, question->is_directory);
      other = judge_once (self, &about, excepted);
      if (other != NULL && other->verdict == ENCLAVE_VERDICT_DENY)
        return other;
    }

  return rule;
}

static EnclaveDecision
decision_of (const EnclavePolicyEntry *rule)
{
  EnclaveDecision decision = { ENCLAVE_VERDICT_ALLOW, NULL, NULL };

  if (rule != NULL)
    {
      decision.verdict = rule->verdict;
      decision.rule = rule->id;
      decision.source = enclave_policy_get_source_word (rule->source);
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

  return decision_of (judge_names (self, &question));
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
  EnclavePolicyEntry *rule, *ask;

  question.is_split = FALSE;
  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), outside);
  g_return_val_if_fail (path != NULL, outside);

  if (path[0] != '/')
    return outside;

  question_init (&question, self, root, path, is_directory);
  rule = judge_names (self, &question);
  if (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY)
    return decision_of (rule);

  if (question.traits.has_dots)
    return outside;
  if (!question.is_inside)
    {
      if ((effects & ~ENCLAVE_EFFECT_READ) == 0 && in_read_only_place (path))
        return decision_of (rule);
      return outside;
    }

  if ((effects & ENCLAVE_EFFECT_WRITE) != 0)
    {
      ask = match_set (self, ENCLAVE_POLICY_SET_ASK, &question);
      if (ask == NULL)
        ask = match_set (self, ENCLAVE_POLICY_SET_ASK_PROJECT, &question);
      if (ask == NULL)
        ask = match_set (self, ENCLAVE_POLICY_SET_ASK_BROAD, &question);
      if (ask != NULL && ask->verdict == ENCLAVE_VERDICT_ASK)
        return decision_of (ask);
    }

  return decision_of (rule);
}
