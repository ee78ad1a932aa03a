/* enclave-text-pattern.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-text-pattern.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-byte-finder.h"

#define MAX_PATTERN_BYTES 4096
/* A shorter piece of an expression is in nearly each line. */
#define MIN_HINT 2
/* An expression looks at so much at once, to the end of the line. */
#define CHUNK_BYTES (64 * 1024)

struct _EnclaveTextPattern
{
  gatomicrefcount references;
  EnclaveTextPatternFlags flags;
  EnclaveByteFinder finder; /* of the words, or of a piece that is in each match of the expression */
  gboolean has_finder;
  GRegex *regex; /* (nullable): of valid UTF-8 */
  GRegex *raw;   /* (nullable): of any bytes */
  gboolean moves_start; /* a match begins elsewhere than what led to it */
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

/* The longest run of bytes that each match has, of an expression without alternatives: what stands outside of groups and
 * sets and is not optional. (transfer full) (nullable) */
static char *
find_hint (const char *pattern)
{
  g_autoptr (GString) run = g_string_new (NULL);
  g_autoptr (GString) best = g_string_new (NULL);
  guint depth = 0;

  if (strchr (pattern, '|') != NULL || strstr (pattern, "(?") != NULL || strstr (pattern, "(*") != NULL
      || strstr (pattern, "\\Q") != NULL || strstr (pattern, "\\E") != NULL)
    return NULL;
  for (const char *p = pattern;; p++)
    {
      gboolean ends = TRUE;

      if (*p == '\\' && p[1] != '\0')
        {
          p++;
          if (g_ascii_ispunct (*p) && depth == 0)
            {
              g_string_append_c (run, *p);
              ends = FALSE;
            }
          /* `\x41`, `\p{L}`, `\cA`: what follows belongs to it */
          else if (strchr ("xpPcoNgkuU01234567", *p) != NULL)
            return NULL;
        }
      else if (*p == '[')
        {
          p++;
          if (*p == '^')
            p++;
          if (*p == ']')
            p++;
          for (; *p != '\0' && *p != ']'; p++)
            {
              if (*p == '\\' && p[1] != '\0')
                p++;
              else if (*p == '[' && p[1] == ':')
                {
                  const char *end = strstr (p, ":]");

                  if (end == NULL)
                    return NULL;
                  p = end + 1;
                }
            }
          if (*p == '\0')
            return NULL;
        }
      else if (*p == '(')
        depth++;
      else if (*p == ')')
        {
          if (depth == 0)
            return NULL;
          depth--;
        }
      else if (*p != '\0' && strchr ("*?{", *p) != NULL)
        {
          /* the byte before it is optional, and with it all of a character */
          while (run->len > 0 && ((guchar) run->str[run->len - 1] & 0xC0) == 0x80)
            g_string_truncate (run, run->len - 1);
          if (run->len > 0)
            g_string_truncate (run, run->len - 1);
          if (*p == '{')
            while (p[1] != '\0' && *p != '}')
              p++;
        }
      else if (*p != '\0' && strchr (".^$+", *p) == NULL && depth == 0)
        {
          g_string_append_c (run, *p);
          ends = FALSE;
        }
      if (ends)
        {
          if (run->len > best->len)
            g_string_assign (best, run->str);
          g_string_truncate (run, 0);
        }
      if (*p == '\0')
        break;
    }

  return best->len >= MIN_HINT ? g_string_free (g_steal_pointer (&best), FALSE) : NULL;
}

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;

  return TRUE;
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
  self->moves_start = strstr (inner, "\\K") != NULL;
  self->raw = g_regex_new (whole, flags | G_REGEX_RAW, 0, NULL);

  return TRUE;
}

EnclaveTextPattern *
enclave_text_pattern_new (const char *text, EnclaveTextPatternFlags flags, GError **error)
{
  g_autoptr (EnclaveTextPattern) self = NULL;
  gboolean any_case = (flags & ENCLAVE_TEXT_PATTERN_MATCH_CASE) == 0;
  gboolean is_regex = (flags & ENCLAVE_TEXT_PATTERN_REGEX) != 0;
  g_autofree char *hint = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (*text == '\0' || strlen (text) > MAX_PATTERN_BYTES || strpbrk (text, "\r\n") != NULL || !g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("One line of text can be searched for"));
      return NULL;
    }
  self = g_new0 (EnclaveTextPattern, 1);
  g_atomic_ref_count_init (&self->references);
  self->flags = flags;
  if ((is_regex || (any_case && !is_ascii (text))) && !compile (self, text, error))
    return NULL;

  hint = !is_regex ? g_strdup (text) : find_hint (text);
  /* `ß` and `K` (the Kelvin sign) have other cases that are no single byte; a caseless k or s matches such a one */
  if (hint != NULL && self->regex != NULL && any_case && (!is_ascii (hint) || strpbrk (hint, "kKsS") != NULL))
    g_clear_pointer (&hint, g_free);
  if (hint != NULL)
    {
      enclave_byte_finder_init (&self->finder, hint, strlen (hint), any_case);
      self->has_finder = TRUE;
    }

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

static void
take_line (const EnclaveTextPattern *self, const char *text, gsize length, const char *at, Match *match)
{
  match->line = get_line_start (text, at);
  match->line_length = (gsize) (get_line_end (text, length, at) - match->line);
  match->regex = g_utf8_validate (match->line, (gssize) match->line_length, NULL) ? self->regex : self->raw;
}

/* A line that a look over the whole text finds worth a closer one; NULL: none any more. */
static const char *
find_line (const EnclaveTextPattern *self, gboolean is_valid, const char *text, gsize length, gsize from)
{
  const GRegex *regex = is_valid ? self->regex : self->raw;
  g_autoptr (GMatchInfo) info = NULL;
  int first = 0;

  if (self->has_finder)
    return enclave_byte_finder_find (&self->finder, text, length, from);
  if (regex == NULL || length > G_MAXINT || !g_regex_match_full (regex, text, (gssize) length, (gssize) from, 0, &info, NULL)
      || !g_match_info_fetch_pos (info, 0, &first, NULL))
    return NULL;

  return text + first;
}

/* @match: what the last look over the same text left, or zeros. */
static gboolean
find_expression (const EnclaveTextPattern *self, const char *text, gsize length, gsize from, Match *match)
{
  while (from < length)
    {
      /* else the rest of a line that was looked at already */
      if (match->line == NULL || text + from > match->line + match->line_length)
        {
          /* over several lines a start that moves could lead to a later one than in a line of its own: each is looked at */
          gboolean each = self->moves_start && !self->has_finder;
          gboolean begins = from == 0 || text[from - 1] == '\n';
          const char *found = text + from;

          if (begins && !each)
            {
              gsize chunk = self->has_finder || length - from <= CHUNK_BYTES
                              ? length
                              : (gsize) (get_line_end (text, length, text + from + CHUNK_BYTES) - text);
              gboolean is_valid = self->has_finder || g_utf8_validate (text + from, (gssize) (chunk - from), NULL);

              found = find_line (self, is_valid, text, chunk, from);
              if (found == NULL || found >= text + chunk)
                {
                  from = chunk + 1;
                  continue;
                }
            }
          take_line (self, text, length, found, match);
        }
      if (find_in_line (text, from, match))
        return TRUE;
      from = (gsize) (match->line + match->line_length - text) + 1;
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
enclave_text_pattern_replace (const EnclaveTextPattern *self, const char *text, const char *replacement, guint *n_replaced,
                              GError **error)
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
