/* enclave-help-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Pages of data/help, from within the program: neither a viewer nor a network is needed. */
#define ENCLAVE_TYPE_HELP_WINDOW (enclave_help_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveHelpWindow, enclave_help_window, ENCLAVE, HELP_WINDOW, AdwWindow)

/* (transfer floating) */
GtkWidget *enclave_help_window_new (void);

G_END_DECLS
