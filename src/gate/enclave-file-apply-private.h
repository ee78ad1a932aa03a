/* enclave-file-apply-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-file-apply.h"

#include "enclave-file-save.h"

G_BEGIN_DECLS

typedef struct
{
  char *path;
  char *true_path;
  GBytes *old_bytes; /* (nullable): no file */
  GBytes *new_bytes; /* (nullable): no file */
  guint32 new_mode;  /* of a file that is made; 0: as usual */
  gboolean is_latin_1;  /* how the new bytes are to be, whatever the file is in now */
  gboolean is_buffered; /* kept for undoing only: the disk stays */
  EnclaveFileStamp before;
  EnclaveFileStamp after;
  gboolean written;
} EnclaveFileChange;

struct _EnclaveFileApply
{
  gatomicrefcount ref_count;
  EnclavePathResolver *resolver;
  EnclaveCheckpointStore *store;
  EnclaveCheckpointLabel *label;
  EnclaveCheckpointPlan *plan;     /* (nullable): while the lock is held */
  EnclaveCheckpointRecord *record; /* (nullable): what the plan says */
  GPtrArray *changes; /* (element-type EnclaveFileChange) */
  GPtrArray *created; /* folders, outermost first */
};

/* Whether the history may keep what is at @path: not when a rule denies it by now. An EnclaveCheckpointFilter. */
gboolean enclave_checkpoint_may_stay (const char *path, gpointer resolver);
EnclaveFileApply *enclave_file_apply_ref (EnclaveFileApply *self);
EnclaveFileChange *enclave_file_apply_append (EnclaveFileApply *self, const char *path, const char *true_path,
                                              GBytes *old_bytes, GBytes *new_bytes);
/* Puts the old bytes of all changes back that are marked as written, where the new ones still are. Goes on after a failure. */
gboolean enclave_file_apply_revert (EnclaveFileApply *self, GError **error);
/* Takes away the folders of @record that are empty now. */
void enclave_file_apply_remove_emptied (EnclavePathResolver *resolver, const EnclaveCheckpointRecord *record);
/* Finishes or takes back what a killed program has left in @plan, or what has failed (@only_back: take it back). What is
 * looked at is the disk: a call that has failed may have done its work all the same. @notice: (out) (transfer full) (nullable): what was
 * done, for people. FALSE: the plan stands as it was. */
gboolean enclave_file_apply_recover (EnclavePathResolver *resolver, EnclaveCheckpointStore *store,
                                     EnclaveCheckpointPlan *plan, gboolean only_back, char **notice, GError **error);

G_END_DECLS
