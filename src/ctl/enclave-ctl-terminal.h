/* enclave-ctl-terminal.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-terminal-host.h"

G_BEGIN_DECLS

/* The terminal that enclavectl itself runs in, as the place where a command is shown: raw while it runs, its size
 * passed on. What is typed goes to the command by its input, what it prints by its output. */
#define ENCLAVE_TYPE_CTL_TERMINAL (enclave_ctl_terminal_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveCtlTerminal, enclave_ctl_terminal, ENCLAVE, CTL_TERMINAL, GObject)

/* Descriptors of the caller's. Only what is a terminal is touched. */
EnclaveCtlTerminal *enclave_ctl_terminal_new (int input_fd, int output_fd);
/* The terminal's modes as they were. Also done when the object goes. */
void enclave_ctl_terminal_restore (EnclaveCtlTerminal *self);

G_END_DECLS
