/* enclave-line-match.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-line-match-private.h"

/* Steps of the inner loop, about a tenth of a second: texts that need more have little in common, and
 * a finer answer would help no reader. */
#define WORK_MAX_STEPS (24 * 1000 * 1000)

static guint
piece_hash (gconstpointer data)
{
  const EnclaveTextPiece *piece = data;
  guint hash = 5381;

  for (gsize i = 0; i < piece->length; i++)
    hash = hash * 33 + (guchar) piece->start[i];

  return hash;
}

GHashTable *
enclave_text_piece_numbers_new (void)
{
  return g_hash_table_new (piece_hash, enclave_text_piece_equal);
}

guint
enclave_text_piece_number (GHashTable *numbers, const EnclaveTextPiece *piece)
{
  gpointer number;

  if (!g_hash_table_lookup_extended (numbers, piece, NULL, &number))
    {
      number = GUINT_TO_POINTER (g_hash_table_size (numbers));
      g_hash_table_insert (numbers, (gpointer) piece, number);
    }

  return GPOINTER_TO_UINT (number);
}

/* Myers' algorithm in linear space ("An O(ND) difference algorithm and its variations", 1986, 4b). */
typedef struct
{
  const guint *old_ids;
  const guint *new_ids;
  const guint *old_index; /* place of a kept line among all */
  const guint *new_index;
  gboolean *old_changed;
  gboolean *new_changed;
  gint64 *forward;        /* furthest old line on each diagonal; [0] is diagonal -(n_new + 1) */
  gint64 *backward;
  gint64 offset;
  guint64 steps;
} Matcher;

typedef struct
{
  gint64 old_low;
  gint64 old_high;
  gint64 new_low;
  gint64 new_high;
} Box;

/* A point of a shortest path through @box that lies in its middle. */
static gboolean
find_middle (Matcher *matcher, const Box *box, gint64 *old_middle, gint64 *new_middle)
{
  gint64 *forward = matcher->forward + matcher->offset;
  gint64 *backward = matcher->backward + matcher->offset;
  const gint64 lowest = box->old_low - box->new_high;
  const gint64 highest = box->old_high - box->new_low;
  const gint64 forward_start = box->old_low - box->new_low;
  const gint64 backward_start = box->old_high - box->new_high;
  const gboolean odd = ((forward_start - backward_start) & 1) != 0;
  gint64 forward_min = forward_start;
  gint64 forward_max = forward_start;
  gint64 backward_min = backward_start;
  gint64 backward_max = backward_start;

  forward[forward_start] = box->old_low;
  backward[backward_start] = box->old_high;

  while (matcher->steps <= WORK_MAX_STEPS)
    {
      if (forward_min > lowest)
        forward[--forward_min - 1] = -1;
      else
        forward_min++;
      if (forward_max < highest)
        forward[++forward_max + 1] = -1;
      else
        forward_max--;

      for (gint64 d = forward_max; d >= forward_min; d -= 2)
        {
          gint64 low = forward[d - 1];
          gint64 high = forward[d + 1];
          gint64 x = low < high ? high : low + 1;
          gint64 y = x - d;

          matcher->steps++;
          while (x < box->old_high && y < box->new_high && matcher->old_ids[x] == matcher->new_ids[y])
            {
              x++;
              y++;
              matcher->steps++;
            }
          forward[d] = x;
          if (odd && d >= backward_min && d <= backward_max && backward[d] <= x)
            {
              *old_middle = x;
              *new_middle = y;
              return TRUE;
            }
        }

      if (backward_min > lowest)
        backward[--backward_min - 1] = G_MAXINT64;
      else
        backward_min++;
      if (backward_max < highest)
        backward[++backward_max + 1] = G_MAXINT64;
      else
        backward_max--;

      for (gint64 d = backward_max; d >= backward_min; d -= 2)
        {
          gint64 low = backward[d - 1];
          gint64 high = backward[d + 1];
          gint64 x = low < high ? low : high - 1;
          gint64 y = x - d;

          matcher->steps++;
          while (x > box->old_low && y > box->new_low && matcher->old_ids[x - 1] == matcher->new_ids[y - 1])
            {
              x--;
              y--;
              matcher->steps++;
            }
          backward[d] = x;
          if (!odd && d >= forward_min && d <= forward_max && x <= forward[d])
            {
              *old_middle = x;
              *new_middle = y;
              return TRUE;
            }
        }
    }
  return FALSE;
}

