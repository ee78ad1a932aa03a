/* enclave-git-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-store.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <utime.h>
#include <unistd.h>

#include "enclave-confined-spawn.h"
#include "enclave-git-graph.h"
#include "enclave-git-pack.h"
#include "enclave-git-repositories.h"

/* A store that nothing has used for so long goes. */
#define KEPT_S (24 * 60 * 60)

static const char list_script[] = "set -e; cd \"$1\"; out=$2; exec 2>\"$out/problem\"; " ENCLAVE_GIT_LOOK "\n" ENCLAVE_GIT_LIST;
static const char pack_script[] = "set -e; cd \"$1\"; out=$2; exec 2>\"$out/problem\"; " ENCLAVE_GIT_LOOK "\n"
                                  /* Written by itself it would want a place in the repository first. */
                                  "git pack-objects -q --stdout --delta-base-offset --threads=1 --window=0"
                                  " <\"$out/wanted\" >\"$out/pack-allowed.pack\"\n"
                                  "git index-pack \"$out/pack-allowed.pack\" >/dev/null\n";

typedef struct
{
  EnclavePolicy *policy;
  char *root;
  gboolean reduced;
} Project;

typedef struct
{
  EnclavePolicy *policy;
  const char *root;
  const char *git_folder;
  const char *work;
  gboolean reduced;
} Input;

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

static int
remove_entry (const char *path, const struct stat *st, int type, struct FTW *place)
{
  remove (path);
  return 0;
}

