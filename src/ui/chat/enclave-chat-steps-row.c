/* enclave-chat-steps-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-step-row.h"
#include "enclave-chat-steps-row.h"
#include "enclave-chat-words.h"

struct _EnclaveChatStepsRow
{
  GtkWidget parent_instance;

  GtkBox *box;
  GtkWidget *fold;
  GtkLabel *fold_title;
  GtkLabel *fold_detail;
  GtkImage *fold_expander;

  EnclaveChatItem *item;
  gulong steps_handler;
  gulong finished_handler;
  gboolean unfolded;
};

G_DEFINE_FINAL_TYPE (EnclaveChatStepsRow, enclave_chat_steps_row, GTK_TYPE_WIDGET)

static void
update_fold (EnclaveChatStepsRow *self)
{
  g_autofree char *detail = NULL;
  g_autofree char *title = NULL;
  gboolean is_folded;

  if (enclave_chat_item_get_finished (self->item))
    title = enclave_chat_words_fold (enclave_chat_item_get_steps (self->item), &detail);
  is_folded = title != NULL && !self->unfolded;

  gtk_widget_set_visible (self->fold, title != NULL);
  if (title != NULL)
    {
      gtk_label_set_label (self->fold_title, title);
      gtk_label_set_label (self->fold_detail, detail);
      gtk_image_set_from_icon_name (self->fold_expander, is_folded ? "pan-end-symbolic" : "pan-down-symbolic");
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->fold), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->fold), GTK_ACCESSIBLE_STATE_EXPANDED, !is_folded, -1);
    }

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->box)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (ENCLAVE_IS_CHAT_STEP_ROW (child))
      gtk_widget_set_visible (child, !is_folded || enclave_chat_words_stays_out (
                                                     enclave_chat_step_row_get_block (ENCLAVE_CHAT_STEP_ROW (child))));
}

static void
steps_changed_cb (EnclaveChatStepsRow *self, guint position, guint removed, guint added, GListModel *steps)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (steps, i);

      gtk_box_append (self->box, enclave_chat_step_row_new (block));
    }
  update_fold (self);
}

static void
fold_cb (EnclaveChatStepsRow *self)
{
  self->unfolded = !self->unfolded;
  update_fold (self);
}

static void
forget_item (EnclaveChatStepsRow *self)
{
  GtkWidget *child;

  if (self->item == NULL)
    return;

  g_clear_signal_handler (&self->steps_handler, enclave_chat_item_get_steps (self->item));
  g_clear_signal_handler (&self->finished_handler, self->item);
  g_clear_object (&self->item);
  while ((child = gtk_widget_get_last_child (GTK_WIDGET (self->box))) != NULL && child != self->fold)
    gtk_box_remove (self->box, child);
}

static void
enclave_chat_steps_row_dispose (GObject *object)
{
  EnclaveChatStepsRow *self = ENCLAVE_CHAT_STEPS_ROW (object);

  if (self->box != NULL)
    forget_item (self);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_STEPS_ROW);

  G_OBJECT_CLASS (enclave_chat_steps_row_parent_class)->dispose (object);
}

static void
enclave_chat_steps_row_class_init (EnclaveChatStepsRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_steps_row_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-steps-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepsRow, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepsRow, fold);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepsRow, fold_title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepsRow, fold_detail);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepsRow, fold_expander);
  gtk_widget_class_bind_template_callback (widget_class, fold_cb);
}

static void
enclave_chat_steps_row_init (EnclaveChatStepsRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
enclave_chat_steps_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_STEPS_ROW, NULL);
}

void
enclave_chat_steps_row_set_item (EnclaveChatStepsRow *self, EnclaveChatItem *item)
{
  GListModel *steps;

  g_return_if_fail (ENCLAVE_IS_CHAT_STEPS_ROW (self));
  g_return_if_fail (item == NULL || ENCLAVE_IS_CHAT_ITEM (item));

  forget_item (self);
  if (item == NULL)
    return;

  self->item = g_object_ref (item);
  self->unfolded = FALSE;
  steps = enclave_chat_item_get_steps (item);
  self->steps_handler = g_signal_connect_swapped (steps, "items-changed", G_CALLBACK (steps_changed_cb), self);
  self->finished_handler = g_signal_connect_swapped (item, "notify::finished", G_CALLBACK (update_fold), self);
  steps_changed_cb (self, 0, 0, g_list_model_get_n_items (steps), steps);
}
