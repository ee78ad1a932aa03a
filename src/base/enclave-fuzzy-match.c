/* enclave-fuzzy-match.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-fuzzy-match.h"

#include <string.h>

#include "enclave-fuzzy-private.h"

#define NEVER (G_MININT / 2)

static gboolean
has_subsequence (const char *pattern, const char *text)
{
  for (; *pattern != '\0'; pattern++, text++)
    {
      while (*text != '\0' && g_ascii_tolower (*text) != g_ascii_tolower (*pattern))
        text++;
      if (*text == '\0')
        return FALSE;
    }

  return TRUE;
}

/* With or without what follows the first dot. */
static gboolean
is_whole_name (const char *pattern, const char *name)
{
  gsize length = strlen (pattern);

  return g_ascii_strncasecmp (pattern, name, length) == 0 && (name[length] == '\0' || name[length] == '.');
}

int
enclave_fuzzy_match (const char *pattern, const char *text)
{
  int best[ENCLAVE_FUZZY_MAX_TEXT];
  gsize n_pattern;
  gsize n_text;
  const char *name;
  int score = NEVER;

  g_return_val_if_fail (pattern != NULL && text != NULL, ENCLAVE_FUZZY_NO_MATCH);

  if (*pattern == '\0')
    return 0;
  n_pattern = strlen (pattern);
  n_text = strlen (text);
  if (n_text > ENCLAVE_FUZZY_MAX_TEXT)
    {
      text += n_text - ENCLAVE_FUZZY_MAX_TEXT;
      n_text = ENCLAVE_FUZZY_MAX_TEXT;
    }
  if (n_pattern > ENCLAVE_FUZZY_MAX_PATTERN || n_pattern > n_text || !has_subsequence (pattern, text))
    return ENCLAVE_FUZZY_NO_MATCH;

  name = strrchr (text, '/');
  name = name != NULL ? name + 1 : text;
  /* best[j]: of the pattern so far, with its last byte at j. */
  for (gsize i = 0; i < n_pattern; i++)
    {
      int before = NEVER; /* the best that ends before j - 1, less the gap */
      int last = NEVER;   /* what best[j - 1] was for the byte before */

      for (gsize j = 0; j < n_text; j++)
        {
          int here = NEVER;

          if (g_ascii_tolower (text[j]) == g_ascii_tolower (pattern[i]))
            {
              int from = i == 0 ? 0 : MAX (before, last > NEVER ? last + ENCLAVE_FUZZY_NEXT : NEVER);

              if (from > NEVER)
                here = from + _enclave_fuzzy_place (text, (gsize) (name - text), j) + (text[j] == pattern[i] ? ENCLAVE_FUZZY_SAME_CASE : 0);
            }
          before = MAX (before > NEVER ? before - 1 : NEVER, last > NEVER ? last - 1 : NEVER);
          last = i == 0 ? NEVER : best[j];
          best[j] = here;
        }
    }
  for (gsize j = 0; j < n_text; j++)
    score = MAX (score, best[j]);
  if (is_whole_name (pattern, name))
    score += ENCLAVE_FUZZY_WHOLE_NAME;

  return score - (int) (n_text / ENCLAVE_FUZZY_BYTES_PER_POINT);
}
