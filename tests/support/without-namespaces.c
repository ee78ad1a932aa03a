/* without-namespaces.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* without-namespaces COMMAND [ARGUMENT…]: runs COMMAND where no user namespace can be made, as where user.max_user_namespaces is 0.
 * As root without the flag that would take the power from programs such as fusermount3. */

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);
  int result = filter != NULL ? 0 : -ENOMEM;

  if (argc < 2)
    {
      fputs ("usage: without-namespaces COMMAND [ARGUMENT…]\n", stderr);
      return 2;
    }
  if (result == 0 && geteuid () == 0)
    result = seccomp_attr_set (filter, SCMP_FLTATR_CTL_NNP, 0);
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSPC), SCMP_SYS (unshare), 1,
                               SCMP_A0_64 (SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER));
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSPC), SCMP_SYS (clone), 1,
                               SCMP_A0_64 (SCMP_CMP_MASKED_EQ, CLONE_NEWUSER, CLONE_NEWUSER));
  /* Its flags are in memory, where a filter can't look. */
  if (result == 0)
    result = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);
  if (result == 0)
    result = seccomp_load (filter);
  if (result != 0)
    {
      fprintf (stderr, "without-namespaces: %s\n", strerror (-result));
      return 125;
    }
  execvp (argv[1], argv + 1);
  fprintf (stderr, "without-namespaces: %s: %s\n", argv[1], strerror (errno));
  return 127;
}
