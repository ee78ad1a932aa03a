/* enclave-shortcuts-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* All keys of the table of actions, by the place where they count, with a search entry that has the focus. */
#define ENCLAVE_TYPE_SHORTCUTS_WINDOW (enclave_shortcuts_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveShortcutsWindow, enclave_shortcuts_window, ENCLAVE, SHORTCUTS_WINDOW, AdwWindow)

GtkWidget *enclave_shortcuts_window_new (void);

G_END_DECLS
