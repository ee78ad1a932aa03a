/* enclave-mcp-resource-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-resource-reader.h"

#include <glib/gi18n.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-error.h"

typedef struct
{
  EnclaveToolScope *scope;
  EnclaveMcpServer *server;
  char *uri;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_clear_object (&reading->scope);
  g_clear_object (&reading->server);
  g_free (reading->uri);
  g_free (reading);
}

static void
on_admitted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  EnclaveContextItem *item = enclave_tool_scope_admit_external_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);

  if (item != NULL)
    g_task_return_pointer (task, item, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* The words are those of the server, maybe. (transfer full) */
static GError *
clean_error (GError *owned)
{
  g_autoptr (GError) error = owned;
  g_autofree char *words = enclave_mcp_clean_line (error->message, 300);

  return g_error_new_literal (error->domain, error->code, words);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (EnclaveMcpResult) outcome = enclave_mcp_server_offer_finish (ENCLAVE_MCP_SERVER (source), result, &error);
  g_autofree char *text = NULL;
  g_autofree char *where = NULL;
  g_autofree char *name = NULL;
  g_autofree char *summary = NULL;
  gboolean truncated;

  if (outcome == NULL)
    {
      g_task_return_error (task, clean_error (error));
      return;
    }
  text = enclave_mcp_result_dup_text (outcome, ENCLAVE_MCP_RESULT_MAX_BYTES, &truncated);
  name = enclave_mcp_clean_line (enclave_mcp_server_get_name (reading->server), 100);
  where = g_strdup_printf ("%s %s", name, reading->uri);
  /* Translators: a server's name */
  summary = g_strdup_printf (_ ("from the server %s"), name);
  enclave_tool_scope_admit_external_async (reading->scope, text, where, summary, truncated, g_task_get_cancellable (task), on_admitted,
                                           g_object_ref (task));
}

static void
on_judged (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);
  GError *error = NULL;

  if (enclave_tool_scope_ask_external_finish (ENCLAVE_TOOL_SCOPE (source), result, &error))
    enclave_mcp_server_read_resource_async (reading->server, reading->uri, g_task_get_cancellable (task), on_read, g_object_ref (task));
  else
    g_task_return_error (task, error);
}

gboolean
enclave_mcp_resource_reader_knows (EnclaveMcpToolbox *toolbox, const char *target)
{
  EnclaveMcpCatalog *catalog = enclave_mcp_toolbox_get_catalog (toolbox);
  g_autoptr (EnclaveMcpServer) server = NULL;
  const char *uri;

  return catalog != NULL && enclave_mcp_catalog_find (catalog, target, &server, &uri);
}

void
enclave_mcp_resource_reader_read_async (EnclaveMcpToolbox *toolbox, EnclaveToolScope *scope, const char *target, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveMcpCatalog *catalog = enclave_mcp_toolbox_get_catalog (toolbox);
  g_autoptr (GTask) task = g_task_new (toolbox, cancellable, callback, user_data);
  g_autoptr (EnclaveMcpServer) server = NULL;
  g_autoptr (JsonObject) arguments = json_object_new ();
  g_autofree char *text = NULL;
  const char *uri;
  Reading *reading;

  g_task_set_source_tag (task, enclave_mcp_resource_reader_read_async);
  if (catalog == NULL || !enclave_mcp_catalog_find (catalog, target, &server, &uri) || server == NULL)
    {
      g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server does not run"));
      return;
    }
  reading = g_new0 (Reading, 1);
  reading->scope = g_object_ref (scope);
  reading->server = g_object_ref (server);
  reading->uri = g_strdup (uri);
  g_task_set_task_data (task, reading, reading_free);
  json_object_set_string_member (arguments, "uri", uri);
  text = enclave_json_object_to_text (arguments);
  enclave_tool_scope_judge_external_async (scope, enclave_mcp_server_get_name (server), "resources/read", text, cancellable, on_judged,
                                           g_steal_pointer (&task));
}

EnclaveContextItem *
enclave_mcp_resource_reader_read_finish (EnclaveMcpToolbox *toolbox, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, toolbox), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
