/* enclave-editor-config-pattern.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Patterns of sections of an .editorconfig. Matching goes back and forth, and each way costs steps of a budget: a pattern that was made to
 * take for ever ends without a match.
 */

#include "config.h"

#include <string.h>

#include "enclave-editor-config.h"

static gboolean match (const char *pattern, const char *path, gboolean at_start, guint *steps);

static gboolean
spend (guint *steps, gsize n)
{
  if (*steps < n)
    {
      *steps = 0;
      return FALSE;
    }
  *steps -= (guint) n;
  return TRUE;
}

static const char *
next_character (const char *path)
{
  do
    path++;
  while ((*path & 0xc0) == 0x80);
  return path;
}

/* @pattern: behind the "[". NULL: this is no set, as it has no end or holds a "/". */
static const char *
match_set (const char *pattern, const char *path, gboolean *matches)
{
  gboolean negated = *pattern == '!';
  gboolean found = FALSE;
  const char *at = negated ? pattern + 1 : pattern;
  gsize length = *path != '\0' ? (gsize) (next_character (path) - path) : 0;

  for (gboolean first = TRUE; *at != ']' || first; first = FALSE)
    {
      const char *end;

      if (*at == '\\' && at[1] != '\0')
        at++;
      if (*at == '\0' || *at == '/')
        return NULL;
      end = next_character (at);
      /* a range of ASCII, which is all that the specification's users write */
      if (*end == '-' && end[1] != ']' && end[1] != '\0' && end[1] != '/' && end - at == 1)
        {
          found = found || (length == 1 && *path >= *at && *path <= end[1]);
          at = end + 2;
          continue;
        }
      found = found || (length == (gsize) (end - at) && length > 0 && memcmp (at, path, length) == 0);
      at = end;
    }
  *matches = length > 0 && *path != '/' && found != negated;
  return at + 1;
}

/* @pattern: at the "{". The end of it, or NULL; @has_comma: whether it lists alternatives. */
static const char *
find_brace_end (const char *pattern, gboolean *has_comma)
{
  guint depth = 0;

  *has_comma = FALSE;
  for (const char *at = pattern; *at != '\0'; at++)
    {
      if (*at == '\\' && at[1] != '\0')
        at++;
      else if (*at == '{')
        depth++;
      else if (*at == '}' && --depth == 0)
        return at;
      else if (*at == ',' && depth == 1)
        *has_comma = TRUE;
    }
  return NULL;
}

static gboolean
parse_number (const char **at, gint64 *number)
{
  const char *start = *at;
  const char *digits = *start == '-' || *start == '+' ? start + 1 : start;
  char *end = NULL;

  if (!g_ascii_isdigit (*digits) || strspn (digits, "0123456789") > 18)
    return FALSE;
  *number = g_ascii_strtoll (start, &end, 10);
  *at = end;
  return TRUE;
}

/* "{1..10}": FALSE when it is none. */
static gboolean
match_range (const char *pattern, const char *end, const char *path, guint *steps, gboolean *matches)
{
  const char *at = pattern + 1;
  const char *behind = path;
  gint64 first;
  gint64 last;
  gint64 number;

  if (!parse_number (&at, &first) || !g_str_has_prefix (at, ".."))
    return FALSE;
  at += 2;
  if (!parse_number (&at, &last) || at != end)
    return FALSE;
  *matches = parse_number (&behind, &number) && number >= MIN (first, last) && number <= MAX (first, last)
             && (*path != '0' || behind == path + 1) && match (end + 1, behind, FALSE, steps);
  return TRUE;
}

static gboolean
match_alternatives (const char *pattern, const char *end, const char *path, gboolean at_start, guint *steps)
{
  const char *start = pattern + 1;
  gsize rest = strlen (end + 1);
  guint depth = 0;

  for (const char *at = start; at <= end; at++)
    {
      if (*at == '\\' && at < end)
        {
          at++;
          continue;
        }
      if (*at == '{')
        depth++;
      else if (*at == '}' && at != end)
        depth--;
      if ((*at == ',' && depth == 0) || at == end)
        {
          gsize length = (gsize) (at - start);
          g_autofree char *one = NULL;

          if (!spend (steps, length + rest + 1))
            return FALSE;
          one = g_malloc (length + rest + 1);
          memcpy (one, start, length);
          memcpy (one + length, end + 1, rest + 1);
          if (match (one, path, at_start, steps))
            return TRUE;
          start = at + 1;
        }
    }
  return FALSE;
}

static gboolean
match_stars (const char *pattern, const char *path, gboolean at_start, guint *steps)
{
  gboolean folders = pattern[1] == '*';
  const char *rest = pattern;

  while (*rest == '*')
    rest++;
  /* no folder at all is some folders, too */
  if (folders && at_start && *rest == '/' && match (rest + 1, path, TRUE, steps))
    return TRUE;
  for (const char *at = path;; at++)
    {
      if (!spend (steps, 1))
        return FALSE;
      if (match (rest, at, FALSE, steps))
        return TRUE;
      if (*at == '\0' || (*at == '/' && !folders))
        return FALSE;
    }
}

/* @at_start: of a part of the path. */
static gboolean
match (const char *pattern, const char *path, gboolean at_start, guint *steps)
{
  for (;; at_start = path[-1] == '/')
    {
      gboolean has_comma = FALSE;
      gboolean matches = FALSE;
      const char *end;

      if (!spend (steps, 1))
        return FALSE;
      switch (*pattern)
        {
        case '\0':
          return *path == '\0';
        case '*':
          return match_stars (pattern, path, at_start, steps);
        case '?':
          if (*path == '\0' || *path == '/')
            return FALSE;
          pattern++;
          path = next_character (path);
          continue;
        case '[':
          end = match_set (pattern + 1, path, &matches);
          if (!spend (steps, end != NULL ? (gsize) (end - pattern) : strlen (pattern)))
            return FALSE;
          if (end == NULL)
            break;
          if (!matches)
            return FALSE;
          pattern = end;
          path = next_character (path);
          continue;
        case '{':
          end = find_brace_end (pattern, &has_comma);
          if (!spend (steps, end != NULL ? (gsize) (end - pattern) : strlen (pattern)))
            return FALSE;
          if (end != NULL && has_comma)
            return match_alternatives (pattern, end, path, at_start, steps);
          if (end != NULL && match_range (pattern, end, path, steps, &matches))
            return matches;
          break;
        case '\\':
          if (pattern[1] != '\0')
            pattern++;
          break;
        default:
          break;
        }
      if (*pattern != *path)
        return FALSE;
      pattern++;
      path++;
    }
}

gboolean
enclave_editor_config_matches (const char *pattern, const char *path, guint *steps)
{
  g_return_val_if_fail (pattern != NULL && path != NULL && steps != NULL, FALSE);

  if (*pattern == '/')
    return match (pattern + 1, path, TRUE, steps);
  if (strchr (pattern, '/') != NULL)
    return match (pattern, path, TRUE, steps);
  /* without a folder in it a pattern is about the name, wherever the file lies */
  {
    const char *slash = strrchr (path, '/');

    return match (pattern, slash != NULL ? slash + 1 : path, TRUE, steps)
           || (slash != NULL && strstr (pattern, "**") != NULL && match (pattern, path, TRUE, steps));
  }
}
