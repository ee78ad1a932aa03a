/* enclave-patch-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-patch-private.h"

/* What the heads said about the file whose hunks follow. */
typedef struct
{
  char *path;
  gboolean headed;      /* `---` and `+++` have been read */
  gboolean created;
  gboolean deleted;
  guint line;           /* of the head, from 1 */
  GPtrArray *hunks;
} FileHead;

gboolean
enclave_patch_fail_at (guint line, const char *what, GError **error)
{
  g_autoptr (EnclaveWords) words = enclave_words_new ();

  enclave_words_add (words, N_ ("Reading the patch: line %u: "), line);
  enclave_words_add_message (words, what);
  enclave_patch_set_error_words (error, ENCLAVE_PATCH_ERROR_SYNTAX, words);

  return FALSE;
}

static void
file_head_clear (FileHead *head)
{
  g_clear_pointer (&head->path, g_free);
  g_clear_pointer (&head->hunks, g_ptr_array_unref);
}

static void
file_head_init (FileHead *head, const char *path, guint line)
{
  *head = (FileHead) { .path = g_strdup (path), .line = line };
  head->hunks = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_diff_hunk_free);
}

static const char *
line_at (const EnclavePatchReader *reader, guint ahead)
{
  return reader->at + ahead < reader->end ? reader->lines[reader->at + ahead] : "";
}

static gboolean
is_at_file_head (const EnclavePatchReader *reader)
{
  return g_str_has_prefix (line_at (reader, 0), "--- ") && g_str_has_prefix (line_at (reader, 1), "+++ ");
}

static gboolean
is_at_hunk_head (const EnclavePatchReader *reader)
{
  const char *line = line_at (reader, 0);

  return line[0] == '@' && line[1] == '@';
}

gboolean
enclave_patch_reader_is_at_diff (const EnclavePatchReader *reader)
{
  return g_str_has_prefix (line_at (reader, 0), "diff --git ") ||
         g_str_has_prefix (line_at (reader, 0), "*** Begin Patch") ||
         (is_at_file_head (reader) && g_str_has_prefix (line_at (reader, 2), "@@"));
}

/* "a/X b/X": the one form of this line that can be taken apart when X has blanks. */
static char *
path_from_git_line (const char *line)
{
  const char *paths = line + strlen ("diff --git ");
  gsize length = strlen (paths);

  if (length > 5 && length % 2 == 1)
    {
      gsize half = length / 2;

      if (paths[half] == ' ' && g_str_has_prefix (paths, "a/") && g_str_has_prefix (paths + half + 1, "b/") &&
          strncmp (paths + 2, paths + half + 3, half - 2) == 0)
        return g_strndup (paths + 2, half - 2);
    }
  return NULL;
}

/* Ends the file of @head: makes its operation. */
static gboolean
finish_file (FileHead *head, EnclavePatch *patch, GError **error)
{
  EnclavePatchOperation *operation;

  if (head->hunks == NULL)
    return TRUE;

  if (head->deleted)
    {
      operation = enclave_patch_operation_new (ENCLAVE_PATCH_DELETE_FILE, head->path);
      if (head->hunks->len > 0)
        operation->hunks = g_steal_pointer (&head->hunks);
    }
  else if (head->hunks->len > 0)
    {
      operation = enclave_patch_operation_new (ENCLAVE_PATCH_HUNKS, head->path);
      g_ptr_array_unref (operation->hunks);
      operation->hunks = g_steal_pointer (&head->hunks);
    }
  else if (head->created)
    {
      operation = enclave_patch_operation_new (ENCLAVE_PATCH_WHOLE_FILE, head->path);
      operation->new_text = g_strdup ("");
    }
  else
    {
      return enclave_patch_fail_at (head->line, N_ ("the file is named, but nothing in it is changed"), error);
    }
  g_ptr_array_add (patch->operations, operation);
  file_head_clear (head);
  return TRUE;
}

/* `diff --git` and what stands between it and `---`. */
static gboolean
read_git_head (EnclavePatchReader *reader, FileHead *head, GError **error)
{
  g_autofree char *path = path_from_git_line (reader->lines[reader->at]);

  file_head_init (head, path, reader->at + 1);
  for (reader->at++; reader->at < reader->end; reader->at++)
    {
      const char *line = line_at (reader, 0);

      if (g_str_has_prefix (line, "new file mode 12") || g_str_has_prefix (line, "new file mode 16"))
        return enclave_patch_fail_at (reader->at + 1, N_ ("links and submodules can’t be made by a patch"), error);
      if (g_str_has_prefix (line, "new file mode "))
        head->created = TRUE;
      else if (g_str_has_prefix (line, "deleted file mode "))
        head->deleted = TRUE;
      else if (g_str_has_prefix (line, "rename ") || g_str_has_prefix (line, "copy "))
        return enclave_patch_fail_at (reader->at + 1, N_ ("a file can’t be moved by a patch; write the new one and "
                                                          "delete the old one"), error);
      else if (g_str_has_prefix (line, "Binary files ") || g_str_has_prefix (line, "GIT binary patch"))
        return enclave_patch_fail_at (reader->at + 1, N_ ("binary files can’t be patched"), error);
      else if (!g_str_has_prefix (line, "index ") && !g_str_has_prefix (line, "old mode ") &&
               !g_str_has_prefix (line, "new mode ") && !g_str_has_prefix (line, "similarity ") &&
               !g_str_has_prefix (line, "dissimilarity "))
        break;
    }
  return TRUE;
}

