/* enclave-checkpoint-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-change-set.h"
#include "enclave-checkpoint-turn.h"

G_BEGIN_DECLS

/* The history of a project's changes, read anew whenever something was written or taken back: GListModel of
 * EnclaveCheckpointTurn, newest first, without the undos themselves. Properties: "loaded" (it was read once), "n-pruned"
 * (turns that were let go for their size), "message" (why it can't be read; ""). */
#define ENCLAVE_TYPE_CHECKPOINT_LIST (enclave_checkpoint_list_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveCheckpointList, enclave_checkpoint_list, ENCLAVE, CHECKPOINT_LIST, GObject)

EnclaveCheckpointList *enclave_checkpoint_list_new (EnclaveChangeSet *change_set);
void enclave_checkpoint_list_refresh (EnclaveCheckpointList *self);
gboolean enclave_checkpoint_list_get_loaded (EnclaveCheckpointList *self);
guint enclave_checkpoint_list_get_n_pruned (EnclaveCheckpointList *self);
const char *enclave_checkpoint_list_get_message (EnclaveCheckpointList *self);
/* (transfer none) (nullable) */
EnclaveCheckpointTurn *enclave_checkpoint_list_find (EnclaveCheckpointList *self, const char *conversation, const char *turn);

G_END_DECLS
