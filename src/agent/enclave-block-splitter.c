/* enclave-block-splitter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-block-splitter.h"

/* Fences inside list items are indented; deeper than this it is indented code. */
#define FENCE_MAX_INDENT 12
/* What may name a file in front of a fence. */
#define PATH_LINE_MAX_BYTES 512
/* A line whose first bytes decide nothing is plain: what is held is looked at again with each byte. */
#define UNDECIDED_MAX_BYTES 1024

typedef enum
{
  LINE_UNDECIDED, /* needs more of the line */
  LINE_BLANK,
  LINE_FENCE,
  LINE_HEADING,
  LINE_LIST,
  LINE_QUOTE,
  LINE_PLAIN,
} LineKind;

struct _EnclaveBlockSplitter
{
  const EnclaveBlockSink *sink;
  gpointer user_data;

  GString *held;        /* the start of a line that is not decided yet */
  gboolean decided;     /* the rest of the line goes out as it comes */
  gboolean carriage;    /* a CR that may belong to a CR LF */
  guint newlines;       /* owed to the open block before its next text */

  LineKind block;       /* LINE_BLANK: none is open; LINE_FENCE: code */
  guint blanks;         /* blank lines since the last text of a list */
  char fence_char;
  gsize fence_length;
  gsize fence_indent;
  GString *last_line;   /* of the prose before a fence, for the path that it may name */
};

static gsize
count_spaces (const char *text)
{
  return strspn (text, " ");
}

static LineKind
classify_list (const char *text, gboolean complete)
{
  gsize length = g_ascii_isdigit (*text) ? strspn (text, "0123456789") : 1;

  if (g_ascii_isdigit (*text))
    {
      if (length > 9)
        return LINE_PLAIN;
      if (text[length] == '\0')
        return complete ? LINE_PLAIN : LINE_UNDECIDED;
      if (text[length] != '.' && text[length] != ')')
        return LINE_PLAIN;
      length++;
    }
  if (text[length] == '\0')
    return complete ? LINE_LIST : LINE_UNDECIDED;

  return text[length] == ' ' || text[length] == '\t' ? LINE_LIST : LINE_PLAIN;
}

/* @complete: the line has ended. */
static LineKind
classify (const char *line, gboolean complete)
{
  gsize indent = count_spaces (line);
  const char *text = line + strspn (line, " \t");
  gsize run;

  switch (*text)
    {
    case '\0':
      return complete ? LINE_BLANK : LINE_UNDECIDED;
    case '`':
    case '~':
      run = strspn (text, *text == '`' ? "`" : "~");
      if (run < 3)
        return text[run] == '\0' && !complete ? LINE_UNDECIDED : LINE_PLAIN;
      if (indent > FENCE_MAX_INDENT || (*text == '`' && strchr (text + run, '`') != NULL))
        return LINE_PLAIN;
      return complete ? LINE_FENCE : LINE_UNDECIDED;
    case '#':
      run = strspn (text, "#");
      if (run > 6)
        return LINE_PLAIN;
      if (text[run] == '\0')
        return complete ? LINE_HEADING : LINE_UNDECIDED;
      return text[run] == ' ' || text[run] == '\t' ? LINE_HEADING : LINE_PLAIN;
    case '>':
      return LINE_QUOTE;
    case '-':
    case '*':
    case '+':
      return classify_list (text, complete);
    default:
      return g_ascii_isdigit (*text) ? classify_list (text, complete) : LINE_PLAIN;
    }
}

static gboolean
looks_like_path (const char *text)
{
  gsize length = strlen (text);
  gboolean has_letter = FALSE;

  if (length == 0 || length > PATH_LINE_MAX_BYTES || strstr (text, "://") != NULL)
    return FALSE;
  if (strchr (text, '.') == NULL && strchr (text, '/') == NULL)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    {
      if (!g_ascii_isalnum (*p) && strchr ("._/-+@", *p) == NULL && (guchar) *p < 0x80)
        return FALSE;
      has_letter = has_letter || g_ascii_isalpha (*p) || (guchar) *p >= 0x80;
    }

  /* "1.5", "e.g." and "..." are no files. */
  return has_letter && text[length - 1] != '.' && text[length - 1] != '/';
}

