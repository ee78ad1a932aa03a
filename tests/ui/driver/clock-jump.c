/* clock-jump.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preloaded into the program: the clock of the day is off by as many seconds as the file named by
 * ENCLAVE_TEST_CLOCK says at that moment. What counts from the start of the machine is not touched,
 * as when somebody sets the clock.
 */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef int (*Get) (clockid_t clock, struct timespec *value);

static long
read_jump (void)
{
  const char *path = getenv ("ENCLAVE_TEST_CLOCK");
  char text[32] = { 0 };
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC) : -1;

  if (fd < 0)
    return 0;
  if (read (fd, text, sizeof text - 1) < 0)
    text[0] = '\0';
  close (fd);
  return strtol (text, NULL, 10);
}

int
clock_gettime (clockid_t clock, struct timespec *value)
{
  static Get get;
  int result;

  if (get == NULL)
    *(void **)&get = dlsym (RTLD_NEXT, "clock_gettime");
  result = get (clock, value);
  if (clock == CLOCK_REALTIME)
    value->tv_sec += read_jump ();
  return result;
}

int
gettimeofday (struct timeval *restrict value, void *restrict zone)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  value->tv_sec = now.tv_sec;
  value->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t
time (time_t *value)
{
  struct timespec now;

  clock_gettime (CLOCK_REALTIME, &now);
  if (value != NULL)
    *value = now.tv_sec;
  return now.tv_sec;
}
