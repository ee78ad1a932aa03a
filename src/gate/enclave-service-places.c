/* enclave-service-places.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-service-places.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

/* Of package managers with folders of their own, whose programs find their libraries all over them. */
static const char *const roots[] = { "/home/linuxbrew/.linuxbrew", "/nix/store", "/gnu/store" };

static gboolean
is_within (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return strncmp (path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* A folder that holds more than programs. */
static gboolean
is_mixed (const char *folder)
{
  if (g_str_equal (folder, "/") || g_str_equal (folder, g_get_tmp_dir ()) || is_within (g_get_home_dir (), folder))
    return TRUE;
  for (int i = 0; i < G_USER_N_DIRECTORIES; i++)
    {
      const char *special = g_get_user_special_dir ((GUserDirectory) i);

      if (special != NULL && g_str_equal (folder, special))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_system (const char *path)
{
  return is_within (path, "/usr") || is_within (path, "/bin") || is_within (path, "/opt");
}

static void
add (GPtrArray *places, const char *path)
{
  if (!g_ptr_array_find_with_equal_func (places, path, g_str_equal, NULL))
    g_ptr_array_add (places, g_strdup (path));
}

static void
add_program (GPtrArray *places, const char *program)
{
  static const char *const beside[] = { "lib", "lib64", "libexec" };
  g_autofree char *folder = g_path_get_dirname (program);
  g_autofree char *name = g_path_get_basename (folder);
  g_autofree char *above = g_path_get_dirname (folder);

  if (is_system (program))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (roots); i++)
    if (is_within (program, roots[i]))
      {
        add (places, roots[i]);
        return;
      }
  add (places, is_mixed (folder) ? program : folder);
  for (guint i = 0; g_str_equal (name, "bin") && !is_mixed (above) && i < G_N_ELEMENTS (beside); i++)
    {
      g_autofree char *libraries = g_build_filename (above, beside[i], NULL);

      if (g_file_test (libraries, G_FILE_TEST_IS_DIR))
        add (places, libraries);
    }
}

GStrv
enclave_service_places_of_program (const char *program)
{
  g_autoptr (GPtrArray) places = g_ptr_array_new_with_free_func (g_free);
  char *real;

  g_return_val_if_fail (program != NULL && g_path_is_absolute (program), NULL);

  add_program (places, program);
  real = realpath (program, NULL);
  if (real != NULL && !g_str_equal (real, program))
    add_program (places, real);
  free (real);
  g_ptr_array_add (places, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&places), FALSE);
}

char *
enclave_service_places_resolve (const char *program)
{
  g_autofree char *folder = NULL;
  char *real;
  char *path;

  g_return_val_if_fail (program != NULL && g_path_is_absolute (program), NULL);

  folder = g_path_get_dirname (program);
  if (is_system (program) || !is_mixed (folder))
    return g_strdup (program);
  real = realpath (program, NULL);
  path = g_strdup (real != NULL ? real : program);
  free (real);
  return path;
}

GStrv
enclave_service_places_of_graphics (void)
{
  static const char *const patterns[] = { "/dev/dri/renderD*", "/dev/kfd",            "/dev/nvidia[0-9]*", "/dev/nvidiactl",
                                          "/dev/nvidia-uvm",   "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset" };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      glob_t found;

      if (glob (patterns[i], 0, NULL, &found) != 0)
        continue;
      for (gsize k = 0; k < found.gl_pathc; k++)
        g_strv_builder_add (builder, found.gl_pathv[k]);
      globfree (&found);
    }
  return g_strv_builder_end (builder);
}
