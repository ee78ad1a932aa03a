/* enclave-mcp-client-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-client.h"
#include "enclave-rpc-peer.h"

G_BEGIN_DECLS

typedef enum
{
  CLIENT_OFF,
  CLIENT_CONNECTING,
  CLIENT_READY,
  CLIENT_CLOSING,
} ClientState;

struct _EnclaveMcpClient
{
  GObject parent_instance;

  EnclaveMcpTransport *transport;
  EnclaveMcpEra era;
  EnclaveMcpElicit elicit;
  gpointer elicit_data;
  char *root_uri;  /* (nullable) */
  char *root_name;
  const char *log_level; /* (nullable) */
  guint call_timeout_ms;
  guint connect_ms;

  ClientState state;
  EnclaveRpcPeer *peer; /* of one connection */
  gboolean modern;
  char *revision;
  JsonObject *server;       /* what it said of itself: DiscoverResult or InitializeResult */
  GHashTable *calls;        /* progress token -> CallInFlight */
  gint64 last_token;
  GPtrArray *asked;         /* (element-type Asked): what the server waits for, see enclave-mcp-client-asked.c */
  const char *asking_for;   /* (nullable): what the answer that asks back belongs to, while that is looked at */
  const char *const *sending_headers; /* of the request that is being sent */

  GTask *connecting;
  gboolean probing;
  gboolean probe_timed_out;
  gboolean respawned;
  gboolean corrected; /* the version was named once */
};

/* Milliseconds of one call, and what its progress is told with. */
typedef struct
{
  gint64 rpc_id;
  char *tool;
  guint timeout_ms;
  gint64 began_us;
} CallInFlight;

/* The members that each request of the modern era carries, in @params (transfer full) (nullable). @token: 0: none. (transfer full) */
JsonObject *enclave_mcp_client_add_meta (EnclaveMcpClient *self, JsonObject *params, gint64 token);
/* What this side can do. (transfer full) */
JsonObject *enclave_mcp_client_new_capabilities (EnclaveMcpClient *self);
JsonObject *enclave_mcp_client_new_info (void);

typedef struct
{
  const char *method;
  JsonObject *params;         /* (transfer full) (nullable) */
  guint timeout_ms;
  const char *const *headers; /* (nullable): copied */
  const char *tool;           /* (nullable): progress is wanted, and told of under this name */
} ClientRequest;

/* With all rounds that a server needs to ask. */
void enclave_mcp_client_send_async (EnclaveMcpClient *self, const ClientRequest *request, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
/* Answers a server that asks the person. @then gets a JsonObject from g_task_propagate_pointer(), NULL with an error when it can't be
 * asked. */
void enclave_mcp_client_elicit_async (EnclaveMcpClient *self, JsonObject *params, GCancellable *cancellable, GAsyncReadyCallback then,
                                      gpointer user_data);
/* The answer to roots/list. (transfer full) */
JsonObject *enclave_mcp_client_new_roots (EnclaveMcpClient *self);
/* A request of the server. */
void enclave_mcp_client_on_request (EnclaveRpcPeer *peer, EnclaveRpcMessage *message, EnclaveMcpClient *self);
/* The server wants one of its requests no longer answered. */
void enclave_mcp_client_on_taken_back (EnclaveMcpClient *self, JsonObject *params);
/* What was asked for belongs to nothing any more. */
void enclave_mcp_client_end_questions (EnclaveMcpClient *self);
/* Tells the server how much to log, when it can be told. */
void enclave_mcp_client_send_log_level (EnclaveMcpClient *self);

/* Between the parts of the client. */
void enclave_mcp_client_open_peer (EnclaveMcpClient *self);
void enclave_mcp_client_stop_connecting (EnclaveMcpClient *self);
void enclave_mcp_client_on_closed_while_connecting (EnclaveMcpClient *self, const GError *error);

G_END_DECLS
