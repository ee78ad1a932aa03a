/* enclave-policy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-policy-private.h"

#include "enclave-glob-set.h"

#define OUTSIDE_RULE "builtin:outside-project"
/* A copy of a copy of a copy: more affixes than this are not taken off a name. */
#define MAX_AFFIXES 8

typedef struct
{
  char *id;
  char *pattern;
  EnclavePolicySource source;
  EnclaveVerdict verdict;
} Rule;

struct _EnclavePolicy
{
  GObject parent_instance;

  GPtrArray *rules;
  GPtrArray *notes;
  /* Rules that nothing lifts: the system's, and the built-in ones that it has locked. */
  EnclaveGlobSet *strict;
  /* Built-in rules with their exceptions, then the user's. */
  EnclaveGlobSet *general;
  EnclaveGlobSet *project;
  EnclaveGlobSet *ask;
  EnclaveGlobSet *ask_project;
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
  g_clear_pointer (&self->general, enclave_glob_set_unref);
  g_clear_pointer (&self->project, enclave_glob_set_unref);
  g_clear_pointer (&self->ask, enclave_glob_set_unref);
  g_clear_pointer (&self->ask_project, enclave_glob_set_unref);

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
  self->general = enclave_glob_set_new (TRUE);
  self->project = enclave_glob_set_new (TRUE);
  self->ask = enclave_glob_set_new (TRUE);
  self->ask_project = enclave_glob_set_new (TRUE);
}

EnclavePolicy *
enclave_policy_new (void)
{
  return g_object_new (ENCLAVE_TYPE_POLICY, NULL);
}

/* Makes `a/b` match anywhere, as a pattern without a slash does, and leaves `/a` at the root. */
static char *
floating_pattern (const char *pattern)
{
  const char *slash = strchr (pattern, '/');

  if (slash == NULL || slash == pattern || slash[1] == '\0' || g_str_has_prefix (pattern, "**/"))
    return g_strdup (pattern);

  return g_strconcat ("**/", pattern, NULL);
}

gboolean
enclave_policy_add_rule (EnclavePolicy *self, EnclavePolicySource source, const char *id, const char *pattern,
                         EnclaveVerdict verdict, GError **error)
{
  g_autofree char *anchored = NULL;
  g_autofree char *compiled = NULL;
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
        set = self->ask;
      else
        set = source == ENCLAVE_POLICY_SOURCE_SYSTEM ? self->strict : self->general;
      anchored = floating_pattern (pattern);
    }
  compiled = g_strconcat (verdict == ENCLAVE_VERDICT_ALLOW ? "!" : "", anchored, NULL);

  if (!enclave_glob_set_add (set, compiled, self->rules->len + 1, error))
    return FALSE;

  rule = g_new0 (Rule, 1);
  rule->id = g_strdup (id);
  rule->pattern = g_strdup (pattern);
  rule->source = source;
  rule->verdict = verdict;
  g_ptr_array_add (self->rules, rule);

  return TRUE;
}

