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

/* An old line of the hunk. */
typedef struct
{
  const char *text;
  gsize length;      /* without a CR at the end */
  gsize trimmed;     /* without blanks at the end either */
  gboolean cr;
} OldLine;

typedef struct
{
  GArray *file;  /* (element-type EnclaveTextLine) */
  GArray *old;   /* (element-type OldLine) */
  guint64 n_comparisons;
  guint places[PLACES_MAX];
  guint n_places;
} Search;

static gsize
trimmed_length (const char *text, gsize length)
{
  while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t' || text[length - 1] == '\r'))
    length--;
  return length;
}

gboolean
enclave_text_line_is_blank (const char *text, gsize length)
{
  return trimmed_length (text, length) == 0;
}

GArray *
enclave_text_lines_new (const char *text)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (EnclaveTextLine));
  /* Without any LF the CRs are the line ends, as on old systems. */
  char mark = strchr (text, '\n') == NULL && strchr (text, '\r') != NULL ? '\r' : '\n';

  while (*text != '\0')
    {
      const char *end = strchrnul (text, mark);
      EnclaveTextLine line = { text, (gsize) (end - text), *end != '\0' ? 1 : 0 };

      text = end + line.end_length;
      if (line.end_length > 0 && mark == '\n' && line.length > 0 && line.text[line.length - 1] == '\r')
        {
          line.length--;
          line.end_length++;
        }
      g_array_append_val (lines, line);
    }
  return lines;
}

void
enclave_hunk_match_clear (EnclaveHunkMatch *match)
{
  g_clear_pointer (&match->lines, g_free);
  g_clear_pointer (&match->indentation, g_free);
}

