/* enclave-servers-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "enclave-import-window.h"
#include "enclave-local-server-row.h"
#include "enclave-network-door.h"
#include "enclave-preferences-rows.h"
#include "enclave-roles-group.h"
#include "enclave-server-row.h"
#include "enclave-server-settings.h"
#include "enclave-servers-page.h"

struct _EnclaveServersPage
{
  AdwPreferencesPage parent_instance;

  GtkListBox *server_rows;
  GtkWidget *look_button;
  GtkWidget *managed_group;
  GtkListBox *managed_rows;
  GtkWidget *choose_row;
  GtkWidget *ollama_row;
  EnclaveRolesGroup *roles_group;
  GtkWidget *address_entry;
  GtkWidget *key_entry;
  GtkWidget *add_button;
  GtkLabel *address_error;
  GtkLabel *key_note;
  GtkListBox *network_rows;
  GtkWidget *network_entry;
  GtkWidget *allow_button;
  GtkLabel *network_error;
  GtkWidget *discover_servers;
  GtkWidget *warm_up;

  GSettings *settings;
  EnclaveServerList *servers;
  EnclaveSecretStore *secrets;
  EnclaveLocalServers *local_servers; /* (nullable) */
  GtkFilterListModel *shown; /* own entries, and those of the known ports that answered */
  GCancellable *cancellable;
  gboolean adding;
};

G_DEFINE_FINAL_TYPE (EnclaveServersPage, enclave_servers_page, ADW_TYPE_PREFERENCES_PAGE)

static gboolean
contains (char **texts, const char *text)
{
  return g_strv_contains ((const char *const *) texts, text);
}

static void
append_to_setting (GSettings *settings, const char *key, const char *text)
{
  g_auto (GStrv) before = g_settings_get_strv (settings, key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;

  g_strv_builder_addv (builder, (const char **) before);
  g_strv_builder_add (builder, text);
  after = g_strv_builder_end (builder);
  g_settings_set_strv (settings, key, (const char *const *) after);
}

/* All entries but those for which @is_same says TRUE. */
static void
remove_from_setting (GSettings *settings, const char *key, gboolean (*is_same) (const char *entry, gconstpointer data),
                     gconstpointer data)
{
  g_auto (GStrv) before = g_settings_get_strv (settings, key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;

  for (guint i = 0; before[i] != NULL; i++)
    if (!is_same (before[i], data))
      g_strv_builder_add (builder, before[i]);
  after = g_strv_builder_end (builder);
  g_settings_set_strv (settings, key, (const char *const *) after);
}

/* Servers */

static gboolean
is_shown (gpointer item, gpointer user_data)
{
  EnclaveServerState state = enclave_server_get_state (item);

  /* In a group of its own. */
  if (enclave_server_get_is_managed (item) && enclave_endpoint_get_kind (enclave_server_get_endpoint (item)) != ENCLAVE_ENDPOINT_OLLAMA)
    return FALSE;
  return enclave_server_get_is_configured (item)
         || (state != ENCLAVE_SERVER_CHECKING && state != ENCLAVE_SERVER_NO_ANSWER);
}

static void
state_changed_cb (EnclaveServersPage *self)
{
  gtk_filter_changed (gtk_filter_list_model_get_filter (self->shown), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
servers_changed_cb (EnclaveServersPage *self, guint position, guint removed, guint added)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (EnclaveServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), position + i);

      g_signal_connect_object (server, "notify::state", G_CALLBACK (state_changed_cb), self, G_CONNECT_SWAPPED);
    }
}

static void
show_busy (EnclaveServersPage *self)
{
  gboolean busy;

  g_object_get (self->servers, "busy", &busy, NULL);
  gtk_widget_set_sensitive (self->look_button, !busy);
}

static void
look_again_cb (EnclaveServersPage *self)
{
  enclave_server_list_refresh_async (self->servers, self->cancellable, NULL, NULL);
}

static gboolean
is_same_server (const char *entry, gconstpointer data)
{
  g_autoptr (EnclaveEndpoint) endpoint = enclave_endpoint_new (entry, ENCLAVE_ENDPOINT_UNKNOWN, NULL);

  return endpoint != NULL && g_str_equal (enclave_endpoint_get_uri (endpoint), data);
}

static void
removed_cb (EnclaveServerRow *row, EnclaveServersPage *self)
{
  EnclaveServer *server = enclave_server_row_get_server (row);
  g_autofree char *uri = g_strdup (enclave_endpoint_get_uri (enclave_server_get_endpoint (server)));

  enclave_secret_store_set_key_async (self->secrets, uri, NULL, NULL, NULL, NULL);
  remove_from_setting (self->settings, "servers", is_same_server, uri);
}

static void
import_cb (EnclaveServerRow *row, EnclaveServersPage *self)
{
  GtkWidget *window = enclave_import_window_new (enclave_server_row_get_server (row), self->servers);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (root))
    gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (root));
  gtk_window_present (GTK_WINDOW (window));
}

