/* enclave-chat-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-request.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-token-estimate.h"

/* What templates write round each message and once round all, in tokens. */
#define TOKENS_PER_MESSAGE 5
#define TOKENS_PER_REQUEST 8
/* The instructions of a template on how to call a tool. */
#define TOKENS_PER_TOOLS 80

typedef struct
{
  char *id;
  char *name;
  char *arguments;
} Call;

typedef struct
{
  const char *role;
  char *text;
  GPtrArray *calls; /* (element-type Call) (nullable) */
  char *call_id;
  char *call_name;
} Message;

struct _EnclaveChatRequest
{
  GObject parent_instance;

  char *model;
  char *model_suffix;
  GPtrArray *messages;
  JsonArray *tools;
  JsonObject *schema;
  char *grammar; /* (nullable) */
  guint max_tokens;
  double temperature;
  guint context_window;
  EnclaveThinking thinking;
  EnclaveThinkingManner manner;
};

G_DEFINE_FINAL_TYPE (EnclaveChatRequest, enclave_chat_request, G_TYPE_OBJECT)

static void
call_free (gpointer data)
{
  Call *call = data;

  g_free (call->id);
  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

static void
message_free (gpointer data)
{
  Message *message = data;

  g_free (message->text);
  g_free (message->call_id);
  g_free (message->call_name);
  g_clear_pointer (&message->calls, g_ptr_array_unref);
  g_free (message);
}

static void
enclave_chat_request_finalize (GObject *object)
{
  EnclaveChatRequest *self = ENCLAVE_CHAT_REQUEST (object);

  g_free (self->model);
  g_free (self->model_suffix);
  g_ptr_array_unref (self->messages);
  g_clear_pointer (&self->tools, json_array_unref);
  g_clear_pointer (&self->schema, json_object_unref);
  g_clear_pointer (&self->grammar, g_free);
  G_OBJECT_CLASS (enclave_chat_request_parent_class)->finalize (object);
}

static void
enclave_chat_request_class_init (EnclaveChatRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_chat_request_finalize;
}

static void
enclave_chat_request_init (EnclaveChatRequest *self)
{
  self->messages = g_ptr_array_new_with_free_func (message_free);
  self->temperature = -1;
}

EnclaveChatRequest *
enclave_chat_request_new (const char *model)
{
  EnclaveChatRequest *self;

  g_return_val_if_fail (model != NULL, NULL);
  self = g_object_new (ENCLAVE_TYPE_CHAT_REQUEST, NULL);
  self->model = g_strdup (model);
  return self;
}

const char *
enclave_chat_request_get_model (EnclaveChatRequest *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_REQUEST (self), NULL);
  return self->model;
}

void
enclave_chat_request_set_model_suffix (EnclaveChatRequest *self, const char *suffix)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));
  g_free (self->model_suffix);
  self->model_suffix = g_strdup (suffix);
}

static Message *
add (EnclaveChatRequest *self, const char *role, const char *text)
{
  Message *message = g_new0 (Message, 1);

  message->role = g_intern_string (role);
  message->text = g_strdup (text);
  g_ptr_array_add (self->messages, message);
  return message;
}

void
enclave_chat_request_add_message (EnclaveChatRequest *self, const char *role, const char *text)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));
  g_return_if_fail (role != NULL && text != NULL);
  add (self, role, text);
}

void
enclave_chat_request_add_tool_call (EnclaveChatRequest *self, const char *id, const char *name, const char *arguments)
{
  g_autoptr (JsonObject) parsed = NULL;
  Message *message = NULL;
  Call *call;

  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));
  g_return_if_fail (id != NULL && name != NULL);

  if (self->messages->len > 0)
    message = g_ptr_array_index (self->messages, self->messages->len - 1);
  if (message == NULL || strcmp (message->role, "assistant") != 0)
    message = add (self, "assistant", "");
  if (message->calls == NULL)
    message->calls = g_ptr_array_new_with_free_func (call_free);
  /* One broken argument text in the history makes every later turn fail on some servers. */
  if (arguments != NULL)
    parsed = enclave_json_parse_object (arguments, -1, NULL);
  call = g_new0 (Call, 1);
  call->id = g_strdup (id);
  call->name = g_strdup (name);
  call->arguments = g_strdup (parsed != NULL ? arguments : "{}");
  g_ptr_array_add (message->calls, call);
}

