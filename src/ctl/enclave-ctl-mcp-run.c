/* enclave-ctl-mcp-run.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `enclavectl mcp run SERVER`: its program in the box that it gets as a server, with the terminal in the place of the client: what is typed goes to
 * it line by line, and all that it writes is there to be read.
 */

#include "config.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <sys/wait.h>
#include <unistd.h>

#include "enclave-ctl-mcp.h"
#include "enclave-ctl-output.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-error.h"

#define READ_BYTES 8192
/* Of a line that does not end. */
#define LINE_MAX_BYTES (64 * 1024)

typedef struct
{
  EnclaveServiceProcess *process;
  GInputStream *keys;
  GCancellable *cancellable; /* of what is read */
  GString *output;           /* the line that has not ended */
  gboolean read_all;
  gboolean exited;
  gboolean over;
} Session;

static void
maybe_over (Session *session)
{
  session->over = session->exited && session->read_all;
}

static void
on_exited (EnclaveServiceProcess *process, int wait_status, Session *session)
{
  session->exited = TRUE;
  maybe_over (session);
}

/* What moves the cursor, names the window or can't be seen is none of what a server has to say. */
static void
on_errors (EnclaveServiceProcess *process, const char *text, Session *session)
{
  g_autofree char *clean = enclave_mcp_clean_text (text, -1, NULL);

  g_printerr ("%s", clean);
}

/* Whole lines. */
static void
print_output (Session *session, gboolean at_end)
{
  const char *last = g_strrstr_len (session->output->str, (gssize) session->output->len, "\n");
  gsize n = at_end || session->output->len > LINE_MAX_BYTES ? session->output->len : last != NULL ? (gsize) (last + 1 - session->output->str) : 0;
  g_autofree char *clean = NULL;

  if (n == 0)
    return;
  clean = enclave_mcp_clean_text (session->output->str, (gssize) n, NULL);
  enclave_ctl_print ("%s", clean);
  g_string_erase (session->output, 0, (gssize) n);
}

static void
on_output (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Session *session = user_data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    {
      print_output (session, TRUE);
      session->read_all = TRUE;
      maybe_over (session);
      return;
    }
  g_string_append_len (session->output, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  print_output (session, FALSE);
  g_input_stream_read_bytes_async (G_INPUT_STREAM (source), READ_BYTES, G_PRIORITY_DEFAULT, session->cancellable, on_output, session);
}

static void on_written (GObject *source, GAsyncResult *result, gpointer user_data);

static void
on_keys (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Session *session = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  GOutputStream *input = enclave_service_process_get_input (session->process);
  g_autofree char *copy = NULL;
  gsize size;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bytes == NULL || g_bytes_get_size (bytes) == 0 || input == NULL)
    {
      /* The end of what is typed is the end that a server expects. */
      enclave_service_process_end (session->process);
      return;
    }
  size = g_bytes_get_size (bytes);
  copy = g_memdup2 (g_bytes_get_data (bytes, NULL), size);
  g_object_set_data_full (G_OBJECT (input), "enclave-typed", g_steal_pointer (&copy), g_free);
  g_output_stream_write_all_async (input, g_object_get_data (G_OBJECT (input), "enclave-typed"), size, G_PRIORITY_DEFAULT, session->cancellable,
                                   on_written, session);
}

static void
read_keys (Session *session)
{
  g_input_stream_read_bytes_async (session->keys, READ_BYTES, G_PRIORITY_DEFAULT, session->cancellable, on_keys, session);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  /* One that reads no more is about to end, and says then why. */
  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    read_keys (user_data);
}

static void
on_interrupted (GCancellable *cancellable, Session *session)
{
  enclave_service_process_stop (session->process);
}

static int
report_end (EnclaveServiceProcess *process)
{
  g_autoptr (GError) failure = enclave_service_process_dup_failure (process);
  g_autofree char *limit = enclave_service_process_dup_limit (process);
  int status = enclave_service_process_get_status (process);

  if (failure != NULL)
    return enclave_ctl_report_error (FALSE, failure);
  if (limit != NULL)
    /* Translators: the limit, such as “more than 4096 processes and threads” */
    enclave_ctl_note (_ ("Enclave ended the server: %s"), limit);
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return ENCLAVE_CTL_DONE;
  if (WIFEXITED (status))
    enclave_ctl_note (_ ("The server has ended, with exit status %d"), WEXITSTATUS (status));
  else
    enclave_ctl_note (_ ("The server was ended by signal %d"), WIFSIGNALED (status) ? WTERMSIG (status) : 0);
  return ENCLAVE_CTL_FAILED;
}

int
enclave_ctl_mcp_run (EnclaveCtlContext *context, EnclaveGate *gate, EnclaveMcpServer *server)
{
  EnclavePipedServiceOptions options;
  Session session = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveServiceProcess) process = NULL;
  g_autoptr (GInputStream) keys = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) output = g_string_new (NULL);
  gulong handler;
  int status;

  if (!enclave_mcp_server_get_options (server, &options))
    {
      g_set_error_literal (&error, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_UNKNOWN, _ ("This server is at an address: there is no program to run"));
      return enclave_ctl_report_error (FALSE, error);
    }
  enclave_command_door_start_service_async (gate, &options, enclave_ctl_context_get_cancellable (context), enclave_ctl_context_take_result, context);
  result = enclave_ctl_context_wait (context);
  process = enclave_command_door_start_service_finish (gate, result, &error);
  if (process == NULL)
    return enclave_ctl_report_error (FALSE, error);

  enclave_ctl_note (_ ("The server runs as Enclave starts it; what you type is sent to it line by line, and Ctrl+D ends it"));
  keys = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  session = (Session) { .process = process, .keys = keys, .cancellable = cancellable, .output = output };
  g_signal_connect (process, "exited", G_CALLBACK (on_exited), &session);
  g_signal_connect (process, "output", G_CALLBACK (on_errors), &session);
  handler = g_cancellable_connect (enclave_ctl_context_get_cancellable (context), G_CALLBACK (on_interrupted), &session, NULL);
  g_input_stream_read_bytes_async (enclave_service_process_get_output (process), READ_BYTES, G_PRIORITY_DEFAULT, NULL, on_output, &session);
  read_keys (&session);
  enclave_ctl_context_wait_for (context, &session.over);
  g_cancellable_disconnect (enclave_ctl_context_get_cancellable (context), handler);
  g_signal_handlers_disconnect_by_data (process, &session);
  status = report_end (process);
  /* What still waits for keys is told that nobody wants them, and lets go of the session. */
  g_cancellable_cancel (cancellable);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return status;
}
