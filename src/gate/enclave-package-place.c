/* enclave-package-place.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where packages of registries are once they were installed.
 */

#include "config.h"

#include "enclave-installed-program-private.h"

#include <string.h>
#include <unistd.h>

#include "enclave-file-door.h"
#include "enclave-json.h"

/* Of a cache, which has one folder for each command that was ever run. */
#define MAX_FOLDERS 512
#define MANIFEST_MAX_BYTES (512 * 1024)

void
enclave_package_place_free (EnclavePackagePlace *place)
{
  g_free (place->program);
  g_free (place->manifest);
  g_free (place->version);
  g_free (place->folder);
  g_free (place);
}

static void
add (GPtrArray *folders, char *folder)
{
  if (folder != NULL && !g_ptr_array_find_with_equal_func (folders, folder, g_str_equal, NULL))
    g_ptr_array_add (folders, folder);
  else
    g_free (folder);
}

/* @below of each folder in @parent. */
static void
add_children (GPtrArray *folders, const char *parent, const char *below)
{
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL && n++ < MAX_FOLDERS)
    add (folders, g_build_filename (parent, name, below, NULL));
}

static JsonObject *
read_manifest (const char *path)
{
  int fd = enclave_program_search_open (path, NULL);
  g_autofree char *text = NULL;
  gsize length = 0;

  if (fd < 0)
    return NULL;
  text = enclave_file_door_slurp (fd, MANIFEST_MAX_BYTES, &length);
  close (fd);

  return text != NULL ? enclave_json_parse_object (text, (gssize) length, NULL) : NULL;
}

/* The program that npx takes: the one that is asked for, the only one, or the one that is called like the package. */
static const char *
find_bin (JsonObject *manifest, const EnclavePackageCommand *command)
{
  const char *slash = strrchr (command->package, '/');
  const char *own = slash != NULL ? slash + 1 : command->package;
  const char *wanted = command->program != NULL ? command->program : own;
  JsonObject *bin = enclave_json_peek_object (manifest, "bin");
  const char *found;

  if (bin == NULL)
    return command->program == NULL || strcmp (command->program, own) == 0 ? enclave_json_peek_string (manifest, "bin") : NULL;
  found = enclave_json_peek_string (bin, wanted);
  if (found == NULL && command->program == NULL)
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *node;
      const char *only = NULL;
      gboolean all_same = TRUE;

      json_object_iter_init_ordered (&iter, bin);
      while (json_object_iter_next_ordered (&iter, &name, &node))
        {
          const char *file = enclave_json_peek_string (bin, name);

          all_same &= only == NULL || g_strcmp0 (file, only) == 0;
          only = only != NULL ? only : file;
        }
      found = all_same ? only : NULL;
    }
  return found;
}

/* The package below a folder node_modules. */
static EnclavePackagePlace *
look_below (const char *modules, const EnclavePackageCommand *command)
{
  g_autofree char *path = g_build_filename (modules, command->package, "package.json", NULL);
  g_autoptr (JsonObject) manifest = read_manifest (path);
  const char *version = enclave_json_peek_string (manifest, "version");
  const char *bin;
  EnclavePackagePlace *place;

  if (manifest == NULL || version == NULL || g_strcmp0 (enclave_json_peek_string (manifest, "name"), command->package) != 0
      || !enclave_package_command_accepts (command, version))
    return NULL;
  bin = find_bin (manifest, command);
  if (bin == NULL || g_path_is_absolute (bin))
    return NULL;
  place = g_new0 (EnclavePackagePlace, 1);
  place->program = g_build_filename (modules, command->package, bin, NULL);
  place->manifest = g_steal_pointer (&path);
  place->version = g_strdup (version);
  place->folder = g_strdup (modules);

  return place;
}

/* @is_cache: the newest counts, not the first. */
static EnclavePackagePlace *
look_in (EnclaveProgramSearch *search, GPtrArray *folders, const EnclavePackageCommand *command, gboolean is_cache)
{
  EnclavePackagePlace *best = NULL;

  for (guint i = 0; i < folders->len; i++)
    {
      g_autoptr (EnclavePackagePlace) place = look_below (g_ptr_array_index (folders, i), command);

      if (place != NULL && (best == NULL || enclave_package_version_compare (place->version, best->version) > 0))
        {
          g_clear_pointer (&best, enclave_package_place_free);
          best = g_steal_pointer (&place);
        }
      if (best != NULL && !is_cache)
        break;
    }
  return best;
}

/* Installed for everybody or for this user: beside each node on the PATH, and in the usual places. */
static GPtrArray *
list_node_folders (EnclaveProgramSearch *search)
{
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  const char *path = enclave_program_search_getenv (search, "PATH");
  const char *prefix = enclave_program_search_getenv (search, "npm_config_prefix");
  g_auto (GStrv) parts = g_strsplit (path != NULL ? path : "", ":", 0);

  if (search->workspace != NULL)
    add (folders, g_build_filename (search->workspace, "node_modules", NULL));
  if (prefix != NULL)
    add (folders, g_build_filename (prefix, "lib", "node_modules", NULL));
  for (guint i = 0; parts[i] != NULL; i++)
    if (g_path_is_absolute (parts[i]) && g_str_has_suffix (parts[i], "/bin"))
      {
        g_autofree char *above = g_path_get_dirname (parts[i]);

        add (folders, g_build_filename (above, "lib", "node_modules", NULL));
      }
  add (folders, g_build_filename (search->home, ".npm-global", "lib", "node_modules", NULL));
  add (folders, g_build_filename (search->home, ".local", "lib", "node_modules", NULL));
  add (folders, g_build_filename (search->home, ".bun", "install", "global", "node_modules", NULL));
  add (folders, g_strdup ("/usr/local/lib/node_modules"));
  add (folders, g_strdup ("/usr/lib/node_modules"));
  add (folders, g_strdup ("/usr/share/nodejs"));

  return folders;
}

