/* enclave-gguf-types-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One way of storing weights: so many bytes hold a block of so many. */
typedef struct
{
  guint32 number;
  const char *name;
  guint block_weights;
  guint block_bytes;
} EnclaveGgufType;

/* Returns: (nullable): NULL for a number that is not known. */
const EnclaveGgufType *enclave_gguf_type_find (guint32 number);
/* The name of general.file_type. Returns: (nullable). */
const char *enclave_gguf_file_type_name (guint64 number);

G_END_DECLS
