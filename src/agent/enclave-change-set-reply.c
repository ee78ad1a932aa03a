/* enclave-change-set-reply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-change-set-private.h"
#include "enclave-patch-stager.h"
#include "enclave-patch.h"

static void
staged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveChangeSet *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) staged = NULL;

  staged = enclave_patch_stager_stage_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (staged == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  for (guint i = 0; i < staged->len; i++)
    {
      const EnclaveStagedFile *file = g_ptr_array_index (staged, i);

      enclave_change_set_add (self, file->proposal, file->inexact);
    }
  g_task_return_int (task, (gssize) staged->len);
}

/**
 * enclave_change_set_add_reply_async:
 * @self: a set
 * @reply: a model's whole reply, Markdown
 * @fallback_path: (nullable): the file that a block without a name is for
 * @cancellable: (nullable): a cancellable
 * @callback: called when what it proposes is in the set, or nothing of it
 * @user_data: for @callback
 *
 * Fails with ENCLAVE_PATCH_ERROR where nothing is proposed or a piece does not fit, and with ENCLAVE_GATE_ERROR.
 */
void
enclave_change_set_add_reply_async (EnclaveChangeSet *self, const char *reply, const char *fallback_path,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveToolScope) scope = NULL;
  EnclavePatch *patch;

  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));
  g_return_if_fail (reply != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_change_set_add_reply_async);

  patch = enclave_patch_parse_reply (reply, &error);
  if (patch == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  scope = enclave_gate_open_scope (self->gate, "user", "apply", ENCLAVE_EFFECT_WRITE);
  enclave_patch_stager_stage_async (scope, patch, fallback_path, cancellable, staged_cb, g_steal_pointer (&task));
}

int
enclave_change_set_add_reply_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_change_set_add_reply_async), -1);

  return (int) g_task_propagate_int (G_TASK (result), error);
}