static GtkWidget *
create_server_row (gpointer item, gpointer user_data)
{
  GtkWidget *row = enclave_server_row_new (item);

  g_signal_connect_object (row, "import", G_CALLBACK (import_cb), user_data, 0);
  g_signal_connect_object (row, "removed", G_CALLBACK (removed_cb), user_data, 0);
  return row;
}

/* Those that Enclave starts. */
static void
show_managed (EnclaveServersPage *self)
{
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->managed_rows)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (ENCLAVE_IS_LOCAL_SERVER_ROW (row))
      gtk_widget_set_visible (row, enclave_local_server_row_is_needed (self->local_servers,
                                                                       g_object_get_data (G_OBJECT (row), "ollama") != NULL));
  gtk_widget_set_visible (self->ollama_row, enclave_local_servers_can_start_ollama (self->local_servers)
                                              && enclave_local_servers_get_ollama (self->local_servers) == NULL);
  gtk_widget_set_visible (self->choose_row, !enclave_local_server_row_is_needed (self->local_servers, FALSE));
}

void
enclave_servers_page_set_local_servers (EnclaveServersPage *self, EnclaveLocalServers *local_servers)
{
  g_return_if_fail (ENCLAVE_IS_SERVERS_PAGE (self) && self->local_servers == NULL);

  self->local_servers = g_object_ref (local_servers);
  /* The preferences are no window of the application, where its actions are found. */
  if (g_application_get_default () != NULL)
    gtk_widget_insert_action_group (GTK_WIDGET (self), "app", G_ACTION_GROUP (g_application_get_default ()));
  for (int i = 0; i < 2; i++)
    {
      GtkWidget *row = enclave_local_server_row_new (local_servers, i == 1, TRUE);

      g_object_set_data (G_OBJECT (row), "ollama", i == 1 ? row : NULL);
      gtk_list_box_insert (self->managed_rows, row, i);
    }
  g_signal_connect_object (local_servers, "changed", G_CALLBACK (show_managed), self, G_CONNECT_SWAPPED);
  gtk_widget_set_visible (self->managed_group, TRUE);
  show_managed (self);
}

static void
show_may_add (EnclaveServersPage *self)
{
  const char *address = gtk_editable_get_text (GTK_EDITABLE (self->address_entry));

  gtk_widget_set_sensitive (self->add_button, *address != '\0' && !self->adding);
}

static void
address_changed_cb (EnclaveServersPage *self)
{
  enclave_preferences_rows_set_error (self->address_entry, self->address_error, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->key_note), FALSE);
  show_may_add (self);
}

/* The key first, the address after: whoever follows the setting asks for the key at once. */
static void
add_address (EnclaveServersPage *self, const char *uri)
{
  g_auto (GStrv) addresses = g_settings_get_strv (self->settings, "servers");

  if (!contains (addresses, uri))
    append_to_setting (self->settings, "servers", uri);
  gtk_editable_set_text (GTK_EDITABLE (self->address_entry), "");
  gtk_editable_set_text (GTK_EDITABLE (self->key_entry), "");
}

typedef struct
{
  EnclaveServersPage *page;
  char *uri;
} KeyStored;

static void
key_stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  KeyStored *stored = user_data;
  g_autoptr (EnclaveServersPage) self = stored->page;
  g_autofree char *uri = stored->uri;
  g_autoptr (GError) error = NULL;
  gboolean persistent = FALSE;

  g_free (stored);
  self->adding = FALSE;
  if (!enclave_secret_store_set_key_finish (ENCLAVE_SECRET_STORE (source), result, &persistent, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          enclave_preferences_rows_set_error (self->address_entry, self->address_error, error->message);
          show_may_add (self);
        }
      return;
    }
  add_address (self, uri);
  show_may_add (self);
  if (!persistent)
    {
      gtk_label_set_label (self->key_note, _("This desktop has no keyring, so the key is kept until Enclave ends."));
      gtk_widget_set_visible (GTK_WIDGET (self->key_note), TRUE);
    }
}

