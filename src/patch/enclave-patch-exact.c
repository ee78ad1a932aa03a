/* enclave-patch-exact.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Most hunks of most patches stand in the file to the letter, once. Those are found together, in one pass over the file's lines that
 * looks at those few alone that are as long as one of the lines looked for.
 */

#include "config.h"

#include "enclave-patch-private.h"

/* Line comparisons of the pass, some hundredths of a second. A file that needs more repeats itself, and a search from the rarest line
 * is better at that. */
#define COMPARISONS_MAX (2 * 1000 * 1000)
/* Lines that are longer count as one length. */
#define LENGTHS 256

/* The line by which a hunk is looked for, its longest: short ones stand in many places. */
typedef struct
{
  const EnclaveDiffHunk *hunk;
  const char *text;
  gsize length;   /* without a CR at the end */
  guint before;   /* old lines of the hunk above it */
  guint n_old;
  guint n_places; /* 2: two or more */
  guint place;
  guint next;     /* the next anchor of the same bucket, from 1; 0: none */
} Anchor;

typedef struct
{
  GArray *file; /* (element-type EnclaveTextLine) */
  Anchor *anchors;
  guint n_anchors;
  guint *buckets;
  guint mask;
  guint8 wanted[LENGTHS];
  guint n_comparisons;
} Pass;

static gsize
length_without_cr (const EnclaveDiffLine *line)
{
  return line->length - (line->length > 0 && line->text[line->length - 1] == '\r');
}

static void
anchor_init (Anchor *anchor, const EnclaveDiffHunk *hunk)
{
  *anchor = (Anchor) { .hunk = hunk };
  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *line = &hunk->lines[i];
      gsize length;

      if (line->kind == ENCLAVE_DIFF_ADDED)
        continue;
      length = length_without_cr (line);
      if (anchor->text == NULL || length > anchor->length)
        {
          anchor->text = line->text;
          anchor->length = length;
          anchor->before = anchor->n_old;
        }
      anchor->n_old++;
    }
}

static void
pass_init (Pass *pass, GArray *file, GPtrArray *hunks)
{
  guint n_buckets = 16;

  *pass = (Pass) { .file = file, .n_anchors = hunks->len };
  while (n_buckets < hunks->len * 2)
    n_buckets *= 2;
  pass->mask = n_buckets - 1;
  pass->buckets = g_new0 (guint, n_buckets);
  pass->anchors = g_new (Anchor, hunks->len);
  for (guint i = 0; i < hunks->len; i++)
    {
      Anchor *anchor = &pass->anchors[i];
      guint *bucket;

      anchor_init (anchor, g_ptr_array_index (hunks, i));
      if (anchor->n_old == 0)
        continue;
      bucket = &pass->buckets[enclave_text_line_hash (anchor->text, anchor->length) & pass->mask];
      anchor->next = *bucket;
      *bucket = i + 1;
      pass->wanted[MIN (anchor->length, LENGTHS - 1)] = TRUE;
    }
}

static void
pass_clear (Pass *pass)
{
  g_clear_pointer (&pass->buckets, g_free);
  g_clear_pointer (&pass->anchors, g_free);
}

static gboolean
stands_at (Pass *pass, const Anchor *anchor, guint place)
{
  const EnclaveTextLine *line = &g_array_index (pass->file, EnclaveTextLine, place);

  for (guint i = 0; i < anchor->hunk->n_lines; i++)
    {
      const EnclaveDiffLine *old = &anchor->hunk->lines[i];

      if (old->kind == ENCLAVE_DIFF_ADDED)
        continue;
      pass->n_comparisons++;
      if (!enclave_text_line_is (line, old->text, old->length))
        return FALSE;
      line++;
    }
  return TRUE;
}

/* Looks for the hunks whose anchor may be the file's line @at. */
static void
try_line (Pass *pass, guint at, const EnclaveTextLine *line)
{
  guint next = pass->buckets[enclave_text_line_hash (line->text, line->length) & pass->mask];

  while (next != 0)
    {
      Anchor *anchor = &pass->anchors[next - 1];

      next = anchor->next;
      pass->n_comparisons++;
      if (anchor->length != line->length || anchor->n_places > 1 || at < anchor->before
          || anchor->n_old > pass->file->len - (at - anchor->before) || !stands_at (pass, anchor, at - anchor->before))
        continue;
      anchor->place = at - anchor->before;
      anchor->n_places++;
    }
}

guint *
enclave_patch_find_exact (GArray *file, GPtrArray *hunks)
{
  const EnclaveTextLine *lines = (const EnclaveTextLine *) file->data;
  guint *places = g_new (guint, hunks->len + 1);
  gboolean complete;
  Pass pass;

  pass_init (&pass, file, hunks);
  for (guint i = 0; i < file->len && pass.n_comparisons <= COMPARISONS_MAX; i++)
    if (pass.wanted[MIN (lines[i].length, LENGTHS - 1)])
      try_line (&pass, i, &lines[i]);
  complete = pass.n_comparisons <= COMPARISONS_MAX;
  for (guint i = 0; i < hunks->len; i++)
    places[i] = complete && pass.anchors[i].n_places == 1 ? pass.anchors[i].place : ENCLAVE_PATCH_NO_PLACE;
  pass_clear (&pass);
  return places;
}
