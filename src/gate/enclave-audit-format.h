/* enclave-audit-format.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What writer and reader of the audit log agree on.
 *
 * A line is a compact JSON object without nesting whose last two members are `prev` and `hash`, both 64 hex digits:
 * hash = SHA-256 (prev || the line without its hash member). A record whose `seq` is a multiple of
 * ENCLAVE_AUDIT_SEAL_EVERY is a seal where there is a key, and so is the last one of a run:
 * hmac = HMAC-SHA-256 (key, "seal:" seq ":" prev). The anchor, kept in another place, is the head of the chain. */

#define ENCLAVE_AUDIT_HASH_LENGTH 64
#define ENCLAVE_AUDIT_SEAL_EVERY 64
#define ENCLAVE_AUDIT_KEY_BYTES 32

/* The head of a chain: number and hash of its last record. */
typedef struct
{
  guint64 seq; /* 0: no record yet */
  char hash[ENCLAVE_AUDIT_HASH_LENGTH + 1];
} EnclaveAuditHead;

void enclave_audit_head_clear (EnclaveAuditHead *head);

/* @purpose: "seal" or "anchor". (transfer full): 64 hex digits. */
char *enclave_audit_hmac (GBytes *key, const char *purpose, const EnclaveAuditHead *head);
/* One line of fixed length, so that it can be written in place. @key: (nullable). (transfer full) */
char *enclave_audit_anchor_to_text (const EnclaveAuditHead *head, GBytes *key);
/* @sealed: (out) (optional): it carries an HMAC. Returns: FALSE when @text is no anchor, or @key (nullable) is not the one
 * that its HMAC was made with. */
gboolean enclave_audit_anchor_from_text (const char *text, GBytes *key, EnclaveAuditHead *head, gboolean *sealed);

/* The same kind of chain is kept for what the agent did, in the folder `audit`, and for connections, in the folder `egress`. */
#define ENCLAVE_AUDIT_FOLDER "audit"
#define ENCLAVE_EGRESS_FOLDER "egress"

/* (transfer full) */
char *enclave_audit_dup_folder (void);
char *enclave_audit_dup_path (void);
char *enclave_audit_dup_path_in (const char *folder);
char *enclave_audit_dup_anchor_path (void);
char *enclave_audit_dup_anchor_path_in (const char *folder);
/* Name of the file that a full log is moved to. (transfer full) */
char *enclave_audit_dup_rotated_name (guint64 last_seq);
/* All files of the log that are there, oldest first, the current one last. (transfer full) (element-type filename) */
GPtrArray *enclave_audit_list_files (void);
GPtrArray *enclave_audit_list_files_in (const char *folder);

G_END_DECLS
