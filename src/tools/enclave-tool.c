/* enclave-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-tool.h"

G_DEFINE_INTERFACE (EnclaveTool, enclave_tool, G_TYPE_OBJECT)

static void
enclave_tool_default_init (EnclaveToolInterface *iface)
{
}

/**
 * enclave_tool_get_spec:
 * @self: a tool
 *
 * Returns: (transfer none): what it is called, may do and takes; constant
 */
const EnclaveToolSpec *
enclave_tool_get_spec (EnclaveTool *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL (self), NULL);

  return ENCLAVE_TOOL_GET_IFACE (self)->get_spec (self);
}

/**
 * enclave_tool_run_async:
 * @self: a tool
 * @scope: the doors this call may use
 * @arguments: an object that has passed enclave_tool_registry_check()
 * @cancellable: (nullable): ends the call
 * @callback: called when it is over
 * @user_data: for @callback
 */
void
enclave_tool_run_async (EnclaveTool *self, EnclaveToolScope *scope, JsonObject *arguments, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_TOOL (self));
  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (scope));
  g_return_if_fail (arguments != NULL);

  ENCLAVE_TOOL_GET_IFACE (self)->run_async (self, scope, arguments, cancellable, callback, user_data);
}

/**
 * enclave_tool_run_finish:
 * @self: a tool
 * @result: as given to the callback
 * @error: return location
 *
 * Returns: (transfer full): the result, or %NULL with ENCLAVE_GATE_ERROR, ENCLAVE_TOOL_ERROR, ENCLAVE_PATCH_ERROR or
 *   G_IO_ERROR_CANCELLED
 */
EnclaveToolResult *
enclave_tool_run_finish (EnclaveTool *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (ENCLAVE_IS_TOOL (self), NULL);
  g_return_val_if_fail (G_IS_ASYNC_RESULT (result), NULL);

  return ENCLAVE_TOOL_GET_IFACE (self)->run_finish (self, result, error);
}

EnclaveToolResult *
enclave_tool_result_new (EnclaveContextItem *item)
{
  EnclaveToolResult *result;

  g_return_val_if_fail (ENCLAVE_IS_CONTEXT_ITEM (item), NULL);

  result = g_new0 (EnclaveToolResult, 1);
  result->item = g_object_ref (item);

  return result;
}

void
enclave_tool_result_add_proposal (EnclaveToolResult *result, EnclaveProposal *proposal)
{
  g_return_if_fail (result != NULL);
  g_return_if_fail (ENCLAVE_IS_PROPOSAL (proposal));

  if (result->proposals == NULL)
    result->proposals = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (result->proposals, g_object_ref (proposal));
}

void
enclave_tool_result_free (EnclaveToolResult *result)
{
  g_clear_object (&result->item);
  g_clear_pointer (&result->proposals, g_ptr_array_unref);
  g_free (result);
}

const char *
enclave_tool_error_get_plain (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  return error->domain == ENCLAVE_PATCH_ERROR ? enclave_patch_error_get_plain (error) : enclave_gate_error_get_plain (error);
}
