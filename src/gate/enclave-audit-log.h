/* enclave-audit-log.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_AUDIT_ALLOWED,
  ENCLAVE_AUDIT_DENIED,      /* by a rule or a limit of the gate */
  ENCLAVE_AUDIT_APPROVED,    /* by the user */
  ENCLAVE_AUDIT_REFUSED,     /* by the user */
  ENCLAVE_AUDIT_UNANSWERED,  /* nobody was there to be asked */
  ENCLAVE_AUDIT_UNDECLARED,  /* a door the tool did not declare */
  ENCLAVE_AUDIT_MASKED,      /* a secret or a value of a denied file was left out of a text */
} EnclaveAuditDecision;

/* One decision. All strings but @actor and @tool are (nullable). No content of a file, a prompt or a
 * reply ever goes in. */
typedef struct
{
  const char *actor;
  const char *tool;
  const char *path;
  const char *rule;
  const char *level;
  EnclaveAuditDecision decision;
} EnclaveAuditRecord;

/* The decisions of the gate as JSON lines in the state folder, 0600, appended only. Each line carries the hash
 * of the line before it: a changed or removed line in the middle shows; a cut tail does not. */
#define ENCLAVE_TYPE_AUDIT_LOG (enclave_audit_log_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveAuditLog, enclave_audit_log, ENCLAVE, AUDIT_LOG, GObject)

/* Nothing is opened before the first record. */
EnclaveAuditLog *enclave_audit_log_new (void);
/* Several processes may append to the same file. FALSE when the line could not be written. */
gboolean enclave_audit_log_append (EnclaveAuditLog *self, const EnclaveAuditRecord *record, GError **error);
/* (transfer full) */
char *enclave_audit_log_dup_path (EnclaveAuditLog *self);

G_END_DECLS
