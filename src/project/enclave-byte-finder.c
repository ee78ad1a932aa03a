/* enclave-byte-finder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-byte-finder.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Bytes of source code, the most frequent first; all others are rarer. */
static const char frequent[] = " etnaroisldcpu_\nmfhgb,;().-*=\t>vy/x\"k10TSE&CAINR{}#:w[]2LDPOMFUGHB+zj3!45q'<6V89W7|KX\\YQ%$J@?`Z~^";

guint
enclave_byte_finder_get_rarity (guint8 byte)
{
  const char *place = byte != '\0' ? strchr (frequent, byte) : NULL;

  return place != NULL ? (guint) (place - frequent) : sizeof frequent;
}

static guint
get_rarity (const EnclaveByteFinder *self, gsize place)
{
  return enclave_byte_finder_get_rarity ((guint8) self->needle[place]);
}

void
enclave_byte_finder_init (EnclaveByteFinder *self, const char *needle, gsize length, gboolean any_case)
{
  gsize best = 0;
  gsize next = length > 1 ? 1 : 0;

  self->needle = any_case ? g_ascii_strdown (needle, (gssize) length) : g_strndup (needle, length);
  self->length = length;
  self->any_case = any_case;
  for (gsize i = 1; i < length; i++)
    if (get_rarity (self, i) > get_rarity (self, best))
      best = i;
  if (best == next)
    next = 0;
  for (gsize i = 0; i < length; i++)
    if (i != best && self->needle[i] != self->needle[best]
        && get_rarity (self, i) > get_rarity (self, next))
      next = i;
  self->first = MIN (best, next);
  self->second = MAX (best, next);
}

void
enclave_byte_finder_clear (EnclaveByteFinder *self)
{
  g_clear_pointer (&self->needle, g_free);
}

static inline gboolean
is_here (const EnclaveByteFinder *self, const char *at)
{
  return self->any_case ? g_ascii_strncasecmp (at, self->needle, self->length) == 0
                        : memcmp (at, self->needle, self->length) == 0;
}

const char *
enclave_byte_finder_find (const EnclaveByteFinder *self, const char *text, gsize length, gsize from)
{
  gsize at = from;
  gsize last;

  if (length < self->length || from > length - self->length)
    return NULL;
  last = length - self->length;
  if (self->length == 1 && !(self->any_case && g_ascii_isalpha (*self->needle)))
    return memchr (text + from, *self->needle, length - from);

#ifdef __SSE2__
  {
    /* the bit that tells small letters apart; what else it makes alike is looked at closely */
    const __m128i fold = _mm_set1_epi8 (self->any_case ? 0x20 : 0);
    const __m128i one = _mm_set1_epi8 ((char) (self->needle[self->first] | (self->any_case ? 0x20 : 0)));
    const __m128i other = _mm_set1_epi8 ((char) (self->needle[self->second] | (self->any_case ? 0x20 : 0)));

    for (; at + self->second + 16 <= length && at + 15 <= last; at += 16)
      {
        const __m128i *here = (const __m128i *) (gconstpointer) (text + at + self->first);
        const __m128i *there = (const __m128i *) (gconstpointer) (text + at + self->second);
        __m128i both = _mm_and_si128 (_mm_cmpeq_epi8 (_mm_or_si128 (_mm_loadu_si128 (here), fold), one),
                                      _mm_cmpeq_epi8 (_mm_or_si128 (_mm_loadu_si128 (there), fold), other));
        guint mask = (guint) _mm_movemask_epi8 (both);

        for (; mask != 0; mask &= mask - 1)
          {
            const char *candidate = text + at + (guint) __builtin_ctz (mask);

            if (is_here (self, candidate))
              return candidate;
          }
      }
  }
#endif

  for (; at <= last; at++)
    if (is_here (self, text + at))
      return text + at;

  return NULL;
}

gsize
enclave_byte_finder_count (const char *text, gsize length, char byte)
{
  gsize n = 0;
  gsize at = 0;

#ifdef __SSE2__
  const __m128i wanted = _mm_set1_epi8 (byte);

  while (at + 16 <= length)
    {
      __m128i sums = _mm_setzero_si128 ();

      /* so many fit into a byte */
      for (guint i = 0; i < 255 && at + 16 <= length; i++, at += 16)
        {
          const __m128i *here = (const __m128i *) (gconstpointer) (text + at);

          sums = _mm_sub_epi8 (sums, _mm_cmpeq_epi8 (_mm_loadu_si128 (here), wanted));
        }
      sums = _mm_sad_epu8 (sums, _mm_setzero_si128 ());
      n += (gsize) _mm_cvtsi128_si32 (sums) + (gsize) _mm_cvtsi128_si32 (_mm_srli_si128 (sums, 8));
    }
#endif
  for (; at < length; at++)
    n += text[at] == byte ? 1 : 0;

  return n;
}
