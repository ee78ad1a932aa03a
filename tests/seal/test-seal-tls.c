/* test-seal-tls.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "enclave-gate-error.h"
#include "enclave-network-door.h"
#include "enclave-spawner.h"
#include "seal-fixture.h"

/* Encrypted connections by way of enclave-net, which sees none of what is in them: the certificate is judged in the window. */

/* Prints its port, then answers over TLS with the certificate of its first word. */
#define SERVER \
  "import http.server, ssl, sys\n" \
  "class Handler(http.server.BaseHTTPRequestHandler):\n" \
  "    def do_GET(self):\n" \
  "        self.send_response(200)\n" \
  "        self.send_header('Content-Length', '5')\n" \
  "        self.end_headers()\n" \
  "        self.wfile.write(b'hello')\n" \
  "    def log_message(self, *unused): pass\n" \
  "server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)\n" \
  "context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n" \
  "context.load_cert_chain(sys.argv[1])\n" \
  "server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)\n" \
  "print(server.server_port, flush=True)\n" \
  "server.serve_forever()\n"

typedef struct
{
  GPid pid;
  char *origin;
  char *pin;
} Server;

static char *
find_file (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "..", "fixtures", "tls", name, NULL);
}

static void
server_start (Server *server, const char *name)
{
  static const char *const environment[] = { "PATH=/usr/bin:/bin", NULL };
  static const int targets[] = { 0, 1, 2 };
  g_autofree char *path = find_file (name);
  const char *const argv[] = { "python3", "-c", SERVER, path, NULL };
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, NULL);
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (GError) error = NULL;
  int ends[2];
  int sources[3] = { STDIN_FILENO, -1, STDERR_FILENO };
  const EnclaveSpawnRequest request = { .kind = ENCLAVE_SPAWN_USER, .argv = argv, .environment = environment, .sources = sources,
                                        .targets = targets, .n_descriptors = 3 };
  char port[16] = "";

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  sources[1] = ends[1];
  g_assert_true (enclave_spawner_spawn (&request, &server->pid, &error));
  g_assert_no_error (error);
  close (ends[1]);
  g_assert_cmpint ((int) read (ends[0], port, sizeof port - 1), >, 0);
  close (ends[0]);
  server->origin = g_strdup_printf ("https://127.0.0.1:%s", g_strchomp (port));
  g_object_get (certificate, "certificate", &der, NULL);
  server->pin = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}

static void
server_stop (Server *server)
{
  kill (server->pid, SIGKILL);
  enclave_spawner_reap (server->pid);
  g_free (server->origin);
  g_free (server->pin);
}

/* @fragment: behind the address. Returns: the status, or 0 with @error. */
static guint
ask (const Server *server, const char *fragment, GError **error)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autofree char *uri = g_strconcat (server->origin, fragment, NULL);
  g_autoptr (EnclaveNetworkChannel) channel = enclave_network_door_open_for (door, uri, NULL, "test", error);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveNetworkReply) reply = NULL;

  g_assert_nonnull (channel);
  enclave_network_channel_send_async (channel, "GET", "/", NULL, NULL, seal_fixture_take_result, &result);
  reply = enclave_network_channel_send_finish (channel, seal_fixture_wait_for (&result), error);
  return reply != NULL ? reply->status : 0;
}

static void
test_pinned (void)
{
  Server server = { 0 };
  g_autofree char *good = NULL;
  g_autofree char *bad = g_strconcat ("#sha256=", "00000000000000000000000000000000", "00000000000000000000000000000000", NULL);
  g_autoptr (GError) error = NULL;

  server_start (&server, "server.pem");
  good = g_strconcat ("#sha256=", server.pin, NULL);
  g_assert_cmpuint (ask (&server, good, &error), ==, 200);
  g_assert_no_error (error);
  g_assert_cmpuint (ask (&server, bad, &error), ==, 0);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_clear_error (&error);
  /* What to pin is said where nobody has signed. */
  g_assert_cmpuint (ask (&server, NULL, &error), ==, 0);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_assert_nonnull (strstr (error->message, server.pin));
  server_stop (&server);
}

/* One that an authority of the house has signed, which the machine knows: for its own address, and for no other. */
static void
test_signed (void)
{
  g_autofree char *authority = find_file ("house-ca.pem");
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (authority, &error);
  Server here = { 0 };
  Server elsewhere = { 0 };

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
  server_start (&here, "house-server.pem");
  server_start (&elsewhere, "house-elsewhere.pem");
  g_assert_cmpuint (ask (&here, NULL, &error), ==, 200);
  g_assert_no_error (error);
  g_assert_cmpuint (ask (&elsewhere, NULL, &error), ==, 0);
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), NULL);
  server_stop (&here);
  server_stop (&elsewhere);
}

static void
add_tests (void)
{
  g_test_add_func ("/seal-tls/pinned", test_pinned);
  g_test_add_func ("/seal-tls/signed", test_signed);
}

int
main (int argc, char **argv)
{
  return seal_fixture_run (&argc, &argv, add_tests);
}
