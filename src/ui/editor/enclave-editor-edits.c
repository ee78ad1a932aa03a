/* enclave-editor-edits.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-editor-edits.h"

/* First and last line; a selection that ends before the first letter of a line leaves that line out. */
static void
selected_lines (GtkTextBuffer *buffer, int *first, int *last)
{
  GtkTextIter start;
  GtkTextIter end;
  gboolean selected = gtk_text_buffer_get_selection_bounds (buffer, &start, &end);

  *first = gtk_text_iter_get_line (&start);
  *last = gtk_text_iter_get_line (&end);
  if (selected && *last > *first && gtk_text_iter_starts_line (&end))
    (*last)--;
}

static void
skip_blanks (GtkTextIter *iter)
{
  while (!gtk_text_iter_ends_line (iter)
         && (gtk_text_iter_get_char (iter) == ' ' || gtk_text_iter_get_char (iter) == '\t'))
    gtk_text_iter_forward_char (iter);
}

static gboolean
starts_with (const GtkTextIter *iter, const char *prefix)
{
  GtkTextIter end = *iter;
  g_autofree char *text = NULL;

  gtk_text_iter_forward_chars (&end, g_utf8_strlen (prefix, -1));
  text = gtk_text_iter_get_text (iter, &end);

  return strcmp (text, prefix) == 0;
}

void
enclave_editor_edits_toggle_comment (GtkTextBuffer *buffer)
{
  GtkSourceLanguage *language = gtk_source_buffer_get_language (GTK_SOURCE_BUFFER (buffer));
  const char *mark = language != NULL ? gtk_source_language_get_metadata (language, "line-comment-start") : NULL;
  gboolean all_commented = TRUE;
  gboolean any = FALSE;
  int column = G_MAXINT;
  int first;
  int last;

  if (mark == NULL || *mark == '\0')
    return;

  selected_lines (buffer, &first, &last);
  for (int line = first; line <= last; line++)
    {
      GtkTextIter iter;

      gtk_text_buffer_get_iter_at_line (buffer, &iter, line);
      skip_blanks (&iter);
      if (gtk_text_iter_ends_line (&iter))
        continue;
      any = TRUE;
      column = MIN (column, gtk_text_iter_get_line_offset (&iter));
      all_commented = all_commented && starts_with (&iter, mark);
    }

  if (!any)
    return;

  gtk_text_buffer_begin_user_action (buffer);
  for (int line = first; line <= last; line++)
    {
      GtkTextIter iter;

      gtk_text_buffer_get_iter_at_line (buffer, &iter, line);
      skip_blanks (&iter);
      if (gtk_text_iter_ends_line (&iter))
        continue;

      if (all_commented)
        {
          GtkTextIter end = iter;

          gtk_text_iter_forward_chars (&end, g_utf8_strlen (mark, -1));
          if (gtk_text_iter_get_char (&end) == ' ')
            gtk_text_iter_forward_char (&end);
          gtk_text_buffer_delete (buffer, &iter, &end);
        }
      else
        {
          g_autofree char *text = g_strconcat (mark, " ", NULL);

          gtk_text_iter_set_line_offset (&iter, column);
          gtk_text_buffer_insert (buffer, &iter, text, -1);
        }
    }
  gtk_text_buffer_end_user_action (buffer);
}

/* The lines with the end of the last one, where it has one. */
static void
line_bounds (GtkTextBuffer *buffer, int first, int last, GtkTextIter *start, GtkTextIter *end)
{
  gtk_text_buffer_get_iter_at_line (buffer, start, first);
  gtk_text_buffer_get_iter_at_line (buffer, end, last);
  if (!gtk_text_iter_forward_line (end))
    gtk_text_buffer_get_end_iter (buffer, end);
}

void
enclave_editor_edits_duplicate_lines (GtkTextBuffer *buffer)
{
  g_autofree char *text = NULL;
  GtkTextIter start;
  GtkTextIter end;
  int first;
  int last;

  selected_lines (buffer, &first, &last);
  line_bounds (buffer, first, last, &start, &end);
  text = gtk_text_iter_get_text (&start, &end);

  gtk_text_buffer_begin_user_action (buffer);
  if (gtk_text_iter_get_line (&end) == last)
    {
      /* the last line of a text has no end that could be copied with it */
      gtk_text_buffer_insert (buffer, &end, "\n", 1);
      gtk_text_buffer_insert (buffer, &end, text, -1);
    }
  else
    {
      gtk_text_buffer_insert (buffer, &start, text, -1);
    }
  gtk_text_buffer_end_user_action (buffer);
}

