/* enclave-installed-program.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-installed-program-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enclave-limits.h"
#include "enclave-utf8.h"

#define PIECE_BYTES (256 * 1024)
/* From a script up to the folder of its package: dist/bin/index.js. */
#define MAX_PACKAGE_LEVELS 4

static void
file_free (gpointer data)
{
  EnclaveProgramFile *file = data;

  g_free (file->path);
  g_free (file->digest);
  g_free (file);
}

void
enclave_installed_program_free (EnclaveInstalledProgram *self)
{
  g_strfreev (self->argv);
  g_strfreev (self->readable);
  g_ptr_array_unref (self->files);
  g_free (self->version);
  g_free (self->package);
  g_free (self);
}

static void
search_free (gpointer data)
{
  EnclaveProgramSearch *search = data;

  g_strfreev (search->argv);
  g_strfreev (search->environment);
  g_free (search->workspace);
  g_ptr_array_unref (search->looked_in);
  g_free (search);
}

const char *
enclave_program_search_getenv (EnclaveProgramSearch *search, const char *name)
{
  return search->environment != NULL ? g_environ_getenv (search->environment, name) : g_getenv (name);
}

static char *
without_links (const char *path)
{
  char *resolved = realpath (path, NULL);
  char *real = g_strdup (resolved);

  free (resolved);
  return real;
}

static gboolean
is_program (const char *path)
{
  struct stat st;

  return stat (path, &st) == 0 && S_ISREG (st.st_mode) && access (path, X_OK) == 0;
}

char *
enclave_program_search_find_in_path (EnclaveProgramSearch *search, const char *name)
{
  const char *path = enclave_program_search_getenv (search, "PATH");
  g_auto (GStrv) parts = NULL;

  if (strchr (name, '/') != NULL)
    {
      g_autofree char *absolute = g_path_is_absolute (name) || search->workspace == NULL ? g_strdup (name)
                                                                                         : g_build_filename (search->workspace, name, NULL);

      return g_path_is_absolute (absolute) && is_program (absolute) ? without_links (absolute) : NULL;
    }
  parts = g_strsplit (path != NULL ? path : "/usr/local/bin:/usr/bin:/bin", ":", 0);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *candidate = g_build_filename (parts[i], name, NULL);

      /* A folder that hangs on where one is may be of anybody. */
      if (g_path_is_absolute (parts[i]) && is_program (candidate))
        return without_links (candidate);
    }
  return NULL;
}

int
enclave_program_search_open (const char *path, char **real)
{
  struct stat st;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    return -1;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      close (fd);
      errno = EINVAL;
      return -1;
    }
  if (real != NULL)
    *real = without_links (path);
  return fd;
}

gboolean
enclave_program_search_is_script_of (const char *path, const char *word)
{
  char head[256];
  int fd = enclave_program_search_open (path, NULL);
  gssize n = fd >= 0 ? read (fd, head, sizeof head - 1) : -1;

  if (fd >= 0)
    close (fd);
  if (n < 2 || head[0] != '#' || head[1] != '!')
    return FALSE;
  head[n] = '\0';
  head[strcspn (head, "\r\n")] = '\0';

  return strstr (head, word) != NULL;
}

/* Programs whose first argument that is no option is what they run. */
static gboolean
is_interpreter (const char *path)
{
  static const char *const names[] = { "node", "nodejs", "deno", "bun", "python", "pypy", "ruby", "perl", "php", "sh", "bash", "dash", "java", NULL };
  g_autofree char *name = g_path_get_basename (path);

  for (guint i = 0; names[i] != NULL; i++)
    {
      gsize length = strlen (names[i]);

      /* python3.11 */
      if (strncmp (name, names[i], length) == 0 && name[length + strspn (name + length, "0123456789.")] == '\0')
        return TRUE;
    }
  return FALSE;
}

