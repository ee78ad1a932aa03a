/* enclave-updates-group.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Preferences of the check for newer releases: when it is made, what it sends, and a button for now. Only in a program that was
 * built with the check. */
#define ENCLAVE_TYPE_UPDATES_GROUP (enclave_updates_group_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveUpdatesGroup, enclave_updates_group, ENCLAVE, UPDATES_GROUP, AdwPreferencesGroup)

/* (transfer floating) */
GtkWidget *enclave_updates_group_new (GSettings *settings);

G_END_DECLS
