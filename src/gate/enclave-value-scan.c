/* enclave-value-scan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "enclave-value-scan.h"

#include "enclave-command-scan.h"
#include "enclave-file-save.h"
#include "enclave-limits.h"
#include "enclave-value-extract.h"
#include "enclave-workspace-walk.h"

#define MAX_DEPTH 16

struct _EnclaveValueScan
{
  EnclavePathResolver *resolver;
  GHashTable *read; /* path -> EnclaveFileStamp */
  gint64 begun_us;
};

struct _EnclaveValuePass
{
  EnclaveValueScan *scan;
  EnclaveValueHashes *hashes;
  EnclaveValueHashes *fresh;
  GHashTable *words;     /* index in fresh -> whether it may be a word */
  GHashTable *left_out;  /* index in fresh of words that the project has */
  const char *rule;
  gboolean random_only;
  guint n_files;
  gsize n_bytes;
};

typedef struct _EnclaveValuePass Pass;

/* By the clock that file systems stamp with, which is behind the other one by up to a tick: a file that is made right after would
 * look older than it is. */
static gint64
get_file_time_us (void)
{
  struct timespec now = { 0 };

  clock_gettime (CLOCK_REALTIME_COARSE, &now);

  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

EnclaveValueScan *
enclave_value_scan_new (EnclavePathResolver *resolver)
{
  EnclaveValueScan *self = g_new0 (EnclaveValueScan, 1);

  self->resolver = g_object_ref (resolver);
  self->read = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->begun_us = get_file_time_us ();

  return self;
}

void
enclave_value_scan_free (EnclaveValueScan *self)
{
  g_object_unref (self->resolver);
  g_hash_table_unref (self->read);
  g_free (self);
}

static void
add_value (const char *value, gsize length, gboolean is_word, gpointer user_data)
{
  Pass *pass = user_data;
  guint index = enclave_value_hashes_get_n (pass->fresh);

  if (pass->random_only && is_word)
    return;
  if (enclave_value_hashes_add (pass->fresh, value, length, pass->rule) && is_word)
    g_hash_table_add (pass->words, GUINT_TO_POINTER (index));
}

/* Not more than @max_bytes; what stands behind them is not looked at. */
static char *
read_beginning (int fd, gsize max_bytes, gsize *length)
{
  char *bytes = g_malloc (max_bytes + 1);
  gssize n;

  *length = 0;
  while (*length < max_bytes && ((n = read (fd, bytes + *length, max_bytes - *length)) > 0 || (n < 0 && errno == EINTR)))
    *length += n > 0 ? (gsize) n : 0;
  bytes[*length] = '\0';

  return bytes;
}

static void
read_denied_file (Pass *pass, int fd, const char *path, const struct stat *st)
{
  EnclaveFileStamp *known = g_hash_table_lookup (pass->scan->read, path);
  EnclaveFileStamp stamp = { 0 };
  g_autofree char *bytes = NULL;
  gsize length;

  enclave_file_stamp_from_stat (&stamp, st);
  if ((known != NULL && enclave_file_stamp_equal (known, &stamp)) || pass->n_files >= ENCLAVE_VALUE_MAX_FILES)
    return;

  pass->n_files++;
  bytes = read_beginning (fd, ENCLAVE_VALUE_FILE_MAX_BYTES, &length);
  enclave_value_extract (bytes, length, add_value, pass);
  explicit_bzero (bytes, length);
  g_hash_table_replace (pass->scan->read, g_strdup (path), g_memdup2 (&stamp, sizeof stamp));
}

static void
read_denied (Pass *pass, int folder, const char *name, const char *path, guint depth)
{
  int fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  struct dirent *entry;
  struct stat st;
  DIR *stream;

  if (fd < 0 || fstat (fd, &st) != 0 || !(S_ISREG (st.st_mode) || S_ISDIR (st.st_mode)) || depth > MAX_DEPTH)
    {
      if (fd >= 0)
        close (fd);
      return;
    }
  if (S_ISREG (st.st_mode))
    {
      read_denied_file (pass, fd, path, &st);
      close (fd);
      return;
    }

  stream = fdopendir (fd);
  if (stream == NULL)
    {
      close (fd);
      return;
    }
  while (pass->n_files < ENCLAVE_VALUE_MAX_FILES && (entry = readdir (stream)) != NULL)
    {
      g_autofree char *child = g_build_path ("/", path, entry->d_name, NULL);

      if (!g_str_equal (entry->d_name, ".") && !g_str_equal (entry->d_name, ".."))
        read_denied (pass, dirfd (stream), entry->d_name, child, depth + 1);
    }
  closedir (stream);
}

const char *
enclave_value_scan_find_rule (EnclaveValueScan *self, const char *path)
{
  EnclavePolicy *policy = enclave_path_resolver_get_policy (self->resolver);
  const char *root = enclave_path_resolver_get_root (self->resolver);
  g_autofree char *absolute = g_build_path ("/", root, path, NULL);
  EnclaveDecision decision = enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, root, absolute, FALSE);

  if (decision.verdict != ENCLAVE_VERDICT_DENY)
    decision = enclave_policy_decide (policy, ENCLAVE_EFFECT_READ, root, absolute, TRUE);

  return decision.verdict == ENCLAVE_VERDICT_DENY ? decision.rule : "builtin:hard-link";
}

