/* enclave-fuzzy-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-fuzzy-list.h"

#include <string.h>

#include "enclave-fuzzy-match.h"

#define MAX_PATTERN 64
/* So many of the promising ones are looked at closely, for each that is asked for. */
#define CLOSE_LOOKS 8
#define LOOKS_BETWEEN_CANCELS 4096

/* What the cheap look gives for a byte of the pattern: as enclave_fuzzy_match() does. */
#define NAME_START 12
#define PART_START 9
#define WORD_START 8
#define NEXT 9
#define IN_NAME 2
#define WHOLE_NAME 30

typedef struct
{
  guint32 start; /* in the text and in its folded copy */
  guint32 name;  /* of the last part, from the start */
  guint32 length;
  gint32 boost;
  gboolean has_humps; /* big letters behind small ones */
  guint64 mask;
  guint64 beginnings; /* of words: bits as of the mask */
  guint64 pairs;      /* of neighbours: one bit for some pairs */
} Entry;

struct _EnclaveFuzzyList
{
  gatomicrefcount references;
  GArray *entries; /* (element-type Entry) */
  GString *text;
  GString *folded; /* ASCII letters small */
  gboolean has_boosts;
};

struct _EnclaveFuzzySurvivors
{
  gatomicrefcount references;
  char *pattern;
  EnclaveFuzzyList *list;
  GArray *indices; /* (element-type guint32) */
};

/* One bit for a byte: letters and digits have their own, the others share. */
static guint64
bit_of (guchar byte)
{
  if (byte >= 'a' && byte <= 'z')
    return G_GUINT64_CONSTANT (1) << (byte - 'a');
  if (byte >= '0' && byte <= '9')
    return G_GUINT64_CONSTANT (1) << (26 + byte - '0');

  return G_GUINT64_CONSTANT (1) << (36 + byte % 28);
}

static guint64
bit_of_pair (guchar first, guchar second)
{
  return G_GUINT64_CONSTANT (1) << ((first * 31u + second) % 64);
}

EnclaveFuzzyList *
enclave_fuzzy_list_new (void)
{
  EnclaveFuzzyList *self = g_new0 (EnclaveFuzzyList, 1);

  g_atomic_ref_count_init (&self->references);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->text = g_string_new (NULL);
  self->folded = g_string_new (NULL);

  return self;
}

