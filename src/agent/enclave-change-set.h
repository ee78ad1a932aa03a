/* enclave-change-set.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-gate.h"
#include "enclave-missed-edit.h"
#include "enclave-patch.h"
#include "enclave-undo-plan.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_CHANGE_PROPOSED,
  ENCLAVE_CHANGE_APPLIED,
  ENCLAVE_CHANGE_REJECTED,
  ENCLAVE_CHANGE_CONFLICT, /* the file changed since */
  ENCLAVE_CHANGE_UNDONE,
} EnclaveChangeStatus;

#define ENCLAVE_TYPE_CHANGE_STATUS (enclave_change_status_get_type ())
GType enclave_change_status_get_type (void);

/* One file of a change set. Properties: "status" (EnclaveChangeStatus), "added", "removed" (lines), "decided" (uint: hunks
 * with a decision), "message". */
#define ENCLAVE_TYPE_CHANGE (enclave_change_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChange, enclave_change, ENCLAVE, CHANGE, GObject)

EnclaveProposal *enclave_change_get_proposal (EnclaveChange *self);
const char *enclave_change_get_path (EnclaveChange *self);
EnclaveChangeStatus enclave_change_get_status (EnclaveChange *self);
const char *enclave_change_status_to_word (EnclaveChangeStatus status);
/* Hunks with three lines of context: (element-type EnclaveDiffHunk), borrowed. */
GPtrArray *enclave_change_get_hunks (EnclaveChange *self);
guint enclave_change_get_added (EnclaveChange *self);
guint enclave_change_get_removed (EnclaveChange *self);
/* Why it could not be applied; "" otherwise. */
const char *enclave_change_get_message (EnclaveChange *self);
/* TRUE when a piece of it was not found to the letter. */
gboolean enclave_change_get_inexact (EnclaveChange *self);
/* FALSE while the hunks of long texts are found in a thread. Asking for them, or for what depends on them, waits for that
 * thread; "added" is notified when they are there. */
gboolean enclave_change_get_ready (EnclaveChange *self);

/* Hunks that the user rejected of a change that was applied otherwise. */
guint enclave_change_get_n_left_out (EnclaveChange *self);

/* Where a piece of a change came from. */
typedef struct
{
  const char *tool;  /* name of the tool; "reply": written in a reply; "review": the user's own hand, "search": as well */
  const char *model; /* id of the model; (nullable) */
  EnclaveMatchQuality quality;
  guint turn;  /* from 1, within the run */
  gint64 time; /* seconds since the epoch */
} EnclaveChangeOrigin;

/* Those of @hunk, or with ENCLAVE_CHANGE_ALL_HUNKS those of the whole change, in order. (transfer container)
 * (element-type EnclaveChangeOrigin) */
#define ENCLAVE_CHANGE_ALL_HUNKS G_MAXUINT
GPtrArray *enclave_change_list_origins (EnclaveChange *self, guint hunk);

typedef enum
{
  ENCLAVE_HUNK_UNDECIDED,
  ENCLAVE_HUNK_ACCEPTED,
  ENCLAVE_HUNK_REJECTED,
} EnclaveHunkDecision;

EnclaveHunkDecision enclave_change_get_decision (EnclaveChange *self, guint hunk);
void enclave_change_set_decision (EnclaveChange *self, guint hunk, EnclaveHunkDecision decision);

/* Proposed patches awaiting the one click: GListModel of EnclaveChange; an EnclaveBufferOverlay for what is proposed.
 * Several edits of one file within a set become one change. Properties: "busy", "n-proposed", "n-applied",
 * "added", "removed", "can-undo", "can-redo", "n-missed". Signal "history-changed": something was written or taken back. What was meant as a change
 * and has no place in its file is kept beside it: see enclave_change_set_get_missed(). */
#define ENCLAVE_TYPE_CHANGE_SET (enclave_change_set_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChangeSet, enclave_change_set, ENCLAVE, CHANGE_SET, GObject)

