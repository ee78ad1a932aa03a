/* enclave-inline-completion-take.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What makes a suggestion text: its keys.
 */

#include "config.h"

#include "enclave-inline-completion-private.h"

#include <string.h>

#include "enclave-suggestion.h"

/* Inserts the first @length bytes of the suggestion, as one step of undo, with the line ends of the file. */
static void
take (EnclaveInlineCompletion *self, gsize length)
{
  const char *ghost = enclave_ghost_view_get_ghost (self->view);
  g_autofree char *text = g_strndup (ghost, length);
  g_autofree char *rest = g_strdup (ghost + length);
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (enclave_document_get_buffer (self->document));
  GtkTextIter caret;

  if (enclave_document_get_line_ends (self->document) == ENCLAVE_LINE_ENDS_CRLF)
    {
      g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

      g_free (text);
      text = g_strjoinv ("\r\n", lines);
    }
  self->taking = TRUE;
  enclave_ghost_view_set_ghost (self->view, NULL);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_insert_at_cursor (buffer, text, -1);
  gtk_text_buffer_end_user_action (buffer);
  self->taking = FALSE;
  self->offset = _enclave_inline_completion_get_caret (self, &caret);
  gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (self->view), gtk_text_buffer_get_insert (buffer));
  if (*rest != '\0')
    enclave_ghost_view_set_ghost (self->view, rest);
  else
    {
      _enclave_inline_completion_announce (self, NULL);
      _enclave_inline_completion_ask_after_pause (self);
    }
}

void
enclave_inline_completion_take (EnclaveInlineCompletion *self, EnclaveSuggestionPart part)
{
  const char *ghost;

  g_return_if_fail (ENCLAVE_IS_INLINE_COMPLETION (self));

  ghost = enclave_ghost_view_get_ghost (self->view);
  if (ghost == NULL)
    return;
  take (self, part == ENCLAVE_SUGGESTION_WORD   ? enclave_suggestion_word_length (ghost)
              : part == ENCLAVE_SUGGESTION_LINE ? enclave_suggestion_line_length (ghost)
                                                : strlen (ghost));
}

gboolean
_enclave_inline_completion_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
                                EnclaveInlineCompletion *self)
{
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();

  if (enclave_ghost_view_get_ghost (self->view) == NULL)
    return GDK_EVENT_PROPAGATE;
  if (modifiers == 0 && (keyval == GDK_KEY_Tab || keyval == GDK_KEY_KP_Tab))
    enclave_inline_completion_take (self, ENCLAVE_SUGGESTION_ALL);
  else if (modifiers == GDK_CONTROL_MASK && (keyval == GDK_KEY_Right || keyval == GDK_KEY_KP_Right))
    enclave_inline_completion_take (self, ENCLAVE_SUGGESTION_WORD);
  else if (modifiers == GDK_CONTROL_MASK && (keyval == GDK_KEY_End || keyval == GDK_KEY_KP_End))
    enclave_inline_completion_take (self, ENCLAVE_SUGGESTION_LINE);
  else if (modifiers == 0 && keyval == GDK_KEY_Escape)
    enclave_inline_completion_drop (self);
  else
    return GDK_EVENT_PROPAGATE;
  return GDK_EVENT_STOP;
}
