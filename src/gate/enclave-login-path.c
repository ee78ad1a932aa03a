/* enclave-login-path.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The shell is the person's own, with their own environment, as in a terminal tab: nothing of a model or a project has a part in it. It has no
 * terminal, and a session of its own, so that it can't stop this program and is ended with what it has started.
 */

#include "config.h"

#include "enclave-login-path.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_BYTES 4096
#define OUTPUT_MAX_BYTES (256 * 1024)
/* The files of a shell that starts a dozen tools take two seconds on a slow machine. */
#define TIMEOUT_MS 10000
#define FALLBACK "/usr/local/bin:/usr/bin:/bin"

void
enclave_login_path_free (EnclaveLoginPath *self)
{
  g_free (self->path);
  g_free (self->shell);
  g_free (self->problem);
  g_free (self);
}

/* Folders that are absolute, each once: others would mean another place for everybody. (transfer full) */
static char *
clean_path (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, ":", 0);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) clean = g_string_new (NULL);

  for (guint i = 0; parts[i] != NULL; i++)
    if (g_path_is_absolute (parts[i]) && g_hash_table_add (seen, parts[i]))
      g_string_append_printf (clean, "%s%s", clean->len > 0 ? ":" : "", parts[i]);
  return g_string_free (g_steal_pointer (&clean), FALSE);
}

/* @problem: (transfer full) (nullable). */
static EnclaveLoginPath *
login_path_new (const char *shell, const char *path, char *problem)
{
  EnclaveLoginPath *self = g_new0 (EnclaveLoginPath, 1);

  self->path = clean_path (path);
  if (*self->path == '\0')
    {
      g_free (self->path);
      self->path = g_strdup (FALLBACK);
    }
  self->shell = g_strdup (shell);
  self->problem = problem;

  return self;
}

/* After the fork of a process with threads: nothing but system calls. */
static void
leave_session (gpointer data)
{
  setsid ();
}

static gboolean
start_shell (const char *shell, const char *mark, GPid *pid, int *output, GError **error)
{
  /* Every shell knows `echo` and a path; how each one writes a list of folders is another matter. An interactive one reads the file that most
   * tools add their folder to. */
  g_autofree char *command = g_strdup_printf ("echo %s; /usr/bin/printenv PATH; echo %s", mark, mark);
  g_autofree char *name = g_path_get_basename (shell);
  /* Those that take no other word beside -l. */
  gboolean is_c_shell = g_str_equal (name, "csh") || g_str_equal (name, "tcsh");
  const char *argv[] = { shell, is_c_shell ? "-c" : "-l", is_c_shell ? command : "-i", "-c", command, NULL };

  if (is_c_shell)
    argv[3] = NULL;
  return g_spawn_async_with_pipes ("/", (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, leave_session, NULL,
                                   pid, NULL, output, NULL, error);
}

/* What stands between two lines @mark. (transfer full) (nullable) */
static char *
find_between (const char *text, const char *mark)
{
  g_autofree char *first = g_strdup_printf ("%s\n", mark);
  g_autofree char *last = g_strdup_printf ("\n%s", mark);
  const char *start = strstr (text, first);
  const char *end = start != NULL ? strstr (start + strlen (first), last) : NULL;

  return end != NULL ? g_strndup (start + strlen (first), (gsize) (end - start) - strlen (first)) : NULL;
}

/* Reads until the second mark, the end, the limit or the time. @is_late: (out). (transfer full) (nullable) */
static char *
read_path (int fd, const char *mark, gint64 deadline_us, gboolean *is_late)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char *path = NULL;

  *is_late = FALSE;
  while (path == NULL && text->len < OUTPUT_MAX_BYTES)
    {
      gint64 left_ms = (deadline_us - g_get_monotonic_time ()) / 1000;
      struct pollfd wait = { fd, POLLIN, 0 };
      int ready = left_ms > 0 ? poll (&wait, 1, (int) left_ms) : 0;
      char piece[READ_BYTES];
      gssize n;

      if (ready < 0 && errno == EINTR)
        continue;
      *is_late = ready == 0;
      n = ready > 0 ? read (fd, piece, sizeof piece) : 0;
      if (n <= 0)
        break;
      for (gssize i = 0; i < n; i++)
        if (piece[i] == '\0')
          piece[i] = '?';
      g_string_append_len (text, piece, n);
      path = find_between (text->str, mark);
    }
  return path;
}

