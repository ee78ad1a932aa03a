/* enclave-mcp-stdio-transport.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-stdio-transport.h"

#include <glib/gi18n.h>

#include "enclave-limits.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-mcp-error.h"
#include "enclave-rpc-error.h"
#include "enclave-rpc-pipe.h"

/* A server may close its output and go on; after this it is ended. */
#define SILENT_MS 2000

struct _EnclaveMcpStdioTransport
{
  GObject parent_instance;

  EnclaveGate *gate;
  EnclavePipedServiceOptions *options;

  EnclaveServiceProcess *process; /* NULL while it does not run */
  EnclaveRpcInbox *inbox;
  EnclaveRpcPipe *pipe;
  guint silence;
  GString *errors;
  guint n_skipped;
  GError *problem; /* why it is being closed */
  gboolean closing;
  gboolean exited;
  gboolean read_all;
};

static void transport_iface_init (EnclaveMcpTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveMcpStdioTransport, enclave_mcp_stdio_transport, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_MCP_TRANSPORT, transport_iface_init))

static void
let_go (EnclaveMcpStdioTransport *self)
{
  g_clear_handle_id (&self->silence, g_source_remove);
  if (self->pipe != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->pipe, self);
      g_object_run_dispose (G_OBJECT (self->pipe));
    }
  g_clear_object (&self->pipe);
  if (self->process != NULL)
    g_signal_handlers_disconnect_by_data (self->process, self);
  g_clear_object (&self->process);
  if (self->inbox != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->inbox, self);
      enclave_rpc_inbox_stop (self->inbox);
    }
  g_clear_object (&self->inbox);
}

static void
enclave_mcp_stdio_transport_dispose (GObject *object)
{
  EnclaveMcpStdioTransport *self = ENCLAVE_MCP_STDIO_TRANSPORT (object);

  let_go (self);
  g_clear_object (&self->gate);
  G_OBJECT_CLASS (enclave_mcp_stdio_transport_parent_class)->dispose (object);
}

static void
enclave_mcp_stdio_transport_finalize (GObject *object)
{
  EnclaveMcpStdioTransport *self = ENCLAVE_MCP_STDIO_TRANSPORT (object);

  enclave_piped_service_options_free (self->options);
  g_string_free (self->errors, TRUE);
  g_clear_error (&self->problem);
  G_OBJECT_CLASS (enclave_mcp_stdio_transport_parent_class)->finalize (object);
}

static void
enclave_mcp_stdio_transport_class_init (EnclaveMcpStdioTransportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_mcp_stdio_transport_dispose;
  object_class->finalize = enclave_mcp_stdio_transport_finalize;
}

static void
enclave_mcp_stdio_transport_init (EnclaveMcpStdioTransport *self)
{
  self->errors = g_string_new (NULL);
}

EnclaveMcpStdioTransport *
enclave_mcp_stdio_transport_new (EnclaveGate *gate, const EnclavePipedServiceOptions *options)
{
  EnclaveMcpStdioTransport *self;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate), NULL);
  g_return_val_if_fail (options != NULL && options->argv != NULL && options->argv[0] != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_STDIO_TRANSPORT, NULL);
  self->gate = g_object_ref (gate);
  self->options = enclave_piped_service_options_copy (options);
  return self;
}

/* Why it is no longer there, in one sentence. */
static GError *
explain_end (EnclaveMcpStdioTransport *self)
{
  GError *failure = enclave_service_process_dup_failure (self->process);
  g_autofree char *words = NULL;

  if (failure != NULL)
    return failure;
  words = enclave_service_process_explain_end (self->process, self->options->argv[0]);
  return g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, words);
}

/* Once the program has gone and all that it said has been told. */
static void
maybe_closed (EnclaveMcpStdioTransport *self)
{
  g_autoptr (EnclaveMcpStdioTransport) held = g_object_ref (self);
  g_autoptr (GError) why = NULL;

  if (!self->exited || !self->read_all || self->process == NULL)
    return;
  if (self->problem != NULL)
    why = g_steal_pointer (&self->problem);
  else if (!self->closing)
    why = explain_end (self);
  let_go (self);
  g_signal_emit_by_name (self, "closed", why);
}

/* @problem: (transfer full) (nullable). */
static void
close_because (EnclaveMcpStdioTransport *self, GError *problem)
{
  if (self->process == NULL || self->closing)
    {
      g_clear_error (&problem);
      return;
    }
  self->closing = TRUE;
  self->problem = problem;
  enclave_rpc_pipe_stop_sending (self->pipe);
  if (problem != NULL)
    enclave_service_process_stop (self->process);
  else
    enclave_service_process_end (self->process);
}

static void
on_message (EnclaveRpcInbox *inbox, EnclaveRpcMessage *message, EnclaveMcpStdioTransport *self)
{
  g_signal_emit_by_name (self, "received", message);
}

static void
on_skipped (EnclaveRpcInbox *inbox, const char *text, EnclaveMcpStdioTransport *self)
{
  g_autofree char *clean = enclave_mcp_clean_text (text, -1, NULL);

  self->n_skipped++;
  if (self->n_skipped <= 20)
    g_signal_emit_by_name (self, "log", clean);
  if (self->n_skipped > ENCLAVE_MCP_MAX_SKIPPED)
    close_because (self, g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL,
                                              _ ("The server writes text to its standard output that is no message of the protocol")));
}