void
enclave_chat_request_add_tool_result (EnclaveChatRequest *self, const char *id, const char *name, const char *text)
{
  Message *message;

  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));
  g_return_if_fail (id != NULL && name != NULL && text != NULL);
  message = add (self, "tool", text);
  message->call_id = g_strdup (id);
  message->call_name = g_strdup (name);
}

void
enclave_chat_request_set_tools (EnclaveChatRequest *self, JsonArray *tools)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));
  g_clear_pointer (&self->tools, json_array_unref);
  if (tools != NULL)
    self->tools = json_array_ref (tools);
}

void
enclave_chat_request_set_grammar (EnclaveChatRequest *self, const char *grammar)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));

  g_free (self->grammar);
  self->grammar = g_strdup (grammar);
}

gboolean
enclave_chat_request_has_grammar (EnclaveChatRequest *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_REQUEST (self), FALSE);

  return self->grammar != NULL;
}

void
enclave_chat_request_set_schema (EnclaveChatRequest *self, JsonObject *schema)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));
  g_clear_pointer (&self->schema, json_object_unref);
  if (schema != NULL)
    self->schema = json_object_ref (schema);
}

void
enclave_chat_request_set_max_tokens (EnclaveChatRequest *self, guint max_tokens)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));
  self->max_tokens = max_tokens;
}

guint
enclave_chat_request_get_max_tokens (EnclaveChatRequest *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_REQUEST (self), 0);
  return self->max_tokens;
}

void
enclave_chat_request_set_temperature (EnclaveChatRequest *self, double temperature)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));
  self->temperature = temperature;
}

void
enclave_chat_request_set_thinking (EnclaveChatRequest *self, EnclaveThinking thinking, EnclaveThinkingManner manner)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));
  self->thinking = thinking;
  self->manner = manner;
}

void
enclave_chat_request_set_context_window (EnclaveChatRequest *self, guint tokens)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_REQUEST (self));
  self->context_window = tokens;
}

static void
build_call (JsonBuilder *builder, const Call *call, gboolean native)
{
  json_builder_begin_object (builder);
  if (!native)
    {
      json_builder_set_member_name (builder, "id");
      json_builder_add_string_value (builder, call->id);
      json_builder_set_member_name (builder, "type");
      json_builder_add_string_value (builder, "function");
    }
  json_builder_set_member_name (builder, "function");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, call->name);
  json_builder_set_member_name (builder, "arguments");
  if (native)
    json_builder_add_value (builder, enclave_json_parse (call->arguments, -1, NULL));
  else
    json_builder_add_string_value (builder, call->arguments);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

/* @more: (nullable): stands behind the text. */
static void
build_message (JsonBuilder *builder, const Message *message, gboolean native, const char *more)
{
  g_autofree char *text = more != NULL ? g_strconcat (message->text, more, NULL) : NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "role");
  json_builder_add_string_value (builder, message->role);
  json_builder_set_member_name (builder, "content");
  json_builder_add_string_value (builder, text != NULL ? text : message->text);
  if (message->calls != NULL)
    {
      json_builder_set_member_name (builder, "tool_calls");
      json_builder_begin_array (builder);
      for (guint i = 0; i < message->calls->len; i++)
        build_call (builder, g_ptr_array_index (message->calls, i), native);
      json_builder_end_array (builder);
    }
  if (message->call_id != NULL)
    {
      json_builder_set_member_name (builder, native ? "tool_name" : "tool_call_id");
      json_builder_add_string_value (builder, native ? message->call_name : message->call_id);
    }
  json_builder_end_object (builder);
}

