/* enclave-proposal-result.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-line-diff.h"
#include "enclave-tool-private.h"

static const char *
text_or_empty (const char *text)
{
  return text != NULL ? text : "";
}

char *
enclave_tool_describe_proposal (EnclaveProposal *proposal)
{
  g_autoptr (GPtrArray) hunks = NULL;
  guint added;
  guint removed;

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
                                                      _("Writing %s: it has changed since it was read. Read it again, then write "
                                                        "it with what is new in it."), path));
  else if (enclave_tool_scope_is_of_agent (scope) && !is_short (text))
    g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_CHANGED, NULL, path,
                                                      _("Writing %s: the file is there, and you have not read the whole of it. "
                                                        "Read it first, or change only the lines that need it."), path));
  else
    return TRUE;

  return FALSE;
}

void
enclave_tool_return_proposal (GTask *task, EnclaveToolScope *scope, EnclaveProposal *proposal,
                              EnclaveMatchQuality quality)
{
  g_autoptr (GTask) owned = task;
  g_autofree char *counts = enclave_tool_describe_proposal (proposal);
  g_autofree char *text = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;
  EnclaveToolResult *result;

  if (g_strcmp0 (enclave_proposal_get_old_text (proposal), enclave_proposal_get_new_text (proposal)) == 0)
    {
      text = g_strdup_printf ("%s is that way already. Nothing was proposed.", enclave_proposal_get_path (proposal));
      item = enclave_tool_scope_admit_words (scope, text, counts);
      g_task_return_pointer (owned, enclave_tool_result_new (item), (GDestroyNotify) enclave_tool_result_free);
      return;
    }

  text = g_strdup_printf ("Proposed %s, %s. It is not on disk until the user applies it.",
                          enclave_proposal_get_path (proposal), counts);
  item = enclave_tool_scope_admit_words (scope, text, counts);
  result = enclave_tool_result_new (item);
  result->quality = quality;
  enclave_tool_result_add_proposal (result, proposal);
  g_task_return_pointer (owned, result, (GDestroyNotify) enclave_tool_result_free);
}
