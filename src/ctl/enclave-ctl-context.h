/* enclave-ctl-context.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-ctl-arguments.h"
#include "enclave-gate.h"
#include "enclave-network-door.h"
#include "enclave-server-list.h"
#include "enclave-server-settings.h"

G_BEGIN_DECLS

/* What the commands share: the command line, settings, the project's gate, the sandbox, the servers. Everything is
 * made when it is first asked for. */

/* @arguments: (transfer none): outlives the context. */
EnclaveCtlContext *enclave_ctl_context_new (EnclaveCtlArguments *arguments);
void enclave_ctl_context_free (EnclaveCtlContext *self);

const char *enclave_ctl_context_get_option (EnclaveCtlContext *self, const char *name);
const char *const *enclave_ctl_context_get_words (EnclaveCtlContext *self, guint *n_words);
/* TRUE for --json. */
gboolean enclave_ctl_context_get_json (EnclaveCtlContext *self);
/* Cancelled by SIGINT, SIGTERM and SIGHUP; a second one ends the program. */
GCancellable *enclave_ctl_context_get_cancellable (EnclaveCtlContext *self);
/* The signal that cancelled, or 0. */
int enclave_ctl_context_get_signal (EnclaveCtlContext *self);
/* (nullable): NULL when there is no schema; defaults then hold. */
GSettings *enclave_ctl_context_get_settings (EnclaveCtlContext *self);
/* A usage error, told on stderr and in JSON. Returns: the exit status. */
int enclave_ctl_context_refuse_usage (EnclaveCtlContext *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* A GAsyncReadyCallback whose user_data is the context, and the wait for it. This is the program's main loop: it never
 * runs inside a callback. Returns: (transfer full). */
void enclave_ctl_context_take_result (GObject *source, GAsyncResult *result, gpointer context);
GAsyncResult *enclave_ctl_context_wait (EnclaveCtlContext *self);
/* Runs the main loop until @flag is TRUE. */
void enclave_ctl_context_wait_for (EnclaveCtlContext *self, const gboolean *flag);

EnclaveSandbox *enclave_ctl_context_get_sandbox (EnclaveCtlContext *self);
/* The gate of --workspace. (transfer full) */
EnclaveGate *enclave_ctl_context_open_gate (EnclaveCtlContext *self, GError **error);
/* What the gate has recorded is sealed, where there is a keyring; at the end. */
void enclave_ctl_context_close_audit (EnclaveCtlContext *self);
/* @door leads to the networks of @settings from now on; one that is none is told and left out. */
void enclave_ctl_context_allow_networks (EnclaveNetworkDoor *door, const EnclaveServerSettings *settings);
/* All servers of --endpoint, or of the settings and the well-known ports, asked once. `tour:` starts the practice
 * engine, which ends with the context. Borrowed. */
EnclaveServerList *enclave_ctl_context_find_servers (EnclaveCtlContext *self, GError **error);
/* The model @wanted (nullable), else that of --model, of the settings, or the first. (out) (transfer full). Errors:
 * ENCLAVE_INFERENCE_ERROR. */
gboolean enclave_ctl_context_choose_model (EnclaveCtlContext *self, const char *wanted, EnclaveServer **server, EnclaveModelInfo **model,
                                           GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveCtlContext, enclave_ctl_context_free)

G_END_DECLS
