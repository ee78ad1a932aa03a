/* enclave-service-folder.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-service-folder.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/un.h>
#include <unistd.h>

#define KEY_BYTES 32
#define KEY_NAME "key"
/* Of the names that services give their sockets. */
#define SOCKET_ROOM 24

static char *
build_path (const char *base, const char *name)
{
  g_autofree char *unique = g_strdup_printf ("%s-%d-XXXXXX", name, (int) getpid ());

  return g_build_filename (base, unique, NULL);
}

void
enclave_service_folder_remove (const char *folder)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_return_if_fail (folder != NULL);

  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* NAME-PID-… of a process that has gone. */
static void
remove_left (const char *base, const char *name)
{
  g_autoptr (GDir) dir = g_dir_open (base, 0, NULL);
  g_autofree char *prefix = g_strconcat (name, "-", NULL);
  const char *entry;

  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (base, entry, NULL);
      char *end;
      gint64 pid;
      GStatBuf st;

      if (!g_str_has_prefix (entry, prefix))
        continue;
      pid = g_ascii_strtoll (entry + strlen (prefix), &end, 10);
      if (*end == '-' && pid > 1 && pid <= G_MAXINT && kill ((pid_t) pid, 0) != 0 && errno == ESRCH
          && g_lstat (path, &st) == 0 && S_ISDIR (st.st_mode) && st.st_uid == geteuid ())
        enclave_service_folder_remove (path);
    }
}

char *
enclave_service_folder_make (const char *name, GError **error)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *base = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  if (runtime != NULL && g_path_is_absolute (runtime))
    base = g_build_filename (runtime, "enclave", NULL);
  if (base != NULL && g_mkdir_with_parents (base, 0700) == 0)
    path = build_path (base, name);
  /* The kernel takes no longer path of a socket. */
  if (path == NULL || strlen (path) + SOCKET_ROOM >= sizeof (((struct sockaddr_un *) NULL)->sun_path))
    {
      g_free (base);
      g_free (path);
      base = g_strdup (g_get_tmp_dir ());
      path = build_path (base, "enclave-service");
      name = "enclave-service";
    }
  remove_left (base, name);
  if (g_mkdtemp_full (path, 0700) == NULL)
    {
      int number = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (number), _ ("Making a folder for the server’s socket in %s: %s"),
                   base, g_strerror (number));
      return NULL;
    }
  return g_steal_pointer (&path);
}

char *
enclave_service_folder_make_key (const char *folder, char **key, GError **error)
{
  guint8 bytes[KEY_BYTES];
  g_autofree char *path = NULL;
  g_autoptr (GString) digits = g_string_new (NULL);
  int fd;
  gboolean written;

  g_return_val_if_fail (folder != NULL && key != NULL, NULL);

  path = g_build_filename (folder, KEY_NAME, NULL);
  fd = getrandom (bytes, sizeof bytes, 0) == sizeof bytes
         ? g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)
         : -1;
  for (guint i = 0; i < sizeof bytes; i++)
    g_string_append_printf (digits, "%02x", bytes[i]);
  written = fd >= 0 && write (fd, digits->str, digits->len) == (gssize) digits->len;
  if (fd >= 0)
    close (fd);
  if (!written)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Writing the key of the server: %s"), g_strerror (errno));
      return NULL;
    }
  *key = g_string_free (g_steal_pointer (&digits), FALSE);
  return g_steal_pointer (&path);
}
