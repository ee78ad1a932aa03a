/* enclave-project-tree.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-gate.h"

G_BEGIN_DECLS

/* One file or folder. Properties: "name", "denied", "ignored". */
#define ENCLAVE_TYPE_TREE_ITEM (enclave_tree_item_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTreeItem, enclave_tree_item, ENCLAVE, TREE_ITEM, GObject)

GFile *enclave_tree_item_get_file (EnclaveTreeItem *self);
/* Printable. */
const char *enclave_tree_item_get_name (EnclaveTreeItem *self);
gboolean enclave_tree_item_get_is_folder (EnclaveTreeItem *self);
/* The rule that denies it to the agent, or NULL. */
const char *enclave_tree_item_get_rule (EnclaveTreeItem *self);
/* What `.gitignore` and the like leave out. */
gboolean enclave_tree_item_get_ignored (EnclaveTreeItem *self);

/* A folder's children as a GListModel of EnclaveTreeItem: folders first, then by name; read in the background, followed by a
 * monitor. Properties: "loading", "error" (string). Signal: "ignore-changed": an ignore file in it may say something else now, which
 * counts for the folders below it too. */
#define ENCLAVE_TYPE_FOLDER_MODEL (enclave_folder_model_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFolderModel, enclave_folder_model, ENCLAVE, FOLDER_MODEL, GObject)

/* @root: (nullable): the project's folder, @folder or above it: its ignore files and those below it count; NULL: nothing is ignored.
 * @gate: (nullable): for the locks; judged by name. `.git` is left out. @show_ignored: whether ignored entries are in it. */
EnclaveFolderModel *enclave_folder_model_new (GFile *folder, GFile *root, EnclaveGate *gate, gboolean show_ignored);
void enclave_folder_model_set_show_ignored (EnclaveFolderModel *self, gboolean show_ignored);
/* Reads it again, for file systems that report no changes. */
void enclave_folder_model_refresh (EnclaveFolderModel *self);

G_END_DECLS
