/* enclave-net-walls.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-net-connection.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Headers of Linux 6.1 have no rules for ports; those of 6.7 and later have. */
struct ruleset
{
  uint64_t files;
  uint64_t ports;
};

struct port_rule
{
  uint64_t access;
  uint64_t port;
} __attribute__ ((packed));

#define RULE_PORT 2
#define PORT_BIND (1ULL << 0)
#define PORT_CONNECT (1ULL << 1)
#define PORTS_SINCE 4
#define WRITING                                                                                                               \
  (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE                             \
   | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK  \
   | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

static int
find_version (void)
{
  long version = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

  return version > 0 ? (int) version : 0;
}

static int
new_ruleset (const struct ruleset *rules, int version)
{
  size_t size = version >= PORTS_SINCE ? sizeof *rules : sizeof rules->files;

  return (int) syscall (SYS_landlock_create_ruleset, rules, size, 0);
}

static void
restrict_self (int ruleset)
{
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
    syscall (SYS_landlock_restrict_self, ruleset, 0);
  close (ruleset);
}

int
net_walls_raise (const char *const *folders)
{
  int version = find_version ();
  struct ruleset rules = { WRITING | LANDLOCK_ACCESS_FS_EXECUTE, PORT_BIND };
  int ruleset = version > 0 ? new_ruleset (&rules, version) : -1;

  if (ruleset < 0)
    return 0;
  for (size_t i = 0; folders[i] != NULL; i++)
    {
      struct landlock_path_beneath_attr rule = { .allowed_access = WRITING, .parent_fd = open (folders[i], O_PATH | O_CLOEXEC) };

      if (rule.parent_fd < 0)
        continue;
      syscall (SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
      close (rule.parent_fd);
    }
  restrict_self (ruleset);
  return version;
}

void
net_walls_allow_ports (const uint16_t *ports, size_t n)
{
  int version = find_version ();
  struct ruleset rules = { WRITING | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR, PORT_BIND | PORT_CONNECT };
  int ruleset = version > 0 ? new_ruleset (&rules, version) : -1;

  if (ruleset < 0)
    return;
  for (size_t i = 0; version >= PORTS_SINCE && i < n; i++)
    {
      struct port_rule rule = { PORT_CONNECT, ports[i] };

      syscall (SYS_landlock_add_rule, ruleset, RULE_PORT, &rule, 0);
    }
  restrict_self (ruleset);
}
