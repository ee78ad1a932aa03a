/* enclave-ctl-mcp-conformance.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Does what the client scenarios of the public MCP conformance suite ask for: connects to a server on this machine, lists what there is,
 * and uses all of it. Nothing in here is told which revision it will meet; the client finds that out as it always does. */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-commands.h"
#include "enclave-ctl-mcp.h"
#include "enclave-json.h"
#include "enclave-mcp-client.h"
#include "enclave-mcp-http-transport.h"

#define CONTEXT_MAX_BYTES (1024 * 1024)

typedef struct
{
  EnclaveCtlContext *context;
  EnclaveMcpClient *client;
  const char *scenario;
  guint n_done;
} Run;

/* A value that fits @schema: its default, its first choice, or one of its type. (transfer full) */
static JsonNode *
dup_value (JsonObject *schema)
{
  JsonNode *preset = schema != NULL ? json_object_get_member (schema, "default") : NULL;
  JsonArray *choices = enclave_json_peek_array (schema, "enum");
  const char *type = enclave_json_peek_string (schema, "type");
  JsonNode *node;

  if (preset != NULL)
    return json_node_copy (preset);
  if (choices != NULL && json_array_get_length (choices) > 0)
    return json_node_copy (json_array_get_element (choices, 0));
  if (g_strcmp0 (type, "object") == 0)
    return json_node_init_object (json_node_alloc (), json_object_new ());
  if (g_strcmp0 (type, "array") == 0)
    return json_node_init_array (json_node_alloc (), json_array_new ());
  node = json_node_alloc ();
  if (g_strcmp0 (type, "number") == 0 || g_strcmp0 (type, "integer") == 0)
    return json_node_init_int (node, 2);
  if (g_strcmp0 (type, "boolean") == 0)
    return json_node_init_boolean (node, TRUE);
  return json_node_init_string (node, "x");
}

static gboolean
is_required (JsonObject *schema, const char *name)
{
  JsonArray *required = enclave_json_peek_array (schema, "required");

  for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
    if (g_strcmp0 (enclave_json_array_peek_string (required, i), name) == 0)
      return TRUE;
  return FALSE;
}

/* What @schema requires, and what it has defaults for when @with_defaults. (transfer full) */
static JsonObject *
fill (JsonObject *schema, gboolean with_defaults)
{
  JsonObject *properties = enclave_json_peek_object (schema, "properties");
  g_autoptr (GList) names = properties != NULL ? json_object_get_members (properties) : NULL;
  JsonObject *filled = json_object_new ();

  for (GList *at = names; at != NULL; at = at->next)
    {
      JsonObject *property = enclave_json_peek_object (properties, at->data);

      if (is_required (schema, at->data) || (with_defaults && property != NULL && json_object_has_member (property, "default")))
        json_object_set_member (filled, at->data, dup_value (property));
    }
  return filled;
}

static void
elicit (EnclaveMcpClient *client, JsonObject *params, GTask *answer, gpointer user_data)
{
  JsonObject *result = json_object_new ();

  json_object_set_string_member (result, "action", "accept");
  json_object_set_object_member (result, "content", fill (enclave_json_peek_object (params, "requestedSchema"), TRUE));
  g_task_return_pointer (answer, result, (GDestroyNotify) json_object_unref);
  g_object_unref (answer);
}

static gboolean
call (Run *run, EnclaveMcpTool *tool, JsonObject *arguments, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveMcpResult) outcome = NULL;

  enclave_mcp_client_call_async (run->client, tool, arguments, enclave_ctl_context_get_cancellable (run->context),
                                 enclave_ctl_context_take_result, run->context);
  result = enclave_ctl_context_wait (run->context);
  outcome = enclave_mcp_client_call_finish (run->client, result, error);
  run->n_done++;
  return outcome != NULL;
}

static EnclaveMcpTool *
find_tool (GPtrArray *tools, const char *name)
{
  for (guint i = 0; i < tools->len; i++)
    if (g_strcmp0 (((EnclaveMcpTool *) g_ptr_array_index (tools, i))->name, name) == 0)
      return g_ptr_array_index (tools, i);
  return NULL;
}

/* Exactly the calls that the suite has written down. */
static gboolean
make_calls (Run *run, GPtrArray *tools, JsonArray *calls, GError **error)
{
  for (guint i = 0; i < json_array_get_length (calls); i++)
    {
      JsonObject *wanted = enclave_json_array_peek_object (calls, i);
      EnclaveMcpTool *tool = find_tool (tools, enclave_json_peek_string (wanted, "name"));

      if (tool != NULL && !call (run, tool, enclave_json_peek_object (wanted, "arguments"), error))
        return FALSE;
    }
  return TRUE;
}

/* A tool that is given another tool's schema, as the server has sent it. */
static gboolean
echo_schema (Run *run, GPtrArray *tools, GError **error)
{
  EnclaveMcpTool *echo = find_tool (tools, "json_schema_echo");
  EnclaveMcpTool *described = find_tool (tools, "json_schema_2020_12_tool");
  g_autoptr (JsonObject) arguments = json_object_new ();

  if (echo == NULL || described == NULL)
    return TRUE;
  json_object_set_member (arguments, "schema", json_node_copy (json_object_get_member (described->definition, "inputSchema")));
  return call (run, echo, arguments, error);
}