/* A line that holds nothing but a path, in the dress that models give it. (transfer full) (nullable) */
static char *
path_of_line (const char *line)
{
  static const char *const labels[] = { "File:", "file:", "File", "Path:", "path:", "Filename:", "filename:", NULL };
  g_autofree char *text = g_strstrip (g_strdup (line));
  gboolean changed = TRUE;

  while (changed)
    {
      gsize length = strlen (text);

      changed = FALSE;
      if (length > 0 && strchr ("#*`: >", *text) != NULL)
        {
          memmove (text, text + 1, length);
          changed = TRUE;
        }
      else if (length > 0 && strchr ("*`: ", text[length - 1]) != NULL)
        {
          text[length - 1] = '\0';
          changed = TRUE;
        }
      for (guint i = 0; !changed && labels[i] != NULL; i++)
        if (g_str_has_prefix (text, labels[i]) && strchr (" `*", text[strlen (labels[i])]) != NULL)
          {
            memmove (text, text + strlen (labels[i]), length - strlen (labels[i]) + 1);
            changed = TRUE;
          }
    }

  return looks_like_path (text) ? g_steal_pointer (&text) : NULL;
}

/* "c", "c src/ring.c", "c:src/ring.c", "src/ring.c", "c title=\"src/ring.c\"". */
static void
read_info (const char *info, char **language, char **path)
{
  g_auto (GStrv) words = g_strsplit_set (info, " \t", -1);

  *language = NULL;
  *path = NULL;
  for (guint i = 0; words[i] != NULL; i++)
    {
      char *word = words[i];
      char *value = strpbrk (word, ":=");

      if (*word == '\0')
        continue;
      if (value != NULL)
        {
          g_autofree char *unquoted = g_strdup (value + 1);

          g_strdelimit (unquoted, "\"'{}", ' ');
          g_strstrip (unquoted);
          if (*path == NULL && looks_like_path (unquoted))
            *path = g_strdup (unquoted);
          if (*value == ':')
            {
              g_autofree char *before = g_strndup (word, (gsize) (value - word));

              if (looks_like_path (before) && *path == NULL)
                *path = g_steal_pointer (&before);
              else if (*language == NULL)
                *language = g_steal_pointer (&before);
            }
        }
      else if (looks_like_path (word))
        {
          if (*path == NULL)
            *path = g_strdup (word);
        }
      else if (*language == NULL)
        {
          *language = g_strdup (word);
        }
    }

  if (*language == NULL)
    *language = g_strdup ("");
}

static void
close_block (EnclaveBlockSplitter *self)
{
  if (self->block != LINE_BLANK)
    self->sink->end (self->user_data);
  self->block = LINE_BLANK;
  self->newlines = 0;
  self->blanks = 0;
}

static void
emit (EnclaveBlockSplitter *self, const char *text)
{
  if (self->newlines > 0 && self->block != LINE_BLANK)
    {
      g_autofree char *newlines = g_strnfill (self->newlines, '\n');

      self->newlines = 0;
      self->sink->append (newlines, self->user_data);
    }
  if (*text != '\0')
    self->sink->append (text, self->user_data);
}

static void
open_fence (EnclaveBlockSplitter *self, const char *line)
{
  const char *text = line + strspn (line, " \t");
  g_autofree char *language = NULL;
  g_autofree char *path = NULL;

  close_block (self);
  self->fence_char = *text;
  self->fence_length = strspn (text, *text == '`' ? "`" : "~");
  self->fence_indent = count_spaces (line);
  read_info (text + self->fence_length, &language, &path);
  if (path == NULL)
    path = path_of_line (self->last_line->str);

  self->block = LINE_FENCE;
  self->sink->begin (ENCLAVE_BLOCK_CODE, language, path, self->user_data);
  g_string_truncate (self->last_line, 0);
}

/* The line in held is decided to be of @kind: opens what it needs and lets held go. */
static void
take_line (EnclaveBlockSplitter *self, LineKind kind)
{
  gboolean continues;

  switch (kind)
    {
    case LINE_LIST:
      continues = self->block == LINE_LIST;
      break;
    case LINE_QUOTE:
      continues = self->block == LINE_QUOTE || (self->block == LINE_LIST && count_spaces (self->held->str) >= 2);
      break;
    case LINE_PLAIN:
      continues = self->block != LINE_BLANK
                  && (self->block != LINE_LIST || self->blanks == 0 || count_spaces (self->held->str) >= 2);
      break;
    default:
      continues = FALSE;
    }

  if (!continues)
    {
      close_block (self);
      self->block = kind;
      self->sink->begin (ENCLAVE_BLOCK_PARAGRAPH, "", NULL, self->user_data);
    }
  self->newlines += self->blanks;
  self->blanks = 0;
  g_string_assign (self->last_line, self->held->str);
  emit (self, self->held->str);
  g_string_truncate (self->held, 0);
  self->decided = TRUE;
}

