/* enclave-chat-text.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-text.h"
#include "enclave-utf8.h"

/* Pango takes the square of a word's length to find its narrowest form: 40 s for 32 KiB without a blank. */
#define MAX_WORD_BYTES 400
/* Before these the day of the week tells no date. */
#define RECENT_DAYS 6

static gboolean
reorders (gunichar c)
{
  return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static gboolean
controls (gunichar c)
{
  return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0);
}

char *
enclave_chat_text_calm (const char *text)
{
  g_autoptr (GString) calm = NULL;
  const char *run = text;

  g_return_val_if_fail (text != NULL, NULL);

  calm = g_string_sized_new (strlen (text) + 1);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!reorders (c) && !controls (c))
        continue;

      g_string_append_len (calm, run, p - run);
      if (c != '\r')
        g_string_append_printf (calm, "<U+%04X>", c);
      run = g_utf8_next_char (p);
    }
  g_string_append (calm, run);

  return g_string_free (g_steal_pointer (&calm), FALSE);
}

gboolean
enclave_chat_text_has_long_word (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  while (*text != '\0')
    {
      gsize length = strcspn (text, " \t\n");

      if (length > MAX_WORD_BYTES)
        return TRUE;
      text += length;
      text += strspn (text, " \t\n");
    }

  return FALSE;
}

static void
append_line (GString *shown, const char *line, gsize length, gsize max_line_bytes, gboolean *cut)
{
  if (max_line_bytes > 0 && length > max_line_bytes)
    {
      g_string_append_len (shown, line, (gssize) enclave_utf8_prefix_length (line, length, max_line_bytes));
      g_string_append (shown, "…");
      *cut = TRUE;
    }
  else
    {
      g_string_append_len (shown, line, (gssize) length);
    }
}

char *
enclave_chat_text_shorten (const char *text, guint max_lines, gsize max_line_bytes, gsize max_bytes,
                           gboolean from_end, guint *n_lines, gboolean *cut)
{
  g_autoptr (GString) shown = NULL;
  const char *line = text;
  gsize length;
  guint count = 1;
  guint first = 0;
  gboolean left_out = FALSE;

  g_return_val_if_fail (text != NULL, NULL);

  length = strlen (text);
  while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
    length--;
  for (gsize i = 0; i < length; i++)
    count += text[i] == '\n';
  if (from_end && max_lines > 0 && count > max_lines)
    first = count - max_lines;

  shown = g_string_new (NULL);
  for (guint i = 0; i < count; i++)
    {
      gsize rest = length - (gsize) (line - text);
      const char *end = memchr (line, '\n', rest);
      gsize line_length = end != NULL ? (gsize) (end - line) : rest;

      if ((max_lines > 0 && i >= first + max_lines) || (max_bytes > 0 && shown->len >= max_bytes))
        {
          left_out = TRUE;
          break;
        }
      if (i >= first)
        {
          gsize room = max_bytes > shown->len ? max_bytes - shown->len : 0;
          gsize limit = max_bytes > 0 && (max_line_bytes == 0 || room < max_line_bytes) ? room : max_line_bytes;

          if (i > first)
            g_string_append_c (shown, '\n');
          append_line (shown, line, line_length, limit, &left_out);
        }
      if (end != NULL)
        line = end + 1;
    }

  if (n_lines != NULL)
    *n_lines = count;
  if (cut != NULL)
    *cut = left_out || first > 0;

  return g_string_free (g_steal_pointer (&shown), FALSE);
}

char *
enclave_chat_text_token_count (guint tokens)
{
  if (tokens < 1000)
    return g_strdup_printf ("%u", tokens);
  if (tokens % 1024 == 0)
    return g_strdup_printf (_("%uk"), tokens / 1024);
  if (tokens < 100000)
    return g_strdup_printf (_("%.1fk"), tokens / 1000.0);

  return g_strdup_printf (_("%uk"), tokens / 1000);
}

char *
enclave_chat_text_duration (gint64 microseconds)
{
  guint seconds = (guint) (MAX (microseconds, 0) / G_USEC_PER_SEC);

  if (seconds < 60)
    return g_strdup_printf (_("%u s"), seconds);

  return g_strdup_printf (_("%u min %u s"), seconds / 60, seconds % 60);
}

char *
enclave_chat_text_time (gint64 time, gint64 now)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now);
  g_autoptr (GDateTime) recent = NULL;

  if (then == NULL || today == NULL)
    return g_strdup ("");
  if (g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (today)
      && g_date_time_get_year (then) == g_date_time_get_year (today))
    return g_date_time_format (then, "%H:%M");
  recent = g_date_time_add_days (today, -RECENT_DAYS);
  if (recent != NULL && g_date_time_compare (then, recent) > 0 && g_date_time_compare (then, today) < 0)
    return g_date_time_format (then, "%a %H:%M");

  return g_date_time_format (then, "%-e %b %Y");
}
