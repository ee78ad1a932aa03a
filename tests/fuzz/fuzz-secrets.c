/* fuzz-secrets.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdint.h>

#include "enclave-limits.h"
#include "enclave-secret-scanner.h"
#include "enclave-value-extract.h"
#include "enclave-value-hashes.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
add_value (const char *value, gsize length, gboolean is_word, gpointer user_data)
{
  enclave_value_hashes_add (user_data, value, length, "fuzz");
}

/* Any bytes: places lie within the text, in order; every value that was found in a text is found again in it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  /* A copy of its own size: a byte read behind the end is an error. */
  g_autofree char *text = g_memdup2 (data, size);
  g_autoptr (GArray) spans = enclave_secret_scanner_scan (size > 0 ? text : "", size);
  g_autoptr (EnclaveValueHashes) hashes = enclave_value_hashes_new ();
  g_autoptr (GArray) values = NULL;
  gsize last = 0;

  for (guint i = 0; i < spans->len; i++)
    {
      const EnclaveSecretSpan *span = &g_array_index (spans, EnclaveSecretSpan, i);

      g_assert_true (span->start >= last && span->start < span->end && span->end <= size);
      last = span->end;
    }

  if (size == 0)
    return 0;
  enclave_value_extract (text, size, add_value, hashes);
  values = enclave_value_hashes_find (hashes, text, size);
  last = 0;
  for (guint i = 0; i < values->len; i++)
    {
      const EnclaveValueSpan *span = &g_array_index (values, EnclaveValueSpan, i);

      g_assert_true (span->start >= last && span->start + ENCLAVE_VALUE_MIN_BYTES <= span->end && span->end <= size);
      last = span->end;
    }
  g_assert_true (enclave_value_hashes_get_n (hashes) == 0 || values->len > 0);

  return 0;
}
