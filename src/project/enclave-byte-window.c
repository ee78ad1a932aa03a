/* enclave-byte-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-byte-window.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "enclave-byte-finder.h"

/* Of bytes looked at: what a run costs that is found and is not the one, and what two places cost that go with it and all do not. */
#define FOUND_COST 200
#define PLACES_COST 8
#define RANGE_COST 0.02

/* How many of so many bytes of source code are in @set: each byte is a little rarer than the one before it. */
static double
get_share (const EnclaveByteSet *set)
{
  static double shares[256];
  static gsize ready;
  double sum = 0;

  if (g_once_init_enter (&ready))
    {
      for (guint byte = 0; byte < 256; byte++)
        {
          guint rarity = enclave_byte_finder_get_rarity ((guint8) byte);
          double share = byte < 0x80 ? 0.055 : 0.0002;

          for (guint i = 0; byte < 0x80 && i < rarity; i++)
            share *= 0.95;
          shares[byte] = share;
        }
      g_once_init_leave (&ready, 1);
    }
  for (guint byte = 0; byte < 256; byte++)
    if (enclave_byte_set_has (set, (guint8) byte))
      sum += shares[byte];

  return MIN (sum, 1);
}

static gboolean
get_ranges (const EnclaveByteSet *set, EnclaveByteRanges *ranges)
{
  memset (ranges, 0, sizeof *ranges);
  for (guint byte = 0; byte < 256; byte++)
    {
      guint low = byte;

      if (!enclave_byte_set_has (set, (guint8) byte))
        continue;
      while (byte < 255 && enclave_byte_set_has (set, (guint8) (byte + 1)))
        byte++;
      if (ranges->n == G_N_ELEMENTS (ranges->low))
        return FALSE;
      ranges->low[ranges->n] = (guint8) low;
      ranges->width[ranges->n++] = (guint8) (byte - low);
    }

  return ranges->n > 0;
}

/* The two places that go with the fewest bytes. */
static double
choose_places (const EnclaveByteRun *run, guint *first, guint *second)
{
  double shares[ENCLAVE_BYTE_RUN_MAX];
  EnclaveByteRanges ranges;
  guint best = G_MAXUINT;
  guint next = G_MAXUINT;
  double all = 1;
  guint n_ranges = 0;

  for (guint i = 0; i < run->length; i++)
    {
      shares[i] = get_share (&run->sets[i]);
      all *= shares[i];
      if (!get_ranges (&run->sets[i], &ranges))
        continue;
      if (best == G_MAXUINT || shares[i] < shares[best])
        {
          next = best;
          best = i;
        }
      else if (next == G_MAXUINT || shares[i] < shares[next])
        next = i;
    }
  if (best == G_MAXUINT)
    return 1;
  if (next == G_MAXUINT)
    next = best;
  *first = MIN (best, next);
  *second = MAX (best, next);
  get_ranges (&run->sets[best], &ranges);
  n_ranges += ranges.n;
  get_ranges (&run->sets[next], &ranges);
  n_ranges += ranges.n;

  return all * FOUND_COST + (best == next ? 0 : shares[best] * shares[next] * PLACES_COST) + n_ranges * RANGE_COST;
}

double
enclave_byte_run_get_cost (const EnclaveByteRun *run)
{
  guint first;
  guint second;

  return choose_places (run, &first, &second);
}

static gboolean
take_bytes (const EnclaveByteRanges *ranges, guint8 bytes[ENCLAVE_BYTE_PAIR_MAX])
{
  if (ranges->n > ENCLAVE_BYTE_PAIR_MAX)
    return FALSE;
  for (guint i = 0; i < ENCLAVE_BYTE_PAIR_MAX; i++)
    {
      bytes[i] = ranges->low[MIN (i, ranges->n - 1)];
      if (ranges->width[MIN (i, ranges->n - 1)] != 0)
        return FALSE;
    }

  return TRUE;
}

