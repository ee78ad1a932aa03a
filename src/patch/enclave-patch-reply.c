/* enclave-patch-reply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-patch-private.h"

/* A fenced block. Lines are those between the fences. */
typedef struct
{
  guint first;
  guint end;
  guint indentation; /* of the fence; taken off the lines */
  char *info;
  char *path;        /* from the info string or the line before */
} Block;

typedef struct
{
  EnclavePatch *patch;
  char **lines;
  guint n_lines;
  char *last_path;      /* of search/replace blocks that follow each other */
  guint n_blocks;
  EnclavePatchOperation *pathless; /* the first code block that names no file */
} Reply;

static const char *const shell_languages[] = {
  "bash", "bat", "cmd", "console", "csh", "fish", "log", "output", "plain", "plaintext", "powershell", "ps1", "pwsh",
  "sh", "shell", "shell-session", "shellsession", "terminal", "text", "txt", "zsh",
};

static void
strip_common_cr (char **lines, guint n)
{
  gboolean all = n > 1;

  for (guint i = 0; all && i + 1 < n; i++)
    all = lines[i + 1] - lines[i] > 1 && lines[i + 1][-2] == '\r';
  for (guint i = 0; all && i + 1 < n; i++)
    lines[i + 1][-2] = '\0';
  if (all && g_str_has_suffix (lines[n - 1], "\r"))
    lines[n][-2] = '\0';
}

char **
enclave_patch_split_lines (const char *text, guint *n_lines)
{
  gsize size = strlen (text) + 1;
  /* Lines of a usual length need not be counted before. */
  gsize room = size / 20 + 2;
  char **lines = NULL;
  guint n = 0;

  while (n == 0)
    {
      char *end;

      lines = g_malloc ((room + 1) * sizeof (char *) + size);
      lines[0] = memcpy ((char *) (lines + room + 1), text, size);
      end = lines[0] + size - 1;
      n = 1;
      for (char *at = lines[0]; n > 0 && (at = memchr (at, '\n', (gsize) (end - at))) != NULL; at++)
        {
          *at = '\0';
          if (n < room)
            lines[n++] = at + 1;
          else
            n = 0;
        }
      lines[n] = end + 1;
      if (n == 0)
        {
          g_free (lines);
          room = size + 1;
        }
    }
  strip_common_cr (lines, n);
  *n_lines = n;
  return lines;
}

static void
block_clear (Block *block)
{
  g_clear_pointer (&block->info, g_free);
  g_clear_pointer (&block->path, g_free);
}

/* Length of the run of fence characters that @line begins with, 0 when it is no fence. */
static guint
fence_length (const char *line, char *mark, guint *indentation)
{
  guint blanks = (guint) strspn (line, " \t");
  guint n = 0;

  *mark = '\0';
  *indentation = 0;
  line += blanks;
  if (*line != '`' && *line != '~')
    return 0;
  while (line[n] == *line)
    n++;
  if (n < 3 || (*line == '`' && strchr (line + n, '`') != NULL))
    return 0;
  *mark = *line;
  *indentation = blanks;
  return n;
}

static char *
path_before (const Reply *reply, guint at)
{
  /* One empty line may stand between a path and what belongs to it. */
  for (guint back = 1; back <= 2 && back <= at; back++)
    {
      const char *line = reply->lines[at - back];

      if (line[strspn (line, " \t\r")] != '\0')
        return enclave_patch_path_from_line (line);
    }
  return NULL;
}

/* A block in a Markdown file that is itself in a fence: its own fences open and close in pairs. */
static gboolean
holds_markdown (const Block *block)
{
  return (block->path != NULL && (g_str_has_suffix (block->path, ".md") || g_str_has_suffix (block->path, ".markdown"))) ||
         g_str_has_prefix (block->info, "markdown") || g_str_has_prefix (block->info, "md");
}

/* @at: on the opening fence. Returns: FALSE when no fence closes it. */
static gboolean
read_block (const Reply *reply, guint at, Block *block)
{
  char mark;
  guint length = fence_length (reply->lines[at], &mark, &block->indentation);
  guint depth = 0;
  gboolean nested;

  block->info = g_strstrip (g_strdup (reply->lines[at] + block->indentation + length));
  block->path = enclave_patch_path_from_info (block->info);
  if (block->path == NULL)
    block->path = path_before (reply, at);
  block->first = at + 1;
  nested = holds_markdown (block);

  for (guint i = block->first; i < reply->n_lines; i++)
    {
      const char *line = reply->lines[i];
      char other;
      guint blanks;
      guint n = fence_length (line, &other, &blanks);

      if (n < length || other != mark)
        continue;
      if (line[blanks + n + strspn (line + blanks + n, " \t\r")] != '\0')
        {
          if (nested)
            depth++;
        }
      else if (depth > 0)
        {
          depth--;
        }
      else
        {
          block->end = i;
          return TRUE;
        }
    }
  block->end = reply->n_lines;
  return FALSE;
}

