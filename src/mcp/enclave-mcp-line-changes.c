/* enclave-mcp-line-changes.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-line-changes-private.h"

#include <string.h>

/* Lines that are compared each with each; of more, all that lies between the first and the last change is shown as changed. */
#define MAX_LINES 1000

typedef struct
{
  GStrv before;
  GStrv after;
  guint n_before;
  guint n_after;
} Lines;

static void
append (GString *text, const char *mark, const char *line)
{
  g_string_append_printf (text, "%s%s\n", mark, line);
}

/* lengths[i][j]: of what both have in common from line i and line j on. */
static void
append_compared (GString *text, const Lines *lines)
{
  guint width = lines->n_after + 1;
  g_autofree guint16 *lengths = g_new0 (guint16, (gsize) (lines->n_before + 1) * width);
  guint i = 0;
  guint j = 0;

  for (guint a = lines->n_before; a-- > 0;)
    for (guint b = lines->n_after; b-- > 0;)
      lengths[a * width + b] = strcmp (lines->before[a], lines->after[b]) == 0
                                 ? (guint16) (lengths[(a + 1) * width + b + 1] + 1)
                                 : MAX (lengths[(a + 1) * width + b], lengths[a * width + b + 1]);
  while (i < lines->n_before || j < lines->n_after)
    if (i < lines->n_before && j < lines->n_after && strcmp (lines->before[i], lines->after[j]) == 0)
      {
        append (text, "  ", lines->before[i++]);
        j++;
      }
    else if (i < lines->n_before && (j == lines->n_after || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]))
      {
        append (text, "- ", lines->before[i++]);
      }
    else
      {
        append (text, "+ ", lines->after[j++]);
      }
}

static void
append_replaced (GString *text, const Lines *lines)
{
  for (guint i = 0; i < lines->n_before; i++)
    append (text, "- ", lines->before[i]);
  for (guint i = 0; i < lines->n_after; i++)
    append (text, "+ ", lines->after[i]);
}

char *
enclave_mcp_line_changes (const char *before, const char *after)
{
  g_auto (GStrv) old = g_strsplit (before, "\n", 0);
  g_auto (GStrv) new = g_strsplit (after, "\n", 0);
  guint n_old = g_strv_length (old);
  guint n_new = g_strv_length (new);
  guint head = 0;
  guint tail = 0;
  GString *text = g_string_new (NULL);
  Lines lines;

  while (head < MIN (n_old, n_new) && strcmp (old[head], new[head]) == 0)
    append (text, "  ", old[head++]);
  while (tail < MIN (n_old, n_new) - head && strcmp (old[n_old - 1 - tail], new[n_new - 1 - tail]) == 0)
    tail++;
  lines = (Lines) { old + head, new + head, n_old - head - tail, n_new - head - tail };
  if (lines.n_before <= MAX_LINES && lines.n_after <= MAX_LINES)
    append_compared (text, &lines);
  else
    append_replaced (text, &lines);
  for (guint i = tail; i > 0; i--)
    append (text, "  ", old[n_old - i]);

  return g_string_free (text, FALSE);
}
