/* enclave-chat-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-agent-service.h"
#include "enclave-chat-approval-row.h"
#include "enclave-chat-code-row.h"
#include "enclave-chat-form-row.h"
#include "enclave-chat-item.h"
#include "enclave-chat-notice-row.h"
#include "enclave-chat-plan-row.h"
#include "enclave-chat-row.h"
#include "enclave-chat-steps-row.h"
#include "enclave-chat-text-row.h"
#include "enclave-chat-turn-row.h"

/* Lines of prose that are longer are hard to read. */
#define MAX_WIDTH 640

struct _EnclaveChatRow
{
  GtkWidget parent_instance;

  GtkWidget *child; /* (nullable) */
  EnclaveCodeHighlighter *highlighter;
  GtkListItem *list_item; /* (nullable): not owned */
  gboolean is_user;
};

G_DEFINE_FINAL_TYPE (EnclaveChatRow, enclave_chat_row, GTK_TYPE_WIDGET)

static GType
type_for_item (gpointer item)
{
  if (ENCLAVE_IS_CHAT_QUESTION (item))
    return ENCLAVE_TYPE_CHAT_APPROVAL_ROW;
  if (ENCLAVE_IS_MCP_QUESTION (item))
    return ENCLAVE_TYPE_CHAT_FORM_ROW;
  if (ENCLAVE_IS_AGENT_SERVICE (item))
    return ENCLAVE_TYPE_CHAT_TURN_ROW;

  switch (enclave_chat_item_get_kind (item))
    {
    case ENCLAVE_CHAT_ITEM_PLAN:
      return ENCLAVE_TYPE_CHAT_PLAN_ROW;
    case ENCLAVE_CHAT_ITEM_CODE:
      return ENCLAVE_TYPE_CHAT_CODE_ROW;
    case ENCLAVE_CHAT_ITEM_STEPS:
      return ENCLAVE_TYPE_CHAT_STEPS_ROW;
    case ENCLAVE_CHAT_ITEM_NOTICE:
      return ENCLAVE_TYPE_CHAT_NOTICE_ROW;
    case ENCLAVE_CHAT_ITEM_USER:
    case ENCLAVE_CHAT_ITEM_TEXT:
    default:
      return ENCLAVE_TYPE_CHAT_TEXT_ROW;
    }
}

static void
show_in_child (GtkWidget *child, gpointer item)
{
  if (ENCLAVE_IS_CHAT_APPROVAL_ROW (child))
    enclave_chat_approval_row_set_question (ENCLAVE_CHAT_APPROVAL_ROW (child), item);
  else if (ENCLAVE_IS_CHAT_FORM_ROW (child))
    enclave_chat_form_row_set_question (ENCLAVE_CHAT_FORM_ROW (child), item);
  else if (ENCLAVE_IS_CHAT_TURN_ROW (child))
    enclave_chat_turn_row_set_service (ENCLAVE_CHAT_TURN_ROW (child), item);
  else if (ENCLAVE_IS_CHAT_PLAN_ROW (child))
    enclave_chat_plan_row_set_item (ENCLAVE_CHAT_PLAN_ROW (child), item);
  else if (ENCLAVE_IS_CHAT_CODE_ROW (child))
    enclave_chat_code_row_set_item (ENCLAVE_CHAT_CODE_ROW (child), item);
  else if (ENCLAVE_IS_CHAT_STEPS_ROW (child))
    enclave_chat_steps_row_set_item (ENCLAVE_CHAT_STEPS_ROW (child), item);
  else if (ENCLAVE_IS_CHAT_NOTICE_ROW (child))
    enclave_chat_notice_row_set_item (ENCLAVE_CHAT_NOTICE_ROW (child), item);
  else if (ENCLAVE_IS_CHAT_TEXT_ROW (child))
    enclave_chat_text_row_set_item (ENCLAVE_CHAT_TEXT_ROW (child), item);
}

/* A widget and a layout of their own for this would be asked as often as a reply grows. */
static void
enclave_chat_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                          int *minimum_baseline, int *natural_baseline)
{
  EnclaveChatRow *self = ENCLAVE_CHAT_ROW (widget);

  *minimum_baseline = *natural_baseline = -1;
  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, orientation == GTK_ORIENTATION_VERTICAL ? MIN (for_size, MAX_WIDTH) : -1, minimum,
                        natural, NULL, NULL);
}

static GtkSizeRequestMode
enclave_chat_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
enclave_chat_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  EnclaveChatRow *self = ENCLAVE_CHAT_ROW (widget);
  int minimum;
  GtkAllocation place = { 0, 0, 0, height };

  if (self->child == NULL)
    return;
  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  place.width = MAX (MIN (width, MAX_WIDTH), minimum);
  place.x = (width - place.width) / 2;
  gtk_widget_size_allocate (self->child, &place, -1);
}

