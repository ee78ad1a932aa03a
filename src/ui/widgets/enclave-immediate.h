/* enclave-immediate.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets @bar, a GtkRevealer or a GtkSearchBar, show its child at once instead of letting it slide. For a child that takes the keyboard:
 * the toolkit gives no key to a widget that is not mapped yet, and what slides is mapped a frame later, so that whoever types on
 * loses the first letters. */
void enclave_immediate_set_up (GtkWidget *bar);

G_END_DECLS
