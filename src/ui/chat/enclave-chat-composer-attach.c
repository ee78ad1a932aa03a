/* enclave-chat-composer-attach.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a message takes along.
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-chat-composer-private.h"
#include "enclave-utf8.h"

void
enclave_chat_attachment_free (gpointer attachment)
{
  EnclaveChatAttachment *self = attachment;

  g_clear_object (&self->item);
  g_free (self->text);
  g_free (self->path);
  g_free (self->source);
  g_free (self);
}

gboolean
enclave_chat_composer_attach (EnclaveChatComposer *self, const char *text, const char *path, const char *source,
                              GError **error)
{
  EnclaveContextItem *item;
  EnclaveChatAttachment *attachment;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self), FALSE);
  g_return_val_if_fail (text != NULL && source != NULL, FALSE);

  if (self->service == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("Attaching %s: no project is open"), source);
      return FALSE;
    }
  item = enclave_gate_admit_text (enclave_agent_service_get_gate (self->service), text, path, source, error);
  if (item == NULL)
    return FALSE;

  attachment = g_new0 (EnclaveChatAttachment, 1);
  attachment->item = item;
  attachment->text = g_strdup (text);
  attachment->path = g_strdup (path);
  attachment->source = g_strdup (source);
  g_ptr_array_add (self->attachments, attachment);
  enclave_chat_composer_update_chips (self);
  enclave_chat_composer_look_soon (self);

  return TRUE;
}

void
enclave_chat_composer_set_text_func (EnclaveChatComposer *self, EnclaveChatTextFunc func, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));

  self->text_func = func;
  self->text_data = user_data;
}

static gboolean
has_word (EnclaveChatComposer *self, EnclaveMentionKind kind)
{
  for (guint i = 0; i < self->attachments->len; i++)
    if (((EnclaveChatAttachment *) g_ptr_array_index (self->attachments, i))->kind == kind)
      return TRUE;

  return FALSE;
}

char *
enclave_chat_composer_dup_word_text (EnclaveChatComposer *self, EnclaveMentionKind kind, char **path, char **source)
{
  g_autofree char *text = NULL;

  if (!enclave_mention_is_of_window (kind) || self->text_func == NULL || has_word (self, kind))
    return NULL;
  text = self->text_func (kind, path, source, self->text_data);

  return text != NULL && *text != '\0' ? g_steal_pointer (&text) : NULL;
}

gboolean
enclave_chat_composer_attach_word (EnclaveChatComposer *self, EnclaveMentionKind kind)
{
  g_autofree char *text = NULL;
  g_autofree char *path = NULL;
  g_autofree char *source = NULL;
  g_autoptr (GError) error = NULL;

  if (has_word (self, kind))
    return TRUE;

  text = enclave_chat_composer_dup_word_text (self, kind, &path, &source);
  if (text == NULL)
    {
      enclave_chat_composer_set_error (self, kind == ENCLAVE_MENTION_SELECTION
                                               ? _("Attaching the selection: nothing is selected in the editor")
                                             : kind == ENCLAVE_MENTION_DIAGNOSTICS
                                               ? _("Attaching problems: language servers have nothing to say")
                                               : _("Attaching the terminal: nothing is written there"));
      return FALSE;
    }
  if (!enclave_chat_composer_attach (self, text, path, source, &error))
    {
      enclave_chat_composer_set_error (self, error->message);
      return FALSE;
    }
  ((EnclaveChatAttachment *) g_ptr_array_index (self->attachments, self->attachments->len - 1))->kind = kind;

  return TRUE;
}

gboolean
enclave_chat_composer_attach_words (EnclaveChatComposer *self, const char *text)
{
  g_autoptr (GPtrArray) mentions = enclave_mention_list (text);

  for (guint i = 0; i < mentions->len; i++)
    {
      EnclaveMentionKind kind = enclave_mention_get_kind (g_ptr_array_index (mentions, i));

      if (enclave_mention_is_of_window (kind) && !enclave_chat_composer_attach_word (self, kind))
        return FALSE;
    }

  return TRUE;
}

/* Whether enclave_mention_list() reads what stands between the two as a mention of its own. */
static gboolean
is_whole (const GtkTextIter *start, const GtkTextIter *end)
{
  GtkTextIter before = *start;
  GtkTextIter after = *end;
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) mentions = NULL;
  g_autofree char *word = gtk_text_iter_get_text (start, end);

  gtk_text_iter_backward_char (&before);
  while (!gtk_text_iter_is_end (&after) && !g_unichar_isspace (gtk_text_iter_get_char (&after)))
    gtk_text_iter_forward_char (&after);
  text = gtk_text_iter_get_text (&before, &after);
  mentions = enclave_mention_list (text);

  return mentions->len > 0 && strcmp (g_ptr_array_index (mentions, 0), word + 1) == 0;
}

