/* enclave-tool-call-scan.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-call-scan-private.h"

#define MAX_NAME_BYTES 64

void
enclave_call_scan_begin (EnclaveCallScan *self, gboolean any_code)
{
  memset (self, 0, sizeof *self);
  self->any_code = any_code;
}

void
enclave_call_scan_feed (EnclaveCallScan *self, char byte)
{
  if (self->escaped)
    self->escaped = FALSE;
  else if (self->in_string && byte == '\\')
    self->escaped = TRUE;
  else if (byte == '"')
    self->in_string = !self->in_string;
  else if (!self->in_string && strchr ("{[(", byte) != NULL)
    self->depth++;
  else if (!self->in_string && strchr ("}])", byte) != NULL && self->depth > 0)
    self->depth--;
}

gboolean
enclave_call_scan_is_balanced (const EnclaveCallScan *self)
{
  return self->depth == 0 && !self->in_string;
}

static gboolean
is_name_byte (char byte)
{
  return g_ascii_isalnum (byte) || byte == '_' || byte == '.' || byte == '-';
}

/* -1: no, 0: not yet, 1: yes */
static int
judge_member (const char *text, char quote)
{
  static const char *const members[] = { "name",         "tool",       "function",  "arguments",     "parameters",   "args",   "input",
                                         "type",         "id",         "tool_name", "tool_calls",    "tool_uses",    "action", "params",
                                         "action_input", "tool_input", "tool_call_id", "recipient_name", NULL };
  const char quotes[2] = { quote, '\0' };
  gsize n = strcspn (text, quotes);
  int best = -1;

  for (guint i = 0; members[i] != NULL; i++)
    {
      gsize length = strlen (members[i]);

      if (n > length || strncmp (text, members[i], n) != 0)
        continue;
      if (text[n] == '\0')
        best = MAX (best, 0);
      else if (n == length)
        return 1;
    }

  return best;
}

static int
judge_name (EnclaveCallScan *self, EnclaveToolNameFunc resolve, gpointer user_data)
{
  g_autofree char *name = NULL;
  guint length = 0;

  while (is_name_byte (self->start[length]))
    length++;
  if (self->start[length] == '\0')
    return length <= MAX_NAME_BYTES ? 0 : -1;
  if (self->start[length] != '(' && self->start[length] != '{')
    return -1;
  name = g_strndup (self->start, length);

  return self->any_code || resolve (name, user_data) != NULL ? 1 : -1;
}

static int
judge (EnclaveCallScan *self, EnclaveToolNameFunc resolve, gpointer user_data)
{
  gboolean may;

  if (self->n_start == 0)
    return 0;
  if (*self->start == '"' || *self->start == '\'')
    return judge_member (self->start + 1, *self->start);
  if (*self->start == '<')
    {
      static const char *const tags[] = { "<tool_call", "<tools>", "<function=", "<function ", "<invoke ", "<tool_use>", NULL };

      may = FALSE;
      for (guint i = 0; tags[i] != NULL; i++)
        {
          if (strncmp (self->start, tags[i], strlen (tags[i])) == 0)
            return 1;
          may = may || strncmp (self->start, tags[i], self->n_start) == 0;
        }
      return may ? 0 : -1;
    }

  return judge_name (self, resolve, user_data);
}

gboolean
enclave_call_scan_may_be_call (EnclaveCallScan *self, char byte, EnclaveToolNameFunc resolve, gpointer user_data)
{
  int verdict;

  if (self->sure || self->failed)
    return self->sure;
  if (self->n_start == 0 && strchr (" \t\r\n[{", byte) != NULL)
    return TRUE;
  if (self->n_start + 1 < sizeof self->start)
    self->start[self->n_start++] = byte;
  verdict = judge (self, resolve, user_data);
  self->sure = verdict > 0;
  self->failed = verdict < 0;

  return verdict >= 0;
}

gboolean
enclave_call_scan_may_begin (const char *text, EnclaveToolNameFunc resolve, gpointer user_data, gboolean *may)
{
  gsize length = 0;
  g_autofree char *name = NULL;

  if (*text == '{' || *text == '[')
    return TRUE;
  while (is_name_byte (text[length]) && length <= MAX_NAME_BYTES)
    length++;
  if (length == 0)
    return FALSE;
  if (text[length] == '\0')
    {
      *may = *may || length <= MAX_NAME_BYTES;
      return FALSE;
    }
  if (text[length] != '(' && text[length] != '{')
    return FALSE;
  name = g_strndup (text, length);

  return resolve (name, user_data) != NULL;
}
