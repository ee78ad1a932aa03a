/* enclave-terminal-tab-task.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/wait.h>

#include "enclave-terminal-tab-private.h"
#include "enclave-utf8.h"

/* A task of the person's runs as what they type into the shell beside it does: with their rights, their environment and their network,
 * since a build needs its toolchain, its caches and its devices. What it does is in the hands of the project's files, so it is asked
 * about, as often as the person wants, and by the very line that runs; the agent's commands are in the sandbox all the same. */

static void
problem_activated_cb (EnclaveTerminalTab *self, EnclaveProblem *problem)
{
  g_autofree char *file = enclave_problem_dup_file (problem, self->folder);

  _enclave_terminal_tab_emit_open_location (self, file, enclave_problem_get_line (problem),
                                            enclave_problem_get_column (problem));
}

GtkWidget *
enclave_terminal_tab_new_task (EnclaveTextStyle *style, GSettings *settings, const char *folder, const char *title,
                               const char *command)
{
  GtkWidget *widget = enclave_terminal_tab_new_shell (style, settings, NULL, folder);
  EnclaveTerminalTab *self = ENCLAVE_TERMINAL_TAB (widget);

  self->task = TRUE;
  self->command = g_strdup (command);
  enclave_terminal_tab_set_name (self, title);
  self->problems = ENCLAVE_TERMINAL_PROBLEMS (g_object_new (ENCLAVE_TYPE_TERMINAL_PROBLEMS, NULL));
  gtk_box_append (GTK_BOX (self->body), GTK_WIDGET (self->problems));
  g_signal_connect_swapped (self->problems, "activated", G_CALLBACK (problem_activated_cb), self);

  return widget;
}

gboolean
enclave_terminal_tab_get_is_task (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), FALSE);

  return self->task;
}

void
enclave_terminal_tab_ask_run (EnclaveTerminalTab *self)
{
  g_autofree char *shown = NULL;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));
  g_return_if_fail (self->task);

  shown = enclave_utf8_make_visible (self->command, NULL);
  enclave_info_row_present (self->info_row, NOTE_TASK, "dialog-warning-symbolic",
                            _ ("Run this as you, outside of the sandbox? The project’s files decide what it does."), shown,
                            (const char *const[]){ "cancel", _ ("Cancel"), "always", _ ("Always in this project"), "run",
                                                   _ ("Run"), NULL });
  enclave_info_row_focus (self->info_row);
}

void
_enclave_terminal_tab_begin_task (EnclaveTerminalTab *self)
{
  g_autofree char *visible = enclave_utf8_make_visible (self->command, NULL);
  g_autofree char *line = g_strdup_printf ("\033[1m$ %s\033[0m\r\n", visible);

  enclave_info_row_withdraw (self->info_row, NOTE_TASK);
  enclave_terminal_problems_set_model (self->problems, NULL);
  if (self->output != NULL)
    g_string_free (self->output, TRUE);
  self->output = g_string_new (NULL);
  self->output_cut = FALSE;
  self->command_us = g_get_monotonic_time ();
  vte_terminal_reset (self->terminal, TRUE, TRUE);
  vte_terminal_feed (self->terminal, line, -1);
}

void
_enclave_terminal_tab_end_task (EnclaveTerminalTab *self, int wait_status)
{
  int status = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : ENCLAVE_MARK_STATUS_UNKNOWN;
  gboolean failed = status != 0;
  g_autofree char *end = _enclave_terminal_tab_dup_end (wait_status);
  g_autofree char *found = NULL;
  g_autoptr (GListModel) problems = NULL;
  guint n;

  _enclave_terminal_tab_end_command (self, status);
  problems = enclave_error_parser_parse (self->last_output);
  enclave_terminal_problems_set_model (self->problems, problems);
  n = g_list_model_get_n_items (problems);
  if (n > 0)
    found = g_strdup_printf (ngettext ("%u problem: F4 goes there", "%u problems: F4 goes to the next", n), n);

  enclave_info_row_present (self->info_row, NOTE_ENDED, failed ? "dialog-error-symbolic" : "object-select-symbolic", end, found,
                            failed ? (const char *const[]){ "restart", _ ("Run again"), "ask", _ ("Ask about this failure"), NULL }
                                   : (const char *const[]){ "restart", _ ("Run again"), NULL });
  if (!failed)
    enclave_info_row_set_calm (self->info_row, NOTE_ENDED);
}

EnclaveProblem *
enclave_terminal_tab_step_problem (EnclaveTerminalTab *self, gboolean forward)
{
  EnclaveProblem *problem;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), NULL);

  problem = self->problems != NULL ? enclave_terminal_problems_step (self->problems, forward) : NULL;
  if (problem != NULL)
    problem_activated_cb (self, problem);

  return problem;
}

const char *
enclave_terminal_tab_get_command (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), NULL);

  return self->command;
}

guint
enclave_terminal_tab_get_n_problems (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), 0);

  return self->problems != NULL ? enclave_terminal_problems_get_n_items (self->problems) : 0;
}
