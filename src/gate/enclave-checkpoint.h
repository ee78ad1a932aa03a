/* enclave-checkpoint.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-checkpoint-record.h"
#include "enclave-gate.h"

G_BEGIN_DECLS

/* The history of what was changed in a project, for those who list it and take it back. */

/* Finish: (transfer full) (element-type EnclaveCheckpointRecord): by number, files left out that are denied now.
 * @n_pruned: (out) (optional): turns that were let go for their size. */
void enclave_gate_list_checkpoints_async (EnclaveGate *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                          gpointer user_data);
GPtrArray *enclave_gate_list_checkpoints_finish (EnclaveGate *self, GAsyncResult *result, guint *n_pruned, GError **error);
/* Deletes for good what is kept of @conversation (nullable: of all). Finish: FALSE with G_IO_ERROR_BUSY while another program
 * writes to the project. */
void enclave_gate_forget_checkpoints_async (EnclaveGate *self, const char *conversation, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_gate_forget_checkpoints_finish (EnclaveGate *self, GAsyncResult *result, GError **error);
/* What was done when this project was opened about a change that a killed program had left, for people; or NULL. Borrowed. */
const char *enclave_gate_get_recovery_notice (EnclaveGate *self);

/* One file of one record, with its contents. */
typedef struct
{
  guint64 number;
  char *path;
  char *old_text; /* (nullable): there was no file */
  char *new_text; /* (nullable): it was removed */
  gboolean old_is_latin_1; /* how the old text was written */
  guint32 old_mode;
  guint32 new_mode;
  GError *error;  /* (nullable): it can't be used: DENIED by now, damaged, no text */
} EnclaveCheckpointText;

void enclave_checkpoint_text_free (EnclaveCheckpointText *text);

/* WRITE. The contents of @records: (element-type EnclaveCheckpointRecord). Finish: (transfer full) (element-type
 * EnclaveCheckpointText): in the order of the records and of their files. */
void enclave_tool_scope_load_checkpoints_async (EnclaveToolScope *self, GPtrArray *records, GCancellable *cancellable,
                                                GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *enclave_tool_scope_load_checkpoints_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);
/* Whose the applications of this scope are, for the history. @undoes: (nullable) (element-type guint64): the records that
 * they take back. @emptied: (nullable) (element-type utf8): folders that go when they are empty then. */
void enclave_tool_scope_set_checkpoint (EnclaveToolScope *self, const char *conversation, const char *turn, const char *title,
                                        GArray *undoes, GPtrArray *emptied);

G_END_DECLS
