/* enclave-inline-completion.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-completion-engine.h"
#include "enclave-document.h"
#include "enclave-ghost-view.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_SUGGESTION_ALL,
  ENCLAVE_SUGGESTION_WORD,
  ENCLAVE_SUGGESTION_LINE,
} EnclaveSuggestionPart;

/* Adds what else is open to @place. */
typedef void (*EnclaveInlineCompletionFiles) (EnclaveCompletionPlace *place, EnclaveDocument *document, gpointer user_data);

/* Suggests while a person types in one view: asks after a pause, stops asking at the next key, keeps a suggestion while one types along
 * it, and takes it by key: Tab all, Ctrl+Right a word, Ctrl+End a line, Esc none. Never with a selection, a completion popup, an input
 * method at work, or in a denied file. Property "problem": why the last suggestion failed, or NULL. */
#define ENCLAVE_TYPE_INLINE_COMPLETION (enclave_inline_completion_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveInlineCompletion, enclave_inline_completion, ENCLAVE, INLINE_COMPLETION, GObject)

/* @view: whose buffer is @document's; it has to outlive this. @settings: (nullable). */
EnclaveInlineCompletion *enclave_inline_completion_new (EnclaveGhostView *view, EnclaveDocument *document,
                                                        GSettings *settings);
/* @engine: (nullable): NULL: nothing is suggested. @files: (nullable): called with @user_data, which has to outlive the engine's use. */
void enclave_inline_completion_set_engine (EnclaveInlineCompletion *self, EnclaveCompletionEngine *engine,
                                           EnclaveInlineCompletionFiles files, gpointer user_data);
void enclave_inline_completion_set_denied (EnclaveInlineCompletion *self, gboolean denied);
/* Asks without the pause. */
void enclave_inline_completion_suggest_now (EnclaveInlineCompletion *self);
/* Makes it text, as one step of undo. Nothing without a suggestion. */
void enclave_inline_completion_take (EnclaveInlineCompletion *self, EnclaveSuggestionPart part);
/* Takes the suggestion away and asks no more. Returns: FALSE when there was none. */
gboolean enclave_inline_completion_drop (EnclaveInlineCompletion *self);
/* Why the last suggestion failed. (nullable) Borrowed. */
const char *enclave_inline_completion_get_problem (EnclaveInlineCompletion *self);

/* The text around the caret of @buffer, enough of it to tell what must be masked. @caret: (out): its place in bytes. (transfer full) */
char *enclave_inline_completion_dup_around (GtkTextBuffer *buffer, gsize *caret);

G_END_DECLS
