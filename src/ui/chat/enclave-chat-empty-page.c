/* enclave-chat-empty-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-chat-empty-page.h"

struct _EnclaveChatEmptyPage
{
  GtkWidget parent_instance;

  GtkWidget *window;
  GtkLabel *title;
  GtkLabel *description;
  GtkListBox *suggestions;
};

enum
{
  SUGGESTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

typedef struct
{
  const char *icon_name;
  const char *text;
} Suggestion;

static const Suggestion suggestions[] = {
  { "help-about-symbolic", N_("Explain how this project is built") },
  { "dialog-warning-symbolic", N_("Run the tests and fix what fails") },
  { "enclave-review-symbolic", N_("Review my uncommitted changes") },
};

G_DEFINE_FINAL_TYPE (EnclaveChatEmptyPage, enclave_chat_empty_page, GTK_TYPE_WIDGET)

static void
row_activated_cb (EnclaveChatEmptyPage *self, GtkListBoxRow *row)
{
  int index = gtk_list_box_row_get_index (row);

  if (index >= 0 && index < (int) G_N_ELEMENTS (suggestions))
    g_signal_emit (self, signals[SUGGESTED], 0, _(suggestions[index].text));
}

static void
enclave_chat_empty_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_EMPTY_PAGE);

  G_OBJECT_CLASS (enclave_chat_empty_page_parent_class)->dispose (object);
}

static void
enclave_chat_empty_page_class_init (EnclaveChatEmptyPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_empty_page_dispose;

  signals[SUGGESTED] = g_signal_new ("suggested", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (ADW_TYPE_CLAMP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/chat/enclave-chat-empty-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatEmptyPage, window);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatEmptyPage, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatEmptyPage, description);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatEmptyPage, suggestions);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
enclave_chat_empty_page_init (EnclaveChatEmptyPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < G_N_ELEMENTS (suggestions); i++)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
      GtkWidget *label = gtk_label_new (_(suggestions[i].text));

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_widget_set_hexpand (label, TRUE);
      gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name (suggestions[i].icon_name));
      gtk_box_append (GTK_BOX (box), label);
      gtk_list_box_append (self->suggestions, box);
      enclave_accessible_set_row_label (box, _(suggestions[i].text));
    }
  enclave_chat_empty_page_set_names (self, NULL, NULL, NULL);
}

GtkWidget *
enclave_chat_empty_page_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_EMPTY_PAGE, NULL);
}

void
enclave_chat_empty_page_set_names (EnclaveChatEmptyPage *self, const char *project, const char *model,
                                   const char *where)
{
  g_autofree char *title = NULL;
  g_autofree char *description = NULL;

  g_return_if_fail (ENCLAVE_IS_CHAT_EMPTY_PAGE (self));

  title = project != NULL && *project != '\0' ? g_strdup_printf (_("Ask about %s"), project)
                                              : g_strdup (_("No project open"));
  if (model != NULL && *model != '\0')
    description = g_strdup_printf (_("Replies come from %s on %s. Denied files stay hidden from it."), model,
                                   where != NULL ? where : _("this machine"));
  else
    description = g_strdup (_("No model is chosen yet."));
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->description, description);
}
