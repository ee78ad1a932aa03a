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
  gboolean *removed;      /* for each line of the file */
  GHashTable *added;      /* line before which they stand -> (element-type AddedLine) GArray */
  GPtrArray *owned;       /* texts of added lines that were shifted */
  gboolean ends_open;     /* a hunk says that the new text has no last newline */
  gboolean ends_closed;   /* a hunk says that it has one, where the old text had none */
} Plan;

typedef struct
{
  const char *text;
  gsize length;
  const char *end; /* NULL: as the lines around it */
} AddedLine;

static void
plan_init (Plan *plan, GArray *file)
{
  *plan = (Plan) { .file = file };
  plan->removed = g_new0 (gboolean, file->len + 1);
  plan->added = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
  plan->owned = g_ptr_array_new_with_free_func (g_free);
}

static void
plan_clear (Plan *plan)
{
  g_clear_pointer (&plan->removed, g_free);
  g_clear_pointer (&plan->added, g_hash_table_unref);
  g_clear_pointer (&plan->owned, g_ptr_array_unref);
}

static gboolean
fail_overlap (GError **error)
{
  g_set_error_literal (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_SYNTAX,
                       _("Applying the patch: two of its parts change the same lines"));
  return FALSE;
}

/* @text as it stands in the file's own indentation. NULL when it can't be moved so far to the left. */
static char *
shift_line (const char *text, const EnclaveHunkMatch *match)
{
  if (enclave_text_line_is_blank (text, strlen (text)))
    return g_strdup (text);
  if (!match->indentation_removed)
    return g_strconcat (match->indentation, text, NULL);
  if (!g_str_has_prefix (text, match->indentation))
    return NULL;
  return g_strdup (text + strlen (match->indentation));
}

static gboolean
plan_add_line (Plan *plan, GArray *added, const EnclaveDiffLine *line, const EnclaveHunkMatch *match, GError **error)
{
  AddedLine new_line = { line->text, strlen (line->text), NULL };

  if (match->indentation != NULL)
    {
      char *shifted = shift_line (line->text, match);

      if (shifted == NULL)
        {
          g_set_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH,
                       _("Applying the patch: the place at line %u is indented less than the new lines allow for"),
                       match->first + 1);
          return FALSE;
        }
      g_ptr_array_add (plan->owned, shifted);
      new_line = (AddedLine) { shifted, strlen (shifted), NULL };
    }
  if (new_line.length > 0 && new_line.text[new_line.length - 1] == '\r')
    {
      new_line.length--;
      new_line.end = match->quality == ENCLAVE_MATCH_EXACT ? "\r\n" : NULL;
    }
  g_array_append_val (added, new_line);
  return TRUE;
}

