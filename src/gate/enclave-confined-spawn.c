/* enclave-confined-spawn.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-confined-spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "enclave-descriptor.h"
#include "enclave-egress.h"
#include "enclave-gate-error.h"
#include "enclave-install-paths.h"
#include "enclave-limits.h"
#include "enclave-net-client.h"
#include "enclave-settings.h"
#include "enclave-spawner.h"
#include "enclave-test-walls.h"

#define PLAN_FD 3
#define REPORT_FD 4

struct _EnclaveConfinedPlan
{
  GByteArray *bytes;
  GHashTable *fixed;    /* names of variables */
  char *private_folder; /* NULL in namespaces */
  char *place;
  gboolean spawned;
};

EnclaveConfinedPlan *
enclave_confined_plan_new (void)
{
  EnclaveConfinedPlan *self = g_new0 (EnclaveConfinedPlan, 1);

  self->bytes = g_byte_array_new ();
  self->fixed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
enclave_confined_plan_free (EnclaveConfinedPlan *self)
{
  /* After a start it is the box that removes it. */
  if (self->private_folder != NULL && !self->spawned)
    g_rmdir (self->private_folder);
  g_byte_array_unref (self->bytes);
  g_hash_table_unref (self->fixed);
  g_free (self->private_folder);
  g_free (self->place);
  g_free (self);
}

void
enclave_confined_plan_add (EnclaveConfinedPlan *self, const char *key, const char *value)
{
  g_return_if_fail (self != NULL && key != NULL && value != NULL);

  g_byte_array_append (self->bytes, (const guint8 *) key, (guint) strlen (key) + 1);
  g_byte_array_append (self->bytes, (const guint8 *) value, (guint) strlen (value) + 1);
}

void
enclave_confined_plan_add_argv (EnclaveConfinedPlan *self, const char *const *argv)
{
  for (guint i = 0; argv[i] != NULL; i++)
    enclave_confined_plan_add (self, "arg", argv[i]);
}

const char *
enclave_confined_plan_add_private (EnclaveConfinedPlan *self, const char *workspace, GError **error)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");
  g_autofree char *name = NULL;

  g_return_val_if_fail (self != NULL && self->private_folder == NULL, NULL);

  self->private_folder = g_build_filename (runtime != NULL && g_path_is_absolute (runtime) ? runtime : g_get_tmp_dir (),
                                           "enclave-XXXXXX", NULL);
  if (g_mkdtemp (self->private_folder) == NULL)
    {
      g_propagate_error (error,
                         enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL,
                                                 /* Translators: a folder, then what the system says */
                                                 N_ ("Starting a confined command: “%s” can’t be made: %s"),
                                                 self->private_folder, g_strerror (errno)));
      g_clear_pointer (&self->private_folder, g_free);
      return NULL;
    }
  enclave_confined_plan_add (self, "private", self->private_folder);
  if (workspace == NULL)
    return self->private_folder;
  /* Hidden names are the box's own there. */
  name = g_path_get_basename (workspace);
  self->place = g_build_filename (self->private_folder, name[0] != '.' && name[0] != '/' ? name : "project", NULL);
  enclave_confined_plan_add (self, "view-place", self->place);
  return self->place;
}

const char *
enclave_confined_plan_get_place (EnclaveConfinedPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->place;
}

static void
add_variable (EnclaveConfinedPlan *self, const char *name, const char *value)
{
  g_autofree char *pair = NULL;

  if (g_hash_table_contains (self->fixed, name))
    return;
  pair = g_strconcat (name, "=", value, NULL);
  enclave_confined_plan_add (self, "env", pair);
}

void
enclave_confined_plan_fix_variables (EnclaveConfinedPlan *self, const char *const *pairs)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; pairs != NULL && pairs[i] != NULL; i++)
    {
      const char *equals = strchr (pairs[i], '=');

      if (equals == NULL || equals == pairs[i] || !g_hash_table_add (self->fixed, g_strndup (pairs[i], (gsize) (equals - pairs[i]))))
        continue;
      enclave_confined_plan_add (self, "env", pairs[i]);
    }
}

void
enclave_confined_plan_leave_out (EnclaveConfinedPlan *self, const char *const *names)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_hash_table_add (self->fixed, g_strdup (names[i]));
}