static void
on_inbox_failed (EnclaveRpcInbox *inbox, const GError *error, EnclaveMcpStdioTransport *self)
{
  self->read_all = TRUE;
  if (self->pipe != NULL)
    enclave_rpc_pipe_stop_reading (self->pipe);
  close_because (self, g_error_new (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL,
                                    /* Translators: what is wrong with it */
                                    _ ("The server sent what can’t be read: %s"), error->message));
  maybe_closed (self);
}

static void
on_inbox_ended (EnclaveRpcInbox *inbox, EnclaveMcpStdioTransport *self)
{
  self->read_all = TRUE;
  maybe_closed (self);
}

static void
on_errors (EnclaveServiceProcess *process, const char *text, EnclaveMcpStdioTransport *self)
{
  g_string_append (self->errors, text);
  if (self->errors->len > 2 * ENCLAVE_MCP_STDERR_BYTES)
    {
      gsize from = self->errors->len - ENCLAVE_MCP_STDERR_BYTES;

      while ((self->errors->str[from] & 0xc0) == 0x80)
        from++;
      g_string_erase (self->errors, 0, (gssize) from);
    }
}

static void
on_exited (EnclaveServiceProcess *process, int wait_status, EnclaveMcpStdioTransport *self)
{
  self->exited = TRUE;
  maybe_closed (self);
}

static gboolean
on_silent (gpointer user_data)
{
  EnclaveMcpStdioTransport *self = user_data;

  self->silence = 0;
  close_because (self, g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, _ ("The server has closed its output")));
  return G_SOURCE_REMOVE;
}

static void
on_end_of_output (EnclaveRpcPipe *pipe, EnclaveMcpStdioTransport *self)
{
  if (!self->exited && !self->closing)
    self->silence = g_timeout_add (SILENT_MS, on_silent, self);
}

static void
on_blocked (EnclaveRpcPipe *pipe, EnclaveMcpStdioTransport *self)
{
  close_because (self, g_error_new_literal (ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_PROTOCOL, _ ("The server does not read what it is sent")));
}

static void
transport_send (EnclaveMcpTransport *transport, JsonObject *message, gint64 request_id, const char *const *headers)
{
  EnclaveMcpStdioTransport *self = ENCLAVE_MCP_STDIO_TRANSPORT (transport);

  if (self->process != NULL && !self->closing)
    enclave_rpc_pipe_send (self->pipe, message);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveMcpStdioTransport *self = g_task_get_source_object (task);
  GError *error = NULL;

  self->process = enclave_command_door_start_service_finish (ENCLAVE_GATE (source), result, &error);
  if (self->process == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->closing = self->exited = self->read_all = FALSE;
  self->n_skipped = 0;
  g_string_truncate (self->errors, 0);
  self->inbox = enclave_rpc_inbox_new (ENCLAVE_RPC_FRAMING_NEWLINE, ENCLAVE_RPC_MAX_BYTES);
  g_signal_connect (self->inbox, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->inbox, "skipped", G_CALLBACK (on_skipped), self);
  g_signal_connect (self->inbox, "failed", G_CALLBACK (on_inbox_failed), self);
  g_signal_connect (self->inbox, "ended", G_CALLBACK (on_inbox_ended), self);
  g_signal_connect (self->process, "output", G_CALLBACK (on_errors), self);
  g_signal_connect (self->process, "exited", G_CALLBACK (on_exited), self);
  self->pipe = enclave_rpc_pipe_new (enclave_service_process_get_output (self->process),
                                     enclave_service_process_get_input (self->process), ENCLAVE_RPC_FRAMING_NEWLINE, self->inbox,
                                     ENCLAVE_MCP_QUEUE_MAX_BYTES);
  g_signal_connect (self->pipe, "end-of-output", G_CALLBACK (on_end_of_output), self);
  g_signal_connect (self->pipe, "blocked", G_CALLBACK (on_blocked), self);
  g_task_return_boolean (task, TRUE);
}

static void
transport_start_async (EnclaveMcpTransport *transport, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveMcpStdioTransport *self = ENCLAVE_MCP_STDIO_TRANSPORT (transport);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, transport_start_async);
  g_return_if_fail (self->process == NULL);
  enclave_command_door_start_service_async (self->gate, self->options, cancellable, on_started, task);
}

static gboolean
transport_start_finish (EnclaveMcpTransport *transport, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, transport), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
transport_close (EnclaveMcpTransport *transport)
{
  close_because (ENCLAVE_MCP_STDIO_TRANSPORT (transport), NULL);
}

static char *
transport_dup_errors (EnclaveMcpTransport *transport)
{
  EnclaveMcpStdioTransport *self = ENCLAVE_MCP_STDIO_TRANSPORT (transport);
  gsize from = self->errors->len > ENCLAVE_MCP_STDERR_BYTES ? self->errors->len - ENCLAVE_MCP_STDERR_BYTES : 0;

  while (from > 0 && (self->errors->str[from] & 0xc0) == 0x80)
    from++;
  return enclave_mcp_clean_text (self->errors->str + from, (gssize) (self->errors->len - from), NULL);
}

static void
transport_iface_init (EnclaveMcpTransportInterface *iface)
{
  iface->start_async = transport_start_async;
  iface->start_finish = transport_start_finish;
  iface->send = transport_send;
  iface->close = transport_close;
  iface->dup_errors = transport_dup_errors;
}