static void
set_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
set_boolean (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static JsonNode *
schema_node (EnclaveChatRequest *self)
{
  return json_node_init_object (json_node_alloc (), self->schema);
}

static void
build_v1_schema (JsonBuilder *builder, EnclaveChatRequest *self)
{
  json_builder_set_member_name (builder, "response_format");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, "json_schema");
  json_builder_set_member_name (builder, "json_schema");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "name");
  json_builder_add_string_value (builder, "reply");
  set_boolean (builder, "strict", TRUE);
  json_builder_set_member_name (builder, "schema");
  json_builder_add_value (builder, schema_node (self));
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static gboolean
switches_thinking (EnclaveChatRequest *self)
{
  return self->thinking != ENCLAVE_THINKING_AUTO && self->manner != ENCLAVE_THINKING_NONE;
}

static const char *
get_effort (EnclaveChatRequest *self)
{
  return self->thinking == ENCLAVE_THINKING_ON ? "high" : "low";
}

static gboolean
passes_template_on (EnclaveEndpointKind kind)
{
  return kind == ENCLAVE_ENDPOINT_LLAMACPP || kind == ENCLAVE_ENDPOINT_VLLM;
}

/* What stands behind the system text; NULL: nothing. */
static const char *
get_thinking_word (EnclaveChatRequest *self, EnclaveEndpointKind kind)
{
  if (!switches_thinking (self) || self->manner != ENCLAVE_THINKING_ENABLE_OR_WORD || kind == ENCLAVE_ENDPOINT_OLLAMA
      || passes_template_on (kind))
    return NULL;
  return self->thinking == ENCLAVE_THINKING_ON ? "\n\n/think" : "\n\n/no_think";
}

static void
build_v1_thinking (JsonBuilder *builder, EnclaveChatRequest *self, EnclaveEndpointKind kind)
{
  gboolean effort = self->manner == ENCLAVE_THINKING_EFFORT;

  if (!switches_thinking (self))
    return;
  /* llama.cpp knows the effort by its template alone, the others as a member of the request. */
  if (effort && kind != ENCLAVE_ENDPOINT_LLAMACPP)
    {
      json_builder_set_member_name (builder, "reasoning_effort");
      json_builder_add_string_value (builder, get_effort (self));
      return;
    }
  if (!passes_template_on (kind))
    return;
  json_builder_set_member_name (builder, "chat_template_kwargs");
  json_builder_begin_object (builder);
  if (effort)
    {
      json_builder_set_member_name (builder, "reasoning_effort");
      json_builder_add_string_value (builder, get_effort (self));
    }
  else
    set_boolean (builder, self->manner == ENCLAVE_THINKING_KEY ? "thinking" : "enable_thinking",
                 self->thinking == ENCLAVE_THINKING_ON);
  json_builder_end_object (builder);
}

static void
build_native_thinking (JsonBuilder *builder, EnclaveChatRequest *self)
{
  if (!switches_thinking (self))
    return;
  json_builder_set_member_name (builder, "think");
  if (self->manner == ENCLAVE_THINKING_EFFORT)
    json_builder_add_string_value (builder, get_effort (self));
  else
    json_builder_add_boolean_value (builder, self->thinking == ENCLAVE_THINKING_ON);
}

/* What is the same in each request of a conversation stands before the messages, the rest behind them: so the bytes of a
 * request, up to the end of its last message, are those that the next one begins with. */
static void
build_native_front (JsonBuilder *builder, EnclaveChatRequest *self)
{
  /* A prompt over the window is an error then, and never cut in silence. */
  set_boolean (builder, "truncate", FALSE);
  set_boolean (builder, "shift", FALSE);
  set_int (builder, "keep_alive", ENCLAVE_SERVER_KEEP_MODEL_S);
  build_native_thinking (builder, self);
}

static void
build_native_end (JsonBuilder *builder, EnclaveChatRequest *self)
{
  if (self->schema != NULL)
    {
      json_builder_set_member_name (builder, "format");
      json_builder_add_value (builder, schema_node (self));
    }
  json_builder_set_member_name (builder, "options");
  json_builder_begin_object (builder);
  if (self->context_window > 0)
    set_int (builder, "num_ctx", self->context_window);
  if (self->max_tokens > 0)
    set_int (builder, "num_predict", self->max_tokens);
  if (self->temperature >= 0)
    {
      json_builder_set_member_name (builder, "temperature");
      json_builder_add_double_value (builder, self->temperature);
    }
  json_builder_end_object (builder);
}

