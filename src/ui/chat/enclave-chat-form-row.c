/* enclave-chat-form-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-form-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-chat-form.h"
#include "enclave-limits.h"

/* On the question: the form with what was filled in. A row that is scrolled away is given to something else. */
#define FORM "enclave-chat-form"
#define MESSAGE_MAX_HEIGHT 160
/* Longer ones are scrolled: a server must not push the buttons out of sight. */
#define MESSAGE_PLAIN_BYTES 400
/* Characters of a name on a button. */
#define NAME_CHARS 20

struct _EnclaveChatFormRow
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *heading;
  GtkLabel *who;
  GtkLabel *message;
  GtkWidget *message_window;
  GtkWidget *form_box;
  GtkLabel *warning;
  GtkWidget *cancel;
  GtkButton *send;

  EnclaveMcpQuestion *question; /* (nullable) */
  guint arm_timer;
  gboolean armed;
  gboolean warned;
};

G_DEFINE_FINAL_TYPE (EnclaveChatFormRow, enclave_chat_form_row, GTK_TYPE_WIDGET)

static EnclaveChatForm *
get_form (EnclaveChatFormRow *self)
{
  return self->question != NULL ? g_object_get_data (G_OBJECT (self->question), FORM) : NULL;
}

static gboolean
arm_cb (gpointer user_data)
{
  EnclaveChatFormRow *self = user_data;

  self->arm_timer = 0;
  self->armed = TRUE;
  return G_SOURCE_REMOVE;
}

static void
start_arming (EnclaveChatFormRow *self)
{
  g_clear_handle_id (&self->arm_timer, g_source_remove);
  self->armed = FALSE;
  if (self->question != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->arm_timer = g_timeout_add (ENCLAVE_APPROVAL_ARM_MS, arm_cb, self);
}

static void
warn (EnclaveChatFormRow *self, const char *words)
{
  gtk_label_set_text (self->warning, words);
  gtk_widget_set_visible (GTK_WIDGET (self->warning), TRUE);
}

static void
send_cb (EnclaveChatFormRow *self)
{
  g_autoptr (EnclaveMcpQuestion) question = NULL;
  EnclaveChatForm *form = get_form (self);
  EnclaveGate *gate = NULL;
  g_autoptr (JsonObject) content = NULL;

  if (!self->armed || form == NULL)
    return;
  content = enclave_chat_form_read (form);
  if (content == NULL)
    return;
  gate = g_object_get_data (G_OBJECT (self->question), "enclave-gate");
  if (!self->warned && enclave_chat_form_holds_secret (form, gate))
    {
      self->warned = TRUE;
      warn (self, _ ("This looks like a secret. The server gets it as it is, and may keep it or send it elsewhere. Send it only if you would tell it "
                     "to whoever wrote the server."));
      gtk_button_set_label (self->send, _ ("Send the secret"));
      start_arming (self);
      return;
    }
  question = g_object_ref (self->question);
  enclave_mcp_question_accept (question, content);
}

static void
decline_cb (EnclaveChatFormRow *self)
{
  g_autoptr (EnclaveMcpQuestion) question = self->armed && self->question != NULL ? g_object_ref (self->question) : NULL;

  if (question != NULL)
    enclave_mcp_question_decline (question);
}

static void
cancel_cb (EnclaveChatFormRow *self)
{
  g_autoptr (EnclaveMcpQuestion) question = self->armed && self->question != NULL ? g_object_ref (self->question) : NULL;

  if (question != NULL)
    enclave_mcp_question_cancel (question);
}

static void
enclave_chat_form_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (enclave_chat_form_row_parent_class)->map (widget);
  start_arming (ENCLAVE_CHAT_FORM_ROW (widget));
}

static void
enclave_chat_form_row_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&ENCLAVE_CHAT_FORM_ROW (widget)->arm_timer, g_source_remove);
  ENCLAVE_CHAT_FORM_ROW (widget)->armed = FALSE;
  GTK_WIDGET_CLASS (enclave_chat_form_row_parent_class)->unmap (widget);
}

static void
take_out (EnclaveChatFormRow *self)
{
  GtkWidget *child = gtk_widget_get_first_child (self->form_box);

  if (child != NULL)
    gtk_box_remove (GTK_BOX (self->form_box), child);
}

static void
enclave_chat_form_row_dispose (GObject *object)
{
  EnclaveChatFormRow *self = ENCLAVE_CHAT_FORM_ROW (object);

  g_clear_handle_id (&self->arm_timer, g_source_remove);
  if (self->box != NULL)
    take_out (self);
  g_clear_object (&self->question);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (enclave_chat_form_row_parent_class)->dispose (object);
}

static void
enclave_chat_form_row_class_init (EnclaveChatFormRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_chat_form_row_dispose;
  widget_class->map = enclave_chat_form_row_map;
  widget_class->unmap = enclave_chat_form_row_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
add_label (EnclaveChatFormRow *self, GtkWidget *parent, const char *css_class)
{
  GtkWidget *label = gtk_label_new ("");

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (parent), label);
  return label;
}

