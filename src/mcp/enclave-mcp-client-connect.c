/* enclave-mcp-client-connect.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-client-private.h"

#include <glib/gi18n.h>

#include "enclave-gate-error.h"
#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-error.h"
#include "enclave-rpc-error.h"

#define UNSUPPORTED_VERSION (-32022)

static const char *const legacy_revisions[] = { ENCLAVE_MCP_REVISION_LEGACY, "2025-06-18", "2025-03-26", "2024-11-05", NULL };

static void initialize (EnclaveMcpClient *self);
static void probe (EnclaveMcpClient *self, guint timeout_ms);

static void
fail (EnclaveMcpClient *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->connecting);

  self->state = CLIENT_OFF;
  self->probing = FALSE;
  if (task == NULL)
    {
      g_error_free (error);
      return;
    }
  enclave_mcp_transport_close (self->transport);
  g_task_return_error (task, error);
}

static void
listen_to_changes (EnclaveMcpClient *self)
{
  static const char *const kinds[] = { "tools", "toolsListChanged", "resources", "resourcesListChanged", "prompts", "promptsListChanged" };
  JsonObject *capabilities = enclave_json_peek_object (self->server, "capabilities");
  JsonObject *params;
  JsonObject *filter;

  if (!self->modern)
    {
      enclave_mcp_transport_listen (self->transport);
      return;
    }
  filter = json_object_new ();
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i += 2)
    if (enclave_json_get_boolean (enclave_json_peek_object (capabilities, kinds[i]), "listChanged", FALSE))
      json_object_set_boolean_member (filter, kinds[i + 1], TRUE);
  if (json_object_get_size (filter) == 0)
    {
      json_object_unref (filter);
      return;
    }
  params = json_object_new ();
  json_object_set_object_member (params, "notifications", filter);
  /* It is answered when it ends; what comes meanwhile are notifications. */
  enclave_rpc_peer_request_async (self->peer, "subscriptions/listen", enclave_mcp_client_add_meta (self, params, 0), 0, NULL, NULL, NULL,
                                  NULL);
}

static void
succeed (EnclaveMcpClient *self, JsonObject *server, const char *revision, gboolean modern)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->connecting);

  g_clear_pointer (&self->server, json_object_unref);
  self->server = json_object_ref (server);
  g_free (self->revision);
  self->revision = g_strdup (revision);
  self->modern = modern;
  self->state = CLIENT_READY;
  self->probing = FALSE;
  enclave_mcp_transport_set_revision (self->transport, self->revision, modern);
  if (!modern)
    enclave_rpc_peer_notify (self->peer, "notifications/initialized", NULL);
  listen_to_changes (self);
  enclave_mcp_client_send_log_level (self);
  g_task_return_boolean (task, TRUE);
}

static gboolean
names (JsonArray *versions, const char *const *wanted)
{
  for (guint i = 0; versions != NULL && i < json_array_get_length (versions); i++)
    {
      const char *version = enclave_json_array_peek_string (versions, i);

      if (version != NULL && g_strv_contains (wanted, version))
        return TRUE;
    }
  return FALSE;
}

static GError *
explain_versions (JsonArray *versions)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; versions != NULL && i < json_array_get_length (versions) && i < 10; i++)
    g_string_append_printf (list, "%s%.40s", i > 0 ? ", " : "", enclave_json_array_peek_string (versions, i) != NULL ? enclave_json_array_peek_string (versions, i) : "?");
  return g_error_new (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_VERSION,
                      /* Translators: revisions of a protocol */
                      _ ("The server speaks no revision of the protocol that Enclave speaks: %s"), list->str);
}

/* An error of the transport that asking otherwise does not mend. */
static gboolean
is_final (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || error->domain == ENCLAVE_GATE_ERROR
         || g_error_matches (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNREACHABLE)
         || g_error_matches (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNAUTHORIZED);
}

static void
on_probe_refused (EnclaveMcpClient *self, const GError *error)
{
  static const char *const modern_revisions[] = { ENCLAVE_MCP_REVISION_MODERN, NULL };
  JsonArray *supported = enclave_json_peek_array (enclave_rpc_error_peek_data (error), "supported");

  if (enclave_rpc_error_get_code (error) == UNSUPPORTED_VERSION && supported != NULL)
    {
      if (names (supported, modern_revisions) && !self->corrected)
        {
          self->corrected = TRUE;
          probe (self, ENCLAVE_MCP_LIST_MS);
          return;
        }
      if (!names (supported, legacy_revisions))
        {
          fail (self, explain_versions (supported));
          return;
        }
    }
  self->probe_timed_out = g_error_matches (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_TIMED_OUT);
  if (is_final (error) || self->era == ENCLAVE_MCP_ERA_MODERN)
    fail (self, g_error_copy (error));
  else
    initialize (self);
}

