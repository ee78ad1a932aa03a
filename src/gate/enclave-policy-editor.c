/* enclave-policy-editor.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-policy-editor.h"

#include "enclave-file-door.h"
#include "enclave-file-save.h"
#include "enclave-gate-error.h"
#include "enclave-limits.h"
#include "enclave-policy-text-private.h"
#include "enclave-state-dir.h"
#include "enclave-utf8.h"

struct _EnclavePolicyEditor
{
  GObject parent_instance;

  char *file;
  /* The text before and after the last change; NULL when there is none to take back. */
  char *before;
  char *after;
};

G_DEFINE_FINAL_TYPE (EnclavePolicyEditor, enclave_policy_editor, G_TYPE_OBJECT)

typedef enum
{
  CHANGE_ADD,
  CHANGE_REMOVE,
  CHANGE_UNDO,
} ChangeKind;

/* What the worker gets and, in @before and @after, gives back. */
typedef struct
{
  ChangeKind kind;
  char *file;
  char *line;
  EnclaveVerdict verdict;
  char *before;
  char *after;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->file);
  g_free (change->line);
  g_free (change->before);
  g_free (change->after);
  g_free (change);
}

static void
enclave_policy_editor_finalize (GObject *object)
{
  EnclavePolicyEditor *self = ENCLAVE_POLICY_EDITOR (object);

  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->before, g_free);
  g_clear_pointer (&self->after, g_free);

  G_OBJECT_CLASS (enclave_policy_editor_parent_class)->finalize (object);
}

static void
enclave_policy_editor_class_init (EnclavePolicyEditorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_policy_editor_finalize;
}

static void
enclave_policy_editor_init (EnclavePolicyEditor *self)
{
}

/**
 * enclave_policy_editor_new:
 * @file: (nullable): absolute path of the file; %NULL: `policy` in the configuration folder
 *
 * Returns: (transfer full): an editor of the user's policy
 */
EnclavePolicyEditor *
enclave_policy_editor_new (const char *file)
{
  EnclavePolicyEditor *self = g_object_new (ENCLAVE_TYPE_POLICY_EDITOR, NULL);

  self->file = file != NULL ? g_strdup (file) : enclave_config_dir_path ("policy");

  return self;
}

/**
 * enclave_policy_editor_get_file:
 *
 * Returns: absolute path of the file; borrowed
 */
const char *
enclave_policy_editor_get_file (EnclavePolicyEditor *self)
{
  g_return_val_if_fail (ENCLAVE_IS_POLICY_EDITOR (self), NULL);

  return self->file;
}

/**
 * enclave_policy_editor_check_pattern:
 * @pattern: what a person has typed
 *
 * Returns: whether @pattern can be a rule that denies; else %FALSE with what is wrong with it
 */
gboolean
enclave_policy_editor_check_pattern (const char *pattern, GError **error)
{
  g_autofree char *line = NULL;

  g_return_val_if_fail (pattern != NULL, FALSE);

  line = enclave_policy_text_dup_rule_line (pattern, error);

  return line != NULL;
}

static gboolean
set_error (const char *file, const char *reason, GError **error)
{
  g_autofree char *shown = enclave_utf8_display_name (file);

  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL,
                                                    N_("Changing your deny-list (%s): %s"), shown, reason));

  return FALSE;
}

/* The file may be a link to where a person keeps such files: the file it leads to is the one that is changed.
 * Returns: a descriptor of its folder, or -1. */
