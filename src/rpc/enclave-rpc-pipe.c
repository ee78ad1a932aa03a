/* enclave-rpc-pipe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-rpc-pipe.h"

#include "enclave-json.h"

#define READ_BYTES 65536
/* Texts that wait to be looked at, above which nothing more is read for a while. */
#define WAITING_MAX 64
#define PAUSE_MS 10

struct _EnclaveRpcPipe
{
  GObject parent_instance;

  GInputStream *output;
  GOutputStream *input;
  EnclaveRpcFraming framing;
  EnclaveRpcInbox *inbox;
  GCancellable *cancellable;
  GQueue outgoing; /* of GBytes */
  gsize n_outgoing;
  gsize queue_max_bytes;
  guint pause;
  gboolean writing;
  gboolean reading_over;
  gboolean sending_over;
};

enum
{
  END_OF_OUTPUT,
  BLOCKED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveRpcPipe, enclave_rpc_pipe, G_TYPE_OBJECT)

static void
enclave_rpc_pipe_dispose (GObject *object)
{
  EnclaveRpcPipe *self = ENCLAVE_RPC_PIPE (object);

  self->reading_over = self->sending_over = TRUE;
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->pause, g_source_remove);
  g_queue_clear_full (&self->outgoing, (GDestroyNotify) g_bytes_unref);
  g_clear_object (&self->output);
  g_clear_object (&self->input);
  g_clear_object (&self->inbox);
  G_OBJECT_CLASS (enclave_rpc_pipe_parent_class)->dispose (object);
}

static void
enclave_rpc_pipe_finalize (GObject *object)
{
  g_object_unref (ENCLAVE_RPC_PIPE (object)->cancellable);
  G_OBJECT_CLASS (enclave_rpc_pipe_parent_class)->finalize (object);
}

static void
enclave_rpc_pipe_class_init (EnclaveRpcPipeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_rpc_pipe_dispose;
  object_class->finalize = enclave_rpc_pipe_finalize;

  signals[END_OF_OUTPUT] = g_signal_new ("end-of-output", ENCLAVE_TYPE_RPC_PIPE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
  signals[BLOCKED] = g_signal_new ("blocked", ENCLAVE_TYPE_RPC_PIPE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_rpc_pipe_init (EnclaveRpcPipe *self)
{
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->outgoing);
}

static void read_more (EnclaveRpcPipe *self);

static gboolean
on_pause_over (gpointer user_data)
{
  EnclaveRpcPipe *self = user_data;

  self->pause = 0;
  read_more (self);
  return G_SOURCE_REMOVE;
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveRpcPipe) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (self->reading_over)
    return;
  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    {
      self->reading_over = TRUE;
      g_signal_emit (self, signals[END_OF_OUTPUT], 0);
      if (self->inbox != NULL)
        enclave_rpc_inbox_end (self->inbox);
      return;
    }
  enclave_rpc_inbox_feed (self->inbox, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  read_more (self);
}

static void
read_more (EnclaveRpcPipe *self)
{
  if (self->reading_over || self->pause != 0)
    return;
  if (enclave_rpc_inbox_get_n_waiting (self->inbox) > WAITING_MAX)
    {
      self->pause = g_timeout_add (PAUSE_MS, on_pause_over, self);
      return;
    }
  g_input_stream_read_bytes_async (self->output, READ_BYTES, G_PRIORITY_DEFAULT_IDLE, self->cancellable, on_read, g_object_ref (self));
}

static void write_more (EnclaveRpcPipe *self);

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveRpcPipe) self = user_data;
  gssize written = g_output_stream_write_bytes_finish (G_OUTPUT_STREAM (source), result, NULL);
  g_autoptr (GBytes) bytes = NULL;

  self->writing = FALSE;
  /* Whoever does not read any more is about to end, and says then why. */
  if (written < 0 || g_queue_is_empty (&self->outgoing))
    return;
  bytes = g_queue_pop_head (&self->outgoing);
  self->n_outgoing -= (gsize) written;
  if ((gsize) written < g_bytes_get_size (bytes))
    g_queue_push_head (&self->outgoing, g_bytes_new_from_bytes (bytes, (gsize) written, g_bytes_get_size (bytes) - (gsize) written));
  write_more (self);
}

static void
write_more (EnclaveRpcPipe *self)
{
  if (self->writing || self->sending_over || g_queue_is_empty (&self->outgoing))
    return;
  self->writing = TRUE;
  g_output_stream_write_bytes_async (self->input, g_queue_peek_head (&self->outgoing), G_PRIORITY_DEFAULT, self->cancellable,
                                     on_written, g_object_ref (self));
}

EnclaveRpcPipe *
enclave_rpc_pipe_new (GInputStream *output, GOutputStream *input, EnclaveRpcFraming framing, EnclaveRpcInbox *inbox,
                      gsize queue_max_bytes)
{
  EnclaveRpcPipe *self;

  g_return_val_if_fail (G_IS_INPUT_STREAM (output) && G_IS_OUTPUT_STREAM (input), NULL);
  g_return_val_if_fail (ENCLAVE_IS_RPC_INBOX (inbox), NULL);

  self = g_object_new (ENCLAVE_TYPE_RPC_PIPE, NULL);
  self->output = g_object_ref (output);
  self->input = g_object_ref (input);
  self->framing = framing;
  self->inbox = g_object_ref (inbox);
  self->queue_max_bytes = queue_max_bytes;
  read_more (self);
  return self;
}

void
enclave_rpc_pipe_send (EnclaveRpcPipe *self, JsonObject *message)
{
  g_autofree char *text = NULL;
  GBytes *bytes;

  g_return_if_fail (ENCLAVE_IS_RPC_PIPE (self));
  g_return_if_fail (message != NULL);

  if (self->sending_over)
    return;
  text = enclave_json_object_to_text (message);
  bytes = enclave_rpc_framing_wrap (self->framing, text);
  self->n_outgoing += g_bytes_get_size (bytes);
  g_queue_push_tail (&self->outgoing, bytes);
  if (self->n_outgoing > self->queue_max_bytes)
    {
      self->sending_over = TRUE;
      g_signal_emit (self, signals[BLOCKED], 0);
      return;
    }
  write_more (self);
}

void
enclave_rpc_pipe_stop_sending (EnclaveRpcPipe *self)
{
  g_return_if_fail (ENCLAVE_IS_RPC_PIPE (self));

  self->sending_over = TRUE;
}

void
enclave_rpc_pipe_stop_reading (EnclaveRpcPipe *self)
{
  g_return_if_fail (ENCLAVE_IS_RPC_PIPE (self));

  self->reading_over = TRUE;
  g_clear_handle_id (&self->pause, g_source_remove);
}
