/* enclave-chat-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-reader.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-call-collector.h"
#include "enclave-inference-error.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-think-splitter.h"
#include "enclave-utf8.h"

/* Broken events in a row, after which what answers is no model server. */
#define MAX_BROKEN 8

struct _EnclaveChatReader
{
  guint max_tokens;
  EnclaveCallCollector *calls;
  EnclaveThinkSplitter *think;
  char *reason;
  gboolean done;
  gboolean understood;
  guint n_broken;
  gsize size;
  guint prompt_tokens;
  guint completion_tokens;
  guint cached_tokens;
  double tokens_per_second;
  double prompt_tokens_per_second;
  gboolean has_usage;
};

EnclaveChatReader *
enclave_chat_reader_new (guint max_tokens)
{
  EnclaveChatReader *self = g_new0 (EnclaveChatReader, 1);

  self->max_tokens = max_tokens;
  self->calls = enclave_call_collector_new ();
  self->think = enclave_think_splitter_new ();
  return self;
}

void
enclave_chat_reader_free (EnclaveChatReader *self)
{
  enclave_call_collector_free (self->calls);
  enclave_think_splitter_free (self->think);
  g_free (self->reason);
  g_free (self);
}

static void
push_text (GQueue *events, EnclaveCompletionKind kind, const char *text)
{
  EnclaveCompletionEvent *event;

  if (text == NULL || text[0] == '\0')
    return;
  event = enclave_completion_event_new (kind);
  event->text = g_strdup (text);
  g_queue_push_tail (events, event);
}

static guint
count (gint64 value)
{
  return (guint) CLAMP (value, 0, G_MAXINT32);
}

static gboolean
mentions_window (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  return strstr (lower, "context") != NULL
         && (strstr (lower, "exceed") != NULL || strstr (lower, "longer than") != NULL
             || strstr (lower, "too long") != NULL || strstr (lower, "maximum context") != NULL
             || strstr (lower, "context length") != NULL || strstr (lower, "context size") != NULL);
}

static EnclaveInferenceError
code_for (guint status, const char *type, const char *message)
{
  if (g_strcmp0 (type, "exceed_context_size_error") == 0 || mentions_window (message))
    return ENCLAVE_INFERENCE_ERROR_WINDOW;
  /* Other codes say so of a model that can't be loaded. */
  if ((status == 503 && strstr (message, "oading model") != NULL) || (status == 0 && g_str_has_prefix (message, "Loading model")))
    return ENCLAVE_INFERENCE_ERROR_LOADING;
  switch (status)
    {
    case 401:
    case 403:
      return ENCLAVE_INFERENCE_ERROR_KEY;
    case 404:
      return ENCLAVE_INFERENCE_ERROR_MODEL;
    case 429:
    case 503:
      return ENCLAVE_INFERENCE_ERROR_BUSY;
    default:
      return ENCLAVE_INFERENCE_ERROR_SERVER;
    }
}

GError *
enclave_chat_reader_error_from_body (guint status, const char *body)
{
  g_autoptr (JsonObject) root = NULL;
  g_autofree char *cut = NULL;
  g_autofree char *shown = NULL;
  const char *type = NULL;
  const char *message = NULL;
  const char *text = body != NULL ? body : "";
  gboolean is_markup = text[strspn (text, " \t\r\n")] == '<';

  if (text[strspn (text, " \t\r\n")] == '{')
    root = enclave_json_parse_object (text, -1, NULL);
  if (root != NULL)
    {
      JsonObject *object = enclave_json_peek_object (root, "error");

      message = enclave_json_peek_string (root, "error");
      if (object != NULL)
        {
          message = enclave_json_peek_string (object, "message");
          type = enclave_json_peek_string (object, "type");
        }
      if (type == NULL)
        type = enclave_json_peek_string (root, "type");
      if (message == NULL)
        message = enclave_json_peek_string (root, "message");
      /* FastAPI's own way, before the server's code is reached. */
      if (message == NULL)
        message = enclave_json_peek_string (root, "detail");
    }
  if (is_markup)
    return g_error_new_literal (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER,
                                _ ("A web page answered, not a model server"));
  if (message == NULL)
    message = text;
  cut = g_strndup (message, enclave_utf8_prefix_length (message, strlen (message), ENCLAVE_ERROR_BODY_MAX_BYTES));
  shown = enclave_utf8_make_visible (g_strstrip (cut), NULL);
  if (shown[0] == '\0')
    return g_error_new (ENCLAVE_INFERENCE_ERROR, code_for (status, type, shown), _ ("The server answered HTTP %u"),
                        status);
  return g_error_new (ENCLAVE_INFERENCE_ERROR, code_for (status, type, shown), _ ("The server says: %s"), shown);
}

