/* enclave-network-channel.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <string.h>

#include "enclave-network-channel.h"

#include "enclave-egress.h"
#include "enclave-net-client.h"

/* A model server is asked for several things at once: a stream, its list of models, the state of its slots. */
#define MAX_CONNECTIONS 16
#define IDLE_TIMEOUT_S 60

struct _EnclaveNetworkChannel
{
  GObject parent_instance;

  SoupSession *session;
  GSocketConnectable *target; /* what was judged */
  GSocketConnectable *way;    /* (nullable): the way there through enclave-net, which keeps the ledger then */
  char *user;
  guint64 number;             /* in the ledger; 0: not connected yet */
  char *origin;
  char *uri;
  char *authorization;
  char *pin;
  gboolean is_local;
  GPtrArray *active;
  guint64 sent;
  guint64 received;
};

G_DEFINE_FINAL_TYPE (EnclaveNetworkChannel, enclave_network_channel, G_TYPE_OBJECT)

static EnclaveEgressConnection
describe (EnclaveNetworkChannel *self)
{
  return (EnclaveEgressConnection) { .address = self->uri, .by = self->user, .mode = ENCLAVE_EGRESS_DIRECT,
                                     .is_local = self->is_local, .number = self->number };
}

static void
enclave_network_channel_dispose (GObject *object)
{
  EnclaveNetworkChannel *self = ENCLAVE_NETWORK_CHANNEL (object);

  for (guint i = 0; i < self->active->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->active, i), self);
  if (self->number != 0)
    {
      const EnclaveEgressConnection ended = describe (self);

      enclave_egress_note_closed (&ended, enclave_network_channel_get_bytes_sent (self),
                                  enclave_network_channel_get_bytes_received (self));
      self->number = 0;
    }
  g_ptr_array_set_size (self->active, 0);
  if (self->session != NULL)
    soup_session_abort (self->session);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (enclave_network_channel_parent_class)->dispose (object);
}

static void
enclave_network_channel_finalize (GObject *object)
{
  EnclaveNetworkChannel *self = ENCLAVE_NETWORK_CHANNEL (object);

  g_clear_pointer (&self->active, g_ptr_array_unref);
  g_clear_object (&self->target);
  g_clear_object (&self->way);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->authorization, g_free);
  g_clear_pointer (&self->pin, g_free);

  G_OBJECT_CLASS (enclave_network_channel_parent_class)->finalize (object);
}

static void
enclave_network_channel_class_init (EnclaveNetworkChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_network_channel_dispose;
  object_class->finalize = enclave_network_channel_finalize;
}

static void
enclave_network_channel_init (EnclaveNetworkChannel *self)
{
  self->active = g_ptr_array_new_with_free_func (g_object_unref);
}

EnclaveNetworkChannel *
enclave_network_channel_new (const EnclaveNetworkTarget *target, const char *key, const char *by)
{
  EnclaveNetworkChannel *self = g_object_new (ENCLAVE_TYPE_NETWORK_CHANNEL, NULL);

  self->origin = g_strdup (target->origin);
  self->uri = g_strdup (target->uri);
  self->is_local = target->is_local;
  self->user = g_strdup (by);
  self->target = g_object_ref (target->connectable);
  /* A socket of the file system is this process's own to open, sealed or not. */
  if (enclave_net_client_is_used () && !G_IS_UNIX_SOCKET_ADDRESS (target->connectable))
    self->way = enclave_net_connectable_new (target->origin, self->user);
  if (key != NULL)
    self->authorization = g_strconcat ("Bearer ", key, NULL);

  /* The connectable is the only place a connection can go, whatever the URI of a message says; a proxy from the
   * environment would otherwise be used even for this machine. */
  self->session = soup_session_new_with_options ("remote-connectable", self->way != NULL ? self->way : self->target,
                                                 "proxy-resolver", NULL,
                                                 "max-conns", MAX_CONNECTIONS,
                                                 "max-conns-per-host", MAX_CONNECTIONS,
                                                 "timeout", 0,
                                                 "idle-timeout", IDLE_TIMEOUT_S,
                                                 NULL);
  self->pin = g_strdup (target->pin);
  /* Without a database no certificate is good by itself, and each one is asked about. */
  if (self->pin != NULL)
    soup_session_set_tls_database (self->session, NULL);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_COOKIE_JAR);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_CACHE);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_HSTS_ENFORCER);
  soup_session_remove_feature_by_type (self->session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);

  return self;
}

/**
 * enclave_network_channel_get_is_local:
 *
 * Returns: %TRUE when the channel can't leave this machine
 */
gboolean
enclave_network_channel_get_is_local (EnclaveNetworkChannel *self)
{
  g_return_val_if_fail (ENCLAVE_IS_NETWORK_CHANNEL (self), FALSE);

  return self->is_local;
}

