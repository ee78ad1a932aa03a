/* enclave-key-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-key-map.h"

G_BEGIN_DECLS

/* Gives an action of the table another key: the one that is pressed in it. */
#define ENCLAVE_TYPE_KEY_WINDOW (enclave_key_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveKeyWindow, enclave_key_window, ENCLAVE, KEY_WINDOW, AdwWindow)

/* @entry: of the table; enclave_key_map_can_change() is TRUE for it. (transfer floating) */
GtkWidget *enclave_key_window_new (EnclaveKeyMap *keys, const EnclaveActionEntry *entry);

G_END_DECLS
