/* enclave-policy-preview.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-policy-preview.h"

#include "enclave-gate-private.h"
#include "enclave-glob-set.h"
#include "enclave-limits.h"
#include "enclave-policy-names-private.h"
#include "enclave-policy-private.h"
#include "enclave-policy-text-private.h"
#include "enclave-utf8.h"
#include "enclave-workspace-walk.h"

typedef struct
{
  EnclavePathResolver *resolver;
  EnclavePolicy *policy;  /* in force */
  EnclavePolicy *other;   /* (nullable): with the new rule */
  EnclaveGlobSet *filter; /* (nullable): the new rule alone */
  char *root;
} Question;

typedef struct
{
  const Question *question;
  EnclavePolicyPreview *preview;
  GPtrArray *names;
} Count;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_object (&question->resolver);
  g_clear_object (&question->policy);
  g_clear_object (&question->other);
  g_clear_pointer (&question->filter, enclave_glob_set_unref);
  g_free (question->root);
  g_free (question);
}

void
enclave_policy_preview_free (EnclavePolicyPreview *preview)
{
  g_strfreev (preview->names);
  g_clear_pointer (&preview->counts, g_hash_table_unref);
  g_free (preview);
}

static gboolean
visit (const EnclaveWalkEntry *entry, gpointer user_data)
{
  Count *count = user_data;
  const Question *question = count->question;
  g_autofree char *path = NULL;
  EnclaveDecision before, after;

  if (entry->is_folder)
    return TRUE;
  path = g_build_path ("/", question->root, entry->path, NULL);
  /* Most files have nothing to do with the rule, and one pattern is soon matched. */
  if (question->filter != NULL && enclave_glob_set_match (question->filter, path + 1, FALSE).id == 0)
    return TRUE;

  before = enclave_policy_decide_name (question->policy, question->root, path, FALSE);
  if (question->other == NULL)
    {
      if (before.verdict != ENCLAVE_VERDICT_DENY)
        return TRUE;
      count->preview->n_denied++;
      g_hash_table_replace (count->preview->counts, g_strdup (before.rule),
                            GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (count->preview->counts,
                                                                                     before.rule)) + 1));
      return TRUE;
    }

  after = enclave_policy_decide_name (question->other, question->root, path, FALSE);
  if ((before.verdict == ENCLAVE_VERDICT_DENY) == (after.verdict == ENCLAVE_VERDICT_DENY))
    return TRUE;
  if (after.verdict == ENCLAVE_VERDICT_DENY)
    count->preview->n_hidden++;
  else
    count->preview->n_shown++;
  if (count->names->len < ENCLAVE_POLICY_PREVIEW_MAX_NAMES)
    g_ptr_array_add (count->names, enclave_utf8_display_name (entry->path));

  return TRUE;
}

static void
worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr(EnclavePolicyPreview) preview = g_new0 (EnclavePolicyPreview, 1);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_auto(EnclaveResolvedPath) start = ENCLAVE_RESOLVED_PATH_INIT;
  const Question *question = task_data;
  Count count = { question, preview, names };
  GError *error = NULL;

  preview->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!enclave_path_resolver_open (question->resolver, ENCLAVE_EFFECT_READ, ".", ENCLAVE_RESOLVE_DIRECTORY, &start, &error)
      || !enclave_workspace_walk (question->resolver, &start, ENCLAVE_WALK_EVERYTHING, cancellable, visit, &count, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (g_task_return_error_if_cancelled (task))
    return;

  g_ptr_array_add (names, NULL);
  preview->names = (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
  g_task_return_pointer (task, g_steal_pointer (&preview), (GDestroyNotify) enclave_policy_preview_free);
}

static gboolean
add_new_rule (Question *question, const char *pattern, EnclaveVerdict verdict, GError **error)
{
  g_autofree char *floating = NULL;
  g_autofree char *line = NULL;

  if (verdict == ENCLAVE_VERDICT_ALLOW)
    line = g_strdup (pattern);
  else
    line = enclave_policy_text_dup_rule_line (pattern, error);
  if (line == NULL)
    return FALSE;

  question->other = enclave_policy_copy (question->policy);
  question->filter = enclave_glob_set_new (TRUE);
  floating = enclave_policy_float_pattern (line);

  return enclave_policy_add_rule (question->other, ENCLAVE_POLICY_SOURCE_USER, "user:new", line, verdict, error)
         && enclave_glob_set_add (question->filter, floating, 1, error);
}

/**
 * enclave_policy_preview_async:
 * @pattern: (nullable): a rule to try
 * @verdict: what it would say
 *
 * Tells what a rule would do to the files of the project, or, without one, what those in force do.
 */
void
enclave_policy_preview_async (EnclaveGate *gate, const char *pattern, EnclaveVerdict verdict, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (gate, cancellable, callback, user_data);
  GError *error = NULL;
  Question *question;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));

  g_task_set_source_tag (task, enclave_policy_preview_async);
  question = g_new0 (Question, 1);
  question->resolver = g_object_ref (enclave_gate_get_resolver (gate));
  question->policy = g_object_ref (enclave_gate_get_policy (gate));
  question->root = g_strdup (enclave_gate_get_root (gate));
  g_task_set_task_data (task, question, question_free);

  if (pattern != NULL && !add_new_rule (question, pattern, verdict, &error))
    g_task_return_error (task, error);
  else
    g_task_run_in_thread (task, worker);
}

/**
 * enclave_policy_preview_finish:
 *
 * Returns: (transfer full): the numbers, or %NULL with @error
 */
EnclavePolicyPreview *
enclave_policy_preview_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
