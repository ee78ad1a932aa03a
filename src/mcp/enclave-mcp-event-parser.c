/* enclave-mcp-event-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-event-parser.h"

#include <string.h>

/* The longest that a stream may ask to be waited for. */
#define RETRY_MAX_MS 60000

struct _EnclaveMcpEventParser
{
  gsize max_bytes;
  GString *line;
  GString *data;
  char *name;
  char *last_id;
  gint retry_ms;
  gboolean has_data;
  gboolean after_return;
  gboolean begun;
};

void
enclave_mcp_event_free (EnclaveMcpEvent *event)
{
  g_free (event->name);
  if (event->data != NULL)
    g_string_free (event->data, TRUE);
  g_free (event);
}

EnclaveMcpEventParser *
enclave_mcp_event_parser_new (gsize max_bytes)
{
  EnclaveMcpEventParser *self = g_new0 (EnclaveMcpEventParser, 1);

  self->max_bytes = max_bytes;
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->retry_ms = -1;
  return self;
}

void
enclave_mcp_event_parser_free (EnclaveMcpEventParser *self)
{
  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self->name);
  g_free (self->last_id);
  g_free (self);
}

static void
dispatch (EnclaveMcpEventParser *self, GPtrArray *events)
{
  EnclaveMcpEvent *event;

  if (self->has_data)
    {
      event = g_new0 (EnclaveMcpEvent, 1);
      event->name = self->name != NULL ? g_steal_pointer (&self->name) : g_strdup ("message");
      event->data = self->data;
      self->data = g_string_new (NULL);
      g_ptr_array_add (events, event);
    }
  self->has_data = FALSE;
  g_clear_pointer (&self->name, g_free);
}

static gboolean
is_number (const char *text)
{
  return *text != '\0' && strspn (text, "0123456789") == strlen (text);
}

static void
take_field (EnclaveMcpEventParser *self, const char *name, const char *value)
{
  if (strcmp (name, "data") == 0)
    {
      if (self->has_data)
        g_string_append_c (self->data, '\n');
      g_string_append (self->data, value);
      self->has_data = TRUE;
    }
  else if (strcmp (name, "event") == 0)
    {
      g_free (self->name);
      self->name = *value != '\0' ? g_strdup (value) : NULL;
    }
  else if (strcmp (name, "id") == 0)
    {
      g_free (self->last_id);
      self->last_id = g_strdup (value);
    }
  else if (strcmp (name, "retry") == 0 && is_number (value))
    self->retry_ms = (gint) MIN (g_ascii_strtoull (value, NULL, 10), RETRY_MAX_MS);
}

static void
take_line (EnclaveMcpEventParser *self, GPtrArray *events)
{
  char *line = self->line->str;
  char *colon;

  if (!self->begun && g_str_has_prefix (line, "\357\273\277"))
    line += 3;
  self->begun = TRUE;
  colon = strchr (line, ':');
  if (*line == '\0')
    dispatch (self, events);
  else if (colon == NULL)
    take_field (self, line, "");
  else if (colon != line)
    {
      *colon = '\0';
      take_field (self, line, colon[1] == ' ' ? colon + 2 : colon + 1);
    }
  g_string_truncate (self->line, 0);
}

gboolean
enclave_mcp_event_parser_feed (EnclaveMcpEventParser *self, const char *bytes, gsize length, GPtrArray *events)
{
  const char *end = bytes + length;

  g_return_val_if_fail (self != NULL && events != NULL, FALSE);

  while (bytes < end)
    {
      const char *stop = bytes;

      if (self->after_return && *bytes == '\n')
        {
          self->after_return = FALSE;
          bytes++;
          continue;
        }
      self->after_return = FALSE;
      while (stop < end && *stop != '\n' && *stop != '\r')
        stop++;
      g_string_append_len (self->line, bytes, stop - bytes);
      if (self->line->len + self->data->len > self->max_bytes)
        return FALSE;
      if (stop == end)
        break;
      self->after_return = *stop == '\r';
      take_line (self, events);
      bytes = stop + 1;
    }
  return TRUE;
}

const char *
enclave_mcp_event_parser_get_last_id (EnclaveMcpEventParser *self)
{
  return self->last_id;
}

gint
enclave_mcp_event_parser_get_retry (EnclaveMcpEventParser *self)
{
  return self->retry_ms;
}
