/* enclave-state-dir.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-state-dir.h"
#include "enclave-utf8.h"

#define FOLDER_NAME "enclave"

static void
set_errno_error (GError **error, int code, const char *path)
{
  g_autofree char *name = enclave_utf8_display_name (path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
               _("Could not use the folder “%s”: %s"), name, g_strerror (code));
}

/* Makes @path, one level, unless it is there; what is there must be a folder of ours. */
static gboolean
ensure_own_folder (const char *path, GError **error)
{
  struct stat st;
  int fd;

  if (g_mkdir (path, 0700) != 0 && errno != EEXIST)
    {
      set_errno_error (error, errno, path);
      return FALSE;
    }

  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    {
      /* A link shows itself as either of the two, by kernel. */
      set_errno_error (error, errno == ELOOP ? ENOTDIR : errno, path);
      return FALSE;
    }
  if (fstat (fd, &st) != 0)
    {
      set_errno_error (error, errno, path);
      close (fd);
      return FALSE;
    }
  if (st.st_uid != geteuid ())
    {
      g_autofree char *name = enclave_utf8_display_name (path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _("Could not use the folder “%s”: it belongs to another user"), name);
      close (fd);
      return FALSE;
    }
  if ((st.st_mode & 0077) != 0 && fchmod (fd, 0700) != 0)
    {
      set_errno_error (error, errno, path);
      close (fd);
      return FALSE;
    }
  close (fd);
  return TRUE;
}

static gboolean
check_component (const char *name, GError **error)
{
  if (*name != '\0' && strchr (name, '/') == NULL && strcmp (name, ".") != 0 && strcmp (name, "..") != 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME, _("Could not use the folder “%s”: not one name"), name);
  return FALSE;
}

static char *
ensure_below (const char *base, const char *subfolder, GError **error)
{
  g_autofree char *folder = g_build_filename (base, FOLDER_NAME, NULL);
  g_autofree char *path = NULL;

  if (subfolder != NULL && !check_component (subfolder, error))
    return NULL;
  if (g_mkdir_with_parents (base, 0700) != 0)
    {
      set_errno_error (error, errno, base);
      return NULL;
    }
  if (!ensure_own_folder (folder, error))
    return NULL;
  if (subfolder == NULL)
    return g_steal_pointer (&folder);

  path = g_build_filename (folder, subfolder, NULL);
  if (!ensure_own_folder (path, error))
    return NULL;
  return g_steal_pointer (&path);
}

char *
enclave_state_dir_ensure (const char *subfolder, GError **error)
{
  return ensure_below (g_get_user_state_dir (), subfolder, error);
}

char *
enclave_config_dir_ensure (const char *subfolder, GError **error)
{
  return ensure_below (g_get_user_config_dir (), subfolder, error);
}

char *
enclave_runtime_dir_ensure (const char *subfolder, GError **error)
{
  /* Not g_get_user_runtime_dir(): where the variable is missing it names the cache folder, which may
   * be on a network file system that has no sockets. */
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *fresh = NULL;
  struct stat st;

  if (runtime != NULL && g_path_is_absolute (runtime) && stat (runtime, &st) == 0 && S_ISDIR (st.st_mode) &&
      st.st_uid == geteuid ())
    return ensure_below (runtime, subfolder, error);

  if (subfolder != NULL && !check_component (subfolder, error))
    return NULL;
  fresh = g_strdup ("/tmp/" FOLDER_NAME "-XXXXXX");
  if (g_mkdtemp_full (fresh, 0700) == NULL)
    {
      set_errno_error (error, errno, "/tmp");
      return NULL;
    }
  if (subfolder == NULL)
    return g_steal_pointer (&fresh);
  else
    {
      g_autofree char *path = g_build_filename (fresh, subfolder, NULL);

      if (!ensure_own_folder (path, error))
        return NULL;
      return g_steal_pointer (&path);
    }
}

char *
enclave_state_dir_path (const char *subfolder)
{
  return g_build_filename (g_get_user_state_dir (), FOLDER_NAME, subfolder, NULL);
}

char *
enclave_config_dir_path (const char *name)
{
  return g_build_filename (g_get_user_config_dir (), FOLDER_NAME, name, NULL);
}
