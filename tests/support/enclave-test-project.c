/* enclave-test-project.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "enclave-test-project.h"

static char *isolated_home;

static int
remove_one (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  if (type == FTW_DNR)
    {
      g_chmod (path, 0700);
      return 0;
    }

  return remove (path);
}

static void
remove_tree (const char *path)
{
  nftw (path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
remove_home (void)
{
  remove_tree (isolated_home);
  g_clear_pointer (&isolated_home, g_free);
}

void
enclave_test_isolate (void)
{
  static const struct
  {
    const char *variable;
    const char *folder;
  } folders[] = {
    { "XDG_CONFIG_HOME", "config" }, { "XDG_STATE_HOME", "state" },     { "XDG_DATA_HOME", "data" },
    { "XDG_CACHE_HOME", "cache" },   { "XDG_RUNTIME_DIR", "runtime" },
  };

  g_assert_null (isolated_home);
  isolated_home = g_dir_make_tmp ("enclave-test-home-XXXXXX", NULL);
  g_assert_nonnull (isolated_home);
  g_setenv ("HOME", isolated_home, TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (isolated_home, folders[i].folder, NULL);

      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
      g_setenv (folders[i].variable, path, TRUE);
    }
  atexit (remove_home);
}

EnclaveTestProject *
enclave_test_project_new (void)
{
  EnclaveTestProject *project = g_new0 (EnclaveTestProject, 1);
  g_autofree char *folder = g_dir_make_tmp ("enclave-test-XXXXXX", NULL);
  char *resolved;

  g_assert_nonnull (folder);
  resolved = realpath (folder, NULL);
  g_assert_nonnull (resolved);
  project->root = g_strdup (resolved);
  free (resolved);

  return project;
}

void
enclave_test_project_free (EnclaveTestProject *project)
{
  remove_tree (project->root);
  g_free (project->root);
  g_free (project);
}

char *
enclave_test_project_path (EnclaveTestProject *project, const char *path)
{
  return g_build_filename (project->root, path, NULL);
}

static char *
path_with_folders (EnclaveTestProject *project, const char *path)
{
  char *absolute = enclave_test_project_path (project, path);
  g_autofree char *folder = g_path_get_dirname (absolute);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);

  return absolute;
}

void
enclave_test_project_write (EnclaveTestProject *project, const char *path, const char *text)
{
  enclave_test_project_write_bytes (project, path, text, strlen (text));
}

void
enclave_test_project_write_bytes (EnclaveTestProject *project, const char *path, const char *bytes, gsize length)
{
  g_autofree char *absolute = path_with_folders (project, path);
  g_autoptr(GError) error = NULL;

  g_file_set_contents (absolute, bytes, (gssize) length, &error);
  g_assert_no_error (error);
}

void
enclave_test_project_make_folder (EnclaveTestProject *project, const char *path)
{
  g_autofree char *absolute = enclave_test_project_path (project, path);

  g_assert_cmpint (g_mkdir_with_parents (absolute, 0755), ==, 0);
}

void
enclave_test_project_symlink (EnclaveTestProject *project, const char *target, const char *path)
{
  g_autofree char *absolute = path_with_folders (project, path);

  g_assert_cmpint (symlink (target, absolute), ==, 0);
}

void
enclave_test_project_hard_link (EnclaveTestProject *project, const char *existing, const char *path)
{
  g_autofree char *from = enclave_test_project_path (project, existing);
  g_autofree char *to = path_with_folders (project, path);

  g_assert_cmpint (link (from, to), ==, 0);
}

void
enclave_test_project_remove (EnclaveTestProject *project, const char *path)
{
  g_autofree char *absolute = enclave_test_project_path (project, path);

  remove_tree (absolute);
}

gboolean
enclave_test_project_exists (EnclaveTestProject *project, const char *path)
{
  g_autofree char *absolute = enclave_test_project_path (project, path);
  GStatBuf st;

  return g_lstat (absolute, &st) == 0;
}

char *
enclave_test_project_read (EnclaveTestProject *project, const char *path)
{
  g_autofree char *absolute = enclave_test_project_path (project, path);
  char *text = NULL;

  g_file_get_contents (absolute, &text, NULL, NULL);

  return text;
}

void
enclave_test_result_callback (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **slot = user_data;

  g_assert_null (*slot);
  *slot = g_object_ref (result);
  g_main_context_wakeup (NULL);
}

static gboolean
on_timeout (gpointer data)
{
  *(gboolean *) data = TRUE;

  return G_SOURCE_REMOVE;
}

GAsyncResult *
enclave_test_wait (GAsyncResult **result)
{
  gboolean late = FALSE;
  guint timeout = g_timeout_add_seconds (30, on_timeout, &late);

  while (*result == NULL && !late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (late);
  g_source_remove (timeout);

  return g_steal_pointer (result);
}

void
enclave_test_spin (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add (milliseconds, on_timeout, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}
