/* enclave-chat-change-bar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-change-bar.h"

struct _EnclaveChatChangeBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkImage *icon;
  GtkLabel *text;
  GtkLabel *added;
  GtkLabel *removed;
  GtkWidget *in_review_label;
  GtkSpinner *spinner;
  GtkWidget *reject;
  GtkWidget *review;
  GtkWidget *apply;
  GtkWidget *undo;
  GtkWidget *redo;
  GtkLabel *error;

  EnclaveChangeSet *changes;
  EnclaveChangeBarState state;
  gboolean in_review;
};

G_DEFINE_FINAL_TYPE (EnclaveChatChangeBar, enclave_chat_change_bar, GTK_TYPE_WIDGET)

static void
show_conflicts (EnclaveChatChangeBar *self)
{
  g_autoptr (GString) messages = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->changes)); i++)
    {
      g_autoptr (EnclaveChange) change = g_list_model_get_item (G_LIST_MODEL (self->changes), i);
      const char *message = enclave_change_get_message (change);

      if (enclave_change_get_status (change) != ENCLAVE_CHANGE_CONFLICT || *message == '\0')
        continue;
      if (messages->len > 0)
        g_string_append_c (messages, '\n');
      g_string_append (messages, message);
    }
  if (messages->len > 0)
    enclave_chat_change_bar_set_error (self, messages->str);
}

static void
show_count (GtkLabel *label, const char *sign, guint count)
{
  g_autofree char *text = g_strdup_printf ("%s%u", sign, count);

  gtk_label_set_label (label, text);
}

static void
update (EnclaveChatChangeBar *self)
{
  g_autofree char *text = NULL;
  guint added = 0;
  guint removed = 0;
  EnclaveChangeBarState state = ENCLAVE_CHANGE_BAR_HIDDEN;
  gboolean is_applied;
  gboolean is_undone;
  gboolean is_failed;
  gboolean waits;

  if (self->changes != NULL)
    state = enclave_chat_words_for_changes (self->changes, self->in_review, &text, &added, &removed);
  self->state = state;
  gtk_revealer_set_reveal_child (self->revealer, state != ENCLAVE_CHANGE_BAR_HIDDEN);

  is_applied = state == ENCLAVE_CHANGE_BAR_APPLIED;
  is_undone = state == ENCLAVE_CHANGE_BAR_UNDONE;
  is_failed = state == ENCLAVE_CHANGE_BAR_FAILED;
  waits = state == ENCLAVE_CHANGE_BAR_PROPOSED || is_failed;
  gtk_label_set_label (self->text, text != NULL ? text : "");
  show_count (self->added, "+", added);
  show_count (self->removed, "−", removed);
  gtk_widget_set_visible (GTK_WIDGET (self->added), !is_failed && !is_undone && added > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->removed), !is_failed && !is_undone && removed > 0);
  gtk_image_set_from_icon_name (self->icon, is_applied  ? "object-select-symbolic"
                                            : is_failed ? "dialog-error-symbolic"
                                            : is_undone ? "edit-undo-symbolic"
                                                        : "enclave-review-symbolic");
  gtk_widget_remove_css_class (GTK_WIDGET (self->icon), "success");
  gtk_widget_remove_css_class (GTK_WIDGET (self->icon), "error");
  if (is_applied || is_failed)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), is_applied ? "success" : "error");

  gtk_widget_set_visible (self->in_review_label, state == ENCLAVE_CHANGE_BAR_REVIEWED);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), state == ENCLAVE_CHANGE_BAR_BUSY);
  gtk_spinner_set_spinning (self->spinner, state == ENCLAVE_CHANGE_BAR_BUSY);
  gtk_widget_set_visible (self->reject, waits && g_list_model_get_n_items (G_LIST_MODEL (self->changes)) > 0);
  gtk_widget_set_visible (self->review, waits || is_applied);
  gtk_button_set_label (GTK_BUTTON (self->review), is_failed ? _("Show") : _("Review"));
  gtk_widget_set_visible (self->apply, waits && enclave_change_set_get_n_proposed (self->changes) > 0);
  gtk_widget_set_visible (self->undo, is_applied && enclave_change_set_get_can_undo (self->changes));
  gtk_widget_set_visible (self->redo, is_undone);
  if (is_applied)
    gtk_widget_add_css_class (self->review, "flat");
  else
    gtk_widget_remove_css_class (self->review, "flat");
  if (is_failed)
    show_conflicts (self);
}

static void
changes_changed_cb (EnclaveChatChangeBar *self)
{
  enclave_chat_change_bar_set_error (self, NULL);
  update (self);
}

static void
forget_changes (EnclaveChatChangeBar *self)
{
  if (self->changes != NULL)
    g_signal_handlers_disconnect_by_data (self->changes, self);
  g_clear_object (&self->changes);
}

static void
enclave_chat_change_bar_dispose (GObject *object)
{
  forget_changes (ENCLAVE_CHAT_CHANGE_BAR (object));
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_CHANGE_BAR);

  G_OBJECT_CLASS (enclave_chat_change_bar_parent_class)->dispose (object);
}

static void
enclave_chat_change_bar_class_init (EnclaveChatChangeBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_change_bar_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-change-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, icon);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, text);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, added);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, removed);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, in_review_label);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, spinner);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, reject);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, review);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, apply);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, undo);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, redo);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatChangeBar, error);
}

static void
enclave_chat_change_bar_init (EnclaveChatChangeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
enclave_chat_change_bar_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_CHANGE_BAR, NULL);
}

void
enclave_chat_change_bar_set_changes (EnclaveChatChangeBar *self, EnclaveChangeSet *changes)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_CHANGE_BAR (self));
  g_return_if_fail (changes == NULL || ENCLAVE_IS_CHANGE_SET (changes));

  forget_changes (self);
  if (changes != NULL)
    {
      self->changes = g_object_ref (changes);
      g_signal_connect_swapped (changes, "notify", G_CALLBACK (update), self);
      g_signal_connect_swapped (changes, "items-changed", G_CALLBACK (changes_changed_cb), self);
    }
  changes_changed_cb (self);
}

void
enclave_chat_change_bar_set_in_review (EnclaveChatChangeBar *self, gboolean in_review)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_CHANGE_BAR (self));

  self->in_review = in_review;
  update (self);
}

void
enclave_chat_change_bar_set_error (EnclaveChatChangeBar *self, const char *message)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_CHANGE_BAR (self));

  gtk_label_set_text (self->error, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error), message != NULL && *message != '\0');
}

EnclaveChangeBarState
enclave_chat_change_bar_get_state (EnclaveChatChangeBar *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_CHANGE_BAR (self), ENCLAVE_CHANGE_BAR_HIDDEN);

  return self->state;
}

const char *
enclave_chat_change_bar_get_text (EnclaveChatChangeBar *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_CHANGE_BAR (self), NULL);

  return gtk_label_get_label (self->text);
}