static gboolean
add_file (EnclaveInstalledProgram *program, EnclaveProgramSearch *search, const char *path, GCancellable *cancellable, GError **error)
{
  g_autofree char *real = NULL;
  g_autofree char *piece = g_malloc (PIECE_BYTES);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  EnclaveProgramFile *file;
  int fd = enclave_program_search_open (path, &real);
  gssize n = fd >= 0 ? 0 : -1;

  if (fd >= 0 && !search->without_digests)
    do
      {
        n = read (fd, piece, PIECE_BYTES);
        if (n > 0)
          g_checksum_update (checksum, (const guchar *) piece, n);
      }
    while ((n > 0 || (n < 0 && errno == EINTR)) && !g_cancellable_is_cancelled (cancellable));
  if (n < 0 || real == NULL)
    {
      int code = errno;
      g_autofree char *shown = enclave_utf8_display_name (path);

      if (fd >= 0)
        close (fd);
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_FAILED, NULL, NULL, _ ("Reading the program %s: %s"), shown,
                                                        g_strerror (code)));
      return FALSE;
    }
  close (fd);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  file = g_new0 (EnclaveProgramFile, 1);
  file->path = g_steal_pointer (&real);
  file->digest = search->without_digests ? NULL : g_strdup (g_checksum_get_string (checksum));
  g_ptr_array_add (program->files, file);

  return TRUE;
}

static GError *
not_found (EnclaveProgramSearch *search, const char *what)
{
  g_autofree char *shown = enclave_utf8_display_name (what);
  const char *path = enclave_program_search_getenv (search, "PATH");

  if (strchr (what, '/') != NULL)
    return enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL, _ ("There is no program %s"), shown);
  return enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL,
                                 /* Translators: the name of a program, then folders */
                                 _ ("There is no program “%s” in the PATH of your login shell: %s"), shown, path != NULL ? path : "");
}

static GError *
not_installed (EnclaveProgramSearch *search, const EnclavePackageCommand *command)
{
  g_autoptr (GString) folders = g_string_new (NULL);
  const char *install = command->kind == ENCLAVE_PACKAGE_NODE ? "npm install -g" : "uv tool install";
  const char *mark = command->kind == ENCLAVE_PACKAGE_NODE ? "@" : "==";

  for (guint i = 0; i < search->looked_in->len; i++)
    {
      g_autofree char *folder = enclave_utf8_display_name (g_ptr_array_index (search->looked_in, i));

      g_string_append_printf (folders, "%s%s", i > 0 ? ", " : "", folder);
    }
  return enclave_gate_error_new (
      ENCLAVE_GATE_ERROR_NOT_FOUND, NULL, NULL,
      /* Translators: npx or the like, a package, the same with its version, how to install it, and folders */
      _ ("%s would fetch %s from a registry, which Enclave never does. Install it once, with “%s %s%s%s”, or copy it here. Looked in: %s"),
      command->runner, command->package, install, command->package, command->version != NULL ? mark : "",
      command->version != NULL ? command->version : "", folders->str);
}

/* @words: (transfer none): behind the program. */
static void
set_argv (EnclaveInstalledProgram *program, const char *first, const char *second, const char *const *words)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, first);
  if (second != NULL)
    g_strv_builder_add (builder, second);
  g_strv_builder_addv (builder, (const char **) words);
  program->argv = g_strv_builder_end (builder);
}

