/* enclave-tool-call-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-call-state-private.h"

#include "enclave-tool-call-text.h"

/* A line whose first bytes decide nothing is text: what is held is looked at again with each byte. */
#define UNDECIDED_MAX_BYTES 512
/* Closing marks that may stand within a string of a call. */
#define MAX_CLOSINGS 8
/* Of a closing mark or a token of a template that stands alone. */
#define STRAY_MAX_BYTES 64
/* Markdown takes what is indented by more for code. */
#define MAX_INDENT 3

EnclaveToolCallParser *
enclave_tool_call_parser_new (EnclaveToolNameFunc resolve, gpointer user_data)
{
  EnclaveToolCallParser *self;

  g_return_val_if_fail (resolve != NULL, NULL);

  self = g_new0 (EnclaveToolCallParser, 1);
  self->resolve = resolve;
  self->user_data = user_data;
  self->held = g_string_new (NULL);
  self->line = g_string_new (NULL);
  self->introduction = g_string_new (NULL);
  self->pending_text = g_string_new (NULL);
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_parsed_call_free);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_parsed_call_free);
  self->own_length = G_MAXSIZE;

  return self;
}

void
enclave_tool_call_parser_free (EnclaveToolCallParser *self)
{
  g_string_free (self->held, TRUE);
  g_string_free (self->line, TRUE);
  g_string_free (self->introduction, TRUE);
  g_string_free (self->pending_text, TRUE);
  g_ptr_array_unref (self->pending);
  g_ptr_array_unref (self->calls);
  g_free (self);
}

void
enclave_tool_call_parser_set_thought (EnclaveToolCallParser *self)
{
  g_return_if_fail (self != NULL);

  self->thought = TRUE;
}

GPtrArray *
enclave_tool_call_parser_get_calls (EnclaveToolCallParser *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->calls;
}

gsize
enclave_tool_call_parser_get_own_length (EnclaveToolCallParser *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return MIN (self->own_length, self->n_fed);
}

static gboolean
begins_fence (const char *text)
{
  return g_str_has_prefix (text, "```") || g_str_has_prefix (text, "~~~");
}

static gboolean
closes_fence (EnclaveToolCallParser *self, const char *line)
{
  const char fence[2] = { self->fence_char, '\0' };
  gsize run;

  line += strspn (line, " \t");
  run = strspn (line, fence);

  return run >= self->fence_length && enclave_call_text_is_blank (line + run);
}

static void
open_fence (EnclaveToolCallParser *self, GString *out, const char *text)
{
  static const char *const languages[] = { "", "json", "tool_call", "tool_code", "tool", "xml", NULL };
  g_autofree char *info = NULL;
  g_autofree char *word = NULL;

  self->fence_char = *text;
  self->fence_length = strspn (text, *text == '`' ? "`" : "~");
  info = g_strstrip (g_ascii_strdown (text + self->fence_length, -1));
  word = g_strndup (info, strcspn (info, " \t{("));
  self->fence_names_tool = g_strcmp0 (*word != '\0' ? self->resolve (word, self->user_data) : NULL, word) == 0;

  if (*text == '`' && strchr (info, '`') != NULL)
    {
      enclave_call_state_release (self, out, TRUE);
      enclave_call_state_begin (self, ENCLAVE_CALL_IN_TEXT);
    }
  else if (self->fence_names_tool || g_strv_contains (languages, info))
    {
      self->state = ENCLAVE_CALL_IN_CALL_FENCE;
      self->line_start = self->held->len;
      /* The name of the tool is part of what is read. */
      self->content_start = self->fence_names_tool ? (gsize) (text - self->held->str) + self->fence_length : self->held->len;
      enclave_call_scan_begin (&self->scan, strcmp (info, "tool_code") == 0 || strcmp (info, "tool_call") == 0);
    }
  else
    {
      enclave_call_state_release (self, out, FALSE);
      enclave_call_state_begin (self, ENCLAVE_CALL_IN_CODE_FENCE);
    }
}

static void
open_mark (EnclaveToolCallParser *self, const EnclaveCallMark *mark, const char *text)
{
  self->state = ENCLAVE_CALL_IN_MARK;
  self->mark = mark;
  self->n_closings = 0;
  self->content_start = (gsize) (text - self->held->str) + (mark->keep ? 0 : strlen (mark->opening));
}

/* TRUE when the line is no sentence of which a mark could be a part. */
static gboolean
may_stand_behind (EnclaveToolCallParser *self, const EnclaveCallMark *mark)
{
  const char *line = self->line->str;
  gsize length = self->line->len;
  guint n_ticks = 0;

  if (!mark->within || self->line->len >= ENCLAVE_CALL_INTRODUCTION_MAX_BYTES)
    return FALSE;
  for (const char *p = line; *p != '\0'; p++)
    n_ticks += *p == '`';
  line += strspn (line, " \t");
  if (n_ticks % 2 != 0 || *line == '>' || *line == '|')
    return FALSE;
  if (mark->token)
    return TRUE;
  while (length > 0 && strchr (" \t", self->line->str[length - 1]) != NULL)
    length--;

  return length > 0 && strchr (".:!?", self->line->str[length - 1]) != NULL && !g_ascii_isdigit (*line);
}

