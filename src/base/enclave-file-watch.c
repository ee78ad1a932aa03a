/* enclave-file-watch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-file-watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#define LOOKED_AT                                                                                  \
  G_FILE_ATTRIBUTE_TIME_MODIFIED                                                                   \
      "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC "," G_FILE_ATTRIBUTE_TIME_CHANGED                    \
      "," G_FILE_ATTRIBUTE_TIME_CHANGED_USEC "," G_FILE_ATTRIBUTE_STANDARD_SIZE                    \
      "," G_FILE_ATTRIBUTE_UNIX_INODE

#define ENCLAVE_TYPE_POLL_MONITOR (enclave_poll_monitor_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePollMonitor, enclave_poll_monitor, ENCLAVE, POLL_MONITOR, GFileMonitor)

struct _EnclavePollMonitor
{
  GFileMonitor parent_instance;

  GFile *file;
  GCancellable *cancellable;
  char *seen; /* (nullable): nothing yet; "" when it was not there */
  guint source;
  gboolean is_folder;
};

G_DEFINE_FINAL_TYPE (EnclavePollMonitor, enclave_poll_monitor, G_TYPE_FILE_MONITOR)

static gint is_limited;

static void look (EnclavePollMonitor *self);

static gboolean
look_cb (gpointer user_data)
{
  EnclavePollMonitor *self = user_data;

  self->source = 0;
  look (self);
  return G_SOURCE_REMOVE;
}

/* (transfer full) */
static char *
describe (GFileInfo *info)
{
  return g_strdup_printf (
      "%" G_GUINT64_FORMAT ".%u %" G_GUINT64_FORMAT ".%u %" G_GOFFSET_FORMAT " %" G_GUINT64_FORMAT,
      g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED),
      g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC),
      g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_CHANGED),
      g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_CHANGED_USEC),
      g_file_info_get_size (info),
      g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_UNIX_INODE));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclavePollMonitor) self = user_data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);
  g_autofree char *before = NULL;

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  before = g_steal_pointer (&self->seen);
  self->seen = info != NULL ? describe (info) : g_strdup ("");
  self->source = g_timeout_add_seconds (ENCLAVE_FILE_WATCH_POLL_S, look_cb, self);
  if (before != NULL && g_strcmp0 (before, self->seen) != 0)
    g_file_monitor_emit_event (G_FILE_MONITOR (self), self->file, NULL,
                               info == NULL      ? G_FILE_MONITOR_EVENT_DELETED
                               : *before == '\0' ? G_FILE_MONITOR_EVENT_CREATED
                               : self->is_folder ? G_FILE_MONITOR_EVENT_ATTRIBUTE_CHANGED
                                                 : G_FILE_MONITOR_EVENT_CHANGED);
}

static void
look (EnclavePollMonitor *self)
{
  g_file_query_info_async (self->file, LOOKED_AT, G_FILE_QUERY_INFO_NONE, G_PRIORITY_LOW,
                           self->cancellable, looked_cb, g_object_ref (self));
}

static gboolean
enclave_poll_monitor_cancel (GFileMonitor *monitor)
{
  EnclavePollMonitor *self = ENCLAVE_POLL_MONITOR (monitor);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->source, g_source_remove);
  return TRUE;
}

static void
enclave_poll_monitor_finalize (GObject *object)
{
  EnclavePollMonitor *self = ENCLAVE_POLL_MONITOR (object);

  g_clear_object (&self->file);
  g_clear_object (&self->cancellable);
  g_free (self->seen);
  G_OBJECT_CLASS (enclave_poll_monitor_parent_class)->finalize (object);
}

static void
enclave_poll_monitor_class_init (EnclavePollMonitorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_poll_monitor_finalize;
  G_FILE_MONITOR_CLASS (klass)->cancel = enclave_poll_monitor_cancel;
}

static void
enclave_poll_monitor_init (EnclavePollMonitor *self)
{
  self->cancellable = g_cancellable_new ();
}

/* Asked with a place that is always there: the limit is one of the user, and no file system is
 * waited for. The instance is kept, as GIO keeps its own: there is a limit of those as well. */
static gboolean
can_watch (void)
{
  static GMutex mutex;
  static int fd = -1;
  char events[256];
  int number;

  g_mutex_lock (&mutex);
  if (fd < 0)
    fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  number = fd >= 0 ? inotify_add_watch (fd, "/", IN_DELETE_SELF) : -1;
  if (number >= 0)
    inotify_rm_watch (fd, number);
  /* That it went is told, too, and would pile up. */
  while (fd >= 0 && read (fd, events, sizeof events) > 0)
    ;
  g_mutex_unlock (&mutex);
  return number >= 0;
}

static GFileMonitor *
watch (GFile *file, gboolean is_folder)
{
  GFileMonitor *monitor = NULL;
  EnclavePollMonitor *self;

  g_return_val_if_fail (G_IS_FILE (file), NULL);

  if (can_watch ())
    monitor = is_folder ? g_file_monitor_directory (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL)
                        : g_file_monitor_file (file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  else
    g_atomic_int_set (&is_limited, TRUE);
  if (monitor != NULL)
    return monitor;
  self = g_object_new (ENCLAVE_TYPE_POLL_MONITOR, NULL);
  self->file = g_object_ref (file);
  self->is_folder = is_folder;
  look (self);
  return G_FILE_MONITOR (self);
}

GFileMonitor *
enclave_file_watch_new (GFile *file)
{
  return watch (file, FALSE);
}

GFileMonitor *
enclave_file_watch_new_for_folder (GFile *folder)
{
  return watch (folder, TRUE);
}

gboolean
enclave_file_watch_is_limited (void)
{
  return g_atomic_int_get (&is_limited);
}
