/* enclave-mcp-offers.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-server.h"

G_BEGIN_DECLS

/* A resource, or a template of some. Counted; immutable. Title and description are clean lines; the URI is as the server has it. */
typedef struct
{
  EnclaveMcpServer *server;
  char *uri;         /* a template has names in braces */
  char *title;       /* never empty */
  char *description; /* "" for none */
  gboolean is_template;
} EnclaveMcpResource;

/* A text that a server has ready, with arguments. Counted; immutable. */
typedef struct
{
  EnclaveMcpServer *server;
  char *name;        /* as the server has it */
  char *title;       /* a clean line, never empty */
  char *description; /* "" for none */
  JsonArray *arguments; /* (nullable): for enclave_mcp_form_parse_arguments() */
} EnclaveMcpPrompt;

EnclaveMcpResource *enclave_mcp_resource_ref (EnclaveMcpResource *self);
void enclave_mcp_resource_unref (EnclaveMcpResource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpResource, enclave_mcp_resource_unref)
/* Those of @items, as resources/list or resources/templates/list has them, that can be named: at most ENCLAVE_MCP_MAX_RESOURCES, added to
 * @resources (element-type EnclaveMcpResource). */
void enclave_mcp_resource_add_all (GPtrArray *resources, EnclaveMcpServer *server, JsonArray *items, gboolean are_templates);
/* `SERVER:URI`: what names it in a message. (transfer full) */
char *enclave_mcp_resource_dup_target (EnclaveMcpResource *self);
/* The URI of a template with the values for the names in its braces, escaped. @values: of texts. (transfer full) */
char *enclave_mcp_resource_expand (EnclaveMcpResource *self, JsonObject *values);

EnclaveMcpPrompt *enclave_mcp_prompt_ref (EnclaveMcpPrompt *self);
void enclave_mcp_prompt_unref (EnclaveMcpPrompt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveMcpPrompt, enclave_mcp_prompt_unref)
/* The same for prompts/list. */
void enclave_mcp_prompt_add_all (GPtrArray *prompts, EnclaveMcpServer *server, JsonArray *items);
/* `SERVER:NAME`: what calls it in a message, behind a `/`. (transfer full) */
char *enclave_mcp_prompt_dup_command (EnclaveMcpPrompt *self);

/* What a resource holds, and what a prompt says. The server must be ready: ENCLAVE_MCP_ERROR_ENDED. @arguments: (nullable): texts.
 * Finish: (transfer full). */
void enclave_mcp_server_read_resource_async (EnclaveMcpServer *self, const char *uri, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
void enclave_mcp_server_get_prompt_async (EnclaveMcpServer *self, const char *name, JsonObject *arguments, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data);
EnclaveMcpResult *enclave_mcp_server_offer_finish (EnclaveMcpServer *self, GAsyncResult *result, GError **error);

G_END_DECLS
