/* enclave-seal-filter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-seal-filter.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>

static int
refuse (scmp_filter_ctx filter, const char *const *names, size_t n, int problem)
{
  int result = 0;

  for (size_t i = 0; result == 0 && i < n; i++)
    {
      int number = seccomp_syscall_resolve_name (names[i]);

      if (number != __NR_SCMP_ERROR)
        result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (problem), number, 0);
    }
  return result;
}

static int
refuse_families (scmp_filter_ctx filter)
{
  int result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 1, SCMP_A0_32 (SCMP_CMP_NE, AF_UNIX));

  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socketpair), 1, SCMP_A0_32 (SCMP_CMP_NE, AF_UNIX));
  return result;
}

/* Families below and above the two of addresses, and of those two all but streams. */
static int
refuse_but_streams (scmp_filter_ctx filter)
{
  static const uint32_t refused[] = { AF_UNSPEC, 3, 4, 5, 6, 7, 8, 9 };
  static const uint32_t families[] = { AF_INET, AF_INET6 };
  int result = 0;

  for (size_t i = 0; result == 0 && i < sizeof refused / sizeof *refused; i++)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 1, SCMP_A0_32 (SCMP_CMP_EQ, refused[i]));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EAFNOSUPPORT), SCMP_SYS (socket), 1, SCMP_A0_32 (SCMP_CMP_GT, AF_INET6));
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    for (uint64_t type = 0; result == 0 && type < 16; type++)
      if (type != SOCK_STREAM)
        result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ESOCKTNOSUPPORT), SCMP_SYS (socket), 2,
                                   SCMP_A0_32 (SCMP_CMP_EQ, families[i]), SCMP_A1_64 (SCMP_CMP_MASKED_EQ, 0xf, type));
  return result;
}

int
seal_filter_install (enum seal_role role)
{
  /* A ring takes system calls from memory, where no filter looks. */
  static const char *const rings[] = { "io_uring_setup", "io_uring_enter", "io_uring_register" };
  static const char *const neighbours[] = { "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "bpf" };
  static const char *const programs[] = { "execve", "execveat", "setns", "unshare", "mount" };
  /* Calls of another architecture end the process: their numbers mean other things. */
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);
  int result;

  if (filter == NULL)
    return ENOMEM;
  result = seccomp_attr_set (filter, SCMP_FLTATR_CTL_TSYNC, 1);
  if (result == 0)
    result = refuse (filter, rings, sizeof rings / sizeof *rings, ENOSYS);
  if (result == 0)
    result = role == SEAL_NET ? refuse_but_streams (filter) : refuse_families (filter);
#ifndef __SANITIZE_ADDRESS__
  if (result == 0 && role != SEAL_USER_PROGRAM)
    result = refuse (filter, neighbours, sizeof neighbours / sizeof *neighbours, EPERM);
#endif
  if (result == 0 && role == SEAL_NET)
    result = refuse (filter, programs, sizeof programs / sizeof *programs, EPERM);
  if (result == 0)
    result = seccomp_load (filter);
  seccomp_release (filter);
  return -result;
}
