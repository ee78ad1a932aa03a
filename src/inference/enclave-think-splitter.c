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

typedef enum
{
  FRONT,
  THINKING,
  AFTER, /* line ends between the thought and the text */
  TEXT,
} State;

struct _EnclaveThinkSplitter
{
  State state;
  const char *end_tag; /* of the thought that is being read */
  GString *held;
};

EnclaveThinkSplitter *
enclave_think_splitter_new (void)
{
  EnclaveThinkSplitter *self = g_new0 (EnclaveThinkSplitter, 1);

  self->held = g_string_new (NULL);
  return self;
}

void
enclave_think_splitter_free (EnclaveThinkSplitter *self)
{
  g_string_free (self->held, TRUE);
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

void
enclave_think_splitter_feed (EnclaveThinkSplitter *self, const char *piece, GString *text, GString *reasoning)
{
  g_return_if_fail (self != NULL && piece != NULL);

  if (self->state == AFTER)
    {
      piece += strspn (piece, "\r\n");
      if (*piece != '\0')
        self->state = TEXT;
    }
  if (self->state == AFTER || self->state == TEXT)
    {
      g_string_append (text, piece);
      return;
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
            return;
          self->state = TEXT;
          g_string_append_len (text, self->held->str, (gssize) self->held->len);
          g_string_truncate (self->held, 0);
          return;
        }
    }
  {
    const char *end = strstr (self->held->str, self->end_tag);

    if (end == NULL)
      {
        gsize keep = cut_tag (self->held, self->end_tag);

        g_string_append_len (reasoning, self->held->str, (gssize) (self->held->len - keep));
        g_string_erase (self->held, 0, (gssize) (self->held->len - keep));
        return;
      }
    g_string_append_len (reasoning, self->held->str, end - self->held->str);
    end += strlen (self->end_tag);
    end += strspn (end, "\r\n");
    g_string_append (text, end);
    self->state = *end != '\0' ? TEXT : AFTER;
    g_string_truncate (self->held, 0);
  }
}

void
enclave_think_splitter_finish (EnclaveThinkSplitter *self, GString *text, GString *reasoning)
{
  g_string_append_len (self->state == THINKING ? reasoning : text, self->held->str, (gssize) self->held->len);
  g_string_truncate (self->held, 0);
}
