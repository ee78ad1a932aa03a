/* enclave-git-switch.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The steps of a switch, see enclave-git-branches.h.
 */

#include "config.h"

#include "enclave-git-branches.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-git-command.h"
#include "enclave-git-filters.h"
#include "enclave-git-stamps.h"
#include "enclave-git-status.h"
#include "enclave-git-text.h"
#include "enclave-utf8.h"

/* Of a folder that is to become a file. */
#define MAX_FOLDER_ENTRIES 20000
#define SUBMODULE_MODE "160000"

typedef struct
{
  char *name;
  char *reference;
  GPtrArray *differences; /* (nullable) (element-type EnclaveGitDifference) */
  EnclaveGitStamps *stamps; /* (nullable): of each of them, before the switch */
  GPtrArray *written;     /* (nullable) (element-type utf8): those that are other ones since, after a failure */
  GError *error;          /* (nullable): why git failed */
} Switch;

static void
switch_free (gpointer data)
{
  Switch *self = data;

  g_free (self->name);
  g_free (self->reference);
  g_clear_pointer (&self->stamps, enclave_git_stamps_free);
  g_clear_pointer (&self->written, g_ptr_array_unref);
  g_clear_pointer (&self->differences, g_ptr_array_unref);
  g_clear_error (&self->error);
  g_free (self);
}

void
enclave_git_difference_free (EnclaveGitDifference *difference)
{
  g_free (difference->path);
  g_free (difference->object);
  g_free (difference);
}

/* ":100644 100755 OLD NEW M". */
static EnclaveGitDifference *
parse_difference (const char *head, gsize head_length, const char *path, gsize path_length)
{
  g_autofree char *copy = g_strndup (head, head_length);
  g_auto (GStrv) words = g_strsplit (copy, " ", 6);
  EnclaveGitDifference *difference;

  if (g_strv_length (words) != 5 || words[0][0] != ':' || path_length == 0 || !enclave_git_is_object (words[3], strlen (words[3])))
    return NULL;
  difference = g_new0 (EnclaveGitDifference, 1);
  difference->path = g_strndup (path, path_length);
  difference->is_submodule = strcmp (words[1], SUBMODULE_MODE) == 0;
  difference->is_folder = difference->is_submodule || strcmp (words[0] + 1, SUBMODULE_MODE) == 0;
  if (strspn (words[1], "0") != strlen (words[1]))
    difference->object = g_strdup (words[3]);

  return difference;
}

GPtrArray *
enclave_git_differences_parse (const char *bytes, gsize length)
{
  g_autoptr (GPtrArray) differences = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_git_difference_free);
  EnclaveGitFields fields = { bytes, bytes + length };
  gsize head_length = 0;
  const char *head;

  while ((head = enclave_git_fields_next (&fields, &head_length)) != NULL)
    {
      gsize path_length = 0;
      const char *path = enclave_git_fields_next (&fields, &path_length);
      EnclaveGitDifference *difference = path != NULL ? parse_difference (head, head_length, path, path_length) : NULL;

      if (difference == NULL)
        return NULL;
      g_ptr_array_add (differences, difference);
    }
  if (fields.at != fields.end)
    return NULL;

  return g_steal_pointer (&differences);
}

static gboolean
may_not_write (EnclaveGate *gate, const char *path, gboolean is_folder)
{
  EnclaveDecision decision = enclave_gate_judge_name (gate, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE, path, is_folder);

  return decision.verdict != ENCLAVE_VERDICT_ALLOW;
}

/* A folder of the name of a file to come, with something in it that git can't see. */
static gboolean
hides_something (EnclaveGate *gate, const char *relative, guint *n_entries)
{
  g_autofree char *path = g_build_filename (enclave_gate_get_root (gate), relative, NULL);
  g_autoptr (GDir) folder = NULL;
  const char *name;

  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK) || !g_file_test (path, G_FILE_TEST_IS_DIR))
    return FALSE;
  folder = g_dir_open (path, 0, NULL);
  if (folder == NULL)
    return TRUE;
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *child = g_build_filename (relative, name, NULL);
      g_autofree char *child_path = g_build_filename (path, name, NULL);

      if (++*n_entries > MAX_FOLDER_ENTRIES || may_not_write (gate, child, g_file_test (child_path, G_FILE_TEST_IS_DIR))
          || hides_something (gate, child, n_entries))
        return TRUE;
    }

  return FALSE;
}