/**
 * enclave_network_channel_get_uri:
 *
 * Returns: the address, without key; borrowed
 */
const char *
enclave_network_channel_get_uri (EnclaveNetworkChannel *self)
{
  g_return_val_if_fail (ENCLAVE_IS_NETWORK_CHANNEL (self), NULL);

  return self->uri;
}

static void
message_bytes (SoupMessage *message, guint64 *sent, guint64 *received)
{
  SoupMessageMetrics *metrics = soup_message_get_metrics (message);

  if (metrics == NULL)
    return;
  *sent += soup_message_metrics_get_request_header_bytes_sent (metrics)
           + soup_message_metrics_get_request_body_bytes_sent (metrics);
  *received += soup_message_metrics_get_response_header_bytes_received (metrics)
               + soup_message_metrics_get_response_body_bytes_received (metrics);
}

/**
 * enclave_network_channel_get_bytes_sent:
 *
 * Returns: bytes of requests so far, heads included
 */
guint64
enclave_network_channel_get_bytes_sent (EnclaveNetworkChannel *self)
{
  guint64 sent, received = 0;

  g_return_val_if_fail (ENCLAVE_IS_NETWORK_CHANNEL (self), 0);

  sent = self->sent;
  for (guint i = 0; i < self->active->len; i++)
    message_bytes (g_ptr_array_index (self->active, i), &sent, &received);

  return sent;
}

/**
 * enclave_network_channel_get_bytes_received:
 *
 * Returns: bytes of replies so far, heads included
 */
guint64
enclave_network_channel_get_bytes_received (EnclaveNetworkChannel *self)
{
  guint64 sent = 0, received;

  g_return_val_if_fail (ENCLAVE_IS_NETWORK_CHANNEL (self), 0);

  received = self->received;
  for (guint i = 0; i < self->active->len; i++)
    message_bytes (g_ptr_array_index (self->active, i), &sent, &received);

  return received;
}

static void
on_finished (SoupMessage *message, EnclaveNetworkChannel *self)
{
  message_bytes (message, &self->sent, &self->received);
  g_signal_handlers_disconnect_by_data (message, self);
  g_ptr_array_remove_fast (self->active, message);
}

/**
 * enclave_network_reply_free:
 * @reply: (nullable): a reply
 *
 * Frees it. A body that is not read to its end is closed, which ends the connection.
 */
void
enclave_network_reply_free (EnclaveNetworkReply *reply)
{
  if (reply == NULL)
    return;
  if (reply->body != NULL && !g_input_stream_is_closed (reply->body) && !g_input_stream_has_pending (reply->body))
    g_input_stream_close (reply->body, NULL, NULL);
  g_clear_object (&reply->body);
  g_free (reply->content_type);
  g_free (reply->retry_after);
  g_clear_pointer (&reply->headers, g_hash_table_unref);
  g_free (reply);
}

/* SHA-256 of its DER form. (transfer full) */
static char *
fingerprint (GTlsCertificate *certificate)
{
  g_autoptr(GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);

  return der != NULL ? g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len) : g_strdup ("");
}

static gboolean
on_accept_certificate (SoupMessage *message, GTlsCertificate *certificate, GTlsCertificateFlags errors,
                       EnclaveNetworkChannel *self)
{
  g_autofree char *shown = fingerprint (certificate);

  return self->pin != NULL && g_str_equal (shown, self->pin);
}

/* What a person needs to know to decide about the certificate. */
static GError *
explain_certificate (EnclaveNetworkChannel *self, SoupMessage *message, const GError *error)
{
  GTlsCertificate *certificate = soup_message_get_tls_peer_certificate (message);
  g_autofree char *shown = certificate != NULL ? fingerprint (certificate) : NULL;

  if (error->domain != G_TLS_ERROR || shown == NULL)
    return g_error_copy (error);
  if (self->pin != NULL)
    return enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                   N_("Asking %s: the server shows another certificate, #sha256=%s"), self->uri, shown);

  return enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                 N_("Asking %s: nobody this machine trusts has signed the server’s certificate; if the server "
                                    "itself tells the same fingerprint, put #sha256=%s behind the address"),
                                 self->uri, shown);
}

static gboolean
check_reply (EnclaveNetworkChannel *self, SoupMessage *message, GError **error)
{
  const char *encoding = soup_message_headers_get_one (soup_message_get_response_headers (message), "Content-Encoding");
  const char *location = soup_message_headers_get_one (soup_message_get_response_headers (message), "Location");
  guint status = soup_message_get_status (message);

  if (status >= 300 && status < 400)
    {
      EnclaveEgressConnection asked = describe (self);

      /* It asked for another address, and got none. */
      asked.number = enclave_egress_new_number ();
      asked.address = location != NULL ? location : "redirect";
      enclave_egress_note_refused (&asked, _("redirects are refused"));
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                                        N_("Asking %s: the server answers with a redirect, and redirects "
                                                           "are refused"),
                                                        self->uri));
      return FALSE;
    }
  if (encoding != NULL && g_ascii_strcasecmp (encoding, "identity") != 0)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL,
                                                        N_("Asking %s: the server compresses its answer although it was "
                                                           "not asked to"),
                                                        self->uri));
      return FALSE;
    }

  return TRUE;
}

