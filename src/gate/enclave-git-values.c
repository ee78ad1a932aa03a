/* enclave-git-values.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-values.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-confined-spawn.h"
#include "enclave-git-differences.h"
#include "enclave-git-graph.h"
#include "enclave-git-kept.h"
#include "enclave-git-repositories.h"
#include "enclave-git-store-private.h"
#include "enclave-git-store.h"
#include "enclave-limits.h"

/* What nothing names has no rule; most of it is what people had staged once. */
#define LOST_RULE "builtin:git-objects"
#define LOST_MAX 2000
#define LOOK_MS 200

#define BEGIN "set -e; cd \"$1\"; out=$2; exec 2>/dev/null; " ENCLAVE_GIT_LOOK "\n"

static const char list_script[] = BEGIN ENCLAVE_GIT_LIST;
static const char differences_script[] = BEGIN ENCLAVE_GIT_DIFFERENCES;
/* Names of up to six digits of bytes, the smallest first. */
static const char read_script[] = BEGIN "smallest () { git cat-file --batch-check='%(objectsize) %(objectname)' | sort -n"
                                        " | sed -n -E 's/^[0-9]{1,6} ([0-9a-f]+)$/\\1/p' | sed \"$1q\"; }\n"
                                        "{ smallest 4000 <\"$out/denied\"; smallest 2000 <\"$out/lost\"; }"
                                        " | git cat-file --buffer --batch\n";
G_STATIC_ASSERT (ENCLAVE_VALUE_HISTORY_MAX_BLOBS == 4000 && LOST_MAX == 2000);

static gboolean
fail (GError **error, GIOErrorEnum code, const char *why)
{
  g_set_error (error, G_IO_ERROR, code, _ ("git could not list what the project’s repository holds: %.500s"), why);

  return FALSE;
}

/* One look at a repository. All is borrowed. */
typedef struct
{
  EnclavePolicy *policy;
  const char *root;
  const EnclaveGitRepository *repository;
  const char *folder;
  EnclaveGitProgress *progress; /* (nullable) */
  gint64 end_us;
} Look;

/* Runs @script in a box that sees the project and may write to the folder; @output: (nullable): gets what it prints, which is cut
 * where there is too much of it. */
static gboolean
run (const Look *look, const char *script, GByteArray *output, GError **error)
{
  const char *argv[] = { ENCLAVE_GIT_NICE, "/bin/sh", "-c", script, "git", look->repository->work, look->folder, look->repository->git_folder, NULL };
  g_autoptr (EnclaveConfinedPlan) plan = enclave_confined_plan_new ();
  int pipe_fds[2] = { -1, -1 };
  struct pollfd waited[2];
  gboolean stopped = FALSE;
  char buffer[65536];
  int status = -1;
  int report_fd;
  GPid pid;

  if (!g_unix_open_pipe (pipe_fds, FD_CLOEXEC, error))
    return FALSE;
  enclave_confined_plan_add (plan, "workspace", look->root);
  enclave_confined_plan_add (plan, "folder", look->root);
  enclave_confined_plan_add (plan, "read-only", "1");
  enclave_confined_plan_add (plan, "socket-folder", look->folder);
  enclave_confined_plan_add_environment (plan, look->root);
  enclave_confined_plan_add_argv (plan, argv);
  if (!enclave_confined_plan_spawn_between (plan, -1, pipe_fds[1], &pid, &report_fd, error))
    {
      close (pipe_fds[0]);
      close (pipe_fds[1]);
      return FALSE;
    }
  close (pipe_fds[1]);
  waited[0] = (struct pollfd){ pipe_fds[0], POLLIN, 0 };
  waited[1] = (struct pollfd){ report_fd, POLLIN, 0 };
  while (!stopped && (waited[0].fd >= 0 || waited[1].fd >= 0))
    {
      gint64 left_ms = (look->end_us - g_get_monotonic_time ()) / 1000;

      if (left_ms <= 0 || (poll (waited, 2, (int) MIN (left_ms, LOOK_MS)) < 0 && errno != EINTR))
        {
          stopped = TRUE;
          break;
        }
      enclave_git_progress_look (look->progress, look->folder);
      for (guint i = 0; i < 2; i++)
        {
          gssize n;

          if (waited[i].fd < 0 || waited[i].revents == 0)
            continue;
          n = read (waited[i].fd, buffer, sizeof buffer);
          if (n == 0 || (n < 0 && errno != EINTR))
            waited[i].fd = -1;
          else if (n > 0 && i == 0 && output != NULL)
            g_byte_array_append (output, (const guint8 *) buffer, (guint) n);
        }
      stopped = output != NULL && output->len >= ENCLAVE_VALUE_HISTORY_MAX_BYTES;
    }
  explicit_bzero (buffer, sizeof buffer);
  close (pipe_fds[0]);
  close (report_fd);
  if (stopped)
    kill (pid, SIGKILL);
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  if (!stopped && !(WIFEXITED (status) && WEXITSTATUS (status) == 0))
    return fail (error, G_IO_ERROR_FAILED, _ ("git ended with an error"));
  if (stopped && output == NULL)
    return fail (error, G_IO_ERROR_TIMED_OUT, _ ("it takes too long"));

  return TRUE;
}

