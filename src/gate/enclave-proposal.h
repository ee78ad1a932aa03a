/* enclave-proposal.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One file change that the gate has judged but not made: what the user reviews and Apply writes. Made by
 * enclave_tool_scope_prepare_write_async() only. Immutable. */
#define ENCLAVE_TYPE_PROPOSAL (enclave_proposal_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveProposal, enclave_proposal, ENCLAVE, PROPOSAL, GObject)

/* Relative to the project, `/` separated. Borrowed. */
const char *enclave_proposal_get_path (EnclaveProposal *self);
/* Absolute true path. Borrowed. */
const char *enclave_proposal_get_true_path (EnclaveProposal *self);
/* Text now; NULL when the file is new. Borrowed. */
const char *enclave_proposal_get_old_text (EnclaveProposal *self);
/* Text then; NULL when the file is to be deleted. Borrowed. */
const char *enclave_proposal_get_new_text (EnclaveProposal *self);
/* TRUE when the text then is the text now: an edit that takes back what was only proposed. */
gboolean enclave_proposal_changes_nothing (EnclaveProposal *self);
/* TRUE when a rule asks the user about this file by name (hooks, CI files, …). */
gboolean enclave_proposal_get_protected (EnclaveProposal *self);
/* The rule that asks, or NULL. Borrowed. */
const char *enclave_proposal_get_rule (EnclaveProposal *self);
/* The same change with another result (hunks accepted one by one, a later edit of the same file).
 * @new_text: (nullable). Returns: (transfer full). */
EnclaveProposal *enclave_proposal_with_new_text (EnclaveProposal *self, const char *new_text);
/* Permission bits of a file that is made; 0: as the umask says. A file that is there keeps its own. */
guint32 enclave_proposal_get_mode (EnclaveProposal *self);
EnclaveProposal *enclave_proposal_with_mode (EnclaveProposal *self, guint32 mode);
/* Whether the new text is to be in ISO-8859-1, though what is there now does not show that the file is. */
gboolean enclave_proposal_get_is_latin_1 (EnclaveProposal *self);
EnclaveProposal *enclave_proposal_with_latin_1 (EnclaveProposal *self);

G_END_DECLS
