/* enclave-patch-elision.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Models leave lines out and say so: `// ... existing code ...`, `# rest of the file unchanged`. Such a mark stands for the
 * lines between two places that are found by what stands above and below it. Where they can't be told for certain, nothing
 * is done.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-patch-private.h"

/* A line that says less doesn't tell one place from another by itself. */
#define TELLING_MIN_BYTES 4
/* Lines of a piece that are tried together as its first or last ones. */
#define ANCHOR_MAX_LINES 12

/* A mark that @base has no line like. */
static gboolean
is_mark_in (EnclaveLineIndex *base, const EnclaveTextLine *line, gboolean *certain)
{
  return enclave_elision_is_mark (line->text, line->length, certain) &&
         !enclave_line_index_has (base, line->text, line->length);
}

gboolean
enclave_elision_has_mark (EnclaveLineIndex *base, const char *text, gboolean only_certain)
{
  g_autoptr (GArray) lines = enclave_text_lines_new (text);

  for (guint i = 0; i < lines->len; i++)
    {
      gboolean certain;

      if (is_mark_in (base, &g_array_index (lines, EnclaveTextLine, i), &certain) && (certain || !only_certain))
        return TRUE;
    }
  return FALSE;
}

/* Lines between two marks, those that are blank at its ends left out. */
typedef struct
{
  guint first;
  guint end;
} Piece;

static const EnclaveTextLine *
line_at (GArray *lines, guint index)
{
  return &g_array_index (lines, EnclaveTextLine, index);
}

static gboolean
is_blank (GArray *lines, guint index)
{
  return enclave_text_line_is_blank (line_at (lines, index)->text, line_at (lines, index)->length);
}

/* The first and the last one may be empty: then the text begins or ends with a mark.
 * @base: (nullable): lines of it are no marks. */
static GArray *
split_pieces (GArray *lines, EnclaveLineIndex *base)
{
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  Piece piece = { 0, 0 };

  for (guint i = 0; i <= lines->len; i++)
    {
      gboolean certain;
      gboolean mark = i < lines->len &&
                      (base != NULL ? is_mark_in (base, line_at (lines, i), &certain)
                                    : enclave_elision_is_mark (line_at (lines, i)->text, line_at (lines, i)->length, &certain));

      if (i < lines->len && !mark)
        continue;
      piece.end = i;
      if (pieces->len > 0)
        while (piece.first < piece.end && is_blank (lines, piece.first))
          piece.first++;
      if (mark)
        while (piece.end > piece.first && is_blank (lines, piece.end - 1))
          piece.end--;
      g_array_append_val (pieces, piece);
      piece.first = i + 1;
    }
  return pieces;
}

