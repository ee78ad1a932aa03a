/* enclave-git-head.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-head.h"

#include <string.h>

#include "enclave-git-command.h"
#include "enclave-git-text.h"

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) output = enclave_git_command_finish_for (task, result);
  gsize length = 0;
  const char *bytes;
  const char *blank;

  if (output == NULL)
    return;
  bytes = g_bytes_get_data (output, &length);
  blank = length > 0 ? memchr (bytes, ' ', length) : NULL;
  /* "OBJECT TYPE SIZE", or "NAME missing" */
  if (blank != NULL && enclave_git_is_object (bytes, (gsize) (blank - bytes)))
    g_task_return_pointer (task, g_strndup (bytes, (gsize) (blank - bytes)), g_free);
  else
    g_task_return_pointer (task, g_strdup (""), g_free);
}

void
enclave_git_head_load_async (EnclaveGate *gate, const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  static const char *const arguments[] = { "cat-file", "--batch-check", "-z", NULL };
  g_autofree char *name = path != NULL ? g_strconcat ("HEAD:./", path, NULL) : g_strdup ("HEAD");
  g_autoptr (GBytes) input = g_bytes_new (name, strlen (name) + 1);
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_GATE (gate));

  task = g_task_new (gate, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_git_head_load_async);
  enclave_git_command_async (gate, arguments, input, FALSE, cancellable, asked_cb, task);
}

char *
enclave_git_head_load_finish (EnclaveGate *gate, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, gate), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
