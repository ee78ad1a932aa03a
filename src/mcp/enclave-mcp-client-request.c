/* enclave-mcp-client-request.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-client-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-error.h"
#include "enclave-rpc-error.h"

#define META "io.modelcontextprotocol/"

/* One request, with as many rounds as the server needs to ask back. */
typedef struct
{
  char *method;
  JsonObject *params; /* (nullable): without what changes from round to round */
  guint timeout_ms;
  GStrv headers;      /* (nullable) */
  char *tool;         /* (nullable) */
  gint64 token;       /* 0: no progress is told */
  guint round;
  JsonNode *state;    /* (nullable): of the server, sent back as it came */
  JsonObject *inputs; /* what it asks for */
  GList *left;        /* of them, names that were not asked yet; borrowed from @inputs */
  JsonObject *answers;
} Rounds;

static void
rounds_free (gpointer data)
{
  Rounds *rounds = data;

  g_free (rounds->method);
  g_clear_pointer (&rounds->params, json_object_unref);
  g_strfreev (rounds->headers);
  g_free (rounds->tool);
  g_clear_pointer (&rounds->state, json_node_unref);
  g_list_free (rounds->left);
  g_clear_pointer (&rounds->inputs, json_object_unref);
  g_clear_pointer (&rounds->answers, json_object_unref);
  g_free (rounds);
}

JsonObject *
enclave_mcp_client_new_info (void)
{
  JsonObject *info = json_object_new ();

  json_object_set_string_member (info, "name", "enclave");
  json_object_set_string_member (info, "title", "Enclave");
  json_object_set_string_member (info, "version", ENCLAVE_VERSION);
  return info;
}

JsonObject *
enclave_mcp_client_new_capabilities (EnclaveMcpClient *self)
{
  JsonObject *capabilities = json_object_new ();

  if (self->elicit != NULL)
    json_object_set_object_member (capabilities, "elicitation", json_object_new ());
  if (self->root_uri != NULL)
    json_object_set_object_member (capabilities, "roots", json_object_new ());
  return capabilities;
}

JsonObject *
enclave_mcp_client_add_meta (EnclaveMcpClient *self, JsonObject *params, gint64 token)
{
  JsonObject *meta = json_object_new ();

  if (params == NULL)
    params = json_object_new ();
  if (self->modern)
    {
      json_object_set_string_member (meta, META "protocolVersion", ENCLAVE_MCP_REVISION_MODERN);
      json_object_set_object_member (meta, META "clientInfo", enclave_mcp_client_new_info ());
      json_object_set_object_member (meta, META "clientCapabilities", enclave_mcp_client_new_capabilities (self));
    }
  if (token != 0)
    json_object_set_int_member (meta, "progressToken", token);
  json_object_set_object_member (params, "_meta", meta);
  return params;
}

/* The members of @object in a new one. (transfer full) */
static JsonObject *
copy_members (JsonObject *object)
{
  JsonObject *copy = json_object_new ();
  g_autoptr (GList) members = object != NULL ? json_object_get_members (object) : NULL;

  for (GList *at = members; at != NULL; at = at->next)
    json_object_set_member (copy, at->data, json_node_copy (json_object_get_member (object, at->data)));
  return copy;
}

static void send_round (GTask *task);

static void
return_protocol_error (GTask *task, const char *what)
{
  g_autoptr (GTask) owned = task;

  g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL, "%s", what);
}

static void ask_next (GTask *task);

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Rounds *rounds = g_task_get_task_data (task);
  GError *error = NULL;
  JsonObject *answer = g_task_propagate_pointer (G_TASK (result), &error);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  json_object_set_object_member (rounds->answers, rounds->left->data, answer);
  rounds->left = g_list_delete_link (rounds->left, rounds->left);
  ask_next (g_steal_pointer (&task));
}

/* @task: (transfer full). */
static void
ask_next (GTask *task)
{
  g_autoptr (EnclaveMcpClient) self = g_object_ref (g_task_get_source_object (task));
  Rounds *rounds = g_task_get_task_data (task);
  JsonObject *input = rounds->left != NULL ? enclave_json_peek_object (rounds->inputs, rounds->left->data) : NULL;
  const char *method = enclave_json_peek_string (input, "method");

  if (rounds->left == NULL)
    send_round (task);
  else if (self->elicit != NULL && g_strcmp0 (method, "elicitation/create") == 0)
    {
      self->asking_for = rounds->tool != NULL ? rounds->tool : rounds->method;
      enclave_mcp_client_elicit_async (self, enclave_json_peek_object (input, "params"), g_task_get_cancellable (task), on_asked, task);
      self->asking_for = NULL;
    }
  else if (self->root_uri != NULL && g_strcmp0 (method, "roots/list") == 0)
    {
      json_object_set_object_member (rounds->answers, rounds->left->data, enclave_mcp_client_new_roots (self));
      rounds->left = g_list_delete_link (rounds->left, rounds->left);
      ask_next (task);
    }
  else
    return_protocol_error (task, _ ("The server asks for something that Enclave does not give"));
}

