/* test-network-door.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <string.h>

#include "enclave-egress.h"
#include "enclave-network-door.h"
#include "enclave-network-grant.h"
#include "enclave-settings.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"

typedef struct
{
  SoupServer *server;
  char *uri;
  EnclaveNetworkDoor *door;

  guint n_requests;
  char *last_path;
  char *last_authorization;
  char *last_body;
  guint n_finished;
  guint n_aborted;
} Fixture;

static void
on_finished (SoupServerMessage *message, Fixture *fixture)
{
  fixture->n_finished++;
}

static void
on_disconnected (SoupServerMessage *message, Fixture *fixture)
{
  fixture->n_aborted++;
}

static gboolean
tick (gpointer data)
{
  SoupServerMessage *message = data;

  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC, "data: x\n\n", 9);
  soup_server_message_unpause (message);

  return G_SOURCE_CONTINUE;
}

static void
stop_ticking (gpointer data)
{
  g_source_remove (GPOINTER_TO_UINT (data));
}

static void
handle (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;
  SoupMessageHeaders *request = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *response = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  fixture->n_requests++;
  g_free (fixture->last_path);
  fixture->last_path = g_strdup (path);
  g_free (fixture->last_authorization);
  fixture->last_authorization = g_strdup (soup_message_headers_get_one (request, "Authorization"));
  g_free (fixture->last_body);
  fixture->last_body = g_strndup (body->data != NULL ? body->data : "", body->length);
  g_assert_null (soup_message_headers_get_one (request, "Cookie"));
  g_assert_cmpstr (soup_message_headers_get_one (request, "Accept-Encoding"), ==, "identity");
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), fixture);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_disconnected), fixture);

  soup_server_message_set_status (message, 200, NULL);
  if (g_str_equal (path, "/redirect"))
    soup_server_message_set_redirect (message, 302, "http://127.0.0.1:1/elsewhere");
  else if (g_str_equal (path, "/cookie"))
    soup_message_headers_replace (response, "Set-Cookie", "a=b");
  else if (g_str_equal (path, "/zipped"))
    {
      soup_message_headers_replace (response, "Content-Encoding", "gzip");
      soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "xx", 2);
    }
  else if (g_str_equal (path, "/error"))
    {
      soup_message_headers_replace (response, "Retry-After", "7");
      soup_server_message_set_status (message, 503, NULL);
      soup_server_message_set_response (message, "Application/JSON; charset=utf-8", SOUP_MEMORY_STATIC, "{}", 2);
    }
  else if (g_str_equal (path, "/unauthorized"))
    {
      soup_message_headers_replace (response, "WWW-Authenticate", "Basic realm=\"x\"");
      soup_server_message_set_status (message, 401, NULL);
    }
  else if (g_str_equal (path, "/stream"))
    {
      guint id = g_timeout_add (10, tick, message);

      soup_message_headers_set_encoding (response, SOUP_ENCODING_CHUNKED);
      soup_message_headers_replace (response, "Content-Type", "text/event-stream");
      g_object_set_data_full (G_OBJECT (message), "ticks", GUINT_TO_POINTER (id), stop_ticking);
    }
  else
    {
      soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "hello", 5);
    }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  GSList *uris;

  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, handle, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->uri = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  fixture->door = enclave_network_door_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  soup_server_disconnect (fixture->server);
  g_clear_object (&fixture->server);
  enclave_test_finalize (fixture->door);
  g_free (fixture->uri);
  g_free (fixture->last_path);
  g_free (fixture->last_authorization);
  g_free (fixture->last_body);
}

static EnclaveNetworkChannel *
open_channel (Fixture *fixture, const char *uri, const char *key)
{
  g_autoptr(GError) error = NULL;
  EnclaveNetworkChannel *channel = enclave_network_door_open (fixture->door, uri, key, &error);

  g_assert_no_error (error);

  return channel;
}

static EnclaveNetworkReply *
ask (EnclaveNetworkChannel *channel, const char *method, const char *path, const char *body, GError **error)
{
  g_autoptr(GBytes) bytes = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;
  GAsyncResult *slot = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  enclave_network_channel_send_async (channel, method, path, bytes, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return enclave_network_channel_send_finish (channel, result, error);
}

static char *
read_all (EnclaveNetworkReply *reply)
{
  g_autoptr(GString) text = g_string_new (NULL);

  for (;;)
    {
      GAsyncResult *slot = NULL;
      g_autoptr(GAsyncResult) result = NULL;
      g_autoptr(GError) error = NULL;
      g_autoptr(GBytes) bytes = NULL;

      g_input_stream_read_bytes_async (reply->body, 4096, G_PRIORITY_DEFAULT, NULL, enclave_test_result_callback, &slot);
      result = enclave_test_wait (&slot);
      bytes = g_input_stream_read_bytes_finish (reply->body, result, &error);
      g_assert_no_error (error);
      if (g_bytes_get_size (bytes) == 0)
        break;
      g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_request (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveNetworkChannel) channel = open_channel (fixture, fixture->uri, "sk-test");
  g_autoptr(EnclaveNetworkReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (enclave_network_channel_get_is_local (channel));
  g_assert_cmpstr (enclave_network_channel_get_uri (channel), ==, fixture->uri);
  reply = ask (channel, "POST", "/v1/x?a=b", "{\"n\":1}", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (reply->content_type, ==, "text/plain");
  text = read_all (reply);
  g_assert_cmpstr (text, ==, "hello");
  g_assert_cmpstr (fixture->last_path, ==, "/v1/x");
  g_assert_cmpstr (fixture->last_authorization, ==, "Bearer sk-test");
  g_assert_cmpstr (fixture->last_body, ==, "{\"n\":1}");
  g_assert_cmpuint (enclave_network_channel_get_bytes_sent (channel), >, 50);
  g_assert_cmpuint (enclave_network_channel_get_bytes_received (channel), >, 50);
}

static void
test_status (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveNetworkChannel) channel = open_channel (fixture, fixture->uri, NULL);
  g_autoptr(EnclaveNetworkReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  reply = ask (channel, "GET", "/error", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 503);
  g_assert_cmpstr (reply->content_type, ==, "application/json");
  g_assert_cmpstr (reply->retry_after, ==, "7");
  g_assert_null (fixture->last_authorization);
  g_clear_pointer (&reply, enclave_network_reply_free);

  reply = ask (channel, "GET", "/unauthorized", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 401);
}

static void
test_redirect (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveNetworkChannel) channel = open_channel (fixture, fixture->uri, "sk-test");
  g_autoptr(GError) error = NULL;

  g_assert_null (ask (channel, "GET", "/redirect", NULL, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_clear_error (&error);
  g_assert_cmpuint (fixture->n_requests, ==, 1);
  g_assert_null (ask (channel, "GET", "/zipped", NULL, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_FAILED);
}

static void
test_no_cookies (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveNetworkChannel) channel = open_channel (fixture, fixture->uri, NULL);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(EnclaveNetworkReply) reply = ask (channel, "GET", "/cookie", NULL, &error);

      g_assert_no_error (error);
      g_assert_nonnull (reply);
    }
  g_assert_cmpuint (fixture->n_requests, ==, 3);
}

static void
test_paths (Fixture *fixture, gconstpointer data)
{
  static const char *const paths[] = { "", "x", "@evil/x", "/a b", "/a\r\nX: y", "/a#b", "http://127.0.0.1:1/" };
  g_autoptr(EnclaveNetworkChannel) channel = open_channel (fixture, fixture->uri, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (ask (channel, "GET", paths[i], NULL, &error));
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
    }
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

static void
test_addresses (Fixture *fixture, gconstpointer data)
{
  static const char *const refused[] = {
    "http://example.com:80",      "http://192.168.7.9:80",  "http://10.0.0.1",         "http://0.0.0.0:80",
    "http://[::]:80",             "http://169.254.169.254", "http://[fe80::1]",        "http://224.0.0.1",
    "http://255.255.255.255",     "http://[ff02::1]",       "http://[::ffff:10.0.0.1]", "http://100.100.100.200",
    "http://[fd00:ec2::254]",     "http://127.1:80",        "http://2130706433",       "http://0x7f000001",
    "http://localhost.evil.com",  "http://127.0.0.1.nip.io", "http://user:pw@127.0.0.1", "http://127.0.0.1:80/path",
    "http://127.0.0.1:0",         "http://127.0.0.1:99999", "ftp://127.0.0.1",         "file:///etc/passwd",
    "127.0.0.1:80",               "",                       "http://",                 "unix:relative",
    "http://127.0.0.1?x",         "http://lo\357\275\203alhost", "javascript:alert(1)", "http://[::1%25lo]:80",
  };
  static const char *const accepted[][2] = {
    { "http://127.0.0.1:11434", "http://127.0.0.1:11434" }, { "http://127.0.0.1:11434/", "http://127.0.0.1:11434" },
    { "http://127.8.9.1", "http://127.8.9.1:80" },          { "http://LOCALHOST:1", "http://LOCALHOST:1" },
    { "HTTPS://127.0.0.1", "https://127.0.0.1:443" },       { "http://[::1]:80", "http://[::1]:80" },
    { "http://[::ffff:127.0.0.1]:80", "http://[::ffff:127.0.0.1]:80" },
    { "unix:/run/x.sock", "unix:/run/x.sock" },
  };
  static const char *const networks[] = { "192.168.7.0/24", "169.254.0.0/16", "fd12::/16", NULL };
  static const char *const everything[] = { "10.0.0.0/8", "0.0.0.0/0", NULL };
  static const char *const nonsense[] = { "192.168.7.x", "128.0.0.0/1", "192.168.7.0/24", NULL };
  g_autoptr(EnclaveNetworkChannel) channel = NULL;
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_test_message ("%s", refused[i]);
      g_assert_null (enclave_network_door_open (fixture->door, refused[i], NULL, &error));
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
      g_clear_error (&error);
    }
  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    {
      channel = open_channel (fixture, accepted[i][0], NULL);
      g_assert_cmpstr (enclave_network_channel_get_uri (channel), ==, accepted[i][1]);
      g_assert_true (enclave_network_channel_get_is_local (channel));
      g_clear_object (&channel);
    }

  g_assert_null (enclave_network_door_open (fixture->door, "http://127.0.0.1", "a\r\nX: y", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_clear_error (&error);

  g_assert_true (enclave_network_door_set_allowed (fixture->door, networks, &error));
  g_assert_no_error (error);
  channel = open_channel (fixture, "http://192.168.7.9:80", NULL);
  g_assert_false (enclave_network_channel_get_is_local (channel));
  g_clear_object (&channel);
  channel = open_channel (fixture, "http://[::ffff:192.168.7.9]:80", NULL);
  g_clear_object (&channel);
  g_assert_null (enclave_network_door_open (fixture->door, "http://192.168.8.1", NULL, NULL));
  g_assert_null (enclave_network_door_open (fixture->door, "http://169.254.169.254", NULL, NULL));

  g_assert_false (enclave_network_door_set_allowed (fixture->door, everything, &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_assert_nonnull (strstr (error->message, "0.0.0.0/0"));
  g_clear_error (&error);
  /* one that is none costs no other, wherever it stands, and what was allowed before is not any more */
  channel = open_channel (fixture, "http://10.0.0.1", NULL);
  g_clear_object (&channel);
  g_assert_null (enclave_network_door_open (fixture->door, "http://192.168.7.9:80", NULL, NULL));
  g_assert_null (enclave_network_door_open (fixture->door, "http://8.8.8.8", NULL, NULL));
  g_assert_false (enclave_network_door_set_allowed (fixture->door, nonsense, &error));
  g_assert_nonnull (strstr (error->message, "192.168.7.x"));
  channel = open_channel (fixture, "http://192.168.7.9:80", NULL);
  g_assert_null (enclave_network_door_open (fixture->door, "http://10.0.0.1", NULL, NULL));
}

