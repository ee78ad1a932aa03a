/* enclave-command-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-command-run.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "enclave-confine-report.h"
#include "enclave-confined-spawn.h"
#include "enclave-limits.h"

#define READ_BYTES 65536
#define INPUT_MAX_BYTES (1024 * 1024)
/* Above it the forwarded input waits until the command has read some. */
#define INPUT_PAUSE_BYTES (64 * 1024)
#define REPORT_MAX_BYTES 8192
/* After the end of the box nobody holds the PTY any more; this is for a kernel that takes its time to say so. */
#define DRAIN_MS 500
#define HALF_OUTPUT (ENCLAVE_COMMAND_OUTPUT_MAX_BYTES / 2)

struct _EnclaveCommandRun
{
  GObject parent_instance;

  EnclaveTerminalSession *session;
  gulong session_handlers[3];
  void (*output) (const char *bytes, gsize length, gpointer user_data);
  gpointer output_data;
  EnclaveCommandRunDone done;
  gpointer done_data;

  GPid pid;
  int master; /* plain: the pipe that the command writes to */
  int typed;  /* where input goes: the PTY, or plain the pipe that the command reads from */
  int errors;   /* the pipe of its standard error, when that is kept apart, or -1 */
  gboolean plain;
  gboolean apart;
  gboolean quiet;
  gboolean input_ended;
  gboolean line_begun; /* what was typed last is no line end */
  int input_fd;
  int report_fd;
  guint columns;
  guint rows;
  guint timeout_s;

  guint child_watch;
  guint master_watch;
  guint errors_watch;
  guint input_watch;
  guint write_watch;
  guint report_watch;
  guint timer;
  guint drain_timer;

  GString *head;
  GString *tail;
  gboolean truncated;
  GByteArray *said; /* to its standard error */
  GString *report;
  GByteArray *pending_input;
  char *note;
  char *place; /* (nullable): where the command sees the project, when not at its own path */
  gboolean exited;
  gboolean timed_out;
  gboolean stopped;
};

G_DEFINE_FINAL_TYPE (EnclaveCommandRun, enclave_command_run, G_TYPE_OBJECT)

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (g_steal_fd (fd));
}

static void
release (EnclaveCommandRun *self)
{
  g_clear_handle_id (&self->child_watch, g_source_remove);
  g_clear_handle_id (&self->master_watch, g_source_remove);
  g_clear_handle_id (&self->errors_watch, g_source_remove);
  g_clear_handle_id (&self->input_watch, g_source_remove);
  g_clear_handle_id (&self->write_watch, g_source_remove);
  g_clear_handle_id (&self->report_watch, g_source_remove);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->drain_timer, g_source_remove);
  for (guint i = 0; i < G_N_ELEMENTS (self->session_handlers); i++)
    g_clear_signal_handler (&self->session_handlers[i], self->session);
  if (self->plain)
    close_fd (&self->typed);
  self->typed = -1;
  close_fd (&self->master);
  close_fd (&self->errors);
  close_fd (&self->report_fd);
}

