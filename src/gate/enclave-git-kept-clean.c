/* enclave-git-kept-clean.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-git-kept-private.h"
#include "enclave-git-kept.h"
#include "enclave-git-store-private.h"
#include "enclave-limits.h"

/* What was used since then may be about to be used again: it is found without the lock. */
#define IN_USE_S (24 * 60 * 60)
/* What a look at values leaves when it is ended; none takes as long. */
#define VALUES_S (60 * 60)
#define GONE "gone-"
/* Folders in each other, of one that is being made. */
#define STORE_DEPTH 3

/* The folder of one repository. */
typedef struct
{
  char *name;
  int fd;   /* -1: not open */
  int lock; /* -1: not held */
  gint64 used_s;
  guint64 bytes;
} Kept;

/* There may be more of them than a process may have open. */
static void
close_kept (Kept *kept)
{
  if (kept->lock >= 0)
    close (kept->lock);
  if (kept->fd >= 0)
    close (kept->fd);
  kept->lock = kept->fd = -1;
}

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  close_kept (kept);
  g_free (kept->name);
  g_free (kept);
}

static gboolean
open_kept (Kept *kept, int all)
{
  kept->fd = openat (all, kept->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return kept->fd >= 0;
}

static gboolean
is_of_repository (const char *name)
{
  return strlen (name) == 64 && strspn (name, "0123456789abcdef") == 64;
}

static DIR *
open_folder (int at, const char *name)
{
  int fd = openat (at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;

  if (dir == NULL && fd >= 0)
    close (fd);
  return dir;
}

static GPtrArray *
list_names (int at, const char *name)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  DIR *dir = open_folder (at, name);
  struct dirent *entry;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      g_ptr_array_add (names, g_strdup (entry->d_name));
  if (dir != NULL)
    closedir (dir);
  return names;
}

/* @files: gets each file that is counted, as stores share their packs. */
static guint64
count_bytes (int at, const char *name, GHashTable *files, guint depth)
{
  g_autoptr (GPtrArray) names = list_names (at, name);
  int fd = openat (at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  guint64 bytes = 0;

  for (guint i = 0; fd >= 0 && i < names->len; i++)
    {
      struct stat st;
      gint64 *file;

      if (fstatat (fd, g_ptr_array_index (names, i), &st, AT_SYMLINK_NOFOLLOW) != 0)
        continue;
      file = g_new (gint64, 1);
      *file = (gint64) st.st_ino;
      if (g_hash_table_add (files, file))
        bytes += (guint64) st.st_blocks * 512;
      if (S_ISDIR (st.st_mode) && depth > 0)
        bytes += count_bytes (fd, g_ptr_array_index (names, i), files, depth - 1);
    }
  if (fd >= 0)
    close (fd);
  return bytes;
}

/* Finding a store, and a pack for one, sets its time. That of the whole changes when something is removed, too. */
static gint64
find_last_use (int fd)
{
  g_autoptr (GPtrArray) names = list_names (fd, ".");
  gint64 used_s = 0;
  struct stat st;

  for (guint i = 0; i < names->len; i++)
    if (fstatat (fd, g_ptr_array_index (names, i), &st, AT_SYMLINK_NOFOLLOW) == 0)
      used_s = MAX (used_s, (gint64) st.st_mtime);
  if (names->len == 0)
    used_s = fstat (fd, &st) == 0 ? (gint64) st.st_mtime : G_MAXINT64;
  return used_s;
}

/* Returns: (transfer full) (nullable): where the repository was, if what is written there can be believed. */
static char *
read_place (const Kept *kept)
{
  int fd = openat (kept->fd, ENCLAVE_GIT_KEPT_PLACE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autofree char *place = NULL;
  g_autofree char *sum = NULL;
  char text[PATH_MAX];
  gssize length = -1;
  struct stat st;

  if (fd >= 0 && fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
    length = read (fd, text, sizeof text);
  if (fd >= 0)
    close (fd);
  if (length <= 0 || (gsize) length == sizeof text || text[0] != '/' || memchr (text, '\0', (gsize) length) != NULL)
    return NULL;
  place = g_strndup (text, (gsize) length);
  sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, place, -1);
  return strcmp (sum, kept->name) == 0 ? g_steal_pointer (&place) : NULL;
}

/* A disk that does not answer says nothing. */
static gboolean
has_gone (const char *place)
{
  g_autofree char *objects = g_build_filename (place, "objects", NULL);

  return access (objects, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* The view has a lock on `blobs` of the store that it serves. */
static gboolean
is_served (const Kept *kept)
{
  g_autoptr (GPtrArray) names = list_names (kept->fd, ".");
  gboolean is_served = FALSE;

  for (guint i = 0; i < names->len && !is_served; i++)
    {
      g_autofree char *path = g_build_filename (g_ptr_array_index (names, i), "blobs", NULL);
      int fd = openat (kept->fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

      is_served = fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) != 0;
      if (fd >= 0)
        close (fd);
    }
  return is_served;
}

/* Of one that has none nobody is making anything. */
static gboolean
take_lock (Kept *kept)
{
  kept->lock = openat (kept->fd, "lock", O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (kept->lock < 0)
    return errno == ENOENT;
  return flock (kept->lock, LOCK_EX | LOCK_NB) == 0;
}

/* Under another name first: nobody finds half of it. Whoever calls this has the lock. */
static gboolean
remove_whole (int all, const char *all_path, const char *name)
{
  g_autofree char *gone = g_strdup_printf (GONE "%.8s-%08x", name, g_random_int ());
  g_autofree char *path = g_build_filename (all_path, gone, NULL);

  if (renameat (all, name, all, gone) != 0)
    return FALSE;
  _enclave_git_store_remove_folder (path);
  return TRUE;
}

void
_enclave_git_kept_remove_unused (const char *folder, const char *but, gint64 age_s)
{
  g_autoptr (GPtrArray) names = list_names (AT_FDCWD, folder);
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *blobs = g_build_filename (path, "blobs", NULL);
      struct stat st;
      int fd;

      if (g_strcmp0 (name, but) == 0 || lstat (path, &st) != 0 || !S_ISDIR (st.st_mode))
        continue;
      if (!g_str_has_prefix (name, "new-") && now_s - st.st_mtime < age_s)
        continue;
      fd = open (blobs, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
      if (fd < 0 || flock (fd, LOCK_EX | LOCK_NB) == 0)
        _enclave_git_store_remove_folder (path);
      if (fd >= 0)
        close (fd);
    }
}

/* Returns: FALSE when it has gone. */
static gboolean
look_at (Kept *kept, int all, const char *all_path, gint64 now_s)
{
  g_autoptr (GHashTable) files = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_autofree char *path = g_build_filename (all_path, kept->name, NULL);
  g_autofree char *place = read_place (kept);
  gboolean gone;

  kept->used_s = find_last_use (kept->fd);
  /* Before it is locked: a disk may be far away. */
  gone = place != NULL ? has_gone (place) : kept->used_s < now_s - ENCLAVE_GIT_KEPT_MAX_S;
  /* Who holds the lock is making something there. */
  if (take_lock (kept))
    {
      if (gone && !is_served (kept) && remove_whole (all, all_path, kept->name))
        return FALSE;
      _enclave_git_kept_remove_unused (path, NULL, ENCLAVE_GIT_KEPT_MAX_S);
    }
  kept->bytes = count_bytes (kept->fd, ".", files, STORE_DEPTH);
  return TRUE;
}

static int
compare_use (gconstpointer a, gconstpointer b)
{
  const Kept *first = *(const Kept *const *) a;
  const Kept *second = *(const Kept *const *) b;

  return (first->used_s > second->used_s) - (first->used_s < second->used_s);
}

static void
hold_limit (int all, const char *all_path, GPtrArray *entries, guint64 max_bytes, gint64 now_s)
{
  guint64 bytes = 0;

  for (guint i = 0; i < entries->len; i++)
    bytes += ((Kept *) g_ptr_array_index (entries, i))->bytes;
  g_ptr_array_sort (entries, compare_use);
  for (guint i = 0; i < entries->len && bytes > max_bytes; i++)
    {
      Kept *kept = g_ptr_array_index (entries, i);

      if (kept->used_s >= now_s - IN_USE_S || !open_kept (kept, all))
        continue;
      /* It may have been used since. */
      if (take_lock (kept) && find_last_use (kept->fd) < now_s - IN_USE_S && !is_served (kept)
          && remove_whole (all, all_path, kept->name))
        bytes -= kept->bytes;
      close_kept (kept);
    }
}

static void
take_entry (int all, const char *all_path, const char *name, gint64 now_s, GPtrArray *entries)
{
  Kept *kept = g_new0 (Kept, 1);
  gboolean stays;

  kept->name = g_strdup (name);
  kept->fd = kept->lock = -1;
  stays = open_kept (kept, all) && look_at (kept, all, all_path, now_s);
  close_kept (kept);
  if (stays)
    g_ptr_array_add (entries, kept);
  else
    kept_free (kept);
}

void
enclave_git_kept_clean (guint64 max_bytes)
{
  g_autofree char *all_path = _enclave_git_kept_dup_all ();
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (kept_free);
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
  /* The person may have it on another disk; within it links are not followed. */
  int all = open (all_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (all < 0)
    return;
  names = list_names (all, ".");
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *path = g_build_filename (all_path, name, NULL);
      struct stat st;

      if (fstatat (all, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR (st.st_mode))
        continue;
      if (is_of_repository (name))
        take_entry (all, all_path, name, now_s, entries);
      else if (g_str_has_prefix (name, GONE) || (g_str_has_prefix (name, "values-") && st.st_mtime < now_s - VALUES_S))
        _enclave_git_store_remove_folder (path);
    }
  hold_limit (all, all_path, entries, max_bytes, now_s);
  close (all);
}

static gpointer
clean (gpointer data)
{
  /* Of this thread alone, on Linux. */
  setpriority (PRIO_PROCESS, 0, 19);
  enclave_git_kept_clean (ENCLAVE_GIT_KEPT_MAX_BYTES);
  return NULL;
}

void
enclave_git_kept_clean_in_thread (void)
{
  GThread *thread = g_thread_try_new ("git-kept", clean, NULL, NULL);

  if (thread != NULL)
    g_thread_unref (thread);
}
