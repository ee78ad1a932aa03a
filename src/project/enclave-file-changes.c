/* enclave-file-changes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-changes.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-tree-walk.h"

/* Looks that were asked for take at most a tenth of the time, those by itself a hundredth. */
#define PAUSE_RATIO 9
#define POLL_RATIO 99
#define MIN_PAUSE_MS 200
/* Of a named file; one that is larger counts as another when it was written. */
#define MAX_CONTENT_BYTES (64 * 1024 * 1024)

typedef struct
{
  gint64 size;
  /* A change of content always changes it, and no program can set it back, as it can the time of the last writing. */
  gint64 status_time_ns;
  guint64 inode;
  char path[];
} Entry;

struct _EnclaveFileChanges
{
  GObject parent_instance;

  char *root;
  GStrv named;         /* (nullable) */
  GPtrArray *entries;  /* (nullable) (element-type Entry): of the last look, sorted by path */
  GCancellable *cancellable;
  guint pause;
  guint poll;
  guint poll_seconds;
  gint64 took_us; /* the last look */
  gboolean is_running;
  gboolean again;
};

enum
{
  PROP_LOOKING = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static guint changed_signal;

G_DEFINE_FINAL_TYPE (EnclaveFileChanges, enclave_file_changes, G_TYPE_OBJECT)

static void
enclave_file_changes_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_LOOKING:
      g_value_set_boolean (value, enclave_file_changes_get_looking (ENCLAVE_FILE_CHANGES (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
enclave_file_changes_dispose (GObject *object)
{
  EnclaveFileChanges *self = ENCLAVE_FILE_CHANGES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->pause, g_source_remove);
  g_clear_handle_id (&self->poll, g_source_remove);
  G_OBJECT_CLASS (enclave_file_changes_parent_class)->dispose (object);
}

static void
enclave_file_changes_finalize (GObject *object)
{
  EnclaveFileChanges *self = ENCLAVE_FILE_CHANGES (object);

  g_clear_pointer (&self->entries, g_ptr_array_unref);
  g_object_unref (self->cancellable);
  g_strfreev (self->named);
  g_free (self->root);
  G_OBJECT_CLASS (enclave_file_changes_parent_class)->finalize (object);
}

static void
enclave_file_changes_class_init (EnclaveFileChangesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = enclave_file_changes_get_property;
  object_class->dispose = enclave_file_changes_dispose;
  object_class->finalize = enclave_file_changes_finalize;

  properties[PROP_LOOKING] = g_param_spec_boolean ("looking", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                 G_TYPE_PTR_ARRAY);
}

static void
enclave_file_changes_init (EnclaveFileChanges *self)
{
  self->cancellable = g_cancellable_new ();
}

EnclaveFileChanges *
enclave_file_changes_new (const char *root, const char *const *named)
{
  EnclaveFileChanges *self;

  g_return_val_if_fail (root != NULL && g_path_is_absolute (root), NULL);

  self = g_object_new (ENCLAVE_TYPE_FILE_CHANGES, NULL);
  self->root = g_strdup (root);
  self->named = g_strdupv ((char **) named);
  return self;
}

typedef struct
{
  char *root;
  GStrv named;       /* (nullable) */
  GPtrArray *before; /* (nullable) */
  GPtrArray *after;
  GPtrArray *changes;
  gboolean is_partial;
  gint64 took_us;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_free (look->root);
  g_strfreev (look->named);
  g_clear_pointer (&look->before, g_ptr_array_unref);
  g_clear_pointer (&look->after, g_ptr_array_unref);
  g_clear_pointer (&look->changes, g_ptr_array_unref);
  g_free (look);
}

/* The inode and the time of an entry give way to a sum of what the file holds. */
static void
read_content (int descriptor, Entry *entry)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;
  char bytes[65536];
  gssize n;

  do
    {
      do
        n = read (descriptor, bytes, sizeof bytes);
      while (n < 0 && errno == EINTR);
      if (n < 0)
        return;
      g_checksum_update (checksum, (const guchar *) bytes, n);
    }
  while (n > 0);
  g_checksum_get_digest (checksum, digest, &length);
  memcpy (&entry->inode, digest, sizeof entry->inode);
  memcpy (&entry->status_time_ns, digest + sizeof entry->inode, sizeof entry->status_time_ns);
}

/* (nullable): there is no such file. */
static Entry *
entry_new (const char *root, const char *path, gboolean by_content)
{
  g_autofree char *whole = g_build_filename (root, path, NULL);
  gsize length = strlen (path) + 1;
  struct stat status;
  int descriptor = -1;
  Entry *self;

  if (by_content)
    descriptor = open (whole, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if ((descriptor >= 0 ? fstat (descriptor, &status) : lstat (whole, &status)) != 0)
    return NULL;
  self = g_malloc (sizeof *self + length);
  self->size = status.st_size;
  self->status_time_ns = (gint64) status.st_ctim.tv_sec * G_GINT64_CONSTANT (1000000000) + status.st_ctim.tv_nsec;
  self->inode = status.st_ino;
  memcpy (self->path, path, length);
  if (descriptor >= 0)
    {
      if (S_ISREG (status.st_mode) && status.st_size <= MAX_CONTENT_BYTES)
        read_content (descriptor, self);
      close (descriptor);
    }
  return self;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const Entry *const *) a)->path, (*(const Entry *const *) b)->path);
}

