/* enclave-indentation.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-indentation.h"

/* A habit shows early or not at all. */
#define MAX_BYTES (256 * 1024)
#define MIN_STEPS 2
#define MAX_WIDTH 8

gboolean
enclave_indentation_detect (const char *text, gsize length, EnclaveIndentation *found)
{
  guint steps[MAX_WIDTH + 1] = { 0 };
  guint with_tab = 0;
  guint with_spaces = 0;
  guint previous = 0;
  guint best = 0;
  gsize end;

  g_return_val_if_fail (text != NULL && found != NULL, FALSE);

  end = MIN (length, MAX_BYTES);
  for (gsize i = 0; i < end;)
    {
      gsize spaces = 0;
      gboolean tab = FALSE;

      while (i < end && text[i] == ' ')
        {
          spaces++;
          i++;
        }
      if (i < end && text[i] == '\t')
        {
          tab = spaces == 0;
          while (i < end && (text[i] == '\t' || text[i] == ' '))
            i++;
        }

      /* blank lines, and the stars of a block comment, say nothing */
      if (i < end && text[i] != '\n' && text[i] != '\r' && !(text[i] == '*' && spaces % 2 == 1))
        {
          if (tab)
            {
              with_tab++;
            }
          else
            {
              gsize step = spaces > previous ? spaces - previous : 0;

              if (spaces > 0)
                with_spaces++;
              if (step >= 2 && step <= MAX_WIDTH)
                steps[step]++;
              previous = spaces;
            }
        }

      while (i < end && text[i] != '\n' && text[i] != '\r')
        i++;
      i++;
    }

  if (with_tab + with_spaces < MIN_STEPS)
    return FALSE;

  if (with_tab > with_spaces)
    {
      found->spaces = FALSE;
      found->width = 8;
      return TRUE;
    }

  for (guint width = 2; width <= MAX_WIDTH; width++)
    if (steps[width] > steps[best])
      best = width;

  if (best == 0)
    return FALSE;

  found->spaces = TRUE;
  found->width = best;

  return TRUE;
}
