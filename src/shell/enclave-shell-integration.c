/* enclave-shell-integration.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-shell-integration.h"

#include <string.h>

/* Their own folder, while zsh begins in ours. */
#define KEPT_ZDOTDIR "ENCLAVE_ZDOTDIR"

static void
set_argv (GStrv *argv, const char *option, char *value)
{
  g_autofree char *program = g_strdup ((*argv)[0]);

  g_strfreev (*argv);
  *argv = g_new0 (char *, 4);
  (*argv)[0] = g_steal_pointer (&program);
  (*argv)[1] = g_strdup (option);
  (*argv)[2] = value;
}

gboolean
enclave_shell_integration_apply (GStrv *argv, GStrv *environment, const char *folder)
{
  g_autofree char *name = NULL;
  g_autofree char *script = NULL;
  gboolean is_bash;
  gboolean is_fish;

  g_return_val_if_fail (argv != NULL && *argv != NULL && (*argv)[0] != NULL, FALSE);
  g_return_val_if_fail (environment != NULL && *environment != NULL, FALSE);
  g_return_val_if_fail (folder != NULL, FALSE);

  if ((*argv)[1] != NULL)
    return FALSE;

  name = g_path_get_basename ((*argv)[0]);
  is_bash = strcmp (name, "bash") == 0;
  is_fish = strcmp (name, "fish") == 0;
  if (!is_bash && !is_fish && strcmp (name, "zsh") != 0)
    return FALSE;

  script = g_build_filename (folder, is_bash ? "bash.sh" : is_fish ? "fish.fish" : ".zshenv", NULL);
  if (!g_file_test (script, G_FILE_TEST_IS_REGULAR))
    return FALSE;

  if (is_bash)
    set_argv (argv, "--init-file", g_steal_pointer (&script));
  else if (is_fish)
    {
      g_autofree char *quoted = g_shell_quote (script);

      set_argv (argv, "--init-command", g_strconcat ("source ", quoted, NULL));
    }
  else
    {
      const char *theirs = g_environ_getenv (*environment, "ZDOTDIR");

      if (theirs != NULL)
        *environment = g_environ_setenv (*environment, KEPT_ZDOTDIR, theirs, TRUE);
      else
        *environment = g_environ_unsetenv (*environment, KEPT_ZDOTDIR);
      *environment = g_environ_setenv (*environment, "ZDOTDIR", folder, TRUE);
    }

  return TRUE;
}
