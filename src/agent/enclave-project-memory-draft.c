/* enclave-project-memory-draft.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * /init: what is known of a project, one question, one proposal.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-agent-service-private.h"
#include "enclave-change-set-private.h"
#include "enclave-memory-files.h"
#include "enclave-project-memory.h"
#include "enclave-whole-reply.h"

#define README_LINES 60
#define README_MAX_BYTES 3000
#define REPLY_TOKENS 700
#define DRAFT_MAX_BYTES 4096
#define TIMEOUT_MS (10 * 60 * 1000)

/* For models, so not translated. */
#define SYSTEM                                                                                                         \
  "You write the memory file of a project: short notes that a coding agent reads before each task. Markdown, at most " \
  "30 lines. Sections: what the project is (one or two sentences), build and test (exact commands), layout (folders "  \
  "and what they hold), conventions that can be seen in the code. Write only what follows from what you are given; "   \
  "leave a section out rather than guess. No secrets, no addresses, no dates. Answer with the file alone."

typedef struct
{
  EnclaveInferenceClient *client;
  EnclaveModelInfo *model;
  EnclaveToolScope *scope;       /* for reading */
  EnclaveToolScope *write_scope;
  guint window;
  EnclaveContextItem *readme;    /* (nullable) */
  guint next_readme;
  char *path;
  char *base_text;               /* (nullable): there is no file yet */
  char *draft;
} Draft;

static const char *const readmes[] = { "README.md", "README", "README.rst", "README.txt", "readme.md" };

static void
draft_free (gpointer data)
{
  Draft *draft = data;

  g_clear_object (&draft->client);
  g_clear_object (&draft->model);
  g_clear_object (&draft->scope);
  g_clear_object (&draft->write_scope);
  g_clear_object (&draft->readme);
  g_free (draft->path);
  g_free (draft->base_text);
  g_free (draft->draft);
  g_free (draft);
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveAgentService *service = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (EnclaveProposal) proposal = enclave_tool_scope_prepare_write_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  EnclaveChange *change;

  if (proposal == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  change = g_object_ref (enclave_change_set_add (service->change_set, proposal, ENCLAVE_MATCH_EXACT));
  enclave_agent_service_emit_change (service, change);
  g_task_return_pointer (task, change, g_object_unref);
}

/* Without the fence that many models put round it. */
static char *
unwrap (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  char *begin;

  if (!g_str_has_prefix (stripped, "```") || !g_str_has_suffix (stripped, "```") || strlen (stripped) < 7)
    return g_steal_pointer (&stripped);
  begin = strchr (stripped, '\n');
  stripped[strlen (stripped) - 3] = '\0';

  return g_strstrip (g_strdup (begin != NULL ? begin : ""));
}

/* Whole lines without masks, as many as fit. Returns: (transfer full) (nullable): NULL when nothing is left that could be a file
 * of notes. */
static char *
clean (const char *text)
{
  g_autofree char *unwrapped = unwrap (text);
  g_auto (GStrv) lines = g_strsplit (unwrapped, "\n", -1);
  g_autoptr (GString) kept = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_strchomp (lines[i]);
      if (enclave_context_item_count_masks (lines[i]) > 0)
        continue;
      if (kept->len + strlen (lines[i]) + 1 > DRAFT_MAX_BYTES)
        break;
      g_string_append_printf (kept, "%s\n", lines[i]);
    }

  return strlen (kept->str) > 1 ? g_string_free (g_steal_pointer (&kept), FALSE) : NULL;
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveAgentService *service = g_task_get_source_object (task);
  Draft *draft = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (EnclaveWholeReply) reply = enclave_whole_reply_finish (ENCLAVE_INFERENCE_CLIENT (source), result, &error);
  g_autoptr (EnclaveContextItem) item = NULL;

  if (reply == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* A model may write down what it has seen elsewhere: the reply is looked through like any text. */
  item = enclave_gate_admit_text (service->gate, reply->text, NULL, "draft", &error);
  if (item != NULL)
    draft->draft = clean (enclave_context_item_get_text (item));
  if (draft->draft == NULL)
    {
      g_task_return_error (task, error != NULL ? error
                                               : g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                                              _("Drafting %s: the model gave no text for it"), draft->path));
      return;
    }
  draft->write_scope = enclave_gate_open_scope (service->gate, "agent", "init", ENCLAVE_EFFECT_WRITE);
  enclave_tool_scope_prepare_write_async (draft->write_scope, draft->path, draft->base_text, draft->draft,
                                          g_task_get_cancellable (task), on_prepared, g_object_ref (task));
}

/* (transfer full) */
static char *
make_question (EnclaveAgentService *service, const Draft *draft)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (EnclaveMapPart) map = { NULL };

  enclave_repo_map_admit (service->map, draft->window, &map);
  if (map.item != NULL)
    g_string_append_printf (text, "%s\n", enclave_context_item_get_text (map.item));
  if (draft->readme != NULL)
    g_string_append_printf (text, "Beginning of %s:\n%.*s\n\n", enclave_context_item_get_source (draft->readme),
                            (int) MIN (strlen (enclave_context_item_get_text (draft->readme)), README_MAX_BYTES),
                            enclave_context_item_get_text (draft->readme));
  if (service->verification.command != NULL)
    g_string_append_printf (text, "Build and test: %s\n\n", service->verification.command);
  if (draft->base_text != NULL)
    {
      g_autofree char *now = enclave_project_memory_clip (draft->base_text, draft->window);

      g_string_append_printf (text, "%s as it is now, keep what is right in it:\n%s\n", draft->path, now);
    }
  g_string_append_printf (text, "Write %s.", draft->path);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
