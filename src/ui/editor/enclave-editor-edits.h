/* enclave-editor-edits.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Edits of the lines that the selection touches, or of the caret's line; each is one undo step. */

/* With the line comment of the buffer's language; nothing without one. */
void enclave_editor_edits_toggle_comment (GtkTextBuffer *buffer);
void enclave_editor_edits_duplicate_lines (GtkTextBuffer *buffer);
void enclave_editor_edits_delete_lines (GtkTextBuffer *buffer);
void enclave_editor_edits_join_lines (GtkTextBuffer *buffer);
/* By their characters' numbers, so that the order is the same everywhere; all lines when only one is touched. */
void enclave_editor_edits_sort_lines (GtkTextBuffer *buffer);

G_END_DECLS
