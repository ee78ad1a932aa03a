/* enclave-mcp-client-asked.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a server asks of this side: whether it is there, the person, and the project's folder where the person has said so.
 */

#include "config.h"

#include "enclave-mcp-client-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-error.h"
#include "enclave-rpc-error.h"

/* A request of the server that waits for the person. */
typedef struct
{
  EnclaveMcpClient *client;
  EnclaveRpcPeer *peer;
  JsonNode *id;
  GCancellable *cancellable;
  gboolean taken_back; /* the server wants no answer any more */
} Asked;

static void
asked_free (Asked *asked)
{
  g_object_unref (asked->client);
  g_object_unref (asked->peer);
  json_node_unref (asked->id);
  g_object_unref (asked->cancellable);
  g_free (asked);
}

/* A person needs longer than a server: while they are asked, no call runs out before the longest time there is. */
static void
extend_calls (EnclaveMcpClient *self, gboolean as_long_as_may_be)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->calls);
  while (self->peer != NULL && g_hash_table_iter_next (&iter, NULL, &value))
    {
      CallInFlight *call = value;
      gint64 left_ms = ENCLAVE_MCP_CALL_MAX_MS - (g_get_monotonic_time () - call->began_us) / 1000;

      if (left_ms > 0)
        enclave_rpc_peer_extend (self->peer, call->rpc_id, (guint) (as_long_as_may_be ? left_ms : MIN (left_ms, call->timeout_ms)));
    }
}

static void
on_elicited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Asked *asked = user_data;
  EnclaveMcpClient *self = asked->client;
  g_autoptr (GError) error = NULL;
  JsonObject *answer = g_task_propagate_pointer (G_TASK (result), &error);

  g_ptr_array_remove_fast (self->asked, asked);
  if (self->asked->len == 0)
    extend_calls (self, FALSE);
  if (answer == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !asked->taken_back)
    {
      answer = json_object_new ();
      json_object_set_string_member (answer, "action", "cancel");
    }
  if (answer != NULL)
    enclave_rpc_peer_reply (asked->peer, asked->id, answer);
  else if (!asked->taken_back)
    enclave_rpc_peer_reply_error (asked->peer, asked->id, ENCLAVE_RPC_CODE_INVALID_PARAMS, "It can't be asked");
  asked_free (asked);
}

static void
elicit_for_server (EnclaveMcpClient *self, EnclaveRpcPeer *peer, EnclaveRpcMessage *message)
{
  Asked *asked;

  /* Nobody has begun anything that this could belong to. */
  if (enclave_rpc_peer_get_n_waiting (peer) == 0)
    {
      JsonObject *answer = json_object_new ();

      json_object_set_string_member (answer, "action", "cancel");
      enclave_rpc_peer_reply (peer, message->id, answer);
      g_signal_emit_by_name (self, "log", _ ("The server wanted to ask you something while it did nothing for you; you were not asked"));
      return;
    }
  asked = g_new0 (Asked, 1);
  asked->client = g_object_ref (self);
  asked->peer = g_object_ref (peer);
  asked->id = json_node_ref (message->id);
  asked->cancellable = g_cancellable_new ();
  g_ptr_array_add (self->asked, asked);
  extend_calls (self, TRUE);
  enclave_mcp_client_elicit_async (self, message->params, asked->cancellable, on_elicited, asked);
}

JsonObject *
enclave_mcp_client_new_roots (EnclaveMcpClient *self)
{
  JsonObject *result = json_object_new ();
  JsonArray *roots = json_array_new ();
  JsonObject *root = json_object_new ();

  json_object_set_string_member (root, "uri", self->root_uri);
  json_object_set_string_member (root, "name", self->root_name);
  json_array_add_object_element (roots, root);
  json_object_set_array_member (result, "roots", roots);
  return result;
}

void
enclave_mcp_client_on_request (EnclaveRpcPeer *peer, EnclaveRpcMessage *message, EnclaveMcpClient *self)
{
  if (strcmp (message->method, "ping") == 0)
    enclave_rpc_peer_reply (peer, message->id, NULL);
  else if (strcmp (message->method, "elicitation/create") == 0 && self->elicit != NULL && self->state == CLIENT_READY)
    elicit_for_server (self, peer, message);
  else if (strcmp (message->method, "roots/list") == 0 && self->root_uri != NULL)
    enclave_rpc_peer_reply (peer, message->id, enclave_mcp_client_new_roots (self));
  else
    enclave_rpc_peer_reply_error (peer, message->id, ENCLAVE_RPC_CODE_METHOD_NOT_FOUND, "Method not found");
}

void
enclave_mcp_client_on_taken_back (EnclaveMcpClient *self, JsonObject *params)
{
  JsonNode *id = params != NULL ? json_object_get_member (params, "requestId") : NULL;

  for (guint i = self->asked->len; id != NULL && i > 0; i--)
    {
      Asked *asked = g_ptr_array_index (self->asked, i - 1);

      if (json_node_equal (asked->id, id))
        {
          asked->taken_back = TRUE;
          g_cancellable_cancel (asked->cancellable);
          return;
        }
    }
}

void
enclave_mcp_client_end_questions (EnclaveMcpClient *self)
{
  g_autoptr (GPtrArray) cancellables = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->asked->len; i++)
    g_ptr_array_add (cancellables, g_object_ref (((Asked *) g_ptr_array_index (self->asked, i))->cancellable));
  for (guint i = 0; i < cancellables->len; i++)
    g_cancellable_cancel (g_ptr_array_index (cancellables, i));
}

void
enclave_mcp_client_elicit_async (EnclaveMcpClient *self, JsonObject *params, GCancellable *cancellable, GAsyncReadyCallback then,
                                 gpointer user_data)
{
  g_autoptr (JsonObject) given = params != NULL ? json_object_ref (params) : json_object_new ();
  GTask *answer = g_task_new (self, cancellable, then, user_data);
  const char *mode = enclave_json_peek_string (given, "mode");

  g_task_set_source_tag (answer, enclave_mcp_client_elicit_async);
  /* A page to be opened is not declared, and would leave this machine. */
  if (self->elicit == NULL || (mode != NULL && strcmp (mode, "form") != 0))
    {
      g_task_return_new_error (answer, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL,
                               _ ("The server asks for something that Enclave does not give"));
      g_object_unref (answer);
      return;
    }
  self->elicit (self, given, answer, self->elicit_data);
}

const char *
enclave_mcp_client_get_calling (EnclaveMcpClient *self)
{
  GHashTableIter iter;
  gpointer value = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MCP_CLIENT (self), NULL);

  if (g_hash_table_size (self->calls) != 1)
    return self->asking_for;
  g_hash_table_iter_init (&iter, self->calls);
  g_hash_table_iter_next (&iter, NULL, &value);
  return ((CallInFlight *) value)->tool;
}

void
enclave_mcp_client_set_root (EnclaveMcpClient *self, const char *folder)
{
  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self));

  g_clear_pointer (&self->root_uri, g_free);
  g_clear_pointer (&self->root_name, g_free);
  if (folder == NULL)
    return;
  self->root_uri = g_filename_to_uri (folder, NULL, NULL);
  self->root_name = g_filename_display_basename (folder);
}
