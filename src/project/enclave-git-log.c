/* enclave-git-log.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-log.h"

#include <string.h>

#include "enclave-git-command.h"
#include "enclave-git-head.h"
#include "enclave-git-text.h"

/* A NUL before each commit and behind each of its fields: no author can write one. Git cuts what is far too long to be shown. */
#define FORMAT "--format=%x00%H%x00%at%x00%<(120,trunc)%an%x00%<(400,trunc)%s%x00"
/* The same without what its author wrote, which is not cut where it has control characters in it. */
#define BARE_FORMAT "--format=%x00%H%x00%at%x00%x00%x00"

struct _EnclaveGitCommit
{
  GObject parent_instance;

  char *hash;
  char *author;
  char *subject;
  char *path;     /* (nullable) */
  char *old_path; /* (nullable) */
  gint64 time;
};

G_DEFINE_FINAL_TYPE (EnclaveGitCommit, enclave_git_commit, G_TYPE_OBJECT)

static void
enclave_git_commit_finalize (GObject *object)
{
  EnclaveGitCommit *self = ENCLAVE_GIT_COMMIT (object);

  g_free (self->hash);
  g_free (self->author);
  g_free (self->subject);
  g_free (self->path);
  g_free (self->old_path);

  G_OBJECT_CLASS (enclave_git_commit_parent_class)->finalize (object);
}

static void
enclave_git_commit_class_init (EnclaveGitCommitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_git_commit_finalize;
}

static void
enclave_git_commit_init (EnclaveGitCommit *self)
{
}

EnclaveGitCommit *
enclave_git_commit_new (const char *hash, gint64 time, const char *author, const char *subject, const char *path, const char *old_path)
{
  EnclaveGitCommit *self;

  g_return_val_if_fail (hash != NULL && enclave_git_is_object (hash, strlen (hash)), NULL);
  g_return_val_if_fail (author != NULL && subject != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_GIT_COMMIT, NULL);
  self->hash = g_strdup (hash);
  self->time = time;
  self->author = enclave_git_dup_line (author, strlen (author), ENCLAVE_GIT_AUTHOR_MAX_BYTES);
  self->subject = enclave_git_dup_line (subject, strlen (subject), ENCLAVE_GIT_SUBJECT_MAX_BYTES);
  self->path = g_strdup (path);
  self->old_path = g_strdup (old_path);

  return self;
}

const char *
enclave_git_commit_get_hash (EnclaveGitCommit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GIT_COMMIT (self), NULL);

  return self->hash;
}

gint64
enclave_git_commit_get_time (EnclaveGitCommit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GIT_COMMIT (self), 0);

  return self->time;
}

const char *
enclave_git_commit_get_author (EnclaveGitCommit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GIT_COMMIT (self), NULL);

  return self->author;
}

const char *
enclave_git_commit_get_subject (EnclaveGitCommit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GIT_COMMIT (self), NULL);

  return self->subject;
}

const char *
enclave_git_commit_get_path (EnclaveGitCommit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GIT_COMMIT (self), NULL);

  return self->path;
}

const char *
enclave_git_commit_get_old_path (EnclaveGitCommit *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GIT_COMMIT (self), NULL);

  return self->old_path;
}

/* What stands behind a commit when git was asked for names: "\nM" PATH, "R100" OLD NEW, and so on, up to an empty field. */
static void
read_names (EnclaveGitFields *fields, char **path, char **old_path)
{
  EnclaveGitFields before = *fields;
  const char *status;
  gsize length = 0;

  while ((status = enclave_git_fields_next (fields, &length)) != NULL && length > 0)
    {
      const char *name = enclave_git_fields_next (fields, &length);

      if (*status == '\n')
        status++;
      if (name != NULL && (*status == 'R' || *status == 'C'))
        {
          g_free (*old_path);
          *old_path = g_strdup (name);
          name = enclave_git_fields_next (fields, &length);
        }
      if (name == NULL)
        return;
      g_free (*path);
      *path = g_strdup (name);
      before = *fields;
    }
  /* the empty one belongs to the next commit */
  *fields = before;
}

GPtrArray *
enclave_git_log_parse (const char *bytes, gsize length)
{
  GPtrArray *commits = g_ptr_array_new_with_free_func (g_object_unref);
  EnclaveGitFields fields = { bytes, bytes + length };
  const char *mark;
  gsize mark_length = 0;

  while ((mark = enclave_git_fields_next (&fields, &mark_length)) != NULL)
    {
      gsize hash_length = 0, time_length = 0, author_length = 0, subject_length = 0, end_length = 0;
      const char *hash = enclave_git_fields_next (&fields, &hash_length);
      const char *seconds = enclave_git_fields_next (&fields, &time_length);
      const char *author = enclave_git_fields_next (&fields, &author_length);
      const char *subject = enclave_git_fields_next (&fields, &subject_length);
      const char *end = enclave_git_fields_next (&fields, &end_length);
      g_autofree char *path = NULL;
      g_autofree char *old_path = NULL;

      /* anything else is no list of commits: what follows can't be trusted to be one */
      if (end == NULL || mark_length != 0 || end_length != 0 || !enclave_git_is_object (hash, hash_length))
        break;
      read_names (&fields, &path, &old_path);
      g_ptr_array_add (commits, enclave_git_commit_new (hash, enclave_git_parse_time (seconds, time_length), author, subject, path,
                                                        old_path));
    }

  return commits;
}

