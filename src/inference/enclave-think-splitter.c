/* enclave-think-splitter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-think-splitter.h"

#include <string.h>

/* As the templates of the usual families have them: most of them; Seed; Magistral; Kimi; gpt-oss. */
static const struct
{
  const char *begin;
  const char *end;
} tags[] = {
  { "<think>", "</think>" },
  { "<thinking>", "</thinking>" },
  { "<thought>", "</thought>" },
  { "<reasoning>", "</reasoning>" },
  { "<seed:think>", "</seed:think>" },
  { "[THINK]", "[/THINK]" },
  { "◁think▷", "◁/think▷" },
  { "<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>" },
};

/* Templates open a thought by these alone: all but the last. */
#define N_TAGS_ALONE (G_N_ELEMENTS (tags) - 1)

/* A thought is over before this, or the tag in it is of another kind. */
#define MAX_SEARCHED_BYTES (1024 * 1024)

typedef enum
{
  FRONT,
  THINKING,
  AFTER, /* line ends between the thought and the text */
  OPEN,  /* text, which may turn out to be a thought that the template has opened */
  TEXT,
} State;

struct _EnclaveThinkSplitter
{
  State state;
  const char *end_tag; /* of the thought that is being read */
  GString *held;
  GString *searched; /* of OPEN: all so far, what is held included */
  gsize given;       /* of that: bytes that were appended to a text */
  gsize seen;        /* of that: bytes in which nothing begins any more */
};

EnclaveThinkSplitter *
enclave_think_splitter_new (void)
{
  EnclaveThinkSplitter *self = g_new0 (EnclaveThinkSplitter, 1);

  self->held = g_string_new (NULL);
  self->searched = g_string_new (NULL);
  return self;
}

void
enclave_think_splitter_free (EnclaveThinkSplitter *self)
{
  g_string_free (self->held, TRUE);
  g_string_free (self->searched, TRUE);
  g_free (self);
}

/* Length of the longest end of @text that may be the beginning of @tag. */
static gsize
cut_tag (const GString *text, const char *tag)
{
  gsize most = MIN (text->len, strlen (tag) - 1);

  for (gsize length = most; length > 0; length--)
    if (memcmp (text->str + text->len - length, tag, length) == 0)
      return length;
  return 0;
}

/* TRUE when @front is less than a whole tag, as far as it goes. */
static gboolean
may_begin (const char *front, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if (length < strlen (tags[i].begin) && strncmp (front, tags[i].begin, length) == 0)
      return TRUE;
  return FALSE;
}

/* Takes the tag away when there is one. */
static gboolean
begin_thought (EnclaveThinkSplitter *self, const char *front, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    {
      gsize tag_length = strlen (tags[i].begin);

      if (length < tag_length || strncmp (front, tags[i].begin, tag_length) != 0)
        continue;
      g_string_erase (self->held, 0, (gssize) ((gsize) (front - self->held->str) + tag_length));
      self->end_tag = tags[i].end;
      self->state = THINKING;
      return TRUE;
    }
  return FALSE;
}

/* TRUE when @at lies in a fenced block, where a model shows text rather than writes it. */
static gboolean
is_in_fence (const char *begin, const char *at)
{
  gboolean inside = FALSE;

  for (const char *line = begin; line != NULL && line < at; line = strchr (line, '\n'))
    {
      line += *line == '\n' ? 1 : 0;
      line += strspn (line, " \t");
      inside ^= strncmp (line, "```", 3) == 0 && line < at;
    }
  return inside;
}

/* A closing tag at @at, of @length bytes: is it the end of a thought, and not what somebody says of it? */
static gboolean
ends_thought (const char *begin, const char *at, gsize length)
{
  const char *line = at;
  const char *behind = at + length;

  behind += strspn (behind, " \t\r");
  if (*behind != '\n' && *behind != '\0')
    return FALSE;
  while (line > begin && (line[-1] == ' ' || line[-1] == '\t'))
    line--;
  /* Alone on its line, or right behind a sentence and before an empty line. */
  if (line > begin && line[-1] != '\n'
      && (line != at || strchr (".!?:)", line[-1]) == NULL || strncmp (behind, "\n\n", 2) != 0))
    return FALSE;
  return !is_in_fence (begin, at);
}

/* TRUE when the text ends within @tag. */
static gboolean
is_cut (const char *text, const char *tag)
{
  gsize length = strnlen (text, strlen (tag));

  return length < strlen (tag) && strncmp (text, tag, length) == 0;
}

