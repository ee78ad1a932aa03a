/* enclave-commit-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-commit-check.h"
#include "enclave-memory-files.h"

/* Of a memory file no more is ever used. */
#define MAX_BYTES (1024 * 1024)

typedef struct
{
  GPtrArray *paths; /* (element-type utf8): memory files that are left */
  char *path;       /* the one that is being read */
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_ptr_array_unref (check->paths);
  g_free (check->path);
  g_free (check);
}

static void look_at_next (GTask *owned_task);

static gboolean
is_enough (const char *bytes, goffset n_read, gpointer user_data)
{
  return n_read < MAX_BYTES;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveGate *gate = g_task_get_source_object (task);
  Check *check = g_task_get_task_data (task);
  g_autofree char *bytes = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) secrets = NULL;
  g_auto (GStrv) values = NULL;
  gsize length = 0;

  if (g_task_return_error_if_cancelled (task))
    return;
  /* One that is deleted has nothing to give away. */
  if (g_file_load_partial_contents_finish (G_FILE (source), result, &bytes, &length, NULL, NULL))
    text = g_utf8_make_valid (bytes, (gssize) MIN (length, MAX_BYTES));
  if (text == NULL || !enclave_gate_list_secrets (gate, text, &secrets, &values))
    {
      look_at_next (g_steal_pointer (&task));
      return;
    }
  g_task_return_pointer (task,
                         /* Translators: the name of a file, then of a rule, such as github-token. */
                         g_strdup_printf (_("%s holds what looks like a secret (%s), and every clone gives it to a model. Take it out, "
                                            "or commit once more to leave it in."),
                                          check->path, secrets[0] != NULL ? secrets[0] : values[0]),
                         g_free);
}

static void
look_at_next (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  Check *check = g_task_get_task_data (task);
  g_autofree char *whole = NULL;
  g_autoptr (GFile) file = NULL;

  if (check->paths->len == 0)
    {
      g_task_return_pointer (task, NULL, NULL);
      return;
    }
  g_free (check->path);
  check->path = g_ptr_array_steal_index (check->paths, 0);
  whole = g_build_filename (enclave_gate_get_root (g_task_get_source_object (task)), check->path, NULL);
  file = g_file_new_for_path (whole);
  g_file_load_partial_contents_async (file, g_task_get_cancellable (task), is_enough, read_cb, g_object_ref (task));
}

void
enclave_commit_check_async (EnclaveGate *gate, const char *const *paths, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  GTask *task;
  Check *check;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));
  g_return_if_fail (paths != NULL);

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_commit_check_async);
  check = g_new0 (Check, 1);
  check->paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < G_N_ELEMENTS (enclave_memory_files); i++)
    if (g_strv_contains (paths, enclave_memory_files[i]))
      g_ptr_array_add (check->paths, g_strdup (enclave_memory_files[i]));
  g_task_set_task_data (task, check, check_free);
  look_at_next (task);
}

char *
enclave_commit_check_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
