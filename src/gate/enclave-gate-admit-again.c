/* enclave-gate-admit-again.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text of the window is admitted at once, by the values that are known at that moment: a denied file may still be unread, or may have
 * changed. Before it is sent it is looked at once more.
 */

#include "config.h"

#include "enclave-gate-private.h"

#include "enclave-context-item-private.h"

static void
on_learnt (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (EnclaveMaskedText) none = enclave_text_admission_mask_finish (ENCLAVE_TEXT_ADMISSION (source), result, &error);

  if (none != NULL)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * enclave_gate_learn_values_async:
 *
 * Reads on a worker what denied files hold now. What is admitted after it is masked by that.
 */
void
enclave_gate_learn_values_async (EnclaveGate *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_GATE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_gate_learn_values_async);
  enclave_text_admission_mask_async (self->admission, g_strdup (""), ENCLAVE_ADMISSION_LOOK_AGAIN, cancellable, on_learnt, task);
}

/**
 * enclave_gate_learn_values_finish:
 *
 * Returns: %FALSE only with %G_IO_ERROR_CANCELLED
 */
gboolean
enclave_gate_learn_values_finish (EnclaveGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * enclave_gate_admit_again:
 * @item: what was admitted before
 *
 * Secrets that were let through then stay as they are; only values of denied files are looked for.
 *
 * Returns: (transfer full): @item when nothing is masked, else another one; %NULL with %ENCLAVE_GATE_ERROR_NOT_RECORDED
 */
EnclaveContextItem *
enclave_gate_admit_again (EnclaveGate *self, EnclaveContextItem *item, GError **error)
{
  EnclaveAuditRecord masks = { .actor = "user", .tool = "message" };
  g_autoptr (EnclaveMaskedText) masked = NULL;

  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);
  g_return_val_if_fail (ENCLAVE_IS_CONTEXT_ITEM (item), NULL);

  masked = enclave_text_admission_mask (self->admission, enclave_context_item_get_text (item), ENCLAVE_ADMISSION_KEEP_SECRETS);
  if (masked->values->len == 0)
    return g_object_ref (item);
  if (!enclave_gate_record_masks (self, &masks, masked, error))
    return NULL;

  return enclave_context_item_new (masked->text, enclave_context_item_get_source (item), enclave_context_item_get_summary (item),
                                   enclave_context_item_get_truncated (item));
}