static void
measure (gpointer source, guint64 *sent, guint64 *received)
{
  *sent = enclave_network_channel_get_bytes_sent (source);
  *received = enclave_network_channel_get_bytes_received (source);
}

/* What enclave-net connects is in its own part of the ledger. */
static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *connection, EnclaveNetworkChannel *self)
{
  /* The way by enclave-net does not say where it leads: whose certificate it has to be is what was judged. */
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && self->way != NULL && G_IS_TLS_CLIENT_CONNECTION (connection))
    g_tls_client_connection_set_server_identity (G_TLS_CLIENT_CONNECTION (connection), self->target);
  if (event != G_SOCKET_CLIENT_CONNECTED || self->number != 0 || self->way != NULL)
    return;
  self->number = enclave_egress_new_number ();
  {
    const EnclaveEgressConnection opened = describe (self);

    enclave_egress_note_opened (&opened, measure, self);
  }
}

static void
note_failure (EnclaveNetworkChannel *self, const GError *error)
{
  EnclaveEgressConnection failed = describe (self);

  if (self->way != NULL || self->number != 0 || error->domain != G_IO_ERROR
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  failed.number = enclave_egress_new_number ();
  enclave_egress_note_failed (&failed, error->message);
}

static void
keep_header (const char *name, const char *value, gpointer user_data)
{
  g_hash_table_insert (user_data, g_ascii_strdown (name, -1), g_strdup (value));
}

static void
on_sent (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  EnclaveNetworkChannel *self = g_task_get_source_object (task);
  SoupMessage *message = g_task_get_task_data (task);
  SoupMessageHeaders *headers;
  g_autoptr(GInputStream) body = NULL;
  g_autoptr(GError) error = NULL;
  EnclaveNetworkReply *reply;
  const char *type;

  body = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  if (body == NULL)
    {
      note_failure (self, error);
      g_task_return_error (task, explain_certificate (self, message, error));
      return;
    }
  if (!check_reply (self, message, &error))
    {
      g_input_stream_close (body, NULL, NULL);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  headers = soup_message_get_response_headers (message);
  type = soup_message_headers_get_content_type (headers, NULL);
  reply = g_new0 (EnclaveNetworkReply, 1);
  reply->status = soup_message_get_status (message);
  reply->content_type = g_ascii_strdown (type != NULL ? type : "", -1);
  reply->retry_after = g_strdup (soup_message_headers_get_one (headers, "Retry-After"));
  reply->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  soup_message_headers_foreach (headers, keep_header, reply->headers);
  /* Whoever still reads the body keeps the connection's owner. */
  g_object_set_data_full (G_OBJECT (body), "enclave-channel", g_object_ref (self), g_object_unref);
  reply->body = g_steal_pointer (&body);
  g_task_return_pointer (task, reply, (GDestroyNotify) enclave_network_reply_free);
}

static gboolean
is_request_path (const char *path)
{
  if (path[0] != '/')
    return FALSE;
  for (const guchar *c = (const guchar *) path; *c != '\0'; c++)
    {
      if (*c <= 0x20 || *c >= 0x7f || *c == '#')
        return FALSE;
    }

  return TRUE;
}

static SoupMessage *
new_message (EnclaveNetworkChannel *self, const char *method, const char *path)
{
  g_autofree char *text = g_strconcat (self->origin, path, NULL);
  g_autoptr(GUri) uri = is_request_path (path) ? g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL) : NULL;
  SoupMessageHeaders *headers;
  SoupMessage *message;

  if (uri == NULL)
    return NULL;
  message = soup_message_new_from_uri (method, uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_COLLECT_METRICS
                                     | SOUP_MESSAGE_DO_NOT_USE_AUTH_CACHE);
  headers = soup_message_get_request_headers (message);
  soup_message_headers_replace (headers, "Accept", "application/json, text/event-stream, application/x-ndjson, */*;q=0.5");
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");
  if (self->authorization != NULL)
    soup_message_headers_replace (headers, "Authorization", self->authorization);

  return message;
}

/* @message: (transfer full) (nullable): NULL for a path that is none. @task: (transfer full). */
static void
send_message (EnclaveNetworkChannel *self, SoupMessage *message, GTask *task)
{
  g_autoptr(GTask) owned = task;

  if (message == NULL)
    {
      g_task_return_error (task, enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                                         N_("Asking %s: this is no path of a request"), self->uri));
      return;
    }

  g_task_set_task_data (task, message, g_object_unref);
  g_ptr_array_add (self->active, g_object_ref (message));
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), self);
  g_signal_connect_object (message, "network-event", G_CALLBACK (on_network_event), self, 0);
  g_signal_connect_object (message, "accept-certificate", G_CALLBACK (on_accept_certificate), self, 0);
  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), on_sent,
                           g_steal_pointer (&owned));
}

