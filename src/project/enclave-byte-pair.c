/* enclave-byte-pair.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-byte-pair.h"

#ifdef __x86_64__
#include <immintrin.h>

/* @n: a constant. */
static inline __attribute__ ((always_inline)) gsize
scan_16 (const EnclaveBytePair *self, const char *text, gsize at, gsize last, guint n, gboolean *found)
{
  __m128i one[ENCLAVE_BYTE_PAIR_MAX];
  __m128i other[ENCLAVE_BYTE_PAIR_MAX];

  for (guint i = 0; i < n; i++)
    {
      one[i] = _mm_set1_epi8 ((char) self->one[i]);
      other[i] = _mm_set1_epi8 ((char) self->other[i]);
    }
  for (; at + 15 <= last; at += 16)
    {
      const __m128i here = _mm_loadu_si128 ((const __m128i *) (gconstpointer) (text + at + self->first));
      const __m128i there = _mm_loadu_si128 ((const __m128i *) (gconstpointer) (text + at + self->second));
      __m128i is_one = _mm_cmpeq_epi8 (here, one[0]);
      __m128i is_other = _mm_cmpeq_epi8 (there, other[0]);
      guint mask;

      for (guint i = 1; i < n; i++)
        {
          is_one = _mm_or_si128 (is_one, _mm_cmpeq_epi8 (here, one[i]));
          is_other = _mm_or_si128 (is_other, _mm_cmpeq_epi8 (there, other[i]));
        }
      mask = (guint) _mm_movemask_epi8 (_mm_and_si128 (is_one, is_other));
      if (G_UNLIKELY (mask != 0))
        {
          *found = TRUE;
          return at + (guint) __builtin_ctz (mask);
        }
    }

  return at;
}

static inline __attribute__ ((always_inline, target ("avx2"))) gsize
scan_32 (const EnclaveBytePair *self, const char *text, gsize at, gsize last, guint n, gboolean *found)
{
  __m256i one[ENCLAVE_BYTE_PAIR_MAX];
  __m256i other[ENCLAVE_BYTE_PAIR_MAX];

  for (guint i = 0; i < n; i++)
    {
      one[i] = _mm256_set1_epi8 ((char) self->one[i]);
      other[i] = _mm256_set1_epi8 ((char) self->other[i]);
    }
  for (; at + 31 <= last; at += 32)
    {
      const __m256i here = _mm256_loadu_si256 ((const __m256i *) (gconstpointer) (text + at + self->first));
      const __m256i there = _mm256_loadu_si256 ((const __m256i *) (gconstpointer) (text + at + self->second));
      __m256i is_one = _mm256_cmpeq_epi8 (here, one[0]);
      __m256i is_other = _mm256_cmpeq_epi8 (there, other[0]);
      guint mask;

      for (guint i = 1; i < n; i++)
        {
          is_one = _mm256_or_si256 (is_one, _mm256_cmpeq_epi8 (here, one[i]));
          is_other = _mm256_or_si256 (is_other, _mm256_cmpeq_epi8 (there, other[i]));
        }
      mask = (guint) _mm256_movemask_epi8 (_mm256_and_si256 (is_one, is_other));
      if (G_UNLIKELY (mask != 0))
        {
          *found = TRUE;
          return at + (guint) __builtin_ctz (mask);
        }
    }

  return at;
}

static __attribute__ ((target ("avx2"))) gsize
find_32 (const EnclaveBytePair *self, const char *text, gsize at, gsize last, gboolean *found)
{
  if (self->n == 1)
    return scan_32 (self, text, at, last, 1, found);
  if (self->n == 2)
    return scan_32 (self, text, at, last, 2, found);
  return scan_32 (self, text, at, last, ENCLAVE_BYTE_PAIR_MAX, found);
}

static gsize
find_16 (const EnclaveBytePair *self, const char *text, gsize at, gsize last, gboolean *found)
{
  if (self->n == 1)
    return scan_16 (self, text, at, last, 1, found);
  if (self->n == 2)
    return scan_16 (self, text, at, last, 2, found);
  return scan_16 (self, text, at, last, ENCLAVE_BYTE_PAIR_MAX, found);
}
#endif

gsize
enclave_byte_pair_find (const EnclaveBytePair *self, const char *text, gsize at, gsize last, gboolean *found)
{
  *found = FALSE;
#ifdef __x86_64__
  if (__builtin_cpu_supports ("avx2"))
    at = find_32 (self, text, at, last, found);
  if (!*found)
    at = find_16 (self, text, at, last, found);
#endif

  return at;
}
