/* enclave-utf8.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Longest prefix of @text of at most @max_bytes that ends between code points.
 * Returns: its length in bytes. */
gsize enclave_utf8_prefix_length (const char *text, gsize length, gsize max_bytes);
/* @text as valid UTF-8, invalid bytes as U+FFFD and NUL as U+2400. Returns: (transfer full). */
char *enclave_utf8_make_valid (const char *text, gssize length);
/* Draws what a reader can't see: C0 (but newline and tab) and C1 controls, bidi and zero-width
 * characters, tags, variation selectors, non-ASCII spaces become `<U+XXXX>`.
 * @hidden_count: (out) (optional): how many were drawn.
 * Returns: (transfer full): text safe to show to a person who must judge it. */
char *enclave_utf8_make_visible (const char *text, guint *hidden_count);
/* Walks a text that a person must judge: whether the character at @at has to be drawn as `<U+XXXX>`, because it can't be seen
 * (as in enclave_utf8_make_visible()) or because it stands in a word that mixes scripts, and is not of the script of the
 * word's Latin letters: it looks like another one. @text: valid UTF-8 that @at points into. */
gboolean enclave_utf8_needs_mark (const char *text, const char *at);
/* A file name of any bytes as one printable line. Returns: (transfer full). */
char *enclave_utf8_display_name (const char *name);
/* @name for comparing, not for showing: NFKC, case folded, default-ignorable characters removed,
 * invalid bytes as U+FFFD. Returns: (transfer full). */
char *enclave_utf8_fold_name (const char *name);
/* TRUE only when enclave_utf8_fold_name() would change nothing in @name; FALSE as well where that takes more than a glance. */
gboolean enclave_utf8_is_folded (const char *name);
/* TRUE for characters that are drawn as nothing (zero-width, bidi controls, tags, selectors …). */
gboolean enclave_utf8_is_default_ignorable (gunichar c);
/* A terminal's output as text: escape sequences removed, CR and backspace resolved within a line.
 * Returns: (transfer full): valid UTF-8. */
char *enclave_utf8_strip_escapes (const char *text, gssize length);

/* Joins UTF-8 that arrives in pieces: holds back a code point that is cut at the end of a piece. */
typedef struct
{
  char held[4];
  guint n_held;
} EnclaveUtf8Joiner;

/* Returns: (transfer full): valid text; invalid bytes become U+FFFD. @final releases held bytes. */
char *enclave_utf8_joiner_feed (EnclaveUtf8Joiner *joiner, const char *bytes, gsize length, gboolean final);

G_END_DECLS
