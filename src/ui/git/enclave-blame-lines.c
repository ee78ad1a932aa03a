/* enclave-blame-lines.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-blame-lines.h"

#include <string.h>

#include "enclave-line-diff.h"
#include "enclave-utf8.h"

#define BOM "\xEF\xBB\xBF"
#define PARAGRAPH_SEPARATOR "\xE2\x80\xA9"

/* Without what a buffer does not show as it is in the file: the mark at the beginning, the CR at the end of a line. (transfer full) */
static char *
dup_comparable (const char *text)
{
  GString *lines = g_string_sized_new (strlen (text));

  if (g_str_has_prefix (text, BOM))
    text += strlen (BOM);
  for (const char *at = text; *at != '\0';)
    {
      gsize length = strcspn (at, "\n");
      gboolean ended = at[length] == '\n';

      g_string_append_len (lines, at, (gssize) (ended && length > 0 && at[length - 1] == '\r' ? length - 1 : length));
      /* whether the last line is ended makes it no other one */
      g_string_append_c (lines, '\n');
      at += length + (ended ? 1 : 0);
    }

  return g_string_free (lines, FALSE);
}

static char *
dup_committed (EnclaveGitBlame *blame, const char *encoding)
{
  const char *bytes = enclave_git_blame_get_text (blame);
  g_autofree char *text = NULL;

  if (!g_utf8_validate (bytes, -1, NULL) && encoding != NULL)
    text = g_convert (bytes, -1, "UTF-8", encoding, NULL, NULL, NULL);
  if (text == NULL)
    text = enclave_utf8_make_valid (bytes, -1);

  return dup_comparable (text);
}

/* How many lines a buffer makes of one of git's: it also ends them at a lone CR and at U+2029. */
static guint
count_rows (const char *line, gsize length)
{
  guint n = 1;

  for (gsize i = 0; i < length; i++)
    if ((line[i] == '\r' && i + 1 < length)
        || (length - i >= strlen (PARAGRAPH_SEPARATOR) && strncmp (line + i, PARAGRAPH_SEPARATOR, strlen (PARAGRAPH_SEPARATOR)) == 0))
      n++;

  return n;
}

/* (transfer full): for each line of @text the one of HEAD, from 0, or G_MAXUINT. */
static GArray *
match (const char *committed, const char *text)
{
  g_autoptr (GPtrArray) hunks = enclave_line_diff (committed, text, 0);
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n_lines = 0;
  guint old_line = 0;

  for (const char *at = text; *at != '\0'; at++)
    n_lines += *at == '\n' ? 1 : 0;
  for (guint i = 0; i <= hunks->len; i++)
    {
      const EnclaveDiffHunk *hunk = i < hunks->len ? g_ptr_array_index (hunks, i) : NULL;
      guint start = hunk != NULL ? hunk->new_start - 1 : n_lines;

      for (; lines->len < start; old_line++)
        g_array_append_val (lines, old_line);
      for (guint k = 0; hunk != NULL && k < hunk->new_count; k++)
        g_array_append_val (lines, (guint){ G_MAXUINT });
      old_line += hunk != NULL ? hunk->old_count : 0;
    }

  return lines;
}

static void
unref_commit (gpointer commit)
{
  if (commit != NULL)
    g_object_unref (commit);
}

GPtrArray *
enclave_blame_lines_map (EnclaveGitBlame *blame, const char *text, const char *encoding)
{
  GPtrArray *commits = g_ptr_array_new_with_free_func (unref_commit);
  g_autofree char *committed = dup_committed (blame, encoding);
  g_autofree char *now = dup_comparable (text);
  g_autoptr (GArray) lines = match (committed, now);
  guint line = 0;

  /* what the comparison has left out is in the text itself */
  for (const char *at = text; *at != '\0' && line < lines->len; line++)
    {
      gsize length = strcspn (at, "\n");
      EnclaveGitCommit *commit = enclave_git_blame_get_commit (blame, g_array_index (lines, guint, line));

      for (guint rows = count_rows (at, length); rows > 0; rows--)
        g_ptr_array_add (commits, commit != NULL ? g_object_ref (commit) : NULL);
      at += length + (at[length] == '\n' ? 1 : 0);
    }

  return commits;
}
