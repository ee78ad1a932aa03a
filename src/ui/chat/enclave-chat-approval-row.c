/* enclave-chat-approval-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-approval-row.h"
#include "enclave-chat-exact-text.h"
#include "enclave-chat-resources.h"
#include "enclave-limits.h"
#include "enclave-utf8.h"

struct _EnclaveChatApprovalRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkImage *icon;
  GtkLabel *heading;
  EnclaveChatExactText *subject;
  GtkGrid *facts;
  GtkWidget *read_on;
  GtkCheckButton *remember;
  GtkLabel *remember_label;
  GtkWidget *deny;
  GtkButton *allow;

  EnclaveChatQuestion *question;
  guint n_facts;
  guint arm_timer;
  gboolean armed;
};

G_DEFINE_FINAL_TYPE (EnclaveChatApprovalRow, enclave_chat_approval_row, GTK_TYPE_WIDGET)

static void
update_allow (EnclaveChatApprovalRow *self)
{
  gboolean is_kept = gtk_check_button_get_active (self->remember);

  gtk_button_set_label (self->allow, is_kept ? _("Allow") : _("Allow once"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->allow), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Allow"), -1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->allow), enclave_chat_exact_text_get_seen_whole (self->subject));
  gtk_widget_set_visible (self->read_on, self->armed && !enclave_chat_exact_text_get_seen_whole (self->subject));
}

static void
seen_cb (EnclaveChatApprovalRow *self)
{
  update_allow (self);
}

static void
remember_cb (EnclaveChatApprovalRow *self)
{
  update_allow (self);
}

static void
answer (EnclaveChatApprovalRow *self, EnclaveApprovalAnswer what)
{
  g_autoptr (EnclaveChatQuestion) question = NULL;

  if (!self->armed || self->question == NULL)
    return;

  question = g_object_ref (self->question);
  enclave_chat_question_answer (question, what);
}

static void
deny_cb (EnclaveChatApprovalRow *self)
{
  answer (self, ENCLAVE_APPROVAL_DENIED);
}

static void
allow_cb (EnclaveChatApprovalRow *self)
{
  if (enclave_chat_exact_text_get_seen_whole (self->subject))
    answer (self, gtk_check_button_get_active (self->remember) ? ENCLAVE_APPROVAL_ALLOWED_IN_CONVERSATION
                                                               : ENCLAVE_APPROVAL_ALLOWED_ONCE);
}

static gboolean
arm_cb (gpointer user_data)
{
  EnclaveChatApprovalRow *self = ENCLAVE_CHAT_APPROVAL_ROW (user_data);

  self->arm_timer = 0;
  self->armed = TRUE;
  enclave_chat_exact_text_check (self->subject);
  update_allow (self);

  return G_SOURCE_REMOVE;
}

/* Counts from when the person can see it. */
static void
start_arming (EnclaveChatApprovalRow *self)
{
  g_clear_handle_id (&self->arm_timer, g_source_remove);
  self->armed = FALSE;
  if (self->question != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->arm_timer = g_timeout_add (ENCLAVE_APPROVAL_ARM_MS, arm_cb, self);
}

static void
enclave_chat_approval_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (enclave_chat_approval_row_parent_class)->map (widget);
  start_arming (ENCLAVE_CHAT_APPROVAL_ROW (widget));
}

static void
enclave_chat_approval_row_unmap (GtkWidget *widget)
{
  EnclaveChatApprovalRow *self = ENCLAVE_CHAT_APPROVAL_ROW (widget);

  g_clear_handle_id (&self->arm_timer, g_source_remove);
  self->armed = FALSE;
  GTK_WIDGET_CLASS (enclave_chat_approval_row_parent_class)->unmap (widget);
}

static void
enclave_chat_approval_row_dispose (GObject *object)
{
  EnclaveChatApprovalRow *self = ENCLAVE_CHAT_APPROVAL_ROW (object);

  g_clear_handle_id (&self->arm_timer, g_source_remove);
  g_clear_object (&self->question);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_APPROVAL_ROW);

  G_OBJECT_CLASS (enclave_chat_approval_row_parent_class)->dispose (object);
}

static void
enclave_chat_approval_row_class_init (EnclaveChatApprovalRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_approval_row_dispose;
  widget_class->map = enclave_chat_approval_row_map;
  widget_class->unmap = enclave_chat_approval_row_unmap;

  enclave_chat_get_resource ();
  g_type_ensure (ENCLAVE_TYPE_CHAT_EXACT_TEXT);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/chat/enclave-chat-approval-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatApprovalRow, box);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatApprovalRow, icon);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatApprovalRow, heading);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatApprovalRow, subject);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatApprovalRow, facts);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatApprovalRow, read_on);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatApprovalRow, remember);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatApprovalRow, remember_label);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatApprovalRow, deny);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatApprovalRow, allow);
  gtk_widget_class_bind_template_callback (widget_class, remember_cb);
  gtk_widget_class_bind_template_callback (widget_class, seen_cb);
  gtk_widget_class_bind_template_callback (widget_class, deny_cb);
  gtk_widget_class_bind_template_callback (widget_class, allow_cb);
}

