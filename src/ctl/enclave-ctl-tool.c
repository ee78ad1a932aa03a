/* enclave-ctl-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-approver.h"
#include "enclave-ctl-commands.h"
#include "enclave-ctl-mcp.h"
#include "enclave-json.h"
#include "enclave-tool-registry.h"

static JsonArray *
effects_to_json (EnclaveEffects effects)
{
  static const char *const words[] = { "read", "write", "run", "external" };
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if ((effects & (1u << i)) != 0)
      json_array_add_string_element (array, words[i]);
  return array;
}

static const char *
kind_word (EnclaveParameterKind kind)
{
  static const char *const words[] = { "unset", "path", "text", "enum", "integer", "boolean", "path-list", "text-list" };

  return (guint) kind < G_N_ELEMENTS (words) ? words[kind] : words[0];
}

static JsonObject *
spec_to_json (const EnclaveToolSpec *spec)
{
  JsonObject *object = json_object_new ();
  JsonArray *parameters = json_array_new ();

  json_object_set_string_member (object, "name", spec->name);
  json_object_set_string_member (object, "description", spec->description);
  json_object_set_array_member (object, "effects", effects_to_json (spec->effects));
  for (guint i = 0; i < spec->n_parameters; i++)
    {
      const EnclaveToolParameter *parameter = &spec->parameters[i];
      JsonObject *item = json_object_new ();

      json_object_set_string_member (item, "name", parameter->name);
      json_object_set_string_member (item, "kind", kind_word (parameter->kind));
      json_object_set_boolean_member (item, "required", parameter->required);
      json_object_set_string_member (item, "description", parameter->description != NULL ? parameter->description : "");
      json_array_add_object_element (parameters, item);
    }
  json_object_set_array_member (object, "parameters", parameters);
  return object;
}

static int
list_tools (EnclaveCtlContext *context, EnclaveToolRegistry *registry)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; i < enclave_tool_registry_get_n_tools (registry); i++)
    {
      const EnclaveToolSpec *spec = enclave_tool_get_spec (enclave_tool_registry_get_tool (registry, i));

      json_array_add_object_element (array, spec_to_json (spec));
      if (!enclave_ctl_context_get_json (context))
        enclave_ctl_print ("%-16s %s\n", spec->name, spec->description);
    }
  if (enclave_ctl_context_get_json (context))
    enclave_ctl_print_array (g_steal_pointer (&array));
  return ENCLAVE_CTL_DONE;
}

/* What a tool only proposed is written when --approve covers edits. */
static gboolean
settle_proposals (EnclaveCtlContext *context, EnclaveChangeSet *changes, const EnclaveToolResult *result,
                  EnclaveCtlApprovals approvals, GError **error)
{
  if (result->proposals == NULL || result->proposals->len == 0)
    return TRUE;
  for (guint i = 0; i < result->proposals->len; i++)
    enclave_change_set_add (changes, g_ptr_array_index (result->proposals, i), result->quality);
  if ((approvals & ENCLAVE_CTL_APPROVE_EDITS) == 0)
    {
      const char *path = enclave_proposal_get_path (g_ptr_array_index (result->proposals, 0));

      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NEEDS_APPROVAL, NULL, path,
                                                        N_ ("Writing %s needs approval: add --approve edits"), path));
      return FALSE;
    }
  return enclave_ctl_apply_changes (context, changes, error);
}

static char *
describe_changes (EnclaveChangeSet *changes)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (changes)); i++)
    {
      g_autoptr (EnclaveChange) change = g_list_model_get_item (G_LIST_MODEL (changes), i);

      g_string_append_printf (text, "Applied %s, +%u −%u.\n", enclave_change_get_path (change),
                              enclave_change_get_added (change), enclave_change_get_removed (change));
    }
  return g_string_free (text, FALSE);
}

static void
print_result (EnclaveCtlContext *context, const EnclaveToolResult *result, EnclaveChangeSet *changes)
{
  gboolean has_changes = g_list_model_get_n_items (G_LIST_MODEL (changes)) > 0;
  g_autofree char *written = has_changes ? describe_changes (changes) : NULL;
  const char *content = has_changes ? written : enclave_context_item_get_text (result->item);
  JsonObject *object;

  if (!enclave_ctl_context_get_json (context))
    {
      enclave_ctl_print_content (content);
      if (*content != '\0' && !g_str_has_suffix (content, "\n"))
        enclave_ctl_print ("\n");
      return;
    }
  object = json_object_new ();
  json_object_set_boolean_member (object, "ok", TRUE);
  json_object_set_string_member (object, "content", content);
  json_object_set_boolean_member (object, "truncated", enclave_context_item_get_truncated (result->item));
  if (has_changes)
    json_object_set_array_member (object, "changes", enclave_ctl_changes_to_json (changes));
  enclave_ctl_print_object (object);
}

