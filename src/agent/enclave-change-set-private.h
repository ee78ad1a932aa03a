/* enclave-change-set-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-change-set.h"

G_BEGIN_DECLS

EnclaveChangeOrigin *enclave_change_origin_copy (const EnclaveChangeOrigin *origin);
void enclave_change_origin_free (EnclaveChangeOrigin *origin);

EnclaveChange *enclave_change_new (EnclaveProposal *proposal, const EnclaveChangeOrigin *origin);
/* Another result for the same file; decisions about hunks are forgotten. @origin: (nullable): NULL: only what is known
 * already went into it. */
void enclave_change_set_proposal (EnclaveChange *self, EnclaveProposal *proposal, const EnclaveChangeOrigin *origin);
void enclave_change_set_n_left_out (EnclaveChange *self, guint n_left_out);
/* Borrowed; never NULL. */
const EnclaveChangeOrigin *enclave_change_get_last_origin (EnclaveChange *self);
void enclave_change_set_status (EnclaveChange *self, EnclaveChangeStatus status, const char *message);
guint enclave_change_get_n_decided (EnclaveChange *self);
guint enclave_change_count_decisions (EnclaveChange *self, EnclaveHunkDecision decision);
/* The old text with the hunks of @decision, and those undecided too when @and_undecided. NULL: the file is gone.
 * (transfer full) */
char *enclave_change_dup_partial_text (EnclaveChange *self, gboolean and_undecided);

/* A turn, as the history of changes knows it. */
typedef struct
{
  char *conversation;
  char *turn;
  char *title;
} EnclaveChangeTurn;

void enclave_change_turn_set (EnclaveChangeTurn *turn, const char *conversation, const char *id, const char *title);
void enclave_change_turn_clear (EnclaveChangeTurn *turn);

struct _EnclaveChangeSet
{
  GObject parent_instance;

  EnclaveGate *gate;
  GPtrArray *changes;    /* (element-type EnclaveChange) */
  GListStore *missed;    /* (element-type EnclaveMissedEdit) */
  EnclaveChangeTurn turn;    /* the one that runs, or ran last */
  EnclaveChangeTurn applied; /* the last one that has written something */
  gboolean can_undo;         /* what it has written stands */
  gboolean can_redo;         /* what it had written was taken back */
  gboolean busy;
  guint n_turns;         /* begun in this run */
  guint n_proposed;
  guint n_applied;
  guint added;
  guint removed;
};

/* As enclave_change_set_apply_async(), for the agent with standing approval. @changes: (element-type EnclaveChange)
 * (transfer none): all of them or none. */
void enclave_change_set_apply_at_once_async (EnclaveChangeSet *self, GPtrArray *changes, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
/* The change of @true_path with @status, or NULL. Borrowed. */
EnclaveChange *enclave_change_set_find (EnclaveChangeSet *self, const char *true_path, EnclaveChangeStatus status);
void enclave_change_set_append (EnclaveChangeSet *self, EnclaveChange *change);
void enclave_change_set_remove (EnclaveChangeSet *self, EnclaveChange *change);
void enclave_change_set_set_busy (EnclaveChangeSet *self, gboolean busy);
/* Recounts and notifies what differs. */
void enclave_change_set_update (EnclaveChangeSet *self);
/* What was written is the current turn's, and can be undone. */
void enclave_change_set_mark_applied (EnclaveChangeSet *self);
void enclave_change_set_emit_history_changed (EnclaveChangeSet *self);
/* What @error, of a patch, says has no place. */
void enclave_change_set_add_missed (EnclaveChangeSet *self, const GError *error);
/* Of one file, or all. @path: (nullable). */
void enclave_change_set_drop_missed_of (EnclaveChangeSet *self, const char *path);
/* One line for the model about what the user did with proposals; "" when there is nothing to say. (transfer full) */
char *enclave_change_set_dup_facts (EnclaveChangeSet *self);

G_END_DECLS
