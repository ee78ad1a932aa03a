/* enclave-terminal-pane-open.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shells of the person's: with which profile, where, and in a tab of their own or beside another.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-terminal-pane-private.h"

/* Where a terminal is to begin, and then where else, all borrowed: the first that is there is
 * taken. */
typedef struct
{
  const char *folders[4];
  EnclaveTerminalTold told; /* when it is not the first */
} Place;

static void
add_folder (Place *place, const char *folder)
{
  guint n = 0;

  while (place->folders[n] != NULL)
    n++;
  if (folder != NULL)
    place->folders[n] = folder;
}

/* Where the terminal that is shown is: who works there works on there. */
static Place
get_last_place (EnclaveTerminalPane *self)
{
  EnclaveTerminalTab *active = _enclave_terminal_pane_get_active (self);
  Place place = { .told = ENCLAVE_TERMINAL_TOLD_NOTHING };

  add_folder (&place, active != NULL ? enclave_terminal_tab_get_folder (active) : NULL);
  add_folder (&place, self->last_folder);
  add_folder (&place, self->folder);
  return place;
}

static Place
choose_place (EnclaveTerminalPane *self, const EnclaveTerminalProfile *profile)
{
  Place place = { .told = ENCLAVE_TERMINAL_TOLD_OF_PROFILE };

  if (profile != NULL && profile->start == ENCLAVE_TERMINAL_START_LAST)
    return get_last_place (self);
  if (profile != NULL && profile->start == ENCLAVE_TERMINAL_START_GIVEN)
    add_folder (&place, profile->folder);
  add_folder (&place, self->folder);
  return place;
}

static EnclaveTerminalTab *
new_shell (EnclaveTerminalPane *self,
           const EnclaveTerminalProfile *profile,
           const char *const *folders,
           EnclaveTerminalTold told)
{
  GtkWidget *tab
      = enclave_terminal_tab_new_shell (self->style, self->settings, profile, folders[0]);

  if (folders[0] != NULL)
    enclave_terminal_tab_set_other_folders (ENCLAVE_TERMINAL_TAB (tab), folders + 1, told);
  return ENCLAVE_TERMINAL_TAB (tab);
}

static void
begin (EnclaveTerminalTab *tab)
{
  enclave_terminal_tab_start (tab);
  enclave_terminal_tab_focus (tab);
}

EnclaveTerminalTab *
_enclave_terminal_pane_open (EnclaveTerminalPane *self,
                             const EnclaveTerminalProfile *profile,
                             const char *const *folders,
                             EnclaveTerminalTold told)
{
  EnclaveTerminalTab *tab = new_shell (self, profile, folders, told);
  AdwTabPage *page = _enclave_terminal_pane_add_tab (self, tab, "enclave-terminal-symbolic");

  adw_tab_view_set_selected_page (self->tab_view, page);
  begin (tab);
  return tab;
}

EnclaveTerminalTab *
_enclave_terminal_pane_open_beside (EnclaveTerminalPane *self,
                                    EnclaveTerminalTab *beside,
                                    const EnclaveTerminalProfile *profile,
                                    const char *const *folders,
                                    EnclaveTerminalTold told,
                                    GtkOrientation orientation)
{
  EnclaveTerminalTab *tab = new_shell (self, profile, folders, told);

  _enclave_terminal_pane_add_beside (self, beside, tab, orientation);
  begin (tab);
  return tab;
}

static EnclaveTerminalTab *
open_with (EnclaveTerminalPane *self, const EnclaveTerminalProfile *profile)
{
  Place place = choose_place (self, profile);

  return _enclave_terminal_pane_open (self, profile, place.folders, place.told);
}

EnclaveTerminalTab *
_enclave_terminal_pane_open_default (EnclaveTerminalPane *self)
{
  g_autoptr (EnclaveTerminalProfile) profile
      = enclave_terminal_profiles_find_default (self->settings);

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
  EnclaveTerminalTab *beside;
  Place place;

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
  place = get_last_place (self);
  _enclave_terminal_pane_open_beside (self, beside, profile, place.folders, place.told,
                                      orientation);
}
