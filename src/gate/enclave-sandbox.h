/* enclave-sandbox.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_SANDBOX_CHECKING,
  ENCLAVE_SANDBOX_TOOLS_ONLY, /* commands can't be confined: they don't run */
  ENCLAVE_SANDBOX_MASKED,     /* namespaces without the view: denied files masked at start */
  ENCLAVE_SANDBOX_REDUCED,    /* the view without namespaces: Landlock and the filter of system calls */
  ENCLAVE_SANDBOX_FULL,       /* namespaces and the view */
} EnclaveSandboxLevel;

/* "checking", "tools-only", "masked", "reduced", "full". */
const char *enclave_sandbox_level_to_word (EnclaveSandboxLevel level);

/* What this machine allows, found by `enclave-confine --probe`. Properties: "level". */
#define ENCLAVE_TYPE_SANDBOX (enclave_sandbox_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveSandbox, enclave_sandbox, ENCLAVE, SANDBOX, GObject)

EnclaveSandbox *enclave_sandbox_new (void);
/* Never blocks; "level" is notified. */
void enclave_sandbox_probe_async (EnclaveSandbox *self, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
/* Hands @task (transfer full) to @then once the level is known, or answers it when it was cancelled meanwhile. @self: (nullable): there
 * is no level to wait for. */
void enclave_sandbox_continue_when_known (EnclaveSandbox *self, GTask *task, void (*then) (GTask *task));
/* After a command that could not be confined: the level is unknown until it has been found anew, which begins at once. */
void enclave_sandbox_doubt (EnclaveSandbox *self);
gboolean enclave_sandbox_probe_finish (EnclaveSandbox *self, GAsyncResult *result, GError **error);
EnclaveSandboxLevel enclave_sandbox_get_level (EnclaveSandbox *self);
gboolean enclave_sandbox_get_user_namespaces (EnclaveSandbox *self);
gboolean enclave_sandbox_get_fuse (EnclaveSandbox *self);
int enclave_sandbox_get_landlock_abi (EnclaveSandbox *self);
gboolean enclave_sandbox_get_openat2 (EnclaveSandbox *self);
/* Why the level is not full, one sentence; "" when it is. Borrowed. */
const char *enclave_sandbox_get_reason (EnclaveSandbox *self);

G_END_DECLS
