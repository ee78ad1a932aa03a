/* enclave-patch-begin.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-patch-private.h"

gboolean
enclave_diff_hunk_changes (const EnclaveDiffHunk *hunk)
{
  for (guint i = 0; i < hunk->n_lines; i++)
    if (hunk->lines[i].kind != ENCLAVE_DIFF_CONTEXT)
      return TRUE;
  return FALSE;
}

static gboolean
is_head (const EnclavePatchReader *reader)
{
  const char *line = reader->lines[reader->at];

  return g_str_has_prefix (line, "@@") || g_str_has_prefix (line, "diff --git ") || g_str_has_prefix (line, "*** ") ||
         (g_str_has_prefix (line, "--- ") && reader->at + 1 < reader->end &&
          g_str_has_prefix (reader->lines[reader->at + 1], "+++ "));
}

void
enclave_patch_reader_read_hunk_lines (EnclavePatchReader *reader, EnclaveDiffHunk *hunk)
{
  for (; reader->at < reader->end && !is_head (reader); reader->at++)
    {
      const char *line = reader->lines[reader->at];
      gsize length = enclave_patch_line_length (reader->lines, reader->at);

      switch (*line)
        {
        case '+':
          enclave_diff_hunk_borrow_line (hunk, ENCLAVE_DIFF_ADDED, line + 1, length - 1);
          break;
        case '-':
          enclave_diff_hunk_borrow_line (hunk, ENCLAVE_DIFF_REMOVED, line + 1, length - 1);
          break;
        case ' ':
          enclave_diff_hunk_borrow_line (hunk, ENCLAVE_DIFF_CONTEXT, line + 1, length - 1);
          break;
        case '\\':
          if (hunk->n_lines > 0)
            hunk->lines[hunk->n_lines - 1].no_newline = TRUE;
          break;
        default:
          /* In prose such a line ends the diff. Where there is nothing but a diff it is context whose
           * blank was forgotten; that it must match the file keeps this safe. */
          if (!reader->bounded)
            return;
          enclave_diff_hunk_borrow_line (hunk, ENCLAVE_DIFF_CONTEXT, line, length);
          break;
        }
    }

  /* Empty lines before the next head only part the hunks. */
  for (guint at = reader->at; hunk->n_lines > 0 && at > 0 && *reader->lines[at - 1] == '\0'; at--)
    hunk->n_lines--;
}

static char *
path_behind (const char *line, const char *mark)
{
  return g_str_has_prefix (line, mark) ? enclave_patch_path_from_head (line + strlen (mark)) : NULL;
}

static gboolean
read_update (EnclavePatchReader *reader, const char *path, EnclavePatch *patch, GError **error)
{
  guint head = reader->at;
  EnclavePatchOperation *operation = enclave_patch_operation_new (ENCLAVE_PATCH_HUNKS, path);

  g_ptr_array_add (patch->operations, operation);
  for (reader->at++; reader->at < reader->end;)
    {
      const char *line = reader->lines[reader->at];
      EnclaveDiffHunk *hunk;

      if (g_str_has_prefix (line, "*** Move to:"))
        return enclave_patch_fail_at (reader->at + 1, N_ ("a file can’t be moved by a patch; write the new one and "
                                                          "delete the old one"), error);
      if (g_str_has_prefix (line, "*** End of File"))
        {
          reader->at++;
          continue;
        }
      if (g_str_has_prefix (line, "*** "))
        break;
      if (g_str_has_prefix (line, "@@"))
        reader->at++;

      hunk = enclave_diff_hunk_new ();
      enclave_patch_reader_read_hunk_lines (reader, hunk);
      if (enclave_diff_hunk_changes (hunk))
        g_ptr_array_add (operation->hunks, hunk);
      else
        enclave_diff_hunk_free (hunk);
      /* A head that belongs to another form would be met again and again. */
      if (reader->at < reader->end && is_head (reader) && !g_str_has_prefix (reader->lines[reader->at], "@@") &&
          !g_str_has_prefix (reader->lines[reader->at], "*** "))
        return enclave_patch_fail_at (reader->at + 1, N_ ("a unified diff stands inside the patch"), error);
    }

  if (operation->hunks->len == 0)
    return enclave_patch_fail_at (head + 1, N_ ("the file is named, but nothing in it is changed"), error);
  return TRUE;
}

static void
read_add (EnclavePatchReader *reader, const char *path, EnclavePatch *patch)
{
  EnclavePatchOperation *operation = enclave_patch_operation_new (ENCLAVE_PATCH_HUNKS, path);
  EnclaveDiffHunk *hunk = enclave_diff_hunk_new ();

  for (reader->at++; reader->at < reader->end; reader->at++)
    {
      const char *line = reader->lines[reader->at];

      if (g_str_has_prefix (line, "*** "))
        break;
      if (*line == '+')
        line++;
      enclave_diff_hunk_borrow_line (hunk, ENCLAVE_DIFF_ADDED, line, strlen (line));
    }
  if (hunk->n_lines > 0)
    {
      g_ptr_array_add (operation->hunks, hunk);
      g_ptr_array_add (patch->operations, operation);
      return;
    }

  /* An empty file. */
  enclave_diff_hunk_free (hunk);
  enclave_patch_operation_free (operation);
  operation = enclave_patch_operation_new (ENCLAVE_PATCH_WHOLE_FILE, path);
  operation->new_text = g_strdup ("");
  g_ptr_array_add (patch->operations, operation);
}

gboolean
enclave_patch_reader_read_begin_patch (EnclavePatchReader *reader, EnclavePatch *patch, GError **error)
{
  guint start = reader->at;
  gboolean was_bounded = reader->bounded;

  /* Its own end mark bounds it, also in prose. Without the mark it was cut off. */
  for (guint i = start + 1;; i++)
    {
      if (i == reader->end)
        return enclave_patch_fail_at (start + 1, N_ ("“*** End Patch” is missing"), error);
      if (g_str_has_prefix (reader->lines[i], "*** End Patch"))
        {
          EnclavePatchReader inner = { reader->lines, start + 1, i, TRUE };

          while (inner.at < inner.end)
            {
              const char *line = inner.lines[inner.at];
              g_autofree char *update = path_behind (line, "*** Update File:");
              g_autofree char *add = path_behind (line, "*** Add File:");
              g_autofree char *delete = path_behind (line, "*** Delete File:");

              if (update != NULL)
                {
                  if (!read_update (&inner, update, patch, error))
                    return FALSE;
                }
              else if (add != NULL)
                {
                  read_add (&inner, add, patch);
                }
              else if (delete != NULL)
                {
                  g_ptr_array_add (patch->operations,
                                   enclave_patch_operation_new (ENCLAVE_PATCH_DELETE_FILE, delete));
                  inner.at++;
                }
              else if (*line == '\0')
                {
                  inner.at++;
                }
              else
                {
                  return enclave_patch_fail_at (inner.at + 1, N_ ("“*** Update File:”, “*** Add File:” or "
                                                                  "“*** Delete File:” expected"), error);
                }
            }
          reader->at = i + 1;
          reader->bounded = was_bounded;
          return TRUE;
        }
    }
}
