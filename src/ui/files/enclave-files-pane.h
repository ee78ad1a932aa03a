/* enclave-files-pane.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-gate.h"
#include "enclave-project.h"

G_BEGIN_DECLS

/* The project's files as a tree that follows the disk. Signals: "open-file" (GFile), "file-moved" (GFile from,
 * GFile to), "file-trashed" (GFile). Installs its actions as group "files" on itself (open, copy-path, refresh, collapse,
 * filter, new-file, new-folder, rename, trash, reveal, show-ignored). Property "show-ignored". Accessible name: Files. */
#define ENCLAVE_TYPE_FILES_PANE (enclave_files_pane_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFilesPane, enclave_files_pane, ENCLAVE, FILES_PANE, GtkWidget)

GtkWidget *enclave_files_pane_new (void);
/* @project: (nullable). @gate: (nullable): for the locks. */
void enclave_files_pane_set_project (EnclaveFilesPane *self, EnclaveProject *project, EnclaveGate *gate);
/* Whether the tree has the files that `.gitignore` and the like leave out, dim. TRUE at first. */
void enclave_files_pane_set_show_ignored (EnclaveFilesPane *self, gboolean show_ignored);
/* Focus into the tree. */
gboolean enclave_files_pane_focus (EnclaveFilesPane *self);
/* Opens the folders that lead to @file as they are read, and selects it there; the focus stays where it is. */
void enclave_files_pane_select_file (EnclaveFilesPane *self, GFile *file);
/* @changes: (nullable): what is shown in place of the tree, until the person asks for the tree; takes the focus of the pane. */
void enclave_files_pane_set_changes (EnclaveFilesPane *self, GtkWidget *changes);
/* @kinds: (nullable): of EnclaveGitKind by the path relative to the project, folders with what is below them: these rows carry a mark. */
void enclave_files_pane_set_git_kinds (EnclaveFilesPane *self, GHashTable *kinds);

G_END_DECLS
