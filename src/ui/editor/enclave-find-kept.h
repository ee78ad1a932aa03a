/* enclave-find-kept.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Whether @context looks for an expression with `\K`: what stands before it must be there, and is no part of the match. */
gboolean enclave_find_kept_is_needed (GtkSourceSearchContext *context);
/* The next match at or behind @from, or the last one that ends at or before it, and around the end of the text when there is none. The
 * text is looked through by a thread. Fails with G_IO_ERROR_CANCELLED. */
void enclave_find_kept_async (GtkSourceSearchContext *context, const GtkTextIter *from, gboolean forward, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
/* @position: (out): which match it is, from 1. FALSE: there is none, or the text is another by now. */
gboolean enclave_find_kept_finish (GAsyncResult *result, GtkTextIter *start, GtkTextIter *end, guint *position, GError **error);

G_END_DECLS
