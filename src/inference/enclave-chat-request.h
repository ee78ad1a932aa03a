/* enclave-chat-request.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-endpoint.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_THINKING_AUTO, /* as the model does by itself: nothing is sent */
  ENCLAVE_THINKING_ON,
  ENCLAVE_THINKING_OFF,
} EnclaveThinking;

/* How a model is told whether to think before it answers. Ollama: `think`, by any of these. */
typedef enum
{
  ENCLAVE_THINKING_NONE,           /* it can't be told */
  ENCLAVE_THINKING_ENABLE,         /* `enable_thinking` of its chat template */
  ENCLAVE_THINKING_ENABLE_OR_WORD, /* the same; `/think` or `/no_think` in the system text where a server passes none on */
  ENCLAVE_THINKING_KEY,            /* `thinking` of its chat template */
  ENCLAVE_THINKING_EFFORT,         /* `reasoning_effort`: it always thinks, more or less */
} EnclaveThinkingManner;

/* One request to a chat route. Knows roles and texts, no agent type. */
#define ENCLAVE_TYPE_CHAT_REQUEST (enclave_chat_request_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChatRequest, enclave_chat_request, ENCLAVE, CHAT_REQUEST, GObject)

EnclaveChatRequest *enclave_chat_request_new (const char *model);
const char *enclave_chat_request_get_model (EnclaveChatRequest *self);
/* What is put behind the model's name on the way (Ollama's `:local`); NULL: nothing. */
void enclave_chat_request_set_model_suffix (EnclaveChatRequest *self, const char *suffix);
/* Messages in order. @role: "system", "user", "assistant". */
void enclave_chat_request_add_message (EnclaveChatRequest *self, const char *role, const char *text);
/* Adds a call to the last assistant message. @arguments: JSON object as text (anything else becomes `{}`): goes out
 * as a string to /v1 and as an object to /api/chat. */
void enclave_chat_request_add_tool_call (EnclaveChatRequest *self, const char *id, const char *name,
                                         const char *arguments);
void enclave_chat_request_add_tool_result (EnclaveChatRequest *self, const char *id, const char *name,
                                           const char *text);
/* @tools: array of {"type":"function","function":{name,description,parameters}}; order and bytes are kept. */
void enclave_chat_request_set_tools (EnclaveChatRequest *self, JsonArray *tools);
/* The reply must follow this grammar (GBNF), where the server is llama.cpp; not beside tools or a schema. @grammar: (nullable). */
void enclave_chat_request_set_grammar (EnclaveChatRequest *self, const char *grammar);
gboolean enclave_chat_request_has_grammar (EnclaveChatRequest *self);
/* The reply must be JSON of this shape, where the server can enforce it. @schema: (nullable): a JSON schema. */
void enclave_chat_request_set_schema (EnclaveChatRequest *self, JsonObject *schema);
/* 0: the server's default. */
void enclave_chat_request_set_max_tokens (EnclaveChatRequest *self, guint max_tokens);
guint enclave_chat_request_get_max_tokens (EnclaveChatRequest *self);
/* Negative: the server's default. */
void enclave_chat_request_set_temperature (EnclaveChatRequest *self, double temperature);
/* Part of the beginning of a request, so one value for a whole conversation. */
void enclave_chat_request_set_thinking (EnclaveChatRequest *self, EnclaveThinking thinking,
                                        EnclaveThinkingManner manner);
/* Ollama only: one fixed num_ctx per session. */
void enclave_chat_request_set_context_window (EnclaveChatRequest *self, guint tokens);
/* The body for a server of @kind, streaming. (transfer full) */
GBytes *enclave_chat_request_to_body (EnclaveChatRequest *self, EnclaveEndpointKind kind);
/* Rough count: bytes of the body / 3.3. */
guint enclave_chat_request_estimate_tokens (EnclaveChatRequest *self);

G_END_DECLS
