/* enclave-tool-scope.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-context-item.h"
#include "enclave-gate-error.h"
#include "enclave-policy.h"
#include "enclave-project-survey.h"
#include "enclave-proposal.h"

G_BEGIN_DECLS

/* The capability of one tool call: the doors that its spec declared, and nothing else. A call through a door
 * that was not declared fails with ENCLAVE_GATE_ERROR_UNDECLARED and is an audit line. Paths are strings as
 * the model wrote them, relative to the project; only the scope understands them. All errors are
 * ENCLAVE_GATE_ERROR or G_IO_ERROR_CANCELLED. Signal: "progress" (const char *words): how far the tool is, for the person alone. */
#define ENCLAVE_TYPE_TOOL_SCOPE (enclave_tool_scope_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveToolScope, enclave_tool_scope, ENCLAVE, TOOL_SCOPE, GObject)

EnclaveEffects enclave_tool_scope_get_effects (EnclaveToolScope *self);
/* Mode Plan: commands of this scope run with the workspace read-only. Can't be taken back. */
void enclave_tool_scope_restrict_commands (EnclaveToolScope *self);

/* What this scope reads is counted and given to no model, which therefore does not know it. Can't be taken back. */
void enclave_tool_scope_set_counting (EnclaveToolScope *self);

/* Emits "progress". @words: a clean line. */
void enclave_tool_scope_tell_progress (EnclaveToolScope *self, const char *words);

/* What the call was asked to do, for the audit: @json, an object as text, is kept as a digest and, without contents and
 * with secrets masked, as shown. */
void enclave_tool_scope_set_arguments (EnclaveToolScope *self, const char *json);
/* Whether the agent asked for the call, and not the user by an Apply. */
gboolean enclave_tool_scope_is_of_agent (EnclaveToolScope *self);
/* Whether secrets were masked in what the tool gave. The scope is then the handle by which a person can send them, see
 * enclave_gate_admit_withheld(); nobody outside of the gate can read them. */
gboolean enclave_tool_scope_has_withheld (EnclaveToolScope *self);

/* READ. Lines of a text file, numbered when @numbered ("12\tint x;"). @start_line from 1 (0: 1), @line_count
 * 0: to the end or the limit. Prefers text not saved or not applied yet. */
void enclave_tool_scope_read_async (EnclaveToolScope *self, const char *path, guint start_line,
                                    guint line_count, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
EnclaveContextItem *enclave_tool_scope_read_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);

/* READ. What the folder brings for the agent, when the person has trusted exactly these bytes, cut to
 * ENCLAVE_INSTRUCTIONS_GIVEN_BYTES. Only what is on the disk counts. ENCLAVE_GATE_ERROR_UNTRUSTED names the file. */
void enclave_tool_scope_read_instructions_async (EnclaveToolScope *self, GCancellable *cancellable,
                                                 GAsyncReadyCallback callback, gpointer user_data);
EnclaveContextItem *enclave_tool_scope_read_instructions_finish (EnclaveToolScope *self, GAsyncResult *result,
                                                                 GError **error);

/* READ. Names in a folder, folders with a trailing `/`, denied ones marked "(denied: RULE)". */
void enclave_tool_scope_list_async (EnclaveToolScope *self, const char *path, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
EnclaveContextItem *enclave_tool_scope_list_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);

