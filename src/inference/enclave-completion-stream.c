/* enclave-completion-stream.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-completion-stream-private.h"

#include <glib/gi18n.h>

#include "enclave-chat-reader.h"
#include "enclave-inference-error.h"
#include "enclave-limits.h"

#define READ_BYTES 16384
/* Below the drawing of a toolkit, whatever is said and how fast: a flood must not cost a frame. */
#define READ_PRIORITY (G_PRIORITY_HIGH_IDLE + 30)
/* From one read to the next, once pieces come faster than that: half a frame, which nobody sees. What has come meanwhile is one
 * piece of work, and waking up for each token would cost more than all that is done with it. */
#define CALM_US 8000
/* What is taken of it at once; a stop is answered after that. */
#define DRAIN_BYTES 65536

struct _EnclaveCompletionStream
{
  GObject parent_instance;

  GInputStream *body;
  EnclaveEventParser *parser;
  EnclaveChatReader *reader;
  GQueue events; /* (element-type EnclaveCompletionEvent) */
  GError *failure;
  gint64 read_at; /* monotonic, of the last read */
  gboolean ended;
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (EnclaveCompletionStream, enclave_completion_stream, G_TYPE_OBJECT)

static void
free_event (gpointer event)
{
  enclave_completion_event_free (event);
}

static void
enclave_completion_stream_dispose (GObject *object)
{
  enclave_completion_stream_close (ENCLAVE_COMPLETION_STREAM (object));
  G_OBJECT_CLASS (enclave_completion_stream_parent_class)->dispose (object);
}

static void
enclave_completion_stream_finalize (GObject *object)
{
  EnclaveCompletionStream *self = ENCLAVE_COMPLETION_STREAM (object);

  g_clear_object (&self->body);
  g_queue_clear_full (&self->events, free_event);
  g_clear_error (&self->failure);
  g_clear_pointer (&self->parser, enclave_event_parser_free);
  g_clear_pointer (&self->reader, enclave_chat_reader_free);
  G_OBJECT_CLASS (enclave_completion_stream_parent_class)->finalize (object);
}

static void
enclave_completion_stream_class_init (EnclaveCompletionStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_completion_stream_dispose;
  object_class->finalize = enclave_completion_stream_finalize;
}

static void
enclave_completion_stream_init (EnclaveCompletionStream *self)
{
  g_queue_init (&self->events);
}

EnclaveCompletionStream *
enclave_completion_stream_new (GInputStream *body, EnclaveFraming framing, guint max_tokens)
{
  EnclaveCompletionStream *self = g_object_new (ENCLAVE_TYPE_COMPLETION_STREAM, NULL);

  self->body = g_object_ref (body);
  self->parser = enclave_event_parser_new (framing, ENCLAVE_STREAM_MAX_LINE_BYTES);
  self->reader = enclave_chat_reader_new (max_tokens);
  return self;
}

static void
read_events (EnclaveCompletionStream *self, GPtrArray *data)
{
  for (guint i = 0; i < data->len && self->failure == NULL; i++)
    enclave_chat_reader_read (self->reader, ((EnclaveEvent *) g_ptr_array_index (data, i))->data->str, &self->events, &self->failure);
}

static void
take_bytes (EnclaveCompletionStream *self, GBytes *bytes)
{
  g_autoptr (GPtrArray) data = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_event_free);
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (length > 0)
    {
      gboolean fed = enclave_event_parser_feed (self->parser, text, length, data);

      read_events (self, data);
      if (!fed && self->failure == NULL)
        self->failure = enclave_inference_error_new_long_line ();
      return;
    }
  enclave_event_parser_finish (self->parser, data);
  read_events (self, data);
  if (self->failure == NULL)
    enclave_chat_reader_finish (self->reader, &self->events, &self->failure);
  self->ended = TRUE;
}