static GArray *
collect_old_lines (const EnclaveDiffHunk *hunk)
{
  GArray *old = g_array_new (FALSE, FALSE, sizeof (OldLine));

  for (guint i = 0; i < hunk->lines->len; i++)
    {
      const EnclaveDiffLine *source = g_ptr_array_index (hunk->lines, i);
      OldLine line = { source->text, strlen (source->text) };

      if (source->kind == ENCLAVE_DIFF_ADDED)
        continue;
      line.cr = line.length > 0 && line.text[line.length - 1] == '\r';
      line.length -= line.cr;
      line.trimmed = trimmed_length (line.text, line.length);
      g_array_append_val (old, line);
    }
  return old;
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

static gboolean
line_matches (const EnclaveTextLine *line, const OldLine *old, EnclaveMatchQuality quality)
{
  if (quality == ENCLAVE_MATCH_EXACT)
    return bytes_equal (line->text, line->length, old->text, old->length) &&
           line_end_matches (line, old->cr);
  return bytes_equal (line->text, trimmed_length (line->text, line->length), old->text, old->trimmed);
}

/* The blanks that one of the two has more in front; FALSE when they differ otherwise. */
static gboolean
find_shift (const EnclaveTextLine *line, const OldLine *old, const char **shift, gsize *shift_length, gboolean *removed)
{
  gsize length = trimmed_length (line->text, line->length);

  *removed = old->trimmed > length;
  *shift = *removed ? old->text : line->text;
  *shift_length = *removed ? old->trimmed - length : length - old->trimmed;
  if (*shift_length == 0 || strspn (*shift, " \t") < *shift_length)
    return FALSE;
  return *removed ? bytes_equal (line->text, length, old->text + *shift_length, length)
                  : bytes_equal (line->text + *shift_length, old->trimmed, old->text, old->trimmed);
}

static gboolean
lines_match_shifted (Search *search, guint at, EnclaveHunkMatch *match)
{
  const char *shift = NULL;
  gsize shift_length = 0;
  gboolean removed = FALSE;

  for (guint i = 0; i < search->old->len; i++)
    {
      const EnclaveTextLine *line = &g_array_index (search->file, EnclaveTextLine, at + i);
      const OldLine *old = &g_array_index (search->old, OldLine, i);
      const char *own_shift;
      gsize own_length;
      gboolean own_removed;

      search->n_comparisons++;
      if (old->trimmed == 0 && enclave_text_line_is_blank (line->text, line->length))
        continue;
      if (old->trimmed == 0 || !find_shift (line, old, &own_shift, &own_length, &own_removed))
        return FALSE;
      if (shift == NULL)
        {
          shift = own_shift;
          shift_length = own_length;
          removed = own_removed;
        }
      else if (removed != own_removed || !bytes_equal (shift, shift_length, own_shift, own_length))
        {
          return FALSE;
        }
    }
  if (shift == NULL)
    return FALSE;
  if (match != NULL)
    {
      match->indentation = g_strndup (shift, shift_length);
      match->indentation_removed = removed;
    }
  return TRUE;
}

static gboolean
lines_match (Search *search, guint at, EnclaveMatchQuality quality)
{
  if (quality == ENCLAVE_MATCH_INDENTATION)
    return lines_match_shifted (search, at, NULL);

  for (guint i = 0; i < search->old->len; i++)
    {
      search->n_comparisons++;
      if (!line_matches (&g_array_index (search->file, EnclaveTextLine, at + i),
                         &g_array_index (search->old, OldLine, i), quality))
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

  for (guint i = 0; i < search->old->len; i++)
    {
      const OldLine *old = &g_array_index (search->old, OldLine, i);

      search->n_comparisons++;
      if (lines != NULL)
        lines[i] = -1;
      if (old->trimmed == 0)
        {
          /* Blank lines are paired from the start of their gap, as far as the file has them. */
          if (begun && gap_start < search->file->len)
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
      for (; f < search->file->len; f++)
        {
          const EnclaveTextLine *line = &g_array_index (search->file, EnclaveTextLine, f);

          search->n_comparisons++;
          if (!enclave_text_line_is_blank (line->text, line->length))
            break;
        }
      if (f == search->file->len ||
          !line_matches (&g_array_index (search->file, EnclaveTextLine, f), old, ENCLAVE_MATCH_BLANK_LINES))
        return FALSE;
      if (lines != NULL)
        lines[i] = (gint) f;
      begun = TRUE;
      gap_start = ++f;
    }
  return begun;
}

static gboolean
search_layer (Search *search, EnclaveMatchQuality quality, GError **error)
{
  gboolean without_blanks = quality == ENCLAVE_MATCH_BLANK_LINES;

  search->n_places = 0;
  for (guint at = 0; at < search->file->len && search->n_places < PLACES_MAX; at++)
    {
      const EnclaveTextLine *line = &g_array_index (search->file, EnclaveTextLine, at);
      gboolean hit;

      if (without_blanks)
        hit = !enclave_text_line_is_blank (line->text, line->length) && lines_match_without_blanks (search, at, NULL);
      else
        hit = search->old->len <= search->file->len - at && lines_match (search, at, quality);
      if (hit)
        search->places[search->n_places++] = at;
      if (search->n_comparisons > COMPARISONS_MAX)
        {
          g_set_error_literal (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_TOO_LARGE,
                               _("Applying the patch: the file repeats itself too much to find the place"));
          return FALSE;
        }
    }
  return TRUE;
}

static void
fill_match (Search *search, EnclaveMatchQuality quality, EnclaveHunkMatch *match)
{
  match->quality = quality;
  match->first = search->places[0];
  match->n_lines = search->old->len;
  match->lines = g_new (gint, search->old->len);
  if (quality == ENCLAVE_MATCH_BLANK_LINES)
    {
      lines_match_without_blanks (search, match->first, match->lines);
      return;
    }
  for (guint i = 0; i < search->old->len; i++)
    match->lines[i] = (gint) (match->first + i);
  if (quality == ENCLAVE_MATCH_INDENTATION)
    lines_match_shifted (search, match->first, match);
}

gboolean
enclave_hunk_match_find (GArray *file, const EnclaveDiffHunk *hunk, EnclaveMatchQuality lowest,
                         EnclaveMatchQuality highest, EnclaveHunkMatch *match, GError **error)
{
  g_autoptr (GArray) old = collect_old_lines (hunk);
  Search search = { .file = file, .old = old };

  *match = (EnclaveHunkMatch) { 0 };
  for (guint quality = lowest; old->len > 0 && quality <= highest; quality++)
    {
      if (!search_layer (&search, quality, error))
        return FALSE;
      if (search.n_places > 1)
        {
          enclave_patch_set_ambiguous (search.places, search.n_places, error);
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
enclave_hunk_match_probe (GArray *file, const EnclaveDiffHunk *hunk, EnclaveHunkMatch *match)
{
  g_autoptr (GArray) old = collect_old_lines (hunk);
  Search search = { .file = file, .old = old };

  *match = (EnclaveHunkMatch) { 0 };
  if (old->len == 0 || !search_layer (&search, ENCLAVE_MATCH_LINE_ENDS, NULL) || search.n_places == 0)
    return FALSE;
  fill_match (&search, ENCLAVE_MATCH_LINE_ENDS, match);
  return TRUE;
}
