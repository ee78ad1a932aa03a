/* enclave-link-index.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "enclave-link-index.h"

#include "enclave-limits.h"
#include "enclave-policy-private.h"
#include "enclave-test-walls.h"

/* Making a link changes the inode's change time, so an answer about an older file stays right. A renamed folder does
 * not, hence the upper bound. */
#define MAX_AGE_US (20 * G_USEC_PER_SEC)
/* Steps of the file system's clock. */
#define CLOCK_SLACK_US (2 * G_USEC_PER_SEC)
#define PLACE_MAX_DEPTH 6
#define SCAN_MAX_DEPTH 128

typedef struct
{
  guint64 device;
  guint64 inode;
} InodeKey;

struct _EnclaveLinkIndex
{
  GObject parent_instance;

  EnclavePolicy *policy;
  char *root;

  GMutex mutex;
  GHashTable *denied;
  GHashTable *asking;
  gint64 scanned_us; /* 0: never */
  gboolean complete;
};

G_DEFINE_FINAL_TYPE (EnclaveLinkIndex, enclave_link_index, G_TYPE_OBJECT)

typedef struct
{
  EnclavePolicy *policy;
  const char *root;
  GHashTable *denied;
  GHashTable *asking; /* (nullable) */
  guint n_entries;
  guint max_depth;
  gboolean complete;
} Scan;

static guint
inode_key_hash (gconstpointer data)
{
  const InodeKey *key = data;

  return g_int64_hash (&key->inode) ^ g_int64_hash (&key->device);
}

static gboolean
inode_key_equal (gconstpointer a, gconstpointer b)
{
  const InodeKey *first = a, *second = b;

  return first->inode == second->inode && first->device == second->device;
}

static void
enclave_link_index_finalize (GObject *object)
{
  EnclaveLinkIndex *self = ENCLAVE_LINK_INDEX (object);

  g_clear_object (&self->policy);
  g_clear_pointer (&self->root, g_free);
  g_clear_pointer (&self->denied, g_hash_table_unref);
  g_clear_pointer (&self->asking, g_hash_table_unref);
  g_mutex_clear (&self->mutex);

  G_OBJECT_CLASS (enclave_link_index_parent_class)->finalize (object);
}

static void
enclave_link_index_class_init (EnclaveLinkIndexClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_link_index_finalize;
}

static void
enclave_link_index_init (EnclaveLinkIndex *self)
{
  g_mutex_init (&self->mutex);
}

EnclaveLinkIndex *
enclave_link_index_new (EnclavePolicy *policy, const char *root)
{
  EnclaveLinkIndex *self = g_object_new (ENCLAVE_TYPE_LINK_INDEX, NULL);

  self->policy = g_object_ref (policy);
  self->root = g_strdup (root);

  return self;
}

static void
add_file (GHashTable *table, const struct stat *st, const char *rule)
{
  InodeKey *key;

  /* Also those with one name only: a second one may be made after the scan. */
  if (!S_ISREG (st->st_mode))
    return;

  key = g_new (InodeKey, 1);
  key->device = st->st_dev;
  key->inode = st->st_ino;
  g_hash_table_replace (table, key, (gpointer) rule);
}