/* What is wider than one house can have lets the Internet in, in one piece or in few. */
static void
test_wide_networks (void)
{
  static const char *const refused[]
    = { "0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/5", "2.0.0.0/7", "2000::/3", "fc00::/6", "2001::/16", "64:ff9b::/96",
        "64:ff9b::800:0/101", "2002::/16", "::ffff:0:0/96", "::ffff:0:0/97", "house/24", "10.0.0.1/8", "" };
  static const char *const taken[] = { "10.0.0.0/8", "11.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "10.0.0.7/32", "10.0.0.7", "fc00::/7",
                                       "fd12::/16", "2001:db8::/32", "64:ff9b::a00:0/104", "2002:a00::/24" };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", refused[i]);
      g_assert_false (enclave_network_door_check_network (refused[i], &error));
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
      g_assert_nonnull (strstr (error->message, refused[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++)
    {
      g_test_message ("%s", taken[i]);
      g_assert_true (enclave_network_door_check_network (taken[i], NULL));
    }
}

/* The same list, as the grants of commands and enclave-net read it. */
static void
test_grants (void)
{
  static const char *const networks[] = { "0.0.0.0/0", "::/0", "192.168.7.0/24", NULL };
  static const char *const here[] = { "127.0.0.1:5432", "192.168.7.9:80", "localhost:1", NULL };
  static const char *const there[] = { "192.0.2.1:80", "[2001:db8::1]:80", "128.66.0.1:443" };
  g_autoptr (GSettings) settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  g_auto (GStrv) grants = NULL;
  g_autoptr (GError) error = NULL;

  g_settings_set_strv (settings, "allowed-networks", networks);
  grants = enclave_network_grant_parse (here, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (grants), ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (there); i++)
    {
      const char *const words[] = { there[i], NULL };

      g_assert_null (enclave_network_grant_parse (words, &error));
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
      /* What the person wrote to allow it is why it does not. */
      g_assert_nonnull (strstr (error->message, "0.0.0.0/0"));
      g_clear_error (&error);
    }
  g_settings_reset (settings, "allowed-networks");
}

static void
take_report (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(EnclaveEgressReport **) user_data = enclave_egress_report_finish (result, NULL);
}

/* (transfer full) */
static EnclaveEgressReport *
read_ledger (void)
{
  EnclaveEgressReport *report = NULL;

  enclave_egress_report_async (enclave_egress_get_start_us (), take_report, &report);
  while (report == NULL)
    g_main_context_iteration (NULL, TRUE);
  return report;
}

static guint
count_refusals (const EnclaveEgressReport *report, const char *address, const char *by)
{
  guint n = 0;

  for (guint i = 0; i < report->refusals->len; i++)
    {
      const EnclaveEgressRefusal *refusal = g_ptr_array_index (report->refusals, i);

      n += strcmp (refusal->address, address) == 0 && (by == NULL || strcmp (refusal->by, by) == 0) ? refusal->n : 0;
    }
  return n;
}

/* The ledger says who asked, and holds no refusal of what nobody asked for. */
static void
test_askers (void)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveEgressReport) report = NULL;

  g_assert_null (enclave_network_door_open_for (door, "http://192.0.2.7:1", NULL, "MCP server one", NULL));
  g_assert_null (enclave_network_door_open (door, "http://192.0.2.8:1", NULL, NULL));
  g_assert_false (enclave_network_door_check (door, "http://192.0.2.9:1", NULL, NULL));
  g_assert_true (enclave_network_door_check (door, "http://127.0.0.1:1", "key", NULL));
  g_assert_false (enclave_network_door_check (door, "http://127.0.0.1:1", "k\n", NULL));
  report = read_ledger ();
  g_assert_cmpuint (count_refusals (report, "http://192.0.2.7:1", "MCP server one"), ==, 1);
  g_assert_cmpuint (count_refusals (report, "http://192.0.2.7:1", NULL), ==, 1);
  g_assert_cmpuint (count_refusals (report, "http://192.0.2.8:1", "model server"), ==, 1);
  g_assert_cmpuint (count_refusals (report, "http://192.0.2.9:1", NULL), ==, 0);
}

