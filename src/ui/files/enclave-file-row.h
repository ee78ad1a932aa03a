/* enclave-file-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-git-status.h"

G_BEGIN_DECLS

/* One line of the tree: a file, a folder, or a note. Signals: "activated" (a click on its name), "menu" (double x, double y,
 * in the row's coordinates). */
#define ENCLAVE_TYPE_FILE_ROW (enclave_file_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFileRow, enclave_file_row, ENCLAVE, FILE_ROW, GtkWidget)

GtkWidget *enclave_file_row_new (void);
/* @row: (nullable): NULL when the line is no longer shown. */
void enclave_file_row_set_row (EnclaveFileRow *self, GtkTreeListRow *row);
/* Borrowed. */
GtkTreeListRow *enclave_file_row_get_row (EnclaveFileRow *self);
/* What git says of the file, or of all that is below the folder. */
void enclave_file_row_set_git_kind (EnclaveFileRow *self, EnclaveGitKind kind);

G_END_DECLS
