/* enclave-view-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-view-config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_MAX_BYTES (256 * 1024)

gboolean
enclave_view_config_is_written (EnclaveViewNode *folder, const char *name, EnclaveViewNode *new_folder, const char *new_name,
                                unsigned int flags)
{
  g_autofree char *path = NULL;

  if (folder != new_folder || strcmp (name, "config.lock") != 0 || strcmp (new_name, "config") != 0 || flags != 0)
    return FALSE;
  path = enclave_view_path_of (folder->fd);
  return path != NULL && g_str_has_suffix (path, "/.git");
}

/* Settings that only say how a repository lies on disk, who commits, and what a branch follows. Lower case. */
static gboolean
is_harmless (const char *section, const char *key)
{
  static const char *const core[] = { "repositoryformatversion", "filemode", "bare", "logallrefupdates", "ignorecase",
                                      "precomposeunicode", "symlinks", NULL };
  static const char *const user[] = { "name", "email", NULL };
  static const char *const branch[] = { "remote", "merge", "rebase", NULL };

  if (strcmp (section, "core") == 0)
    return g_strv_contains (core, key);
  if (strcmp (section, "user") == 0)
    return g_strv_contains (user, key);
  if (g_str_has_prefix (section, "branch \"") && g_str_has_suffix (section, "\""))
    return g_strv_contains (branch, key);
  return FALSE;
}

/* Takes only the plain form that git itself writes. Returns: (nullable): the settings that are not harmless, in order. */
static GPtrArray *
read_settings (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GPtrArray) settings = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *section = g_strdup ("");

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      gsize length = strlen (line);

      if (length == 0 || line[0] == '#' || line[0] == ';')
        continue;
      if (line[0] == '[')
        {
          char *space;

          if (line[length - 1] != ']' || strpbrk (line + 1, "[\\") != NULL)
            return NULL;
          line[length - 1] = '\0';
          g_free (section);
          section = g_strdup (line + 1);
          /* The name of a branch keeps its case. */
          space = strchr (section, ' ');
          for (char *c = section; *c != '\0' && c != space; c++)
            *c = g_ascii_tolower (*c);
        }
      else
        {
          g_autofree char *key = g_ascii_strdown (line, (gssize) strcspn (line, " \t="));

          /* A value may go on in the next line. */
          if (line[length - 1] == '\\' || strspn (key, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen (key))
            return NULL;
          if (!is_harmless (section, key))
            g_ptr_array_add (settings, g_strdup_printf ("%s\n%s", section, line));
        }
    }
  return g_steal_pointer (&settings);
}

/* Returns: (transfer full) (nullable): "" when there is nothing of the name. */
static char *
read_text (int folder, const char *name, mode_t *mode)
{
  g_autofree char *text = g_malloc0 (CONFIG_MAX_BYTES + 1);
  struct stat st;
  gsize length = 0;
  gssize n;
  int fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return errno == ENOENT ? g_strdup ("") : NULL;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      close (fd);
      return NULL;
    }
  *mode = st.st_mode & 0777;
  while ((n = read (fd, text + length, CONFIG_MAX_BYTES - length)) > 0)
    length += (gsize) n;
  close (fd);
  return n == 0 && length < CONFIG_MAX_BYTES && strlen (text) == length ? g_steal_pointer (&text) : NULL;
}

static int
write_copy (int folder, const char *new_name, const char *text, mode_t mode)
{
  g_autofree char *name = g_strdup_printf ("config.enclave-%08x", g_random_int ());
  gsize length = strlen (text);
  int problem = 0;
  int fd = openat (folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    return errno;
  if (write (fd, text, length) != (gssize) length || fchmod (fd, mode) != 0)
    problem = errno != 0 ? errno : EIO;
  if (close (fd) != 0 && problem == 0)
    problem = errno;
  if (problem == 0 && renameat (folder, name, folder, new_name) != 0)
    problem = errno;
  if (problem != 0)
    unlinkat (folder, name, 0);
  return problem;
}

int
enclave_view_config_write (EnclaveView *self, EnclaveViewNode *folder, const char *name, const char *new_name)
{
  mode_t mode = 0644;
  mode_t old_mode;
  g_autofree char *text = read_text (folder->fd, name, &mode);
  g_autofree char *old_text = read_text (folder->fd, new_name, &old_mode);
  g_autoptr (GPtrArray) settings = text != NULL ? read_settings (text) : NULL;
  g_autoptr (GPtrArray) old_settings = old_text != NULL ? read_settings (old_text) : NULL;
  gboolean same = settings != NULL && old_settings != NULL && settings->len == old_settings->len;
  int problem;

  if (self->read_only)
    return EROFS;
  for (guint i = 0; same && i < settings->len; i++)
    same = strcmp (g_ptr_array_index (settings, i), g_ptr_array_index (old_settings, i)) == 0;
  if (!same)
    return EACCES;
  problem = write_copy (folder->fd, new_name, text, mode);
  if (problem == 0)
    unlinkat (folder->fd, name, 0);
  return problem;
}
