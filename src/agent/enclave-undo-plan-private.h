/* enclave-undo-plan-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-undo-plan.h"

G_BEGIN_DECLS

EnclaveUndoFile *enclave_undo_file_new (const char *path);
/* What one record has done to it, in the order of the records. @text: borrowed. */
void enclave_undo_file_add_step (EnclaveUndoFile *self, const EnclaveCheckpointText *text);
/* @now: (nullable): there is no file. @proposal: (nullable): what @now was read for; without one @error says why. */
void enclave_undo_file_look_at (EnclaveUndoFile *self, EnclaveProposal *proposal, const char *true_path,
                                const GError *error);
/* (transfer full) (nullable): what is to be written; NULL: nothing. */
EnclaveProposal *enclave_undo_file_dup_proposal (EnclaveUndoFile *self);
/* Absolute. (transfer full) */
char *enclave_undo_plan_dup_true_path (EnclaveUndoPlan *self, EnclaveUndoFile *file);
gboolean enclave_undo_file_is_undecided (EnclaveUndoFile *self);

G_END_DECLS