/* What is only counted is written at the end, and what is open is written once. */
static void
test_flush (Fixture *fixture, gconstpointer data)
{
  EnclaveNetworkChannel *channel = open_channel (fixture, fixture->uri, NULL);
  g_autoptr (EnclaveEgressReport) report = NULL;
  guint64 sent;
  guint n = 0;

  for (guint i = 0; i < 5; i++)
    g_assert_null (enclave_network_door_open_for (fixture->door, "http://192.0.2.10:1", NULL, "test", NULL));
  {
    g_autoptr (EnclaveNetworkReply) reply = ask (channel, "GET", "/v1/models", NULL, NULL);
    g_autofree char *text = read_all (reply);

    g_assert_cmpuint (strlen (text), >, 0);
  }
  sent = enclave_network_channel_get_bytes_sent (channel);
  g_assert_cmpuint (sent, >, 0);
  enclave_egress_flush ();
  enclave_egress_flush ();
  g_object_unref (channel);
  report = read_ledger ();
  g_assert_cmpuint (count_refusals (report, "http://192.0.2.10:1", "test"), ==, 5);
  for (guint i = 0; i < report->sums->len; i++)
    {
      const EnclaveEgressSum *sum = g_ptr_array_index (report->sums, i);

      if (strcmp (sum->address, fixture->uri) != 0)
        continue;
      n++;
      g_assert_cmpuint (sum->sent, ==, sent);
    }
  g_assert_cmpuint (n, ==, 1);
}

