/* enclave-git-blame.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-blame.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-git-command.h"
#include "enclave-git-head.h"
#include "enclave-git-text.h"

struct _EnclaveGitBlame
{
  GPtrArray *commits; /* (element-type EnclaveGitCommit): of each line, borrowed from @owned */
  GPtrArray *owned;
  GString *text;
};

EnclaveGitBlame *
enclave_git_blame_ref (EnclaveGitBlame *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  EnclaveGitBlame *self = data;

  g_ptr_array_unref (self->commits);
  g_ptr_array_unref (self->owned);
  g_string_free (self->text, TRUE);
}

void
enclave_git_blame_unref (EnclaveGitBlame *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

guint
enclave_git_blame_get_n_lines (EnclaveGitBlame *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->commits->len;
}

EnclaveGitCommit *
enclave_git_blame_get_commit (EnclaveGitBlame *self, guint line)
{
  g_return_val_if_fail (self != NULL, NULL);

  return line < self->commits->len ? g_ptr_array_index (self->commits, line) : NULL;
}

const char *
enclave_git_blame_get_text (EnclaveGitBlame *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->text->str;
}

/* What stands before one line of the file. */
typedef struct
{
  char *hash;
  char *author;
  char *summary;
  char *path;
  char *old_path;
  gint64 time;
} Head;

static void
head_clear (Head *head)
{
  g_clear_pointer (&head->hash, g_free);
  g_clear_pointer (&head->author, g_free);
  g_clear_pointer (&head->summary, g_free);
  g_clear_pointer (&head->path, g_free);
  g_clear_pointer (&head->old_path, g_free);
  head->time = 0;
}

static gboolean
take (const char *line, gsize length, const char *name, const char **value, gsize *value_length)
{
  gsize name_length = strlen (name);

  if (length < name_length || strncmp (line, name, name_length) != 0)
    return FALSE;
  *value = line + name_length;
  *value_length = length - name_length;

  return TRUE;
}

static void
set (char **field, const char *value, gsize length, gsize max_bytes)
{
  g_free (*field);
  *field = g_strndup (value, MIN (length, max_bytes));
}

static void
read_head_line (Head *head, const char *line, gsize length)
{
  const char *blank = memchr (line, ' ', length);
  const char *value = NULL;
  gsize value_length = 0;

  if (take (line, length, "author ", &value, &value_length))
    set (&head->author, value, value_length, 4 * ENCLAVE_GIT_AUTHOR_MAX_BYTES);
  else if (take (line, length, "author-time ", &value, &value_length))
    head->time = enclave_git_parse_time (value, value_length);
  else if (take (line, length, "summary ", &value, &value_length))
    set (&head->summary, value, value_length, 4 * ENCLAVE_GIT_SUBJECT_MAX_BYTES);
  else if (take (line, length, "filename ", &value, &value_length))
    {
      g_free (head->path);
      head->path = enclave_git_dup_unquoted (value, value_length);
    }
  else if (take (line, length, "previous ", &value, &value_length))
    {
      const char *name = memchr (value, ' ', value_length);

      g_clear_pointer (&head->old_path, g_free);
      if (name != NULL)
        head->old_path = enclave_git_dup_unquoted (name + 1, value_length - (gsize) (name + 1 - value));
    }
  else if (head->hash == NULL && blank != NULL && enclave_git_is_object (line, (gsize) (blank - line)))
    head->hash = g_strndup (line, (gsize) (blank - line));
}

/* Git says all of a commit once, and later only what is another: the name that the file had. Borrowed from @self. */
static EnclaveGitCommit *
find_commit (EnclaveGitBlame *self, GHashTable *known, const Head *head)
{
  EnclaveGitCommit *commit = g_hash_table_lookup (known, head->hash);
  const char *old_path = g_strcmp0 (head->old_path, head->path) != 0 ? head->old_path : NULL;

  if (commit != NULL && (head->path == NULL || g_strcmp0 (head->path, enclave_git_commit_get_path (commit)) == 0))
    return commit;
  if (commit != NULL)
    commit = enclave_git_commit_new (head->hash, enclave_git_commit_get_time (commit), enclave_git_commit_get_author (commit),
                                     enclave_git_commit_get_subject (commit), head->path, old_path);
  else
    commit = enclave_git_commit_new (head->hash, head->time, head->author != NULL ? head->author : "",
                                     head->summary != NULL ? head->summary : "", head->path, old_path);
  g_ptr_array_add (self->owned, commit);
  g_hash_table_insert (known, g_strdup (head->hash), commit);

  return commit;
}

EnclaveGitBlame *
enclave_git_blame_parse (const char *bytes, gsize length)
{
  EnclaveGitBlame *self = g_atomic_rc_box_new0 (EnclaveGitBlame);
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *end = bytes + length;
  Head head = { 0 };

  self->commits = g_ptr_array_new ();
  self->owned = g_ptr_array_new_with_free_func (g_object_unref);
  self->text = g_string_new (NULL);
  for (const char *line = bytes; line < end;)
    {
      const char *line_end = memchr (line, '\n', (gsize) (end - line));
      gsize line_length = (gsize) ((line_end != NULL ? line_end : end) - line);

      if (line_length > 0 && *line == '\t')
        {
          /* without a head it is nobody's, and so is all that follows */
          if (head.hash == NULL)
            break;
          g_ptr_array_add (self->commits, find_commit (self, known, &head));
          for (gsize i = 1; i < line_length; i++)
            g_string_append_c (self->text, line[i] != '\0' ? line[i] : ' ');
          g_string_append_c (self->text, '\n');
          head_clear (&head);
        }
      else
        read_head_line (&head, line, line_length);
      line += line_length + 1;
    }
  head_clear (&head);

  return self;
}

static void blamed_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* Git has failed: of a file that is in no commit it says the same however it is asked. */
static void
head_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *object = enclave_git_head_load_finish (ENCLAVE_GATE (source), result, NULL);
  /* As in the log: a rename is seen by contents, of which a denied one is not there. */
  g_autofree char *name = g_strdup (g_task_get_task_data (task));
  const char *arguments[] = { "blame", "--porcelain", "--no-follow", "--no-textconv", "--no-progress", "--encoding=UTF-8", "HEAD", "--", name, NULL };

  if (object != NULL && *object == '\0')
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("No commit has this file yet"));
      return;
    }
  g_task_set_task_data (task, NULL, NULL);
  enclave_git_command_async (ENCLAVE_GATE (source), arguments, NULL, FALSE, g_task_get_cancellable (task), blamed_cb,
                             g_object_ref (task));
}

static void
blamed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = enclave_git_command_finish (ENCLAVE_GATE (source), result, &error);
  const char *path = g_task_get_task_data (task);
  gsize length = 0;
  const char *bytes;

  if (output == NULL && path != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED))
    {
      enclave_git_head_load_async (ENCLAVE_GATE (source), path, g_task_get_cancellable (task), head_cb, g_object_ref (task));
      return;
    }
  if (output == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  bytes = g_bytes_get_data (output, &length);
  g_task_return_pointer (task, enclave_git_blame_parse (bytes, length), (GDestroyNotify) enclave_git_blame_unref);
}

void
enclave_git_blame_load_async (EnclaveGate *gate, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                              gpointer user_data)
{
  const char *arguments[] = { "blame", "--porcelain", "--no-textconv", "--no-progress", "--encoding=UTF-8", "HEAD", "--", path, NULL };
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (path != NULL);

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_git_blame_load_async);
  if (enclave_git_command_refuse_denied (gate, path, task))
    return;
  g_task_set_task_data (task, g_strdup (path), g_free);
  enclave_git_command_async (gate, arguments, NULL, FALSE, cancellable, blamed_cb, g_steal_pointer (&task));
}

EnclaveGitBlame *
enclave_git_blame_load_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
