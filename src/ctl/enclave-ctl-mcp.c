/* enclave-ctl-mcp.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-ctl-commands.h"
#include "enclave-ctl-mcp.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-error.h"
#include "enclave-utf8.h"

static const char *
transport_word (EnclaveMcpServerEntry *entry)
{
  return enclave_mcp_server_kind_to_word (entry->kind);
}

static JsonObject *
entry_to_json (EnclaveMcpServerEntry *entry)
{
  JsonObject *object = json_object_new ();
  g_autofree char *shown = enclave_mcp_server_entry_dup_shown (entry);
  g_autofree char *digest = enclave_mcp_server_entry_dup_digest (entry);
  g_auto (GStrv) names = enclave_mcp_server_entry_dup_env_names (entry);
  JsonArray *environment = json_array_new ();
  JsonArray *network = json_array_new ();
  JsonArray *readable = json_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    json_array_add_string_element (environment, names[i]);
  for (guint i = 0; entry->network[i] != NULL; i++)
    json_array_add_string_element (network, entry->network[i]);
  for (guint i = 0; entry->readable[i] != NULL; i++)
    json_array_add_string_element (readable, entry->readable[i]);
  json_object_set_string_member (object, "name", entry->name);
  json_object_set_string_member (object, "kind", transport_word (entry));
  json_object_set_string_member (object, "command", shown);
  json_object_set_string_member (object, "digest", digest);
  json_object_set_array_member (object, "environment", environment);
  json_object_set_string_member (object, "source", entry->source_path != NULL ? entry->source_path : "");
  json_object_set_boolean_member (object, "enabled", enclave_mcp_server_entry_may_start (entry));
  if (entry->disabled_reason != NULL)
    json_object_set_string_member (object, "reason", entry->disabled_reason);
  json_object_set_string_member (object, "workspace", enclave_mcp_workspace_access_to_word (entry->workspace));
  json_object_set_array_member (object, "read", readable);
  json_object_set_array_member (object, "network", network);
  return object;
}

static int
run_list (EnclaveCtlContext *context)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = enclave_ctl_mcp_read_entries (context, &error);
  g_autoptr (JsonArray) array = json_array_new ();

  if (entries == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  for (guint i = 0; i < entries->len; i++)
    {
      EnclaveMcpServerEntry *entry = g_ptr_array_index (entries, i);
      g_autofree char *shown = enclave_mcp_server_entry_dup_shown (entry);
      g_autofree char *line = enclave_utf8_make_visible (shown, NULL);
      g_autofree char *name = enclave_mcp_clean_line (entry->name, 100);
      g_autofree char *reason = enclave_mcp_clean_line (entry->disabled_reason, 300);

      json_array_add_object_element (array, entry_to_json (entry));
      if (!enclave_ctl_context_get_json (context))
        enclave_ctl_print ("%-16s %-12s %s%s%s\n", name, transport_word (entry), line, *reason != '\0' ? "\n                 " : "", reason);
    }
  if (enclave_ctl_context_get_json (context))
    enclave_ctl_print_array (g_steal_pointer (&array));
  else if (entries->len == 0)
    enclave_ctl_note (_ ("No server is configured"));
  return ENCLAVE_CTL_DONE;
}

/* What a server said while it failed stands below the reason. */
static int
report_failure (EnclaveCtlContext *context, EnclaveMcpServer *server, const GError *error)
{
  g_autofree char *errors = server != NULL ? enclave_mcp_server_dup_errors (server) : NULL;
  int status = enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);

  if (errors != NULL && *g_strstrip (errors) != '\0')
    enclave_ctl_note (_ ("The server’s own words:\n%s"), errors);
  return status;
}

static void
print_tools (EnclaveCtlContext *context, EnclaveMcpServer *server)
{
  GPtrArray *tools = enclave_mcp_server_get_tools (server);
  JsonArray *array;

  if (!enclave_ctl_context_get_json (context))
    {
      for (guint i = 0; i < tools->len; i++)
        {
          EnclaveMcpTool *tool = g_ptr_array_index (tools, i);
          g_autofree char *name = enclave_mcp_clean_line (tool->name, 100);
          g_autofree char *description = enclave_mcp_clean_line (tool->description, 200);

          enclave_ctl_print ("%-28s %s\n", name, description);
        }
      return;
    }
  array = json_array_new ();
  for (guint i = 0; i < tools->len; i++)
    json_array_add_object_element (array, json_object_ref (((EnclaveMcpTool *) g_ptr_array_index (tools, i))->definition));
  enclave_ctl_print_array (array);
}

