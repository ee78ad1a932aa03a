/* enclave-welcome-recent.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Fills @list with a row for each of the first folders in @entries (URIs or paths; nullable); the branch is added once
 * it was read. Each row is activatable. Returns: how many rows there are. */
guint enclave_welcome_recent_fill (GtkListBox *list, const char *const *entries);
/* The folder of a row; NULL for any other row. Owned by the row. */
GFile *enclave_welcome_recent_get_folder (GtkListBoxRow *row);

G_END_DECLS
