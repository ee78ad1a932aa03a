/* enclave-patch-apply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-patch-private.h"

/* What becomes of the file's lines. All hunks are matched against the file as it was, so a hunk that
 * is out of order, or whose numbers are wrong, does no harm. */
typedef struct
{
  GArray *file;           /* (element-type EnclaveTextLine) */
  guint8 *removed;        /* for each line of the file */
  guint *added_at;        /* for each line and the end: the first line of @added that stands before it, from 1; 0: none */
  GArray *added;          /* (element-type AddedLine); those of one place follow each other */
  GPtrArray *owned;       /* texts of added lines that were shifted */
  gsize added_length;
  gboolean ends_open;     /* a hunk says that the new text has no last newline */
  gboolean ends_closed;   /* a hunk says that it has one, where the old text had none */
} Plan;

typedef struct
{
  const char *text;
  gsize length;
  const char *end;   /* NULL: as the lines around it */
  gboolean goes_on;  /* the next one stands at the same place */
} AddedLine;

static void
plan_init (Plan *plan, GArray *file)
{
  *plan = (Plan) { .file = file };
  plan->removed = g_new0 (guint8, file->len + 1);
  plan->added_at = g_new0 (guint, file->len + 1);
  plan->added = g_array_new (FALSE, FALSE, sizeof (AddedLine));
  plan->owned = g_ptr_array_new_with_free_func (g_free);
}

static void
plan_clear (Plan *plan)
{
  g_clear_pointer (&plan->removed, g_free);
  g_clear_pointer (&plan->added_at, g_free);
  g_clear_pointer (&plan->added, g_array_unref);
  g_clear_pointer (&plan->owned, g_ptr_array_unref);
}

static gboolean
fail_overlap (GError **error)
{
  enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_SYNTAX,
                           N_ ("Applying the patch: two of its parts change the same lines"));
  return FALSE;
}

static gboolean
plan_add_line (Plan *plan, const EnclaveDiffLine *line, const EnclaveHunkMatch *match, GError **error)
{
  AddedLine new_line = { .text = line->text, .length = line->length };

  if (match->quality == ENCLAVE_MATCH_INDENTATION)
    {
      char *shifted = enclave_indentation_apply (&match->indentation, line->text);

      if (shifted == NULL)
        {
          enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_NO_MATCH,
                                   N_ ("Applying the patch: the place at line %u is indented less than the new lines allow for"),
                                   match->first + 1);
          return FALSE;
        }
      g_ptr_array_add (plan->owned, shifted);
      new_line.text = shifted;
      new_line.length = strlen (shifted);
    }
  if (new_line.length > 0 && new_line.text[new_line.length - 1] == '\r')
    {
      new_line.length--;
      new_line.end = match->quality == ENCLAVE_MATCH_EXACT ? "\r\n" : NULL;
    }
  plan->added_length += new_line.length + 2;
  g_array_append_val (plan->added, new_line);
  return TRUE;
}

static gboolean
plan_add_hunk (Plan *plan, const EnclaveDiffHunk *hunk, const EnclaveHunkMatch *match, GError **error)
{
  guint place = match->first;
  guint n_old = 0;
  gboolean adding = FALSE;
  gboolean old_open = FALSE;
  gboolean new_open = FALSE;

  for (guint i = 0; i < hunk->n_lines; i++)
    {
      const EnclaveDiffLine *line = &hunk->lines[i];

      if (line->no_newline)
        {
          old_open = old_open || line->kind != ENCLAVE_DIFF_ADDED;
          new_open = new_open || line->kind != ENCLAVE_DIFF_REMOVED;
        }
      if (line->kind == ENCLAVE_DIFF_ADDED)
        {
          if (adding)
            g_array_index (plan->added, AddedLine, plan->added->len - 1).goes_on = TRUE;
          else if (plan->added_at[place] != 0)
            return fail_overlap (error);
          else
            plan->added_at[place] = plan->added->len + 1;
          adding = TRUE;
          if (!plan_add_line (plan, line, match, error))
            return FALSE;
          continue;
        }
      if (match->lines == NULL || match->lines[n_old] >= 0)
        {
          guint index = match->lines == NULL ? match->first + n_old : (guint) match->lines[n_old];

          if (line->kind == ENCLAVE_DIFF_REMOVED)
            {
              if (plan->removed[index])
                return fail_overlap (error);
              plan->removed[index] = TRUE;
            }
          /* Lines added on both sides of one old line stand at different places. */
          if (place != index + 1)
            adding = FALSE;
          place = index + 1;
        }
      n_old++;
    }

  plan->ends_open = plan->ends_open || new_open;
  plan->ends_closed = plan->ends_closed || (old_open && !new_open);
  return TRUE;
}

