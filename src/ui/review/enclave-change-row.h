/* enclave-change-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-change-set.h"

G_BEGIN_DECLS

/* One file of a change set, in the list beside the review. */
#define ENCLAVE_TYPE_CHANGE_ROW (enclave_change_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChangeRow, enclave_change_row, ENCLAVE, CHANGE_ROW, GtkWidget)

GtkWidget *enclave_change_row_new (void);
/* Shows @change (nullable) and follows it. The row is the child of a list item. */
void enclave_change_row_set_change (EnclaveChangeRow *self, EnclaveChange *change);

G_END_DECLS
