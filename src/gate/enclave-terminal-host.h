/* enclave-terminal-host.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where an agent command is shown (decision: agent commands own their PTY). The command door reads the PTY
 * and feeds the bytes; keys and size come back through the signals of EnclaveTerminalSession. */

/* One command while it is shown. Made by the host, driven by the command door.
 * Signals: "input" (GBytes): keys of the user, for the PTY; "resized" (uint columns, uint rows);
 * "stop-requested". */
#define ENCLAVE_TYPE_TERMINAL_SESSION (enclave_terminal_session_get_type ())
G_DECLARE_INTERFACE (EnclaveTerminalSession, enclave_terminal_session, ENCLAVE, TERMINAL_SESSION, GObject)

struct _EnclaveTerminalSessionInterface
{
  GTypeInterface parent_iface;

  void (*feed) (EnclaveTerminalSession *self, GBytes *bytes);
  void (*ended) (EnclaveTerminalSession *self, int wait_status, const char *note);
};

void enclave_terminal_session_feed (EnclaveTerminalSession *self, GBytes *bytes);
/* @wait_status: as of waitpid(). @note: (nullable): why it ended ("Stopped", "Time limit of 120 s"). After
 * this no key reaches the PTY. */
void enclave_terminal_session_ended (EnclaveTerminalSession *self, int wait_status, const char *note);
/* For implementations: emit the signals. */
void enclave_terminal_session_emit_input (EnclaveTerminalSession *self, GBytes *bytes);
void enclave_terminal_session_emit_resized (EnclaveTerminalSession *self, guint columns, guint rows);
void enclave_terminal_session_emit_stop_requested (EnclaveTerminalSession *self);

#define ENCLAVE_TYPE_TERMINAL_HOST (enclave_terminal_host_get_type ())
G_DECLARE_INTERFACE (EnclaveTerminalHost, enclave_terminal_host, ENCLAVE, TERMINAL_HOST, GObject)

struct _EnclaveTerminalHostInterface
{
  GTypeInterface parent_iface;

  EnclaveTerminalSession *(*open_session) (EnclaveTerminalHost *self, const char *command,
                                           const char *folder, const char *level,
                                           guint *columns, guint *rows);
};

/* @command: the literal command, @level: sandbox level in words. @columns, @rows: (out): size of the view.
 * Returns: (transfer full). */
EnclaveTerminalSession *enclave_terminal_host_open_session (EnclaveTerminalHost *self, const char *command,
                                                            const char *folder, const char *level,
                                                            guint *columns, guint *rows);

G_END_DECLS