static GtkWidget *
add_button (EnclaveChatFormRow *self, GtkWidget *parent, const char *label, GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (parent), button);
  return button;
}

static void
enclave_chat_form_row_init (EnclaveChatFormRow *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", "application-x-addon-symbolic", "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_add_css_class (self->box, "enclave-card");
  gtk_widget_add_css_class (self->box, "enclave-chat-approval");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (head), icon);
  gtk_box_append (GTK_BOX (self->box), head);
  self->heading = GTK_LABEL (add_label (self, head, "heading"));
  self->who = GTK_LABEL (add_label (self, self->box, "enclave-quiet"));
  gtk_widget_add_css_class (GTK_WIDGET (self->who), "enclave-chat-small");
  self->message_window = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->message_window), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->message_window), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->message_window), MESSAGE_MAX_HEIGHT);
  self->message = GTK_LABEL (gtk_label_new (""));
  gtk_label_set_xalign (self->message, 0);
  gtk_label_set_wrap (self->message, TRUE);
  gtk_label_set_wrap_mode (self->message, PANGO_WRAP_WORD_CHAR);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->message_window), GTK_WIDGET (self->message));
  gtk_box_append (GTK_BOX (self->box), self->message_window);
  self->form_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), self->form_box);
  self->warning = GTK_LABEL (add_label (self, self->box, "warning"));
  gtk_widget_add_css_class (GTK_WIDGET (self->warning), "enclave-chat-small");
  gtk_widget_set_halign (buttons, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (self->box), buttons);
  self->cancel = add_button (self, buttons, _ ("Cancel"), G_CALLBACK (cancel_cb));
  add_button (self, buttons, _ ("Decline"), G_CALLBACK (decline_cb));
  self->send = GTK_BUTTON (add_button (self, buttons, "", G_CALLBACK (send_cb)));
}

static void
show_form (EnclaveChatFormRow *self)
{
  EnclaveChatForm *form = get_form (self);
  GtkWidget *parent;

  if (form == NULL)
    {
      form = ENCLAVE_CHAT_FORM (g_object_ref_sink (enclave_chat_form_new (enclave_mcp_question_get_form (self->question))));
      g_object_set_data_full (G_OBJECT (self->question), FORM, form, g_object_unref);
    }
  parent = gtk_widget_get_parent (GTK_WIDGET (form));
  if (parent != NULL)
    gtk_box_remove (GTK_BOX (parent), GTK_WIDGET (form));
  gtk_box_append (GTK_BOX (self->form_box), GTK_WIDGET (form));
  gtk_widget_set_visible (GTK_WIDGET (self->warning), FALSE);
  if (enclave_chat_form_asks_for_secret (form))
    warn (self, _ ("The server asks for a secret. What you write here it gets as it is."));
}

/* Where it goes is said on the button: of a long form the heading may be out of sight. */
static void
name_button (EnclaveChatFormRow *self)
{
  const char *server = enclave_mcp_question_get_server (self->question);
  g_autofree char *start = g_utf8_strlen (server, -1) > NAME_CHARS ? g_utf8_substring (server, 0, NAME_CHARS - 1) : NULL;
  g_autofree char *name = start != NULL ? g_strconcat (start, "…", NULL) : g_strdup (server);
  /* Translators: a server's name */
  g_autofree char *label = g_strdup_printf (_ ("Send to %s"), name);

  gtk_button_set_label (self->send, label);
}

void
enclave_chat_form_row_set_question (EnclaveChatFormRow *self, EnclaveMcpQuestion *question)
{
  const char *call;
  const char *message;
  g_autofree char *heading = NULL;
  g_autofree char *who = NULL;

  g_return_if_fail (ENCLAVE_IS_CHAT_FORM_ROW (self));
  g_return_if_fail (question == NULL || ENCLAVE_IS_MCP_QUESTION (question));

  take_out (self);
  g_set_object (&self->question, question);
  self->warned = FALSE;
  start_arming (self);
  if (question == NULL)
    return;
  name_button (self);
  call = enclave_mcp_question_get_call (question);
  message = enclave_mcp_question_get_form (question)->message;
  /* Translators: a server's name */
  heading = g_strdup_printf (_ ("The server “%s” asks you"), enclave_mcp_question_get_server (question));
  /* Translators: a tool's name */
  who = call != NULL ? g_strdup_printf (_ ("While it runs %s. These are the server’s words, not Enclave’s."), call)
                     : g_strdup (_ ("These are the server’s words, not Enclave’s."));
  gtk_label_set_text (self->heading, heading);
  gtk_label_set_text (self->who, who);
  gtk_label_set_text (self->message, message);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->message_window), GTK_POLICY_NEVER,
                                  strlen (message) > MESSAGE_PLAIN_BYTES ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  gtk_widget_set_visible (self->message_window, *message != '\0');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, heading, -1);
  show_form (self);
}

gboolean
enclave_chat_form_row_focus (EnclaveChatFormRow *self)
{
  EnclaveChatForm *form = get_form (self);

  return (form != NULL && enclave_chat_form_focus (form)) || gtk_widget_grab_focus (self->cancel);
}
