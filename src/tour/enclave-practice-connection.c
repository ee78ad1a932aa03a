/* enclave-practice-connection.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-practice-connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "enclave-limits.h"

#define HEAD_MAX_BYTES (64 * 1024)
#define READ_BYTES 65536
/* How often a paced flood is topped up. */
#define FLOOD_TICK_MS 5
#define FLOOD_BATCH 256
#define LINGER_MS 1000

typedef struct
{
  guint n_refs;
  GIOStream *stream;
  GCancellable *cancellable;
  EnclavePracticeHandler handler;
  EnclavePracticeEnded ended;
  gpointer user_data;
  guint *counter;

  GByteArray *input;
  guint8 buffer[READ_BYTES];

  EnclavePracticeReply *reply; /* being played */
  guint number;
  guint next_step;
  guint64 repeated;
  gint64 flood_began_us;
  gboolean head_sent;
  gboolean delayed;
  gboolean close_after;
  gboolean refused;   /* what the peer still sends is read and dropped, so that it gets to read the answer */
  gboolean closed;
  guint timer;
  GBytes *writing;
  guint64 n_bytes;
} Connection;

static void advance (Connection *self);
static void take_requests (Connection *self);

static Connection *
connection_ref (Connection *self)
{
  self->n_refs++;
  return self;
}

static void
connection_unref (Connection *self)
{
  if (--self->n_refs > 0)
    return;
  g_clear_pointer (&self->reply, enclave_practice_reply_free);
  g_clear_pointer (&self->writing, g_bytes_unref);
  g_byte_array_unref (self->input);
  g_object_unref (self->cancellable);
  g_object_unref (self->stream);
  g_free (self);
}

static void
finish_reply (Connection *self, const char *how)
{
  if (self->reply == NULL)
    return;
  if (self->ended != NULL)
    self->ended (self->number, how, self->n_bytes, self->user_data);
  g_clear_pointer (&self->reply, enclave_practice_reply_free);
}

static void
close_connection (Connection *self, gboolean reset)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  if (reset && G_IS_TCP_CONNECTION (self->stream))
    {
      GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (self->stream));
      struct linger linger = { .l_onoff = 1, .l_linger = 0 };

      setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    }
  g_io_stream_close (self->stream, NULL, NULL);
  connection_unref (self);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Connection *self = user_data;
  gsize written = 0;
  gboolean good = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, &written, NULL);

  g_clear_pointer (&self->writing, g_bytes_unref);
  self->n_bytes += written;
  if (!self->closed && good)
    advance (self);
  else if (!self->closed)
    {
      finish_reply (self, "disconnected");
      close_connection (self, FALSE);
    }
  connection_unref (self);
}

/* @bytes: (transfer full) */
static void
write_bytes (Connection *self, GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  self->writing = bytes;
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream), data, size, G_PRIORITY_DEFAULT,
                                   self->cancellable, on_written, connection_ref (self));
}

static gboolean
on_timer (gpointer user_data)
{
  Connection *self = user_data;

  self->timer = 0;
  advance (self);
  return G_SOURCE_REMOVE;
}

static void
wait_ms (Connection *self, guint milliseconds)
{
  self->timer = g_timeout_add (milliseconds, on_timer, self);
}

/* How many times the step may go out now; 0: wait. */
static guint64
flood_allowance (Connection *self, const EnclavePracticeStep *step)
{
  guint64 left = step->count == 0 ? G_MAXUINT64 : step->count - self->repeated;
  guint64 due;

  if (step->per_second == 0)
    return MIN (left, FLOOD_BATCH);
  if (self->repeated == 0 && self->flood_began_us == 0)
    self->flood_began_us = g_get_monotonic_time ();
  due = 1 + (guint64) (g_get_monotonic_time () - self->flood_began_us) * step->per_second / G_USEC_PER_SEC;
  return due <= self->repeated ? 0 : MIN (left, due - self->repeated);
}

static void
play_step (Connection *self, const EnclavePracticeStep *step)
{
  g_autoptr (GBytes) frame = enclave_practice_reply_frame (self->reply, step->bytes);
  guint64 times = step->count == 1 ? 1 : flood_allowance (self, step);
  GByteArray *batch;

  if (times == 0)
    {
      wait_ms (self, FLOOD_TICK_MS);
      return;
    }
  self->repeated += times;
  if (step->count != 0 && self->repeated >= step->count)
    {
      self->next_step++;
      self->repeated = 0;
      self->flood_began_us = 0;
      self->delayed = FALSE;
    }
  if (times == 1)
    {
      write_bytes (self, g_steal_pointer (&frame));
      return;
    }
  batch = g_byte_array_new ();
  for (guint64 i = 0; i < times; i++)
    g_byte_array_append (batch, g_bytes_get_data (frame, NULL), (guint) g_bytes_get_size (frame));
  write_bytes (self, g_byte_array_free_to_bytes (batch));
}

