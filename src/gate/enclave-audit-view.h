/* enclave-audit-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-audit-reader.h"

G_BEGIN_DECLS

/* This user's log, read on a worker. */

/* The newest @max_records of the log, oldest first; lines that are no record are left out.
 * Result: (transfer full) (element-type EnclaveAuditEntry), empty when there is no log. */
void enclave_audit_view_load_async (guint max_records, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
GPtrArray *enclave_audit_view_load_finish (GAsyncResult *result, GError **error);
/* Checks the log, or @path (nullable) alone. The keyring is asked for key and anchor; a single file has no anchor.
 * Result: (transfer full): NULL with an error when a file can't be read; of a log that does not exist and never did, a
 * report with no record and no anchor. */
void enclave_audit_view_verify_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
EnclaveAuditReport *enclave_audit_view_verify_finish (GAsyncResult *result, gboolean *has_key, GError **error);
/* The records of @path, or of the log when NULL. Blocks. (transfer full) (element-type EnclaveAuditEntry) */
GPtrArray *enclave_audit_view_read (const char *path, guint max_records, GError **error);

G_END_DECLS