/* Only a mark that closes or the end of a call closes a stray line. */
static gboolean
is_stray (EnclaveToolCallParser *self, const char *text)
{
  gsize length;

  if (self->calls->len + self->pending->len == 0)
    return FALSE;
  if (*text == '<' && text[1] == '/')
    length = enclave_tool_call_mark_skip (text);
  else
    length = enclave_tool_call_mark_skip_end (text);

  return length > 0 && enclave_call_text_is_blank (text + length);
}

/* @byte: of what is held. */
static void
feed_bare (EnclaveToolCallParser *self, GString *out, char byte)
{
  if (self->state != ENCLAVE_CALL_IN_BARE)
    return;
  enclave_call_scan_feed (&self->scan, byte);
  if (!enclave_call_scan_may_be_call (&self->scan, byte, self->resolve, self->user_data))
    {
      gboolean ended = self->held->str[self->held->len - 1] == '\n';

      enclave_call_state_release (self, out, TRUE);
      enclave_call_state_begin (self, ENCLAVE_CALL_IN_TEXT);
      self->decided = !ended;
    }
  else if (byte == '\n' && enclave_call_scan_is_balanced (&self->scan))
    {
      enclave_call_state_end_bare (self, out, FALSE);
    }
}

/* What is held may be more than a line of text, as far as it goes. TRUE when it was decided. */
static gboolean
decide_start (EnclaveToolCallParser *self, GString *out, const char *text, gboolean ended)
{
  gboolean may = FALSE;
  gboolean may_be_result = FALSE;
  gboolean has_calls = self->calls->len + self->pending->len > 0;
  gboolean indented = (gsize) (text - self->held->str) > MAX_INDENT && self->seen_text;
  const EnclaveCallMark *mark = indented ? NULL : enclave_tool_call_mark_find (text, self->resolve, self->user_data, &may);

  if (mark != NULL)
    {
      open_mark (self, mark, text);
      return TRUE;
    }
  if (has_calls && !self->thought && enclave_tool_call_mark_is_result (text, &may_be_result))
    {
      enclave_call_state_settle (self);
      self->own_length = self->n_fed - self->held->len;
      enclave_call_state_begin (self, ENCLAVE_CALL_IN_MADE_UP);
      return TRUE;
    }
  if (ended && is_stray (self, text))
    {
      enclave_call_state_begin (self, ENCLAVE_CALL_IN_TEXT);
      return TRUE;
    }
  if (begins_fence (text) && (ended || self->held->len < UNDECIDED_MAX_BYTES))
    {
      if (ended)
        open_fence (self, out, text);
      return TRUE;
    }
  if (!indented && (!may || ended) && enclave_call_scan_may_begin (text, self->resolve, self->user_data, &may))
    {
      self->state = ENCLAVE_CALL_IN_BARE;
      enclave_call_scan_begin (&self->scan, FALSE);
      /* A tool's name and its bracket are all that there is to see. */
      self->scan.sure = *text != '{' && *text != '[';
      for (const char *p = text; *p != '\0'; p++)
        feed_bare (self, out, *p);
      return TRUE;
    }

  return !ended && self->held->len < UNDECIDED_MAX_BYTES
         && (may || may_be_result || *text == '\0' || strspn (text, "`~") == strlen (text)
             || (has_calls && *text == '<' && strlen (text) < STRAY_MAX_BYTES));
}

/* A mark behind words in their line. */
static void
decide_within (EnclaveToolCallParser *self, GString *out, gboolean ended)
{
  gboolean may = FALSE;
  const EnclaveCallMark *mark = enclave_tool_call_mark_find (self->held->str, self->resolve, self->user_data, &may);

  if (mark != NULL && may_stand_behind (self, mark))
    {
      open_mark (self, mark, self->held->str);
      return;
    }
  if (mark == NULL && may && !ended)
    return;
  enclave_call_state_release (self, out, TRUE);
  self->within = FALSE;
  self->decided = !ended;
}

/* A closing mark in a string of the call does not close it. */
static gboolean
is_open (const char *content, gsize length)
{
  g_autofree char *text = g_strndup (content, length);
  gboolean in_string = FALSE;

  g_strchug (text);
  if (g_str_has_prefix (text, "<function"))
    return strstr (text, "</function>") == NULL && strstr (text, "<parameter") != NULL && strstr (text, "</parameter>") == NULL;
  if (*text != '{' && *text != '[')
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '\\' && in_string && p[1] != '\0')
      p++;
    else if (*p == '"')
      in_string = !in_string;

  return in_string;
}

