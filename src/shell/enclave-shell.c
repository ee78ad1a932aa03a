/* enclave-shell.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-shell.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "enclave-limits.h"
#include "enclave-process-session.h"
#include "enclave-shell-integration.h"
#include "enclave-spawner.h"

#define READ_BYTES 65536
/* Keys queued for a program that reads nothing; more than a large paste. */
#define WRITE_QUEUE_MAX_BYTES (16 * 1024 * 1024)

struct _EnclaveShell
{
  GObject parent_instance;

  GPid pid;
  int master;
  gboolean fell_back;
  gboolean ended;
  gboolean output_open;
  gboolean exited;
  int wait_status;

  guint child_watch;
  guint read_watch;
  guint write_watch;
  GQueue written; /* (element-type GBytes) */
  gsize written_bytes;
  gsize written_offset;
};

enum
{
  OUTPUT,
  EXITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveShell, enclave_shell, G_TYPE_OBJECT)

static gboolean on_readable (int fd, GIOCondition condition, gpointer user_data);
static gboolean on_writable (int fd, GIOCondition condition, gpointer user_data);

static void
on_forgotten_child_exited (GPid pid, int wait_status, gpointer user_data)
{
  g_spawn_close_pid (pid);
}

static void
enclave_shell_finalize (GObject *object)
{
  EnclaveShell *self = ENCLAVE_SHELL (object);

  g_clear_handle_id (&self->read_watch, g_source_remove);
  g_clear_handle_id (&self->write_watch, g_source_remove);
  g_queue_clear_full (&self->written, (GDestroyNotify) g_bytes_unref);
  if (self->master >= 0)
    close (self->master);
  G_OBJECT_CLASS (enclave_shell_parent_class)->finalize (object);
}

static void
enclave_shell_dispose (GObject *object)
{
  EnclaveShell *self = ENCLAVE_SHELL (object);

  enclave_shell_end (self);
  g_clear_handle_id (&self->child_watch, g_source_remove);
  if (self->pid > 0 && !self->exited)
    {
      /* Somebody has to reap it; the object is not there any more to be told. */
      g_child_watch_add (self->pid, on_forgotten_child_exited, NULL);
      self->exited = TRUE;
    }
  G_OBJECT_CLASS (enclave_shell_parent_class)->dispose (object);
}

static void
enclave_shell_class_init (EnclaveShellClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_shell_dispose;
  object_class->finalize = enclave_shell_finalize;

  signals[OUTPUT] = g_signal_new ("output", ENCLAVE_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_BYTES);
  signals[EXITED] = g_signal_new ("exited", ENCLAVE_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_INT);
}

static void
enclave_shell_init (EnclaveShell *self)
{
  self->master = -1;
  g_queue_init (&self->written);
}

static void
maybe_exited (EnclaveShell *self)
{
  /* The last words of a program are shown before its end is told. */
  if (self->exited && !self->output_open)
    g_signal_emit (self, signals[EXITED], 0, self->wait_status);
}

static void
watch_output (EnclaveShell *self)
{
  if (self->read_watch == 0 && self->master >= 0 && self->output_open)
    self->read_watch = g_unix_fd_add_full (G_PRIORITY_DEFAULT_IDLE, self->master, G_IO_IN | G_IO_HUP | G_IO_ERR,
                                           on_readable, self, NULL);
}

static void
close_output (EnclaveShell *self)
{
  g_clear_handle_id (&self->write_watch, g_source_remove);
  self->output_open = FALSE;
  maybe_exited (self);
}

/* (transfer full) (nullable): NULL: nothing is there, or no more will be; @is_over: (out): which of both. */
static GBytes *
read_piece (int fd, gboolean *is_over)
{
  g_autofree char *buffer = g_malloc (READ_BYTES);
  gsize n_read = 0;
  gssize n;

  /* the kernel hands out a page of a terminal at a time: in a flood that would be a turn of the loop for each */
  do
    n = read (fd, buffer + n_read, READ_BYTES - n_read);
  while ((n > 0 && (n_read += (gsize) n) < READ_BYTES) || (n < 0 && errno == EINTR));

  *is_over = n_read == 0 && !(n < 0 && errno == EAGAIN);
  if (n_read == 0)
    return NULL;
  /* a few bytes don't keep a large piece of memory */
  return n_read > READ_BYTES / 2 ? g_bytes_new_take (g_steal_pointer (&buffer), n_read) : g_bytes_new (buffer, n_read);
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  EnclaveShell *self = user_data;
  g_autoptr (EnclaveShell) held = g_object_ref (self);
  gboolean is_over;
  g_autoptr (GBytes) bytes = read_piece (fd, &is_over);

  if (bytes == NULL && !is_over)
    return G_SOURCE_CONTINUE;
  /* Paused until the consumer has dealt with this piece. */
  self->read_watch = 0;
  if (bytes == NULL)
    close_output (self);
  else
    g_signal_emit (self, signals[OUTPUT], 0, bytes);
  return G_SOURCE_REMOVE;
}

