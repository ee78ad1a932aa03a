/* enclave-terminal-tab.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-terminal-host.h"
#include "enclave-text-style.h"

G_BEGIN_DECLS

/* One terminal: the user's shell, or a command of the agent (then it is the EnclaveTerminalSession of that command). VTE
 * neither spawns nor reads; it is fed in slices, so that a flood leaves the window usable. Properties: "title", "running".
 * Signal "close-requested": the person confirmed it. */
#define ENCLAVE_TYPE_TERMINAL_TAB (enclave_terminal_tab_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTerminalTab, enclave_terminal_tab, ENCLAVE, TERMINAL_TAB, GtkWidget)

/* @settings: (nullable). */
GtkWidget *enclave_terminal_tab_new_shell (EnclaveTextStyle *style, GSettings *settings, const char *folder);
GtkWidget *enclave_terminal_tab_new_agent (EnclaveTextStyle *style, GSettings *settings, const char *command,
                                           const char *level);
/* Starts the shell, anew after it ended. */
void enclave_terminal_tab_start (EnclaveTerminalTab *self);
/* Ends the whole process tree; of an agent command: asks for it. */
void enclave_terminal_tab_end (EnclaveTerminalTab *self);
const char *enclave_terminal_tab_get_title (EnclaveTerminalTab *self);
gboolean enclave_terminal_tab_get_is_agent (EnclaveTerminalTab *self);
/* The shell or the command has not ended. */
gboolean enclave_terminal_tab_get_running (EnclaveTerminalTab *self);
/* TRUE when closing ends something that a person may miss. */
gboolean enclave_terminal_tab_get_busy (EnclaveTerminalTab *self);
/* The info row asks; "close-requested" follows. */
void enclave_terminal_tab_ask_close (EnclaveTerminalTab *self);
void enclave_terminal_tab_get_size (EnclaveTerminalTab *self, guint *columns, guint *rows);
gboolean enclave_terminal_tab_focus (EnclaveTerminalTab *self);
void enclave_terminal_tab_copy (EnclaveTerminalTab *self);
/* Pastes from @clipboard; several lines or control characters are asked about. */
void enclave_terminal_tab_paste (EnclaveTerminalTab *self, GdkClipboard *clipboard);
void enclave_terminal_tab_paste_text (EnclaveTerminalTab *self, const char *text);
void enclave_terminal_tab_select_all (EnclaveTerminalTab *self);
void enclave_terminal_tab_clear (EnclaveTerminalTab *self);
void enclave_terminal_tab_set_show_text (EnclaveTerminalTab *self, gboolean show_text);
gboolean enclave_terminal_tab_get_show_text (EnclaveTerminalTab *self);
/* The last lines as text, as assistive technologies read them. (transfer full) */
char *enclave_terminal_tab_dup_text (EnclaveTerminalTab *self);

G_END_DECLS
