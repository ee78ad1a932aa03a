/* enclave-audit-reader.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

#include "enclave-audit-format.h"

G_BEGIN_DECLS

/* Reads what EnclaveAuditLog writes. Pure: bytes in, values out; the bytes are hostile. */

/* One record. Strings are valid UTF-8; absent ones are NULL, absent numbers 0. */
#define ENCLAVE_TYPE_AUDIT_ENTRY (enclave_audit_entry_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveAuditEntry, enclave_audit_entry, ENCLAVE, AUDIT_ENTRY, GObject)

/* @line: without its newline. (transfer full) (nullable): NULL when it is no record. */
EnclaveAuditEntry *enclave_audit_entry_parse (const char *line, gsize length);
guint64 enclave_audit_entry_get_seq (EnclaveAuditEntry *self);
/* "time", "kind", "session", "actor", "tool", "effect", "arguments", "folder", "path", "rule", "decision", "approver", "level",
 * "result_digest", "endpoint", "note" and the like. Borrowed, (nullable). */
const char *enclave_audit_entry_get_string (EnclaveAuditEntry *self, const char *member);
gint64 enclave_audit_entry_get_number (EnclaveAuditEntry *self, const char *member);
gboolean enclave_audit_entry_has_number (EnclaveAuditEntry *self, const char *member);
/* The line as it is in the file. Borrowed. */
const char *enclave_audit_entry_get_line (EnclaveAuditEntry *self);
/* One line for people: time, who, what, where, how it was decided. (transfer full) */
char *enclave_audit_entry_to_text (EnclaveAuditEntry *self);

typedef enum
{
  ENCLAVE_AUDIT_HOLDS,
  ENCLAVE_AUDIT_CHANGED,     /* a record is not what was hashed, or is none */
  ENCLAVE_AUDIT_REMOVED,     /* records between two are missing */
  ENCLAVE_AUDIT_REORDERED,
  ENCLAVE_AUDIT_TRUNCATED,   /* the anchor knows of later records */
  ENCLAVE_AUDIT_REWRITTEN,   /* a record does not go on from the one before, or is not the one that the anchor knows */
  ENCLAVE_AUDIT_TWO_WRITERS, /* two records claim the same place in the chain or in a session */
  ENCLAVE_AUDIT_CLOCK,       /* within one session, time since the start of the system went back */
  ENCLAVE_AUDIT_SEAL,        /* a seal or the anchor was not made with the key */
} EnclaveAuditFault;

/* "holds", "changed", … */
const char *enclave_audit_fault_to_word (EnclaveAuditFault fault);

typedef struct
{
  guint64 n_records;
  guint64 n_seals;
  guint64 first_seq;
  guint64 last_seq;
  guint64 sealed_seq;    /* of the last seal that holds, 0: none or no key */
  guint n_anchors;
  EnclaveAuditFault fault;
  guint64 bad_seq;       /* the first bad record, or the first one missing */
  guint64 bad_line;      /* where it is, or would be; from 1, within bad_file */
  char *bad_file;        /* (nullable) */
  char *message;         /* (nullable): for people; NULL when it holds */
  GPtrArray *notes;      /* (element-type utf8): what is no fault: a torn line, a clock that was set back */
} EnclaveAuditReport;

void enclave_audit_report_free (EnclaveAuditReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveAuditReport, enclave_audit_report_free)

typedef struct _EnclaveAuditVerifier EnclaveAuditVerifier;

/* @key: (nullable): seals are checked with it. */
EnclaveAuditVerifier *enclave_audit_verifier_new (GBytes *key);
void enclave_audit_verifier_free (EnclaveAuditVerifier *self);
/* Before the first file. @text: as it was kept; @place: for people. */
void enclave_audit_verifier_add_anchor (EnclaveAuditVerifier *self, const char *text, const char *place);
/* The records may begin anywhere: a single file of several. */
void enclave_audit_verifier_allow_late_start (EnclaveAuditVerifier *self);
/* The files in order, the oldest first. @name: for people. */
void enclave_audit_verifier_read (EnclaveAuditVerifier *self, const char *bytes, gsize length, const char *name);
/* (transfer full). Once. */
EnclaveAuditReport *enclave_audit_verifier_finish (EnclaveAuditVerifier *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveAuditVerifier, enclave_audit_verifier_free)

G_END_DECLS
