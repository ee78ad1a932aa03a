/* enclave-line-diff.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-line-diff.h"
#include "enclave-line-match-private.h"

/* A line with its end, as it lies in the text. */
typedef EnclaveTextPiece Line;

/* The texts of a hunk of a few lines are one block. */
#define BLOCK_BYTES 512

EnclaveDiffHunk *
enclave_diff_hunk_new (void)
{
  EnclaveDiffHunk *hunk = g_new (EnclaveDiffHunk, 1);

  memset (hunk, 0, G_STRUCT_OFFSET (EnclaveDiffHunk, few));
  hunk->lines = hunk->few;
  hunk->lines_room = ENCLAVE_DIFF_HUNK_FEW_LINES;

  return hunk;
}

void
enclave_diff_hunk_free (EnclaveDiffHunk *hunk)
{
  if (hunk == NULL)
    return;
  if (hunk->lines != hunk->few)
    g_free (hunk->lines);
  g_slist_free_full (hunk->blocks, g_free);
  g_free (hunk);
}

/* @size bytes that live as long as the hunk: a patch has thousands of lines. */
static char *
allocate (EnclaveDiffHunk *hunk, gsize size)
{
  if (size > hunk->block_left)
    {
      gsize block = MAX (size, BLOCK_BYTES);

      hunk->blocks = g_slist_prepend (hunk->blocks, g_malloc (block));
      hunk->block_left = (guint) block;
    }
  hunk->block_left -= (guint) size;
  return (char *) hunk->blocks->data + hunk->block_left;
}

EnclaveDiffLine *
enclave_diff_hunk_borrow_line (EnclaveDiffHunk *hunk, EnclaveDiffKind kind, const char *text, gsize length)
{
  EnclaveDiffLine *line;

  if (hunk->n_lines == hunk->lines_room)
    {
      hunk->lines_room *= 2;
      if (hunk->lines != hunk->few)
        hunk->lines = g_renew (EnclaveDiffLine, hunk->lines, hunk->lines_room);
      else
        hunk->lines = memcpy (g_new (EnclaveDiffLine, hunk->lines_room), hunk->few, sizeof hunk->few);
    }
  line = &hunk->lines[hunk->n_lines++];
  *line = (EnclaveDiffLine) { .kind = kind, .text = text, .length = (guint) length };
  return line;
}

EnclaveDiffLine *
enclave_diff_hunk_add_line (EnclaveDiffHunk *hunk, EnclaveDiffKind kind, const char *text, gsize length)
{
  char *copy;

  g_return_val_if_fail (hunk != NULL, NULL);
  g_return_val_if_fail (text != NULL || length == 0, NULL);
  g_return_val_if_fail (length < G_MAXUINT / 2, NULL);

  copy = allocate (hunk, length + 1);
  if (length > 0)
    memcpy (copy, text, length);
  copy[length] = '\0';
  return enclave_diff_hunk_borrow_line (hunk, kind, copy, length);
}

static GArray *
split_lines (const char *text)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));

  while (*text != '\0')
    {
      const char *end = strchrnul (text, '\n');
      Line line = { text, (gsize) (end - text) + (*end == '\n' ? 1 : 0) };

      g_array_append_val (lines, line);
      text += line.length;
    }
  return lines;
}

/* A common prefix and suffix is cut off before lines are numbered: most edits leave most of a file. */
static guint *
number_lines (GArray *lines, guint from, guint count, GHashTable *ids)
{
  guint *numbers = g_new (guint, count + 1);

  for (guint i = 0; i < count; i++)
    numbers[i] = enclave_text_piece_number (ids, &g_array_index (lines, Line, from + i));
  return numbers;
}

static void
find_changes (GArray *old_lines, GArray *new_lines, gboolean *old_changed, gboolean *new_changed)
{
  g_autoptr (GHashTable) ids = enclave_text_piece_numbers_new ();
  g_autofree guint *old_ids = NULL;
  g_autofree guint *new_ids = NULL;
  guint n_old = old_lines->len;
  guint n_new = new_lines->len;
  guint prefix = 0;

  while (prefix < n_old && prefix < n_new &&
         enclave_text_piece_equal (&g_array_index (old_lines, Line, prefix), &g_array_index (new_lines, Line, prefix)))
    prefix++;
  while (n_old > prefix && n_new > prefix &&
         enclave_text_piece_equal (&g_array_index (old_lines, Line, n_old - 1), &g_array_index (new_lines, Line, n_new - 1)))
    {
      n_old--;
      n_new--;
    }

  old_ids = number_lines (old_lines, prefix, n_old - prefix, ids);
  new_ids = number_lines (new_lines, prefix, n_new - prefix, ids);
  enclave_line_match (old_ids, n_old - prefix, new_ids, n_new - prefix, g_hash_table_size (ids),
                      old_changed + prefix, new_changed + prefix);
}

