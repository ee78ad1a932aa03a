/* enclave-about-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Version, licence, versions of the libraries. */
#define ENCLAVE_TYPE_ABOUT_WINDOW (enclave_about_window_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveAboutWindow, enclave_about_window, ENCLAVE, ABOUT_WINDOW, AdwWindow)

GtkWidget *enclave_about_window_new (void);
/* What helps with a fault report: versions, system, display. No name of a person, host, folder or server is in it.
 * (transfer full) */
char *enclave_about_window_dup_diagnostics (EnclaveAboutWindow *self);

G_END_DECLS
