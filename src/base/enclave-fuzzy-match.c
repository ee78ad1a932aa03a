/* enclave-fuzzy-match.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-fuzzy-match.h"

#include <string.h>

#define MAX_PATTERN 64
#define MAX_TEXT 512

#define IN_NAME 2     /* in the last part of a path */
#define NAME_START 12
#define PART_START 9  /* of another part */
#define WORD_START 8
#define NEXT 9        /* directly behind the byte before */
#define SAME_CASE 1
#define WHOLE_NAME 30
#define BYTES_PER_POINT 8 /* of length, which speaks against a text */

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

static int
get_place_score (const char *text, const char *name, const char *place)
{
  int score = place >= name ? IN_NAME : 0;

  if (place == name)
    return score + NAME_START;
  if (place == text || place[-1] == '/')
    return score + PART_START;
  if (strchr ("_-. :#", place[-1]) != NULL || (g_ascii_isupper (*place) && g_ascii_islower (place[-1])))
    return score + WORD_START;

  return score;
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
  int best[MAX_TEXT];
  gsize n_pattern;
  gsize n_text;
  const char *name;
  int score = NEVER;

  g_return_val_if_fail (pattern != NULL && text != NULL, ENCLAVE_FUZZY_NO_MATCH);

  if (*pattern == '\0')
    return 0;
  n_pattern = strlen (pattern);
  n_text = strlen (text);
  if (n_text > MAX_TEXT)
    {
      text += n_text - MAX_TEXT;
      n_text = MAX_TEXT;
    }
  if (n_pattern > MAX_PATTERN || n_pattern > n_text || !has_subsequence (pattern, text))
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
              int from = i == 0 ? 0 : MAX (before, last > NEVER ? last + NEXT : NEVER);

              if (from > NEVER)
                here = from + get_place_score (text, name, text + j) + (text[j] == pattern[i] ? SAME_CASE : 0);
            }
          before = MAX (before > NEVER ? before - 1 : NEVER, last > NEVER ? last - 1 : NEVER);
          last = i == 0 ? NEVER : best[j];
          best[j] = here;
        }
    }
  for (gsize j = 0; j < n_text; j++)
    score = MAX (score, best[j]);
  if (is_whole_name (pattern, name))
    score += WHOLE_NAME;

  return score - (int) (n_text / BYTES_PER_POINT);
}
