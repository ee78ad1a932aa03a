/* enclave-history.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <json-glib/json-glib.h>

#include "enclave-chat-request.h"
#include "enclave-context-item.h"
#include "enclave-gate.h"

G_BEGIN_DECLS

/* What the model is sent again with each request: append-only, so that the bytes of one request are a prefix of the
 * next one's and the server can reuse what it has read. Reasoning and notices are not part of it. */
typedef struct _EnclaveHistory EnclaveHistory;

/* Between a preface and the words behind it. */
#define ENCLAVE_HISTORY_PREFACE_END "\n\n"
/* Said for the model where a reply is missing: many templates want the roles to alternate. */
#define ENCLAVE_HISTORY_NO_REPLY "(No reply came.)"

EnclaveHistory *enclave_history_new (void);
void enclave_history_free (EnclaveHistory *self);
guint enclave_history_get_length (EnclaveHistory *self);
/* TRUE when the last entry is the user's. */
gboolean enclave_history_ends_with_user (EnclaveHistory *self);
/* Attachments and results are given up to this size, with a note of how to go on; 0: whole. What was given stays as it was given. */
void enclave_history_set_item_limit (EnclaveHistory *self, guint max_tokens);
/* What was cut, for people. (transfer full) (element-type utf8) */
GPtrArray *enclave_history_dup_left_out (EnclaveHistory *self);
/* Adds to @conversation and @files what was said and what was quoted, in tokens. */
void enclave_history_estimate (EnclaveHistory *self, double *conversation, double *files);
/* TRUE when the last entry is the user's or the result of a tool. */
gboolean enclave_history_wants_reply (EnclaveHistory *self);
/* @words: what the user typed. @attachments: (nullable) (element-type EnclaveContextItem): quoted after it.
 * @facts: (nullable): Enclave's own lines about the moment, which stand at the end. */
void enclave_history_add_user (EnclaveHistory *self, EnclaveContextItem *words, GPtrArray *attachments,
                               const char *facts);
/* The text of the entry that this would add, without adding it: for counting. @preface: (nullable). @material: (out): tokens of
 * what is quoted. @left_out: (element-type utf8): told of what is cut. (transfer full) */
char *enclave_history_dup_user_text (EnclaveHistory *self, EnclaveContextItem *preface, const char *words, GPtrArray *attachments,
                                     const char *facts, double *material, GPtrArray *left_out);
/* What stands before the words of the user entry that is added next: it is there for as long as that one. */
void enclave_history_set_preface (EnclaveHistory *self, EnclaveContextItem *preface);
/* (nullable): what was set and stands before nothing yet. Borrowed. */
EnclaveContextItem *enclave_history_get_preface (EnclaveHistory *self);
/* What the model said, "" when it only called tools. */
void enclave_history_add_assistant (EnclaveHistory *self, const char *text);
/* A call of the assistant entry added last. @arguments: JSON object as text. */
void enclave_history_add_call (EnclaveHistory *self, const char *id, const char *name, const char *arguments);
/* @id: (nullable): NULL when the call was written as text. @note: (nullable): Enclave's own words after the result. */
void enclave_history_add_result (EnclaveHistory *self, const char *id, const char *name, EnclaveContextItem *item,
                                 const char *note);
/* The first @length entries, whole: what a compaction has left out may fit again. (transfer full) */
EnclaveHistory *enclave_history_copy (EnclaveHistory *self, guint length);
/* Takes off what was added after @length: entries that no finished reply has been built on. */
void enclave_history_truncate (EnclaveHistory *self, guint length);
/* Without what a compaction has left out. */
void enclave_history_add_to_request (EnclaveHistory *self, EnclaveChatRequest *request);

/* The entries from @first on, for keeping. (transfer full) */
JsonArray *enclave_history_to_json (EnclaveHistory *self, guint first);
/* Takes off what stands after @first and adds what enclave_history_to_json() has made; what is damaged is left out. All of it
 * passes @gate again: rules may have come since. @array: (nullable). */
void enclave_history_restore (EnclaveHistory *self, guint first, JsonArray *array, EnclaveGate *gate);
/* What a compaction has left out or shortened; empty when nothing. (transfer full) */
JsonArray *enclave_history_compaction_to_json (EnclaveHistory *self);
void enclave_history_restore_compaction (EnclaveHistory *self, JsonArray *array, EnclaveGate *gate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveHistory, enclave_history_free)

G_END_DECLS