static gboolean
start (EnclaveCtlContext *context, EnclaveMcpServer *server, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  enclave_mcp_server_start_async (server, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  return enclave_mcp_server_start_finish (server, result, error);
}

static void
on_state (EnclaveMcpServer *server, GParamSpec *pspec, gboolean *over)
{
  EnclaveMcpServerState state = enclave_mcp_server_get_state (server);

  *over = state == ENCLAVE_MCP_SERVER_OFF || state == ENCLAVE_MCP_SERVER_FAILED;
}

static void
stop (EnclaveCtlContext *context, EnclaveMcpServer *server)
{
  gboolean over = FALSE;
  gulong handler = g_signal_connect (server, "notify::state", G_CALLBACK (on_state), &over);

  enclave_mcp_server_stop (server);
  on_state (server, NULL, &over);
  enclave_ctl_context_wait_for (context, &over);
  g_signal_handler_disconnect (server, handler);
}

static int
run_tools (EnclaveCtlContext *context, EnclaveMcpServer *server)
{
  g_autoptr (GError) error = NULL;

  if (!start (context, server, &error))
    return report_failure (context, server, error);
  print_tools (context, server);
  stop (context, server);
  return ENCLAVE_CTL_DONE;
}

static int
run_call (EnclaveCtlContext *context, EnclaveMcpServer *server, const char *tool, JsonObject *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveMcpResult) outcome = NULL;
  g_autofree char *text = NULL;
  gboolean truncated;
  JsonObject *object;

  enclave_mcp_server_call_async (server, tool, arguments, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result,
                                 context);
  result = enclave_ctl_context_wait (context);
  outcome = enclave_mcp_server_call_finish (server, result, &error);
  if (outcome == NULL)
    {
      int status = report_failure (context, server, error);

      stop (context, server);
      return status;
    }
  text = enclave_mcp_result_dup_text (outcome, ENCLAVE_MCP_RESULT_MAX_BYTES, &truncated);
  stop (context, server);
  if (!enclave_ctl_context_get_json (context))
    {
      enclave_ctl_print_content (text);
      if (*text != '\0' && !g_str_has_suffix (text, "\n"))
        enclave_ctl_print ("\n");
    }
  else
    {
      object = json_object_new ();
      json_object_set_boolean_member (object, "ok", !outcome->is_error);
      json_object_set_string_member (object, "content", text);
      json_object_set_boolean_member (object, "truncated", truncated);
      json_object_set_object_member (object, "result", json_object_ref (outcome->whole));
      enclave_ctl_print_object (object);
    }
  return outcome->is_error ? ENCLAVE_CTL_FAILED : ENCLAVE_CTL_DONE;
}

static int
run_restart (EnclaveCtlContext *context, EnclaveMcpServer *server)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *version = NULL;
  EnclaveMcpClient *client;
  JsonObject *object;

  if (!start (context, server, &error))
    return report_failure (context, server, error);
  stop (context, server);
  if (!start (context, server, &error))
    return report_failure (context, server, error);
  client = enclave_mcp_server_get_client (server);
  version = enclave_mcp_clean_line (enclave_mcp_client_get_server_version (client), 100);
  if (!enclave_ctl_context_get_json (context))
    /* Translators: a server's name, the revision of a protocol, then a number */
    enclave_ctl_print (_ ("%s: ready, revision %s, %u tools\n"), enclave_mcp_server_get_name (server),
                       enclave_mcp_client_get_revision (client), enclave_mcp_server_get_tools (server)->len);
  else
    {
      object = json_object_new ();
      json_object_set_boolean_member (object, "ok", TRUE);
      json_object_set_string_member (object, "state", enclave_mcp_server_state_to_word (enclave_mcp_server_get_state (server)));
      json_object_set_string_member (object, "revision", enclave_mcp_client_get_revision (client));
      json_object_set_string_member (object, "version", version);
      json_object_set_int_member (object, "tools", enclave_mcp_server_get_tools (server)->len);
      enclave_ctl_print_object (object);
    }
  stop (context, server);
  return ENCLAVE_CTL_DONE;
}

static int
run_mcp (EnclaveCtlContext *context)
{
  guint n_words;
  const char *const *words = enclave_ctl_context_get_words (context, &n_words);
  gboolean is_tools = n_words == 2 && strcmp (words[0], "tools") == 0;
  gboolean is_restart = n_words == 2 && strcmp (words[0], "restart") == 0;
  gboolean is_run = n_words == 2 && strcmp (words[0], "run") == 0;
  gboolean is_call = (n_words == 3 || n_words == 4) && strcmp (words[0], "call") == 0;
  g_autoptr (JsonObject) arguments = NULL;
  g_autoptr (EnclaveMcpServer) server = NULL;
  g_autoptr (GError) error = NULL;

  if (n_words == 1 && strcmp (words[0], "list") == 0)
    return run_list (context);
  if (!is_tools && !is_restart && !is_run && !is_call)
    return enclave_ctl_context_refuse_usage (
      context, _ ("Usage: enclavectl mcp list, mcp tools SERVER, mcp call SERVER TOOL JSON, mcp restart SERVER, or mcp run SERVER"));
  if (is_call && (arguments = enclave_json_parse_object (n_words == 4 ? words[3] : "{}", -1, &error)) == NULL)
    return enclave_ctl_context_refuse_usage (context, _ ("The arguments of %s are no JSON object: %s"), words[2], error->message);
  server = enclave_ctl_mcp_open_server (context, words[1], &error);
  if (server == NULL)
    return enclave_ctl_report_error (enclave_ctl_context_get_json (context), error);
  if (is_tools)
    return run_tools (context, server);
  if (is_run)
    return enclave_ctl_mcp_run (context, enclave_mcp_server_get_gate (server), server);
  return is_call ? run_call (context, server, words[2], arguments) : run_restart (context, server);
}

static const EnclaveCtlOption options[] = {
  { "agree", NULL, N_ ("Start the server: you have read its command line, variables and grants; not needed for what you have allowed in the window") },
  { "config", "FILE", N_ ("Read the servers from this file alone") },
};

const EnclaveCtlCommand enclave_ctl_mcp = {
  .name = "mcp",
  .synopsis = "list | tools SERVER | call SERVER TOOL JSON | restart SERVER | run SERVER",
  .description = N_ ("List the configured MCP servers, or start one, confined, and use it"),
  .options = options,
  .n_options = G_N_ELEMENTS (options),
  .run = run_mcp,
};