static gboolean
is_within (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return strncmp (path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/' || (length > 0 && folder[length - 1] == '/'));
}

/* The project is shown through its filtered view or not at all: neither it, nor a part of it, nor what it lies in. */
static void
add_folder (GStrvBuilder *builder, EnclaveProgramSearch *search, const char *folder, const char *file)
{
  if (strcmp (folder, "/") == 0 || strcmp (folder, search->home) == 0)
    return;
  if (search->workspace != NULL && is_within (folder, search->workspace))
    return;
  if (search->workspace != NULL && is_within (search->workspace, folder))
    g_strv_builder_add (builder, file);
  else
    g_strv_builder_add (builder, folder);
}

/* What an interpreter of the user's own, outside of the system's folders, needs to be readable: the folder above its `bin`. */
static void
add_readable (GStrvBuilder *builder, EnclaveProgramSearch *search, const char *path)
{
  g_autofree char *bin = g_path_get_dirname (path);
  g_autofree char *above = g_str_has_suffix (bin, "/bin") ? g_path_get_dirname (bin) : g_strdup (bin);

  if (!g_str_has_prefix (path, "/usr/") && !g_str_has_prefix (path, "/bin/"))
    add_folder (builder, search, above, path);
}

static gboolean
fill_from_package (EnclaveInstalledProgram *program, EnclaveProgramSearch *search, const EnclavePackageCommand *command,
                   GCancellable *cancellable, GError **error)
{
  g_autoptr (EnclavePackagePlace) place = command->kind == ENCLAVE_PACKAGE_NODE ? enclave_package_place_find_node (search, command)
                                                                                 : enclave_package_place_find_python (search, command);
  g_autofree char *real = place != NULL ? without_links (place->program) : NULL;
  g_autofree char *folder = place != NULL ? without_links (place->folder) : NULL;
  g_autoptr (GStrvBuilder) readable = g_strv_builder_new ();

  if (real == NULL || folder == NULL)
    {
      g_propagate_error (error, not_installed (search, command));
      return FALSE;
    }
  add_folder (readable, search, folder, real);
  if (command->kind == ENCLAVE_PACKAGE_NODE && enclave_program_search_is_script_of (real, "node"))
    {
      g_autofree char *node = enclave_program_search_find_in_path (search, "node");

      if (node == NULL)
        {
          g_propagate_error (error, not_found (search, "node"));
          return FALSE;
        }
      set_argv (program, node, real, (const char *const *) command->args);
      add_readable (readable, search, node);
      if (!add_file (program, search, node, cancellable, error))
        return FALSE;
    }
  else
    {
      /* As it was found: a script of Python finds its environment by its own path. */
      set_argv (program, command->kind == ENCLAVE_PACKAGE_NODE ? real : place->program, NULL, (const char *const *) command->args);
      if (command->kind == ENCLAVE_PACKAGE_PYTHON)
        {
          g_autofree char *python = g_build_filename (folder, "bin", "python", NULL);
          g_autofree char *interpreter = without_links (python);

          if (interpreter != NULL)
            add_readable (readable, search, interpreter);
        }
    }
  program->readable = g_strv_builder_end (readable);
  program->version = g_strdup (place->version);
  program->package = g_strdup (command->package);

  return add_file (program, search, real, cancellable, error) && (place->manifest == NULL || add_file (program, search, place->manifest, cancellable, error));
}

/* The folder that a script needs: that of its package, or where it lies. */
static char *
find_package_folder (EnclaveProgramSearch *search, const char *script)
{
  static const char *const marks[] = { "package.json", "node_modules", "pyproject.toml", ".venv" };
  const char *modules = strstr (script, "/node_modules/");
  g_autofree char *folder = NULL;
  char *own = g_path_get_dirname (script);

  if (modules != NULL)
    {
      g_free (own);
      return g_strndup (script, (gsize) (modules - script) + strlen ("/node_modules"));
    }
  folder = g_strdup (own);
  for (guint level = 0; level < MAX_PACKAGE_LEVELS && strcmp (folder, "/") != 0 && strcmp (folder, search->home) != 0; level++)
    {
      char *above = g_path_get_dirname (folder);

      for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
        {
          g_autofree char *path = g_build_filename (folder, marks[i], NULL);

          if (g_file_test (path, G_FILE_TEST_EXISTS))
            {
              g_free (own);
              g_free (above);
              return g_steal_pointer (&folder);
            }
        }
      g_free (folder);
      folder = above;
    }
  return own;
}

/* @path is rustup, asked for by another name. */
static gboolean
is_rustup (const char *path, const char *name)
{
  g_autofree char *real = g_path_get_basename (path);
  g_autofree char *asked = g_path_get_basename (name);

  return (strcmp (real, "rustup") == 0 || strcmp (real, "rustup-init") == 0) && strcmp (asked, real) != 0;
}

static gboolean
fill_plain (EnclaveInstalledProgram *program, EnclaveProgramSearch *search, GCancellable *cancellable, GError **error)
{
  g_autofree char *path = enclave_program_search_find_in_path (search, search->argv[0]);
  g_autoptr (GStrvBuilder) readable = g_strv_builder_new ();
  guint script = 1;

  if (path == NULL)
    {
      g_propagate_error (error, not_found (search, search->argv[0]));
      return FALSE;
    }
  if (is_rustup (path, search->argv[0]))
    {
      char *behind = enclave_program_search_find_rustup (search, search->argv[0], error);

      if (behind == NULL)
        return FALSE;
      g_free (path);
      path = behind;
    }
  set_argv (program, path, NULL, (const char *const *) search->argv + 1);
  add_readable (readable, search, path);
  if (!add_file (program, search, path, cancellable, error))
    return FALSE;
  while (search->argv[script] != NULL && search->argv[script][0] == '-')
    script++;
  if (is_interpreter (path) && search->argv[script] != NULL)
    {
      g_autofree char *file = g_path_is_absolute (search->argv[script]) || search->workspace == NULL
                                ? g_strdup (search->argv[script])
                                : g_build_filename (search->workspace, search->argv[script], NULL);

      if (g_path_is_absolute (file) && g_file_test (file, G_FILE_TEST_IS_REGULAR))
        {
          g_autofree char *real = without_links (file);
          g_autofree char *folder = real != NULL ? find_package_folder (search, real) : NULL;

          if (folder != NULL)
            add_folder (readable, search, folder, real);
          if (!add_file (program, search, file, cancellable, error))
            return FALSE;
        }
    }
  program->readable = g_strv_builder_end (readable);

  return TRUE;
}

static void
find_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  EnclaveProgramSearch *search = task_data;
  g_autoptr (EnclaveInstalledProgram) program = g_new0 (EnclaveInstalledProgram, 1);
  g_autoptr (EnclavePackageCommand) command = NULL;
  GError *error = NULL;
  const char *home = enclave_program_search_getenv (search, "HOME");

  search->home = home != NULL && g_path_is_absolute (home) ? home : g_get_home_dir ();
  program->files = g_ptr_array_new_with_free_func (file_free);
  if (!enclave_package_command_parse ((const char *const *) search->argv, &command, &error)
      || !(command != NULL ? fill_from_package (program, search, command, cancellable, &error)
                           : fill_plain (program, search, cancellable, &error)))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&program), (GDestroyNotify) enclave_installed_program_free);
}

static void
begin (const char *const *argv, const char *const *environment, const char *workspace, gboolean without_digests, GCancellable *cancellable,
       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  EnclaveProgramSearch *search;

  g_return_if_fail (argv != NULL && argv[0] != NULL);

  search = g_new0 (EnclaveProgramSearch, 1);
  search->argv = g_strdupv ((char **) argv);
  search->environment = environment != NULL ? g_strdupv ((char **) environment) : NULL;
  search->workspace = g_strdup (workspace);
  search->looked_in = g_ptr_array_new_with_free_func (g_free);
  search->without_digests = without_digests;
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_installed_program_find_async);
  g_task_set_task_data (task, search, search_free);
  g_task_run_in_thread (task, find_thread);
}

void
enclave_installed_program_find_async (const char *const *argv, const char *const *environment, const char *workspace,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  begin (argv, environment, workspace, FALSE, cancellable, callback, user_data);
}

void
enclave_installed_program_locate_async (const char *const *argv, const char *const *environment, const char *workspace,
                                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  begin (argv, environment, workspace, TRUE, cancellable, callback, user_data);
}

EnclaveInstalledProgram *
enclave_installed_program_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