ask (GTask *owned_task)
{
  EnclaveAgentService *service = g_task_get_source_object (owned_task);
  Draft *draft = g_task_get_task_data (owned_task);
  g_autofree char *question = make_question (service, draft);
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (EnclaveChatRequest) request = NULL;
  EnclaveModelSwitches switches;
  GError *error = NULL;

  item = enclave_gate_admit_text (service->gate, question, NULL, "init", &error);
  if (item == NULL)
    {
      g_task_return_error (owned_task, error);
      g_object_unref (owned_task);
      return;
    }
  request = enclave_chat_request_new (enclave_model_info_get_id (draft->model));
  enclave_chat_request_add_message (request, "system", SYSTEM);
  enclave_chat_request_add_message (request, "user", enclave_context_item_get_text (item));
  enclave_chat_request_set_context_window (request, draft->window);
  enclave_model_switches_load (draft->model, &switches);
  /* A thought about it would cost more than the file. */
  switches.thinking = ENCLAVE_THINKING_OFF;
  enclave_model_switches_apply (&switches, draft->model, request);
  enclave_chat_request_set_max_tokens (request, REPLY_TOKENS);
  enclave_gate_set_endpoint_address (service->gate,
                                     enclave_endpoint_get_address (enclave_inference_client_get_endpoint (draft->client)));
  enclave_whole_reply_async (draft->client, request, TIMEOUT_MS, g_task_get_cancellable (owned_task), on_reply, owned_task);
}

static void read_readme (GTask *owned_task);

static void
on_readme (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Draft *draft = g_task_get_task_data (task);

  draft->readme = enclave_tool_scope_read_finish (ENCLAVE_TOOL_SCOPE (source), result, NULL);
  draft->next_readme++;
  read_readme (task);
}

static void
read_readme (GTask *owned_task)
{
  Draft *draft = g_task_get_task_data (owned_task);

  if (g_task_return_error_if_cancelled (owned_task))
    g_object_unref (owned_task);
  else if (draft->readme == NULL && draft->next_readme < G_N_ELEMENTS (readmes))
    enclave_tool_scope_read_async (draft->scope, readmes[draft->next_readme], 1, README_LINES,
                                   g_task_get_cancellable (owned_task), on_readme, owned_task);
  else
    ask (owned_task);
}

static void
on_updated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  enclave_repo_map_update_finish (ENCLAVE_REPO_MAP (source), result, NULL);
  read_readme (user_data);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  EnclaveAgentService *service = g_task_get_source_object (task);
  Draft *draft = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (EnclaveInstructions) file = enclave_gate_look_at_instructions_finish (ENCLAVE_GATE (source), result, &error);

  /* What the person does not trust reaches no model by this way either. */
  if (error == NULL && file != NULL && file->state != ENCLAVE_INSTRUCTIONS_TRUSTED)
    error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_UNTRUSTED, NULL, file->name,
                                    N_("Drafting %s: it is there, and you have not trusted it as it is now"), file->name);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  draft->path = g_strdup (file != NULL ? file->name : enclave_memory_files[0]);
  draft->base_text = file != NULL ? g_strdup (file->text) : NULL;
  enclave_repo_map_update_async (service->map, g_task_get_cancellable (task), on_updated, task);
}

void
enclave_project_memory_draft_async (EnclaveAgentService *service, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  EnclaveInferenceClient *client = NULL;
  EnclaveModelInfo *model;
  Draft *draft;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_AGENT_SERVICE (service));

  task = g_task_new (service, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_project_memory_draft_async);
  model = enclave_agent_service_peek_model (service, service->mode, &client);
  if (model == NULL || client == NULL || enclave_model_info_get_remote (model) || service->turn != NULL)
    {
      if (service->turn != NULL)
        g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, _("Drafting the memory file waits for the turn to end"));
      else
        g_task_return_new_error (task, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE,
                                 _("Drafting the memory file waits for a model on this machine: none is chosen"));
      g_object_unref (task);
      return;
    }

  enclave_agent_service_cancel_warm_up (service);
  draft = g_new0 (Draft, 1);
  draft->client = g_object_ref (client);
  draft->model = g_object_ref (model);
  draft->window = enclave_agent_service_choose_window (service, model);
  draft->scope = enclave_gate_open_scope (service->gate, "agent", "init", ENCLAVE_EFFECT_READ);
  g_task_set_task_data (task, draft, draft_free);
  enclave_gate_look_at_instructions_async (service->gate, cancellable, on_looked, task);
}

EnclaveChange *
enclave_project_memory_draft_finish (EnclaveAgentService *service, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, service), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
