/* enclave-think-splitter.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Takes raw `<think>…</think>`, and what other families write instead, at the front of a reply apart from its text: servers without a parser for a model's reasoning send it
 * so. Tags anywhere else are the model's own text. */
typedef struct _EnclaveThinkSplitter EnclaveThinkSplitter;

EnclaveThinkSplitter *enclave_think_splitter_new (void);
void enclave_think_splitter_free (EnclaveThinkSplitter *self);
/* Appends the parts of @piece; a tag cut at its end is held back. */
void enclave_think_splitter_feed (EnclaveThinkSplitter *self, const char *piece, GString *text, GString *reasoning);
/* What was held back, at the end. */
void enclave_think_splitter_finish (EnclaveThinkSplitter *self, GString *text, GString *reasoning);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveThinkSplitter, enclave_think_splitter_free)

G_END_DECLS
