/* enclave-fuzzy-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-fuzzy-list.h"

#include <string.h>

#include "enclave-fuzzy-match.h"
#include "enclave-fuzzy-private.h"

#define LOOKS_BETWEEN_CANCELS 1024
/* Few look at memory that was looked at lately: so many are asked for at once. */
#define BATCH 16

typedef struct
{
  guint32 start; /* in the text; ended by NUL, and its folded copy behind that */
  guint32 length;
  gint32 boost;
  guint16 name; /* of the last part, from where the end begins that counts */
} Entry;

struct _EnclaveFuzzyList
{
  gatomicrefcount references;
  GArray *entries; /* (element-type Entry) */
  GString *text;
  GArray *boosted; /* (element-type guint32) */
  EnclaveFuzzyBounds *bounds;
};

struct _EnclaveFuzzySurvivors
{
  gatomicrefcount references;
  char *pattern; /* folded */
  EnclaveFuzzyList *list;
  EnclaveFuzzySet left;
};

EnclaveFuzzyList *
enclave_fuzzy_list_new (void)
{
  EnclaveFuzzyList *self = g_new0 (EnclaveFuzzyList, 1);

  g_atomic_ref_count_init (&self->references);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  self->text = g_string_new (NULL);
  self->boosted = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->bounds = _enclave_fuzzy_bounds_new ();

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
  g_array_unref (self->boosted);
  _enclave_fuzzy_bounds_free (self->bounds);
  g_free (self);
}

/* The end of it that counts. */
static inline EnclaveFuzzyText
get_text (const EnclaveFuzzyList *self, const Entry *entry)
{
  gsize left_out = entry->length - MIN (entry->length, ENCLAVE_FUZZY_MAX_TEXT);
  const char *given = self->text->str + entry->start + left_out;

  return (EnclaveFuzzyText){ given, given + entry->length + 1, (guint) (entry->length - left_out), entry->name };
}

