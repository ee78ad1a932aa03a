/* enclave-mcp-add-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-limits.h"
#include "enclave-mcp-add-window.h"
#include "enclave-preferences-resources.h"

struct _EnclaveMcpAddWindow
{
  AdwWindow parent_instance;

  GtkWidget *add_button;
  GtkEditable *name_entry;
  GtkEditable *command_entry;
  AdwComboRow *workspace_row;
  GtkEditable *network_entry;
  GtkLabel *problem;

  EnclaveMcpServerList *list;
};

G_DEFINE_FINAL_TYPE (EnclaveMcpAddWindow, enclave_mcp_add_window, ADW_TYPE_WINDOW)

static void
show_problem (EnclaveMcpAddWindow *self, const char *message)
{
  gtk_label_set_label (self->problem, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), message != NULL);
}

static char *
dup_text (GtkEditable *editable)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (editable)));
}

static gboolean
is_address (const char *text)
{
  return g_str_has_prefix (text, "http://") || g_str_has_prefix (text, "https://");
}

static gboolean
has_name (EnclaveMcpAddWindow *self, const char *name)
{
  GListModel *model = G_LIST_MODEL (self->list);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (EnclaveMcpConfigured) item = g_list_model_get_item (model, i);

      if (strcmp (enclave_mcp_configured_get_entry (item)->name, name) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
changed_cb (EnclaveMcpAddWindow *self)
{
  g_autofree char *name = dup_text (self->name_entry);
  g_autofree char *command = dup_text (self->command_entry);
  g_autoptr (GError) error = NULL;
  gboolean is_taken = *name != '\0' && has_name (self, name);
  gboolean is_good = is_address (command) || (*command != '\0' && g_shell_parse_argv (command, NULL, NULL, &error));

  gtk_widget_set_sensitive (GTK_WIDGET (self->workspace_row), !is_address (command));
  gtk_widget_set_sensitive (GTK_WIDGET (self->network_entry), !is_address (command));
  gtk_widget_set_sensitive (self->add_button, *name != '\0' && strlen (name) <= ENCLAVE_MCP_NAME_MAX_BYTES && !is_taken && is_good);
  show_problem (self, is_taken ? _("There is a server of this name already.") : error != NULL ? error->message : NULL);
}

/* As it is to stand in the file. */
static JsonObject *
make_entry (EnclaveMcpAddWindow *self)
{
  static const EnclaveMcpWorkspaceAccess accesses[] = { ENCLAVE_MCP_WORKSPACE_NONE, ENCLAVE_MCP_WORKSPACE_READ,
                                                        ENCLAVE_MCP_WORKSPACE_WRITE };
  JsonObject *entry = json_object_new ();
  g_autofree char *command = dup_text (self->command_entry);
  g_autofree char *network = dup_text (self->network_entry);
  guint selected = adw_combo_row_get_selected (self->workspace_row);
  g_auto (GStrv) argv = NULL;
  JsonArray *args;
  JsonObject *wishes;

  if (is_address (command))
    {
      json_object_set_string_member (entry, "url", command);
      return entry;
    }
  args = json_array_new ();
  g_shell_parse_argv (command, NULL, &argv, NULL);
  json_object_set_string_member (entry, "command", argv[0]);
  for (guint i = 1; argv[i] != NULL; i++)
    json_array_add_string_element (args, argv[i]);
  json_object_set_array_member (entry, "args", args);
  wishes = json_object_new ();
  json_object_set_string_member (wishes, "workspace",
                                 enclave_mcp_workspace_access_to_word (accesses[MIN (selected, G_N_ELEMENTS (accesses) - 1)]));
  if (*network != '\0')
    {
      g_auto (GStrv) words = g_strsplit_set (network, " ,", -1);
      JsonArray *addresses = json_array_new ();

      for (guint i = 0; words[i] != NULL; i++)
        if (*words[i] != '\0')
          json_array_add_string_element (addresses, words[i]);
      json_object_set_array_member (wishes, "network", addresses);
    }
  json_object_set_object_member (entry, "enclave", wishes);

  return entry;
}

static void
added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpAddWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  if (self->list == NULL)
    return;
  if (enclave_mcp_server_list_change_finish (ENCLAVE_MCP_SERVER_LIST (source), result, &error))
    gtk_window_destroy (GTK_WINDOW (self));
  else
    show_problem (self, error->message);
}

static void
add_cb (EnclaveMcpAddWindow *self)
{
  g_autofree char *name = dup_text (self->name_entry);
  g_autoptr (JsonObject) entry = NULL;

  if (!gtk_widget_get_sensitive (self->add_button))
    return;
  entry = make_entry (self);
  gtk_widget_set_sensitive (self->add_button, FALSE);
  enclave_mcp_server_list_set_async (self->list, name, entry, NULL, added_cb, g_object_ref (self));
}

static void
enclave_mcp_add_window_dispose (GObject *object)
{
  g_clear_object (&ENCLAVE_MCP_ADD_WINDOW (object)->list);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_MCP_ADD_WINDOW);
  G_OBJECT_CLASS (enclave_mcp_add_window_parent_class)->dispose (object);
}

#define BIND_CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclaveMcpAddWindow, name)

static void
enclave_mcp_add_window_class_init (EnclaveMcpAddWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_mcp_add_window_dispose;
  enclave_preferences_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/preferences/enclave-mcp-add-window.ui");
  BIND_CHILD (add_button);
  BIND_CHILD (name_entry);
  BIND_CHILD (command_entry);
  BIND_CHILD (workspace_row);
  BIND_CHILD (network_entry);
  BIND_CHILD (problem);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_mcp_add_window_init (EnclaveMcpAddWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

GtkWidget *
enclave_mcp_add_window_new (GtkWindow *parent, EnclaveMcpServerList *list)
{
  EnclaveMcpAddWindow *self;

  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (list), NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_ADD_WINDOW, "transient-for", parent, NULL);
  self->list = g_object_ref (list);

  return GTK_WIDGET (self);
}
