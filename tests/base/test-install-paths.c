/* test-install-paths.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-install-paths.h"

static void
test_build_places (void)
{
  g_autofree char *helper = enclave_install_paths_helper ("enclave-confine");
  g_autofree char *other = enclave_install_paths_helper ("something-else");

  g_assert_true (g_str_has_prefix (helper, ENCLAVE_BUILD_DIR));
  g_assert_true (g_str_has_suffix (helper, "/enclave-confine"));
  g_assert_true (g_str_has_prefix (other, ENCLAVE_LIBEXEC_DIR));
  g_assert_nonnull (enclave_install_paths_schema_dir ());
  g_assert_nonnull (enclave_install_paths_locale_dir ());
}

/* A copy of the program elsewhere uses the installed places only, whatever the environment says. */
static void
test_elsewhere (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_dir_make_tmp ("enclave-test-XXXXXX", NULL);
  g_autofree char *copy = g_build_filename (folder, "copy", NULL);
  g_autofree char *line = g_strdup_printf ("cp '%s' '%s' && cd '" ENCLAVE_BUILD_DIR "' && '%s' --print; rm -r '%s'", self, copy, copy,
                                           folder);
  const char *argv[] = { "/bin/sh", "-c", line, NULL };
  g_autofree char *output = NULL;

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, &output, NULL, NULL, NULL));
  g_assert_cmpstr (output, ==, ENCLAVE_LIBEXEC_DIR "/enclave-confine");
}

int
main (int argc, char **argv)
{
  if (argc == 2 && g_str_equal (argv[1], "--print"))
    {
      g_autofree char *helper = enclave_install_paths_helper ("enclave-confine");

      g_print ("%s", helper);
      return 0;
    }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/install-paths/build-places", test_build_places);
  g_test_add_func ("/install-paths/elsewhere", test_elsewhere);
  return g_test_run ();
}
