/* enclave-confine-landlock.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Landlock: what may be opened, said once more by place. In namespaces it is the second wall behind the mounts: if one of those
 * showed more than it should, this would still refuse it. Without namespaces it is the wall that keeps the rest of the disk. Of
 * what the kernel offers all is used that ordinary work can live with; ABI 1 is left alone, since it forbids every rename and
 * link from one folder into another. */

#include "config.h"

#include "enclave-confine-steps.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave-test-walls.h"

/* Newer than the oldest headers that this is built with, by the kernel's names. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15)
#endif
#ifndef LANDLOCK_ACCESS_NET_BIND_TCP
#define LANDLOCK_ACCESS_NET_BIND_TCP (1ULL << 0)
#define LANDLOCK_ACCESS_NET_CONNECT_TCP (1ULL << 1)
#endif
#ifndef LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
#define LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0)
#define LANDLOCK_SCOPE_SIGNAL (1ULL << 1)
#endif

#define READING (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define CHANGING                                                                                                              \
  (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR \
   | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM    \
   | LANDLOCK_ACCESS_FS_REFER | LANDLOCK_ACCESS_FS_TRUNCATE)
#define USING                                                                                                    \
  (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE | LANDLOCK_ACCESS_FS_IOCTL_DEV)
/* What can be asked of a file that is no folder. */
#define OF_FILES (USING | LANDLOCK_ACCESS_FS_EXECUTE)
#define DEVICE_NODES (LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK)

/* As far as the kernel knows it; the header at hand may be older. */
struct attributes
{
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};

struct rules
{
  int ruleset;
  uint64_t handled;
};

int
landlock_abi (void)
{
  int abi = (int) syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  int most = enclave_test_walls_number ("landlock-abi", abi);

  if (abi <= 0 || enclave_test_walls_is_off ("landlock"))
    return 0;
  return most < abi ? most : abi;
}

