/* enclave-chat-composer-mentions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is mentioned in a message is bold, and goes as a whole.
 */

#include "config.h"

#include <string.h>

#include "enclave-chat-composer-private.h"

#define BOLD "mention"
/* It was finished: what follows it was written, or it was chosen from the list. */
#define WHOLE "whole-mention"

void
enclave_chat_composer_add_mention_tags (EnclaveChatComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);

  gtk_text_buffer_create_tag (buffer, BOLD, "weight", PANGO_WEIGHT_BOLD, NULL);
  gtk_text_buffer_create_tag (buffer, WHOLE, NULL);
}

/* @place: of @text, which is all of @buffer. */
static void
get_iters (GtkTextBuffer *buffer, const char *text, const EnclaveMentionPlace *place, GtkTextIter *start, GtkTextIter *end)
{
  glong offset = g_utf8_pointer_to_offset (text, text + place->start);

  gtk_text_buffer_get_iter_at_offset (buffer, start, (int) offset);
  gtk_text_buffer_get_iter_at_offset (buffer, end,
                                      (int) (offset + g_utf8_pointer_to_offset (text + place->start, text + place->end)));
}

static char *
dup_text (GtkTextBuffer *buffer, GtkTextIter *start, GtkTextIter *end)
{
  gtk_text_buffer_get_bounds (buffer, start, end);

  /* With what can't be seen: each character of the buffer is one of the text. */
  return gtk_text_buffer_get_slice (buffer, start, end, TRUE);
}

void
enclave_chat_composer_mark_mentions (EnclaveChatComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start;
  GtkTextIter end;
  GtkTextIter cursor;
  g_autofree char *text = dup_text (buffer, &start, &end);
  g_autoptr (GArray) places = enclave_mention_find (text);

  gtk_text_buffer_remove_tag_by_name (buffer, BOLD, &start, &end);
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  for (guint i = 0; i < places->len; i++)
    {
      get_iters (buffer, text, &g_array_index (places, EnclaveMentionPlace, i), &start, &end);
      gtk_text_buffer_apply_tag_by_name (buffer, BOLD, &start, &end);
      if (gtk_text_iter_compare (&cursor, &start) <= 0 || gtk_text_iter_compare (&cursor, &end) > 0)
        gtk_text_buffer_apply_tag_by_name (buffer, WHOLE, &start, &end);
    }
}

/* Whether all between the two is finished. */
static gboolean
is_whole (GtkTextBuffer *buffer, const GtkTextIter *start, const GtkTextIter *end)
{
  GtkTextTag *tag = gtk_text_tag_table_lookup (gtk_text_buffer_get_tag_table (buffer), WHOLE);
  GtkTextIter at = *start;

  if (!gtk_text_iter_has_tag (&at, tag))
    return FALSE;

  return !gtk_text_iter_forward_to_tag_toggle (&at, tag) || gtk_text_iter_compare (&at, end) >= 0;
}

/* What the word has attached goes with the last of it. */
static void
detach_word (EnclaveChatComposer *self, const char *mention)
{
  EnclaveMentionKind kind = enclave_mention_get_kind (mention);
  g_autofree char *text = enclave_chat_composer_dup_text (self);
  g_autoptr (GPtrArray) left = enclave_mention_list (text);

  if (!enclave_mention_is_of_window (kind)
      || g_ptr_array_find_with_equal_func (left, mention, g_str_equal, NULL))
    return;
  for (guint i = self->attachments->len; i > 0; i--)
    if (((EnclaveChatAttachment *) g_ptr_array_index (self->attachments, i - 1))->kind == kind)
      g_ptr_array_remove_index (self->attachments, i - 1);
  enclave_chat_composer_update_chips (self);
}

gboolean
enclave_chat_composer_delete_mention (EnclaveChatComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start;
  GtkTextIter end;
  GtkTextIter cursor;
  g_autofree char *text = NULL;
  g_autoptr (GArray) places = NULL;

  if (gtk_text_buffer_get_has_selection (buffer))
    return FALSE;
  text = dup_text (buffer, &start, &end);
  places = enclave_mention_find (text);
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  for (guint i = 0; i < places->len; i++)
    {
      const EnclaveMentionPlace *place = &g_array_index (places, EnclaveMentionPlace, i);
      g_autofree char *written = NULL;
      g_autoptr (GPtrArray) mentions = NULL;

      get_iters (buffer, text, place, &start, &end);
      if (!gtk_text_iter_equal (&end, &cursor) || !is_whole (buffer, &start, &end))
        continue;
      written = g_strndup (text + place->start, place->end - place->start);
      mentions = enclave_mention_list (written);
      gtk_text_buffer_begin_user_action (buffer);
      gtk_text_buffer_delete_interactive (buffer, &start, &end, gtk_text_view_get_editable (self->view));
      gtk_text_buffer_end_user_action (buffer);
      if (mentions->len > 0)
        detach_word (self, g_ptr_array_index (mentions, 0));
      return TRUE;
    }

  return FALSE;
}
