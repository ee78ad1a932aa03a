/* enclave-confine-mounts.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The command's file system: a fresh root on tmpfs with the system's folders read-only, the workspace at its own place, and nothing
 * else of the host. Every mount is made from a descriptor that was opened before and attached by descriptor, so that no link in
 * the workspace can redirect one (CVE-2026-87766 was that, in another launcher). */

#include "config.h"

#include "enclave-confine-processes.h"
#include "enclave-confine-steps.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave-test-walls.h"

#define STAGE "/tmp"

static int
open_beneath (int folder, const char *path, unsigned long long flags)
{
  struct open_how how = { .flags = flags | O_CLOEXEC,
                          .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };

  return (int) syscall (SYS_openat2, folder, path, &how, sizeof how);
}

/* A detached copy of the mount at @path, with all below it. */
static int
copy_tree (const char *path)
{
  return open_tree (AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW);
}

static int
restrict_tree (int tree, unsigned long long attributes)
{
  struct mount_attr attr = { .attr_set = attributes };

  return mount_setattr (tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof attr);
}

/* Makes the folders of @path below @root (all of it lies on our tmpfs, or is refused for a link). */
static int
make_place (int root, const char *path, bool folder)
{
  char part[PATH_MAX];
  int at;

  if (strlen (path) >= sizeof part)
    {
      errno = ENAMETOOLONG;
      return -1;
    }
  while (*path == '/')
    path++;
  for (const char *slash = path;; slash++)
    {
      bool last = *slash == '\0';

      if (*slash != '/' && !last)
        continue;
      memcpy (part, path, (size_t) (slash - path));
      part[slash - path] = '\0';
      if (last && !folder)
        {
          at = openat (root, part, O_CREAT | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0444);
          if (at >= 0)
            close (at);
          else if (errno != EACCES && errno != EROFS && errno != EEXIST)
            return -1;
        }
      else if (part[0] != '\0' && mkdirat (root, part, 0755) != 0 && errno != EEXIST && errno != EROFS)
        return -1;
      if (last)
        break;
    }
  return open_beneath (root, part[0] != '\0' ? part : ".", O_PATH);
}