EnclaveLoginPath *
enclave_login_path_read (const char *shell, const char *own, guint timeout_ms)
{
  /* Not to be guessed by a file that prints a PATH of its own. */
  g_autofree char *mark = g_uuid_string_random ();
  gint64 deadline_us = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  const char *fallback = own != NULL ? own : FALLBACK;
  gboolean is_late = FALSE;
  GPid pid;
  int output;

  g_return_val_if_fail (shell != NULL, NULL);

  if (!start_shell (shell, mark, &pid, &output, &error))
    /* Translators: the path of a shell, then why */
    return login_path_new (shell, fallback, g_strdup_printf (_ ("Your login shell %s can’t be started: %s"), shell, error->message));
  path = read_path (output, mark, deadline_us, &is_late);
  close (output);
  kill (-pid, SIGKILL);
  kill (pid, SIGKILL);
  while (waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    ;
  g_spawn_close_pid (pid);

  if (is_late)
    return login_path_new (shell, fallback,
                           /* Translators: the path of a shell, then a number of seconds */
                           g_strdup_printf (_ ("Your login shell %s did not say its PATH within %u s"), shell, (timeout_ms + 999) / 1000));
  if (path == NULL || !g_utf8_validate (path, -1, NULL) || strchr (path, '\n') != NULL || strchr (path, '/') == NULL)
    /* Translators: the path of a shell */
    return login_path_new (shell, fallback, g_strdup_printf (_ ("Your login shell %s said no PATH"), shell));
  return login_path_new (shell, path, NULL);
}

static gboolean
is_shell (const char *path)
{
  return path != NULL && g_path_is_absolute (path) && !g_str_has_suffix (path, "/nologin") && !g_str_has_suffix (path, "/false");
}

static char *
dup_shell (void)
{
  const char *given = g_getenv ("SHELL");
  struct passwd entry;
  struct passwd *found = NULL;
  char names[4096];

  if (is_shell (given))
    return g_strdup (given);
  if (getpwuid_r (getuid (), &entry, names, sizeof names, &found) == 0 && found != NULL && is_shell (found->pw_shell))
    return g_strdup (found->pw_shell);
  return g_strdup ("/bin/sh");
}

/* Of this run. Only the main thread looks at them. */
static EnclaveLoginPath *known;
static GPtrArray *waiting; /* (nullable) (element-type GTask) */

static void
ask_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autofree char *shell = dup_shell ();
  EnclaveLoginPath *found = enclave_login_path_read (shell, g_getenv ("PATH"), TIMEOUT_MS);

  g_task_return_pointer (task, found, (GDestroyNotify) enclave_login_path_free);
}

static void
on_asked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&waiting);

  known = g_task_propagate_pointer (G_TASK (result), NULL);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_pointer (g_ptr_array_index (tasks, i), known, NULL);
}

void
enclave_login_path_ask_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) work = NULL;

  g_task_set_source_tag (task, enclave_login_path_ask_async);
  if (known != NULL)
    {
      g_task_return_pointer (task, known, NULL);
      return;
    }
  if (waiting == NULL)
    {
      waiting = g_ptr_array_new_with_free_func (g_object_unref);
      work = g_task_new (NULL, NULL, on_asked, NULL);
      g_task_set_source_tag (work, ask_worker);
      g_task_run_in_thread (work, ask_worker);
    }
  g_ptr_array_add (waiting, g_steal_pointer (&task));
}

const EnclaveLoginPath *
enclave_login_path_ask_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

const EnclaveLoginPath *
enclave_login_path_peek (void)
{
  return known;
}

GStrv
enclave_login_path_dup_environment (const EnclaveLoginPath *self)
{
  GStrv environment = g_get_environ ();

  return self != NULL ? g_environ_setenv (environment, "PATH", self->path, TRUE) : environment;
}