gboolean
enclave_byte_window_init (EnclaveByteWindow *self, const EnclaveByteRun *run)
{
  memset (self, 0, sizeof *self);
  if (run->length == 0 || choose_places (run, &self->first, &self->second) >= 1)
    return FALSE;
  self->length = run->length;
  get_ranges (&run->sets[self->first], &self->first_ranges);
  get_ranges (&run->sets[self->second], &self->second_ranges);
  self->pair.first = self->first;
  self->pair.second = self->second;
  if (take_bytes (&self->first_ranges, self->pair.one) && take_bytes (&self->second_ranges, self->pair.other))
    self->pair.n = MAX (self->first_ranges.n, self->second_ranges.n);
  for (guint byte = 0; byte < 256; byte++)
    {
      self->shifts[byte] = (guint8) run->length;
      for (guint i = 0; i < run->length; i++)
        if (enclave_byte_set_has (&run->sets[i], (guint8) byte))
          {
            self->places[byte] |= 1u << i;
            self->shifts[byte] = (guint8) (run->length - 1 - i);
          }
    }

  return TRUE;
}

static inline gboolean
is_here (const EnclaveByteWindow *self, const char *at)
{
  for (guint i = 0; i < self->length; i++)
    if ((self->places[(guchar) at[i]] >> i & 1) == 0)
      return FALSE;

  return TRUE;
}

#ifdef __SSE2__
typedef struct
{
  guint n;
  __m128i low[8];
  __m128i width[8];
} WideRanges;

static void
widen (const EnclaveByteRanges *ranges, WideRanges *wide)
{
  wide->n = ranges->n;
  for (guint i = 0; i < ranges->n; i++)
    {
      wide->low[i] = _mm_set1_epi8 ((char) ranges->low[i]);
      wide->width[i] = _mm_set1_epi8 ((char) ranges->width[i]);
    }
}

static inline __m128i
is_within (const char *at, const WideRanges *ranges)
{
  const __m128i bytes = _mm_loadu_si128 ((const __m128i *) (gconstpointer) at);
  __m128i within = _mm_setzero_si128 ();

  for (guint i = 0; i < ranges->n; i++)
    {
      __m128i distance = _mm_sub_epi8 (bytes, ranges->low[i]);

      within = _mm_or_si128 (within, _mm_cmpeq_epi8 (_mm_min_epu8 (distance, ranges->width[i]), distance));
    }

  return within;
}

/* Goes on from @at, which is where it ends. */
static const char *
scan_ranges (const EnclaveByteWindow *self, const char *text, gsize *at, gsize last)
{
  WideRanges first;
  WideRanges second;

  widen (&self->first_ranges, &first);
  widen (&self->second_ranges, &second);
  for (; *at + 15 <= last; *at += 16)
    {
      __m128i both = _mm_and_si128 (is_within (text + *at + self->first, &first), is_within (text + *at + self->second, &second));

      for (guint mask = (guint) _mm_movemask_epi8 (both); G_UNLIKELY (mask != 0); mask &= mask - 1)
        {
          const char *candidate = text + *at + (guint) __builtin_ctz (mask);

          if (is_here (self, candidate))
            return candidate;
        }
    }

  return NULL;
}
#endif

const char *
enclave_byte_window_find (const EnclaveByteWindow *self, const char *text, gsize length, gsize from)
{
  gsize at = from;
  gsize last;

  if (length < self->length || from > length - self->length)
    return NULL;
  last = length - self->length;

  for (gboolean found = self->pair.n > 0; found;)
    {
      at = enclave_byte_pair_find (&self->pair, text, at, last, &found);
      if (found && is_here (self, text + at))
        return text + at;
      at += found ? 1 : 0;
    }
#ifdef __SSE2__
  if (self->pair.n == 0)
    {
      const char *found = scan_ranges (self, text, &at, last);

      if (found != NULL)
        return found;
    }
#endif

  while (at <= last)
    {
      guint shift = self->shifts[(guchar) text[at + self->length - 1]];

      if (shift == 0 && is_here (self, text + at))
        return text + at;
      at += MAX (shift, 1);
    }

  return NULL;
}
