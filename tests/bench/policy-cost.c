/* policy-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* policy-cost FOLDER ROUNDS: the judged opening of a path with at least 200 rules, against the system calls that it makes anyway, in
 * turn. Prints medians of an opening in microseconds: `judged_us=` and `calls_us=` of a few paths again and again, `walk_judged_us=`
 * and `walk_calls_us=` of a walk in which each path comes once a round and no two in a row lie in the same folder. */

#include "config.h"

#include <errno.h>
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
#define OPENINGS 1000
#define BLOCK 40
#define WALK_FOLDERS 40
#define WALK_FILES 25

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

/* What a judged opening asks of the kernel, and nothing else. @descriptors: the folder of the process's descriptors. */
static gboolean
open_plain (int root, int descriptors, const char *path)
{
  struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
  char number[16];
  char target[PATH_MAX];
  struct statx st;
  gboolean done;
  int fd;

  /* The kernel's answer to `..` while anybody renames something. */
  do
    fd = (int) syscall (SYS_openat2, root, path, &how, sizeof how);
  while (fd < 0 && errno == EAGAIN);
  if (fd < 0)
    return FALSE;
  g_snprintf (number, sizeof number, "%d", fd);
  done = readlinkat (descriptors, number, target, sizeof target) > 0
         && statx (fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &st) == 0;
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
write_file (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  return g_mkdir_with_parents (parent, 0755) == 0 && g_file_set_contents (path, text, -1, NULL);
}

/* Returns: (transfer full): the paths of the walk. */
static char **
prepare (const char *folder)
{
  g_autoptr (GString) rules = g_string_new (NULL);
  g_auto (GStrv) walk = g_new0 (char *, WALK_FOLDERS * WALK_FILES + 1);
  gboolean done;

  for (int i = 0; i < RULES; i++)
    g_string_append_printf (rules, i % 2 ? "secret-%d/\n" : "*.private%d\n", i);
  done = write_file (folder, ".enclave/policy", rules->str);
  for (gsize i = 0; done && i < G_N_ELEMENTS (paths) - 1; i++)
    done = write_file (folder, paths[i], "x\n");
  for (int i = 0; done && i < WALK_FOLDERS * WALK_FILES; i++)
    {
      walk[i] = g_strdup_printf ("walk/part-%d/Module%d/file-%d.c", i % 4, i % WALK_FOLDERS, i / WALK_FOLDERS);
      done = write_file (folder, walk[i], "x\n");
    }
  return done ? g_steal_pointer (&walk) : NULL;
}

static gboolean
open_block (EnclavePathResolver *resolver, int descriptors, const char *const *names, int n_names, int first, gboolean judges, GArray *costs)
{
  int root = enclave_path_resolver_get_root_fd (resolver);
  gint64 begun = g_get_monotonic_time ();
  double cost;

  for (int i = first; i < first + BLOCK; i++)
    if (!(judges ? open_judged (resolver, names[i % n_names]) : open_plain (root, descriptors, names[i % n_names])))
      return FALSE;
  cost = (double) (g_get_monotonic_time () - begun) / BLOCK;
  g_array_append_val (costs, cost);
  return TRUE;
}

/* One round, in blocks so short that what else the machine does hits a few of them only. The first of a pair warms the caches for the
 * second, so they change places. @costs: of judged and of plain openings, in microseconds. */
static gboolean
compare_costs (EnclavePathResolver *resolver, const char *const *names, int n_names, int round, GArray *const costs[2])
{
  int descriptors = open ("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
  gboolean done = TRUE;

  for (int first = 0; done && first < OPENINGS; first += BLOCK)
    for (int turn = 0; done && turn < 2; turn++)
      {
        gboolean judges = (first / BLOCK + round + turn) % 2 == 0;

        done = open_block (resolver, descriptors, names, n_names, first, judges, costs[judges ? 0 : 1]);
      }
  close (descriptors);
  return done;
}

static double
median (GArray *costs)
{
  g_array_sort (costs, compare);
  return g_array_index (costs, double, costs->len / 2);
}

int
main (int argc, char **argv)
{
  int rounds = argc == 3 ? atoi (argv[2]) : 0;
  g_autoptr (GArray) judged = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) plain = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) walk_judged = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) walk_plain = g_array_new (FALSE, FALSE, sizeof (double));
  g_auto (GStrv) walk = NULL;
  g_autoptr (EnclavePolicy) policy = NULL;
  g_autoptr (EnclavePathResolver) resolver = NULL;
  g_autoptr (GError) error = NULL;

  if (rounds < 1 || (walk = prepare (argv[1])) == NULL)
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
    if (!compare_costs (resolver, paths, G_N_ELEMENTS (paths), round, (GArray *const[]) { judged, plain })
        || !compare_costs (resolver, (const char *const *) walk, WALK_FOLDERS * WALK_FILES, round,
                           (GArray *const[]) { walk_judged, walk_plain }))
      return 1;
  printf ("rules=%u\njudged_us=%.3f\ncalls_us=%.3f\nwalk_judged_us=%.3f\nwalk_calls_us=%.3f\n", enclave_policy_get_n_rules (policy),
          median (judged), median (plain), median (walk_judged), median (walk_plain));
  return 0;
}