static char *
join (GArray *lines, guint first, guint end)
{
  GString *text = g_string_new (NULL);

  for (guint i = first; i < end; i++)
    {
      g_string_append_len (text, line_at (lines, i)->text, (gssize) line_at (lines, i)->length);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

static EnclaveDiffHunk *
pattern_from_lines (GArray *lines, guint first, guint end)
{
  EnclaveDiffHunk *hunk = enclave_diff_hunk_new ();

  for (guint i = first; i < end; i++)
    enclave_diff_hunk_add_line (hunk, ENCLAVE_DIFF_CONTEXT, line_at (lines, i)->text, line_at (lines, i)->length);
  return hunk;
}

/* Where the lines stand once within @base from line @from to before @to. Returns: the line, or -1; @missing: they stand nowhere. */
static gint
find_once (EnclaveLineIndex *base, guint from, guint to, GArray *lines, guint first, guint end, gboolean *missing)
{
  EnclaveDiffHunk *pattern = pattern_from_lines (lines, first, end);
  g_autoptr (GError) error = NULL;
  EnclaveHunkMatch match;
  gint place = -1;

  *missing = FALSE;
  if (enclave_hunk_match_find_within (base, from, to, pattern, ENCLAVE_MATCH_LINE_ENDS, ENCLAVE_MATCH_LINE_ENDS, &match,
                                      &error))
    {
      place = (gint) match.first;
      enclave_hunk_match_clear (&match);
    }
  else
    {
      *missing = g_error_matches (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH);
    }
  enclave_diff_hunk_free (pattern);
  return place;
}

static gsize
indentation_of (const EnclaveTextLine *line)
{
  gsize columns = 0;

  for (gsize i = 0; i < line->length && (line->text[i] == ' ' || line->text[i] == '\t'); i++)
    columns = line->text[i] == '\t' ? (columns / 8 + 1) * 8 : columns + 1;
  return columns;
}

/* Brackets and the words that close a block say nothing about which block it is. */
static gboolean
is_telling (const EnclaveTextLine *line)
{
  gsize n = 0;

  for (gsize i = 0; i < line->length; i++)
    n += g_ascii_isalnum (line->text[i]) || (guchar) line->text[i] >= 0x80 || line->text[i] == '_';
  return n >= TELLING_MIN_BYTES;
}

/* The end of the block that begins at line @start of @base: the next line that stands as far left and says something. */
static guint
block_end (EnclaveLineIndex *base, guint start)
{
  gsize indentation = indentation_of (line_at (base->lines, start));
  guint i = start + 1;

  for (; i < base->lines->len; i++)
    {
      const EnclaveTextLine *line = line_at (base->lines, i);

      if (!is_blank (base->lines, i) && is_telling (line) && indentation_of (line) <= indentation)
        break;
    }
  return i;
}

static gboolean
has_telling_line (GArray *lines, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    if (is_telling (line_at (lines, i)))
      return TRUE;
  return FALSE;
}

/* The place of the piece's first line: as many of its lines as tell it from all others. */
static gint
find_start (EnclaveLineIndex *base, guint from, GArray *lines, const Piece *piece)
{
  for (guint n = 1; n <= ANCHOR_MAX_LINES && piece->first + n <= piece->end; n++)
    {
      gboolean missing;
      gint place;

      if (!has_telling_line (lines, piece->first, piece->first + n))
        continue;
      place = find_once (base, 0, base->lines->len, lines, piece->first, piece->first + n, &missing);
      if (place >= (gint) from)
        return place;
      if (missing || place >= 0)
        return -1;
    }
  return -1;
}

/* The line behind the piece's last one. Where its last lines are like others, they are looked for in the block that the
 * piece's last heading line begins. */
static gint
find_end (EnclaveLineIndex *base, guint from, GArray *lines, const Piece *piece)
{
  gint heading = -1;
  gboolean missing = FALSE;
  gint place;

  for (guint n = 1; !missing && n <= ANCHOR_MAX_LINES && piece->first + n <= piece->end; n++)
    {
      if (!has_telling_line (lines, piece->end - n, piece->end))
        continue;
      place = find_once (base, 0, base->lines->len, lines, piece->end - n, piece->end, &missing);
      if (place >= 0)
        return place >= (gint) from ? place + (gint) n : -1;
    }

  for (guint i = piece->first; i < piece->end; i++)
    if (is_telling (line_at (lines, i)) &&
        (heading < 0 || indentation_of (line_at (lines, i)) <= indentation_of (line_at (lines, (guint) heading))))
      heading = (gint) i;
  if (heading < 0 || heading + 1 >= (gint) piece->end)
    return -1;
  place = find_once (base, 0, base->lines->len, lines, (guint) heading, (guint) heading + 1, &missing);
  if (place < (gint) from)
    return -1;
  for (guint n = 1; n <= ANCHOR_MAX_LINES && (guint) heading + 1 + n <= piece->end; n++)
    {
      gint end = find_once (base, (guint) place + 1, block_end (base, (guint) place), lines, piece->end - n, piece->end,
                            &missing);

      if (end >= 0)
        return end + (gint) n;
      if (missing)
        break;
    }
  return -1;
}

/* A line of the piece that stands in the file further down than the piece reaches would be there twice. */
static gboolean
reaches_further (EnclaveLineIndex *base, guint end, GArray *lines, const Piece *piece)
{
  for (guint i = piece->first; i < piece->end; i++)
    {
      gboolean missing;

      if (is_telling (line_at (lines, i)) &&
          find_once (base, 0, base->lines->len, lines, i, i + 1, &missing) >= (gint) end)
        return TRUE;
    }
  return FALSE;
}

static void
append_base (GString *result, EnclaveLineIndex *base, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    {
      const EnclaveTextLine *line = line_at (base->lines, i);

      g_string_append_len (result, line->text, (gssize) (line->length + line->end_length));
    }
}

/* @near: a line of the piece that has no place; the mark that is shown stands before or behind it. */
static gboolean
fail_unclear (GArray *lines, guint near, gboolean before, GError **error)
{
  g_autofree char *shown = NULL;
  gboolean certain;
  guint at = MIN (near, lines->len - 1);

  while (!enclave_elision_is_mark (line_at (lines, at)->text, line_at (lines, at)->length, &certain) &&
         (before ? at > 0 : at + 1 < lines->len))
    at += before ? -1u : 1;
  shown = g_strndup (line_at (lines, at)->text, MIN (line_at (lines, at)->length, ENCLAVE_ELISION_MARK_MAX_BYTES));
  enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_NO_MATCH,
                           N_ ("Applying the patch: lines were left out at “%s” (line %u of the new text), and it can’t be told for certain "
                               "which; write all lines, or only those that change with a few around them"), g_strstrip (shown), at + 1);
  return FALSE;
}

char *
enclave_elision_fill (EnclaveLineIndex *base, const char *base_text, const char *text, GError **error)
{
  g_autoptr (GArray) lines = enclave_text_lines_new (text);
  g_autoptr (GArray) pieces = split_pieces (lines, base);
  g_autoptr (GString) result = g_string_new (NULL);
  const char *end_of_line = enclave_patch_line_end_habit (base_text) == 1 ? "\r\n" : "\n";
  guint done = 0; /* lines of the base that are dealt with */

  for (guint i = 0; i < pieces->len; i++)
    {
      const Piece *piece = &g_array_index (pieces, Piece, i);
      gboolean is_first = i == 0;
      gboolean is_last = i + 1 == pieces->len;
      gint start;
      gint end;

      if (piece->first == piece->end)
        {
          /* Two marks one below the other are one. */
          if (is_last)
            append_base (result, base, done, base->lines->len);
          continue;
        }
      start = is_first ? 0 : find_start (base, done, lines, piece);
      end = is_last ? (gint) base->lines->len : start < 0 ? -1 : find_end (base, (guint) start, lines, piece);
      if (start < 0 || end < start || (!is_last && reaches_further (base, (guint) end, lines, piece)))
        {
          fail_unclear (lines, start < 0 ? piece->first : piece->end, start < 0, error);
          return NULL;
        }

      append_base (result, base, done, (guint) start);
      for (guint k = piece->first; k < piece->end; k++)
        {
          g_string_append_len (result, line_at (lines, k)->text, (gssize) line_at (lines, k)->length);
          g_string_append (result, end_of_line);
        }
      done = (guint) end;
    }
  return g_string_free (g_steal_pointer (&result), FALSE);
}

gboolean
enclave_elision_find_piece (EnclaveLineIndex *file, guint from, gint first_place, const EnclaveDiffHunk *piece,
                            EnclaveHunkMatch *match, GError **error)
{
  g_autoptr (GError) own = NULL;
  gboolean found;

  found = enclave_hunk_match_find_within (file, from, file->lines->len, piece, ENCLAVE_MATCH_EXACT,
                                          ENCLAVE_MATCH_LINE_ENDS, match, &own);
  if (!found && first_place >= 0 && g_error_matches (own, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_AMBIGUOUS))
    {
      g_clear_error (&own);
      found = enclave_hunk_match_find_within (file, from, block_end (file, (guint) first_place), piece,
                                              ENCLAVE_MATCH_EXACT, ENCLAVE_MATCH_LINE_ENDS, match, &own);
    }
  if (!found)
    g_propagate_error (error, g_steal_pointer (&own));
  return found;
}

/* @places: filled with the first lines. */
static gboolean
find_pieces (EnclaveLineIndex *file, GArray *lines, GArray *pieces, guint *places, GError **error)
{
  guint from = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const Piece *piece = &g_array_index (pieces, Piece, i);
      EnclaveDiffHunk *pattern = pattern_from_lines (lines, piece->first, piece->end);
      EnclaveHunkMatch match = { 0 };
      gboolean found = enclave_elision_find_piece (file, from, i > 0 ? (gint) places[0] : -1, pattern, &match, error);

      places[i] = match.first;
      from = match.first + match.n_lines;
      enclave_hunk_match_clear (&match);
      enclave_diff_hunk_free (pattern);
      if (!found)
        return FALSE;
    }
  return TRUE;
}