/* Folders of the home that hold programs and nothing secret; each is shown only when the user's PATH leads into it. */
static const struct
{
  const char *folder;    /* below the home */
  const char *on_path;   /* a PATH entry that starts so makes it wanted */
  const char *variable;  /* told to the tool, since HOME is another one inside */
} tool_folders[] = {
  { ".cargo/bin", ".cargo/bin", NULL },
  { ".rustup/toolchains", ".cargo/bin", NULL },
  { ".rustup/settings.toml", ".cargo/bin", NULL },
  /* rustup ends when it can't make this one. */
  { ".rustup/update-hashes", ".cargo/bin", NULL },
  { ".pyenv", ".pyenv", "PYENV_ROOT" },
  { ".nvm/versions", ".nvm/versions", NULL },
  { ".local/bin", ".local/bin", NULL },
  { "go/bin", "go/bin", NULL },
  { ".deno/bin", ".deno/bin", NULL },
  { ".bun/bin", ".bun/bin", NULL },
};

static gboolean
lies_within (const char *path, const char *folder)
{
  gsize length = strlen (folder);

  return strncmp (path, folder, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static void
add_tools (EnclaveConfinedPlan *self, const char *workspace, char **path_entries)
{
  const char *home = g_get_home_dir ();

  for (guint i = 0; i < G_N_ELEMENTS (tool_folders); i++)
    {
      g_autofree char *folder = g_build_filename (home, tool_folders[i].folder, NULL);
      g_autofree char *wanted = g_build_filename (home, tool_folders[i].on_path, NULL);
      gboolean on_path = FALSE;

      for (guint k = 0; path_entries[k] != NULL; k++)
        on_path |= lies_within (path_entries[k], wanted);
      if (!on_path || access (folder, R_OK) != 0)
        continue;
      /* Mounted over the workspace, or under it, it would show what is masked there. */
      if (workspace != NULL && (lies_within (folder, workspace) || lies_within (workspace, folder)))
        continue;
      enclave_confined_plan_add (self, "see", folder);
      if (tool_folders[i].variable != NULL)
        add_variable (self, tool_folders[i].variable, folder);
    }
  {
    g_autofree char *rustup = g_build_filename (home, ".rustup", NULL);
    g_autofree char *toolchains = g_build_filename (rustup, "toolchains", NULL);

    if (access (toolchains, R_OK) == 0)
      add_variable (self, "RUSTUP_HOME", rustup);
  }
}

/* name and email of the [user] section; nothing else of the user's configuration reaches a command. */
static void
add_git_identity (EnclaveConfinedPlan *self)
{
  g_autofree char *path = g_build_filename (g_get_home_dir (), ".gitconfig", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean in_user = FALSE;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    {
      g_autofree char *other = g_build_filename (g_get_user_config_dir (), "git", "config", NULL);

      if (!g_file_get_contents (other, &text, NULL, NULL))
        return;
    }
  lines = g_strsplit (text, "\n", 10000);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      char *equals = strchr (line, '=');

      if (line[0] == '[')
        in_user = g_ascii_strncasecmp (line, "[user]", 6) == 0;
      if (!in_user || equals == NULL)
        continue;
      *equals = '\0';
      g_strstrip (line);
      g_strstrip (equals + 1);
      if (g_ascii_strcasecmp (line, "name") == 0 && equals[1] != '\0')
        {
          add_variable (self, "GIT_AUTHOR_NAME", equals + 1);
          add_variable (self, "GIT_COMMITTER_NAME", equals + 1);
        }
      else if (g_ascii_strcasecmp (line, "email") == 0 && equals[1] != '\0')
        {
          add_variable (self, "GIT_AUTHOR_EMAIL", equals + 1);
          add_variable (self, "GIT_COMMITTER_EMAIL", equals + 1);
        }
    }
}

static void
add_places (EnclaveConfinedPlan *self)
{
  g_autofree char *home = NULL;
  g_autofree char *temporary = NULL;

  if (self->private_folder == NULL)
    {
      add_variable (self, "HOME", "/tmp/home");
      return;
    }
  home = g_build_filename (self->private_folder, ".home", NULL);
  temporary = g_build_filename (self->private_folder, ".tmp", NULL);
  add_variable (self, "HOME", home);
  add_variable (self, "TMPDIR", temporary);
  add_variable (self, "SQLITE_TMPDIR", temporary);
  /* It would have to trace the program, which nothing may do there, and count that as the program's failure. */
  add_variable (self, "ASAN_OPTIONS", "detect_leaks=0");
  add_variable (self, "LSAN_OPTIONS", "detect_leaks=0");
}

void
enclave_confined_plan_add_environment (EnclaveConfinedPlan *self, const char *workspace)
{
  static const char *const kept[] = { "LANG",       "LANGUAGE",   "LC_ALL",     "LC_CTYPE", "LC_MESSAGES", "LC_NUMERIC",
                                      "LC_TIME", "LC_COLLATE", "LC_MONETARY", "TZ",         "USER",       "LOGNAME" };
  const char *path = g_getenv ("PATH");
  g_auto (GStrv) entries = NULL;
  g_autoptr (GString) clean = g_string_new (NULL);

  g_return_if_fail (self != NULL);

  entries = g_strsplit (path != NULL && path[0] != '\0' ? path : "/usr/local/bin:/usr/bin:/bin", ":", -1);
  for (guint i = 0; entries[i] != NULL; i++)
    if (g_path_is_absolute (entries[i]))
      g_string_append_printf (clean, "%s%s", clean->len > 0 ? ":" : "", entries[i]);
  add_variable (self, "PATH", clean->str);
  add_places (self);
  add_variable (self, "TERM", "xterm-256color");
  add_variable (self, "SHELL", "/bin/sh");
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    if (g_getenv (kept[i]) != NULL)
      add_variable (self, kept[i], g_getenv (kept[i]));
  if (enclave_test_walls_is_off ("environment"))
    {
      g_auto (GStrv) all = g_get_environ ();

      for (guint i = 0; all[i] != NULL; i++)
        enclave_confined_plan_add (self, "env", all[i]);
    }
  add_tools (self, workspace, entries);
  if (workspace != NULL)
    {
      add_git_identity (self);
      /* The project was opened by its user; who owns it on disk was no question then. */
      /* Templates bring hooks, and those are the user's affair. */
      add_variable (self, "GIT_TEMPLATE_DIR", "");
      add_variable (self, "GIT_CONFIG_COUNT", "2");
      add_variable (self, "GIT_CONFIG_KEY_0", "safe.directory");
      add_variable (self, "GIT_CONFIG_VALUE_0", self->place != NULL ? self->place : workspace);
      /* Packing anew is for who sees all objects. */
      add_variable (self, "GIT_CONFIG_KEY_1", "gc.auto");
      add_variable (self, "GIT_CONFIG_VALUE_1", "0");
    }
}

void
enclave_confined_plan_add_limits (EnclaveConfinedPlan *self)
{
  g_autoptr (GSettings) settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  guint tasks = settings != NULL ? g_settings_get_uint (settings, "command-max-processes") : ENCLAVE_COMMAND_MAX_TASKS;
  guint64 memory_mib = settings != NULL ? g_settings_get_uint (settings, "command-max-memory-mib") : 0;
  g_autofree char *tasks_text = NULL;
  g_autofree char *memory_text = NULL;

  g_return_if_fail (self != NULL);

  if (memory_mib == 0)
    memory_mib = (guint64) MAX (sysconf (_SC_PHYS_PAGES), 1) * (guint64) sysconf (_SC_PAGESIZE) / (1024 * 1024)
                 * ENCLAVE_COMMAND_MAX_MEMORY_PERCENT / 100;
  tasks_text = g_strdup_printf ("%u", tasks);
  memory_text = g_strdup_printf ("%" G_GUINT64_FORMAT, MAX (memory_mib, 1));
  enclave_confined_plan_add (self, "max-tasks", tasks_text);
  enclave_confined_plan_add (self, "max-memory-mib", memory_text);
}

void
enclave_confined_plan_add_view (EnclaveConfinedPlan *self, const char *store, const char *other_stores)
{
  static const char *const kept[] = { "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME",
                                      "XDG_RUNTIME_DIR", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES",
#ifdef ENCLAVE_TEST_WALLS
                                      ENCLAVE_TEST_WALLS_VARIABLE,
#endif
  };
  g_autofree char *helper = enclave_install_paths_helper ("enclave-view");

  g_return_if_fail (self != NULL);

  enclave_confined_plan_add (self, "view", helper);
  if (store != NULL)
    enclave_confined_plan_add (self, "view-store", store);
  if (other_stores != NULL && other_stores[0] != '\0')
    {
      g_autofree char *pair = g_strconcat ("ENCLAVE_VIEW_STORES=", other_stores, NULL);

      enclave_confined_plan_add (self, "view-env", pair);
    }
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *pair = g_getenv (kept[i]) != NULL ? g_strconcat (kept[i], "=", g_getenv (kept[i]), NULL) : NULL;

      if (pair != NULL)
        enclave_confined_plan_add (self, "view-env", pair);
    }
}

gboolean
enclave_confined_plan_add_forward (EnclaveConfinedPlan *self, const char *address, const char *by, GError **error)
{
  g_autofree char *socket = NULL;

  g_return_val_if_fail (self != NULL && address != NULL && by != NULL, FALSE);

  enclave_confined_plan_add (self, "forward", address);
  if (enclave_net_client_is_used ())
    {
      socket = enclave_net_client_offer (address, by, error);
      if (socket == NULL)
        return FALSE;
      enclave_confined_plan_add (self, "forward-socket", socket);
    }
  else
    {
      const EnclaveEgressConnection granted = { .address = address, .by = by, .mode = ENCLAVE_EGRESS_BOX,
                                                .is_local = g_str_has_prefix (address, "127.") || g_str_has_prefix (address, "[::1]"),
                                                .number = enclave_egress_new_number () };

      enclave_egress_note_opened (&granted, NULL, NULL);
    }
  return TRUE;
}

gboolean
enclave_confined_plan_spawn (EnclaveConfinedPlan *self, int stdio_fd, GPid *pid, int *report_fd, GError **error)
{
  return enclave_confined_plan_spawn_between (self, stdio_fd, stdio_fd, pid, report_fd, error);
}

gboolean
enclave_confined_plan_spawn_between (EnclaveConfinedPlan *self, int input_fd, int output_fd, GPid *pid, int *report_fd,
                                     GError **error)
{
  return enclave_confined_plan_spawn_among (self, input_fd, output_fd, -1, pid, report_fd, error);
}

static gboolean
spawn_confine (const char *const *argv, const char *const *environment, const int *sources, GPid *pid, GError **error)
{
  static const int targets[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, PLAN_FD, REPORT_FD };
  const EnclaveSpawnRequest request = { .kind = ENCLAVE_SPAWN_CONFINED, .folder = "/", .argv = argv, .environment = environment,
                                        .sources = sources, .targets = targets, .n_descriptors = G_N_ELEMENTS (targets) };

  return enclave_spawner_spawn (&request, pid, error);
}

gboolean
enclave_confined_plan_spawn_among (EnclaveConfinedPlan *self, int input_fd, int output_fd, int error_fd, GPid *pid,
                                   int *report_fd, GError **error)
{
  g_autofree char *helper = enclave_install_paths_helper ("enclave-confine");
  const char *argv[] = { helper, "--plan", G_STRINGIFY (PLAN_FD), "--report", G_STRINGIFY (REPORT_FD), NULL };
  /* Cleaned before exec: the launcher's first environment can be read from inside. */
  g_autoptr (GPtrArray) environment = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  int sources[2];
  int report[2];
  int null_fd = -1;
  gboolean spawned;

  g_return_val_if_fail (self != NULL && pid != NULL && report_fd != NULL, FALSE);

  g_ptr_array_add (environment, g_strdup ("PATH=/usr/bin:/bin"));
#ifdef ENCLAVE_TEST_WALLS
  if (g_getenv (ENCLAVE_TEST_WALLS_VARIABLE) != NULL)
    g_ptr_array_add (environment, g_strconcat (ENCLAVE_TEST_WALLS_VARIABLE, "=", g_getenv (ENCLAVE_TEST_WALLS_VARIABLE), NULL));
#endif
  g_ptr_array_add (environment, NULL);
  if (!g_unix_open_pipe (report, FD_CLOEXEC, &local_error))
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL,
                                                        N_ ("Starting a confined command: %s"), local_error->message));
      return FALSE;
    }
  sources[0] = enclave_descriptor_new_memory ("enclave-plan", (const char *) self->bytes->data, self->bytes->len);
  sources[1] = report[1];
  if (input_fd < 0 || output_fd < 0)
    null_fd = open ("/dev/null", O_RDWR | O_CLOEXEC);
  input_fd = input_fd < 0 ? null_fd : input_fd;
  output_fd = output_fd < 0 ? null_fd : output_fd;
  error_fd = error_fd < 0 ? output_fd : error_fd;
  spawned = sources[0] >= 0 && input_fd >= 0 && output_fd >= 0
            && spawn_confine (argv, (const char *const *) environment->pdata,
                              (const int[]) { input_fd, output_fd, error_fd, sources[0], sources[1] }, pid, &local_error);
  if (sources[0] >= 0)
    close (sources[0]);
  close (report[1]);
  if (null_fd >= 0)
    close (null_fd);
  if (!spawned)
    {
      close (report[0]);
      g_propagate_error (error,
                         enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_CONFINED, NULL, NULL,
                                                 N_ ("Starting a confined command: %s"),
                                                 local_error != NULL ? local_error->message : g_strerror (errno)));
      return FALSE;
    }
  self->spawned = TRUE;
  *report_fd = report[0];
  return TRUE;
}
