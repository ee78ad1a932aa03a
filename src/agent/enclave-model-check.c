/* enclave-model-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-check.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-fill-in-probe.h"
#include "enclave-json.h"
#include "enclave-model-switches.h"
#include "enclave-tool-call-parser.h"
#include "enclave-tool-description.h"
#include "enclave-whole-reply.h"
#include "enclave-window-plan.h"

#define MAX_TOKENS 256
/* Room for a model that thinks before it calls a tool. */
#define MAX_TOKENS_THINKING 1024
/* The first question may have to wait until the model is loaded. */
#define LOAD_TIMEOUT_MS (300 * 1000)
#define STEP_TIMEOUT_MS (120 * 1000)
/* A server that cuts in silence reads a whole window first; on a slow machine that is not worth the wait. */
#define WINDOW_TIMEOUT_MS (60 * 1000)
#define TOOL "read_file"
/* Letters with a blank before them: a token each for all usual tokenizers. */
#define LETTERS "abcdefghijklmnopqrstuvwxyz"
/* Where the server tells no window: tried from here on, doubled until it is enough for anything Enclave sends. */
#define FIRST_TRY_TOKENS 4096
#define LAST_TRY_TOKENS 32768
/* No window is smaller; smaller numbers in a message are something else. */
#define MIN_WINDOW_TOKENS 256

typedef enum
{
  PART_STREAM,
  PART_NATIVE_TOOLS,
  PART_TEXT_TOOLS,
  PART_SCHEMA,
  PART_FILL_IN,
  PART_WINDOW,
  PART_DONE,
} Part;

typedef struct
{
  EnclaveModelInfo *model;
  EnclaveModelRecord *record;
  EnclaveModelCheckStep step;
  gpointer step_data;
  Part part;
  guint tried_tokens;
  gint64 began_us;
} Check;

static void ask (GTask *task);

static void
check_free (gpointer data)
{
  Check *check = data;

  g_clear_object (&check->model);
  g_clear_pointer (&check->record, enclave_model_record_free);
  g_free (check);
}

static JsonArray *
build_tools (void)
{
  static const char text[]
    = "[{\"type\":\"function\",\"function\":{\"name\":\"" TOOL "\",\"description\":\"Read a file\",\"parameters\":"
      "{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\"}},\"required\":[\"path\"]}}}]";
  g_autoptr (JsonNode) root = enclave_json_parse (text, -1, NULL);

  return json_array_ref (json_node_get_array (root));
}

/* More than the window holds, when the letters are tokens. */
static char *
build_filler (guint tokens)
{
  GString *text = g_string_sized_new ((gsize) tokens * 2 + 64);

  g_string_append (text, "Say yes.");
  for (guint i = 0; i < tokens; i++)
    {
      g_string_append_c (text, ' ');
      g_string_append_c (text, LETTERS[i % (sizeof LETTERS - 1)]);
    }
  return g_string_free (text, FALSE);
}

static EnclaveChatRequest *
build_request (Check *check)
{
  EnclaveChatRequest *request = enclave_chat_request_new (enclave_model_info_get_id (check->model));
  g_autoptr (JsonArray) tools = build_tools ();
  g_autoptr (JsonObject) schema = NULL;
  g_autofree char *text = NULL;
  EnclaveModelSwitches switches;
  gboolean thinks;

  enclave_model_switches_load (check->model, &switches);
  thinks = enclave_model_switches_can_think (check->model) && switches.thinking != ENCLAVE_THINKING_OFF;
  switches.temperature = 0;
  switches.reply_tokens = thinks ? MAX_TOKENS_THINKING : MAX_TOKENS;
  /* As the agent will speak to it. */
  enclave_model_switches_apply (&switches, check->model, request);
  enclave_chat_request_set_context_window (request, check->record->window_stated);
  switch (check->part)
    {
    case PART_STREAM:
      if (!thinks)
        enclave_chat_request_set_max_tokens (request, 64);
      enclave_chat_request_add_message (request, "user", "Count to sixty");
      break;
    case PART_NATIVE_TOOLS:
      enclave_chat_request_set_tools (request, tools);
      enclave_chat_request_add_message (request, "user", "Read README.md");
      break;
    case PART_TEXT_TOOLS:
      text = enclave_tool_description_build (tools);
      enclave_chat_request_add_message (request, "system", text);
      enclave_chat_request_add_message (request, "user", "Read README.md");
      break;
    case PART_SCHEMA:
      schema = enclave_json_parse_object ("{\"type\":\"object\",\"properties\":{\"answer\":{\"type\":\"integer\"}},"
                                          "\"required\":[\"answer\"],\"additionalProperties\":false}",
                                          -1, NULL);
      enclave_chat_request_set_schema (request, schema);
      enclave_chat_request_add_message (request, "user",
                                        "How much is 2 plus 3? Reply with JSON alone, like this: {\"answer\": 7}");
      break;
    case PART_WINDOW:
      text = build_filler (check->tried_tokens);
      enclave_chat_request_set_max_tokens (request, 1);
      enclave_chat_request_add_message (request, "user", text);
      break;
    case PART_FILL_IN:
    case PART_DONE:
    default:
      break;
    }
  return request;
}

