/* enclave-git-status.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-status.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-git-command.h"
#include "enclave-utf8.h"

/* What a person does comes in bursts: a build, a save of several files. */
#define SETTLE_MS 700

struct _EnclaveGitStatus
{
  GObject parent_instance;

  EnclaveGate *gate;
  GPtrArray *changes; /* (element-type EnclaveGitChange) */
  gboolean lacks_new_files;
  gboolean has_repository;
  GCancellable *cancellable;
  guint settle_source;
  gboolean refreshing;
  gboolean again;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (EnclaveGitStatus, enclave_git_status, G_TYPE_OBJECT)

static void
enclave_git_status_dispose (GObject *object)
{
  EnclaveGitStatus *self = ENCLAVE_GIT_STATUS (object);

  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);

  G_OBJECT_CLASS (enclave_git_status_parent_class)->dispose (object);
}

static void
enclave_git_status_finalize (GObject *object)
{
  EnclaveGitStatus *self = ENCLAVE_GIT_STATUS (object);

  g_clear_object (&self->gate);
  g_clear_object (&self->cancellable);
  g_ptr_array_unref (self->changes);

  G_OBJECT_CLASS (enclave_git_status_parent_class)->finalize (object);
}

static void
enclave_git_status_class_init (EnclaveGitStatusClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_git_status_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_git_status_finalize;

  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_git_status_init (EnclaveGitStatus *self)
{
  self->changes = enclave_git_status_parse ("", 0);
  self->cancellable = g_cancellable_new ();
}

EnclaveGitStatus *
enclave_git_status_new (EnclaveGate *gate)
{
  EnclaveGitStatus *self;
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);

  self = g_object_new (ENCLAVE_TYPE_GIT_STATUS, NULL);
  self->gate = g_object_ref (gate);
  path = g_build_filename (enclave_gate_get_root (gate), ".git", NULL);
  self->has_repository = g_file_test (path, G_FILE_TEST_EXISTS);

  return self;
}

gboolean
enclave_git_status_get_has_repository (EnclaveGitStatus *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GIT_STATUS (self), FALSE);

  return self->has_repository;
}

GPtrArray *
enclave_git_status_get_changes (EnclaveGitStatus *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GIT_STATUS (self), NULL);

  return self->changes;
}

gboolean
enclave_git_status_get_lacks_new_files (EnclaveGitStatus *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GIT_STATUS (self), FALSE);

  return self->lacks_new_files;
}

static gboolean
are_equal (GPtrArray *a, GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    {
      const EnclaveGitChange *left = g_ptr_array_index (a, i);
      const EnclaveGitChange *right = g_ptr_array_index (b, i);

      if (left->staged != right->staged || left->unstaged != right->unstaged || strcmp (left->path, right->path) != 0)
        return FALSE;
    }

  return TRUE;
}

static void
take_changes (EnclaveGitStatus *self, GPtrArray *changes, gboolean lacks_new_files)
{
  for (guint i = changes->len; i > 0; i--)
    if (enclave_git_command_is_denied (self->gate, ((const EnclaveGitChange *) g_ptr_array_index (changes, i - 1))->path))
      g_ptr_array_remove_index (changes, i - 1);
  if (are_equal (self->changes, changes) && self->lacks_new_files == lacks_new_files)
    return;
  g_ptr_array_unref (self->changes);
  self->changes = g_ptr_array_ref (changes);
  self->lacks_new_files = lacks_new_files;
  g_signal_emit (self, changed_signal, 0);
}

static void refreshed_cb (GObject *source, GAsyncResult *result, gpointer user_data);

/* @owned_task: (transfer full). Each new file by its own name: a folder can hold a denied one, or one that is looked at before it is
 * committed. */
static void
ask (GTask *owned_task, gboolean with_new_files)
{
  EnclaveGitStatus *self = g_task_get_source_object (owned_task);
  const char *arguments[] = { "status", "--porcelain=v1", "-z", with_new_files ? "--untracked-files=all" : "--untracked-files=no",
                              "--no-renames", "--ignore-submodules=all", NULL };

  g_task_set_task_data (owned_task, GINT_TO_POINTER (with_new_files), NULL);
  enclave_git_command_async (self->gate, arguments, NULL, FALSE, g_task_get_cancellable (owned_task), refreshed_cb, owned_task);
}

