/* enclave-tool-call-parser.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-call-parser.h"

#include "enclave-tool-call-text.h"

/* What small models put round a call, each at the start of a line. */
static const struct
{
  const char *opening;
  const char *closing;
  gboolean keep; /* the opening is part of what is read */
} tags[] = {
  { "<tool_call>", "</tool_call>", FALSE },
  { "<tools>", "</tools>", FALSE },
  { "<function=", "</function>", TRUE },
};

/* Some leave out the opening and not this. */
#define STRAY_TAG "</tool_call>"
/* A line whose first bytes decide nothing is text: what is held is looked at again with each byte. */
#define UNDECIDED_MAX_BYTES 512

typedef enum
{
  IN_TEXT,
  IN_TAG,        /* after an opening tag */
  IN_CALL_FENCE, /* a fence that may hold a call */
  IN_CODE_FENCE, /* any other fence */
  IN_OBJECT,     /* a reply that began with { or [ */
} ParserState;

struct _EnclaveToolCallParser
{
  EnclaveToolNameFunc is_known;
  gpointer user_data;

  ParserState state;
  GString *held;       /* of the element or line that is not decided */
  gsize line_start;    /* of the last line in held */
  gboolean decided;    /* IN_TEXT, IN_CODE_FENCE: the rest of the line is text */
  gboolean seen_text;
  guint tag;           /* IN_TAG: index into tags */
  gsize content_start; /* where the content of the fence or tag begins in held */
  gsize value_start;   /* where its first byte that is no blank or bracket may be */
  gsize fence_length;
  char fence_char;

  GString *pending_text; /* of fences that are calls unless prose follows */
  GPtrArray *pending;
  GPtrArray *calls;
};

static void
parsed_call_free (gpointer data)
{
  EnclaveParsedCall *call = data;

  g_free (call->name);
  g_free (call->arguments);
  g_free (call);
}

EnclaveToolCallParser *
enclave_tool_call_parser_new (EnclaveToolNameFunc is_known, gpointer user_data)
{
  EnclaveToolCallParser *self;

  g_return_val_if_fail (is_known != NULL, NULL);

  self = g_new0 (EnclaveToolCallParser, 1);
  self->is_known = is_known;
  self->user_data = user_data;
  self->held = g_string_new (NULL);
  self->pending_text = g_string_new (NULL);
  self->pending = g_ptr_array_new_with_free_func (parsed_call_free);
  self->calls = g_ptr_array_new_with_free_func (parsed_call_free);

  return self;
}

void
enclave_tool_call_parser_free (EnclaveToolCallParser *self)
{
  g_string_free (self->held, TRUE);
  g_string_free (self->pending_text, TRUE);
  g_ptr_array_unref (self->pending);
  g_ptr_array_unref (self->calls);
  g_free (self);
}

GPtrArray *
enclave_tool_call_parser_get_calls (EnclaveToolCallParser *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->calls;
}

/* Text for the reader. Prose after a fence means that the fence was an example. */
static void
put_text (EnclaveToolCallParser *self, GString *out, const char *text)
{
  if (*text == '\0')
    return;

  if (text[strspn (text, " \t\r\n")] == '\0')
    {
      g_string_append (self->pending->len > 0 ? self->pending_text : out, text);
      return;
    }

  g_string_append (out, self->pending_text->str);
  g_string_truncate (self->pending_text, 0);
  g_ptr_array_set_size (self->pending, 0);
  g_string_append (out, text);
  self->seen_text = TRUE;
}

static void
release_held (EnclaveToolCallParser *self, GString *out)
{
  g_autofree char *held = g_strdup (self->held->str);

  g_string_truncate (self->held, 0);
  self->line_start = 0;
  put_text (self, out, held);
}

static void
settle_pending (EnclaveToolCallParser *self)
{
  g_ptr_array_extend_and_steal (self->calls, g_steal_pointer (&self->pending));
  self->pending = g_ptr_array_new_with_free_func (parsed_call_free);
  g_string_truncate (self->pending_text, 0);
}

static void
begin_line (EnclaveToolCallParser *self, ParserState state)
{
  self->state = state;
  self->decided = FALSE;
  g_string_truncate (self->held, 0);
  self->line_start = 0;
}

