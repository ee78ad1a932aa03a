/* enclave-find-bar.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-document.h"

G_BEGIN_DECLS

/* Find and replace in one view. Signal "closed": by the person; the focus belongs to the text again. */
#define ENCLAVE_TYPE_FIND_BAR (enclave_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveFindBar, enclave_find_bar, ENCLAVE, FIND_BAR, GtkWidget)

/* @view: (nullable): NULL lets go of the former one. Not owned. */
void enclave_find_bar_set_view (EnclaveFindBar *self, GtkSourceView *view);
/* @document: (nullable): whose text the view shows: new line ends become its own. */
void enclave_find_bar_set_document (EnclaveFindBar *self, EnclaveDocument *document);
/* Shows the bar with the selected words and takes the focus. */
void enclave_find_bar_open (EnclaveFindBar *self, gboolean replace);
/* Returns: FALSE when it was not open. */
gboolean enclave_find_bar_close (EnclaveFindBar *self);
/* To the next or previous match of the last text, round the end. */
void enclave_find_bar_move (EnclaveFindBar *self, gboolean forward);
/* The text is a regular expression; \1 in the replacement is what its first group found. */
void enclave_find_bar_set_regex (EnclaveFindBar *self, gboolean regex);
/* "3 of 17", "17 matches", "No matches", "" while nothing is searched; what went wrong with replacing, until something else is done.
 * Borrowed. */
const char *enclave_find_bar_get_count_text (EnclaveFindBar *self);
void enclave_find_bar_set_text (EnclaveFindBar *self, const char *text);
/* In slices; the view can't be edited meanwhile. One undo takes all back. Closing the bar ends it. */
void enclave_find_bar_replace_all_async (EnclaveFindBar *self, const char *replacement, GAsyncReadyCallback callback,
                                         gpointer user_data);
/* Returns: the number of replacements; 0 with G_REGEX_ERROR for a replacement that is not valid. */
guint enclave_find_bar_replace_all_finish (EnclaveFindBar *self, GAsyncResult *result, GError **error);

G_END_DECLS
