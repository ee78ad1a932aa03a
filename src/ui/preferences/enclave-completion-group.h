/* enclave-completion-group.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-server-list.h"

G_BEGIN_DECLS

/* The rows on suggestions while one types. Models that can't are not offered; their number is told. */
#define ENCLAVE_TYPE_COMPLETION_GROUP (enclave_completion_group_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveCompletionGroup, enclave_completion_group, ENCLAVE, COMPLETION_GROUP, AdwPreferencesGroup)

/* Once, before it is shown. */
void enclave_completion_group_set_up (EnclaveCompletionGroup *self, GSettings *settings, EnclaveServerList *servers);

G_END_DECLS