void
enclave_fuzzy_list_add (EnclaveFuzzyList *self, const char *text, int boost)
{
  Entry entry = { .boost = boost };
  EnclaveFuzzyText end;
  const char *slash;
  gsize length;
  guint32 index;

  g_return_if_fail (self != NULL && text != NULL);

  length = strlen (text);
  if (self->text->len + 2 * (length + 1) > G_MAXUINT32)
    return;
  index = self->entries->len;
  entry.start = (guint32) self->text->len;
  entry.length = (guint32) length;
  g_string_append_len (self->text, text, (gssize) length + 1);
  g_string_append_len (self->text, text, (gssize) length + 1);
  for (char *at = self->text->str + entry.start + length + 1; *at != '\0'; at++)
    *at = g_ascii_tolower (*at);
  end = get_text (self, &entry);
  slash = memrchr (end.given, '/', end.length);
  end.name = slash != NULL ? (guint) (slash + 1 - end.given) : 0;
  entry.name = (guint16) end.name;
  _enclave_fuzzy_bounds_add (self->bounds, &end);
  g_array_append_val (self->entries, entry);
  if (boost != 0)
    g_array_append_val (self->boosted, index);
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
  _enclave_fuzzy_set_clear (&self->left);
  g_free (self);
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

/* Without a pattern: what was used lately, then the others as they come. */
static GArray *
list_first (EnclaveFuzzyList *self, guint max)
{
  GArray *heap = g_array_new (FALSE, FALSE, sizeof (EnclaveFuzzyHit));
  guint n = self->boosted->len > 0 ? self->entries->len : MIN (max, self->entries->len);

  for (guint i = 0; i < n; i++)
    keep (heap, max, (EnclaveFuzzyHit){ i, g_array_index (self->entries, Entry, i).boost });
  g_array_sort (heap, compare_hits);

  return heap;
}

/* Returns: FALSE when the pattern is not in it. */
static inline gboolean
try_entry (EnclaveFuzzyList *self, const EnclaveFuzzyPattern *pattern, guint32 index, GArray *hits, guint max)
{
  const Entry *entry = &g_array_index (self->entries, Entry, index);
  EnclaveFuzzyText text = get_text (self, entry);
  int score = _enclave_fuzzy_score (pattern, &text);

  if (score == ENCLAVE_FUZZY_NO_MATCH)
    return FALSE;
  keep (hits, max, (EnclaveFuzzyHit){ index, score + entry->boost });

  return TRUE;
}

static guint
get_batch (const EnclaveFuzzyList *self, EnclaveFuzzyLook *look, EnclaveFuzzyHit *batch)
{
  const Entry *entries = (const Entry *) (gpointer) self->entries->data;
  guint n = 0;

  while (n < BATCH && _enclave_fuzzy_look_next (look, &batch[n].index, &batch[n].score))
    __builtin_prefetch (&entries[batch[n++].index]);
  for (guint i = 0; i < n; i++)
    {
      const Entry *entry = &entries[batch[i].index];

      __builtin_prefetch (self->text->str + entry->start);
      __builtin_prefetch (self->text->str + entry->start + entry->length * 2);
    }

  return n;
}

/* From what can be worth most, until nothing can be worth more than what there is. Returns: FALSE when it was cancelled. */
static gboolean
look_at_best (EnclaveFuzzyList *self, const EnclaveFuzzyPattern *pattern, EnclaveFuzzyLook *look, GArray *hits, guint max,
              GCancellable *cancellable)
{
  EnclaveFuzzyHit batch[BATCH];
  guint n_looks = 1;
  guint n;

  if (g_cancellable_is_cancelled (cancellable))
    return FALSE;
  for (guint i = 0; i < self->boosted->len; i++)
    {
      guint32 index = g_array_index (self->boosted, guint32, i);

      if (n_looks++ % LOOKS_BETWEEN_CANCELS == 0 && g_cancellable_is_cancelled (cancellable))
        return FALSE;
      if (!try_entry (self, pattern, index, hits, max))
        _enclave_fuzzy_look_drop (look, index);
    }
  while ((n = get_batch (self, look, batch)) > 0)
    for (guint i = 0; i < n; i++)
      {
        guint32 index = batch[i].index;

        if (n_looks++ % LOOKS_BETWEEN_CANCELS == 0 && g_cancellable_is_cancelled (cancellable))
          return FALSE;
        if (hits->len == max && !is_worse (&g_array_index (hits, EnclaveFuzzyHit, 0), &batch[i]))
          return TRUE;
        if (g_array_index (self->entries, Entry, index).boost == 0 && !try_entry (self, pattern, index, hits, max))
          _enclave_fuzzy_look_drop (look, index);
      }

  return TRUE;
}

static EnclaveFuzzySurvivors *
survivors_new (EnclaveFuzzyList *list, const EnclaveFuzzyPattern *pattern, EnclaveFuzzyLook *look)
{
  EnclaveFuzzySurvivors *self = g_new0 (EnclaveFuzzySurvivors, 1);

  g_atomic_ref_count_init (&self->references);
  self->list = enclave_fuzzy_list_ref (list);
  self->pattern = g_strdup (pattern->folded);
  _enclave_fuzzy_look_take (look, &self->left);

  return self;
}

GArray *
enclave_fuzzy_list_search (EnclaveFuzzyList *self, const char *typed, guint max, EnclaveFuzzySurvivors **survivors,
                           GCancellable *cancellable)
{
  EnclaveFuzzyPattern pattern;
  g_autoptr (EnclaveFuzzyLook) look = NULL;
  const EnclaveFuzzySurvivors *before = survivors != NULL ? *survivors : NULL;
  GArray *hits;

  g_return_val_if_fail (self != NULL && typed != NULL, NULL);

  _enclave_fuzzy_pattern_init (&pattern, typed);
  if (pattern.n == 0)
    return list_first (self, max);
  hits = g_array_new (FALSE, FALSE, sizeof (EnclaveFuzzyHit));
  if (pattern.n > ENCLAVE_FUZZY_MAX_PATTERN || max == 0)
    return hits;
  if (before != NULL && (before->list != self || !g_str_has_prefix (pattern.folded, before->pattern)))
    before = NULL;

  look = _enclave_fuzzy_look_new (self->bounds, &pattern, before != NULL ? &before->left : NULL);
  if (!look_at_best (self, &pattern, look, hits, max, cancellable))
    {
      g_array_set_size (hits, 0);
      return hits;
    }
  g_array_sort (hits, compare_hits);

  if (survivors != NULL)
    {
      EnclaveFuzzySurvivors *after = survivors_new (self, &pattern, look);

      enclave_fuzzy_survivors_unref (*survivors);
      *survivors = after;
    }

  return hits;
}
