/* enclave-terminal-profiles-group.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The profiles of terminals: which one new terminals have, and a row for each to change or remove it. */
#define ENCLAVE_TYPE_TERMINAL_PROFILES_GROUP (enclave_terminal_profiles_group_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTerminalProfilesGroup, enclave_terminal_profiles_group, ENCLAVE, TERMINAL_PROFILES_GROUP,
                      AdwPreferencesGroup)

/* Once. */
void enclave_terminal_profiles_group_set_up (EnclaveTerminalProfilesGroup *self, GSettings *settings);

G_END_DECLS