/* '\r' when all lines that end end in CRLF, '\n' when none does, 0 when mixed or without any. */
static char
common_line_end (GArray *lines)
{
  guint n_crlf = 0;
  guint n_ends = 0;

  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);

      if (line->start[line->length - 1] != '\n')
        continue;
      n_ends++;
      if (line->length > 1 && line->start[line->length - 2] == '\r')
        n_crlf++;
    }
  if (n_ends == 0)
    return 0;
  return n_crlf == n_ends ? '\r' : n_crlf == 0 ? '\n' : 0;
}

static void
add_line (EnclaveDiffHunk *hunk, EnclaveDiffKind kind, const Line *source, guint old_line, guint new_line,
          gboolean strip_cr)
{
  gsize length = source->length;
  gboolean ended = source->start[length - 1] == '\n';
  EnclaveDiffLine *line;

  if (ended)
    length--;
  if (ended && strip_cr && length > 0 && source->start[length - 1] == '\r')
    length--;
  line = enclave_diff_hunk_add_line (hunk, kind, source->start, length);
  line->old_line = old_line;
  line->new_line = new_line;
  line->no_newline = !ended;
  if (kind != ENCLAVE_DIFF_ADDED)
    hunk->old_count++;
  if (kind != ENCLAVE_DIFF_REMOVED)
    hunk->new_count++;
}

GPtrArray *
enclave_line_diff (const char *old_text, const char *new_text, guint context)
{
  g_autoptr (GPtrArray) hunks = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_diff_hunk_free);
  g_autoptr (GArray) old_lines = NULL;
  g_autoptr (GArray) new_lines = NULL;
  g_autofree gboolean *old_changed = NULL;
  g_autofree gboolean *new_changed = NULL;
  EnclaveDiffHunk *hunk = NULL;
  gboolean strip_cr;
  guint quiet = 0; /* unchanged lines since the last change */
  guint i = 0;
  guint j = 0;

  g_return_val_if_fail (old_text != NULL, NULL);
  g_return_val_if_fail (new_text != NULL, NULL);

  old_lines = split_lines (old_text);
  new_lines = split_lines (new_text);
  old_changed = g_new0 (gboolean, old_lines->len + 1);
  new_changed = g_new0 (gboolean, new_lines->len + 1);
  find_changes (old_lines, new_lines, old_changed, new_changed);
  strip_cr = common_line_end (old_lines) == '\r' && common_line_end (new_lines) == '\r';

  while (i < old_lines->len || j < new_lines->len)
    {
      gboolean removed = i < old_lines->len && old_changed[i];
      gboolean added = !removed && j < new_lines->len && new_changed[j];

      if (!removed && !added)
        {
          if (hunk != NULL && quiet < context)
            add_line (hunk, ENCLAVE_DIFF_CONTEXT, &g_array_index (old_lines, Line, i), i + 1, j + 1, strip_cr);
          quiet++;
          i++;
          j++;
          continue;
        }

      /* Two contexts that touch make one hunk. */
      if (hunk == NULL || (quiet > context && quiet - context > context))
        {
          guint before = MIN (context, hunk == NULL ? i : quiet);

          hunk = enclave_diff_hunk_new ();
          g_ptr_array_add (hunks, hunk);
          hunk->old_start = i - before + 1;
          hunk->new_start = j - before + 1;
          for (guint k = before; k > 0; k--)
            add_line (hunk, ENCLAVE_DIFF_CONTEXT, &g_array_index (old_lines, Line, i - k), i - k + 1, j - k + 1,
                      strip_cr);
        }
      else if (quiet > context)
        {
          for (guint k = quiet - context; k > 0; k--)
            add_line (hunk, ENCLAVE_DIFF_CONTEXT, &g_array_index (old_lines, Line, i - k), i - k + 1, j - k + 1,
                      strip_cr);
        }

      quiet = 0;
      if (removed)
        {
          add_line (hunk, ENCLAVE_DIFF_REMOVED, &g_array_index (old_lines, Line, i), i + 1, 0, strip_cr);
          i++;
        }
      else
        {
          add_line (hunk, ENCLAVE_DIFF_ADDED, &g_array_index (new_lines, Line, j), 0, j + 1, strip_cr);
          j++;
        }
    }

  return g_steal_pointer (&hunks);
}