static void
settle (Check *check, EnclaveCheckItem item, EnclaveCheckVerdict verdict, const char *detail)
{
  check->record->items[item].verdict = verdict;
  g_free (check->record->items[item].detail);
  check->record->items[item].detail = g_strdup (detail);
}

static void
take_stream (Check *check, const EnclaveWholeReply *reply)
{
  EnclaveModelRecord *record = check->record;
  gint64 span_us = reply->last_us - reply->first_us;

  record->first_token_ms = (guint) (reply->first_us / 1000);
  record->tokens_per_second = reply->tokens_per_second;
  /* A reply that came at once was written before. */
  if (record->tokens_per_second <= 0 && reply->completion_tokens > 1 && span_us >= 20000)
    record->tokens_per_second = (reply->completion_tokens - 1) * 1e6 / (double) span_us;
  record->prompt_tokens_per_second = reply->prompt_tokens_per_second;
  if (reply->n_pieces > 1)
    settle (check, ENCLAVE_CHECK_STREAM, ENCLAVE_CHECK_YES, NULL);
  else if (reply->n_pieces == 0)
    settle (check, ENCLAVE_CHECK_STREAM, ENCLAVE_CHECK_UNKNOWN, _ ("The model said nothing"));
  else if (reply->completion_tokens > 8 || strlen (reply->text) > 40)
    settle (check, ENCLAVE_CHECK_STREAM, ENCLAVE_CHECK_NO, _ ("The whole reply came in one piece"));
  else
    settle (check, ENCLAVE_CHECK_STREAM, ENCLAVE_CHECK_UNKNOWN, _ ("The reply was too short to tell"));
}

/* Thoughts alone up to the limit say nothing about what would have come. */
static gboolean
only_thought (const EnclaveWholeReply *reply)
{
  return strcmp (reply->end_reason, "length") == 0 && reply->reasoning[0] != '\0' && reply->text[0] == '\0';
}

static gboolean
is_call (const char *name, const char *arguments)
{
  g_autoptr (JsonObject) object = arguments != NULL ? enclave_json_parse_object (arguments, -1, NULL) : NULL;

  return g_strcmp0 (name, TOOL) == 0 && object != NULL && enclave_json_peek_string (object, "path") != NULL;
}

static gboolean
holds_call (const EnclaveWholeReply *reply)
{
  for (guint i = 0; i < reply->calls->len; i++)
    {
      const EnclaveCompletionEvent *call = g_ptr_array_index (reply->calls, i);

      if (is_call (call->name, call->arguments))
        return TRUE;
    }
  return FALSE;
}

static void
take_native_tools (Check *check, const EnclaveWholeReply *reply)
{
  if (holds_call (reply))
    settle (check, ENCLAVE_CHECK_NATIVE_TOOLS, ENCLAVE_CHECK_YES, NULL);
  else if (only_thought (reply))
    settle (check, ENCLAVE_CHECK_NATIVE_TOOLS, ENCLAVE_CHECK_UNKNOWN,
            _ ("The model was still thinking when the check ended it"));
  else if (reply->calls->len > 0)
    settle (check, ENCLAVE_CHECK_NATIVE_TOOLS, ENCLAVE_CHECK_NO, _ ("The call that came can’t be run"));
  else
    settle (check, ENCLAVE_CHECK_NATIVE_TOOLS, ENCLAVE_CHECK_NO, _ ("Text came instead of a call"));
}

static const char *
resolve (const char *name, gpointer user_data)
{
  return strcmp (name, TOOL) == 0 ? TOOL : NULL;
}

