/* enclave-gate.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-approver.h"
#include "enclave-buffer-overlay.h"
#include "enclave-context-item.h"
#include "enclave-gate-error.h"
#include "enclave-git-progress.h"
#include "enclave-instructions.h"
#include "enclave-message-source.h"
#include "enclave-policy.h"
#include "enclave-sandbox.h"
#include "enclave-terminal-host.h"
#include "enclave-tool-scope.h"

G_BEGIN_DECLS

/* One per project: policy, approver, audit; opens scopes. Signals: "policy-changed": the policy files were read anew, with
 * success or without, see enclave_gate_get_policy_problem(); "audit-problem-changed"; "trust-changed": the person has trusted instructions of the
 * folder, or does no longer. */
#define ENCLAVE_TYPE_GATE (enclave_gate_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveGate, enclave_gate, ENCLAVE, GATE, GObject)

/* Opens @root (resolved once; its descriptor is kept) and loads its policy. @sandbox: (nullable): shared by all
 * gates; without one no command runs. */
EnclaveGate *enclave_gate_new (const char *root, EnclaveSandbox *sandbox, GError **error);
/* Absolute true path of the project. Borrowed. */
const char *enclave_gate_get_root (EnclaveGate *self);
EnclavePolicy *enclave_gate_get_policy (EnclaveGate *self);
/* Reads the policy files again; a monitor does the same when one of them changes. The new rules hold for all that begins
 * after it. FALSE with @error: a file can't be used, and the rules stay as they were. */
gboolean enclave_gate_reload_policy (EnclaveGate *self, GError **error);
/* Why the policy files as they are now are not in force, or NULL while they are. Borrowed. */
const char *enclave_gate_get_policy_problem (EnclaveGate *self);
EnclaveSandbox *enclave_gate_get_sandbox (EnclaveGate *self);
EnclaveGitProgress *enclave_gate_get_git_progress (EnclaveGate *self);

/* Not owned (weak): whoever asks the user; NULL: nobody is there. */
void enclave_gate_set_approver (EnclaveGate *self, EnclaveApprover *approver);
/* Weak. Where commands are shown; NULL: nowhere. */
void enclave_gate_set_terminal_host (EnclaveGate *self, EnclaveTerminalHost *host);
/* Weak. Open buffers. */
void enclave_gate_set_buffer_overlay (EnclaveGate *self, EnclaveBufferOverlay *overlay);
/* Weak. What is asked about a file's errors before a compiler is. */
void enclave_gate_set_message_source (EnclaveGate *self, EnclaveMessageSource *source);
/* Weak. Proposals that are not applied yet; they win over buffers for reading. */
void enclave_gate_set_pending_overlay (EnclaveGate *self, EnclaveBufferOverlay *overlay);

/* @actor: "agent", "user", an MCP server's name; @tool: for the audit and the question.
 * Returns: (transfer full). */
EnclaveToolScope *enclave_gate_open_scope (EnclaveGate *self, const char *actor, const char *tool,
                                           EnclaveEffects effects);
/* Ends what "allow in this conversation" has granted. */
void enclave_gate_forget_grants (EnclaveGate *self);

/* Text for the model that does not come through a tool: what the user typed, a selection, scrollback.
 * @path: (nullable): the file it stands in, absolute or relative; judged for reading like the file itself.
 * @source: for people. Returns: (transfer full): NULL with ENCLAVE_GATE_ERROR. */
EnclaveContextItem *enclave_gate_admit_text (EnclaveGate *self, const char *text, const char *path,
                                             const char *source, GError **error);
/* The same, with secrets as they are: the user has seen enclave_gate_list_secrets() and has said so. Values of denied
 * files are masked all the same. */
EnclaveContextItem *enclave_gate_admit_text_as_it_is (EnclaveGate *self, const char *text, const char *path,
                                                      const char *source, GError **error);
EnclaveContextItem *enclave_gate_admit_withheld (EnclaveGate *self, EnclaveToolScope *scope, const char *source, GError **error);
/* What denied files hold now, for what is admitted after it. Before anything that was admitted at once is sent. Finish: FALSE only when
 * it was cancelled. */
