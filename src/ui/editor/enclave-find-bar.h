/* enclave-find-bar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Find and replace in one view. Signal "closed": by the person; the focus belongs to the text again. */
#define ENCLAVE_TYPE_FIND_BAR (enclave_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFindBar, enclave_find_bar, ENCLAVE, FIND_BAR, GtkWidget)

/* @view: (nullable): NULL lets go of the former one. Not owned. */
void enclave_find_bar_set_view (EnclaveFindBar *self, GtkSourceView *view);
/* Shows the bar with the selected words and takes the focus. */
void enclave_find_bar_open (EnclaveFindBar *self, gboolean replace);
/* Returns: FALSE when it was not open. */
gboolean enclave_find_bar_close (EnclaveFindBar *self);
/* To the next or previous match of the last text, round the end. */
void enclave_find_bar_move (EnclaveFindBar *self, gboolean forward);
/* "3 of 17", "17 matches", "No matches", "" while nothing is searched. Borrowed. */
/* The text is a regular expression; \1 in the replacement is what its first group found. */
void enclave_find_bar_set_regex (EnclaveFindBar *self, gboolean regex);
const char *enclave_find_bar_get_count_text (EnclaveFindBar *self);
void enclave_find_bar_set_text (EnclaveFindBar *self, const char *text);
/* Returns: the number of replacements. */
guint enclave_find_bar_replace_all (EnclaveFindBar *self, const char *replacement);

G_END_DECLS
