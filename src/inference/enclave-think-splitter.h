/* enclave-think-splitter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Takes raw `<think>…</think>`, and what other families write instead, at the front of a reply apart from its text: servers
 * without a parser for a model's reasoning send it so. Where the template has written the opening tag into the prompt, the
 * reply begins within the thought and only the closing tag comes. Tags anywhere else are the model's own text. */
typedef struct _EnclaveThinkSplitter EnclaveThinkSplitter;

EnclaveThinkSplitter *enclave_think_splitter_new (void);
void enclave_think_splitter_free (EnclaveThinkSplitter *self);
/* Appends the parts of @piece; a tag cut at its end is held back.
 * Returns: TRUE when all text that earlier calls have appended was a thought; so is @reasoning of this call, and @text is
 * what comes behind. At most once in a reply: for a closing tag that was never opened and that nobody could take for a word
 * about it, because it stands on a line of its own or ends a sentence before an empty line, outside of code. */
gboolean enclave_think_splitter_feed (EnclaveThinkSplitter *self, const char *piece, GString *text, GString *reasoning);
/* What was held back, at the end. Returns: as above. */
gboolean enclave_think_splitter_finish (EnclaveThinkSplitter *self, GString *text, GString *reasoning);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveThinkSplitter, enclave_think_splitter_free)

G_END_DECLS
