/* enclave-chat-thread-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-chat-text.h"
#include "enclave-chat-thread-row.h"
#include "enclave-utf8.h"

struct _EnclaveChatThreadRow
{
  GtkWidget parent_instance;

  GtkLabel *title;
  GtkLabel *time;
  GtkLabel *detail;
  char *words;
};

G_DEFINE_FINAL_TYPE (EnclaveChatThreadRow, enclave_chat_thread_row, GTK_TYPE_WIDGET)

static void
enclave_chat_thread_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (enclave_chat_thread_row_parent_class)->dispose (object);
}

static void
enclave_chat_thread_row_finalize (GObject *object)
{
  g_free (ENCLAVE_CHAT_THREAD_ROW (object)->words);

  G_OBJECT_CLASS (enclave_chat_thread_row_parent_class)->finalize (object);
}

static void
enclave_chat_thread_row_class_init (EnclaveChatThreadRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_chat_thread_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_chat_thread_row_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static GtkLabel *
new_label (PangoEllipsizeMode mode)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), mode);

  return GTK_LABEL (label);
}

static void
enclave_chat_thread_row_init (EnclaveChatThreadRow *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))),
                                  GTK_ORIENTATION_VERTICAL);
  self->title = new_label (PANGO_ELLIPSIZE_END);
  self->time = new_label (PANGO_ELLIPSIZE_NONE);
  self->detail = new_label (PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->title), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->time), "enclave-quiet");
  gtk_widget_add_css_class (GTK_WIDGET (self->time), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self->time), "enclave-chat-small");
  gtk_widget_add_css_class (GTK_WIDGET (self->detail), "enclave-quiet");
  gtk_widget_add_css_class (GTK_WIDGET (self->detail), "enclave-chat-small");
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->time));
  gtk_widget_set_parent (line, GTK_WIDGET (self));
  gtk_widget_set_parent (GTK_WIDGET (self->detail), GTK_WIDGET (self));
}

GtkWidget *
enclave_chat_thread_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_THREAD_ROW, NULL);
}

void
enclave_chat_thread_row_set_session (EnclaveChatThreadRow *self, EnclaveSession *session, gboolean current)
{
  guint n = enclave_session_get_n_messages (session);
  g_autofree char *title = enclave_utf8_display_name (enclave_session_get_title (session));
  g_autofree char *excerpt = enclave_utf8_display_name (enclave_session_get_excerpt (session));
  g_autofree char *time = enclave_chat_text_time (enclave_session_get_time (session) / G_USEC_PER_SEC,
                                                  g_get_real_time () / G_USEC_PER_SEC);
  g_autoptr (GString) detail = g_string_new (NULL);

  g_return_if_fail (ENCLAVE_IS_CHAT_THREAD_ROW (self));

  if (*excerpt != '\0')
    {
      g_string_append (detail, excerpt);
    }
  else
    {
      if (current)
        g_string_append_printf (detail, "%s · ", _("Open now"));
      g_string_append_printf (detail, ngettext ("%u message", "%u messages", n), n);
      if (enclave_session_get_origin (session) != NULL)
        g_string_append_printf (detail, " · %s", _("branch"));
    }
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->time, time);
  gtk_label_set_text (self->detail, detail->str);
  g_free (self->words);
  self->words = g_strdup_printf ("%s, %s, %s", title, time, detail->str);
}

const char *
enclave_chat_thread_row_get_words (EnclaveChatThreadRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_THREAD_ROW (self), NULL);

  return self->words;
}
