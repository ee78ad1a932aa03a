/* enclave-file-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-file-rows.h"

G_BEGIN_DECLS

/* A file of any size to be read: its lines, or its bytes. Only the rows that are seen are read and drawn. */
#define ENCLAVE_TYPE_FILE_VIEW (enclave_file_view_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFileView, enclave_file_view, ENCLAVE, FILE_VIEW, GtkWidget)

/* @height: that it will have at most, in pixels. A list makes several times as many widgets as are seen where there are rows for them: its
 * first frame gets no more rows than fit into it. */
GtkWidget *enclave_file_view_new (const char *path, EnclaveFileRowsKind kind, int height);
EnclaveFileRows *enclave_file_view_get_rows (EnclaveFileView *self);
EnclaveFileRowsKind enclave_file_view_get_kind (EnclaveFileView *self);
/* From 1; of bytes: the row that byte @line is in. */
void enclave_file_view_go_to (EnclaveFileView *self, guint64 line);
gboolean enclave_file_view_focus (EnclaveFileView *self);

G_END_DECLS
