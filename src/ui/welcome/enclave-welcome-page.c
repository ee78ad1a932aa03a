/* enclave-welcome-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-local-server-row.h"
#include "enclave-settings.h"
#include "enclave-welcome-memory.h"
#include "enclave-welcome-page.h"
#include "enclave-welcome-recent.h"
#include "enclave-welcome-servers.h"

struct _EnclaveWelcomePage
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkListBox *recent_list;
  GtkListBox *start_list;
  GtkListBox *server_list;
  GtkListBox *advice_list;
  GtkLabel *advice_heading;
  GtkListBox *memory_list;
  GtkWidget *tour_row;
  GtkWidget *address_row;
  GtkListBox *managed_list;
  GtkWidget *managed_rows[2]; /* (nullable): llama-server, Ollama */
  GtkWidget *ollama_row;
  GtkWidget *retry_button;

  GSettings *settings; /* NULL without the schema */
  EnclaveServerList *servers;
  EnclaveModelChoice *choice;
  EnclaveLocalServers *local_servers;
  GPtrArray *followed; /* EnclaveServer with a handler */
  guint update_source;
};

enum
{
  OPEN_FOLDER,
  OPEN_FILE,
  OPEN_RECENT,
  TAKE_TOUR,
  ENTER_ADDRESS,
  RETRY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveWelcomePage, enclave_welcome_page, GTK_TYPE_WIDGET)

static void
open_folder_cb (EnclaveWelcomePage *self)
{
  g_signal_emit (self, signals[OPEN_FOLDER], 0);
}

static void
open_file_cb (EnclaveWelcomePage *self)
{
  g_signal_emit (self, signals[OPEN_FILE], 0);
}

static void
retry_cb (EnclaveWelcomePage *self)
{
  g_signal_emit (self, signals[RETRY], 0);
}

static void
start_activated_cb (EnclaveWelcomePage *self, GtkListBoxRow *row)
{
  if (GTK_WIDGET (row) == self->tour_row)
    g_signal_emit (self, signals[TAKE_TOUR], 0);
  else if (GTK_WIDGET (row) == self->address_row)
    g_signal_emit (self, signals[ENTER_ADDRESS], 0);
}

static void
recent_activated_cb (EnclaveWelcomePage *self, GtkListBoxRow *row)
{
  GFile *folder = enclave_welcome_recent_get_folder (row);

  if (folder != NULL)
    g_signal_emit (self, signals[OPEN_RECENT], 0, folder);
}

static void
update_recent (EnclaveWelcomePage *self)
{
  g_auto (GStrv) entries = self->settings != NULL ? g_settings_get_strv (self->settings, "recent-projects") : NULL;
  guint n_rows = enclave_welcome_recent_fill (self->recent_list, (const char *const *) entries);

  gtk_widget_set_visible (GTK_WIDGET (self->recent_list), n_rows > 0);
}

static void server_changed_cb (EnclaveWelcomePage *self);

static void
unfollow (EnclaveWelcomePage *self)
{
  for (guint i = 0; i < self->followed->len; i++)
    g_signal_handlers_disconnect_by_func (g_ptr_array_index (self->followed, i), server_changed_cb, self);
  g_ptr_array_set_size (self->followed, 0);
}

static void
follow (EnclaveWelcomePage *self)
{
  unfollow (self);
  for (guint i = 0; self->servers != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      EnclaveServer *server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      g_signal_connect_swapped (server, "notify", G_CALLBACK (server_changed_cb), self);
      g_ptr_array_add (self->followed, server);
    }
}

static void
update_servers (EnclaveWelcomePage *self)
{
  gboolean busy = FALSE;
  guint n_answers;

  follow (self);
  n_answers = enclave_welcome_servers_fill (self->server_list, self->servers, self->choice);
  if (self->servers != NULL)
    g_object_get (self->servers, "busy", &busy, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->server_list),
                          gtk_list_box_get_row_at_index (self->server_list, 0) != NULL);
  gtk_widget_set_sensitive (self->retry_button, !busy);
  gtk_label_set_label (self->advice_heading, busy ? _("Looking for servers on this machine") : _("No local server found"));
  gtk_widget_set_visible (GTK_WIDGET (self->advice_heading), n_answers == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->advice_list), n_answers == 0 && !busy);
}

static gboolean
update_cb (gpointer data)
{
  EnclaveWelcomePage *self = data;

  self->update_source = 0;
  update_servers (self);
  return G_SOURCE_REMOVE;
}

/* Five servers answer at nearly the same time: the rows are made once. */
static void
server_changed_cb (EnclaveWelcomePage *self)
{
  if (self->update_source == 0)
    self->update_source = g_idle_add (update_cb, self);
}

static void
enclave_welcome_page_dispose (GObject *object)
{
  EnclaveWelcomePage *self = ENCLAVE_WELCOME_PAGE (object);

  g_clear_handle_id (&self->update_source, g_source_remove);
  if (self->followed != NULL)
    unfollow (self);
  g_clear_pointer (&self->followed, g_ptr_array_unref);
  g_clear_object (&self->servers);
  g_clear_object (&self->choice);
  g_clear_object (&self->local_servers);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_WELCOME_PAGE);

  G_OBJECT_CLASS (enclave_welcome_page_parent_class)->dispose (object);
}

