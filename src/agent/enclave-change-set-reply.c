/* enclave-change-set-reply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-change-set-private.h"
#include "enclave-line-diff.h"
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
      enclave_change_set_add_missed (self, error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  for (guint i = 0; i < staged->len; i++)
    {
      const EnclaveStagedFile *file = g_ptr_array_index (staged, i);

      enclave_change_set_add (self, file->proposal, file->quality);
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

static void
matched_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveChangeSet *self = g_task_get_source_object (task);
  EnclaveChange *change = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) staged = NULL;
  EnclaveChangeOrigin origin = *enclave_change_get_last_origin (change);

  staged = enclave_patch_stager_stage_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  /* The user may have decided otherwise meanwhile. */
  if (staged != NULL && enclave_change_get_status (change) == ENCLAVE_CHANGE_CONFLICT)
    {
      enclave_change_set_remove (self, change);
      for (guint i = 0; i < staged->len; i++)
        {
          const EnclaveStagedFile *file = g_ptr_array_index (staged, i);

          origin.quality = MAX (origin.quality, file->quality);
          enclave_change_set_add_from (self, file->proposal, &origin);
        }
    }
  if (error != NULL)
    {
      if (enclave_change_get_status (change) == ENCLAVE_CHANGE_CONFLICT)
        enclave_change_set_status (change, ENCLAVE_CHANGE_CONFLICT, error->message);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_boolean (task, TRUE);
}

/**
 * enclave_change_set_match_again_async:
 * @self: a set
 * @change: one of its changes that conflicts
 * @cancellable: (nullable): a cancellable
 * @callback: called when it is proposed anew, or fits nowhere
 * @user_data: for @callback
 *
 * Fails with ENCLAVE_PATCH_ERROR and with ENCLAVE_GATE_ERROR.
 */
void
enclave_change_set_match_again_async (EnclaveChangeSet *self, EnclaveChange *change, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *diff = NULL;
  g_autoptr (EnclaveToolScope) scope = NULL;
  EnclavePatch *patch;

  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));
  g_return_if_fail (ENCLAVE_IS_CHANGE (change));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_change_set_match_again_async);
  g_task_set_task_data (task, g_object_ref (change), g_object_unref);
  if (self->busy || enclave_change_get_status (change) != ENCLAVE_CHANGE_CONFLICT)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, _("There is no conflict to match again"));
      return;
    }

  diff = enclave_line_diff_to_unified (enclave_change_get_hunks (change), enclave_change_get_path (change));
  patch = enclave_patch_parse_diff (diff, &error);
  if (patch == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  scope = enclave_gate_open_scope (self->gate, "user", "apply", ENCLAVE_EFFECT_WRITE);
  enclave_patch_stager_stage_async (scope, patch, enclave_change_get_path (change), cancellable, matched_again_cb,
                                    g_steal_pointer (&task));
}

gboolean
enclave_change_set_match_again_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_change_set_match_again_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
