/* fuzz-policy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdint.h>
#include <string.h>

#include "enclave-policy-private.h"
#include "enclave-policy-reference.h"
#include "enclave-policy-text-private.h"
#include "enclave-utf8.h"

#define ROOT "/home/u/project"
/* The reference tries every rule on every folder: rules beyond these are not compared. */
#define COMPARED_MAX_BYTES 1500
#define COMPARED_MAX_LINES 60
#define COMPARED_MAX_STARS 24

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static guint
count (const char *text, char what)
{
  guint n = 0;

  for (const char *c = text; *c != '\0'; c++)
    n += *c == what;
  return n;
}

/* @n_kinds: 1 for writing a file, which asks all rules; up to 4 with reading it, and both of a folder. */
static void
assert_same (EnclavePolicy *policy, EnclaveReferencePolicy *reference, const char *path, guint n_kinds)
{
  for (guint kind = 1; kind <= n_kinds; kind++)
    {
      EnclaveEffects effects = ENCLAVE_EFFECT_READ | (kind > 2 ? 0 : ENCLAVE_EFFECT_WRITE);
      EnclaveDecision decision = enclave_policy_decide (policy, effects, ROOT, path, kind % 2 == 0);
      EnclaveDecision expected = enclave_reference_policy_decide (reference, effects, ROOT, path, kind % 2 == 0);

      if (decision.verdict != expected.verdict || g_strcmp0 (decision.rule, expected.rule) != 0)
        g_error ("“%s”: %d by %s, by the reference %d by %s", path, decision.verdict, decision.rule, expected.verdict, expected.rule);
    }
}

/* The rules of @text alone, with the ones of the product they would be too many for many runs. */
static void
compare_text (EnclavePolicySource source, const char *text, const char *path)
{
  g_autoptr (EnclavePolicy) policy = enclave_policy_new ();
  g_autoptr (EnclaveReferencePolicy) reference = NULL;

  if (!enclave_policy_add_text (policy, source, text, strlen (text), "fuzz", NULL))
    return;
  reference = enclave_reference_policy_new (policy);
  assert_same (policy, reference, path, 4);
}

/* Returns: (transfer full) (nullable): @path with every name as it is compared; NULL when that makes other names of them. */
static char *
fold_path (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *folded = enclave_utf8_fold_name (parts[i]);

      g_free (parts[i]);
      parts[i] = folded;
      if (strchr (folded, '/') != NULL || (i > 0 && *folded == '\0') || g_str_equal (folded, ".") || g_str_equal (folded, ".."))
        return NULL;
    }
  return g_strjoinv ("/", parts);
}

/* What is denied in lower case is denied however it is written. */
static void
check_variants (EnclavePolicy *builtin, const char *path)
{
  g_autofree char *folded = fold_path (path);
  g_autofree char *upper = NULL;

  if (folded == NULL || enclave_policy_decide_name (builtin, NULL, folded, FALSE).verdict != ENCLAVE_VERDICT_DENY)
    return;
  upper = g_ascii_strup (folded, -1);
  if (enclave_policy_decide_name (builtin, NULL, path, FALSE).verdict != ENCLAVE_VERDICT_DENY)
    g_error ("“%s” is allowed, “%s” is not", path, folded);
  if (enclave_policy_decide_name (builtin, NULL, upper, FALSE).verdict != ENCLAVE_VERDICT_DENY)
    g_error ("“%s” is allowed, “%s” is not", upper, folded);
}

