/* enclave-command-scan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-command-scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-gate-error.h"
#include "enclave-git-config-files.h"
#include "enclave-git-config.h"
#include "enclave-limits.h"
#include "enclave-link-index.h"

#define MAX_DEPTH 256
#define POLICY_FOLDER ".enclave"
/* An index that is this old is made again for a file with several names. */
#define LINK_TOLERANCE_US (G_USEC_PER_SEC / 2)

typedef struct
{
  EnclavePolicy *policy;
  char *root;
} Input;

typedef struct
{
  const Input *input;
  GCancellable *cancellable;
  EnclaveLinkIndex *links;
  GPtrArray *found;
  GPtrArray *frozen; /* (nullable) */
  guint n_entries;
} Walk;

static void
input_free (gpointer data)
{
  Input *input = data;

  g_object_unref (input->policy);
  g_free (input->root);
  g_free (input);
}

static gboolean walk_folder (Walk *walk, int fd, const char *relative, guint depth, GError **error);

static gboolean
fail (GError **error, const char *relative, const char *why)
{
  g_autofree char *shown = g_filename_display_name (relative[0] != '\0' ? relative : ".");

  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL,
                                                    N_ ("Looking for denied files before a command: “%s”: %s"), shown,
                                                    why));
  return FALSE;
}

/* What git itself has to write goes on; its configuration and hooks have rules of their own. */
static void
note_frozen (Walk *walk, const char *path, const EnclaveDecision *decision)
{
  const char *last = walk->frozen->len > 0 ? g_ptr_array_index (walk->frozen, walk->frozen->len - 1) : NULL;
  gsize length = last != NULL ? strlen (last) : 0;

  if (decision->verdict != ENCLAVE_VERDICT_ASK || g_strcmp0 (decision->rule, "builtin:git-internal") == 0)
    return;
  /* In a folder that is frozen as a whole. */
  if (last != NULL && strncmp (path, last, length) == 0 && path[length] == '/')
    return;
  g_ptr_array_add (walk->frozen, g_strdup (path));
}

