/* enclave-terminal-tab-shell.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <sys/wait.h>

#include "enclave-install-paths.h"
#include "enclave-login-path.h"
#include "enclave-path-look.h"
#include "enclave-terminal-tab-private.h"
#include "enclave-utf8.h"

/* A program that ends sooner, and not well, has told why it did not begin. */
#define BEGINS_US G_USEC_PER_SEC
/* What does not answer in that time is not waited for: a shell elsewhere is of more use. */
#define LOOK_MS 2000

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

  /* what a program that is no shell has shown last is what one wants of it */
  self->over = !self->task && !self->no_shell && WIFEXITED (wait_status)
               && (WEXITSTATUS (wait_status) == 0 || g_get_monotonic_time () - self->began_us >= BEGINS_US);
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
  self->waits = FALSE;
  g_clear_pointer (&self->early, g_byte_array_unref);
  if (self->shell == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->shell, self);
  enclave_shell_end (self->shell);
  g_clear_object (&self->shell);
}

static void
begin_again (EnclaveTerminalTab *self)
{
  _enclave_terminal_tab_drop_shell (self);
  _enclave_terminal_tab_clear_queue (self);
  _enclave_terminal_tab_forget_marks (self);
  vte_terminal_reset (self->terminal, TRUE, FALSE);
  vte_terminal_feed (self->terminal, "\r\n", -1);
}

/* In the terminal, where one looks for it and where it stays, and in the row that offers what to do. */
static void
tell_not_started (EnclaveTerminalTab *self, const char *message)
{
  g_autofree char *visible = enclave_utf8_make_visible (message, NULL);
  g_autofree char *line = g_strdup_printf ("\033[1;31m%s\033[0m\r\n", visible);
  g_autofree char *shown = self->profile != NULL ? enclave_utf8_display_name (self->profile->name) : NULL;
  g_autofree char *text = shown != NULL ? g_strdup_printf (_ ("The profile “%s” could not be started"), shown)
                                        : g_strdup (_ ("The shell could not be started"));

  g_clear_pointer (&self->early, g_byte_array_unref);
  _enclave_terminal_tab_set_running (self, FALSE);
  vte_terminal_feed (self->terminal, line, -1);
  enclave_info_row_present (self->info_row, NOTE_ENDED, "dialog-error-symbolic", text, message,
                            shown != NULL ? (const char *const[]){ "profiles", _ ("Profiles…"), "restart", _ ("Restart"), NULL }
                                          : (const char *const[]){ "restart", _ ("Restart"), NULL });
  _enclave_terminal_tab_update_title (self);
}

static void
tell_of_shell (EnclaveTerminalTab *self)
{
  if (enclave_shell_get_fell_back (self->shell))
    enclave_info_row_present (self->info_row, NOTE_FELL_BACK, "dialog-warning-symbolic",
                              _ ("Your login shell could not be run; this is /bin/sh"), NULL,
                              (const char *const[]){ "dismiss", _ ("Dismiss"), NULL });
  if (self->profile != NULL && *self->profile->command != '\0' && enclave_terminal_profiles_are_overruled ())
    enclave_info_row_present (self->info_row, NOTE_OVERRULED, "changes-prevent-symbolic",
                              _ ("The administrator’s policy says which shell runs here, so this is not the profile’s"), NULL,
                              (const char *const[]){ "dismiss", _ ("Dismiss"), NULL });
}

static void begin (EnclaveTerminalTab *self);

static void
path_known_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveTerminalTab) self = user_data;

  enclave_login_path_ask_finish (result, NULL);
  if (!self->waits)
    return;
  self->waits = FALSE;
  begin (self);
}

static void
begin (EnclaveTerminalTab *self)
{
  g_autofree char *integration = NULL;
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;

  argv = _enclave_terminal_tab_dup_argv (self, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) && enclave_terminal_profile_waits_for_path (self->profile))
    {
      self->waits = TRUE;
      enclave_login_path_ask_async (NULL, path_known_cb, g_object_ref (self));
      return;
    }

  self->began_us = g_get_monotonic_time ();
  enclave_terminal_tab_get_size (self, &self->columns, &self->rows);
  if (self->settings == NULL || g_settings_get_boolean (self->settings, "terminal-shell-integration"))
    integration = enclave_install_paths_shell_integration_dir ();
  if (error == NULL)
    self->shell = enclave_shell_start_with (self->begins_in, (const char *const *) argv, NULL, integration, self->columns, self->rows,
                                            &error);
  if (self->shell == NULL)
    {
      tell_not_started (self, error->message);
      return;
    }

  g_signal_connect (self->shell, "output", G_CALLBACK (output_cb), self);
  g_signal_connect (self->shell, "exited", G_CALLBACK (exited_cb), self);
  tell_of_shell (self);
  if (self->early != NULL && self->early->len > 0)
    {
      g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&self->early));

      enclave_shell_write (self->shell, bytes);
    }
  g_clear_pointer (&self->early, g_byte_array_unref);
  _enclave_terminal_tab_update_title (self);
}

