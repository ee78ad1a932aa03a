/* enclave-shell.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The user's own shell on a PTY of ours: unconfined, the user's own environment. Only the window uses this. Signals: "output"
 * (GBytes): bytes of the PTY, at most 64 KiB at a time, paused until enclave_shell_continue(); "exited" (int wait_status). */
#define ENCLAVE_TYPE_SHELL (enclave_shell_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveShell, enclave_shell, ENCLAVE, SHELL, GObject)

/* @folder: (nullable). @argv: (nullable): NULL is the user's login shell, /bin/sh when that can't be run ("fell-back" then).
 * Errors: no PTY, no program. */
EnclaveShell *enclave_shell_start (const char *folder, const char *const *argv, guint columns, guint rows,
                                   GError **error);
/* The same; @environment: (nullable) (array zero-terminated=1): "NAME=value", set before it starts, and "NAME", taken away.
 * @integration: (nullable): folder with the scripts of enclave_shell_integration_apply(); NULL leaves the shell as it is. */
EnclaveShell *enclave_shell_start_with (const char *folder, const char *const *argv, const char *const *environment,
                                        const char *integration, guint columns, guint rows, GError **error);
gboolean enclave_shell_get_fell_back (EnclaveShell *self);
GPid enclave_shell_get_pid (EnclaveShell *self);
/* The group of processes that has the terminal: another one with each command line. 0: none, or it is not known. */
pid_t enclave_shell_get_foreground (EnclaveShell *self);
/* Program running in the foreground ("bash", "make"), for the tab. (transfer full) (nullable) */
char *enclave_shell_dup_foreground_name (EnclaveShell *self);
/* FALSE while a program runs in the shell's foreground: closing would end it. */
gboolean enclave_shell_get_is_idle (EnclaveShell *self);
/* Queued and written as the PTY takes it; never blocks. */
void enclave_shell_write (EnclaveShell *self, GBytes *bytes);
void enclave_shell_resize (EnclaveShell *self, guint columns, guint rows);
/* The consumer has dealt with the last "output": send more. */
void enclave_shell_continue (EnclaveShell *self);
/* The consumer has time now, and the loop has not: what is there is sent before this returns. Returns: FALSE when nothing is. */
gboolean enclave_shell_read_now (EnclaveShell *self);
/* SIGHUP to the whole tree, SIGKILL after ENCLAVE_PROCESS_KILL_DELAY_MS. */
void enclave_shell_end (EnclaveShell *self);

G_END_DECLS
