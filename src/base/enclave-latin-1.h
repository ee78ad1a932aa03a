/* enclave-latin-1.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* ISO-8859-1, whose bytes are the first 256 characters of Unicode: what is read and not changed is written back byte for byte,
 * also when the file was really in a relative of it. */

/* @bytes as UTF-8. @text_length: (out). (transfer full) */
char *enclave_latin_1_decode (const guint8 *bytes, gsize length, gsize *text_length);
/* UTF-8 @text as ISO-8859-1. @unknown: (out) (nullable): the first character that it has not, in @text.
 * Returns: (transfer full) (nullable): NULL with @unknown. */
GBytes *enclave_latin_1_encode (const char *text, const char **unknown);

G_END_DECLS
