/* enclave-snippet-edits.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Keeps the iterators of an edit right that the places of a snippet follow. Signal: "ended": the edit is done that
 * enclave_snippet_edits_end_after() was called within. */
#define ENCLAVE_TYPE_SNIPPET_EDITS (enclave_snippet_edits_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveSnippetEdits, enclave_snippet_edits, ENCLAVE, SNIPPET_EDITS, GObject)

/* To be called once a view has got @buffer, and before anybody else is told of its edits: handlers are called in that order, and those
 * between the view's and these would get the iterators of an older text. */
void enclave_snippet_edits_connect (GtkTextBuffer *buffer);
/* Of the last view. Returns: (transfer none). */
EnclaveSnippetEdits *enclave_snippet_edits_get (GtkTextBuffer *buffer);
/* The one whose places follow edits from now on, for as long as it is there. */
void enclave_snippet_edits_set_snippet (EnclaveSnippetEdits *self, GtkSourceSnippet *snippet);
/* Whether an edit is going on: then "ended" follows. */
gboolean enclave_snippet_edits_end_after (EnclaveSnippetEdits *self);

G_END_DECLS
