/* enclave-audit-log-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-audit-format.h"
#include "enclave-audit-log.h"

G_BEGIN_DECLS

/* What of a line is not in the record. */
typedef struct
{
  guint64 seq;
  const char *session;
  guint64 number;     /* within the session, from 1 */
  const char *prev;
} EnclaveAuditLine;

/* A line with its newline. @hash: (out): ENCLAVE_AUDIT_HASH_LENGTH + 1 bytes. (transfer full) */
char *enclave_audit_line_for_record (const EnclaveAuditLine *line, const EnclaveAuditRecord *record, char *hash);
char *enclave_audit_line_for_connection (const EnclaveAuditLine *line, const EnclaveConnectionRecord *record, char *hash);
char *enclave_audit_line_for_note (const EnclaveAuditLine *line, const char *word, char *hash);
char *enclave_audit_line_for_seal (const EnclaveAuditLine *line, GBytes *key, char *hash);

/* The anchor in the config folder. An absent or unreadable one is a head with seq 0. */
void enclave_audit_anchor_load (const char *folder, EnclaveAuditHead *head);
gboolean enclave_audit_anchor_store (const char *chain, const EnclaveAuditHead *head, GBytes *key, GError **error);

/* Puts a file to the disk on a worker: a disk may take its time, and the main loop does not wait for it. */
typedef struct _EnclaveAuditSync EnclaveAuditSync;

/* (nullable): NULL when there is no descriptor left. */
EnclaveAuditSync *enclave_audit_sync_new (int fd);
/* What was written until now is put to the disk soon. */
void enclave_audit_sync_request (EnclaveAuditSync *self);
/* Waits for what was requested. */
void enclave_audit_sync_end (EnclaveAuditSync *self);

G_END_DECLS
