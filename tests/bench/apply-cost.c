/* apply-cost.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What it costs to read a diff of 400 hunks and to apply it to a file of 10,000 lines: in memory, as the review does it; by libgit2
 * to a file of a work tree and to a tree in memory; by the command git apply. The subjects take turns, each result is compared
 * with the bytes that must come out, and the medians are held against the limits. */

#include "config.h"

#include <gio/gio.h>
#include <git2.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "enclave-patch.h"

#define N_LINES 10000
#define N_HUNKS 400
#define ROUNDS 20
#define LIBGIT2_SHARE (1.0 / 15)
#define GIT_SHARE (1.0 / 30)

typedef enum
{
  SUBJECT_ENCLAVE,
  SUBJECT_LIBGIT2,
  SUBJECT_LIBGIT2_MEMORY,
  SUBJECT_GIT,
  N_SUBJECTS,
} Subject;

static const char *const names[N_SUBJECTS] = { "enclave", "libgit2", "libgit2, in memory", "git apply" };

typedef struct
{
  char *before;
  char *after;
  char *diff;
  char *folder;  /* of the work tree */
  char *path;    /* of its file */
  git_repository *repository;
  git_tree *tree;
} Bench;

static void
require (int result)
{
  if (result < 0)
    g_error ("%s", git_error_last () != NULL ? git_error_last ()->message : "libgit2");
}

static char *
make_line (guint number, GRand *random)
{
  switch (number % 5)
    {
    case 0:
      return g_strdup_printf ("static int value_%u (struct item *item, int count) /* %08x */", number, g_rand_int (random));
    case 1:
      return g_strdup ("{");
    case 2:
      return g_strdup_printf ("  return item->first[%u] + count * %u;", number % 97, g_rand_int (random) % 1000);
    case 3:
      return g_strdup ("}");
    default:
      return g_strdup ("");
    }
}

/* In each 25 lines one is changed, and in each 50 one added and one taken away. */
static void
make_texts (Bench *bench)
{
  GRand *random = g_rand_new_with_seed (10000);
  GString *before = g_string_new (NULL);
  GString *after = g_string_new (NULL);
  GString *diff = g_string_new ("diff --git a/f.c b/f.c\n--- a/f.c\n+++ b/f.c\n");
  guint n_new = 0;

  for (guint first = 0; first < N_LINES; first += N_LINES / N_HUNKS)
    {
      guint added = first / 25 % 2 == 0;
      g_autoptr (GString) body = g_string_new (NULL);

      for (guint i = 0; i < 25; i++)
        {
          g_autofree char *line = make_line (first + i, random);
          gboolean changed = i == 12;
          gboolean gone = !added && i == 14;

          g_string_append_printf (before, "%s\n", line);
          if (changed)
            g_string_append_printf (after, "  /* changed */ %s\n", line);
          else if (!gone)
            g_string_append_printf (after, "%s\n", line);
          if (added && i == 14)
            g_string_append (after, "  int added;\n");
          if (i < 9 || i > 17)
            continue;
          g_string_append_printf (body, "%c%s\n", changed || gone ? '-' : ' ', line);
          if (changed)
            g_string_append_printf (body, "+  /* changed */ %s\n", line);
          if (added && i == 14)
            g_string_append (body, "+  int added;\n");
        }
      g_string_append_printf (diff, "@@ -%u,9 +%u,%u @@\n%s", first + 10, first + 10 + n_new, added ? 10u : 8u, body->str);
      n_new += added ? 1 : -1u;
    }
  g_rand_free (random);
  bench->before = g_string_free (before, FALSE);
  bench->after = g_string_free (after, FALSE);
  bench->diff = g_string_free (diff, FALSE);
}

static void
make_repository (Bench *bench)
{
  git_index *index;
  git_oid id;

  bench->folder = g_dir_make_tmp ("apply-cost-XXXXXX", NULL);
  bench->path = g_build_filename (bench->folder, "f.c", NULL);
  g_assert_true (g_file_set_contents (bench->path, bench->before, -1, NULL));
  require (git_repository_init (&bench->repository, bench->folder, FALSE));
  require (git_repository_index (&index, bench->repository));
  require (git_index_add_bypath (index, "f.c"));
  require (git_index_write (index));
  require (git_index_write_tree (&id, index));
  require (git_tree_lookup (&bench->tree, bench->repository, &id));
  git_index_free (index);
}

static void
check_file (Bench *bench)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (bench->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, bench->after);
}

