/* enclave-mcp-http-transport.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-http-transport.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-error.h"
#include "enclave-mcp-http-private.h"
#include "enclave-mcp-tool.h"
#include "enclave-rpc-error.h"

#define ACCEPT_POST "application/json, text/event-stream"
#define ACCEPT_GET "text/event-stream"
#define SESSION_MAX_BYTES 1024
/* Before a stream is taken up again, when the server does not say. */
#define RETRY_MS 1000
#define RETRY_MAX_MS 30000
/* How long the end of a session is waited for. */
#define GOODBYE_MS 1500

struct _EnclaveMcpHttpTransport
{
  GObject parent_instance;

  EnclaveNetworkChannel *channel;
  char *origin; /* as it was given, without a fingerprint */
  char *path;
  GStrv headers;
  gboolean old;
  char *endpoint; /* old: where messages go */

  char *session;
  char *revision;
  gboolean modern;
  GPtrArray *flights; /* of Flight */
  GTask *starting;    /* old: waits for the endpoint */
  guint goodbye;
  gboolean open;
};

typedef enum
{
  FLIGHT_POST,
  FLIGHT_LISTEN,
  FLIGHT_GOODBYE,
} FlightKind;

/* One message of ours and the streams that it takes until it is answered, or the stream of the server's own. */
typedef struct
{
  EnclaveMcpHttpTransport *transport; /* not owned */
  FlightKind kind;
  gint64 id; /* -1: no answer is waited for */
  gboolean is_first; /* it opens the session */
  EnclaveMcpHttpExchange *exchange;
  GError *refusal; /* an error that came without an id */
  char *last_id;
  guint retry_ms;
  guint n_resumed;
  guint timer;
} Flight;

static void transport_iface_init (EnclaveMcpTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveMcpHttpTransport, enclave_mcp_http_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_MCP_TRANSPORT, transport_iface_init))

static void
flight_drop_exchange (Flight *flight)
{
  if (flight->exchange == NULL)
    return;
  g_signal_handlers_disconnect_by_data (flight->exchange, flight);
  enclave_mcp_http_exchange_stop (flight->exchange);
  g_clear_object (&flight->exchange);
}

static void
flight_free (gpointer data)
{
  Flight *flight = data;

  flight_drop_exchange (flight);
  g_clear_handle_id (&flight->timer, g_source_remove);
  g_clear_error (&flight->refusal);
  g_free (flight->last_id);
  g_free (flight);
}

static void
enclave_mcp_http_transport_dispose (GObject *object)
{
  EnclaveMcpHttpTransport *self = ENCLAVE_MCP_HTTP_TRANSPORT (object);

  g_clear_handle_id (&self->goodbye, g_source_remove);
  g_ptr_array_set_size (self->flights, 0);
  g_clear_object (&self->starting);
  g_clear_object (&self->channel);
  G_OBJECT_CLASS (enclave_mcp_http_transport_parent_class)->dispose (object);
}

static void
enclave_mcp_http_transport_finalize (GObject *object)
{
  EnclaveMcpHttpTransport *self = ENCLAVE_MCP_HTTP_TRANSPORT (object);

  g_ptr_array_unref (self->flights);
  g_free (self->origin);
  g_free (self->path);
  g_strfreev (self->headers);
  g_free (self->endpoint);
  g_free (self->session);
  g_free (self->revision);
  G_OBJECT_CLASS (enclave_mcp_http_transport_parent_class)->finalize (object);
}

static void
enclave_mcp_http_transport_class_init (EnclaveMcpHttpTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_mcp_http_transport_dispose;
  object_class->finalize = enclave_mcp_http_transport_finalize;
}

static void
enclave_mcp_http_transport_init (EnclaveMcpHttpTransport *self)
{
  self->flights = g_ptr_array_new_with_free_func (flight_free);
}

