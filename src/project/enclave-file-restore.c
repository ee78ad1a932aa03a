/* enclave-file-restore.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Out of the desktop's trash again: of the home folder, or of the file system that the file was on. Nothing that is there is written over.
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-file-operation-private.h"
#include "enclave-utf8.h"

#define NOTE_ENDING ".trashinfo"
/* Of a trash that nobody ever empties the newest would not be found in useful time. */
#define MAX_NOTES 100000
#define MAX_NOTE_BYTES (64 * 1024)

typedef struct
{
  char *folder; /* (nullable): of the trash */
  char *name;   /* in it */
  struct timespec when;
} Best;

/* TRUE: the note says that what it is of was at @path. Relative places count from @top. */
static gboolean
is_of (const char *note, const char *top, const char *path)
{
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autofree char *written = NULL;
  g_autofree char *place = NULL;
  g_autofree char *whole = NULL;

  if (!g_key_file_load_from_file (keys, note, G_KEY_FILE_NONE, NULL))
    return FALSE;
  written = g_key_file_get_string (keys, "Trash Info", "Path", NULL);
  place = written != NULL ? g_uri_unescape_string (written, NULL) : NULL;
  if (place == NULL)
    return FALSE;
  whole = g_path_is_absolute (place) ? g_strdup (place) : g_build_filename (top, place, NULL);
  return strcmp (whole, path) == 0;
}

static void
look (const char *folder, const char *top, const char *path, Best *best)
{
  g_autofree char *notes = g_build_filename (folder, "info", NULL);
  g_autoptr (GDir) dir = g_dir_open (notes, 0, NULL);
  const char *name;

  for (guint n = 0; dir != NULL && n < MAX_NOTES && (name = g_dir_read_name (dir)) != NULL; n++)
    {
      g_autofree char *note = g_build_filename (notes, name, NULL);
      struct stat st;

      if (!g_str_has_suffix (name, NOTE_ENDING) || lstat (note, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size > MAX_NOTE_BYTES
          || (best->folder != NULL && (st.st_mtim.tv_sec < best->when.tv_sec
                                       || (st.st_mtim.tv_sec == best->when.tv_sec && st.st_mtim.tv_nsec <= best->when.tv_nsec)))
          || !is_of (note, top, path))
        continue;
      g_free (best->folder);
      g_free (best->name);
      best->folder = g_strdup (folder);
      best->name = g_strndup (name, strlen (name) - strlen (NOTE_ENDING));
      best->when = st.st_mtim;
    }
}

/* The folder at which the file system of @path is mounted. (transfer full) */
static char *
dup_top (const char *path)
{
  g_autofree char *at = g_path_get_dirname (path);
  struct stat below;
  struct stat st;

  if (lstat (at, &below) != 0)
    return g_steal_pointer (&at);
  while (strcmp (at, "/") != 0)
    {
      g_autofree char *parent = g_path_get_dirname (at);

      if (stat (parent, &st) != 0 || st.st_dev != below.st_dev)
        break;
      g_free (at);
      at = g_steal_pointer (&parent);
    }
  return g_steal_pointer (&at);
}

void
_enclave_file_operation_restore_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const EnclaveFileWork *work = task_data;
  const char *path = g_file_peek_path (work->file);
  g_autofree char *top = dup_top (path);
  g_autofree char *home = g_build_filename (g_get_user_data_dir (), "Trash", NULL);
  g_autofree char *own = g_strdup_printf ("%s/.Trash-%u", strcmp (top, "/") == 0 ? "" : top, (guint) getuid ());
  g_autofree char *shared = g_strdup_printf ("%s/.Trash/%u", strcmp (top, "/") == 0 ? "" : top, (guint) getuid ());
  Best best = { NULL };

  look (home, "/", path, &best);
  look (own, top, path, &best);
  look (shared, top, path, &best);
  if (best.folder == NULL)
    {
      g_autofree char *base = g_file_get_basename (work->file);
      g_autofree char *name = enclave_utf8_display_name (base);

      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("“%s” is no longer in the trash."), name);
    }
  else
    {
      g_autofree char *trashed = g_build_filename (best.folder, "files", best.name, NULL);
      g_autofree char *note_name = g_strconcat (best.name, NOTE_ENDING, NULL);
      g_autofree char *note = g_build_filename (best.folder, "info", note_name, NULL);

      if (_enclave_file_operation_rename (trashed, path) != 0)
        _enclave_file_operation_return_errno (task, work->file, errno);
      else
        {
          if (unlink (note) != 0)
            g_debug ("A note of the trash stays: %s", g_strerror (errno));
          g_task_return_pointer (task, g_object_ref (work->file), g_object_unref);
        }
    }
  g_free (best.folder);
  g_free (best.name);
}
