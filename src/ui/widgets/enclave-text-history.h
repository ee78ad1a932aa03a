/* enclave-text-history.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* From now on the text of @buffer comes back whole when deletions are undone, which GTK 4.8 fails at after 23 bytes in a row that were
 * deleted backwards. Its edits must be undone by gtk_text_buffer_undo() and redone by gtk_text_buffer_redo(). */
void enclave_text_history_mend (GtkTextBuffer *buffer);
/* Whether an older step is undone or redone just now; what it was before. FALSE: edits are new ones, also in the middle of that. */
gboolean enclave_text_history_set_applying (GtkTextBuffer *buffer, gboolean applying);

G_END_DECLS
