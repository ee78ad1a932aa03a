/* enclave-undo-plan.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-checkpoint-turn.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_UNDO_RESTORES,  /* it is as the change left it, and becomes as it was before */
  ENCLAVE_UNDO_MERGES,    /* the same, and what was changed since elsewhere in it stays */
  ENCLAVE_UNDO_UNCHANGED, /* it is as it was before already */
  ENCLAVE_UNDO_CONFLICT,  /* what was changed since is at the same place */
  ENCLAVE_UNDO_UNUSABLE,  /* denied by now, or what was kept is damaged */
} EnclaveUndoKind;

typedef enum
{
  ENCLAVE_UNDO_UNDECIDED,
  ENCLAVE_UNDO_LEAVE,    /* the file stays as it is now */
  ENCLAVE_UNDO_PUT_BACK, /* as it was before the change, with the loss of what was changed since (which can be undone) */
} EnclaveUndoDecision;

/* One file of a plan. Property: "decision", for a conflict. */
#define ENCLAVE_TYPE_UNDO_FILE (enclave_undo_file_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveUndoFile, enclave_undo_file, ENCLAVE, UNDO_FILE, GObject)

const char *enclave_undo_file_get_path (EnclaveUndoFile *self);
EnclaveUndoKind enclave_undo_file_get_kind (EnclaveUndoFile *self);
/* "restored", "merged", "unchanged", "conflict", "unusable"; once decided "left", "put-back". Static. */
const char *enclave_undo_file_get_word (EnclaveUndoFile *self);
/* What is in the way of a CONFLICT or UNUSABLE; "" otherwise. */
const char *enclave_undo_file_get_message (EnclaveUndoFile *self);
/* FALSE: putting back would mean to write what nobody has any more. */
gboolean enclave_undo_file_get_can_put_back (EnclaveUndoFile *self);
EnclaveUndoDecision enclave_undo_file_get_decision (EnclaveUndoFile *self);
void enclave_undo_file_set_decision (EnclaveUndoFile *self, EnclaveUndoDecision decision);

/* How to take back what records have done: first looked at, then written, all files or none, as one more application that can
 * be taken back itself. GListModel of EnclaveUndoFile. Property: "n-undecided". */
#define ENCLAVE_TYPE_UNDO_PLAN (enclave_undo_plan_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveUndoPlan, enclave_undo_plan, ENCLAVE, UNDO_PLAN, GObject)

/* @records: (element-type EnclaveCheckpointRecord): by number; taken back from the last to the first.
 * @conversation, @turn: whose they are, or whose they took back. @title: for the history. */
EnclaveUndoPlan *enclave_undo_plan_new (EnclaveGate *gate, GPtrArray *records, const char *conversation, const char *turn,
                                        const char *title);
/* TRUE: it does again what was taken back. */
gboolean enclave_undo_plan_get_is_redo (EnclaveUndoPlan *self);
/* @conversation, @turn: (nullable). */
gboolean enclave_undo_plan_is_of_turn (EnclaveUndoPlan *self, const char *conversation, const char *turn);
/* Looks at the files as they are now: unsaved text of the editor, else the disk. */
void enclave_undo_plan_prepare_async (EnclaveUndoPlan *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean enclave_undo_plan_prepare_finish (EnclaveUndoPlan *self, GAsyncResult *result, GError **error);
/* Conflicts and unusable files without a decision. */
guint enclave_undo_plan_get_n_undecided (EnclaveUndoPlan *self);
/* Decides about all of them. What can't be put back is left. */
void enclave_undo_plan_decide_all (EnclaveUndoPlan *self, EnclaveUndoDecision decision);
/* Files that apply will change. */
guint enclave_undo_plan_get_n_changes (EnclaveUndoPlan *self);
/* ENCLAVE_GATE_ERROR_CHANGED while something is undecided, or when a file has changed since it was looked at. */
void enclave_undo_plan_apply_async (EnclaveUndoPlan *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean enclave_undo_plan_apply_finish (EnclaveUndoPlan *self, GAsyncResult *result, GError **error);

G_END_DECLS
