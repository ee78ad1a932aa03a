/* enclave-tool-call-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-call-state-private.h"

#include "enclave-tool-call-text.h"

/* What becomes of what the parser has held back: a call, a call for as long as no words follow, or text. */

gboolean
enclave_call_text_is_blank (const char *text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

/* What the words before the next call are. */
void
enclave_call_state_note_line (EnclaveToolCallParser *self, const char *text)
{
  for (; *text != '\0'; text++)
    if (*text == '\n')
      {
        if (!enclave_call_text_is_blank (self->line->str))
          g_string_assign (self->introduction, self->line->str);
        g_string_truncate (self->line, 0);
      }
    else if (self->line->len < ENCLAVE_CALL_INTRODUCTION_MAX_BYTES)
      {
        g_string_append_c (self->line, *text);
      }
}

/* Text for the reader. Words after a call that nothing marks mean that it was an example. */
void
enclave_call_state_put_text (EnclaveToolCallParser *self, GString *out, const char *text)
{
  if (*text == '\0')
    return;
  if (enclave_call_text_is_blank (text))
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

void
enclave_call_state_begin (EnclaveToolCallParser *self, EnclaveCallState state)
{
  self->state = state;
  self->decided = FALSE;
  self->within = FALSE;
  g_string_truncate (self->held, 0);
}

/* @is_prose: words, and no code or element that was no call. */
void
enclave_call_state_release (EnclaveToolCallParser *self, GString *out, gboolean is_prose)
{
  g_autofree char *held = g_strdup (self->held->str);

  g_string_truncate (self->held, 0);
  if (is_prose)
    enclave_call_state_note_line (self, held);
  enclave_call_state_put_text (self, out, held);
}

void
enclave_call_state_settle (EnclaveToolCallParser *self)
{
  g_ptr_array_extend_and_steal (self->calls, g_steal_pointer (&self->pending));
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_parsed_call_free);
  g_string_truncate (self->pending_text, 0);
}

static gboolean
is_introduced_as_example (EnclaveToolCallParser *self)
{
  const char *words = enclave_call_text_is_blank (self->line->str) ? self->introduction->str : self->line->str;

  return enclave_tool_call_mark_introduces_example (words);
}

/* Takes what is held for @found (element-type EnclaveParsedCall) (transfer full). @firm: whatever follows. */
static void
take_calls (EnclaveToolCallParser *self, GString *out, GPtrArray *found, gboolean firm)
{
  g_autoptr (GPtrArray) owned = found;

  if (is_introduced_as_example (self))
    {
      enclave_call_state_release (self, out, FALSE);
      return;
    }
  if (firm && !self->thought)
    {
      enclave_call_state_settle (self);
      g_ptr_array_extend_and_steal (self->calls, g_steal_pointer (&owned));
      return;
    }
  g_string_append (self->pending_text, self->held->str);
  g_ptr_array_extend_and_steal (self->pending, g_steal_pointer (&owned));
}

/* A call that was meant as one and can't be read: whoever runs calls says why. NULL: nobody knows for which tool. */
static GPtrArray *
read_broken (EnclaveToolCallParser *self, const char *content, gboolean known_only)
{
  g_autofree char *name = enclave_tool_call_text_guess_name (content);
  const char *known = name != NULL ? self->resolve (name, self->user_data) : NULL;
  GPtrArray *found;
  EnclaveParsedCall *call;

  if (name == NULL || (known_only && known == NULL) || strstr (content, "\"properties\"") != NULL)
    return NULL;
  call = g_new0 (EnclaveParsedCall, 1);
  call->name = known != NULL ? g_strdup (known) : g_steal_pointer (&name);
  call->arguments = known != NULL ? NULL : g_strdup ("{}");
  found = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_parsed_call_free);
  g_ptr_array_add (found, call);

  return found;
}

static gboolean
is_whole (const char *content, gsize consumed)
{
  return consumed > 0 && enclave_call_text_is_blank (content + consumed);
}

