/* enclave-replace-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-replace-all.h"

G_BEGIN_DECLS

/* The expression of the search. (transfer full): NULL with G_REGEX_ERROR. */
GRegex *_enclave_replace_make_regex (GtkSourceSearchContext *context, GError **error);
/* The next match at or behind @from that is not empty; behind a place where the expression takes too long it goes on in the next
 * line. (transfer full) (nullable) */
GMatchInfo *_enclave_replace_find_next (const GRegex *regex, const char *text, gsize length, gsize from, gsize *start, gsize *end);
/* What is typed at @location for @text. @document: (nullable). (transfer full) */
char *_enclave_replace_dup_typed (EnclaveDocument *document, const GtkTextIter *location, const char *text);
/* As it is, in one step. Both lie behind @text then. @document: (nullable). */
void _enclave_replace_range (GtkTextBuffer *buffer, EnclaveDocument *document, GtkTextIter *start, GtkTextIter *end,
                             const char *text);

G_END_DECLS
