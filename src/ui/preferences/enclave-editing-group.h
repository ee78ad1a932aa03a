/* enclave-editing-group.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The rows on how the editor helps and what it shows beside the text. */
#define ENCLAVE_TYPE_EDITING_GROUP (enclave_editing_group_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveEditingGroup, enclave_editing_group, ENCLAVE, EDITING_GROUP, AdwPreferencesGroup)

/* Once, before it is shown. */
void enclave_editing_group_set_up (EnclaveEditingGroup *self, GSettings *settings);

G_END_DECLS
