/* enclave-mcp-http-exchange.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-http-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-mcp-error.h"

#define READ_BYTES 32768
#define WAITING_MAX 64
#define PAUSE_MS 10

struct _EnclaveMcpHttpExchange
{
  GObject parent_instance;

  GCancellable *cancellable;
  EnclaveNetworkReply *reply;
  EnclaveRpcInbox *inbox;
  EnclaveEventParser *parser; /* NULL for a reply that is no stream */
  GString *body;
  gsize body_max;
  guint status;
  guint pause;
  GError *problem;
  gboolean done;
};

enum
{
  HEAD,
  MESSAGE,
  EVENT,
  DONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveMcpHttpExchange, enclave_mcp_http_exchange, G_TYPE_OBJECT)

static void
enclave_mcp_http_exchange_dispose (GObject *object)
{
  EnclaveMcpHttpExchange *self = ENCLAVE_MCP_HTTP_EXCHANGE (object);

  enclave_mcp_http_exchange_stop (self);
  g_clear_pointer (&self->reply, enclave_network_reply_free);
  g_clear_object (&self->inbox);
  G_OBJECT_CLASS (enclave_mcp_http_exchange_parent_class)->dispose (object);
}

static void
enclave_mcp_http_exchange_finalize (GObject *object)
{
  EnclaveMcpHttpExchange *self = ENCLAVE_MCP_HTTP_EXCHANGE (object);

  g_clear_pointer (&self->parser, enclave_event_parser_free);
  g_string_free (self->body, TRUE);
  g_clear_object (&self->cancellable);
  g_clear_error (&self->problem);
  G_OBJECT_CLASS (enclave_mcp_http_exchange_parent_class)->finalize (object);
}

static void
enclave_mcp_http_exchange_class_init (EnclaveMcpHttpExchangeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_mcp_http_exchange_dispose;
  object_class->finalize = enclave_mcp_http_exchange_finalize;

  signals[HEAD] = g_signal_new ("head", ENCLAVE_TYPE_MCP_HTTP_EXCHANGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_POINTER);
  signals[MESSAGE] = g_signal_new ("message", ENCLAVE_TYPE_MCP_HTTP_EXCHANGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                   1, ENCLAVE_TYPE_RPC_MESSAGE);
  signals[EVENT] = g_signal_new ("event", ENCLAVE_TYPE_MCP_HTTP_EXCHANGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                 G_TYPE_STRING, G_TYPE_STRING);
  signals[DONE] = g_signal_new ("done", ENCLAVE_TYPE_MCP_HTTP_EXCHANGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                G_TYPE_ERROR, G_TYPE_UINT);
}

static void
enclave_mcp_http_exchange_init (EnclaveMcpHttpExchange *self)
{
  self->cancellable = g_cancellable_new ();
  self->body = g_string_new (NULL);
}

EnclaveMcpHttpExchange *
enclave_mcp_http_exchange_new (void)
{
  return g_object_new (ENCLAVE_TYPE_MCP_HTTP_EXCHANGE, NULL);
}

void
enclave_mcp_http_exchange_stop (EnclaveMcpHttpExchange *self)
{
  self->done = TRUE;
  g_clear_handle_id (&self->pause, g_source_remove);
  if (self->inbox != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->inbox, self);
      enclave_rpc_inbox_stop (self->inbox);
    }
  g_cancellable_cancel (self->cancellable);
}

static void
finish (EnclaveMcpHttpExchange *self)
{
  g_autoptr (EnclaveMcpHttpExchange) held = g_object_ref (self);

  if (self->done)
    return;
  enclave_mcp_http_exchange_stop (self);
  g_signal_emit (self, signals[DONE], 0, self->problem, self->status);
}

/* @problem: (transfer full) (nullable). What has come is told before. */
static void
end_with (EnclaveMcpHttpExchange *self, GError *problem)
{
  g_clear_error (&self->problem);
  self->problem = problem;
  if (self->inbox != NULL)
    enclave_rpc_inbox_end (self->inbox);
  else
    finish (self);
}

static void
on_message (EnclaveRpcInbox *inbox, EnclaveRpcMessage *message, EnclaveMcpHttpExchange *self)
{
  g_autoptr (EnclaveMcpHttpExchange) held = g_object_ref (self);

  g_signal_emit (self, signals[MESSAGE], 0, message);
}

static void
on_inbox_failed (EnclaveRpcInbox *inbox, const GError *error, EnclaveMcpHttpExchange *self)
{
  g_clear_error (&self->problem);
  self->problem = g_error_new (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL,
                               /* Translators: what is wrong with it */
                               _ ("The server sent what can’t be read: %s"), error->message);
  finish (self);
}

static void
on_inbox_ended (EnclaveRpcInbox *inbox, EnclaveMcpHttpExchange *self)
{
  finish (self);
}

