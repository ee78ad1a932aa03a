/* enclave-event-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-event-parser.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-inference-error.h"
#include "enclave-limits.h"

struct _EnclaveEventParser
{
  EnclaveFraming framing;
  GString *line;
  GString *data;
  gboolean has_data;
  gboolean after_cr;
  gboolean at_begin;
};

EnclaveEventParser *
enclave_event_parser_new (EnclaveFraming framing)
{
  EnclaveEventParser *self = g_new0 (EnclaveEventParser, 1);

  self->framing = framing;
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->at_begin = TRUE;
  return self;
}

void
enclave_event_parser_free (EnclaveEventParser *self)
{
  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self);
}

static void
dispatch (EnclaveEventParser *self, GPtrArray *events)
{
  if (!self->has_data)
    return;
  g_ptr_array_add (events, g_strndup (self->data->str, self->data->len));
  g_string_truncate (self->data, 0);
  self->has_data = FALSE;
}

/* The value of the field @name, or NULL; one space after the colon belongs to the syntax. */
static const char *
field_value (const char *line, const char *name)
{
  gsize length = strlen (name);

  if (strncmp (line, name, length) != 0)
    return NULL;
  if (line[length] == '\0')
    return line + length;
  if (line[length] != ':')
    return NULL;
  return line + length + (line[length + 1] == ' ' ? 2 : 1);
}

static void
take_sse_line (EnclaveEventParser *self, GPtrArray *events)
{
  const char *line = self->line->str;
  const char *value;

  if (line[0] == '\0')
    {
      dispatch (self, events);
      return;
    }
  if ((value = field_value (line, "data")) != NULL)
    {
      if (self->has_data)
        g_string_append_c (self->data, '\n');
      g_string_append (self->data, value);
      self->has_data = TRUE;
    }
  else if ((value = field_value (line, "error")) != NULL && value[0] == '{')
    {
      dispatch (self, events);
      g_ptr_array_add (events, g_strdup_printf ("{\"error\":%s}", value));
    }
  else if (line[0] == '{')
    {
      /* A plain object in an event stream is a server's error that was not framed. */
      dispatch (self, events);
      g_ptr_array_add (events, g_strdup (line));
    }
}

static void
take_line (EnclaveEventParser *self, GPtrArray *events)
{
  if (self->at_begin && g_str_has_prefix (self->line->str, "\357\273\277"))
    g_string_erase (self->line, 0, 3);
  self->at_begin = FALSE;
  if (self->framing == ENCLAVE_FRAMING_SSE)
    take_sse_line (self, events);
  else if (self->line->len > 0)
    g_ptr_array_add (events, g_strndup (self->line->str, self->line->len));
  g_string_truncate (self->line, 0);
}

gboolean
enclave_event_parser_feed (EnclaveEventParser *self, const char *bytes, gsize length, GPtrArray *events, GError **error)
{
  const char *end = bytes + length;

  g_return_val_if_fail (self != NULL && events != NULL, FALSE);

  while (bytes < end)
    {
      const char *stop = bytes;

      if (self->after_cr && *bytes == '\n')
        bytes = stop = bytes + 1;
      self->after_cr = FALSE;
      while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
      g_string_append_len (self->line, bytes, stop - bytes);
      if (self->line->len + self->data->len > ENCLAVE_STREAM_MAX_LINE_BYTES)
        {
          g_set_error (error, ENCLAVE_INFERENCE_ERROR, ENCLAVE_INFERENCE_ERROR_LIMIT,
                       _ ("Reading the reply: one line is longer than %d MiB"),
                       ENCLAVE_STREAM_MAX_LINE_BYTES / (1024 * 1024));
          return FALSE;
        }
      if (stop == end)
        break;
      self->after_cr = *stop == '\r';
      take_line (self, events);
      bytes = stop + 1;
    }
  return TRUE;
}

void
enclave_event_parser_finish (EnclaveEventParser *self, GPtrArray *events)
{
  g_return_if_fail (self != NULL && events != NULL);

  if (self->line->len > 0)
    take_line (self, events);
  dispatch (self, events);
}
