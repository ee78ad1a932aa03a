/* open-close.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* open-close FILE N: opens and closes it N times; prints the microseconds of a pair, the median of blocks so short that what else the
 * machine does hits a few of them only. */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 100

static double
now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

static int
compare (const void *a, const void *b)
{
  double first = *(const double *) a;
  double second = *(const double *) b;

  return (first > second) - (first < second);
}

int
main (int argc, char **argv)
{
  int n_blocks = argc == 3 ? atoi (argv[2]) / BLOCK : 0;
  double *costs = n_blocks > 0 ? calloc ((size_t) n_blocks, sizeof *costs) : NULL;

  if (costs == NULL)
    return 2;
  for (int block = 0; block < n_blocks; block++)
    {
      double begun = now_us ();

      for (int i = 0; i < BLOCK; i++)
        {
          int fd = open (argv[1], O_RDONLY | O_CLOEXEC);

          if (fd < 0)
            return 1;
          close (fd);
        }
      costs[block] = (now_us () - begun) / BLOCK;
    }
  qsort (costs, (size_t) n_blocks, sizeof *costs, compare);
  printf ("%.3f\n", costs[n_blocks / 2]);
  free (costs);
  return 0;
}
