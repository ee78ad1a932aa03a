/* enclave-chat-composer-draft.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is being written is looked at once for both: what would be masked in it, and how much of the window it takes.
 */

#include "config.h"

#include "enclave-chat-composer-private.h"
#include "enclave-context-report.h"

/* After the last change of the text. */
#define LOOK_DELAY_MS 250

static void
counted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatComposer) self = user_data;
  g_autoptr (EnclaveContextReport) report =
    enclave_agent_service_count_context_finish (ENCLAVE_AGENT_SERVICE (source), result);

  if (report != NULL && self->service == ENCLAVE_AGENT_SERVICE (source))
    enclave_chat_composer_show_report (self, report);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatComposer) self = user_data;
  g_autoptr (EnclaveDraft) draft = enclave_draft_look_finish (ENCLAVE_GATE (source), result, NULL);

  if (draft == NULL || self->service == NULL || enclave_agent_service_get_gate (self->service) != ENCLAVE_GATE (source))
    return;
  g_set_object (&self->draft, draft);
  enclave_chat_composer_show_masked (self, draft);
  enclave_agent_service_count_context_async (self->service, draft, self->looking, counted_cb, g_object_ref (self));
}

/* What would be attached on Send: the chips, and what the words name and the window has. */
static GPtrArray *
list_attachments (EnclaveChatComposer *self, const char *words)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_draft_attachment_free);
  g_autoptr (GPtrArray) mentions = enclave_mention_list (words);

  for (guint i = 0; i < self->attachments->len; i++)
    {
      const EnclaveChatAttachment *attachment = g_ptr_array_index (self->attachments, i);

      g_ptr_array_add (list, enclave_draft_attachment_new (attachment->text, attachment->path, attachment->source));
    }
  for (guint i = 0; i < mentions->len; i++)
    {
      g_autofree char *text = NULL;
      g_autofree char *path = NULL;
      g_autofree char *source = NULL;

      text = enclave_chat_composer_dup_word_text (self, enclave_mention_get_kind (g_ptr_array_index (mentions, i)), &path, &source);
      if (text != NULL)
        g_ptr_array_add (list, enclave_draft_attachment_new (text, path, source));
    }

  return list;
}

static void
stop (EnclaveChatComposer *self)
{
  g_clear_handle_id (&self->look, g_source_remove);
  g_cancellable_cancel (self->looking);
  g_clear_object (&self->looking);
}

void
enclave_chat_composer_look_now (EnclaveChatComposer *self)
{
  g_autofree char *words = enclave_chat_composer_dup_text (self);
  g_autoptr (GPtrArray) attachments = NULL;

  stop (self);
  if (self->service == NULL)
    return;
  attachments = list_attachments (self, words);
  self->looking = g_cancellable_new ();
  enclave_draft_look_async (enclave_agent_service_get_gate (self->service), words, attachments, self->looking, looked_cb,
                            g_object_ref (self));
}

static gboolean
look_cb (gpointer user_data)
{
  EnclaveChatComposer *self = user_data;

  self->look = 0;
  enclave_chat_composer_look_now (self);

  return G_SOURCE_REMOVE;
}

void
enclave_chat_composer_look_soon (EnclaveChatComposer *self)
{
  gboolean is_empty = gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->view)) == 0;

  stop (self);
  if (is_empty)
    self->draft_tokens = 0;
  if (is_empty && self->attachments->len == 0)
    {
      g_clear_object (&self->draft);
      gtk_widget_set_visible (self->secrets, FALSE);
      return;
    }
  self->look = g_timeout_add (LOOK_DELAY_MS, look_cb, self);
}

void
enclave_chat_composer_forget_draft (EnclaveChatComposer *self)
{
  stop (self);
  g_clear_object (&self->draft);
}
