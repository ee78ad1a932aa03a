/* enclave-secret-name-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a value is called, and whether that says that it is no secret. */

/* The words of the name that @start begins with, in lower case, each behind a `_`: "_next_page_token" for `nextPageToken`,
 * `next-page-token` and `NEXT_PAGE_TOKEN`. (transfer full) */
char *enclave_secret_name_split (const char *start, gsize length);
/* @ends: NULL-terminated. */
gboolean enclave_secret_name_ends_with (const char *text, const char *const *ends);
/* Names whose value is a sum or a number of something, although a key or a token is in them too. */
gboolean enclave_secret_name_is_of_sum (const char *start, gsize length);
/* Names that say what their value is for, and it opens nothing: where a list goes on, which change is meant, which of many.
 * @match_start: where the name begins in @text; @start, @end: its value. */
gboolean enclave_secret_name_is_of_nothing_secret (const char *text, gsize match_start, gsize start, gsize end);

G_END_DECLS
