/* enclave-view-judge.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The judge of the view: the policy and the index of links that the file doors ask, asked with the names that the kernel gives to
 * opened descriptors. */

#include "config.h"

#include "enclave-view-config.h"
#include "enclave-view-private.h"
#include "enclave-view-store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "enclave-descriptor.h"
#include "enclave-limits.h"

#define TOLD_MAX 24
#define MOVE_MAX_DEPTH 128
#define PATH_US 5000
/* git itself writes all over its folder; what makes it run or trust something has rules of its own. */
#define GIT_INTERNAL_RULE "builtin:git-internal"

void
enclave_view_tell (EnclaveView *self, const char *path, const char *rule)
{
  const char *relative = g_str_has_prefix (path, self->root) ? path + strlen (self->root) : path;
  g_autofree char *shown = NULL;
  g_autofree char *line = NULL;

  if (self->report_fd < 0)
    return;
  while (*relative == '/')
    relative++;
  shown = g_strescape (relative, NULL);
  line = g_strdup_printf ("refused %s %.200s\n", rule, shown);
  g_mutex_lock (&self->lock);
  if (g_hash_table_size (self->told) < TOLD_MAX && !g_hash_table_contains (self->told, line)
      && write (self->report_fd, line, strlen (line)) > 0)
    g_hash_table_add (self->told, g_steal_pointer (&line));
  g_mutex_unlock (&self->lock);
}

char *
enclave_view_path_of (int fd)
{
  return enclave_descriptor_dup_name (fd);
}

char *
enclave_view_path_in (EnclaveView *self, EnclaveViewNode *folder, const char *name)
{
  gint64 now = g_get_monotonic_time ();

  if (folder->path == NULL || now - folder->path_us > PATH_US || folder->path_us <= self->moved_us)
    {
      g_free (folder->path);
      folder->path = enclave_view_path_of (folder->fd);
      folder->path_us = now;
    }
  return folder->path != NULL ? g_strconcat (folder->path, "/", name, NULL) : NULL;
}

