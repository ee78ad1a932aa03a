/* enclave-text-pattern.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-text-pattern.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-byte-finder.h"
#include "enclave-byte-window.h"
#include "enclave-expression-bytes.h"

#define MAX_PATTERN_BYTES 4096
/* An expression looks at so much at once, to the end of the line: little at first, what follows may be found close by. */
#define FIRST_CHUNK_BYTES 2048
#define CHUNK_BYTES (64 * 1024)
/* So many bytes cost an expression as much as a line that it looks into for nothing. */
#define LINE_COST_BYTES 128
#define FEW_LINES 16

struct _EnclaveTextPattern
{
  gatomicrefcount references;
  EnclaveTextPatternFlags flags;
  EnclaveByteFinder finder; /* of the words */
  gboolean has_finder;
  EnclaveByteWindow window; /* of bytes that are side by side in each match of the expression */
  gboolean has_window;
  gboolean crosses_lines;
  GRegex *regex; /* (nullable): of valid UTF-8 */
  GRegex *raw;   /* (nullable): of any bytes */
  gboolean needs_lines; /* over several of them a match may be missed that is in one */
};

typedef struct
{
  gsize start;
  gsize end;
  gsize looked_from;   /* where the expression was tried from: what it looks back at is no part of it */
  /* of an expression: the line, which a long one is looked for and into only once */
  const char *line;    /* (nullable) */
  gsize line_length;
  const GRegex *regex; /* (nullable) */
} Match;

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;

  return TRUE;
}

/* What leads to another place, sees the end of the text, says no of what stands around it, or never gives back what it took. */
static gboolean
needs_lines (const char *pattern)
{
  static const char *const marks[] = { "\\K", "\\A", "\\z", "\\Z", "\\G", "(?!", "(?<!", "(?>",
                                       "(?(", "(?-", "(?^", "(*",  "++",  "*+",  "?+",   "}+" };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strstr (pattern, marks[i]) != NULL)
      return TRUE;

  return FALSE;
}

static gboolean
compile (EnclaveTextPattern *self, const char *text, GError **error)
{
  GRegexCompileFlags flags = G_REGEX_OPTIMIZE | G_REGEX_MULTILINE | G_REGEX_NEWLINE_ANYCRLF;
  g_autofree char *escaped = (self->flags & ENCLAVE_TEXT_PATTERN_REGEX) == 0 ? g_regex_escape_string (text, -1) : NULL;
  const char *inner = escaped != NULL ? escaped : text;
  g_autofree char *whole = (self->flags & ENCLAVE_TEXT_PATTERN_WHOLE_WORDS) != 0 ? g_strdup_printf ("\\b(?:%s)\\b", inner)
                                                                                 : g_strdup (inner);
  g_autoptr (GError) inner_error = NULL;

  if ((self->flags & ENCLAVE_TEXT_PATTERN_MATCH_CASE) == 0)
    flags |= G_REGEX_CASELESS;
  /* alone as well: what closes a group must not close ours */
  self->regex = g_regex_new (inner, flags, 0, &inner_error);
  if (self->regex != NULL && inner != whole)
    {
      g_regex_unref (self->regex);
      self->regex = g_regex_new (whole, flags, 0, &inner_error);
    }
  if (self->regex == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("The expression is not valid: %s"), inner_error->message);
      return FALSE;
    }
  self->needs_lines = needs_lines (inner);
  self->raw = g_regex_new (whole, flags | G_REGEX_RAW, 0, NULL);

  return TRUE;
}

EnclaveTextPattern *
enclave_text_pattern_new (const char *text, EnclaveTextPatternFlags flags, GError **error)
{
  g_autoptr (EnclaveTextPattern) self = NULL;
  gboolean any_case = (flags & ENCLAVE_TEXT_PATTERN_MATCH_CASE) == 0;
  gboolean is_regex = (flags & ENCLAVE_TEXT_PATTERN_REGEX) != 0;
  g_autofree char *escaped = NULL;
  EnclaveByteRun run;

  g_return_val_if_fail (text != NULL, NULL);

  if (*text == '\0' || strlen (text) > MAX_PATTERN_BYTES || strpbrk (text, "\r\n") != NULL || !g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("One line of text can be searched for"));
      return NULL;
    }
  self = g_new0 (EnclaveTextPattern, 1);
  g_atomic_ref_count_init (&self->references);
  self->flags = flags;
  if (!is_regex && !(any_case && !is_ascii (text)))
    {
      enclave_byte_finder_init (&self->finder, text, strlen (text), any_case);
      self->has_finder = TRUE;
      return g_steal_pointer (&self);
    }
  if (!compile (self, text, error))
    return NULL;
  escaped = !is_regex ? g_regex_escape_string (text, -1) : NULL;
  self->has_window = enclave_expression_bytes_find (escaped != NULL ? escaped : text, any_case, &run, &self->crosses_lines)
                  && enclave_byte_window_init (&self->window, &run);

  return g_steal_pointer (&self);
}

