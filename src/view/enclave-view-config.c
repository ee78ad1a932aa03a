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

#include "enclave-git-config.h"

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

/* A name of a remote and no place: a branch that follows a place would be pushed there. */
static gboolean
is_name (const char *value)
{
  return *value != '-' && strspn (value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == strlen (value);
}

/* Not what git would start a program of its own for, or take for an option. */
static gboolean
is_plain_place (const char *value)
{
  return *value != '-' && *value != '"' && strstr (value, "::") == NULL;
}

/* Settings that only say how a repository lies on disk, who commits, and what a branch follows. @section, @key: lower case.
 * @is_own: in a repository that the box has begun, where it fetches from. */
static gboolean
is_harmless (const char *section, const char *key, const char *value, gboolean is_own)
{
  static const char *const core[] = { "repositoryformatversion", "filemode", "bare", "logallrefupdates", "ignorecase",
                                      "precomposeunicode", "symlinks", NULL };
  static const char *const user[] = { "name", "email", NULL };
  static const char *const branch[] = { "merge", "rebase", NULL };
  static const char *const remote[] = { "fetch", "tagopt", NULL };

  if (strcmp (section, "core") == 0)
    return g_strv_contains (core, key);
  if (strcmp (section, "user") == 0)
    return g_strv_contains (user, key);
  if (g_str_has_prefix (section, "branch \"") && g_str_has_suffix (section, "\""))
    return g_strv_contains (branch, key) || (strcmp (key, "remote") == 0 && is_name (value));
  if (is_own && g_str_has_prefix (section, "remote \"") && g_str_has_suffix (section, "\""))
    return g_strv_contains (remote, key) || (strcmp (key, "url") == 0 && is_plain_place (value));
  return FALSE;
}

typedef struct
{
  char *whole;   /* as it stands in the file */
  char *setting; /* (nullable): its section and what a command sees of it, when it is none that the box may change */
} Line;

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->whole);
  g_free (line->setting);
  g_free (line);
}

/* Takes only the plain form that git itself writes. Returns: (nullable). */
static GPtrArray *
read_lines (const char *text, gboolean is_own)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (line_free);
  g_autofree char *shown = g_strdup (text);
  g_auto (GStrv) shown_lines = NULL;
  g_auto (GStrv) whole_lines = g_strsplit (text, "\n", -1);
  g_autofree char *section = g_strdup ("");

  enclave_git_config_mask (shown, strlen (shown));
  shown_lines = g_strsplit (shown, "\n", -1);
  for (guint i = 0; shown_lines[i] != NULL; i++)
    {
      Line *line = g_new0 (Line, 1);
      char *at = g_strstrip (shown_lines[i]);
      gsize length = strlen (at);

      g_ptr_array_add (lines, line);
      line->whole = g_strdup (whole_lines[i]);
      if (length == 0)
        continue;
      if (at[0] == '[')
        {
          char *space;

          if (at[length - 1] != ']' || strpbrk (at + 1, "[\\") != NULL)
            return NULL;
          /* What stands in a file must be found again, also when it is drawn over. */
          if (strchr (at, '*') != NULL)
            line->setting = g_strdup (at);
          at[length - 1] = '\0';
          g_free (section);
          section = g_strdup (at + 1);
          /* The name of a branch keeps its case. */
          space = strchr (section, ' ');
          for (char *c = section; *c != '\0' && c != space; c++)
            *c = g_ascii_tolower (*c);
        }
      else if (at[0] == '#' || at[0] == ';')
        {
          if (strchr (at, '*') != NULL)
            line->setting = g_strdup (at);
        }
      else
        {
          gsize key_length = strcspn (at, " \t=");
          g_autofree char *key = g_ascii_strdown (at, (gssize) key_length);
          const char *value = at + key_length;

          /* A value may go on in the next line. */
          if (at[length - 1] == '\\' || strspn (key, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen (key))
            return NULL;
          value += strspn (value, " \t=");
          if (!is_harmless (section, key, value, is_own) || (strchr (at, '*') != NULL && !g_str_has_prefix (section, "remote ")))
            line->setting = g_strdup_printf ("%s\n%s", section, at);
        }
    }
  return g_steal_pointer (&lines);
}

/* The text of @lines with the settings of @old_lines in place of its own. Returns: (nullable): NULL when they differ. */
static char *
join (GPtrArray *lines, GPtrArray *old_lines)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint old = 0;

  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = g_ptr_array_index (lines, i);
      const Line *kept = line;

      if (line->setting != NULL)
        {
          while (old < old_lines->len && ((const Line *) g_ptr_array_index (old_lines, old))->setting == NULL)
            old++;
          if (old == old_lines->len)
            return NULL;
          kept = g_ptr_array_index (old_lines, old++);
          if (strcmp (kept->setting, line->setting) != 0)
            return NULL;
        }
      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", kept->whole);
    }
  for (; old < old_lines->len; old++)
    if (((const Line *) g_ptr_array_index (old_lines, old))->setting != NULL)
      return NULL;
  return g_string_free (g_steal_pointer (&text), FALSE);
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

static gboolean
is_own_repository (EnclaveView *self, EnclaveViewNode *folder)
{
  g_autofree char *key = g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64) folder->device,
                                          (guint64) folder->inode);
  gboolean is_own;

  g_mutex_lock (&self->lock);
  is_own = g_hash_table_contains (self->own_stores, key);
  g_mutex_unlock (&self->lock);
  return is_own;
}

int
enclave_view_config_write (EnclaveView *self, EnclaveViewNode *folder, const char *name, const char *new_name)
{
  mode_t mode = 0644;
  mode_t old_mode;
  gboolean is_own = is_own_repository (self, folder);
  g_autofree char *text = read_text (folder->fd, name, &mode);
  g_autofree char *old_text = read_text (folder->fd, new_name, &old_mode);
  g_autoptr (GPtrArray) lines = text != NULL ? read_lines (text, is_own) : NULL;
  g_autoptr (GPtrArray) old_lines = old_text != NULL ? read_lines (old_text, is_own) : NULL;
  g_autofree char *joined = lines != NULL && old_lines != NULL ? join (lines, old_lines) : NULL;
  int problem;

  if (self->read_only)
    return EROFS;
  if (joined == NULL)
    return EACCES;
  problem = write_copy (folder->fd, new_name, joined, mode);
  if (problem == 0)
    unlinkat (folder->fd, name, 0);
  return problem;
}
