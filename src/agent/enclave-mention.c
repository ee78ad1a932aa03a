/* enclave-mention.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-mention.h"

#define MAX_MENTIONS 32

static void
add (GPtrArray *mentions, const char *start, gsize length)
{
  g_autofree char *path = NULL;

  if (length == 0 || mentions->len >= MAX_MENTIONS)
    return;

  path = g_strndup (start, length);
  if (!g_ptr_array_find_with_equal_func (mentions, path, g_str_equal, NULL))
    g_ptr_array_add (mentions, g_steal_pointer (&path));
}

GPtrArray *
enclave_mention_list (const char *text)
{
  GPtrArray *mentions;

  g_return_val_if_fail (text != NULL, NULL);

  mentions = g_ptr_array_new_with_free_func (g_free);
  for (const char *p = strchr (text, '@'); p != NULL; p = strchr (p, '@'))
    {
      gboolean at_start = p == text || strchr (" \t\r\n([{\"'", p[-1]) != NULL;
      gsize length;

      p++;
      if (!at_start)
        continue;

      if (*p == '"')
        {
          const char *end = strchr (p + 1, '"');

          if (end != NULL)
            {
              add (mentions, p + 1, (gsize) (end - p - 1));
              p = end + 1;
            }
          continue;
        }

      length = strcspn (p, " \t\r\n\"'`<>|");
      while (length > 0 && strchr (".,;:!?)]}", p[length - 1]) != NULL)
        length--;
      add (mentions, p, length);
    }

  return mentions;
}
