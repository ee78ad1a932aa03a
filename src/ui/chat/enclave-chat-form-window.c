/* enclave-chat-form-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-chat-form-window.h"

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-chat-form.h"

#define WIDTH 420
#define MAX_HEIGHT 420

struct _EnclaveChatFormWindow
{
  AdwWindow parent_instance;

  EnclaveChatForm *form;
};

static guint filled;

G_DEFINE_FINAL_TYPE (EnclaveChatFormWindow, enclave_chat_form_window, ADW_TYPE_WINDOW)

static void
enclave_chat_form_window_class_init (EnclaveChatFormWindowClass *klass)
{
  filled = g_signal_new ("filled", ENCLAVE_TYPE_CHAT_FORM_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                         JSON_TYPE_OBJECT);
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_chat_form_window_init (EnclaveChatFormWindow *self)
{
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

static void
fill_cb (EnclaveChatFormWindow *self)
{
  g_autoptr (JsonObject) content = enclave_chat_form_read (self->form);

  if (content == NULL)
    return;
  g_signal_emit (self, filled, 0, content);
  gtk_window_destroy (GTK_WINDOW (self));
}

static GtkWidget *
new_body (EnclaveChatFormWindow *self, const char *detail)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *window = gtk_scrolled_window_new ();

  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 18);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  if (*detail != '\0')
    {
      GtkWidget *label = gtk_label_new (detail);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->form));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (window), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (window), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (window), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), box);
  return window;
}

EnclaveChatFormWindow *
enclave_chat_form_window_present (GtkWidget *parent, const char *title, const char *detail, EnclaveMcpForm *form, const char *button)
{
  EnclaveChatFormWindow *self = g_object_new (ENCLAVE_TYPE_CHAT_FORM_WINDOW, "title", title, "modal", TRUE, "default-width", WIDTH, NULL);
  GtkRoot *root = gtk_widget_get_root (parent);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *fill = gtk_button_new_with_label (button);
  GtkWidget *cancel = gtk_button_new_with_label (_ ("Cancel"));

  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (self), GTK_WINDOW (root));
  self->form = ENCLAVE_CHAT_FORM (enclave_chat_form_new (form));
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  gtk_widget_add_css_class (fill, "suggested-action");
  g_signal_connect_swapped (fill, "clicked", G_CALLBACK (fill_cb), self);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), fill);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), new_body (self, detail));
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_present (GTK_WINDOW (self));
  enclave_chat_form_focus (self->form);
  return self;
}