EnclaveTextPattern *
enclave_text_pattern_ref (EnclaveTextPattern *self)
{
  g_atomic_ref_count_inc (&self->references);

  return self;
}

void
enclave_text_pattern_unref (EnclaveTextPattern *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->references))
    return;
  if (self->has_finder)
    enclave_byte_finder_clear (&self->finder);
  g_clear_pointer (&self->regex, g_regex_unref);
  g_clear_pointer (&self->raw, g_regex_unref);
  g_free (self);
}

static gboolean
is_word_byte (guchar byte)
{
  return g_ascii_isalnum (byte) || byte == '_' || byte >= 0x80;
}

/* Where a word ends and another could go on: both sides of a letter. */
static gboolean
stands_alone (const char *text, gsize length, gsize start, gsize end)
{
  return !(start > 0 && is_word_byte ((guchar) text[start - 1]) && is_word_byte ((guchar) text[start]))
      && !(end < length && is_word_byte ((guchar) text[end - 1]) && is_word_byte ((guchar) text[end]));
}

static const char *
get_line_start (const char *text, const char *at)
{
  const char *end = at > text ? memrchr (text, '\n', (gsize) (at - text)) : NULL;

  return end != NULL ? end + 1 : text;
}

static const char *
get_line_end (const char *text, gsize length, const char *at)
{
  const char *end = memchr (at, '\n', length - (gsize) (at - text));

  return end != NULL ? end : text + length;
}

/* In the line of @match, behind @from in the text. A carriage return belongs to the line's end. */
static gboolean
find_in_line (const char *text, gsize from, Match *match)
{
  const gsize offset = (gsize) (match->line - text);
  gsize length = match->line_length;

  if (length > 0 && match->line[length - 1] == '\r')
    length--;
  from = MAX (from, offset) - offset;
  while (match->regex != NULL && from <= length)
    {
      g_autoptr (GMatchInfo) info = NULL;
      int first = 0;
      int last = 0;

      if (!g_regex_match_full (match->regex, match->line, (gssize) length, (gssize) from, 0, &info, NULL)
          || !g_match_info_fetch_pos (info, 0, &first, &last))
        return FALSE;
      if (last > first && (gsize) first >= from)
        {
          match->start = offset + (gsize) first;
          match->end = offset + (gsize) last;
          match->looked_from = offset + from;
          return TRUE;
        }
      /* an empty match: behind the next character */
      from = MAX ((gsize) last, from) + 1;
      while (from < length && ((guchar) match->line[from] & 0xC0) == 0x80)
        from++;
    }

  return FALSE;
}

/* Up to where it is UTF-8; a NUL is none. Between ASCII characters, which nearly all are, the others are looked at for themselves. */
static gsize
count_utf8 (const char *text, gsize length)
{
  const char *at = text;
  const char *end = text + length;

  while (at < end)
    {
      const char *start;
      guint64 bytes;

      for (; (gsize) (end - at) >= sizeof bytes; at += sizeof bytes)
        {
          memcpy (&bytes, at, sizeof bytes);
          if (((bytes | (bytes - G_GUINT64_CONSTANT (0x0101010101010101))) & G_GUINT64_CONSTANT (0x8080808080808080)) != 0)
            break;
        }
      while (at < end && (guchar) *at - 1u < 0x7f)
        at++;
      for (start = at; at < end && (guchar) *at >= 0x80;)
        at++;
      if (at == start ? at < end : !g_utf8_validate (start, at - start, &at))
        break;
    }

  return (gsize) (at - text);
}

static void
take_line (const EnclaveTextPattern *self, const char *text, gsize length, const char *at, Match *match)
{
  match->line = get_line_start (text, at);
  match->line_length = (gsize) (get_line_end (text, length, at) - match->line);
  match->regex = count_utf8 (match->line, match->line_length) == match->line_length ? self->regex : self->raw;
}

/* Lines from @from to @end that the expression is looked for in at once; their end: either they are UTF-8, or it is one that is not. */
static gsize
choose_chunk (const char *text, gsize length, gsize from, gsize bytes, gboolean *is_valid)
{
  gsize end = length - from <= bytes ? length : (gsize) (get_line_end (text, length, text + from + bytes) - text);
  gsize n = count_utf8 (text + from, end - from);
  const char *line;

  *is_valid = TRUE;
  if (n == end - from)
    return end;
  line = get_line_start (text, text + from + n);
  if (line > text + from)
    return (gsize) (line - text) - 1;
  *is_valid = FALSE;

  return (gsize) (get_line_end (text, length, line) - text);
}

/* Where the expression may match in these lines; NULL: nowhere. */
static const char *
find_in_chunk (const GRegex *regex, const char *text, gsize end, gsize from)
{
  g_autoptr (GMatchInfo) info = NULL;
  int first = 0;

  if (regex == NULL || end > G_MAXINT || !g_regex_match_full (regex, text, (gssize) end, (gssize) from, G_REGEX_MATCH_NOTEMPTY, &info, NULL)
      || !g_match_info_fetch_pos (info, 0, &first, NULL) || (gsize) first >= end)
    return NULL;

  return text + first;
}

