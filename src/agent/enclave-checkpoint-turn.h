/* enclave-checkpoint-turn.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-checkpoint.h"

G_BEGIN_DECLS

/* What one turn has written, or what an undo has: all records that have conversation and turn in common. Immutable. */
#define ENCLAVE_TYPE_CHECKPOINT_TURN (enclave_checkpoint_turn_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveCheckpointTurn, enclave_checkpoint_turn, ENCLAVE, CHECKPOINT_TURN, GObject)

/* Turns of @records (element-type EnclaveCheckpointRecord), by number, newest first.
 * (transfer full) (element-type EnclaveCheckpointTurn) */
GPtrArray *enclave_checkpoint_turns_from_records (GPtrArray *records);

/* The number of its first record: its name for people and scripts. */
guint64 enclave_checkpoint_turn_get_number (EnclaveCheckpointTurn *self);
const char *enclave_checkpoint_turn_get_conversation (EnclaveCheckpointTurn *self);
const char *enclave_checkpoint_turn_get_turn (EnclaveCheckpointTurn *self);
/* What the person asked for; "" when it was not a turn. */
const char *enclave_checkpoint_turn_get_title (EnclaveCheckpointTurn *self);
/* Of its last record, in seconds since 1970. */
gint64 enclave_checkpoint_turn_get_time (EnclaveCheckpointTurn *self);
/* It has taken others back. */
gboolean enclave_checkpoint_turn_get_is_undo (EnclaveCheckpointTurn *self);
/* Nothing of it stands any more: all of it was taken back. */
gboolean enclave_checkpoint_turn_get_undone (EnclaveCheckpointTurn *self);
/* Paths, each once. (transfer none) */
const char *const *enclave_checkpoint_turn_get_paths (EnclaveCheckpointTurn *self);
/* Its records that stand: what an undo takes back. (transfer none) (element-type EnclaveCheckpointRecord) */
GPtrArray *enclave_checkpoint_turn_get_standing (EnclaveCheckpointTurn *self);
/* The records that have taken it back, when it is undone: what a redo takes back. (transfer none) (element-type
 * EnclaveCheckpointRecord) */
GPtrArray *enclave_checkpoint_turn_get_undoing (EnclaveCheckpointTurn *self);

G_END_DECLS
