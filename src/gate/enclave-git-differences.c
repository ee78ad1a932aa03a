/* enclave-git-differences.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-differences.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of each part of the file: how long its commits and differences are, and the SHA-256 sum of both. The version counts up when git is
 * asked for something else. */
#define HEAD "enclave-git-differences 1 %" G_GSIZE_FORMAT " %" G_GSIZE_FORMAT " "
#define HEAD_MAX 160

struct _EnclaveGitDifferences
{
  char *kept;          /* (nullable) */
  gsize kept_length;   /* of what is whole in it */
  GHashTable *commits; /* hexadecimal, of those that are in it */
  GPtrArray *texts;    /* of GBytes */
  char *wanted;        /* (nullable): those that git is to be asked for, one a line */
  const char *left;    /* in that */
  char *asked;         /* (nullable): those that it is asked for */
};

static char *
sum_of (const char *commits, gsize commits_length, const char *text, gsize length)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (sum, (const guchar *) commits, (gssize) commits_length);
  g_checksum_update (sum, (const guchar *) text, (gssize) length);
  return g_strdup (g_checksum_get_string (sum));
}

static void
add_commits (EnclaveGitDifferences *self, const char *lines, gsize length)
{
  const char *end = lines + length;

  for (const char *at = lines; at < end;)
    {
      const char *line = memchr (at, '\n', (gsize) (end - at));

      if (line == NULL)
        return;
      g_hash_table_add (self->commits, g_strndup (at, (gsize) (line - at)));
      at = line + 1;
    }
}

/* One part of the file. Returns: its length; 0 when it is not whole. */
static gsize
read_part (EnclaveGitDifferences *self, GBytes *file, gsize offset)
{
  gsize left;
  const char *part = (const char *) g_bytes_get_data (file, &left) + offset;
  const char *line = memchr (part, '\n', MIN (left - offset, HEAD_MAX));
  g_autofree char *head = line != NULL ? g_strndup (part, (gsize) (line - part) + 1) : NULL;
  g_autofree char *sum = NULL;
  char expected[65];
  gsize commits_length, length;

  if (head == NULL || sscanf (head, HEAD "%64[0-9a-f]\n", &commits_length, &length, expected) != 3)
    return 0;
  part += strlen (head);
  left -= offset + strlen (head);
  if (commits_length > left || length > left - commits_length)
    return 0;
  sum = sum_of (part, commits_length, part + commits_length, length);
  if (strcmp (sum, expected) != 0)
    return 0;
  add_commits (self, part, commits_length);
  offset += strlen (head) + commits_length;
  g_ptr_array_add (self->texts, g_bytes_new_from_bytes (file, offset, length));
  return strlen (head) + commits_length + length;
}

EnclaveGitDifferences *
enclave_git_differences_new (const char *kept)
{
  EnclaveGitDifferences *self = g_new0 (EnclaveGitDifferences, 1);
  g_autoptr (GBytes) file = NULL;
  char *text;
  gsize length, part;

  self->kept = g_strdup (kept);
  self->commits = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->texts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  /* Not mapped: whoever writes it may shorten it. */
  if (kept == NULL || !g_file_get_contents (kept, &text, &length, NULL))
    return self;
  file = g_bytes_new_take (text, length);
  while (self->kept_length < length && (part = read_part (self, file, self->kept_length)) > 0)
    self->kept_length += part;
  return self;
}

void
enclave_git_differences_free (EnclaveGitDifferences *self)
{
  if (self == NULL)
    return;
  g_free (self->kept);
  g_free (self->wanted);
  g_free (self->asked);
  g_hash_table_unref (self->commits);
  g_ptr_array_unref (self->texts);
  g_free (self);
}