static void
take_text_tools (Check *check, const EnclaveWholeReply *reply)
{
  g_autoptr (EnclaveToolCallParser) parser = enclave_tool_call_parser_new (resolve, NULL);
  g_autofree char *first = enclave_tool_call_parser_feed (parser, reply->text);
  g_autofree char *rest = enclave_tool_call_parser_finish (parser);
  GPtrArray *calls = enclave_tool_call_parser_get_calls (parser);

  /* A server that reads the text itself has understood it as well. */
  gboolean found = holds_call (reply);

  for (guint i = 0; i < calls->len; i++)
    {
      const EnclaveParsedCall *call = g_ptr_array_index (calls, i);

      found = found || is_call (call->name, call->arguments);
    }
  if (found)
    settle (check, ENCLAVE_CHECK_TEXT_TOOLS, ENCLAVE_CHECK_YES, NULL);
  else if (only_thought (reply))
    settle (check, ENCLAVE_CHECK_TEXT_TOOLS, ENCLAVE_CHECK_UNKNOWN,
            _ ("The model was still thinking when the check ended it"));
  else
    settle (check, ENCLAVE_CHECK_TEXT_TOOLS, ENCLAVE_CHECK_NO, _ ("No call stands in the reply"));
}

static void
take_schema (Check *check, const EnclaveWholeReply *reply)
{
  g_autofree char *text = g_strstrip (g_strdup (reply->text));
  g_autoptr (JsonObject) object = text[0] == '{' ? enclave_json_parse_object (text, -1, NULL) : NULL;
  JsonNode *answer = object != NULL ? json_object_get_member (object, "answer") : NULL;

  if (answer != NULL && JSON_NODE_HOLDS_VALUE (answer) && json_node_get_value_type (answer) == G_TYPE_INT64)
    settle (check, ENCLAVE_CHECK_SCHEMA, ENCLAVE_CHECK_YES, NULL);
  else if (only_thought (reply))
    settle (check, ENCLAVE_CHECK_SCHEMA, ENCLAVE_CHECK_UNKNOWN,
            _ ("The model was still thinking when the check ended it"));
  else
    settle (check, ENCLAVE_CHECK_SCHEMA, ENCLAVE_CHECK_NO, _ ("The reply is not of the form that was asked for"));
}

/* The window that a refusal names: of the numbers in it the smallest that is one, as the others are above it. */
static guint
window_in_message (const char *message, guint asked_tokens)
{
  guint64 smallest = 0;

  for (const char *c = message; *c != '\0';)
    {
      char *end;
      guint64 number;

      if (!g_ascii_isdigit (*c))
        {
          c++;
          continue;
        }
      number = g_ascii_strtoull (c, &end, 10);
      if (number >= MIN_WINDOW_TOKENS && number < asked_tokens && (smallest == 0 || number < smallest))
        smallest = number;
      c = end;
    }
  return (guint) smallest;
}

/* TRUE when the window is settled. */
static gboolean
take_window_reply (Check *check, const EnclaveWholeReply *reply)
{
  EnclaveModelRecord *record = check->record;

  if (record->prompt_tokens_per_second <= 0)
    record->prompt_tokens_per_second = reply->prompt_tokens_per_second;
  if (reply->prompt_tokens == 0)
    return TRUE;
  if (reply->prompt_tokens < check->tried_tokens / 10 * 9)
    {
      record->window_manner = ENCLAVE_WINDOW_CUTS;
      record->window_measured = reply->prompt_tokens;
      return TRUE;
    }
  record->window_manner = ENCLAVE_WINDOW_HOLDS;
  record->window_measured = reply->prompt_tokens;
  if (record->window_stated > 0 || check->tried_tokens >= LAST_TRY_TOKENS)
    return TRUE;
  check->tried_tokens *= 2;
  return FALSE;
}

static void
take_window_error (Check *check, const GError *error)
{
  EnclaveModelRecord *record = check->record;
  guint told;

  /* What went wrong on the way says nothing about the window. */
  if (error->domain != ENCLAVE_INFERENCE_ERROR
      || (error->code != ENCLAVE_INFERENCE_ERROR_WINDOW && error->code != ENCLAVE_INFERENCE_ERROR_SERVER))
    return;
  told = window_in_message (error->message, check->tried_tokens);
  record->window_manner = ENCLAVE_WINDOW_REFUSES;
  if (told > 0)
    record->window_measured = told;
  else if (record->window_stated > 0)
    record->window_measured = record->window_stated;
}

static void
next (GTask *task)
{
  Check *check = g_task_get_task_data (task);

  check->part++;
  if (check->part < PART_DONE)
    {
      ask (task);
      return;
    }
  check->record->took_ms = (guint) ((g_get_monotonic_time () - check->began_us) / 1000);
  g_task_return_pointer (task, g_steal_pointer (&check->record), (GDestroyNotify) enclave_model_record_free);
}