/* Files that a person is asked about before they change, by a second name as well. */
static void
add_asking (Scan *scan, int folder_fd, const char *name, const char *path)
{
  EnclaveDecision decision;
  struct stat st;

  if (scan->asking == NULL)
    return;
  decision = enclave_policy_decide (scan->policy, ENCLAVE_EFFECT_WRITE, scan->root, path, FALSE);
  if (decision.verdict == ENCLAVE_VERDICT_ASK && fstatat (folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
    add_file (scan->asking, &st, decision.rule);
}

/* @rule: (nullable): denies the whole folder. Consumes @fd. */
static void
scan_folder (Scan *scan, int fd, const char *path, const char *rule, guint depth)
{
  struct dirent *entry;
  DIR *folder = fdopendir (fd);

  if (folder == NULL)
    {
      close (fd);
      return;
    }

  while ((entry = readdir (folder)) != NULL)
    {
      g_autofree char *child = NULL;
      const char *child_rule = rule;
      gboolean is_directory;
      struct stat st;
      int child_fd;

      if (g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, ".."))
        continue;
      if (++scan->n_entries > ENCLAVE_SCAN_MAX_ENTRIES || depth > scan->max_depth)
        {
          scan->complete = FALSE;
          break;
        }

      if (entry->d_type == DT_LNK)
        continue;
      is_directory = entry->d_type == DT_DIR;
      if (entry->d_type == DT_UNKNOWN)
        is_directory = fstatat (dirfd (folder), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR (st.st_mode);

      child = g_strconcat (path, "/", entry->d_name, NULL);
      if (child_rule == NULL)
        {
          EnclaveDecision decision = enclave_policy_decide_name (scan->policy, scan->root, child, is_directory);

          if (decision.verdict == ENCLAVE_VERDICT_DENY)
            child_rule = decision.rule;
        }

      if (!is_directory)
        {
          if (child_rule == NULL)
            add_asking (scan, dirfd (folder), entry->d_name, child);
          else if (fstatat (dirfd (folder), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
            add_file (scan->denied, &st, child_rule);
          continue;
        }

      /* Objects are named by their content: no denied name is in there, and there are many of them. */
      if (g_str_equal (entry->d_name, "objects") && g_str_has_suffix (path, "/.git"))
        continue;
      child_fd = openat (dirfd (folder), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (child_fd >= 0)
        scan_folder (scan, child_fd, child, child_rule, depth + 1);
    }
  closedir (folder);
}

static void
scan_place (Scan *scan, const char *path)
{
  EnclaveDecision decision;
  struct stat st;
  int fd;

  if (lstat (path, &st) != 0)
    return;
  decision = enclave_policy_decide_name (scan->policy, scan->root, path, S_ISDIR (st.st_mode));
  if (decision.verdict != ENCLAVE_VERDICT_DENY)
    return;

  if (!S_ISDIR (st.st_mode))
    {
      add_file (scan->denied, &st, decision.rule);
      return;
    }
  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd >= 0)
    scan_folder (scan, fd, path, decision.rule, 0);
}

static void
scan_all (EnclaveLinkIndex *self)
{
  const char *const *home = enclave_policy_get_home_places ();
  const char *const *system = enclave_policy_get_system_places ();
  Scan scan = { self->policy, self->root, NULL, NULL, 0, SCAN_MAX_DEPTH, TRUE };
  Scan places = { self->policy, self->root, NULL, NULL, 0, PLACE_MAX_DEPTH, TRUE };
  int fd;

  g_clear_pointer (&self->denied, g_hash_table_unref);
  self->denied = g_hash_table_new_full (inode_key_hash, inode_key_equal, g_free, NULL);
  g_clear_pointer (&self->asking, g_hash_table_unref);
  self->asking = g_hash_table_new_full (inode_key_hash, inode_key_equal, g_free, NULL);
  scan.denied = self->denied;
  scan.asking = self->asking;
  places.denied = self->denied;
  self->scanned_us = g_get_real_time ();

  fd = open (self->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    scan_folder (&scan, fd, g_str_equal (self->root, "/") ? "" : self->root, NULL, 0);
  else
    scan.complete = FALSE;

  /* A browser's profile or a password store may be too large to look through; that must not shut the project. */
  for (guint i = 0; home[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (g_get_home_dir (), home[i], NULL);

      scan_place (&places, path);
    }
  for (guint i = 0; system[i] != NULL; i++)
    scan_place (&places, system[i]);

  self->complete = scan.complete;
}

const char *
enclave_link_index_find (EnclaveLinkIndex *self, const struct stat *st, gboolean always, gint64 tolerance_us)
{
  InodeKey key = { st->st_dev, st->st_ino };
  gint64 changed_us = (gint64) st->st_ctim.tv_sec * G_USEC_PER_SEC + st->st_ctim.tv_nsec / 1000;
  const char *rule;
  gint64 now_us, age_us;

  g_return_val_if_fail (ENCLAVE_IS_LINK_INDEX (self), NULL);

  if (!S_ISREG (st->st_mode) || (st->st_nlink < 2 && !always) || enclave_test_walls_is_off ("links"))
    return NULL;

  now_us = g_get_real_time ();
  g_mutex_lock (&self->mutex);
  age_us = now_us - self->scanned_us;
  if (self->scanned_us == 0 || age_us > MAX_AGE_US || age_us < 0
      || (changed_us + CLOCK_SLACK_US >= self->scanned_us && age_us >= tolerance_us))
    scan_all (self);

  rule = g_hash_table_lookup (self->denied, &key);
  if (rule == NULL && !self->complete)
    rule = "builtin:hard-link";
  g_mutex_unlock (&self->mutex);

  return rule;
}

const char *
enclave_link_index_find_asking (EnclaveLinkIndex *self, const struct stat *st)
{
  InodeKey key = { st->st_dev, st->st_ino };
  const char *rule = NULL;

  g_return_val_if_fail (ENCLAVE_IS_LINK_INDEX (self), NULL);

  g_mutex_lock (&self->mutex);
  if (self->asking != NULL)
    rule = g_hash_table_lookup (self->asking, &key);
  g_mutex_unlock (&self->mutex);

  return rule;
}