EnclaveChangeSet *enclave_change_set_new (EnclaveGate *gate);
/* Of those with status PROPOSED. */
guint enclave_change_set_get_n_proposed (EnclaveChangeSet *self);
guint enclave_change_set_get_n_applied (EnclaveChangeSet *self);
guint enclave_change_set_get_added (EnclaveChangeSet *self);
guint enclave_change_set_get_removed (EnclaveChangeSet *self);
gboolean enclave_change_set_get_busy (EnclaveChangeSet *self);
gboolean enclave_change_set_get_can_undo (EnclaveChangeSet *self);
/* What the last turn had written was taken back, and nothing was written since. */
gboolean enclave_change_set_get_can_redo (EnclaveChangeSet *self);
EnclaveGate *enclave_change_set_get_gate (EnclaveChangeSet *self);
/* Whose the applications to come are, for the history of changes: what is kept of them is found by both ids, also by the
 * next run of the program, and deleted with the conversation. begin_turn gives a turn an id of its own. */
void enclave_change_set_name_turn (EnclaveChangeSet *self, const char *conversation, const char *turn, const char *title);
const char *enclave_change_set_get_turn (EnclaveChangeSet *self);
/* Begins a new set: decided changes go, proposed ones stay. At the start of each turn. */
void enclave_change_set_begin_turn (EnclaveChangeSet *self);
/* @quality: how its pieces were found. (transfer none) */
EnclaveChange *enclave_change_set_add (EnclaveChangeSet *self, EnclaveProposal *proposal, EnclaveMatchQuality quality);
/* The same, and says who proposed it. @origin: copied; its turn and time are filled in. */
EnclaveChange *enclave_change_set_add_from (EnclaveChangeSet *self, EnclaveProposal *proposal,
                                            const EnclaveChangeOrigin *origin);
/* The user's own text in place of the added lines and the context of @hunk. @text: the lines from hunk->new_start on.
 * Decisions about other hunks are kept where these stay as they are. */
void enclave_change_set_edit_hunk (EnclaveChangeSet *self, EnclaveChange *change, guint hunk, const char *text);

/* Edits of this turn that have no place, the newest last: (element-type EnclaveMissedEdit), borrowed. One goes when the agent changes
 * the same file after all. */
GListModel *enclave_change_set_get_missed (EnclaveChangeSet *self);
void enclave_change_set_drop_missed (EnclaveChangeSet *self, EnclaveMissedEdit *edit);

/* Parses a model's whole reply (diffs, search/replace, fenced files) and adds what it proposes: the code block's
 * Apply, `enclavectl apply`. @fallback_path: (nullable): target of blocks that name none.
 * Finish: number of changes, or -1. */
void enclave_change_set_add_reply_async (EnclaveChangeSet *self, const char *reply, const char *fallback_path,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
int enclave_change_set_add_reply_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error);
/* Writes. @change: (nullable): NULL all that are proposed (with hunk decisions: when any hunk of the set is decided, only
 * accepted hunks). All files or none; a conflict is that change's status and an error. */
void enclave_change_set_apply_async (EnclaveChangeSet *self, EnclaveChange *change, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_change_set_apply_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error);
void enclave_change_set_reject (EnclaveChangeSet *self, EnclaveChange *change);
/* Looks for the hunks of @change, which has the status CONFLICT, in the file as it is now: each in one place or none of them.
 * What is found is proposed anew, to be reviewed; nothing is written. Else the change stays, and its message says where it
 * does not fit. */
void enclave_change_set_match_again_async (EnclaveChangeSet *self, EnclaveChange *change, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_change_set_match_again_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error);
/* How to take back what the turn @turn of @conversation has written, or how to do it again when it was taken back (@redo).
 * Both NULL: the last turn that has written something. The plan has looked at the files already.
 * Finish: (transfer full): NULL with @error; G_IO_ERROR_NOT_FOUND when there is nothing of it. */
void enclave_change_set_plan_undo_async (EnclaveChangeSet *self, const char *conversation, const char *turn, gboolean redo,
                                         GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveUndoPlan *enclave_change_set_plan_undo_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error);
/* Writes what @plan says; changes of this set that it takes back become UNDONE, or APPLIED again. */
void enclave_change_set_run_plan_async (EnclaveChangeSet *self, EnclaveUndoPlan *plan, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_change_set_run_plan_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error);
/* Takes back what was applied since the last begin_turn with an application ("Undo turn"). What was changed since stays where
 * it can be told apart; a file where it can't is named in the error, and nothing is written: all or none. */
void enclave_change_set_undo_async (EnclaveChangeSet *self, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_change_set_undo_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error);

G_END_DECLS
