/* enclave-terminal-find.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>
#include <vte/vte.h>

G_BEGIN_DECLS

/* Searches what a terminal keeps, upwards from what is shown. Signal "closed": by the person; the focus belongs to the terminal again. */
#define ENCLAVE_TYPE_TERMINAL_FIND (enclave_terminal_find_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTerminalFind, enclave_terminal_find, ENCLAVE, TERMINAL_FIND, GtkWidget)

/* @terminal: not owned; outlives the bar. */
void enclave_terminal_find_set_terminal (EnclaveTerminalFind *self, VteTerminal *terminal);
/* @text: (nullable): put in, unless it is of several lines. */
void enclave_terminal_find_open (EnclaveTerminalFind *self, const char *text);
void enclave_terminal_find_close (EnclaveTerminalFind *self);
void enclave_terminal_find_set_text (EnclaveTerminalFind *self, const char *text);
/* Returns: FALSE when there is no match. */
gboolean enclave_terminal_find_move (EnclaveTerminalFind *self, gboolean forward);
/* "No matches", what is wrong with the expression, or "". Borrowed. */
const char *enclave_terminal_find_get_note (EnclaveTerminalFind *self);
/* Where there is little room: without what keys do as well. */
void enclave_terminal_find_set_narrow (EnclaveTerminalFind *self, gboolean narrow);

G_END_DECLS
