/* enclave-rpc-pipe.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-rpc-inbox.h"

G_BEGIN_DECLS

/* The two pipes of a program that speaks JSON-RPC by its standard input and output: what it writes goes to an inbox, no faster than
 * that is read, and what is sent waits in a queue until the program takes it. Signals:
 *   "end-of-output": nothing more can come; the inbox tells when all before it has been told
 *   "blocked": more than @queue_max_bytes wait for a program that does not read; nothing more is sent */
#define ENCLAVE_TYPE_RPC_PIPE (enclave_rpc_pipe_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveRpcPipe, enclave_rpc_pipe, ENCLAVE, RPC_PIPE, GObject)

/* @output, @input: of the program, and never blocking. @inbox: fed from now on; its signals are the caller's to connect. */
EnclaveRpcPipe *enclave_rpc_pipe_new (GInputStream *output, GOutputStream *input, EnclaveRpcFraming framing, EnclaveRpcInbox *inbox,
                                      gsize queue_max_bytes);
void enclave_rpc_pipe_send (EnclaveRpcPipe *self, JsonObject *message);
/* What waits is no longer sent; what is on its way is. */
void enclave_rpc_pipe_stop_sending (EnclaveRpcPipe *self);
void enclave_rpc_pipe_stop_reading (EnclaveRpcPipe *self);

G_END_DECLS