EnclaveMcpHttpTransport *
enclave_mcp_http_transport_new (EnclaveNetworkDoor *door, const char *uri, const char *const *headers, const char *key,
                                gboolean old, const char *name, GError **error)
{
  g_autoptr (EnclaveMcpHttpTransport) self = NULL;
  const char *authority = strstr (uri, "://");
  const char *fragment = strchr (uri, '#');
  const char *path;
  g_autofree char *base = NULL;
  g_autofree char *door_uri = NULL;
  g_autofree char *by = NULL;

  g_return_val_if_fail (ENCLAVE_IS_NETWORK_DOOR (door) && uri != NULL, NULL);

  base = g_strndup (uri, fragment != NULL ? (gsize) (fragment - uri) : strlen (uri));
  path = authority != NULL ? strpbrk (base + (authority + 3 - uri), "/?") : NULL;
  self = g_object_new (ENCLAVE_TYPE_MCP_HTTP_TRANSPORT, NULL);
  self->origin = g_strndup (base, path != NULL ? (gsize) (path - base) : strlen (base));
  self->path = path != NULL ? g_strconcat (*path == '?' ? "/" : "", path, NULL) : g_strdup ("/");
  self->headers = g_strdupv ((char **) headers);
  self->old = old;
  door_uri = g_strconcat (self->origin, fragment, NULL);
  by = name != NULL ? g_strconcat ("MCP server ", name, NULL) : g_strdup ("MCP server");
  self->channel = enclave_network_door_open_for (door, door_uri, key, by, error);
  return self->channel != NULL ? g_steal_pointer (&self) : NULL;
}

static void
add_header (GPtrArray *headers, const char *name, const char *value)
{
  g_ptr_array_add (headers, g_strdup (name));
  g_ptr_array_add (headers, g_strdup (value));
}

/* The heads of the revision 2026-07-28 that repeat what a message says. */
static void
add_mirrors (GPtrArray *headers, JsonObject *message)
{
  const char *method = enclave_json_peek_string (message, "method");
  JsonObject *params = enclave_json_peek_object (message, "params");
  const char *name = NULL;
  g_autofree char *encoded = NULL;

  if (method == NULL)
    return;
  add_header (headers, "Mcp-Method", method);
  if (g_str_equal (method, "tools/call") || g_str_equal (method, "prompts/get"))
    name = enclave_json_peek_string (params, "name");
  else if (g_str_equal (method, "resources/read"))
    name = enclave_json_peek_string (params, "uri");
  if (name == NULL)
    return;
  encoded = enclave_mcp_tool_encode_header (name);
  add_header (headers, "Mcp-Name", encoded);
}

/* Starts what @flight has to say. @message: (nullable). @more: (nullable). */
static void
flight_start (Flight *flight, const char *method, JsonObject *message, const char *const *more)
{
  EnclaveMcpHttpTransport *self = flight->transport;
  g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = message != NULL ? enclave_json_object_to_text (message) : NULL;
  g_autoptr (GBytes) body = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
  EnclaveNetworkRequest request = { .method = method, .body = body };

  for (guint i = 0; self->headers != NULL && self->headers[i] != NULL && self->headers[i + 1] != NULL; i += 2)
    add_header (headers, self->headers[i], self->headers[i + 1]);
  if (self->revision != NULL && !self->old)
    add_header (headers, "MCP-Protocol-Version", self->revision);
  if (self->session != NULL && !self->modern)
    add_header (headers, "Mcp-Session-Id", self->session);
  if (flight->last_id != NULL)
    add_header (headers, "Last-Event-ID", flight->last_id);
  if (self->modern && message != NULL)
    add_mirrors (headers, message);
  for (guint i = 0; self->modern && more != NULL && more[i] != NULL; i++)
    g_ptr_array_add (headers, g_strdup (more[i]));
  g_ptr_array_add (headers, NULL);

  request.path = flight->kind == FLIGHT_POST && self->endpoint != NULL ? self->endpoint : self->path;
  request.accept = body != NULL ? ACCEPT_POST : ACCEPT_GET;
  request.headers = (const char *const *) headers->pdata;
  enclave_mcp_http_exchange_start (flight->exchange, self->channel, &request);
}

static void
emit_failed (EnclaveMcpHttpTransport *self, gint64 id, const GError *error)
{
  if (id >= 0)
    g_signal_emit_by_name (self, "failed", id, error);
}