static void
read_usage (EnclaveChatReader *self, JsonObject *root)
{
  JsonObject *usage = enclave_json_peek_object (root, "usage");
  JsonObject *timings = enclave_json_peek_object (root, "timings");
  JsonObject *stats = enclave_json_peek_object (root, "stats");
  JsonObject *details;

  /* LM Studio. */
  if (stats != NULL)
    self->tokens_per_second = enclave_json_get_double (stats, "tokens_per_second", self->tokens_per_second);
  if (usage != NULL)
    {
      self->has_usage = TRUE;
      self->prompt_tokens = count (enclave_json_get_int (usage, "prompt_tokens", self->prompt_tokens));
      self->completion_tokens = count (enclave_json_get_int (usage, "completion_tokens", self->completion_tokens));
      details = enclave_json_peek_object (usage, "prompt_tokens_details");
      if (details != NULL)
        self->cached_tokens = count (enclave_json_get_int (details, "cached_tokens", self->cached_tokens));
    }
  if (timings != NULL)
    {
      self->tokens_per_second = enclave_json_get_double (timings, "predicted_per_second", self->tokens_per_second);
      self->prompt_tokens_per_second
        = enclave_json_get_double (timings, "prompt_per_second", self->prompt_tokens_per_second);
      self->cached_tokens = count (enclave_json_get_int (timings, "cache_n", self->cached_tokens));
      if (!self->has_usage)
        {
          self->prompt_tokens = count (enclave_json_get_int (timings, "prompt_n", 0)
                                       + enclave_json_get_int (timings, "cache_n", 0));
          self->completion_tokens = count (enclave_json_get_int (timings, "predicted_n", 0));
        }
    }
}

static void
read_native_end (EnclaveChatReader *self, JsonObject *root)
{
  const char *reason = enclave_json_peek_string (root, "done_reason");
  gint64 duration_ns = enclave_json_get_int (root, "eval_duration", 0);
  gint64 prompt_ns = enclave_json_get_int (root, "prompt_eval_duration", 0);

  self->done = TRUE;
  g_free (self->reason);
  self->reason = g_strdup (reason != NULL ? reason : "stop");
  self->has_usage = json_object_has_member (root, "eval_count");
  self->prompt_tokens = count (enclave_json_get_int (root, "prompt_eval_count", 0));
  self->completion_tokens = count (enclave_json_get_int (root, "eval_count", 0));
  if (duration_ns > 0)
    self->tokens_per_second = (double) self->completion_tokens * 1e9 / (double) duration_ns;
  self->cached_tokens = count (enclave_json_get_int (root, "prompt_eval_cached_count", 0));
  if (prompt_ns > 0 && self->prompt_tokens > self->cached_tokens)
    self->prompt_tokens_per_second = (double) (self->prompt_tokens - self->cached_tokens) * 1e9 / (double) prompt_ns;
}

static void
read_progress (JsonObject *root, GQueue *events)
{
  JsonObject *progress = enclave_json_peek_object (root, "prompt_progress");
  EnclaveCompletionEvent *event;

  if (progress == NULL)
    return;
  event = enclave_completion_event_new (ENCLAVE_COMPLETION_PROGRESS);
  event->total = count (enclave_json_get_int (progress, "total", 0));
  event->cached = count (enclave_json_get_int (progress, "cache", 0));
  event->processed = count (enclave_json_get_int (progress, "processed", 0));
  g_queue_push_tail (events, event);
}

static gboolean
read_message (EnclaveChatReader *self, JsonObject *message, GQueue *events, GError **error)
{
  static const char *const reasoning_names[] = { "reasoning_content", "reasoning", "thinking", "reasoning_text" };
  JsonArray *calls = enclave_json_peek_array (message, "tool_calls");
  const char *content = enclave_json_peek_string (message, "content");

  for (guint i = 0; i < G_N_ELEMENTS (reasoning_names); i++)
    {
      const char *reasoning = enclave_json_peek_string (message, reasoning_names[i]);

      if (reasoning == NULL || reasoning[0] == '\0')
        continue;
      self->size += strlen (reasoning);
      push_text (events, ENCLAVE_COMPLETION_REASONING, reasoning);
      break;
    }
  if (content != NULL && content[0] != '\0')
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) reasoning = g_string_new (NULL);

      self->size += strlen (content);
      if (enclave_think_splitter_feed (self->think, content, text, reasoning))
        g_queue_push_tail (events, enclave_completion_event_new (ENCLAVE_COMPLETION_WAS_REASONING));
      push_text (events, ENCLAVE_COMPLETION_REASONING, reasoning->str);
      push_text (events, ENCLAVE_COMPLETION_TEXT, text->str);
    }
  if (calls != NULL)
    enclave_call_collector_add (self->calls, calls, events);
  if (self->size + enclave_call_collector_get_size (self->calls) > ENCLAVE_STREAM_MAX_REPLY_BYTES)
    {
      g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LIMIT,
                   _ ("Reading the reply: it is longer than %d MiB and was ended"),
                   ENCLAVE_STREAM_MAX_REPLY_BYTES / (1024 * 1024));
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_choice (EnclaveChatReader *self, JsonObject *choice, GQueue *events, GError **error)
{
  JsonObject *message = enclave_json_peek_object (choice, "delta");
  const char *reason = enclave_json_peek_string (choice, "finish_reason");

  if (message == NULL)
    message = enclave_json_peek_object (choice, "message");
  if (message != NULL && !read_message (self, message, events, error))
    return FALSE;
  if (reason != NULL && reason[0] != '\0')
    {
      g_free (self->reason);
      self->reason = g_strdup (reason);
    }
  return TRUE;
}