/* FALSE when the check goes on without an answer. */
static gboolean
take_error (GTask *task, GError *error)
{
  Check *check = g_task_get_task_data (task);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || check->part == PART_STREAM
      || g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_OFFLINE)
      || g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL))
    {
      g_task_return_error (task, g_error_copy (error));
      return TRUE;
    }
  if (check->part == PART_WINDOW)
    take_window_error (check, error);
  else
    settle (check, (EnclaveCheckItem) check->part,
            g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_TIMED_OUT)
                || g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_BUSY)
              ? ENCLAVE_CHECK_UNKNOWN
              : ENCLAVE_CHECK_NO,
            error->message);
  return FALSE;
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Check *check = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveWholeReply) reply
    = enclave_whole_reply_finish (ENCLAVE_INFERENCE_CLIENT (source), result, &error);

  if (reply == NULL)
    {
      if (!take_error (task, error))
        next (task);
      return;
    }
  switch (check->part)
    {
    case PART_STREAM:
      take_stream (check, reply);
      break;
    case PART_NATIVE_TOOLS:
      take_native_tools (check, reply);
      break;
    case PART_TEXT_TOOLS:
      take_text_tools (check, reply);
      break;
    case PART_SCHEMA:
      take_schema (check, reply);
      break;
    case PART_WINDOW:
      if (!take_window_reply (check, reply))
        {
          ask (task);
          return;
        }
      break;
    case PART_FILL_IN:
    case PART_DONE:
    default:
      break;
    }
  next (task);
}

static void
on_filled_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Check *check = g_task_get_task_data (task);
  g_autofree char *detail = NULL;
  EnclaveCheckVerdict verdict = enclave_fill_in_probe_finish (ENCLAVE_INFERENCE_CLIENT (source), result, &detail);

  if (g_task_return_error_if_cancelled (task))
    return;
  settle (check, ENCLAVE_CHECK_FILL_IN, verdict, detail);
  next (task);
}

static void
ask (GTask *task)
{
  EnclaveInferenceClient *client = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  g_autoptr (EnclaveChatRequest) request = NULL;
  guint timeout_ms = STEP_TIMEOUT_MS;

  if (check->step != NULL)
    check->step ((EnclaveCheckItem) check->part, check->record, check->step_data);
  if (check->part == PART_FILL_IN)
    {
      enclave_fill_in_probe_async (client, check->model, check->record->window_stated, STEP_TIMEOUT_MS,
                                   g_task_get_cancellable (task), on_filled_in, g_object_ref (task));
      return;
    }
  if (check->part == PART_STREAM)
    timeout_ms = LOAD_TIMEOUT_MS;
  if (check->part == PART_WINDOW)
    {
      timeout_ms = WINDOW_TIMEOUT_MS;
      if (check->tried_tokens == 0)
        check->tried_tokens = check->record->window_stated > 0
                                ? check->record->window_stated / 20 * 23 + MIN_WINDOW_TOKENS
                                : FIRST_TRY_TOKENS;
    }
  request = build_request (check);
  enclave_whole_reply_async (client, request, timeout_ms, g_task_get_cancellable (task), on_reply, g_object_ref (task));
}

void
enclave_model_check_async (EnclaveInferenceClient *client, EnclaveModelInfo *model, GCancellable *cancellable,
                           EnclaveModelCheckStep step, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Check *check;

  G_STATIC_ASSERT ((int) PART_FILL_IN == (int) ENCLAVE_CHECK_FILL_IN);
  G_STATIC_ASSERT ((int) PART_WINDOW == (int) ENCLAVE_CHECK_N_ITEMS);
  g_return_if_fail (ENCLAVE_IS_INFERENCE_CLIENT (client) && ENCLAVE_IS_MODEL_INFO (model));

  task = g_task_new (client, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_model_check_async);
  check = g_new0 (Check, 1);
  check->model = g_object_ref (model);
  check->step = step;
  check->step_data = user_data;
  check->began_us = g_get_monotonic_time ();
  check->record = enclave_model_record_new (model);
  check->record->window_stated = enclave_window_plan_here (model);
  check->record->checked_at = g_get_real_time () / G_USEC_PER_SEC;
  g_free (check->record->server);
  check->record->server = g_strstrip (g_strdup_printf (
    "%s %s", enclave_endpoint_kind_to_name (enclave_endpoint_get_kind (enclave_inference_client_get_endpoint (client))),
    enclave_inference_client_get_version (client)));
  g_task_set_task_data (task, check, check_free);
  ask (task);
}

EnclaveModelRecord *
enclave_model_check_finish (EnclaveInferenceClient *client, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, client), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
