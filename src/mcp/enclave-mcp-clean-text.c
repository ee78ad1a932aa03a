/* enclave-mcp-clean-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-clean-text.h"

#include <string.h>

#include "enclave-utf8.h"

#define ELLIPSIS "…"

static gboolean
is_hidden (gunichar c)
{
  if (enclave_utf8_is_default_ignorable (c))
    return TRUE;
  switch (g_unichar_type (c))
    {
    case G_UNICODE_FORMAT:
    case G_UNICODE_CONTROL:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
      return TRUE;
    default:
      return FALSE;
    }
}

char *
enclave_mcp_clean_text (const char *text, gssize length, guint *n_hidden)
{
  g_autofree char *plain = NULL;
  g_autoptr (GString) result = NULL;
  guint n = 0;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  plain = enclave_utf8_strip_escapes (text, length);
  result = g_string_sized_new (strlen (plain));
  for (const char *at = plain; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if ((c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t')
        g_string_append_c (result, (char) c);
      else if (g_unichar_type (c) == G_UNICODE_LINE_SEPARATOR || g_unichar_type (c) == G_UNICODE_PARAGRAPH_SEPARATOR)
        g_string_append_c (result, '\n');
      else if (g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR || c == 0x2800)
        g_string_append_c (result, ' ');
      else if (is_hidden (c))
        n++;
      else
        g_string_append_len (result, at, g_utf8_next_char (at) - at);
    }
  if (n_hidden != NULL)
    *n_hidden = n;

  return g_string_free (g_steal_pointer (&result), FALSE);
}

/* Behind a sentence where one ends in the second half: half a sentence costs a model more than it tells. */
static void
cut (GString *line, gsize max_bytes)
{
  gsize room = max_bytes > strlen (ELLIPSIS) ? max_bytes - strlen (ELLIPSIS) : 0;

  g_string_truncate (line, enclave_utf8_prefix_length (line->str, line->len, room));
  for (gsize i = line->len; i > max_bytes / 2; i--)
    if (line->str[i - 1] == '.' && (line->str[i] == ' ' || line->str[i] == '\0'))
      {
        g_string_truncate (line, i);
        return;
      }
  g_string_append (line, ELLIPSIS);
}

char *
enclave_mcp_clean_line (const char *text, gsize max_bytes)
{
  gsize length = text != NULL ? strlen (text) : 0;
  /* What was left out may have been most of it; beyond this nobody looks for the rest. */
  gsize looked_at = MIN (length, max_bytes * 4 + 64);
  g_autofree char *clean = enclave_mcp_clean_text (text != NULL ? text : "", (gssize) enclave_utf8_prefix_length (text, length, looked_at),
                                                   NULL);
  g_autoptr (GString) line = g_string_new (NULL);

  for (const char *p = clean; *p != '\0'; p++)
    if (*p != '\n' && *p != '\t' && *p != ' ')
      g_string_append_c (line, *p);
    else if (line->len > 0 && line->str[line->len - 1] != ' ')
      g_string_append_c (line, ' ');
  g_strchomp (line->str);
  line->len = strlen (line->str);

  if (line->len > max_bytes || looked_at < length)
    cut (line, max_bytes);

  return g_string_free (g_steal_pointer (&line), FALSE);
}