static gboolean
visit (Walk *walk, int folder, const char *name, const char *path, guint depth, GError **error)
{
  g_autofree char *absolute = g_build_filename (walk->input->root, path, NULL);
  EnclaveDecision decision;
  struct stat st;
  gboolean walked;
  int fd;

  if (fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    /* Gone since it was listed. */
    return errno == ENOENT ? TRUE : fail (error, path, g_strerror (errno));
  if (S_ISLNK (st.st_mode))
    return TRUE;
  /* Somebody outside listens at a socket that is there already; and a folder that is moved away takes the project's rules with it. */
  if (S_ISSOCK (st.st_mode) || (S_ISDIR (st.st_mode) && strcmp (path, POLICY_FOLDER) == 0))
    {
      g_ptr_array_add (walk->found, g_strdup (path));
      return TRUE;
    }
  decision = enclave_policy_decide (walk->input->policy,
                                    ENCLAVE_EFFECT_READ | (walk->frozen != NULL ? ENCLAVE_EFFECT_WRITE : 0), walk->input->root,
                                    absolute, S_ISDIR (st.st_mode));
  if (decision.verdict == ENCLAVE_VERDICT_DENY
      || (S_ISREG (st.st_mode) && st.st_nlink > 1
          && enclave_link_index_find (walk->links, &st, FALSE, LINK_TOLERANCE_US) != NULL))
    {
      g_ptr_array_add (walk->found, g_strdup (path));
      return TRUE;
    }
  if (walk->frozen != NULL)
    note_frozen (walk, path, &decision);
  if (!S_ISDIR (st.st_mode))
    return TRUE;
  fd = openat (folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && errno == EACCES)
    {
      /* The command could open what it knows the name of, or give itself the right to list; nobody has looked in there. */
      g_ptr_array_add (walk->found, g_strdup (path));
      return TRUE;
    }
  if (fd < 0)
    return errno == ENOENT || errno == ELOOP || errno == ENOTDIR ? TRUE : fail (error, path, g_strerror (errno));
  walked = walk_folder (walk, fd, path, depth + 1, error);
  return walked;
}

/* Takes @fd. */
static gboolean
walk_folder (Walk *walk, int fd, const char *relative, guint depth, GError **error)
{
  DIR *folder = fdopendir (fd);
  struct dirent *entry;
  gboolean complete = TRUE;

  if (folder == NULL)
    {
      close (fd);
      return fail (error, relative, g_strerror (errno));
    }
  if (depth > MAX_DEPTH)
    complete = fail (error, relative, _ ("folders are nested too deep"));
  while (complete && (errno = 0, entry = readdir (folder)) != NULL)
    {
      g_autofree char *path = NULL;

      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (++walk->n_entries > ENCLAVE_SCAN_MAX_ENTRIES)
        {
          complete = fail (error, "", _ ("the project has too many files to look at each"));
          break;
        }
      if ((walk->n_entries & 1023) == 0 && g_cancellable_set_error_if_cancelled (walk->cancellable, error))
        {
          complete = FALSE;
          break;
        }
      path = relative[0] != '\0' ? g_build_filename (relative, entry->d_name, NULL) : g_strdup (entry->d_name);
      complete = visit (walk, dirfd (folder), entry->d_name, path, depth, error);
    }
  closedir (folder);
  return complete;
}

gboolean
enclave_command_scan_collect (EnclavePolicy *policy, const char *root, GPtrArray *found, GPtrArray *frozen,
                              GCancellable *cancellable, GError **error)
{
  const Input input = { policy, (char *) root };
  g_autoptr (EnclaveLinkIndex) links = enclave_link_index_new (policy, root);
  Walk walk = { &input, cancellable, links, found, frozen, 0 };
  int fd = open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return fail (error, "", g_strerror (errno));

  return walk_folder (&walk, fd, "", 0, error);
}

typedef struct
{
  GPtrArray *masks;
  GPtrArray *covers;
  GPtrArray *frozen;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  g_clear_pointer (&found->masks, g_ptr_array_unref);
  g_clear_pointer (&found->covers, g_ptr_array_unref);
  g_clear_pointer (&found->frozen, g_ptr_array_unref);
  g_free (found);
}

/* What can't be shown without its passwords is hidden. */
static void
cover_configurations (const char *root, Found *found)
{
  g_autoptr (GHashTable) paths = enclave_git_config_files_find (root);
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, paths);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      const char *relative = (const char *) path + strlen (root) + 1;
      int fd = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
      gsize length = 0;
      char *text = fd >= 0 ? enclave_git_config_read (fd, ENCLAVE_GIT_CONFIG_MAX_BYTES, &length) : NULL;

      if (fd >= 0)
        close (fd);
      if (text != NULL && enclave_git_config_mask (text, length) == 0)
        {
          g_free (text);
          continue;
        }
      if (text != NULL && strlen (text) == length)
        {
          g_ptr_array_add (found->covers, g_strdup (relative));
          g_ptr_array_add (found->covers, text);
        }
      else if (fd >= 0)
        {
          g_free (text);
          g_ptr_array_add (found->masks, g_strdup (relative));
        }
    }
}

static void
scan (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Input *input = task_data;
  Found *found = g_new0 (Found, 1);
  GError *error = NULL;

  found->masks = g_ptr_array_new_with_free_func (g_free);
  found->covers = g_ptr_array_new_with_free_func (g_free);
  found->frozen = g_ptr_array_new_with_free_func (g_free);
  if (!enclave_command_scan_collect (input->policy, input->root, found->masks, found->frozen, cancellable, &error))
    {
      found_free (found);
      g_task_return_error (task, error);
      return;
    }
  cover_configurations (input->root, found);
  g_task_return_pointer (task, found, found_free);
}

void
enclave_command_scan_async (EnclavePolicy *policy, const char *root, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Input *input = g_new0 (Input, 1);

  input->policy = g_object_ref (policy);
  input->root = g_strdup (root);
  g_task_set_source_tag (task, enclave_command_scan_async);
  g_task_set_task_data (task, input, input_free);
  g_task_run_in_thread (task, scan);
}

GPtrArray *
enclave_command_scan_finish (GAsyncResult *result, GPtrArray **covers, GPtrArray **frozen, GError **error)
{
  GPtrArray *masks;
  Found *found;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  found = g_task_propagate_pointer (G_TASK (result), error);
  if (found == NULL)
    return NULL;
  masks = g_steal_pointer (&found->masks);
  *covers = g_steal_pointer (&found->covers);
  *frozen = g_steal_pointer (&found->frozen);
  found_free (found);
  return masks;
}