static gboolean
on_output_deadline (gpointer user_data)
{
  EnclaveShell *self = user_data;

  /* A background child holds the PTY open: the shell is over all the same. */
  if (self->output_open)
    {
      g_clear_handle_id (&self->read_watch, g_source_remove);
      close_output (self);
    }
  return G_SOURCE_REMOVE;
}

static void
on_child_exited (GPid pid, int wait_status, gpointer user_data)
{
  EnclaveShell *self = user_data;
  g_autoptr (EnclaveShell) held = g_object_ref (self);

  self->child_watch = 0;
  self->exited = TRUE;
  self->wait_status = wait_status;
  if (self->output_open)
    g_timeout_add_full (G_PRIORITY_DEFAULT, 500, on_output_deadline, g_object_ref (self), g_object_unref);
  else
    maybe_exited (self);
}

static gboolean
open_pty (int *master, int *slave, guint columns, guint rows, GError **error)
{
  struct winsize size = { .ws_row = (unsigned short) rows, .ws_col = (unsigned short) columns };
  char name[128];

  *slave = -1;
  *master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (*master < 0 || grantpt (*master) != 0 || unlockpt (*master) != 0
      || ptsname_r (*master, name, sizeof name) != 0)
    goto failed;
  *slave = open (name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (*slave < 0)
    goto failed;
  ioctl (*master, TIOCSWINSZ, &size);
  return TRUE;

failed:
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("Opening a terminal: %s"), g_strerror (errno));
  if (*master >= 0)
    close (*master);
  return FALSE;
}

static char *
find_login_shell (gboolean *fell_back)
{
  const char *given = g_getenv ("SHELL");
  const struct passwd *entry;

  *fell_back = FALSE;
  if (given != NULL && given[0] != '\0')
    {
      if (g_path_is_absolute (given) && access (given, X_OK) == 0)
        return g_strdup (given);
      *fell_back = TRUE;
      return g_strdup ("/bin/sh");
    }
  entry = getpwuid (getuid ());
  if (entry != NULL && entry->pw_shell != NULL && access (entry->pw_shell, X_OK) == 0
      && !g_str_has_suffix (entry->pw_shell, "/nologin") && !g_str_has_suffix (entry->pw_shell, "/false"))
    return g_strdup (entry->pw_shell);
  *fell_back = entry != NULL;
  return g_strdup ("/bin/sh");
}

static GStrv
make_environment (void)
{
  /* The user's programs keep the system's ways. */
  GStrv environment = enclave_spawner_get_user_environment ();

  environment = g_environ_setenv (environment, "TERM", "xterm-256color", TRUE);
  environment = g_environ_setenv (environment, "COLORTERM", "truecolor", TRUE);
  environment = g_environ_unsetenv (environment, "VTE_VERSION");
  environment = g_environ_unsetenv (environment, "COLUMNS");
  environment = g_environ_unsetenv (environment, "LINES");
  return environment;
}

static GStrv
change_environment (GStrv environment, const char *const *changes)
{
  for (guint i = 0; changes != NULL && changes[i] != NULL; i++)
    {
      const char *equals = strchr (changes[i], '=');
      g_autofree char *name = equals != NULL ? g_strndup (changes[i], (gsize) (equals - changes[i])) : NULL;

      if (equals == NULL)
        environment = g_environ_unsetenv (environment, changes[i]);
      else if (name[0] != '\0')
        environment = g_environ_setenv (environment, name, equals + 1, TRUE);
    }

  return environment;
}

EnclaveShell *
enclave_shell_start (const char *folder, const char *const *argv, guint columns, guint rows, GError **error)
{
  return enclave_shell_start_with (folder, argv, NULL, NULL, columns, rows, error);
}

EnclaveShell *
enclave_shell_start_with (const char *folder, const char *const *given_argv, const char *const *changes,
                          const char *integration, guint columns, guint rows, GError **error)
{
  g_autoptr (EnclaveShell) self = g_object_new (ENCLAVE_TYPE_SHELL, NULL);
  g_auto (GStrv) environment = change_environment (make_environment (), changes);
  g_auto (GStrv) argv = NULL;
  static const int targets[] = { STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO };
  EnclaveSpawnRequest request;
  gboolean spawned;
  int slave;

  if (given_argv == NULL || given_argv[0] == NULL)
    {
      argv = g_new0 (char *, 2);
      argv[0] = find_login_shell (&self->fell_back);
    }
  else
    argv = g_strdupv ((GStrv) given_argv);
  if (integration != NULL)
    enclave_shell_integration_apply (&argv, &environment, integration);
  if (!open_pty (&self->master, &slave, MAX (columns, 2), MAX (rows, 2), error))
    {
      self->master = -1;
      return NULL;
    }
  if (folder != NULL && access (folder, X_OK) != 0)
    folder = NULL;
  request = (EnclaveSpawnRequest) { .kind = ENCLAVE_SPAWN_SESSION, .folder = folder, .argv = (const char *const *) argv,
                                    .environment = (const char *const *) environment, .targets = targets,
                                    .sources = (const int[]) { slave, slave, slave }, .n_descriptors = G_N_ELEMENTS (targets) };
  spawned = enclave_spawner_spawn (&request, &self->pid, error);
  close (slave);
  if (!spawned)
    {
      g_prefix_error (error, _ ("Starting “%s”: "), argv[0]);
      return NULL;
    }
  self->output_open = TRUE;
  self->child_watch = g_child_watch_add (self->pid, on_child_exited, self);
  watch_output (self);
  return g_steal_pointer (&self);
}

