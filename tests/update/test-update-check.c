/* test-update-check.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <libsoup/soup.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "enclave-network-name.h"
#include "enclave-update-check.h"
#include "enclave-update-memory.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define NOW "2026-11-26T12:00:00Z"
/* From the block that documents use; in a network namespace of the test's own. */
#define PUBLIC_ADDRESS "203.0.113.7"

/* A resolver that knows one name, so that a test can say what it leads to. */
#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver)

struct _TestResolver
{
  GResolver parent_instance;
};

G_DEFINE_FINAL_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static const char *answers[3];
static guint n_lookups;
static gboolean has_public_address;

static void
test_resolver_lookup_async (GResolver *resolver, const char *name, GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  n_lookups++;
  g_assert_cmpstr (name, ==, "updates.example");
  g_task_return_boolean (task, TRUE);
}

static GList *
test_resolver_lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  GList *addresses = NULL;

  for (guint i = 0; answers[i] != NULL; i++)
    addresses = g_list_append (addresses, g_inet_address_new_from_string (answers[i]));
  return addresses;
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
  G_RESOLVER_CLASS (klass)->lookup_by_name_async = test_resolver_lookup_async;
  G_RESOLVER_CLASS (klass)->lookup_by_name_finish = test_resolver_lookup_finish;
}

static void
test_resolver_init (TestResolver *self)
{
}

/* A network of our own with one more address, before there is a thread. */
static void
make_network (void)
{
  struct ifreq request = { .ifr_name = "lo" };
  struct sockaddr_in *address = (struct sockaddr_in *) &request.ifr_addr;
  uid_t uid = geteuid ();
  int fd;

  if (unshare (CLONE_NEWNET) != 0)
    {
      g_autofree char *map = g_strdup_printf ("%u %u 1", uid, uid);

      if (unshare (CLONE_NEWUSER | CLONE_NEWNET) != 0 || !g_file_set_contents_full ("/proc/self/uid_map", map, -1, G_FILE_SET_CONTENTS_NONE, 0600, NULL))
        return;
    }
  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
  if (ioctl (fd, SIOCSIFFLAGS, &request) == 0)
    {
      g_strlcpy (request.ifr_name, "lo:1", sizeof request.ifr_name);
      address->sin_family = AF_INET;
      address->sin_port = 0;
      inet_pton (AF_INET, PUBLIC_ADDRESS, &address->sin_addr);
      has_public_address = ioctl (fd, SIOCSIFADDR, &request) == 0;
    }
  close (fd);
}

typedef struct
{
  SoupServer *server;
  guint n_requests;
  guint status;
  char *location;
  char *body;
  char *heads; /* of the last request */
  char *path;
  char *url;
  gnutls_privkey_t private_key;
  char *public_key;
  char *id;
  const char *keys[2];
  EnclaveUpdateSource source;
  GAsyncResult *result;
} Fixture;

static void
keep_head (const char *name, const char *value, gpointer user_data)
{
  g_string_append_printf (user_data, "%s: %s\n", name, g_str_equal (name, "Host") ? "HOST" : value);
}

static void
answer (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GString) heads = g_string_new (NULL);
  g_autofree char *uri = g_uri_to_string (soup_server_message_get_uri (message));

  fixture->n_requests++;
  g_string_append_printf (heads, "%s\n", soup_server_message_get_method (message));
  soup_message_headers_foreach (soup_server_message_get_request_headers (message), keep_head, heads);
  g_assert_cmpuint (soup_server_message_get_request_body (message)->length, ==, 0);
  g_free (fixture->heads);
  fixture->heads = g_string_free (g_steal_pointer (&heads), FALSE);
  g_free (fixture->path);
  fixture->path = g_strdup (strchr (strstr (uri, "://") + 3, '/'));
  soup_server_message_set_status (message, fixture->status, NULL);
  if (fixture->location != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location", fixture->location);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, fixture->body, strlen (fixture->body));
}