static void
enclave_chat_approval_row_init (EnclaveChatApprovalRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
enclave_chat_approval_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_APPROVAL_ROW, NULL);
}

static void
add_fact (EnclaveChatApprovalRow *self, const char *label, const char *value)
{
  GtkWidget *name = gtk_label_new (label);
  g_autofree char *shown = enclave_utf8_make_visible (value, NULL);
  GtkWidget *fact = gtk_label_new (shown);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_yalign (GTK_LABEL (name), 0);
  gtk_widget_add_css_class (name, "enclave-quiet");
  gtk_widget_add_css_class (name, "enclave-chat-small");
  gtk_label_set_xalign (GTK_LABEL (fact), 0);
  gtk_label_set_wrap (GTK_LABEL (fact), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (fact), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (fact, TRUE);
  gtk_widget_add_css_class (fact, "enclave-chat-small");
  gtk_grid_attach (self->facts, name, 0, (int) self->n_facts, 1, 1);
  gtk_grid_attach (self->facts, fact, 1, (int) self->n_facts, 1, 1);
  self->n_facts++;
}

static void
show_facts (EnclaveChatApprovalRow *self, EnclaveApprovalRequest *request, guint n_hidden)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts))) != NULL)
    gtk_grid_remove (self->facts, child);
  self->n_facts = 0;

  if (n_hidden > 0)
    {
      g_autofree char *words = g_strdup_printf (ngettext ("%u hidden character, marked above",
                                                          "%u hidden characters, marked above", n_hidden),
                                                n_hidden);

      add_fact (self, _("Look closely"), words);
    }
  for (guint i = 0; i < enclave_approval_request_get_n_facts (request); i++)
    {
      const char *label;
      const char *value = enclave_approval_request_get_fact (request, i, &label);

      add_fact (self, label, value);
    }
  if (enclave_approval_request_get_kind (request) == ENCLAVE_APPROVAL_PROTECTED_WRITE)
    add_fact (self, _("Allowed for"), _("this one change only"));
  gtk_widget_set_visible (GTK_WIDGET (self->facts), self->n_facts > 0);
}

void
enclave_chat_approval_row_set_question (EnclaveChatApprovalRow *self, EnclaveChatQuestion *question)
{
  EnclaveApprovalRequest *request;
  EnclaveApprovalKind kind;
  gboolean is_change;
  gboolean can_remember;
  const char *remember_words;
  guint n_hidden;

  g_return_if_fail (ENCLAVE_IS_CHAT_APPROVAL_ROW (self));
  g_return_if_fail (question == NULL || ENCLAVE_IS_CHAT_QUESTION (question));

  g_set_object (&self->question, question);
  start_arming (self);
  if (question == NULL)
    return;

  request = enclave_chat_question_get_request (question);
  kind = enclave_approval_request_get_kind (request);
  is_change = kind == ENCLAVE_APPROVAL_WRITE || kind == ENCLAVE_APPROVAL_PROTECTED_WRITE;
  can_remember = enclave_approval_request_get_can_remember (request);

  gtk_image_set_from_icon_name (self->icon, kind == ENCLAVE_APPROVAL_PROTECTED_WRITE ? "dialog-warning-symbolic"
                                            : is_change                              ? "document-edit-symbolic"
                                                                                     : "enclave-terminal-symbolic");
  gtk_label_set_label (self->heading, enclave_chat_question_get_heading (question));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  enclave_chat_question_get_heading (question), -1);
  n_hidden = enclave_chat_exact_text_set (self->subject, enclave_approval_request_get_subject (request),
                                          is_change ? ENCLAVE_CHAT_EXACT_CHANGE : ENCLAVE_CHAT_EXACT_COMMAND,
                                          _("What the agent asks for"));
  show_facts (self, request, n_hidden);

  gtk_check_button_set_active (self->remember, FALSE);
  remember_words = can_remember ? _("Allow exactly this in this conversation")
                                : _("Only simple commands can be allowed for longer");
  gtk_label_set_label (self->remember_label, remember_words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remember), GTK_ACCESSIBLE_PROPERTY_LABEL, remember_words, -1);
  gtk_widget_set_sensitive (GTK_WIDGET (self->remember), can_remember);
  gtk_widget_set_visible (GTK_WIDGET (self->remember), !is_change || can_remember);
  update_allow (self);
}

gboolean
enclave_chat_approval_row_focus (EnclaveChatApprovalRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_APPROVAL_ROW (self), FALSE);

  return gtk_widget_grab_focus (self->deny);
}

gboolean
enclave_chat_approval_row_get_armed (EnclaveChatApprovalRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_APPROVAL_ROW (self), FALSE);

  return self->armed;
}