/* The environment names a proxy that would swallow everything. */
static void
test_proxy_ignored (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveNetworkChannel) channel = NULL;
  g_autoptr(EnclaveNetworkReply) reply = NULL;
  g_autoptr(GError) error = NULL;

  channel = open_channel (fixture, fixture->uri, NULL);
  reply = ask (channel, "GET", "/", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpuint (fixture->n_requests, ==, 1);
}

static void
test_localhost (Fixture *fixture, gconstpointer data)
{
  g_autofree char *uri = g_strdup_printf ("http://localhost%s", strrchr (fixture->uri, ':'));
  g_autoptr(EnclaveNetworkChannel) channel = open_channel (fixture, uri, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(EnclaveNetworkReply) reply = ask (channel, "GET", "/", NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (reply->status, ==, 200);
}

static void
test_unix (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveTestProject) project = enclave_test_project_new ();
  g_autofree char *path = enclave_test_project_path (project, "server.sock");
  g_autofree char *uri = g_strconcat ("unix:", path, NULL);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr(EnclaveNetworkChannel) channel = open_channel (fixture, uri, NULL);
  g_autoptr(EnclaveNetworkReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  /* Nobody listens yet. */
  g_assert_null (ask (channel, "GET", "/", NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  soup_server_listen (fixture->server, address, 0, &error);
  g_assert_no_error (error);
  reply = ask (channel, "GET", "/", NULL, &error);
  g_assert_no_error (error);
  text = read_all (reply);
  g_assert_cmpstr (text, ==, "hello");
  g_assert_true (enclave_network_channel_get_is_local (channel));
}

static GBytes *
read_piece (EnclaveNetworkReply *reply)
{
  GAsyncResult *slot = NULL;
  g_autoptr(GAsyncResult) result = NULL;

  g_input_stream_read_bytes_async (reply->body, 4096, G_PRIORITY_DEFAULT, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);

  return g_input_stream_read_bytes_finish (reply->body, result, NULL);
}

static void
wait_for_end (Fixture *fixture)
{
  gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  while (fixture->n_finished + fixture->n_aborted == 0 && g_get_monotonic_time () < end)
    enclave_test_spin (10);
  g_assert_cmpuint (fixture->n_finished + fixture->n_aborted, >, 0);
}

/* A server stops working when the connection goes: freeing or closing the reply must end it. */
static void
test_close_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveNetworkChannel) channel = open_channel (fixture, fixture->uri, NULL);
  g_autoptr(EnclaveNetworkReply) reply = NULL;
  g_autoptr(GBytes) piece = NULL;
  g_autoptr(GError) error = NULL;
  guint64 received;

  reply = ask (channel, "POST", "/stream", "{}", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (reply->content_type, ==, "text/event-stream");
  piece = read_piece (reply);
  g_assert_cmpuint (g_bytes_get_size (piece), >, 0);
  received = enclave_network_channel_get_bytes_received (channel);
  g_assert_cmpuint (received, >, 0);
  enclave_test_spin (30);
  g_assert_cmpuint (fixture->n_finished + fixture->n_aborted, ==, 0);
  g_clear_pointer (&reply, enclave_network_reply_free);
  wait_for_end (fixture);
}

static void
test_cancel_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveNetworkChannel) channel = open_channel (fixture, fixture->uri, NULL);
  g_autoptr(EnclaveNetworkReply) reply = NULL;
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GBytes) piece = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  GAsyncResult *slot = NULL;

  reply = ask (channel, "POST", "/stream", "{}", &error);
  g_assert_no_error (error);
  piece = read_piece (reply);
  g_input_stream_skip_async (reply->body, 1024 * 1024, G_PRIORITY_DEFAULT, cancellable, enclave_test_result_callback,
                             &slot);
  g_cancellable_cancel (cancellable);
  result = enclave_test_wait (&slot);
  g_clear_pointer (&reply, enclave_network_reply_free);
  wait_for_end (fixture);
}

