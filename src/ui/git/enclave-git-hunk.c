/* enclave-git-hunk.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-git-hunk.h"

#include <string.h>

void
enclave_git_hunk_find_lines (const char *text, guint start, guint count, const char **from, const char **to)
{
  const char *at = text;

  for (guint line = 1; line < start && *at != '\0'; line++)
    {
      const char *end = strchr (at, '\n');

      at = end != NULL ? end + 1 : at + strlen (at);
    }
  *from = at;
  for (guint i = 0; i < count && *at != '\0'; i++)
    {
      const char *end = strchr (at, '\n');

      at = end != NULL ? end + 1 : at + strlen (at);
    }
  *to = at;
}

static void
append_lines (GString *patch, char sign, const char *text, guint start, guint count)
{
  const char *at;
  const char *end;

  enclave_git_hunk_find_lines (text, start, count, &at, &end);
  while (at < end)
    {
      const char *line_end = memchr (at, '\n', (gsize) (end - at));
      const char *next = line_end != NULL ? line_end + 1 : end;

      g_string_append_c (patch, sign);
      g_string_append_len (patch, at, (gssize) (next - at));
      if (line_end == NULL)
        g_string_append (patch, "\n\\ No newline at end of file\n");
      at = next;
    }
}

char *
enclave_git_hunk_dup_patch (const EnclaveDiffHunk *hunk, const char *old_text, const char *new_text, const char *path)
{
  GString *patch;

  g_return_val_if_fail (hunk != NULL && old_text != NULL && new_text != NULL && path != NULL, NULL);

  /* a name with a line end would be a line of the diff */
  for (const char *c = path; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || *c == '"' || *c == '\\' || *c == 0x7f)
      return NULL;
  patch = g_string_new (NULL);
  /* Both places count in the old text: of the changes before it, none is in the patch, and without context git applies by the second. */
  g_string_append_printf (patch, "--- a/%s\t\n+++ b/%s\t\n@@ -%u,%u +%u,%u @@\n", path, path,
                          hunk->old_count > 0 ? hunk->old_start : hunk->old_start - 1, hunk->old_count,
                          hunk->new_count > 0 ? hunk->old_start : hunk->old_start - 1, hunk->new_count);
  append_lines (patch, '-', old_text, hunk->old_start, hunk->old_count);
  append_lines (patch, '+', new_text, hunk->new_start, hunk->new_count);

  return g_string_free (patch, FALSE);
}

const EnclaveDiffHunk *
enclave_git_hunk_find (GPtrArray *hunks, guint line)
{
  for (guint i = 0; i < hunks->len; i++)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);
      guint last = hunk->new_start + MAX (hunk->new_count, 1) - 1;

      /* what was removed at the end stands before a line that is not there */
      if ((line >= hunk->new_start && line <= last) || (hunk->new_count == 0 && line + 1 == hunk->new_start))
        return hunk;
    }

  return NULL;
}
