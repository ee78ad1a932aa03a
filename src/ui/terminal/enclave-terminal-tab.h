/* enclave-terminal-tab.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-error-parser.h"
#include "enclave-terminal-host.h"
#include "enclave-terminal-profile.h"
#include "enclave-text-style.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_TERMINAL_TOLD_NOTHING,
  ENCLAVE_TERMINAL_TOLD_OF_PROFILE, /* the profile's folder is not there */
  ENCLAVE_TERMINAL_TOLD_OF_SESSION, /* where it was the last time is not there */
} EnclaveTerminalTold;

/* One terminal: the user's shell, or a command of the agent (then it is the EnclaveTerminalSession of that command). VTE
 * neither spawns nor reads; it is fed in slices, so that a flood leaves the window usable. Properties: "title", "running".
 * Signals "close-requested": the person confirmed it; "command-ended" (int exit status, -1 when it is not known; gint64 µs): a shell
 * with integration said so; "open-location" (string absolute path, uint line, uint column; 0: none) and "open-address" (string): a
 * link was clicked with Ctrl, or a problem chosen; what stands there may be anybody's; "task-answer" (string): to
 * enclave_terminal_tab_ask_run(): "run", "always" or "cancel"; and "ask" when a task has failed. */
#define ENCLAVE_TYPE_TERMINAL_TAB (enclave_terminal_tab_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTerminalTab, enclave_terminal_tab, ENCLAVE, TERMINAL_TAB, GtkWidget)

/* @settings, @profile: (nullable). */
GtkWidget *enclave_terminal_tab_new_shell (EnclaveTextStyle *style, GSettings *settings, const EnclaveTerminalProfile *profile,
                                           const char *folder);
/* Borrowed; NULL when it has none. (nullable) */
const EnclaveTerminalProfile *enclave_terminal_tab_get_profile (EnclaveTerminalTab *self);
/* Where it begins when its folder is not there, or does not answer: in the first that is. @told: what is said of it then. */
void enclave_terminal_tab_set_other_folders (EnclaveTerminalTab *self, const char *const *folders, EnclaveTerminalTold told);
GtkWidget *enclave_terminal_tab_new_agent (EnclaveTextStyle *style, GSettings *settings, const char *command,
                                           const char *level);
/* A command line of the person's, run by /bin/sh; @title names the tab. Not started: see enclave_terminal_tab_ask_run(). */
GtkWidget *enclave_terminal_tab_new_task (EnclaveTextStyle *style, GSettings *settings, const char *folder, const char *title,
                                          const char *command);
gboolean enclave_terminal_tab_get_is_task (EnclaveTerminalTab *self);
/* Of a task, or of the agent. (nullable) */
const char *enclave_terminal_tab_get_command (EnclaveTerminalTab *self);
/* The info row shows the line and asks; "task-answer" follows. */
void enclave_terminal_tab_ask_run (EnclaveTerminalTab *self);
guint enclave_terminal_tab_get_n_problems (EnclaveTerminalTab *self);
/* To the next place the task complains about; "open-location" is emitted. Returns: (transfer none) (nullable): NULL: there is none. */
EnclaveProblem *enclave_terminal_tab_step_problem (EnclaveTerminalTab *self, gboolean forward);
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
/* Which of all that run here one after the other it is: never two the same. 0: it is not known. */
int enclave_terminal_tab_get_job (EnclaveTerminalTab *self);
/* The shell was left, and had not failed to begin: there is nothing to look at any more. */
gboolean enclave_terminal_tab_get_is_over (EnclaveTerminalTab *self);
/* The info row asks; "close-requested" follows. @n_programs: how many would end, also in others; at least 1. */
void enclave_terminal_tab_ask_close (EnclaveTerminalTab *self, guint n_programs);
/* Says in the info row that no other fits beside or below. */
void enclave_terminal_tab_tell_no_room (EnclaveTerminalTab *self);
/* It shares a tab with others, and does with less room. */
void enclave_terminal_tab_set_divided (EnclaveTerminalTab *self, gboolean divided);
/* The size, in pixels, that so many columns or rows need. */
int enclave_terminal_tab_get_least (EnclaveTerminalTab *self, GtkOrientation orientation, guint columns, guint rows);
/* Where its shell is, as far as that is known. (nullable) */
const char *enclave_terminal_tab_get_folder (EnclaveTerminalTab *self);
void enclave_terminal_tab_get_size (EnclaveTerminalTab *self, guint *columns, guint *rows);
gboolean enclave_terminal_tab_focus (EnclaveTerminalTab *self);
void enclave_terminal_tab_copy (EnclaveTerminalTab *self);
/* Pastes from @clipboard; several lines or control characters are asked about. */
void enclave_terminal_tab_paste (EnclaveTerminalTab *self, GdkClipboard *clipboard);
void enclave_terminal_tab_paste_text (EnclaveTerminalTab *self, const char *text);
void enclave_terminal_tab_select_all (EnclaveTerminalTab *self);
void enclave_terminal_tab_clear (EnclaveTerminalTab *self);
void enclave_terminal_tab_reset (EnclaveTerminalTab *self);
/* @name: (nullable): NULL or "" gives the tab the name of what runs in it. */
void enclave_terminal_tab_set_name (EnclaveTerminalTab *self, const char *name);
/* Shows the bar that searches what the terminal keeps. */
void enclave_terminal_tab_find (EnclaveTerminalTab *self);
/* Follows the last link that is selected, or shown: what Ctrl and a click do. Returns: FALSE when there is none. Whether
 * there is a file is seen later: it is opened then, and a bell tells that there is none. */
gboolean enclave_terminal_tab_open_link (EnclaveTerminalTab *self);
/* Scrolls to the prompt above or below what is shown. Returns: FALSE when there is none; downwards it is the end then. */
gboolean enclave_terminal_tab_jump (EnclaveTerminalTab *self, gboolean forward);
/* While TRUE output comes in small slices: other things are to be drawn. */
void enclave_terminal_tab_set_calm (EnclaveTerminalTab *self, gboolean calm);
/* A key was pressed somewhere in the window: the same for half a second. */
void enclave_terminal_tab_note_key (EnclaveTerminalTab *self);
/* (transfer full) (nullable) */
char *enclave_terminal_tab_dup_selection (EnclaveTerminalTab *self);
/* Output of the last command that has ended, without escape sequences, and the end of it when it was long; NULL when the shell has told
 * of none. (transfer none) (nullable) */
const char *enclave_terminal_tab_get_last_output (EnclaveTerminalTab *self);
/* Its exit status; -1 when it is not known. */
int enclave_terminal_tab_get_last_status (EnclaveTerminalTab *self);
/* @folder: (nullable): where a relative path of a link may begin, when it is not there from the shell's folder. */
void enclave_terminal_tab_set_project_folder (EnclaveTerminalTab *self, const char *folder);
void enclave_terminal_tab_set_show_text (EnclaveTerminalTab *self, gboolean show_text);
gboolean enclave_terminal_tab_get_show_text (EnclaveTerminalTab *self);
/* The last lines as text, as assistive technologies read them. (transfer full) */
char *enclave_terminal_tab_dup_text (EnclaveTerminalTab *self);

G_END_DECLS
