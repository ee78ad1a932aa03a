/* enclave-chat-servers-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "enclave-chat-servers-page.h"
#include "enclave-model-advice.h"

struct _EnclaveChatServersPage
{
  GtkWidget parent_instance;

  GtkWidget *window;
  GtkLabel *title;
  GtkLabel *description;
  GtkLabel *advice;
  GtkListBox *rows;
  GtkWidget *ollama_button;
  GtkSizeGroup *addresses;
  GtkSizeGroup *states;

  EnclaveServerList *servers;
};

G_DEFINE_FINAL_TYPE (EnclaveChatServersPage, enclave_chat_servers_page, GTK_TYPE_WIDGET)

static const char *
describe_state (EnclaveServer *server)
{
  switch (enclave_server_get_state (server))
    {
    case ENCLAVE_SERVER_CHECKING:
      return _("looking");
    case ENCLAVE_SERVER_READY:
      return _("no local model");
    case ENCLAVE_SERVER_LOADING:
      return _("loading a model");
    case ENCLAVE_SERVER_NOT_A_SERVER:
      return _("no model server");
    case ENCLAVE_SERVER_FAILED:
      return _("failed");
    case ENCLAVE_SERVER_NO_ANSWER:
    default:
      return _("no answer");
    }
}

static void
update_row (EnclaveServer *server, GParamSpec *pspec, GtkLabel *state)
{
  gtk_label_set_label (state, describe_state (server));
  gtk_widget_set_tooltip_text (GTK_WIDGET (state), enclave_server_get_message (server));
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  EnclaveChatServersPage *self = ENCLAVE_CHAT_SERVERS_PAGE (user_data);
  EnclaveServer *server = item;
  EnclaveEndpoint *endpoint = enclave_server_get_endpoint (server);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *name = gtk_label_new (enclave_endpoint_kind_to_name (enclave_endpoint_get_kind (endpoint)));
  GtkWidget *address = gtk_label_new (enclave_server_get_place (server));
  GtkWidget *state = gtk_label_new (NULL);
  GtkWidget *row = gtk_list_box_row_new ();

  if (enclave_endpoint_get_kind (endpoint) == ENCLAVE_ENDPOINT_UNKNOWN)
    gtk_label_set_label (GTK_LABEL (name), _("Your server"));
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_label_set_xalign (GTK_LABEL (address), 0);
  gtk_label_set_ellipsize (GTK_LABEL (address), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_add_css_class (address, "enclave-chat-address");
  gtk_widget_add_css_class (address, "enclave-quiet");
  gtk_label_set_xalign (GTK_LABEL (state), 0);
  gtk_label_set_ellipsize (GTK_LABEL (state), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (state, "enclave-chat-small");
  gtk_widget_add_css_class (state, "enclave-quiet");
  gtk_size_group_add_widget (self->addresses, address);
  gtk_size_group_add_widget (self->states, state);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), address);
  gtk_box_append (GTK_BOX (box), state);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);

  g_signal_connect_object (server, "notify", G_CALLBACK (update_row), state, 0);
  update_row (server, NULL, GTK_LABEL (state));

  return row;
}

/* Offered only where there is one to start. */
static void
show_ollama_button (EnclaveChatServersPage *self)
{
  GApplication *application = g_application_get_default ();

  gtk_widget_set_visible (self->ollama_button, application != NULL
                                                 && g_action_group_get_action_enabled (G_ACTION_GROUP (application), "start-ollama"));
}

static void
update_words (EnclaveChatServersPage *self)
{
  gboolean all_local = TRUE;
  gboolean any_ready = FALSE;

  for (guint i = 0; self->servers != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      all_local = all_local && enclave_endpoint_get_is_local (enclave_server_get_endpoint (server));
      any_ready = any_ready || enclave_server_get_state (server) == ENCLAVE_SERVER_READY;
    }

  show_ollama_button (self);
  gtk_widget_set_visible (GTK_WIDGET (self->rows),
                          self->servers != NULL && g_list_model_get_n_items (G_LIST_MODEL (self->servers)) > 0);
  gtk_label_set_label (self->title, any_ready ? _("No local model found") : _("No local server found"));
  gtk_label_set_label (self->description,
                       self->servers == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->servers)) == 0
                         ? _("Editor, terminal and search work without one. No address is set, and looking on this "
                             "machine is off.")
                       : all_local
                         ? _("Editor, terminal and search work without one. Enclave looked only on this machine:")
                         : _("Editor, terminal and search work without one. Enclave looked on this machine and at "
                             "the addresses you allowed:"));
}

/* What to start depends on what fits. */
static void
how_toggled_cb (EnclaveChatServersPage *self)
{
  const EnclaveMachine *machine = enclave_machine_get_default ();
  g_autofree char *title = enclave_machine_advice_dup_title (machine);
  g_autofree char *text = enclave_machine_advice_dup_text (machine);
  g_autofree char *label = g_strdup_printf ("%s: %s", title, text);

  gtk_label_set_label (self->advice, label);
}

static void
enclave_chat_servers_page_dispose (GObject *object)
{
  EnclaveChatServersPage *self = ENCLAVE_CHAT_SERVERS_PAGE (object);

  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  g_clear_object (&self->servers);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_CHAT_SERVERS_PAGE);

  G_OBJECT_CLASS (enclave_chat_servers_page_parent_class)->dispose (object);
}

static void
enclave_chat_servers_page_class_init (EnclaveChatServersPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_chat_servers_page_dispose;

  g_type_ensure (ADW_TYPE_CLAMP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/chat/enclave-chat-servers-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatServersPage, window);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatServersPage, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatServersPage, description);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatServersPage, rows);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatServersPage, ollama_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatServersPage, advice);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatServersPage, addresses);
  gtk_widget_class_bind_template_child (widget_class, EnclaveChatServersPage, states);
  gtk_widget_class_bind_template_callback (widget_class, how_toggled_cb);
}

static void
enclave_chat_servers_page_init (EnclaveChatServersPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  update_words (self);
}

GtkWidget *
enclave_chat_servers_page_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHAT_SERVERS_PAGE, NULL);
}

void
enclave_chat_servers_page_set_servers (EnclaveChatServersPage *self, EnclaveServerList *servers)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_SERVERS_PAGE (self));
  g_return_if_fail (servers == NULL || ENCLAVE_IS_SERVER_LIST (servers));

  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_data (self->servers, self);
  g_set_object (&self->servers, servers);
  gtk_list_box_bind_model (self->rows, G_LIST_MODEL (servers), make_row, self, NULL);
  if (servers != NULL)
    {
      g_signal_connect_swapped (servers, "notify::busy", G_CALLBACK (update_words), self);
      g_signal_connect_swapped (servers, "items-changed", G_CALLBACK (update_words), self);
    }
  update_words (self);
}