/* Bytes that are there again and again where the expression does not match lead nowhere. */
static gboolean
goes_by_bytes (const EnclaveTextPattern *self, gsize n_passed, guint n_missed)
{
  return self->has_window && (self->needs_lines || self->crosses_lines || n_missed <= FEW_LINES || n_missed * LINE_COST_BYTES < n_passed);
}

/* @match: what the last look over the same text left, or zeros. */
static gboolean
find_expression (const EnclaveTextPattern *self, const char *text, gsize length, gsize from, Match *match)
{
  const gsize begin = from;
  gsize chunk_bytes = FIRST_CHUNK_BYTES;
  guint n_missed = 0;

  while (from < length)
    {
      /* else the rest of a line that was looked at already */
      if (match->line == NULL || text + from > match->line + match->line_length)
        {
          gboolean begins = from == 0 || text[from - 1] == '\n';
          const char *found = text + from;

          if (begins && goes_by_bytes (self, from - begin, n_missed))
            {
              found = enclave_byte_window_find (&self->window, text, length, from);
              if (found == NULL)
                return FALSE;
            }
          else if (begins && !self->needs_lines)
            {
              gboolean is_valid;
              gsize chunk = choose_chunk (text, length, from, chunk_bytes, &is_valid);

              found = find_in_chunk (is_valid ? self->regex : self->raw, text, chunk, from);
              if (found == NULL)
                {
                  from = chunk + 1;
                  chunk_bytes = MIN (chunk_bytes * 2, CHUNK_BYTES);
                  continue;
                }
              chunk_bytes = FIRST_CHUNK_BYTES;
            }
          take_line (self, text, length, found, match);
        }
      if (find_in_line (text, from, match))
        return TRUE;
      from = (gsize) (match->line + match->line_length - text) + 1;
      n_missed++;
    }

  return FALSE;
}

static gboolean
find (const EnclaveTextPattern *self, const char *text, gsize length, gsize from, Match *match)
{
  const char *found;

  if (self->regex != NULL)
    return find_expression (self, text, length, from, match);
  while (from < length && (found = enclave_byte_finder_find (&self->finder, text, length, from)) != NULL)
    {
      match->start = (gsize) (found - text);
      match->end = match->start + self->finder.length;
      if ((self->flags & ENCLAVE_TEXT_PATTERN_WHOLE_WORDS) == 0 || stands_alone (text, length, match->start, match->end))
        return TRUE;
      from = match->start + 1;
    }

  return FALSE;
}

gboolean
enclave_text_pattern_find (const EnclaveTextPattern *self, const char *text, gsize length, gsize from, gsize *start, gsize *end)
{
  Match match = { 0 };

  if (!find (self, text, length, from, &match))
    return FALSE;
  *start = match.start;
  *end = match.end;
  return TRUE;
}

/* As it was found: in its whole line, and from the same place. */
static gboolean
append_expanded (GString *out, const char *text, const Match *match, const char *replacement, GError **error)
{
  gsize line_length = match->line_length;
  gsize from = match->looked_from - (gsize) (match->line - text);
  g_autoptr (GMatchInfo) info = NULL;
  g_autofree char *expanded = NULL;

  if (line_length > 0 && match->line[line_length - 1] == '\r')
    line_length--;
  if (!g_regex_match_full (match->regex, match->line, (gssize) line_length, (gssize) from, 0, &info, NULL))
    {
      /* a text that was found is never lost for that */
      g_string_append_len (out, text + match->start, (gssize) (match->end - match->start));
      return TRUE;
    }
  expanded = g_match_info_expand_references (info, replacement, error);
  if (expanded == NULL)
    return FALSE;
  g_string_append (out, expanded);

  return TRUE;
}

char *
enclave_text_pattern_replace (const EnclaveTextPattern *self, const char *text, const char *replacement, guint *n_replaced, GError **error)
{
  g_autoptr (GString) out = NULL;
  gboolean expands = (self->flags & ENCLAVE_TEXT_PATTERN_REGEX) != 0;
  gsize length;
  gsize from = 0;
  Match match = { 0 };

  g_return_val_if_fail (text != NULL && replacement != NULL && n_replaced != NULL, NULL);

  *n_replaced = 0;
  if (expands && !g_regex_check_replacement (replacement, NULL, error))
    return NULL;
  length = strlen (text);
  out = g_string_sized_new (length + 1);
  while (find (self, text, length, from, &match))
    {
      g_string_append_len (out, text + from, (gssize) (match.start - from));
      if (!expands)
        g_string_append (out, replacement);
      else if (!append_expanded (out, text, &match, replacement, error))
        return NULL;
      (*n_replaced)++;
      from = match.end;
    }
  g_string_append_len (out, text + from, (gssize) (length - from));

  return g_string_free (g_steal_pointer (&out), FALSE);
}