gboolean
enclave_shell_get_fell_back (EnclaveShell *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SHELL (self), FALSE);
  return self->fell_back;
}

GPid
enclave_shell_get_pid (EnclaveShell *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SHELL (self), 0);
  return self->pid;
}

pid_t
enclave_shell_get_foreground (EnclaveShell *self)
{
  pid_t group;

  g_return_val_if_fail (ENCLAVE_IS_SHELL (self), 0);

  if (self->master < 0 || self->exited)
    return 0;
  group = tcgetpgrp (self->master);
  return MAX (group, 0);
}

char *
enclave_shell_dup_foreground_name (EnclaveShell *self)
{
  pid_t group = enclave_shell_get_foreground (self);

  return group > 0 ? enclave_process_session_dup_name (group) : NULL;
}

gboolean
enclave_shell_get_is_idle (EnclaveShell *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SHELL (self), TRUE);
  return self->master < 0 || self->exited || tcgetpgrp (self->master) == self->pid;
}

static gboolean
on_writable (int fd, GIOCondition condition, gpointer user_data)
{
  EnclaveShell *self = user_data;

  while (!g_queue_is_empty (&self->written))
    {
      GBytes *bytes = g_queue_peek_head (&self->written);
      gsize length;
      const char *data = g_bytes_get_data (bytes, &length);
      gssize n = write (fd, data + self->written_offset, length - self->written_offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        return G_SOURCE_CONTINUE;
      if (n < 0)
        {
          g_queue_clear_full (&self->written, (GDestroyNotify) g_bytes_unref);
          self->written_bytes = self->written_offset = 0;
          break;
        }
      self->written_offset += (gsize) n;
      self->written_bytes -= (gsize) n;
      if (self->written_offset == length)
        {
          g_bytes_unref (g_queue_pop_head (&self->written));
          self->written_offset = 0;
        }
    }
  self->write_watch = 0;
  return G_SOURCE_REMOVE;
}

void
enclave_shell_write (EnclaveShell *self, GBytes *bytes)
{
  gsize length;

  g_return_if_fail (ENCLAVE_IS_SHELL (self));
  g_return_if_fail (bytes != NULL);

  length = g_bytes_get_size (bytes);
  if (length == 0 || self->master < 0 || self->exited || self->written_bytes + length > WRITE_QUEUE_MAX_BYTES)
    return;
  g_queue_push_tail (&self->written, g_bytes_ref (bytes));
  self->written_bytes += length;
  if (self->write_watch == 0)
    self->write_watch = g_unix_fd_add (self->master, G_IO_OUT, on_writable, self);
}

void
enclave_shell_resize (EnclaveShell *self, guint columns, guint rows)
{
  struct winsize size = { .ws_row = (unsigned short) rows, .ws_col = (unsigned short) columns };

  g_return_if_fail (ENCLAVE_IS_SHELL (self));

  if (self->master >= 0 && columns > 0 && rows > 0)
    ioctl (self->master, TIOCSWINSZ, &size);
}

void
enclave_shell_continue (EnclaveShell *self)
{
  g_return_if_fail (ENCLAVE_IS_SHELL (self));
  watch_output (self);
}

gboolean
enclave_shell_read_now (EnclaveShell *self)
{
  g_autoptr (EnclaveShell) held = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean is_over;

  g_return_val_if_fail (ENCLAVE_IS_SHELL (self), FALSE);

  if (self->master < 0 || !self->output_open)
    return FALSE;
  bytes = read_piece (self->master, &is_over);
  /* the end is told from the loop, as ever */
  if (bytes == NULL)
    return FALSE;

  held = g_object_ref (self);
  g_signal_emit (self, signals[OUTPUT], 0, bytes);
  return TRUE;
}

void
enclave_shell_end (EnclaveShell *self)
{
  g_return_if_fail (ENCLAVE_IS_SHELL (self));

  if (self->ended || self->pid <= 0)
    return;
  self->ended = TRUE;
  enclave_process_session_end (self->pid, ENCLAVE_PROCESS_KILL_DELAY_MS);
}
