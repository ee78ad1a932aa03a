/* enclave-application-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-application.h"
#include "enclave-window.h"

G_BEGIN_DECLS

/* enclave-application-open.c */
/* One with the welcome page. */
EnclaveWindow *_enclave_application_present_new_window (EnclaveApplication *self);
int _enclave_application_command_line (GApplication *application,
                                       GApplicationCommandLine *command_line);
/* What the desktop hands over when it starts Enclave by its name on the session bus. */
void
_enclave_application_open (GApplication *application, GFile **files, int n_files, const char *hint);

G_END_DECLS