static gboolean
write_wanted (EnclaveGitGraph *graph, const char *folder, GError **error)
{
  GPtrArray *hidden = enclave_git_graph_get_hidden (graph);
  g_autoptr (GString) denied = g_string_new (NULL);
  g_autoptr (GString) lost = g_string_new (NULL);
  g_autofree char *denied_path = g_build_filename (folder, "denied", NULL);
  g_autofree char *lost_path = g_build_filename (folder, "lost", NULL);

  for (guint i = 0; i < hidden->len; i++)
    {
      const char *object = g_ptr_array_index (hidden, i);

      g_string_append_printf (enclave_git_graph_get_denied_path (graph, object) != NULL ? denied : lost, "%s\n", object);
    }

  return g_file_set_contents_full (denied_path, denied->str, (gssize) denied->len, G_FILE_SET_CONTENTS_NONE, 0600, error)
         && g_file_set_contents_full (lost_path, lost->str, (gssize) lost->len, G_FILE_SET_CONTENTS_NONE, 0600, error);
}

/* "NAME blob SIZE", the bytes, a line break. What is cut is left. */
static void
learn_blobs (EnclaveValuePass *pass, EnclaveValueScan *scan, EnclaveGitGraph *graph, const char *prefix, const GByteArray *output)
{
  const char *at = (const char *) output->data;
  const char *end = at + output->len;

  while (at < end)
    {
      const char *line = memchr (at, '\n', (gsize) (end - at));
      g_autofree char *header = line != NULL ? g_strndup (at, (gsize) (line - at)) : NULL;
      g_auto (GStrv) words = header != NULL ? g_strsplit (header, " ", 4) : NULL;
      g_autofree char *path = NULL;
      const char *denied;
      guint64 size;

      if (line == NULL)
        return;
      at = line + 1;
      if (g_strv_length (words) != 3)
        continue;
      if (!g_ascii_string_to_unsigned (words[2], 10, 0, ENCLAVE_VALUE_FILE_MAX_BYTES, &size, NULL) || (guint64) (end - at) < size)
        return;
      denied = enclave_git_graph_get_denied_path (graph, words[0]);
      path = denied != NULL ? g_build_path ("/", prefix, denied, NULL) : NULL;
      enclave_value_pass_add (pass, at, (gsize) size, path != NULL ? enclave_value_scan_find_rule (scan, path) : LOST_RULE,
                              path == NULL);
      at += size + 1;
    }
}

/* Returns: (transfer full) (nullable). */
static EnclaveGitGraph *
read_graph (const Look *look, GError **error)
{
  g_autofree char *kept = enclave_git_store_dup_differences_path (look->repository->git_folder);
  g_autofree char *done_path = g_build_filename (look->folder, "done", NULL);
  gint64 patience_us = g_get_monotonic_time () + ENCLAVE_VALUE_HISTORY_WAIT_MS * (gint64) 1000;
  /* Who makes a store at the same time asks for the same. One that can't be waited for is no reason to know nothing. */
  int lock = enclave_git_kept_lock (look->repository->git_folder, look->progress, NULL, MIN (look->end_us, patience_us), NULL);
  g_autoptr (EnclaveGitDifferences) differences = enclave_git_differences_new (kept);
  gboolean asks = FALSE;
  gboolean done;

  if (lock >= 0)
    enclave_git_kept_note_place (look->repository->git_folder);
  g_unlink (done_path);
  done = run (look, list_script, NULL, error);
  while (done && (done = enclave_git_differences_want (differences, look->folder, &asks, error)) && asks)
    done = run (look, differences_script, NULL, error) && enclave_git_differences_take (differences, look->folder, lock >= 0, error);
  if (lock >= 0)
    close (lock);
  return done ? enclave_git_graph_read (look->folder, enclave_git_differences_get (differences), look->policy, look->root,
                                        look->repository->work, NULL, error)
              : NULL;
}

static gboolean
learn_repository (const Look *look, EnclaveValueScan *scan, EnclaveValueHashes *hashes, GError **error)
{
  g_autoptr (GByteArray) output = g_byte_array_new ();
  g_autoptr (EnclaveGitGraph) graph = read_graph (look, error);
  gboolean learnt = FALSE;

  if (graph != NULL && write_wanted (graph, look->folder, error) && run (look, read_script, output, error))
    {
      EnclaveValuePass *pass = enclave_value_scan_begin (scan, hashes);

      learn_blobs (pass, scan, graph, look->repository->work + strlen (look->root), output);
      enclave_value_pass_end (pass);
      learnt = TRUE;
    }
  if (output->len > 0)
    explicit_bzero (output->data, output->len);

  return learnt;
}

gboolean
enclave_git_values_learn (EnclaveValueScan *scan, EnclaveValueHashes *hashes, EnclavePolicy *policy, const char *root,
                          GPtrArray *repositories, EnclaveGitProgress *progress, GError **error)
{
  gint64 end_us = g_get_monotonic_time () + ENCLAVE_VALUE_HISTORY_MAX_MS * (gint64) 1000;
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "enclave", "git", NULL);
  g_autofree char *folder = g_build_filename (cache, "values-XXXXXX", NULL);
  gboolean learnt = TRUE;

  if (g_mkdir_with_parents (cache, 0700) != 0 || g_mkdtemp (folder) == NULL)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", cache, g_strerror (errno));
      return FALSE;
    }
  enclave_git_progress_begin (progress);
  for (guint i = 0; i < repositories->len; i++)
    {
      const Look look = { policy, root, g_ptr_array_index (repositories, i), folder, progress, end_us };
      g_autoptr (GError) local_error = NULL;

      /* One that is damaged keeps nobody from the others. */
      if (learn_repository (&look, scan, hashes, &local_error))
        continue;
      if (learnt)
        g_propagate_error (error, g_steal_pointer (&local_error));
      learnt = FALSE;
    }
  enclave_git_progress_end (progress);
  _enclave_git_store_remove_folder (folder);

  return learnt;
}
