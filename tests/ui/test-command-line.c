/* test-command-line.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gstdio.h>

#include "enclave-command-line.h"

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *plain = NULL;
  g_autofree char *colons = NULL;

  fixture->folder = g_dir_make_tmp ("enclave-command-line-XXXXXX", NULL);
  plain = g_build_filename (fixture->folder, "ring.c", NULL);
  colons = g_build_filename (fixture->folder, "a:12", NULL);
  g_assert_true (g_file_set_contents (plain, "x\n", -1, NULL));
  g_assert_true (g_file_set_contents (colons, "x\n", -1, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  const char *const names[] = { "ring.c", "a:12" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);

      g_remove (path);
    }
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static void
check_one (Fixture *fixture, const char *const *arguments, const char *name, guint line, guint column)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) targets = enclave_command_line_parse (arguments, fixture->folder, &error);
  g_autofree char *found = NULL;
  EnclaveOpenTarget *target;

  g_assert_no_error (error);
  g_assert_cmpuint (targets->len, ==, 1);
  target = g_ptr_array_index (targets, 0);
  found = g_file_get_basename (target->file);
  g_assert_cmpstr (found, ==, name);
  g_assert_cmpuint (target->line, ==, line);
  g_assert_cmpuint (target->column, ==, column);
}

static void
test_places (Fixture *fixture, gconstpointer data)
{
  check_one (fixture, (const char *const[]){ "ring.c", NULL }, "ring.c", 0, 0);
  check_one (fixture, (const char *const[]){ "ring.c:12", NULL }, "ring.c", 12, 0);
  check_one (fixture, (const char *const[]){ "ring.c:12:", NULL }, "ring.c", 12, 0);
  check_one (fixture, (const char *const[]){ "ring.c:12:7", NULL }, "ring.c", 12, 7);
  check_one (fixture, (const char *const[]){ "+12", "ring.c", NULL }, "ring.c", 12, 0);
  check_one (fixture, (const char *const[]){ "+12:7", "ring.c", NULL }, "ring.c", 12, 7);
  check_one (fixture, (const char *const[]){ "ring.c:99999999999999999999", NULL }, "ring.c", 100000000, 0);
}

static void
test_names_with_colons (Fixture *fixture, gconstpointer data)
{
  /* what exists as it stands is never cut */
  check_one (fixture, (const char *const[]){ "a:12", NULL }, "a:12", 0, 0);
  check_one (fixture, (const char *const[]){ "a:12:3", NULL }, "a:12", 3, 0);
  check_one (fixture, (const char *const[]){ "new.c:5:6", NULL }, "new.c", 5, 6);
  check_one (fixture, (const char *const[]){ "new:name.c", NULL }, "new:name.c", 0, 0);
  check_one (fixture, (const char *const[]){ ":5", NULL }, ":5", 0, 0);
}

static void
test_line_without_file (Fixture *fixture, gconstpointer data)
{
  const char *const arguments[] = { "ring.c", "+3", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (enclave_command_line_parse (arguments, fixture->folder, &error));
  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  g_assert_nonnull (strstr (error->message, "+3"));
}

static void
test_plus_names (Fixture *fixture, gconstpointer data)
{
  check_one (fixture, (const char *const[]){ "+name", NULL }, "+name", 0, 0);
  check_one (fixture, (const char *const[]){ "+3", "+4", NULL }, "+4", 3, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/command-line/places", Fixture, NULL, set_up, test_places, tear_down);
  g_test_add ("/command-line/names-with-colons", Fixture, NULL, set_up, test_names_with_colons, tear_down);
  g_test_add ("/command-line/line-without-file", Fixture, NULL, set_up, test_line_without_file, tear_down);
  g_test_add ("/command-line/plus-names", Fixture, NULL, set_up, test_plus_names, tear_down);
  return g_test_run ();
}