/* The line end that the lines around @index have. */
static const char *
line_end_near (GArray *file, guint index)
{
  for (guint distance = 0; distance <= file->len; distance++)
    {
      const EnclaveTextLine *line = NULL;

      if (distance < index && index - 1 - distance < file->len)
        line = &g_array_index (file, EnclaveTextLine, index - 1 - distance);
      if ((line == NULL || line->end_length == 0) && index + distance < file->len)
        line = &g_array_index (file, EnclaveTextLine, index + distance);
      if (line != NULL && line->end_length == 2)
        return "\r\n";
      if (line != NULL && line->end_length == 1)
        return line->text[line->length] == '\r' ? "\r" : "\n";
    }
  return "\n";
}

static char *
plan_write (Plan *plan)
{
  const EnclaveTextLine *lines = (const EnclaveTextLine *) plan->file->data;
  const guint n = plan->file->len;
  gsize old_length = n > 0 ? (gsize) (lines[n - 1].text + lines[n - 1].length + lines[n - 1].end_length - lines[0].text) : 0;
  g_autoptr (GString) result = g_string_sized_new (old_length + plan->added_length + 4);
  gboolean was_open = n > 0 && lines[n - 1].end_length == 0;
  gsize last_end = 0; /* bytes of line end at the end of @result, if an added line made them */

  for (guint i = 0; i <= n;)
    {
      guint next = plan->added_at[i];
      const char *end = next != 0 ? line_end_near (plan->file, i) : NULL;
      const char *start;
      guint first = i;

      /* What was the last line, without an end, no longer is. */
      if (next != 0 && i == n && was_open && !plan->removed[i - 1])
        g_string_append (result, end);
      while (next != 0)
        {
          const AddedLine *line = &g_array_index (plan->added, AddedLine, next - 1);
          const char *own_end = line->end != NULL ? line->end : end;

          g_string_append_len (result, line->text, (gssize) line->length);
          g_string_append (result, own_end);
          last_end = strlen (own_end);
          next = line->goes_on ? next + 1 : 0;
        }
      if (i == n)
        break;
      if (plan->removed[i])
        {
          i++;
          continue;
        }

      /* The lines up to the next place at once; they follow each other in the old text. */
      start = lines[i].text;
      while (i < n && !plan->removed[i] && (i == first || plan->added_at[i] == 0))
        i++;
      g_string_append_len (result, start, lines[i - 1].text + lines[i - 1].length + lines[i - 1].end_length - start);
      last_end = 0;
    }

  if (last_end > 0 && (plan->ends_open || (was_open && !plan->ends_closed)))
    g_string_truncate (result, result->len - last_end);
  return g_string_free (g_steal_pointer (&result), FALSE);
}

static gboolean
is_addition_only (const EnclaveDiffHunk *hunk)
{
  for (guint i = 0; i < hunk->n_lines; i++)
    if (hunk->lines[i].kind != ENCLAVE_DIFF_ADDED)
      return FALSE;
  return TRUE;
}

static gboolean
place_hunk (Plan *plan, EnclaveLineIndex *file, const EnclaveDiffHunk *hunk, EnclaveMatchQuality lowest,
            EnclaveMatchQuality *quality, GError **error)
{
  EnclaveHunkMatch match = { 0 };
  gboolean ok;

  /* Nothing but new lines belongs to a new file; anywhere else the place would be a guess. */
  ok = (file->lines->len == 0 && is_addition_only (hunk)) ||
       enclave_hunk_match_find (file, hunk, lowest, ENCLAVE_MATCH_BLANK_LINES, &match, error);
  ok = ok && plan_add_hunk (plan, hunk, &match, error);
  *quality = MAX (*quality, match.quality);
  enclave_hunk_match_clear (&match);
  return ok;
}