static void
drop_empty_pieces (GArray *pieces)
{
  for (guint i = pieces->len; i > 0; i--)
    if (g_array_index (pieces, Piece, i - 1).first == g_array_index (pieces, Piece, i - 1).end)
      g_array_remove_index (pieces, i - 1);
}

/* The file's lines of one piece after its edit. */
static char *
replace_piece (EnclaveLineIndex *file, guint first, guint n, const char *old_text, const char *new_text, GError **error)
{
  g_autoptr (GPtrArray) hunks = enclave_patch_hunk_from_texts (old_text, new_text);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EnclaveLineIndex) own = NULL;
  EnclaveMatchQuality quality;

  append_base (text, file, first, first + n);
  if (hunks->len == 0)
    return g_string_free (g_steal_pointer (&text), FALSE);
  own = enclave_line_index_new (text->str);
  return enclave_patch_apply_hunks (own, hunks, ENCLAVE_MATCH_EXACT, &quality, error);
}

char *
enclave_elision_replace (EnclaveLineIndex *file, const char *text, const char *old_text, const char *new_text,
                         GError **error)
{
  g_autoptr (GArray) old_lines = enclave_text_lines_new (old_text);
  g_autoptr (GArray) new_lines = enclave_text_lines_new (new_text);
  g_autoptr (GArray) old_pieces = split_pieces (old_lines, file);
  g_autoptr (GArray) new_pieces = split_pieces (new_lines, NULL);
  g_autoptr (GString) result = g_string_new (NULL);
  g_autofree guint *places = NULL;
  guint done = 0;

  drop_empty_pieces (old_pieces);
  drop_empty_pieces (new_pieces);
  if (old_pieces->len == 0 || (new_pieces->len != old_pieces->len && new_pieces->len > 1))
    {
      fail_unclear (old_lines, 0, FALSE, error);
      return NULL;
    }
  places = g_new0 (guint, old_pieces->len);
  if (!find_pieces (file, old_lines, old_pieces, places, error))
    return NULL;

  /* Without a mark in the new text it stands for all, also for what was left out. */
  if (new_pieces->len != old_pieces->len)
    {
      const Piece *last = &g_array_index (old_pieces, Piece, old_pieces->len - 1);
      guint end = places[old_pieces->len - 1] + last->end - last->first;
      g_autoptr (GString) span = g_string_new (NULL);
      g_autofree char *replaced = NULL;

      append_base (span, file, places[0], end);
      replaced = replace_piece (file, places[0], end - places[0], span->str, new_text, error);
      if (replaced == NULL)
        return NULL;
      append_base (result, file, 0, places[0]);
      g_string_append (result, replaced);
      done = end;
    }
  for (guint i = 0; new_pieces->len == old_pieces->len && i < old_pieces->len; i++)
    {
      const Piece *old_piece = &g_array_index (old_pieces, Piece, i);
      const Piece *new_piece = &g_array_index (new_pieces, Piece, i);
      g_autofree char *piece_old = join (old_lines, old_piece->first, old_piece->end);
      g_autofree char *piece_new = join (new_lines, new_piece->first, new_piece->end);
      g_autofree char *replaced = replace_piece (file, places[i], old_piece->end - old_piece->first, piece_old, piece_new,
                                                 error);

      if (replaced == NULL)
        return NULL;
      append_base (result, file, done, places[i]);
      g_string_append (result, replaced);
      done = places[i] + old_piece->end - old_piece->first;
    }
  append_base (result, file, done, file->lines->len);

  if (strcmp (result->str, text) == 0)
    {
      enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_EMPTY,
                               N_ ("Applying the patch: the old and the new text are the same"));
      return NULL;
    }
  return g_string_free (g_steal_pointer (&result), FALSE);
}