static void
remove_folder (const char *path)
{
  nftw (path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
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

/* Runs @script in a box that sees the project as it is and can write nothing but @folder. */
static gboolean
run_git (const Input *input, const char *script, const char *folder, GError **error)
{
  const char *argv[] = { "/bin/sh", "-c", script, "git", input->work, folder, input->git_folder, NULL };
  g_autoptr (EnclaveConfinedPlan) plan = enclave_confined_plan_new ();
  g_autoptr (GString) report = g_string_new (NULL);
  g_autofree char *problem_path = NULL;
  g_autofree char *problem = NULL;
  g_autofree char *shown = NULL;
  char buffer[512];
  gssize n;
  int status = -1;
  int report_fd;
  GPid pid;

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
  while ((n = read (report_fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0 && report->len < 65536)
      g_string_append_len (report, buffer, n);
  close (report_fd);
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return TRUE;
  problem_path = g_build_filename (folder, "problem", NULL);
  if (g_file_get_contents (problem_path, &problem, NULL, NULL) && problem[0] != '\0')
    shown = g_strescape (g_strchomp (problem), NULL);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("git could not list what the project’s repository holds: %.500s"),
               shown != NULL ? shown : report->str);
  return FALSE;
}

static gboolean
write_lines (const char *folder, const char *name, GPtrArray *lines, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      g_string_append (text, g_ptr_array_index (lines, i));
      g_string_append_c (text, '\n');
    }
  return g_file_set_contents_full (path, text->str, (gssize) text->len, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static gboolean
list_loose (const Input *input, EnclaveGitGraph *graph, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 256; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/objects/%02x", input->git_folder, i);
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *object = g_strdup_printf ("%02x%s", i, name);

          if ((strlen (object) == 40 || strlen (object) == 64) && !enclave_git_graph_hides (graph, object))
            g_ptr_array_add (names, g_steal_pointer (&object));
        }
    }
  return write_lines (folder, "blobs", names, error);
}

/* @shown: names of packs without anything hidden. @wanted: what may be read of the others. */
static gboolean
sort_packs (const Input *input, EnclaveGitGraph *graph, gsize hash_length, GPtrArray *shown, GPtrArray *wanted, GError **error)
{
  g_autofree char *folder = g_build_filename (input->git_folder, "objects", "pack", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, file, NULL);
      g_autoptr (GPtrArray) names = NULL;
      gboolean hides = FALSE;

      if (!g_str_has_suffix (file, ".idx"))
        continue;
      names = enclave_git_pack_read_names (path, hash_length, error);
      if (names == NULL)
        return FALSE;
      for (guint i = 0; i < names->len && !hides; i++)
        hides = enclave_git_graph_hides (graph, g_ptr_array_index (names, i));
      if (!hides)
        {
          g_ptr_array_add (shown, g_strndup (file, strlen (file) - 4));
          continue;
        }
      for (guint i = 0; i < names->len; i++)
        if (!enclave_git_graph_hides (graph, g_ptr_array_index (names, i)))
          g_ptr_array_add (wanted, g_strdup (g_ptr_array_index (names, i)));
    }
  return TRUE;
}

/* The packs in place of those that are left out are dear to make and change seldom: they are kept on their own. */
static gboolean
bring_packs (const Input *input, const char *kept, GPtrArray *wanted, const char *folder, GError **error)
{
  g_autofree char *pack_folder = g_build_filename (folder, "pack", NULL);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *source = NULL;
  g_autofree char *name = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *file;

  if (wanted->len == 0)
    return TRUE;
  for (guint i = 0; i < wanted->len; i++)
    g_checksum_update (sum, g_ptr_array_index (wanted, i), -1);
  name = g_strconcat ("packs-", g_checksum_get_string (sum), NULL);
  source = g_build_filename (kept, name, NULL);
  if (!g_file_test (source, G_FILE_TEST_IS_DIR))
    {
      g_autofree char *fresh = g_build_filename (kept, "new-XXXXXX", NULL);
      g_autofree char *list = NULL;
      g_autofree char *problem = NULL;
      gboolean made;

      if (g_mkdtemp (fresh) == NULL)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
          return FALSE;
        }
      made = write_lines (fresh, "wanted", wanted, error) && run_git (input, pack_script, fresh, error);
      list = g_build_filename (fresh, "wanted", NULL);
      g_unlink (list);
      problem = g_build_filename (fresh, "problem", NULL);
      g_unlink (problem);
      if (!made || (g_rename (fresh, source) != 0 && !g_file_test (source, G_FILE_TEST_IS_DIR)))
        {
          remove_folder (fresh);
          if (made)
            g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", g_strerror (errno));
          return FALSE;
        }
    }
  g_utime (source, NULL);
  dir = g_dir_open (source, 0, error);
  if (dir == NULL)
    return FALSE;
  while ((file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (source, file, NULL);
      g_autofree char *to = g_build_filename (pack_folder, file, NULL);

      if (link (from, to) != 0)
        {
          g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
          return FALSE;
        }
    }
  return TRUE;
}

/* Fills @folder, which is empty. */
static gboolean
fill (const Input *input, const char *kept, const char *folder, GError **error)
{
  static const char *const passing[] = { "objects", "graph", "index", "wanted", "problem" };
  g_autofree char *pack_folder = g_build_filename (folder, "pack", NULL);
  g_autoptr (GPtrArray) shown = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (EnclaveGitGraph) graph = NULL;
  GPtrArray *hidden;
  gsize hash_length = 20;

  if (!run_git (input, list_script, folder, error))
    return FALSE;
  graph = enclave_git_graph_read (folder, input->policy, input->root, input->work, error);
  for (guint i = 0; i < G_N_ELEMENTS (passing); i++)
    {
      g_autofree char *path = g_build_filename (folder, passing[i], NULL);

      g_unlink (path);
    }
  if (graph == NULL)
    return FALSE;
  if (g_mkdir (pack_folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s", g_strerror (errno));
      return FALSE;
    }
  hidden = enclave_git_graph_get_hidden (graph);
  if (hidden->len > 0)
    hash_length = strlen (g_ptr_array_index (hidden, 0)) / 2;
  return list_loose (input, graph, folder, error) && sort_packs (input, graph, hash_length, shown, wanted, error)
         && bring_packs (input, kept, wanted, folder, error)
         && (hidden->len == 0 || enclave_git_pack_write_blanks (pack_folder, hidden, error))
         /* The last: what lacks it is not finished. */
         && write_lines (folder, "packs", shown, error);
}

/* The view keeps a shared lock on `blobs` of the store it serves. */
static void
remove_old (const char *kept, const char *but)
{
  g_autoptr (GDir) dir = g_dir_open (kept, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (kept, name, NULL);
      g_autofree char *locked = g_build_filename (path, "blobs", NULL);
      struct stat st;
      int fd;

      if (strcmp (name, but) == 0 || lstat (path, &st) != 0 || g_get_real_time () / G_USEC_PER_SEC - st.st_mtime < KEPT_S)
        continue;
      fd = open (locked, O_RDONLY | O_CLOEXEC);
      if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) == 0)
        remove_folder (path);
      if (fd >= 0)
        close (fd);
    }
}

