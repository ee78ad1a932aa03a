/* enclave-value-extract.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @is_word: it may be a word of any text, and counts only when the project's other files do not have it. */
typedef void (*EnclaveValueFunc) (const char *value, gsize length, gboolean is_word, gpointer user_data);

/* Calls @found with each value in the bytes of a file of secrets, whatever its format: what stands behind a `=` or a
 * `:`, and each word that is none of a language. Names of values, paths, and certificates and keys that are public are left out.
 * Pure. A value may be found several times. */
void enclave_value_extract (const char *bytes, gsize length, EnclaveValueFunc found, gpointer user_data);

G_END_DECLS