static gboolean
call_tool (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveTool *tool, JsonObject *arguments, EnclaveCtlApprovals approvals,
           GError **error)
{
  g_autoptr (EnclaveCtlApprover) approver = enclave_ctl_approver_new (approvals);
  g_autoptr (EnclaveToolScope) scope = NULL;
  g_autoptr (EnclaveToolResult) result = NULL;
  g_autoptr (EnclaveChangeSet) changes = NULL;
  g_autoptr (GAsyncResult) finished = NULL;
  g_autofree char *shown = NULL;
  const EnclaveToolSpec *spec = enclave_tool_get_spec (tool);

  enclave_gate_set_approver (gate, ENCLAVE_APPROVER (approver));
  changes = enclave_change_set_new (gate);
  enclave_ctl_name_changes (changes, spec->name);
  scope = enclave_gate_open_scope (gate, "agent", spec->name, spec->effects);
  shown = enclave_json_object_to_text (arguments);
  enclave_tool_scope_set_arguments (scope, shown);
  enclave_tool_run_async (tool, scope, arguments, enclave_ctl_context_get_cancellable (context),
                          enclave_ctl_context_take_result, context);
  finished = enclave_ctl_context_wait (context);
  result = enclave_tool_run_finish (tool, finished, error);
  if (result == NULL || !settle_proposals (context, changes, result, approvals, error))
    return FALSE;
  print_result (context, result, changes);
  return TRUE;
}

static int
call (EnclaveCtlContext *context, EnclaveToolRegistry *registry, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) parsed = NULL;
  g_autoptr (JsonObject) arguments = NULL;
  g_autoptr (EnclaveGate) gate = NULL;
  EnclaveCtlApprovals approvals;
  EnclaveTool *tool;

  if (!enclave_ctl_approvals_from_word (enclave_ctl_context_get_option (context, "approve"), &approvals))
    return enclave_ctl_context_refuse_usage (context, _ ("--approve takes none, edits, commands or all"));
  parsed = enclave_json_parse_object (text, -1, &error);
  if (parsed == NULL)
    return enclave_ctl_context_refuse_usage (context, _ ("The arguments of %s are no JSON object: %s"), name,
                                             error->message);

  gate = enclave_ctl_context_open_gate (context, &error);
  tool = gate != NULL && enclave_ctl_mcp_add_tools (context, gate, registry, &error) ? enclave_tool_registry_find (registry, name, &error)
                                                                                     : NULL;
  if (tool != NULL)
    arguments = enclave_tool_registry_check (registry, tool, text, &error);
  if (arguments != NULL && call_tool (context, gate, tool, arguments, approvals, &error))
    return ENCLAVE_CTL_DONE;
  return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
}

static int
list (EnclaveCtlContext *context, EnclaveToolRegistry *registry)
{
  gboolean with_servers = enclave_ctl_context_get_option (context, "mcp") != NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveGate) gate = with_servers ? enclave_ctl_context_open_gate (context, &error) : NULL;

  if (with_servers && (gate == NULL || !enclave_ctl_mcp_add_tools (context, gate, registry, &error)))
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  return list_tools (context, registry);
}

static int
run_tool (EnclaveCtlContext *context)
{
  g_autoptr (EnclaveToolRegistry) registry = enclave_tool_registry_new ();
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);

  if (n_words == 1 && strcmp (words[0], "list") == 0)
    return list (context, registry);
  if ((n_words == 2 || n_words == 3) && strcmp (words[0], "call") == 0)
    return call (context, registry, words[1], n_words == 3 ? words[2] : "{}");
  return enclave_ctl_context_refuse_usage (context, _ ("Usage: enclavectl tool list, or tool call NAME JSON"));
}

static const EnclaveCtlOption options[] = {
  { "approve", "WHAT", N_ ("What may be done without asking: none, edits, commands or all") },
  { "mcp", "FILE", N_ ("Start the MCP servers of this file, which you have read, and take their tools") },
};

const EnclaveCtlCommand enclave_ctl_tool = {
  .name = "tool",
  .synopsis = "list | call NAME JSON",
  .description = N_ ("List the agent's tools, or call one through the gate as the agent would"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_tool,
};
