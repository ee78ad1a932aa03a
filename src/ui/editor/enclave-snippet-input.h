/* enclave-snippet-input.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

#include "enclave-document.h"
#include "enclave-snippets.h"

G_BEGIN_DECLS

/* Snippets in a text: Tab behind a trigger inserts one, Tab and Shift+Tab go through its places, Ctrl+Space offers them. Undo takes
 * one back as one step and leaves its places. Signal: "began": one is about to be inserted. */
#define ENCLAVE_TYPE_SNIPPET_INPUT (enclave_snippet_input_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveSnippetInput, enclave_snippet_input, ENCLAVE, SNIPPET_INPUT, GObject)

/* @document: what @view shows. Lives until it is dropped. */
EnclaveSnippetInput *enclave_snippet_input_new (GtkSourceView *view, EnclaveDocument *document, EnclaveSnippets *snippets);
/* @second: (nullable): another view of the same text, from which the same is done. Ends with NULL before it goes. */
void enclave_snippet_input_set_second (EnclaveSnippetInput *self, GtkSourceView *second);
/* TRUE while the places of one are gone through. */
gboolean enclave_snippet_input_get_active (EnclaveSnippetInput *self);
/* Of the language of the text. Returns: (transfer full) (element-type EnclaveSnippet). */
GPtrArray *enclave_snippet_input_list (EnclaveSnippetInput *self);
/* In place of the selection, else of what stands between @start and @end, else at the caret. @start, @end: (nullable). */
void enclave_snippet_input_insert (EnclaveSnippetInput *self, const EnclaveSnippet *snippet, GtkTextIter *start, GtkTextIter *end);
/* Leaves the places of the one that was inserted. Returns: FALSE when there was none. */
gboolean enclave_snippet_input_leave (EnclaveSnippetInput *self);
/* Undoes what it did to the view. */
void enclave_snippet_input_drop (EnclaveSnippetInput *self);

G_END_DECLS
