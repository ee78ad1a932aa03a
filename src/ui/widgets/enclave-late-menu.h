/* enclave-late-menu.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Gives @button a menu of @model. GTK makes the widgets of a menu as soon as a button has one; here they are made when it is opened for
 * the first time. */
void enclave_late_menu_set (GtkMenuButton *button, GMenuModel *model);

G_END_DECLS
