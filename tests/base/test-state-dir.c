/* test-state-dir.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <sys/stat.h>
#include <unistd.h>

#include "enclave-settings.h"
#include "enclave-state-dir.h"
#include "enclave-test-project.h"

static void
test_made (void)
{
  g_autofree char *path = enclave_state_dir_ensure ("audit", NULL);
  g_autofree char *same = enclave_state_dir_path ("audit");
  g_autofree char *config = enclave_config_dir_ensure (NULL, NULL);
  struct stat st;

  g_assert_cmpstr (path, ==, same);
  g_assert_nonnull (config);
  g_assert_cmpint (lstat (path, &st), ==, 0);
  g_assert_true (S_ISDIR (st.st_mode));
  g_assert_cmpuint (st.st_mode & 07777, ==, 0700);
  /* A folder that others may read is closed again. */
  g_assert_cmpint (chmod (path, 0755), ==, 0);
  g_free (same);
  same = enclave_state_dir_ensure ("audit", NULL);
  g_assert_cmpint (lstat (path, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0700);
}

static void
test_refused (void)
{
  static const char *const names[] = { "", ".", "..", "a/b", "/a" };
  g_autofree char *linked = enclave_state_dir_path ("linked");
  g_autofree char *file = enclave_state_dir_path ("file");
  g_autofree char *base = enclave_state_dir_ensure (NULL, NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = enclave_state_dir_ensure (names[i], NULL);

      g_assert_null (path);
    }
  g_assert_cmpint (symlink ("/tmp", linked), ==, 0);
  g_assert_null (enclave_state_dir_ensure ("linked", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_null (enclave_state_dir_ensure ("file", &error));
  g_assert_nonnull (error);
  if (geteuid () == 0)
    {
      g_autofree char *foreign = enclave_state_dir_path ("foreign");

      g_clear_error (&error);
      g_assert_cmpint (mkdir (foreign, 0700), ==, 0);
      g_assert_cmpint (chown (foreign, 4242, 4242), ==, 0);
      g_assert_null (enclave_state_dir_ensure ("foreign", &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    }
}

static void
test_runtime (void)
{
  g_autofree char *before = g_strdup (g_getenv ("XDG_RUNTIME_DIR"));
  g_autofree char *path = enclave_runtime_dir_ensure ("engine", NULL);
  g_autofree char *fresh = NULL;
  g_autofree char *parent = NULL;
  struct stat st;

  g_assert_true (g_str_has_prefix (path, before));
  g_unsetenv ("XDG_RUNTIME_DIR");
  fresh = enclave_runtime_dir_ensure ("engine", NULL);
  g_setenv ("XDG_RUNTIME_DIR", before, TRUE);
  g_assert_true (g_str_has_prefix (fresh, "/tmp/enclave-"));
  g_assert_cmpint (lstat (fresh, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0700);
  parent = g_path_get_dirname (fresh);
  g_assert_cmpint (rmdir (fresh), ==, 0);
  g_assert_cmpint (rmdir (parent), ==, 0);
}

static void
test_settings (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) missing = enclave_settings_new ("dev.enclave.NoSuchSchema", NULL, &error);

  g_assert_null (missing);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/state-dir/made", test_made);
  g_test_add_func ("/state-dir/refused", test_refused);
  g_test_add_func ("/state-dir/runtime", test_runtime);
  g_test_add_func ("/state-dir/settings", test_settings);
  return g_test_run ();
}
