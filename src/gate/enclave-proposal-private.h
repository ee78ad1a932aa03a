/* enclave-proposal-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-proposal.h"

G_BEGIN_DECLS

/* @rule: (nullable): the rule that asks. @old_text, @new_text: (nullable); both NULL: a new file that was only proposed is taken back.
 * (transfer full) */
EnclaveProposal *enclave_proposal_new (const char *path, const char *true_path, const char *old_text,
                                       const char *new_text, gboolean is_protected, const char *rule);

G_END_DECLS