/* TRUE when what stands behind @tag, which decides about it, is still to come. */
static gboolean
lacks_rest (const char *text, const char *tag)
{
  const char *behind = text + strlen (tag);

  if (!g_str_has_prefix (text, tag))
    return FALSE;
  behind += strspn (behind, " \t\r");
  return behind[0] == '\0' || (behind[0] == '\n' && behind[1] == '\0');
}

static void
stop_searching (EnclaveThinkSplitter *self)
{
  self->state = TEXT;
  g_string_truncate (self->searched, 0);
}

/* Gives what no tag can begin in. @ended: nothing more comes. Returns: as the public function. */
static gboolean
search (EnclaveThinkSplitter *self, GString *text, GString *reasoning, gboolean ended)
{
  const char *begin = self->searched->str;
  const char *end = begin + self->searched->len;
  const char *at = begin + self->seen;

  for (; at < end; at++)
    {
      guint i;

      /* Of the first byte of a tag there are three kinds. */
      if (*at != '<' && *at != '[' && *at != '\342')
        continue;
      for (i = 0; i < N_TAGS_ALONE; i++)
        {
          gsize length = strlen (tags[i].end);

          /* The model quotes the pair. */
          if (g_str_has_prefix (at, tags[i].begin))
            {
              g_string_append_len (text, begin + self->given, (gssize) (self->searched->len - self->given));
              stop_searching (self);
              return FALSE;
            }
          if (!ended && (is_cut (at, tags[i].begin) || is_cut (at, tags[i].end) || lacks_rest (at, tags[i].end)))
            break;
          if (!g_str_has_prefix (at, tags[i].end) || !ends_thought (begin, at, length))
            continue;
          g_string_append_len (reasoning, begin + self->given, (gssize) ((gsize) (at - begin) - self->given));
          at += length;
          at += strspn (at, " \t\r\n");
          g_string_append (text, at);
          stop_searching (self);
          self->state = text->len > 0 ? TEXT : AFTER;
          return TRUE;
        }
      /* What may be a tag is held until it is known. */
      if (i < N_TAGS_ALONE)
        break;
    }
  self->seen = (gsize) (at - begin);
  g_string_append_len (text, begin + self->given, (gssize) (self->seen - self->given));
  self->given = self->seen;
  if (self->searched->len > MAX_SEARCHED_BYTES || ended)
    {
      g_string_append_len (text, begin + self->given, (gssize) (self->searched->len - self->given));
      stop_searching (self);
    }
  return FALSE;
}

gboolean
enclave_think_splitter_feed (EnclaveThinkSplitter *self, const char *piece, GString *text, GString *reasoning)
{
  g_return_val_if_fail (self != NULL && piece != NULL, FALSE);

  if (self->state == AFTER)
    {
      piece += strspn (piece, "\r\n");
      if (*piece != '\0')
        self->state = TEXT;
    }
  if (self->state == AFTER || self->state == TEXT)
    {
      g_string_append (text, piece);
      return FALSE;
    }
  if (self->state == OPEN)
    {
      g_string_append (self->searched, piece);
      return search (self, text, reasoning, FALSE);
    }
  g_string_append (self->held, piece);
  if (self->state == FRONT)
    {
      gsize space = strspn (self->held->str, " \t\r\n");
      const char *front = self->held->str + space;
      gsize length = self->held->len - space;

      if (!begin_thought (self, front, length))
        {
          if (may_begin (front, length))
            return FALSE;
          self->state = OPEN;
          g_string_append_len (self->searched, self->held->str, (gssize) self->held->len);
          g_string_truncate (self->held, 0);
          return search (self, text, reasoning, FALSE);
        }
    }
  {
    const char *end = strstr (self->held->str, self->end_tag);

    if (end == NULL)
      {
        gsize keep = cut_tag (self->held, self->end_tag);

        g_string_append_len (reasoning, self->held->str, (gssize) (self->held->len - keep));
        g_string_erase (self->held, 0, (gssize) (self->held->len - keep));
        return FALSE;
      }
    g_string_append_len (reasoning, self->held->str, end - self->held->str);
    end += strlen (self->end_tag);
    end += strspn (end, "\r\n");
    g_string_append (text, end);
    self->state = *end != '\0' ? TEXT : AFTER;
    g_string_truncate (self->held, 0);
  }
  return FALSE;
}

gboolean
enclave_think_splitter_finish (EnclaveThinkSplitter *self, GString *text, GString *reasoning)
{
  gboolean was_thought = FALSE;

  if (self->state == OPEN)
    was_thought = search (self, text, reasoning, TRUE);
  g_string_append_len (self->state == THINKING ? reasoning : text, self->held->str, (gssize) self->held->len);
  g_string_truncate (self->held, 0);
  return was_thought;
}
