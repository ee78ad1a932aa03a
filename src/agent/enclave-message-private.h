/* enclave-message-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-message.h"

G_BEGIN_DECLS

/* @turn: an id. @time: seconds since 1970. */
EnclaveMessage *enclave_message_new (EnclaveRole role, const char *turn, gint64 time);
/* Of a message of the user: length of the history before it. */
guint enclave_message_get_mark (EnclaveMessage *self);
void enclave_message_set_mark (EnclaveMessage *self, guint mark);
/* Appends @block (transfer none); what was open before is closed. */
void enclave_message_add_block (EnclaveMessage *self, EnclaveMessageBlock *block);
/* Takes the blocks from the @n-th on away. */
void enclave_message_truncate (EnclaveMessage *self, guint n);
/* Closes the block that is open, if any. */
void enclave_message_close (EnclaveMessage *self);

G_END_DECLS
