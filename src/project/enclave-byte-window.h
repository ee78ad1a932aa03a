/* enclave-byte-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-byte-pair.h"

G_BEGIN_DECLS

#define ENCLAVE_BYTE_RUN_MAX 16

typedef struct
{
  guint32 bits[8];
} EnclaveByteSet;

/* Bytes that stand next to each other: at each place one of a set. */
typedef struct
{
  guint length; /* at most ENCLAVE_BYTE_RUN_MAX */
  EnclaveByteSet sets[ENCLAVE_BYTE_RUN_MAX];
} EnclaveByteRun;

typedef struct
{
  guint n;
  guint8 low[8];
  guint8 width[8]; /* from low to the last one */
} EnclaveByteRanges;

/* Looks for such a run in many bytes, at nearly the speed of memory: by the two places of it whose bytes are rarest in source code.
 * Pure. */
typedef struct
{
  guint length;
  guint first; /* offsets of the two places, the nearer one first; the same in a run of one */
  guint second;
  EnclaveByteRanges first_ranges;
  EnclaveByteRanges second_ranges;
  EnclaveBytePair pair; /* of few bytes; else its n is 0 */
  guint32 places[256]; /* bit n: the byte may stand at place n */
  guint8 shifts[256]; /* how far the run lies behind where the byte would be its last one */
} EnclaveByteWindow;

static inline void
enclave_byte_set_add (EnclaveByteSet *set, guint8 low, guint8 high)
{
  for (guint byte = low; byte <= high; byte++)
    set->bits[byte / 32] |= 1u << (byte % 32);
}

static inline gboolean
enclave_byte_set_has (const EnclaveByteSet *set, guint8 byte)
{
  return (set->bits[byte / 32] >> (byte % 32) & 1) != 0;
}

/* What a look for @run costs by the byte, the less the better; 1 and more: looking for it is of no use. An estimate from the bytes of
 * source code. */
double enclave_byte_run_get_cost (const EnclaveByteRun *run);
/* FALSE: looking for @run is of no use. */
gboolean enclave_byte_window_init (EnclaveByteWindow *self, const EnclaveByteRun *run);
/* The first run at or behind @from; NULL: there is none. Borrowed from @text. */
const char *enclave_byte_window_find (const EnclaveByteWindow *self, const char *text, gsize length, gsize from);

G_END_DECLS
