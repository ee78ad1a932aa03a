/* enclave-fuzzy-score.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-fuzzy-match.h"
#include "enclave-fuzzy-private.h"

#define CHUNKS (ENCLAVE_FUZZY_MAX_TEXT / 64)
#define OF_EACH_BYTE(byte) ((guint64) (guchar) (byte) * G_GUINT64_CONSTANT (0x0101010101010101))

/* A bit for each place of one byte of the pattern. */
typedef struct
{
  guint64 bits[CHUNKS];
} Places;

/* Those of them that count, in their order, and the best that ends there. */
typedef struct
{
  guint n;
  guint16 at[ENCLAVE_FUZZY_MAX_TEXT];
  int best[ENCLAVE_FUZZY_MAX_TEXT];
} Ends;

void
_enclave_fuzzy_pattern_init (EnclaveFuzzyPattern *self, const char *pattern)
{
  guint kept;

  self->n = 0;
  for (; *pattern != '\0' && self->n <= ENCLAVE_FUZZY_MAX_PATTERN; pattern++)
    if (*pattern != ' ')
      {
        if (self->n < ENCLAVE_FUZZY_MAX_PATTERN)
          {
            self->given[self->n] = *pattern;
            self->folded[self->n] = g_ascii_tolower (*pattern);
          }
        self->n++;
      }
  kept = MIN (self->n, ENCLAVE_FUZZY_MAX_PATTERN);
  self->given[kept] = '\0';
  self->folded[kept] = '\0';
}

/* From @at on, NUL behind the end; the first one is the lowest. */
static inline guint64
read_eight (const EnclaveFuzzyText *text, guint at)
{
  guint64 eight = 0;

  if (at + 8 <= text->length)
    memcpy (&eight, text->folded + at, 8);
  else if (text->length >= 8)
    memcpy (&eight, text->folded + text->length - 8, 8);
  else
    memcpy (&eight, text->folded, text->length);
  eight = GUINT64_FROM_LE (eight);

  return at + 8 > text->length && text->length >= 8 ? eight >> 8 * (at + 8 - text->length) : eight;
}

static inline void
find_places (const EnclaveFuzzyText *text, char byte, Places *places)
{
  for (guint chunk = 0; chunk * 64 < text->length; chunk++)
    {
      guint64 found = 0;

      for (guint i = 0; i < 64 && chunk * 64 + i < text->length; i += 8)
        {
          guint64 eight = read_eight (text, chunk * 64 + i) ^ OF_EACH_BYTE (byte);

          /* it is 0 now where the byte was: a bit in each such byte, then these bits together */
          eight = ~(((eight & OF_EACH_BYTE (0x7f)) + OF_EACH_BYTE (0x7f)) | eight) & OF_EACH_BYTE (0x80);
          found |= (eight >> 7) * G_GUINT64_CONSTANT (0x0102040810204080) >> 56 << i;
        }
      places->bits[chunk] = found;
    }
}

/* The last one before @end; -1: none. */
static inline int
find_last (const Places *places, guint end)
{
  guint chunk = end / 64;
  guint64 bits = end % 64 != 0 ? places->bits[chunk] & ((G_GUINT64_CONSTANT (1) << end % 64) - 1) : 0;

  while (bits == 0)
    {
      if (chunk == 0)
        return -1;
      bits = places->bits[--chunk];
    }

  return (int) (chunk * 64 + 63 - (guint) __builtin_clzll (bits));
}

/* The first one from @from on; there is one. */
static inline guint
find_next (const Places *places, guint from)
{
  guint chunk = from / 64;
  guint64 bits = places->bits[chunk] >> from % 64 << from % 64;

  while (bits == 0)
    bits = places->bits[++chunk];

  return chunk * 64 + (guint) __builtin_ctzll (bits);
}

static inline int
score_place (const EnclaveFuzzyPattern *pattern, const EnclaveFuzzyText *text, guint i, guint at)
{
  return _enclave_fuzzy_place (text->given, text->name, at) + (text->given[at] == pattern->given[i] ? ENCLAVE_FUZZY_SAME_CASE : 0);
}

static void
end_first (const EnclaveFuzzyPattern *pattern, const EnclaveFuzzyText *text, const Places *places, guint last, Ends *ends)
{
  ends->n = 0;
  for (guint at = 0; at <= last; at++)
    {
      at = find_next (places, at);
      ends->at[ends->n] = (guint16) at;
      ends->best[ends->n++] = score_place (pattern, text, 0, at);
    }
}

/* Of byte @i of the pattern, behind those of the byte before it. */
static void
end_further (const EnclaveFuzzyPattern *pattern, const EnclaveFuzzyText *text, guint i, const Places *places, guint last,
             const Ends *before, Ends *ends)
{
  guint k = 0;
  int far = G_MININT / 2; /* the best that ends before at - 1, with the place where it ends: the gap is what lies between */

  ends->n = 0;
  for (guint at = before->at[0] + 1u; at <= last; at++)
    {
      int from;

      at = find_next (places, at);
      for (; k < before->n && before->at[k] + 1u < at; k++)
        far = MAX (far, before->best[k] + before->at[k]);
      from = far - (int) at + 1;
      if (k < before->n && before->at[k] + 1u == at)
        from = MAX (from, before->best[k] + ENCLAVE_FUZZY_NEXT);
      ends->at[ends->n] = (guint16) at;
      ends->best[ends->n++] = from + score_place (pattern, text, i, at);
    }
}

int
_enclave_fuzzy_score (const EnclaveFuzzyPattern *pattern, const EnclaveFuzzyText *text)
{
  Places places[ENCLAVE_FUZZY_MAX_PATTERN];
  guint latest[ENCLAVE_FUZZY_MAX_PATTERN]; /* so that the bytes behind still have a place */
  Ends ends[2];
  const Ends *last;
  int score = G_MININT;

  if (pattern->n > ENCLAVE_FUZZY_MAX_PATTERN || pattern->n > text->length)
    return ENCLAVE_FUZZY_NO_MATCH;
  for (guint i = pattern->n, end = text->length; i > 0; i--)
    {
      int at;

      find_places (text, pattern->folded[i - 1], &places[i - 1]);
      at = find_last (&places[i - 1], end);
      if (at < 0)
        return ENCLAVE_FUZZY_NO_MATCH;
      latest[i - 1] = end = (guint) at;
    }

  end_first (pattern, text, &places[0], latest[0], &ends[0]);
  for (guint i = 1; i < pattern->n; i++)
    end_further (pattern, text, i, &places[i], latest[i], &ends[(i - 1) % 2], &ends[i % 2]);
  last = &ends[(pattern->n - 1) % 2];
  for (guint k = 0; k < last->n; k++)
    score = MAX (score, last->best[k]);
  if (text->length - text->name >= pattern->n && memcmp (pattern->folded, text->folded + text->name, pattern->n) == 0)
    {
      char behind = text->folded[text->name + pattern->n];

      if (behind == '\0' || behind == '.')
        score += ENCLAVE_FUZZY_WHOLE_NAME;
    }

  return score - (int) (text->length / ENCLAVE_FUZZY_BYTES_PER_POINT);
}