static void
build_v1_front (JsonBuilder *builder, EnclaveChatRequest *self, EnclaveEndpointKind kind)
{
  json_builder_set_member_name (builder, "stream_options");
  json_builder_begin_object (builder);
  set_boolean (builder, "include_usage", TRUE);
  json_builder_end_object (builder);
  if (kind == ENCLAVE_ENDPOINT_LLAMACPP)
    {
      set_boolean (builder, "return_progress", TRUE);
      set_boolean (builder, "cache_prompt", TRUE);
    }
  else if (kind == ENCLAVE_ENDPOINT_LMSTUDIO)
    set_int (builder, "ttl", ENCLAVE_SERVER_KEEP_MODEL_S);
  build_v1_thinking (builder, self, kind);
}

static void
build_v1_end (JsonBuilder *builder, EnclaveChatRequest *self, EnclaveEndpointKind kind)
{
  if (self->schema != NULL)
    build_v1_schema (builder, self);
  /* It takes one of the two, and none beside tools that it reads itself. */
  else if (self->grammar != NULL && self->tools == NULL && kind == ENCLAVE_ENDPOINT_LLAMACPP)
    {
      json_builder_set_member_name (builder, "grammar");
      json_builder_add_string_value (builder, self->grammar);
    }
  if (self->max_tokens > 0)
    set_int (builder, "max_tokens", self->max_tokens);
  if (self->temperature >= 0)
    {
      json_builder_set_member_name (builder, "temperature");
      json_builder_add_double_value (builder, self->temperature);
    }
}

GBytes *
enclave_chat_request_to_body (EnclaveChatRequest *self, EnclaveEndpointKind kind)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  gboolean native = kind == ENCLAVE_ENDPOINT_OLLAMA;
  const char *word = get_thinking_word (self, kind);
  char *text;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_REQUEST (self), NULL);

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "model");
  {
    g_autofree char *name = g_strconcat (self->model, self->model_suffix, NULL);

    json_builder_add_string_value (builder, name);
  }
  set_boolean (builder, "stream", TRUE);
  if (native)
    build_native_front (builder, self);
  else
    build_v1_front (builder, self, kind);
  /* Tools before messages: the front of the request stays the same from turn to turn. */
  if (self->tools != NULL && json_array_get_length (self->tools) > 0)
    {
      json_builder_set_member_name (builder, "tools");
      json_builder_add_value (builder, json_node_init_array (json_node_alloc (), self->tools));
    }
  json_builder_set_member_name (builder, "messages");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->messages->len; i++)
    {
      const Message *message = g_ptr_array_index (self->messages, i);

      build_message (builder, message, native, i == 0 && strcmp (message->role, "system") == 0 ? word : NULL);
    }
  json_builder_end_array (builder);
  if (native)
    build_native_end (builder, self);
  else
    build_v1_end (builder, self, kind);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  text = enclave_json_to_text (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

guint
enclave_chat_request_estimate_tokens (EnclaveChatRequest *self)
{
  double tokens = TOKENS_PER_REQUEST;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_REQUEST (self), 0);
  if (self->tools != NULL && json_array_get_length (self->tools) > 0)
    {
      g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), self->tools);
      g_autofree char *text = enclave_json_to_text (node, FALSE);

      tokens += TOKENS_PER_TOOLS + enclave_token_estimate (text);
    }
  for (guint i = 0; i < self->messages->len; i++)
    {
      const Message *message = g_ptr_array_index (self->messages, i);

      tokens += TOKENS_PER_MESSAGE + enclave_token_estimate (message->text);
      for (guint j = 0; message->calls != NULL && j < message->calls->len; j++)
        {
          const Call *call = g_ptr_array_index (message->calls, j);

          tokens += 2 * TOKENS_PER_MESSAGE + enclave_token_estimate (call->name) + enclave_token_estimate (call->arguments);
        }
    }
  return (guint) tokens;
}
