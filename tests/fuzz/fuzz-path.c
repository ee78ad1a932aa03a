/* fuzz-path.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "enclave-path-resolver.h"
#include "enclave-policy-private.h"

#define SECRET "canary-0b5f6f2c"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static char *base;
static EnclavePathResolver *resolver;
static EnclavePathResolver *portable;

static void
clean_up (void)
{
  g_autofree char *line = g_strdup_printf ("rm -rf '%s'", base);

  if (system (line) != 0)
    g_printerr ("%s is left\n", base);
}

static void
write_file (const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (base, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) != 0 || !g_file_set_contents (path, text, -1, NULL))
    g_error ("writing %s", path);
}

static void
make_link (const char *target, const char *name)
{
  g_autofree char *path = g_build_filename (base, name, NULL);

  if (symlink (target, path) != 0)
    g_error ("linking %s", path);
}

static void
prepare (void)
{
  static const char *const links[][2] = {
    { ".env", "project/e" }, { "../.ssh", "project/d/s" }, { "..", "project/d/u" }, { "../../outside", "project/d/o" },
    { "/etc", "project/t" }, { "l", "project/l" }, { "d/f", "project/k" }, { "none", "project/n" }, { "/proc/self/root", "project/r" },
  };
  g_autoptr (EnclavePolicy) policy = NULL;
  g_autofree char *root = NULL;
  g_autofree char *absolute = NULL;
  g_autofree char *secret = NULL;
  g_autofree char *hard = NULL;

  base = g_dir_make_tmp ("enclave-fuzz-XXXXXX", NULL);
  atexit (clean_up);
  write_file ("project/a", "a");
  write_file ("project/d/f", "f");
  write_file ("project/.env", SECRET);
  write_file ("project/.ssh/id_rsa", SECRET);
  write_file ("outside/x", SECRET);
  for (gsize i = 0; i < G_N_ELEMENTS (links); i++)
    make_link (links[i][0], links[i][1]);
  root = g_build_filename (base, "project", NULL);
  absolute = g_build_filename (root, "a", NULL);
  make_link (absolute, "project/b");
  secret = g_build_filename (root, ".env", NULL);
  hard = g_build_filename (root, "h", NULL);
  if (link (secret, hard) != 0)
    g_error ("linking %s", hard);

  policy = enclave_policy_load_files (NULL, NULL, NULL, NULL);
  resolver = enclave_path_resolver_new (root, policy, NULL);
  portable = enclave_path_resolver_new (root, policy, NULL);
  enclave_path_resolver_set_portable (portable, TRUE);
}

/* Nothing that was opened is a secret or lies elsewhere. */
static void
check_opened (const EnclaveResolvedPath *resolved, const char *path)
{
  const char *root = enclave_path_resolver_get_root (resolver);
  gboolean is_inside = g_str_has_prefix (resolved->true_path, root)
                       && (resolved->true_path[strlen (root)] == '/' || resolved->true_path[strlen (root)] == '\0');
  char bytes[64] = "";
  int fd;

  if (!is_inside && !g_str_has_prefix (resolved->true_path, "/usr/include") && !g_str_has_prefix (resolved->true_path, "/usr/share/doc"))
    g_error ("“%s” leads to %s", path, resolved->true_path);
  if (resolved->fd < 0 || !S_ISREG (resolved->st.st_mode))
    return;
  fd = enclave_path_resolver_reopen (resolver, resolved, NULL);
  if (fd >= 0 && read (fd, bytes, sizeof bytes - 1) >= 0 && strstr (bytes, SECRET) != NULL)
    g_error ("“%s” gives a secret away", path);
  if (fd >= 0)
    close (fd);
}

static void
try_path (const char *path, EnclaveEffects effects, EnclaveResolveFlags flags)
{
  g_auto (EnclaveResolvedPath) first = ENCLAVE_RESOLVED_PATH_INIT;
  g_auto (EnclaveResolvedPath) second = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second_error = NULL;
  gboolean done = enclave_path_resolver_open (resolver, effects, path, flags, &first, &error);
  gboolean second_done = enclave_path_resolver_open (portable, effects, path, flags, &second, &second_error);

  if (done == (error != NULL) || second_done == (second_error != NULL))
    g_error ("“%s”: an error without a failure, or the other way round", path);
  if (error != NULL && !g_utf8_validate (error->message, -1, NULL))
    g_error ("“%s”: a message that is no text", path);
  if (done != second_done || (done && g_strcmp0 (first.true_path, second.true_path) != 0))
    g_error ("“%s”: the kernel's walk and the portable one differ: %s, %s", path, done ? first.true_path : error->message,
             second_done ? second.true_path : second_error->message);
  if (done)
    check_opened (&first, path);
}

/* The bytes are a path as a model might write it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *path = g_strndup ((const char *) data, size);
  g_autofree char *inside = NULL;

  if (base == NULL)
    prepare ();
  try_path (path, ENCLAVE_EFFECT_READ, ENCLAVE_RESOLVE_ANY);
  try_path (path, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE, ENCLAVE_RESOLVE_REGULAR | ENCLAVE_RESOLVE_ALLOW_MISSING);
  inside = g_strconcat (enclave_path_resolver_get_root (resolver), "/", path, NULL);
  try_path (inside, ENCLAVE_EFFECT_READ, ENCLAVE_RESOLVE_ANY);
  enclave_path_resolver_judge_name (resolver, ENCLAVE_EFFECT_WRITE, path, FALSE);
  return 0;
}
