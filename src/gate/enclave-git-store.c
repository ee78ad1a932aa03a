/* enclave-git-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>
#include <unistd.h>

#include "enclave-git-kept-private.h"
#include "enclave-git-kept.h"
#include "enclave-git-repositories.h"
#include "enclave-git-store-private.h"

/* A store that nothing has used for so long goes. */
#define KEPT_S (24 * 60 * 60)

typedef struct
{
  EnclavePolicy *policy;
  char *root;
  gboolean reduced;
  EnclaveGitProgress *progress; /* (nullable) */
} Project;

typedef struct
{
  char *own; /* (nullable) */
  GString *others;
} Stores;

static void
project_free (gpointer data)
{
  Project *project = data;

  g_object_unref (project->policy);
  g_clear_object (&project->progress);
  g_free (project->root);
  g_free (project);
}

static void
stores_free (gpointer data)
{
  Stores *stores = data;

  g_free (stores->own);
  g_string_free (stores->others, TRUE);
  g_free (stores);
}

static void
add_state_of (GChecksum *sum, const char *path)
{
  struct stat st;
  g_autofree char *text = NULL;

  if (lstat (path, &st) != 0)
    return;
  text = g_strdup_printf ("%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %ld.%09ld\n", path, (guint64) st.st_ino,
                          (gint64) st.st_size, (long) st.st_mtim.tv_sec, (long) st.st_mtim.tv_nsec);
  g_checksum_update (sum, (const guint8 *) text, -1);
}

/* Adding an object changes its folder's time, so the objects themselves need not be looked at. */
char *
enclave_git_store_fingerprint (EnclavePolicy *policy, const char *git_folder)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *objects = g_build_filename (git_folder, "objects", NULL);
  g_autofree char *index = g_build_filename (git_folder, "index", NULL);
  g_autofree char *worktrees = g_build_filename (git_folder, "worktrees", NULL);
  g_autoptr (GDir) dir = g_dir_open (worktrees, 0, NULL);
  const char *name;
  g_autofree char *packs = g_build_filename (objects, "pack", NULL);

  g_checksum_update (sum, (const guint8 *) ENCLAVE_VERSION, -1);
  for (guint i = 0; i < enclave_policy_get_n_rules (policy); i++)
    {
      EnclavePolicyRule rule;
      g_autofree char *text = NULL;

      enclave_policy_get_rule (policy, i, &rule);
      text = g_strdup_printf ("%s\n%s\n%s\n%d\n", rule.id, rule.source, rule.pattern, rule.verdict);
      g_checksum_update (sum, (const guint8 *) text, -1);
    }
  add_state_of (sum, index);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *other = g_build_filename (worktrees, name, "index", NULL);

      add_state_of (sum, other);
    }
  add_state_of (sum, objects);
  add_state_of (sum, packs);
  for (guint i = 0; i < 256; i++)
    {
      g_autofree char *folder = g_strdup_printf ("%s/%02x", objects, i);

      add_state_of (sum, folder);
    }
  return g_strdup (g_checksum_get_string (sum));
}

/* Returns: (transfer full) (nullable): the store for what is there now; NULL when it has not been made, or not to its end. */
static char *
find_finished (const EnclaveGitStoreInput *input, const char *kept, char **state)
{
  g_autofree char *folder = NULL;
  g_autofree char *finished = NULL;

  *state = enclave_git_store_fingerprint (input->policy, input->git_folder);
  folder = g_build_filename (kept, *state, NULL);
  finished = g_build_filename (folder, "packs", NULL);
  if (!g_file_test (finished, G_FILE_TEST_IS_REGULAR))
    return NULL;
  g_utime (folder, NULL);
  return g_steal_pointer (&folder);
}

/* Returns: (transfer full) (nullable). */
static char *
make_store (const EnclaveGitStoreInput *input, const char *kept, const char *state, GError **error)
{
  g_autofree char *folder = g_build_filename (kept, state, NULL);
  g_autofree char *fresh = g_build_filename (kept, "new-XXXXXX", NULL);

  /* What was ended in the middle, and what is old once it is known whether it is used again. */
  _enclave_git_kept_remove_unused (kept, state, G_MAXINT64);
  if (g_mkdtemp (fresh) == NULL)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", kept, g_strerror (errno));
      return NULL;
    }
  if (_enclave_git_store_fill (input, kept, fresh, error))
    {
      /* It is not finished, or it would have been found. */
      _enclave_git_store_remove_folder (folder);
      if (g_rename (fresh, folder) == 0)
        {
          _enclave_git_kept_remove_unused (kept, state, KEPT_S);
          return g_steal_pointer (&folder);
        }
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", folder, g_strerror (errno));
    }
  _enclave_git_store_remove_folder (fresh);
  return NULL;
}

