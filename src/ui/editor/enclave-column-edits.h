/* enclave-column-edits.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A rectangle of a text, in columns as they are seen: a tab reaches to its stop, a wide letter takes two, a mark on another letter none. A
 * letter belongs to it when it begins in it. Lines may end before it. */
typedef struct
{
  int first_line;
  int last_line;
  guint start; /* from 0 */
  guint end;   /* not before start */
} EnclaveColumns;

/* The column in which @iter stands. */
guint enclave_column_edits_get_column (const GtkTextIter *iter, guint tab_width);
/* Sets @iter to the first letter of @line that begins at @column or behind it, else to the end of the line. Returns: its column, less than
 * @column when the line ends before. */
guint enclave_column_edits_get_iter (GtkTextBuffer *buffer, int line, guint column, guint tab_width, GtkTextIter *iter);
/* The number of columns that @text of one line takes from @column on. */
guint enclave_column_edits_measure (const char *text, guint column, guint tab_width);
/* The rows, with LF between them. Returns: (transfer full). */
char *enclave_column_edits_dup_text (GtkTextBuffer *buffer, const EnclaveColumns *columns, guint tab_width);
/* Puts a line of @lines in place of each row, in one step of undo: the first is for the first row, rows without one get none. A row that
 * ends before the rectangle is filled up with blanks when something comes into it. @repeat: the one of @lines is for each row. */
void enclave_column_edits_replace (GtkTextBuffer *buffer, const EnclaveColumns *columns, guint tab_width, const char *const *lines,
                                   gboolean repeat);
/* Deletes a letter of each row before or behind the start of the rectangle, in one step of undo. Returns: the widest that was deleted. */
guint enclave_column_edits_delete_letter (GtkTextBuffer *buffer, const EnclaveColumns *columns, guint tab_width, gboolean before);

G_END_DECLS
