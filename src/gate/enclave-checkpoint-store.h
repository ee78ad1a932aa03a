/* enclave-checkpoint-store.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-checkpoint-record.h"

G_BEGIN_DECLS

/* What applications have replaced, kept outside of the project so that it can be put back: one folder a project in the
 * state folder (0700, files 0600). It holds
 *   objects/DIGEST   contents, named by their SHA-256
 *   plan             the application under way: written before the first file, renamed to its number after the last
 *   NUMBER.json      one a finished application
 *   lock             held (flock) by whoever applies; a plan that nobody holds belongs to a program that was killed
 * Private to the gate: contents come in through the file door's decision and go out through a new one. Immutable; for
 * workers. Nothing is made on the disk before the first application. */
typedef struct _EnclaveCheckpointStore EnclaveCheckpointStore;
typedef struct _EnclaveCheckpointPlan EnclaveCheckpointPlan;

/* @root: absolute true path of the project. */
EnclaveCheckpointStore *enclave_checkpoint_store_new (const char *root);
EnclaveCheckpointStore *enclave_checkpoint_store_ref (EnclaveCheckpointStore *self);
void enclave_checkpoint_store_unref (EnclaveCheckpointStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCheckpointStore, enclave_checkpoint_store_unref)

/* Whether a plan lies there, of a program that lives or of one that was killed. */
gboolean enclave_checkpoint_store_has_plan (EnclaveCheckpointStore *self);
/* Takes the lock. @wait_ms: how long another program may have it. G_IO_ERROR_BUSY: it has it still. */
EnclaveCheckpointPlan *enclave_checkpoint_store_begin (EnclaveCheckpointStore *self, guint wait_ms, GError **error);
/* Gives the lock back. What was written and not committed is left for the next one to find. */
void enclave_checkpoint_plan_free (EnclaveCheckpointPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCheckpointPlan, enclave_checkpoint_plan_free)

/* The plan that another program has left. (transfer full): NULL without an error when there is none. */
EnclaveCheckpointRecord *enclave_checkpoint_plan_load_left (EnclaveCheckpointPlan *plan, GError **error);
/* Returns: (transfer full): the digest of @bytes, which are on the disk now. */
char *enclave_checkpoint_plan_add_object (EnclaveCheckpointPlan *plan, GBytes *bytes, GError **error);
/* From here on a program that is killed has its work found. */
gboolean enclave_checkpoint_plan_write (EnclaveCheckpointPlan *plan, const EnclaveCheckpointRecord *record, GError **error);
/* The plan is done: @record gets its number. */
gboolean enclave_checkpoint_plan_commit (EnclaveCheckpointPlan *plan, EnclaveCheckpointRecord *record, GError **error);
/* Nothing of the plan is left in the project. */
gboolean enclave_checkpoint_plan_discard (EnclaveCheckpointPlan *plan, GError **error);
/* A plan that can neither be finished nor taken back is set aside as `plan.bad`. */
void enclave_checkpoint_plan_set_aside (EnclaveCheckpointPlan *plan);

/* (transfer full) (element-type EnclaveCheckpointRecord): by number. Empty when there is nothing; what can't be read is
 * left out. */
GPtrArray *enclave_checkpoint_store_list (EnclaveCheckpointStore *self);
/* (transfer full): NULL with @error when it is not there, or is not what it was. */
GBytes *enclave_checkpoint_store_load_object (EnclaveCheckpointStore *self, const char *digest, GError **error);
/* How many turns have been let go so far to keep within the size. */
guint enclave_checkpoint_store_get_n_pruned (EnclaveCheckpointStore *self);

/* TRUE: @path may stay. */
typedef gboolean (*EnclaveCheckpointFilter) (const char *path, gpointer user_data);
/* Drops the oldest turns until the contents are at most @max_bytes (the newest turn stays, whatever its size), all files
 * that @filter refuses, and what no record names. */
gboolean enclave_checkpoint_plan_prune (EnclaveCheckpointPlan *plan, guint64 max_bytes, EnclaveCheckpointFilter filter,
                                        gpointer user_data, GError **error);
/* Deletes for good what belongs to @conversation (nullable: everything). */
gboolean enclave_checkpoint_plan_forget (EnclaveCheckpointPlan *plan, const char *conversation, GError **error);

G_END_DECLS
