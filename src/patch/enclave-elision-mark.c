/* enclave-elision-mark.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-patch-private.h"

static const char *const openers[] = { "//", "/*", "<!--", "{/*", "#", "--", ";;", ";", "%", "\"\"\"", "(*", "[", "(", "<", "\"" };
static const char *const closers[] = { "*/}", "*/", "-->", "*)", "\"\"\"", "]", ")", ">", ":", ".", ";" };
static const char *const words[] = {
  "rest", "existing", "unchanged", "remaining", "remains", "remain", "same", "other", "omitted", "previous", "keep", "code",
  "original", "before", "above", "snip", "snipped", "content", "skipped", "truncated", "elided",
};
static const char *const subjects[] = { "rest of", "remaining", "existing", "other", "previous", "remainder" };
static const char *const verdicts[] = {
  "unchanged", "same as", "the same", "stays", "remain", "as before", "omitted", "not changed", "no change", "goes here",
  "code here", "existing code",
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

/* Takes dots off both ends. Returns: whether there were three or more. */
static gboolean
strip_dots (char *text)
{
  gboolean any = FALSE;

  for (;;)
    {
      gsize length = strlen (text);
      gsize n = strspn (text, ".");
      gsize back = 0;

      while (back < length && text[length - 1 - back] == '.')
        back++;
      if (n >= 3)
        memmove (text, text + n, length - n + 1);
      else if (g_str_has_prefix (text, "…"))
        memmove (text, text + strlen ("…"), length - strlen ("…") + 1);
      else if (back >= 3)
        text[length - back] = '\0';
      else if (g_str_has_suffix (text, "…"))
        text[length - strlen ("…")] = '\0';
      else
        return any;
      any = TRUE;
      g_strstrip (text);
    }
}

gboolean
enclave_elision_is_mark (const char *text, gsize length, gboolean *certain)
{
  g_autofree char *line = NULL;
  gboolean commented = FALSE;
  gboolean dots;

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

  for (gsize i = 0; i < G_N_ELEMENTS (openers); i++)
    if (g_str_has_prefix (line, openers[i]))
      {
        memmove (line, line + strlen (openers[i]), strlen (line + strlen (openers[i])) + 1);
        g_strstrip (line);
        commented = TRUE;
        break;
      }
  dots = strip_dots (line);
  for (gsize i = 0; i < G_N_ELEMENTS (closers); i++)
    if (g_str_has_suffix (line, closers[i]))
      {
        line[strlen (line) - strlen (closers[i])] = '\0';
        g_strstrip (line);
        break;
      }
  dots = strip_dots (line) || dots;

  if (dots && *line == '\0')
    {
      *certain = commented;
      return TRUE;
    }
  *certain = dots ? has_word (line)
                  : commented && has_any (line, subjects, G_N_ELEMENTS (subjects)) &&
                      has_any (line, verdicts, G_N_ELEMENTS (verdicts));
  return *certain;
}