/* @closed: its closing mark was written; otherwise the reply has ended. */
void
enclave_call_state_end_mark (EnclaveToolCallParser *self, GString *out, gsize content_length, gboolean closed)
{
  g_autofree char *content = g_strndup (self->held->str + self->content_start, content_length);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_parsed_call_free);
  gsize consumed = enclave_tool_call_text_read (content, closed ? ENCLAVE_TOOL_CALL_CLOSED : ENCLAVE_TOOL_CALL_MARKED, self->resolve,
                                                self->user_data, found);
  gboolean firm = !self->within;
  g_autofree char *rest = NULL;

  /* Behind a tag that stands alone and was not closed, words may follow the call. */
  if (consumed > 0 && !is_whole (content, consumed) && (closed || !firm || self->mark->closing == NULL))
    {
      gboolean may;

      if (self->mark->closing != NULL || !enclave_tool_call_mark_is_result (content + consumed, &may))
        consumed = self->mark->token && !closed ? consumed : 0;
    }
  if (consumed == 0 && closed && firm && !self->thought)
    {
      g_ptr_array_unref (found);
      found = read_broken (self, content, FALSE);
    }
  if (consumed == 0 && (found == NULL || found->len == 0 || !closed || !firm || self->thought))
    {
      enclave_call_state_release (self, out, FALSE);
      enclave_call_state_begin (self, ENCLAVE_CALL_IN_TEXT);
      return;
    }

  if (consumed > 0)
    {
      rest = g_strdup (content + consumed);
      g_string_truncate (self->held, closed ? self->held->len : self->content_start + consumed);
    }
  take_calls (self, out, g_steal_pointer (&found), firm);
  enclave_call_state_begin (self, ENCLAVE_CALL_IN_TEXT);
  if (rest != NULL && !closed && !enclave_call_text_is_blank (rest))
    {
      gboolean may;

      if (enclave_tool_call_mark_is_result (rest, &may))
        self->own_length = self->n_fed - strlen (rest);
      else
        enclave_call_state_put_text (self, out, rest);
    }
}

void
enclave_call_state_end_fence (EnclaveToolCallParser *self, GString *out, gsize content_end)
{
  g_autofree char *content = g_strndup (self->held->str + self->content_start, content_end - self->content_start);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_parsed_call_free);
  gsize consumed = enclave_tool_call_text_read (content, ENCLAVE_TOOL_CALL_MARKED, self->resolve, self->user_data, found);

  if (is_whole (content, consumed))
    take_calls (self, out, g_steal_pointer (&found), FALSE);
  else
    enclave_call_state_release (self, out, FALSE);
  enclave_call_state_begin (self, ENCLAVE_CALL_IN_TEXT);
}

/* The whole reply is an object that would be a call if it could be read. */
static gboolean
is_nothing_but_object (EnclaveToolCallParser *self)
{
  gsize length = self->held->len;

  while (length > 0 && g_ascii_isspace (self->held->str[length - 1]))
    length--;

  return !self->seen_text && !self->thought && self->calls->len + self->pending->len == 0
         && enclave_call_scan_is_balanced (&self->scan) && length > 0 && self->held->str[length - 1] == '}'
         && strstr (self->held->str, "\"arguments\"") != NULL;
}

/* The form is complete, or the reply has ended. */
void
enclave_call_state_end_bare (EnclaveToolCallParser *self, GString *out, gboolean at_end)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_parsed_call_free);
  gsize consumed =
    enclave_tool_call_text_read (self->held->str, ENCLAVE_TOOL_CALL_BARE, self->resolve, self->user_data, found);

  if (is_whole (self->held->str, consumed))
    {
      take_calls (self, out, g_steal_pointer (&found), FALSE);
    }
  else
    {
      GPtrArray *broken = at_end && is_nothing_but_object (self) ? read_broken (self, self->held->str, TRUE) : NULL;

      if (broken != NULL)
        take_calls (self, out, broken, FALSE);
      else
        enclave_call_state_release (self, out, TRUE);
    }
  enclave_call_state_begin (self, ENCLAVE_CALL_IN_TEXT);
}