static void
remove_flight (Flight *flight)
{
  g_ptr_array_remove (flight->transport->flights, flight);
}

static Flight *
find_flight (EnclaveMcpHttpTransport *self, gint64 id)
{
  for (guint i = 0; id >= 0 && i < self->flights->len; i++)
    if (((Flight *) g_ptr_array_index (self->flights, i))->id == id)
      return g_ptr_array_index (self->flights, i);
  return NULL;
}

/* Everything is over. @why: (nullable). */
static void
be_closed (EnclaveMcpHttpTransport *self, const GError *why)
{
  g_autoptr (EnclaveMcpHttpTransport) held = g_object_ref (self);
  g_autoptr (GTask) starting = g_steal_pointer (&self->starting);

  if (!self->open && starting == NULL)
    return;
  self->open = FALSE;
  g_clear_handle_id (&self->goodbye, g_source_remove);
  g_ptr_array_set_size (self->flights, 0);
  g_clear_pointer (&self->session, g_free);
  g_clear_pointer (&self->endpoint, g_free);
  if (starting != NULL)
    g_task_return_error (starting, why != NULL ? g_error_copy (why)
                                               : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The connection is closed")));
  else
    g_signal_emit_by_name (self, "closed", why);
}

static void
on_head (EnclaveMcpHttpExchange *exchange, EnclaveNetworkReply *reply, Flight *flight)
{
  const char *session = g_hash_table_lookup (reply->headers, "mcp-session-id");

  if (flight->is_first && reply->status < 300 && session != NULL && *session != '\0' && strlen (session) <= SESSION_MAX_BYTES)
    {
      g_free (flight->transport->session);
      flight->transport->session = g_strdup (session);
    }
}

static void
on_message (EnclaveMcpHttpExchange *exchange, EnclaveRpcMessage *message, Flight *flight)
{
  g_autoptr (EnclaveMcpHttpTransport) self = g_object_ref (flight->transport);
  Flight *answered;

  if (message->kind == ENCLAVE_RPC_RESPONSE && message->id == NULL)
    {
      g_clear_error (&flight->refusal);
      flight->refusal = g_error_copy (message->error);
      return;
    }
  answered = message->kind == ENCLAVE_RPC_RESPONSE ? find_flight (self, enclave_rpc_message_get_id (message)) : NULL;
  if (answered != NULL)
    remove_flight (answered);
  g_signal_emit_by_name (self, "received", message);
}

static void on_done (EnclaveMcpHttpExchange *exchange, const GError *error, guint status, Flight *flight);
static void on_event (EnclaveMcpHttpExchange *exchange, const char *name, const char *data, Flight *flight);

static void
flight_new_exchange (Flight *flight)
{
  flight_drop_exchange (flight);
  flight->exchange = enclave_mcp_http_exchange_new ();
  g_signal_connect (flight->exchange, "head", G_CALLBACK (on_head), flight);
  g_signal_connect (flight->exchange, "message", G_CALLBACK (on_message), flight);
  g_signal_connect (flight->exchange, "event", G_CALLBACK (on_event), flight);
  g_signal_connect (flight->exchange, "done", G_CALLBACK (on_done), flight);
}

static Flight *
add_flight (EnclaveMcpHttpTransport *self, FlightKind kind, gint64 id)
{
  Flight *flight = g_new0 (Flight, 1);

  flight->transport = self;
  flight->kind = kind;
  flight->id = id;
  flight->retry_ms = RETRY_MS;
  g_ptr_array_add (self->flights, flight);
  flight_new_exchange (flight);
  return flight;
}

static gboolean
on_retry (gpointer user_data)
{
  Flight *flight = user_data;

  flight->timer = 0;
  flight_new_exchange (flight);
  flight_start (flight, "GET", NULL, NULL);
  return G_SOURCE_REMOVE;
}

/* The stream of @flight has ended: it is taken up again after a while. */
static void
flight_resume (Flight *flight)
{
  const char *last_id = enclave_mcp_http_exchange_get_last_id (flight->exchange);
  gint retry_ms = enclave_mcp_http_exchange_get_retry (flight->exchange);

  if (last_id != NULL)
    {
      g_free (flight->last_id);
      flight->last_id = g_strdup (last_id);
    }
  if (retry_ms >= 0)
    flight->retry_ms = (guint) retry_ms;
  else if (flight->n_resumed > 0)
    flight->retry_ms = MIN (2 * flight->retry_ms, RETRY_MAX_MS);
  flight->n_resumed++;
  flight->timer = g_timeout_add (flight->retry_ms, on_retry, flight);
}

static GError *
explain_status (EnclaveMcpHttpTransport *self, guint status)
{
  EnclaveMcpError code = status == 401 || status == 403 ? ENCLAVE_MCP_ERROR_UNAUTHORIZED
                         : status >= 500                ? ENCLAVE_MCP_ERROR_FAILED
                                                        : ENCLAVE_MCP_ERROR_REFUSED;

  if (status == 404 && self->session != NULL)
    return g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server has ended the session"));
  if (code == ENCLAVE_MCP_ERROR_UNAUTHORIZED)
    return g_error_new (ENCLAVE_MCP_ERROR, code,
                        /* Translators: an address, then a number such as 401 */
                        _ ("%s wants to know who asks (HTTP %u): give it a token; signing in with a browser is not supported"),
                        self->origin, status);
  /* Translators: an address, then a number such as 404 */
  return g_error_new (ENCLAVE_MCP_ERROR, code, _ ("%s refused the request (HTTP %u)"), self->origin, status);
}

static void
on_listen_done (Flight *flight, const GError *error, guint status)
{
  EnclaveMcpHttpTransport *self = flight->transport;
  g_autoptr (GError) why = NULL;

  if (self->old)
    {
      why = error != NULL ? g_error_copy (error)
            : status >= 400
              ? explain_status (self, status)
              : g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server has ended the connection"));
      be_closed (self, why);
      return;
    }
  /* A server need not have one; and one that can't be reached any more is told of by the next request. */
  if (status >= 400 || !self->open || flight->n_resumed >= ENCLAVE_MCP_MAX_RESUMES)
    remove_flight (flight);
  else
    flight_resume (flight);
}

static void
on_done (EnclaveMcpHttpExchange *exchange, const GError *error, guint status, Flight *flight)
{
  g_autoptr (EnclaveMcpHttpTransport) self = g_object_ref (flight->transport);
  g_autoptr (GError) why = NULL;
  gint64 id = flight->id;

  if (flight->kind == FLIGHT_LISTEN)
    {
      on_listen_done (flight, error, status);
      return;
    }
  if (flight->kind == FLIGHT_GOODBYE)
    {
      be_closed (self, NULL);
      return;
    }
  if (status < 400 && id >= 0 && !self->modern && enclave_mcp_http_exchange_is_stream (exchange)
      && (flight->last_id != NULL || enclave_mcp_http_exchange_get_last_id (exchange) != NULL)
      && flight->n_resumed < ENCLAVE_MCP_MAX_RESUMES)
    {
      flight_resume (flight);
      return;
    }
  /* The old transport's answers come by its stream. */
  if (self->old && status < 300 && error == NULL)
    return;
  if (flight->refusal != NULL)
    why = g_steal_pointer (&flight->refusal);
  else if (error != NULL)
    why = g_error_copy (error);
  else if (status >= 400)
    why = explain_status (self, status);
  else
    why = g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_FAILED, _ ("The server ended its reply without an answer"));
  remove_flight (flight);
  emit_failed (self, id, why);
}

