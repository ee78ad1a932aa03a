/* enclave-service-process.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-service-process.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "enclave-confine-report.h"
#include "enclave-confined-spawn.h"
#include "enclave-service-places.h"
#include "enclave-utf8.h"

#define READ_BYTES 16384
#define REPORT_MAX_BYTES 8192
/* Processes of a box that are looked at for what they have read, and how deep: launcher, first process, server, its runner. */
#define LOOKED_AT_MAX 64
#define LOOKED_AT_DEPTH 5

struct _EnclaveServiceProcess
{
  GObject parent_instance;

  GPid pid;
  guint watch;
  guint output_watch;
  int output_fd;
  int report_fd;
  char *report; /* NULL until it has ended */
  EnclaveUtf8Joiner joiner;
};

enum
{
  EXITED,
  OUTPUT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveServiceProcess, enclave_service_process, G_TYPE_OBJECT)

static void
on_forgotten_child_exited (GPid pid, int wait_status, gpointer user_data)
{
  g_spawn_close_pid (pid);
}

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (g_steal_fd (fd));
}

static void
enclave_service_process_dispose (GObject *object)
{
  EnclaveServiceProcess *self = ENCLAVE_SERVICE_PROCESS (object);

  if (self->watch != 0)
    {
      enclave_service_process_stop (self);
      g_clear_handle_id (&self->watch, g_source_remove);
      /* Somebody has to reap it after this object has gone. */
      g_child_watch_add (self->pid, on_forgotten_child_exited, NULL);
    }
  g_clear_handle_id (&self->output_watch, g_source_remove);
  close_fd (&self->output_fd);
  close_fd (&self->report_fd);
  g_clear_pointer (&self->report, g_free);
  G_OBJECT_CLASS (enclave_service_process_parent_class)->dispose (object);
}

static void
enclave_service_process_class_init (EnclaveServiceProcessClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_service_process_dispose;

  signals[EXITED] = g_signal_new ("exited", ENCLAVE_TYPE_SERVICE_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_INT);
  signals[OUTPUT] = g_signal_new ("output", ENCLAVE_TYPE_SERVICE_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
enclave_service_process_init (EnclaveServiceProcess *self)
{
  self->report_fd = self->output_fd = -1;
}

static gssize
read_some (int fd, char *bytes, gsize room)
{
  gssize n;

  do
    n = read (fd, bytes, room);
  while (n < 0 && errno == EINTR);
  return n;
}

static void
emit_output (EnclaveServiceProcess *self, const char *bytes, gsize length, gboolean final)
{
  g_autofree char *text = enclave_utf8_joiner_feed (&self->joiner, bytes, length, final);

  if (*text != '\0')
    g_signal_emit (self, signals[OUTPUT], 0, text);
}

static gboolean
on_output (int fd, GIOCondition condition, gpointer user_data)
{
  EnclaveServiceProcess *self = user_data;
  char bytes[READ_BYTES];
  gssize n = read_some (fd, bytes, sizeof bytes);

  if (n < 0 && errno == EAGAIN)
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    {
      self->output_watch = 0;
      return G_SOURCE_REMOVE;
    }
  emit_output (self, bytes, (gsize) n, FALSE);
  return G_SOURCE_CONTINUE;
}

/* Both pipes do not block, and nobody is left who would write to them. */
static void
drain (EnclaveServiceProcess *self)
{
  g_autoptr (GString) report = g_string_new (NULL);
  char bytes[READ_BYTES];
  gssize n;

  g_clear_handle_id (&self->output_watch, g_source_remove);
  while (self->output_fd >= 0 && (n = read_some (self->output_fd, bytes, sizeof bytes)) > 0)
    emit_output (self, bytes, (gsize) n, FALSE);
  emit_output (self, "", 0, TRUE);
  while (report->len < REPORT_MAX_BYTES && (n = read_some (self->report_fd, bytes, sizeof bytes)) > 0)
    g_string_append_len (report, bytes, n);
  self->report = enclave_utf8_make_valid (report->str, (gssize) report->len);
}

static void
on_exited (GPid pid, int wait_status, gpointer user_data)
{
  g_autoptr (EnclaveServiceProcess) self = g_object_ref (user_data);

  self->watch = 0;
  g_spawn_close_pid (pid);
  drain (self);
  g_signal_emit (self, signals[EXITED], 0, wait_status);
}

EnclaveServiceProcess *
enclave_service_process_start (const char *const *argv, const char *socket_dir, GError **error)
{
  const EnclaveServiceOptions options = { .argv = argv, .socket_dir = socket_dir };

  return enclave_service_process_start_with (&options, error);
}

static void
add_each (EnclaveConfinedPlan *plan, const char *word, const char *const *values)
{
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    enclave_confined_plan_add (plan, word, values[i]);
}

static void
fill_plan (EnclaveConfinedPlan *plan, const EnclaveServiceOptions *options)
{
  g_autofree char *program = enclave_service_places_resolve (options->argv[0]);
  g_auto (GStrv) places = enclave_service_places_of_program (program);

  add_each (plan, "see", (const char *const *) places);
  add_each (plan, "see", options->readable);
  add_each (plan, "write", options->writable);
  if (options->use_graphics)
    {
      g_auto (GStrv) devices = enclave_service_places_of_graphics ();

      add_each (plan, "device", (const char *const *) devices);
      /* Where drivers find out what the devices are. */
      if (devices[0] != NULL)
        enclave_confined_plan_add (plan, "see", "/sys");
    }
  if (options->max_memory_bytes > 0)
    {
      g_autofree char *mebibytes = g_strdup_printf ("%" G_GUINT64_FORMAT, MAX (options->max_memory_bytes >> 20, 1));

      enclave_confined_plan_add (plan, "max-memory-mib", mebibytes);
    }
  enclave_confined_plan_add (plan, "socket-folder", options->socket_dir);
  if (options->serve_socket != NULL && options->serve_address != NULL)
    {
      enclave_confined_plan_add (plan, "serve-socket", options->serve_socket);
      enclave_confined_plan_add (plan, "serve-address", options->serve_address);
    }
  enclave_confined_plan_add_environment (plan, NULL);
  add_each (plan, "env", options->environment);
  enclave_confined_plan_add (plan, "arg", program);
  enclave_confined_plan_add_argv (plan, options->argv + 1);
}

EnclaveServiceProcess *
enclave_service_process_start_with (const EnclaveServiceOptions *options, GError **error)
{
  g_autoptr (EnclaveServiceProcess) self = g_object_new (ENCLAVE_TYPE_SERVICE_PROCESS, NULL);
  g_autoptr (EnclaveConfinedPlan) plan = enclave_confined_plan_new ();
  int ends[2] = { -1, -1 };
  gboolean spawned;

  g_return_val_if_fail (options != NULL && options->argv != NULL && options->argv[0] != NULL, NULL);
  g_return_val_if_fail (g_path_is_absolute (options->argv[0]) && options->socket_dir != NULL, NULL);

  fill_plan (plan, options);
  if (options->keep_output && !g_unix_open_pipe (ends, FD_CLOEXEC, error))
    return NULL;
  spawned = enclave_confined_plan_spawn_between (plan, -1, ends[1], &self->pid, &self->report_fd, error);
  close_fd (&ends[1]);
  self->output_fd = ends[0];
  if (!spawned)
    return NULL;
  g_unix_set_fd_nonblocking (self->report_fd, TRUE, NULL);
  if (self->output_fd >= 0)
    {
      g_unix_set_fd_nonblocking (self->output_fd, TRUE, NULL);
      self->output_watch = g_unix_fd_add (self->output_fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_output, self);
    }
  self->watch = g_child_watch_add (self->pid, on_exited, self);
  return g_steal_pointer (&self);
}

void
enclave_service_process_stop (EnclaveServiceProcess *self)
{
  g_return_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self));

  if (self->watch != 0)
    kill (self->pid, SIGKILL);
}