static void
make_key (Fixture *fixture)
{
  gnutls_ecc_curve_t curve;
  gnutls_datum_t x = { 0 };

  g_assert_cmpint (gnutls_privkey_init (&fixture->private_key), >=, 0);
  g_assert_cmpint (gnutls_privkey_generate (fixture->private_key, GNUTLS_PK_EDDSA_ED25519,
                                            GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_ED25519), 0), >=, 0);
  g_assert_cmpint (gnutls_privkey_export_ecc_raw (fixture->private_key, &curve, &x, NULL, NULL), >=, 0);
  fixture->public_key = g_base64_encode (x.data, x.size);
  fixture->id = g_compute_checksum_for_data (G_CHECKSUM_SHA256, x.data, x.size);
  fixture->id[16] = '\0';
  gnutls_free (x.data);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "enclave", "update", NULL);
  g_autofree char *seen = g_build_filename (folder, "seen", NULL);
  g_autofree char *asked = g_build_filename (folder, "asked", NULL);
  GSList *uris;

  unlink (seen);
  unlink (asked);
  n_lookups = 0;
  memset (answers, 0, sizeof answers);
  make_key (fixture);
  fixture->status = 200;
  fixture->body = g_strdup ("");
  fixture->server = soup_server_new ("server-header", "", NULL);
  soup_server_add_handler (fixture->server, NULL, answer, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->url = g_strdup_printf ("http://127.0.0.1:%d/enclave/release", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  fixture->keys[0] = fixture->public_key;
  fixture->source = (EnclaveUpdateSource) { "enclave", "0.2.0", fixture->url, fixture->keys };
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  soup_server_disconnect (fixture->server);
  g_clear_object (&fixture->server);
  gnutls_privkey_deinit (fixture->private_key);
  g_free (fixture->location);
  g_free (fixture->body);
  g_free (fixture->heads);
  g_free (fixture->path);
  g_free (fixture->url);
  g_free (fixture->public_key);
  g_free (fixture->id);
}

static void
serve (Fixture *fixture, const char *name, const char *version, const char *date, const char *expires)
{
  g_autofree char *text = g_strdup_printf ("enclave-release 1\nname: %s\nversion: %s\ndate: %s\nexpires: %s\nfile: " HASH " 9 a.deb\n",
                                           name, version, date, expires);
  gnutls_datum_t data = { (guchar *) text, (guint) strlen (text) };
  gnutls_datum_t signature = { 0 };
  g_autofree char *coded = NULL;

  g_assert_cmpint (gnutls_privkey_sign_data2 (fixture->private_key, GNUTLS_SIGN_EDDSA_ED25519, 0, &data, &signature), >=, 0);
  coded = g_base64_encode (signature.data, signature.size);
  gnutls_free (signature.data);
  g_free (fixture->body);
  fixture->body = g_strdup_printf ("%ssignature: %s %s\n", text, fixture->id, coded);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ((Fixture *) user_data)->result = g_object_ref (result);
}

static EnclaveReleaseManifest *
ask (Fixture *fixture, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 (NOW, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  enclave_update_check_async (&fixture->source, now, NULL, on_checked, fixture);
  while (fixture->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  result = g_steal_pointer (&fixture->result);
  return enclave_update_check_finish (result, error);
}

static void
assert_believed (Fixture *fixture, const char *version)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveReleaseManifest) manifest = ask (fixture, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (manifest->version, ==, version);
}

static void
assert_refused (Fixture *fixture, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveReleaseManifest) manifest = ask (fixture, &error);

  g_assert_null (manifest);
  g_assert_error (error, domain, code);
}

/* One GET, and nothing in it that differs between two machines or two versions. */
static void
test_request (Fixture *fixture, gconstpointer data)
{
  serve (fixture, "enclave", "0.3.0", "2026-11-25T12:00:00Z", "2027-02-25T12:00:00Z");
  assert_believed (fixture, "0.3.0");
  g_assert_cmpuint (fixture->n_requests, ==, 1);
  g_assert_cmpstr (fixture->path, ==, "/enclave/release");
  g_assert_cmpstr (fixture->heads, ==, "GET\nAccept-Encoding: identity\nAccept: text/plain\nConnection: Keep-Alive\nHost: HOST\n");
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *version;
    const char *date;
    const char *expires;
    EnclaveUpdateError code;
  } rows[] = {
    { "enclave", "0.1.9", "2026-11-25T12:00:00Z", "2027-02-25T12:00:00Z", ENCLAVE_UPDATE_ERROR_DOWNGRADE },
    { "enclave", "0.3.0", "2026-01-25T12:00:00Z", "2026-11-26T12:00:00Z", ENCLAVE_UPDATE_ERROR_EXPIRED },
    { "enclave", "0.3.0", "2026-12-25T12:00:00Z", "2027-02-25T12:00:00Z", ENCLAVE_UPDATE_ERROR_FUTURE },
    { "another", "0.3.0", "2026-11-25T12:00:00Z", "2027-02-25T12:00:00Z", ENCLAVE_UPDATE_ERROR_NAME },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      serve (fixture, rows[i].name, rows[i].version, rows[i].date, rows[i].expires);
      assert_refused (fixture, ENCLAVE_UPDATE_ERROR, (int) rows[i].code);
    }
  /* None of them was kept as something that had been believed. */
  serve (fixture, "enclave", "0.2.0", "2026-06-01T12:00:00Z", "2027-02-25T12:00:00Z");
  assert_believed (fixture, "0.2.0");
}