static int
attach (int tree, int root, const char *path, bool folder)
{
  int place = make_place (root, path, folder);
  int result;

  if (place < 0)
    return -1;
  result = move_mount (tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  close (place);
  return result;
}

static const char *
show (int root, const char *path, unsigned long long attributes)
{
  struct stat st;
  int tree;

  if (lstat (path, &st) != 0)
    return errno == ENOENT ? NULL : problem_because ("looking at", path);
  if (S_ISLNK (st.st_mode))
    {
      char target[PATH_MAX];
      ssize_t n = readlink (path, target, sizeof target - 1);

      if (n < 0)
        return problem_because ("reading the link", path);
      target[n] = '\0';
      return symlinkat (target, root, path + 1) == 0 || errno == EEXIST ? NULL : problem_because ("making", path);
    }
  tree = copy_tree (path);
  if (tree < 0)
    return problem_because ("copying the mount", path);
  if (restrict_tree (tree, attributes) != 0 || attach (tree, root, path, S_ISDIR (st.st_mode)) != 0)
    return problem_because ("showing", path);
  close (tree);
  return NULL;
}

static const char *
mount_new (int root, const char *type, const char *path, unsigned long flags, const char *options)
{
  char target[64];
  int place = make_place (root, path, true);

  if (place < 0)
    return problem_because ("making", path);
  snprintf (target, sizeof target, "/proc/self/fd/%d", place);
  if (mount (type, target, type, flags, options) != 0)
    {
      close (place);
      return problem_because ("mounting", path);
    }
  close (place);
  return NULL;
}

/* An empty file and an empty folder without any permission: what stands in place of what is hidden. */
static const char *
make_blanks (int root, int *file, int *folder)
{
  int fd;

  if (mkdirat (root, ".blank", 0755) != 0)
    return problem_because ("making", "the blanks");
  fd = openat (root, ".blank/file", O_CREAT | O_EXCL | O_RDONLY | O_CLOEXEC, 0000);
  if (fd < 0 || mkdirat (root, ".blank/folder", 0000) != 0)
    return problem_because ("making", "the blanks");
  close (fd);
  *file = openat (root, ".blank/file", O_PATH | O_CLOEXEC);
  *folder = openat (root, ".blank/folder", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return *file >= 0 && *folder >= 0 ? NULL : problem_because ("opening", "the blanks");
}

static const char *
hide (int parent, const char *path, int blank_file, int blank_folder)
{
  struct stat st;
  int tree;
  int place = open_beneath (parent, path, O_PATH | O_NOFOLLOW);

  if (place < 0)
    /* Gone since it was listed, or a link: what a link leads to is listed itself. */
    return errno == ENOENT || errno == ELOOP || errno == ENOTDIR ? NULL : problem_because ("hiding", path);
  if (fstat (place, &st) != 0)
    return problem_because ("hiding", path);
  tree = open_tree (S_ISDIR (st.st_mode) ? blank_folder : blank_file, "",
                    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
  if (tree < 0 || restrict_tree (tree, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NOSUID) != 0
      || move_mount (tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
    return problem_because ("hiding", path);
  close (tree);
  close (place);
  return NULL;
}

/* A mount of its own can be neither replaced nor moved. @attributes: MOUNT_ATTR_RDONLY where nothing in it may be changed. */
static const char *
freeze (int parent, const char *path, unsigned long long attributes)
{
  int tree;
  int place = open_beneath (parent, path, O_PATH | O_NOFOLLOW);

  if (place < 0)
    /* As in hide(). */
    return errno == ENOENT || errno == ELOOP || errno == ENOTDIR ? NULL : problem_because ("freezing", path);
  tree = open_tree (place, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
  if (tree < 0 || restrict_tree (tree, attributes | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV) != 0
      || move_mount (tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
    return problem_because ("freezing", path);
  close (tree);
  close (place);
  return NULL;
}

/* Shows @text in place of a file. */
static const char *
cover (int root, int parent, const char *path, const char *text, size_t number, int blank_folder)
{
  char name[64];
  size_t length = strlen (text);
  const char *problem = NULL;
  int file;

  snprintf (name, sizeof name, ".blank/cover-%zu", number);
  file = openat (root, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0444);
  if (file < 0 || write (file, text, length) != (ssize_t) length)
    problem = problem_because ("covering", path);
  if (file >= 0)
    close (file);
  if (problem != NULL)
    return problem;
  file = openat (root, name, O_PATH | O_CLOEXEC);
  if (file < 0)
    return problem_because ("covering", path);
  problem = hide (parent, path, file, blank_folder);
  close (file);
  return problem;
}

static const char *
hide_system_secrets (int root, int blank_file, int blank_folder)
{
  for (size_t i = 0; system_secrets[i] != NULL; i++)
    {
      glob_t found;

      if (glob (system_secrets[i], GLOB_NOSORT, NULL, &found) != 0)
        continue;
      for (size_t k = 0; k < found.gl_pathc; k++)
        {
          const char *problem = hide (root, found.gl_pathv[k] + 1, blank_file, blank_folder);

          if (problem != NULL)
            return problem;
        }
      globfree (&found);
    }
  return NULL;
}

static const char *
make_devices (int root)
{
  static const char *const links[][2] = { { "/proc/self/fd", "dev/fd" },
                                          { "/proc/self/fd/0", "dev/stdin" },
                                          { "/proc/self/fd/1", "dev/stdout" },
                                          { "/proc/self/fd/2", "dev/stderr" },
                                          { "pts/ptmx", "dev/ptmx" } };
  const char *problem = mount_new (root, "tmpfs", "/dev", MS_NOSUID | MS_NOEXEC, "mode=0755,size=64k");

  for (size_t i = 0; problem == NULL && device_nodes[i] != NULL; i++)
    problem = show (root, device_nodes[i], MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
  for (size_t i = 0; problem == NULL && i < sizeof links / sizeof *links; i++)
    if (symlinkat (links[i][0], root, links[i][1]) != 0)
      problem = problem_because ("making", links[i][1]);
  if (problem == NULL)
    problem = mount_new (root, "devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620");
  if (problem == NULL)
    problem = mount_new (root, "tmpfs", "/dev/shm", MS_NOSUID | MS_NODEV, "mode=1777,size=25%");
  return problem;
}

static const char *
make_proc (int root, const struct plan *plan)
{
  /* Real root may write these by owning them, capabilities or not. */
  static const char *const frozen[] = { "proc/sys", "proc/sysrq-trigger", "proc/irq", "proc/bus", "proc/fs" };
  const char *problem = enclave_test_walls_is_off ("processes") ? show (root, "/proc", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
                                                                : mount_new (root, "proc", "/proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL);

  if (problem == NULL)
    processes_bound_namespace (plan, root);
  for (size_t i = 0; problem == NULL && i < sizeof frozen / sizeof *frozen; i++)
    {
      int place = open_beneath (root, frozen[i], O_PATH);
      int tree;

      if (place < 0)
        continue;
      tree = open_tree (place, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
      if (tree < 0 || restrict_tree (tree, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC) != 0
          || move_mount (tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
        problem = problem_because ("freezing", frozen[i]);
      close (tree);
      close (place);
    }
  return problem;
}

static const char *
show_workspace (int root, int tree, const struct plan *plan, int blank_file, int blank_folder)
{
  const char *problem = NULL;
  int place;

  if (restrict_tree (tree, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | (plan->read_only ? MOUNT_ATTR_RDONLY : 0)) != 0
      || attach (tree, root, plan->workspace, true) != 0)
    return problem_because ("showing", plan->workspace);
  place = open_beneath (root, plan->workspace + 1, O_PATH | O_DIRECTORY);
  if (place < 0)
    return problem_because ("opening", plan->workspace);
  /* The first, so that what is hidden in such a folder comes on top. */
  for (size_t i = 0; problem == NULL && i < plan->pinned.n; i++)
    problem = freeze (place, plan->pinned.items[i], plan->read_only ? MOUNT_ATTR_RDONLY : 0);
  for (size_t i = 0; problem == NULL && i < plan->frozen.n; i++)
    problem = freeze (place, plan->frozen.items[i], MOUNT_ATTR_RDONLY);
  for (size_t i = 0; problem == NULL && i < plan->masks.n; i++)
    problem = hide (place, plan->masks.items[i], blank_file, blank_folder);
  for (size_t i = 0; problem == NULL && i < plan->covers.n; i++)
    problem = cover (root, place, plan->covers.items[i], plan->cover_texts.items[i], i, blank_folder);
  close (place);
  return problem;
}

static const char *
show_view (int root, const struct plan *plan, int view_socket, int fuse_fd)
{
  int place = make_place (root, plan->workspace, true);
  const char *problem;

  if (place < 0)
    return problem_because ("making", plan->workspace);
  problem = view_mount (plan, view_socket, fuse_fd, place);
  close (place);
  return problem;
}

static const char *
enter_root (int root)
{
  struct mount_attr read_only = { .attr_set = MOUNT_ATTR_RDONLY };

  if (fchdir (root) != 0)
    return problem_because ("entering", "the new root");
  /* Own folders of the root itself stay as they are; what may be written has a mount of its own. */
  if (mount_setattr (root, "", AT_EMPTY_PATH, &read_only, sizeof read_only) != 0)
    return problem_because ("closing", "the new root");
  if (syscall (SYS_pivot_root, ".", ".") != 0)
    return problem_because ("changing", "the root");
  if (umount2 (".", MNT_DETACH) != 0)
    return problem_because ("leaving", "the old root");
  return chdir ("/") == 0 ? NULL : problem_because ("entering", "the new root");
}

/* For a test that takes the wall `system` away: the workspace as it is to be seen, in a copy of the host's own tree. */
static const char *
set_up_over_host (const struct plan *plan, int view_socket)
{
  const char *problem = NULL;
  int blank_file, blank_folder, fuse, place, root;

  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    return problem_because ("making the mounts", "private");
  if (plan->workspace == NULL)
    return NULL;
  place = open (plan->workspace, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (place < 0)
    return problem_because ("opening", plan->workspace);
  if (plan->view != NULL)
    {
      fuse = open ("/dev/fuse", O_RDWR | O_CLOEXEC);
      return fuse >= 0 ? view_mount (plan, view_socket, fuse, place) : problem_because ("opening", "/dev/fuse");
    }
  if (mount ("tmpfs", "/mnt", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") != 0
      || (root = open ("/mnt", O_PATH | O_DIRECTORY | O_CLOEXEC)) < 0)
    return problem_because ("making", "a place for the blanks");
  problem = make_blanks (root, &blank_file, &blank_folder);
  for (size_t i = 0; problem == NULL && i < plan->masks.n; i++)
    problem = hide (place, plan->masks.items[i], blank_file, blank_folder);
  return problem;
}

#define SHOWN_MAX 64

/* Places of the host that are shown at their own path, each from a copy that was made before the stage covers it. */
struct shown
{
  const struct list *paths;
  unsigned long long attributes;
  int trees[SHOWN_MAX]; /* -1: not there, or a link */
  bool folders[SHOWN_MAX];
};

static const char *
copy_shown (struct shown *shown)
{
  struct stat st;

  if (shown->paths->n > SHOWN_MAX)
    return "more than 64 places to show";
  for (size_t i = 0; i < shown->paths->n; i++)
    {
      shown->trees[i] = -1;
      if (lstat (shown->paths->items[i], &st) != 0 || S_ISLNK (st.st_mode))
        continue;
      shown->folders[i] = S_ISDIR (st.st_mode);
      if ((shown->trees[i] = copy_tree (shown->paths->items[i])) < 0)
        return problem_because ("copying the mount", shown->paths->items[i]);
    }
  return NULL;
}

static const char *
attach_shown (const struct shown *shown, int root)
{
  for (size_t i = 0; i < shown->paths->n; i++)
    if (shown->trees[i] >= 0
        && (restrict_tree (shown->trees[i], shown->attributes) != 0
            || attach (shown->trees[i], root, shown->paths->items[i], shown->folders[i]) != 0))
      return problem_because ("showing", shown->paths->items[i]);
  return NULL;
}

const char *
mounts_set_up (const struct plan *plan, int view_socket)
{
  const unsigned long long quiet = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
  struct shown shown[] = { { .paths = &plan->sees, .attributes = quiet },
                           { .paths = &plan->writes, .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC },
                           { .paths = &plan->devices, .attributes = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC } };
  const char *problem = NULL;
  int workspace = -1;
  int fuse = -1;
  int sockets = -1;
  int blank_file = -1;
  int blank_folder = -1;
  mode_t mask;
  int root;

  if (enclave_test_walls_is_off ("system"))
    return set_up_over_host (plan, view_socket);
  mask = umask (022);
  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    return problem_because ("making the mounts", "private");
  /* The copies come first: the stage may cover what they are made from. */
  if (plan->view != NULL && (fuse = open ("/dev/fuse", O_RDWR | O_CLOEXEC)) < 0)
    return problem_because ("opening", "/dev/fuse");
  if (plan->workspace != NULL && plan->view == NULL && (workspace = copy_tree (plan->workspace)) < 0)
    return problem_because ("copying the mount", plan->workspace);
  if (plan->socket_folder != NULL && (sockets = copy_tree (plan->socket_folder)) < 0)
    return problem_because ("copying the mount", plan->socket_folder);
  for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
    if ((problem = copy_shown (&shown[i])) != NULL)
      return problem;

  if (mount ("tmpfs", STAGE, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=16m") != 0)
    return problem_because ("mounting", "the new root");
  root = open (STAGE, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    return problem_because ("opening", "the new root");

  problem = make_blanks (root, &blank_file, &blank_folder);
  for (size_t i = 0; problem == NULL && system_folders[i] != NULL; i++)
    problem = show (root, system_folders[i], quiet);
  if (problem == NULL)
    problem = hide_system_secrets (root, blank_file, blank_folder);
  if (problem == NULL)
    problem = make_devices (root);
  if (problem == NULL)
    problem = make_proc (root, plan);
  if (problem == NULL)
    problem = mount_new (root, "tmpfs", "/tmp", MS_NOSUID | MS_NODEV, "mode=1777,size=50%");
  if (problem == NULL)
    problem = mount_new (root, "tmpfs", "/run", MS_NOSUID | MS_NODEV, "mode=0755,size=64m");
  if (problem == NULL)
    problem = mount_new (root, "tmpfs", "/var/tmp", MS_NOSUID | MS_NODEV, "mode=1777,size=25%");
  if (problem == NULL && mkdirat (root, "tmp/home", 0700) != 0)
    problem = problem_because ("making", "the home folder");
  for (size_t i = 0; problem == NULL && i < sizeof shown / sizeof *shown; i++)
    problem = attach_shown (&shown[i], root);
  for (size_t i = 0; problem == NULL && i < plan->hides.n; i++)
    problem = hide (root, plan->hides.items[i] + 1, blank_file, blank_folder);
  if (problem == NULL && workspace >= 0)
    problem = show_workspace (root, workspace, plan, blank_file, blank_folder);
  if (problem == NULL && fuse >= 0)
    problem = show_view (root, plan, view_socket, fuse);
  if (problem == NULL && sockets >= 0
      && (restrict_tree (sockets, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC) != 0
          || attach (sockets, root, plan->socket_folder, true) != 0))
    problem = problem_because ("showing", plan->socket_folder);
  if (problem == NULL)
    problem = enter_root (root);
  /* What the command makes has the modes its user wants. */
  umask (mask);
  return problem;
}