/* Of a submodule git writes nothing but its own note: the folder stays as it is. */
static gboolean
gets_content (const EnclaveGitDifference *difference)
{
  return difference->object != NULL && !difference->is_submodule;
}

/* (transfer container) (element-type utf8): paths that git in its box may not write. */
static GPtrArray *
list_refused (EnclaveGate *gate, GPtrArray *differences)
{
  GPtrArray *refused = g_ptr_array_new ();

  for (guint i = 0; i < differences->len; i++)
    {
      EnclaveGitDifference *difference = g_ptr_array_index (differences, i);
      guint n_entries = 0;

      if (may_not_write (gate, difference->path, difference->is_folder)
          || (gets_content (difference) && hides_something (gate, difference->path, &n_entries)))
        g_ptr_array_add (refused, difference->path);
    }

  return refused;
}

static char *
dup_terminal_line (Switch *self)
{
  g_autofree char *quoted = g_shell_quote (self->name);
  g_autofree char *line = g_strconcat ("git switch ", strpbrk (self->name, " '\"\\$`&;|<>()*?[]#~!{}") != NULL ? quoted : self->name, NULL);

  return enclave_utf8_display_name (line);
}

static void
refuse (GTask *task, const char *reason)
{
  g_autofree char *line = dup_terminal_line (g_task_get_task_data (task));

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                           /* Translators: a reason as a sentence, then a command line. */
                           _("%s Nothing was changed. In a terminal of yours it can be done: %s"), reason, line);
}

/* @owned_task: (transfer full): goes to @callback. */
static void
take_stamps (GTask *owned_task, GAsyncReadyCallback callback)
{
  Switch *self = g_task_get_task_data (owned_task);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (guint i = 0; i < self->differences->len; i++)
    g_ptr_array_add (paths, ((EnclaveGitDifference *) g_ptr_array_index (self->differences, i))->path);
  enclave_git_stamps_take_async (g_task_get_source_object (owned_task), paths, callback, owned_task);
}

/* Whether the bytes of `git status --branch` begin with "## NAME". */
static gboolean
is_on_branch (const char *bytes, gsize length, const char *name)
{
  g_autofree char *head = g_strconcat ("## ", name, NULL);
  gsize head_length = strlen (head);

  return length > head_length && memcmp (bytes, head, head_length) == 0
         && (bytes[head_length] == '\0' || (length > head_length + 3 && memcmp (bytes + head_length, "...", 3) == 0));
}

/* Git has failed: whether it had begun. @status: (nullable): what it says of the branch and the files; NULL: nothing. */
static void
end_failed (GTask *task, GBytes *status)
{
  gsize length = 0;
  const char *bytes = status != NULL ? g_bytes_get_data (status, &length) : NULL;
  Switch *self = g_task_get_task_data (task);

  if (self->written->len > 0)
    {
      g_autofree char *names = enclave_git_dup_names (self->written);

      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                               /* Translators: names of files, then what git said. */
                               _("Git stopped in the middle, and these files are not as they were: %s. It said: %s"), names,
                               self->error->message);
    }
  else if (status == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                             /* Translators: %s is what git said. */
                             _("No file is another one, but which branch it is could not be seen. Git said: %s"), self->error->message);
  else if (is_on_branch (bytes, length, self->name))
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                             _("The branch is another one now, but whether all files are could not be seen: %s"), self->error->message);
  else
    g_task_return_error (task, g_steal_pointer (&self->error));
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Switch *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = enclave_git_command_finish (ENCLAVE_GATE (source), result, &error);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GPtrArray) left = g_ptr_array_new ();
  g_autoptr (GHashTable) touched = g_hash_table_new (g_str_hash, g_str_equal);
  gsize length = 0;
  const char *bytes = output != NULL ? g_bytes_get_data (output, &length) : NULL;

  if (self->error != NULL)
    {
      end_failed (task, output);
      return;
    }
  if (output == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                               _("The branch is another one now, but whether all files are could not be seen: %s"), error->message);
      return;
    }
  for (guint i = 0; i < self->differences->len; i++)
    g_hash_table_add (touched, ((EnclaveGitDifference *) g_ptr_array_index (self->differences, i))->path);
  changes = enclave_git_status_parse (bytes, length);
  for (guint i = 0; i < changes->len; i++)
    {
      EnclaveGitChange *change = g_ptr_array_index (changes, i);

      if (g_hash_table_contains (touched, change->path))
        g_ptr_array_add (left, change->path);
    }
  if (left->len > 0)
    {
      g_autofree char *names = enclave_git_dup_names (left);

      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                               _("The branch is another one now, but these files are not as it has them: %s"), names);
    }
  else
    g_task_return_boolean (task, TRUE);
}