EnclaveFuzzyList *
enclave_fuzzy_list_ref (EnclaveFuzzyList *self)
{
  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
enclave_fuzzy_list_unref (EnclaveFuzzyList *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  g_array_unref (self->entries);
  g_string_free (self->text, TRUE);
  g_string_free (self->folded, TRUE);
  g_free (self);
}

static inline int
get_place_score (const char *text, const Entry *entry, gsize at)
{
  int score = at >= entry->name ? IN_NAME : 0;
  guchar before;

  if (at == entry->name)
    return score + NAME_START;
  before = at > 0 ? (guchar) text[at - 1] : '/';
  if (before == '/')
    return score + PART_START;
  if (before == '_' || before == '-' || before == '.' || before == ' ' || before == ':' || before == '#'
      || (g_ascii_isupper (text[at]) && g_ascii_islower (before)))
    return score + WORD_START;

  return score;
}

void
enclave_fuzzy_list_add (EnclaveFuzzyList *self, const char *text, int boost)
{
  Entry entry = { .boost = boost };
  const char *slash;
  gsize length;

  g_return_if_fail (self != NULL && text != NULL);

  length = strlen (text);
  if (self->text->len + length + 1 > G_MAXUINT32)
    return;
  slash = strrchr (text, '/');
  entry.start = (guint32) self->text->len;
  entry.length = (guint32) length;
  entry.name = slash != NULL ? (guint32) (slash + 1 - text) : 0;
  for (gsize i = 0; i < length; i++)
    {
      guchar here = (guchar) g_ascii_tolower (text[i]);

      entry.mask |= bit_of (here);
      if (get_place_score (text, &entry, i) > IN_NAME)
        entry.beginnings |= bit_of (here);
      entry.has_humps |= i > 0 && g_ascii_isupper (text[i]) && g_ascii_islower (text[i - 1]);
      if (i > 0)
        entry.pairs |= bit_of_pair ((guchar) g_ascii_tolower (text[i - 1]), here);
    }
  g_string_append_len (self->text, text, (gssize) length + 1);
  for (gsize i = 0; i <= length; i++)
    g_string_append_c (self->folded, g_ascii_tolower (text[i]));
  self->has_boosts |= boost != 0;
  g_array_append_val (self->entries, entry);
}

guint
enclave_fuzzy_list_get_n (const EnclaveFuzzyList *self)
{
  return self->entries->len;
}

const char *
enclave_fuzzy_list_get (const EnclaveFuzzyList *self, guint index)
{
  g_return_val_if_fail (index < self->entries->len, NULL);

  return self->text->str + g_array_index (self->entries, Entry, index).start;
}

EnclaveFuzzySurvivors *
enclave_fuzzy_survivors_ref (EnclaveFuzzySurvivors *self)
{
  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
enclave_fuzzy_survivors_unref (EnclaveFuzzySurvivors *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->pattern);
  enclave_fuzzy_list_unref (self->list);
  g_array_unref (self->indices);
  g_free (self);
}

/* From the end, so that the last part of a path is met first. Returns: G_MININT when @pattern is not in it. */
static int
look_from_end (const char *text, const char *folded, const Entry *entry, const char *pattern, gsize n_pattern)
{
  gsize at = entry->length;
  int score = 0;

  for (gsize i = n_pattern; i > 0; i--)
    {
      const char *found = memrchr (folded, pattern[i - 1], at);
      gsize place;

      if (found == NULL)
        return G_MININT;
      place = (gsize) (found - folded);
      if (i < n_pattern)
        score += place + 1 == at ? NEXT : -(int) (at - place - 1);
      score += get_place_score (text, entry, place);
      at = place;
    }

  return score;
}

/* From @from on, at the beginnings of words where there are such. Returns: G_MININT when @pattern is not there. */
static int
look_from (const char *text, const char *folded, const Entry *entry, gsize from, const char *pattern, gsize n_pattern)
{
  gsize at = from;
  int score = 0;

  for (gsize i = 0; i < n_pattern; i++)
    {
      const char *found = memchr (folded + at, pattern[i], entry->length - at);
      gsize place;
      int place_score;

      if (found == NULL)
        return G_MININT;
      place = (gsize) (found - folded);
      place_score = get_place_score (text, entry, place);
      /* what does not go on and begins no word: perhaps a later one does */
      if (place_score <= IN_NAME && (i == 0 || place != at))
        for (const char *other = found; (other = memchr (other + 1, pattern[i], entry->length - (gsize) (other + 1 - folded)));)
          {
            int other_score = get_place_score (text, entry, (gsize) (other - folded));

            if (other_score > IN_NAME)
              {
                if (i + 1 < n_pattern && memchr (other + 1, pattern[i + 1], entry->length - (gsize) (other + 1 - folded)) == NULL)
                  break;
                place = (gsize) (other - folded);
                place_score = other_score;
                break;
              }
          }
      if (i > 0)
        score += place == at ? NEXT : -(int) (place - at);
      score += place_score;
      at = place + 1;
    }
  if (from == entry->name && at == from + n_pattern && (folded[at] == '\0' || folded[at] == '.'))
    score += WHOLE_NAME;

  return score;
}

/* A heap of the best so far, its worst on top. */
static gboolean
is_worse (const EnclaveFuzzyHit *a, const EnclaveFuzzyHit *b)
{
  return a->score < b->score || (a->score == b->score && a->index > b->index);
}

static void
sink (EnclaveFuzzyHit *heap, guint n)
{
  for (guint i = 0;;)
    {
      guint least = i;
      EnclaveFuzzyHit swap;

      for (guint child = 2 * i + 1; child <= 2 * i + 2 && child < n; child++)
        if (is_worse (&heap[child], &heap[least]))
          least = child;
      if (least == i)
        return;
      swap = heap[i];
      heap[i] = heap[least];
      heap[least] = swap;
      i = least;
    }
}

static void
keep (GArray *heap, guint max, EnclaveFuzzyHit hit)
{
  EnclaveFuzzyHit *hits;

  if (heap->len < max)
    {
      g_array_append_val (heap, hit);
      hits = (EnclaveFuzzyHit *) (gpointer) heap->data;
      for (guint i = heap->len - 1; i > 0 && is_worse (&hits[i], &hits[(i - 1) / 2]); i = (i - 1) / 2)
        {
          EnclaveFuzzyHit swap = hits[i];

          hits[i] = hits[(i - 1) / 2];
          hits[(i - 1) / 2] = swap;
        }
      return;
    }
  hits = (EnclaveFuzzyHit *) (gpointer) heap->data;
  if (!is_worse (&hits[0], &hit))
    return;
  hits[0] = hit;
  sink (hits, heap->len);
}

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const EnclaveFuzzyHit *left = a;
  const EnclaveFuzzyHit *right = b;

  return is_worse (left, right) ? 1 : is_worse (right, left) ? -1 : 0;
}

