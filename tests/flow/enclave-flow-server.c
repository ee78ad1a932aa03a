/* enclave-flow-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-flow-server.h"
#include "enclave-json.h"

#define PIECE_CHARS 7

typedef struct
{
  guint status; /* 0: silence */
  char *type;
  char *body;
  EnclaveFlowEnd end;
} Reply;

struct _EnclaveFlowServer
{
  SoupServer *server;
  char *address;
  GQueue replies;    /* (element-type Reply) */
  gboolean repeat;
  GPtrArray *bodies; /* (element-type utf8) */
  guint n_calls;
};

static void
reply_free (gpointer data)
{
  Reply *reply = data;

  g_free (reply->type);
  g_free (reply->body);
  g_free (reply);
}

void
enclave_flow_answer (SoupServerMessage *message, guint status, const char *type, const char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, body, strlen (body));
}

static gboolean
on_break (gpointer user_data)
{
  GSocket *connection = user_data;

  g_socket_close (connection, NULL);

  return G_SOURCE_REMOVE;
}

/* The reply is on its way; now its end. */
static void
on_wrote_chunk (SoupServerMessage *message, gpointer user_data)
{
  EnclaveFlowEnd end = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (message), "flow-end"));

  if (end == ENCLAVE_FLOW_END_CUT)
    g_timeout_add_full (G_PRIORITY_DEFAULT, 30, on_break, g_object_ref (soup_server_message_get_socket (message)),
                        g_object_unref);
}

static void
on_chat (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  EnclaveFlowServer *self = user_data;
  SoupMessageBody *request = soup_server_message_get_request_body (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  Reply *reply;

  if (request->length > 0)
    g_ptr_array_add (self->bodies, g_strndup (request->data, (gsize) request->length));
  else
    g_ptr_array_add (self->bodies, g_strdup (""));
  reply = g_queue_peek_head (&self->replies);
  if (reply == NULL)
    {
      enclave_flow_answer (message, 500, "application/json", "{\"error\":{\"message\":\"The script of this test has ended\"}}");
      return;
    }

  if (reply->status == 0)
    {
      soup_server_message_pause (message);
    }
  else if (reply->status != 200 || strcmp (reply->type, "text/event-stream") != 0)
    {
      enclave_flow_answer (message, reply->status, reply->type, reply->body);
    }
  else
    {
      SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

      soup_server_message_set_status (message, 200, NULL);
      soup_message_headers_set_content_type (headers, reply->type, NULL);
      soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
      soup_message_body_append (body, SOUP_MEMORY_COPY, reply->body, strlen (reply->body));
      if (reply->end == ENCLAVE_FLOW_END_NEVER || reply->end == ENCLAVE_FLOW_END_CUT)
        {
          g_object_set_data (G_OBJECT (message), "flow-end", GINT_TO_POINTER (reply->end));
          g_signal_connect (message, "wrote-chunk", G_CALLBACK (on_wrote_chunk), NULL);
        }
      else
        {
          soup_message_body_complete (body);
        }
    }
  if (!self->repeat || self->replies.length > 1)
    reply_free (g_queue_pop_head (&self->replies));
}

static void
on_models (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  enclave_flow_answer (message, 200, "application/json",
                "{\"object\":\"list\",\"data\":[{\"id\":\"test-model\",\"object\":\"model\",\"owned_by\":\"test\"}]}");
}

char *
enclave_flow_listen (SoupServer *server, guint port)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;
  char *address;

  soup_server_listen_local (server, port, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  address = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return address;
}

static char *
begin (EnclaveFlowServer *self, guint port)
{
  self->server = soup_server_new ("server-header", "flow", NULL);
  soup_server_add_handler (self->server, "/v1/models", on_models, self, NULL);
  soup_server_add_handler (self->server, "/v1/chat/completions", on_chat, self, NULL);

  return enclave_flow_listen (self->server, port);
}

EnclaveFlowServer *
enclave_flow_server_new (void)
{
  EnclaveFlowServer *self = g_new0 (EnclaveFlowServer, 1);

  g_queue_init (&self->replies);
  self->bodies = g_ptr_array_new_with_free_func (g_free);
  self->address = begin (self, 0);

  return self;
}

void
enclave_flow_server_free (EnclaveFlowServer *self)
{
  enclave_flow_server_go_away (self);
  g_queue_clear_full (&self->replies, reply_free);
  g_ptr_array_unref (self->bodies);
  g_free (self->address);
  g_free (self);
}

const char *
enclave_flow_server_get_address (EnclaveFlowServer *self)
{
  return self->address;
}

void
enclave_flow_server_go_away (EnclaveFlowServer *self)
{
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
}

void
enclave_flow_server_come_back (EnclaveFlowServer *self)
{
  guint port = (guint) g_ascii_strtoull (strrchr (self->address, ':') + 1, NULL, 10);
  g_autofree char *address = begin (self, port);

  g_assert_cmpstr (address, ==, self->address);
}

static Reply *
add_reply (EnclaveFlowServer *self, guint status, const char *type, const char *body, EnclaveFlowEnd end)
{
  Reply *reply = g_new0 (Reply, 1);

  reply->status = status;
  reply->type = g_strdup (type);
  reply->body = g_strdup (body);
  reply->end = end;
  g_queue_push_tail (&self->replies, reply);

  return reply;
}

static char *
quote (const char *text)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (node, text);

  return enclave_json_to_text (node, FALSE);
}

