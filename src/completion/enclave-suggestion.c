/* enclave-suggestion.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-suggestion.h"

#include <string.h>

#define BLANKS " \t"

/* Bytes at the end of @text that @suffix begins with, when they are whole lines of it or the rest of the caret's line. */
static gsize
overlap (const char *text, const char *suffix)
{
  gsize length = strlen (text);
  gsize longest = MIN (length, strlen (suffix));

  for (gsize n = longest; n > 0; n--)
    {
      if (strncmp (text + length - n, suffix, n) != 0)
        continue;
      if (suffix[n] == '\0' || suffix[n] == '\n')
        return n;
    }
  return 0;
}

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, BLANKS "\n")] == '\0';
}

char *
enclave_suggestion_trim (const char *text, const char *suffix)
{
  g_autofree char *trimmed = NULL;
  gsize length;

  g_return_val_if_fail (text != NULL && suffix != NULL, NULL);

  length = strlen (text) - overlap (text, suffix);
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  trimmed = g_strndup (text, length);
  return is_blank (trimmed) ? NULL : g_steal_pointer (&trimmed);
}

static gboolean
is_word (gunichar c)
{
  return c == '_' || g_unichar_isalnum (c);
}

gsize
enclave_suggestion_word_length (const char *text)
{
  const char *at = text;

  g_return_val_if_fail (text != NULL, 0);

  while (*at != '\0' && g_unichar_isspace (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  if (*at != '\0' && !is_word (g_utf8_get_char (at)))
    return (gsize) (g_utf8_next_char (at) - text);
  while (*at != '\0' && is_word (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return (gsize) (at - text);
}

gsize
enclave_suggestion_line_length (const char *text)
{
  gsize begin;

  g_return_val_if_fail (text != NULL, 0);

  begin = strspn (text, "\n");
  return begin + strcspn (text + begin, "\n");
}

gboolean
enclave_suggestion_fits_before (const char *rest_of_line)
{
  g_return_val_if_fail (rest_of_line != NULL, FALSE);

  return rest_of_line[strspn (rest_of_line, BLANKS ")]}>;,:\"'`")] == '\0';
}