void
enclave_editor_edits_delete_lines (GtkTextBuffer *buffer)
{
  GtkTextIter start;
  GtkTextIter end;
  int first;
  int last;

  selected_lines (buffer, &first, &last);
  line_bounds (buffer, first, last, &start, &end);

  gtk_text_buffer_begin_user_action (buffer);
  if (gtk_text_iter_is_end (&end) && gtk_text_iter_get_line (&end) == last && first > 0)
    {
      /* with the end of the line before, or an empty line would stay */
      gtk_text_buffer_get_iter_at_line (buffer, &start, first - 1);
      if (!gtk_text_iter_ends_line (&start))
        gtk_text_iter_forward_to_line_end (&start);
    }
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_end_user_action (buffer);
}

void
enclave_editor_edits_join_lines (GtkTextBuffer *buffer)
{
  int first;
  int last;

  selected_lines (buffer, &first, &last);
  if (last == first)
    last++;

  gtk_text_buffer_begin_user_action (buffer);
  for (int line = first; line < last; line++)
    {
      GtkTextIter start;
      GtkTextIter end;
      gboolean blank;

      gtk_text_buffer_get_iter_at_line (buffer, &start, first);
      if (!gtk_text_iter_ends_line (&start) && !gtk_text_iter_forward_to_line_end (&start))
        break;
      gtk_text_buffer_get_iter_at_line (buffer, &end, first + 1);
      if (gtk_text_iter_get_line (&end) == first)
        break;

      skip_blanks (&end);
      blank = gtk_text_iter_starts_line (&start) || gtk_text_iter_ends_line (&end);
      gtk_text_buffer_delete (buffer, &start, &end);
      if (!blank)
        gtk_text_buffer_insert (buffer, &start, " ", 1);
    }
  gtk_text_buffer_end_user_action (buffer);
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

void
enclave_editor_edits_sort_lines (GtkTextBuffer *buffer)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) ends = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) sorted = g_string_new (NULL);
  g_autofree char *before = NULL;
  GtkTextIter start;
  GtkTextIter end;
  int first;
  int last;

  selected_lines (buffer, &first, &last);
  if (first == last)
    {
      first = 0;
      last = gtk_text_buffer_get_line_count (buffer) - 1;
      /* what follows the last line end is no line */
      gtk_text_buffer_get_end_iter (buffer, &end);
      if (gtk_text_iter_starts_line (&end) && last > 0)
        last--;
    }

  /* The ends stay where they are: a file with several kinds, or none at its last line, keeps them. */
  for (int line = first; line <= last; line++)
    {
      GtkTextIter text_end;

      gtk_text_buffer_get_iter_at_line (buffer, &start, line);
      text_end = start;
      if (!gtk_text_iter_ends_line (&text_end))
        gtk_text_iter_forward_to_line_end (&text_end);
      line_bounds (buffer, line, line, &start, &end);
      g_ptr_array_add (lines, gtk_text_iter_get_text (&start, &text_end));
      g_ptr_array_add (ends, gtk_text_iter_get_text (&text_end, &end));
    }
  g_ptr_array_sort (lines, compare_lines);
  for (guint i = 0; i < lines->len; i++)
    {
      g_string_append (sorted, g_ptr_array_index (lines, i));
      g_string_append (sorted, g_ptr_array_index (ends, i));
    }

  line_bounds (buffer, first, last, &start, &end);
  before = gtk_text_iter_get_text (&start, &end);
  if (strcmp (before, sorted->str) == 0)
    return;
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, sorted->str, (int) sorted->len);
  gtk_text_buffer_get_iter_at_line (buffer, &end, first);
  gtk_text_buffer_select_range (buffer, &start, &end);
  gtk_text_buffer_end_user_action (buffer);
}