/* In code: whether held closes the fence, could still, or is code. */
static LineKind
classify_in_code (EnclaveBlockSplitter *self, gboolean complete)
{
  const char *text = self->held->str + count_spaces (self->held->str);
  const char fence[2] = { self->fence_char, '\0' };
  gsize run = strspn (text, fence);
  const char *rest = text + run;

  rest += strspn (rest, " \t");
  if (*rest != '\0')
    return LINE_PLAIN;
  if (!complete)
    return LINE_UNDECIDED;

  return run >= self->fence_length ? LINE_FENCE : LINE_PLAIN;
}

static void
take_code (EnclaveBlockSplitter *self)
{
  gsize strip = MIN (count_spaces (self->held->str), self->fence_indent);

  emit (self, self->held->str + strip);
  g_string_truncate (self->held, 0);
  self->decided = TRUE;
}

static void
decide (EnclaveBlockSplitter *self, gboolean complete)
{
  LineKind kind;

  if (self->decided)
    return;

  if (self->block == LINE_FENCE)
    {
      kind = classify_in_code (self, complete);
      if (kind == LINE_UNDECIDED && self->held->len >= UNDECIDED_MAX_BYTES)
        kind = LINE_PLAIN;
      if (kind == LINE_PLAIN)
        {
          take_code (self);
        }
      else if (kind == LINE_FENCE)
        {
          close_block (self);
          g_string_truncate (self->held, 0);
        }
      return;
    }

  kind = classify (self->held->str, complete);
  if (kind == LINE_UNDECIDED && self->held->len >= UNDECIDED_MAX_BYTES)
    kind = LINE_PLAIN;
  switch (kind)
    {
    case LINE_UNDECIDED:
      break;
    case LINE_BLANK:
      if (self->block == LINE_LIST)
        self->blanks++;
      else
        close_block (self);
      g_string_truncate (self->held, 0);
      break;
    case LINE_FENCE:
      open_fence (self, self->held->str);
      g_string_truncate (self->held, 0);
      break;
    case LINE_HEADING:
    case LINE_LIST:
    case LINE_QUOTE:
    case LINE_PLAIN:
    default:
      take_line (self, kind);
      break;
    }
}

static void
end_line (EnclaveBlockSplitter *self)
{
  gboolean had_text;

  decide (self, TRUE);
  had_text = self->decided;
  self->decided = FALSE;

  if (self->block == LINE_HEADING)
    close_block (self);
  else if (had_text)
    self->newlines = 1;
}

static void
feed_run (EnclaveBlockSplitter *self, const char *text, gsize length)
{
  if (length == 0)
    return;

  if (self->decided)
    {
      g_autofree char *run = g_strndup (text, length);

      if (self->block != LINE_FENCE && self->last_line->len < PATH_LINE_MAX_BYTES)
        g_string_append (self->last_line, run);
      emit (self, run);
      return;
    }

  /* Byte by byte only until the line is decided: the decision must not depend on where the text was cut. */
  for (gsize i = 0; i < length; i++)
    {
      g_string_append_c (self->held, text[i]);
      if (i + 1 < length && ((guchar) text[i + 1] & 0xc0) == 0x80)
        continue;
      decide (self, FALSE);
      if (self->decided)
        {
          feed_run (self, text + i + 1, length - i - 1);
          return;
        }
    }
}

EnclaveBlockSplitter *
enclave_block_splitter_new (const EnclaveBlockSink *sink, gpointer user_data)
{
  EnclaveBlockSplitter *self;

  g_return_val_if_fail (sink != NULL, NULL);

  self = g_new0 (EnclaveBlockSplitter, 1);
  self->sink = sink;
  self->user_data = user_data;
  self->held = g_string_new (NULL);
  self->last_line = g_string_new (NULL);
  self->block = LINE_BLANK;

  return self;
}

void
enclave_block_splitter_free (EnclaveBlockSplitter *self)
{
  g_string_free (self->held, TRUE);
  g_string_free (self->last_line, TRUE);
  g_free (self);
}

void
enclave_block_splitter_feed (EnclaveBlockSplitter *self, const char *text)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (text != NULL);

  while (*text != '\0')
    {
      gsize length = strcspn (text, "\r\n");

      if (self->carriage && *text != '\n')
        feed_run (self, "\r", 1);
      self->carriage = FALSE;

      feed_run (self, text, length);
      text += length;
      if (*text == '\r')
        {
          self->carriage = TRUE;
          text++;
        }
      else if (*text == '\n')
        {
          end_line (self);
          text++;
        }
    }
}

void
enclave_block_splitter_finish (EnclaveBlockSplitter *self)
{
  g_return_if_fail (self != NULL);

  self->carriage = FALSE;
  if (self->held->len > 0)
    decide (self, TRUE);
  close_block (self);
  self->decided = FALSE;
  g_string_truncate (self->held, 0);
}
