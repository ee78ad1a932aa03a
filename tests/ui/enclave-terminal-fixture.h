/* enclave-terminal-fixture.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-terminal-pane.h"
#include "enclave-terminal-split.h"
#include "enclave-terminal-tab.h"

G_BEGIN_DECLS

/* Terminals as a person has them before them. */

/* A window that is shown, with a pane in it whose shells begin in @folder. @window: (out) (transfer none). Borrowed. */
EnclaveTerminalPane *enclave_test_terminal_present (const char *folder, int width, int height, GtkWidget **window);
/* Closes the window, and fails the test when something holds the pane. */
void enclave_test_terminal_close (GtkWidget *window, EnclaveTerminalPane *pane);

/* Borrowed: of the tab that is shown. */
EnclaveTerminalSplit *enclave_test_terminal_get_split (EnclaveTerminalPane *pane);
EnclaveTerminalTab *enclave_test_terminal_get_active (EnclaveTerminalPane *pane);
/* As the view says it of a key. */
void enclave_test_terminal_type (EnclaveTerminalTab *tab, const char *text);
gboolean enclave_test_terminal_wait_text (EnclaveTerminalTab *tab, const char *text);
/* A shell reads what is typed, and shows no prompt any more. */
void enclave_test_terminal_wait_ready (EnclaveTerminalTab *tab);
/* Its shell runs something that does not end by itself. */
void enclave_test_terminal_keep_busy (EnclaveTerminalTab *tab);
/* What the row above says, the most urgent. Borrowed; (nullable). */
const char *enclave_test_terminal_get_note (EnclaveTerminalTab *tab);
/* Whether one of all that it has to say has @part in it. */
gboolean enclave_test_terminal_has_note (EnclaveTerminalTab *tab, const char *part);
/* Answers the most urgent one; fails the test when nothing is asked. */
void enclave_test_terminal_answer (EnclaveTerminalTab *tab, const char *id);

G_END_DECLS
