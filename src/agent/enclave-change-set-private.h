/* enclave-change-set-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-change-set.h"

G_BEGIN_DECLS

EnclaveChange *enclave_change_new (EnclaveProposal *proposal, gboolean inexact);
/* Another result for the same file; decisions about hunks are forgotten. */
void enclave_change_set_proposal (EnclaveChange *self, EnclaveProposal *proposal, gboolean inexact);
void enclave_change_set_status (EnclaveChange *self, EnclaveChangeStatus status, const char *message);
guint enclave_change_get_n_decided (EnclaveChange *self);
guint enclave_change_count_decisions (EnclaveChange *self, EnclaveHunkDecision decision);
/* The old text with the hunks of @decision, and those undecided too when @and_undecided. NULL: the file is gone.
 * (transfer full) */
char *enclave_change_dup_partial_text (EnclaveChange *self, gboolean and_undecided);

/* What was written to one file since the turn began, for taking it back. */
typedef struct
{
  char *path;
  char *true_path;
  char *old_text;     /* NULL: there was no file */
  char *applied_text; /* NULL: it was deleted */
  gboolean changed_between; /* somebody else changed the file between two applications */
} EnclaveChangeRecord;

void enclave_change_record_free (EnclaveChangeRecord *record);

struct _EnclaveChangeSet
{
  GObject parent_instance;

  EnclaveGate *gate;
  GPtrArray *changes;    /* (element-type EnclaveChange) */
  GPtrArray *records;    /* (element-type EnclaveChangeRecord) */
  gboolean turn_begins;  /* the next application starts the records anew */
  gboolean busy;
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
/* Remembers an application; one record a file. */
void enclave_change_set_record (EnclaveChangeSet *self, EnclaveProposal *proposal);
/* One line for the model about what the user did with proposals; "" when there is nothing to say. (transfer full) */
char *enclave_change_set_dup_facts (EnclaveChangeSet *self);

G_END_DECLS
