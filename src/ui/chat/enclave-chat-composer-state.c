/* enclave-chat-composer-state.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-composer-private.h"
#include "enclave-chat-text.h"
#include "enclave-limits.h"
#include "enclave-project-memory.h"
#include "enclave-utf8.h"

/* Roughly; for showing only. */
#define BYTES_PER_TOKEN 4

static const char *
choose_placeholder (EnclaveChatComposer *self, gboolean busy, gboolean has_model)
{
  if (!has_model)
    return _("You can write; sending waits for a model");
  if (busy)
    return _("Type to queue the next message");
  if (self->in_review)
    return _("Say what to change");

  return _("Ask, or type @ for a file, / for a command");
}

void
enclave_chat_composer_update (EnclaveChatComposer *self)
{
  gboolean busy = self->service != NULL && enclave_agent_service_get_busy (self->service);
  guint n_queued = self->service != NULL ? enclave_agent_service_get_n_queued (self->service) : 0;
  g_autofree char *model = NULL;
  gboolean has_model;
  gboolean has_text = gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->view)) > 0;

  if (self->service != NULL)
    g_object_get (self->service, "model", &model, NULL);
  has_model = model != NULL && *model != '\0';

  gtk_label_set_label (self->placeholder, choose_placeholder (self, busy, has_model));
  gtk_stack_set_visible_child_name (self->stack, busy ? "stop" : "send");
  gtk_widget_set_sensitive (self->send, has_model && has_text);
  gtk_widget_set_sensitive (GTK_WIDGET (self->mode), self->service != NULL);
  if (self->service != NULL)
    {
      self->mode_follows = TRUE;
      gtk_drop_down_set_selected (self->mode, enclave_agent_service_get_mode (self->service));
      self->mode_follows = FALSE;
    }

  gtk_widget_set_visible (GTK_WIDGET (self->queued), n_queued > 0 || self->note != NULL);
  if (n_queued > 0 && enclave_agent_service_get_held (self->service))
    {
      gtk_label_set_label (self->queued, _("What you sent waits until git has switched the branch"));
    }
  else if (n_queued > 0)
    {
      g_autofree char *words = g_strdup_printf (ngettext ("%u message waits for the turn to end",
                                                          "%u messages wait for the turn to end", n_queued),
                                                n_queued);

      gtk_label_set_label (self->queued, words);
    }
  else if (self->note != NULL)
    {
      gtk_label_set_label (self->queued, self->note);
    }
  enclave_chat_composer_update_meter (self, has_model);
}

static void
remove_chip_cb (GtkButton *button, gpointer user_data)
{
  EnclaveChatComposer *self = ENCLAVE_CHAT_COMPOSER (user_data);
  EnclaveChatAttachment *attachment = g_object_get_data (G_OBJECT (button), "enclave-attachment");

  /* The word would attach it again. */
  enclave_chat_composer_remove_word (self, enclave_mention_get_word (attachment->kind));
  g_ptr_array_remove (self->attachments, attachment);
  enclave_chat_composer_update_chips (self);
  enclave_chat_composer_look_soon (self);
  enclave_chat_composer_focus (self);
}

/* Returns: the button that takes it away. */
static GtkWidget *
add_chip (EnclaveChatComposer *self, const char *icon_name, const char *name, const char *count, const char *remove_words)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *remove = gtk_button_new_from_icon_name ("window-close-symbolic");
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 28);
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_add_css_class (remove, "circular");
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, remove_words, -1);
  gtk_widget_set_tooltip_text (remove, remove_words);
  gtk_box_append (GTK_BOX (chip), gtk_image_new_from_icon_name (icon_name));
  gtk_box_append (GTK_BOX (chip), label);
  if (count != NULL)
    {
      GtkWidget *count_label = gtk_label_new (count);

      gtk_widget_add_css_class (count_label, "enclave-quiet");
      gtk_widget_add_css_class (count_label, "numeric");
      gtk_box_append (GTK_BOX (chip), count_label);
    }
  gtk_box_append (GTK_BOX (chip), remove);
  gtk_widget_set_halign (chip, GTK_ALIGN_START);
  gtk_widget_add_css_class (chip, "enclave-pill");
  gtk_widget_add_css_class (chip, "enclave-chat-chip");
  gtk_flow_box_append (self->chips, chip);
  gtk_widget_set_focusable (gtk_widget_get_last_child (GTK_WIDGET (self->chips)), FALSE);

  return remove;
}

static void
add_attachment_chip (EnclaveChatComposer *self, EnclaveChatAttachment *attachment)
{
  g_autofree char *source = enclave_utf8_display_name (enclave_context_item_get_source (attachment->item));
  g_autofree char *words = g_strdup_printf (_("Remove %s"), source);
  GtkWidget *remove = add_chip (self, "text-x-generic-symbolic", gettext (source), NULL, words);

  g_object_set_data (G_OBJECT (remove), "enclave-attachment", attachment);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_chip_cb), self, 0);
}

