/* enclave-tool-scope-admit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-tool-scope-private.h"

#include "enclave-context-item-private.h"
#include "enclave-gate-private.h"
#include "enclave-utf8.h"

static void
on_masked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (EnclaveMaskedText) masked = NULL;
  g_autoptr (GError) error = NULL;

  masked = enclave_text_admission_mask_finish (ENCLAVE_TEXT_ADMISSION (object), result, &error);
  if (masked == NULL
      || !enclave_tool_scope_record_masks (g_task_get_source_object (task), g_task_get_task_data (task), masked, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  enclave_tool_scope_take_withheld (g_task_get_source_object (task), g_steal_pointer (&masked->withheld));
  g_task_return_pointer (task, g_steal_pointer (&masked->text), g_free);
}

void
enclave_tool_scope_mask_async (EnclaveToolScope *self, char *text, const char *path, EnclaveAdmissionFlags flags,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, enclave_tool_scope_mask_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  enclave_text_admission_mask_async (enclave_gate_get_admission (enclave_tool_scope_get_gate (self)), text, flags,
                                     cancellable, on_masked, task);
}

char *
enclave_tool_scope_mask_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * enclave_tool_scope_admit_words:
 * @text: the tool's own words
 * @summary: (nullable): one short fact
 *
 * Returns: (transfer full): @text as an item for the conversation
 */
EnclaveContextItem *
enclave_tool_scope_admit_words (EnclaveToolScope *self, const char *text, const char *summary)
{
  g_autoptr (EnclaveMaskedText) masked = NULL;
  g_autofree char *valid = NULL;
  g_autofree char *clipped = NULL;
  gboolean truncated;

  g_return_val_if_fail (ENCLAVE_IS_TOOL_SCOPE (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  valid = enclave_utf8_make_valid (text, -1);
  masked = enclave_text_admission_mask (enclave_gate_get_admission (enclave_tool_scope_get_gate (self)), valid,
                                        ENCLAVE_ADMISSION_NONE);
  /* Words have no way to fail; that this could not be recorded stops what comes next. */
  enclave_tool_scope_record_masks (self, NULL, masked, NULL);
  clipped = enclave_tool_scope_clip_middle (masked->text, &truncated);

  return enclave_context_item_new (clipped, enclave_tool_scope_get_tool (self), summary, truncated);
}