static void
add_server_cb (EnclaveServersPage *self)
{
  g_autofree char *address = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address_entry))));
  const char *key = gtk_editable_get_text (GTK_EDITABLE (self->key_entry));
  g_auto (GStrv) addresses = g_settings_get_strv (self->settings, "servers");
  g_autofree char *uri = NULL;
  g_autoptr (GError) error = NULL;
  KeyStored *stored;

  if (self->adding || *address == '\0')
    return;
  uri = enclave_server_list_check_address (self->servers, address, &error);
  if (uri == NULL)
    {
      enclave_preferences_rows_set_error (self->address_entry, self->address_error, error->message);
      return;
    }
  if (contains (addresses, uri))
    {
      g_autofree char *message = g_strdup_printf (_("%s is in the list already. Remove it first to change its key."), uri);

      enclave_preferences_rows_set_error (self->address_entry, self->address_error, message);
      return;
    }
  if (*key == '\0')
    {
      add_address (self, uri);
      return;
    }

  self->adding = TRUE;
  show_may_add (self);
  stored = g_new0 (KeyStored, 1);
  stored->page = g_object_ref (self);
  stored->uri = g_strdup (uri);
  enclave_secret_store_set_key_async (self->secrets, uri, key, self->cancellable, key_stored_cb, stored);
}

/* Networks */

static gboolean
is_same_text (const char *entry, gconstpointer data)
{
  return g_str_equal (entry, data);
}

static void
remove_network_cb (GtkWidget *button, EnclaveServersPage *self)
{
  remove_from_setting (self->settings, "allowed-networks", is_same_text,
                       g_object_get_data (G_OBJECT (button), "enclave-network"));
}

static GtkWidget *
new_network_row (EnclaveServersPage *self, const char *network)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *name = g_strdup_printf (_("Remove %s"), network);
  g_autoptr (GError) error = NULL;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), network);
  /* none that is typed here, but the settings may come from elsewhere, and from before there was a limit */
  if (!enclave_network_door_check_network (network, &error))
    {
      g_autofree char *problem = g_strdup_printf (_("Left out: %s"), error->message);

      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), problem);
      gtk_widget_add_css_class (row, "warning");
    }
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "enclave-network", g_strdup (network), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_network_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void
show_networks (EnclaveServersPage *self)
{
  g_autoptr (EnclaveServerSettings) wanted = enclave_server_settings_read (self->settings);
  char **networks = wanted->networks;
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->network_rows, 0)) != NULL
         && GTK_WIDGET (row) != self->network_entry)
    gtk_list_box_remove (self->network_rows, GTK_WIDGET (row));
  for (guint i = 0; networks[i] != NULL; i++)
    gtk_list_box_insert (self->network_rows, new_network_row (self, networks[i]), (int) i);
}

/* What the administrator has fixed can be read, not changed. */
static void
show_fixed (EnclaveServersPage *self)
{
  g_autoptr (EnclaveServerSettings) wanted = enclave_server_settings_read (self->settings);

  if (!wanted->fixed)
    return;
  gtk_widget_set_sensitive (self->address_entry, FALSE);
  gtk_widget_set_sensitive (self->key_entry, FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->network_rows), FALSE);
  gtk_widget_set_sensitive (self->discover_servers, FALSE);
  gtk_label_set_label (self->key_note, wanted->problem != NULL
                                         ? wanted->problem
                                         : _("The administrator of this machine has fixed the list of servers."));
  gtk_widget_set_visible (GTK_WIDGET (self->key_note), TRUE);
}

static void
network_changed_cb (EnclaveServersPage *self)
{
  enclave_preferences_rows_set_error (self->network_entry, self->network_error, NULL);
  gtk_widget_set_sensitive (self->allow_button, *gtk_editable_get_text (GTK_EDITABLE (self->network_entry)) != '\0');
}

/* The same test as the gate's, so that nothing is stored that it would refuse. */
static char *
judge_network (EnclaveServersPage *self, const char *network)
{
  g_auto (GStrv) networks = g_settings_get_strv (self->settings, "allowed-networks");
  g_autoptr (GError) error = NULL;

  if (strchr (network, '/') == NULL)
    return g_strdup_printf (_("“%s” is no network: write its first address and its bits, such as 192.168.7.0/24."),
                            network);
  if (!enclave_network_door_check_network (network, &error))
    return g_strdup (error->message);
  if (contains (networks, network))
    return g_strdup_printf (_("%s is in the list already."), network);
  return NULL;
}

