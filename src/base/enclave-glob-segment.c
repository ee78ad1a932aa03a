/* enclave-glob-segment.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-glob-segment-private.h"

#include <string.h>

static gsize
character_length (const char *at)
{
  gunichar c = g_utf8_get_char_validated (at, -1);

  return c == (gunichar) -1 || c == (gunichar) -2 ? 1 : (gsize) g_unichar_to_utf8 (c, NULL);
}

static gunichar
character_at (const char *at)
{
  gunichar c = g_utf8_get_char_validated (at, -1);

  return c == (gunichar) -1 || c == (gunichar) -2 ? (guchar) *at : c;
}

/* `[:digit:]` and the like, at @at within a class. Returns its end, or NULL when it is none. */
static const char *
match_named_class (const char *at, gunichar c, gboolean *hit)
{
  static const struct
  {
    const char *name;
    gboolean (*is) (gunichar c);
  } known[] = {
    { "[:alnum:]", g_unichar_isalnum }, { "[:alpha:]", g_unichar_isalpha }, { "[:blank:]", g_unichar_isspace },
    { "[:cntrl:]", g_unichar_iscntrl }, { "[:digit:]", g_unichar_isdigit }, { "[:graph:]", g_unichar_isgraph },
    { "[:lower:]", g_unichar_islower }, { "[:print:]", g_unichar_isprint }, { "[:punct:]", g_unichar_ispunct },
    { "[:space:]", g_unichar_isspace }, { "[:upper:]", g_unichar_isupper }, { "[:xdigit:]", g_unichar_isxdigit },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_str_has_prefix (at, known[i].name))
      {
        *hit |= known[i].is (c);
        return at + strlen (known[i].name);
      }
  return NULL;
}

/* `[a-z]`, `[!a-z]`, `[^a-z]`. Returns the end of the class, or NULL when it has none and `[` is meant literally. */
static const char *
match_class (const char *pattern, gunichar c, gboolean *matched)
{
  const char *p = pattern + 1;
  gboolean inverted = *p == '!' || *p == '^';
  gboolean hit = FALSE;
  gboolean first = TRUE;

  if (inverted)
    p++;
  while (*p != '\0' && (*p != ']' || first))
    {
      const char *named = *p == '[' && p[1] == ':' ? match_named_class (p, c, &hit) : NULL;
      gunichar low;
      gunichar high;

      first = FALSE;
      if (named != NULL)
        {
          p = named;
          continue;
        }
      if (*p == '\\' && p[1] != '\0')
        p++;
      low = high = character_at (p);
      p += character_length (p);
      if (*p == '-' && p[1] != ']' && p[1] != '\0')
        {
          p++;
          if (*p == '\\' && p[1] != '\0')
            p++;
          high = character_at (p);
          p += character_length (p);
        }
      if (c >= low && c <= high)
        hit = TRUE;
    }
  if (*p != ']')
    return NULL;
  *matched = hit != inverted;
  return p + 1;
}

gboolean
enclave_glob_segment_matches (const char *pattern, const char *text)
{
  const char *star = NULL;
  const char *resume = NULL;

  for (;;)
    {
      gboolean step = FALSE;

      if (*pattern == '*')
        {
          while (*pattern == '*')
            pattern++;
          star = pattern;
          resume = text;
          continue;
        }
      if (*text == '\0')
        return *pattern == '\0';
      if (*pattern == '?')
        {
          pattern++;
          step = TRUE;
        }
      else if (*pattern == '[')
        {
          gboolean matched = FALSE;
          const char *after = match_class (pattern, character_at (text), &matched);

          if (after != NULL && matched)
            {
              pattern = after;
              step = TRUE;
            }
          else if (after == NULL && *text == '[')
            {
              pattern++;
              step = TRUE;
            }
        }
      else
        {
          const char *literal = *pattern == '\\' && pattern[1] != '\0' ? pattern + 1 : pattern;

          if (*literal != '\0' && *literal == *text)
            {
              pattern = literal + 1;
              text++;
              continue;
            }
        }
      if (step)
        {
          text += character_length (text);
          continue;
        }
      if (star == NULL)
        return FALSE;
      resume += character_length (resume);
      text = resume;
      pattern = star;
    }
}
