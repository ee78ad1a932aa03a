/* enclave-patch-replace.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Search and replace: a text that stands in the file once gives way to another.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-patch-private.h"

int
enclave_patch_line_end_habit (const char *text)
{
  guint n_crlf = 0;
  guint n_lf = 0;

  for (const char *at = strchr (text, '\n'); at != NULL; at = strchr (at + 1, '\n'))
    {
      if (at > text && at[-1] == '\r')
        n_crlf++;
      else
        n_lf++;
    }
  return n_crlf == 0 ? 0 : n_lf == 0 ? 1 : -1;
}

char *
enclave_patch_with_crlf (const char *text)
{
  GString *result = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      if (*text == '\n')
        g_string_append_c (result, '\r');
      g_string_append_c (result, *text);
    }
  return g_string_free (result, FALSE);
}

static guint
line_of (const char *text, const char *at)
{
  guint line = 0;

  for (const char *end = text; (end = memchr (end, '\n', (gsize) (at - end))) != NULL; end++)
    line++;
  return line;
}

static gboolean
has_only_blanks_before (const char *text, const char *at)
{
  gboolean any = FALSE;

  while (at > text && (at[-1] == ' ' || at[-1] == '\t'))
    {
      at--;
      any = TRUE;
    }
  return any && (at == text || at[-1] == '\n');
}

/* Literal search. Returns FALSE with an error when @old_text stands at several places; *result is NULL when at none.
 * @whole_lines: @old_text is whole lines, so one that begins behind an indentation is left to the line search. */
static gboolean
replace_literally (const char *text, const char *old_text, const char *new_text, gboolean whole_lines, char **result,
                   GError **error)
{
  const char *first = NULL;
  const char *end = text + strlen (text);
  gsize length = strlen (old_text);
  guint places[2];
  guint n = 0;

  *result = NULL;
  /* Not strstr(), whose time is the product of the two lengths on some processors. */
  for (const char *at = memmem (text, (gsize) (end - text), old_text, length); at != NULL && n < 2;
       at = memmem (at + 1, (gsize) (end - at - 1), old_text, length))
    {
      if (whole_lines && has_only_blanks_before (text, at))
        continue;
      if (n == 0)
        first = at;
      places[n++] = line_of (text, at);
    }
  if (n > 1)
    {
      g_autoptr (GArray) lines = enclave_text_lines_new (text);

      enclave_patch_set_ambiguous (lines, places, n, error);
      return FALSE;
    }
  if (n == 1)
    {
      g_autofree char *head = g_strndup (text, (gsize) (first - text));

      *result = g_strconcat (head, new_text, first + length, NULL);
    }
  return TRUE;
}

GPtrArray *
enclave_patch_hunk_from_texts (const char *old_text, const char *new_text)
{
  g_autofree char *old_lines = g_str_has_suffix (old_text, "\n") ? g_strdup (old_text)
                                                                  : g_strconcat (old_text, "\n", NULL);
  g_autofree char *new_lines = NULL;

  /* Whole lines may go for nothing; a piece of text leaves an empty line. */
  if (*new_text == '\0' && g_str_has_suffix (old_text, "\n"))
    new_lines = g_strdup ("");
  else
    new_lines = g_str_has_suffix (new_text, "\n") ? g_strdup (new_text) : g_strconcat (new_text, "\n", NULL);
  return enclave_line_diff (old_lines, new_lines, G_MAXUINT);
}

/* The new text with the old one's lines for its marks of elision. NULL with @error where they can't be told; *filled is NULL
 * when there is nothing to fill in. */
static gboolean
fill_new_text (const char *old_text, const char *new_text, char **filled, GError **error)
{
  g_autoptr (EnclaveLineIndex) base = enclave_line_index_new (old_text);
  g_autoptr (GError) own = NULL;

  *filled = NULL;
  if (!enclave_elision_has_mark (base, new_text, FALSE))
    return TRUE;
  *filled = enclave_elision_fill (base, old_text, new_text, &own);
  /* Dots alone may be code. */
  if (*filled == NULL && enclave_elision_has_mark (base, new_text, TRUE))
    {
      g_propagate_error (error, g_steal_pointer (&own));
      return FALSE;
    }
  return TRUE;
}

/* The line search, behind the literal one. */
static char *
replace_lines (EnclaveLineIndex *file, const char *text, const char *old_text, const char *new_text,
               EnclaveMatchQuality *quality, GError **error)
{
  g_autoptr (GPtrArray) hunks = NULL;

  /* The file has no such line, so nothing else would find the text. */
  if (enclave_elision_has_mark (file, old_text, FALSE))
    {
      *quality = ENCLAVE_MATCH_ELISION;
      return enclave_elision_replace (file, text, old_text, new_text, error);
    }
  hunks = enclave_patch_hunk_from_texts (old_text, new_text);
  return enclave_patch_apply_hunks (file, hunks, ENCLAVE_MATCH_LINE_ENDS, quality, error);
}

