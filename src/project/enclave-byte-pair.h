/* enclave-byte-pair.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define ENCLAVE_BYTE_PAIR_MAX 4

/* Two places, at each of which one of a few bytes is to stand. Pure. */
typedef struct
{
  gsize first; /* offsets */
  gsize second;
  guint n; /* bytes at either place, 1 to ENCLAVE_BYTE_PAIR_MAX; the last one again where there are fewer */
  guint8 one[ENCLAVE_BYTE_PAIR_MAX];
  guint8 other[ENCLAVE_BYTE_PAIR_MAX];
} EnclaveBytePair;

/* Where they stand at or behind @at, up to @last; both places of it must be readable there. What is left at the end is not looked at: then it
 * returns the first place that it did not look at. @found: (out). */
gsize enclave_byte_pair_find (const EnclaveBytePair *self, const char *text, gsize at, gsize last, gboolean *found);

G_END_DECLS
