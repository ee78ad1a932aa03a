/* enclave-proposal-result.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-diff-job.h"
#include "enclave-limits.h"
#include "enclave-line-diff.h"
#include "enclave-tool-private.h"

/* What is told once the lines are counted. */
typedef struct
{
  GTask *task;
  EnclaveToolScope *scope;
  GPtrArray *proposals; /* (element-type EnclaveProposal) */
  EnclaveMatchQuality quality;
} Answer;

static const char *
text_or_empty (const char *text)
{
  return text != NULL ? text : "";
}

/* "+3 −1"; NULL: it takes back what was proposed before. (transfer full) (nullable) */
static char *
describe (EnclaveProposal *proposal)
{
  g_autoptr (GPtrArray) hunks = NULL;
  guint added;
  guint removed;

  if (enclave_proposal_changes_nothing (proposal))
    return NULL;
  hunks = enclave_line_diff (text_or_empty (enclave_proposal_get_old_text (proposal)),
                             text_or_empty (enclave_proposal_get_new_text (proposal)), 0);
  enclave_line_diff_count (hunks, &added, &removed);

  /* "−" (U+2212) as in the review. */
  if (removed == 0)
    return g_strdup_printf ("+%u", added);
  if (added == 0)
    return g_strdup_printf ("−%u", removed);
  return g_strdup_printf ("+%u −%u", added, removed);
}

static gboolean
is_short (const char *text)
{
  guint n = 0;

  for (const char *at = text; (at = strchr (at, '\n')) != NULL && n <= ENCLAVE_WHOLE_FILE_MAX_LINES; at++)
    n++;

  return n <= ENCLAVE_WHOLE_FILE_MAX_LINES;
}

gboolean
enclave_tool_check_knowledge (EnclaveToolScope *scope, const char *path, const char *text, GError **error)
{
  EnclaveKnowledge knowledge = enclave_tool_scope_get_knowledge (scope, path);

  if (knowledge == ENCLAVE_KNOWLEDGE_CURRENT || *text == '\0')
    return TRUE;
  if (knowledge == ENCLAVE_KNOWLEDGE_STALE)
    g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, path,
                                                      N_("Writing %s: it has changed since it was read. Read it again, then write "
                                                         "it with what is new in it."), path));
  else if (enclave_tool_scope_is_of_agent (scope) && !is_short (text))
    g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, path,
                                                      N_("Writing %s: the file is there, and you have not read the whole of it. "
                                                         "Read it first, or change only the lines that need it."), path));
  else
    return TRUE;

  return FALSE;
}

static gsize
count_bytes (GPtrArray *proposals)
{
  gsize n = 0;

  for (guint i = 0; i < proposals->len; i++)
    n += strlen (text_or_empty (enclave_proposal_get_old_text (g_ptr_array_index (proposals, i))))
         + strlen (text_or_empty (enclave_proposal_get_new_text (g_ptr_array_index (proposals, i))));

  return n;
}

/* Of each proposal what describe() says. Proposals are immutable: a thread may read them. (transfer full) */
static gpointer
describe_all (gpointer proposals)
{
  GPtrArray *counts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < ((GPtrArray *) proposals)->len; i++)
    g_ptr_array_add (counts, describe (g_ptr_array_index ((GPtrArray *) proposals, i)));

  return counts;
}

/* Ends the task. @answer, @counts: (transfer full). */
static void
give (Answer *answer, GPtrArray *counts)
{
  g_autoptr (GTask) task = answer->task;
  g_autoptr (EnclaveToolScope) scope = answer->scope;
  g_autoptr (GPtrArray) proposals = answer->proposals;
  g_autoptr (GPtrArray) owned_counts = counts;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *summary = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  EnclaveToolResult *result;
  EnclaveProposal *first = g_ptr_array_index (proposals, 0);

  if (proposals->len > 1)
    summary = g_strdup_printf (ngettext ("%u file", "%u files", proposals->len), proposals->len);
  else if (g_ptr_array_index (counts, 0) != NULL)
    summary = g_strdup (g_ptr_array_index (counts, 0));
  else
    summary = g_strdup (_("taken back"));
  /* What is on disk is no proposal; what was proposed before is none any more, and whoever keeps it must hear of that. */
  if (proposals->len == 1 && enclave_proposal_changes_nothing (first))
    {
      g_string_append_printf (text, "Took back what was proposed for %s: it is again as it is on disk.",
                              enclave_proposal_get_path (first));
    }
  else
    {
      g_string_append (text, "Proposed ");
      for (guint i = 0; i < proposals->len; i++)
        {
          const char *count = g_ptr_array_index (counts, i);

          g_string_append_printf (text, "%s%s, %s", i > 0 ? "; " : "",
                                  enclave_proposal_get_path (g_ptr_array_index (proposals, i)), count != NULL ? count : "taken back");
        }
      g_string_append (text, ". It is not on disk until the user applies it.");
    }

  item = enclave_tool_scope_admit_words (scope, text->str, summary);
  result = enclave_tool_result_new (item);
  result->quality = answer->quality;
  for (guint i = 0; i < proposals->len; i++)
    enclave_tool_result_add_proposal (result, g_ptr_array_index (proposals, i));
  g_free (answer);
  g_task_return_pointer (task, result, (GDestroyNotify) enclave_tool_result_free);
}

static void
described_cb (EnclaveDiffJob *job, gpointer user_data)
{
  GPtrArray *counts = enclave_diff_job_take (job);

  enclave_diff_job_drop (job);
  give (user_data, counts);
}

void
enclave_tool_return_proposals (GTask *task, EnclaveToolScope *scope, GPtrArray *proposals, EnclaveMatchQuality quality)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->task = task;
  answer->scope = g_object_ref (scope);
  answer->proposals = g_ptr_array_ref (proposals);
  answer->quality = quality;

  if (count_bytes (proposals) > ENCLAVE_DIFF_AT_ONCE_BYTES)
    enclave_diff_job_start (describe_all, g_ptr_array_ref (proposals), (GDestroyNotify) g_ptr_array_unref,
                            (GDestroyNotify) g_ptr_array_unref, described_cb, answer);
  else
    give (answer, describe_all (proposals));
}

void
enclave_tool_return_proposal (GTask *task, EnclaveToolScope *scope, EnclaveProposal *proposal,
                              EnclaveMatchQuality quality)
{
  g_autoptr (GPtrArray) proposals = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_add (proposals, g_object_ref (proposal));
  enclave_tool_return_proposals (task, scope, proposals, quality);
}

void
enclave_tool_return_edit (GTask *task, EnclaveToolScope *scope, EnclaveProposal *proposal, gboolean same,
                          EnclaveMatchQuality quality)
{
  g_autoptr (GTask) owned = task;
  g_autofree char *text = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;

  /* One that was proposed before is proposed again: it may be applied at once now. */
  if (!same || !enclave_proposal_changes_nothing (proposal))
    {
      enclave_tool_return_proposal (g_steal_pointer (&owned), scope, proposal, quality);
      return;
    }

  text = g_strdup_printf ("%s is that way already. Nothing was proposed.", enclave_proposal_get_path (proposal));
  item = enclave_tool_scope_admit_words (scope, text, "+0");
  g_task_return_pointer (owned, enclave_tool_result_new (item), (GDestroyNotify) enclave_tool_result_free);
}