static void
distrusted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveChatComposer) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_gate_trust_instructions_finish (ENCLAVE_GATE (source), result, &error) && error != NULL)
    enclave_chat_composer_set_error (self, error->message);
}

static void
distrust_cb (EnclaveChatComposer *self)
{
  if (self->service != NULL && self->instructions != NULL)
    enclave_gate_distrust_instructions_async (enclave_agent_service_get_gate (self->service), self->instructions, NULL,
                                              distrusted_cb, g_object_ref (self));
  enclave_chat_composer_focus (self);
}

static void
add_instructions_chip (EnclaveChatComposer *self)
{
  guint window = 0;
  g_autofree char *count = NULL;
  g_autofree char *words = g_strdup_printf (_("Trust %s no longer"), self->instructions);
  g_autofree char *tip = NULL;
  GtkWidget *remove;

  /* A small window gets less of it. */
  if (self->service != NULL)
    g_object_get (self->service, "tokens-window", &window, NULL);
  count = enclave_chat_text_token_count ((guint) (MIN (self->n_instructions, enclave_project_memory_get_budget (window))
                                                  / BYTES_PER_TOKEN));
  remove = add_chip (self, "user-bookmarks-symbolic", self->instructions, count, words);
  tip = g_strdup_printf (_("Instructions of this folder, about %s tokens of each message"), count);
  gtk_widget_set_tooltip_text (gtk_widget_get_parent (remove), tip);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (distrust_cb), self, G_CONNECT_SWAPPED);
}

static void
edit_no_more_cb (EnclaveChatComposer *self)
{
  enclave_chat_composer_set_edited (self, NULL);
  enclave_chat_composer_set_text (self, "");
  enclave_chat_composer_focus (self);
}

static void
add_edited_chip (EnclaveChatComposer *self)
{
  GtkWidget *remove = add_chip (self, "document-edit-symbolic", _("Edited, begins a branch"), NULL, _("Edit no more"));

  gtk_widget_set_tooltip_text (gtk_widget_get_parent (remove),
                               _("Sending goes on from the earlier message; the conversation as it is stays in the list"));
  g_signal_connect_object (remove, "clicked", G_CALLBACK (edit_no_more_cb), self, G_CONNECT_SWAPPED);
}

void
enclave_chat_composer_set_edited (EnclaveChatComposer *self, EnclaveMessage *message)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));
  g_return_if_fail (message == NULL || ENCLAVE_IS_MESSAGE (message));

  if (g_set_object (&self->edited, message))
    enclave_chat_composer_update_chips (self);
}

EnclaveMessage *
enclave_chat_composer_get_edited (EnclaveChatComposer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self), NULL);

  return self->edited;
}

void
enclave_chat_composer_update_chips (EnclaveChatComposer *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
    gtk_flow_box_remove (self->chips, child);
  if (self->edited != NULL)
    add_edited_chip (self);
  for (guint i = 0; i < self->attachments->len; i++)
    add_attachment_chip (self, g_ptr_array_index (self->attachments, i));
  if (self->instructions != NULL)
    add_instructions_chip (self);
  gtk_widget_set_visible (GTK_WIDGET (self->chips),
                          self->attachments->len > 0 || self->instructions != NULL || self->edited != NULL);
}

void
enclave_chat_composer_set_instructions (EnclaveChatComposer *self, const char *name, guint n_bytes)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));

  n_bytes = MIN (n_bytes, ENCLAVE_INSTRUCTIONS_GIVEN_BYTES);
  if (g_strcmp0 (self->instructions, name) == 0 && self->n_instructions == n_bytes)
    return;
  g_free (self->instructions);
  self->instructions = g_strdup (name);
  self->n_instructions = n_bytes;
  enclave_chat_composer_update_chips (self);
}

void
enclave_chat_composer_set_service (EnclaveChatComposer *self, EnclaveAgentService *service)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));
  g_return_if_fail (service == NULL || ENCLAVE_IS_AGENT_SERVICE (service));

  if (self->service != NULL)
    g_signal_handlers_disconnect_by_data (self->service, self);
  enclave_chat_composer_forget_draft (self);
  g_set_object (&self->service, service);
  enclave_chat_completion_set_service (self->completion, service);
  if (service != NULL)
    {
      static const char *const signals[] = { "notify::busy",     "notify::n-queued",    "notify::mode",
                                             "notify::model",    "notify::tokens-used", "notify::tokens-window" };

      for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
        g_signal_connect_swapped (service, signals[i], G_CALLBACK (enclave_chat_composer_update), self);
    }
  /* Attachments belong to the project they were admitted in. */
  g_ptr_array_set_size (self->attachments, 0);
  g_clear_object (&self->edited);
  enclave_chat_composer_update_chips (self);
  enclave_chat_composer_update (self);
}
