/* enclave-fuzzy-bounds.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a text can be worth at most follows from which bytes and pairs it has, in the last part of a path and before it: a pattern is spread
 * over both with its beginning before and its end in the last part, and for each of its bytes the most is counted that any such byte of
 * the text gives. Gaps and the order of bytes that are no neighbours don't count. Numbers are added bit by bit, 128 at once.
 */

#include "config.h"

#include <string.h>

#include "enclave-fuzzy-private.h"

#define LANES 4
#define TEXTS_PER_LANE 128
#define TEXTS_PER_BLOCK (LANES * TEXTS_PER_LANE)
#define WORDS_PER_BLOCK (TEXTS_PER_BLOCK / 64)

#define BYTES 48 /* kinds of bytes: letters and digits have their own */
#define PAIRS 128
#define NAMES 64
#define LENGTHS 7

/* Bits of a text. */
enum
{
  IN_NAME,                       /* has the byte in the last part */
  BEFORE_NAME = IN_NAME + BYTES, /* in another one */
  STARTS_NAME = BEFORE_NAME + BYTES,
  WORD_IN_NAME = STARTS_NAME + BYTES, /* at the beginning of a word */
  PART_BEFORE = WORD_IN_NAME + BYTES,
  WORD_BEFORE = PART_BEFORE + BYTES,
  PAIR_IN_NAME = WORD_BEFORE + BYTES,
  PAIR_BEFORE = PAIR_IN_NAME + PAIRS,
  WHOLE = PAIR_BEFORE + PAIRS, /* beginnings of the name that end before a dot, and all of it */
  SHORT = WHOLE + NAMES,       /* points of a short text, of the most that there are: a number */
  HAS_HUMPS = SHORT + LENGTHS, /* big letters behind small ones */
  HAS_BIG,
  N_BITS
};

#define MOST_FOR_LENGTH (ENCLAVE_FUZZY_MAX_TEXT / ENCLAVE_FUZZY_BYTES_PER_POINT)
#define MAX_PLANES 11
#define VALUE_PLANES 5

typedef guint64 Lane __attribute__ ((vector_size (16)));

typedef union
{
  Lane lanes[LANES];
  guint64 words[WORDS_PER_BLOCK];
} Row;

typedef struct
{
  Row bits[N_BITS];
} Block;

struct _EnclaveFuzzyBounds
{
  GPtrArray *blocks; /* (element-type Block) */
  guint n;
};

struct _EnclaveFuzzyLook
{
  guint n_blocks;
  guint n_planes;
  int offset; /* what the numbers have too much */
  Row *planes; /* n_planes of each block */
  Row *open;   /* those that were not given yet, of each block */
  Row *left;
  int *most; /* of each block's open ones; -1: none */
  int value; /* that is given now */
  guint block;
  Row given; /* of the block, with that value */
  guint word;
};

static guint
byte_bit (char byte)
{
  if (byte >= 'a' && byte <= 'z')
    return (guint) (byte - 'a');
  if (byte >= '0' && byte <= '9')
    return 26u + (guint) (byte - '0');
  switch (byte)
    {
    case '/':
      return 36;
    case '_':
      return 37;
    case '-':
      return 38;
    case '.':
      return 39;
    default:
      return 40 + (guchar) byte % 8;
    }
}

static guint
pair_bit (char first, char second)
{
  return ((guchar) first * 31u + (guchar) second) % PAIRS;
}

static guint
add_to_hash (guint hash, char byte)
{
  return hash * 33 + (guchar) byte;
}

static guint
hash_bit (guint hash)
{
  return (hash ^ hash >> 6 ^ hash >> 15) % NAMES;
}

EnclaveFuzzyBounds *
_enclave_fuzzy_bounds_new (void)
{
  EnclaveFuzzyBounds *self = g_new0 (EnclaveFuzzyBounds, 1);

  self->blocks = g_ptr_array_new_with_free_func (g_free);

  return self;
}

