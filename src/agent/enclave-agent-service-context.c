/* enclave-agent-service-context.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-agent-request.h"
#include "enclave-agent-service-private.h"
#include "enclave-change-set-private.h"
#include "enclave-context-budget.h"
#include "enclave-context-report.h"
#include "enclave-conversation-private.h"
#include "enclave-json.h"
#include "enclave-project-memory.h"
#include "enclave-system-prompt.h"
#include "enclave-token-count.h"
#include "enclave-token-estimate.h"

void
enclave_context_report_free (EnclaveContextReport *report)
{
  g_ptr_array_unref (report->left_out);
  g_free (report);
}

char *
enclave_agent_service_build_front (EnclaveAgentService *self, EnclaveModelInfo *model, EnclaveMode mode, EnclaveContextItem *memory,
                                   GPtrArray *left_out)
{
  g_autofree char *given = NULL;
  const char *text;

  if (memory == NULL)
    return enclave_system_prompt_build (mode, NULL);
  text = enclave_context_item_get_text (memory);
  given = enclave_project_memory_clip (text, enclave_agent_service_choose_window (self, model));
  if (left_out != NULL && strcmp (given, text) != 0)
    g_ptr_array_add (left_out, enclave_context_budget_describe_cut (enclave_context_item_get_source (memory),
                                                                    enclave_token_estimate (given),
                                                                    enclave_token_estimate (text)));

  return enclave_system_prompt_build (mode, given);
}

/* What is true of this moment stands in the newest message, so that all before it keeps its bytes. */
char *
enclave_agent_service_dup_facts (EnclaveAgentService *self, EnclaveMode mode)
{
  g_autofree char *change_facts = enclave_change_set_dup_facts (self->change_set);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d");

  return g_strdup_printf ("(Mode: %s%s. Date: %s.%s%s%s%s)", enclave_mode_to_word (mode),
                          mode == ENCLAVE_MODE_PLAN ? ", commands can't write to the project" : "", date,
                          *change_facts != '\0' ? " " : "", change_facts, self->format_text != NULL ? "\n" : "",
                          self->format_text != NULL ? self->format_text : "");
}

/* The entry that the turn would add. Returns: tokens of what it quotes. */
static double
add_draft (EnclaveAgentService *self, EnclaveDraft *draft, EnclaveChatRequest *request, EnclaveContextReport *report)
{
  EnclaveHistory *history = enclave_conversation_get_history (self->conversation);
  g_autoptr (GPtrArray) items = g_ptr_array_copy (enclave_draft_get_items (draft), (GCopyFunc) (void (*) (void)) g_object_ref, NULL);
  g_autofree char *facts = enclave_agent_service_dup_facts (self, self->mode);
  g_autofree char *text = NULL;
  EnclaveContextPlan plan;
  double material;

  g_ptr_array_set_free_func (items, g_object_unref);
  enclave_agent_service_add_draft_items (self, enclave_draft_get_words (draft), items);
  enclave_context_budget_plan (report->window, &plan);
  enclave_history_set_item_limit (history, plan.reads);
  if (enclave_history_ends_with_user (history))
    enclave_chat_request_add_message (request, "assistant", ENCLAVE_HISTORY_NO_REPLY);
  text = enclave_history_dup_user_text (history, enclave_agent_service_peek_draft_map (self), enclave_draft_get_words (draft), items,
                                        facts, &material, report->left_out);
  enclave_chat_request_add_message (request, "user", text);

  return material;
}

static EnclaveChatRequest *
build_request (EnclaveAgentService *self, EnclaveDraft *draft, EnclaveContextReport *report)
{
  EnclaveHistory *history = enclave_conversation_get_history (self->conversation);
  EnclaveModelInfo *model = enclave_agent_service_peek_model (self, self->mode, NULL);
  const char *front = enclave_agent_service_peek_draft_front (self);
  g_autofree char *own = enclave_system_prompt_build (self->mode, NULL);
  JsonArray *fixed = enclave_conversation_get_tools (self->conversation, self->mode);
  g_autoptr (JsonArray) tools = fixed != NULL ? json_array_ref (fixed) : enclave_agent_service_choose_tools (self, model, self->mode);
  g_autoptr (EnclaveChatRequest) request =
    enclave_agent_request_new (model, own, tools, enclave_agent_service_get_profile (self, model).calls_as_text, 0);
  double conversation = 0;
  double files = 0;

  report->tokens[ENCLAVE_CONTEXT_INSTRUCTIONS] = enclave_chat_request_estimate_tokens (request);
  if (front != NULL)
    {
      g_set_object (&request, NULL);
      request = enclave_agent_request_new (model, front, tools, enclave_agent_service_get_profile (self, model).calls_as_text, 0);
      report->tokens[ENCLAVE_CONTEXT_MEMORY] = (guint) MAX (0, enclave_token_estimate (front) - enclave_token_estimate (own));
    }
  enclave_history_add_to_request (history, request);
  enclave_history_estimate (history, &conversation, &files);
  if (draft != NULL && *enclave_draft_get_words (draft) != '\0')
    files += add_draft (self, draft, request, report);
  report->tokens[ENCLAVE_CONTEXT_FILES] = (guint) files;
  report->total = enclave_chat_request_estimate_tokens (request);
  enclave_model_switches_apply (enclave_agent_service_choose_switches (self, model), model, request);

  return g_steal_pointer (&request);
}