/* A hunk whose context leaves lines out: its pieces stand one behind the other. */
static gboolean
place_pieces (Plan *plan, EnclaveLineIndex *file, GPtrArray *pieces, EnclaveMatchQuality *quality, GError **error)
{
  gint first = -1;
  guint from = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const EnclaveDiffHunk *piece = g_ptr_array_index (pieces, i);
      EnclaveHunkMatch match = { 0 };
      gboolean ok = enclave_elision_find_piece (file, from, first, piece, &match, error) &&
                    plan_add_hunk (plan, piece, &match, error);

      if (i == 0)
        first = (gint) match.first;
      from = match.first + match.n_lines;
      enclave_hunk_match_clear (&match);
      if (!ok)
        return FALSE;
    }
  *quality = ENCLAVE_MATCH_ELISION;
  return TRUE;
}

/* Adds to @error, about the part @failed (from 0), what became of the others: it is all that the model must send again. */
static void
tell_parts (EnclaveLineIndex *file, GPtrArray *hunks, guint failed, EnclaveMatchQuality lowest, GError **error)
{
  g_autoptr (GString) others = g_string_new (NULL);

  if (hunks->len < 2 || error == NULL || *error == NULL)
    return;
  for (guint i = failed + 1; i < hunks->len; i++)
    {
      EnclaveHunkMatch match = { 0 };

      if (!enclave_hunk_match_find (file, g_ptr_array_index (hunks, i), lowest, ENCLAVE_MATCH_BLANK_LINES, &match, NULL))
        g_string_append_printf (others, "%s%u", others->len > 0 ? ", " : "", i + 1);
      enclave_hunk_match_clear (&match);
    }
  enclave_patch_prefix_error (error, N_ ("Part %u of %u: "), failed + 1, hunks->len);
  if (others->len > 0)
    enclave_patch_extend_error (error, N_ ("\nNor do these parts fit: %s. The others do."), others->str);
  else
    enclave_patch_extend_error (error, N_ ("%sThe other parts fit."), "\n");
}

char *
enclave_patch_apply_hunks (EnclaveLineIndex *file, GPtrArray *hunks, EnclaveMatchQuality lowest,
                           EnclaveMatchQuality *quality, GError **error)
{
  g_autofree char *result = NULL;
  g_autofree guint *places = lowest == ENCLAVE_MATCH_EXACT ? enclave_patch_find_exact (file->lines, hunks) : NULL;
  Plan plan;
  gboolean ok = TRUE;

  plan_init (&plan, file->lines);
  *quality = ENCLAVE_MATCH_EXACT;

  for (guint i = 0; ok && i < hunks->len; i++)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);
      gboolean exact = places != NULL && places[i] != ENCLAVE_PATCH_NO_PLACE;
      g_autoptr (GPtrArray) pieces = exact ? NULL : enclave_elision_split_hunk (file, hunk);

      if (exact)
        ok = plan_add_hunk (&plan, hunk, &(EnclaveHunkMatch) { .first = places[i] }, error);
      else if (pieces != NULL)
        ok = place_pieces (&plan, file, pieces, quality, error);
      else
        ok = place_hunk (&plan, file, hunk, lowest, quality, error);
      if (!ok)
        tell_parts (file, hunks, i, lowest, error);
    }
  if (ok)
    result = plan_write (&plan);
  plan_clear (&plan);
  return g_steal_pointer (&result);
}

gboolean
enclave_patch_check_size (const char *text, GError **error)
{
  if (strlen (text) <= ENCLAVE_EDIT_MAX_BYTES)
    return TRUE;
  enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_TOO_LARGE,
                           N_ ("Applying the patch: the file is larger than %d bytes"), ENCLAVE_EDIT_MAX_BYTES);
  return FALSE;
}