/* Where an endpoint that a server names is, in this origin. (transfer full) (nullable) */
static char *
resolve_endpoint (EnclaveMcpHttpTransport *self, const char *reference)
{
  g_autofree char *base = g_strconcat (self->origin, self->path, NULL);
  g_autofree char *whole = g_uri_resolve_relative (base, reference, G_URI_FLAGS_ENCODED, NULL);
  gsize length = strlen (self->origin);

  if (whole == NULL || g_ascii_strncasecmp (whole, self->origin, length) != 0 || whole[length] != '/')
    return NULL;
  return g_strdup (whole + length);
}

static void
on_event (EnclaveMcpHttpExchange *exchange, const char *name, const char *data, Flight *flight)
{
  EnclaveMcpHttpTransport *self = flight->transport;
  g_autoptr (GError) error = NULL;

  if (!self->old || !g_str_equal (name, "endpoint") || self->starting == NULL)
    return;
  self->endpoint = resolve_endpoint (self, data);
  if (self->endpoint != NULL)
    {
      g_autoptr (GTask) starting = g_steal_pointer (&self->starting);

      self->open = TRUE;
      g_task_return_boolean (starting, TRUE);
      return;
    }
  error = g_error_new_literal (ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS,
                               _ ("The server sends messages to another address than its own, and that is refused"));
  be_closed (self, error);
}