static char *
replace_in_body (const char *text, const char *old_text, const char *new_text, EnclaveMatchQuality *quality,
                 GError **error)
{
  gboolean whole_lines = g_str_has_suffix (old_text, "\n");
  int habit = enclave_patch_line_end_habit (text);
  g_autoptr (EnclaveLineIndex) file = NULL;
  g_autoptr (GPtrArray) hunks = NULL;
  g_autofree char *filled = NULL;
  g_autofree char *ended_new = NULL;
  g_autofree char *adapted_new = NULL;
  g_autofree char *result = NULL;
  EnclaveMatchQuality base_quality = ENCLAVE_MATCH_EXACT;

  if (!fill_new_text (old_text, new_text, &filled, error))
    return NULL;
  if (filled != NULL)
    {
      new_text = filled;
      base_quality = ENCLAVE_MATCH_ELISION;
    }
  *quality = ENCLAVE_MATCH_EXACT;
  /* For whole lines come whole lines: a newline left out by the model must not join two lines. */
  if (whole_lines && *new_text != '\0' && !g_str_has_suffix (new_text, "\n"))
    new_text = ended_new = g_strconcat (new_text, "\n", NULL);
  if (habit == 1 && enclave_patch_line_end_habit (new_text) == 0)
    adapted_new = enclave_patch_with_crlf (new_text);

  hunks = enclave_patch_hunk_from_texts (old_text, new_text);
  if (hunks->len == 0)
    {
      enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_EMPTY,
                               N_ ("Applying the patch: the old and the new text are the same"));
      return NULL;
    }

  file = enclave_line_index_new (text);
  if (whole_lines)
    {
      g_autoptr (GError) exact_error = NULL;
      EnclaveHunkMatch match;

      if (enclave_hunk_match_find (file, g_ptr_array_index (hunks, 0), ENCLAVE_MATCH_EXACT, ENCLAVE_MATCH_EXACT, &match,
                                   &exact_error))
        {
          enclave_hunk_match_clear (&match);
          result = enclave_patch_apply_hunks (file, hunks, ENCLAVE_MATCH_EXACT, quality, error);
          *quality = MAX (*quality, base_quality);
          return g_steal_pointer (&result);
        }
      if (!g_error_matches (exact_error, ENCLAVE_PATCH_ERROR, ENCLAVE_PATCH_ERROR_NO_MATCH))
        {
          g_propagate_error (error, g_steal_pointer (&exact_error));
          return NULL;
        }
    }

  if (!replace_literally (text, old_text, adapted_new != NULL ? adapted_new : new_text, whole_lines, &result, error))
    return NULL;
  if (result == NULL && habit == 1 && enclave_patch_line_end_habit (old_text) == 0)
    {
      g_autofree char *adapted_old = enclave_patch_with_crlf (old_text);

      *quality = ENCLAVE_MATCH_LINE_ENDS;
      if (!replace_literally (text, adapted_old, adapted_new != NULL ? adapted_new : new_text, whole_lines, &result,
                              error))
        return NULL;
    }
  if (result == NULL)
    result = replace_lines (file, text, old_text, new_text, quality, error);
  *quality = MAX (*quality, base_quality);
  return g_steal_pointer (&result);
}

char *
enclave_patch_replace_text (const char *text, const char *old_text, const char *new_text, EnclaveMatchQuality *quality,
                            GError **error)
{
  EnclaveMatchQuality found = ENCLAVE_MATCH_EXACT;
  gboolean marked;
  g_autofree char *result = NULL;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (old_text != NULL, NULL);
  g_return_val_if_fail (new_text != NULL, NULL);

  if (quality != NULL)
    *quality = found;
  if (!enclave_patch_check_size (text, error))
    return NULL;
  if (*old_text == '\0')
    {
      if (*text == '\0')
        return g_strdup (new_text);
      enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_NO_MATCH,
                               N_ ("Applying the patch: the old text is empty, and the file is not"));
      return NULL;
    }

  marked = g_str_has_prefix (text, ENCLAVE_PATCH_BOM) && !g_str_has_prefix (old_text, ENCLAVE_PATCH_BOM);
  result = replace_in_body (marked ? text + strlen (ENCLAVE_PATCH_BOM) : text, old_text, new_text, &found, error);
  if (result == NULL)
    return NULL;
  if (quality != NULL)
    *quality = found;
  return marked ? g_strconcat (ENCLAVE_PATCH_BOM, result, NULL) : g_steal_pointer (&result);
}
