/* enclave-mcp-server-tool.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-server-tool.h"

#include <glib/gi18n.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-schema-projection.h"
#include "enclave-mcp-tool-name.h"
#include "enclave-rpc-error.h"
#include "enclave-tool-registry.h"

/* A server may tell more often than anybody can read. */
#define TELL_US (100 * G_TIME_SPAN_MILLISECOND)

struct _EnclaveMcpServerTool
{
  GObject parent_instance;

  EnclaveMcpServer *server;
  EnclaveMcpTool *tool;
  char *name;
  char *description;
  JsonObject *function; /* as the model is told of it */
  EnclaveToolSpec spec;
};

static void tool_iface_init (EnclaveToolInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveMcpServerTool, enclave_mcp_server_tool, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TOOL, tool_iface_init))

typedef struct
{
  EnclaveToolScope *scope;
  JsonObject *arguments;
  gulong progress;
  gint64 told_us;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_object (&call->scope);
  g_clear_pointer (&call->arguments, json_object_unref);
  g_free (call);
}

static void
enclave_mcp_server_tool_finalize (GObject *object)
{
  EnclaveMcpServerTool *self = ENCLAVE_MCP_SERVER_TOOL (object);

  g_clear_object (&self->server);
  g_clear_pointer (&self->tool, enclave_mcp_tool_unref);
  g_free (self->name);
  g_free (self->description);
  g_clear_pointer (&self->function, json_object_unref);
  G_OBJECT_CLASS (enclave_mcp_server_tool_parent_class)->finalize (object);
}

static void
enclave_mcp_server_tool_class_init (EnclaveMcpServerToolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_mcp_server_tool_finalize;
}

static void
enclave_mcp_server_tool_init (EnclaveMcpServerTool *self)
{
}

EnclaveTool *
enclave_mcp_server_tool_new (EnclaveMcpServer *server, EnclaveMcpTool *tool, const char *name)
{
  EnclaveMcpServerTool *self;
  JsonObject *function;

  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER (server) && tool != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_SERVER_TOOL, NULL);
  self->server = g_object_ref (server);
  self->tool = enclave_mcp_tool_ref (tool);
  self->name = name != NULL ? g_strdup (name) : enclave_mcp_tool_name_make (enclave_mcp_server_get_name (server), tool->name);
  self->function = enclave_mcp_schema_project_tool (tool->definition, self->name, NULL);
  function = enclave_json_peek_object (self->function, "function");
  self->description = g_strdup (enclave_json_peek_string (function, "description"));
  if (self->description == NULL)
    self->description = g_strdup ("");
  self->spec.name = self->name;
  self->spec.description = self->description;
  self->spec.effects = ENCLAVE_EFFECT_EXTERNAL;
  self->spec.function = self->function;
  return ENCLAVE_TOOL (self);
}

static const EnclaveToolSpec *
get_spec (EnclaveTool *tool)
{
  return &ENCLAVE_MCP_SERVER_TOOL (tool)->spec;
}

static void
on_admitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (EnclaveContextItem) item = enclave_tool_scope_admit_external_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);

  if (item == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, enclave_tool_result_new (item), (GDestroyNotify) enclave_tool_result_free);
}

static void
admit (GTask *task, const char *text, gboolean truncated, const char *summary)
{
  EnclaveMcpServerTool *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);

  enclave_tool_scope_admit_external_async (call->scope, text, self->name, summary, truncated, g_task_get_cancellable (task), on_admitted,
                                           task);
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveMcpResult) outcome = enclave_mcp_server_call_finish (ENCLAVE_MCP_SERVER (source), result, &error);
  g_autofree char *text = NULL;
  gboolean truncated = FALSE;
  gulong progress = ((Call *) g_task_get_task_data (task))->progress;

  g_signal_handler_disconnect (source, progress);
  if (outcome != NULL)
    {
      text = enclave_mcp_result_dup_text (outcome, ENCLAVE_MCP_RESULT_MAX_BYTES, &truncated);
      admit (g_steal_pointer (&task), text, truncated, outcome->is_error ? _ ("the tool failed") : NULL);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  /* The server's own words, or those about it: they are as little trusted as its answers. */
  text = enclave_mcp_clean_line (error->message, 1000);
  admit (g_steal_pointer (&task), text, FALSE, _ ("the tool failed"));
}

static void
on_progress (EnclaveMcpServer *server, const char *tool, double progress, double total, const char *message, GTask *task)
{
  EnclaveMcpServerTool *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  gint64 now_us = g_get_monotonic_time ();
  g_autofree char *share = NULL;
  g_autofree char *words = NULL;

  if (!g_str_equal (tool, self->tool->name) || now_us - call->told_us < TELL_US)
    return;
  call->told_us = now_us;
  if (total > 0 && progress >= 0 && progress <= total)
    share = g_strdup_printf ("%.0f %%", 100 * progress / total);
  words = share != NULL && *message != '\0' ? g_strdup_printf ("%s, %s", share, message) : g_strdup (share != NULL ? share : message);
  enclave_tool_scope_tell_progress (call->scope, words);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveMcpServerTool *self = g_task_get_source_object (task);
  Call *call = g_task_get_task_data (task);
  GError *error = NULL;

  if (!enclave_tool_scope_ask_external_finish (ENCLAVE_TOOL_SCOPE (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  call->progress = g_signal_connect (self->server, "progress", G_CALLBACK (on_progress), task);
  enclave_mcp_server_call_async (self->server, self->tool->name, call->arguments, g_task_get_cancellable (task), on_called,
                                 g_object_ref (task));
}

static void
run_async (EnclaveTool *tool, EnclaveToolScope *scope, JsonObject *arguments, GCancellable *cancellable, GAsyncReadyCallback callback,
           gpointer user_data)
{
  EnclaveMcpServerTool *self = ENCLAVE_MCP_SERVER_TOOL (tool);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *text = enclave_json_object_to_text (arguments);
  Call *call = g_new0 (Call, 1);
  const char *claim = self->tool->read_only_hint ? _ ("it only reads") : self->tool->destructive_hint ? _ ("it may delete or overwrite")
                                                                                                      : _ ("it only adds");

  g_task_set_source_tag (task, run_async);
  call->scope = g_object_ref (scope);
  call->arguments = json_object_ref (arguments);
  g_task_set_task_data (task, call, call_free);
  enclave_tool_scope_ask_external_async (scope, enclave_mcp_server_get_name (self->server), self->tool->name, text, claim, cancellable,
                                         on_asked, task);
}

static EnclaveToolResult *
run_finish (EnclaveTool *tool, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, tool), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
tool_iface_init (EnclaveToolInterface *iface)
{
  iface->get_spec = get_spec;
  iface->run_async = run_async;
  iface->run_finish = run_finish;
}
