/* enclave-chat-step-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-chat-pane-private.h"
#include "enclave-chat-step-row.h"
#include "enclave-chat-text.h"
#include "enclave-chat-words.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

struct _EnclaveChatStepRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkButton *head;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *detail;
  GtkImage *expander;
  GtkRevealer *revealer;
  GtkLabel *words;
  GtkWidget *result_window;
  GtkLabel *result;
  GtkWidget *refusal_actions;
  GtkWidget *show_rule;
  GtkWidget *open_file;
  GtkWidget *open_in_terminal;
  GtkWidget *edit_rule;
  GtkWidget *send_as_it_is;

  EnclaveMessageBlock *block;
  guint second_timer;
};

G_DEFINE_FINAL_TYPE (EnclaveChatStepRow, enclave_chat_step_row, GTK_TYPE_WIDGET)

static void update (EnclaveChatStepRow *self);

static gboolean
runs (EnclaveChatStepRow *self)
{
  EnclaveToolCall *call = enclave_message_block_get_tool_call (self->block);

  return call != NULL ? enclave_tool_call_get_state (call) == ENCLAVE_TOOL_CALL_RUNNING
                      : enclave_message_block_get_open (self->block);
}

static gboolean
second_cb (gpointer user_data)
{
  EnclaveChatStepRow *self = ENCLAVE_CHAT_STEP_ROW (user_data);

  self->second_timer = 0;
  update (self);

  return G_SOURCE_REMOVE;
}

/* A name that a shell's line can hold and a person can read: nothing in it that acts on the terminal or can't be seen. */
static gboolean
can_type (const char *path)
{
  g_autofree char *visible = NULL;
  guint n_hidden;

  if (!g_utf8_validate (path, -1, NULL) || strpbrk (path, "\n\t") != NULL)
    return FALSE;
  visible = enclave_utf8_make_visible (path, &n_hidden);

  return n_hidden == 0;
}

/* Tools whose subject is the one file that the refusal is about. */
static gboolean
is_about_a_file (EnclaveToolCall *call)
{
  static const char *const names[] = { "read_file", "write_file", "edit_file", NULL };

  return g_strv_contains (names, enclave_tool_call_get_name (call));
}

static void
show_refusal (EnclaveChatStepRow *self, EnclaveToolCall *call)
{
  const char *rule = enclave_tool_call_get_rule (call);
  gboolean is_path = rule != NULL && *enclave_tool_call_get_subject (call) != '\0'
                     && strcmp (enclave_tool_call_get_name (call), "run_command") != 0;
  gboolean is_file = is_path && is_about_a_file (call);

  gtk_label_set_label (self->words, is_path
                                      ? _("The agent can’t read this file; you can open it. To change the rule, edit "
                                          "your deny-list.")
                                      : enclave_tool_call_get_result (call));
  gtk_label_set_wrap_mode (self->words, enclave_chat_text_has_long_word (gtk_label_get_text (self->words))
                                          ? PANGO_WRAP_CHAR
                                          : PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_visible (GTK_WIDGET (self->words), TRUE);
  gtk_widget_set_visible (self->refusal_actions, rule != NULL);
  gtk_widget_set_visible (self->open_file, is_path);
  gtk_widget_set_visible (self->edit_rule, is_file);
  gtk_widget_set_visible (self->open_in_terminal, is_file && can_type (enclave_tool_call_get_subject (call)));
}

static void
show_detail (EnclaveChatStepRow *self)
{
  EnclaveToolCall *call = enclave_message_block_get_tool_call (self->block);
  const char *text = call != NULL ? enclave_tool_call_get_result (call) : enclave_message_block_get_text (self->block);
  g_autofree char *part = NULL;
  g_autofree char *shown = NULL;
  guint n_lines;
  gboolean cut;

  gtk_widget_set_visible (self->result_window, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->words), FALSE);
  gtk_widget_set_visible (self->refusal_actions, FALSE);

  if (call != NULL && enclave_tool_call_get_state (call) == ENCLAVE_TOOL_CALL_REFUSED)
    {
      show_refusal (self, call);
      return;
    }
  if (call == NULL)
    {
      part = enclave_chat_text_shorten (text, 0, 0, ENCLAVE_CHAT_BLOCK_MAX_BYTES, FALSE, NULL, NULL);
      shown = enclave_chat_text_calm (part);
      gtk_label_set_wrap_mode (self->words, enclave_chat_text_has_long_word (shown) ? PANGO_WRAP_CHAR
                                                                                    : PANGO_WRAP_WORD_CHAR);
      gtk_label_set_text (self->words, shown);
      gtk_widget_set_visible (GTK_WIDGET (self->words), *shown != '\0');
      return;
    }

  if (*text == '\0')
    text = enclave_tool_call_get_arguments (call);
  part = enclave_chat_text_shorten (text, ENCLAVE_CHAT_RESULT_MAX_LINES, ENCLAVE_CHAT_CODE_MAX_LINE_BYTES,
                                    ENCLAVE_CHAT_BLOCK_MAX_BYTES, FALSE, &n_lines, &cut);
  shown = enclave_utf8_make_visible (part, NULL);
  gtk_label_set_text (self->result, shown);
  gtk_widget_set_visible (self->result_window, TRUE);
  if (cut)
    {
      g_autofree char *words = g_strdup_printf (_("The agent got all %u lines; the first are shown."), n_lines);

      gtk_label_set_label (self->words, words);
      gtk_widget_set_visible (GTK_WIDGET (self->words), TRUE);
    }
}