static gboolean
plan_add_hunk (Plan *plan, const EnclaveDiffHunk *hunk, const EnclaveHunkMatch *match, GError **error)
{
  guint place = match->first;
  guint n_old = 0;
  GArray *added = NULL;
  gboolean old_open = FALSE;
  gboolean new_open = FALSE;

  for (guint i = 0; i < hunk->lines->len; i++)
    {
      const EnclaveDiffLine *line = g_ptr_array_index (hunk->lines, i);

      if (line->no_newline)
        {
          old_open = old_open || line->kind != ENCLAVE_DIFF_ADDED;
          new_open = new_open || line->kind != ENCLAVE_DIFF_REMOVED;
        }
      if (line->kind == ENCLAVE_DIFF_ADDED)
        {
          if (added == NULL)
            {
              if (g_hash_table_contains (plan->added, GUINT_TO_POINTER (place)))
                return fail_overlap (error);
              added = g_array_new (FALSE, FALSE, sizeof (AddedLine));
              g_hash_table_insert (plan->added, GUINT_TO_POINTER (place), added);
            }
          if (!plan_add_line (plan, added, line, match, error))
            return FALSE;
          continue;
        }
      if (match->lines[n_old] >= 0)
        {
          guint index = (guint) match->lines[n_old];

          if (line->kind == ENCLAVE_DIFF_REMOVED)
            {
              if (plan->removed[index])
                return fail_overlap (error);
              plan->removed[index] = TRUE;
            }
          /* Lines added on both sides of one old line stand at different places. */
          if (place != index + 1)
            added = NULL;
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
  g_autoptr (GString) result = g_string_new (NULL);
  gboolean was_open = FALSE;
  gsize last_end = 0; /* bytes of line end at the end of @result, if an added line made them */

  if (plan->file->len > 0)
    was_open = g_array_index (plan->file, EnclaveTextLine, plan->file->len - 1).end_length == 0;

  for (guint i = 0; i <= plan->file->len; i++)
    {
      GArray *added = g_hash_table_lookup (plan->added, GUINT_TO_POINTER (i));
      const char *end = added != NULL ? line_end_near (plan->file, i) : NULL;

      for (guint k = 0; added != NULL && k < added->len; k++)
        {
          const AddedLine *line = &g_array_index (added, AddedLine, k);
          const char *own_end = line->end != NULL ? line->end : end;

          /* What was the last line, without an end, no longer is. */
          if (k == 0 && i == plan->file->len && was_open && i > 0 && !plan->removed[i - 1])
            g_string_append (result, end);
          g_string_append_len (result, line->text, (gssize) line->length);
          g_string_append (result, own_end);
          last_end = strlen (own_end);
        }
      if (i < plan->file->len && !plan->removed[i])
        {
          const EnclaveTextLine *line = &g_array_index (plan->file, EnclaveTextLine, i);

          g_string_append_len (result, line->text, (gssize) (line->length + line->end_length));
          last_end = 0;
        }
    }

  if (last_end > 0 && (plan->ends_open || (was_open && !plan->ends_closed)))
    g_string_truncate (result, result->len - last_end);
  return g_string_free (g_steal_pointer (&result), FALSE);
}

static gboolean
is_addition_only (const EnclaveDiffHunk *hunk)
{
  for (guint i = 0; i < hunk->lines->len; i++)
    if (((const EnclaveDiffLine *) g_ptr_array_index (hunk->lines, i))->kind != ENCLAVE_DIFF_ADDED)
      return FALSE;
  return TRUE;
}

char *
enclave_patch_apply_hunks (const char *text, GPtrArray *hunks, EnclaveMatchQuality lowest,
                           EnclaveMatchQuality *quality, GError **error)
{
  g_autoptr (GArray) file = enclave_text_lines_new (text);
  g_autofree char *result = NULL;
  Plan plan;
  gboolean ok = TRUE;

  plan_init (&plan, file);
  *quality = ENCLAVE_MATCH_EXACT;

  for (guint i = 0; ok && i < hunks->len; i++)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);
      EnclaveHunkMatch match = { 0 };

      /* Nothing but new lines belongs to a new file; anywhere else the place would be a guess. */
      ok = (file->len == 0 && is_addition_only (hunk)) ||
           enclave_hunk_match_find (file, hunk, lowest, ENCLAVE_MATCH_BLANK_LINES, &match, error);
      ok = ok && plan_add_hunk (&plan, hunk, &match, error);
      *quality = MAX (*quality, match.quality);
      enclave_hunk_match_clear (&match);
      if (!ok && hunks->len > 1)
        g_prefix_error (error, _("Part %u of %u: "), i + 1, hunks->len);
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
  g_set_error (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_TOO_LARGE,
               _("Applying the patch: the file is larger than %d bytes"), ENCLAVE_EDIT_MAX_BYTES);
  return FALSE;
}

/* A diff that deletes a file shows all of it: one that shows something else means another file. */
static char *
delete_file (const char *text, const EnclavePatchOperation *operation, GError **error)
{
  EnclaveMatchQuality quality;
  g_autofree char *rest = NULL;

  if (operation->hunks == NULL)
    return g_strdup ("");
  if (!enclave_patch_check_size (text, error))
    return NULL;
  if (g_str_has_prefix (text, ENCLAVE_PATCH_BOM))
    text += strlen (ENCLAVE_PATCH_BOM);

  rest = enclave_patch_apply_hunks (text, operation->hunks, ENCLAVE_MATCH_EXACT, &quality, error);
  if (rest == NULL)
    return NULL;
  if (rest[strspn (rest, " \t\r\n")] != '\0')
    {
      g_set_error_literal (error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH,
                           _("Applying the patch: it deletes the file but shows only a part of it"));
      return NULL;
    }
  return g_strdup ("");
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

  switch (operation->kind)
    {
    case ENCLAVE_PATCH_REPLACE_TEXT:
      return enclave_patch_replace_text (text, operation->old_text, operation->new_text, quality, error);

    case ENCLAVE_PATCH_WHOLE_FILE:
      if (enclave_patch_line_end_habit (text) == 1 && enclave_patch_line_end_habit (operation->new_text) == 0)
        result = enclave_patch_with_crlf (operation->new_text);
      else
        result = g_strdup (operation->new_text);
      if (g_str_has_prefix (text, ENCLAVE_PATCH_BOM) && !g_str_has_prefix (result, ENCLAVE_PATCH_BOM))
        return g_strconcat (ENCLAVE_PATCH_BOM, result, NULL);
      return g_steal_pointer (&result);

    case ENCLAVE_PATCH_DELETE_FILE:
      return delete_file (text, operation, error);

    case ENCLAVE_PATCH_HUNKS:
    default:
      if (!enclave_patch_check_size (text, error))
        return NULL;
      marked = g_str_has_prefix (text, ENCLAVE_PATCH_BOM);
      result = enclave_patch_apply_hunks (marked ? text + strlen (ENCLAVE_PATCH_BOM) : text, operation->hunks,
                                          ENCLAVE_MATCH_EXACT, &found, error);
      if (result == NULL)
        return NULL;
      if (quality != NULL)
        *quality = found;
      return marked ? g_strconcat (ENCLAVE_PATCH_BOM, result, NULL) : g_steal_pointer (&result);
    }
}
