/* enclave-terminal-profile-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A profile of terminals is added or changed. It is stored as a whole, when that is asked for. */
#define ENCLAVE_TYPE_TERMINAL_PROFILE_WINDOW (enclave_terminal_profile_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTerminalProfileWindow, enclave_terminal_profile_window, ENCLAVE, TERMINAL_PROFILE_WINDOW, AdwWindow)

/* @name: (nullable): of the one that is changed; NULL: a new one. */
GtkWidget *enclave_terminal_profile_window_new (GSettings *settings, const char *name);

G_END_DECLS
