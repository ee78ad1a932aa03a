/* enclave-event-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-event-parser.h"

#include <string.h>

/* The longest that a stream may ask to be waited for. */
#define RETRY_MAX_MS 60000
#define BYTE_ORDER_MARK "\357\273\277"

struct _EnclaveEventParser
{
  EnclaveFraming framing;
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
enclave_event_free (EnclaveEvent *event)
{
  g_free (event->name);
  if (event->data != NULL)
    g_string_free (event->data, TRUE);
  g_free (event);
}

EnclaveEventParser *
enclave_event_parser_new (EnclaveFraming framing, gsize max_bytes)
{
  EnclaveEventParser *self = g_new0 (EnclaveEventParser, 1);

  self->framing = framing;
  self->max_bytes = max_bytes;
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->retry_ms = -1;
  return self;
}

void
enclave_event_parser_free (EnclaveEventParser *self)
{
  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self->name);
  g_free (self->last_id);
  g_free (self);
}

/* @name: (transfer full) (nullable). @data: (transfer full). */
static void
add_event (GPtrArray *events, char *name, GString *data)
{
  EnclaveEvent *event = g_new (EnclaveEvent, 1);

  event->name = name != NULL ? name : g_strdup ("message");
  event->data = data;
  g_ptr_array_add (events, event);
}

static void
dispatch (EnclaveEventParser *self, GPtrArray *events)
{
  if (self->has_data)
    {
      add_event (events, g_steal_pointer (&self->name), self->data);
      self->data = g_string_new (NULL);
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
take_field (EnclaveEventParser *self, const char *name, const char *value, GPtrArray *events)
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
  else if (self->framing == ENCLAVE_FRAMING_SSE_MODEL && strcmp (name, "error") == 0 && value[0] == '{')
    {
      GString *data = g_string_new (NULL);

      dispatch (self, events);
      g_string_printf (data, "{\"error\":%s}", value);
      add_event (events, NULL, data);
    }
}

static void
take_event_line (EnclaveEventParser *self, char *line, GPtrArray *events)
{
  char *colon;

  if (self->framing == ENCLAVE_FRAMING_SSE_MODEL && line[0] == '{')
    {
      /* An error that was not framed. */
      dispatch (self, events);
      add_event (events, NULL, g_string_new (line));
      return;
    }
  colon = strchr (line, ':');
  if (*line == '\0')
    dispatch (self, events);
  else if (colon == NULL)
    take_field (self, line, "", events);
  else if (colon != line)
    {
      *colon = '\0';
      /* One space after the colon belongs to the syntax. */
      take_field (self, line, colon[1] == ' ' ? colon + 2 : colon + 1, events);
    }
}

static void
take_line (EnclaveEventParser *self, GPtrArray *events)
{
  if (!self->begun && g_str_has_prefix (self->line->str, BYTE_ORDER_MARK))
    g_string_erase (self->line, 0, strlen (BYTE_ORDER_MARK));
  self->begun = TRUE;
  if (self->framing != ENCLAVE_FRAMING_NDJSON)
    take_event_line (self, self->line->str, events);
  else if (self->line->len > 0)
    add_event (events, NULL, g_string_new_len (self->line->str, (gssize) self->line->len));
  g_string_truncate (self->line, 0);
}

gboolean
enclave_event_parser_feed (EnclaveEventParser *self, const char *bytes, gsize length, GPtrArray *events)
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
      if ((gsize) (stop - bytes) > self->max_bytes || self->line->len + self->data->len + (gsize) (stop - bytes) > self->max_bytes)
        return FALSE;
      g_string_append_len (self->line, bytes, stop - bytes);
      if (stop == end)
        break;
      self->after_return = *stop == '\r';
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

const char *
enclave_event_parser_get_last_id (const EnclaveEventParser *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->last_id;
}

gint
enclave_event_parser_get_retry (const EnclaveEventParser *self)
{
  g_return_val_if_fail (self != NULL, -1);

  return self->retry_ms;
}
