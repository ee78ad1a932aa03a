/* enclave-reply-builder.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-message.h"
#include "enclave-tool-call-parser.h"
#include "enclave-tool-registry.h"

G_BEGIN_DECLS

/* Builds the blocks of one reply while it streams: reasoning, then prose and code, with tool calls that were written
 * as text folded away. */
typedef struct _EnclaveReplyBuilder EnclaveReplyBuilder;

/* @message: blocks are added to it. @registry: the tools whose names are known. Both are referenced. */
EnclaveReplyBuilder *enclave_reply_builder_new (EnclaveMessage *message, EnclaveToolRegistry *registry);
void enclave_reply_builder_free (EnclaveReplyBuilder *self);
/* Returns: (transfer full): the part that readers see; may be "". */
char *enclave_reply_builder_add_text (EnclaveReplyBuilder *self, const char *text);
void enclave_reply_builder_add_reasoning (EnclaveReplyBuilder *self, const char *text);
/* All text so far was a thought: its blocks become one of reasoning, and what looked like a call in it is none. */
void enclave_reply_builder_take_as_reasoning (EnclaveReplyBuilder *self);
/* Lets go what was held back and closes the last block. Returns: (transfer full): the rest for readers. */
char *enclave_reply_builder_finish (EnclaveReplyBuilder *self);
/* After finish. (element-type EnclaveParsedCall). Borrowed. */
GPtrArray *enclave_reply_builder_get_calls (EnclaveReplyBuilder *self);
/* Everything the model wrote as text, to the byte. Borrowed. */
const char *enclave_reply_builder_get_raw (EnclaveReplyBuilder *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveReplyBuilder, enclave_reply_builder_free)

G_END_DECLS
