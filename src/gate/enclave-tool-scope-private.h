/* enclave-tool-scope-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-audit-log.h"
#include "enclave-checkpoint-label.h"
#include "enclave-file-door.h"
#include "enclave-gate.h"
#include "enclave-path-resolver.h"
#include "enclave-text-admission.h"
#include "enclave-tool-scope.h"

G_BEGIN_DECLS

/* The gate makes scopes and nobody else. (transfer full) */
EnclaveToolScope *enclave_tool_scope_new (EnclaveGate *gate, const char *actor, const char *tool,
                                          EnclaveEffects effects);
EnclaveGate *enclave_tool_scope_get_gate (EnclaveToolScope *self);
const char *enclave_tool_scope_get_tool (EnclaveToolScope *self);
const char *enclave_tool_scope_get_actor (EnclaveToolScope *self);
EnclavePathResolver *enclave_tool_scope_get_resolver (EnclaveToolScope *self);
/* (nullable): whose its applications are. Borrowed. */
const EnclaveCheckpointLabel *enclave_tool_scope_get_checkpoint (EnclaveToolScope *self);
gboolean enclave_tool_scope_get_restricted (EnclaveToolScope *self);
gboolean enclave_tool_scope_get_counting (EnclaveToolScope *self);
/* @text: (transfer full) (nullable): what the last text of a tool was before its secrets were masked; NULL changes nothing. */
void enclave_tool_scope_take_withheld (EnclaveToolScope *self, char *text);
const char *enclave_tool_scope_get_withheld (EnclaveToolScope *self);

/* A new task of @self. When @effect was not declared the task is answered with UNDECLARED, the try is an audit line, and NULL
 * is returned. @path: (nullable): for the audit. */
GTask *enclave_tool_scope_begin (EnclaveToolScope *self, EnclaveEffects effect, const char *path, gpointer tag,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Answers @task (transfer full) with @error (transfer full) and writes the audit line that belongs to it. */
void enclave_tool_scope_fail (EnclaveToolScope *self, GTask *task, const char *path, GError *error);
/* The record of what @task is about to be given: fills in who asked for what. @text: (nullable): what is given, for its
 * digest. FALSE: nothing may be given, and @task (transfer none) has been answered. */
gboolean enclave_tool_scope_record (EnclaveToolScope *self, GTask *task, EnclaveAuditRecord *record, const char *text);

/* The record of how a command has ended. @text: (nullable): what is given of its output. */
void enclave_tool_scope_record_end (EnclaveToolScope *self, EnclaveAuditRecord *record, const char *text);
/* The records of what was masked in a text from @path (nullable). FALSE with NOT_RECORDED: the text must not be given. */
gboolean enclave_tool_scope_record_masks (EnclaveToolScope *self, const char *path, const EnclaveMaskedText *masked,
                                          GError **error);

/* Asks the approver. Finish: TRUE when allowed; otherwise REFUSED_BY_USER or NEEDS_APPROVAL, with the audit line
 * written. @path, @rule: (nullable). @remember: (out): the answer holds for the conversation. */
void enclave_tool_scope_ask_async (EnclaveToolScope *self, EnclaveApprovalRequest *request, const char *path,
                                   const char *rule, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean enclave_tool_scope_ask_finish (EnclaveToolScope *self, GAsyncResult *result, gboolean *remember,
                                        GError **error);

/* Text that stands in for a decided file: not applied yet, else not saved yet. (transfer full) (nullable) */
char *enclave_tool_scope_dup_overlay_text (EnclaveToolScope *self, const char *true_path);

/* What the model is to work on: pending, else unsaved, else disk. @path: as it was asked for, for the error when there is
 * nothing. (transfer full) */
char *enclave_tool_scope_dup_visible_text (EnclaveToolScope *self, EnclaveFileContent *content, const char *path,
                                           GError **error);
/* A model is given @text, or a part of it (@whole: FALSE), which is what it works on in the file @true_path; or it has written it. */
void enclave_tool_scope_note_read (EnclaveToolScope *self, const char *true_path, const char *text, gboolean whole);
/* What a model knows of the file whose text is @text now. */
EnclaveKnowledge enclave_tool_scope_look_up_read (EnclaveToolScope *self, const char *true_path, const char *text);
/* For enclave_tool_scope_get_knowledge(). */
void enclave_tool_scope_set_knowledge (EnclaveToolScope *self, const char *path, EnclaveKnowledge knowledge);
/* Which file it was, for the audit. */
void enclave_tool_scope_describe_file (EnclaveAuditRecord *record, const EnclaveFileContent *content);

/* Every text that a tool gives to the model passes here, on a worker, before it is cut. @text: (transfer full), valid UTF-8;
 * @path: (nullable): where it is from, for the audit. Finish: (transfer full). */
void enclave_tool_scope_mask_async (EnclaveToolScope *self, char *text, const char *path, EnclaveAdmissionFlags flags,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *enclave_tool_scope_mask_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);

/* @text cut to ENCLAVE_TOOL_RESULT_MAX_BYTES between lines; head and tail are kept, the middle is left out. */
char *enclave_tool_scope_clip_middle (const char *text, gboolean *truncated);

G_END_DECLS
