/* enclave-shortcuts-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-key-map.h"

G_BEGIN_DECLS

/* All actions with the keys that they have now, by the place where they count, with a search entry that has the focus. An activated row
 * gets another key. */
#define ENCLAVE_TYPE_SHORTCUTS_WINDOW (enclave_shortcuts_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveShortcutsWindow, enclave_shortcuts_window, ENCLAVE, SHORTCUTS_WINDOW, AdwWindow)

GtkWidget *enclave_shortcuts_window_new (EnclaveKeyMap *keys);

G_END_DECLS
