/* test-secret-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-secret-store.h"
#include "enclave-test-project.h"

static gboolean
set_key (EnclaveSecretStore *store, const char *uri, const char *key)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) got = NULL;
  g_autoptr (GError) error = NULL;
  gboolean persistent = FALSE;

  enclave_secret_store_set_key_async (store, uri, key, NULL, enclave_test_result_callback, &result);
  got = enclave_test_wait (&result);
  g_assert_true (enclave_secret_store_set_key_finish (store, got, &persistent, &error));
  g_assert_no_error (error);
  return persistent;
}

static void
assert_key (EnclaveSecretStore *store, const char *uri, const char *expected)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) got = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;

  enclave_secret_store_get_key_async (store, uri, NULL, enclave_test_result_callback, &result);
  got = enclave_test_wait (&result);
  key = enclave_secret_store_get_key_finish (store, got, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (key, ==, expected);
}

static gboolean
check (EnclaveSecretStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) got = NULL;

  enclave_secret_store_check_async (store, NULL, enclave_test_result_callback, &result);
  got = enclave_test_wait (&result);
  return enclave_secret_store_check_finish (store, got);
}

static void
test_memory (void)
{
  g_autoptr (EnclaveSecretStore) store = NULL;
  g_autoptr (EnclaveSecretStore) other = NULL;

  /* The backend is chosen once in a process, so each way has its own. */
  if (!g_test_subprocess ())
    {
      g_unsetenv ("SECRET_BACKEND");
      g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
      g_test_trap_subprocess (NULL, 20 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }

  store = enclave_secret_store_new ();
  other = enclave_secret_store_new ();
  g_assert_false (check (store));
  assert_key (store, "http://127.0.0.1:1", NULL);
  g_assert_false (set_key (store, "http://127.0.0.1:1", "one"));
  g_assert_false (set_key (store, "http://127.0.0.1:2", "two"));
  assert_key (store, "http://127.0.0.1:1", "one");
  assert_key (store, "http://127.0.0.1:2", "two");
  g_assert_false (set_key (store, "http://127.0.0.1:1", "other"));
  assert_key (store, "http://127.0.0.1:1", "other");
  g_assert_false (set_key (store, "http://127.0.0.1:1", NULL));
  assert_key (store, "http://127.0.0.1:1", NULL);
  /* For this run only: nothing of it is anywhere else. */
  assert_key (other, "http://127.0.0.1:2", NULL);
}

static void
test_keyring (void)
{
  g_autoptr (EnclaveSecretStore) store = NULL;
  g_autoptr (EnclaveSecretStore) other = NULL;

  if (!g_test_subprocess ())
    {
      g_autofree char *path = g_build_filename (g_get_home_dir (), "keyring", NULL);

      g_setenv ("SECRET_BACKEND", "file", TRUE);
      g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
      g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
      g_test_trap_subprocess (NULL, 20 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }

  store = enclave_secret_store_new ();
  other = enclave_secret_store_new ();
  g_assert_true (check (store));
  g_assert_true (set_key (store, "http://127.0.0.1:1", "one"));
  assert_key (other, "http://127.0.0.1:1", "one");
  g_assert_true (set_key (other, "http://127.0.0.1:1", NULL));
  assert_key (store, "http://127.0.0.1:1", NULL);
}

static void
test_cancelled (void)
{
  g_autoptr (EnclaveSecretStore) store = enclave_secret_store_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) got = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  enclave_secret_store_set_key_async (store, "http://127.0.0.1:1", "one", cancellable, enclave_test_result_callback,
                                      &result);
  got = enclave_test_wait (&result);
  g_assert_false (enclave_secret_store_set_key_finish (store, got, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  if (g_getenv ("SECRET_BACKEND") == NULL)
    g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret-store/memory", test_memory);
  g_test_add_func ("/secret-store/keyring", test_keyring);
  g_test_add_func ("/secret-store/cancelled", test_cancelled);
  return g_test_run ();
}
