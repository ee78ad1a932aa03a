/* enclave-mcp-server-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-mcp-server.h"

G_BEGIN_DECLS

struct _EnclaveMcpServer
{
  GObject parent_instance;

  EnclaveGate *gate;
  EnclaveNetworkDoor *door;
  EnclaveMcpServerEntry *entry;
  GStrv argv;
  GStrv readable;
  char *key;
  guint connect_ms;

  EnclaveMcpClient *client; /* NULL while it is off */
  EnclaveMcpServerState state;
  char *reason;
  GPtrArray *tools;
  GPtrArray *waiting; /* of GTask */
  GQueue log;         /* of LogEntry */
  EnclaveMcpMessageLog *messages;
  gboolean is_old;    /* an address that only the old transport of HTTP works for */
  gboolean listed;    /* has been ready since it was started */
  gint64 ready_us;
  guint n_quick;
  guint again;
  char *errors;       /* of the last one that ended */
  gint log_level;     /* EnclaveMcpLogLevel; -1: left to the server */
  EnclaveMcpAsk ask;  /* (nullable) */
  gpointer ask_data;
  EnclaveMcpServerVerify verify; /* (nullable) */
  EnclaveMcpServerJudge judge;   /* (nullable) */
  gpointer guard_data;
  GCancellable *verifying;       /* (nullable): while it is looked at */
};

/* At the end of its log. */
void _enclave_mcp_server_add_log (EnclaveMcpServer *self, EnclaveMcpLogLevel level, const char *text);
void _enclave_mcp_server_clear_log (EnclaveMcpServer *self);
/* Connects what @client tells and asks of people. */
void _enclave_mcp_server_watch_client (EnclaveMcpServer *self);
/* Its tools are these now. */
void _enclave_mcp_server_take_tools (EnclaveMcpServer *self, GPtrArray *tools);

G_END_DECLS
