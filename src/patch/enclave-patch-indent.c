/* enclave-patch-indent.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Models move a piece to the left margin, or write blanks for the file's tabs. Both are undone when one rule holds for
 * each line of the piece, so that the new lines can follow it.
 */

#include "config.h"

#include <string.h>

#include "enclave-patch-private.h"

static const guint tab_widths[] = { 8, 4, 2, 3 };

static gboolean
bytes_equal (const char *a, gsize a_length, const char *b, gsize b_length)
{
  return a_length == b_length && memcmp (a, b, a_length) == 0;
}

void
enclave_indentation_clear (EnclaveIndentation *indentation)
{
  g_clear_pointer (&indentation->shift, g_free);
  *indentation = (EnclaveIndentation) { 0 };
}

/* The blanks that one of the two has more in front; FALSE when they differ otherwise. */
static gboolean
find_shift (const EnclaveTextLine *line, const EnclavePatternLine *old, const char **shift, gsize *shift_length,
            gboolean *removed)
{
  gsize length = enclave_text_trimmed_length (line->text, line->length);

  *removed = old->trimmed > length;
  *shift = *removed ? old->text : line->text;
  *shift_length = *removed ? old->trimmed - length : length - old->trimmed;
  if (*shift_length == 0 || strspn (*shift, " \t") < *shift_length)
    return FALSE;
  return *removed ? bytes_equal (line->text, length, old->text + *shift_length, length)
                  : bytes_equal (line->text + *shift_length, old->trimmed, old->text, old->trimmed);
}

static gboolean
find_uniform_shift (const EnclaveTextLine *lines, const EnclavePatternLine *old, guint n, EnclaveIndentation *result)
{
  const char *shift = NULL;
  gsize shift_length = 0;
  gboolean removed = FALSE;

  for (guint i = 0; i < n; i++)
    {
      const char *own_shift;
      gsize own_length;
      gboolean own_removed;

      if (old[i].trimmed == 0 && enclave_text_line_is_blank (lines[i].text, lines[i].length))
        continue;
      if (old[i].trimmed == 0 || !find_shift (&lines[i], &old[i], &own_shift, &own_length, &own_removed))
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
  if (shift != NULL && result != NULL)
    {
      result->shift = g_strndup (shift, shift_length);
      result->removed = removed;
    }
  return shift != NULL;
}

static gsize
blank_length (const char *text, gsize length)
{
  gsize n = 0;

  while (n < length && (text[n] == ' ' || text[n] == '\t'))
    n++;
  return n;
}

static gint
count_columns (const char *text, gsize length, guint width)
{
  guint columns = 0;

  for (gsize i = 0; i < length; i++)
    columns = text[i] == '\t' ? (columns / width + 1) * width : columns + 1;
  return (gint) MIN (columns, 4096);
}

/* Whether the blanks are what enclave_indentation_apply() would write for their columns. */
static gboolean
is_canonical (const char *text, gsize length, guint width, gboolean with_tabs)
{
  gsize n_tabs = 0;

  while (n_tabs < length && text[n_tabs] == '\t')
    n_tabs++;
  if (memchr (text + n_tabs, '\t', length - n_tabs) != NULL)
    return FALSE;
  return with_tabs ? length - n_tabs < width : n_tabs == 0;
}

/* @varies: the lines stand at different columns, so that another width would not fit as well. */
static gboolean
fits_width (const EnclaveTextLine *lines, const EnclavePatternLine *old, guint n, guint width, gboolean with_tabs,
            gint *delta, gboolean *varies)
{
  gboolean begun = FALSE;
  gint first = 0;

  *varies = FALSE;
  for (guint i = 0; i < n; i++)
    {
      gsize length = enclave_text_trimmed_length (lines[i].text, lines[i].length);
      gsize blanks = blank_length (lines[i].text, length);
      gsize old_blanks = blank_length (old[i].text, old[i].trimmed);
      gint columns;
      gint own_delta;

      if (old[i].trimmed == 0 && length == 0)
        continue;
      if (!bytes_equal (lines[i].text + blanks, length - blanks, old[i].text + old_blanks, old[i].trimmed - old_blanks) ||
          !is_canonical (lines[i].text, blanks, width, with_tabs))
        return FALSE;
      columns = count_columns (lines[i].text, blanks, width);
      own_delta = columns - count_columns (old[i].text, old_blanks, width);
      if (!begun)
        {
          begun = TRUE;
          first = columns;
          *delta = own_delta;
        }
      if (own_delta != *delta)
        return FALSE;
      *varies = *varies || columns != first;
    }
  return begun;
}

/* Tabs on one side and blanks on the other. A width at which nothing moves is taken first; where the piece was moved as
 * well, one width alone must explain it. */
static gboolean
find_tab_width (const EnclaveTextLine *lines, const EnclavePatternLine *old, guint n, EnclaveIndentation *result)
{
  gboolean with_tabs = FALSE;
  gboolean old_tabs = FALSE;
  guint n_moved = 0;
  EnclaveIndentation moved = { 0 };

  for (guint i = 0; i < n; i++)
    {
      with_tabs = with_tabs || memchr (lines[i].text, '\t', blank_length (lines[i].text, lines[i].length)) != NULL;
      old_tabs = old_tabs || memchr (old[i].text, '\t', blank_length (old[i].text, old[i].trimmed)) != NULL;
    }
  if (!with_tabs && !old_tabs)
    return FALSE;

  for (gsize k = 0; k < G_N_ELEMENTS (tab_widths); k++)
    {
      EnclaveIndentation found = { .tab_width = tab_widths[k], .with_tabs = with_tabs };
      gboolean varies;

      if (!fits_width (lines, old, n, tab_widths[k], with_tabs, &found.columns, &varies))
        continue;
      if (found.columns == 0)
        {
          if (result != NULL)
            *result = found;
          return TRUE;
        }
      moved = found;
      n_moved += varies ? 1 : 2;
    }
  if (n_moved != 1)
    return FALSE;
  if (result != NULL)
    *result = moved;
  return TRUE;
}

gboolean
enclave_indentation_find (const EnclaveTextLine *lines, const EnclavePatternLine *old, guint n,
                          EnclaveIndentation *result)
{
  return find_uniform_shift (lines, old, n, result) || find_tab_width (lines, old, n, result);
}

char *
enclave_indentation_apply (const EnclaveIndentation *indentation, const char *text)
{
  gsize length = strlen (text);
  GString *result;
  gsize blanks;
  gint columns;

  if (enclave_text_line_is_blank (text, length))
    return g_strdup (text);
  if (indentation->tab_width == 0)
    {
      if (!indentation->removed)
        return g_strconcat (indentation->shift, text, NULL);
      return g_str_has_prefix (text, indentation->shift) ? g_strdup (text + strlen (indentation->shift)) : NULL;
    }

  blanks = blank_length (text, length);
  columns = count_columns (text, blanks, indentation->tab_width) + indentation->columns;
  if (columns < 0)
    return NULL;
  result = g_string_sized_new (length + (gsize) columns + 1);
  for (; indentation->with_tabs && columns >= (gint) indentation->tab_width; columns -= (gint) indentation->tab_width)
    g_string_append_c (result, '\t');
  for (; columns > 0; columns--)
    g_string_append_c (result, ' ');
  g_string_append (result, text + blanks);
  return g_string_free (result, FALSE);
}
