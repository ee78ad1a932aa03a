/* enclave-late-layout.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text view learns the height of its lines while it is given its place, and asks for another one
 * then, as its scrollbars do. GTK 4.8 forgets that where a widget above gives out places at the
 * time: it takes all below for settled afterwards. The view, its scrollbar, or all that is between
 * it and that widget is not drawn then, with a warning, until something else asks. So what may have
 * asked too late, because its range changed meanwhile, is laid out once more before the frame is
 * drawn.
 *
 * Watches all windows of the process, those that come later too; to be called once, before the
 * first. */
void enclave_late_layout_watch (void);

G_END_DECLS