/* READ. Paths below the project that match a glob (`*.c`, `ring*`), ignored files left out. */
void enclave_tool_scope_find_async (EnclaveToolScope *self, const char *pattern, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
/* A page for a model: names from @first (from 1) on, with how many there are and how to go on. The same finish. */
void enclave_tool_scope_find_page_async (EnclaveToolScope *self, const char *pattern, guint first, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
EnclaveContextItem *enclave_tool_scope_find_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);

/* READ. `path:line: text` of each match below @path (nullable: the project); denied files are never opened. */
void enclave_tool_scope_search_async (EnclaveToolScope *self, const char *pattern, const char *path,
                                      gboolean is_regex, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
/* A page of them, as above. */
void enclave_tool_scope_search_page_async (EnclaveToolScope *self, const char *pattern, const char *path, gboolean is_regex,
                                           guint first, GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
EnclaveContextItem *enclave_tool_scope_search_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);

/* READ. All files of the project as they are on the disk, with what they define and mention; of denied files the name.
 * @previous: (nullable): what has not changed since is not read again. */
void enclave_tool_scope_survey_async (EnclaveToolScope *self, EnclaveProjectSurvey *previous, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
EnclaveProjectSurvey *enclave_tool_scope_survey_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);

/* WRITE. The whole text of a file that is to be edited (NULL item text never; a missing file is
 * ENCLAVE_GATE_ERROR_NOT_FOUND), judged for writing. Not for the conversation: for the edit itself.
 * Returns from finish: (transfer full): text with its line ends. */
void enclave_tool_scope_read_for_edit_async (EnclaveToolScope *self, const char *path, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
char *enclave_tool_scope_read_for_edit_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);

/* What a model knows of a file. */
typedef enum
{
  ENCLAVE_KNOWLEDGE_NONE,
  ENCLAVE_KNOWLEDGE_PART,    /* it was given some lines, and the file is as it was */
  ENCLAVE_KNOWLEDGE_CURRENT,
  ENCLAVE_KNOWLEDGE_STALE,   /* somebody has changed it since */
} EnclaveKnowledge;

/* Of a file that was read for an edit by this scope, under the same @path. A model that replaces a whole file must know all
 * of it as it is. */
EnclaveKnowledge enclave_tool_scope_get_knowledge (EnclaveToolScope *self, const char *path);

/* WRITE. Judges a change without making it. @new_text: (nullable): NULL deletes.
 * @base_text: (nullable): the text the edit was made from; when the file differs now:
 * ENCLAVE_GATE_ERROR_CHANGED. */
void enclave_tool_scope_prepare_write_async (EnclaveToolScope *self, const char *path, const char *base_text,
                                             const char *new_text, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
EnclaveProposal *enclave_tool_scope_prepare_write_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);

/* WRITE. Makes changes, all files or none: re-checks each file against what the proposal was made from, asks
 * for protected ones, journals, writes, and rolls back what was written when one fails.
 * @proposals: (element-type EnclaveProposal). A file that is open and modified in the editor is changed there. */
void enclave_tool_scope_apply_async (EnclaveToolScope *self, GPtrArray *proposals, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_tool_scope_apply_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);

typedef enum
{
  ENCLAVE_RUN_NONE = 0,
  ENCLAVE_RUN_READ_ONLY = 1 << 0, /* the workspace can't be written (mode Plan; git status and the like) */
  ENCLAVE_RUN_QUIET = 1 << 1,     /* a program of ours: fixed argv, no question, no terminal tab; READ_ONLY too */
} EnclaveRunFlags;

/* RUN. Confined, after approval, shown in a terminal tab. @argv: what is executed; @shown: (nullable): the
 * literal command line for the question. @timeout_s 0: the default. A command that ran is no error whatever its exit:
 * the item's summary says "exit 1", its text holds the output. */
void enclave_tool_scope_run_async (EnclaveToolScope *self, const char *const *argv, const char *shown,
                                   EnclaveRunFlags flags, guint timeout_s, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
/* The same for a command that asks for addresses of the network. @network: (nullable): `ADDRESS:PORT` each, of this machine or of a
 * network that the user has allowed, else ENCLAVE_GATE_ERROR_ADDRESS. They are part of what is approved, and only once. */
void enclave_tool_scope_run_connected_async (EnclaveToolScope *self, const char *const *argv, const char *shown,
                                             const char *const *network, EnclaveRunFlags flags, guint timeout_s,
                                             GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveContextItem *enclave_tool_scope_run_finish (EnclaveToolScope *self, GAsyncResult *result,
                                                   int *wait_status, GError **error);

/* RUN. What a compiler, or what else knows the language, says of a file that was just written: see enclave-tool-scope-check.c. Nobody
 * is asked. @before: (nullable): its text before. Finish: (transfer full) (nullable): NULL without an error: nothing is to be said. */
void enclave_tool_scope_check_async (EnclaveToolScope *self, const char *path, const char *text, const char *before,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
EnclaveContextItem *enclave_tool_scope_check_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);
/* RUN. @proposal with its new text as the project's formatter would have it: see enclave-tool-scope-format.c. Nobody is asked.
 * Finish: @program: (out): (transfer full): which it was. (transfer full) (nullable): NULL without an error: it stays as it is. */
void enclave_tool_scope_format_async (EnclaveToolScope *self, EnclaveProposal *proposal, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
EnclaveProposal *enclave_tool_scope_format_finish (EnclaveToolScope *self, GAsyncResult *result, char **program,
                                                   GError **error);

/* Text of the tool's own words ("Proposed src/ring.c, +1 −1"), admitted as it is after the value scan. */
EnclaveContextItem *enclave_tool_scope_admit_words (EnclaveToolScope *self, const char *text, const char *summary);

/* EXTERNAL. Before a tool of an MCP server is called: its arguments are judged, and the person is asked. */
void enclave_tool_scope_ask_external_async (EnclaveToolScope *self, const char *server, const char *tool, const char *arguments,
                                            const char *claim, GCancellable *cancellable, GAsyncReadyCallback callback,
                                            gpointer user_data);
gboolean enclave_tool_scope_ask_external_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);
/* EXTERNAL. The same for what the person has asked for themself, such as a resource that their message names: the arguments are judged and the use is
 * written down, nobody is asked. @what: the method. Finish: as above. */
void enclave_tool_scope_judge_external_async (EnclaveToolScope *self, const char *server, const char *what, const char *arguments,
                                              GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* EXTERNAL. What it answered, for the conversation. @summary: (nullable). */
void enclave_tool_scope_admit_external_async (EnclaveToolScope *self, const char *text, const char *source, const char *summary,
                                              gboolean truncated, GCancellable *cancellable, GAsyncReadyCallback callback,
                                              gpointer user_data);
EnclaveContextItem *enclave_tool_scope_admit_external_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error);

G_END_DECLS
