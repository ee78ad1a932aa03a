/* enclave-deny-list-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-gate.h"

G_BEGIN_DECLS

/* The rules in force, and an entry that tells what they say of a path. */
#define ENCLAVE_TYPE_DENY_LIST_PAGE (enclave_deny_list_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveDenyListPage, enclave_deny_list_page, ENCLAVE, DENY_LIST_PAGE, AdwPreferencesPage)

/* Once, before it is shown. @gate: (nullable): without a project no path can be tried, and only the rules that hold
 * everywhere are listed. */
void enclave_deny_list_page_set_up (EnclaveDenyListPage *self, EnclaveGate *gate);

G_END_DECLS
