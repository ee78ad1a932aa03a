/* enclave-git-show.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A commit as text to read.
 */

#include "config.h"

#include "enclave-git-log.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-git-command.h"
#include "enclave-git-text.h"
#include "enclave-utf8.h"

/* More is nothing that a person reads, and a view lays it out slowly. */
#define MAX_TEXT_BYTES (2 * 1024 * 1024)
#define MAX_LINE_BYTES 4000
/* Names that one command line takes. */
#define MAX_PATHS 2000
/* Of a list of files. */
#define MAX_STAT 500
#define FORMAT "--format=commit %H%nAuthor: %an <%ae>%nDate:   %ad%n%n%w(0,4,4)%B"

typedef struct
{
  EnclaveGitCommit *commit;
  GPtrArray *paths; /* (nullable) (element-type utf8): all of them; with none in it, the head alone */
  guint n_denied;
  guint n_allowed;  /* 0: it is not known */
  char *problem;    /* (nullable): why there is no diff: a list of the files it is, then */
} Show;

static void
show_free (gpointer data)
{
  Show *show = data;

  g_object_unref (show->commit);
  g_clear_pointer (&show->paths, g_ptr_array_unref);
  g_free (show->problem);
  g_free (show);
}

char *
enclave_git_show_text (const char *bytes, gsize length, guint n_denied)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *valid = enclave_utf8_make_valid (bytes, (gssize) enclave_utf8_prefix_length (bytes, length, MAX_TEXT_BYTES));
  const char *at = valid;

  while (*at != '\0')
    {
      gsize line = strcspn (at, "\n");
      gsize kept = enclave_utf8_prefix_length (at, line, MAX_LINE_BYTES);

      g_string_append_len (text, at, (gssize) kept);
      if (kept < line)
        g_string_append (text, "…");
      if (at[line] == '\n')
        g_string_append_c (text, '\n');
      at += line + (at[line] == '\n' ? 1 : 0);
    }
  if (length > MAX_TEXT_BYTES)
    g_string_append_printf (text, "\n%s\n", _("The diff is longer; the rest is left out here."));
  if (n_denied > 0)
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text,
                              g_dngettext (NULL, "%u file is left out: it is denied to the box that git runs in.",
                                           "%u files are left out: they are denied to the box that git runs in.", n_denied),
                              n_denied);
      g_string_append_c (text, '\n');
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void run_show (GTask *owned_task);

/* FALSE: all that it changed is denied, and without a name git would show all. */
static gboolean
has_patch (const Show *show)
{
  return show->paths == NULL || show->paths->len > 0;
}

static void
append_left_out (GString *text, guint n)
{
  g_string_append_c (text, '\n');
  g_string_append_printf (text, g_dngettext (NULL, "%u more file is left out here.", "%u more files are left out here.", n), n);
  g_string_append_c (text, '\n');
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Show *show = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) output = enclave_git_command_finish (ENCLAVE_GATE (source), result, &error);
  g_autofree char *shown = NULL;
  g_autoptr (GString) text = NULL;
  gsize length = 0;
  const char *bytes;

  if (output == NULL && show->problem == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_FAILED))
    {
      show->problem = g_strdup (error->message);
      run_show (g_steal_pointer (&task));
      return;
    }
  if (output == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  bytes = g_bytes_get_data (output, &length);
  shown = enclave_git_show_text (bytes != NULL ? bytes : "", length, show->n_denied);
  text = g_string_new (shown);
  if (show->problem != NULL && has_patch (show))
    {
      g_string_append_c (text, '\n');
      /* Translators: %s is what went wrong. */
      g_string_append_printf (text, _("The diff can’t be shown: %s. These are the files that it changes."), show->problem);
      g_string_append_c (text, '\n');
    }
  if (show->paths != NULL && show->paths->len > MAX_PATHS)
    append_left_out (text, show->paths->len - MAX_PATHS);
  else if (show->problem != NULL && show->n_allowed > MAX_STAT)
    append_left_out (text, show->n_allowed - MAX_STAT);
  g_task_return_pointer (task, g_string_free (g_steal_pointer (&text), FALSE), g_free);
}

