/* enclave-audit-keeper.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The part of the audit log that is kept in the keyring: the key of the seals and the newest anchor. Without a keyring there is
 * neither. One per process, made when first needed. Main thread only. */
#define ENCLAVE_TYPE_AUDIT_KEEPER (enclave_audit_keeper_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveAuditKeeper, enclave_audit_keeper, ENCLAVE, AUDIT_KEEPER, GObject)

/* (transfer none) */
EnclaveAuditKeeper *enclave_audit_keeper_get_default (void);
/* @create: makes a key when there is none yet. Result: (transfer full) (nullable): NULL when no keyring keeps one, which is
 * no error. @anchor: (out) (optional) (nullable) (transfer full): the anchor of this user's log that the keyring has. */
void enclave_audit_keeper_load_async (EnclaveAuditKeeper *self, gboolean create, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
GBytes *enclave_audit_keeper_load_finish (EnclaveAuditKeeper *self, GAsyncResult *result, char **anchor);
/* Keeps @anchor soon; of several that come quickly the last one. */
void enclave_audit_keeper_store_anchor (EnclaveAuditKeeper *self, const char *anchor);
/* Ends when what was given to store is stored, or can't be. */
void enclave_audit_keeper_flush_async (EnclaveAuditKeeper *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
void enclave_audit_keeper_flush_finish (EnclaveAuditKeeper *self, GAsyncResult *result);

G_END_DECLS
