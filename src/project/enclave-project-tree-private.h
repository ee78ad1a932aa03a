/* enclave-project-tree-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-project-tree.h"

G_BEGIN_DECLS

/* What one reading of a folder says of one entry. */
typedef struct
{
  char *name; /* bytes as the file system has them */
  char *key;  /* for sorting */
  gboolean is_folder;
  gboolean ignored;
} EnclaveTreeEntry;

void enclave_tree_entry_free (EnclaveTreeEntry *entry);
/* Folders first, then names as people sort them, then bytes: no two entries of a folder are equal. */
int enclave_tree_entry_compare (const EnclaveTreeEntry *a, const EnclaveTreeEntry *b);
/* Sorted entries of the folder at @path, read in a worker thread. @root: (nullable): the folder above it, or itself, from which on ignore
 * files count. @with_ignored: FALSE leaves out what they name. */
void enclave_tree_read_async (const char *path, const char *root, gboolean with_ignored, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full) (element-type EnclaveTreeEntry). */
GPtrArray *enclave_tree_read_finish (GAsyncResult *result, GError **error);

/* @entry: (transfer full). */
EnclaveTreeItem *enclave_tree_item_new (GFile *folder, EnclaveTreeEntry *entry, EnclaveGate *gate);
const EnclaveTreeEntry *enclave_tree_item_get_entry (EnclaveTreeItem *self);
void enclave_tree_item_set_ignored (EnclaveTreeItem *self, gboolean ignored);

G_END_DECLS