static void
enclave_command_run_dispose (GObject *object)
{
  EnclaveCommandRun *self = ENCLAVE_COMMAND_RUN (object);

  release (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (enclave_command_run_parent_class)->dispose (object);
}

static void
enclave_command_run_finalize (GObject *object)
{
  EnclaveCommandRun *self = ENCLAVE_COMMAND_RUN (object);

  g_string_free (self->head, TRUE);
  g_string_free (self->tail, TRUE);
  g_string_free (self->report, TRUE);
  g_byte_array_unref (self->pending_input);
  g_byte_array_unref (self->said);
  g_free (self->note);
  g_free (self->place);
  G_OBJECT_CLASS (enclave_command_run_parent_class)->finalize (object);
}

static void
enclave_command_run_class_init (EnclaveCommandRunClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_command_run_dispose;
  object_class->finalize = enclave_command_run_finalize;
}

static void
enclave_command_run_init (EnclaveCommandRun *self)
{
  self->master = self->typed = self->input_fd = self->report_fd = self->errors = -1;
  self->said = g_byte_array_new ();
  self->head = g_string_new (NULL);
  self->tail = g_string_new (NULL);
  self->report = g_string_new (NULL);
  self->pending_input = g_byte_array_new ();
}

EnclaveCommandRun *
enclave_command_run_new (const EnclaveCommandOptions *options, EnclaveTerminalSession *session, guint columns,
                         guint rows)
{
  EnclaveCommandRun *self = g_object_new (ENCLAVE_TYPE_COMMAND_RUN, NULL);

  g_set_object (&self->session, session);
  self->plain = options->plain;
  self->apart = options->plain && options->apart;
  self->quiet = options->quiet;
  self->output = options->output;
  self->output_data = options->output_data;
  self->input_fd = options->input_fd;
  self->timeout_s = options->timeout_s;
  self->columns = columns;
  self->rows = rows;
  return self;
}

/* The first and the last half are kept: what was called and how it ended are what counts. */
static void
collect (EnclaveCommandRun *self, const char *bytes, gsize length)
{
  gsize to_head = MIN (length, HALF_OUTPUT - self->head->len);

  g_string_append_len (self->head, bytes, (gssize) to_head);
  g_string_append_len (self->tail, bytes + to_head, (gssize) (length - to_head));
  if (self->tail->len > 2 * HALF_OUTPUT)
    {
      g_string_erase (self->tail, 0, (gssize) (self->tail->len - HALF_OUTPUT));
      self->truncated = TRUE;
    }
}

static GBytes *
take_output (EnclaveCommandRun *self)
{
  GString *all = g_string_new_len (self->head->str, (gssize) self->head->len);

  if (self->tail->len > HALF_OUTPUT)
    {
      g_string_erase (self->tail, 0, (gssize) (self->tail->len - HALF_OUTPUT));
      self->truncated = TRUE;
    }
  if (self->truncated)
    g_string_append (all, "\n[… output left out …]\n");
  g_string_append_len (all, self->tail->str, (gssize) self->tail->len);
  return g_string_free_to_bytes (all);
}

/* What the view has kept from the command stands below its output, with the rule: the command's own words are "Permission
 * denied". A model reads it with the output, so it is not translated. */
static void
tell_refusals (EnclaveCommandRun *self, const char *limit)
{
  g_autoptr (GString) text = g_string_new (NULL);

  enclave_confine_report_describe_refusals (self->report->str, self->quiet, text);
  if (limit != NULL && !self->quiet)
    {
      g_string_append_printf (text, "[Enclave ended this command: %s]", limit);
      g_string_append (text, "\r\n");
    }
  if (self->place != NULL && !self->quiet
      && (strstr (self->head->str, self->place) != NULL || strstr (self->tail->str, self->place) != NULL))
    {
      g_string_append_printf (text, "[In this command’s sandbox the project is at “%s”]", self->place);
      g_string_append (text, "\r\n");
    }
  if (enclave_confine_report_find (self->report->str, "view") != NULL && !self->quiet)
    g_string_append_printf (text, "%s\r\n",
                            "[Enclave’s view of the project ended before the command did: nothing that the command read or "
                            "wrote there afterwards has worked]");
  /* Who runs a command for its answer reads that. */
  if (text->len == 0 || self->plain)
    return;
  collect (self, text->str, text->len);
  if (self->output != NULL)
    self->output (text->str, text->len, self->output_data);
  if (self->session != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (text->str, text->len);

      enclave_terminal_session_feed (self->session, bytes);
    }
}

static void
finish (EnclaveCommandRun *self)
{
  g_autoptr (EnclaveCommandRun) held = g_object_ref (self);
  EnclaveCommandResult *result = NULL;
  GError *error;

  release (self);
  error = enclave_confine_report_dup_failure (self->report->str, self->stopped || self->timed_out);
  if (error == NULL)
    {
      result = g_new0 (EnclaveCommandResult, 1);
      result->limit = enclave_confine_report_describe_limit (self->report->str);
      tell_refusals (self, result->limit);
      result->wait_status = enclave_confine_report_get_status (self->report->str);
      result->timed_out = self->timed_out;
      result->stopped = self->stopped;
      result->output = take_output (self);
      result->errors = self->apart ? g_byte_array_free_to_bytes (g_byte_array_ref (self->said)) : NULL;
      result->truncated = self->truncated;
    }
  if (self->session != NULL)
    enclave_terminal_session_ended (self->session, result != NULL ? result->wait_status : 125 << 8,
                                    error != NULL ? error->message : self->note != NULL ? self->note : result->limit);
  self->done (self, result, error, self->done_data);
}

static void
maybe_finish (EnclaveCommandRun *self)
{
  if (self->exited && self->report_watch == 0 && self->master_watch == 0 && self->errors_watch == 0)
    finish (self);
}

static gboolean
on_output (int fd, GIOCondition condition, gpointer user_data)
{
  EnclaveCommandRun *self = user_data;
  char buffer[READ_BYTES];
  gssize n = read (fd, buffer, sizeof buffer);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    {
      self->master_watch = 0;
      maybe_finish (self);
      return G_SOURCE_REMOVE;
    }
  collect (self, buffer, (gsize) n);
  if (self->output != NULL)
    self->output (buffer, (gsize) n, self->output_data);
  if (self->session != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (buffer, (gsize) n);

      enclave_terminal_session_feed (self->session, bytes);
    }
  return G_SOURCE_CONTINUE;
}

/* All is read, so that the command does not wait for it; the first of it is kept. */
static gboolean
on_errors (int fd, GIOCondition condition, gpointer user_data)
{
  EnclaveCommandRun *self = user_data;
  char buffer[READ_BYTES];
  gssize n = read (fd, buffer, sizeof buffer);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n > 0)
    {
      g_byte_array_append (self->said, (const guint8 *) buffer, (guint) MIN ((gsize) n, ENCLAVE_COMMAND_ERRORS_MAX_BYTES - self->said->len));
      return G_SOURCE_CONTINUE;
    }
  self->errors_watch = 0;
  maybe_finish (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_report (int fd, GIOCondition condition, gpointer user_data)
{
  EnclaveCommandRun *self = user_data;
  char buffer[1024];
  gssize n = read (fd, buffer, sizeof buffer);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n > 0 && self->report->len + (gsize) n <= REPORT_MAX_BYTES)
    {
      g_string_append_len (self->report, buffer, n);
      return G_SOURCE_CONTINUE;
    }
  self->report_watch = 0;
  maybe_finish (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_drained (gpointer user_data)
{
  EnclaveCommandRun *self = user_data;

  self->drain_timer = 0;
  g_clear_handle_id (&self->master_watch, g_source_remove);
  g_clear_handle_id (&self->errors_watch, g_source_remove);
  g_clear_handle_id (&self->report_watch, g_source_remove);
  maybe_finish (self);
  return G_SOURCE_REMOVE;
}

static void
on_exited (GPid pid, int wait_status, gpointer user_data)
{
  EnclaveCommandRun *self = user_data;

  self->child_watch = 0;
  self->exited = TRUE;
  if (self->master_watch != 0 || self->errors_watch != 0 || self->report_watch != 0)
    self->drain_timer = g_timeout_add (DRAIN_MS, on_drained, self);
  else
    maybe_finish (self);
}

void
enclave_command_run_kill (EnclaveCommandRun *self, const char *note)
{
  g_return_if_fail (ENCLAVE_IS_COMMAND_RUN (self));

  if (self->exited || self->pid <= 0)
    return;
  self->stopped = !self->timed_out;
  if (self->note == NULL)
    self->note = g_strdup (note);
  kill (self->pid, SIGKILL);
}

static gboolean
on_time_limit (gpointer user_data)
{
  EnclaveCommandRun *self = user_data;
  g_autofree char *note
    = g_strdup_printf (ngettext ("Time limit of %u second", "Time limit of %u seconds", self->timeout_s),
                       self->timeout_s);

  self->timer = 0;
  self->timed_out = TRUE;
  enclave_command_run_kill (self, note);
  return G_SOURCE_REMOVE;
}

static gboolean on_input_readable (int fd, GIOCondition condition, gpointer user_data);

static gboolean
on_writable (int fd, GIOCondition condition, gpointer user_data)
{
  EnclaveCommandRun *self = user_data;
  gssize n = write (fd, self->pending_input->data, self->pending_input->len);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n < 0)
    g_byte_array_set_size (self->pending_input, 0);
  else
    g_byte_array_remove_range (self->pending_input, 0, (guint) n);
  if (self->pending_input->len < INPUT_PAUSE_BYTES && self->input_fd >= 0 && self->input_watch == 0)
    self->input_watch = g_unix_fd_add (self->input_fd, G_IO_IN | G_IO_HUP, on_input_readable, self);
  if (self->pending_input->len > 0)
    return G_SOURCE_CONTINUE;
  self->write_watch = 0;
  if (self->plain && self->input_ended)
    close_fd (&self->typed);
  return G_SOURCE_REMOVE;
}

static void
type_bytes (EnclaveCommandRun *self, const void *bytes, gsize length)
{
  if (self->exited || self->typed < 0 || self->pending_input->len + length > INPUT_MAX_BYTES)
    return;
  if (length > 0)
    self->line_begun = ((const char *) bytes)[length - 1] != '\n';
  g_byte_array_append (self->pending_input, bytes, (guint) length);
  if (self->write_watch == 0 && self->pending_input->len > 0)
    self->write_watch = g_unix_fd_add (self->typed, G_IO_OUT | G_IO_ERR | G_IO_HUP, on_writable, self);
}

static void
on_session_input (EnclaveTerminalSession *session, GBytes *bytes, gpointer user_data)
{
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  type_bytes (user_data, data, length);
}

static void
on_session_resized (EnclaveTerminalSession *session, guint columns, guint rows, gpointer user_data)
{
  EnclaveCommandRun *self = user_data;
  struct winsize size = { .ws_row = (unsigned short) rows, .ws_col = (unsigned short) columns };

  if (self->master >= 0 && columns > 0 && rows > 0)
    ioctl (self->master, TIOCSWINSZ, &size);
}

static void
on_session_stop (EnclaveTerminalSession *session, gpointer user_data)
{
  enclave_command_run_kill (user_data, _ ("Stopped"));
}

static gboolean
on_input_readable (int fd, GIOCondition condition, gpointer user_data)
{
  EnclaveCommandRun *self = user_data;
  char buffer[4096];
  gssize n = read (fd, buffer, sizeof buffer);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n > 0)
    {
      type_bytes (self, buffer, (gsize) n);
      if (self->pending_input->len < INPUT_PAUSE_BYTES)
        return G_SOURCE_CONTINUE;
      self->input_watch = 0;
      return G_SOURCE_REMOVE;
    }
  self->input_watch = 0;
  self->input_fd = -1;
  self->input_ended = TRUE;
  if (!self->plain)
    /* The end of the input is what Ctrl+D says to a terminal; within a line the first one only hands over the line. */
    type_bytes (self, "\004\004", self->line_begun ? 2 : 1);
  else if (self->write_watch == 0)
    close_fd (&self->typed);
  return G_SOURCE_REMOVE;
}

/* Returns the slave, or -1 with errno. */
static int
open_pty (EnclaveCommandRun *self)
{
  struct winsize size = { .ws_row = (unsigned short) self->rows, .ws_col = (unsigned short) self->columns };
  char name[128];
  int slave = -1;

  self->master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (self->master >= 0 && grantpt (self->master) == 0 && unlockpt (self->master) == 0
      && ptsname_r (self->master, name, sizeof name) == 0)
    slave = open (name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave >= 0)
    {
      self->typed = self->master;
      ioctl (self->master, TIOCSWINSZ, &size);
    }
  return slave;
}

/* Pipes in the place of a PTY. Returns: the command's end of its output, or -1 with errno; @input_fd: of its input; @error_fd: of its
 * standard error, when that is kept apart. */
static int
open_pipes (EnclaveCommandRun *self, int *input_fd, int *error_fd)
{
  int input[2];
  int output[2];
  int errors[2];

  if (pipe2 (output, O_CLOEXEC) != 0)
    return -1;
  self->master = output[0];
  if (self->apart)
    {
      if (pipe2 (errors, O_CLOEXEC) != 0)
        {
          close (output[1]);
          return -1;
        }
      self->errors = errors[0];
      *error_fd = errors[1];
      g_unix_set_fd_nonblocking (self->errors, TRUE, NULL);
    }
  if (self->input_fd < 0)
    {
      g_unix_set_fd_nonblocking (self->master, TRUE, NULL);
      return output[1];
    }
  if (pipe2 (input, O_CLOEXEC) != 0)
    {
      close (output[1]);
      return -1;
    }
  self->typed = input[1];
  *input_fd = input[0];
  g_unix_set_fd_nonblocking (self->typed, TRUE, NULL);
  g_unix_set_fd_nonblocking (self->master, TRUE, NULL);
  return output[1];
}

static gboolean
report_failure (gpointer user_data)
{
  EnclaveCommandRun *self = user_data;

  finish (self);
  return G_SOURCE_REMOVE;
}

void
enclave_command_run_start (EnclaveCommandRun *self, gpointer plan, EnclaveCommandRunDone done, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  int input_end = -1;
  int error_end = -1;
  int output_end;

  g_return_if_fail (ENCLAVE_IS_COMMAND_RUN (self));

  self->done = done;
  self->done_data = user_data;
  self->place = g_strdup (enclave_confined_plan_get_place (plan));
  output_end = self->plain ? open_pipes (self, &input_end, &error_end) : open_pty (self);
  if (output_end < 0)
    g_string_printf (self->report, "failed %s\n", g_strerror (errno));
  else if (!enclave_confined_plan_spawn_among (plan, self->plain ? input_end : output_end, output_end, error_end, &self->pid,
                                               &self->report_fd, &error))
    g_string_printf (self->report, "failed %s\n", error->message);
  close_fd (&input_end);
  close_fd (&output_end);
  close_fd (&error_end);
  if (self->pid <= 0)
    {
      self->exited = TRUE;
      g_idle_add_full (G_PRIORITY_DEFAULT, report_failure, g_object_ref (self), g_object_unref);
      return;
    }

  self->child_watch = g_child_watch_add (self->pid, on_exited, self);
  self->master_watch = g_unix_fd_add (self->master, G_IO_IN | G_IO_HUP | G_IO_ERR, on_output, self);
  if (self->errors >= 0)
    self->errors_watch = g_unix_fd_add (self->errors, G_IO_IN | G_IO_HUP | G_IO_ERR, on_errors, self);
  g_unix_set_fd_nonblocking (self->report_fd, TRUE, NULL);
  self->report_watch = g_unix_fd_add (self->report_fd, G_IO_IN | G_IO_HUP, on_report, self);
  if (self->input_fd >= 0)
    self->input_watch = g_unix_fd_add (self->input_fd, G_IO_IN | G_IO_HUP, on_input_readable, self);
  if (self->timeout_s > 0)
    self->timer = g_timeout_add_seconds (self->timeout_s, on_time_limit, self);
  if (self->session != NULL)
    {
      self->session_handlers[0] = g_signal_connect (self->session, "input", G_CALLBACK (on_session_input), self);
      self->session_handlers[1] = g_signal_connect (self->session, "resized", G_CALLBACK (on_session_resized), self);
      self->session_handlers[2]
        = g_signal_connect (self->session, "stop-requested", G_CALLBACK (on_session_stop), self);
    }
}