static gboolean
is_set (JsonObject *root, const char *member)
{
  const char *value = enclave_json_peek_string (root, member);

  return value != NULL && value[0] != '\0';
}

static gboolean
read_root (EnclaveChatReader *self, JsonObject *root, const char *data, GQueue *events, GError **error)
{
  JsonArray *choices = enclave_json_peek_array (root, "choices");
  JsonObject *message = enclave_json_peek_object (root, "message");
  JsonNode *failure = json_object_get_member (root, "error");

  /* The second is how older vLLM says it. */
  if ((failure != NULL && !JSON_NODE_HOLDS_NULL (failure))
      || g_strcmp0 (enclave_json_peek_string (root, "object"), "error") == 0)
    {
      g_propagate_error (error, enclave_chat_reader_error_from_body (0, data));
      return FALSE;
    }
  if (is_set (root, "remote_host") || is_set (root, "remote_model"))
    {
      g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_REMOTE_MODEL,
                   _ ("The server passes this conversation on to “%s”; the reply was ended"),
                   is_set (root, "remote_host") ? enclave_json_peek_string (root, "remote_host")
                                                : enclave_json_peek_string (root, "remote_model"));
      return FALSE;
    }
  read_progress (root, events);
  for (guint i = 0; choices != NULL && i < MIN (json_array_get_length (choices), 1); i++)
    {
      JsonObject *choice = enclave_json_array_peek_object (choices, i);

      if (choice != NULL && !read_choice (self, choice, events, error))
        return FALSE;
    }
  if (message != NULL && !read_message (self, message, events, error))
    return FALSE;
  read_usage (self, root);
  if (enclave_json_get_boolean (root, "done", FALSE))
    read_native_end (self, root);
  self->understood |= choices != NULL || message != NULL || self->done;
  return TRUE;
}

gboolean
enclave_chat_reader_read (EnclaveChatReader *self, const char *data, GQueue *events, GError **error)
{
  g_autoptr (JsonObject) root = NULL;

  g_return_val_if_fail (self != NULL && data != NULL && events != NULL, FALSE);

  if (self->done)
    return TRUE;
  if (strcmp (data, "[DONE]") == 0)
    {
      self->done = TRUE;
      return TRUE;
    }
  root = enclave_json_parse_object (data, -1, NULL);
  if (root == NULL)
    {
      if (++self->n_broken < MAX_BROKEN && data[strspn (data, " \t")] != '<')
        return TRUE;
      g_set_error_literal (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER,
                           _ ("What answers there does not speak like a model server"));
      return FALSE;
    }
  self->n_broken = 0;
  return read_root (self, root, data, events, error);
}

/* Servers say "stop" or "tool_calls" for replies they have cut. */
static gboolean
was_cut_by_length (EnclaveChatReader *self)
{
  return g_strcmp0 (self->reason, "length") == 0
         || (self->max_tokens > 0 && self->completion_tokens >= self->max_tokens);
}

gboolean
enclave_chat_reader_finish (EnclaveChatReader *self, GQueue *events, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) reasoning = g_string_new (NULL);
  EnclaveCompletionEvent *event;
  gboolean cut;
  gboolean has_calls;

  g_return_val_if_fail (self != NULL && events != NULL, FALSE);

  if (enclave_think_splitter_finish (self->think, text, reasoning))
    g_queue_push_tail (events, enclave_completion_event_new (ENCLAVE_COMPLETION_WAS_REASONING));
  push_text (events, ENCLAVE_COMPLETION_REASONING, reasoning->str);
  push_text (events, ENCLAVE_COMPLETION_TEXT, text->str);
  if (!self->understood)
    {
      g_set_error_literal (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_NOT_A_SERVER,
                           _ ("What answers there does not speak like a model server"));
      return FALSE;
    }
  if (!self->done && self->reason == NULL)
    {
      g_set_error_literal (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_CUT_OFF,
                           _ ("The server closed the connection before the reply had ended"));
      return FALSE;
    }
  cut = was_cut_by_length (self);
  has_calls = enclave_call_collector_get_n_calls (self->calls) > 0;
  enclave_call_collector_finish (self->calls, cut, events);
  if (self->has_usage || self->prompt_tokens > 0)
    {
      event = enclave_completion_event_new (ENCLAVE_COMPLETION_USAGE);
      event->prompt_tokens = self->prompt_tokens;
      event->completion_tokens = self->completion_tokens;
      event->cached = MIN (self->cached_tokens, self->prompt_tokens);
      event->tokens_per_second = self->tokens_per_second;
      event->prompt_tokens_per_second = self->prompt_tokens_per_second;
      g_queue_push_tail (events, event);
    }
  push_text (events, ENCLAVE_COMPLETION_END, cut ? "length" : has_calls ? "tool-calls" : "stop");
  return TRUE;
}