/* TRUE when @task has been answered. */
static gboolean
answer (EnclaveCompletionStream *self, GTask *task)
{
  EnclaveCompletionEvent *event = g_queue_pop_head (&self->events);

  if (event != NULL)
    {
      g_task_return_pointer (task, event, free_event);
      return TRUE;
    }
  if (self->failure != NULL)
    {
      enclave_completion_stream_close (self);
      g_task_return_error (task, g_error_copy (self->failure));
      return TRUE;
    }
  if (self->ended)
    {
      enclave_completion_stream_close (self);
      g_task_return_pointer (task, NULL, NULL);
      return TRUE;
    }
  return FALSE;
}

static void on_read (GObject *source, GAsyncResult *result, gpointer user_data);

/* @task: (transfer full) */
static void
read_now (GTask *task)
{
  EnclaveCompletionStream *self = g_task_get_source_object (task);

  g_input_stream_read_bytes_async (self->body, READ_BYTES, READ_PRIORITY, g_task_get_cancellable (task), on_read, task);
}

static gboolean
on_calm (gpointer user_data)
{
  read_now (g_object_ref (user_data));

  return G_SOURCE_REMOVE;
}

/* @task: (transfer full) */
static void
read_more (GTask *task)
{
  EnclaveCompletionStream *self = g_task_get_source_object (task);
  gint64 rest_us = self->read_at + CALM_US - g_get_monotonic_time ();

  if (rest_us <= 0)
    read_now (task);
  else
    g_timeout_add_full (READ_PRIORITY, (guint) (rest_us / 1000 + 1), on_calm, task, g_object_unref);
}

static void
take_failure (EnclaveCompletionStream *self, const GError *error)
{
  /* What came before the cut counts: a reply may be whole but for its last line. */
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);

  take_bytes (self, none);
  if (self->failure == NULL && g_queue_is_empty (&self->events))
    self->failure = g_error_new (ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_CUT_OFF,
                                 _ ("The connection was lost: %s"), error->message);
}

/* A chunked body gives one chunk a read. Those that are here already need no turn of the main loop each. */
static void
drain (EnclaveCompletionStream *self)
{
  gsize drained = 0;

  if (!G_IS_POLLABLE_INPUT_STREAM (self->body)
      || !g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (self->body)))
    return;
  while (!self->ended && self->failure == NULL && drained < DRAIN_BYTES)
    {
      char buffer[READ_BYTES];
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;
      gssize length = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (self->body), buffer, sizeof buffer,
                                                                NULL, &error);

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        return;
      if (length < 0)
        {
          take_failure (self, error);
          return;
        }
      bytes = g_bytes_new_static (buffer, (gsize) length);
      take_bytes (self, bytes);
      drained += (gsize) length;
    }
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveCompletionStream *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  self->read_at = g_get_monotonic_time ();
  if (bytes != NULL)
    {
      take_bytes (self, bytes);
      drain (self);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      enclave_completion_stream_close (self);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  else
    take_failure (self, error);
  if (!answer (self, task))
    read_more (g_steal_pointer (&task));
}

void
enclave_completion_stream_next_async (EnclaveCompletionStream *self, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_COMPLETION_STREAM (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_completion_stream_next_async);
  g_task_set_priority (task, READ_PRIORITY);
  /* What was received is given even when the answer comes in the same moment as the stop. */
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->closed && self->failure == NULL && !self->ended)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, _ ("The reply was closed"));
      return;
    }
  if (!answer (self, task))
    read_more (g_steal_pointer (&task));
}

EnclaveCompletionEvent *
enclave_completion_stream_next_finish (EnclaveCompletionStream *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

EnclaveCompletionEvent *
enclave_completion_stream_pop (EnclaveCompletionStream *self)
{
  g_return_val_if_fail (ENCLAVE_IS_COMPLETION_STREAM (self), NULL);

  return self->closed ? NULL : g_queue_pop_head (&self->events);
}

void
enclave_completion_stream_close (EnclaveCompletionStream *self)
{
  g_return_if_fail (ENCLAVE_IS_COMPLETION_STREAM (self));

  if (self->closed)
    return;
  self->closed = TRUE;
  g_input_stream_close_async (self->body, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}
