/* enclave-agent-turn-hunt.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server of models makes one grammar of the schemas of all tools: one of an MCP server that it can't read makes it refuse every request. Which one
 * it is is found by small requests, it is left out from then on, and that is said.
 */

#include "config.h"

#include <string.h>

#include "enclave-agent-request.h"
#include "enclave-agent-service-private.h"
#include "enclave-conversation-private.h"
#include "enclave-json.h"
#include "enclave-message-private.h"
#include "enclave-tool-hunt.h"
#include "enclave-turn-notice.h"

typedef struct
{
  EnclaveAgentTurn *turn;
  GError *error;       /* why the request was refused */
  EnclaveToolHunt *hunt;
  GPtrArray *external; /* (element-type JsonObject): the functions of MCP servers */
} Hunt;

static void
hunt_free (Hunt *hunt)
{
  g_object_unref (hunt->turn);
  g_clear_error (&hunt->error);
  enclave_tool_hunt_free (hunt->hunt);
  g_ptr_array_unref (hunt->external);
  g_free (hunt);
}

static const char *
get_name (JsonObject *function)
{
  return enclave_json_peek_string (enclave_json_peek_object (function, "function"), "name");
}

static gboolean
speaks_of_schemas (const GError *error)
{
  static const char *const words[] = { "grammar", "schema", "pattern", "tool", "function", "json" };
  g_autofree char *message = g_ascii_strdown (error->message, -1);

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (message, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

/* Of @tools, those that come from MCP servers. (transfer full) */
static GPtrArray *
find_external (EnclaveAgentTurn *self, JsonArray *tools)
{
  GPtrArray *external = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = 0; i < json_array_get_length (tools); i++)
    {
      JsonObject *function = enclave_json_array_peek_object (tools, i);
      const char *name = get_name (function);
      EnclaveTool *tool = name != NULL ? enclave_tool_registry_find (self->registry, name, NULL) : NULL;

      if (tool != NULL && (enclave_tool_get_spec (tool)->effects & ENCLAVE_EFFECT_EXTERNAL) != 0)
        g_ptr_array_add (external, json_object_ref (function));
    }
  return external;
}

/* The conversation goes on without them, and so do later ones. */
static void
drop (Hunt *hunt, GArray *culprits)
{
  EnclaveAgentTurn *self = hunt->turn;
  JsonArray *tools = enclave_conversation_get_tools (self->conversation, self->mode);
  g_autoptr (JsonArray) kept = json_array_new ();
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (EnclaveMessageBlock) notice = NULL;

  for (guint i = 0; i < culprits->len; i++)
    {
      const char *name = get_name (g_ptr_array_index (hunt->external, g_array_index (culprits, guint, i)));

      g_hash_table_add (self->service->refused_tools, g_strdup (name));
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", name);
    }
  for (guint i = 0; i < json_array_get_length (tools); i++)
    {
      JsonObject *function = enclave_json_array_peek_object (tools, i);
      const char *name = get_name (function);

      if (name == NULL || !g_hash_table_contains (self->service->refused_tools, name))
        json_array_add_object_element (kept, json_object_ref (function));
    }
  enclave_conversation_set_tools (self->conversation, self->mode, kept);
  notice = enclave_turn_notice_tools_dropped (names->str, culprits->len);
  enclave_message_add_block (self->message, notice);
}

static void probe (Hunt *hunt);

static void
finish (Hunt *hunt)
{
  EnclaveAgentTurn *self = hunt->turn;
  GArray *culprits = enclave_tool_hunt_get_culprits (hunt->hunt);

  if (culprits->len == 0)
    enclave_agent_turn_fail (self, g_steal_pointer (&hunt->error));
  else
    {
      drop (hunt, culprits);
      if (!enclave_agent_turn_is_over (self))
        {
          self->round--;
          enclave_agent_turn_request (self);
        }
    }
  hunt_free (hunt);
}

static void
probed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Hunt *hunt = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveCompletionStream) stream
    = enclave_inference_client_open_stream_finish (ENCLAVE_INFERENCE_CLIENT (source), result, &error);

  if (stream != NULL)
    enclave_completion_stream_close (stream);
  if (enclave_agent_turn_is_over (hunt->turn))
    {
      hunt_free (hunt);
      return;
    }
  if (error != NULL && !g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_SERVER))
    {
      enclave_agent_turn_fail (hunt->turn, g_steal_pointer (&error));
      hunt_free (hunt);
      return;
    }
  enclave_tool_hunt_answer (hunt->hunt, error != NULL);
  probe (hunt);
}

/* A word, one token: what counts is whether the server takes the tools. */
static void
probe (Hunt *hunt)
{
  EnclaveAgentTurn *self = hunt->turn;
  g_autoptr (JsonArray) tools = json_array_new ();
  g_autoptr (EnclaveChatRequest) request = NULL;
  guint first, count;

  if (!enclave_tool_hunt_next (hunt->hunt, &first, &count))
    {
      finish (hunt);
      return;
    }
  for (guint i = first; i < first + count; i++)
    json_array_add_object_element (tools, json_object_ref (g_ptr_array_index (hunt->external, i)));
  request = enclave_agent_request_new (self->model, "Say ok.", tools, FALSE, 0);
  enclave_chat_request_add_message (request, "user", "ok?");
  enclave_chat_request_set_max_tokens (request, 1);
  enclave_inference_client_open_stream_async (self->client, request, self->cancellable, probed_cb, hunt);
}

gboolean
enclave_agent_turn_hunt_tools (EnclaveAgentTurn *self, const GError *error)
{
  JsonArray *tools = enclave_conversation_get_tools (self->conversation, self->mode);
  g_autoptr (GPtrArray) external = NULL;
  Hunt *hunt;

  if (self->hunted || tools == NULL || self->profile.calls_as_text || !speaks_of_schemas (error)
      || !g_error_matches (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_SERVER))
    return FALSE;
  external = find_external (self, tools);
  if (external->len == 0)
    return FALSE;
  self->hunted = TRUE;
  hunt = g_new0 (Hunt, 1);
  hunt->turn = g_object_ref (self);
  hunt->error = g_error_copy (error);
  hunt->hunt = enclave_tool_hunt_new (external->len);
  hunt->external = g_steal_pointer (&external);
  probe (hunt);

  return TRUE;
}
