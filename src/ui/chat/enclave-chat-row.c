/* enclave-chat-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "enclave-agent-service.h"
#include "enclave-chat-approval-row.h"
#include "enclave-chat-code-row.h"
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

  GtkWidget *clamp;
  EnclaveCodeHighlighter *highlighter;
  gboolean is_user;
};

G_DEFINE_FINAL_TYPE (EnclaveChatRow, enclave_chat_row, GTK_TYPE_WIDGET)

static GtkWidget *
get_child (EnclaveChatRow *self)
{
  return adw_clamp_get_child (ADW_CLAMP (self->clamp));
}

static GType
type_for_item (gpointer item)
{
  if (ENCLAVE_IS_CHAT_QUESTION (item))
    return ENCLAVE_TYPE_CHAT_APPROVAL_ROW;
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

static void
enclave_chat_row_dispose (GObject *object)
{
  EnclaveChatRow *self = ENCLAVE_CHAT_ROW (object);

  g_clear_pointer (&self->clamp, gtk_widget_unparent);
  g_clear_object (&self->highlighter);

  G_OBJECT_CLASS (enclave_chat_row_parent_class)->dispose (object);
}

static void
enclave_chat_row_class_init (EnclaveChatRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_chat_row_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
enclave_chat_row_init (EnclaveChatRow *self)
{
  self->clamp = adw_clamp_new ();
  adw_clamp_set_maximum_size (ADW_CLAMP (self->clamp), MAX_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (self->clamp), MAX_WIDTH);
  gtk_widget_set_parent (self->clamp, GTK_WIDGET (self));
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
  GtkWidget *child;
  GType type;

  g_return_if_fail (ENCLAVE_IS_CHAT_ROW (self));

  child = get_child (self);
  if (item == NULL)
    {
      if (child != NULL)
        show_in_child (child, NULL);
      return;
    }

  type = type_for_item (item);
  self->is_user = type == ENCLAVE_TYPE_CHAT_TEXT_ROW && enclave_chat_item_get_kind (item) == ENCLAVE_CHAT_ITEM_USER;
  if (child == NULL || G_OBJECT_TYPE (child) != type)
    {
      child = g_object_new (type, NULL);
      if (ENCLAVE_IS_CHAT_CODE_ROW (child))
        enclave_chat_code_row_set_highlighter (ENCLAVE_CHAT_CODE_ROW (child), self->highlighter);
      adw_clamp_set_child (ADW_CLAMP (self->clamp), child);
    }
  show_in_child (child, item);
}

GtkWidget *
enclave_chat_row_get_approval (EnclaveChatRow *self)
{
  GtkWidget *child;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_ROW (self), NULL);

  child = get_child (self);

  return child != NULL && ENCLAVE_IS_CHAT_APPROVAL_ROW (child) ? child : NULL;
}

const char *
enclave_chat_row_get_title (EnclaveChatRow *self)
{
  GtkWidget *child;

  g_return_val_if_fail (ENCLAVE_IS_CHAT_ROW (self), NULL);

  child = get_child (self);
  if (ENCLAVE_IS_CHAT_APPROVAL_ROW (child))
    return _("Question of the agent");
  if (ENCLAVE_IS_CHAT_TURN_ROW (child))
    return _("State of the turn");
  if (ENCLAVE_IS_CHAT_PLAN_ROW (child))
    return _("Plan of the agent");
  if (ENCLAVE_IS_CHAT_CODE_ROW (child))
    return _("Code");
  if (ENCLAVE_IS_CHAT_STEPS_ROW (child))
    return _("Work of the agent");
  if (ENCLAVE_IS_CHAT_NOTICE_ROW (child))
    return _("Notice");
  return self->is_user ? _("Your message") : _("Reply");
}
