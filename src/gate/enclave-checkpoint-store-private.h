/* enclave-checkpoint-store-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-checkpoint-store.h"

G_BEGIN_DECLS

#define ENCLAVE_CHECKPOINT_OBJECTS "objects"
#define ENCLAVE_CHECKPOINT_PLAN "plan"
#define ENCLAVE_CHECKPOINT_PRUNED "pruned"
#define ENCLAVE_CHECKPOINT_SUFFIX ".json"

struct _EnclaveCheckpointPlan
{
  EnclaveCheckpointStore *store;
  int folder_fd;
  int objects_fd;
  int lock_fd;
};

/* A descriptor of the project's folder in the store, or -1 with errno. */
int enclave_checkpoint_store_open (EnclaveCheckpointStore *self);
/* Whole or not at all, on the disk when it returns. 0, or an errno. */
int enclave_checkpoint_write_file (int folder_fd, const char *name, const void *data, gsize length);
/* (transfer full): NULL with errno. */
GBytes *enclave_checkpoint_read_file (int folder_fd, const char *name, gsize max_bytes);
/* The records of the folder, by number. (transfer full) */
GPtrArray *enclave_checkpoint_read_records (int folder_fd);
gboolean enclave_checkpoint_fail (GError **error, int code);

G_END_DECLS
