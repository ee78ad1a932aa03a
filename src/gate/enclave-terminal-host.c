/* enclave-terminal-host.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-host.h"

enum
{
  INPUT,
  RESIZED,
  STOP_REQUESTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_INTERFACE (EnclaveTerminalSession, enclave_terminal_session, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (EnclaveTerminalHost, enclave_terminal_host, G_TYPE_OBJECT)

static void
enclave_terminal_session_default_init (EnclaveTerminalSessionInterface *iface)
{
  signals[INPUT] = g_signal_new ("input", ENCLAVE_TYPE_TERMINAL_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_BYTES);
  signals[RESIZED] = g_signal_new ("resized", ENCLAVE_TYPE_TERMINAL_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[STOP_REQUESTED] = g_signal_new ("stop-requested", ENCLAVE_TYPE_TERMINAL_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_terminal_host_default_init (EnclaveTerminalHostInterface *iface)
{
}

void
enclave_terminal_session_feed (EnclaveTerminalSession *self, GBytes *bytes)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_SESSION (self));
  g_return_if_fail (bytes != NULL);
  ENCLAVE_TERMINAL_SESSION_GET_IFACE (self)->feed (self, bytes);
}

void
enclave_terminal_session_ended (EnclaveTerminalSession *self, int wait_status, const char *note)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_SESSION (self));
  ENCLAVE_TERMINAL_SESSION_GET_IFACE (self)->ended (self, wait_status, note);
}

void
enclave_terminal_session_emit_input (EnclaveTerminalSession *self, GBytes *bytes)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_SESSION (self));
  g_signal_emit (self, signals[INPUT], 0, bytes);
}

void
enclave_terminal_session_emit_resized (EnclaveTerminalSession *self, guint columns, guint rows)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_SESSION (self));
  g_signal_emit (self, signals[RESIZED], 0, columns, rows);
}

void
enclave_terminal_session_emit_stop_requested (EnclaveTerminalSession *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_SESSION (self));
  g_signal_emit (self, signals[STOP_REQUESTED], 0);
}

EnclaveTerminalSession *
enclave_terminal_host_open_session (EnclaveTerminalHost *self, const char *command, const char *folder,
                                    const char *level, guint *columns, guint *rows)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_HOST (self), NULL);
  g_return_val_if_fail (command != NULL && columns != NULL && rows != NULL, NULL);
  return ENCLAVE_TERMINAL_HOST_GET_IFACE (self)->open_session (self, command, folder, level, columns, rows);
}