static gboolean
on_lingered (gpointer user_data)
{
  Connection *self = user_data;

  self->timer = 0;
  close_connection (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
end_reply (Connection *self)
{
  EnclavePracticeReply *reply = self->reply;

  switch (reply->end)
    {
    case ENCLAVE_PRACTICE_HANG:
      return;
    case ENCLAVE_PRACTICE_CUT:
    case ENCLAVE_PRACTICE_RESET:
      {
        gboolean reset = reply->end == ENCLAVE_PRACTICE_RESET;

        finish_reply (self, "cut");
        close_connection (self, reset);
        return;
      }
    case ENCLAVE_PRACTICE_END:
    default:
      break;
    }
  if (self->refused)
    {
      finish_reply (self, "sent");
      g_socket_shutdown (g_socket_connection_get_socket (G_SOCKET_CONNECTION (self->stream)), FALSE, TRUE, NULL);
      self->timer = g_timeout_add (LINGER_MS, on_lingered, self);
      return;
    }
  if (reply->transfer == ENCLAVE_PRACTICE_UNTIL_CLOSE || reply->no_head || self->close_after)
    {
      finish_reply (self, "sent");
      close_connection (self, FALSE);
      return;
    }
  finish_reply (self, "sent");
  take_requests (self);
}

/* The next write of the reply, or its end. */
static void
advance (Connection *self)
{
  EnclavePracticeReply *reply = self->reply;
  EnclavePracticeStep *step;

  if (reply == NULL || self->closed)
    return;
  if (!self->head_sent)
    {
      if (reply->head_delay_ms > 0 && !self->delayed)
        {
          self->delayed = TRUE;
          wait_ms (self, reply->head_delay_ms);
          return;
        }
      self->delayed = FALSE;
      self->head_sent = TRUE;
      if (!reply->no_head)
        {
          char *head = enclave_practice_reply_build_head (reply);

          write_bytes (self, g_bytes_new_take (head, strlen (head)));
          return;
        }
    }
  while (self->next_step < reply->steps->len)
    {
      step = g_ptr_array_index (reply->steps, self->next_step);
      if (step->delay_ms > 0 && !self->delayed)
        {
          self->delayed = TRUE;
          wait_ms (self, step->delay_ms);
          return;
        }
      if (step->bytes != NULL && g_bytes_get_size (step->bytes) > 0)
        {
          if (step->count == 1)
            self->delayed = FALSE;
          play_step (self, step);
          return;
        }
      self->delayed = FALSE;
      self->next_step++;
    }
  if (self->next_step == reply->steps->len)
    {
      self->next_step++;
      if (reply->transfer == ENCLAVE_PRACTICE_CHUNKED && !reply->no_head && reply->end == ENCLAVE_PRACTICE_END)
        {
          write_bytes (self, g_bytes_new_static ("0\r\n\r\n", 5));
          return;
        }
    }
  end_reply (self);
}

static void
play (Connection *self, EnclavePracticeReply *reply)
{
  self->reply = reply;
  self->next_step = 0;
  self->repeated = 0;
  self->flood_began_us = 0;
  self->head_sent = FALSE;
  self->delayed = FALSE;
  self->n_bytes = 0;
  advance (self);
}

/* The value of a header in the head, or NULL. (transfer full) */
static char *
find_header (const char *head, const char *name)
{
  gsize length = strlen (name);

  for (const char *line = strstr (head, "\r\n"); line != NULL; line = strstr (line, "\r\n"))
    {
      line += 2;
      if (g_ascii_strncasecmp (line, name, length) == 0 && line[length] == ':')
        return g_strstrip (g_strndup (line + length + 1, strcspn (line + length + 1, "\r\n")));
    }
  return NULL;
}

static void
refuse (Connection *self, guint status, const char *message)
{
  EnclavePracticeReply *reply = enclave_practice_reply_new_error (status, message);

  self->refused = TRUE;
  self->number = ++*self->counter;
  g_byte_array_set_size (self->input, 0);
  enclave_practice_reply_add_header (reply, "Connection", "close");
  play (self, reply);
}

/* Method and path of the request line; FALSE when it is none. */
static gboolean
split_request_line (const char *head, char **method, char **path)
{
  g_autofree char *line = g_strndup (head, strcspn (head, "\r\n"));
  g_auto (GStrv) words = g_strsplit (line, " ", 4);

  if (g_strv_length (words) != 3 || words[0][0] == '\0' || words[1][0] != '/'
      || !g_str_has_prefix (words[2], "HTTP/1."))
    return FALSE;
  *method = g_strdup (words[0]);
  *path = g_strndup (words[1], strcspn (words[1], "?#"));
  return TRUE;
}

static void
answer_request (Connection *self, const char *head, gsize head_length, gsize body_length)
{
  g_autofree char *method = NULL;
  g_autofree char *path = NULL;
  g_autofree char *authorization = find_header (head, "Authorization");
  g_autofree char *connection = find_header (head, "Connection");
  g_autofree char *body = g_strndup ((const char *) self->input->data + head_length, body_length);
  EnclavePracticeRequest request = { 0 };

  if (!split_request_line (head, &method, &path))
    {
      refuse (self, 400, "This is no HTTP request");
      return;
    }
  self->close_after = connection != NULL && g_ascii_strcasecmp (connection, "close") == 0;
  self->number = ++*self->counter;
  request.number = self->number;
  request.method = method;
  request.path = path;
  request.authorization = authorization != NULL ? authorization : "";
  request.body = body;
  request.body_length = body_length;
  g_byte_array_remove_range (self->input, 0, (guint) (head_length + body_length));
  play (self, self->handler (&request, self->user_data));
}

/* A whole request in the input is answered; of a part of one more is awaited. */
static void
take_requests (Connection *self)
{
  g_autofree char *head = NULL;
  g_autofree char *length_text = NULL;
  g_autofree char *encoding = NULL;
  const char *end;
  gsize head_length;
  guint64 body_length = 0;

  if (self->closed || self->refused || self->reply != NULL)
    return;
  /* Not g_strstr_len(), which ends at a zero byte. */
  end = self->input->len > 0 ? memmem (self->input->data, self->input->len, "\r\n\r\n", 4) : NULL;
  if (end == NULL)
    {
      if (self->input->len > HEAD_MAX_BYTES)
        refuse (self, 431, "The request's head is longer than 64 KiB");
      return;
    }
  head_length = (gsize) (end + 4 - (const char *) self->input->data);
  head = g_strndup ((const char *) self->input->data, head_length);
  encoding = find_header (head, "Transfer-Encoding");
  length_text = find_header (head, "Content-Length");
  if (strlen (head) != head_length || head_length > HEAD_MAX_BYTES)
    refuse (self, 400, "This is no HTTP request");
  else if (encoding != NULL)
    refuse (self, 411, "A request needs a Content-Length here");
  else if (length_text != NULL && !g_ascii_string_to_unsigned (length_text, 10, 0, G_MAXINT64, &body_length, NULL))
    refuse (self, 400, "The request's Content-Length is no number");
  else if (body_length > ENCLAVE_JSON_MAX_BYTES)
    refuse (self, 413, "The request is longer than 16 MiB");
  else if (self->input->len >= head_length + body_length)
    answer_request (self, head, head_length, (gsize) body_length);
}

/* A peer that has the last byte may go before we are told that it went out. */
static gboolean
is_all_written (Connection *self)
{
  const EnclavePracticeReply *reply = self->reply;

  return reply != NULL && reply->end == ENCLAVE_PRACTICE_END
         && (reply->transfer == ENCLAVE_PRACTICE_CHUNKED && !reply->no_head ? self->next_step > reply->steps->len
                                                                            : self->next_step >= reply->steps->len);
}

static void on_read (GObject *source, GAsyncResult *result, gpointer user_data);

static void
read_more (Connection *self)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (self->stream), self->buffer, sizeof self->buffer,
                             G_PRIORITY_DEFAULT, self->cancellable, on_read, connection_ref (self));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Connection *self = user_data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (!self->closed && length <= 0)
    {
      finish_reply (self, is_all_written (self) ? "sent" : "disconnected");
      close_connection (self, FALSE);
    }
  else if (!self->closed)
    {
      if (!self->refused)
        g_byte_array_append (self->input, self->buffer, (guint) length);
      if (self->reply != NULL && self->input->len > ENCLAVE_JSON_MAX_BYTES)
        close_connection (self, FALSE);
      else
        take_requests (self);
      /* Reading goes on while a reply is played: that is how the peer's going away is seen at once. */
      if (!self->closed)
        read_more (self);
    }
  connection_unref (self);
}

void
enclave_practice_connection_start (GIOStream *stream, EnclavePracticeHandler handler, EnclavePracticeEnded ended,
                                   gpointer user_data, guint *counter)
{
  Connection *self = g_new0 (Connection, 1);

  self->n_refs = 1;
  self->stream = g_object_ref (stream);
  self->cancellable = g_cancellable_new ();
  self->handler = handler;
  self->ended = ended;
  self->user_data = user_data;
  self->counter = counter;
  self->input = g_byte_array_new ();
  if (G_IS_TCP_CONNECTION (stream))
    {
      GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));

      g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    }
  read_more (self);
}
