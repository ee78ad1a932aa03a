/* enclave-language-server.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-diagnostic.h"
#include "enclave-file-change.h"
#include "enclave-gate.h"
#include "enclave-language-kind.h"
#include "enclave-language-reader.h"
#include "enclave-language-snapshot.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_LANGUAGE_SERVER_OFF,
  ENCLAVE_LANGUAGE_SERVER_MISSING,  /* its program is not installed */
  ENCLAVE_LANGUAGE_SERVER_STARTING,
  ENCLAVE_LANGUAGE_SERVER_READY,
  ENCLAVE_LANGUAGE_SERVER_WAITING,  /* it has ended by itself and will be started again */
  ENCLAVE_LANGUAGE_SERVER_FAILED,   /* too often */
} EnclaveLanguageServerState;

/* One language server for one project: a program of this machine in the box of commands, with the filtered view of the project, which
 * it can't write, and no network. What it says is data: bounded, cleaned, and only about files of the project that no rule denies.
 * When it ends by itself that is a line of its log; the documents stay and are told anew. Signals: "changed": state or
 * reason; "progress-changed": what it is at, a few times a second at most; "diagnostics-changed" (const char *path); "edit-wanted" (JsonObject *edit) → gboolean: of a command that the person has
 * chosen; TRUE: it was taken. All paths are relative to the project. */
#define ENCLAVE_TYPE_LANGUAGE_SERVER (enclave_language_server_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageServer, enclave_language_server, ENCLAVE, LANGUAGE_SERVER, GObject)

EnclaveLanguageServer *enclave_language_server_new (EnclaveGate *gate, const EnclaveLanguageKind *kind);
/* Another program than those of the kind. @readable: (nullable): what it reads beside. Before it is started. */
void enclave_language_server_set_command (EnclaveLanguageServer *self, const char *const *argv, const char *const *readable);
/* Other times than those of enclave-limits.h; 0: these. */
void enclave_language_server_set_patience (EnclaveLanguageServer *self, guint start_ms, guint request_ms, guint restart_ms);

const EnclaveLanguageKind *enclave_language_server_get_kind (EnclaveLanguageServer *self);
EnclaveLanguageServerState enclave_language_server_get_state (EnclaveLanguageServer *self);
/* (nullable): one sentence. Borrowed. */
const char *enclave_language_server_get_reason (EnclaveLanguageServer *self);
/* (nullable): what it says it is doing ("indexing 12/40"). Borrowed. */
const char *enclave_language_server_get_progress (EnclaveLanguageServer *self);
/* What is started, once it was found. (nullable). Borrowed. */
const char *enclave_language_server_get_program (EnclaveLanguageServer *self);
/* The last ENCLAVE_LANGUAGE_LOG_LINES lines of what happened and of what it wrote. (transfer full) */
char *enclave_language_server_dup_log (EnclaveLanguageServer *self);

void enclave_language_server_start (EnclaveLanguageServer *self);
void enclave_language_server_stop (EnclaveLanguageServer *self);
/* Ends it, forgets how often it has ended, and starts it. */
void enclave_language_server_restart (EnclaveLanguageServer *self);
/* Only looks whether there is a program: MISSING, or OFF. */
void enclave_language_server_look_for_program (EnclaveLanguageServer *self);

/* Documents. Those of files that a rule denies, and what is too large, are not opened: FALSE. @text is shared, not copied. */
gboolean enclave_language_server_open (EnclaveLanguageServer *self, const char *path, EnclaveLanguageText *text);
void enclave_language_server_change (EnclaveLanguageServer *self, const char *path, EnclaveLanguageText *text);
void enclave_language_server_saved (EnclaveLanguageServer *self, const char *path);
void enclave_language_server_close (EnclaveLanguageServer *self, const char *path);
/* Files that somebody else than the editor has written. It is told of those that it asked for and no rule denies; it is started again when
 * what it was configured by is among them. @changes: (element-type EnclaveFileChange). */
void enclave_language_server_files_changed (EnclaveLanguageServer *self, GPtrArray *changes);
/* As the server knows it. Borrowed; NULL when it is not open. */
EnclaveLanguageText *enclave_language_server_get_text (EnclaveLanguageServer *self, const char *path);
/* What it has been told of all open documents: an answer is held against it. (transfer full) */
EnclaveLanguageSnapshot *enclave_language_server_take_snapshot (EnclaveLanguageServer *self);
/* Rules have changed: what may not be told any more is closed. */
void enclave_language_server_judge_again (EnclaveLanguageServer *self);

/* Where they are in the text as it is, also when that was changed since they were said. (element-type EnclaveDiagnostic), borrowed;
 * NULL: none. */
GPtrArray *enclave_language_server_get_diagnostics (EnclaveLanguageServer *self, const char *path);
/* Whether what it says of @path, if anything, is of the text as it was told last. */
gboolean enclave_language_server_has_looked (EnclaveLanguageServer *self, const char *path);
/* Paths that have some, sorted. (transfer container) (element-type utf8) */
GPtrArray *enclave_language_server_list_paths (EnclaveLanguageServer *self);

/* Whether it said that it can: "hoverProvider". */
gboolean enclave_language_server_can (EnclaveLanguageServer *self, const char *capability);
/* What of @capability asks for it when it is typed: "triggerCharacters". (transfer full): maybe empty. */
char *enclave_language_server_dup_triggers (EnclaveLanguageServer *self, const char *capability);
/* The beginning of most questions. (transfer full) */
JsonObject *enclave_language_server_new_params (EnclaveLanguageServer *self, const char *path, const EnclaveLanguagePosition *position);
/* @params: (transfer full). Errors: ENCLAVE_RPC_ERROR, G_IO_ERROR_CANCELLED, G_IO_ERROR_NOT_CONNECTED while it does not run. */
void enclave_language_server_request_async (EnclaveLanguageServer *self, const char *method, JsonObject *params,
                                            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
JsonNode *enclave_language_server_request_finish (EnclaveLanguageServer *self, GAsyncResult *result, GError **error);
/* The absolute path that @uri names on this machine: a file of the project, of the system's folders, or of those that the server was
 * given to read. NULL: none of these, or denied. (transfer full) */
char *enclave_language_server_dup_file (EnclaveLanguageServer *self, const char *uri);
/* Relative to the project; NULL when it is not in it, or denied. (transfer full) */
char *enclave_language_server_dup_path (EnclaveLanguageServer *self, const char *uri);

/* What it says of @text, as if that stood in @path, without telling anybody else. One at a time. Finish: (transfer full)
 * (element-type EnclaveDiagnostic). */
void enclave_language_server_look_async (EnclaveLanguageServer *self, const char *path, const char *text, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *enclave_language_server_look_finish (EnclaveLanguageServer *self, GAsyncResult *result, GError **error);

G_END_DECLS
