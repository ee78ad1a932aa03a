/* enclave-changes-list.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-change-set.h"

G_BEGIN_DECLS

/* The files of the change set beside their review: what was decided of each, and its lines. Signals: "show-change" (EnclaveChange,
 * gboolean): it was chosen; whether the focus is to go there. */
#define ENCLAVE_TYPE_CHANGES_LIST (enclave_changes_list_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveChangesList, enclave_changes_list, ENCLAVE, CHANGES_LIST, GtkWidget)

GtkWidget *enclave_changes_list_new (void);
/* @change_set: (nullable). */
void enclave_changes_list_set_change_set (EnclaveChangesList *self, EnclaveChangeSet *change_set);
/* Selects the row, without saying so. @change: (nullable). */
void enclave_changes_list_select (EnclaveChangesList *self, EnclaveChange *change);

G_END_DECLS