typedef struct
{
  EnclaveTerminalTab *tab;
  guint number; /* of the start */
} Beginning;

static Beginning *
beginning_new (EnclaveTerminalTab *self)
{
  Beginning *beginning = g_new0 (Beginning, 1);

  beginning->tab = g_object_ref (self);
  beginning->number = self->n_starts;
  return beginning;
}

static void
beginning_free (Beginning *self)
{
  g_object_unref (self->tab);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Beginning, beginning_free)

static gboolean
is_wanted (const Beginning *self)
{
  return self->tab->waits && self->number == self->tab->n_starts;
}

static void
program_looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Beginning) beginning = user_data;
  g_autofree char *found = enclave_path_look_finish (result);
  EnclaveTerminalTab *self = beginning->tab;

  if (!is_wanted (beginning))
    return;
  self->waits = FALSE;
  if (found == NULL)
    {
      g_autofree char *shown = enclave_utf8_display_name (self->profile->command);
      g_autofree char *message = g_strdup_printf (_ ("There is no program “%s”."), shown);

      tell_not_started (self, message);
      return;
    }
  begin (self);
}

/* What the folder of a shell, and the profile's program, lie on may not answer: nothing is done with them before they were looked at. */
static void
folder_looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Beginning) beginning = user_data;
  g_autofree char *found = enclave_path_look_finish (result);
  EnclaveTerminalTab *self = beginning->tab;

  if (!is_wanted (beginning))
    return;
  if (self->told != ENCLAVE_TERMINAL_TOLD_NOTHING && found != NULL && g_strcmp0 (found, self->folder) != 0)
    _enclave_terminal_tab_tell_no_folder (self, self->folder, self->told == ENCLAVE_TERMINAL_TOLD_OF_PROFILE);
  if (found != NULL)
    {
      g_free (self->folder);
      self->folder = g_strdup (found);
    }
  g_free (self->begins_in);
  self->begins_in = g_steal_pointer (&found);

  if (self->profile != NULL && g_path_is_absolute (self->profile->command) && !enclave_terminal_profiles_are_overruled ())
    {
      const char *const program[] = { self->profile->command, NULL };

      enclave_path_look_async (program, enclave_path_is_there, LOOK_MS, program_looked_cb,
                               g_steal_pointer (&beginning));
      return;
    }
  self->waits = FALSE;
  begin (self);
}

static void
look_and_begin (EnclaveTerminalTab *self)
{
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  if (self->folder != NULL)
    g_strv_builder_add (folders, self->folder);
  if (self->other_folders != NULL)
    g_strv_builder_addv (folders, (const char **) self->other_folders);
  all = g_strv_builder_end (folders);

  self->waits = TRUE;
  self->n_starts++;
  self->early = g_byte_array_new ();
  self->no_shell = _enclave_terminal_tab_is_no_shell (self);
  _enclave_terminal_tab_set_running (self, TRUE);
  enclave_path_look_async ((const char *const *) all, enclave_path_is_folder, LOOK_MS, folder_looked_cb,
                           beginning_new (self));
}

void
enclave_terminal_tab_set_other_folders (EnclaveTerminalTab *self, const char *const *folders, EnclaveTerminalTold told)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));
  g_return_if_fail (folders != NULL);

  g_strfreev (self->other_folders);
  self->other_folders = g_strdupv ((GStrv) folders);
  self->told = told;
}

void
enclave_terminal_tab_start (EnclaveTerminalTab *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  if (self->agent)
    return;

  if (self->started)
    begin_again (self);
  g_clear_pointer (&self->early, g_byte_array_unref);
  self->started = TRUE;
  self->over = FALSE;
  enclave_info_row_withdraw (self->info_row, NOTE_ENDED);
  enclave_info_row_withdraw (self->info_row, NOTE_FELL_BACK);
  enclave_info_row_withdraw (self->info_row, NOTE_OVERRULED);
  if (self->task)
    _enclave_terminal_tab_begin_task (self);
  look_and_begin (self);
}

void
enclave_terminal_tab_end (EnclaveTerminalTab *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  if (self->agent && self->running)
    enclave_terminal_session_emit_stop_requested (ENCLAVE_TERMINAL_SESSION (self));
  else if (self->shell != NULL)
    enclave_shell_end (self->shell);
  else if (self->waits)
    {
      _enclave_terminal_tab_drop_shell (self);
      _enclave_terminal_tab_set_running (self, FALSE);
    }
}

gboolean
enclave_terminal_tab_get_is_over (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), FALSE);

  return self->over && !self->running;
}

int
enclave_terminal_tab_get_job (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), 0);

  return self->shell != NULL ? (int) enclave_shell_get_foreground (self->shell) : 0;
}

const char *
enclave_terminal_tab_get_folder (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), NULL);

  return self->folder;
}

void
enclave_terminal_tab_tell_no_room (EnclaveTerminalTab *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  enclave_info_row_present (self->info_row, NOTE_NO_ROOM, "dialog-information-symbolic",
                            _ ("There is no room for another terminal here"), NULL,
                            (const char *const[]){ "dismiss", _ ("Dismiss"), NULL });
}
