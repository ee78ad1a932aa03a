/* enclave-ctl-memory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-approver.h"
#include "enclave-ctl-commands.h"
#include "enclave-line-diff.h"
#include "enclave-project-memory.h"
#include "enclave-utf8.h"

static JsonObject *
status_to_json (const EnclaveMemoryStatus *status)
{
  JsonObject *object = json_object_new ();
  JsonArray *secrets = json_array_new ();

  json_object_set_boolean_member (object, "ok", TRUE);
  for (guint i = 0; status->secrets[i] != NULL; i++)
    json_array_add_string_element (secrets, status->secrets[i]);
  if (status->file != NULL)
    {
      json_object_set_string_member (object, "path", status->file->name);
      json_object_set_string_member (object, "state", enclave_instructions_state_to_word (status->file->state));
      json_object_set_int_member (object, "bytes", (gint64) status->file->n_bytes);
      json_object_set_int_member (object, "given_bytes", (gint64) status->given_bytes);
      json_object_set_int_member (object, "tokens", status->n_tokens);
      json_object_set_string_member (object, "text", status->file->text);
    }
  json_object_set_array_member (object, "secrets", secrets);
  return object;
}

static int
show (EnclaveCtlContext *context, EnclaveAgentService *agent)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveMemoryStatus) status = NULL;
  g_autoptr (GError) error = NULL;

  enclave_project_memory_look_async (agent, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  status = enclave_project_memory_look_finish (agent, result, &error);
  if (status == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  if (enclave_ctl_context_get_json (context))
    {
      enclave_ctl_print_object (status_to_json (status));
      return ENCLAVE_CTL_DONE;
    }
  if (status->file == NULL)
    {
      enclave_ctl_note (_ ("This project has no memory file; “enclavectl memory draft” writes one"));
      return ENCLAVE_CTL_DONE;
    }
  {
    g_autofree char *visible = enclave_utf8_make_visible (status->file->text, NULL);

    enclave_ctl_print ("%s", visible);
  }
  enclave_ctl_note (_ ("%s, %s: about %u tokens"), status->file->name, enclave_instructions_state_to_word (status->file->state),
                    status->n_tokens);
  if (status->secrets[0] != NULL)
    enclave_ctl_note (_ ("It has what looks like a secret in it (%s), which models get masked"), status->secrets[0]);
  return ENCLAVE_CTL_DONE;
}

static int
report (EnclaveCtlContext *context, EnclaveAgentService *agent, EnclaveChange *change, const GError *error)
{
  EnclaveChangeSet *changes = enclave_agent_service_get_change_set (agent);

  if (error != NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  if (enclave_ctl_context_get_json (context))
    {
      JsonObject *object = json_object_new ();

      json_object_set_boolean_member (object, "ok", TRUE);
      json_object_set_array_member (object, "changes", enclave_ctl_changes_to_json (changes));
      json_object_set_string_member (object, "text", enclave_proposal_get_new_text (enclave_change_get_proposal (change)));
      enclave_ctl_print_object (object);
    }
  else
    {
      g_autofree char *diff = enclave_line_diff_to_unified (enclave_change_get_hunks (change), enclave_change_get_path (change));
      g_autofree char *visible = enclave_utf8_make_visible (diff, NULL);

      enclave_ctl_print ("%s", visible);
      enclave_ctl_note ("%s %s", enclave_ctl_change_word (enclave_change_get_status (change)), enclave_change_get_path (change));
    }
  return ENCLAVE_CTL_DONE;
}

/* The words are the person's own, so they are written; those of a model when it was said so. */
static int
finish (EnclaveCtlContext *context, EnclaveAgentService *agent, EnclaveChange *change, gboolean is_applied, GError *error)
{
  g_autoptr (EnclaveCtlApprover) approver
    = enclave_ctl_approver_new (ENCLAVE_CTL_APPROVE_EDITS | ENCLAVE_CTL_APPROVE_PROTECTED);
  g_autoptr (EnclaveChange) owned = change;
  g_autoptr (GError) failure = error;

  if (failure == NULL && is_applied)
    {
      enclave_agent_service_set_approver (agent, ENCLAVE_APPROVER (approver));
      enclave_ctl_apply_changes (context, enclave_agent_service_get_change_set (agent), &failure);
    }
  return report (context, agent, owned, failure);
}

static int
add (EnclaveCtlContext *context, EnclaveAgentService *agent, const char *line)
{
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;
  EnclaveChange *change;

  enclave_project_memory_add_async (agent, line, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                    context);
  result = enclave_ctl_context_wait (context);
  change = enclave_project_memory_add_finish (agent, result, &error);
  return finish (context, agent, change, TRUE, error);
}

static int
draft (EnclaveCtlContext *context, EnclaveAgentService *agent)
{
  g_autoptr (EnclaveServer) server = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;
  EnclaveChange *change = NULL;

  if (enclave_ctl_context_choose_model (context, NULL, &server, &model, &error))
    {
      enclave_agent_service_set_model (agent, enclave_server_get_client (server), model);
      enclave_project_memory_draft_async (agent, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                          context);
      result = enclave_ctl_context_wait (context);
      change = enclave_project_memory_draft_finish (agent, result, &error);
    }
  return finish (context, agent, change, enclave_ctl_context_get_option (context, "apply") != NULL, error);
}

static int
run_memory (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  const char *verb = n_words > 0 ? words[0] : "show";
  g_autofree char *line = n_words > 1 ? g_strjoinv (" ", (char **) words + 1) : NULL;
  g_autoptr (EnclaveGate) gate = NULL;
  g_autoptr (EnclaveAgentService) agent = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_add = strcmp (verb, "add") == 0;

  if (is_add ? line == NULL || !g_utf8_validate (line, -1, NULL) : n_words > 1 || (strcmp (verb, "show") != 0 && strcmp (verb, "draft") != 0))
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl memory show, add TEXT… or draft [--apply]"));
  gate = enclave_ctl_context_open_gate (context, &error);
  if (gate == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  agent = enclave_agent_service_new (gate);
  if (is_add)
    return add (context, agent, line);
  return strcmp (verb, "draft") == 0 ? draft (context, agent) : show (context, agent);
}

static const EnclaveCtlOption options[] = {
  { "apply", NULL, N_ ("Write what was drafted") },
};

const EnclaveCtlCommand enclave_ctl_memory = {
  .name = "memory",
  .synopsis = "show | add TEXT… | draft",
  .description = N_ ("The file in which the project says how to work on it"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_memory,
};
