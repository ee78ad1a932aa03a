/* enclave-text-pattern.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a person looks for in texts, made ready: words as they are, or a regular expression (PCRE2). A match lies within one line and
 * is never empty. Immutable, for several threads. Pure. */
typedef struct _EnclaveTextPattern EnclaveTextPattern;

typedef enum
{
  ENCLAVE_TEXT_PATTERN_DEFAULT = 0,
  ENCLAVE_TEXT_PATTERN_REGEX = 1 << 0,
  ENCLAVE_TEXT_PATTERN_MATCH_CASE = 1 << 1,
  ENCLAVE_TEXT_PATTERN_WHOLE_WORDS = 1 << 2,
} EnclaveTextPatternFlags;

/* @text: UTF-8. NULL with an error for people: empty, more than 4096 bytes, with a line end, or no expression. */
EnclaveTextPattern *enclave_text_pattern_new (const char *text, EnclaveTextPatternFlags flags, GError **error);
EnclaveTextPattern *enclave_text_pattern_ref (EnclaveTextPattern *self);
void enclave_text_pattern_unref (EnclaveTextPattern *self);

/* The next match at or behind @from in @text of @length bytes, any bytes. An expression that backtracks without an end counts as no match
 * in that line. @text[@length] must be readable. */
gboolean enclave_text_pattern_find (const EnclaveTextPattern *self, const char *text, gsize length, gsize from, gsize *start,
                                    gsize *end);
/* @text, valid UTF-8, with each match replaced; in an expression's @replacement `\1` stands for a group, `\n` for a line end.
 * @n_replaced: (out). Returns: (transfer full): NULL with an error when @replacement is not valid. */
char *enclave_text_pattern_replace (const EnclaveTextPattern *self, const char *text, const char *replacement, guint *n_replaced,
                                    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveTextPattern, enclave_text_pattern_unref)

G_END_DECLS
