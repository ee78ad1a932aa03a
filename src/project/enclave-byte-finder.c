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
  self->pair.first = MIN (best, next);
  self->pair.second = MAX (best, next);
  self->pair.n = any_case ? 2 : 1;
  for (guint i = 0; i < G_N_ELEMENTS (self->pair.one); i++)
    {
      char one = self->needle[self->pair.first];
      char other = self->needle[self->pair.second];

      self->pair.one[i] = (guint8) (any_case && i > 0 ? g_ascii_toupper (one) : one);
      self->pair.other[i] = (guint8) (any_case && i > 0 ? g_ascii_toupper (other) : other);
    }
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

  for (gboolean found = TRUE; found;)
    {
      at = enclave_byte_pair_find (&self->pair, text, at, last, &found);
      if (found && is_here (self, text + at))
        return text + at;
      at += found ? 1 : 0;
    }

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
