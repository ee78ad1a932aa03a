/* enclave-service-process.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-service-process-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "enclave-confine-report.h"
#include "enclave-limits.h"
#include "enclave-service-places.h"
#include "enclave-utf8.h"

#define READ_BYTES 16384
#define REPORT_MAX_BYTES 8192
/* A program that writes more than this to its standard error in a tenth of a second waits for the rest of it. */
#define CALM_BYTES (512 * 1024)
#define CALM_MS 100
/* Processes of a box that are looked at for what they have read, and how deep: launcher, first process, server, its runner. */
#define LOOKED_AT_MAX 64
#define LOOKED_AT_DEPTH 5

struct _EnclaveServiceProcess
{
  GObject parent_instance;

  GPid pid;
  guint watch;
  guint output_watch;
  guint calm_timer;
  gsize n_calm;
  guint end_timer;
  gboolean terminated;
  GOutputStream *input; /* NULL without pipes */
  GInputStream *output;
  int output_fd;
  int report_fd;
  guint report_watch;
  GString *coming; /* (nullable): the report of a program with a view, which goes on all the time */
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
  g_clear_handle_id (&self->calm_timer, g_source_remove);
  g_clear_handle_id (&self->end_timer, g_source_remove);
  g_clear_object (&self->input);
  g_clear_object (&self->output);
  close_fd (&self->output_fd);
  g_clear_handle_id (&self->report_watch, g_source_remove);
  close_fd (&self->report_fd);
  if (self->coming != NULL)
    g_string_free (g_steal_pointer (&self->coming), TRUE);
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

static gboolean on_output (int fd, GIOCondition condition, gpointer user_data);

/* Behind the frames of a window. */
static void
watch_output (EnclaveServiceProcess *self)
{
  self->output_watch = g_unix_fd_add_full (G_PRIORITY_DEFAULT_IDLE, self->output_fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_output, self,
                                           NULL);
}

static gboolean
on_calm (gpointer user_data)
{
  EnclaveServiceProcess *self = user_data;

  self->calm_timer = 0;
  if (self->n_calm > CALM_BYTES)
    watch_output (self);
  self->n_calm = 0;
  return G_SOURCE_REMOVE;
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
  emit_output (self, bytes, n, FALSE);
  if (self->calm_timer == 0)
    self->calm_timer = g_timeout_add (CALM_MS, on_calm, self);
  self->n_calm += (gsize) n;
  if (self->n_calm <= CALM_BYTES)
    return G_SOURCE_CONTINUE;
  self->output_watch = 0;
  return G_SOURCE_REMOVE;
}

/* The beginning and the end are kept: how it began, what was kept from it of late, and how it has ended. */
static void
keep_report (EnclaveServiceProcess *self, const char *bytes, gssize length)
{
  g_string_append_len (self->coming, bytes, length);
  if (self->coming->len > 2 * REPORT_MAX_BYTES)
    g_string_erase (self->coming, REPORT_MAX_BYTES / 2, (gssize) (self->coming->len - REPORT_MAX_BYTES));
}

/* What is not read would in the end keep the view waiting. */
static gboolean
on_report (int fd, GIOCondition condition, gpointer user_data)
{
  EnclaveServiceProcess *self = user_data;
  char bytes[1024];
  gssize n = read_some (fd, bytes, sizeof bytes);

  if (n < 0 && errno == EAGAIN)
    return G_SOURCE_CONTINUE;
  if (n > 0)
    {
      keep_report (self, bytes, n);
      return G_SOURCE_CONTINUE;
    }
  self->report_watch = 0;
  return G_SOURCE_REMOVE;
}

/* Both pipes do not block, and nobody is left who would write to them. */
static void
drain (EnclaveServiceProcess *self)
{
  char bytes[READ_BYTES];
  gssize n;

  g_clear_handle_id (&self->output_watch, g_source_remove);
  g_clear_handle_id (&self->calm_timer, g_source_remove);
  g_clear_handle_id (&self->end_timer, g_source_remove);
  while (self->output_fd >= 0 && (n = read_some (self->output_fd, bytes, sizeof bytes)) > 0)
    emit_output (self, bytes, (gsize) n, FALSE);
  emit_output (self, "", 0, TRUE);
  g_clear_handle_id (&self->report_watch, g_source_remove);
  while ((n = read_some (self->report_fd, bytes, sizeof bytes)) > 0)
    keep_report (self, bytes, n);
  self->report = enclave_utf8_make_valid (self->coming->str, (gssize) self->coming->len);
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

static void
watch_all (EnclaveServiceProcess *self)
{
  g_unix_set_fd_nonblocking (self->report_fd, TRUE, NULL);
  self->coming = g_string_new (NULL);
  self->report_watch = g_unix_fd_add (self->report_fd, G_IO_IN | G_IO_HUP, on_report, self);
  if (self->output_fd >= 0)
    {
      g_unix_set_fd_nonblocking (self->output_fd, TRUE, NULL);
      watch_output (self);
    }
  self->watch = g_child_watch_add (self->pid, on_exited, self);
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
  watch_all (self);
  return g_steal_pointer (&self);
}

EnclaveServiceProcess *
enclave_service_process_start_piped (EnclaveConfinedPlan *plan, GError **error)
{
  g_autoptr (EnclaveServiceProcess) self = g_object_new (ENCLAVE_TYPE_SERVICE_PROCESS, NULL);
  int input[2] = { -1, -1 };
  int output[2] = { -1, -1 };
  int errors[2] = { -1, -1 };
  gboolean spawned;

  g_return_val_if_fail (plan != NULL, NULL);

  spawned = g_unix_open_pipe (input, FD_CLOEXEC, error) && g_unix_open_pipe (output, FD_CLOEXEC, error)
            && g_unix_open_pipe (errors, FD_CLOEXEC, error)
            && enclave_confined_plan_spawn_among (plan, input[0], output[1], errors[1], &self->pid, &self->report_fd, error);
  close_fd (&input[0]);
  close_fd (&output[1]);
  close_fd (&errors[1]);
  self->output_fd = errors[0];
  if (input[1] >= 0)
    self->input = g_unix_output_stream_new (input[1], TRUE);
  if (output[0] >= 0)
    self->output = g_unix_input_stream_new (output[0], TRUE);
  if (!spawned)
    return NULL;
  /* A write would else wait for a reader that may never read. */
  g_unix_set_fd_nonblocking (input[1], TRUE, NULL);
  g_unix_set_fd_nonblocking (output[0], TRUE, NULL);
  watch_all (self);
  return g_steal_pointer (&self);
}

void
enclave_service_process_stop (EnclaveServiceProcess *self)
{
  g_return_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self));

