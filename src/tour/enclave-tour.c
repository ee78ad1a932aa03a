/* enclave-tour.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-tour.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-file-save.h"
#include "enclave-install-paths.h"
#include "enclave-state-dir.h"
#include "enclave-tour-fix.h"
#include "enclave-tour-resources.h"

#define RESOURCE_FOLDER "/dev/enclave/Enclave/tour/"

static const char *const sample_files[] = { ".env", "Makefile", "README.md", "ring.c", "ring.h", "test-ring.c" };
/* What `make test` leaves behind. */
#define BUILT_FILE "test-ring"

static GBytes *
sample_bytes (const char *name)
{
  g_autofree char *path = g_strconcat (RESOURCE_FOLDER, name, NULL);

  return g_resource_lookup_data (enclave_tour_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static gboolean
is_sample_file (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (sample_files); i++)
    if (strcmp (sample_files[i], name) == 0)
      return TRUE;
  return FALSE;
}

/* ring.c as the tour leaves it. */
static GBytes *
fixed_bytes (void)
{
  g_autoptr (GBytes) broken = sample_bytes (ENCLAVE_TOUR_FILE);
  g_autoptr (GString) text = g_string_new_len (g_bytes_get_data (broken, NULL), (gssize) g_bytes_get_size (broken));

  g_string_replace (text, ENCLAVE_TOUR_BUG, ENCLAVE_TOUR_FIX, 1);
  return g_string_free_to_bytes (g_steal_pointer (&text));
}

/* At most one byte more than @most, so that a longer file differs. NULL: no regular file that can be read. */
static GBytes *
read_small (int folder_fd, const char *name, gsize most)
{
  g_autofree char *buffer = NULL;
  gsize length = 0;
  struct stat st;
  int fd = openat (folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return NULL;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      close (fd);
      return NULL;
    }
  buffer = g_malloc (most + 1);
  while (length < most + 1)
    {
      gssize got = read (fd, buffer + length, most + 1 - length);

      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        break;
      length += (gsize) got;
    }
  close (fd);
  return g_bytes_new_take (g_steal_pointer (&buffer), length);
}

static gboolean
is_as_written (int folder_fd, const char *name)
{
  g_autoptr (GBytes) sample = NULL;
  g_autoptr (GBytes) fixed = NULL;
  g_autoptr (GBytes) there = NULL;

  if (strcmp (name, BUILT_FILE) == 0)
    {
      struct stat st;

      return fstatat (folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (st.st_mode);
    }
  if (!is_sample_file (name))
    return FALSE;
  sample = sample_bytes (name);
  there = read_small (folder_fd, name, g_bytes_get_size (sample));
  if (there == NULL || g_bytes_equal (there, sample))
    return there != NULL;
  fixed = fixed_bytes ();
  return strcmp (name, ENCLAVE_TOUR_FILE) == 0 && g_bytes_equal (there, fixed);
}

static gboolean
check_folder (const char *folder, int folder_fd, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autofree char *folder_shown = g_filename_display_name (folder);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *shown = NULL;

      if (is_as_written (folder_fd, name))
        continue;
      shown = g_filename_display_name (name);
      if (is_sample_file (name))
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_EMPTY,
                     _ ("Writing the sample project into “%s”: “%s” was changed there and is not "
                        "overwritten; choose another folder"),
                     folder_shown, shown);
      else
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_EMPTY,
                     _ ("Writing the sample project into “%s”: the folder holds “%s”, which is not part "
                        "of it; choose an empty folder"),
                     folder_shown, shown);
      return FALSE;
    }
  return TRUE;
}

gboolean
enclave_tour_write_project (const char *folder, GError **error)
{
  g_autofree char *shown = NULL;
  gboolean good;
  int fd;

  g_return_val_if_fail (folder != NULL, FALSE);

  shown = g_filename_display_name (folder);
  if (g_mkdir_with_parents (folder, 0755) != 0 || (fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
    {
      int code = errno;

      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("Making the folder “%s”: %s"), shown,
                   g_strerror (code));
      return FALSE;
    }
  good = check_folder (folder, fd, error);
  for (guint i = 0; good && i < G_N_ELEMENTS (sample_files); i++)
    {
      g_autoptr (GBytes) bytes = sample_bytes (sample_files[i]);

      good = enclave_file_save (fd, sample_files[i], bytes, NULL, ENCLAVE_FILE_SAVE_NONE, NULL, error);
      if (!good)
        g_prefix_error (error, _ ("Writing the sample project into “%s”: "), shown);
    }
  close (fd);
  return good;
}

/* Sockets of processes that have ended by a signal. */
static void
remove_stale_sockets (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *process = NULL;
      g_autofree char *path = NULL;
      gint64 pid;

      if (!g_str_has_prefix (name, "engine-") || !g_str_has_suffix (name, ".sock"))
        continue;
      pid = g_ascii_strtoll (name + strlen ("engine-"), NULL, 10);
      if (pid <= 0)
        continue;
      process = g_strdup_printf ("/proc/%" G_GINT64_FORMAT, pid);
      path = g_build_filename (folder, name, NULL);
      if (!g_file_test (process, G_FILE_TEST_EXISTS))
        g_unlink (path);
    }
}

char *
enclave_tour_socket_path (GError **error)
{
  static guint n_sockets;
  g_autofree char *folder = enclave_runtime_dir_ensure ("tour", error);
  g_autofree char *name = NULL;
  g_autofree char *path = NULL;

  if (folder == NULL)
    return NULL;
  remove_stale_sockets (folder);
  name = g_strdup_printf ("engine-%d-%u.sock", (int) getpid (), ++n_sockets);
  path = g_build_filename (folder, name, NULL);
  g_unlink (path);
  return g_steal_pointer (&path);
}

GStrv
enclave_tour_engine_argv (const char *socket_path)
{
  char *argv[] = { NULL, (char *) socket_path, NULL };
  g_autofree char *program = enclave_install_paths_helper ("enclave-practice-engine");

  g_return_val_if_fail (socket_path != NULL, NULL);
  argv[0] = program;
  return g_strdupv (argv);
}

const char *
enclave_tour_first_message (void)
{
  return "Fix the failing test";
}
