/* enclave-turn-group.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-turn-group.h"

#include <glib/gi18n-lib.h>

#include "enclave-preferences-rows.h"

struct _EnclaveTurnGroup
{
  AdwPreferencesGroup parent_instance;
};

G_DEFINE_FINAL_TYPE (EnclaveTurnGroup, enclave_turn_group, ADW_TYPE_PREFERENCES_GROUP)

static void
enclave_turn_group_class_init (EnclaveTurnGroupClass *klass)
{
}

static void
enclave_turn_group_init (EnclaveTurnGroup *self)
{
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), _ ("Around it"));
}

void
enclave_turn_group_set_up (EnclaveTurnGroup *self, GSettings *settings)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);

  g_return_if_fail (ENCLAVE_IS_TURN_GROUP (self) && G_IS_SETTINGS (settings));

  enclave_preferences_rows_add_switch (group, settings, "follow-agent", _ ("Follow the agent in the editor"),
                                       _ ("Shows the file that it reads or writes, unless you work in the editor"));
  enclave_preferences_rows_add_switch (group, settings, "notify-turn-end", _ ("Notify when a turn ends"),
                                       _ ("Or waits for you, while another window has the focus"));
  enclave_preferences_rows_add_switch (group, settings, "notify-sound", _ ("With a sound"), _ ("The desktop’s bell, with each of these notifications"));
  enclave_preferences_rows_add_switch (group, settings, "keep-conversations", _ ("Keep conversations"),
                                       _ ("On this machine, until you delete them; from the next window on"));
  enclave_preferences_rows_add_number (group, settings, "command-max-processes", _ ("Processes of a command"),
                                       _ ("How many it may have at a time"), 64);
  enclave_preferences_rows_add_number (group, settings, "command-max-memory-mib", _ ("Memory of a command"),
                                       _ ("In MiB; 0 for three quarters of the machine’s"), 256);
}