/* `---` and `+++`. @head may stand already, from `diff --git`. */
static void
read_file_head (EnclavePatchReader *reader, FileHead *head)
{
  g_autofree char *old_path = enclave_patch_path_from_head (line_at (reader, 0) + 4);
  g_autofree char *new_path = enclave_patch_path_from_head (line_at (reader, 1) + 4);
  gboolean created = strcmp (old_path, "/dev/null") == 0;
  gboolean deleted = strcmp (new_path, "/dev/null") == 0;
  const char *path = deleted ? old_path : new_path;

  if (head->hunks == NULL)
    file_head_init (head, NULL, reader->at + 1);
  head->headed = TRUE;
  head->created |= created;
  head->deleted |= deleted;
  if ((created || g_str_has_prefix (old_path, "a/")) && (deleted || g_str_has_prefix (new_path, "b/")))
    path += 2;
  g_free (head->path);
  head->path = g_strdup (path);
  reader->at += 2;
}

/* Digits from @at on, which moves behind them. What is too large is G_MAXINT. */
static guint
read_number (const char **at)
{
  guint64 value = 0;

  for (; g_ascii_isdigit (**at); (*at)++)
    value = MIN (value * 10 + (guint64) (**at - '0'), G_MAXINT);
  return (guint) value;
}

/* `@@ -1,2 +3,4 @@`; FALSE when there are no numbers. */
static gboolean
parse_hunk_head (const char *line, EnclaveDiffHunk *hunk)
{
  guint values[4] = { 0, 1, 0, 1 };
  const char *at = line;

  while (*at == '@' || *at == ' ')
    at++;
  for (guint side = 0; side < 2; side++)
    {
      if (*at != (side == 0 ? '-' : '+') || !g_ascii_isdigit (at[1]))
        return FALSE;
      at++;
      values[2 * side] = read_number (&at);
      if (*at == ',' && g_ascii_isdigit (at[1]))
        {
          at++;
          values[2 * side + 1] = read_number (&at);
        }
      while (*at == ' ')
        at++;
    }
  hunk->old_start = values[0];
  hunk->old_count = values[1];
  hunk->new_start = values[2];
  hunk->new_count = values[3];
  return TRUE;
}

/* Reads the lines that the head's counts claim. FALSE, and nothing is read, when what stands there contradicts them. */
static gboolean
read_counted_lines (EnclavePatchReader *reader, EnclaveDiffHunk *hunk)
{
  EnclavePatchReader ahead = *reader;
  guint old_left = hunk->old_count;
  guint new_left = hunk->new_count;
  const char *next;

  for (; old_left > 0 || new_left > 0 || *line_at (&ahead, 0) == '\\'; ahead.at++)
    {
      const char *line = line_at (&ahead, 0);
      EnclaveDiffKind kind = *line == '+' ? ENCLAVE_DIFF_ADDED : *line == '-' ? ENCLAVE_DIFF_REMOVED : ENCLAVE_DIFF_CONTEXT;
      gsize length;

      if (*line == '\\')
        {
          if (hunk->n_lines > 0)
            hunk->lines[hunk->n_lines - 1].no_newline = TRUE;
          continue;
        }
      if (ahead.at == ahead.end || (kind == ENCLAVE_DIFF_CONTEXT && *line != ' ' && *line != '\0') ||
          (kind != ENCLAVE_DIFF_ADDED && old_left == 0) || (kind != ENCLAVE_DIFF_REMOVED && new_left == 0))
        {
          hunk->n_lines = 0;
          return FALSE;
        }
      old_left -= kind != ENCLAVE_DIFF_ADDED;
      new_left -= kind != ENCLAVE_DIFF_REMOVED;
      length = enclave_patch_line_length (ahead.lines, ahead.at);
      enclave_diff_hunk_borrow_line (hunk, kind, line + MIN (length, 1), length - MIN (length, 1));
    }

  /* What goes on behind the count shows that the count is wrong. */
  next = line_at (&ahead, 0);
  if (*next == '+' || *next == ' ' ||
      (*next == '-' && !is_at_file_head (&ahead) && strcmp (next, "-- ") != 0))
    hunk->n_lines = 0;
  if (hunk->n_lines == 0)
    return FALSE;
  *reader = ahead;
  return TRUE;
}

