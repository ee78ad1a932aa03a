/* enclave-role-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-model-roles.h"

G_BEGIN_DECLS

/* Which model has a role: a list of those that can, first what holds when none is named. */
#define ENCLAVE_TYPE_ROLE_ROW (enclave_role_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveRoleRow, enclave_role_row, ENCLAVE, ROLE_ROW, AdwComboRow)

GtkWidget *enclave_role_row_new (EnclaveModelRole role, const char *title);
/* Once. @settings: where the choice is kept and followed. */
void enclave_role_row_set_up (EnclaveRoleRow *self, GSettings *settings, EnclaveServerList *servers);
/* The key of the settings that holds the choice of a role. */
const char *enclave_role_row_get_key (EnclaveModelRole role);

G_END_DECLS
