/* enclave-word-diff.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of a text, @end not included. */
typedef struct
{
  guint start;
  guint end;
} EnclaveTextRange;

/* Which words of removed lines and of the lines that took their place differ. Ranges lie on whole words, never on blanks
 * alone, and never reach over the end of a line. Pure and bounded: texts above ENCLAVE_WORD_DIFF_MAX_BYTES, and lines that
 * have little in common, get no ranges, since those are better read whole.
 * @old_ranges, @new_ranges: (element-type EnclaveTextRange): what is found is appended in order. */
void enclave_word_diff (const char *old_text, const char *new_text, GArray *old_ranges, GArray *new_ranges);

G_END_DECLS
