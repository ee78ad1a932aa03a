/* enclave-caret-popover.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A popover at the caret of @view with @child (transfer floating), which is to take the focus; @view gets it back when it closes, and the
 * popover goes. @label: what a screen reader says of it. (transfer none) */
GtkWidget *enclave_caret_popover_show (GtkTextView *view, GtkWidget *child, const char *label);

G_END_DECLS
