/* test-endpoint.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-endpoint.h"

static void
test_addresses (void)
{
  static const struct
  {
    const char *typed;
    const char *uri;
    const char *shown;
    gboolean is_local;
  } cases[] = {
    { "127.0.0.1:11434", "http://127.0.0.1:11434", "127.0.0.1:11434", TRUE },
    { "localhost:11434", "http://127.0.0.1:11434", "127.0.0.1:11434", TRUE },
    { "LOCALHOST:1234/", "http://127.0.0.1:1234", "127.0.0.1:1234", TRUE },
    { "http://localhost:1234/v1", "http://127.0.0.1:1234", "127.0.0.1:1234", TRUE },
    { "http://localhost:1234/v1/", "http://127.0.0.1:1234", "127.0.0.1:1234", TRUE },
    { "http://127.0.0.1:11434/api", "http://127.0.0.1:11434", "127.0.0.1:11434", TRUE },
    { "http://127.0.0.1:11434/api/", "http://127.0.0.1:11434", "127.0.0.1:11434", TRUE },
    { "http://127.0.0.1:11434//", "http://127.0.0.1:11434", "127.0.0.1:11434", TRUE },
    { "http://127.0.0.1:8080/v1/chat/completions", "http://127.0.0.1:8080", "127.0.0.1:8080", TRUE },
    { "  http://127.0.0.1:8080\n", "http://127.0.0.1:8080", "127.0.0.1:8080", TRUE },
    { "127.0.0.1", "http://127.0.0.1:80", "127.0.0.1:80", TRUE },
    { "https://127.0.0.1", "https://127.0.0.1:443", "127.0.0.1:443", TRUE },
    { "https://192.168.7.4:8443/v1#sha256=AB:CD", "https://192.168.7.4:8443#sha256=AB:CD", "192.168.7.4:8443", FALSE },
    { "HTTP://127.0.0.1:80", "http://127.0.0.1:80", "127.0.0.1:80", TRUE },
    { "[::1]:8080", "http://[::1]:8080", "[::1]:8080", TRUE },
    { "192.168.7.4:8000", "http://192.168.7.4:8000", "192.168.7.4:8000", FALSE },
    { "unix:/run/user/1000/enclave/llm.sock", "unix:/run/user/1000/enclave/llm.sock",
      "/run/user/1000/enclave/llm.sock", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EnclaveEndpoint) endpoint = enclave_endpoint_new (cases[i].typed, ENCLAVE_ENDPOINT_UNKNOWN, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (enclave_endpoint_get_uri (endpoint), ==, cases[i].uri);
      g_assert_cmpstr (enclave_endpoint_get_address (endpoint), ==, cases[i].shown);
      g_assert_cmpint (enclave_endpoint_get_is_local (endpoint), ==, cases[i].is_local);
    }
}

static void
test_refused (void)
{
  static const char *const cases[] = { "",
                                       " ",
                                       "http://",
                                       "ftp://127.0.0.1",
                                       "file:///etc/passwd",
                                       "unix:relative",
                                       "unix:",
                                       "http://user:secret@127.0.0.1:80",
                                       "http://127.0.0.1:80/v1?key=1",
                                       "http://127.0.0.1:80/v1#x",
                                       "http://127.0.0.1:99999",
                                       "http://127.0.0.1:80/somewhere/else",
                                       "http://127.0.0.1:x" };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EnclaveEndpoint) endpoint = enclave_endpoint_new (cases[i], ENCLAVE_ENDPOINT_UNKNOWN, &error);

      g_test_message ("“%s”", cases[i]);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_null (endpoint);
    }
}

static void
test_kind (void)
{
  g_autoptr (EnclaveEndpoint) endpoint = enclave_endpoint_new ("127.0.0.1:1", ENCLAVE_ENDPOINT_UNKNOWN, NULL);
  g_autoptr (EnclaveEndpoint) found = enclave_endpoint_with_kind (endpoint, ENCLAVE_ENDPOINT_OLLAMA);

  g_assert_cmpint (enclave_endpoint_get_kind (endpoint), ==, ENCLAVE_ENDPOINT_UNKNOWN);
  g_assert_cmpint (enclave_endpoint_get_kind (found), ==, ENCLAVE_ENDPOINT_OLLAMA);
  g_assert_cmpstr (enclave_endpoint_kind_to_word (ENCLAVE_ENDPOINT_PRACTICE), ==, "practice");
  g_assert_cmpstr (enclave_endpoint_kind_to_name (ENCLAVE_ENDPOINT_PRACTICE), ==, "Practice engine");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/endpoint/addresses", test_addresses);
  g_test_add_func ("/endpoint/refused", test_refused);
  g_test_add_func ("/endpoint/kind", test_kind);

  return g_test_run ();
}
