/* enclave-gate-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-audit-log.h"
#include "enclave-checkpoint-store.h"
#include "enclave-gate.h"
#include "enclave-path-resolver.h"
#include "enclave-policy-watch-private.h"
#include "enclave-text-admission.h"

G_BEGIN_DECLS

struct _EnclaveGate
{
  GObject parent_instance;

  EnclavePolicy *policy;
  EnclavePathResolver *resolver;
  EnclaveTextAdmission *admission;
  /* The first one: its root and descriptor are what others borrow. */
  EnclavePathResolver *origin;
  EnclavePolicyWatch *watch;
  char *policy_problem;  /* (nullable) */
  EnclaveCheckpointStore *checkpoints;
  char *recovery_notice; /* (nullable) */
  EnclaveSandbox *sandbox;
  EnclaveGitProgress *git_progress;
  GHashTable *grants;
  char *last_command;    /* (nullable) */
  GHashTable *read_files; /* true path of a file that a model was given whole → digest of its text then */

  /* the audit */
  EnclaveAuditLog *audit;
  char *audit_problem;   /* (nullable) */
  char *endpoint;        /* (nullable) */
  gboolean audit_begun;  /* a record was written */
  gboolean audit_asked;  /* for the key */
  gboolean audit_asking; /* and not answered yet */
  gboolean audit_keyed;
  GTask *audit_close;    /* (nullable) */
  guint audit_close_timer;

  /* Weak: all of these belong to a window that may go first. */
  EnclaveApprover *approver;
  EnclaveTerminalHost *terminal_host;
  EnclaveBufferOverlay *buffer_overlay;
  EnclaveBufferOverlay *pending_overlay;
  EnclaveMessageSource *message_source;
};

/* Before anything of the project is read. */
void enclave_gate_recover_changes (EnclaveGate *self);

/* Stays the gate's; O_PATH | O_DIRECTORY. */
int enclave_gate_get_root_fd (EnclaveGate *self);

EnclavePathResolver *enclave_gate_get_resolver (EnclaveGate *self);

/* All (nullable) (transfer none). */
EnclaveApprover *enclave_gate_get_approver (EnclaveGate *self);
EnclaveTerminalHost *enclave_gate_get_terminal_host (EnclaveGate *self);
EnclaveBufferOverlay *enclave_gate_get_buffer_overlay (EnclaveGate *self);
EnclaveBufferOverlay *enclave_gate_get_pending_overlay (EnclaveGate *self);
EnclaveMessageSource *enclave_gate_get_message_source (EnclaveGate *self);

/* Writes one record; fills in level, folder and endpoint. FALSE with NOT_RECORDED when it can't be written: then what it allows
 * must not be done. */
gboolean enclave_gate_record (EnclaveGate *self, EnclaveAuditRecord *record, GError **error);
/* The same with the digest and the size of @text. */
gboolean enclave_gate_record_text (EnclaveGate *self, EnclaveAuditRecord *record, const char *text, GError **error);
/* Before an effect: FALSE with NOT_RECORDED while the log can't be written. Looks again when it could not. */
gboolean enclave_gate_audit_ready (EnclaveGate *self, GError **error);
/* Writes the record that belongs to @error, when it is a refusal (anything but a failure of input or output). @record: who
 * asked for what; decision, rule and path are those of @error. */
void enclave_gate_audit_error (EnclaveGate *self, EnclaveAuditRecord *record, const GError *error);
/* Writes the records for what was masked in a text, one a rule. @record: whose text it is and where it is from. FALSE with
 * NOT_RECORDED: the text must not be given. */
gboolean enclave_gate_record_masks (EnclaveGate *self, EnclaveAuditRecord *record, const EnclaveMaskedText *masked,
                                    GError **error);
/* For the class itself. */
void enclave_gate_audit_class_init (gpointer klass);
void enclave_gate_audit_dispose (EnclaveGate *self);
void enclave_gate_trust_class_init (gpointer klass);

/* The person has approved that @new_text stands in the file @name of instructions: trusted, as long as what stood there
 * before was. @old_text: (nullable): there was none. Finish: enclave_gate_trust_instructions_finish(); FALSE without an error
 * when what stood there was not trusted. */
void enclave_gate_carry_trust_async (EnclaveGate *self, const char *name, const char *old_text, const char *new_text,
                                     GAsyncReadyCallback callback, gpointer user_data);

EnclaveTextAdmission *enclave_gate_get_admission (EnclaveGate *self);
/* Commands allowed for the conversation, by exact argv and the level of the sandbox: at another level it is asked again. */
gboolean enclave_gate_has_grant (EnclaveGate *self, const char *const *argv);
void enclave_gate_add_grant (EnclaveGate *self, const char *const *argv);
/* (nullable): the command line that was last allowed in this conversation, as it was shown. */
const char *enclave_gate_get_last_command (EnclaveGate *self);
void enclave_gate_set_last_command (EnclaveGate *self, const char *shown);

G_END_DECLS
