/* enclave-value-hashes.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What values are in denied files, without the values: keyed hashes, under a key that is made anew in each run. A text
 * that contains one of them is found in one pass over it, whatever the text is. Only grows. May be used from any thread. */
typedef struct _EnclaveValueHashes EnclaveValueHashes;

typedef struct
{
  gsize start;      /* bytes */
  gsize end;
  guint index;      /* of the value, in the order in which they were added */
  const char *rule; /* that denies the file; static */
} EnclaveValueSpan;

EnclaveValueHashes *enclave_value_hashes_new (void);
/* Empty, with the same key, for enclave_value_hashes_merge(). */
EnclaveValueHashes *enclave_value_hashes_new_like (const EnclaveValueHashes *other);
void enclave_value_hashes_free (EnclaveValueHashes *self);

/* @length: at least ENCLAVE_VALUE_MIN_BYTES. Of a longer value than ENCLAVE_VALUE_MAX_BYTES the beginning counts.
 * Returns: FALSE when it is known already or there are ENCLAVE_VALUE_MAX_COUNT. */
gboolean enclave_value_hashes_add (EnclaveValueHashes *self, const char *value, gsize length, const char *rule);
guint enclave_value_hashes_get_n (EnclaveValueHashes *self);
/* Adds what @other knows but the values whose index is a key of @left_out (nullable). */
void enclave_value_hashes_merge (EnclaveValueHashes *self, const EnclaveValueHashes *other, GHashTable *left_out);

/* Returns: (transfer full) (element-type EnclaveValueSpan): in order, without overlaps. A value whose end was not kept
 * reaches to the end of its word. */
GArray *enclave_value_hashes_find (EnclaveValueHashes *self, const char *text, gsize length);
/* Adds the index of each value that @text contains to @indexes. */
void enclave_value_hashes_collect (EnclaveValueHashes *self, const char *text, gsize length, GHashTable *indexes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveValueHashes, enclave_value_hashes_free)

G_END_DECLS