static void
test_altered_and_large (Fixture *fixture, gconstpointer data)
{
  serve (fixture, "enclave", "0.3.0", "2026-11-25T12:00:00Z", "2027-02-25T12:00:00Z");
  strstr (fixture->body, "0.3.0")[0] = '1';
  assert_refused (fixture, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_SIGNATURE);

  g_free (fixture->body);
  fixture->body = g_strnfill (ENCLAVE_RELEASE_MANIFEST_MAX_BYTES + 1, '\n');
  assert_refused (fixture, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_TOO_LARGE);
  g_free (fixture->body);
  fixture->body = g_strnfill (8 * 1024 * 1024, 'x');
  assert_refused (fixture, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_TOO_LARGE);
  g_free (fixture->body);
  fixture->body = g_strdup ("<html>Log in to the network</html>\n");
  assert_refused (fixture, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_MALFORMED);
}

static void
test_other_key (Fixture *fixture, gconstpointer data)
{
  Fixture other = { 0 };

  make_key (&other);
  serve (&other, "enclave", "0.3.0", "2026-11-25T12:00:00Z", "2027-02-25T12:00:00Z");
  g_free (fixture->body);
  fixture->body = g_steal_pointer (&other.body);
  assert_refused (fixture, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_KEY);
  gnutls_privkey_deinit (other.private_key);
  g_free (other.public_key);
  g_free (other.id);
}

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  serve (fixture, "enclave", "0.3.0", "2026-11-25T12:00:00Z", "2027-02-25T12:00:00Z");
  fixture->status = 404;
  assert_refused (fixture, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_ANSWER);
  fixture->status = 302;
  fixture->location = g_strdup (fixture->url);
  assert_refused (fixture, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_assert_cmpuint (fixture->n_requests, ==, 2);
}

static void
test_replay (Fixture *fixture, gconstpointer data)
{
  serve (fixture, "enclave", "0.4.0", "2026-11-20T12:00:00Z", "2027-02-25T12:00:00Z");
  assert_believed (fixture, "0.4.0");
  assert_believed (fixture, "0.4.0");
  /* One that was good yesterday. */
  serve (fixture, "enclave", "0.4.0", "2026-11-19T12:00:00Z", "2027-02-25T12:00:00Z");
  assert_refused (fixture, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_REPLAY);
  /* Two statements of one moment: somebody tells people apart. */
  serve (fixture, "enclave", "0.5.0", "2026-11-20T12:00:00Z", "2027-02-25T12:00:00Z");
  assert_refused (fixture, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_REPLAY);
  /* Newer than this program, yet less than was offered before. */
  serve (fixture, "enclave", "0.3.0", "2026-11-21T12:00:00Z", "2027-02-25T12:00:00Z");
  assert_refused (fixture, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_DOWNGRADE);
  serve (fixture, "enclave", "0.4.0", "2026-11-22T12:00:00Z", "2027-02-25T12:00:00Z");
  assert_believed (fixture, "0.4.0");
}

/* What can't be remembered can't be held against the next one, so it is not believed. */
static void
test_no_memory (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (g_get_user_state_dir (), "enclave", "update", NULL);
  g_autofree char *seen = g_build_filename (folder, "seen", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveReleaseManifest) manifest = NULL;

  serve (fixture, "enclave", "0.3.0", "2026-11-25T12:00:00Z", "2027-02-25T12:00:00Z");
  g_assert_cmpint (g_mkdir_with_parents (seen, 0700), ==, 0);
  manifest = ask (fixture, &error);
  g_assert_null (manifest);
  g_assert_nonnull (error);
  g_assert_cmpint (rmdir (seen), ==, 0);
}