static char *
fold_pattern (const char *pattern)
{
  GString *folded = g_string_new (NULL);

  for (; *pattern != '\0' && folded->len <= MAX_PATTERN; pattern++)
    if (*pattern != ' ')
      g_string_append_c (folded, g_ascii_tolower (*pattern));

  return g_string_free (folded, FALSE);
}

static char *
strip_blanks (const char *pattern)
{
  GString *stripped = g_string_new (NULL);

  for (; *pattern != '\0'; pattern++)
    if (*pattern != ' ')
      g_string_append_c (stripped, *pattern);

  return g_string_free (stripped, FALSE);
}

/* Without a pattern: what was used lately, then the others as they come. */
static GArray *
list_first (EnclaveFuzzyList *self, guint max)
{
  GArray *heap = g_array_new (FALSE, FALSE, sizeof (EnclaveFuzzyHit));
  guint n = self->has_boosts ? self->entries->len : MIN (max, self->entries->len);

  for (guint i = 0; i < n; i++)
    keep (heap, max, (EnclaveFuzzyHit){ i, g_array_index (self->entries, Entry, i).boost });
  g_array_sort (heap, compare_hits);

  return heap;
}

static EnclaveFuzzySurvivors *
survivors_new (EnclaveFuzzyList *list, const char *pattern, GArray *indices)
{
  EnclaveFuzzySurvivors *self = g_new0 (EnclaveFuzzySurvivors, 1);

  g_atomic_ref_count_init (&self->references);
  self->list = enclave_fuzzy_list_ref (list);
  self->pattern = g_strdup (pattern);
  self->indices = g_array_ref (indices);

  return self;
}

/* At most so many points, of what stands in the entry's letters alone: most need no closer look when many are better. */
static inline int
get_limit (const EnclaveFuzzyList *self, const Entry *entry, const char *pattern, gsize n_pattern)
{
  const char *name = self->folded->str + entry->start + entry->name;
  int limit = WHOLE_NAME + IN_NAME + entry->boost - (int) (entry->length / 8);

  if (*name == *pattern)
    limit += NAME_START;
  else if ((entry->beginnings & bit_of ((guchar) *pattern)) != 0)
    limit += PART_START;
  /* a whole name begins with the pattern, and goes on with it */
  if (*name != *pattern || n_pattern > entry->length - entry->name || (n_pattern > 1 && name[n_pattern - 1] != pattern[n_pattern - 1]))
    limit -= WHOLE_NAME;
  else if (name[n_pattern] != '\0' && name[n_pattern] != '.')
    limit -= WHOLE_NAME;
  for (gsize i = 1; i < n_pattern; i++)
    {
      int begins = 0;
      int next = 0;

      if ((entry->beginnings & bit_of ((guchar) pattern[i])) != 0)
        begins = *name == pattern[i] ? NAME_START : PART_START;
      /* a word that begins right behind the letter before begins with a big letter, or behind what parts words */
      if ((entry->pairs & bit_of_pair ((guchar) pattern[i - 1], (guchar) pattern[i])) != 0)
        next = IN_NAME + NEXT + (entry->has_humps || !g_ascii_isalnum (pattern[i - 1]) ? begins : 0);
      limit += MAX (next, IN_NAME - 1 + begins);
    }

  return limit;
}

