/* fuzz-rpc-framing.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdint.h>
#include <string.h>

#include "enclave-rpc-framing.h"

#define MAX_BYTES 512

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
free_text (gpointer text)
{
  g_string_free (text, TRUE);
}

/* The texts of @data, each behind its length; `!` at an error. */
static char *
split (EnclaveRpcFraming framing, const char *data, gsize size, gsize step)
{
  g_autoptr (EnclaveRpcSplitter) splitter = enclave_rpc_splitter_new (framing, MAX_BYTES);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (free_text);
  GString *joined = g_string_new (NULL);
  gboolean fed = TRUE;

  for (gsize at = 0; at < size && fed; at += step)
    {
      g_autofree char *part = g_memdup2 (data + at, MIN (step, size - at));

      fed = enclave_rpc_splitter_feed (splitter, part, MIN (step, size - at), texts, NULL);
    }
  for (guint i = 0; i < texts->len; i++)
    {
      const GString *text = g_ptr_array_index (texts, i);

      g_assert_true (text->len <= MAX_BYTES);
      g_string_append_printf (joined, "%zu:", text->len);
      g_string_append_len (joined, text->str, (gssize) text->len);
    }
  g_string_append (joined, fed ? "" : "!");
  return g_string_free (joined, FALSE);
}

/* Any bytes: the same texts in whatever pieces they come, none longer than the limit. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  EnclaveRpcFraming framing = size > 0 && data[0] == 1 ? ENCLAVE_RPC_FRAMING_CONTENT_LENGTH : ENCLAVE_RPC_FRAMING_NEWLINE;
  g_autofree char *whole = split (framing, (const char *) data, size, MAX (size, 1));
  g_autofree char *bytes = split (framing, (const char *) data, size, 1);
  g_autofree char *parts = split (framing, (const char *) data, size, 7);

  g_assert_cmpstr (bytes, ==, parts);
  g_assert_cmpstr (bytes, ==, whole);
  return 0;
}
