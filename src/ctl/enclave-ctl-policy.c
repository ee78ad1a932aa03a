/* enclave-ctl-policy.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "enclave-ctl-commands.h"
#include "enclave-ctl-pins.h"
#include "enclave-path-resolver.h"
#include "enclave-pins.h"
#include "enclave-utf8.h"

static const char *
verdict_word (EnclaveVerdict verdict)
{
  return verdict == ENCLAVE_VERDICT_DENY ? "deny" : verdict == ENCLAVE_VERDICT_ASK ? "ask" : "allow";
}

typedef struct
{
  EnclaveVerdict verdict;
  const char *rule; /* (nullable) */
  char *resolved;
} Judgement;

static void
judgement_clear (Judgement *judgement)
{
  g_free (judgement->resolved);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Judgement, judgement_clear)

/* The true name for people; what decided was the opened descriptor. */
static char *
resolve_for_showing (const char *root, const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, root);
  char *real = realpath (path[0] == '/' ? path : absolute, NULL);
  char *copy = real != NULL ? g_strdup (real) : g_strdup (absolute);

  free (real);
  return copy;
}

static void
judge (EnclaveGate *gate, EnclavePathResolver *resolver, EnclaveEffects effects, const char *path,
       Judgement *judgement, GError **error)
{
  g_auto (EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  EnclaveDecision decision;

  if (enclave_path_resolver_open (resolver, effects, path, ENCLAVE_RESOLVE_ANY | ENCLAVE_RESOLVE_ALLOW_MISSING,
                                  &resolved, error))
    decision = resolved.decision;
  else
    decision = enclave_gate_judge_name (gate, effects, path, FALSE);

  if (g_error_matches (*error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND))
    g_clear_error (error);
  /* What the gate would not open is refused, by a rule or not. */
  judgement->verdict = *error == NULL ? decision.verdict : ENCLAVE_VERDICT_DENY;
  judgement->rule = *error != NULL ? enclave_gate_error_get_rule (*error) : decision.rule;
  judgement->resolved = resolved.true_path != NULL ? g_strdup (resolved.true_path)
                                                   : resolve_for_showing (enclave_gate_get_root (gate), path);
}

static JsonObject *
judgement_to_json (const char *path, const Judgement *judgement, const GError *error)
{
  JsonObject *object = json_object_new ();
  g_autofree char *valid_path = enclave_utf8_make_valid (path, -1);
  g_autofree char *valid_resolved = enclave_utf8_make_valid (judgement->resolved, -1);

  json_object_set_string_member (object, "path", valid_path);
  json_object_set_string_member (object, "verdict", verdict_word (judgement->verdict));
  if (judgement->rule != NULL)
    json_object_set_string_member (object, "rule", judgement->rule);
  else
    json_object_set_null_member (object, "rule");
  json_object_set_string_member (object, "resolved", valid_resolved);
  if (error != NULL)
    {
      g_autofree char *message = enclave_utf8_make_valid (error->message, -1);

      json_object_set_string_member (object, "message", message);
    }
  return object;
}

static void
print_judgement (const char *path, const Judgement *judgement)
{
  g_autofree char *shown = enclave_utf8_display_name (path);
  g_autofree char *shown_resolved = enclave_utf8_display_name (judgement->resolved);

  enclave_ctl_print ("%-5s  %-28s  %s → %s\n", verdict_word (judgement->verdict),
                     judgement->rule != NULL ? judgement->rule : "-", shown, shown_resolved);
}

static int
check (EnclaveCtlContext *context, EnclaveGate *gate, const char *const *paths)
{
  EnclaveEffects effects
    = enclave_ctl_context_get_option (context, "write") != NULL ? ENCLAVE_EFFECT_WRITE : ENCLAVE_EFFECT_READ;
  g_autoptr (GError) failure = NULL;
  g_autoptr (EnclavePathResolver) resolver = NULL;
  g_autoptr (JsonArray) array = json_array_new ();
  int status = ENCLAVE_CTL_DONE;

  resolver = enclave_path_resolver_new (enclave_gate_get_root (gate), enclave_gate_get_policy (gate), &failure);
  if (resolver == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), failure);

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_auto (Judgement) judgement = { 0 };
      g_autoptr (GError) error = NULL;

      judge (gate, resolver, effects, paths[i], &judgement, &error);
      if (judgement.verdict == ENCLAVE_VERDICT_DENY)
        status = ENCLAVE_CTL_DENIED;
      if (enclave_ctl_context_get_json (context))
        json_array_add_object_element (array, judgement_to_json (paths[i], &judgement, error));
      else
        print_judgement (paths[i], &judgement);
      if (error != NULL && judgement.rule == NULL)
        enclave_ctl_note ("%s", error->message);
    }
  if (enclave_ctl_context_get_json (context))
    enclave_ctl_print_array (g_steal_pointer (&array));
  return status;
}

static int
list (EnclaveCtlContext *context, EnclavePolicy *policy)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < enclave_policy_get_n_rules (policy); i++)
    {
      EnclavePolicyRule rule;
      JsonObject *object;

      enclave_policy_get_rule (policy, i, &rule);
      if (!enclave_ctl_context_get_json (context))
        {
          enclave_ctl_print ("%-5s  %-28s  %-8s  %s\n", verdict_word (rule.verdict), rule.id, rule.source,
                             rule.pattern);
          continue;
        }
      object = json_object_new ();
      json_object_set_string_member (object, "id", rule.id);
      json_object_set_string_member (object, "source", rule.source);
      json_object_set_string_member (object, "pattern", rule.pattern);
      json_object_set_string_member (object, "verdict", verdict_word (rule.verdict));
      json_array_add_object_element (array, object);
    }
  for (guint i = 0; i < enclave_policy_get_n_notes (policy); i++)
    enclave_ctl_note ("%s", enclave_policy_get_note (policy, i));
  if (enclave_ctl_context_get_json (context))
    enclave_ctl_print_array (g_steal_pointer (&array));
  return ENCLAVE_CTL_DONE;
}

static int
run_policy (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  gboolean is_list = n_words == 1 && strcmp (words[0], "list") == 0;
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (GError) error = NULL;

  if (n_words == 1 && strcmp (words[0], "pins") == 0)
    {
      if (enclave_ctl_context_get_json (context))
        enclave_ctl_print_object (enclave_ctl_pins_to_json ());
      else
        enclave_ctl_print_pins (FALSE);
      return enclave_pins_get ()->problem == NULL ? ENCLAVE_CTL_DONE : ENCLAVE_CTL_FAILED;
    }
  if (!is_list && (n_words < 2 || strcmp (words[0], "check") != 0))
    return enclave_ctl_context_refuse_usage (context,
                                             _ ("Usage: enclavectl policy list, policy pins, or policy check [--write] PATH…"));
  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  return is_list ? list (context, enclave_gate_get_policy (gate)) : check (context, gate, words + 1);
}

static const EnclaveCtlOption options[] = {
  { "write", NULL, N_ ("Judge for writing, not for reading") },
};

const EnclaveCtlCommand enclave_ctl_policy = {
  .name = "policy",
  .synopsis = "list | pins | check PATH…",
  .description = N_ ("Show the rules, what is pinned, or what the rules say about files"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_policy,
};
