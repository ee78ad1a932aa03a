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
  ENCLAVE_AUDIT_FINISHED,    /* no decision: how a command that was allowed has ended */
} EnclaveAuditDecision;

/* One decision. All strings but @actor and @tool are (nullable). No content of a file, a prompt or a
 * reply ever goes in. */
typedef struct
{
  const char *actor;
  const char *tool;
  const char *path;             /* relative to @folder; of a command: its line, masked here */
  const char *rule;
  const char *level;
  EnclaveAuditDecision decision;
  const char *effect;           /* "read", "write", "run" */
  const char *folder;           /* the project */
  const char *arguments;        /* as shown: masked by the caller */
  const char *arguments_digest; /* SHA-256 of the arguments as they came */
  const char *approver;
  const char *result_digest;    /* SHA-256 of what the tool was given, or of what was written */
  guint64 result_bytes;         /* counts with @result_digest */
  const char *endpoint;         /* the address of the server that has the conversation */
  guint64 device;
  guint64 inode;                /* 0: not known */
  int exit_status;              /* of FINISHED: as of waitpid() */
} EnclaveAuditRecord;

typedef enum
{
  ENCLAVE_CONNECTION_OPENED,
  ENCLAVE_CONNECTION_CLOSED,   /* with its bytes */
  ENCLAVE_CONNECTION_FAILED,   /* allowed, but nobody answered */
  ENCLAVE_CONNECTION_REFUSED,  /* by the allow-list: nothing was sent */
} EnclaveConnectionEvent;

/* One event of a connection: together they are the ledger of what was asked for. */
typedef struct
{
  EnclaveConnectionEvent event;
  const char *address;  /* as asked for: `http://127.0.0.1:11434`, `unix:/path` */
  const char *by;       /* who asked */
  const char *mode;     /* who connects and counts: "sealed" (enclave-net) or "direct" (the process itself) */
  const char *run;      /* one for each run of a program: events of one connection have the same run and number */
  guint64 number;
  gboolean is_local;    /* it can't leave this machine */
  const char *reason;   /* (nullable): of FAILED and REFUSED */
  guint64 times;        /* FAILED and REFUSED: how often, one after the other */
  guint64 sent;
  guint64 received;
} EnclaveConnectionRecord;

/* The decisions of the gate as JSON lines in the state folder, 0600, appended only; see enclave-audit-format.h for the
 * chain. The head of the chain is kept in the config folder as well, and, where a keyring answers, in the keyring: a
 * tail that was cut off or a log that was written anew then shows. A full file is moved aside and the chain goes on in a
 * new one. */
#define ENCLAVE_TYPE_AUDIT_LOG (enclave_audit_log_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveAuditLog, enclave_audit_log, ENCLAVE, AUDIT_LOG, GObject)

/* Nothing is opened before the first record. */
EnclaveAuditLog *enclave_audit_log_new (void);
/* The ledger of connections: a chain of its own, below `egress`. */
EnclaveAuditLog *enclave_audit_log_new_for_connections (void);
/* Several processes may append to the same file. FALSE when the line could not be written. A worker
 * puts it to the disk. */
gboolean enclave_audit_log_append (EnclaveAuditLog *self, const EnclaveAuditRecord *record, GError **error);
gboolean enclave_audit_log_append_connection (EnclaveAuditLog *self, const EnclaveConnectionRecord *record, GError **error);
/* A record that says something about the log itself: "no-keyring". @word: one word. */
gboolean enclave_audit_log_append_note (EnclaveAuditLog *self, const char *word, GError **error);
/* A seal over everything up to now. TRUE when there is nothing to seal or no key. */
gboolean enclave_audit_log_seal (EnclaveAuditLog *self, GError **error);
/* Whether the log could be opened now; no record is written. */
gboolean enclave_audit_log_check (EnclaveAuditLog *self, GError **error);
/* (nullable): the key for seals, ENCLAVE_AUDIT_KEY_BYTES. */
void enclave_audit_log_set_key (EnclaveAuditLog *self, GBytes *key);
/* Takes what another place has kept: when the log does not hold that record, the chain goes on from there, and
 * the break shows for good. */
void enclave_audit_log_adopt_anchor (EnclaveAuditLog *self, const char *anchor);
/* What comes belongs to another conversation. */
void enclave_audit_log_begin_session (EnclaveAuditLog *self);
/* Borrowed. */
const char *enclave_audit_log_get_session (EnclaveAuditLog *self);
/* The anchor of the last record of this object as enclave_audit_anchor_from_text() reads it, or NULL before the first.
 * (transfer full) (nullable) */
char *enclave_audit_log_dup_anchor (EnclaveAuditLog *self);
/* (transfer full) */
char *enclave_audit_log_dup_path (EnclaveAuditLog *self);
/* For tests: the size that a file is moved aside from. */
void enclave_audit_log_set_max_bytes (EnclaveAuditLog *self, gint64 max_bytes);

G_END_DECLS