static double
run_enclave (Bench *bench)
{
  gint64 start = g_get_monotonic_time ();
  double taken;

  for (guint i = 0; i < ROUNDS; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (EnclavePatch) patch = enclave_patch_parse_diff (bench->diff, &error);
      EnclaveMatchQuality quality;
      g_autofree char *result = NULL;

      g_assert_no_error (error);
      result = enclave_patch_apply (bench->before, g_ptr_array_index (patch->operations, 0), &quality, &error);
      g_assert_no_error (error);
      g_assert_cmpint (quality, ==, ENCLAVE_MATCH_EXACT);
      if (i == 0)
        {
          g_assert_cmpuint (((EnclavePatchOperation *) g_ptr_array_index (patch->operations, 0))->hunks->len, ==, N_HUNKS);
          g_assert_cmpstr (result, ==, bench->after);
        }
    }
  taken = (double) (g_get_monotonic_time () - start) / 1000 / ROUNDS;
  return taken;
}

static double
run_libgit2 (Bench *bench)
{
  git_diff *diff;
  gint64 start;
  double taken;

  g_assert_true (g_file_set_contents (bench->path, bench->before, -1, NULL));
  start = g_get_monotonic_time ();
  require (git_diff_from_buffer (&diff, bench->diff, strlen (bench->diff)));
  require (git_apply (bench->repository, diff, GIT_APPLY_LOCATION_WORKDIR, NULL));
  taken = (double) (g_get_monotonic_time () - start) / 1000;
  git_diff_free (diff);
  check_file (bench);
  return taken;
}

static double
run_libgit2_memory (Bench *bench)
{
  git_diff *diff;
  git_index *index;
  gint64 start = g_get_monotonic_time ();
  double taken;

  require (git_diff_from_buffer (&diff, bench->diff, strlen (bench->diff)));
  require (git_apply_to_tree (&index, bench->repository, bench->tree, diff, NULL));
  taken = (double) (g_get_monotonic_time () - start) / 1000;
  git_index_free (index);
  git_diff_free (diff);
  return taken;
}

static double
run_git (Bench *bench)
{
  g_autofree char *diff = g_build_filename (bench->folder, ".git", "p.diff", NULL);
  const char *command[] = { "git", "-C", bench->folder, "apply", diff, NULL };
  gint64 start;
  int status;

  g_assert_true (g_file_set_contents (bench->path, bench->before, -1, NULL));
  g_assert_true (g_file_set_contents (diff, bench->diff, -1, NULL));
  start = g_get_monotonic_time ();
  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  check_file (bench);
  return (double) (g_get_monotonic_time () - start) / 1000;
}

static int
compare (const void *a, const void *b)
{
  return (*(const double *) a > *(const double *) b) - (*(const double *) a < *(const double *) b);
}

int
main (int argc, char *argv[])
{
  static double (*const run[N_SUBJECTS]) (Bench *) = { run_enclave, run_libgit2, run_libgit2_memory, run_git };
  guint runs = argc > 1 ? (guint) atoi (argv[1]) : 5;
  g_autofree double *times = NULL;
  double medians[N_SUBJECTS];
  Bench bench = { 0 };
  g_autofree char *quoted = NULL;
  g_autofree char *remove = NULL;
  gboolean good;

  /* The heap of an application that has been running for a while: for both libraries, pages that were given back are not asked for
   * again in each round. */
  mallopt (M_TRIM_THRESHOLD, 64 << 20);
  mallopt (M_MMAP_THRESHOLD, 64 << 20);
  runs = CLAMP (runs, 1, 1000);
  times = g_new0 (double, runs * N_SUBJECTS);
  git_libgit2_init ();
  make_texts (&bench);
  make_repository (&bench);
  for (guint i = 0; i < runs; i++)
    for (guint subject = 0; subject < N_SUBJECTS; subject++)
      times[subject * runs + i] = run[subject](&bench);

  for (guint subject = 0; subject < N_SUBJECTS; subject++)
    {
      double *own = times + subject * runs;

      qsort (own, runs, sizeof *own, compare);
      medians[subject] = own[runs / 2];
      printf ("%-20s %8.3f ms (%.3f to %.3f), %.1f times enclave\n", names[subject], own[runs / 2], own[0], own[runs - 1],
              own[runs / 2] / medians[SUBJECT_ENCLAVE]);
    }
  good = medians[SUBJECT_ENCLAVE] <= medians[SUBJECT_LIBGIT2] * LIBGIT2_SHARE &&
         medians[SUBJECT_ENCLAVE] <= medians[SUBJECT_GIT] * GIT_SHARE;
  printf ("%s: at most 1/15 of libgit2 and 1/30 of git apply\n", good ? "within the limits" : "ABOVE THE LIMITS");

  git_tree_free (bench.tree);
  git_repository_free (bench.repository);
  quoted = g_shell_quote (bench.folder);
  remove = g_strdup_printf ("rm -rf %s", quoted);
  g_spawn_command_line_sync (remove, NULL, NULL, NULL, NULL);
  return good ? 0 : 1;
}