/* @owned_task: (transfer full). */
static void
run_status (GTask *owned_task)
{
  static const char *const arguments[] = { "status", "--porcelain=v1", "-z", "--branch", "--untracked-files=no", "--no-renames",
                                           "--ignore-submodules=all", NULL };

  enclave_git_command_async (g_task_get_source_object (owned_task), arguments, NULL, FALSE, NULL, status_cb, owned_task);
}

static void
failed_stamped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *owned_task = user_data;
  Switch *self = g_task_get_task_data (owned_task);
  g_autoptr (EnclaveGitStamps) stamps = enclave_git_stamps_take_finish (ENCLAVE_GATE (source), result);

  self->written = enclave_git_stamps_list_changed (self->stamps, stamps);
  run_status (owned_task);
}

static void
switched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *owned_task = user_data;
  Switch *self = g_task_get_task_data (owned_task);
  g_autoptr (GBytes) output = enclave_git_command_finish (ENCLAVE_GATE (source), result, &self->error);

  if (output != NULL)
    run_status (owned_task);
  else
    take_stamps (owned_task, failed_stamped_cb);
}

static void
stamped_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *owned_task = user_data;
  Switch *self = g_task_get_task_data (owned_task);
  const char *arguments[] = { "-c", "submodule.recurse=false", "switch", "--quiet", "--no-guess", "--no-progress",
                              "--no-overwrite-ignore", self->name, NULL };

  self->stamps = enclave_git_stamps_take_finish (ENCLAVE_GATE (source), result);
  enclave_git_command_async (ENCLAVE_GATE (source), arguments, NULL, TRUE, NULL, switched_cb, owned_task);
}

/* @owned_task: (transfer full). */
static void
run_switch (GTask *owned_task)
{
  take_stamps (owned_task, stamped_cb);
}

/* Lines in the order of what was asked: "OBJECT TYPE SIZE", or "OBJECT missing". */
static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Switch *self = g_task_get_task_data (task);
  g_autoptr (GBytes) output = enclave_git_command_finish_for (task, result);
  g_autoptr (GPtrArray) missing = g_ptr_array_new ();
  g_autoptr (GHashTable) there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length = 0;
  const char *bytes;

  if (output == NULL)
    return;
  bytes = g_bytes_get_data (output, &length);
  text = g_strndup (bytes != NULL ? bytes : "", length);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *blank = strchr (lines[i], ' ');

      if (blank != NULL && g_str_has_prefix (blank, " blob "))
        g_hash_table_add (there, g_strndup (lines[i], (gsize) (blank - lines[i])));
    }
  for (guint i = 0; i < self->differences->len; i++)
    {
      EnclaveGitDifference *difference = g_ptr_array_index (self->differences, i);

      if (gets_content (difference) && !g_hash_table_contains (there, difference->object))
        g_ptr_array_add (missing, difference->path);
    }
  if (missing->len > 0)
    {
      g_autofree char *names = enclave_git_dup_names (missing);
      g_autofree char *reason = g_strdup_printf (_("What the branch has of these files can’t be read in the box that git runs in: %s."), names);

      refuse (task, reason);
    }
  else
    run_switch (g_steal_pointer (&task));
}

