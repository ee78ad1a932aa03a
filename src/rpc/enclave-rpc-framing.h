/* enclave-rpc-framing.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_RPC_FRAMING_NEWLINE,        /* one message a line: MCP */
  ENCLAVE_RPC_FRAMING_CONTENT_LENGTH, /* a head of lines, among them Content-Length, then so many bytes: language servers */
} EnclaveRpcFraming;

/* @text: a message, without a line end in it. Returns: (transfer full): what is written for it. */
GBytes *enclave_rpc_framing_wrap (EnclaveRpcFraming framing, const char *text);

/* Bytes in any slicing -> texts, one a message. Pure: no input, no output, no JSON. */
typedef struct _EnclaveRpcSplitter EnclaveRpcSplitter;

/* @max_bytes: of one message. */
EnclaveRpcSplitter *enclave_rpc_splitter_new (EnclaveRpcFraming framing, gsize max_bytes);
void enclave_rpc_splitter_free (EnclaveRpcSplitter *self);
/* @texts: (element-type GString): complete texts are appended; the caller's. Empty lines are none.
 * Errors: ENCLAVE_RPC_ERROR_LIMIT; ENCLAVE_RPC_ERROR_SYNTAX for a head without a length. Nothing more can be fed then. */
gboolean enclave_rpc_splitter_feed (EnclaveRpcSplitter *self, const char *bytes, gsize length, GPtrArray *texts,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveRpcSplitter, enclave_rpc_splitter_free)

G_END_DECLS
