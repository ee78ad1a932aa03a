/* open-close.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* open-close FILE N: opens and closes it N times; prints the microseconds of a pair. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  int n = argc == 3 ? atoi (argv[2]) : 0;
  struct timespec begun;
  struct timespec ended;

  if (n < 1)
    return 2;
  clock_gettime (CLOCK_MONOTONIC, &begun);
  for (int i = 0; i < n; i++)
    {
      int fd = open (argv[1], O_RDONLY | O_CLOEXEC);

      if (fd < 0)
        return 1;
      close (fd);
    }
  clock_gettime (CLOCK_MONOTONIC, &ended);
  printf ("%.3f\n", ((double) (ended.tv_sec - begun.tv_sec) * 1e9 + (double) (ended.tv_nsec - begun.tv_nsec)) / 1e3 / n);
  return 0;
}