static gboolean
read_hunk (EnclavePatchReader *reader, FileHead *head, GError **error)
{
  EnclaveDiffHunk *hunk = enclave_diff_hunk_new ();
  guint line = reader->at + 1;
  gboolean numbered = FALSE;

  g_ptr_array_add (head->hunks, hunk);
  if (is_at_hunk_head (reader))
    {
      numbered = parse_hunk_head (line_at (reader, 0), hunk);
      reader->at++;
    }
  if (!numbered || !read_counted_lines (reader, hunk))
    enclave_patch_reader_read_hunk_lines (reader, hunk);

  if (hunk->n_lines == 0)
    return enclave_patch_fail_at (line, N_ ("a part of the diff is empty"), error);
  if (!enclave_diff_hunk_changes (hunk))
    g_ptr_array_set_size (head->hunks, (gint) head->hunks->len - 1);
  return TRUE;
}

/* Nothing but changed lines: what models write who know the file is known. */
static gboolean
is_headless (const EnclavePatchReader *reader)
{
  EnclavePatchReader ahead = *reader;
  gboolean changes = FALSE;

  if (!reader->bounded)
    return FALSE;
  for (; ahead.at < ahead.end; ahead.at++)
    {
      const char *line = line_at (&ahead, 0);

      if (is_at_file_head (&ahead) || g_str_has_prefix (line, "diff --git ") || g_str_has_prefix (line, "*** "))
        return FALSE;
      changes = changes || *line == '+' || *line == '-';
    }
  return changes;
}

gboolean
enclave_patch_reader_read_diff (EnclavePatchReader *reader, const char *path, EnclavePatch *patch, GError **error)
{
  FileHead head = { 0 };
  gboolean ok = TRUE;

  if (is_headless (reader))
    {
      file_head_init (&head, path, reader->at + 1);
      while (*line_at (reader, 0) == '\0')
        reader->at++;
      ok = read_hunk (reader, &head, error);
    }

  while (ok && reader->at < reader->end)
    {
      const char *line = line_at (reader, 0);

      if (head.hunks != NULL && is_at_hunk_head (reader))
        {
          ok = read_hunk (reader, &head, error);
        }
      else if (g_str_has_prefix (line, "*** Begin Patch"))
        {
          ok = finish_file (&head, patch, error) && enclave_patch_reader_read_begin_patch (reader, patch, error);
        }
      else if (g_str_has_prefix (line, "diff --git "))
        {
          ok = finish_file (&head, patch, error) && read_git_head (reader, &head, error);
        }
      else if (is_at_file_head (reader))
        {
          if (head.headed || (head.hunks != NULL && head.hunks->len > 0))
            ok = finish_file (&head, patch, error);
          if (ok)
            read_file_head (reader, &head);
        }
      else if (head.hunks != NULL && reader->bounded && strcmp (line, "-- ") != 0 && (*line == '+' || *line == '-'))
        {
          /* Left out, it would make a half of what was meant. */
          ok = enclave_patch_fail_at (reader->at + 1, N_ ("a changed line stands outside of a part"), error);
        }
      else if (reader->bounded || *line == '\0')
        {
          reader->at++;
        }
      else
        {
          break;
        }
    }

  ok = ok && finish_file (&head, patch, error);
  file_head_clear (&head);
  return ok;
}

EnclavePatch *
enclave_patch_parse_diff (const char *diff, GError **error)
{
  g_autoptr (EnclavePatch) patch = NULL;
  char **lines;
  guint n_lines;
  EnclavePatchReader reader;

  g_return_val_if_fail (diff != NULL, NULL);

  if (strlen (diff) > ENCLAVE_PATCH_MAX_BYTES)
    {
      enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_TOO_LARGE,
                               N_ ("Reading the patch: larger than %d bytes"), ENCLAVE_PATCH_MAX_BYTES);
      return NULL;
    }

  patch = enclave_patch_new ();
  lines = enclave_patch_split_lines (diff, &n_lines);
  g_ptr_array_add (patch->sources, lines);
  reader = (EnclavePatchReader) { lines, 0, n_lines, TRUE };

  /* Models put the argument of a tool into a fence as well. */
  while (reader.at < reader.end && *lines[reader.at] == '\0')
    reader.at++;
  while (reader.end > reader.at && *lines[reader.end - 1] == '\0')
    reader.end--;
  if (reader.end > reader.at + 1 && g_str_has_prefix (lines[reader.at], "```") &&
      strcmp (lines[reader.end - 1], "```") == 0)
    {
      reader.at++;
      reader.end--;
    }

  if (!enclave_patch_reader_read_diff (&reader, NULL, patch, error))
    return NULL;
  for (guint i = 0; i < patch->operations->len; i++)
    if (((EnclavePatchOperation *) g_ptr_array_index (patch->operations, i))->path == NULL)
      {
        enclave_patch_fail_at (1, N_ ("the diff names no file (“--- a/PATH”, “+++ b/PATH”)"), error);
        return NULL;
      }
  if (patch->operations->len == 0)
    {
      enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_EMPTY,
                               N_ ("Reading the patch: there is no diff in it"));
      return NULL;
    }
  return g_steal_pointer (&patch);
}