static void
test_due (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 (NOW, NULL);
  g_autoptr (GDateTime) soon = g_date_time_add_days (now, 6);
  g_autoptr (GDateTime) later = g_date_time_add_days (now, 7);
  g_autoptr (GDateTime) before = g_date_time_add_seconds (now, -1);

  g_assert_true (enclave_update_check_is_due (now));
  /* A check that failed was one all the same. */
  assert_refused (fixture, ENCLAVE_UPDATE_ERROR, ENCLAVE_UPDATE_ERROR_MALFORMED);
  g_assert_false (enclave_update_check_is_due (now));
  g_assert_false (enclave_update_check_is_due (soon));
  g_assert_true (enclave_update_check_is_due (later));
  g_assert_true (enclave_update_check_is_due (before));
}

/* Names that lead where no host of ours is: nothing is connected to. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const char *const bad[][2] = { { "127.0.0.1", NULL }, { "169.254.169.254", NULL }, { "::ffff:127.0.0.1", NULL },
                                        { "0.0.0.0", NULL }, { "224.0.0.1", NULL }, { PUBLIC_ADDRESS, "127.0.0.1" },
                                        { "fd00:ec2::254", NULL }, { NULL, NULL } };
  g_autofree char *secure = g_strdup_printf ("https://updates.example:%s", strrchr (fixture->url, ':') + 1);

  fixture->source.url = secure;
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      answers[0] = bad[i][0];
      answers[1] = bad[i][1];
      assert_refused (fixture, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
    }
  g_assert_cmpuint (n_lookups, ==, G_N_ELEMENTS (bad));
  fixture->source.url = "http://updates.example/enclave";
  assert_refused (fixture, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_assert_cmpuint (n_lookups, ==, G_N_ELEMENTS (bad));
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

/* A name that leads to another machine, over TLS, with a proxy in the environment: one look-up, one connection, no proxy. */
static void
test_far (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "fixtures", "tls", "server.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (path, &error);
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (PUBLIC_ADDRESS);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (inet, 0);
  g_autoptr (SoupServer) server = NULL;
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (GByteArray) der = NULL;
  g_autofree char *pin = NULL;
  g_autofree char *origin = NULL;
  g_autofree char *plain = NULL;
  GSList *uris;

  if (!has_public_address)
    {
      g_test_skip ("no network namespace can be made here");
      return;
    }
  g_assert_no_error (error);
  g_object_get (certificate, "certificate", &der, NULL);
  pin = g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
  server = soup_server_new ("tls-certificate", certificate, "server-header", "", NULL);
  soup_server_add_handler (server, NULL, answer, fixture, NULL);
  soup_server_listen (server, address, SOUP_SERVER_LISTEN_HTTPS, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  origin = g_strdup_printf ("https://updates.example:%d#sha256=%s", g_uri_get_port (uris->data), pin);
  plain = g_strdup_printf ("https://updates.example:%d/x", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  answers[0] = PUBLIC_ADDRESS;
  serve (fixture, "enclave", "0.3.0", "2026-11-25T12:00:00Z", "2027-02-25T12:00:00Z");

  fixture->source.url = origin;
  assert_believed (fixture, "0.3.0");
  g_assert_cmpuint (fixture->n_requests, ==, 1);
  g_assert_cmpuint (n_lookups, ==, 1);
  /* Without the fingerprint nobody has vouched for this certificate. */
  fixture->source.url = plain;
  assert_refused (fixture, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_ADDRESS);
  g_assert_cmpuint (fixture->n_requests, ==, 1);
  soup_server_disconnect (server);
}

int
main (int argc, char **argv)
{
  g_autoptr (GResolver) resolver = NULL;

  make_network ();
  g_setenv ("https_proxy", "http://127.0.0.1:9", TRUE);
  g_setenv ("http_proxy", "http://127.0.0.1:9", TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  resolver = g_object_new (TEST_TYPE_RESOLVER, NULL);
  g_resolver_set_default (resolver);

#define ADD(path, function) g_test_add ("/update-check/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("request", test_request);
  ADD ("refusals", test_refusals);
  ADD ("altered-and-large", test_altered_and_large);
  ADD ("other-key", test_other_key);
  ADD ("answers", test_answers);
  ADD ("replay", test_replay);
  ADD ("no-memory", test_no_memory);
  ADD ("due", test_due);
  ADD ("names", test_names);
  ADD ("far", test_far);
#undef ADD
  return g_test_run ();
}
