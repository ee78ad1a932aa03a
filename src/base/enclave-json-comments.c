/* enclave-json-comments.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-json-private.h"

#include <string.h>

#include "enclave-limits.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void
blank (char *text, gsize from, gsize to)
{
  for (gsize i = from; i < to; i++)
    if (!is_blank (text[i]))
      text[i] = ' ';
}

/* Behind the comment that begins at @at. One without an end goes on to the end. */
static gsize
comment_end (const char *text, gsize length, gsize at)
{
  if (text[at + 1] == '/')
    {
      const char *end = memchr (text + at, '\n', length - at);

      return end != NULL ? (gsize) (end - text) : length;
    }
  for (gsize i = at + 2; i + 1 < length; i++)
    if (text[i] == '*' && text[i + 1] == '/')
      return i + 2;
  return at;
}

static gboolean
read_code_unit (const char *text, gsize length, gsize at, guint *value)
{
  *value = 0;
  if (at + 6 > length || text[at] != '\\' || text[at + 1] != 'u')
    return FALSE;
  for (guint i = 2; i < 6; i++)
    {
      int digit = g_ascii_xdigit_value (text[at + i]);

      if (digit < 0)
        return FALSE;
      *value = *value * 16 + (guint) digit;
    }
  return TRUE;
}

/* Steps over the string that begins at @at, and mends the escapes in it that stand for no character. */
static gsize
mend_string (char *text, gsize length, gsize at)
{
  gsize i = at + 1;

  while (i < length && text[i] != '"' && text[i] != '\n')
    {
      guint unit, second;

      if (text[i] != '\\')
        {
          i++;
        }
      else if (!read_code_unit (text, length, i, &unit))
        {
          i += 2;
        }
      else if (unit >= 0xd800 && unit <= 0xdbff && read_code_unit (text, length, i + 6, &second) && second >= 0xdc00
               && second <= 0xdfff)
        {
          i += 12;
        }
      else
        {
          if (unit == 0 || (unit >= 0xd800 && unit <= 0xdfff))
            memcpy (text + i, "\\ufffd", 6);
          i += 6;
        }
    }
  return MIN (i + 1, length);
}

char *
enclave_json_blank_comments (const char *text, gsize length)
{
  char *plain;
  char last = '{';      /* the last character that counts */
  gsize comma = length; /* where it is a comma behind a value */
  gsize i = 0;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  plain = g_malloc (length + 1);
  if (length > 0)
    memcpy (plain, text, length);
  plain[length] = '\0';
  if (length >= 3 && memcmp (plain, BYTE_ORDER_MARK, 3) == 0)
    blank (plain, 0, 3);

  while (i < length)
    {
      if (is_blank (plain[i]))
        {
          i++;
          continue;
        }
      if (plain[i] == '/' && i + 1 < length && (plain[i + 1] == '/' || plain[i + 1] == '*'))
        {
          gsize end = comment_end (plain, length, i);

          if (end == i)
            break;
          blank (plain, i, end);
          i = end;
          continue;
        }
      if ((plain[i] == '}' || plain[i] == ']') && comma < length)
        plain[comma] = ' ';
      comma = plain[i] == ',' && strchr ("{[,:", last) == NULL ? i : length;
      last = plain[i];
      i = plain[i] == '"' ? mend_string (plain, length, i) : i + 1;
    }

  return plain;
}

static void
locate (const char *text, gsize at, guint *line, guint *column)
{
  const char *start = text;

  *line = 1;
  for (const char *p = text; p < text + at; p++)
    if (*p == '\n')
      {
        start = p + 1;
        *line += 1;
      }
  *column = (guint) g_utf8_strlen (start, text + at - start) + 1;
}

JsonObject *
enclave_json_parse_commented_object (const char *text, gssize length, GError **error)
{
  g_autofree char *plain = NULL;
  const char *what;
  gsize size, at;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  size = text == NULL ? 0 : length < 0 ? strlen (text) : (gsize) length;
  /* What is too large or no text is refused there, in the same words. */
  if (size > ENCLAVE_JSON_MAX_BYTES || !g_utf8_validate_len (text != NULL ? text : "", size, NULL))
    return enclave_json_parse_object (text, (gssize) size, error);

  plain = enclave_json_blank_comments (text, size);
  what = enclave_json_find_problem (plain, size, &at);
  if (what != NULL)
    {
      guint line, column;

      locate (plain, at, &line, &column);
      g_set_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_SYNTAX, "Reading JSON: %s in line %u, column %u", what, line,
                   column);
      return NULL;
    }
  return enclave_json_parse_object (plain, (gssize) size, error);
}
