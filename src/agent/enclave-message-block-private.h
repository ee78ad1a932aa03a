/* enclave-message-block-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-message-block.h"

G_BEGIN_DECLS

/* An open block that grows. @language, @path: (nullable): CODE only. */
EnclaveMessageBlock *enclave_message_block_new_open (EnclaveBlockKind kind, const char *language, const char *path);
void enclave_message_block_append (EnclaveMessageBlock *self, const char *text);
/* @detail: (nullable). Before it is shown. */
void enclave_message_block_set_detail (EnclaveMessageBlock *self, const char *detail);
/* Idempotent. */
void enclave_message_block_close (EnclaveMessageBlock *self);

G_END_DECLS
