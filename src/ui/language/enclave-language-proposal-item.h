/* enclave-language-proposal-item.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

#include "enclave-language-reader.h"

G_BEGIN_DECLS

/* One proposal of a language server in the list of completions. */
#define ENCLAVE_TYPE_LANGUAGE_PROPOSAL_ITEM (enclave_language_proposal_item_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageProposalItem, enclave_language_proposal_item, ENCLAVE, LANGUAGE_PROPOSAL_ITEM, GObject)

/* @proposals: (transfer full) (element-type EnclaveLanguageProposal): for @text. Only those that @word can mean are in it. (transfer full) */
GListModel *enclave_language_proposal_model_new (GPtrArray *proposals, EnclaveLanguageText *text, const char *word);
/* The same of the next answer, in the place of what is in it. */
void enclave_language_proposal_model_replace (GListModel *model, GPtrArray *proposals, EnclaveLanguageText *text, const char *word);
/* The word has become another one. */
void enclave_language_proposal_model_filter (GListModel *model, const char *word);

void enclave_language_proposal_item_display (EnclaveLanguageProposalItem *self, GtkSourceCompletionCell *cell, const char *word);
/* In the place of the word between @start and @end, as one undo step. Returns: TRUE when a call was opened. */
gboolean enclave_language_proposal_item_insert (EnclaveLanguageProposalItem *self, GtkTextBuffer *buffer, GtkTextIter *start,
                                                GtkTextIter *end);

G_END_DECLS
