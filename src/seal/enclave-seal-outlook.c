/* enclave-seal-outlook.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Whether a window could be sealed here; nothing is sealed by asking. Also for programs that have no window. */

#include "config.h"

#include "enclave-seal.h"

#include <glib/gi18n-lib.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave-install-paths.h"

char *
enclave_seal_find_obstacle (const char *display, const char *wayland, const char *bus)
{
  const char *colon = display != NULL ? strrchr (display, ':') : NULL;

  if ((wayland == NULL || *wayland == '\0') && colon != NULL && colon != display && display[0] != '/'
      && !g_str_has_prefix (display, "unix:") && !g_str_has_prefix (display, "unix/"))
    return g_strdup_printf (_("the display %s is reached over the network"), display);
  if (bus != NULL && (g_str_has_prefix (bus, "tcp:") || g_str_has_prefix (bus, "nonce-tcp:") || strstr (bus, ";tcp:") != NULL))
    return g_strdup (_("the session bus is reached over the network"));
  return NULL;
}

static gboolean
has_helper (const char *name)
{
  g_autofree char *path = enclave_install_paths_helper (name);

  return g_file_test (path, G_FILE_TEST_IS_EXECUTABLE);
}

static char *
find_obstacle_here (void)
{
  static const char *const helpers[] = { "enclave-net", "enclave-shell" };
  guint32 action = SECCOMP_RET_ERRNO;
  char *obstacle = enclave_seal_find_obstacle (g_getenv ("DISPLAY"), g_getenv ("WAYLAND_DISPLAY"), g_getenv ("DBUS_SESSION_BUS_ADDRESS"));

  for (guint i = 0; obstacle == NULL && i < G_N_ELEMENTS (helpers); i++)
    if (!has_helper (helpers[i]))
      obstacle = g_strdup_printf (_("the helper %s is not installed"), helpers[i]);
  if (obstacle == NULL && syscall (SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) != 0)
    obstacle = g_strdup (_("this kernel filters no system calls"));
  return obstacle;
}

EnclaveSealState
enclave_seal_foresee (GSettings *settings, char **reason, gboolean *terminals)
{
  g_autofree char *obstacle = NULL;

  *terminals = FALSE;
  if (settings != NULL && !g_settings_get_boolean (settings, "sealed"))
    {
      *reason = g_strdup (_("it is switched off"));
      return ENCLAVE_SEAL_OFF;
    }
  obstacle = find_obstacle_here ();
  if (obstacle != NULL)
    {
      *reason = g_steal_pointer (&obstacle);
      return ENCLAVE_SEAL_IMPOSSIBLE;
    }
  *terminals = settings != NULL && g_settings_get_boolean (settings, "seal-terminals");
  *reason = g_strdup ("");
  return ENCLAVE_SEAL_ON;
}