static void
take_events (EnclaveMcpHttpExchange *self, const char *bytes, gsize length)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_event_free);
  gboolean fed = enclave_event_parser_feed (self->parser, bytes, length, events);

  for (guint i = 0; i < events->len && !self->done; i++)
    {
      EnclaveEvent *event = g_ptr_array_index (events, i);

      if (g_str_equal (event->name, "message") && event->data->len > 0)
        enclave_rpc_inbox_push (self->inbox, g_steal_pointer (&event->data));
      else if (!g_str_equal (event->name, "message"))
        g_signal_emit (self, signals[EVENT], 0, event->name, event->data->str);
    }
  if (!fed && !self->done)
    {
      self->problem = g_error_new (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL, _ ("The server sent an event larger than %d MiB"),
                                   ENCLAVE_RPC_MAX_BYTES / (1024 * 1024));
      finish (self);
    }
}

static void read_more (EnclaveMcpHttpExchange *self);

static void
on_body (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpHttpExchange) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (self->done)
    return;
  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    {
      if (self->parser == NULL && self->body->len > 0)
        {
          enclave_rpc_inbox_push (self->inbox, self->body);
          self->body = g_string_new (NULL);
        }
      end_with (self, error != NULL ? g_error_new (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNREACHABLE, _ ("The connection broke: %s"),
                                                   error->message)
                                    : NULL);
      return;
    }
  if (self->parser != NULL)
    take_events (self, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  else if (self->body->len + g_bytes_get_size (bytes) <= self->body_max)
    g_string_append_len (self->body, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  else if (self->status < 400)
    end_with (self, g_error_new (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL, _ ("The server sent a reply larger than %d MiB"),
                                 ENCLAVE_RPC_MAX_BYTES / (1024 * 1024)));
  else
    end_with (self, NULL);
  if (!self->done && self->problem == NULL)
    read_more (self);
}

static gboolean
on_pause_over (gpointer user_data)
{
  EnclaveMcpHttpExchange *self = user_data;

  self->pause = 0;
  read_more (self);
  return G_SOURCE_REMOVE;
}

static void
read_more (EnclaveMcpHttpExchange *self)
{
  if (self->done || self->pause != 0)
    return;
  if (enclave_rpc_inbox_get_n_waiting (self->inbox) > WAITING_MAX)
    self->pause = g_timeout_add (PAUSE_MS, on_pause_over, self);
  else
    g_input_stream_read_bytes_async (self->reply->body, READ_BYTES, G_PRIORITY_DEFAULT_IDLE, self->cancellable, on_body,
                                     g_object_ref (self));
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpHttpExchange) self = user_data;
  g_autoptr (GError) error = NULL;

  self->reply = enclave_network_channel_send_finish (ENCLAVE_NETWORK_CHANNEL (source), result, &error);
  if (self->done)
    return;
  if (self->reply == NULL)
    {
      if (error->domain != ENCLAVE_GATE_ERROR)
        {
          g_autofree char *why = g_strdup (error->message);

          g_clear_error (&error);
          error = g_error_new (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNREACHABLE,
                               /* Translators: an address, then why */
                               _ ("No server answers at %s: %s"), enclave_network_channel_get_uri (ENCLAVE_NETWORK_CHANNEL (source)), why);
        }
      end_with (self, g_steal_pointer (&error));
      return;
    }
  self->status = self->reply->status;
  self->body_max = self->status < 400 ? ENCLAVE_RPC_MAX_BYTES : ENCLAVE_MCP_ERROR_BODY_BYTES;
  if (self->status < 400 && g_str_equal (self->reply->content_type, "text/event-stream"))
    self->parser = enclave_event_parser_new (ENCLAVE_FRAMING_SSE, ENCLAVE_RPC_MAX_BYTES);
  self->inbox = enclave_rpc_inbox_new (ENCLAVE_RPC_FRAMING_NEWLINE, ENCLAVE_RPC_MAX_BYTES);
  g_signal_connect (self->inbox, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->inbox, "failed", G_CALLBACK (on_inbox_failed), self);
  g_signal_connect (self->inbox, "ended", G_CALLBACK (on_inbox_ended), self);
  g_signal_emit (self, signals[HEAD], 0, self->reply);
  read_more (self);
}

void
enclave_mcp_http_exchange_start (EnclaveMcpHttpExchange *self, EnclaveNetworkChannel *channel, const EnclaveNetworkRequest *request)
{
  g_return_if_fail (ENCLAVE_IS_MCP_HTTP_EXCHANGE (self));
  g_return_if_fail (!self->done && self->reply == NULL);

  enclave_network_channel_request_async (channel, request, self->cancellable, on_sent, g_object_ref (self));
}

gboolean
enclave_mcp_http_exchange_is_stream (EnclaveMcpHttpExchange *self)
{
  return self->parser != NULL;
}

const char *
enclave_mcp_http_exchange_get_last_id (EnclaveMcpHttpExchange *self)
{
  return self->parser != NULL ? enclave_event_parser_get_last_id (self->parser) : NULL;
}

gint
enclave_mcp_http_exchange_get_retry (EnclaveMcpHttpExchange *self)
{
  return self->parser != NULL ? enclave_event_parser_get_retry (self->parser) : -1;
}