static void
refreshed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveGitStatus *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = enclave_git_command_finish (ENCLAVE_GATE (source), result, &error);
  g_autoptr (GPtrArray) changes = NULL;
  gsize length = 0;
  const char *bytes;

  if (output == NULL)
    {
      /* A folder of millions of new files takes too long or says too much; what git knows can be told all the same. */
      if (g_task_get_task_data (task) != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        ask (g_steal_pointer (&task), FALSE);
      else
        g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  bytes = g_bytes_get_data (output, &length);
  changes = enclave_git_status_parse (bytes, length);
  take_changes (self, changes, g_task_get_task_data (task) == NULL);
  g_task_return_boolean (task, TRUE);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveGitStatus *self = g_task_get_source_object (task);
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);
  g_autoptr (GPtrArray) none = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->has_repository != (info != NULL))
    {
      self->has_repository = info != NULL;
      g_signal_emit (self, changed_signal, 0);
    }
  if (self->has_repository)
    {
      ask (g_steal_pointer (&task), TRUE);
      return;
    }
  none = enclave_git_status_parse ("", 0);
  take_changes (self, none, FALSE);
  g_task_return_boolean (task, TRUE);
}

void
enclave_git_status_refresh_async (EnclaveGitStatus *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GFile) folder = NULL;

  g_return_if_fail (ENCLAVE_IS_GIT_STATUS (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_git_status_refresh_async);
  path = g_build_filename (enclave_gate_get_root (self->gate), ".git", NULL);
  folder = g_file_new_for_path (path);
  g_file_query_info_async (folder, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, cancellable,
                           looked_cb, g_steal_pointer (&task));
}

gboolean
enclave_git_status_refresh_finish (EnclaveGitStatus *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
settled_refresh_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EnclaveGitStatus *self = ENCLAVE_GIT_STATUS (source);
  g_autoptr (GError) error = NULL;

  self->refreshing = FALSE;
  if (!enclave_git_status_refresh_finish (self, result, &error))
    g_debug ("No state of git: %s", error->message);
  if (self->again && !g_cancellable_is_cancelled (self->cancellable))
    enclave_git_status_refresh (self);
  self->again = FALSE;
}

static gboolean
settled_cb (gpointer user_data)
{
  EnclaveGitStatus *self = user_data;

  self->settle_source = 0;
  self->refreshing = TRUE;
  enclave_git_status_refresh_async (self, self->cancellable, settled_refresh_cb, NULL);

  return G_SOURCE_REMOVE;
}

void
enclave_git_status_refresh (EnclaveGitStatus *self)
{
  g_return_if_fail (ENCLAVE_IS_GIT_STATUS (self));

  if (self->refreshing)
    self->again = TRUE;
  else if (self->settle_source == 0)
    self->settle_source = g_timeout_add (SETTLE_MS, settled_cb, self);
}

static void
text_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) output = enclave_git_command_finish_for (task, result);
  gsize length = 0;
  const char *bytes;

  if (output == NULL)
    return;
  bytes = g_bytes_get_data (output, &length);
  if (length > 0 && !g_utf8_validate (bytes, (gssize) length, NULL))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("The file is no UTF-8 text in git"));
  else
    g_task_return_pointer (task, g_strndup (bytes != NULL ? bytes : "", length), g_free);
}

static GTask *
new_task (EnclaveGitStatus *self, gpointer tag, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  if (enclave_git_command_refuse_denied (self->gate, path, task))
    return NULL;

  return g_steal_pointer (&task);
}

void
enclave_git_status_load_base_async (EnclaveGitStatus *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autofree char *object = NULL;
  const char *arguments[] = { "cat-file", "blob", NULL, NULL };
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_GIT_STATUS (self));
  g_return_if_fail (path != NULL);

  task = new_task (self, enclave_git_status_load_base_async, path, cancellable, callback, user_data);
  if (task == NULL)
    return;
  /* below the project: the repository may begin above it, and its own names may begin with a colon */
  object = g_strconcat (":./", path, NULL);
  arguments[2] = object;
  enclave_git_command_async (self->gate, arguments, NULL, FALSE, cancellable, text_cb, task);
}

char *
enclave_git_status_load_base_finish (EnclaveGitStatus *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
enclave_git_status_diff_async (EnclaveGitStatus *self, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  const char *arguments[] = { "diff", "--no-ext-diff", "--no-textconv", "HEAD", "--", path, NULL };
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_GIT_STATUS (self));
  g_return_if_fail (path != NULL);

  task = new_task (self, enclave_git_status_diff_async, path, cancellable, callback, user_data);
  if (task != NULL)
    enclave_git_command_async (self->gate, arguments, NULL, FALSE, cancellable, text_cb, task);
}