void
_enclave_fuzzy_bounds_free (EnclaveFuzzyBounds *self)
{
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

void
_enclave_fuzzy_bounds_add (EnclaveFuzzyBounds *self, const EnclaveFuzzyText *text)
{
  guint place = self->n % TEXTS_PER_BLOCK;
  guint64 bit = G_GUINT64_CONSTANT (1) << place % 64;
  guint hash = 0;
  guint points = MOST_FOR_LENGTH - text->length / ENCLAVE_FUZZY_BYTES_PER_POINT;
  Block *block;

  if (place == 0)
    g_ptr_array_add (self->blocks, g_new0 (Block, 1));
  block = g_ptr_array_index (self->blocks, self->blocks->len - 1);
  self->n++;

#define SET(number) (block->bits[number].words[place / 64] |= bit)
  for (guint i = 0; i < LENGTHS; i++)
    if ((points >> i & 1) != 0)
      SET (SHORT + i);
  for (guint i = 0; i < text->length; i++)
    {
      guint byte = byte_bit (text->folded[i]);
      gboolean in_name = i >= text->name;

      SET ((in_name ? IN_NAME : BEFORE_NAME) + byte);
      if (g_ascii_isupper (text->given[i]))
        {
          SET (HAS_BIG);
          if (i > 0 && g_ascii_islower (text->given[i - 1]))
            SET (HAS_HUMPS);
        }
      if (i == text->name)
        SET (STARTS_NAME + byte);
      else if (i == 0 || text->given[i - 1] == '/')
        SET (PART_BEFORE + byte);
      else if (_enclave_fuzzy_begins_word (text->given, i))
        SET ((in_name ? WORD_IN_NAME : WORD_BEFORE) + byte);
      if (i > 0 && i != text->name)
        SET ((in_name ? PAIR_IN_NAME : PAIR_BEFORE) + pair_bit (text->folded[i - 1], text->folded[i]));
      if (in_name)
        {
          hash = add_to_hash (hash, text->folded[i]);
          if (text->folded[i + 1] == '\0' || text->folded[i + 1] == '.')
            SET (WHOLE + hash_bit (hash));
        }
    }
#undef SET
}

/* Numbers, of as many texts as a lane has bits. */

static inline void
set_where (Lane *value, Lane where, guint number)
{
  for (guint i = 0; i < VALUE_PLANES; i++)
    if ((number >> i & 1) != 0)
      value[i] |= where;
}

static inline void
add (Lane *sum, const Lane *value, guint n_value, guint n_planes)
{
  Lane carry = { 0 };

  for (guint i = 0; i < n_planes; i++)
    {
      Lane other = i < n_value ? value[i] : (Lane){ 0 };
      Lane half = sum[i] ^ other;

      other = (sum[i] & other) | (half & carry);
      sum[i] = half ^ carry;
      carry = other;
    }
}

static inline void
add_where (Lane *sum, Lane where, guint number, guint n_planes)
{
  Lane value[MAX_PLANES];

  for (guint i = 0; i < n_planes; i++)
    value[i] = (number >> i & 1) != 0 ? where : (Lane){ 0 };
  add (sum, value, n_planes, n_planes);
}

/* The greater of both, where both are. */
static inline void
take_most (Lane *most, Lane *has_most, const Lane *other, Lane has_other, guint n_planes)
{
  Lane less = { 0 };

  for (guint i = 0; i < n_planes; i++)
    less = (~most[i] & other[i]) | (less & ~(most[i] ^ other[i]));
  less = has_other & (less | ~*has_most);
  for (guint i = 0; i < n_planes; i++)
    most[i] = (most[i] & ~less) | (other[i] & less);
  *has_most |= has_other;
}

/* Byte @i of the pattern, in or before the name; a byte behind a gap, which costs at least a point, is the measure for the others. */

static inline void
add_before (Lane *sum, const Block *block, const EnclaveFuzzyPattern *pattern, guint i, guint lane, guint n_planes)
{
  guint byte = byte_bit (pattern->folded[i]);
  Lane value[VALUE_PLANES] = { 0 };
  Lane part = block->bits[PART_BEFORE + byte].lanes[lane];
  Lane word = block->bits[WORD_BEFORE + byte].lanes[lane];
  Lane rest = ~(Lane){ 0 };

  if (i > 0)
    {
      char before = pattern->folded[i - 1];
      Lane next = block->bits[PAIR_BEFORE + pair_bit (before, pattern->folded[i])].lanes[lane];
      Lane both = before == '/' ? part : _enclave_fuzzy_parts_words (before) ? word : word & block->bits[HAS_HUMPS].lanes[lane];

      both &= next;
      set_where (value, both, ENCLAVE_FUZZY_NEXT + 1 + (before == '/' ? ENCLAVE_FUZZY_PART_START : ENCLAVE_FUZZY_WORD_START));
      set_where (value, next & ~both, ENCLAVE_FUZZY_NEXT + 1);
      rest = ~next;
    }
  set_where (value, rest & part, ENCLAVE_FUZZY_PART_START);
  set_where (value, rest & word & ~part, ENCLAVE_FUZZY_WORD_START);
  add (sum, value, VALUE_PLANES, n_planes);
}

/* The first one in the name. */
static inline void
add_entering (Lane *sum, const Block *block, const EnclaveFuzzyPattern *pattern, guint i, guint lane, guint n_planes)
{
  guint byte = byte_bit (pattern->folded[i]);
  Lane value[VALUE_PLANES] = { 0 };
  Lane start = block->bits[STARTS_NAME + byte].lanes[lane];
  Lane word = block->bits[WORD_IN_NAME + byte].lanes[lane] & ~start;
  gboolean next = i > 0 && pattern->folded[i - 1] == '/';

  set_where (value, start, ENCLAVE_FUZZY_IN_NAME + ENCLAVE_FUZZY_NAME_START + (next ? ENCLAVE_FUZZY_NEXT + 1 : 0));
  set_where (value, word, ENCLAVE_FUZZY_IN_NAME + ENCLAVE_FUZZY_WORD_START);
  set_where (value, ~(start | word), ENCLAVE_FUZZY_IN_NAME);
  add (sum, value, VALUE_PLANES, n_planes);
}

static inline void
add_in_name (Lane *sum, const Block *block, const EnclaveFuzzyPattern *pattern, guint i, guint lane, guint n_planes)
{
  char before = pattern->folded[i - 1];
  Lane value[VALUE_PLANES] = { 0 };
  Lane word = block->bits[WORD_IN_NAME + byte_bit (pattern->folded[i])].lanes[lane];
  Lane next = block->bits[PAIR_IN_NAME + pair_bit (before, pattern->folded[i])].lanes[lane];
  Lane both = next & word & (_enclave_fuzzy_parts_words (before) ? ~(Lane){ 0 } : block->bits[HAS_HUMPS].lanes[lane]);

  set_where (value, both, ENCLAVE_FUZZY_IN_NAME + ENCLAVE_FUZZY_WORD_START + ENCLAVE_FUZZY_NEXT + 1);
  set_where (value, next & ~both, ENCLAVE_FUZZY_IN_NAME + ENCLAVE_FUZZY_NEXT + 1);
  set_where (value, word & ~next, ENCLAVE_FUZZY_IN_NAME + ENCLAVE_FUZZY_WORD_START);
  set_where (value, ~(word | next), ENCLAVE_FUZZY_IN_NAME);
  add (sum, value, VALUE_PLANES, n_planes);
}

/* Returns: a bit for each of those, of @among, that may have the pattern; their numbers are in @most then. */
static inline Lane
look_at_lane (const Block *block, const EnclaveFuzzyPattern *pattern, guint n_big, Lane among, guint lane, Lane *most, guint n_planes)
{
  Lane before[MAX_PLANES] = { 0 };
  Lane is_before = among;
  Lane is_in = { 0 };
  Lane whole;
  guint hash = 0;

  for (guint i = 0; i < LENGTHS; i++)
    before[i] = block->bits[SHORT + i].lanes[lane];
  add_where (before, block->bits[HAS_BIG].lanes[lane], n_big, n_planes);
  for (guint i = 0; i < pattern->n; i++)
    {
      guint byte = byte_bit (pattern->folded[i]);
      Lane in_name = block->bits[IN_NAME + byte].lanes[lane];
      Lane entering[MAX_PLANES];

      for (guint k = 0; k < n_planes; k++)
        entering[k] = before[k];
      add_entering (entering, block, pattern, i, lane, n_planes);
      if (i > 0)
        add_in_name (most, block, pattern, i, lane, n_planes);
      is_in &= in_name;
      take_most (most, &is_in, entering, is_before & in_name, n_planes);
      add_before (before, block, pattern, i, lane, n_planes);
      is_before &= block->bits[BEFORE_NAME + byte].lanes[lane];
      hash = add_to_hash (hash, pattern->folded[i]);
    }
  whole = block->bits[WHOLE + hash_bit (hash)].lanes[lane] & block->bits[STARTS_NAME + byte_bit (*pattern->folded)].lanes[lane];
  add_where (most, is_in & whole, ENCLAVE_FUZZY_WHOLE_NAME, n_planes);
  take_most (most, &is_in, before, is_before, n_planes);

  return is_in;
}

static void
find_most (EnclaveFuzzyLook *self, guint number, Row *which)
{
  const Row *planes = self->planes + (gsize) number * self->n_planes;
  int most = 0;
  Lane any = { 0 };

  *which = self->open[number];
  for (guint i = 0; i < LANES; i++)
    any |= which->lanes[i];
  for (guint plane = self->n_planes; plane > 0 && (any[0] | any[1]) != 0; plane--)
    {
      Row with;
      Lane found = { 0 };

      for (guint i = 0; i < LANES; i++)
        {
          with.lanes[i] = which->lanes[i] & planes[plane - 1].lanes[i];
          found |= with.lanes[i];
        }
      if ((found[0] | found[1]) != 0)
        {
          *which = with;
          most |= 1 << (plane - 1);
        }
    }
  self->most[number] = (any[0] | any[1]) != 0 ? most : -1;
}

EnclaveFuzzyLook *
_enclave_fuzzy_look_new (const EnclaveFuzzyBounds *bounds, const EnclaveFuzzyPattern *pattern, const EnclaveFuzzySet *among)
{
  EnclaveFuzzyLook *self = g_new0 (EnclaveFuzzyLook, 1);
  guint most = MOST_FOR_LENGTH + ENCLAVE_FUZZY_WHOLE_NAME + 26 * pattern->n;
  guint n_big = 0;

  for (guint i = 0; i < pattern->n; i++)
    n_big += g_ascii_isupper (pattern->given[i]);
  self->n_blocks = bounds->blocks->len;
  self->n_planes = g_bit_storage (most);
  self->offset = MOST_FOR_LENGTH + (int) pattern->n - 1 - (int) (pattern->n - n_big) * ENCLAVE_FUZZY_SAME_CASE;
  self->planes = g_new (Row, (gsize) self->n_blocks * self->n_planes);
  self->open = g_new0 (Row, self->n_blocks);
  self->left = g_new0 (Row, self->n_blocks);
  self->most = g_new (int, self->n_blocks);
  for (guint number = 0; number < self->n_blocks; number++)
    {
      const Block *block = g_ptr_array_index (bounds->blocks, number);
      Row *planes = self->planes + (gsize) number * self->n_planes;
      Row *left = &self->left[number];

      for (guint word = 0; word < WORDS_PER_BLOCK; word++)
        {
          guint first = number * TEXTS_PER_BLOCK + word * 64;
          guint64 all = first + 64 <= bounds->n ? G_MAXUINT64 : first < bounds->n ? (G_GUINT64_CONSTANT (1) << (bounds->n - first)) - 1 : 0;

          left->words[word] = among != NULL ? among->words[(gsize) number * WORDS_PER_BLOCK + word] : all;
        }
      for (guint lane = 0; lane < LANES; lane++)
        {
          Lane numbers[MAX_PLANES] = { 0 };

          if ((left->lanes[lane][0] | left->lanes[lane][1]) != 0)
            left->lanes[lane] = look_at_lane (block, pattern, n_big, left->lanes[lane], lane, numbers, self->n_planes);
          for (guint i = 0; i < self->n_planes; i++)
            planes[i].lanes[lane] = numbers[i];
        }
      self->open[number] = *left;
      find_most (self, number, &self->given);
    }
  memset (&self->given, 0, sizeof self->given);
  self->value = -1;
  self->block = self->n_blocks;

  return self;
}

void
_enclave_fuzzy_look_free (EnclaveFuzzyLook *self)
{
  g_free (self->planes);
  g_free (self->open);
  g_free (self->left);
  g_free (self->most);
  g_free (self);
}

/* The next block with the value, or with the next lower one. */
static gboolean
find_block (EnclaveFuzzyLook *self)
{
  guint from = self->block + 1;

  if (self->block < self->n_blocks)
    {
      Row which;

      find_most (self, self->block, &which);
    }
  while (from < self->n_blocks && self->most[from] != self->value)
    from++;
  if (from >= self->n_blocks)
    {
      self->value = -1;
      for (guint i = 0; i < self->n_blocks; i++)
        if (self->most[i] > self->value)
          {
            self->value = self->most[i];
            from = i;
          }
      if (self->value < 0)
        {
          self->block = self->n_blocks;
          return FALSE;
        }
    }
  self->block = from;
  find_most (self, from, &self->given);
  for (guint i = 0; i < LANES; i++)
    self->open[from].lanes[i] &= ~self->given.lanes[i];
  self->word = 0;

  return TRUE;
}

gboolean
_enclave_fuzzy_look_next (EnclaveFuzzyLook *self, guint *index, int *limit)
{
  guint bit;

  while (self->word >= WORDS_PER_BLOCK || self->given.words[self->word] == 0)
    if (++self->word >= WORDS_PER_BLOCK && !find_block (self))
      return FALSE;

  bit = (guint) __builtin_ctzll (self->given.words[self->word]);
  self->given.words[self->word] &= self->given.words[self->word] - 1;
  *index = self->block * TEXTS_PER_BLOCK + self->word * 64 + bit;
  *limit = self->value - self->offset;

  return TRUE;
}

void
_enclave_fuzzy_look_drop (EnclaveFuzzyLook *self, guint index)
{
  self->left[index / TEXTS_PER_BLOCK].words[index % TEXTS_PER_BLOCK / 64] &= ~(G_GUINT64_CONSTANT (1) << index % 64);
}

void
_enclave_fuzzy_look_take (EnclaveFuzzyLook *self, EnclaveFuzzySet *left)
{
  left->n = (gsize) self->n_blocks * WORDS_PER_BLOCK;
  left->words = (guint64 *) (gpointer) g_steal_pointer (&self->left);
}

void
_enclave_fuzzy_set_clear (EnclaveFuzzySet *self)
{
  g_clear_pointer (&self->words, g_free);
  self->n = 0;
}
