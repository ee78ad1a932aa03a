/* enclave-seal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-seal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "enclave-install-paths.h"
#include "enclave-net-client.h"
#include "enclave-pins.h"
#include "enclave-seal-filter.h"
#include "enclave-settings.h"
#include "enclave-spawner.h"

static EnclaveSealState state;
static char *reason;
static gboolean terminals_are_sealed;

EnclaveSealState
enclave_seal_get_state (void)
{
  return state;
}

const char *
enclave_seal_get_reason (void)
{
  return reason != NULL ? reason : "";
}

gboolean
enclave_seal_has_terminals (void)
{
  return state == ENCLAVE_SEAL_ON && terminals_are_sealed;
}

/* A socket that was left open for this process by whoever started it is one that the filter would not see being made. */
static void
close_foreign_sockets (void)
{
  DIR *folder = opendir ("/proc/self/fd");
  const struct dirent *entry;

  while (folder != NULL && (entry = readdir (folder)) != NULL)
    {
      int fd = atoi (entry->d_name);
      int family;
      socklen_t length = sizeof family;
      int nowhere;

      if (!g_ascii_isdigit (entry->d_name[0]) || getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &family, &length) != 0 || family == AF_UNIX)
        continue;
      if (fd > STDERR_FILENO)
        close (fd);
      else if ((nowhere = open ("/dev/null", O_RDWR | O_CLOEXEC)) >= 0)
        {
          dup2 (nowhere, fd);
          close (nowhere);
        }
    }
  if (folder != NULL)
    closedir (folder);
}

/* @argv: its first word is the name of a helper. Returns: this end of a socket to it, or -1 with @error. */
static int
start_helper (const char *const *argv, GError **error)
{
  g_autofree char *program = enclave_install_paths_helper (argv[0]);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const int target = 3;
  gboolean started;
  int ends[2];
  GPid pid;

  g_ptr_array_add (words, program);
  for (guint i = 1; argv[i] != NULL; i++)
    g_ptr_array_add (words, (gpointer) argv[i]);
  g_ptr_array_add (words, NULL);
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return -1;
    }
  started = g_spawn_async_with_pipes_and_fds (NULL, (const char *const *) words->pdata, NULL,
                                              G_SPAWN_CHILD_INHERITS_STDIN | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, -1, -1, -1,
                                              &ends[1], &target, 1, &pid, NULL, NULL, NULL, error);
  close (ends[1]);
  if (started)
    enclave_spawner_reap (pid);
  else
    close (ends[0]);
  return started ? ends[0] : -1;
}

/* FALSE: the one that starts the program says otherwise. */
static gboolean
is_wanted (int argc, char **argv)
{
  for (int i = 1; i < argc && strcmp (argv[i], "--") != 0; i++)
    {
      /* Who may not choose may not choose here either. */
      if (strcmp (argv[i], "--unsealed") == 0 && enclave_pins_find (enclave_pins_get (), "sealed") == NULL)
        {
          reason = g_strdup (_("“--unsealed” was asked for"));
          return FALSE;
        }
      /* Nothing is shown then. */
      if (strcmp (argv[i], "--version") == 0 || g_str_has_prefix (argv[i], "--help"))
        return FALSE;
    }
  return TRUE;
}

static void
give_up (const char *why)
{
  state = ENCLAVE_SEAL_IMPOSSIBLE;
  g_free (reason);
  reason = g_strdup (why);
}

void
enclave_seal_start (int argc, char **argv)
{
  g_autofree char *confine = enclave_install_paths_helper ("enclave-confine");
  g_autofree char *net = enclave_install_paths_helper ("enclave-net");
  const char *const net_argv[] = { "enclave-net", NULL };
  const char *shell_argv[] = { "enclave-shell", confine, net, NULL, NULL };
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (GError) error = NULL;
  int shell_socket, net_socket, problem;

  /* Of the modules of GIO these could look something up, or ask others to. */
  enclave_spawner_set_own_variable ("GIO_USE_PROXY_RESOLVER", "dummy");
  enclave_spawner_set_own_variable ("GIO_USE_NETWORK_MONITOR", "base");
  enclave_spawner_set_own_variable ("GIO_USE_VFS", "local");
  if (!is_wanted (argc, argv))
    return;
  settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  state = enclave_seal_foresee (settings, &reason, &terminals_are_sealed);
  if (state != ENCLAVE_SEAL_ON)
    return;
  if (terminals_are_sealed)
    shell_argv[3] = "--seal-terminals";
  net_socket = start_helper (net_argv, &error);
  shell_socket = net_socket >= 0 ? start_helper (shell_argv, &error) : -1;
  if (shell_socket < 0)
    {
      if (net_socket >= 0)
        close (net_socket);
      give_up (error->message);
      return;
    }
  close_foreign_sockets ();
  problem = seal_filter_install (SEAL_WINDOW);
  if (problem != 0)
    {
      close (shell_socket);
      close (net_socket);
      give_up (g_strerror (problem));
      return;
    }
  enclave_spawner_take_socket (shell_socket);
  enclave_net_client_take_socket (net_socket);
}