static gboolean
match_box (Matcher *matcher, Box box)
{
  gint64 old_middle;
  gint64 new_middle;

  while (box.old_low < box.old_high && box.new_low < box.new_high &&
         matcher->old_ids[box.old_low] == matcher->new_ids[box.new_low])
    {
      box.old_low++;
      box.new_low++;
    }
  while (box.old_low < box.old_high && box.new_low < box.new_high &&
         matcher->old_ids[box.old_high - 1] == matcher->new_ids[box.new_high - 1])
    {
      box.old_high--;
      box.new_high--;
    }

  if (box.old_low == box.old_high || box.new_low == box.new_high)
    {
      for (gint64 i = box.old_low; i < box.old_high; i++)
        matcher->old_changed[matcher->old_index[i]] = TRUE;
      for (gint64 i = box.new_low; i < box.new_high; i++)
        matcher->new_changed[matcher->new_index[i]] = TRUE;
      return TRUE;
    }

  /* Each half has half the differences, so this goes no deeper than their logarithm. */
  return find_middle (matcher, &box, &old_middle, &new_middle) &&
         match_box (matcher, (Box) { box.old_low, old_middle, box.new_low, new_middle }) &&
         match_box (matcher, (Box) { old_middle, box.old_high, new_middle, box.new_high });
}

/* Lines without any partner are changed whatever the algorithm finds; leaving them out keeps
 * rewritten files cheap. Returns: how many are kept. */
static guint
keep_shared (const guint *ids, guint n, const guint *other_counts, guint *kept_ids, guint *kept_index,
             gboolean *changed)
{
  guint n_kept = 0;

  for (guint i = 0; i < n; i++)
    {
      changed[i] = other_counts[ids[i]] == 0;
      if (changed[i])
        continue;
      kept_ids[n_kept] = ids[i];
      kept_index[n_kept++] = i;
    }
  return n_kept;
}

/* Moves a group that stands alone as far down as equal lines let it: a function added after another
 * then begins with its own first line. */
static void
slide_groups (const guint *ids, guint n, gboolean *changed, const gboolean *other_changed, guint n_other)
{
  guint i = 0;
  guint j = 0;

  while (i < n)
    {
      guint end = i;

      if (!changed[i] && !(j < n_other && other_changed[j]))
        {
          i++;
          j++;
          continue;
        }
      while (end < n && changed[end])
        end++;
      if (j < n_other && other_changed[j])
        {
          while (j < n_other && other_changed[j])
            j++;
          i = end;
          continue;
        }
      while (end < n && !changed[end] && ids[i] == ids[end] && j < n_other && !other_changed[j])
        {
          changed[i++] = FALSE;
          changed[end++] = TRUE;
          j++;
        }
      i = end;
    }
}

gboolean
enclave_line_match (const guint *old_ids, guint n_old, const guint *new_ids, guint n_new, guint n_ids,
                    gboolean *old_changed, gboolean *new_changed)
{
  g_autofree guint *old_counts = g_new0 (guint, n_ids);
  g_autofree guint *new_counts = g_new0 (guint, n_ids);
  g_autofree guint *old_kept = g_new (guint, n_old + 1);
  g_autofree guint *new_kept = g_new (guint, n_new + 1);
  g_autofree guint *old_index = g_new (guint, n_old + 1);
  g_autofree guint *new_index = g_new (guint, n_new + 1);
  g_autofree gint64 *forward = NULL;
  g_autofree gint64 *backward = NULL;
  Matcher matcher = { 0 };
  guint n_old_kept;
  guint n_new_kept;
  gboolean complete;

  for (guint i = 0; i < n_old; i++)
    old_counts[old_ids[i]]++;
  for (guint i = 0; i < n_new; i++)
    new_counts[new_ids[i]]++;
  n_old_kept = keep_shared (old_ids, n_old, new_counts, old_kept, old_index, old_changed);
  n_new_kept = keep_shared (new_ids, n_new, old_counts, new_kept, new_index, new_changed);

  forward = g_new (gint64, (gsize) n_old_kept + n_new_kept + 3);
  backward = g_new (gint64, (gsize) n_old_kept + n_new_kept + 3);
  matcher = (Matcher) {
    .old_ids = old_kept,
    .new_ids = new_kept,
    .old_index = old_index,
    .new_index = new_index,
    .old_changed = old_changed,
    .new_changed = new_changed,
    .forward = forward,
    .backward = backward,
    .offset = (gint64) n_new_kept + 1,
  };

  complete = match_box (&matcher, (Box) { 0, n_old_kept, 0, n_new_kept });
  if (!complete)
    {
      for (guint i = 0; i < n_old; i++)
        old_changed[i] = TRUE;
      for (guint i = 0; i < n_new; i++)
        new_changed[i] = TRUE;
      return FALSE;
    }

  slide_groups (new_ids, n_new, new_changed, old_changed, n_old);
  slide_groups (old_ids, n_old, old_changed, new_changed, n_new);
  return TRUE;
}
