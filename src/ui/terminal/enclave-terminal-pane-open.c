/* enclave-terminal-pane-open.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shells of the person's: with which profile, where, and in a tab of their own or beside another.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-terminal-pane-private.h"

static gboolean
is_folder (const char *path)
{
  return path != NULL && g_path_is_absolute (path) && g_file_test (path, G_FILE_TEST_IS_DIR);
}

/* Where the terminal that is shown is: who works there works on there. */
static const char *
get_last_folder (EnclaveTerminalPane *self)
{
  EnclaveTerminalTab *active = _enclave_terminal_pane_get_active (self);
  const char *folder = active != NULL ? enclave_terminal_tab_get_folder (active) : NULL;

  if (is_folder (folder))
    return folder;
  return is_folder (self->last_folder) ? self->last_folder : self->folder;
}

/* @missing: (out): a folder that is not there. Borrowed. */
static const char *
choose_folder (EnclaveTerminalPane *self, const EnclaveTerminalProfile *profile, const char **missing)
{
  *missing = NULL;
  if (profile == NULL || profile->start == ENCLAVE_TERMINAL_START_PROJECT)
    return self->folder;
  if (profile->start == ENCLAVE_TERMINAL_START_LAST)
    return get_last_folder (self);
  if (is_folder (profile->folder))
    return profile->folder;

  *missing = profile->folder;
  return self->folder;
}

static void
begin (EnclaveTerminalTab *tab)
{
  enclave_terminal_tab_start (tab);
  enclave_terminal_tab_focus (tab);
}

EnclaveTerminalTab *
_enclave_terminal_pane_open (EnclaveTerminalPane *self, const EnclaveTerminalProfile *profile, const char *folder)
{
  EnclaveTerminalTab *tab = ENCLAVE_TERMINAL_TAB (enclave_terminal_tab_new_shell (self->style, self->settings, profile, folder));
  AdwTabPage *page = _enclave_terminal_pane_add_tab (self, tab, "enclave-terminal-symbolic");

  adw_tab_view_set_selected_page (self->tab_view, page);
  begin (tab);
  return tab;
}

EnclaveTerminalTab *
_enclave_terminal_pane_open_beside (EnclaveTerminalPane *self, EnclaveTerminalTab *beside, const EnclaveTerminalProfile *profile,
                                    const char *folder, GtkOrientation orientation)
{
  EnclaveTerminalTab *tab = ENCLAVE_TERMINAL_TAB (enclave_terminal_tab_new_shell (self->style, self->settings, profile, folder));

  _enclave_terminal_pane_add_beside (self, beside, tab, orientation);
  begin (tab);
  return tab;
}

static EnclaveTerminalTab *
open_with (EnclaveTerminalPane *self, const EnclaveTerminalProfile *profile)
{
  const char *missing;
  g_autofree char *folder = g_strdup (choose_folder (self, profile, &missing));
  EnclaveTerminalTab *tab = _enclave_terminal_pane_open (self, profile, folder);

  if (missing != NULL)
    enclave_terminal_tab_tell_no_folder (tab, missing, TRUE);
  return tab;
}

EnclaveTerminalTab *
_enclave_terminal_pane_open_default (EnclaveTerminalPane *self)
{
  g_autoptr (EnclaveTerminalProfile) profile = enclave_terminal_profiles_find_default (self->settings);

  return open_with (self, profile);
}

void
enclave_terminal_pane_open_shell (EnclaveTerminalPane *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  _enclave_terminal_pane_open_default (self);
}

gboolean
enclave_terminal_pane_open_profile (EnclaveTerminalPane *self, const char *name)
{
  g_autoptr (EnclaveTerminalProfile) profile = NULL;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_PANE (self), FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  if (*name == '\0')
    {
      open_with (self, NULL);
      return TRUE;
    }
  profile = enclave_terminal_profiles_find (self->settings, name);
  if (profile == NULL)
    return FALSE;

  open_with (self, profile);
  return TRUE;
}

void
enclave_terminal_pane_split (EnclaveTerminalPane *self, GtkOrientation orientation)
{
  g_autoptr (EnclaveTerminalProfile) profile = NULL;
  g_autofree char *folder = NULL;
  EnclaveTerminalTab *beside;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_PANE (self));

  beside = _enclave_terminal_pane_get_active (self);
  if (beside == NULL)
    {
      _enclave_terminal_pane_open_default (self);
      return;
    }
  if (!enclave_terminal_split_has_room (enclave_terminal_split_of (beside), beside, orientation))
    {
      enclave_terminal_tab_tell_no_room (beside);
      return;
    }

  /* one more of the same; beside a command of the agent's, or a task, as a new one */
  if (enclave_terminal_tab_get_is_agent (beside) || enclave_terminal_tab_get_is_task (beside))
    profile = enclave_terminal_profiles_find_default (self->settings);
  else if (enclave_terminal_tab_get_profile (beside) != NULL)
    profile = enclave_terminal_profile_copy (enclave_terminal_tab_get_profile (beside));
  folder = g_strdup (get_last_folder (self));
  _enclave_terminal_pane_open_beside (self, beside, profile, folder, orientation);
}