  if (self->watch != 0)
    kill (self->pid, SIGKILL);
}

static gboolean
on_end_timer (gpointer user_data)
{
  EnclaveServiceProcess *self = user_data;

  if (self->terminated)
    {
      self->end_timer = 0;
      enclave_service_process_stop (self);
      return G_SOURCE_REMOVE;
    }
  self->terminated = TRUE;
  kill (self->pid, SIGTERM);
  return G_SOURCE_CONTINUE;
}

/* The stream may have a write under way, which must neither keep the pipe open nor meet a descriptor that is somebody else's by then. */
static void
end_input (EnclaveServiceProcess *self)
{
  int nowhere = open ("/dev/null", O_WRONLY | O_CLOEXEC);

  if (nowhere >= 0)
    dup3 (nowhere, g_unix_output_stream_get_fd (G_UNIX_OUTPUT_STREAM (self->input)), O_CLOEXEC);
  close_fd (&nowhere);
}

void
enclave_service_process_end (EnclaveServiceProcess *self)
{
  g_return_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self));

  if (self->watch == 0 || self->end_timer != 0)
    return;
  if (self->input == NULL)
    {
      enclave_service_process_stop (self);
      return;
    }
  end_input (self);
  self->end_timer = g_timeout_add (ENCLAVE_PROCESS_KILL_DELAY_MS, on_end_timer, self);
}

GOutputStream *
enclave_service_process_get_input (EnclaveServiceProcess *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self), NULL);

  return self->input;
}

GInputStream *
enclave_service_process_get_output (EnclaveServiceProcess *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self), NULL);

  return self->output;
}

gboolean
enclave_service_process_is_running (EnclaveServiceProcess *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SERVICE_PROCESS (self), FALSE);

  return self->watch != 0;
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