GError *
enclave_service_process_dup_failure (EnclaveServiceProcess *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self), NULL);

  return enclave_confine_report_dup_failure (self->report != NULL ? self->report : "", self->report == NULL);
}

int
enclave_service_process_get_status (EnclaveServiceProcess *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self), SIGKILL);

  return enclave_confine_report_get_status (self->report != NULL ? self->report : "");
}

char *
enclave_service_process_dup_limit (EnclaveServiceProcess *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self), NULL);

  return enclave_confine_report_describe_limit (self->report != NULL ? self->report : "");
}

static guint64
find_number (const char *path, const char *word)
{
  g_autofree char *text = NULL;
  const char *at;

  if (!g_file_get_contents (path, &text, NULL, NULL) || (at = strstr (text, word)) == NULL)
    return 0;
  return g_ascii_strtoull (at + strlen (word), NULL, 10);
}

/* What was read, and what of files is mapped: a model comes into memory in the one way or the other. */
static guint64
count_read (gint64 pid)
{
  g_autofree char *io = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/io", pid);
  g_autofree char *status = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/status", pid);

  return MAX (find_number (io, "rchar:"), find_number (status, "RssFile:") * 1024);
}

static guint64
count_below (gint64 pid, guint depth, guint *n_left)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/task/%" G_GINT64_FORMAT "/children", pid, pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) children = NULL;
  guint64 most = 0;

  if (depth >= LOOKED_AT_DEPTH || !g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  children = g_strsplit (text, " ", LOOKED_AT_MAX);
  for (guint i = 0; children[i] != NULL && *n_left > 0; i++)
    {
      gint64 child = g_ascii_strtoll (children[i], NULL, 10);

      if (child <= 0)
        continue;
      (*n_left)--;
      /* The first process of the box looks after the others; what it reads is no model. */
      most = MAX (most, MAX (depth > 0 ? count_read (child) : 0, count_below (child, depth + 1, n_left)));
    }
  return most;
}

guint64
enclave_service_process_get_bytes_read (EnclaveServiceProcess *self)
{
  guint n_left = LOOKED_AT_MAX;

  g_return_val_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self), 0);

  return self->watch != 0 ? count_below (self->pid, 0, &n_left) : 0;
}
