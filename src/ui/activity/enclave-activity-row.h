/* enclave-activity-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-audit-reader.h"

G_BEGIN_DECLS

/* One record: an icon for its kind, what was done to what, and below it the details. */
#define ENCLAVE_TYPE_ACTIVITY_ROW (enclave_activity_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveActivityRow, enclave_activity_row, ENCLAVE, ACTIVITY_ROW, GtkWidget)

GtkWidget *enclave_activity_row_new (void);
void enclave_activity_row_set_entry (EnclaveActivityRow *self, EnclaveAuditEntry *entry);

G_END_DECLS