/* All parts are as large as the total says; what is left is what was said. */
static void
settle (EnclaveContextReport *report, guint total)
{
  double ratio = report->total > 0 ? (double) total / report->total : 1;
  guint rest = total;

  for (guint i = 0; i < ENCLAVE_CONTEXT_N_KINDS; i++)
    if (i != ENCLAVE_CONTEXT_CONVERSATION)
      {
        report->tokens[i] = MIN (rest, (guint) (report->tokens[i] * ratio));
        rest -= report->tokens[i];
      }
  report->tokens[ENCLAVE_CONTEXT_CONVERSATION] = rest;
  report->total = total;
}

/* @request: (out) (optional): what was reckoned. */
static EnclaveContextReport *
reckon (EnclaveAgentService *self, EnclaveDraft *draft, EnclaveChatRequest **request)
{
  EnclaveModelInfo *model = enclave_agent_service_peek_model (self, self->mode, NULL);
  g_autoptr (EnclaveChatRequest) built = NULL;
  EnclaveContextReport *report;
  EnclaveContextPlan plan;

  if (model == NULL)
    return NULL;
  report = g_new0 (EnclaveContextReport, 1);
  report->left_out = enclave_history_dup_left_out (enclave_conversation_get_history (self->conversation));
  if (self->memory_left_out != NULL)
    g_ptr_array_insert (report->left_out, 0, g_strdup (self->memory_left_out));
  report->window = enclave_agent_service_choose_window (self, model);
  enclave_context_budget_plan (report->window, &plan);
  report->reply = report->window > 0 ? plan.reply : 0;
  built = build_request (self, draft, report);
  settle (report, enclave_agent_service_predict_tokens (self, model, self->mode, report->total));
  if (request != NULL)
    *request = g_steal_pointer (&built);

  return report;
}

EnclaveContextReport *
enclave_agent_service_report_context (EnclaveAgentService *self, EnclaveDraft *draft)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);
  g_return_val_if_fail (draft == NULL || ENCLAVE_IS_DRAFT (draft), NULL);

  return reckon (self, draft, NULL);
}

typedef struct
{
  EnclaveContextReport *report; /* (nullable) */
  EnclaveDraft *draft;
} Count;

static void
count_free (gpointer data)
{
  Count *count = data;

  g_clear_pointer (&count->report, enclave_context_report_free);
  g_object_unref (count->draft);
  g_free (count);
}

static void
on_count (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  guint tokens = enclave_token_count_finish (ENCLAVE_INFERENCE_CLIENT (source), result);
  Count *count = g_task_get_task_data (task);

  if (tokens > 0)
    {
      settle (count->report, tokens);
      count->report->counted = TRUE;
    }
  g_task_return_boolean (task, TRUE);
}

/* Nobody has pressed Send yet: to another machine nothing goes, nor what would be masked, and while a turn runs the server has better
 * things to do. */
static gboolean
may_ask (EnclaveAgentService *self, EnclaveDraft *draft, EnclaveInferenceClient *client)
{
  return self->turn == NULL && enclave_draft_is_harmless (draft) && enclave_token_count_is_possible (client)
         && enclave_endpoint_get_is_local (enclave_inference_client_get_endpoint (client));
}

static void
on_draft_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveAgentService *self = ENCLAVE_AGENT_SERVICE (source);
  Count *count = g_task_get_task_data (task);
  g_autoptr (EnclaveChatRequest) request = NULL;
  EnclaveInferenceClient *client = NULL;

  enclave_agent_service_read_draft_finish (self, result);
  if (g_task_return_error_if_cancelled (task))
    return;
  count->report = reckon (self, count->draft, &request);
  enclave_agent_service_peek_model (self, self->mode, &client);
  if (count->report == NULL || !may_ask (self, count->draft, client))
    g_task_return_boolean (task, TRUE);
  else
    enclave_token_count_async (client, request, g_task_get_cancellable (task), on_count, g_object_ref (task));
}

void
enclave_agent_service_count_context_async (EnclaveAgentService *self, EnclaveDraft *draft, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Count *count;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));
  g_return_if_fail (ENCLAVE_IS_DRAFT (draft));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_agent_service_count_context_async);
  count = g_new0 (Count, 1);
  count->draft = g_object_ref (draft);
  g_task_set_task_data (task, count, count_free);
  enclave_agent_service_read_draft_async (self, draft, cancellable, on_draft_read, task);
}

EnclaveContextReport *
enclave_agent_service_count_context_finish (EnclaveAgentService *self, GAsyncResult *result)
{
  Count *count;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  count = g_task_get_task_data (G_TASK (result));

  return g_task_propagate_boolean (G_TASK (result), NULL) ? g_steal_pointer (&count->report) : NULL;
}