typedef struct
{
  char *path; /* (nullable) */
  guint first;
  guint count;
  gboolean follow;
  gboolean bare;
  gboolean more;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_free (load->path);
  g_free (load);
}

static void run_log (GTask *owned_task);

/* Git has failed: without any commit that is no error, and asking otherwise does not help. */
static void
head_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  g_autofree char *head = enclave_git_head_load_finish (ENCLAVE_GATE (source), result, NULL);

  if (head != NULL && *head == '\0')
    {
      g_task_return_pointer (task, g_ptr_array_new_with_free_func (g_object_unref), (GDestroyNotify) g_ptr_array_unref);
      return;
    }
  /* To see a rename git compares contents, and that of a denied file is not there: without, then. */
  load->bare = !load->follow;
  load->follow = FALSE;
  run_log (g_steal_pointer (&task));
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load *load = g_task_get_task_data (task);
  EnclaveGate *gate = ENCLAVE_GATE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = enclave_git_command_finish (gate, result, &error);
  g_autoptr (GPtrArray) commits = NULL;
  gsize length = 0;
  const char *bytes;

  if (output == NULL && !load->bare && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED))
    {
      enclave_git_head_load_async (gate, NULL, g_task_get_cancellable (task), head_cb, g_object_ref (task));
      return;
    }
  if (output == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  bytes = g_bytes_get_data (output, &length);
  commits = enclave_git_log_parse (bytes, length);
  /* of a file git can't leave out the first ones by itself: it has to follow their renames */
  if (load->path != NULL)
    g_ptr_array_remove_range (commits, 0, MIN (load->first, commits->len));
  load->more = commits->len > load->count;
  if (load->more)
    g_ptr_array_set_size (commits, (int) load->count);
  for (guint i = commits->len; i > 0; i--)
    {
      EnclaveGitCommit *commit = g_ptr_array_index (commits, i - 1);

      if (enclave_git_command_is_denied (gate, commit->path))
        g_ptr_array_remove_index (commits, i - 1);
      else if (enclave_git_command_is_denied (gate, commit->old_path))
        g_clear_pointer (&commit->old_path, g_free);
    }
  g_task_return_pointer (task, g_steal_pointer (&commits), (GDestroyNotify) g_ptr_array_unref);
}

/* @owned_task: (transfer full). */
static void
run_log (GTask *owned_task)
{
  Load *load = g_task_get_task_data (owned_task);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  /* one more than is wanted says whether there are others */
  g_autofree char *count = g_strdup_printf ("--max-count=%u", load->count + 1 + (load->path != NULL ? load->first : 0));
  g_autofree char *skip = g_strdup_printf ("--skip=%u", load->path != NULL ? 0 : load->first);

  g_ptr_array_add (arguments, (gpointer) "log");
  g_ptr_array_add (arguments, (gpointer) "-z");
  g_ptr_array_add (arguments, (gpointer) "--encoding=UTF-8");
  g_ptr_array_add (arguments, (gpointer) "--no-ext-diff");
  g_ptr_array_add (arguments, (gpointer) "--no-textconv");
  g_ptr_array_add (arguments, (gpointer) (load->bare ? BARE_FORMAT : FORMAT));
  g_ptr_array_add (arguments, count);
  g_ptr_array_add (arguments, skip);
  if (load->path != NULL)
    {
      g_ptr_array_add (arguments, (gpointer) "--name-status");
      g_ptr_array_add (arguments, (gpointer) (load->follow ? "--follow" : "--no-renames"));
    }
  g_ptr_array_add (arguments, (gpointer) "--");
  if (load->path != NULL)
    g_ptr_array_add (arguments, load->path);
  g_ptr_array_add (arguments, NULL);
  enclave_git_command_async (g_task_get_source_object (owned_task), (const char *const *) arguments->pdata, NULL, FALSE,
                             g_task_get_cancellable (owned_task), loaded_cb, owned_task);
}

void
enclave_git_log_load_async (EnclaveGate *gate, const char *path, guint first, guint count, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Load *load;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (count > 0);

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_git_log_load_async);
  load = g_new0 (Load, 1);
  load->path = g_strdup (path);
  load->first = first;
  load->count = count;
  load->follow = path != NULL;
  g_task_set_task_data (task, load, load_free);
  if (!enclave_git_command_refuse_denied (gate, path, task))
    run_log (g_steal_pointer (&task));
}

GPtrArray *
enclave_git_log_load_finish (EnclaveGate *gate, GAsyncResult *result, gboolean *more, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  if (more != NULL)
    *more = ((Load *) g_task_get_task_data (G_TASK (result)))->more;

  return g_task_propagate_pointer (G_TASK (result), error);
}
