/* enclave-terminal-place.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Of @widgets, all below @around, the one that is nearest to @from in that direction, and beside it by a part of its edge at least.
 * @widgets: (element-type GtkWidget). Returns: (transfer none) (nullable): NULL: there is none. */
gpointer enclave_terminal_place_find (GPtrArray *widgets, GtkWidget *from, GtkWidget *around, GtkDirectionType direction);

G_END_DECLS
