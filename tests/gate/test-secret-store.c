/* test-secret-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>

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

typedef struct
{
  GTestDBus *bus;
  char *folder;
  char *services; /* a folder of its own: the bus reads its files again when anything changes in it */
} Keyring;

static void
keyring_mark (Keyring *keyring, const char *name)
{
  g_autofree char *path = g_build_filename (keyring->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

static void
keyring_start (Keyring *keyring)
{
  const char *program = g_getenv ("ENCLAVE_FAKE_KEYRING");
  g_autofree char *service = NULL;
  g_autofree char *words = NULL;

  keyring->folder = g_dir_make_tmp ("keyring-XXXXXX", NULL);
  keyring->services = g_dir_make_tmp ("services-XXXXXX", NULL);
  service = g_build_filename (keyring->services, "org.freedesktop.secrets.service", NULL);
  words = g_strdup_printf ("[D-BUS Service]\nName=org.freedesktop.secrets\nExec=%s %s\n", program, keyring->folder);
  g_assert_nonnull (program);
  g_assert_true (g_file_set_contents (service, words, -1, NULL));
  keyring->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_add_service_dir (keyring->bus, keyring->services);
  g_test_dbus_up (keyring->bus);
  g_unsetenv ("SECRET_BACKEND");
}

/* Nothing of it is noticed here before the next question. */
static void
keyring_kill (Keyring *keyring)
{
  g_autofree char *path = g_build_filename (keyring->folder, "pid", NULL);
  g_autofree char *pid = NULL;

  g_assert_true (g_file_get_contents (path, &pid, NULL, NULL));
  g_assert_cmpint (kill ((pid_t) g_ascii_strtoll (pid, NULL, 10), SIGKILL), ==, 0);
  /* the bus has heard of it by then, and starts another for whoever asks */
  g_usleep (200000);
}

static void
keyring_end (Keyring *keyring)
{
  static const char *const names[] = { "pid", "keys", "dies", "broken" };
  g_autofree char *service = g_build_filename (keyring->services, "org.freedesktop.secrets.service", NULL);

  keyring_kill (keyring);
  /* not let go of: that would wait for the connection, which is the library's */
  g_test_dbus_stop (keyring->bus);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (keyring->folder, names[i], NULL);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (keyring->folder), ==, 0);
  g_assert_cmpint (g_unlink (service), ==, 0);
  g_assert_cmpint (g_rmdir (keyring->services), ==, 0);
  g_free (keyring->folder);
  g_free (keyring->services);
}

/* The bus starts it again, which is of no help where it is asked as the one before: once more, and then it is. */
static void
test_killed (void)
{
  Keyring keyring;
  g_autoptr (EnclaveSecretStore) store = NULL;
  g_autoptr (EnclaveSecretStore) other = NULL;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }

  keyring_start (&keyring);
  store = enclave_secret_store_new ();
  other = enclave_secret_store_new ();
  g_assert_true (set_key (store, "http://127.0.0.1:1", "one"));
  assert_key (other, "http://127.0.0.1:1", "one");
  keyring_kill (&keyring);
  assert_key (other, "http://127.0.0.1:1", "one");
  keyring_kill (&keyring);
  g_assert_true (set_key (store, "http://127.0.0.1:2", "two"));
  g_assert_false (enclave_secret_store_is_kept_here (store, "http://127.0.0.1:2"));
  assert_key (other, "http://127.0.0.1:2", "two");

  /* in the middle of each question */
  keyring_mark (&keyring, "dies");
  assert_key (other, "http://127.0.0.1:1", "one");
  keyring_mark (&keyring, "dies");
  g_assert_true (set_key (store, "http://127.0.0.1:2", "other"));
  assert_key (other, "http://127.0.0.1:2", "other");
  keyring_mark (&keyring, "dies");
  g_assert_true (check (store));
  keyring_mark (&keyring, "dies");
  g_assert_true (set_key (store, "http://127.0.0.1:1", NULL));
  assert_key (other, "http://127.0.0.1:1", NULL);
  keyring_end (&keyring);
}

/* One that does not come back is none: a key is kept for this run, and nowhere else. */
static void
test_gone (void)
{
  Keyring keyring;
  g_autoptr (EnclaveSecretStore) store = NULL;
  g_autoptr (EnclaveSecretStore) other = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *path = NULL;

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
      g_test_trap_assert_passed ();
      return;
    }

  keyring_start (&keyring);
  store = enclave_secret_store_new ();
  other = enclave_secret_store_new ();
  g_assert_true (set_key (store, "http://127.0.0.1:1", "one"));
  keyring_mark (&keyring, "broken");
  keyring_kill (&keyring);
  g_assert_false (check (store));
  assert_key (store, "http://127.0.0.1:1", NULL);
  g_assert_false (set_key (store, "http://127.0.0.1:1", "memory-only"));
  g_assert_true (enclave_secret_store_is_kept_here (store, "http://127.0.0.1:1"));
  assert_key (store, "http://127.0.0.1:1", "memory-only");
  assert_key (other, "http://127.0.0.1:1", NULL);
  path = g_build_filename (keyring.folder, "keys", NULL);
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_null (strstr (kept, "memory-only"));

  /* and once it is there again, it takes the next */
  g_clear_pointer (&path, g_free);
  path = g_build_filename (keyring.folder, "broken", NULL);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_true (set_key (store, "http://127.0.0.1:1", "three"));
  g_assert_false (enclave_secret_store_is_kept_here (store, "http://127.0.0.1:1"));
  assert_key (other, "http://127.0.0.1:1", "three");
  keyring_end (&keyring);
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
  g_test_add_func ("/secret-store/killed", test_killed);
  g_test_add_func ("/secret-store/gone", test_gone);
  g_test_add_func ("/secret-store/cancelled", test_cancelled);
  return g_test_run ();
}
