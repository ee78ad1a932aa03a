/* enclave-chat-composer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-chat-completion-row.h"
#include "enclave-chat-composer-private.h"
#include "enclave-still-caret.h"
#include "enclave-text-history.h"

#define MAX_LINES 8

enum
{
  SUBMIT,
  COMMAND,
  TEMPLATE,
  EDIT_LAST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveChatComposer, enclave_chat_composer, GTK_TYPE_WIDGET)

static gboolean
is_empty (EnclaveChatComposer *self)
{
  return gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->view)) == 0;
}

static void
text_changed_cb (EnclaveChatComposer *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->placeholder), is_empty (self));
  enclave_chat_composer_set_error (self, NULL);
  enclave_chat_composer_mark_mentions (self);
  enclave_chat_composer_look_soon (self);
  enclave_chat_composer_update (self);
}

static void
send_cb (EnclaveChatComposer *self)
{
  enclave_chat_composer_send (self);
}

static void
send_as_it_is_cb (EnclaveChatComposer *self)
{
  enclave_chat_composer_send_as_it_is (self);
}

static void
attach_cb (EnclaveChatComposer *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter cursor;
  GtkTextIter before;

  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  before = cursor;
  if (gtk_text_iter_backward_char (&before) && !g_unichar_isspace (gtk_text_iter_get_char (&before)))
    gtk_text_buffer_insert_at_cursor (buffer, " @", -1);
  else
    gtk_text_buffer_insert_at_cursor (buffer, "@", -1);
}

static gboolean
key_pressed_cb (EnclaveChatComposer *self, guint keyval, guint keycode, GdkModifierType state,
                GtkEventController *controller)
{
  GdkModifierType modifiers = state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK);
  gboolean is_return = keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;

  if (keyval == GDK_KEY_BackSpace && modifiers == 0 && enclave_chat_composer_delete_mention (self))
    return GDK_EVENT_STOP;
  if (enclave_chat_completion_handle_key (self->completion, keyval, state))
    return GDK_EVENT_STOP;

  /* An input method that composes a character is asked first: its Return is not ours. */
  if (is_return
      && gtk_text_view_im_context_filter_keypress (self->view, gtk_event_controller_get_current_event (controller)))
    return GDK_EVENT_STOP;
  if (is_return && modifiers == 0)
    {
      enclave_chat_composer_send (self);
      return GDK_EVENT_STOP;
    }
  if (is_return && modifiers == GDK_CONTROL_MASK)
    {
      gtk_widget_activate_action (GTK_WIDGET (self), "chat.send-now", NULL);
      return GDK_EVENT_STOP;
    }
  if (keyval == GDK_KEY_Up && modifiers == 0 && is_empty (self))
    {
      g_signal_emit (self, signals[EDIT_LAST], 0);
      return GDK_EVENT_STOP;
    }

  return GDK_EVENT_PROPAGATE;
}

static void
add_keys (EnclaveChatComposer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), keys);
}

static void
mode_chosen_cb (EnclaveChatComposer *self)
{
  guint selected = gtk_drop_down_get_selected (self->mode);

  if (!self->mode_follows && self->service != NULL && selected <= ENCLAVE_MODE_EDIT)
    enclave_agent_service_set_mode (self->service, (EnclaveMode) selected);
}

static void
command_cb (EnclaveChatComposer *self, const char *name)
{
  g_signal_emit (self, signals[COMMAND], 0, name, NULL);
}

static void
template_cb (EnclaveChatComposer *self, const char *target)
{
  g_signal_emit (self, signals[TEMPLATE], 0, target);
}

/* Of a server: `SERVER:PROMPT`. */
static gboolean
is_prompt (EnclaveChatComposer *self, const char *name)
{
  EnclaveMcpToolbox *toolbox = self->service != NULL ? enclave_agent_service_get_toolbox (self->service) : NULL;
  EnclaveMcpCatalog *catalog = toolbox != NULL ? enclave_mcp_toolbox_get_catalog (toolbox) : NULL;
  g_autoptr (EnclaveMcpPrompt) prompt = catalog != NULL ? enclave_mcp_catalog_find_prompt (catalog, name) : NULL;

  return prompt != NULL;
}

static void
mention_cb (EnclaveChatComposer *self, guint kind)
{
  enclave_chat_composer_attach_word (self, (EnclaveMentionKind) kind);
}

