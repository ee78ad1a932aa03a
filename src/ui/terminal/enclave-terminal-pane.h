/* enclave-terminal-pane.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>
#include <json-glib/json-glib.h>

#include "enclave-terminal-host.h"

G_BEGIN_DECLS

/* Terminal tabs: the user's shells, and agent commands in labelled tabs. Implements EnclaveTerminalHost. Installs actions as
 * group "terminal" on itself (new, close, close-tab, split-right, split-down, focus-left, focus-right,
 * focus-up, focus-down, grow, shrink, new-of-profile (string), choose-profile, copy, paste, select-all, clear, reset, restart, rename, show-text, find, open-link, previous-prompt,
 * next-prompt, copy-output, zoom-in, zoom-out, zoom-reset, next-tab, previous-tab, move-tab-next,
 * move-tab-previous).
 * Signals: "wanted": an agent command begins and the pane is hidden; "command-ended", "open-location", "open-address": of a tab, as
 * there; "task-allowed" (string command): the person wants to be asked no more about it; "task-running"
 * (string title, boolean); "ask-about-task" (string output): of one that
 * has failed. Accessible name: Terminal. */
#define ENCLAVE_TYPE_TERMINAL_PANE (enclave_terminal_pane_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTerminalPane, enclave_terminal_pane, ENCLAVE, TERMINAL_PANE, GtkWidget)

GtkWidget *enclave_terminal_pane_new (void);
/* Where new shells begin. */
void enclave_terminal_pane_set_folder (EnclaveTerminalPane *self, const char *folder);
/* A new tab with the user's shell, or what their default profile says. */
void enclave_terminal_pane_open_shell (EnclaveTerminalPane *self);
/* The same with a profile; "" is none. Returns: FALSE when there is none of that name. */
gboolean enclave_terminal_pane_open_profile (EnclaveTerminalPane *self, const char *name);
/* The same, beside the shell that has the focus or below it, and where that one is. */
void enclave_terminal_pane_split (EnclaveTerminalPane *self, GtkOrientation orientation);
/* The person's shells, their folders and how they share their tabs, for enclave_terminal_pane_restore(): an array. (transfer full) */
JsonNode *enclave_terminal_pane_describe (EnclaveTerminalPane *self);
/* Opens the shells of @tabs, as many as may be. What stands there may be anybody's. */
void enclave_terminal_pane_restore (EnclaveTerminalPane *self, JsonArray *tabs);
guint enclave_terminal_pane_get_n_tabs (EnclaveTerminalPane *self);
/* Types @command into the active shell without running it; opens one when there is none. The person presses Enter. */
void enclave_terminal_pane_type_command (EnclaveTerminalPane *self, const char *command);
/* The same into a shell of its own, in a new tab. */
void enclave_terminal_pane_type_in_new_shell (EnclaveTerminalPane *self, const char *command);
/* The last lines of the tab that is shown, as text. (transfer full) (nullable): NULL: there is no tab. */
char *enclave_terminal_pane_dup_text (EnclaveTerminalPane *self);
/* What a person would show to somebody: what is selected, else the output of the last command. (transfer full) (nullable)
 * @is_selection: (out) (optional). */
char *enclave_terminal_pane_dup_shared (EnclaveTerminalPane *self, gboolean *is_selection);
/* Runs @command, a line of the person's, in a tab with the name @title, or shows the tab in which it runs. Unless it is @allowed the tab
 * asks first. */
void enclave_terminal_pane_run_task (EnclaveTerminalPane *self, const char *title, const char *command, gboolean allowed);
/* Returns: FALSE when none runs. */
gboolean enclave_terminal_pane_stop_task (EnclaveTerminalPane *self);
/* To the next place that the last task complains about; "open-location" follows. Returns: FALSE when there is none. */
gboolean enclave_terminal_pane_step_problem (EnclaveTerminalPane *self, gboolean forward);
/* See enclave_terminal_tab_set_calm() and enclave_terminal_tab_note_key(). */
void enclave_terminal_pane_set_calm (EnclaveTerminalPane *self, gboolean calm);
void enclave_terminal_pane_note_key (EnclaveTerminalPane *self);
gboolean enclave_terminal_pane_focus (EnclaveTerminalPane *self);
/* Ends all process trees; for closing the window. */
void enclave_terminal_pane_end_all (EnclaveTerminalPane *self);

G_END_DECLS
