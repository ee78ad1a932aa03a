/* enclave-patch-match.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-patch-private.h"

/* Line comparisons of one search, some tenths of a second. */
#define COMPARISONS_MAX (40 * 1000 * 1000)
#define PLACES_MAX 8

typedef struct
{
  EnclaveLineIndex *index;
  GArray *file;  /* (element-type EnclaveTextLine), of @index */
  const EnclavePatternLine *old;
  guint n_old;
  guint from;    /* the file's lines that may be matched */
  guint to;
  guint64 n_comparisons;
  guint places[PLACES_MAX];
  guint n_places;
} Search;

gsize
enclave_text_trimmed_length (const char *text, gsize length)
{
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t' || text[length - 1] == '\r'))
    length--;
  return length;
}

gboolean
enclave_text_line_is_blank (const char *text, gsize length)
{
  return enclave_text_trimmed_length (text, length) == 0;
}

void
enclave_hunk_match_clear (EnclaveHunkMatch *match)
{
  g_clear_pointer (&match->lines, g_free);
  enclave_indentation_clear (&match->indentation);
}

/* Room for the lines of most hunks. */
#define USUAL_LINES 48

/* @lines: of length @hunk->n_lines. Returns: how many are old ones. */
static guint
collect_old_lines (const EnclaveDiffHunk *hunk, EnclavePatternLine *lines)
{
  guint n = 0;

  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *source = &hunk->lines[i];
      EnclavePatternLine *line = &lines[n];

      if (source->kind == ENCLAVE_DIFF_ADDED)
        continue;
      line->text = source->text;
      line->length = source->length;
      line->cr = line->length > 0 && line->text[line->length - 1] == '\r';
      line->length -= line->cr;
      line->trimmed = enclave_text_trimmed_length (line->text, line->length);
      n++;
    }
  return n;
}

static gboolean
bytes_equal (const char *a, gsize a_length, const char *b, gsize b_length)
{
  return a_length == b_length && memcmp (a, b, a_length) == 0;
}

static gboolean
line_end_matches (const EnclaveTextLine *line, gboolean cr)
{
  if (line->end_length == 0)
    return TRUE;
  return cr ? line->end_length == 2 : line->end_length == 1 && line->text[line->length] == '\n';
}

gboolean
enclave_text_line_is (const EnclaveTextLine *line, const char *text, gsize length)
{
  gboolean cr = length > 0 && text[length - 1] == '\r';

  return bytes_equal (line->text, line->length, text, length - cr) && line_end_matches (line, cr);
}

static gboolean
line_matches (const EnclaveTextLine *line, const EnclavePatternLine *old, EnclaveMatchQuality quality)
{
  if (quality == ENCLAVE_MATCH_EXACT)
    return enclave_text_line_is (line, old->text, old->length + old->cr);
  return bytes_equal (line->text, enclave_text_trimmed_length (line->text, line->length), old->text, old->trimmed);
}

static gboolean
lines_match (Search *search, guint at, EnclaveMatchQuality quality)
{
  if (quality == ENCLAVE_MATCH_INDENTATION)
    {
      search->n_comparisons += search->n_old;
      return enclave_indentation_find (&g_array_index (search->file, EnclaveTextLine, at),
                                       &search->old[0], search->n_old, NULL);
    }

  for (guint i = 0; i < search->n_old; i++)
    {
      search->n_comparisons++;
      if (!line_matches (&g_array_index (search->file, EnclaveTextLine, at + i),
                         &search->old[i], quality))
        return FALSE;
    }
  return TRUE;
}

/* As lines_match, with blank lines left out on both sides. @at is not blank. @lines: (nullable): filled as in
 * EnclaveHunkMatch. */
static gboolean
lines_match_without_blanks (Search *search, guint at, gint *lines)
{
  guint f = at;
  guint gap_start = at;
  gboolean begun = FALSE;

  for (guint i = 0; i < search->n_old; i++)
    {
      const EnclavePatternLine *old = &search->old[i];

      search->n_comparisons++;
      if (lines != NULL)
        lines[i] = -1;
      if (old->trimmed == 0)
        {
          /* Blank lines are paired from the start of their gap, as far as the file has them. */
          if (begun && gap_start < search->to)
            {
              const EnclaveTextLine *line = &g_array_index (search->file, EnclaveTextLine, gap_start);

              if (enclave_text_line_is_blank (line->text, line->length))
                {
                  if (lines != NULL)
                    lines[i] = (gint) gap_start;
                  gap_start++;
                }
            }
          continue;
        }
      for (; f < search->to; f++)
        {
          const EnclaveTextLine *line = &g_array_index (search->file, EnclaveTextLine, f);

          search->n_comparisons++;
          if (!enclave_text_line_is_blank (line->text, line->length))
            break;
        }
      if (f == search->to ||
          !line_matches (&g_array_index (search->file, EnclaveTextLine, f), old, ENCLAVE_MATCH_BLANK_LINES))
        return FALSE;
      if (lines != NULL)
        lines[i] = (gint) f;
      begun = TRUE;
      gap_start = ++f;
    }
  return begun;
}

/* The old line that stands at the fewest places, for a search that looks at those alone. Without blank lines the first one
 * that isn't blank, as the way from it to the others isn't known.
 * Returns: the line, or -1 when all are blank. */