static void
transport_start_async (EnclaveMcpTransport *transport, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveMcpHttpTransport *self = ENCLAVE_MCP_HTTP_TRANSPORT (transport);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, transport_start_async);
  if (self->old)
    {
      g_set_object (&self->starting, task);
      flight_start (add_flight (self, FLIGHT_LISTEN, -1), "GET", NULL, NULL);
      return;
    }
  self->open = TRUE;
  g_task_return_boolean (task, TRUE);
}

static gboolean
transport_start_finish (EnclaveMcpTransport *transport, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, transport), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
transport_send (EnclaveMcpTransport *transport, JsonObject *message, gint64 request_id, const char *const *headers)
{
  EnclaveMcpHttpTransport *self = ENCLAVE_MCP_HTTP_TRANSPORT (transport);
  Flight *flight;

  if (!self->open)
    return;
  flight = add_flight (self, FLIGHT_POST, request_id);
  flight->is_first = !self->modern && g_strcmp0 (enclave_json_peek_string (message, "method"), "initialize") == 0;
  flight_start (flight, "POST", message, headers);
}

static void
transport_give_up (EnclaveMcpTransport *transport, gint64 request_id)
{
  Flight *flight = find_flight (ENCLAVE_MCP_HTTP_TRANSPORT (transport), request_id);

  if (flight != NULL)
    remove_flight (flight);
}

static void
transport_set_revision (EnclaveMcpTransport *transport, const char *revision, gboolean modern)
{
  EnclaveMcpHttpTransport *self = ENCLAVE_MCP_HTTP_TRANSPORT (transport);

  g_free (self->revision);
  self->revision = g_strdup (revision);
  self->modern = modern;
}

static void
transport_listen (EnclaveMcpTransport *transport)
{
  EnclaveMcpHttpTransport *self = ENCLAVE_MCP_HTTP_TRANSPORT (transport);

  if (self->open && !self->old && !self->modern)
    flight_start (add_flight (self, FLIGHT_LISTEN, -1), "GET", NULL, NULL);
}

static gboolean
on_goodbye (gpointer user_data)
{
  EnclaveMcpHttpTransport *self = user_data;

  self->goodbye = 0;
  be_closed (self, NULL);
  return G_SOURCE_REMOVE;
}

static void
transport_close (EnclaveMcpTransport *transport)
{
  EnclaveMcpHttpTransport *self = ENCLAVE_MCP_HTTP_TRANSPORT (transport);
  gboolean in_session = self->session != NULL && !self->modern && self->open;

  if ((!self->open && self->starting == NULL) || self->goodbye != 0)
    return;
  g_ptr_array_set_size (self->flights, 0);
  self->goodbye = g_timeout_add (in_session ? GOODBYE_MS : 0, on_goodbye, self);
  if (in_session)
    flight_start (add_flight (self, FLIGHT_GOODBYE, -1), "DELETE", NULL, NULL);
}

static void
transport_iface_init (EnclaveMcpTransportInterface *iface)
{
  iface->start_async = transport_start_async;
  iface->start_finish = transport_start_finish;
  iface->send = transport_send;
  iface->give_up = transport_give_up;
  iface->set_revision = transport_set_revision;
  iface->listen = transport_listen;
  iface->close = transport_close;
}
