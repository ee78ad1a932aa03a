/* enclave-line-merge.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-line-merge.h"

#include <string.h>

#include "enclave-line-diff.h"

/* A text and where its lines begin; one offset more than there are lines. */
typedef struct
{
  const char *text;
  GArray *offsets;
} Lines;

typedef struct
{
  const Lines *lines;
  GPtrArray *hunks;
  guint next;  /* the first hunk that is not dealt with */
  gint64 shift; /* lines of this side less lines of the base, so far */
} Side;

/* A stretch of the base and what stands for it on one side. */
typedef struct
{
  guint start; /* from 0 */
  guint end;
} Range;

static void
split (Lines *lines, const char *text)
{
  gsize offset = 0;

  lines->text = text;
  lines->offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_array_append_val (lines->offsets, offset);
  while (text[offset] != '\0')
    {
      const char *end = strchr (text + offset, '\n');

      offset = end != NULL ? (gsize) (end - text) + 1 : offset + strlen (text + offset);
      g_array_append_val (lines->offsets, offset);
    }
}

static const char *
slice (const Lines *lines, Range range, gsize *length)
{
  gsize start = g_array_index (lines->offsets, gsize, range.start);

  *length = g_array_index (lines->offsets, gsize, range.end) - start;

  return lines->text + start;
}

static void
append (GString *merged, const Lines *lines, Range range)
{
  gsize length;
  const char *text = slice (lines, range, &length);

  g_string_append_len (merged, text, (gssize) length);
}

static gboolean
peek (const Side *side, Range *range)
{
  const EnclaveDiffHunk *hunk;

  if (side->next >= side->hunks->len)
    return FALSE;
  hunk = g_ptr_array_index (side->hunks, side->next);
  range->start = hunk->old_start - 1;
  range->end = range->start + hunk->old_count;

  return TRUE;
}

/* Takes the hunks of @side that overlap or touch @cluster, which grows by them. */
static gboolean
take_hunks (Side *side, Range *cluster, gint64 *growth)
{
  gboolean any = FALSE;
  Range range;

  while (peek (side, &range) && range.start <= cluster->end)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (side->hunks, side->next);

      cluster->end = MAX (cluster->end, range.end);
      *growth += (gint64) hunk->new_count - hunk->old_count;
      side->next++;
      any = TRUE;
    }

  return any;
}

static Range
range_on (const Side *side, Range cluster, gint64 growth)
{
  Range range = { (guint) (cluster.start + side->shift), (guint) (cluster.end + side->shift + growth) };

  return range;
}

static gboolean
is_equal (const Lines *a, Range in_a, const Lines *b, Range in_b)
{
  gsize a_length, b_length;
  const char *a_text = slice (a, in_a, &a_length);
  const char *b_text = slice (b, in_b, &b_length);

  return a_length == b_length && memcmp (a_text, b_text, a_length) == 0;
}

/* One cluster of changes that belong together. FALSE: a conflict, at @line of ours. */
static gboolean
merge_cluster (GString *merged, Side *ours, Side *theirs, Range cluster, guint *line)
{
  gint64 ours_growth = 0, theirs_growth = 0;
  gboolean by_us = FALSE, by_them = FALSE, more = TRUE;
  Range ours_range, theirs_range;

  while (more)
    {
      gboolean us = take_hunks (ours, &cluster, &ours_growth);
      gboolean them = take_hunks (theirs, &cluster, &theirs_growth);

      by_us = by_us || us;
      by_them = by_them || them;
      more = us || them;
    }
  ours_range = range_on (ours, cluster, ours_growth);
  theirs_range = range_on (theirs, cluster, theirs_growth);
  ours->shift += ours_growth;
  theirs->shift += theirs_growth;

  if (by_us && by_them && !is_equal (ours->lines, ours_range, theirs->lines, theirs_range))
    {
      *line = ours_range.start + 1;
      return FALSE;
    }
  append (merged, by_us ? ours->lines : theirs->lines, by_us ? ours_range : theirs_range);

  return TRUE;
}

static gboolean
merge_all (GString *merged, const Lines *base, Side *ours, Side *theirs, guint *line)
{
  guint at = 0;
  Range first, other;

  for (;;)
    {
      gboolean us = peek (ours, &first);
      gboolean them = peek (theirs, &other);
      Range cluster, rest;

      if (!us && !them)
        break;
      if (!us || (them && other.start < first.start))
        first = other;
      rest.start = at;
      rest.end = first.start;
      append (merged, base, rest);
      cluster.start = cluster.end = first.start;
      if (!merge_cluster (merged, ours, theirs, cluster, line))
        return FALSE;

      /* Where the cluster has ended in the base. */
      at = first.start;
      for (guint i = 0; i < 2; i++)
        {
          const Side *side = i == 0 ? ours : theirs;
          const EnclaveDiffHunk *last = side->next > 0 ? g_ptr_array_index (side->hunks, side->next - 1) : NULL;

          if (last != NULL)
            at = MAX (at, last->old_start - 1 + last->old_count);
        }
    }
  first.start = at;
  first.end = base->offsets->len - 1;
  append (merged, base, first);

  return TRUE;
}

char *
enclave_line_merge (const char *base, const char *ours, const char *theirs, guint *conflict_line)
{
  g_autoptr (GString) merged = NULL;
  g_autoptr (GPtrArray) ours_hunks = NULL;
  g_autoptr (GPtrArray) theirs_hunks = NULL;
  Lines base_lines, ours_lines, theirs_lines;
  Side ours_side = { .lines = &ours_lines };
  Side theirs_side = { .lines = &theirs_lines };
  guint line = 0;
  gboolean good;

  g_return_val_if_fail (base != NULL && ours != NULL && theirs != NULL, NULL);

  split (&base_lines, base);
  split (&ours_lines, ours);
  split (&theirs_lines, theirs);
  ours_side.hunks = ours_hunks = enclave_line_diff (base, ours, 0);
  theirs_side.hunks = theirs_hunks = enclave_line_diff (base, theirs, 0);
  merged = g_string_sized_new (strlen (ours) + strlen (theirs) / 8);
  good = merge_all (merged, &base_lines, &ours_side, &theirs_side, &line);
  g_array_unref (base_lines.offsets);
  g_array_unref (ours_lines.offsets);
  g_array_unref (theirs_lines.offsets);
  if (conflict_line != NULL)
    *conflict_line = line;

  return good ? g_string_free (g_steal_pointer (&merged), FALSE) : NULL;
}
