/* enclave-terminal-split.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-terminal-tab.h"

G_BEGIN_DECLS

/* The terminals of one tab, beside and below each other; one at least. Where there is no room for all of them the one that has, or had,
 * the focus is shown alone. Signal "active-changed": another terminal has the focus, or there is one more or less. */
#define ENCLAVE_TYPE_TERMINAL_SPLIT (enclave_terminal_split_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTerminalSplit, enclave_terminal_split, ENCLAVE, TERMINAL_SPLIT, GtkWidget)

GtkWidget *enclave_terminal_split_new (EnclaveTerminalTab *first);
/* Borrowed. NULL when @tab is in none. (nullable) */
EnclaveTerminalSplit *enclave_terminal_split_of (EnclaveTerminalTab *tab);
/* Borrowed; the one that has the focus, or had it last. */
EnclaveTerminalTab *enclave_terminal_split_get_active (EnclaveTerminalSplit *self);
void enclave_terminal_split_set_active (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab);
guint enclave_terminal_split_get_n_tabs (EnclaveTerminalSplit *self);
/* From the left and the top. (transfer container) (element-type EnclaveTerminalTab) */
GPtrArray *enclave_terminal_split_list (EnclaveTerminalSplit *self);
/* FALSE when the halves of @tab would be too small to work in. */
gboolean enclave_terminal_split_has_room (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab, GtkOrientation orientation);
/* @added takes half of the room of @tab, to the right of it or below it, and becomes the active one. */
void enclave_terminal_split_add (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab, EnclaveTerminalTab *added,
                                 GtkOrientation orientation);
/* What was beside it takes its room; not for the last one. */
void enclave_terminal_split_remove (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab);
/* The nearest terminal in that direction becomes the active one. Returns: FALSE when there is none. */
gboolean enclave_terminal_split_move (EnclaveTerminalSplit *self, GtkDirectionType direction);
/* Moves the nearest edge of the active one. Returns: FALSE when it has none. */
gboolean enclave_terminal_split_grow (EnclaveTerminalSplit *self, gboolean larger);

/* For building one as it was: @widget: the root, or what is in a part; NULL as @widget is the root. All (transfer none).
 * FALSE: it is a terminal. @part: of a thousand, what the first has. */
gboolean enclave_terminal_split_look (EnclaveTerminalSplit *self, GtkWidget *widget, GtkWidget **first, GtkWidget **second,
                                      GtkOrientation *orientation, guint *part);
GtkWidget *enclave_terminal_split_get_root (EnclaveTerminalSplit *self);
/* What @tab's edge is at when it is first drawn. */
void enclave_terminal_split_set_part (EnclaveTerminalSplit *self, EnclaveTerminalTab *tab, guint part);

G_END_DECLS
