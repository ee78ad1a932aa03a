/* enclave-file-rows.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_FILE_ROWS_TEXT,  /* lines, cut at ENCLAVE_FILE_ROW_MAX_BYTES */
  ENCLAVE_FILE_ROWS_BYTES, /* as in a hexadecimal dump */
} EnclaveFileRowsKind;

/* One row. Property "text" (string): NULL until it was read. */
#define ENCLAVE_TYPE_FILE_ROW_ITEM (enclave_file_row_item_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFileRowItem, enclave_file_row_item, ENCLAVE, FILE_ROW_ITEM, GObject)

/* What stands beside it: the number of its line, or its place in the file in hexadecimal; "" for a row that goes on with the
 * line above. (transfer full) */
char *enclave_file_row_item_dup_number (EnclaveFileRowItem *self);
const char *enclave_file_row_item_get_text (EnclaveFileRowItem *self);

/* A file of any size as a list of rows (GListModel of EnclaveFileRowItem). A worker finds the rows, and reads those that are
 * looked at: the main loop waits for no disk, and memory has no more than the places of every 32nd row and what was looked at
 * last. Property "n-items" (uint): grows while rows are found. Property "problem" (string): why no more are found. */
#define ENCLAVE_TYPE_FILE_ROWS (enclave_file_rows_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFileRows, enclave_file_rows, ENCLAVE, FILE_ROWS, GObject)

/* Opens @path without blocking on anything but a regular file; what fails is the "problem". @n_first: as many rows as are seen at once. They
 * come before the next frame where the disk allows it, read already; the others when there is nothing else to do. */
EnclaveFileRows *enclave_file_rows_new (const char *path, EnclaveFileRowsKind kind, guint n_first);
/* Reads the row's text if it is not there yet. */
void enclave_file_rows_want (EnclaveFileRows *self, EnclaveFileRowItem *row);
/* All rows are found. */
gboolean enclave_file_rows_get_complete (EnclaveFileRows *self);
const char *enclave_file_rows_get_problem (EnclaveFileRows *self);
/* Position of the row that line @line (from 1) begins with, of those found; G_MAXUINT when it is not there. In bytes: of the
 * byte @line. */
guint enclave_file_rows_find_line (EnclaveFileRows *self, guint64 line);

G_END_DECLS