void
enclave_chat_composer_remove_word (EnclaveChatComposer *self, const char *word)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  g_autofree char *mention = word != NULL ? g_strconcat ("@", word, NULL) : NULL;
  GtkTextIter from;
  GtkTextIter start;
  GtkTextIter end;

  if (mention == NULL)
    return;
  gtk_text_buffer_get_start_iter (buffer, &from);
  while (gtk_text_iter_forward_search (&from, mention, GTK_TEXT_SEARCH_TEXT_ONLY, &start, &end, NULL))
    {
      from = end;
      if (!is_whole (&start, &end))
        continue;
      if (gtk_text_iter_get_char (&end) == ' ')
        gtk_text_iter_forward_char (&end);
      gtk_text_buffer_delete (buffer, &start, &end);
      from = start;
    }
}

GPtrArray *
enclave_chat_composer_dup_items (EnclaveChatComposer *self, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->attachments->len; i++)
    {
      const EnclaveChatAttachment *attachment = g_ptr_array_index (self->attachments, i);
      EnclaveContextItem *item;

      /* Since it was attached the rules, or what a link leads to, may have changed. */
      if (self->service == NULL)
        item = g_object_ref (attachment->item);
      else if (self->as_it_is)
        item = enclave_gate_admit_text_as_it_is (enclave_agent_service_get_gate (self->service), attachment->text,
                                                 attachment->path, attachment->source, error);
      else
        item = enclave_gate_admit_text (enclave_agent_service_get_gate (self->service), attachment->text, attachment->path,
                                        attachment->source, error);
      if (item == NULL)
        return NULL;
      g_ptr_array_add (items, item);
    }

  return g_steal_pointer (&items);
}

gboolean
enclave_chat_composer_mention (EnclaveChatComposer *self, GFile *file)
{
  g_autofree char *path = NULL;
  g_autofree char *mention = NULL;
  g_autofree char *shown = NULL;
  const char *root;
  const char *name;
  EnclaveGate *gate;
  EnclaveDecision decision;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self), FALSE);
  g_return_val_if_fail (G_IS_FILE (file), FALSE);

  path = g_file_get_path (file);
  if (path == NULL || self->service == NULL)
    return FALSE;

  gate = enclave_agent_service_get_gate (self->service);
  root = enclave_gate_get_root (gate);
  name = g_str_has_prefix (path, root) && path[strlen (root)] == '/' ? path + strlen (root) + 1 : path;
  shown = enclave_utf8_display_name (name);
  decision = enclave_gate_judge_name (gate, ENCLAVE_EFFECT_READ, path, FALSE);
  if (decision.verdict == ENCLAVE_VERDICT_DENY)
    {
      g_autofree char *words = decision.rule != NULL ? g_strdup_printf (_("Attaching %s: denied by rule %s"), shown,
                                                                        decision.rule)
                                                     : g_strdup_printf (_("Attaching %s: it is denied"), shown);

      enclave_chat_composer_set_error (self, words);
      return FALSE;
    }
  mention = strcmp (shown, name) == 0 ? enclave_mention_write (ENCLAVE_MENTION_FILE, name) : NULL;
  if (mention == NULL)
    {
      g_autofree char *words = g_strdup_printf (_("Attaching %s: its name can’t be written in a message"), shown);

      enclave_chat_composer_set_error (self, words);
      return FALSE;
    }

  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (self->view), mention, -1);
  gtk_text_buffer_insert_at_cursor (gtk_text_view_get_buffer (self->view), " ", -1);

  return TRUE;
}

static gboolean
drop_cb (EnclaveChatComposer *self, const GValue *value)
{
  gboolean taken = FALSE;

  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;

  for (GSList *file = g_value_get_boxed (value); file != NULL; file = file->next)
    taken = enclave_chat_composer_mention (self, file->data) || taken;
  enclave_chat_composer_focus (self);

  return taken;
}

void
enclave_chat_composer_add_drop_target (EnclaveChatComposer *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  /* Before the text view, which would take the files as text. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (self->frame, GTK_EVENT_CONTROLLER (target));
}