static void
update (EnclaveChatStepRow *self)
{
  EnclaveToolCall *call = enclave_message_block_get_tool_call (self->block);
  gboolean is_refused = call != NULL && enclave_tool_call_get_state (call) == ENCLAVE_TOOL_CALL_REFUSED;
  EnclaveChatWords words;

  enclave_chat_words_for_step (self->block, g_get_monotonic_time (), &words);
  gtk_image_set_from_icon_name (self->icon, words.icon_name);
  for (guint i = 0; i < 3; i++)
    {
      static const char *const classes[] = { "success", "warning", "error" };

      if (g_strcmp0 (classes[i], words.css_class) == 0)
        gtk_widget_add_css_class (GTK_WIDGET (self->icon), classes[i]);
      else
        gtk_widget_remove_css_class (GTK_WIDGET (self->icon), classes[i]);
    }
  gtk_label_set_markup (self->title, words.markup);
  gtk_label_set_text (self->detail, words.detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->head), GTK_ACCESSIBLE_PROPERTY_LABEL, words.plain, -1);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->head), words.plain);
  enclave_chat_words_clear (&words);

  if (is_refused)
    gtk_widget_add_css_class (self->box, "enclave-refused");
  else
    gtk_widget_remove_css_class (self->box, "enclave-refused");

  gtk_widget_set_visible (self->send_as_it_is, call != NULL && enclave_tool_call_get_withheld (call) != NULL);
  if (gtk_revealer_get_reveal_child (self->revealer))
    show_detail (self);
  /* Only while someone can see the seconds go by. */
  if (self->second_timer == 0 && runs (self) && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->second_timer = g_timeout_add_seconds (1, second_cb, self);
}

static void
toggle_cb (EnclaveChatStepRow *self)
{
  gboolean reveal = !gtk_revealer_get_reveal_child (self->revealer);

  if (reveal)
    show_detail (self);
  gtk_revealer_set_reveal_child (self->revealer, reveal);
  gtk_image_set_from_icon_name (self->expander, reveal ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->head), GTK_ACCESSIBLE_STATE_EXPANDED, reveal, -1);
}

static void
open_cb (EnclaveChatStepRow *self)
{
  EnclaveToolCall *call = enclave_message_block_get_tool_call (self->block);

  gtk_widget_activate_action (GTK_WIDGET (self), "chat.open-file", "(su)", enclave_tool_call_get_subject (call), 0);
}