static gboolean
is_marker (const char *line, char mark, const char *word)
{
  gsize n = 0;

  line += strspn (line, " \t");
  while (line[n] == mark)
    n++;
  if (n < 5 || n > 9)
    return FALSE;
  line += n;
  line += strspn (line, " ");
  if (g_ascii_strncasecmp (line, word, strlen (word)) != 0)
    return FALSE;
  line += strlen (word);
  return line[strspn (line, " \t\r")] == '\0';
}

static gboolean
is_search_marker (const char *line)
{
  return is_marker (line, '<', "SEARCH");
}

static char *
join_lines (char *const *lines, guint first, guint end, guint indentation)
{
  GString *text = g_string_new (NULL);

  for (guint i = first; i < end; i++)
    {
      const char *line = lines[i];

      for (guint k = 0; k < indentation && (*line == ' ' || *line == '\t'); k++)
        line++;
      g_string_append (text, line);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

/* @at: on the `<<<<<<< SEARCH` line; moves behind the block. */
static gboolean
read_search_block (Reply *reply, guint *at, guint end, guint indentation, const char *path, GError **error)
{
  guint start = *at;
  guint divider = 0;
  guint stop = 0;
  g_autofree char *before = path_before (reply, start);
  EnclavePatchOperation *operation;

  for (guint i = start + 1; i < end && stop == 0; i++)
    {
      if (is_marker (reply->lines[i], '>', "REPLACE"))
        stop = i;
      else if (is_search_marker (reply->lines[i]))
        break;
      else if (is_marker (reply->lines[i], '=', ""))
        {
          if (divider != 0)
            return enclave_patch_fail_at (i + 1, N_ ("a second “=======” in one search/replace block"), error);
          divider = i;
        }
    }
  if (stop == 0 || divider == 0)
    return enclave_patch_fail_at (start + 1, N_ ("the search/replace block has no “=======” or no end"), error);

  if (before != NULL)
    path = before;
  if (path != NULL && path != reply->last_path)
    {
      g_free (reply->last_path);
      reply->last_path = g_strdup (path);
    }

  if (divider == start + 1)
    {
      /* Nothing to search for: a new file. As an added part it can't write over one that is there. */
      EnclaveDiffHunk *hunk = enclave_diff_hunk_new ();

      operation = enclave_patch_operation_new (ENCLAVE_PATCH_HUNKS, reply->last_path);
      g_ptr_array_add (operation->hunks, hunk);
      for (guint i = divider + 1; i < stop; i++)
        enclave_diff_hunk_add_line (hunk, ENCLAVE_DIFF_ADDED, reply->lines[i], strlen (reply->lines[i]));
    }
  else
    {
      operation = enclave_patch_operation_new (ENCLAVE_PATCH_REPLACE_TEXT, reply->last_path);
      operation->old_text = join_lines (reply->lines, start + 1, divider, indentation);
      operation->new_text = join_lines (reply->lines, divider + 1, stop, indentation);
    }
  g_ptr_array_add (reply->patch->operations, operation);
  *at = stop + 1;
  return TRUE;
}

/* Lines of @block without the fence's indentation, as a reader of their own. */
static gboolean
read_diff_block (Reply *reply, const Block *block, GError **error)
{
  g_autofree char *text = join_lines (reply->lines, block->first, block->end, block->indentation);
  guint n_lines;
  char **lines = enclave_patch_split_lines (text, &n_lines);
  EnclavePatchReader reader = { lines, 0, n_lines - 1, TRUE };

  g_ptr_array_add (reply->patch->sources, lines);

  if (enclave_patch_reader_read_diff (&reader, block->path, reply->patch, error))
    return TRUE;
  enclave_patch_prefix_error (error, N_ ("In the code block that begins at line %u: "), block->first);
  return FALSE;
}

static gboolean
block_is_diff (const Reply *reply, const Block *block)
{
  EnclavePatchReader reader = { reply->lines, block->first, block->end, TRUE };
  g_autofree char *language = g_ascii_strdown (block->info, (gssize) strcspn (block->info, " \t{:"));

  if (strcmp (language, "diff") == 0 || strcmp (language, "patch") == 0 || strcmp (language, "udiff") == 0)
    return TRUE;
  while (reader.at < reader.end && *reader.lines[reader.at] == '\0')
    reader.at++;
  return enclave_patch_reader_is_at_diff (&reader);
}

static gboolean
is_file_language (const char *info)
{
  g_autofree char *language = g_ascii_strdown (info, (gssize) strcspn (info, " \t{:"));

  if (*language == '\0')
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (shell_languages); i++)
    if (strcmp (language, shell_languages[i]) == 0)
      return FALSE;
  return TRUE;
}

static gboolean
use_block (Reply *reply, const Block *block, GError **error)
{
  gboolean searched = FALSE;
  EnclavePatchOperation *operation;

  reply->n_blocks++;
  for (guint at = block->first; at < block->end;)
    {
      if (!is_search_marker (reply->lines[at]))
        {
          at++;
          continue;
        }
      searched = TRUE;
      if (!read_search_block (reply, &at, block->end, block->indentation,
                              block->path != NULL ? block->path : reply->last_path, error))
        return FALSE;
    }
  if (searched)
    return TRUE;

  if (block_is_diff (reply, block))
    return read_diff_block (reply, block, error);
  if (block->path == NULL && (reply->pathless != NULL || !is_file_language (block->info)))
    return TRUE;
  if (block->first == block->end)
    return TRUE;

  operation = enclave_patch_operation_new (ENCLAVE_PATCH_WHOLE_FILE, block->path);
  operation->new_text = join_lines (reply->lines, block->first, block->end, block->indentation);
  if (block->path != NULL)
    g_ptr_array_add (reply->patch->operations, operation);
  else
    reply->pathless = operation;
  return TRUE;
}

/* A reply that was cut off must not become half a file. */
static gboolean
refuse_cut_block (const Reply *reply, const Block *block, GError **error)
{
  gboolean meant = block->path != NULL || block_is_diff (reply, block);

  for (guint i = block->first; !meant && i < block->end; i++)
    meant = is_search_marker (reply->lines[i]);
  return !meant || enclave_patch_fail_at (block->first, N_ ("the code block has no end"), error);
}

static gboolean
read_reply (Reply *reply, GError **error)
{
  for (guint at = 0; at < reply->n_lines;)
    {
      EnclavePatchReader reader = { reply->lines, at, reply->n_lines, FALSE };
      char mark;
      guint indentation;

      if (fence_length (reply->lines[at], &mark, &indentation) > 0)
        {
          Block block = { 0 };
          gboolean closed = read_block (reply, at, &block);
          gboolean ok = closed ? use_block (reply, &block, error) : refuse_cut_block (reply, &block, error);

          at = block.end + 1;
          block_clear (&block);
          if (!ok)
            return FALSE;
        }
      else if (is_search_marker (reply->lines[at]))
        {
          if (!read_search_block (reply, &at, reply->n_lines, 0, reply->last_path, error))
            return FALSE;
        }
      else if (enclave_patch_reader_is_at_diff (&reader))
        {
          if (!enclave_patch_reader_read_diff (&reader, NULL, reply->patch, error))
            return FALSE;
          at = MAX (reader.at, at + 1);
        }
      else
        {
          at++;
        }
    }
  return TRUE;
}

EnclavePatch *
enclave_patch_parse_reply (const char *text, GError **error)
{
  g_autoptr (EnclavePatch) patch = NULL;
  char **lines;
  Reply reply = { 0 };
  gboolean ok;

  g_return_val_if_fail (text != NULL, NULL);

  if (strlen (text) > ENCLAVE_PATCH_MAX_BYTES)
    {
      enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_TOO_LARGE, N_ ("Reading the patch: larger than %d bytes"), ENCLAVE_PATCH_MAX_BYTES);
      return NULL;
    }

  patch = enclave_patch_new ();
  lines = enclave_patch_split_lines (text, &reply.n_lines);
  g_ptr_array_add (patch->sources, lines);
  reply.patch = patch;
  reply.lines = lines;
  ok = read_reply (&reply, error);

  /* Alone in its reply a block may be meant for the file that the user looks at; among others it is an example. */
  if (ok && reply.pathless != NULL && reply.n_blocks == 1 && patch->operations->len == 0)
    g_ptr_array_add (patch->operations, g_steal_pointer (&reply.pathless));
  enclave_patch_operation_free (reply.pathless);
  g_free (reply.last_path);

  if (!ok)
    return NULL;
  if (patch->operations->len == 0)
    {
      enclave_patch_set_error (error, ENCLAVE_PATCH_ERROR_EMPTY, N_ ("Reading the reply: it proposes no change of a file"));
      return NULL;
    }
  return g_steal_pointer (&patch);
}