static void
enclave_chat_row_dispose (GObject *object)
{
  EnclaveChatRow *self = ENCLAVE_CHAT_ROW (object);

  g_clear_pointer (&self->child, gtk_widget_unparent);
  g_clear_object (&self->highlighter);

  G_OBJECT_CLASS (enclave_chat_row_parent_class)->dispose (object);
}

static void
enclave_chat_row_class_init (EnclaveChatRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_chat_row_dispose;

  widget_class->measure = enclave_chat_row_measure;
  widget_class->size_allocate = enclave_chat_row_size_allocate;
  widget_class->get_request_mode = enclave_chat_row_get_request_mode;
}

static void
enclave_chat_row_init (EnclaveChatRow *self)
{
}

GtkWidget *
enclave_chat_row_new (EnclaveCodeHighlighter *highlighter)
{
  EnclaveChatRow *self = g_object_new (ENCLAVE_TYPE_CHAT_ROW, NULL);

  g_return_val_if_fail (highlighter == NULL || ENCLAVE_IS_CODE_HIGHLIGHTER (highlighter), NULL);

  g_set_object (&self->highlighter, highlighter);

  return GTK_WIDGET (self);
}

void
enclave_chat_row_set_item (EnclaveChatRow *self, gpointer item)
{
  GType type;

  g_return_if_fail (ENCLAVE_IS_CHAT_ROW (self));

  if (item == NULL)
    {
      if (self->child != NULL)
        show_in_child (self->child, NULL);
      return;
    }

  type = type_for_item (item);
  self->is_user = type == ENCLAVE_TYPE_CHAT_TEXT_ROW && enclave_chat_item_get_kind (item) == ENCLAVE_CHAT_ITEM_USER;
  if (self->child == NULL || G_OBJECT_TYPE (self->child) != type)
    {
      g_clear_pointer (&self->child, gtk_widget_unparent);
      self->child = g_object_new (type, NULL);
      if (ENCLAVE_IS_CHAT_CODE_ROW (self->child))
        enclave_chat_code_row_set_highlighter (ENCLAVE_CHAT_CODE_ROW (self->child), self->highlighter);
      gtk_widget_set_parent (self->child, GTK_WIDGET (self));
    }
  show_in_child (self->child, item);
}

void
enclave_chat_row_set_list_item (EnclaveChatRow *self, GtkListItem *list_item)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_ROW (self));

  self->list_item = list_item;
}

GtkListItem *
enclave_chat_row_get_list_item (EnclaveChatRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ROW (self), NULL);

  return self->list_item;
}

EnclaveChatItem *
enclave_chat_row_get_item (EnclaveChatRow *self)
{
  gpointer item;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_ROW (self), NULL);

  item = self->list_item != NULL ? gtk_list_item_get_item (self->list_item) : NULL;

  return ENCLAVE_IS_CHAT_ITEM (item) ? item : NULL;
}

gboolean
enclave_chat_row_is_new (EnclaveChatRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ROW (self), FALSE);

  return self->child == NULL;
}

EnclaveChatLabels *
enclave_chat_row_get_labels (EnclaveChatRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ROW (self), NULL);

  if (self->child != NULL && ENCLAVE_IS_CHAT_TEXT_ROW (self->child))
    return enclave_chat_text_row_get_labels (ENCLAVE_CHAT_TEXT_ROW (self->child));
  if (self->child != NULL && ENCLAVE_IS_CHAT_CODE_ROW (self->child))
    return enclave_chat_code_row_get_labels (ENCLAVE_CHAT_CODE_ROW (self->child));

  return NULL;
}

GtkWidget *
enclave_chat_row_get_approval (EnclaveChatRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ROW (self), NULL);

  return self->child != NULL && (ENCLAVE_IS_CHAT_APPROVAL_ROW (self->child) || ENCLAVE_IS_CHAT_FORM_ROW (self->child)) ? self->child
                                                                                                                         : NULL;
}

const char *
enclave_chat_row_get_title (EnclaveChatRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_ROW (self), NULL);

  if (ENCLAVE_IS_CHAT_APPROVAL_ROW (self->child))
    return _("Question of the agent");
  if (ENCLAVE_IS_CHAT_FORM_ROW (self->child))
    return _("Question of a server");
  if (ENCLAVE_IS_CHAT_TURN_ROW (self->child))
    return _("State of the turn");
  if (ENCLAVE_IS_CHAT_PLAN_ROW (self->child))
    return _("Plan of the agent");
  if (ENCLAVE_IS_CHAT_CODE_ROW (self->child))
    return _("Code");
  if (ENCLAVE_IS_CHAT_STEPS_ROW (self->child))
    return _("Work of the agent");
  if (ENCLAVE_IS_CHAT_NOTICE_ROW (self->child))
    return _("Notice");
  return self->is_user ? _("Your message") : _("Reply");
}