static gint
find_rarest (Search *search, gboolean first_only, EnclaveLineBucket *bucket)
{
  gint rarest = -1;

  for (guint i = 0; i < search->n_old; i++)
    {
      const EnclavePatternLine *old = &search->old[i];
      const EnclaveLineBucket *own;

      if (old->trimmed == 0)
        continue;
      own = enclave_line_index_find (search->index, old->text, old->trimmed);
      if (rarest < 0 || own->count < bucket->count)
        {
          rarest = (gint) i;
          *bucket = *own;
        }
      if (first_only || bucket->count <= 1)
        break;
    }
  return rarest;
}

static gboolean
place_matches (Search *search, guint at, EnclaveMatchQuality quality)
{
  if (quality == ENCLAVE_MATCH_BLANK_LINES)
    {
      const EnclaveTextLine *line = &g_array_index (search->file, EnclaveTextLine, at);

      return !enclave_text_line_is_blank (line->text, line->length) && lines_match_without_blanks (search, at, NULL);
    }
  return at + search->n_old <= search->to && lines_match (search, at, quality);
}

static gboolean
search_layer (Search *search, EnclaveMatchQuality quality, GError **error)
{
  EnclaveLineBucket bucket = { 0 };
  gint rarest = find_rarest (search, quality == ENCLAVE_MATCH_BLANK_LINES, &bucket);
  guint line = rarest < 0 ? search->from + 1 : bucket.first;

  search->n_places = 0;
  if (rarest < 0 && quality == ENCLAVE_MATCH_BLANK_LINES)
    return TRUE;
  while (line != 0 && search->n_places < PLACES_MAX)
    {
      guint offset = quality == ENCLAVE_MATCH_BLANK_LINES || rarest < 0 ? 0 : (guint) rarest;

      if (line > search->to)
        break;
      search->n_comparisons++;
      if (line - 1 >= search->from + offset && place_matches (search, line - 1 - offset, quality))
        search->places[search->n_places++] = line - 1 - offset;
      if (search->n_comparisons > COMPARISONS_MAX)
        {
          enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_TOO_LARGE,
                                   N_ ("Applying the patch: the file repeats itself too much to find the place"));
          return FALSE;
        }
      line = rarest < 0 ? line + 1 : search->index->next[line];
    }
  return TRUE;
}

static void
fill_match (Search *search, EnclaveMatchQuality quality, EnclaveHunkMatch *match)
{
  match->quality = quality;
  match->first = search->places[0];
  match->n_lines = search->n_old;
  if (quality == ENCLAVE_MATCH_BLANK_LINES)
    {
      match->lines = g_new (gint, search->n_old);
      lines_match_without_blanks (search, match->first, match->lines);
    }
  if (quality == ENCLAVE_MATCH_INDENTATION)
    enclave_indentation_find (&g_array_index (search->file, EnclaveTextLine, match->first),
                              &search->old[0], search->n_old,
                              &match->indentation);
}

gboolean
enclave_hunk_match_find_within (EnclaveLineIndex *file, guint from, guint to, const EnclaveDiffHunk *hunk,
                                EnclaveMatchQuality lowest, EnclaveMatchQuality highest, EnclaveHunkMatch *match,
                                GError **error)
{
  EnclavePatternLine usual[USUAL_LINES];
  g_autofree EnclavePatternLine *many = hunk->n_lines > USUAL_LINES ? g_new (EnclavePatternLine, hunk->n_lines) : NULL;
  EnclavePatternLine *old = many != NULL ? many : usual;
  Search search = { .index = file, .file = file->lines, .old = old, .n_old = collect_old_lines (hunk, old), .from = from,
                    .to = MIN (to, file->lines->len) };

  *match = (EnclaveHunkMatch) { 0 };
  for (guint quality = lowest; search.n_old > 0 && quality <= highest; quality++)
    {
      if (!search_layer (&search, quality, error))
        return FALSE;
      if (search.n_places > 1)
        {
          enclave_patch_set_ambiguous (file->lines, search.places, search.n_places, error);
          return FALSE;
        }
      if (search.n_places == 1)
        {
          fill_match (&search, quality, match);
          return TRUE;
        }
    }
  enclave_patch_set_no_match (file, hunk, error);
  return FALSE;
}

gboolean
enclave_hunk_match_find (EnclaveLineIndex *file, const EnclaveDiffHunk *hunk, EnclaveMatchQuality lowest,
                         EnclaveMatchQuality highest, EnclaveHunkMatch *match, GError **error)
{
  return enclave_hunk_match_find_within (file, 0, file->lines->len, hunk, lowest, highest, match, error);
}

gboolean
enclave_hunk_match_probe (EnclaveLineIndex *file, const EnclaveDiffHunk *hunk, EnclaveHunkMatch *match)
{
  g_autofree EnclavePatternLine *old = g_new (EnclavePatternLine, hunk->n_lines);
  Search search = { .index = file, .file = file->lines, .old = old, .n_old = collect_old_lines (hunk, old),
                    .to = file->lines->len };

  *match = (EnclaveHunkMatch) { 0 };
  if (search.n_old == 0 || !search_layer (&search, ENCLAVE_MATCH_LINE_ENDS, NULL) || search.n_places == 0)
    return FALSE;
  fill_match (&search, ENCLAVE_MATCH_LINE_ENDS, match);
  return TRUE;
}
