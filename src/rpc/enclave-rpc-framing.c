/* enclave-rpc-framing.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-rpc-framing.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-rpc-error.h"

#define HEAD_MAX_BYTES 4096

struct _EnclaveRpcSplitter
{
  EnclaveRpcFraming framing;
  gsize max_bytes;
  GString *open;      /* the line or the body that is coming in */
  gboolean in_body;
  gboolean has_length;
  gsize body_length;
  gsize head_length;
};

GBytes *
enclave_rpc_framing_wrap (EnclaveRpcFraming framing, const char *text)
{
  char *bytes;

  g_return_val_if_fail (text != NULL, NULL);

  if (framing == ENCLAVE_RPC_FRAMING_NEWLINE)
    bytes = g_strconcat (text, "\n", NULL);
  else
    bytes = g_strdup_printf ("Content-Length: %" G_GSIZE_FORMAT "\r\n\r\n%s", strlen (text), text);
  return g_bytes_new_take (bytes, strlen (bytes));
}

EnclaveRpcSplitter *
enclave_rpc_splitter_new (EnclaveRpcFraming framing, gsize max_bytes)
{
  EnclaveRpcSplitter *self = g_new0 (EnclaveRpcSplitter, 1);

  self->framing = framing;
  self->max_bytes = max_bytes;
  self->open = g_string_new (NULL);
  return self;
}

void
enclave_rpc_splitter_free (EnclaveRpcSplitter *self)
{
  g_string_free (self->open, TRUE);
  g_free (self);
}

static gboolean
is_too_long (EnclaveRpcSplitter *self, gsize length, GError **error)
{
  if (length <= self->max_bytes)
    return FALSE;
  g_set_error (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_LIMIT, _ ("Reading a message: it is longer than %d MiB"),
               (int) (self->max_bytes / (1024 * 1024)));
  return TRUE;
}

static void
take_open (EnclaveRpcSplitter *self, GPtrArray *texts)
{
  g_ptr_array_add (texts, self->open);
  self->open = g_string_new (NULL);
}

static void
trim_carriage_return (GString *line)
{
  if (line->len > 0 && line->str[line->len - 1] == '\r')
    g_string_truncate (line, line->len - 1);
}

static gboolean
take_head_line (EnclaveRpcSplitter *self, GError **error)
{
  const char *line = self->open->str;
  char *end;

  self->head_length += self->open->len + 1;
  if (self->head_length > HEAD_MAX_BYTES || (line[0] == '\0' && !self->has_length))
    {
      g_set_error_literal (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_SYNTAX,
                           _ ("Reading a message: there is no length before it"));
      return FALSE;
    }
  if (line[0] == '\0')
    {
      self->in_body = TRUE;
      self->head_length = 0;
      return !is_too_long (self, self->body_length, error);
    }
  if (g_ascii_strncasecmp (line, "content-length:", strlen ("content-length:")) != 0)
    return TRUE;
  line += strlen ("content-length:");
  self->body_length = g_ascii_strtoull (line, &end, 10);
  self->has_length = end != line;
  return TRUE;
}

/* Returns: what of @bytes has been taken. */
static gsize
feed_body (EnclaveRpcSplitter *self, const char *bytes, gsize length, GPtrArray *texts)
{
  gsize taken = MIN (length, self->body_length - self->open->len);

  g_string_append_len (self->open, bytes, (gssize) taken);
  if (self->open->len == self->body_length)
    {
      take_open (self, texts);
      self->in_body = self->has_length = FALSE;
    }
  return taken;
}

gboolean
enclave_rpc_splitter_feed (EnclaveRpcSplitter *self, const char *bytes, gsize length, GPtrArray *texts, GError **error)
{
  const char *end = bytes + length;

  g_return_val_if_fail (self != NULL && texts != NULL, FALSE);

  while (bytes < end)
    {
      const char *stop;

      if (self->in_body)
        {
          bytes += feed_body (self, bytes, (gsize) (end - bytes), texts);
          continue;
        }
      stop = memchr (bytes, '\n', (gsize) (end - bytes));
      g_string_append_len (self->open, bytes, (stop != NULL ? stop : end) - bytes);
      if (is_too_long (self, self->open->len, error))
        return FALSE;
      if (stop == NULL)
        return TRUE;
      bytes = stop + 1;
      trim_carriage_return (self->open);
      if (self->framing == ENCLAVE_RPC_FRAMING_CONTENT_LENGTH)
        {
          if (!take_head_line (self, error))
            return FALSE;
          g_string_truncate (self->open, 0);
        }
      else if (self->open->len > 0)
        take_open (self, texts);
    }
  if (self->in_body && self->body_length == 0)
    feed_body (self, end, 0, texts);
  return TRUE;
}
