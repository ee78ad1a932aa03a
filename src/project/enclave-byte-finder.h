/* enclave-byte-finder.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-byte-pair.h"

G_BEGIN_DECLS

/* Looks for a few bytes in many, at the speed of memory: by the two bytes of the needle that are rarest in source code. Pure. */
typedef struct
{
  char *needle; /* small letters when @any_case */
  gsize length;
  EnclaveBytePair pair; /* the two rarest bytes, the nearer one first */
  gboolean any_case; /* of ASCII letters */
} EnclaveByteFinder;

/* @needle: 1 byte or more. */
void enclave_byte_finder_init (EnclaveByteFinder *self, const char *needle, gsize length, gboolean any_case);
void enclave_byte_finder_clear (EnclaveByteFinder *self);
/* The first at or behind @from; NULL: there is none. Borrowed from @text. */
const char *enclave_byte_finder_find (const EnclaveByteFinder *self, const char *text, gsize length, gsize from);
/* The place of @byte among those of source code, from 0 for the most frequent one. */
guint enclave_byte_finder_get_rarity (guint8 byte);
/* How often @byte is in @text. */
gsize enclave_byte_finder_count (const char *text, gsize length, char byte);

G_END_DECLS
