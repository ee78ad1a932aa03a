/* test-network-tls.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "enclave-network-door.h"
#include "enclave-test-project.h"

/* Certificates: nobody's, the pinned one, another one. */

typedef struct
{
  SoupServer *server;
  char *origin;
  char *pin;       /* of the server's certificate */
  char *other_pin;
  guint n_requests;
} Fixture;

static GTlsCertificate *
load (const char *name, char **pin)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "fixtures", "tls", name, NULL);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate = g_tls_certificate_new_from_file (path, &error);
  g_autoptr (GByteArray) der = NULL;

  g_assert_no_error (error);
  g_object_get (certificate, "certificate", &der, NULL);
  *pin = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  return certificate;
}

static void
handle (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  ((Fixture *) user_data)->n_requests++;
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, "{}", 2);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate = load ("server.pem", &fixture->pin);
  g_autoptr (GTlsCertificate) other = load ("other.pem", &fixture->other_pin);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fixture->server = soup_server_new ("tls-certificate", certificate, NULL);
  soup_server_add_handler (fixture->server, NULL, handle, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | SOUP_SERVER_LISTEN_HTTPS, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->origin = g_strdup_printf ("https://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  soup_server_disconnect (fixture->server);
  g_clear_object (&fixture->server);
  g_free (fixture->origin);
  g_free (fixture->pin);
  g_free (fixture->other_pin);
}

/* @fragment: behind the address. */
static void
ask (Fixture *fixture, const char *fragment, GError **error)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autofree char *uri = g_strconcat (fixture->origin, fragment, NULL);
  g_autoptr (EnclaveNetworkChannel) channel = enclave_network_door_open (door, uri, "key", error);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveNetworkReply) reply = NULL;

  if (channel == NULL)
    return;
  enclave_network_channel_send_async (channel, "GET", "/", NULL, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  reply = enclave_network_channel_send_finish (channel, result, error);
  if (reply != NULL)
    g_assert_cmpuint (reply->status, ==, 200);
}

/* Signed by nobody: refused before a byte of the request goes out, and the fingerprint is told. */
static void
test_unknown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ask (fixture, "", &error);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_assert_nonnull (strstr (error->message, fixture->pin));
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

static void
test_pinned (Fixture *fixture, gconstpointer data)
{
  g_autofree char *upper = g_ascii_strup (fixture->pin, -1);
  g_autoptr (GString) pairs = g_string_new ("#sha256=");
  g_autofree char *plain = g_strconcat ("#sha256=", fixture->pin, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 64; i += 2)
    g_string_append_printf (pairs, "%s%.2s", i > 0 ? ":" : "", upper + i);
  ask (fixture, plain, &error);
  g_assert_no_error (error);
  ask (fixture, pairs->str, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->n_requests, ==, 2);
}

static void
test_another (Fixture *fixture, gconstpointer data)
{
  g_autofree char *fragment = g_strconcat ("#sha256=", fixture->other_pin, NULL);
  g_autoptr (GError) error = NULL;

  ask (fixture, fragment, &error);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_assert_nonnull (strstr (error->message, fixture->pin));
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

static void
test_malformed (Fixture *fixture, gconstpointer data)
{
  static const char *const fragments[]
    = { "#", "#x", "#sha256=", "#sha256=00", "#sha1=0000000000000000000000000000000000000000",
        "#sha256=zz00000000000000000000000000000000000000000000000000000000000000",
        "#sha256=:000000000000000000000000000000000000000000000000000000000000000",
        "#sha256=000000000000000000000000000000000000000000000000000000000000000000" };
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();

  for (guint i = 0; i < G_N_ELEMENTS (fragments); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", fragments[i]);
      ask (fixture, fragments[i], &error);
      g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
    }
  g_assert_cmpuint (fixture->n_requests, ==, 0);
  /* There is no certificate on a plain connection. */
  g_assert_null (enclave_network_door_open (
    door, "http://127.0.0.1:1#sha256=0000000000000000000000000000000000000000000000000000000000000000", NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
#define ADD(name, function) g_test_add ("/network-tls/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("unknown", test_unknown);
  ADD ("pinned", test_pinned);
  ADD ("another", test_another);
  ADD ("malformed", test_malformed);
#undef ADD
  return g_test_run ();
}