gboolean
enclave_policy_lock_rule (EnclavePolicy *self, const char *id)
{
  gboolean found = FALSE;

  g_return_val_if_fail (ENCLAVE_IS_POLICY (self), FALSE);

  /* The built-in exceptions go along: a lock keeps the user from loosening a rule and does not tighten it. */
  for (guint i = 0; i < self->rules->len; i++)
    {
      Rule *rule = g_ptr_array_index (self->rules, i);
      g_autofree char *anchored = NULL;
      g_autofree char *compiled = NULL;

      if (rule->source != ENCLAVE_POLICY_SOURCE_BUILTIN || rule->verdict == ENCLAVE_VERDICT_ASK)
        continue;
      if (rule->verdict == ENCLAVE_VERDICT_DENY && g_strcmp0 (rule->id, id) != 0)
        continue;

      found = found || rule->verdict == ENCLAVE_VERDICT_DENY;
      anchored = floating_pattern (rule->pattern);
      compiled = g_strconcat (rule->verdict == ENCLAVE_VERDICT_ALLOW ? "!" : "", anchored, NULL);
      enclave_glob_set_add (self->strict, compiled, i + 1, NULL);
    }

  return found;
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

/* Returns: the path behind @root without a leading slash, "" for @root itself, NULL outside. */
static const char *
relative_to (const char *root, const char *path)
{
  gsize length = strlen (root);

  while (length > 0 && root[length - 1] == '/')
    length--;
  if (strncmp (path, root, length) != 0)
    return NULL;
  if (path[length] == '\0')
    return path + length;
  if (path[length] != '/')
    return NULL;
  path += length;
  while (*path == '/')
    path++;

  return path;
}

static gboolean
has_dot_component (const char *path)
{
  for (const char *part = path; part != NULL; part = strchr (part, '/'))
    {
      while (*part == '/')
        part++;
      if (part[0] == '.' && (part[1] == '/' || part[1] == '\0' || (part[1] == '.' && (part[2] == '/' || part[2] == '\0'))))
        return TRUE;
    }

  return FALSE;
}

/* Takes one affix that editors and people put on a copy off the name. @dotted: drop the dot that a swap
 * file has in front as well. */
static gboolean
strip_affix (GString *name, gboolean dotted)
{
  static const char *const suffixes[] = {
    "~", ".bak", ".orig", ".save", ".old", ".swp", ".swo", ".swn", ".swx", ".tmp", ".copy", " (deleted)",
  };

  if (name->len > 2 && name->str[0] == '#' && name->str[name->len - 1] == '#')
    {
      g_string_truncate (name, name->len - 1);
      g_string_erase (name, 0, 1);
      return TRUE;
    }
  if (name->len > 2 && name->str[0] == '.' && name->str[1] == '#')
    {
      g_string_erase (name, 0, 2);
      return TRUE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      gsize length = strlen (suffixes[i]);

      if (name->len <= length || g_ascii_strcasecmp (name->str + name->len - length, suffixes[i]) != 0)
        continue;
      g_string_truncate (name, name->len - length);
      if (dotted && g_ascii_strncasecmp (suffixes[i], ".sw", 3) == 0 && name->len > 1 && name->str[0] == '.')
        g_string_erase (name, 0, 1);
      return TRUE;
    }

  return FALSE;
}

/* Returns: (nullable): @path with the affixes of copies taken off every name, NULL when none has one. */
static char *
original_of_copy (const char *path, gboolean dotted)
{
  g_auto(GStrv) parts = g_strsplit (path, "/", -1);
  gboolean changed = FALSE;

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autoptr(GString) name = g_string_new (parts[i]);
      gboolean stripped = FALSE;

      for (guint n = 0; n < MAX_AFFIXES && strip_affix (name, dotted); n++)
        stripped = TRUE;
      if (!stripped)
        continue;
      g_free (parts[i]);
      parts[i] = g_strdup (name->str);
      changed = TRUE;
    }

  return changed ? g_strjoinv ("/", parts) : NULL;
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

/* Returns: the rule that decides by name: DENY, ALLOW for an exception, or NULL. @absolute: without its leading
 * slash. */
static Rule *
judge_once (EnclavePolicy *self, const char *absolute, const char *relative, gboolean is_directory,
            gboolean skip_general)
{
  Rule *rule;

  rule = match_set (self, self->strict, absolute, is_directory);
  if (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY)
    return rule;

  if (relative != NULL)
    {
      rule = match_set (self, self->project, relative, is_directory);
      if (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY)
        return rule;
    }

  return skip_general ? NULL : match_set (self, self->general, absolute, is_directory);
}

static Rule *
judge_names (EnclavePolicy *self, const char *path, const char *root, gboolean is_directory)
{
  const char *relative = root != NULL ? relative_to (root, path) : NULL;
  Rule *rule = judge_once (self, path + 1, relative, is_directory, FALSE);
  /* Who names a copy in an exception means it. */
  gboolean excepted = rule != NULL && rule->source == ENCLAVE_POLICY_SOURCE_USER;

  if (rule != NULL && rule->verdict == ENCLAVE_VERDICT_DENY)
    return rule;

  for (guint dotted = 0; dotted < 2; dotted++)
    {
      g_autofree char *original = original_of_copy (path, dotted == 1);
      Rule *other;

      if (original == NULL)
        break;
      relative = root != NULL ? relative_to (root, original) : NULL;
      other = judge_once (self, original + 1, relative, is_directory, excepted);
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
      if (relative_to (places[i], path) != NULL)
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

  relative = root != NULL ? relative_to (root, path) : NULL;
  if (has_dot_component (path))
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
