/* enclave-chat-notice-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-left-out.h"
#include "enclave-chat-notice-row.h"
#include "enclave-chat-text.h"
#include "enclave-limits.h"

struct _EnclaveChatNoticeRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *text;
  GtkWidget *looking;
  GtkWidget *actions;
  GtkWidget *other_server;
  GtkWidget *copy;
  GtkButton *again;
  GtkWidget *stop_here;
  GtkWidget *show;
  GtkWidget *go_on;

  EnclaveChatItem *item;
  gulong current_handler;
};

typedef struct
{
  EnclaveNoticeKind kind;
  const char *icon_name;
  const char *css_class;
  gboolean can_retry;
  gboolean can_go_on;
} NoticeStyle;

static const NoticeStyle styles[] = {
  { ENCLAVE_NOTICE_NONE, "help-about-symbolic", NULL, FALSE, FALSE },
  { ENCLAVE_NOTICE_STOPPED, "media-playback-stop-symbolic", NULL, FALSE, FALSE },
  { ENCLAVE_NOTICE_CUT_OFF, "network-offline-symbolic", "warning", TRUE, FALSE },
  { ENCLAVE_NOTICE_OFFLINE, "network-server-symbolic", "error", TRUE, FALSE },
  { ENCLAVE_NOTICE_SERVER_ERROR, "dialog-error-symbolic", "error", TRUE, FALSE },
  { ENCLAVE_NOTICE_WINDOW, "dialog-error-symbolic", "error", FALSE, FALSE },
  { ENCLAVE_NOTICE_LOOP, "emblem-synchronizing-symbolic", "warning", FALSE, TRUE },
  { ENCLAVE_NOTICE_ROUNDS, "emblem-synchronizing-symbolic", "warning", FALSE, TRUE },
  { ENCLAVE_NOTICE_LENGTH, "dialog-warning-symbolic", "warning", FALSE, FALSE },
  { ENCLAVE_NOTICE_COMPACTED, "edit-cut-symbolic", NULL, FALSE, FALSE },
};

G_DEFINE_FINAL_TYPE (EnclaveChatNoticeRow, enclave_chat_notice_row, GTK_TYPE_WIDGET)

static const NoticeStyle *
find_style (EnclaveNoticeKind kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (styles[i].kind == kind)
      return &styles[i];

  return &styles[0];
}

/* Only the last words of a conversation can still be acted on. */
static void
update_actions (EnclaveChatNoticeRow *self)
{
  EnclaveNoticeKind kind = enclave_message_block_get_notice (enclave_chat_item_get_block (self->item));
  const NoticeStyle *style = find_style (kind);
  gboolean is_current = enclave_chat_item_get_current (self->item);
  gboolean has_detail = *enclave_message_block_get_detail (enclave_chat_item_get_block (self->item)) != '\0';
  gboolean is_offline = kind == ENCLAVE_NOTICE_OFFLINE;

  gtk_widget_set_visible (self->looking, is_current && is_offline);
  gtk_widget_set_visible (self->other_server, is_offline);
  gtk_widget_set_visible (self->copy, style->can_retry && !is_offline);
  gtk_widget_set_visible (GTK_WIDGET (self->again), style->can_retry);
  gtk_widget_set_visible (self->stop_here, style->can_go_on);
  gtk_widget_set_visible (self->go_on, style->can_go_on);
  gtk_widget_set_visible (self->show, has_detail);
  gtk_widget_set_visible (self->actions, has_detail || (is_current && (style->can_retry || style->can_go_on)));
  gtk_button_set_label (self->again, is_offline ? _("Try now") : _("Try again"));
}

static void
again_cb (EnclaveChatNoticeRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.retry", NULL);
}

/* The turn has ended already; the person need not look at the question any more. */
static void
stop_here_cb (EnclaveChatNoticeRow *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "chat.focus-message", NULL);
  gtk_widget_set_visible (self->actions, FALSE);
}

static void
show_cb (EnclaveChatNoticeRow *self)
{
  enclave_chat_left_out_show (GTK_WIDGET (self), enclave_chat_item_get_block (self->item));
}

static void
copy_cb (EnclaveChatNoticeRow *self)
{
  EnclaveMessageBlock *block = enclave_chat_item_get_block (self->item);
  g_autofree char *text = g_strdup_printf ("%s\n%s", enclave_message_block_get_title (block),
                                           enclave_message_block_get_text (block));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
forget_item (EnclaveChatNoticeRow *self)
{
  if (self->item != NULL)
    g_clear_signal_handler (&self->current_handler, self->item);
  g_clear_object (&self->item);
}

static void
enclave_chat_notice_row_dispose (GObject *object)
{
  forget_item (ENCLAVE_CHAT_NOTICE_ROW (object));
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_NOTICE_ROW);

  G_OBJECT_CLASS (enclave_chat_notice_row_parent_class)->dispose (object);
}

static void
enclave_chat_notice_row_class_init (EnclaveChatNoticeRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_notice_row_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-notice-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, icon);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, text);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, looking);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, actions);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, other_server);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, copy);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, again);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, stop_here);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, go_on);
  gtk_widget_class_bind_template_callback (widget_class, again_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_here_cb);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatNoticeRow, show);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
}

static void
enclave_chat_notice_row_init (EnclaveChatNoticeRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
enclave_chat_notice_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_NOTICE_ROW, NULL);
}

void
enclave_chat_notice_row_set_item (EnclaveChatNoticeRow *self, EnclaveChatItem *item)
{
  EnclaveMessageBlock *block;
  const NoticeStyle *style;
  g_autofree char *part = NULL;
  g_autofree char *calm = NULL;

  g_return_if_fail (ENCLAVE_IS_CHAT_NOTICE_ROW (self));
  g_return_if_fail (item == NULL || ENCLAVE_IS_CHAT_ITEM (item));

  forget_item (self);
  if (item == NULL)
    return;

  self->item = g_object_ref (item);
  self->current_handler = g_signal_connect_swapped (item, "notify::current", G_CALLBACK (update_actions), self);

  block = enclave_chat_item_get_block (item);
  style = find_style (enclave_message_block_get_notice (block));
  gtk_image_set_from_icon_name (self->icon, style->icon_name);
  gtk_widget_remove_css_class (GTK_WIDGET (self->icon), "warning");
  gtk_widget_remove_css_class (GTK_WIDGET (self->icon), "error");
  if (style->css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), style->css_class);
  gtk_label_set_label (self->title, enclave_message_block_get_title (block));
  /* A server's own words may be in it. */
  part = enclave_chat_text_shorten (enclave_message_block_get_text (block), 0, 0, ENCLAVE_CHAT_BLOCK_MAX_BYTES, FALSE,
                                    NULL, NULL);
  calm = enclave_chat_text_calm (part);
  gtk_label_set_wrap_mode (self->text, enclave_chat_text_has_long_word (calm) ? PANGO_WRAP_CHAR
                                                                              : PANGO_WRAP_WORD_CHAR);
  gtk_label_set_text (self->text, calm);
  update_actions (self);
}