char *
enclave_git_status_diff_finish (EnclaveGitStatus *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveGitStatus *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = enclave_git_command_finish (ENCLAVE_GATE (source), result, &error);

  enclave_git_status_refresh (self);
  if (output == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

void
enclave_git_status_stage_async (EnclaveGitStatus *self, const char *patch, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  static const char *const arguments[] = { "apply", "--cached", "--unidiff-zero", "--whitespace=nowarn", "-", NULL };
  g_autoptr (GBytes) input = NULL;

  g_return_if_fail (ENCLAVE_IS_GIT_STATUS (self));
  g_return_if_fail (patch != NULL);

  input = g_bytes_new (patch, strlen (patch));
  enclave_git_command_async (self->gate, arguments, input, TRUE, cancellable, written_cb,
                             new_task (self, enclave_git_status_stage_async, NULL, cancellable, callback, user_data));
}

typedef struct
{
  GStrv paths;
  char *message;
} Commit;

static void
commit_free (gpointer data)
{
  Commit *commit = data;

  g_strfreev (commit->paths);
  g_free (commit->message);
  g_free (commit);
}

/* @owned_task: (transfer full). */
static void
commit (GTask *owned_task)
{
  EnclaveGitStatus *self = g_task_get_source_object (owned_task);
  Commit *commit = g_task_get_task_data (owned_task);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  /* by its input: a message is no argument that others see */
  g_autoptr (GBytes) input = g_bytes_new (commit->message, strlen (commit->message));

  g_ptr_array_add (arguments, (gpointer) "commit");
  g_ptr_array_add (arguments, (gpointer) "--quiet");
  g_ptr_array_add (arguments, (gpointer) "--no-verify");
  g_ptr_array_add (arguments, (gpointer) "--file=-");
  if (commit->paths != NULL)
    {
      g_ptr_array_add (arguments, (gpointer) "--only");
      g_ptr_array_add (arguments, (gpointer) "--");
      for (guint i = 0; commit->paths[i] != NULL; i++)
        g_ptr_array_add (arguments, commit->paths[i]);
    }
  g_ptr_array_add (arguments, NULL);
  enclave_git_command_async (self->gate, (const char *const *) arguments->pdata, input, TRUE, g_task_get_cancellable (owned_task),
                             written_cb, owned_task);
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = enclave_git_command_finish (ENCLAVE_GATE (source), result, &error);

  if (output == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    commit (g_steal_pointer (&task));
}

/* git add refuses a name that is neither in the folder nor in the index, as one is whose removal is staged. */
static gboolean
is_known (EnclaveGitStatus *self, const char *path)
{
  for (guint i = 0; i < self->changes->len; i++)
    {
      const EnclaveGitChange *change = g_ptr_array_index (self->changes, i);

      if (strcmp (change->path, path) == 0)
        return change->staged != '?';
    }

  return FALSE;
}

void
enclave_git_status_commit_async (EnclaveGitStatus *self, const char *const *paths, const char *message, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  gboolean any;
  Commit *data;
  GTask *task = NULL;

  g_return_if_fail (ENCLAVE_IS_GIT_STATUS (self));
  g_return_if_fail (message != NULL);

  g_ptr_array_add (arguments, (gpointer) "add");
  g_ptr_array_add (arguments, (gpointer) "--");
  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    {
      if (enclave_git_command_is_denied (self->gate, paths[i]))
        {
          new_task (self, enclave_git_status_commit_async, paths[i], cancellable, callback, user_data);
          return;
        }
      if (!is_known (self, paths[i]))
        g_ptr_array_add (arguments, (gpointer) paths[i]);
    }
  any = arguments->len > 2;
  g_ptr_array_add (arguments, NULL);
  task = new_task (self, enclave_git_status_commit_async, NULL, cancellable, callback, user_data);
  data = g_new0 (Commit, 1);
  data->paths = g_strdupv ((char **) paths);
  data->message = g_strdup (message);
  g_task_set_task_data (task, data, commit_free);
  if (!any)
    commit (task);
  else
    /* what git does not know yet can only be committed once it does */
    enclave_git_command_async (self->gate, (const char *const *) arguments->pdata, NULL, TRUE, cancellable, added_cb, task);
}

gboolean
enclave_git_status_write_finish (EnclaveGitStatus *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
