/* enclave-accessible.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What GTK 4.8 and libadwaita 1.2 leave without a name for screen readers, or name after a class. */

/**
 * enclave_accessible_set_label:
 * @widget: a widget that takes the focus
 * @label: what a screen reader says
 */
void enclave_accessible_set_label (GtkWidget *widget, const char *label);

/**
 * enclave_accessible_set_row_label:
 * @child: the child of a #GtkListItem, once it is bound
 * @label: what a screen reader says of the row
 *
 * A list item has no label of its own before GTK 4.12; the row that holds the focus is the parent of its child.
 */
void enclave_accessible_set_row_label (GtkWidget *child, const char *label);

/**
 * enclave_accessible_menu_button_new:
 *
 * A menu button that is told once: GTK tells the outer widget as a button too, and that one can't be pressed.
 *
 * Returns: (transfer floating): a #GtkMenuButton
 */
GtkWidget *enclave_accessible_menu_button_new (void);

/**
 * enclave_accessible_label_menu_button:
 * @button: a menu button
 * @label: what a screen reader says
 * @description: (nullable): what it adds
 */
void enclave_accessible_label_menu_button (GtkMenuButton *button, const char *label, const char *description);

/**
 * enclave_accessible_label_drop_down:
 * @drop_down: a drop-down list
 * @label: what it chooses
 */
void enclave_accessible_label_drop_down (GtkDropDown *drop_down, const char *label);

/**
 * enclave_accessible_watch_combo_row:
 * @row: a row that chooses from a list
 *
 * What stands in the row is another one that could take the focus, has no name and never gets there: it can't any more after
 * each choice. enclave_accessible_mend() does the same once.
 */
void enclave_accessible_watch_combo_row (AdwComboRow *row);

/**
 * enclave_accessible_watch_tabs:
 * @bar: a tab bar whose view is set
 *
 * Gives the tabs the titles of their pages, and their close buttons a name, now and whenever these change.
 */
void enclave_accessible_watch_tabs (AdwTabBar *bar);

/**
 * enclave_accessible_mend_mnemonic:
 * @button: a button whose label has a mnemonic
 *
 * Without this it is told as "_Save Save".
 */
void enclave_accessible_mend_mnemonic (GtkButton *button);

/* The style class of a part that scrolls and takes the focus itself, since nothing in it can. */
#define ENCLAVE_ACCESSIBLE_TAKES_FOCUS "enclave-takes-focus"

/**
 * enclave_accessible_mend:
 * @widget: a part of the window whose content is complete
 *
 * Below @widget: parts that scroll no longer take the focus that their content takes, buttons with a mnemonic are told
 * without its mark, buttons round a label of their own are named by it, and the icons in entries of passwords are named by their tooltip.
 */
void enclave_accessible_mend (GtkWidget *widget);

G_END_DECLS