/* A diff that deletes a file shows all of it: one that shows something else means another file. */
static char *
delete_file (const char *text, const EnclavePatchOperation *operation, GError **error)
{
  g_autoptr (EnclaveLineIndex) file = NULL;
  EnclaveMatchQuality quality;
  g_autofree char *rest = NULL;

  if (operation->hunks == NULL)
    return g_strdup ("");
  if (!enclave_patch_check_size (text, error))
    return NULL;
  if (g_str_has_prefix (text, ENCLAVE_PATCH_BOM))
    text += strlen (ENCLAVE_PATCH_BOM);

  file = enclave_line_index_new (text);
  rest = enclave_patch_apply_hunks (file, operation->hunks, ENCLAVE_MATCH_EXACT, &quality, error);
  if (rest == NULL)
    return NULL;
  if (rest[strspn (rest, " \t\r\n")] != '\0')
    {
      enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_NO_MATCH,
                               N_ ("Applying the patch: it deletes the file but shows only a part of it"));
      return NULL;
    }
  return g_strdup ("");
}

/* @text: without a byte order mark. What a model can't or won't write of a whole file stays as it is: line ends, a last
 * newline that isn't there, and what it left out by a mark. */
static char *
write_whole_file (const char *text, const EnclavePatchOperation *operation, EnclaveMatchQuality *quality, GError **error)
{
  const char *new_text = operation->new_text;
  g_autofree char *filled = NULL;
  g_autofree char *result = NULL;

  if (*text == '\0')
    return g_strdup (new_text);
  if (g_str_has_prefix (new_text, ENCLAVE_PATCH_BOM))
    new_text += strlen (ENCLAVE_PATCH_BOM);

  if (strlen (text) <= ENCLAVE_EDIT_MAX_BYTES)
    {
      g_autoptr (EnclaveLineIndex) base = enclave_line_index_new (text);
      gboolean may_be_code = operation->path != NULL && (g_str_has_suffix (operation->path, ".py") ||
                                                         g_str_has_suffix (operation->path, ".pyi"));

      if (enclave_elision_has_mark (base, new_text, may_be_code))
        {
          filled = enclave_elision_fill (base, text, new_text, error);
          if (filled == NULL)
            return NULL;
          *quality = ENCLAVE_MATCH_ELISION;
          new_text = filled;
        }
    }

  if (enclave_patch_line_end_habit (text) == 1 && enclave_patch_line_end_habit (new_text) == 0)
    result = enclave_patch_with_crlf (new_text);
  else
    result = g_strdup (new_text);
  if (!g_str_has_suffix (text, "\n") && g_str_has_suffix (result, "\n"))
    {
      gsize length = strlen (result) - 1;

      if (length > 0 && result[length - 1] == '\r')
        length--;
      result[length] = '\0';
    }
  return g_steal_pointer (&result);
}

static char *
apply_to_body (const char *text, const EnclavePatchOperation *operation, EnclaveMatchQuality *quality, GError **error)
{
  g_autoptr (EnclaveLineIndex) file = NULL;

  if (operation->kind == ENCLAVE_PATCH_WHOLE_FILE)
    return write_whole_file (text, operation, quality, error);
  if (!enclave_patch_check_size (text, error))
    return NULL;
  file = enclave_line_index_new (text);
  return enclave_patch_apply_hunks (file, operation->hunks, ENCLAVE_MATCH_EXACT, quality, error);
}

char *
enclave_patch_apply (const char *text, const EnclavePatchOperation *operation, EnclaveMatchQuality *quality,
                     GError **error)
{
  EnclaveMatchQuality found = ENCLAVE_MATCH_EXACT;
  g_autofree char *result = NULL;
  gboolean marked;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (operation != NULL, NULL);

  if (quality != NULL)
    *quality = found;

  if (operation->kind == ENCLAVE_PATCH_REPLACE_TEXT)
    return enclave_patch_replace_text (text, operation->old_text, operation->new_text, quality, error);
  if (operation->kind == ENCLAVE_PATCH_DELETE_FILE)
    return delete_file (text, operation, error);

  marked = g_str_has_prefix (text, ENCLAVE_PATCH_BOM);
  result = apply_to_body (marked ? text + strlen (ENCLAVE_PATCH_BOM) : text, operation, &found, error);
  if (result == NULL)
    return NULL;
  if (quality != NULL)
    *quality = found;
  return marked ? g_strconcat (ENCLAVE_PATCH_BOM, result, NULL) : g_steal_pointer (&result);
}