static void
feed_byte (EnclaveToolCallParser *self, GString *out, char byte)
{
  gboolean ended = byte == '\n';
  const char *text;
  gsize length;

  g_string_append_c (self->held, byte);

  switch (self->state)
    {
    case ENCLAVE_CALL_IN_TEXT:
      if (self->within)
        {
          decide_within (self, out, ended);
          break;
        }
      text = self->held->str + strspn (self->held->str, " \t");
      if (!decide_start (self, out, text, ended))
        {
          enclave_call_state_release (self, out, TRUE);
          self->decided = !ended;
        }
      break;

    case ENCLAVE_CALL_IN_MARK:
      length = self->mark->closing != NULL ? strlen (self->mark->closing) : 0;
      if (length > 0 && (byte == '>' || byte == ']') && self->held->len >= self->content_start + length
          && g_ascii_strcasecmp (self->held->str + self->held->len - length, self->mark->closing) == 0
          && (++self->n_closings >= MAX_CLOSINGS
              || !is_open (self->held->str + self->content_start, self->held->len - self->content_start - length)))
        enclave_call_state_end_mark (self, out, self->held->len - self->content_start - (self->mark->keep ? 0 : length), TRUE);
      break;

    case ENCLAVE_CALL_IN_CALL_FENCE:
      if (ended)
        {
          if (closes_fence (self, self->held->str + self->line_start))
            {
              enclave_call_state_end_fence (self, out, self->line_start);
              break;
            }
          self->line_start = self->held->len;
        }
      /* Blanks say nothing, and there may be many. */
      if (!self->fence_names_tool && !self->scan.sure && strchr (" \t\r\n", byte) == NULL
          && self->held->str[self->line_start + strspn (self->held->str + self->line_start, " \t")] != self->fence_char
          && !enclave_call_scan_may_be_call (&self->scan, byte, self->resolve, self->user_data))
        {
          enclave_call_state_release (self, out, FALSE);
          self->state = ENCLAVE_CALL_IN_CODE_FENCE;
          self->decided = !ended;
        }
      break;

    case ENCLAVE_CALL_IN_CODE_FENCE:
      if (ended)
        {
          gboolean closes = closes_fence (self, self->held->str);

          enclave_call_state_release (self, out, FALSE);
          if (closes)
            enclave_call_state_begin (self, ENCLAVE_CALL_IN_TEXT);
        }
      else if (self->held->len >= UNDECIDED_MAX_BYTES || strspn (self->held->str, " \t`~") < self->held->len)
        {
          enclave_call_state_release (self, out, FALSE);
          self->decided = TRUE;
        }
      break;

    case ENCLAVE_CALL_IN_BARE:
      feed_bare (self, out, byte);
      break;

    case ENCLAVE_CALL_IN_MADE_UP:
      g_string_truncate (self->held, 0);
      break;

    default:
      g_return_if_reached ();
    }
}

char *
enclave_tool_call_parser_feed (EnclaveToolCallParser *self, const char *text)
{
  g_autoptr (GString) out = NULL;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (text != NULL, NULL);

  out = g_string_new (NULL);
  while (*text != '\0')
    {
      if (self->decided)
        {
          gboolean looks = self->state == ENCLAVE_CALL_IN_TEXT;
          gsize length = strcspn (text, looks ? "\n<[" : "\n");
          g_autofree char *run = NULL;

          if (text[length] == '\n')
            {
              length++;
              self->decided = FALSE;
            }
          else if (text[length] != '\0')
            {
              self->decided = FALSE;
              self->within = TRUE;
            }
          run = g_strndup (text, length);
          if (looks)
            enclave_call_state_note_line (self, run);
          enclave_call_state_put_text (self, out, run);
          text += length;
          self->n_fed += length;
        }
      else
        {
          self->n_fed++;
          feed_byte (self, out, *text);
          text++;
        }
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
enclave_tool_call_parser_finish (EnclaveToolCallParser *self)
{
  g_autoptr (GString) out = NULL;
  const char *text;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_new (NULL);
  text = self->held->str + strspn (self->held->str, " \t");
  switch (self->state)
    {
    case ENCLAVE_CALL_IN_TEXT:
      if (!self->within && is_stray (self, text))
        g_string_truncate (self->held, 0);
      break;
    case ENCLAVE_CALL_IN_MARK:
      enclave_call_state_end_mark (self, out, self->held->len - self->content_start, FALSE);
      break;
    case ENCLAVE_CALL_IN_CALL_FENCE:
      enclave_call_state_end_fence (self, out, closes_fence (self, self->held->str + self->line_start) ? self->line_start : self->held->len);
      break;
    case ENCLAVE_CALL_IN_BARE:
      enclave_call_state_end_bare (self, out, TRUE);
      break;
    case ENCLAVE_CALL_IN_CODE_FENCE:
    case ENCLAVE_CALL_IN_MADE_UP:
    default:
      break;
    }
  enclave_call_state_release (self, out, TRUE);
  enclave_call_state_settle (self);
  enclave_call_state_begin (self, ENCLAVE_CALL_IN_TEXT);

  return g_string_free (g_steal_pointer (&out), FALSE);
}
