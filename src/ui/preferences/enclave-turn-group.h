/* enclave-turn-group.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Preferences: what goes on around a turn of the agent — notifications, what is kept, and how much a command may use. */
#define ENCLAVE_TYPE_TURN_GROUP (enclave_turn_group_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTurnGroup, enclave_turn_group, ENCLAVE, TURN_GROUP, AdwPreferencesGroup)

/* Adds the rows; to be called once. */
void enclave_turn_group_set_up (EnclaveTurnGroup *self, GSettings *settings);

G_END_DECLS