/* @owned_task: (transfer full). */
static void
run_show (GTask *owned_task)
{
  Show *show = g_task_get_task_data (owned_task);
  GPtrArray *paths = show->paths;
  const char *what = show->problem != NULL ? "--stat=120" : "--patch";
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();

  g_ptr_array_add (arguments, (gpointer) "show");
  g_ptr_array_add (arguments, (gpointer) "--encoding=UTF-8");
  g_ptr_array_add (arguments, (gpointer) "--no-ext-diff");
  g_ptr_array_add (arguments, (gpointer) "--no-textconv");
  g_ptr_array_add (arguments, (gpointer) "--submodule=short");
  g_ptr_array_add (arguments, (gpointer) "--date=iso");
  g_ptr_array_add (arguments, (gpointer) FORMAT);
  g_ptr_array_add (arguments, (gpointer) "--diff-merges=first-parent");
  g_ptr_array_add (arguments, (gpointer) (has_patch (show) ? what : "--no-patch"));
  /* it brings the list back that --no-patch has switched off */
  if (show->problem != NULL && has_patch (show))
    g_ptr_array_add (arguments, (gpointer) "--stat-count=" G_STRINGIFY (MAX_STAT));
  g_ptr_array_add (arguments, (gpointer) "--find-renames");
  g_ptr_array_add (arguments, (gpointer) enclave_git_commit_get_hash (show->commit));
  g_ptr_array_add (arguments, (gpointer) "--");
  for (guint i = 0; paths != NULL && i < MIN (paths->len, MAX_PATHS); i++)
    g_ptr_array_add (arguments, g_ptr_array_index (paths, i));
  g_ptr_array_add (arguments, NULL);
  enclave_git_command_async (g_task_get_source_object (owned_task), (const char *const *) arguments->pdata, NULL, FALSE,
                             g_task_get_cancellable (owned_task), shown_cb, owned_task);
}

static void
names_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Show *show = g_task_get_task_data (task);
  EnclaveGate *gate = ENCLAVE_GATE (source);
  g_autoptr (GBytes) output = enclave_git_command_finish_for (task, result);
  g_autoptr (GPtrArray) allowed = g_ptr_array_new_with_free_func (g_free);
  EnclaveGitFields fields = { NULL, NULL };
  const char *name;
  gsize length = 0;

  if (output == NULL)
    return;
  fields.at = g_bytes_get_data (output, &length);
  fields.end = fields.at + length;
  while ((name = enclave_git_fields_next (&fields, &length)) != NULL)
    {
      if (length == 0)
        continue;
      if (enclave_git_command_is_denied (gate, name))
        show->n_denied++;
      else
        g_ptr_array_add (allowed, g_strdup (name));
    }
  show->n_allowed = allowed->len;
  if (show->n_denied > 0)
    show->paths = g_steal_pointer (&allowed);
  run_show (g_steal_pointer (&task));
}

void
enclave_git_show_async (EnclaveGate *gate, EnclaveGitCommit *commit, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  const char *arguments[] = { "show", "-z", "--format=", "--name-only", "--no-renames", "--no-ext-diff", "--diff-merges=first-parent",
                              NULL, "--", NULL };
  const char *path;
  const char *old_path;
  GTask *task;
  Show *show;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (ENCLAVE_IS_GIT_COMMIT (commit));

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_git_show_async);
  show = g_new0 (Show, 1);
  show->commit = g_object_ref (commit);
  g_task_set_task_data (task, show, show_free);
  path = enclave_git_commit_get_path (commit);
  old_path = enclave_git_commit_get_old_path (commit);
  if (path != NULL)
    {
      const char *const both[] = { path, old_path };

      show->paths = g_ptr_array_new_with_free_func (g_free);
      for (guint i = 0; i < G_N_ELEMENTS (both); i++)
        if (both[i] != NULL && !enclave_git_command_is_denied (gate, both[i]))
          g_ptr_array_add (show->paths, g_strdup (both[i]));
      show->n_denied = 1 + (old_path != NULL) - show->paths->len;
      run_show (task);
      return;
    }
  arguments[7] = enclave_git_commit_get_hash (commit);
  enclave_git_command_async (gate, arguments, NULL, FALSE, cancellable, names_cb, task);
}

char *
enclave_git_show_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
