/* enclave-roles-group.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-server-list.h"

G_BEGIN_DECLS

/* Which model chats, edits and suggests, and where two of them stand in each other's way. */
#define ENCLAVE_TYPE_ROLES_GROUP (enclave_roles_group_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveRolesGroup, enclave_roles_group, ENCLAVE, ROLES_GROUP, AdwPreferencesGroup)

/* Once. */
void enclave_roles_group_set_up (EnclaveRolesGroup *self, GSettings *settings, EnclaveServerList *servers);

G_END_DECLS