void
enclave_line_diff_count (GPtrArray *hunks, guint *added, guint *removed)
{
  guint n_added = 0;
  guint n_removed = 0;

  g_return_if_fail (hunks != NULL);

  for (guint i = 0; i < hunks->len; i++)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);

      for (guint k = 0; k < hunk->n_lines; k++)
        {
          const EnclaveDiffLine *line = &hunk->lines[k];

          n_added += line->kind == ENCLAVE_DIFF_ADDED;
          n_removed += line->kind == ENCLAVE_DIFF_REMOVED;
        }
    }
  if (added != NULL)
    *added = n_added;
  if (removed != NULL)
    *removed = n_removed;
}

static void
append_lines (GString *result, GArray *lines, guint from, guint count)
{
  for (guint i = from; i < from + count && i < lines->len; i++)
    {
      const Line *line = &g_array_index (lines, Line, i);

      g_string_append_len (result, line->start, (gssize) line->length);
    }
}

char *
enclave_line_diff_apply_some (const char *old_text, const char *new_text, GPtrArray *hunks, const gboolean *accepted)
{
  g_autoptr (GString) result = NULL;
  g_autoptr (GArray) old_lines = NULL;
  g_autoptr (GArray) new_lines = NULL;
  guint at = 0;

  g_return_val_if_fail (old_text != NULL, NULL);
  g_return_val_if_fail (new_text != NULL, NULL);
  g_return_val_if_fail (hunks != NULL, NULL);
  g_return_val_if_fail (accepted != NULL || hunks->len == 0, NULL);

  result = g_string_sized_new (MAX (strlen (old_text), strlen (new_text)));
  old_lines = split_lines (old_text);
  new_lines = split_lines (new_text);

  for (guint i = 0; i < hunks->len; i++)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);

      if (!accepted[i])
        continue;
      g_return_val_if_fail (hunk->old_start - 1 >= at, NULL);
      append_lines (result, old_lines, at, hunk->old_start - 1 - at);
      append_lines (result, new_lines, hunk->new_start - 1, hunk->new_count);
      at = hunk->old_start - 1 + hunk->old_count;
    }
  if (at < old_lines->len)
    append_lines (result, old_lines, at, old_lines->len - at);

  return g_string_free (g_steal_pointer (&result), FALSE);
}

char *
enclave_line_diff_to_unified (GPtrArray *hunks, const char *path)
{
  static const char marks[] = { [ENCLAVE_DIFF_CONTEXT] = ' ', [ENCLAVE_DIFF_REMOVED] = '-', [ENCLAVE_DIFF_ADDED] = '+' };
  g_autoptr (GString) result = NULL;

  g_return_val_if_fail (hunks != NULL, NULL);
  g_return_val_if_fail (path != NULL, NULL);

  result = g_string_new (NULL);
  if (hunks->len > 0)
    g_string_append_printf (result, "--- a/%s\n+++ b/%s\n", path, path);

  for (guint i = 0; i < hunks->len; i++)
    {
      const EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);

      g_string_append_printf (result, "@@ -%u,%u +%u,%u @@\n",
                              hunk->old_count > 0 ? hunk->old_start : hunk->old_start - 1, hunk->old_count,
                              hunk->new_count > 0 ? hunk->new_start : hunk->new_start - 1, hunk->new_count);
      for (guint k = 0; k < hunk->n_lines; k++)
        {
          const EnclaveDiffLine *line = &hunk->lines[k];

          g_string_append_c (result, marks[line->kind]);
          g_string_append (result, line->text);
          g_string_append_c (result, '\n');
          if (line->no_newline)
            g_string_append (result, "\\ No newline at end of file\n");
        }
    }
  return g_string_free (g_steal_pointer (&result), FALSE);
}