static gboolean
look_for_words (const EnclaveWalkEntry *entry, gpointer user_data)
{
  Pass *pass = user_data;
  g_autofree char *bytes = NULL;
  struct stat st;
  gsize length;
  int fd;

  if (entry->is_folder || entry->rule != NULL)
    return TRUE;
  fd = openat (entry->folder_fd, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return TRUE;
  /* A file of several names may be a denied one. */
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_nlink == 1
      && (gint64) st.st_ctim.tv_sec * G_USEC_PER_SEC + st.st_ctim.tv_nsec / 1000 < pass->scan->begun_us)
    {
      bytes = read_beginning (fd, MIN ((gsize) st.st_size, ENCLAVE_VALUE_WORDS_FILE_MAX_BYTES), &length);
      pass->n_bytes += length;
      enclave_value_hashes_collect (pass->fresh, bytes, length, pass->left_out);
    }
  close (fd);

  return pass->n_bytes < ENCLAVE_VALUE_WORDS_MAX_BYTES;
}

static gboolean
is_no_word (gpointer key, gpointer value, gpointer user_data)
{
  return !g_hash_table_contains (user_data, key);
}

static void
leave_out_words (Pass *pass)
{
  g_auto (EnclaveResolvedPath) start = ENCLAVE_RESOLVED_PATH_INIT;

  if (g_hash_table_size (pass->words) == 0
      || !enclave_path_resolver_open (pass->scan->resolver, ENCLAVE_EFFECT_READ, ".", ENCLAVE_RESOLVE_DIRECTORY, &start,
                                      NULL))
    return;

  enclave_workspace_walk (pass->scan->resolver, &start, ENCLAVE_WALK_DEFAULT, NULL, look_for_words, pass, NULL);
  g_hash_table_foreach_remove (pass->left_out, is_no_word, pass->words);
}

EnclaveValuePass *
enclave_value_scan_begin (EnclaveValueScan *self, EnclaveValueHashes *hashes)
{
  EnclaveValuePass *pass = g_new0 (EnclaveValuePass, 1);

  pass->scan = self;
  pass->hashes = hashes;
  pass->fresh = enclave_value_hashes_new_like (hashes);
  pass->words = g_hash_table_new (g_direct_hash, g_direct_equal);
  pass->left_out = g_hash_table_new (g_direct_hash, g_direct_equal);

  return pass;
}

void
enclave_value_pass_add (EnclaveValuePass *pass, const char *bytes, gsize length, const char *rule, gboolean random_only)
{
  pass->rule = rule;
  pass->random_only = random_only;
  enclave_value_extract (bytes, length, add_value, pass);
}

void
enclave_value_pass_end (EnclaveValuePass *pass)
{
  leave_out_words (pass);
  enclave_value_hashes_merge (pass->hashes, pass->fresh, pass->left_out);
  enclave_value_hashes_free (pass->fresh);
  g_hash_table_unref (pass->words);
  g_hash_table_unref (pass->left_out);
  g_free (pass);
}

void
enclave_value_scan_run (EnclaveValueScan *self, EnclaveValueHashes *hashes)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  EnclaveValuePass *pass = enclave_value_scan_begin (self, hashes);

  /* A walk that had to end has found something all the same; a command does not run then. */
  enclave_command_scan_collect (enclave_path_resolver_get_policy (self->resolver),
                                enclave_path_resolver_get_root (self->resolver), found, NULL, NULL, NULL);
  for (guint i = 0; i < found->len; i++)
    {
      const char *path = g_ptr_array_index (found, i);
      g_auto (GStrv) names = g_strsplit (path, "/", -1);
      int folder = open (enclave_path_resolver_get_root (self->resolver), O_PATH | O_DIRECTORY | O_CLOEXEC);
      guint k;

      /* Name by name: a folder that became a link since is not followed. */
      for (k = 0; folder >= 0 && names[k] != NULL && names[k + 1] != NULL; k++)
        {
          int next = openat (folder, names[k], O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

          close (folder);
          folder = next;
        }
      if (folder < 0)
        continue;
      pass->rule = enclave_value_scan_find_rule (self, path);
      if (names[k] != NULL)
        read_denied (pass, folder, names[k], path, 0);
      close (folder);
    }

  enclave_value_pass_end (pass);
}
