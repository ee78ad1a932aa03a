/* enclave-token-estimate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-token-estimate.h"

/* Tokens for each of what is counted. */
#define PER_WORD 0.869        /* a word, or a part of one that a capital letter begins */
#define PER_LATER_LETTER 0.233 /* each letter of it behind the sixth */
#define PER_DIGIT 1.085
#define PER_MARKS 0.729       /* marks that stand together */
#define PER_LATER_MARK 0.312  /* each of them behind the first */
#define PER_LINE 0.991        /* line ends and blanks that stand together */
#define PER_GAP 0.579         /* two blanks or more within a line */
#define PER_OTHER 1.731       /* a character that is not ASCII */
#define SHORT_LETTERS 6

typedef enum
{
  LETTER,
  DIGIT,
  MARK,
  BLANK,
  OTHER,
} Kind;

static Kind
get_kind (guchar byte)
{
  if (byte >= 0x80)
    return OTHER;
  if (g_ascii_isalpha (byte))
    return LETTER;
  if (g_ascii_isdigit (byte))
    return DIGIT;

  return g_ascii_isspace (byte) ? BLANK : MARK;
}

double
enclave_token_estimate (const char *text)
{
  double tokens = 0;
  guint run = 0; /* bytes of this kind so far */
  gboolean has_line = FALSE;
  Kind before = OTHER;
  guchar last = 0;

  g_return_val_if_fail (text != NULL, 0);

  for (const guchar *c = (const guchar *) text;; last = *c++)
    {
      Kind kind = *c != '\0' ? get_kind (*c) : OTHER;
      gboolean begins = c == (const guchar *) text || kind != before || *c == '\0'
                        || (kind == LETTER && g_ascii_isupper (*c) && g_ascii_islower (last));

      if (begins && before == BLANK && run > 0)
        tokens += has_line ? PER_LINE : run > 1 ? PER_GAP : 0;
      if (*c == '\0')
        return tokens;
      if (begins)
        {
          run = 0;
          has_line = FALSE;
        }
      run++;
      switch (kind)
        {
        case LETTER:
          tokens += run == 1 ? PER_WORD : run > SHORT_LETTERS ? PER_LATER_LETTER : 0;
          break;
        case DIGIT:
          tokens += PER_DIGIT;
          break;
        case MARK:
          tokens += run == 1 ? PER_MARKS : PER_LATER_MARK;
          break;
        case BLANK:
          has_line = has_line || *c == '\n';
          break;
        case OTHER:
        default:
          /* The first byte of a character. */
          tokens += (*c & 0xc0) != 0x80 ? PER_OTHER : 0;
        }
      before = kind;
    }
}