static void
test_many_at_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr(EnclaveNetworkChannel) channel = open_channel (fixture, fixture->uri, NULL);
  g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_network_reply_free);

  for (guint i = 0; i < 6; i++)
    {
      g_autoptr(GError) error = NULL;

      g_ptr_array_add (replies, ask (channel, "GET", "/stream", NULL, &error));
      g_assert_no_error (error);
    }
}

static void
test_channel_goes_first (Fixture *fixture, gconstpointer data)
{
  EnclaveNetworkChannel *channel = open_channel (fixture, fixture->uri, NULL);
  g_autoptr(EnclaveNetworkReply) reply = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;

  reply = ask (channel, "GET", "/", NULL, &error);
  g_assert_no_error (error);
  g_object_unref (channel);
  text = read_all (reply);
  g_assert_cmpstr (text, ==, "hello");
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*function) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/network-door/request", test_request },
    { "/network-door/status", test_status },
    { "/network-door/redirect", test_redirect },
    { "/network-door/no-cookies", test_no_cookies },
    { "/network-door/paths", test_paths },
    { "/network-door/addresses", test_addresses },
    { "/network-door/proxy-ignored", test_proxy_ignored },
    { "/network-door/localhost", test_localhost },
    { "/network-door/unix", test_unix },
    { "/network-door/flush", test_flush },
    { "/network-door/close-ends", test_close_ends },
    { "/network-door/cancel-ends", test_cancel_ends },
    { "/network-door/many-at-once", test_many_at_once },
    { "/network-door/channel-goes-first", test_channel_goes_first },
  };

  enclave_test_isolate ();
  g_setenv ("http_proxy", "http://127.0.0.1:1", TRUE);
  g_setenv ("HTTP_PROXY", "http://127.0.0.1:1", TRUE);
  g_setenv ("all_proxy", "http://127.0.0.1:1", TRUE);
  g_unsetenv ("no_proxy");
  g_unsetenv ("NO_PROXY");
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/network-door/wide-networks", test_wide_networks);
  g_test_add_func ("/network-door/grants", test_grants);
  g_test_add_func ("/network-door/askers", test_askers);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].function, tear_down);

  return g_test_run ();
}
