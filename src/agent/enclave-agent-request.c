/* enclave-agent-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-agent-request.h"

#include "enclave-tool-description.h"

EnclaveChatRequest *
enclave_agent_request_new (EnclaveModelInfo *model, const char *front, JsonArray *tools, gboolean tools_as_text,
                           guint window)
{
  EnclaveChatRequest *request;
  g_autofree char *with_tools = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MODEL_INFO (model), NULL);
  g_return_val_if_fail (front != NULL && tools != NULL, NULL);

  request = enclave_chat_request_new (enclave_model_info_get_id (model));
  if (tools_as_text)
    {
      g_autofree char *description = enclave_tool_description_build (tools);

      front = with_tools = g_strconcat (front, description, NULL);
    }
  else
    {
      enclave_chat_request_set_tools (request, tools);
    }
  enclave_chat_request_add_message (request, "system", front);
  enclave_chat_request_set_context_window (request, window);

  return request;
}
