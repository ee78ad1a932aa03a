/* enclave-flow-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Listens on @port of the loopback; 0: one that is free. Returns: (transfer full): "http://127.0.0.1:PORT". */
char *enclave_flow_listen (SoupServer *server, guint port);
void enclave_flow_answer (SoupServerMessage *message, guint status, const char *type, const char *body);

/* A server on loopback that speaks /v1 from a script: each chat request takes the next reply. */
typedef struct _EnclaveFlowServer EnclaveFlowServer;

typedef enum
{
  ENCLAVE_FLOW_END_WELL,   /* finish_reason, usage, [DONE] */
  ENCLAVE_FLOW_END_CUT,    /* the connection breaks after the text */
  ENCLAVE_FLOW_END_SHORT,  /* the body ends without finish_reason and [DONE] */
  ENCLAVE_FLOW_END_LENGTH, /* finish_reason "length" */
  ENCLAVE_FLOW_END_NEVER,  /* stays open */
} EnclaveFlowEnd;

EnclaveFlowServer *enclave_flow_server_new (void);
void enclave_flow_server_free (EnclaveFlowServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveFlowServer, enclave_flow_server_free)

/* "http://127.0.0.1:PORT". Borrowed. */
const char *enclave_flow_server_get_address (EnclaveFlowServer *self);
/* Stops and starts listening on the same port. */
void enclave_flow_server_go_away (EnclaveFlowServer *self);
void enclave_flow_server_come_back (EnclaveFlowServer *self);

/* Replies, in order. @text: streamed in pieces of a few bytes. */
void enclave_flow_server_add_text (EnclaveFlowServer *self, const char *text, EnclaveFlowEnd end);
/* @text: (nullable): said before the call. @arguments: sent as they are. */
void enclave_flow_server_add_call (EnclaveFlowServer *self, const char *text, const char *name, const char *arguments,
                                   EnclaveFlowEnd end);
/* Any status and body. */
void enclave_flow_server_add_status (EnclaveFlowServer *self, guint status, const char *type, const char *body);
/* Takes the request and never answers. */
void enclave_flow_server_add_silence (EnclaveFlowServer *self);
/* The last reply added is given again and again. */
void enclave_flow_server_repeat (EnclaveFlowServer *self);

guint enclave_flow_server_get_n_requests (EnclaveFlowServer *self);
/* Body of a chat request. Borrowed. */
const char *enclave_flow_server_get_request (EnclaveFlowServer *self, guint index);
/* Whether @text stands in any request so far. */
gboolean enclave_flow_server_was_told (EnclaveFlowServer *self, const char *text);

G_END_DECLS
