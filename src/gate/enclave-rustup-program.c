/* enclave-rustup-program.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The programs of a Rust toolchain are links to rustup, which starts the one that it was called as. A program is started by its own name
 * here, so what rustup would start is looked for: that of the person's default toolchain. What a project asks for does not count: it would
 * choose the program.
 */

#include "config.h"

#include "enclave-installed-program-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_SETTINGS_BYTES (64 * 1024)

/* (transfer full) (nullable): the value of `default_toolchain`, where it can be the name of a folder. */
static char *
dup_default_toolchain (EnclaveProgramSearch *search, const char *rustup_home)
{
  const char *wanted = enclave_program_search_getenv (search, "RUSTUP_TOOLCHAIN");
  g_autofree char *path = g_build_filename (rustup_home, "settings.toml", NULL);
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  gsize length = 0;

  if (wanted != NULL)
    name = g_strdup (wanted);
  else if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && g_file_get_contents (path, &text, &length, NULL) && length <= MAX_SETTINGS_BYTES)
    {
      g_autoptr (GRegex) line = g_regex_new ("^\\s*default_toolchain\\s*=\\s*\"([^\"\\n]*)\"", G_REGEX_MULTILINE, 0, NULL);
      g_autoptr (GMatchInfo) match = NULL;

      if (g_utf8_validate (text, -1, NULL) && g_regex_match (line, text, 0, &match))
        name = g_match_info_fetch (match, 1);
    }
  if (name == NULL || *name == '\0' || *name == '.' || strchr (name, '/') != NULL)
    return NULL;
  return g_steal_pointer (&name);
}

char *
enclave_program_search_find_rustup (EnclaveProgramSearch *search, const char *name, GError **error)
{
  const char *set = enclave_program_search_getenv (search, "RUSTUP_HOME");
  g_autofree char *rustup_home = set != NULL && g_path_is_absolute (set) ? g_strdup (set) : g_build_filename (search->home, ".rustup", NULL);
  g_autofree char *base = g_path_get_basename (name);
  g_autofree char *toolchain = dup_default_toolchain (search, rustup_home);
  g_autofree char *program = toolchain != NULL ? g_build_filename (rustup_home, "toolchains", toolchain, "bin", base, NULL) : NULL;
  char *found = program != NULL ? enclave_program_search_find_in_path (search, program) : NULL;

  if (found == NULL)
    g_propagate_error (error, enclave_gate_error_new (
                                ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL,
                                /* Translators: the name of a program, twice. */
                                _ ("“%s” is a part of your Rust toolchain that is not installed. Install it with “rustup component add %s”"),
                                base, base));
  return found;
}