static void
add_network_cb (EnclaveServersPage *self)
{
  g_autofree char *network = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->network_entry))));
  g_autofree char *message = NULL;

  if (*network == '\0')
    return;
  message = judge_network (self, network);
  enclave_preferences_rows_set_error (self->network_entry, self->network_error, message);
  if (message != NULL)
    return;
  append_to_setting (self->settings, "allowed-networks", network);
  gtk_editable_set_text (GTK_EDITABLE (self->network_entry), "");
}

static void
enclave_servers_page_dispose (GObject *object)
{
  EnclaveServersPage *self = ENCLAVE_SERVERS_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->server_rows != NULL)
    gtk_list_box_bind_model (self->server_rows, NULL, NULL, NULL, NULL);
  g_clear_object (&self->shown);
  g_clear_object (&self->settings);
  g_clear_object (&self->servers);
  g_clear_object (&self->secrets);
  g_clear_object (&self->local_servers);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_SERVERS_PAGE);
  G_OBJECT_CLASS (enclave_servers_page_parent_class)->dispose (object);
}

#define BIND_CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclaveServersPage, name)

static void
enclave_servers_page_class_init (EnclaveServersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_servers_page_dispose;

  g_type_ensure (ENCLAVE_TYPE_ROLES_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/dev/enclave/Enclave/preferences/enclave-servers-page.ui");
  BIND_CHILD (server_rows);
  BIND_CHILD (look_button);
  BIND_CHILD (managed_group);
  BIND_CHILD (managed_rows);
  BIND_CHILD (choose_row);
  BIND_CHILD (ollama_row);
  BIND_CHILD (roles_group);
  BIND_CHILD (address_entry);
  BIND_CHILD (key_entry);
  BIND_CHILD (add_button);
  BIND_CHILD (address_error);
  BIND_CHILD (key_note);
  BIND_CHILD (network_rows);
  BIND_CHILD (network_entry);
  BIND_CHILD (allow_button);
  BIND_CHILD (network_error);
  BIND_CHILD (discover_servers);
  BIND_CHILD (warm_up);
  gtk_widget_class_bind_template_callback (widget_class, look_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_server_cb);
  gtk_widget_class_bind_template_callback (widget_class, network_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_network_cb);
}

static void
enclave_servers_page_init (EnclaveServersPage *self)
{
  GtkWidget *placeholder;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  placeholder = gtk_label_new (_("Nothing answers on the known ports of this machine."));
  gtk_label_set_wrap (GTK_LABEL (placeholder), TRUE);
  gtk_widget_set_margin_top (placeholder, 18);
  gtk_widget_set_margin_bottom (placeholder, 18);
  gtk_widget_add_css_class (placeholder, "enclave-quiet");
  gtk_list_box_set_placeholder (self->server_rows, placeholder);
}

void
enclave_servers_page_set_up (EnclaveServersPage *self, GSettings *settings, EnclaveServerList *servers,
                             EnclaveSecretStore *secrets)
{
  g_return_if_fail (ENCLAVE_IS_SERVERS_PAGE (self) && self->settings == NULL);

  self->settings = g_object_ref (settings);
  self->servers = g_object_ref (servers);
  self->secrets = g_object_ref (secrets);

  self->shown = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (servers)),
                                           GTK_FILTER (gtk_custom_filter_new (is_shown, NULL, NULL)));
  gtk_list_box_bind_model (self->server_rows, G_LIST_MODEL (self->shown), create_server_row, self, NULL);
  g_signal_connect_object (servers, "items-changed", G_CALLBACK (servers_changed_cb), self, G_CONNECT_SWAPPED);
  servers_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (servers)));
  g_signal_connect_object (servers, "notify::busy", G_CALLBACK (show_busy), self, G_CONNECT_SWAPPED);
  show_busy (self);
  enclave_roles_group_set_up (self->roles_group, settings, servers);

  g_settings_bind (settings, "discover-servers", self->discover_servers, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "warm-up", self->warm_up, "active", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (settings, "changed::allowed-networks", G_CALLBACK (show_networks), self, G_CONNECT_SWAPPED);
  enclave_preferences_rows_show_pin (self->discover_servers, "discover-servers");
  enclave_preferences_rows_show_pin (self->warm_up, "warm-up");
  show_networks (self);
  show_fixed (self);
}

void
enclave_servers_page_focus_address (EnclaveServersPage *self)
{
  g_return_if_fail (ENCLAVE_IS_SERVERS_PAGE (self));

  gtk_widget_grab_focus (self->address_entry);
}
