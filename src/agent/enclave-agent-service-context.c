/* enclave-agent-service-context.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-agent-request.h"
#include "enclave-agent-service-private.h"
#include "enclave-context-budget.h"
#include "enclave-context-report.h"
#include "enclave-conversation-private.h"
#include "enclave-json.h"
#include "enclave-project-memory.h"
#include "enclave-system-prompt.h"
#include "enclave-token-count.h"
#include "enclave-token-estimate.h"

/* The mode, the date and what was applied: they stand behind each message. */
#define FACTS "\n\n(Mode: edit. Date: 2000-01-01.)"

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

static EnclaveChatRequest *
build_request (EnclaveAgentService *self, const char *draft, GPtrArray *items, EnclaveContextReport *report)
{
  EnclaveHistory *history = enclave_conversation_get_history (self->conversation);
  EnclaveModelInfo *model = enclave_agent_service_peek_model (self, self->mode, NULL);
  const char *front = enclave_conversation_get_front (self->conversation, self->mode);
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
  if (draft != NULL && *draft != '\0')
    {
      g_autoptr (GString) text = g_string_new (draft);

      for (guint i = 0; items != NULL && i < items->len; i++)
        {
          const char *attached = enclave_context_item_get_text (g_ptr_array_index (items, i));

          files += enclave_token_estimate (attached);
          g_string_append_printf (text, "\n\n%s:\n```\n%s\n```", enclave_context_item_get_source (g_ptr_array_index (items, i)), attached);
        }
      g_string_append (text, FACTS);
      enclave_chat_request_add_message (request, "user", text->str);
    }
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
reckon (EnclaveAgentService *self, const char *draft, GPtrArray *items, EnclaveChatRequest **request)
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
  built = build_request (self, draft, items, report);
  settle (report, enclave_agent_service_predict_tokens (self, model, self->mode, report->total));
  if (request != NULL)
    *request = g_steal_pointer (&built);

  return report;
}

EnclaveContextReport *
enclave_agent_service_report_context (EnclaveAgentService *self, const char *draft, GPtrArray *items)
{
  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (self), NULL);

  return reckon (self, draft, items, NULL);
}

typedef struct
{
  EnclaveContextReport *report; /* (nullable) */
  EnclaveChatRequest *request;
  EnclaveInferenceClient *client;
  char *draft;
  GPtrArray *items; /* (element-type EnclaveContextItem) */
} Count;

static void
count_free (gpointer data)
{
  Count *count = data;

  g_clear_pointer (&count->report, enclave_context_report_free);
  g_clear_object (&count->request);
  g_clear_object (&count->client);
  g_free (count->draft);
  g_ptr_array_unref (count->items);
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

/* Whether nothing of what is being written would be masked. */
static gboolean
is_harmless (EnclaveGate *gate, const Count *count)
{
  if (enclave_gate_list_secrets (gate, count->draft, NULL, NULL))
    return FALSE;
  for (guint i = 0; i < count->items->len; i++)
    if (enclave_gate_list_secrets (gate, enclave_context_item_get_text (g_ptr_array_index (count->items, i)), NULL, NULL))
      return FALSE;

  return TRUE;
}

static void
on_values_learnt (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveGate *gate = ENCLAVE_GATE (source);
  Count *count = g_task_get_task_data (task);
  GCancellable *cancellable;

  if (!enclave_gate_learn_values_finish (gate, result, NULL) || !is_harmless (gate, count))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  cancellable = g_task_get_cancellable (task);
  enclave_token_count_async (count->client, count->request, cancellable, on_count, g_steal_pointer (&task));
}

/* Nobody has pressed Send yet: to another machine nothing goes, and while a turn runs the server has better things to do. */
static gboolean
may_ask (EnclaveAgentService *self, EnclaveInferenceClient *client)
{
  return self->turn == NULL && enclave_token_count_is_possible (client)
         && enclave_endpoint_get_is_local (enclave_inference_client_get_endpoint (client));
}

void
enclave_agent_service_count_context_async (EnclaveAgentService *self, const char *draft, GPtrArray *items, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  EnclaveInferenceClient *client = NULL;
  Count *count;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_agent_service_count_context_async);
  count = g_new0 (Count, 1);
  count->items = g_ptr_array_new_with_free_func (g_object_unref);
  g_task_set_task_data (task, count, count_free);
  count->report = reckon (self, draft, items, &count->request);
  enclave_agent_service_peek_model (self, self->mode, &client);
  if (count->report == NULL || !may_ask (self, client))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  count->client = g_object_ref (client);
  count->draft = g_strdup (draft != NULL ? draft : "");
  for (guint i = 0; items != NULL && i < items->len; i++)
    g_ptr_array_add (count->items, g_object_ref (g_ptr_array_index (items, i)));
  enclave_gate_learn_values_async (self->gate, cancellable, on_values_learnt, g_steal_pointer (&task));
}

EnclaveContextReport *
enclave_agent_service_count_context_finish (EnclaveAgentService *self, GAsyncResult *result)
{
  Count *count;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  count = g_task_get_task_data (G_TASK (result));

  return g_task_propagate_boolean (G_TASK (result), NULL) ? g_steal_pointer (&count->report) : NULL;
}
