/* enclave-practice-reply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-practice-reply.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "enclave-json.h"

static void
step_free (gpointer data)
{
  EnclavePracticeStep *step = data;

  g_clear_pointer (&step->bytes, g_bytes_unref);
  g_free (step);
}

EnclavePracticeReply *
enclave_practice_reply_new (guint status, const char *content_type)
{
  EnclavePracticeReply *self = g_new0 (EnclavePracticeReply, 1);

  self->status = status;
  self->content_type = g_strdup (content_type);
  self->headers = g_string_new (NULL);
  self->steps = g_ptr_array_new_with_free_func (step_free);
  return self;
}

EnclavePracticeReply *
enclave_practice_reply_new_json (guint status, char *json)
{
  EnclavePracticeReply *self = enclave_practice_reply_new (status, "application/json; charset=utf-8");

  self->transfer = ENCLAVE_PRACTICE_LENGTH;
  enclave_practice_reply_add (self, 0, g_bytes_new_take (json, strlen (json)));
  return self;
}

EnclavePracticeReply *
enclave_practice_reply_new_error (guint status, const char *message)
{
  g_autoptr (JsonObject) root = json_object_new ();
  JsonObject *error = json_object_new ();

  json_object_set_string_member (error, "message", message);
  json_object_set_string_member (error, "type", status >= 500 ? "server_error" : "invalid_request_error");
  json_object_set_int_member (error, "code", status);
  json_object_set_object_member (root, "error", error);
  return enclave_practice_reply_new_json (status, enclave_json_object_to_text (root));
}

void
enclave_practice_reply_free (EnclavePracticeReply *self)
{
  if (self == NULL)
    return;
  g_free (self->content_type);
  g_string_free (self->headers, TRUE);
  g_ptr_array_unref (self->steps);
  g_free (self);
}

EnclavePracticeStep *
enclave_practice_reply_add (EnclavePracticeReply *self, guint delay_ms, GBytes *bytes)
{
  EnclavePracticeStep *step = g_new0 (EnclavePracticeStep, 1);

  step->delay_ms = delay_ms;
  step->bytes = bytes;
  step->count = 1;
  g_ptr_array_add (self->steps, step);
  return step;
}

void
enclave_practice_reply_add_text (EnclavePracticeReply *self, guint delay_ms, const char *text)
{
  enclave_practice_reply_add (self, delay_ms, g_bytes_new (text, strlen (text)));
}

void
enclave_practice_reply_add_header (EnclavePracticeReply *self, const char *name, const char *value)
{
  g_string_append_printf (self->headers, "%s: %s\r\n", name, value);
}

GPtrArray *
enclave_practice_reply_steal_steps (EnclavePracticeReply *self)
{
  GPtrArray *steps = g_steal_pointer (&self->steps);

  self->steps = g_ptr_array_new_with_free_func (step_free);
  return steps;
}

static const char *
reason_phrase (guint status)
{
  switch (status)
    {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 413:
      return "Content Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
    }
}

char *
enclave_practice_reply_build_head (EnclavePracticeReply *self)
{
  g_autoptr (GString) head = g_string_new (NULL);

  g_string_printf (head, "HTTP/1.1 %u %s\r\nServer: enclave-practice\r\n", self->status, reason_phrase (self->status));
  if (self->content_type != NULL)
    g_string_append_printf (head, "Content-Type: %s\r\n", self->content_type);
  g_string_append (head, self->headers->str);
  if (self->transfer == ENCLAVE_PRACTICE_CHUNKED)
    g_string_append (head, "Transfer-Encoding: chunked\r\n");
  else if (self->transfer == ENCLAVE_PRACTICE_LENGTH)
    {
      gsize length = 0;

      for (guint i = 0; i < self->steps->len; i++)
        {
          EnclavePracticeStep *step = g_ptr_array_index (self->steps, i);

          length += step->bytes != NULL ? g_bytes_get_size (step->bytes) * MAX (step->count, 1) : 0;
        }
      g_string_append_printf (head, "Content-Length: %" G_GSIZE_FORMAT "\r\n", length);
    }
  else
    g_string_append (head, "Connection: close\r\n");
  g_string_append (head, "\r\n");
  return g_string_free (g_steal_pointer (&head), FALSE);
}

GBytes *
enclave_practice_reply_frame (EnclavePracticeReply *self, GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  gsize slice = self->slice_bytes > 0 ? self->slice_bytes : size;
  GString *framed;

  if (self->transfer != ENCLAVE_PRACTICE_CHUNKED || self->no_head || size == 0)
    return g_bytes_ref (bytes);
  framed = g_string_sized_new (size + 16 * (size / slice + 1));
  for (gsize at = 0; at < size; at += slice)
    {
      gsize length = MIN (slice, size - at);

      g_string_append_printf (framed, "%" G_GSIZE_MODIFIER "x\r\n", length);
      g_string_append_len (framed, data + at, (gssize) length);
      g_string_append (framed, "\r\n");
    }
  return g_string_free_to_bytes (framed);
}