/* What a project brings can tighten and nothing else. */
static void
check_project (EnclavePolicy *builtin, EnclavePolicy *project, const char *path)
{
  for (guint kind = 0; kind < 4; kind++)
    {
      EnclaveEffects effects = ENCLAVE_EFFECT_READ | (kind < 2 ? 0 : ENCLAVE_EFFECT_WRITE);
      EnclaveDecision before = enclave_policy_decide (builtin, effects, ROOT, path, kind % 2 == 0);
      EnclaveDecision after = enclave_policy_decide (project, effects, ROOT, path, kind % 2 == 0);

      if ((before.verdict == ENCLAVE_VERDICT_DENY && after.verdict != ENCLAVE_VERDICT_DENY)
          || (before.verdict == ENCLAVE_VERDICT_ASK && after.verdict == ENCLAVE_VERDICT_ALLOW))
        g_error ("“%s”: the project lifts %s", path, before.rule);
    }
}

/* The line that the window writes for one path lifts what denies that path, and no other path. */
static void
check_exception (EnclavePolicy *builtin, const char *path)
{
  g_autoptr (EnclavePolicy) policy = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;
  g_autofree char *other = g_strconcat (path, "x", NULL);
  EnclaveDecision decision;

  if (strlen (path) > 4000 || enclave_policy_decide_name (builtin, ROOT, path, FALSE).verdict != ENCLAVE_VERDICT_DENY
      || (line = enclave_policy_text_dup_exception_line (path, NULL)) == NULL)
    return;
  policy = enclave_policy_copy (builtin);
  if (!enclave_policy_add_text (policy, ENCLAVE_POLICY_SOURCE_USER, line, strlen (line), "exception", &error))
    g_error ("“%s” can't be read: %s", line, error->message);
  decision = enclave_policy_decide_name (policy, ROOT, path, FALSE);
  if (decision.verdict == ENCLAVE_VERDICT_DENY && !enclave_policy_is_locked (policy, decision.rule))
    g_error ("“%s” is denied by %s all the same", path, decision.rule);
  if (enclave_policy_decide_name (policy, ROOT, other, FALSE).verdict
      != enclave_policy_decide_name (builtin, ROOT, other, FALSE).verdict)
    g_error ("an exception for “%s” changes “%s”", path, other);
}

/* The first line is a path below the project, the rest is the text of a policy. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static EnclavePolicy *builtin;
  static EnclaveReferencePolicy *reference;
  g_autofree char *all = g_strndup ((const char *) data, size);
  char *end = strchr (all, '\n');
  const char *text = end != NULL ? end + 1 : "";
  g_autoptr (EnclavePolicy) project = NULL;
  g_autofree char *path = NULL;
  g_autofree char *line = NULL;

  if (builtin == NULL)
    {
      builtin = enclave_policy_load_files (NULL, NULL, NULL, NULL);
      reference = enclave_reference_policy_new (builtin);
    }
  if (end != NULL)
    *end = '\0';
  path = g_strconcat (ROOT "/", all, NULL);

  check_variants (builtin, path);
  check_exception (builtin, path);
  if (count (path, '/') <= 12)
    assert_same (builtin, reference, path, 1);
  if (strlen (text) <= COMPARED_MAX_BYTES && count (text, '\n') <= COMPARED_MAX_LINES && count (text, '*') <= COMPARED_MAX_STARS
      && count (path, '/') <= 24)
    {
      compare_text (ENCLAVE_POLICY_SOURCE_PROJECT, text, path);
      compare_text (ENCLAVE_POLICY_SOURCE_USER, text, path);
      compare_text (ENCLAVE_POLICY_SOURCE_SYSTEM, text, path);
    }

  project = enclave_policy_copy (builtin);
  if (enclave_policy_add_text (project, ENCLAVE_POLICY_SOURCE_PROJECT, text, strlen (text), "project", NULL))
    check_project (builtin, project, path);

  /* What the preferences take as one rule reads back as this rule. */
  line = enclave_policy_text_dup_rule_line (all, NULL);
  if (line != NULL)
    {
      g_autofree char *added = enclave_policy_text_add (text, line);
      g_autofree char *removed = enclave_policy_text_remove (added, line, ENCLAVE_VERDICT_DENY);

      if (removed == NULL)
        g_error ("the rule “%s” is not found again", line);
    }
  return 0;
}
