/* slow-disk.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Preloaded into the program: below the folder $ENCLAVE_TEST_SLOW nothing is opened and nothing is read while there is the file that
 * $ENCLAVE_TEST_HANG names, as on a network file system whose server is gone. $ENCLAVE_TEST_SLOW_LOOKS says whether nothing is looked
 * at, either: `no`; `too`; `only`, where what is there opens all the same.
 */

#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

typedef int (*Open) (const char *path, int flags, ...);
typedef ssize_t (*Read) (int fd, void *bytes, size_t length);
typedef ssize_t (*ReadAt) (int fd, void *bytes, size_t length, off_t offset);
typedef int (*Look) (const char *path, void *found);
typedef int (*LookX) (int folder, const char *path, int flags, unsigned mask, struct statx *found);
typedef int (*Access) (const char *path, int mode);
typedef char *(*Resolve) (const char *path, char *resolved);

static void *
next (const char *name)
{
  return dlsym (RTLD_NEXT, name);
}

static void
wait_for (const char *path)
{
  const char *slow = getenv ("ENCLAVE_TEST_SLOW");
  const char *hang = getenv ("ENCLAVE_TEST_HANG");

  if (path == NULL || slow == NULL || hang == NULL || strncmp (path, slow, strlen (slow)) != 0)
    return;
  while (access (hang, F_OK) == 0)
    usleep (20000);
}

static void
wait_to_open (const char *path)
{
  const char *looks = getenv ("ENCLAVE_TEST_SLOW_LOOKS");

  if (looks == NULL || strcmp (looks, "only") != 0)
    wait_for (path);
}

static void
wait_to_look (const char *path)
{
  const char *looks = getenv ("ENCLAVE_TEST_SLOW_LOOKS");

  if (looks != NULL && strcmp (looks, "no") != 0)
    wait_for (path);
}

static void
wait_for_descriptor (int fd)
{
  char link[64];
  char path[4096] = { 0 };

  if (getenv ("ENCLAVE_TEST_SLOW") == NULL)
    return;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  if (readlink (link, path, sizeof path - 1) > 0)
    wait_to_open (path);
}

static int
open_with (const char *name, const char *path, int flags, mode_t mode)
{
  Open function;

  *(void **) &function = next (name);
  wait_to_open (path);
  return function (path, flags, mode);
}

int
open (const char *path, int flags, ...)
{
  mode_t mode;
  va_list rest;

  va_start (rest, flags);
  mode = va_arg (rest, mode_t);
  va_end (rest);
  return open_with ("open", path, flags, mode);
}

int
open64 (const char *path, int flags, ...)
{
  mode_t mode;
  va_list rest;

  va_start (rest, flags);
  mode = va_arg (rest, mode_t);
  va_end (rest);
  return open_with ("open64", path, flags, mode);
}

ssize_t
read (int fd, void *bytes, size_t length)
{
  static Read function;

  if (function == NULL)
    *(void **) &function = next ("read");
  wait_for_descriptor (fd);
  return function (fd, bytes, length);
}

ssize_t
pread (int fd, void *bytes, size_t length, off_t offset)
{
  static ReadAt function;

  if (function == NULL)
    *(void **) &function = next ("pread");
  wait_for_descriptor (fd);
  return function (fd, bytes, length, offset);
}

ssize_t
pread64 (int fd, void *bytes, size_t length, off_t offset)
{
  return pread (fd, bytes, length, offset);
}

char *
realpath (const char *path, char *resolved)
{
  static Resolve function;

  if (function == NULL)
    *(void **) &function = next ("realpath");
  wait_to_open (path);
  return function (path, resolved);
}

static int
look (const char *name, const char *path, void *found)
{
  Look function;

  *(void **) &function = next (name);
  wait_to_look (path);
  return function (path, found);
}

int
stat (const char *path, struct stat *found)
{
  return look ("stat", path, found);
}

int
stat64 (const char *path, struct stat64 *found)
{
  return look ("stat64", path, found);
}

int
lstat (const char *path, struct stat *found)
{
  return look ("lstat", path, found);
}

int
lstat64 (const char *path, struct stat64 *found)
{
  return look ("lstat64", path, found);
}

int
statx (int folder, const char *path, int flags, unsigned mask, struct statx *found)
{
  LookX function;

  *(void **) &function = next ("statx");
  wait_to_look (path);
  return function (folder, path, flags, mask, found);
}

int
access (const char *path, int mode)
{
  static Access function;

  if (function == NULL)
    *(void **) &function = next ("access");
  wait_to_look (path);
  return function (path, mode);
}