/**
 * enclave_network_channel_send_async:
 * @method: "GET", "POST", …
 * @path: from `/`, with its query
 * @body: (nullable): JSON
 *
 * Sends one request. Errors: %ENCLAVE_GATE_ERROR_ADDRESS for a redirect or a path that is none, %G_IO_ERROR and
 * %SOUP_SESSION_ERROR for the connection.
 */
void
enclave_network_channel_send_async (EnclaveNetworkChannel *self, const char *method, const char *path, GBytes *body,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  SoupMessage *message;

  g_return_if_fail (ENCLAVE_IS_NETWORK_CHANNEL (self));
  g_return_if_fail (method != NULL && path != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_network_channel_send_async);
  message = new_message (self, method, path);
  if (message != NULL && body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", body);
  send_message (self, message, g_steal_pointer (&task));
}

/* Printable ASCII, and tabs within. */
static gboolean
is_header_value (const char *value)
{
  for (const guchar *c = (const guchar *) value; *c != '\0'; c++)
    if ((*c < 0x20 && *c != '\t') || *c >= 0x7f)
      return FALSE;
  return TRUE;
}

static gboolean
may_set_header (EnclaveNetworkChannel *self, const char *name)
{
  static const char *const ours[] = { "Host", "Content-Length", "Transfer-Encoding", "Connection", "Upgrade", "Expect", "TE", "Trailer",
                                      "Proxy-Authorization", "Accept-Encoding", "Cookie" };

  if (*name == '\0' || (self->authorization != NULL && g_ascii_strcasecmp (name, "Authorization") == 0))
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("!#$%&'*+-.^_`|~", *c) == NULL)
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    if (g_ascii_strcasecmp (name, ours[i]) == 0)
      return FALSE;
  return TRUE;
}

static gboolean
set_headers (EnclaveNetworkChannel *self, SoupMessage *message, const EnclaveNetworkRequest *request, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);
  const char *const *all = request->headers;

  if (request->accept != NULL)
    soup_message_headers_replace (headers, "Accept", request->accept);
  for (guint i = 0; all != NULL && all[i] != NULL && all[i + 1] != NULL; i += 2)
    {
      if (!may_set_header (self, all[i]) || !is_header_value (all[i + 1]))
        {
          g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                                            /* Translators: an address, then the name of a header */
                                                            _("Asking %s: the header “%s” can’t be sent"), self->uri, all[i]));
          return FALSE;
        }
      soup_message_headers_replace (headers, all[i], all[i + 1]);
    }
  return TRUE;
}

/**
 * enclave_network_channel_request_async:
 * @request: what to send; copied
 *
 * As enclave_network_channel_send_async(), with heads of the caller's.
 */
void
enclave_network_channel_request_async (EnclaveNetworkChannel *self, const EnclaveNetworkRequest *request,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  g_autoptr(SoupMessage) message = NULL;
  GError *error = NULL;

  g_return_if_fail (ENCLAVE_IS_NETWORK_CHANNEL (self));
  g_return_if_fail (request != NULL && request->method != NULL && request->path != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_network_channel_send_async);
  message = new_message (self, request->method, request->path);
  if (message != NULL && request->body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", request->body);
  if (message != NULL && !set_headers (self, message, request, &error))
    g_task_return_error (task, error);
  else
    send_message (self, g_steal_pointer (&message), g_steal_pointer (&task));
}

void
enclave_network_channel_send_body_async (EnclaveNetworkChannel *self, const char *method, const char *path,
                                         GInputStream *body, goffset length, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = NULL;
  SoupMessage *message;

  g_return_if_fail (ENCLAVE_IS_NETWORK_CHANNEL (self));
  g_return_if_fail (G_IS_INPUT_STREAM (body) && length >= 0);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_network_channel_send_async);
  message = new_message (self, method, path);
  if (message != NULL)
    soup_message_set_request_body (message, "application/octet-stream", body, length);
  send_message (self, message, g_steal_pointer (&task));
}

/**
 * enclave_network_channel_send_finish:
 *
 * Returns: (transfer full): the reply's head with its body to be read, or %NULL with @error
 */
EnclaveNetworkReply *
enclave_network_channel_send_finish (EnclaveNetworkChannel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
