/* enclave-command-run.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-command-door.h"

G_BEGIN_DECLS

/* One confined command on its PTY, from the spawn to its end. Private to the command door. */
#define ENCLAVE_TYPE_COMMAND_RUN (enclave_command_run_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveCommandRun, enclave_command_run, ENCLAVE, COMMAND_RUN, GObject)

typedef void (*EnclaveCommandRunDone) (EnclaveCommandRun *run, EnclaveCommandResult *result, GError *error,
                                       gpointer user_data);

EnclaveCommandRun *enclave_command_run_new (const EnclaveCommandOptions *options, EnclaveTerminalSession *session,
                                            guint columns, guint rows);
/* @plan: without its command's terminal; @done is called once, later: @result and @error (one of them) are given away. */
void enclave_command_run_start (EnclaveCommandRun *self, gpointer plan, EnclaveCommandRunDone done,
                                gpointer user_data);
/* Ends the whole box at once. @note: why, for the terminal tab. */
void enclave_command_run_kill (EnclaveCommandRun *self, const char *note);

G_END_DECLS
