/* enclave-elision-mark.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-patch-private.h"

static const char *const openers[] = { "//", "/*", "<!--", "{/*", "#", "--", ";;", ";", "%", "\"\"\"", "(*", "[", "(", "<", "\"" };
static const char *const closers[] = { "*/}", "*/", "-->", "*)", "\"\"\"", "]", ")", ">", ":", ".", ";" };
/* What dots in front may be followed by. */
static const char *const words[] = {
  "rest", "existing", "unchanged", "remaining", "remainder", "remains", "same", "other", "omitted", "previous", "keep", "code",
  "original", "before", "above", "snip", "snipped", "content", "skipped", "truncated", "elided",
};
/* What a line begins with that has the dots behind it, or none at all. */
static const char *const subjects[] = {
  "rest of", "the rest", "remaining", "the remaining", "remainder of", "existing", "the existing", "other", "all other", "previous",
  "everything else",
};
static const char *const verdicts[] = {
  "unchanged", "stays the same", "stay the same", "remains the same", "remain the same", "as before", "omitted", "not changed",
  "no change", "goes here", "is the same",
};

static gboolean
has_any (const char *text, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strstr (text, list[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
has_word (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, " \t,;:()[]-–—'\"*/", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (words); k++)
      if (strcmp (parts[i], words[k]) == 0)
        return TRUE;
  return FALSE;
}

static gboolean
begins_with_any (const char *text, const char *const *list, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (g_str_has_prefix (text, list[i]))
      return TRUE;
  return FALSE;
}

/* Takes three or more dots off one end. Returns: whether there were any. */
static gboolean
strip_dots (char *text, gboolean front)
{
  gsize length = strlen (text);
  gsize n = 0;

  if (front)
    {
      n = g_str_has_prefix (text, "…") ? strlen ("…") : strspn (text, ".");
      if (n >= 3)
        memmove (text, text + n, length - n + 1);
    }
  else
    {
      while (n < length && text[length - 1 - n] == '.')
        n++;
      if (g_str_has_suffix (text, "…"))
        n = strlen ("…");
      if (n >= 3)
        text[length - n] = '\0';
    }
  g_strstrip (text);
  return n >= 3;
}

static void
strip_closer (char *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (closers); i++)
    if (g_str_has_suffix (line, closers[i]))
      {
        line[strlen (line) - strlen (closers[i])] = '\0';
        g_strstrip (line);
        return;
      }
}

static gboolean
strip_opener (char *line)
{
  for (gsize i = 0; i < G_N_ELEMENTS (openers); i++)
    if (g_str_has_prefix (line, openers[i]))
      {
        memmove (line, line + strlen (openers[i]), strlen (line + strlen (openers[i])) + 1);
        g_strstrip (line);
        return TRUE;
      }
  return FALSE;
}

gboolean
enclave_elision_is_mark (const char *text, gsize length, gboolean *certain)
{
  g_autofree char *line = NULL;
  gboolean commented;
  gboolean dots_before;
  gboolean dots_behind;

  *certain = FALSE;
  while (length > 0 && g_ascii_isspace (*text))
    {
      text++;
      length--;
    }
  if (length < 3 || length > ENCLAVE_ELISION_MARK_MAX_BYTES)
    return FALSE;
  line = g_ascii_strdown (text, (gssize) length);
  g_strstrip (line);

  commented = strip_opener (line);
  /* `# [...]` */
  if (commented)
    strip_opener (line);
  dots_before = strip_dots (line, TRUE);
  dots_behind = strip_dots (line, FALSE);
  if (commented || dots_before)
    strip_closer (line);
  dots_behind = strip_dots (line, FALSE) || dots_behind;
  if (dots_before)
    strip_closer (line);

  if ((dots_before || dots_behind) && *line == '\0')
    {
      *certain = commented;
      return TRUE;
    }
  if (dots_before)
    *certain = has_word (line);
  else if (dots_behind)
    *certain = commented && begins_with_any (line, subjects, G_N_ELEMENTS (subjects));
  else
    *certain = commented && begins_with_any (line, subjects, G_N_ELEMENTS (subjects)) &&
               has_any (line, verdicts, G_N_ELEMENTS (verdicts));
  return *certain;
}