/* Returns: (transfer full) (nullable). */
static char *
prepare_one (const Input *input, GError **error)
{
  g_autofree char *name = g_compute_checksum_for_string (G_CHECKSUM_SHA256, input->git_folder, -1);
  g_autofree char *kept = g_build_filename (g_get_user_cache_dir (), "enclave", "git", name, NULL);
  g_autofree char *state = enclave_git_store_fingerprint (input->policy, input->git_folder);
  g_autofree char *folder = g_build_filename (kept, state, NULL);
  g_autofree char *finished = g_build_filename (folder, "packs", NULL);
  g_autofree char *fresh = NULL;

  if (g_file_test (finished, G_FILE_TEST_IS_REGULAR))
    {
      g_utime (folder, NULL);
      return g_steal_pointer (&folder);
    }
  fresh = g_build_filename (kept, "new-XXXXXX", NULL);
  if (g_mkdir_with_parents (kept, 0700) != 0 || g_mkdtemp (fresh) == NULL)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", kept, g_strerror (errno));
      return NULL;
    }
  if (!fill (input, kept, fresh, error))
    {
      remove_folder (fresh);
      return NULL;
    }
  /* Another command may have made the same meanwhile. */
  if (g_rename (fresh, folder) != 0)
    remove_folder (fresh);
  remove_old (kept, state);
  return g_steal_pointer (&folder);
}

static void
prepare (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Project *project = data;
  g_autoptr (GPtrArray) repositories = enclave_git_repositories_find (project->root);
  Stores *stores = g_new0 (Stores, 1);
  GError *error = NULL;

  stores->others = g_string_new (NULL);
  for (guint i = 0; i < repositories->len && error == NULL; i++)
    {
      const EnclaveGitRepository *repository = g_ptr_array_index (repositories, i);
      Input input = { project->policy, project->root, repository->git_folder, repository->work, project->reduced };
      g_autoptr (GError) local_error = NULL;
      g_autofree char *folder = prepare_one (&input, &local_error);

      if (strcmp (repository->work, project->root) == 0)
        {
          stores->own = g_steal_pointer (&folder);
          error = g_steal_pointer (&local_error);
        }
      else if (folder != NULL)
        g_string_append_printf (stores->others, "%s/objects\t%s\n", repository->git_folder, folder);
      else
        g_message ("%s: %s", repository->work, local_error->message);
    }
  if (error != NULL)
    {
      stores_free (stores);
      g_task_return_error (task, error);
      return;
    }
  g_task_return_pointer (task, stores, stores_free);
}

void
enclave_git_store_prepare_async (EnclavePolicy *policy, const char *root, gboolean reduced, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Project *project = g_new0 (Project, 1);

  project->policy = g_object_ref (policy);
  project->root = g_strdup (root);
  project->reduced = reduced;
  g_task_set_source_tag (task, enclave_git_store_prepare_async);
  g_task_set_task_data (task, project, project_free);
  g_task_run_in_thread (task, prepare);
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
