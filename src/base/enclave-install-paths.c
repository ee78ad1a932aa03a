/* enclave-install-paths.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "enclave-install-paths.h"

/* Where the build puts what is installed in libexec. */
static const struct
{
  const char *name;
  const char *folder;
} helpers[] = {
  { "enclave-confine", "src/confine" },
  { "enclave-net", "src/net" },
  { "enclave-practice-engine", "src/tour" },
  { "enclave-shell", "src/seal" },
  { "enclave-view", "src/view" },
};

static gboolean
runs_from_build (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  char *real = realpath (ENCLAVE_BUILD_DIR, NULL);
  gboolean inside;

  inside = program != NULL && real != NULL && g_str_has_prefix (program, real) && program[strlen (real)] == '/';
  free (real);
  return inside;
}

char *
enclave_install_paths_helper (const char *name)
{
  g_return_val_if_fail (name != NULL && strchr (name, '/') == NULL, NULL);

  if (runs_from_build ())
    for (gsize i = 0; i < G_N_ELEMENTS (helpers); i++)
      if (strcmp (helpers[i].name, name) == 0)
        return g_build_filename (ENCLAVE_BUILD_DIR, helpers[i].folder, name, NULL);

  return g_build_filename (ENCLAVE_LIBEXEC_DIR, name, NULL);
}

char *
enclave_install_paths_ctl (void)
{
  return runs_from_build () ? g_build_filename (ENCLAVE_BUILD_DIR, "src/ctl/enclavectl", NULL) : g_strdup ("enclavectl");
}

const char *
enclave_install_paths_schema_dir (void)
{
  return runs_from_build () ? ENCLAVE_BUILD_DIR "/data" : NULL;
}

const char *
enclave_install_paths_locale_dir (void)
{
  return runs_from_build () ? ENCLAVE_BUILD_DIR "/po" : ENCLAVE_LOCALE_DIR;
}

char *
enclave_install_paths_shell_integration_dir (void)
{
  return g_strdup (runs_from_build () ? ENCLAVE_BUILD_DIR "/data/shell-integration" : ENCLAVE_DATA_DIR "/shell-integration");
}
