/* enclave-replace-all.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-document.h"

G_BEGIN_DECLS

/* Replaces each match of @context in the text of @view by @replacement, in slices: the window goes on meanwhile, and one undo takes
 * all back. In a regular expression's replacement `\1` is what its first group found. Line ends of @replacement become those
 * of @document (nullable). When somebody else changes the text meanwhile, or it is cancelled, it ends with what was done until then;
 * and when something else is looked for before all matches are known.
 * Fails with G_REGEX_ERROR for a replacement that is not valid. Caret and place in the view stay. */
void enclave_replace_all_async (GtkSourceSearchContext *context, GtkTextView *view, EnclaveDocument *document,
                                const char *replacement, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
/* @ended_early: (out) (optional): not all of them were replaced. Returns: the number of replacements; 0 with @error. */
guint enclave_replace_all_finish (GAsyncResult *result, gboolean *ended_early, GError **error);

/* Replaces the one match between @start and @end, both of which lie behind it then. Returns: FALSE when it is none, and with
 * @error when @replacement is not valid. */
gboolean enclave_replace_match (GtkSourceSearchContext *context, EnclaveDocument *document, GtkTextIter *start, GtkTextIter *end,
                                const char *replacement, GError **error);

G_END_DECLS
