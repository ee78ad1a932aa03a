/* enclave-login-path.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where the person's own shell finds programs. A window that the desktop has started has not been through the files of the shell, in which
 * people add the folders of their tools. */
typedef struct
{
  char *path;    /* absolute folders with colons between; valid UTF-8 */
  char *shell;   /* the one that was asked */
  char *problem; /* (nullable): why @path is that of this process instead: for people, one sentence */
} EnclaveLoginPath;

void enclave_login_path_free (EnclaveLoginPath *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveLoginPath, enclave_login_path_free)

/* Starts @shell as a login shell, reads its PATH and ends it, with all that it has started. Takes at most @timeout_ms; blocks, so that it is for a
 * worker and for tests. Whatever the shell's files write beside it is passed over. @own: (nullable): the PATH that counts otherwise.
 * (transfer full): never NULL. */
EnclaveLoginPath *enclave_login_path_read (const char *shell, const char *own, guint timeout_ms);

/* The same of the person's login shell, once for this run of the program: the first one that asks starts it, all wait for the same answer.
 * Never blocks. Cancelling ends only the wait. Finish: (transfer none): for as long as the program runs; NULL only when cancelled. */
void enclave_login_path_ask_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
const EnclaveLoginPath *enclave_login_path_ask_finish (GAsyncResult *result, GError **error);
/* (nullable): what is known so far. */
const EnclaveLoginPath *enclave_login_path_peek (void);
/* The environment of this process with that PATH: where programs are looked for. (transfer full) */
GStrv enclave_login_path_dup_environment (const EnclaveLoginPath *self);

G_END_DECLS
