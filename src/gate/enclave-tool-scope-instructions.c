/* enclave-tool-scope-instructions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-tool-scope-private.h"

#include "enclave-context-item-private.h"
#include "enclave-folder-trust.h"
#include "enclave-gate-private.h"
#include "enclave-limits.h"

#define RULE "builtin:untrusted-folder"
#define BYTE_ORDER_MARK "\357\273\277"

/* Whole lines from the beginning. */
static char *
clip (const char *text)
{
  g_autoptr (GString) clipped = g_string_new (NULL);
  gsize length;

  if (g_str_has_prefix (text, BYTE_ORDER_MARK))
    text += strlen (BYTE_ORDER_MARK);
  length = strlen (text);
  if (length > ENCLAVE_INSTRUCTIONS_GIVEN_BYTES)
    {
      const char *end = text + ENCLAVE_INSTRUCTIONS_GIVEN_BYTES;

      while (end > text && end[-1] != '\n')
        end--;
      g_string_append_len (clipped, text, end - text);
      g_string_append (clipped, "(cut)\n");
    }
  else
    {
      g_string_append (clipped, text);
      if (length > 0 && text[length - 1] != '\n')
        g_string_append_c (clipped, '\n');
    }

  return g_string_free (g_steal_pointer (&clipped), FALSE);
}

static void
on_masked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = ENCLAVE_TOOL_SCOPE (object);
  EnclaveInstructions *instructions = g_task_get_task_data (task);
  g_autoptr (EnclaveContextItem) item = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = enclave_tool_scope_mask_finish (self, result, &error);
  g_autofree char *clipped = NULL;
  EnclaveAuditRecord record = { .path = instructions->name };

  if (text == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  clipped = clip (text);
  item = enclave_context_item_new (clipped, instructions->name, NULL, FALSE);
  if (enclave_tool_scope_record (self, task, &record, enclave_context_item_get_text (item)))
    g_task_return_pointer (task, g_steal_pointer (&item), g_object_unref);
}

static GError *
make_error (const EnclaveInstructions *instructions, GError *error)
{
  if (error != NULL)
    return error;
  if (instructions == NULL)
    return enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL, N_("This folder brings no instructions"));

  return enclave_gate_error_new (ENCLAVE_GATE_ERROR_UNTRUSTED, RULE, instructions->name,
                                 instructions->state == ENCLAVE_INSTRUCTIONS_CHANGED
                                   ? N_("%s is not used: it has changed since you trusted it")
                                   : N_("%s is not used: you have not trusted it"),
                                 instructions->name);
}

static void
on_looked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveToolScope *self = g_task_get_source_object (task);
  GError *error = NULL;
  EnclaveInstructions *instructions = enclave_gate_look_at_instructions_finish (ENCLAVE_GATE (object), result, &error);

  if (instructions != NULL)
    g_task_set_task_data (task, instructions, (GDestroyNotify) enclave_instructions_free);
  if (instructions == NULL && error == NULL)
    {
      g_task_return_error (task, make_error (NULL, NULL));
      return;
    }
  if (instructions == NULL || instructions->state != ENCLAVE_INSTRUCTIONS_TRUSTED)
    {
      enclave_tool_scope_fail (self, g_object_ref (task), instructions != NULL ? instructions->name : NULL,
                               make_error (instructions, error));
      return;
    }

  enclave_tool_scope_mask_async (self, g_strdup (instructions->text), instructions->name, ENCLAVE_ADMISSION_NONE,
                                 g_task_get_cancellable (task), on_masked, g_object_ref (task));
}

/**
 * enclave_tool_scope_read_instructions_async:
 *
 * Reads what the folder brings for the agent, when the person has trusted exactly these bytes. Text that is not on the disk
 * counts for nothing: it may be the agent's own.
 */
void
enclave_tool_scope_read_instructions_async (EnclaveToolScope *self, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_READ, NULL, enclave_tool_scope_read_instructions_async, cancellable,
                                   callback, user_data);
  if (task != NULL)
    enclave_gate_look_at_instructions_async (enclave_tool_scope_get_gate (self), cancellable, on_looked, task);
}

/**
 * enclave_tool_scope_read_instructions_finish:
 *
 * Returns: (transfer full): the beginning of the file, its name as source; or %NULL with %ENCLAVE_GATE_ERROR_NOT_FOUND when
 *   there is none, %ENCLAVE_GATE_ERROR_UNTRUSTED, %ENCLAVE_GATE_ERROR_TOO_LARGE or %ENCLAVE_GATE_ERROR_NOT_RECORDED
 */
EnclaveContextItem *
enclave_tool_scope_read_instructions_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