GPtrArray *
enclave_elision_split_hunk (EnclaveLineIndex *file, const EnclaveDiffHunk *hunk)
{
  g_autoptr (GPtrArray) pieces = NULL;
  EnclaveDiffHunk *piece = NULL;

  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *line = &hunk->lines[i];
      gsize length;
      gboolean certain;

      /* Most lines have no dots: this is on the way of each hunk. */
      if (line->kind != ENCLAVE_DIFF_CONTEXT)
        continue;
      length = line->length;
      if (length > ENCLAVE_ELISION_MARK_MAX_BYTES ||
          (memchr (line->text, '.', length) == NULL && memchr (line->text, '\xe2', length) == NULL) ||
          !enclave_elision_is_mark (line->text, length, &certain) || enclave_line_index_has (file, line->text, length))
        continue;
      pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_diff_hunk_free);
      break;
    }
  if (pieces == NULL)
    return NULL;

  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *line = &hunk->lines[i];
      gsize length = line->length;
      gboolean certain;

      if (line->kind == ENCLAVE_DIFF_CONTEXT && enclave_elision_is_mark (line->text, length, &certain) &&
          !enclave_line_index_has (file, line->text, length))
        {
          piece = NULL;
          continue;
        }
      if (piece == NULL)
        {
          piece = enclave_diff_hunk_new ();
          g_ptr_array_add (pieces, piece);
        }
      enclave_diff_hunk_borrow_line (piece, line->kind, line->text, length)->no_newline = line->no_newline;
    }
  return g_steal_pointer (&pieces);
}
