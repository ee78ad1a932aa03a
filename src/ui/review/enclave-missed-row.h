/* enclave-missed-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-missed-edit.h"

G_BEGIN_DECLS

/* An edit that has no place, in the review: the file, what was looked for, the nearest real lines. There is nothing to apply.
 * Signals: "ask-again", "copy". */
#define ENCLAVE_TYPE_MISSED_ROW (enclave_missed_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveMissedRow, enclave_missed_row, ENCLAVE, MISSED_ROW, GtkWidget)

GtkWidget *enclave_missed_row_new (EnclaveMissedEdit *edit);
EnclaveMissedEdit *enclave_missed_row_get_edit (EnclaveMissedRow *self);
/* What a screen reader says of it. (transfer full) */
char *enclave_missed_row_dup_label (EnclaveMissedRow *self);

G_END_DECLS