char *
enclave_git_store_dup_differences_path (const char *git_folder)
{
  g_autofree char *kept = enclave_git_kept_dup_folder (git_folder);

  return g_build_filename (kept, "differences", NULL);
}

/* @is_new: set when nothing was kept of the repository. Returns: (transfer full) (nullable). */
static char *
prepare_one (const EnclaveGitStoreInput *input, gboolean *is_new, GError **error)
{
  g_autofree char *kept = enclave_git_kept_dup_folder (input->git_folder);
  g_autofree char *state = NULL;
  char *store = find_finished (input, kept, &state);
  int fd;

  if (store != NULL)
    return store;
  fd = enclave_git_kept_lock (input->git_folder, input->progress, input->cancellable, 0, error);
  if (fd < 0)
    return NULL;
  *is_new |= enclave_git_kept_note_place (input->git_folder);
  /* Whoever had the lock may have made it. */
  g_free (state);
  store = find_finished (input, kept, &state);
  if (store == NULL)
    store = make_store (input, kept, state, error);
  close (fd);
  return store;
}

static gpointer
prepare (gpointer data)
{
  g_autoptr (GTask) task = data;
  const Project *project = g_task_get_task_data (task);
  g_autoptr (GPtrArray) repositories = enclave_git_repositories_find (project->root);
  Stores *stores = g_new0 (Stores, 1);
  gboolean is_new = FALSE;
  GError *error = NULL;

  stores->others = g_string_new (NULL);
  enclave_git_progress_begin (project->progress);
  for (guint i = 0; i < repositories->len && error == NULL; i++)
    {
      const EnclaveGitRepository *repository = g_ptr_array_index (repositories, i);
      EnclaveGitStoreInput input = { project->policy,  project->root,    repository->git_folder,      repository->work,
                                     project->reduced, project->progress, g_task_get_cancellable (task) };
      g_autoptr (GError) local_error = NULL;
      g_autofree char *folder = prepare_one (&input, &is_new, &local_error);

      if (strcmp (repository->work, project->root) == 0)
        {
          stores->own = g_steal_pointer (&folder);
          error = g_steal_pointer (&local_error);
        }
      else if (folder != NULL)
        g_string_append_printf (stores->others, "%s/objects\t%s\n", repository->git_folder, folder);
      else if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        error = g_steal_pointer (&local_error);
      else
        g_message ("%s: %s", repository->work, local_error->message);
    }
  enclave_git_progress_end (project->progress);
  if (error != NULL)
    {
      stores_free (stores);
      g_task_return_error (task, error);
    }
  else
    {
      g_task_return_pointer (task, stores, stores_free);
    }
  /* It is what makes them more. */
  if (is_new)
    enclave_git_kept_clean_in_thread ();
  return NULL;
}

void
enclave_git_store_prepare_async (EnclavePolicy *policy, const char *root, gboolean reduced, EnclaveGitProgress *progress,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Project *project = g_new0 (Project, 1);
  GError *error = NULL;
  GThread *thread;

  project->policy = g_object_ref (policy);
  project->root = g_strdup (root);
  project->reduced = reduced;
  project->progress = progress != NULL ? g_object_ref (progress) : NULL;
  g_task_set_source_tag (task, enclave_git_store_prepare_async);
  g_task_set_task_data (task, project, project_free);
  /* It may wait for minutes, and threads for tasks are few. */
  thread = g_thread_try_new ("git-store", prepare, g_object_ref (task), &error);
  if (thread != NULL)
    {
      g_thread_unref (thread);
      return;
    }
  g_object_unref (task);
  g_task_return_error (task, error);
}

char *
enclave_git_store_prepare_finish (GAsyncResult *result, char **others, GError **error)
{
  Stores *stores;
  char *own;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  stores = g_task_propagate_pointer (G_TASK (result), error);
  if (stores == NULL)
    return NULL;
  own = g_steal_pointer (&stores->own);
  *others = g_strdup (stores->others->str);
  stores_free (stores);
  return own;
}