/* A command that was written and not chosen. Only what `/memory` adds stands behind one; all else is a message. */
static gboolean
run_written_command (EnclaveChatComposer *self, const char *text)
{
  gsize length = strcspn (text, " \t\r\n");
  g_autofree char *name = NULL;
  g_autofree char *rest = NULL;

  if (*text != '/')
    return FALSE;
  name = g_strndup (text + 1, length - 1);
  rest = g_strstrip (g_strdup (text + length));
  if ((!enclave_chat_completion_row_is_command (name) && !is_prompt (self, name)) || (*rest != '\0' && strcmp (name, "memory") != 0))
    return FALSE;

  enclave_chat_composer_set_text (self, "");
  g_signal_emit (self, signals[COMMAND], 0, name, *rest != '\0' ? rest : NULL);

  return TRUE;
}

/* Eight lines in the font that is used now. */
static void
update_height (EnclaveChatComposer *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self->view));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int line = PANGO_PIXELS_CEIL (pango_font_metrics_get_ascent (metrics) + pango_font_metrics_get_descent (metrics));

  pango_font_metrics_unref (metrics);
  gtk_scrolled_window_set_max_content_height (self->window, MAX_LINES * line);
}

static void
enclave_chat_composer_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (enclave_chat_composer_parent_class)->css_changed (widget, change);
  update_height (ENCLAVE_CHAT_COMPOSER (widget));
}

static void
enclave_chat_composer_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (enclave_chat_composer_parent_class)->map (widget);
  update_height (ENCLAVE_CHAT_COMPOSER (widget));
}

static void
enclave_chat_composer_dispose (GObject *object)
{
  EnclaveChatComposer *self = ENCLAVE_CHAT_COMPOSER (object);

  if (self->completion != NULL)
    enclave_chat_completion_detach (self->completion);
  g_clear_object (&self->completion);
  enclave_chat_composer_forget_draft (self);
  if (self->service != NULL)
    g_signal_handlers_disconnect_by_data (self->service, self);
  g_clear_object (&self->service);
  g_clear_object (&self->edited);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_COMPOSER);

  G_OBJECT_CLASS (enclave_chat_composer_parent_class)->dispose (object);
}

static void
enclave_chat_composer_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_CHAT_COMPOSER (object)->attachments);
  g_free (ENCLAVE_CHAT_COMPOSER (object)->instructions);
  g_free (ENCLAVE_CHAT_COMPOSER (object)->note);

  G_OBJECT_CLASS (enclave_chat_composer_parent_class)->finalize (object);
}

static void
enclave_chat_composer_class_init (EnclaveChatComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_composer_dispose;
  object_class->finalize = enclave_chat_composer_finalize;
  widget_class->css_changed = enclave_chat_composer_css_changed;
  widget_class->map = enclave_chat_composer_map;

  signals[SUBMIT] = g_signal_new ("submit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                  g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 2, G_TYPE_STRING,
                                  G_TYPE_POINTER);
  signals[COMMAND] = g_signal_new ("command", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[TEMPLATE] = g_signal_new ("template", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                    G_TYPE_STRING);
  signals[EDIT_LAST] = g_signal_new ("edit-last", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, frame);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, chips);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, window);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, view);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, error);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, queued);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, secrets);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, secrets_text);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, send_as_it_is);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, mode);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, meter);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, meter_text);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, meter_popover);
  gtk_widget_class_bind_template_callback (widget_class, enclave_chat_composer_meter_opened);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, send);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatComposer, stop);
  gtk_widget_class_bind_template_callback (widget_class, send_cb);
  gtk_widget_class_bind_template_callback (widget_class, send_as_it_is_cb);
  gtk_widget_class_bind_template_callback (widget_class, attach_cb);
}