void enclave_gate_learn_values_async (EnclaveGate *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_gate_learn_values_finish (EnclaveGate *self, GAsyncResult *result, GError **error);
/* @item by what is known now. (transfer full): NULL with NOT_RECORDED. */
EnclaveContextItem *enclave_gate_admit_again (EnclaveGate *self, EnclaveContextItem *item, GError **error);
/* What would be masked in a text of the user: @secrets, @values: (out) (transfer full): rules, one a place,
 * "github-token", "builtin:dotenv". Returns: TRUE when there is something. */
gboolean enclave_gate_list_secrets (EnclaveGate *self, const char *text, GStrv *secrets, GStrv *values);
/* What would be admitted and what would be masked in it, both from one look, before the user sends it: to be shown and counted on this
 * machine. (transfer full) (nullable): NULL with ENCLAVE_GATE_ERROR and empty lists. */
EnclaveContextItem *enclave_gate_look_at_text (EnclaveGate *self, const char *text, const char *path, const char *source,
                                               GStrv *secrets, GStrv *values, GError **error);
/* The text around a caret, for a model that fills in: @caret in bytes; at most so many bytes before and behind it are given. See the .c
 * for what is masked. Finish: (out) (transfer full). */
void enclave_gate_admit_caret_async (EnclaveGate *self, const char *text, gsize caret, gsize before_bytes,
                                     gsize after_bytes, const char *path, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_gate_admit_caret_finish (EnclaveGate *self, GAsyncResult *result, EnclaveContextItem **before,
                                          EnclaveContextItem **after, GError **error);
/* Judges by name alone, for marks in lists (lock in the tree). @path: absolute or relative. */
EnclaveDecision enclave_gate_judge_name (EnclaveGate *self, EnclaveEffects effects, const char *path,
                                         gboolean is_directory);
/* The absolute path that @path leads to, links resolved as far as it exists; for the person's own use, and nothing is judged.
 * @path: absolute, or relative to the project. (transfer full) */
char *enclave_gate_dup_true_path (EnclaveGate *self, const char *path);
/* What the folder brings for the agent, whether it is trusted or not: for the person. Finish: (transfer full) (nullable):
 * NULL without an error when there is nothing. */
void enclave_gate_look_at_instructions_async (EnclaveGate *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                              gpointer user_data);
EnclaveInstructions *enclave_gate_look_at_instructions_finish (EnclaveGate *self, GAsyncResult *result, GError **error);
/* The person trusts exactly the bytes of @instructions, or nothing that is called @name any more. One finish for both. */
void enclave_gate_trust_instructions_async (EnclaveGate *self, const EnclaveInstructions *instructions,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
void enclave_gate_distrust_instructions_async (EnclaveGate *self, const char *name, GCancellable *cancellable,
                                               GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_gate_trust_instructions_finish (EnclaveGate *self, GAsyncResult *result, GError **error);
/* What the person has agreed to of something that runs by itself (an MCP server) in this project, as a record of whoever asks; see
 * enclave-gate-consent.c. @record: (nullable): NULL takes it back. Look: (transfer full) (nullable). */
void enclave_gate_look_at_consent_async (EnclaveGate *self, const char *name, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
GBytes *enclave_gate_look_at_consent_finish (EnclaveGate *self, GAsyncResult *result, GError **error);
void enclave_gate_keep_consent_async (EnclaveGate *self, const char *name, const char *shown, GBytes *record,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_gate_keep_consent_finish (EnclaveGate *self, GAsyncResult *result, GError **error);
/* The audit file of this machine's user. (transfer full) */
char *enclave_gate_dup_audit_path (EnclaveGate *self);
/* Why the audit log can't be written, or NULL while it can. Until then every effect of a scope is refused with
 * ENCLAVE_GATE_ERROR_NOT_RECORDED; the editor goes on. Borrowed. */
const char *enclave_gate_get_audit_problem (EnclaveGate *self);
/* The session of this conversation's records. Borrowed. */
const char *enclave_gate_get_audit_session (EnclaveGate *self);
/* @address: (nullable): the server that has the conversation, for the records to come. */
void enclave_gate_set_endpoint_address (EnclaveGate *self, const char *address);
/* Seals the log and has its anchor kept, at the end of a program without a window. */
void enclave_gate_close_audit_async (EnclaveGate *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
void enclave_gate_close_audit_finish (EnclaveGate *self, GAsyncResult *result);

G_END_DECLS