/* The commits of @objects that are not known. @n_known: (out): how many are. */
static GString *
list_unknown (EnclaveGitDifferences *self, const char *objects, guint *n_known)
{
  GString *unknown = g_string_new (NULL);

  *n_known = 0;
  for (const char *at = objects; *at != '\0';)
    {
      gsize length = strcspn (at, "\n");
      gsize name_length = strcspn (at, " \n");

      if (length == name_length + strlen (" commit") && strncmp (at + name_length, " commit", strlen (" commit")) == 0)
        {
          g_autofree char *name = g_strndup (at, name_length);

          if (g_hash_table_contains (self->commits, name))
            (*n_known)++;
          else
            g_string_append_printf (unknown, "%s\n", name);
        }
      at += length + (at[length] == '\n');
    }
  return unknown;
}

static gboolean
find_wanted (EnclaveGitDifferences *self, const char *folder, GError **error)
{
  g_autofree char *objects_path = g_build_filename (folder, "objects", NULL);
  g_autofree char *wanted_path = g_build_filename (folder, "wanted", NULL);
  g_autofree char *objects = NULL;
  GString *unknown;
  guint n_known;

  if (!g_file_get_contents (objects_path, &objects, NULL, error))
    return FALSE;
  unknown = list_unknown (self, objects, &n_known);
  if (n_known < g_hash_table_size (self->commits))
    {
      g_hash_table_remove_all (self->commits);
      g_ptr_array_set_size (self->texts, 0);
      self->kept_length = 0;
      g_string_free (unknown, TRUE);
      unknown = list_unknown (self, objects, &n_known);
    }
  self->wanted = g_string_free (unknown, FALSE);
  self->left = self->wanted;
  return g_file_set_contents_full (wanted_path, self->wanted, -1, G_FILE_SET_CONTENTS_NONE, 0600, error);
}

gboolean
enclave_git_differences_want (EnclaveGitDifferences *self, const char *folder, gboolean *asks, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "asked", NULL);
  const char *end;

  *asks = FALSE;
  if (self->wanted == NULL && !find_wanted (self, folder, error))
    return FALSE;
  end = self->left;
  for (guint i = 0; i < ENCLAVE_GIT_DIFFERENCES_BATCH && *end != '\0'; i++)
    end = strchr (end, '\n') + 1;
  g_free (self->asked);
  self->asked = g_strndup (self->left, (gsize) (end - self->left));
  self->left = end;
  *asks = self->asked[0] != '\0';
  return !*asks || g_file_set_contents_full (path, self->asked, -1, G_FILE_SET_CONTENTS_NONE, 0600, error);
}

static gboolean
write_all (int fd, const char *bytes, gsize length)
{
  while (length > 0)
    {
      gssize n = write (fd, bytes, length);

      if (n < 0 && errno != EINTR)
        return FALSE;
      bytes += MAX (n, 0);
      length -= (gsize) MAX (n, 0);
    }
  return TRUE;
}

/* What can't be kept is asked for again the next time. */
static void
keep_part (EnclaveGitDifferences *self, const char *text, gsize length)
{
  g_autofree char *sum = sum_of (self->asked, strlen (self->asked), text, length);
  g_autofree char *head = g_strdup_printf (HEAD "%s\n", strlen (self->asked), length, sum);
  int fd = open (self->kept, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

  if (fd < 0)
    return;
  if (ftruncate (fd, (off_t) self->kept_length) != 0 || lseek (fd, 0, SEEK_END) < 0 || !write_all (fd, head, strlen (head))
      || !write_all (fd, self->asked, strlen (self->asked)) || !write_all (fd, text, length))
    g_message ("%s: %s", self->kept, g_strerror (errno));
  else
    self->kept_length += strlen (head) + strlen (self->asked) + length;
  close (fd);
}

gboolean
enclave_git_differences_take (EnclaveGitDifferences *self, const char *folder, gboolean keep, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "differences", NULL);
  char *text;
  gsize length;

  g_return_val_if_fail (self->asked != NULL, FALSE);

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  if (keep && self->kept != NULL)
    keep_part (self, text, length);
  g_ptr_array_add (self->texts, g_bytes_new_take (text, length));
  return TRUE;
}

GPtrArray *
enclave_git_differences_get (EnclaveGitDifferences *self)
{
  return self->texts;
}
