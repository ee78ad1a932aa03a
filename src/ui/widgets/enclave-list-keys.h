/* enclave-list-keys.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Up, Down, Page Up and Page Down step through @view, whose model is a GtkSingleSelection, while the focus is anywhere in @owner: in the
 * entry that filters the list, say. */
void enclave_list_keys_attach (GtkWidget *owner, GtkListView *view);

G_END_DECLS
