/* enclave-terminal-tab-shell.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-install-paths.h"
#include "enclave-terminal-tab-private.h"

static void
output_cb (EnclaveShell *shell, GBytes *bytes, EnclaveTerminalTab *self)
{
  if (self->task)
    {
      gsize length;
      const char *data = g_bytes_get_data (bytes, &length);

      _enclave_terminal_tab_keep_output (self, data, length);
    }
  _enclave_terminal_tab_push (self, bytes);
}

static void
exited_cb (EnclaveShell *shell, int wait_status, EnclaveTerminalTab *self)
{
  g_autofree char *end = _enclave_terminal_tab_dup_end (wait_status);

  _enclave_terminal_tab_set_running (self, FALSE);
  enclave_info_row_withdraw (self->info_row, NOTE_CLOSE);
  enclave_info_row_withdraw (self->info_row, NOTE_PASTE);
  if (self->task)
    _enclave_terminal_tab_end_task (self, wait_status);
  else
    enclave_info_row_present (self->info_row, NOTE_ENDED, "media-playback-stop-symbolic", end, NULL,
                              (const char *const[]){ "restart", _ ("Restart"), NULL });
  _enclave_terminal_tab_update_title (self);
}

void
_enclave_terminal_tab_drop_shell (EnclaveTerminalTab *self)
{
  if (self->shell == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->shell, self);
  enclave_shell_end (self->shell);
  g_clear_object (&self->shell);
}

void
enclave_terminal_tab_start (EnclaveTerminalTab *self)
{
  g_autofree char *program = NULL;
  g_autofree char *integration = NULL;
  const char *argv[] = { NULL, NULL, NULL, NULL };
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  if (self->agent)
    return;

  if (self->started)
    {
      _enclave_terminal_tab_drop_shell (self);
      _enclave_terminal_tab_clear_queue (self);
      _enclave_terminal_tab_forget_marks (self);
      vte_terminal_reset (self->terminal, TRUE, FALSE);
      vte_terminal_feed (self->terminal, "\r\n", -1);
    }
  self->started = TRUE;
  enclave_info_row_withdraw (self->info_row, NOTE_ENDED);
  enclave_info_row_withdraw (self->info_row, NOTE_FELL_BACK);

  if (self->task)
    {
      argv[0] = "/bin/sh";
      argv[1] = "-c";
      argv[2] = self->command;
      _enclave_terminal_tab_begin_task (self);
    }
  else if (self->settings != NULL)
    program = g_settings_get_string (self->settings, "terminal-shell");
  if (program != NULL && program[0] != '\0')
    argv[0] = program;

  enclave_terminal_tab_get_size (self, &self->columns, &self->rows);
  if (self->settings == NULL || g_settings_get_boolean (self->settings, "terminal-shell-integration"))
    integration = enclave_install_paths_shell_integration_dir ();
  self->shell = enclave_shell_start_with (self->folder, argv[0] != NULL ? argv : NULL, NULL, integration, self->columns,
                                          self->rows, &error);
  if (self->shell == NULL)
    {
      _enclave_terminal_tab_set_running (self, FALSE);
      enclave_info_row_present (self->info_row, NOTE_ENDED, "dialog-error-symbolic", _ ("The shell could not be started"),
                                error->message, (const char *const[]){ "restart", _ ("Restart"), NULL });
      _enclave_terminal_tab_update_title (self);
      return;
    }

  g_signal_connect (self->shell, "output", G_CALLBACK (output_cb), self);
  g_signal_connect (self->shell, "exited", G_CALLBACK (exited_cb), self);
  if (enclave_shell_get_fell_back (self->shell))
    enclave_info_row_present (self->info_row, NOTE_FELL_BACK, "dialog-warning-symbolic",
                              _ ("Your login shell could not be run; this is /bin/sh"), NULL,
                              (const char *const[]){ "dismiss", _ ("Dismiss"), NULL });
  _enclave_terminal_tab_set_running (self, TRUE);
  _enclave_terminal_tab_update_title (self);
}

void
enclave_terminal_tab_end (EnclaveTerminalTab *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  if (self->agent && self->running)
    enclave_terminal_session_emit_stop_requested (ENCLAVE_TERMINAL_SESSION (self));
  else if (self->shell != NULL)
    enclave_shell_end (self->shell);
}