static gboolean
use_tools (Run *run, GError **error)
{
  const char *text = g_getenv ("MCP_CONFORMANCE_CONTEXT");
  g_autoptr (JsonObject) context = text != NULL && strlen (text) <= CONTEXT_MAX_BYTES ? enclave_json_parse_object (text, -1, NULL) : NULL;
  JsonArray *calls = enclave_json_peek_array (context, "toolCalls");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) tools = NULL;

  enclave_mcp_client_list_tools_async (run->client, enclave_ctl_context_get_cancellable (run->context),
                                       enclave_ctl_context_take_result, run->context);
  result = enclave_ctl_context_wait (run->context);
  tools = enclave_mcp_client_list_tools_finish (run->client, result, error);
  if (tools == NULL)
    return FALSE;
  if (g_strcmp0 (run->scenario, "json-schema-ref-no-deref") == 0)
    return TRUE;
  if (g_strcmp0 (run->scenario, "json-schema-2020-12-preservation") == 0)
    return echo_schema (run, tools, error);
  if (calls != NULL)
    return make_calls (run, tools, calls, error);
  for (guint i = 0; i < tools->len; i++)
    {
      EnclaveMcpTool *tool = g_ptr_array_index (tools, i);
      g_autoptr (JsonObject) arguments = fill (tool->input_schema, FALSE);

      if (!call (run, tool, arguments, error))
        return FALSE;
    }
  return TRUE;
}

/* (transfer full) (nullable) */
static JsonArray *
list (Run *run, const char *method, const char *member, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_mcp_client_list_async (run->client, method, member, enclave_ctl_context_get_cancellable (run->context),
                                 enclave_ctl_context_take_result, run->context);
  result = enclave_ctl_context_wait (run->context);
  return enclave_mcp_client_list_finish (run->client, result, error);
}

/* @params: (transfer full). */
static gboolean
ask (Run *run, const char *method, JsonObject *params, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (JsonObject) answer = NULL;

  enclave_mcp_client_request_async (run->client, method, params, enclave_ctl_context_get_cancellable (run->context),
                                    enclave_ctl_context_take_result, run->context);
  result = enclave_ctl_context_wait (run->context);
  answer = enclave_mcp_client_request_finish (run->client, result, error);
  run->n_done++;
  return answer != NULL;
}

static gboolean
use_resources_and_prompts (Run *run, GError **error)
{
  g_autoptr (JsonArray) resources = list (run, "resources/list", "resources", error);
  g_autoptr (JsonArray) prompts = NULL;

  for (guint i = 0; resources != NULL && i < json_array_get_length (resources); i++)
    {
      const char *uri = enclave_json_peek_string (enclave_json_array_peek_object (resources, i), "uri");
      JsonObject *params = json_object_new ();

      json_object_set_string_member (params, "uri", uri != NULL ? uri : "");
      if (!ask (run, "resources/read", params, error))
        return FALSE;
    }
  if (resources == NULL || (prompts = list (run, "prompts/list", "prompts", error)) == NULL)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (prompts); i++)
    {
      JsonObject *prompt = enclave_json_array_peek_object (prompts, i);
      const char *name = enclave_json_peek_string (prompt, "name");
      JsonArray *wanted = enclave_json_peek_array (prompt, "arguments");
      JsonObject *params = json_object_new ();
      JsonObject *given = json_object_new ();

      for (guint k = 0; wanted != NULL && k < json_array_get_length (wanted); k++)
        {
          const char *argument = enclave_json_peek_string (enclave_json_array_peek_object (wanted, k), "name");

          if (argument != NULL)
            json_object_set_string_member (given, argument, "x");
        }
      json_object_set_string_member (params, "name", name != NULL ? name : "");
      json_object_set_object_member (params, "arguments", given);
      if (!ask (run, "prompts/get", params, error))
        return FALSE;
    }
  return TRUE;
}

static int
run_conformance (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveMcpHttpTransport) transport = NULL;
  g_autoptr (EnclaveMcpClient) client = NULL;
  g_autoptr (GError) error = NULL;
  Run run = { .context = context, .scenario = g_getenv ("MCP_CONFORMANCE_SCENARIO") };
  gboolean done;

  if (n_words != 1)
    return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl mcp-conformance URL"));
  transport = enclave_mcp_http_transport_new (door, words[0], NULL, NULL, FALSE, NULL, &error);
  if (transport == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  client = enclave_mcp_client_new (ENCLAVE_MCP_TRANSPORT (transport), ENCLAVE_MCP_ERA_AUTO);
  enclave_mcp_client_set_elicit (client, elicit, NULL);
  run.client = client;
  done = enclave_ctl_mcp_connect (context, client, &error) && use_tools (&run, &error)
         && (g_strcmp0 (run.scenario, "http-standard-headers") != 0 || use_resources_and_prompts (&run, &error));
  enclave_ctl_mcp_close (context, client);
  if (!done)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  enclave_ctl_print ("%s: %u\n", enclave_mcp_client_get_revision (client), run.n_done);
  return ENCLAVE_CTL_DONE;
}

const EnclaveCtlCommand enclave_ctl_mcp_conformance = {
  .name = "mcp-conformance",
  .synopsis = "URL",
  .description = N_ ("Use all that the MCP server at URL offers, as the public conformance suite wants it"),
  .run = run_conformance,
};