/* Returns: FALSE when it was cancelled. */
static gboolean
look_at_all (EnclaveFuzzyList *self, const char *folded_pattern, const EnclaveFuzzySurvivors *before, guint n_kept, GArray *kept,
             GArray *left, GCancellable *cancellable)
{
  const Entry *entries = (const Entry *) (gpointer) self->entries->data;
  gsize n_pattern = strlen (folded_pattern);
  guint n = before != NULL ? before->indices->len : self->entries->len;
  guint64 mask = 0;

  for (gsize i = 0; i < n_pattern; i++)
    mask |= bit_of ((guchar) folded_pattern[i]);

  for (guint i = 0; i < n; i++)
    {
      guint32 index = before != NULL ? g_array_index (before->indices, guint32, i) : i;
      const Entry *entry = &entries[index];
      const char *text = self->text->str + entry->start;
      const char *folded = self->folded->str + entry->start;
      int score;
      int by_name;

      if (i % LOOKS_BETWEEN_CANCELS == 0 && g_cancellable_is_cancelled (cancellable))
        return FALSE;
      if ((entry->mask & mask) != mask || entry->length < n_pattern)
        continue;
      /* what has not the letters in their order is found out when fewer are left */
      if (kept->len == n_kept && get_limit (self, entry, folded_pattern, n_pattern) < g_array_index (kept, EnclaveFuzzyHit, 0).score)
        {
          g_array_append_val (left, index);
          continue;
        }
      score = look_from_end (text, folded, entry, folded_pattern, n_pattern);
      if (score == G_MININT)
        continue;
      by_name = look_from (text, folded, entry, entry->name, folded_pattern, n_pattern);
      /* what is in the last part is seldom better spread over the others */
      if (by_name == G_MININT && n_pattern > 1 && entry->name > 0)
        by_name = look_from (text, folded, entry, 0, folded_pattern, n_pattern);
      score = MAX (score, by_name);
      score += entry->boost - (int) (entry->length / 8);
      g_array_append_val (left, index);
      keep (kept, n_kept, (EnclaveFuzzyHit){ index, score });
    }

  return TRUE;
}

GArray *
enclave_fuzzy_list_search (EnclaveFuzzyList *self, const char *pattern, guint max, EnclaveFuzzySurvivors **survivors,
                           GCancellable *cancellable)
{
  g_autofree char *folded = NULL;
  g_autofree char *close = NULL;
  g_autoptr (GArray) kept = NULL;
  g_autoptr (GArray) left = NULL;
  const EnclaveFuzzySurvivors *before = survivors != NULL ? *survivors : NULL;
  GArray *hits;

  g_return_val_if_fail (self != NULL && pattern != NULL, NULL);

  folded = fold_pattern (pattern);
  if (*folded == '\0')
    return list_first (self, max);
  hits = g_array_new (FALSE, FALSE, sizeof (EnclaveFuzzyHit));
  if (strlen (folded) > MAX_PATTERN)
    return hits;
  if (before != NULL && (before->list != self || !g_str_has_prefix (folded, before->pattern)))
    before = NULL;

  kept = g_array_new (FALSE, FALSE, sizeof (EnclaveFuzzyHit));
  left = g_array_new (FALSE, FALSE, sizeof (guint32));
  if (!look_at_all (self, folded, before, max * CLOSE_LOOKS, kept, left, cancellable))
    return hits;

  close = strip_blanks (pattern);
  for (guint i = 0; i < kept->len; i++)
    {
      guint32 index = g_array_index (kept, EnclaveFuzzyHit, i).index;
      int score = enclave_fuzzy_match (close, enclave_fuzzy_list_get (self, index));

      if (score != ENCLAVE_FUZZY_NO_MATCH)
        keep (hits, max, (EnclaveFuzzyHit){ index, score + g_array_index (self->entries, Entry, index).boost });
    }
  g_array_sort (hits, compare_hits);

  if (survivors != NULL)
    {
      EnclaveFuzzySurvivors *after = survivors_new (self, folded, left);

      enclave_fuzzy_survivors_unref (*survivors);
      *survivors = after;
    }

  return hits;
}
