/* policy-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* policy-cost FOLDER ROUNDS: the judged opening of a path with at least 200 rules, against the system calls that it makes anyway, in
 * turn. Prints `judged_us=` and `calls_us=`, medians of an opening. */

#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/openat2.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "enclave-path-resolver.h"

#define RULES 200
#define OPENINGS 500

static const char *const paths[] = { "a.txt", "src/main.c", "src/deep/folder/with/file.c", "./src/../a.txt" };

static gboolean
open_judged (EnclavePathResolver *resolver, const char *path)
{
  g_auto (EnclaveResolvedPath) resolved = ENCLAVE_RESOLVED_PATH_INIT;
  g_autoptr (GError) error = NULL;

  if (enclave_path_resolver_open (resolver, ENCLAVE_EFFECT_READ, path, ENCLAVE_RESOLVE_REGULAR, &resolved, &error))
    return TRUE;
  g_printerr ("%s\n", error->message);
  return FALSE;
}

/* What a judged opening asks of the kernel, and nothing else. */
static gboolean
open_plain (int root, const char *path)
{
  struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
  char link[64];
  char target[PATH_MAX];
  struct stat st;
  int fd = (int) syscall (SYS_openat2, root, path, &how, sizeof how);
  gboolean done;

  if (fd < 0)
    return FALSE;
  g_snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  done = readlink (link, target, sizeof target) > 0 && fstat (fd, &st) == 0;
  close (fd);
  return done;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a;
  double second = *(const double *) b;

  return (first > second) - (first < second);
}

static gboolean
prepare (const char *folder)
{
  g_autofree char *policy = g_build_filename (folder, ".enclave", "policy", NULL);
  g_autoptr (GString) rules = g_string_new (NULL);

  for (int i = 0; i < RULES; i++)
    g_string_append_printf (rules, i % 2 ? "secret-%d/\n" : "*.private%d\n", i);
  for (gsize i = 0; i < G_N_ELEMENTS (paths) - 1; i++)
    {
      g_autofree char *path = g_build_filename (folder, paths[i], NULL);
      g_autofree char *parent = g_path_get_dirname (path);

      if (g_mkdir_with_parents (parent, 0755) != 0 || !g_file_set_contents (path, "x\n", -1, NULL))
        return FALSE;
    }
  {
    g_autofree char *parent = g_path_get_dirname (policy);

    return g_mkdir_with_parents (parent, 0755) == 0 && g_file_set_contents (policy, rules->str, -1, NULL);
  }
}

int
main (int argc, char **argv)
{
  int rounds = argc == 3 ? atoi (argv[2]) : 0;
  g_autofree double *judged = g_new0 (double, MAX (rounds, 1));
  g_autofree double *plain = g_new0 (double, MAX (rounds, 1));
  g_autoptr (EnclavePolicy) policy = NULL;
  g_autoptr (EnclavePathResolver) resolver = NULL;
  g_autoptr (GError) error = NULL;

  if (rounds < 1 || !prepare (argv[1]))
    {
      g_printerr ("usage: policy-cost FOLDER ROUNDS\n");
      return 2;
    }
  policy = enclave_policy_load (argv[1], &error);
  resolver = policy != NULL ? enclave_path_resolver_new (argv[1], policy, &error) : NULL;
  if (resolver == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  for (int round = 0; round < rounds; round++)
    {
      gint64 begun = g_get_monotonic_time ();
      gint64 between;

      for (int i = 0; i < OPENINGS; i++)
        if (!open_judged (resolver, paths[i % G_N_ELEMENTS (paths)]))
          return 1;
      between = g_get_monotonic_time ();
      for (int i = 0; i < OPENINGS; i++)
        if (!open_plain (enclave_path_resolver_get_root_fd (resolver), paths[i % G_N_ELEMENTS (paths)]))
          return 1;
      judged[round] = (double) (between - begun) / OPENINGS;
      plain[round] = (double) (g_get_monotonic_time () - between) / OPENINGS;
    }
  qsort (judged, (gsize) rounds, sizeof *judged, compare);
  qsort (plain, (gsize) rounds, sizeof *plain, compare);
  printf ("rules=%u\njudged_us=%.3f\ncalls_us=%.3f\n", enclave_policy_get_n_rules (policy), judged[rounds / 2],
          plain[rounds / 2]);
  return 0;
}
