/* enclave-column-edits.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-column-edits.h"

#include <string.h>

static guint
get_width (gunichar letter, guint column, guint tab_width)
{
  if (letter == '\t')
    return tab_width - column % tab_width;
  if (g_unichar_iszerowidth (letter))
    return 0;
  return g_unichar_iswide (letter) ? 2 : 1;
}

guint
enclave_column_edits_measure (const char *text, guint column, guint tab_width)
{
  guint at = column;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    at += get_width (g_utf8_get_char (text), at, tab_width);
  return at - column;
}

guint
enclave_column_edits_get_iter (GtkTextBuffer *buffer, int line, guint column, guint tab_width, GtkTextIter *iter)
{
  guint at = 0;

  gtk_text_buffer_get_iter_at_line (buffer, iter, line);
  while (at < column && !gtk_text_iter_ends_line (iter))
    {
      at += get_width (gtk_text_iter_get_char (iter), at, tab_width);
      gtk_text_iter_forward_char (iter);
    }
  /* what stands on the letter before belongs to it */
  while (at > 0 && !gtk_text_iter_ends_line (iter) && g_unichar_iszerowidth (gtk_text_iter_get_char (iter)))
    gtk_text_iter_forward_char (iter);
  return at;
}

guint
enclave_column_edits_get_column (const GtkTextIter *iter, guint tab_width)
{
  GtkTextIter at = *iter;
  guint column = 0;

  for (gtk_text_iter_set_line_offset (&at, 0); gtk_text_iter_compare (&at, iter) < 0; gtk_text_iter_forward_char (&at))
    column += get_width (gtk_text_iter_get_char (&at), column, tab_width);
  return column;
}

char *
enclave_column_edits_dup_text (GtkTextBuffer *buffer, const EnclaveColumns *columns, guint tab_width)
{
  GString *text = g_string_new (NULL);

  for (int line = columns->first_line; line <= columns->last_line; line++)
    {
      g_autofree char *row = NULL;
      GtkTextIter start;
      GtkTextIter end;

      enclave_column_edits_get_iter (buffer, line, columns->start, tab_width, &start);
      enclave_column_edits_get_iter (buffer, line, columns->end, tab_width, &end);
      row = gtk_text_iter_get_text (&start, &end);
      g_string_append (text, row);
      if (line < columns->last_line)
        g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

void
enclave_column_edits_replace (GtkTextBuffer *buffer, const EnclaveColumns *columns, guint tab_width, const char *const *lines,
                              gboolean repeat)
{
  guint n_lines = g_strv_length ((char **) lines);

  gtk_text_buffer_begin_user_action (buffer);
  for (int line = columns->first_line; line <= columns->last_line; line++)
    {
      guint i = repeat ? 0 : (guint) (line - columns->first_line);
      const char *text = i < n_lines ? lines[i] : "";
      GtkTextIter start;
      GtkTextIter end;
      guint reached = enclave_column_edits_get_iter (buffer, line, columns->start, tab_width, &start);

      enclave_column_edits_get_iter (buffer, line, columns->end, tab_width, &end);
      gtk_text_buffer_delete (buffer, &start, &end);
      if (*text == '\0')
        continue;
      if (reached < columns->start)
        {
          g_autofree char *blanks = g_strnfill (columns->start - reached, ' ');

          gtk_text_buffer_insert (buffer, &start, blanks, -1);
        }
      gtk_text_buffer_insert (buffer, &start, text, -1);
    }
  gtk_text_buffer_end_user_action (buffer);
}

guint
enclave_column_edits_delete_letter (GtkTextBuffer *buffer, const EnclaveColumns *columns, guint tab_width, gboolean before)
{
  guint widest = 0;

  gtk_text_buffer_begin_user_action (buffer);
  for (int line = columns->first_line; line <= columns->last_line; line++)
    {
      GtkTextIter start;
      GtkTextIter end;
      guint reached = enclave_column_edits_get_iter (buffer, line, columns->start, tab_width, &start);
      guint column;

      end = start;
      if (reached < columns->start
          || !(before ? !gtk_text_iter_starts_line (&start) && gtk_text_iter_backward_cursor_position (&start)
                      : !gtk_text_iter_ends_line (&end) && gtk_text_iter_forward_cursor_position (&end)))
        continue;
      column = enclave_column_edits_get_column (&start, tab_width);
      widest = MAX (widest, enclave_column_edits_get_column (&end, tab_width) - column);
      gtk_text_buffer_delete (buffer, &start, &end);
    }
  gtk_text_buffer_end_user_action (buffer);
  return widest;
}