/* FALSE once the first member's name is known and is none that a call has: the text need not wait for its end. */
static gboolean
may_be_call (EnclaveToolCallParser *self)
{
  const char *text;

  static const char *const members[] = { "name", "tool", "function", "arguments", "parameters", "args", "input",
                                         "type", "id", NULL };

  self->value_start += strspn (self->held->str + self->value_start, " \t\r\n[{");
  text = self->held->str + self->value_start;
  if (*text == '\0')
    return TRUE;
  if (*text++ != '"')
    return FALSE;

  for (guint i = 0; members[i] != NULL; i++)
    {
      gsize length = strlen (members[i]);
      gsize n = strcspn (text, "\"");

      if (n <= length && strncmp (text, members[i], n) == 0 && (text[n] == '\0' || n == length))
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_prefix_of (const char *text, const char *whole)
{
  gsize length = strlen (whole);

  return strncmp (text, whole, strnlen (text, length + 1)) == 0;
}

static gboolean
closes_fence (EnclaveToolCallParser *self, const char *line)
{
  const char fence[2] = { self->fence_char, '\0' };
  gsize run;

  line += strspn (line, " \t");
  run = strspn (line, fence);

  return run >= self->fence_length && line[run + strspn (line + run, " \t\r\n")] == '\0';
}

static gboolean
begins_fence (const char *text)
{
  return g_str_has_prefix (text, "```") || g_str_has_prefix (text, "~~~");
}

static void
open_fence (EnclaveToolCallParser *self, GString *out, const char *text)
{
  static const char *const languages[] = { "", "json", "tool_call", "tool_code", "tool", "xml", NULL };
  g_autofree char *info = NULL;

  self->fence_char = *text;
  self->fence_length = strspn (text, *text == '`' ? "`" : "~");
  info = g_strstrip (g_strdup (text + self->fence_length));

  if (*text == '`' && strchr (info, '`') != NULL)
    {
      release_held (self, out);
      begin_line (self, IN_TEXT);
    }
  else if (g_strv_contains (languages, info))
    {
      self->state = IN_CALL_FENCE;
      self->content_start = self->value_start = self->line_start = self->held->len;
    }
  else
    {
      release_held (self, out);
      begin_line (self, IN_CODE_FENCE);
    }
}

static gboolean
is_stray_tag (EnclaveToolCallParser *self, const char *text)
{
  return self->calls->len > 0 && g_str_has_prefix (text, STRAY_TAG)
         && text[strlen (STRAY_TAG) + strspn (text + strlen (STRAY_TAG), " \t\r\n")] == '\0';
}

static gboolean
may_begin_something (EnclaveToolCallParser *self, const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if (is_prefix_of (text, tags[i].opening))
      return TRUE;

  return is_prefix_of (text, "```") || is_prefix_of (text, "~~~")
         || (self->calls->len > 0 && (is_prefix_of (text, STRAY_TAG) || is_stray_tag (self, text)));
}

/* A line of text whose start is in held; @ended: its last byte is the line end. */
static void
decide_line (EnclaveToolCallParser *self, GString *out, gboolean ended)
{
  const char *text = self->held->str + strspn (self->held->str, " \t");

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if (g_str_has_prefix (text, tags[i].opening))
      {
        self->state = IN_TAG;
        self->tag = i;
        self->content_start = (gsize) (text - self->held->str) + (tags[i].keep ? 0 : strlen (tags[i].opening));
        return;
      }
  if (ended && is_stray_tag (self, text))
    {
      begin_line (self, IN_TEXT);
      return;
    }
  if (begins_fence (text) && (ended || self->held->len < UNDECIDED_MAX_BYTES))
    {
      if (ended)
        open_fence (self, out, text);
      return;
    }
  if ((*text == '{' || *text == '[') && !self->seen_text && self->calls->len == 0 && self->pending->len == 0)
    {
      self->state = IN_OBJECT;
      self->value_start = 0;
      return;
    }
  if (!ended && self->held->len < UNDECIDED_MAX_BYTES && may_begin_something (self, text))
    return;

  release_held (self, out);
  self->decided = !ended;
}

static void
end_tag (EnclaveToolCallParser *self, GString *out, gsize content_length)
{
  g_autofree char *content = g_strndup (self->held->str + self->content_start, content_length);
  g_autoptr (GPtrArray) calls = g_ptr_array_new_with_free_func (parsed_call_free);

  if (enclave_tool_call_text_read (content, self->is_known, self->user_data, calls))
    {
      settle_pending (self);
      g_ptr_array_extend_and_steal (self->calls, g_steal_pointer (&calls));
    }
  else
    {
      release_held (self, out);
    }
  begin_line (self, IN_TEXT);
}

static void
end_fence (EnclaveToolCallParser *self, GString *out, gsize content_end)
{
  g_autofree char *content = g_strndup (self->held->str + self->content_start, content_end - self->content_start);

  if (enclave_tool_call_text_read (content, self->is_known, self->user_data, self->pending))
    g_string_append (self->pending_text, self->held->str);
  else
    release_held (self, out);
  begin_line (self, IN_TEXT);
}

static void
feed_byte (EnclaveToolCallParser *self, GString *out, char byte)
{
  gboolean ended = byte == '\n';
  gsize close_length;

  g_string_append_c (self->held, byte);

  switch (self->state)
    {
    case IN_TEXT:
      decide_line (self, out, ended);
      break;

    case IN_TAG:
      close_length = strlen (tags[self->tag].closing);
      if (byte == '>' && self->held->len >= self->content_start + close_length
          && strcmp (self->held->str + self->held->len - close_length, tags[self->tag].closing) == 0)
        end_tag (self, out, self->held->len - self->content_start - close_length);
      break;

    case IN_CALL_FENCE:
      if (ended)
        {
          if (closes_fence (self, self->held->str + self->line_start))
            {
              end_fence (self, out, self->line_start);
              break;
            }
          self->line_start = self->held->len;
        }
      if (!may_be_call (self)
          && !is_prefix_of (self->held->str + self->content_start, "<function=")
          && !g_str_has_prefix (self->held->str + self->content_start, "<function=")
          && !closes_fence (self, self->held->str + self->line_start)
          && self->held->str[self->line_start + strspn (self->held->str + self->line_start, " \t")] != self->fence_char)
        {
          release_held (self, out);
          self->state = IN_CODE_FENCE;
          self->decided = !ended;
        }
      break;

    case IN_CODE_FENCE:
      if (ended)
        {
          gboolean closes = closes_fence (self, self->held->str);

          release_held (self, out);
          if (closes)
            begin_line (self, IN_TEXT);
        }
      else if (self->held->len >= UNDECIDED_MAX_BYTES || strspn (self->held->str, " \t`~") < self->held->len)
        {
          release_held (self, out);
          self->decided = TRUE;
        }
      break;

    case IN_OBJECT:
      if (!may_be_call (self))
        {
          release_held (self, out);
          self->state = IN_TEXT;
          self->decided = !ended;
        }
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
          gsize length = strcspn (text, "\n");
          g_autofree char *run = NULL;

          if (text[length] == '\n')
            {
              length++;
              self->decided = FALSE;
            }
          run = g_strndup (text, length);
          put_text (self, out, run);
          text += length;
        }
      else
        {
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

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_new (NULL);
  switch (self->state)
    {
    case IN_TEXT:
      if (begins_fence (self->held->str + strspn (self->held->str, " \t")))
        release_held (self, out);
      else if (is_stray_tag (self, self->held->str + strspn (self->held->str, " \t")))
        g_string_truncate (self->held, 0);
      break;
    case IN_TAG:
      /* Small models forget the closing tag. */
      end_tag (self, out, self->held->len - self->content_start);
      break;
    case IN_CALL_FENCE:
      end_fence (self, out, closes_fence (self, self->held->str + self->line_start) ? self->line_start
                                                                                    : self->held->len);
      break;
    case IN_OBJECT:
      if (enclave_tool_call_text_read (self->held->str, self->is_known, self->user_data, self->calls))
        g_string_truncate (self->held, 0);
      break;
    case IN_CODE_FENCE:
    default:
      break;
    }
  release_held (self, out);
  settle_pending (self);
  begin_line (self, IN_TEXT);

  return g_string_free (g_steal_pointer (&out), FALSE);
}
