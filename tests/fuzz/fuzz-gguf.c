/* fuzz-gguf.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-gguf-header.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
parse (const guint8 *data, size_t size, guint64 file_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGgufHeader) header = enclave_gguf_header_parse (bytes, file_bytes, &error);
  g_autofree char *parameters = NULL;

  if ((header == NULL) != (error != NULL))
    g_error ("a header with an error, or neither");
  if (header == NULL)
    return;
  parameters = enclave_gguf_header_dup_parameters (header);
  if (!g_utf8_validate (header->name, -1, NULL) || !g_utf8_validate (header->architecture, -1, NULL)
      || strlen (header->name) > 256 || strlen (header->architecture) > 256 || header->n_parts == 0)
    g_error ("a header that can't be shown");
}

/* The bytes are a whole file, and the beginning of a larger one. */
int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  parse (data, size, size);
  parse (data, size, (guint64) size << 20);
  return 0;
}
