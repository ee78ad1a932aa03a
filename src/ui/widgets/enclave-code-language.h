/* enclave-code-language.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Which language of the highlighter a piece of code is in. The first call of a program reads all its descriptions, about 14 ms. */

/**
 * enclave_code_language_guess:
 * @path: the name of a file that need not be there, with or without folders
 *
 * Returns: (transfer none) (nullable): by the name alone; %NULL when it tells nothing
 */
GtkSourceLanguage *enclave_code_language_guess (const char *path);

/**
 * enclave_code_language_guess_typed:
 * @name: of a file, without folders
 * @content_type: (nullable): what its text tells
 *
 * Returns: (transfer none) (nullable): %NULL for text, and for what nothing knows
 */
GtkSourceLanguage *enclave_code_language_guess_typed (const char *name, const char *content_type);

/**
 * enclave_code_language_find:
 * @word: the word after a fence, as models and people write it ("c", "py", "C++"); "" for none
 * @path: (nullable): a file that the code is for; tells when @word doesn't
 *
 * Returns: (transfer none) (nullable): %NULL for text, and for what nothing knows
 */
GtkSourceLanguage *enclave_code_language_find (const char *word, const char *path);

/**
 * enclave_code_language_is_shell:
 * @word: the word after a fence
 *
 * Returns: whether what follows are commands that a terminal would run
 */
gboolean enclave_code_language_is_shell (const char *word);

G_END_DECLS