static void
append_delta (GString *stream, const char *delta, const char *finish)
{
  g_string_append_printf (stream,
                          "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
                          "\"delta\":%s,\"finish_reason\":%s}]}\n\n",
                          delta, finish);
}

static void
append_text (GString *stream, const char *text)
{
  while (*text != '\0')
    {
      const char *end = text;
      g_autofree char *piece = NULL;
      g_autofree char *quoted = NULL;
      g_autofree char *delta = NULL;

      for (guint i = 0; i < PIECE_CHARS && *end != '\0'; i++)
        end = g_utf8_next_char (end);
      piece = g_strndup (text, (gsize) (end - text));
      quoted = quote (piece);
      delta = g_strdup_printf ("{\"content\":%s}", quoted);
      append_delta (stream, delta, "null");
      text = end;
    }
}

static void
append_end (GString *stream, const char *finish, EnclaveFlowEnd end)
{
  if (end == ENCLAVE_FLOW_END_LENGTH)
    finish = "\"length\"";
  if (end != ENCLAVE_FLOW_END_WELL && end != ENCLAVE_FLOW_END_LENGTH)
    return;

  append_delta (stream, "{}", finish);
  g_string_append (stream, "data: [DONE]\n\n");
}

void
enclave_flow_server_add_text (EnclaveFlowServer *self, const char *text, EnclaveFlowEnd end)
{
  g_autoptr (GString) stream = g_string_new (NULL);

  append_delta (stream, "{\"role\":\"assistant\",\"content\":null}", "null");
  append_text (stream, text);
  append_end (stream, "\"stop\"", end);
  add_reply (self, 200, "text/event-stream", stream->str, end);
}

void
enclave_flow_server_add_call (EnclaveFlowServer *self, const char *text, const char *name, const char *arguments,
                              EnclaveFlowEnd end)
{
  g_autoptr (GString) stream = g_string_new (NULL);
  g_autofree char *quoted = quote (arguments);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  append_delta (stream, "{\"role\":\"assistant\",\"content\":null}", "null");
  if (text != NULL)
    append_text (stream, text);
  first = g_strdup_printf ("{\"tool_calls\":[{\"index\":0,\"id\":\"call-%u\",\"type\":\"function\",\"function\":"
                           "{\"name\":\"%s\",\"arguments\":\"\"}}]}",
                           ++self->n_calls, name);
  append_delta (stream, first, "null");
  second = g_strdup_printf ("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":%s}}]}", quoted);
  append_delta (stream, second, "null");
  append_end (stream, "\"tool_calls\"", end);
  add_reply (self, 200, "text/event-stream", stream->str, end);
}

void
enclave_flow_server_add_status (EnclaveFlowServer *self, guint status, const char *type, const char *body)
{
  add_reply (self, status, type, body, ENCLAVE_FLOW_END_WELL);
}

void
enclave_flow_server_add_silence (EnclaveFlowServer *self)
{
  add_reply (self, 0, "", "", ENCLAVE_FLOW_END_NEVER);
}

void
enclave_flow_server_repeat (EnclaveFlowServer *self)
{
  self->repeat = TRUE;
}

guint
enclave_flow_server_get_n_requests (EnclaveFlowServer *self)
{
  return self->bodies->len;
}

const char *
enclave_flow_server_get_request (EnclaveFlowServer *self, guint index)
{
  g_assert_cmpuint (index, <, self->bodies->len);

  return g_ptr_array_index (self->bodies, index);
}

gboolean
enclave_flow_server_was_told (EnclaveFlowServer *self, const char *text)
{
  for (guint i = 0; i < self->bodies->len; i++)
    if (strstr (g_ptr_array_index (self->bodies, i), text) != NULL)
      return TRUE;

  return FALSE;
}
