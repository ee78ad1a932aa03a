/* enclave-turn-notice.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-compaction.h"
#include "enclave-endpoint.h"
#include "enclave-message-block.h"

G_BEGIN_DECLS

/* What Enclave says in the conversation when a turn does not end well. All: (transfer full). */
EnclaveMessageBlock *enclave_turn_notice_for_error (const GError *error, EnclaveEndpoint *endpoint);
EnclaveMessageBlock *enclave_turn_notice_stopped (void);
EnclaveMessageBlock *enclave_turn_notice_rounds (guint max_rounds);
EnclaveMessageBlock *enclave_turn_notice_loop (const char *tool, const char *subject);
/* The reply itself goes round in circles. */
EnclaveMessageBlock *enclave_turn_notice_repetition (void);
EnclaveMessageBlock *enclave_turn_notice_length (void);
/* The prompt does not fit. */
EnclaveMessageBlock *enclave_turn_notice_too_long (guint tokens, guint window);
/* The server left out part of the prompt. */
EnclaveMessageBlock *enclave_turn_notice_cut_prompt (guint sent, guint read);
EnclaveMessageBlock *enclave_turn_notice_empty (void);
/* @before, @after: tokens of the request, about. */
/* @names: of tools of MCP servers, with commas between them. */
EnclaveMessageBlock *enclave_turn_notice_tools_dropped (const char *names, guint n);
EnclaveMessageBlock *enclave_turn_notice_compacted (const EnclaveCompaction *compaction, guint before, guint after);

G_END_DECLS