static void
filters_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static const char *const arguments[] = { "cat-file", "--batch-check", NULL };
  g_autoptr (GTask) task = user_data;
  Switch *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) filtered = enclave_git_filters_find_finish (ENCLAVE_GATE (source), result, &error);
  g_autoptr (GString) objects = g_string_new (NULL);
  g_autoptr (GBytes) input = NULL;

  if (filtered == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (filtered->len > 0)
    {
      g_autofree char *names = enclave_git_dup_names (filtered);
      g_autofree char *reason = g_strdup_printf (_("Git would need a filter, as git-lfs is one, that its box does not have, for these files: %s."),
                                                 names);

      refuse (task, reason);
      return;
    }
  for (guint i = 0; i < self->differences->len; i++)
    {
      EnclaveGitDifference *difference = g_ptr_array_index (self->differences, i);

      if (gets_content (difference))
        g_string_append_printf (objects, "%s\n", difference->object);
    }
  input = g_bytes_new (objects->str, objects->len);
  enclave_git_command_async (ENCLAVE_GATE (source), arguments, input, FALSE, NULL, checked_cb, g_steal_pointer (&task));
}

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Switch *self = g_task_get_task_data (task);
  EnclaveGate *gate = ENCLAVE_GATE (source);
  g_autoptr (GBytes) output = enclave_git_command_finish_for (task, result);
  g_autoptr (GPtrArray) refused = NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  gsize length = 0;
  const char *bytes;

  if (output == NULL)
    return;
  bytes = g_bytes_get_data (output, &length);
  self->differences = enclave_git_differences_parse (bytes, length);
  if (self->differences == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _("What git says of the branch can’t be read; nothing was changed"));
      return;
    }
  refused = list_refused (gate, self->differences);
  if (refused->len > 0)
    {
      g_autofree char *names = enclave_git_dup_names (refused);
      g_autofree char *reason = g_strdup_printf (_("The branch has another version of files that git may not write in its box: %s."), names);

      refuse (task, reason);
      return;
    }
  for (guint i = 0; i < self->differences->len; i++)
    {
      EnclaveGitDifference *difference = g_ptr_array_index (self->differences, i);

      if (gets_content (difference))
        g_ptr_array_add (paths, difference->path);
    }
  if (paths->len > 0)
    enclave_git_filters_find_async (gate, self->reference, paths, filters_cb, g_steal_pointer (&task));
  else
    run_switch (g_steal_pointer (&task));
}

void
enclave_git_branches_switch_async (EnclaveGate *gate, const char *name, GAsyncReadyCallback callback, gpointer user_data)
{
  const char *arguments[] = { "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", "HEAD", NULL, "--", NULL };
  GTask *task;
  Switch *self;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (name != NULL && *name != '\0' && *name != '-');

  task = g_task_new (gate, NULL, callback, user_data);
  g_task_set_source_tag (task, enclave_git_branches_switch_async);
  self = g_new0 (Switch, 1);
  self->name = g_strdup (name);
  g_task_set_task_data (task, self, switch_free);
  /* a tag may have the same name */
  self->reference = g_strconcat ("refs/heads/", name, NULL);
  arguments[7] = self->reference;
  enclave_git_command_async (gate, arguments, NULL, FALSE, NULL, compared_cb, task);
}

gboolean
enclave_git_branches_switch_finish (EnclaveGate *gate, GAsyncResult *result, GPtrArray **removed, GError **error)
{
  Switch *self;

  g_return_val_if_fail (g_task_is_valid (result, gate), FALSE);

  self = g_task_get_task_data (G_TASK (result));
  if (removed != NULL)
    {
      *removed = g_ptr_array_new_with_free_func (g_free);
      for (guint i = 0; self->differences != NULL && i < self->differences->len; i++)
        {
          EnclaveGitDifference *difference = g_ptr_array_index (self->differences, i);

          if (difference->object == NULL)
            g_ptr_array_add (*removed, g_strdup (difference->path));
        }
    }

  return g_task_propagate_boolean (G_TASK (result), error);
}