static void
enclave_chat_composer_init (EnclaveChatComposer *self)
{
  self->attachments = g_ptr_array_new_with_free_func (enclave_chat_attachment_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  /* The level's colours would call a full window an error and an empty one good. */
  gtk_level_bar_remove_offset_value (self->meter, GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (self->meter, GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (self->meter, GTK_LEVEL_BAR_OFFSET_FULL);

  enclave_text_history_mend (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view)));
  enclave_still_caret_watch (GTK_TEXT_VIEW (self->view));
  enclave_chat_composer_add_mention_tags (self);
  self->completion = enclave_chat_completion_new (self->view, self->frame, GTK_WIDGET (self));
  g_signal_connect_object (self->completion, "command", G_CALLBACK (command_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->completion, "template", G_CALLBACK (template_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->completion, "mention", G_CALLBACK (mention_cb), self, G_CONNECT_SWAPPED);
  add_keys (self);
  enclave_chat_composer_add_drop_target (self);
  g_signal_connect_object (gtk_text_view_get_buffer (self->view), "changed", G_CALLBACK (text_changed_cb), self,
                           G_CONNECT_SWAPPED);
  enclave_accessible_label_drop_down (self->mode, _("Mode"));
  g_signal_connect_object (self->mode, "notify::selected", G_CALLBACK (mode_chosen_cb), self, G_CONNECT_SWAPPED);
  enclave_chat_composer_update (self);
}

GtkWidget *
enclave_chat_composer_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_COMPOSER, NULL);
}

char *
enclave_chat_composer_dup_text (EnclaveChatComposer *self)
{
  GtkTextBuffer *buffer;
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self), NULL);

  buffer = gtk_text_view_get_buffer (self->view);
  gtk_text_buffer_get_bounds (buffer, &start, &end);

  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

void
enclave_chat_composer_set_text (EnclaveChatComposer *self, const char *text)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));
  g_return_if_fail (text != NULL);

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->view), text, -1);
}

void
enclave_chat_composer_add_text (EnclaveChatComposer *self, const char *text)
{
  GtkTextBuffer *buffer;
  GtkTextIter end;

  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));
  g_return_if_fail (text != NULL);

  buffer = gtk_text_view_get_buffer (self->view);
  gtk_text_buffer_get_end_iter (buffer, &end);
  if (!is_empty (self) && !gtk_text_iter_starts_line (&end))
    gtk_text_buffer_insert (buffer, &end, "\n", 1);
  gtk_text_buffer_insert (buffer, &end, text, -1);
  gtk_text_buffer_place_cursor (buffer, &end);
}

void
enclave_chat_composer_insert (EnclaveChatComposer *self, const char *text)
{
  GtkTextBuffer *buffer;
  GtkTextIter cursor;
  g_autofree char *padded = NULL;

  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self) && text != NULL);

  buffer = gtk_text_view_get_buffer (self->view);
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  padded = g_strconcat (gtk_text_iter_starts_line (&cursor) || (gtk_text_iter_backward_char (&cursor) && gtk_text_iter_get_char (&cursor) == ' ') ? "" : " ",
                        text, " ", NULL);
  gtk_text_buffer_insert_at_cursor (buffer, padded, -1);
}

guint
enclave_chat_composer_get_n_attached (EnclaveChatComposer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self), 0);

  return self->attachments->len;
}

void
enclave_chat_composer_set_in_review (EnclaveChatComposer *self, gboolean in_review)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));

  self->in_review = in_review;
  enclave_chat_composer_update (self);
}

void
enclave_chat_composer_set_error (EnclaveChatComposer *self, const char *message)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));

  gtk_label_set_text (self->error, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error), message != NULL && *message != '\0');
}

void
enclave_chat_composer_set_note (EnclaveChatComposer *self, const char *words)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));

  g_free (self->note);
  self->note = g_strdup (words);
  enclave_chat_composer_update (self);
}

const char *
enclave_chat_composer_get_error (EnclaveChatComposer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self), NULL);

  return gtk_label_get_text (self->error);
}

void
enclave_chat_composer_send (EnclaveChatComposer *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GError) error = NULL;
  gboolean taken = FALSE;
  guint n_attached;

  g_return_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self));

  n_attached = self->attachments->len;
  text = enclave_chat_composer_dup_text (self);
  if (text[strspn (text, " \t\r\n")] == '\0')
    return;
  if (run_written_command (self, text) || !enclave_chat_composer_attach_words (self, text))
    return;
  /* Whoever sends something as it is has been shown what is in it. */
  if (self->as_it_is && self->attachments->len > n_attached)
    return;
  items = enclave_chat_composer_dup_items (self, &error);
  if (items == NULL)
    {
      enclave_chat_composer_set_error (self, error->message);
      return;
    }

  g_signal_emit (self, signals[SUBMIT], 0, text, items, &taken);
  if (!taken)
    return;

  enclave_chat_composer_set_text (self, "");
  g_ptr_array_set_size (self->attachments, 0);
  enclave_chat_composer_update_chips (self);
}

gboolean
enclave_chat_composer_focus (EnclaveChatComposer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_COMPOSER (self), FALSE);

  return gtk_widget_grab_focus (GTK_WIDGET (self->view));
}