static const char *
last_name (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

/* Git takes these from a repository's folder as they come: each leads it to a configuration that somebody else wrote. */
static gboolean
leads_git_elsewhere (const char *path)
{
  const char *name = last_name (path);

  return strcmp (name, "commondir") == 0 || strcmp (name, "gitdir") == 0 || strcmp (name, "config.worktree") == 0;
}

/* Returns: (nullable): the rule that stands against it. */
static const char *
rule_against (EnclaveView *self, EnclaveEffects effects, const char *path, gboolean is_folder)
{
  EnclaveDecision decision = enclave_policy_decide (self->policy, effects, self->root, path, is_folder);

  if (decision.verdict == ENCLAVE_VERDICT_DENY)
    return decision.rule != NULL ? decision.rule : "builtin:outside-project";
  if (decision.verdict != ENCLAVE_VERDICT_ASK)
    return NULL;
  if (g_strcmp0 (decision.rule, GIT_INTERNAL_RULE) == 0 && !leads_git_elsewhere (path))
    return NULL;
  return decision.rule;
}

void
enclave_view_note_verdict (EnclaveView *self, EnclaveViewNode *node, const char *path, const struct stat *st)
{
  gboolean is_folder = S_ISDIR (st->st_mode);
  gboolean is_refused = path == NULL || rule_against (self, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE, path, is_folder) != NULL;

  node->is_denied = path == NULL || (is_refused && rule_against (self, ENCLAVE_EFFECT_READ, path, is_folder) != NULL)
                    || enclave_link_index_find (self->links, st, FALSE, 0) != NULL;
  /* What is made in a folder is judged by its own name; git copies the mode of its configuration to what takes its place. */
  node->is_protected = is_refused && !node->is_denied && S_ISREG (st->st_mode) && node->config_kind == ENCLAVE_VIEW_CONFIG_NONE;
}

int
enclave_view_judge (EnclaveView *self, int fd, const struct stat *st, EnclaveEffects effects)
{
  g_autofree char *path = NULL;
  const char *rule;

  if ((effects & ENCLAVE_EFFECT_WRITE) != 0 && self->read_only)
    return EROFS;
  /* The policy knows the name of a removed file, which the kernel marks. */
  path = enclave_view_path_of (fd);
  if (path == NULL)
    return ENAMETOOLONG;
  rule = rule_against (self, effects, path, S_ISDIR (st->st_mode));
  if (rule == NULL)
    rule = enclave_link_index_find (self->links, st, FALSE, 0);
  if (rule == NULL)
    return 0;
  enclave_view_tell (self, path, rule);
  return EACCES;
}

int
enclave_view_judge_node (EnclaveView *self, EnclaveViewNode *node, EnclaveEffects effects)
{
  struct stat st;

  return enclave_view_judge_state (self, node, effects, &st);
}

int
enclave_view_judge_state (EnclaveView *self, EnclaveViewNode *node, EnclaveEffects effects, struct stat *st)
{
  int problem;

  if (fstatat (node->fd, "", st, AT_EMPTY_PATH) != 0)
    return errno;
  if (node->is_foreign)
    return (effects & ENCLAVE_EFFECT_WRITE) != 0 ? EACCES : 0;
  problem = enclave_view_judge (self, node->fd, st, effects);
  /* The name that it was denied for may be another than the one that its descriptor was opened by. */
  return problem == 0 && node->is_denied ? EACCES : problem;
}

int
enclave_view_judge_name (EnclaveView *self, EnclaveViewNode *folder, const char *name, gboolean is_folder)
{
  g_autofree char *folder_path = NULL;
  g_autofree char *path = NULL;
  const char *rule;

  if (self->read_only)
    return EROFS;
  if (folder->is_foreign || (self->store != NULL && enclave_view_store_refuses (self->store, folder, name)))
    return EACCES;
  folder_path = enclave_view_path_of (folder->fd);
  if (folder_path == NULL)
    return ENAMETOOLONG;
  path = g_strconcat (folder_path, "/", name, NULL);
  rule = rule_against (self, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE, path, is_folder);
  if (rule == NULL)
    return 0;
  enclave_view_tell (self, path, rule);
  return EACCES;
}

typedef struct
{
  EnclaveView *view;
  guint n_entries;
} Move;

/* @path and @new_path: where the opened folder lies and is to lie. Takes @fd. */
static int
judge_moved_folder (Move *move, int fd, const char *path, const char *new_path, guint depth)
{
  DIR *folder = fdopendir (fd);
  struct dirent *entry;
  int problem = 0;

  if (folder == NULL)
    {
      close (fd);
      return EACCES;
    }
  while (problem == 0 && (errno = 0, entry = readdir (folder)) != NULL)
    {
      g_autofree char *old_child = NULL;
      g_autofree char *new_child = NULL;
      const char *before, *after;
      gboolean is_folder;
      struct stat st;

      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (++move->n_entries > ENCLAVE_SCAN_MAX_ENTRIES || depth > MOVE_MAX_DEPTH)
        {
          problem = EACCES;
          break;
        }
      is_folder = entry->d_type == DT_DIR;
      if (entry->d_type == DT_UNKNOWN && fstatat (dirfd (folder), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        is_folder = S_ISDIR (st.st_mode);
      old_child = g_strconcat (path, "/", entry->d_name, NULL);
      new_child = g_strconcat (new_path, "/", entry->d_name, NULL);
      before = rule_against (move->view, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE, old_child, is_folder);
      after = rule_against (move->view, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE, new_child, is_folder);
      if (g_strcmp0 (before, after) != 0)
        {
          enclave_view_tell (move->view, before != NULL ? old_child : new_child, before != NULL ? before : after);
          problem = EACCES;
        }
      else if (is_folder)
        {
          int child = openat (dirfd (folder), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

          if (child >= 0)
            problem = judge_moved_folder (move, child, old_child, new_child, depth + 1);
          else if (errno != ENOENT)
            /* Nobody can tell what is in there. */
            problem = EACCES;
        }
    }
  closedir (folder);
  return problem;
}

int
enclave_view_judge_move (EnclaveView *self, EnclaveViewNode *folder, const char *name, EnclaveViewNode *new_folder,
                         const char *new_name)
{
  Move move = { self, 0 };
  g_autofree char *parent = enclave_view_path_of (folder->fd);
  g_autofree char *new_parent = enclave_view_path_of (new_folder->fd);
  g_autofree char *path = NULL;
  g_autofree char *new_path = NULL;
  int fd;

  if (parent == NULL || new_parent == NULL)
    return ENAMETOOLONG;
  fd = openat (folder->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return errno;
  path = g_strconcat (parent, "/", name, NULL);
  new_path = g_strconcat (new_parent, "/", new_name, NULL);
  /* A repository's folder is where git finds what it is told to do. */
  if (strcmp (name, ".git") == 0 || strcmp (new_name, ".git") == 0)
    {
      close (fd);
      enclave_view_tell (self, strcmp (name, ".git") == 0 ? path : new_path, GIT_INTERNAL_RULE);
      return EACCES;
    }
  /* Objects elsewhere would be files like others. */
  if (self->store != NULL && enclave_view_store_has (self->store, path))
    {
      close (fd);
      return EACCES;
    }
  return judge_moved_folder (&move, fd, path, new_path, 0);
}