static bool
allow_descriptor (const struct rules *rules, int fd, uint64_t rights)
{
  struct landlock_path_beneath_attr rule = { .parent_fd = fd };
  struct stat st;

  if (fstat (fd, &st) != 0)
    return false;
  rule.allowed_access = rights & rules->handled & (S_ISDIR (st.st_mode) ? ~0ULL : OF_FILES);
  return rule.allowed_access == 0
         || syscall (SYS_landlock_add_rule, rules->ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

/* What is not there needs no rule; a link is judged by where it leads. */
static bool
allow (const struct rules *rules, const char *path, uint64_t rights)
{
  int fd = open (path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  struct stat st;
  bool done;

  if (fd < 0)
    return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
  done = fstat (fd, &st) == 0 && (S_ISLNK (st.st_mode) || allow_descriptor (rules, fd, rights));
  close (fd);
  return done;
}

static bool
is_secret (const char *path)
{
  for (size_t i = 0; system_secrets[i] != NULL; i++)
    if (fnmatch (system_secrets[i], path, FNM_PATHNAME) == 0)
      return true;
  return false;
}

static bool
has_secrets_beneath (const char *path)
{
  size_t length = strlen (path);

  for (size_t i = 0; system_secrets[i] != NULL; i++)
    if (strncmp (system_secrets[i], path, length) == 0 && system_secrets[i][length] == '/')
      return true;
  return false;
}

/* A rule counts for all that is below its place, so where secrets lie beside the rest each entry has a rule of its own. */
static bool
allow_but_secrets (const struct rules *rules, const char *path)
{
  char below[PATH_MAX];
  struct dirent *entry;
  DIR *folder;
  bool done;

  if (is_secret (path))
    return true;
  if (!has_secrets_beneath (path))
    return allow (rules, path, READING);
  folder = opendir (path);
  if (folder == NULL)
    return errno == ENOENT || errno == EACCES || errno == ENOTDIR;
  done = allow (rules, path, LANDLOCK_ACCESS_FS_READ_DIR);
  while (done && (entry = readdir (folder)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0
        && snprintf (below, sizeof below, "%s/%s", path, entry->d_name) < (int) sizeof below)
      done = entry->d_type == DT_DIR || has_secrets_beneath (below) || is_secret (below)
               ? allow_but_secrets (rules, below)
               : entry->d_type == DT_LNK || allow (rules, below, READING);
  closedir (folder);
  return done;
}

/* The command's own terminal and pipes, which programs open again as /dev/stdout and the like; each in its own direction. */
static bool
allow_inherited (const struct rules *rules)
{
  for (int fd = 0; fd < 3; fd++)
    {
      int mode = fcntl (fd, F_GETFL) & O_ACCMODE;
      uint64_t rights = LANDLOCK_ACCESS_FS_IOCTL_DEV;

      if (mode != O_WRONLY)
        rights |= LANDLOCK_ACCESS_FS_READ_FILE;
      if (mode != O_RDONLY)
        rights |= LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE;
      /* EBADFD is what the kernel says of pipes, which it never keeps closed. */
      if (!allow_descriptor (rules, fd, rights) && errno != EBADFD)
        return false;
    }
  return true;
}

static bool
allow_places (const struct rules *rules, const struct plan *plan, const struct places *places)
{
  bool alone = places->private_folder != NULL;
  uint64_t change = plan->read_only ? 0 : CHANGING;
  char path[PATH_MAX];
  bool done = true;

  for (size_t i = 0; done && system_folders[i] != NULL; i++)
    done = allow_but_secrets (rules, system_folders[i]);
  for (size_t i = 0; done && i < plan->sees.n; i++)
    done = allow (rules, plan->sees.items[i], READING);
  for (size_t i = 0; done && i < plan->writes.n; i++)
    done = allow (rules, plan->writes.items[i], (READING & ~LANDLOCK_ACCESS_FS_EXECUTE) | CHANGING);
  for (size_t i = 0; done && i < plan->devices.n; i++)
    done = allow (rules, plan->devices.items[i], USING);
  if (done && places->workspace != NULL)
    done = allow (rules, places->workspace, READING | change);
  if (done && plan->socket_folder != NULL)
    done = allow (rules, plan->socket_folder, READING | CHANGING);
  done = done && allow_inherited (rules);
  if (!alone)
    /* All of these are the box's own. */
    return done && allow (rules, "/", LANDLOCK_ACCESS_FS_READ_DIR) && allow (rules, "/dev", USING | LANDLOCK_ACCESS_FS_READ_DIR)
           && allow (rules, "/proc", (USING | LANDLOCK_ACCESS_FS_READ_DIR) & ~LANDLOCK_ACCESS_FS_IOCTL_DEV)
           && allow (rules, "/dev/shm", READING | CHANGING) && allow (rules, "/tmp", READING | CHANGING)
           && allow (rules, "/run", READING | CHANGING) && allow (rules, "/var/tmp", READING | CHANGING);
  /* These are everybody's: no terminal but the command's own, no memory of other programs, and /proc for reading. */
  for (size_t i = 0; done && device_nodes[i] != NULL; i++)
    done = allow (rules, device_nodes[i], USING);
  for (size_t i = 0; done && private_folders[i] != NULL; i++)
    {
      snprintf (path, sizeof path, "%s/%s", places->private_folder, private_folders[i]);
      done = allow (rules, path, READING | CHANGING);
    }
  return done && allow (rules, "/proc", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
}

const char *
landlock_confine (const struct plan *plan, const struct places *places)
{
  int abi = landlock_abi ();
  struct attributes attributes = { .handled_access_fs = READING | CHANGING | DEVICE_NODES };
  struct rules rules;
  size_t size = sizeof attributes.handled_access_fs;
  const char *problem = NULL;

  if (abi < LANDLOCK_LEAST_ABI)
    return places->private_folder != NULL ? "this kernel has no Landlock, or an old one" : NULL;
  if (abi < 3)
    attributes.handled_access_fs &= ~LANDLOCK_ACCESS_FS_TRUNCATE;
  if (abi >= 4)
    {
      size += sizeof attributes.handled_access_net;
      /* In a network of its own the command may do as it likes. */
      if (places->private_folder != NULL)
        attributes.handled_access_net = LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP;
    }
  if (abi >= 5)
    attributes.handled_access_fs |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
  if (abi >= 6)
    {
      size += sizeof attributes.scoped;
      attributes.scoped = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;
    }
  rules.handled = attributes.handled_access_fs;
  rules.ruleset = (int) syscall (SYS_landlock_create_ruleset, &attributes, size, 0);
  if (rules.ruleset < 0)
    return problem_because ("making", "the rules of Landlock");
  if (!allow_places (&rules, plan, places))
    problem = problem_because ("filling", "the rules of Landlock");
  else if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall (SYS_landlock_restrict_self, rules.ruleset, 0) != 0)
    problem = problem_because ("setting", "the rules of Landlock");
  close (rules.ruleset);
  return problem;
}