static void
enclave_welcome_page_class_init (EnclaveWelcomePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_welcome_page_dispose;

  signals[OPEN_FOLDER] = g_signal_new ("open-folder", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[OPEN_FILE] = g_signal_new ("open-file", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[OPEN_RECENT] = g_signal_new ("open-recent", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                       G_TYPE_FILE);
  signals[TAKE_TOUR] = g_signal_new ("take-tour", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENTER_ADDRESS] = g_signal_new ("enter-address", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RETRY] = g_signal_new ("retry", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/welcome/enclave-welcome-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, scroller);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, recent_list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, start_list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, server_list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, advice_list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, advice_heading);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, memory_list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, tour_row);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, address_row);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, managed_list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, ollama_row);
  gtk_widget_class_bind_template_child (widget_class, EnclaveWelcomePage, retry_button);
  gtk_widget_class_bind_template_callback (widget_class, open_folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_file_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, recent_activated_cb);
}

static void
enclave_welcome_page_init (EnclaveWelcomePage *self)
{
  g_autoptr (GError) error = NULL;

  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = enclave_settings_new ("dev.enclave.Enclave", NULL, &error);
  if (self->settings != NULL)
    g_signal_connect_object (self->settings, "changed::recent-projects", G_CALLBACK (update_recent), self,
                             G_CONNECT_SWAPPED);
  else
    g_message ("Recent projects are not known: %s", error->message);
  gtk_list_box_append (self->memory_list, enclave_welcome_memory_row_new ());
  enclave_accessible_set_label (gtk_widget_get_first_child (GTK_WIDGET (self->memory_list)),
                                _("Advice for this machine"));
  update_recent (self);
  update_servers (self);
}

GtkWidget *
enclave_welcome_page_new (void)
{
  return g_object_new (ENCLAVE_TYPE_WELCOME_PAGE, NULL);
}

void
enclave_welcome_page_set_servers (EnclaveWelcomePage *self, EnclaveServerList *servers)
{
  g_return_if_fail (ENCLAVE_IS_WELCOME_PAGE (self));

  if (self->servers != NULL)
    g_signal_handlers_disconnect_by_func (self->servers, server_changed_cb, self);
  g_set_object (&self->servers, servers);
  if (servers != NULL)
    {
      g_signal_connect_object (servers, "items-changed", G_CALLBACK (server_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (servers, "notify::busy", G_CALLBACK (server_changed_cb), self, G_CONNECT_SWAPPED);
    }
  update_servers (self);
}

/* What runs stands with its models among the others; this is for what loads, stopped or failed. */
static void
local_changed_cb (EnclaveWelcomePage *self)
{
  gboolean any = FALSE;

  for (int i = 0; i < 2; i++)
    {
      EnclaveLocalServer *server = i == 1 ? enclave_local_servers_get_ollama (self->local_servers)
                                          : enclave_local_servers_get_llama (self->local_servers);
      gboolean ready = server != NULL && enclave_local_server_get_state (server) == ENCLAVE_LOCAL_SERVER_READY;
      gboolean shown = !ready && enclave_local_server_row_is_needed (self->local_servers, i == 1);

      /* Made when there is one, so that the first picture of the window need not wait for it. */
      if (shown && self->managed_rows[i] == NULL)
        {
          self->managed_rows[i] = enclave_local_server_row_new (self->local_servers, i == 1, i == 0);
          gtk_list_box_append (self->managed_list, self->managed_rows[i]);
        }
      if (self->managed_rows[i] != NULL)
        gtk_widget_set_visible (self->managed_rows[i], shown);
      any |= shown;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->managed_list), any);
  gtk_widget_set_visible (self->ollama_row, enclave_local_servers_can_start_ollama (self->local_servers)
                                              && enclave_local_servers_get_ollama (self->local_servers) == NULL);
}

void
enclave_welcome_page_set_local_servers (EnclaveWelcomePage *self, EnclaveLocalServers *local_servers)
{
  g_return_if_fail (ENCLAVE_IS_WELCOME_PAGE (self) && self->local_servers == NULL);

  self->local_servers = g_object_ref (local_servers);
  g_signal_connect_object (local_servers, "changed", G_CALLBACK (local_changed_cb), self, G_CONNECT_SWAPPED);
  local_changed_cb (self);
}

static void
choice_changed_cb (EnclaveWelcomePage *self)
{
  enclave_welcome_servers_mark (self->server_list, self->choice);
}

void
enclave_welcome_page_set_choice (EnclaveWelcomePage *self, EnclaveModelChoice *choice)
{
  g_return_if_fail (ENCLAVE_IS_WELCOME_PAGE (self));

  if (self->choice != NULL)
    g_signal_handlers_disconnect_by_func (self->choice, choice_changed_cb, self);
  g_set_object (&self->choice, choice);
  if (choice != NULL)
    g_signal_connect_object (choice, "changed", G_CALLBACK (choice_changed_cb), self, G_CONNECT_SWAPPED);
  update_servers (self);
}
