/* enclave-suggestion.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is done to the text of a suggestion. Pure; all texts are valid UTF-8. */

/* Without what stands behind the caret already. @suffix: the text behind the caret. Returns: (transfer full) (nullable): NULL when
 * nothing new is left. */
char *enclave_suggestion_trim (const char *text, const char *suffix);
/* Bytes of the next word, with the blanks before it; at least one character of a text that is not empty. */
gsize enclave_suggestion_word_length (const char *text);
/* Bytes up to the end of the line, without it; a text that begins with a line end gives that and the line behind it. */
gsize enclave_suggestion_line_length (const char *text);
/* Does a suggestion belong here: the rest of the caret's line is empty, or only closes what is open? */
gboolean enclave_suggestion_fits_before (const char *rest_of_line);

G_END_DECLS
