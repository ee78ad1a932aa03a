/* enclave-chat-request.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-endpoint.h"

G_BEGIN_DECLS

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
/* The reply must be JSON of this shape, where the server can enforce it. @schema: (nullable): a JSON schema. */
void enclave_chat_request_set_schema (EnclaveChatRequest *self, JsonObject *schema);
/* 0: the server's default. */
void enclave_chat_request_set_max_tokens (EnclaveChatRequest *self, guint max_tokens);
guint enclave_chat_request_get_max_tokens (EnclaveChatRequest *self);
/* Negative: the server's default. */
void enclave_chat_request_set_temperature (EnclaveChatRequest *self, double temperature);
/* Ollama only: one fixed num_ctx per session. */
void enclave_chat_request_set_context_window (EnclaveChatRequest *self, guint tokens);
/* The body for a server of @kind, streaming. (transfer full) */
GBytes *enclave_chat_request_to_body (EnclaveChatRequest *self, EnclaveEndpointKind kind);
/* Rough count: bytes of the body / 3.3. */
guint enclave_chat_request_estimate_tokens (EnclaveChatRequest *self);

G_END_DECLS
