/* enclave-git-store-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-store-private.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-confined-spawn.h"

#define MAX_REPORT 65536
#define LOOK_MS 200

static int
remove_entry (const char *path, const struct stat *st, int type, struct FTW *place)
{
  remove (path);
  return 0;
}

void
_enclave_git_store_remove_folder (const char *path)
{
  nftw (path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Until the box has ended. Returns: FALSE when it is cancelled before. */
static gboolean
wait_for_end (const EnclaveGitStoreInput *input, const char *folder, GPid pid, int report_fd, GString *report)
{
  GCancellable *cancellable = input->cancellable;
  int pid_fd = pidfd_open (pid, 0);
  GPollFD waited[3] = { { .fd = report_fd, .events = G_IO_IN }, { .fd = pid_fd, .events = G_IO_IN }, { .fd = -1 } };
  gboolean can_stop = g_cancellable_make_pollfd (cancellable, &waited[2]);
  char buffer[512];

  while (waited[0].fd >= 0 || waited[1].fd >= 0)
    {
      if (g_poll (waited, G_N_ELEMENTS (waited), input->progress != NULL ? LOOK_MS : -1) < 0 && errno != EINTR)
        break;
      enclave_git_progress_look (input->progress, folder);
      if (g_cancellable_is_cancelled (cancellable))
        break;
      if (waited[0].fd >= 0 && waited[0].revents != 0)
        {
          gssize n = read (report_fd, buffer, sizeof buffer);

          if (n > 0 && report->len < MAX_REPORT)
            g_string_append_len (report, buffer, n);
          else if (n == 0 || (n < 0 && errno != EINTR))
            waited[0].fd = -1;
        }
      if (waited[1].fd >= 0 && waited[1].revents != 0)
        waited[1].fd = -1;
    }
  if (can_stop)
    g_cancellable_release_fd (cancellable);
  if (pid_fd >= 0)
    close (pid_fd);
  return !g_cancellable_is_cancelled (cancellable);
}

gboolean
_enclave_git_store_run (const EnclaveGitStoreInput *input, const char *script, const char *folder, GError **error)
{
  const char *argv[] = { ENCLAVE_GIT_NICE, "/bin/sh", "-c", script, "git", input->work, folder, input->git_folder, NULL };
  g_autoptr (EnclaveConfinedPlan) plan = enclave_confined_plan_new ();
  g_autoptr (GString) report = g_string_new (NULL);
  g_autofree char *problem_path = NULL;
  g_autofree char *problem = NULL;
  g_autofree char *shown = NULL;
  int status = -1;
  int report_fd;
  GPid pid;

  if (g_cancellable_set_error_if_cancelled (input->cancellable, error))
    return FALSE;
  if (input->reduced && enclave_confined_plan_add_private (plan, NULL, error) == NULL)
    return FALSE;
  enclave_confined_plan_add (plan, "workspace", input->root);
  enclave_confined_plan_add (plan, "folder", input->root);
  enclave_confined_plan_add (plan, "read-only", "1");
  enclave_confined_plan_add (plan, "socket-folder", folder);
  enclave_confined_plan_add_environment (plan, input->root);
  enclave_confined_plan_add_argv (plan, argv);
  if (!enclave_confined_plan_spawn (plan, -1, &pid, &report_fd, error))
    return FALSE;
  if (!wait_for_end (input, folder, pid, report_fd, report))
    kill (pid, SIGKILL);
  close (report_fd);
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  if (g_cancellable_set_error_if_cancelled (input->cancellable, error))
    return FALSE;
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return TRUE;
  problem_path = g_build_filename (folder, "problem", NULL);
  if (g_file_get_contents (problem_path, &problem, NULL, NULL) && problem[0] != '\0')
    shown = g_strescape (g_strchomp (problem), NULL);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("git could not list what the project’s repository holds: %.500s"),
               shown != NULL ? shown : report->str);
  return FALSE;
}