static void
on_discovered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static const char *const modern_revisions[] = { ENCLAVE_MCP_REVISION_MODERN, NULL };
  g_autoptr (EnclaveMcpClient) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_rpc_peer_request_finish (ENCLAVE_RPC_PEER (source), result, &error);
  JsonObject *server = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonArray *versions = enclave_json_peek_array (server, "supportedVersions");

  /* It was started anew meanwhile, or is no longer wanted. */
  if (self->connecting == NULL || self->peer != ENCLAVE_RPC_PEER (source))
    return;
  if (error != NULL)
    on_probe_refused (self, error);
  else if (names (versions, modern_revisions))
    succeed (self, server, ENCLAVE_MCP_REVISION_MODERN, TRUE);
  else if (self->era == ENCLAVE_MCP_ERA_MODERN || (versions != NULL && !names (versions, legacy_revisions)))
    fail (self, explain_versions (versions));
  else
    initialize (self);
}

/* Asks as the modern era does; a server of the other one refuses that in one of many ways, or does not answer, or ends. */
static void
probe (EnclaveMcpClient *self, guint timeout_ms)
{
  self->probing = TRUE;
  self->modern = TRUE;
  enclave_mcp_transport_set_revision (self->transport, ENCLAVE_MCP_REVISION_MODERN, TRUE);
  enclave_rpc_peer_request_async (self->peer, "server/discover", enclave_mcp_client_add_meta (self, NULL, 0), timeout_ms, NULL,
                                  g_task_get_cancellable (self->connecting), on_discovered, g_object_ref (self));
}

static void
on_initialized (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpClient) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = enclave_rpc_peer_request_finish (ENCLAVE_RPC_PEER (source), result, &error);
  JsonObject *server = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *revision = enclave_json_peek_string (server, "protocolVersion");

  if (self->connecting == NULL || self->peer != ENCLAVE_RPC_PEER (source))
    return;
  if (revision != NULL && g_strv_contains (legacy_revisions, revision))
    succeed (self, server, revision, FALSE);
  else if (revision != NULL)
    fail (self, g_error_new (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_VERSION,
                             /* Translators: revisions of a protocol */
                             _ ("The server speaks no revision of the protocol that Enclave speaks: %s"), revision));
  else if (error == NULL)
    fail (self, g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL,
                                     _ ("The server does not say which revision of the protocol it speaks")));
  /* It speaks the modern one and had no time to say so. */
  else if (self->probe_timed_out && enclave_rpc_error_get_code (error) != 0)
    {
      self->probe_timed_out = FALSE;
      probe (self, ENCLAVE_MCP_LIST_MS);
    }
  else
    fail (self, g_steal_pointer (&error));
}

static void
initialize (EnclaveMcpClient *self)
{
  JsonObject *params = json_object_new ();

  self->probing = FALSE;
  self->modern = FALSE;
  enclave_mcp_transport_set_revision (self->transport, NULL, FALSE);
  json_object_set_string_member (params, "protocolVersion", ENCLAVE_MCP_REVISION_LEGACY);
  json_object_set_object_member (params, "capabilities", enclave_mcp_client_new_capabilities (self));
  json_object_set_object_member (params, "clientInfo", enclave_mcp_client_new_info ());
  enclave_rpc_peer_request_async (self->peer, "initialize", params, self->connect_ms, NULL,
                                  g_task_get_cancellable (self->connecting), on_initialized, g_object_ref (self));
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpClient) self = user_data;
  GError *error = NULL;

  if (!enclave_mcp_transport_start_finish (ENCLAVE_MCP_TRANSPORT (source), result, &error))
    {
      fail (self, error);
      return;
    }
  if (self->connecting == NULL)
    {
      enclave_mcp_transport_close (self->transport);
      return;
    }
  enclave_mcp_client_open_peer (self);
  if (self->era == ENCLAVE_MCP_ERA_LEGACY || self->respawned)
    initialize (self);
  else
    probe (self, self->era == ENCLAVE_MCP_ERA_MODERN ? self->connect_ms : ENCLAVE_MCP_PROBE_MS);
}

static void
start (EnclaveMcpClient *self)
{
  self->state = CLIENT_CONNECTING;
  enclave_mcp_transport_start_async (self->transport, g_task_get_cancellable (self->connecting), on_started, g_object_ref (self));
}

void
enclave_mcp_client_on_closed_while_connecting (EnclaveMcpClient *self, const GError *error)
{
  /* Some end at a method that they do not know. */
  if (self->connecting != NULL && self->probing && self->era == ENCLAVE_MCP_ERA_AUTO && !self->respawned
      && g_error_matches (error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED))
    {
      self->respawned = TRUE;
      self->probing = FALSE;
      start (self);
      return;
    }
  fail (self, error != NULL ? g_error_copy (error)
                            : g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The connection was closed")));
}

void
enclave_mcp_client_stop_connecting (EnclaveMcpClient *self)
{
  if (self->connecting != NULL)
    fail (self, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The connection was closed")));
}

void
enclave_mcp_client_connect_async (EnclaveMcpClient *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_mcp_client_connect_async);
  if (self->state != CLIENT_OFF || self->connecting != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING, _ ("The server is being connected already"));
      return;
    }
  self->connecting = g_steal_pointer (&task);
  self->respawned = self->corrected = self->probe_timed_out = FALSE;
  start (self);
}

gboolean
enclave_mcp_client_connect_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
