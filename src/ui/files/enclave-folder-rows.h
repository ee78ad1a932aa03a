/* enclave-folder-rows.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-project-tree.h"

G_BEGIN_DECLS

/* What a folder says when it has no entries to show. */
#define ENCLAVE_TYPE_FOLDER_NOTE (enclave_folder_note_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFolderNote, enclave_folder_note, ENCLAVE, FOLDER_NOTE, GObject)

const char *enclave_folder_note_get_text (EnclaveFolderNote *self);
/* The reason, or NULL. */
const char *enclave_folder_note_get_detail (EnclaveFolderNote *self);
/* TRUE while the folder is being read. */
gboolean enclave_folder_note_get_waits (EnclaveFolderNote *self);

/* The entries of a folder (EnclaveTreeItem), or one EnclaveFolderNote when there are none. */
#define ENCLAVE_TYPE_FOLDER_ROWS (enclave_folder_rows_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFolderRows, enclave_folder_rows, ENCLAVE, FOLDER_ROWS, GObject)

EnclaveFolderRows *enclave_folder_rows_new (EnclaveFolderModel *model);
EnclaveFolderModel *enclave_folder_rows_get_model (EnclaveFolderRows *self);

G_END_DECLS