/* The server wants to know more before it answers. @task: (transfer full). */
static void
take_inputs (GTask *task, JsonObject *result)
{
  Rounds *rounds = g_task_get_task_data (task);
  JsonObject *inputs = enclave_json_peek_object (result, "inputRequests");
  JsonNode *state = json_object_get_member (result, "requestState");

  if (++rounds->round > ENCLAVE_MCP_MAX_ROUNDS)
    {
      return_protocol_error (task, _ ("The server goes on asking back and does not answer"));
      return;
    }
  if (inputs != NULL && json_object_get_size (inputs) > ENCLAVE_MCP_MAX_INPUTS)
    {
      return_protocol_error (task, _ ("The server asks for too much at once"));
      return;
    }
  g_clear_pointer (&rounds->state, json_node_unref);
  rounds->state = state != NULL ? json_node_copy (state) : NULL;
  g_clear_pointer (&rounds->left, g_list_free);
  g_clear_pointer (&rounds->inputs, json_object_unref);
  g_clear_pointer (&rounds->answers, json_object_unref);
  rounds->answers = json_object_new ();
  rounds->inputs = inputs != NULL ? json_object_ref (inputs) : json_object_new ();
  rounds->left = json_object_get_members (rounds->inputs);
  ask_next (task);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveMcpClient *self = g_task_get_source_object (task);
  Rounds *rounds = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (JsonNode) node = enclave_rpc_peer_request_finish (ENCLAVE_RPC_PEER (source), result, &error);
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *type = self->modern ? enclave_json_peek_string (object, "resultType") : NULL;

  if (rounds->token != 0)
    g_hash_table_remove (self->calls, &rounds->token);
  /* A question of the older era does not say which of several calls it belongs to. */
  if (g_hash_table_size (self->calls) == 0
      && (rounds->token != 0 || enclave_rpc_peer_get_n_waiting (ENCLAVE_RPC_PEER (source)) == 0))
    enclave_mcp_client_end_questions (self);
  rounds->token = 0;
  if (error != NULL)
    g_task_return_error (task, error);
  else if (object == NULL)
    return_protocol_error (g_steal_pointer (&task), _ ("The server answered with something that is no result"));
  else if (type == NULL || strcmp (type, "complete") == 0)
    g_task_return_pointer (task, json_object_ref (object), (GDestroyNotify) json_object_unref);
  else if (strcmp (type, "input_required") == 0)
    take_inputs (g_steal_pointer (&task), object);
  else
    return_protocol_error (g_steal_pointer (&task), _ ("The server answered with a kind of result that Enclave does not know"));
}

static void
note_call (EnclaveMcpClient *self, Rounds *rounds, gint64 rpc_id)
{
  CallInFlight *call = g_new0 (CallInFlight, 1);

  call->rpc_id = rpc_id;
  call->tool = g_strdup (rounds->tool);
  call->timeout_ms = rounds->timeout_ms;
  call->began_us = g_get_monotonic_time ();
  g_hash_table_insert (self->calls, g_memdup2 (&rounds->token, sizeof rounds->token), call);
}

/* @task: (transfer full). */
static void
send_round (GTask *task)
{
  EnclaveMcpClient *self = g_task_get_source_object (task);
  Rounds *rounds = g_task_get_task_data (task);
  JsonObject *params = copy_members (rounds->params);
  gint64 rpc_id;

  if (self->state != CLIENT_READY)
    {
      g_autoptr (GTask) owned = task;

      json_object_unref (params);
      g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server is not connected"));
      return;
    }
  if (rounds->answers != NULL)
    json_object_set_object_member (params, "inputResponses", json_object_ref (rounds->answers));
  if (rounds->state != NULL)
    json_object_set_member (params, "requestState", json_node_copy (rounds->state));
  if (rounds->tool != NULL)
    rounds->token = ++self->last_token;
  if (self->modern || rounds->token != 0)
    params = enclave_mcp_client_add_meta (self, params, rounds->token);
  if (self->modern && self->log_level != NULL)
    json_object_set_string_member (enclave_json_peek_object (params, "_meta"), META "logLevel", self->log_level);
  self->sending_headers = (const char *const *) rounds->headers;
  enclave_rpc_peer_request_async (self->peer, rounds->method, params, rounds->timeout_ms, &rpc_id, g_task_get_cancellable (task),
                                  on_answered, task);
  self->sending_headers = NULL;
  if (rounds->token != 0)
    note_call (self, rounds, rpc_id);
}

void
enclave_mcp_client_send_async (EnclaveMcpClient *self, const ClientRequest *request, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Rounds *rounds = g_new0 (Rounds, 1);

  g_task_set_source_tag (task, enclave_mcp_client_send_async);
  rounds->method = g_strdup (request->method);
  rounds->params = request->params;
  rounds->timeout_ms = request->timeout_ms;
  rounds->headers = g_strdupv ((char **) request->headers);
  rounds->tool = g_strdup (request->tool);
  g_task_set_task_data (task, rounds, rounds_free);
  send_round (task);
}

void
enclave_mcp_client_request_async (EnclaveMcpClient *self, const char *method, JsonObject *params, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  const ClientRequest request = { .method = method, .params = params, .timeout_ms = ENCLAVE_MCP_LIST_MS };

  g_return_if_fail (ENCLAVE_IS_MCP_CLIENT (self) && method != NULL);

  enclave_mcp_client_send_async (self, &request, cancellable, callback, user_data);
}

JsonObject *
enclave_mcp_client_request_finish (EnclaveMcpClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
enclave_mcp_client_send_log_level (EnclaveMcpClient *self)
{
  JsonObject *params;

  /* In the modern era each request says it. */
  if (self->modern || self->log_level == NULL || !enclave_mcp_client_offers (self, "logging"))
    return;
  params = json_object_new ();
  json_object_set_string_member (params, "level", self->log_level);
  enclave_rpc_peer_request_async (self->peer, "logging/setLevel", params, ENCLAVE_MCP_LIST_MS, NULL, NULL, NULL, NULL);
}