/* The person's own shell may open what the agent may not; nothing runs before the person presses Enter. */
static void
open_in_terminal_cb (EnclaveChatStepRow *self)
{
  EnclaveToolCall *call = enclave_message_block_get_tool_call (self->block);
  g_autofree char *quoted = g_shell_quote (enclave_tool_call_get_subject (call));
  g_autofree char *command = g_strconcat ("less -- ", quoted, NULL);

  gtk_widget_activate_action (GTK_WIDGET (self), "chat.run-in-terminal", "s", command);
}

static void
edit_rule_cb (EnclaveChatStepRow *self)
{
  EnclaveToolCall *call = enclave_message_block_get_tool_call (self->block);

  gtk_widget_activate_action (GTK_WIDGET (self), "chat.edit-rule", "s", enclave_tool_call_get_subject (call));
}

static void
send_as_it_is_cb (EnclaveChatStepRow *self)
{
  GtkWidget *pane = gtk_widget_get_ancestor (GTK_WIDGET (self), ENCLAVE_TYPE_CHAT_PANE);

  if (pane != NULL)
    enclave_chat_pane_send_withheld (ENCLAVE_CHAT_PANE (pane), enclave_message_block_get_tool_call (self->block));
}

static void
show_rule_cb (EnclaveChatStepRow *self)
{
  EnclaveToolCall *call = enclave_message_block_get_tool_call (self->block);

  gtk_widget_activate_action (GTK_WIDGET (self), "chat.show-rule", "s", enclave_tool_call_get_rule (call));
}

static void
enclave_chat_step_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (enclave_chat_step_row_parent_class)->map (widget);
  update (ENCLAVE_CHAT_STEP_ROW (widget));
}

static void
enclave_chat_step_row_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&ENCLAVE_CHAT_STEP_ROW (widget)->second_timer, g_source_remove);
  GTK_WIDGET_CLASS (enclave_chat_step_row_parent_class)->unmap (widget);
}

static void
enclave_chat_step_row_dispose (GObject *object)
{
  EnclaveChatStepRow *self = ENCLAVE_CHAT_STEP_ROW (object);

  g_clear_handle_id (&self->second_timer, g_source_remove);
  g_clear_object (&self->block);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_STEP_ROW);

  G_OBJECT_CLASS (enclave_chat_step_row_parent_class)->dispose (object);
}

static void
enclave_chat_step_row_class_init (EnclaveChatStepRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_step_row_dispose;
  widget_class->map = enclave_chat_step_row_map;
  widget_class->unmap = enclave_chat_step_row_unmap;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-step-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, head);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, icon);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, detail);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, expander);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, revealer);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, words);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, result_window);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, result);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, refusal_actions);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, show_rule);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, open_file);
  gtk_widget_class_bind_template_callback (widget_class, toggle_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, open_in_terminal);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, edit_rule);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatStepRow, send_as_it_is);
  gtk_widget_class_bind_template_callback (widget_class, send_as_it_is_cb);
  gtk_widget_class_bind_template_callback (widget_class, show_rule_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_in_terminal_cb);
  gtk_widget_class_bind_template_callback (widget_class, edit_rule_cb);
}

static void
enclave_chat_step_row_init (EnclaveChatStepRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->head), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE, -1);
}

GtkWidget *
enclave_chat_step_row_new (EnclaveMessageBlock *block)
{
  EnclaveChatStepRow *self;
  EnclaveToolCall *call;

  g_return_val_if_fail (ENCLAVE_IS_MESSAGE_BLOCK (block), NULL);

  self = g_object_new (ENCLAVE_TYPE_CHAT_STEP_ROW, NULL);
  self->block = g_object_ref (block);
  call = enclave_message_block_get_tool_call (block);
  if (call != NULL)
    g_signal_connect_object (call, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  else
    g_signal_connect_object (block, "notify::open", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}

EnclaveMessageBlock *
enclave_chat_step_row_get_block (EnclaveChatStepRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_STEP_ROW (self), NULL);

  return self->block;
}
