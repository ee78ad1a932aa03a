/* enclave-toolkit.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Two things GTK does when it starts are of no use here and cost a third of the start: software GL beside the cairo
 * renderer, and its own theme, which libadwaita replaces at once. Both can be declined by environment variables only. */

/* First in main(), while there is one thread. */
void enclave_toolkit_prepare (void);
/* Starts GTK and takes the variables back, before libadwaita and the programs in the user's terminals see them. Without a
 * display it says so and ends the program with status 1; on one on which GTK can't draw it says so and goes on. */
void enclave_toolkit_start (void);
/* After libadwaita has its style, and before there is a window: libadwaita keeps transitions off for a quarter of a second by a style
 * sheet of its own, and when it takes that away all widgets get their style, their size and a picture once more. Takes it away now. */
void enclave_toolkit_let_move (void);

G_END_DECLS