static int
open_folder (const char *file, char **name, GError **error)
{
  g_autofree char *folder = NULL;
  char target[PATH_MAX];
  int fd;

  if (realpath (file, target) == NULL)
    {
      if (errno != ENOENT)
        {
          set_error (file, g_strerror (errno), error);
          return -1;
        }
      g_strlcpy (target, file, sizeof target);
    }

  folder = g_path_get_dirname (target);
  if (g_mkdir_with_parents (folder, 0700) != 0
      || (fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
    {
      set_error (file, g_strerror (errno), error);
      return -1;
    }
  *name = g_path_get_basename (target);

  return fd;
}

/* "" for a file that is not there yet. */
static char *
read_text (int folder_fd, const char *name, const char *file, EnclaveFileStamp *stamp, GError **error)
{
  int fd = openat (folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  g_autofree char *text = NULL;
  struct stat st;
  gsize length = 0;
  int saved;

  memset (stamp, 0, sizeof *stamp);
  if (fd < 0)
    {
      if (errno == ENOENT)
        return g_strdup ("");
      set_error (file, g_strerror (errno), error);
      return NULL;
    }
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      close (fd);
      set_error (file, _("it is not a regular file"), error);
      return NULL;
    }
  enclave_file_stamp_from_stat (stamp, &st);
  text = enclave_file_door_slurp (fd, ENCLAVE_POLICY_FILE_MAX_BYTES, &length);
  saved = errno;
  close (fd);
  if (text == NULL)
    {
      set_error (file, g_strerror (saved), error);
      return NULL;
    }
  if (strlen (text) != length)
    {
      set_error (file, _("it is not a text file"), error);
      return NULL;
    }

  return g_steal_pointer (&text);
}

static gboolean
write_text (int folder_fd, const char *name, const char *file, const char *text, const EnclaveFileStamp *stamp,
            GError **error)
{
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(GError) local_error = NULL;
  EnclaveFileStamp expected = *stamp;

  /* What is saved keeps the mode of what was there. */
  if (!expected.exists)
    {
      int fd = openat (folder_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
      struct stat st;

      if (fd < 0)
        return set_error (file, g_strerror (errno), error);
      if (fstat (fd, &st) == 0)
        enclave_file_stamp_from_stat (&expected, &st);
      close (fd);
    }
  else if (fchmodat (folder_fd, name, 0600, 0) != 0)
    return set_error (file, g_strerror (errno), error);

  if (!enclave_file_save (folder_fd, name, bytes, &expected, ENCLAVE_FILE_SAVE_NONE, NULL, &local_error))
    return set_error (file, local_error->message, error);

  return TRUE;
}

static gboolean
run (Change *change, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autofree char *result = NULL;
  EnclaveFileStamp stamp;
  gboolean good = FALSE;
  int fd = open_folder (change->file, &name, error);

  if (fd < 0)
    return FALSE;
  text = read_text (fd, name, change->file, &stamp, error);
  if (text == NULL || !enclave_policy_text_check (text, error))
    {
      close (fd);
      return FALSE;
    }

  if (change->kind == CHANGE_ADD)
    result = enclave_policy_text_add (text, change->line);
  else if (change->kind == CHANGE_REMOVE)
    result = enclave_policy_text_remove (text, change->line, change->verdict);
  else if (g_str_equal (text, change->after))
    result = g_strdup (change->before);

  if (result == NULL)
    set_error (change->file, change->kind == CHANGE_REMOVE ? _("the rule is not in it any more")
                                                           : _("it has been changed since"), error);
  else if (strlen (result) > ENCLAVE_POLICY_FILE_MAX_BYTES)
    set_error (change->file, g_strerror (EFBIG), error);
  else
    good = enclave_policy_text_check (result, error) && write_text (fd, name, change->file, result, &stamp, error);
  close (fd);
  if (!good)
    return FALSE;

  g_free (change->before);
  g_free (change->after);
  change->before = change->kind == CHANGE_UNDO ? NULL : g_steal_pointer (&text);
  change->after = change->kind == CHANGE_UNDO ? NULL : g_steal_pointer (&result);

  return TRUE;
}

static void
worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr(GError) error = NULL;

  if (run (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* Consumes @line; NULL with @error is a failure. */
static void
start (EnclavePolicyEditor *self, ChangeKind kind, char *line, EnclaveVerdict verdict, GError *error,
       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  Change *change = g_new0 (Change, 1);

  g_task_set_source_tag (task, start);
  change->kind = kind;
  change->file = g_strdup (self->file);
  change->line = line;
  change->verdict = verdict;
  change->before = g_strdup (self->before);
  change->after = g_strdup (self->after);
  g_task_set_task_data (task, change, change_free);
  /* What was written counts. */
  g_task_set_check_cancellable (task, FALSE);

  if (error != NULL)
    g_task_return_error (task, error);
  else if (!g_task_return_error_if_cancelled (task))
    g_task_run_in_thread (task, worker);
}

/**
 * enclave_policy_editor_add_async:
 * @pattern: what is to be denied
 *
 * Adds a rule behind all others that deny.
 */
void
enclave_policy_editor_add_async (EnclavePolicyEditor *self, const char *pattern, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  GError *error = NULL;
  char *line;

  g_return_if_fail (ENCLAVE_IS_POLICY_EDITOR (self));
  g_return_if_fail (pattern != NULL);

  line = enclave_policy_text_dup_rule_line (pattern, &error);
  start (self, CHANGE_ADD, line, ENCLAVE_VERDICT_DENY, error, cancellable, callback, user_data);
}

/**
 * enclave_policy_editor_remove_async:
 * @pattern: the rule's pattern
 * @verdict: what it says
 *
 * Removes the line, and others that say the same.
 */
void
enclave_policy_editor_remove_async (EnclavePolicyEditor *self, const char *pattern, EnclaveVerdict verdict,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_POLICY_EDITOR (self));
  g_return_if_fail (pattern != NULL);

  start (self, CHANGE_REMOVE, g_strconcat (verdict == ENCLAVE_VERDICT_ALLOW ? "!" : "", pattern, NULL), verdict, NULL,
         cancellable, callback, user_data);
}

/**
 * enclave_policy_editor_except_async:
 * @path: absolute, as the kernel names it
 *
 * Adds an exception for exactly this file. It has no effect on rules that enclave_policy_is_locked() tells of and on those of
 * a project.
 */
void
enclave_policy_editor_except_async (EnclavePolicyEditor *self, const char *path, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  GError *error = NULL;
  char *line;

  g_return_if_fail (ENCLAVE_IS_POLICY_EDITOR (self));
  g_return_if_fail (path != NULL);

  line = enclave_policy_text_dup_exception_line (path, &error);
  start (self, CHANGE_ADD, line, ENCLAVE_VERDICT_ALLOW, error, cancellable, callback, user_data);
}

/**
 * enclave_policy_editor_undo_async:
 *
 * Takes back the last change that this editor made.
 */
void
enclave_policy_editor_undo_async (EnclavePolicyEditor *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  GError *error = NULL;

  g_return_if_fail (ENCLAVE_IS_POLICY_EDITOR (self));

  if (self->before == NULL)
    set_error (self->file, _("there is nothing to take back"), &error);
  start (self, CHANGE_UNDO, NULL, ENCLAVE_VERDICT_DENY, error, cancellable, callback, user_data);
}

/**
 * enclave_policy_editor_change_finish:
 *
 * Returns: whether the change was made; else the file is as it was
 */
gboolean
enclave_policy_editor_change_finish (EnclavePolicyEditor *self, GAsyncResult *result, GError **error)
{
  Change *change;

  g_return_val_if_fail (ENCLAVE_IS_POLICY_EDITOR (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  change = g_task_get_task_data (G_TASK (result));
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  g_free (self->before);
  g_free (self->after);
  self->before = g_steal_pointer (&change->before);
  self->after = g_steal_pointer (&change->after);

  return TRUE;
}
