/* enclave-keyword-automaton.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Finds where any of a set of ASCII keywords stands in a text, case-insensitively and in one pass whatever the text is
 * (Aho and Corasick). Immutable once built; may be used from any thread. */
typedef struct _EnclaveKeywordAutomaton EnclaveKeywordAutomaton;

/* @index: of the keyword; @end: of the first byte behind it. */
typedef void (*EnclaveKeywordFunc) (guint index, gsize end, gpointer user_data);

/* @keywords: not empty, each in lower case and not empty. */
EnclaveKeywordAutomaton *enclave_keyword_automaton_new (const char *const *keywords, guint n_keywords);
void enclave_keyword_automaton_free (EnclaveKeywordAutomaton *self);
/* Calls @found for each keyword that ends anywhere in @text, in the order of the ends. */
void enclave_keyword_automaton_scan (const EnclaveKeywordAutomaton *self, const char *text, gsize length,
                                     EnclaveKeywordFunc found, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveKeywordAutomaton, enclave_keyword_automaton_free)

G_END_DECLS
