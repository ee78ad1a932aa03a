/* enclave-line-scan.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells of the bytes of a terminal, in whatever pieces they come, how many of the last ones are
 * nothing but lines: characters, what moves the cursor within its row or to the next one, colours,
 * and what empties a part of the row. Nothing of that changes another row than the one in which the
 * cursor stands. Whatever it is not sure of is none of that. Pure: no input or output. */

/* There is no such place. */
#define ENCLAVE_LINE_SCAN_NOWHERE G_MAXSIZE

typedef struct _EnclaveLineScan EnclaveLineScan;

EnclaveLineScan *enclave_line_scan_new (void);
void enclave_line_scan_free (EnclaveLineScan *self);
/* As if nothing had come. */
void enclave_line_scan_reset (EnclaveLineScan *self);
/* Returns: where in @bytes the last sequence begins that ends all colours and what else characters
 * look like. */
gsize enclave_line_scan_feed (EnclaveLineScan *self, const char *bytes, gsize length);
/* Bytes of which nothing is known were lost: what is known of the rows is known no more, until a
 * program resets the terminal. */
void enclave_line_scan_doubt (EnclaveLineScan *self);
/* Returns: how many of the last bytes are lines; a sequence of colours that has not ended yet is.
 */
gsize enclave_line_scan_get_n_bytes (const EnclaveLineScan *self);
/* TRUE when lines scroll over all of @n_rows rows, and not within margins. */
gboolean enclave_line_scan_is_whole (const EnclaveLineScan *self, guint n_rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveLineScan, enclave_line_scan_free)

G_END_DECLS