EnclavePackagePlace *
enclave_package_place_find_node (EnclaveProgramSearch *search, const EnclavePackageCommand *command)
{
  g_autoptr (GPtrArray) folders = list_node_folders (search);
  g_autoptr (GPtrArray) cached = g_ptr_array_new_with_free_func (g_free);
  const char *cache = enclave_program_search_getenv (search, "npm_config_cache");
  g_autofree char *npx = cache != NULL ? g_build_filename (cache, "_npx", NULL) : g_build_filename (search->home, ".npm", "_npx", NULL);
  EnclavePackagePlace *place = look_in (search, folders, command, FALSE);

  for (guint i = 0; i < folders->len; i++)
    add (search->looked_in, g_strdup (g_ptr_array_index (folders, i)));
  if (place != NULL)
    return place;
  add_children (cached, npx, "node_modules");
  add (search->looked_in, g_steal_pointer (&npx));

  return look_in (search, cached, command, TRUE);
}

/* Names are compared as in PEP 503, with `_` for all of them, as folders of metadata have it. */
static char *
normalize (const char *name)
{
  GString *normal = g_string_new (NULL);

  for (const char *p = name; *p != '\0'; p++)
    if (strchr ("-_.", *p) == NULL)
      g_string_append_c (normal, g_ascii_tolower (*p));
    else if (normal->len > 0 && normal->str[normal->len - 1] != '_')
      g_string_append_c (normal, '_');
  return g_string_free (normal, FALSE);
}

/* The version of the package in an environment of Python. (transfer full) (nullable) */
static char *
find_python_version (const char *environment, const char *package)
{
  g_autofree char *lib = g_build_filename (environment, "lib", NULL);
  g_autofree char *wanted = normalize (package);
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  add_children (folders, lib, "site-packages");
  for (guint i = 0; i < folders->len; i++)
    {
      g_autoptr (GDir) dir = g_dir_open (g_ptr_array_index (folders, i), 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          const char *dash = strchr (name, '-');
          g_autofree char *own = dash != NULL && g_str_has_suffix (name, ".dist-info") ? g_strndup (name, (gsize) (dash - name)) : NULL;
          g_autofree char *normal = own != NULL ? normalize (own) : NULL;

          if (normal != NULL && strcmp (normal, wanted) == 0)
            return g_strndup (dash + 1, strlen (dash + 1) - strlen (".dist-info"));
        }
    }
  return NULL;
}

static EnclavePackagePlace *
look_in_environment (const char *environment, const EnclavePackageCommand *command)
{
  const char *name = command->program != NULL ? command->program : command->package;
  g_autofree char *program = g_build_filename (environment, "bin", name, NULL);
  g_autofree char *version = NULL;
  EnclavePackagePlace *place;

  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    return NULL;
  version = find_python_version (environment, command->package);
  if (version == NULL || !enclave_package_command_accepts (command, version))
    return NULL;
  place = g_new0 (EnclavePackagePlace, 1);
  place->program = g_steal_pointer (&program);
  place->version = g_steal_pointer (&version);
  place->folder = g_strdup (environment);

  return place;
}

EnclavePackagePlace *
enclave_package_place_find_python (EnclaveProgramSearch *search, const EnclavePackageCommand *command)
{
  g_autoptr (GPtrArray) environments = g_ptr_array_new_with_free_func (g_free);
  const char *data = enclave_program_search_getenv (search, "XDG_DATA_HOME");
  const char *cache = enclave_program_search_getenv (search, "XDG_CACHE_HOME");
  const char *uv_tools = enclave_program_search_getenv (search, "UV_TOOL_DIR");
  const char *uv_cache = enclave_program_search_getenv (search, "UV_CACHE_DIR");
  g_autofree char *data_home = data != NULL ? g_strdup (data) : g_build_filename (search->home, ".local", "share", NULL);
  g_autofree char *cache_home = cache != NULL ? g_strdup (cache) : g_build_filename (search->home, ".cache", NULL);
  g_autofree char *tools = uv_tools != NULL ? g_strdup (uv_tools) : g_build_filename (data_home, "uv", "tools", NULL);
  g_autofree char *uv = uv_cache != NULL ? g_strdup (uv_cache) : g_build_filename (cache_home, "uv", NULL);
  g_autofree char *archive = g_build_filename (uv, "archive-v0", NULL);
  EnclavePackagePlace *place = NULL;

  if (search->workspace != NULL)
    add (environments, g_build_filename (search->workspace, ".venv", NULL));
  add (environments, g_build_filename (tools, command->package, NULL));
  add (environments, g_build_filename (data_home, "pipx", "venvs", command->package, NULL));
  add (environments, g_build_filename (search->home, ".local", "pipx", "venvs", command->package, NULL));
  add (environments, g_build_filename (search->home, ".local", NULL));
  add (environments, g_strdup ("/usr/local"));
  for (guint i = 0; i < environments->len; i++)
    add (search->looked_in, g_strdup (g_ptr_array_index (environments, i)));
  add (search->looked_in, g_strdup (archive));
  add_children (environments, archive, NULL);
  for (guint i = 0; i < environments->len && place == NULL; i++)
    place = look_in_environment (g_ptr_array_index (environments, i), command);

  return place;
}
