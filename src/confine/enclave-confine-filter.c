/* enclave-confine-filter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "enclave-confine-steps.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

const char *
network_set_up (void)
{
  struct ifreq request = { .ifr_name = "lo" };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return problem_because ("opening a socket for", "the loopback");
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl (fd, SIOCSIFFLAGS, &request) != 0)
    {
      close (fd);
      return problem_because ("bringing up", "the loopback");
    }
  close (fd);
  return NULL;
}

const char *
privileges_drop (bool alone)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct none[2];
  const struct rlimit no_core = { 0, 0 };

  memset (none, 0, sizeof none);
  /* An ordinary user has none to drop with, and without new privileges none comes from there. */
  alone = alone && geteuid () != 0;
  for (int capability = 0; !alone && prctl (PR_CAPBSET_READ, capability) >= 0; capability++)
    if (prctl (PR_CAPBSET_DROP, capability) != 0)
      return problem_because ("dropping", "a capability");
  if (prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
    return problem_because ("dropping", "the ambient capabilities");
  /* Being root by number gives nothing back on exec. */
  if (!alone
      && prctl (PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP
                                  | SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED
                                  | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)
           != 0)
    return problem_because ("locking", "the capabilities");
  if (syscall (SYS_capset, &header, none) != 0)
    return problem_because ("dropping", "the capabilities");
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return problem_because ("forbidding", "new privileges");
  setrlimit (RLIMIT_CORE, &no_core);
  return NULL;
}

static int
refuse_all (scmp_filter_ctx filter)
{
  /* By name: a name that this libseccomp does not know on this machine is a call that can't be made by it either, but
   * those of newer kernels are then refused by number where the number is the same on all machines. */
  static const char *const names[] = {
    "mount", "umount", "umount2", "pivot_root", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount", "fspick",
    "mount_setattr", "chroot", "unshare", "setns", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "kexec_load", "kexec_file_load", "bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key",
    "open_by_handle_at", "name_to_handle_at", "init_module", "finit_module", "delete_module", "swapon", "swapoff", "reboot",
    "acct", "quotactl", "quotactl_fd", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "iopl", "ioperm", "nfsservctl",
    "lookup_dcookie", "vhangup", "syslog", "fanotify_init", "modify_ldt", "personality",
  };

  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    {
      int number = seccomp_syscall_resolve_name (names[i]);
      int result;

      if (number == __NR_SCMP_ERROR)
        continue;
      if (strcmp (names[i], "personality") == 0)
        /* Asking for the present one is what programs do; READ_IMPLIES_EXEC and the like is what exploits do. */
        result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), number, 1,
                                   SCMP_A0_64 (SCMP_CMP_MASKED_EQ, 0x0400000, 0x0400000));
      else
        result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), number, 0);
      if (result != 0)
        return result;
    }
  return 0;
}

static int
refuse_namespaces (scmp_filter_ctx filter)
{
  static const unsigned long flags[] = { CLONE_NEWNS,  CLONE_NEWUTS, CLONE_NEWIPC,    CLONE_NEWUSER,
                                         CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWCGROUP, CLONE_NEWTIME };
  int result = 0;

  for (size_t i = 0; result == 0 && i < sizeof flags / sizeof *flags; i++)
    {
      /* clone has the exit signal in the low byte, where CLONE_NEWTIME (only for clone3) lies too. */
      if (flags[i] == CLONE_NEWTIME)
        continue;
      result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (clone), 1,
                                 SCMP_A0_64 (SCMP_CMP_MASKED_EQ, flags[i], flags[i]));
    }
  /* Its flags are in memory, where a filter can't look; ENOSYS makes libraries fall back to clone. */
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);
  return result;
}

static int
refuse_sockets (scmp_filter_ctx filter)
{
  static const unsigned int families[] = { 0, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15 };
  int result = 0;

  for (size_t i = 0; result == 0 && i < sizeof families / sizeof *families; i++)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 1,
                               SCMP_A0_32 (SCMP_CMP_EQ, families[i]));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 1,
                               SCMP_A0_32 (SCMP_CMP_GT, AF_NETLINK));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 2,
                               SCMP_A0_32 (SCMP_CMP_EQ, AF_NETLINK), SCMP_A2_32 (SCMP_CMP_NE, 0));
  return result;
}

static int
refuse_terminal_input (scmp_filter_ctx filter)
{
  /* The kernel looks at the low half of the number only, and so must the filter. */
  int result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (ioctl), 1,
                                 SCMP_A1_64 (SCMP_CMP_MASKED_EQ, 0xffffffffu, TIOCSTI));

  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (ioctl), 1,
                               SCMP_A1_64 (SCMP_CMP_MASKED_EQ, 0xffffffffu, 0x541C /* TIOCLINUX */));
  return result;
}

/* Without namespaces these reach what belongs to other programs of the same user. */
static int
refuse_neighbours (scmp_filter_ctx filter)
{
  static const char *const names[] = {
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "pidfd_getfd", "kcmp",
    "move_pages", "migrate_pages", "shmget", "shmat", "shmctl", "semget", "semop", "semtimedop", "semctl", "msgget", "msgsnd",
    "msgrcv", "msgctl", "mq_open", "mq_unlink", "connect", "bind", "listen", "accept", "accept4",
  };
  int result = 0;

  for (size_t i = 0; result == 0 && i < sizeof names / sizeof *names; i++)
    {
      int number = seccomp_syscall_resolve_name (names[i]);

      if (number != __NR_SCMP_ERROR)
        result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), number, 0);
    }
  /* Every process of the user; a single one is a question for Landlock. */
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (kill), 1, SCMP_A0_32 (SCMP_CMP_EQ, (uint32_t) -1));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (prlimit64), 1, SCMP_A0_32 (SCMP_CMP_NE, 0));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (setpriority), 1, SCMP_A1_32 (SCMP_CMP_NE, 0));
  /* Pairs whose ends stay with each other: one of datagrams could be sent to any other address. */
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 0);
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socketpair), 1,
                               SCMP_A0_32 (SCMP_CMP_NE, AF_UNIX));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ESOCKTNOSUPPORT), SCMP_SYS (socketpair), 1,
                               SCMP_A1_64 (SCMP_CMP_MASKED_EQ, 0xf, SOCK_DGRAM));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ESOCKTNOSUPPORT), SCMP_SYS (socketpair), 1,
                               SCMP_A1_64 (SCMP_CMP_MASKED_EQ, 0xf, SOCK_RAW));
  return result;
}

const char *
filter_install (bool alone)
{
  /* Calls of another architecture end the process: their numbers mean other things. */
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);
  int result;

  if (filter == NULL)
    return "making the filter of system calls: out of memory";
  result = refuse_all (filter);
  if (result == 0)
    result = refuse_namespaces (filter);
  if (result == 0)
    result = alone ? refuse_neighbours (filter) : refuse_sockets (filter);
  if (result == 0)
    result = refuse_terminal_input (filter);
  if (result == 0)
    result = seccomp_load (filter);
  seccomp_release (filter);
  if (result != 0)
    {
      errno = -result;
      return problem_because ("installing", "the filter of system calls");
    }
  return NULL;
}