static gboolean
add_file (const char *path, gpointer user_data)
{
  Look *look = user_data;
  Entry *entry;

  if (look->named != NULL && g_strv_contains ((const char *const *) look->named, path))
    return TRUE;
  entry = entry_new (look->root, path, FALSE);
  if (entry != NULL)
    g_ptr_array_add (look->after, entry);
  return TRUE;
}

static void
add_change (GPtrArray *changes, const Entry *entry, EnclaveFileChangeKind kind)
{
  g_ptr_array_add (changes, enclave_file_change_new (entry->path, kind));
}

/* Both are sorted. */
static void
compare (Look *look)
{
  guint i = 0;
  guint k = 0;

  while (i < look->before->len || k < look->after->len)
    {
      const Entry *before = i < look->before->len ? g_ptr_array_index (look->before, i) : NULL;
      const Entry *after = k < look->after->len ? g_ptr_array_index (look->after, k) : NULL;
      int order = before == NULL ? 1 : after == NULL ? -1 : strcmp (before->path, after->path);

      if (order < 0)
        add_change (look->changes, before, ENCLAVE_FILE_DELETED);
      else if (order > 0)
        add_change (look->changes, after, ENCLAVE_FILE_CREATED);
      else if (before->size != after->size || before->status_time_ns != after->status_time_ns || before->inode != after->inode)
        add_change (look->changes, after, ENCLAVE_FILE_CHANGED);
      i += order <= 0;
      k += order >= 0;
    }
}

static void
look_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Look *look = task_data;
  gint64 began = g_get_monotonic_time ();
  int problem = 0;

  look->is_partial = !enclave_tree_walk (look->root, ENCLAVE_TREE_WALK_DEFAULT, cancellable, add_file, look, &problem) || problem != 0;
  if (g_task_return_error_if_cancelled (task))
    return;
  for (guint i = 0; look->named != NULL && look->named[i] != NULL; i++)
    {
      Entry *entry = entry_new (look->root, look->named[i], TRUE);

      if (entry != NULL)
        g_ptr_array_add (look->after, entry);
    }
  g_ptr_array_sort (look->after, compare_entries);
  if (look->before != NULL && !look->is_partial)
    compare (look);
  look->took_us = g_get_monotonic_time () - began;
  g_task_return_boolean (task, TRUE);
}

static void start (EnclaveFileChanges *self);

static gboolean
poll_cb (gpointer user_data)
{
  EnclaveFileChanges *self = user_data;

  self->poll = 0;
  enclave_file_changes_look (self);
  return G_SOURCE_REMOVE;
}

static void
schedule_poll (EnclaveFileChanges *self)
{
  g_clear_handle_id (&self->poll, g_source_remove);
  if (self->poll_seconds > 0)
    self->poll = g_timeout_add (MAX (self->poll_seconds * 1000, self->took_us * POLL_RATIO / 1000), poll_cb, self);
}

static gboolean
paused_cb (gpointer user_data)
{
  EnclaveFileChanges *self = user_data;

  self->pause = 0;
  if (self->again)
    start (self);
  else
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
  return G_SOURCE_REMOVE;
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveFileChanges) self = user_data;
  Look *look = g_task_get_task_data (G_TASK (result));

  self->is_running = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  self->took_us = look->took_us;
  self->pause = g_timeout_add (MAX (MIN_PAUSE_MS, self->took_us * PAUSE_RATIO / 1000), paused_cb, self);
  schedule_poll (self);
  /* What was seen in part would make the rest look removed. */
  if (look->is_partial)
    return;
  g_clear_pointer (&self->entries, g_ptr_array_unref);
  self->entries = g_ptr_array_ref (look->after);
  if (look->changes->len > 0)
    g_signal_emit (self, changed_signal, 0, look->changes);
}

static void
start (EnclaveFileChanges *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, looked_cb, g_object_ref (self));
  Look *look = g_new0 (Look, 1);

  self->is_running = TRUE;
  self->again = FALSE;
  look->root = g_strdup (self->root);
  look->named = g_strdupv (self->named);
  look->before = self->entries != NULL ? g_ptr_array_ref (self->entries) : NULL;
  look->after = g_ptr_array_new_with_free_func (g_free);
  look->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_file_change_free);
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_worker);
}

void
enclave_file_changes_look (EnclaveFileChanges *self)
{
  g_return_if_fail (ENCLAVE_IS_FILE_CHANGES (self));

  if (enclave_file_changes_get_looking (self))
    {
      self->again = TRUE;
      return;
    }
  start (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOOKING]);
}

void
enclave_file_changes_set_poll (EnclaveFileChanges *self, guint seconds)
{
  g_return_if_fail (ENCLAVE_IS_FILE_CHANGES (self));

  self->poll_seconds = seconds;
  schedule_poll (self);
}

gboolean
enclave_file_changes_get_looking (EnclaveFileChanges *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_CHANGES (self), FALSE);

  return self->is_running || self->pause != 0;
}
