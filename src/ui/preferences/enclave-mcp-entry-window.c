/* enclave-mcp-entry-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-limits.h"
#include "enclave-mcp-entry-fields.h"
#include "enclave-mcp-entry-window.h"
#include "enclave-preferences-resources.h"
#include "enclave-utf8.h"

struct _EnclaveMcpEntryWindow
{
  AdwWindow parent_instance;

  GtkWidget *page;
  GtkWidget *save_button;
  GtkEditable *name_entry;
  GtkEditable *command_entry;
  GtkEditable *token_entry;
  GtkWidget *token_remove;
  GtkLabel *token_note;
  AdwComboRow *workspace_row;
  GtkEditable *network_entry;
  GtkEditable *folders_entry;
  GtkEditable *folder_entry;
  GtkWidget *roots_row;
  GtkSwitch *roots_switch;
  AdwPreferencesGroup *values_group;
  GtkEditable *add_value_entry;
  GtkLabel *problem;

  EnclaveMcpServerList *list;
  EnclaveMcpConfigured *configured; /* (nullable): of the entry that is edited */
  EnclaveMcpEntryFields *before;    /* (nullable): what the file says; NULL: not known yet, or a new one */
  char *name;                       /* (nullable): under which it stands in the file */
  GPtrArray *value_rows;            /* (element-type GtkEditable), not owned: they are children */
  gboolean is_saving;
};

G_DEFINE_FINAL_TYPE (EnclaveMcpEntryWindow, enclave_mcp_entry_window, ADW_TYPE_WINDOW)

static void changed_cb (EnclaveMcpEntryWindow *self);

static void
show_problem (EnclaveMcpEntryWindow *self, const char *message)
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
is_taken (EnclaveMcpEntryWindow *self, const char *name)
{
  GListModel *model = G_LIST_MODEL (self->list);

  if (g_strcmp0 (name, self->name) == 0)
    return FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (EnclaveMcpConfigured) item = g_list_model_get_item (model, i);
      const EnclaveMcpServerEntry *entry = enclave_mcp_configured_get_entry (item);

      if (!entry->in_project && strcmp (entry->name, name) == 0)
        return TRUE;
    }
  return FALSE;
}

/* What stands in the fields. (transfer full) */
static EnclaveMcpEntryFields *
read_fields (EnclaveMcpEntryWindow *self)
{
  EnclaveMcpEntryFields *fields = enclave_mcp_entry_fields_new ();

  g_free (fields->command);
  fields->command = dup_text (self->command_entry);
  fields->workspace = (EnclaveMcpWorkspaceAccess) MIN (adw_combo_row_get_selected (self->workspace_row), ENCLAVE_MCP_WORKSPACE_WRITE);
  fields->network = dup_text (self->network_entry);
  fields->folders = dup_text (self->folders_entry);
  fields->folder = dup_text (self->folder_entry);
  fields->offers_roots = gtk_switch_get_active (self->roots_switch);
  for (guint i = 0; i < self->value_rows->len; i++)
    g_hash_table_insert (fields->values, g_strdup (adw_preferences_row_get_title (g_ptr_array_index (self->value_rows, i))),
                         g_strdup (gtk_editable_get_text (g_ptr_array_index (self->value_rows, i))));
  return fields;
}

static void
show_token (EnclaveMcpEntryWindow *self, gboolean is_address)
{
  EnclaveMcpTokenState state = self->configured != NULL ? enclave_mcp_configured_get_token_state (self->configured) : ENCLAVE_MCP_TOKEN_NONE;
  const char *note = state == ENCLAVE_MCP_TOKEN_KEPT      ? _("A token is in the keyring. What you type here replaces it. It goes to this address alone.")
                     : state == ENCLAVE_MCP_TOKEN_FOR_NOW ? _("This desktop has no keyring: the token is kept until Enclave ends. It goes to this address alone.")
                                                          : _("Kept in the keyring, never in the file; it goes to this address alone.");

  gtk_widget_set_visible (GTK_WIDGET (self->token_entry), is_address);
  gtk_widget_set_visible (GTK_WIDGET (self->token_note), is_address);
  gtk_widget_set_visible (self->token_remove, state != ENCLAVE_MCP_TOKEN_NONE);
  gtk_label_set_label (self->token_note, note);
}

/* An address runs nothing here that could be kept from anything; and what does not see the project has no use for the name of its folder. */
static void
show_grants (EnclaveMcpEntryWindow *self, const EnclaveMcpEntryFields *fields)
{
  GtkWidget *const of_programs[] = { GTK_WIDGET (self->workspace_row), GTK_WIDGET (self->network_entry), GTK_WIDGET (self->folders_entry),
                                     GTK_WIDGET (self->folder_entry) };
  gboolean is_address = enclave_mcp_entry_fields_is_address (fields);

  for (guint i = 0; i < G_N_ELEMENTS (of_programs); i++)
    gtk_widget_set_visible (of_programs[i], !is_address);
  gtk_widget_set_sensitive (self->roots_row, is_address || fields->workspace != ENCLAVE_MCP_WORKSPACE_NONE);
}

static void
changed_cb (EnclaveMcpEntryWindow *self)
{
  g_autofree char *name = dup_text (self->name_entry);
  g_autoptr (EnclaveMcpEntryFields) fields = read_fields (self);
  gboolean is_address = enclave_mcp_entry_fields_is_address (fields);
  gboolean is_there = *name != '\0' && *fields->command != '\0';
  g_autofree char *problem = NULL;

  show_grants (self, fields);
  adw_preferences_group_set_title (self->values_group, is_address ? _("Headers") : _("Variables"));
  show_token (self, is_address);
  if (strlen (name) > ENCLAVE_MCP_NAME_MAX_BYTES)
    problem = g_strdup_printf (_("The name is longer than %d bytes."), ENCLAVE_MCP_NAME_MAX_BYTES);
  else if (is_taken (self, name))
    problem = g_strdup (_("There is a server of this name already."));
  else if (*fields->command != '\0')
    problem = enclave_mcp_entry_fields_dup_problem (fields);
  show_problem (self, problem);
  gtk_widget_set_sensitive (self->save_button, is_there && problem == NULL && !self->is_saving);
}

static void
remove_value_cb (GtkWidget *button, EnclaveMcpEntryWindow *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_PREFERENCES_ROW);

  g_ptr_array_remove (self->value_rows, row);
  gtk_widget_grab_focus (GTK_WIDGET (self->add_value_entry));
  adw_preferences_group_remove (self->values_group, row);
  changed_cb (self);
}

/* Values may be secrets: they are shown only when that is asked for. */
static GtkWidget *
add_value_row (EnclaveMcpEntryWindow *self, const char *name, const char *value)
{
  GtkWidget *row = adw_password_entry_row_new ();
  GtkWidget *button = gtk_button_new_from_icon_name ("user-trash-symbolic");
  /* Translators: the name of a variable */
  g_autofree char *words = g_strdup_printf (_("Remove %s"), name);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  gtk_editable_set_text (GTK_EDITABLE (row), value);
  gtk_widget_add_css_class (row, "monospace");
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_value_cb), self);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (changed_cb), self);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), button);
  /* New rows stand last; the one that adds them stays there. */
  g_object_ref (self->add_value_entry);
  adw_preferences_group_remove (self->values_group, GTK_WIDGET (self->add_value_entry));
  adw_preferences_group_add (self->values_group, row);
  adw_preferences_group_add (self->values_group, GTK_WIDGET (self->add_value_entry));
  g_object_unref (self->add_value_entry);
  g_ptr_array_add (self->value_rows, row);
  enclave_accessible_mend (row);

  return row;
}

static void
add_value_cb (EnclaveMcpEntryWindow *self)
{
  g_autofree char *text = dup_text (self->add_value_entry);
  char *value = strchr (text, '=');
  GtkWidget *row;

  if (value != NULL)
    *value++ = '\0';
  if (*text == '\0' || self->value_rows->len >= ENCLAVE_MCP_MAX_VALUES)
    return;
  for (guint i = 0; i < self->value_rows->len; i++)
    if (strcmp (adw_preferences_row_get_title (g_ptr_array_index (self->value_rows, i)), text) == 0)
      {
        gtk_widget_grab_focus (g_ptr_array_index (self->value_rows, i));
        return;
      }
  gtk_editable_set_text (self->add_value_entry, "");
  row = add_value_row (self, text, value != NULL ? value : "");
  changed_cb (self);
  gtk_widget_grab_focus (row);
}

static void
token_kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpEntryWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveMcpConfigured *configured = ENCLAVE_MCP_CONFIGURED (source);
  gboolean is_done = enclave_mcp_configured_change_finish (configured, result, &error);

  if (self->list == NULL)
    return;
  self->is_saving = FALSE;
  if (!is_done)
    {
      changed_cb (self);
      show_problem (self, error->message);
      return;
    }
  gtk_editable_set_text (self->token_entry, "");
  if (enclave_mcp_configured_get_token_state (configured) != ENCLAVE_MCP_TOKEN_FOR_NOW)
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }
  /* That it is gone tomorrow has to be read. */
  g_set_object (&self->configured, configured);
  changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->token_entry));
}

static EnclaveMcpConfigured *
find_own (EnclaveMcpEntryWindow *self, const char *name)
{
  GListModel *model = G_LIST_MODEL (self->list);

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (EnclaveMcpConfigured) item = g_list_model_get_item (model, i);
      const EnclaveMcpServerEntry *entry = enclave_mcp_configured_get_entry (item);

      if (!entry->in_project && strcmp (entry->name, name) == 0)
        return item;
    }
  return NULL;
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpEntryWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = enclave_mcp_server_list_change_finish (ENCLAVE_MCP_SERVER_LIST (source), result, &error);
  EnclaveMcpConfigured *saved;
  const char *token;

  if (self->list == NULL)
    return;
  if (!is_done)
    {
      self->is_saving = FALSE;
      changed_cb (self);
      show_problem (self, error->message);
      return;
    }
  /* From now on it is the one that stands in the file. */
  g_free (self->name);
  self->name = dup_text (self->name_entry);
  g_clear_pointer (&self->before, enclave_mcp_entry_fields_free);
  self->before = read_fields (self);
  saved = find_own (self, self->name);
  token = gtk_editable_get_text (self->token_entry);
  if (*token != '\0' && saved != NULL && enclave_mcp_configured_takes_token (saved))
    enclave_mcp_configured_set_token_async (saved, token, NULL, token_kept_cb, g_object_ref (self));
  else
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
save_cb (EnclaveMcpEntryWindow *self)
{
  g_autofree char *name = dup_text (self->name_entry);
  g_autoptr (EnclaveMcpEntryFields) fields = read_fields (self);
  g_autoptr (JsonObject) members = NULL;

  if (!gtk_widget_get_sensitive (self->save_button))
    return;
  self->is_saving = TRUE;
  gtk_widget_set_sensitive (self->save_button, FALSE);
  members = enclave_mcp_entry_fields_to_members (fields, self->before);
  if (self->name == NULL)
    enclave_mcp_server_list_set_async (self->list, name, members, NULL, saved_cb, g_object_ref (self));
  else
    enclave_mcp_server_list_update_async (self->list, self->name, name, members, NULL, saved_cb, g_object_ref (self));
}

static void
remove_token_cb (EnclaveMcpEntryWindow *self)
{
  if (self->configured == NULL || self->is_saving)
    return;
  self->is_saving = TRUE;
  gtk_widget_set_sensitive (self->save_button, FALSE);
  enclave_mcp_configured_set_token_async (self->configured, NULL, NULL, token_kept_cb, g_object_ref (self));
}

static void
looked_at_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpEntryWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) entry = enclave_mcp_server_list_look_at_finish (ENCLAVE_MCP_SERVER_LIST (source), result, &error);
  g_autofree const char **names = NULL;

  if (self->list == NULL)
    return;
  if (entry == NULL)
    {
      show_problem (self, error->message);
      return;
    }
  self->before = enclave_mcp_entry_fields_new_of (entry);
  gtk_editable_set_text (self->command_entry, self->before->command);
  adw_combo_row_set_selected (self->workspace_row, self->before->workspace);
  gtk_editable_set_text (self->network_entry, self->before->network);
  gtk_editable_set_text (self->folders_entry, self->before->folders);
  gtk_editable_set_text (self->folder_entry, self->before->folder);
  gtk_switch_set_active (self->roots_switch, self->before->offers_roots);
  names = enclave_mcp_entry_fields_get_names (self->before);
  for (guint i = 0; names[i] != NULL; i++)
    add_value_row (self, names[i], g_hash_table_lookup (self->before->values, names[i]));
  gtk_widget_set_sensitive (self->page, TRUE);
  changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->command_entry));
  /* Which program it is stands at the beginning of a line that may be longer than the field. */
  gtk_editable_set_position (self->command_entry, 0);
}

static void
enclave_mcp_entry_window_dispose (GObject *object)
{
  EnclaveMcpEntryWindow *self = ENCLAVE_MCP_ENTRY_WINDOW (object);

  g_clear_object (&self->list);
  g_clear_object (&self->configured);
  gtk_widget_dispose_template (GTK_WIDGET (object), ENCLAVE_TYPE_MCP_ENTRY_WINDOW);
  G_OBJECT_CLASS (enclave_mcp_entry_window_parent_class)->dispose (object);
}

static void
enclave_mcp_entry_window_finalize (GObject *object)
{
  EnclaveMcpEntryWindow *self = ENCLAVE_MCP_ENTRY_WINDOW (object);

  g_clear_pointer (&self->before, enclave_mcp_entry_fields_free);
  g_free (self->name);
  g_ptr_array_unref (self->value_rows);
  G_OBJECT_CLASS (enclave_mcp_entry_window_parent_class)->finalize (object);
}

#define BIND_CHILD(name) gtk_widget_class_bind_template_child (widget_class, EnclaveMcpEntryWindow, name)

static void
enclave_mcp_entry_window_class_init (EnclaveMcpEntryWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_mcp_entry_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_mcp_entry_window_finalize;
  enclave_preferences_get_resource ();
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/preferences/enclave-mcp-entry-window.ui");
  BIND_CHILD (page);
  BIND_CHILD (save_button);
  BIND_CHILD (name_entry);
  BIND_CHILD (command_entry);
  BIND_CHILD (token_entry);
  BIND_CHILD (token_remove);
  BIND_CHILD (token_note);
  BIND_CHILD (workspace_row);
  BIND_CHILD (network_entry);
  BIND_CHILD (folders_entry);
  BIND_CHILD (folder_entry);
  BIND_CHILD (roots_row);
  BIND_CHILD (roots_switch);
  BIND_CHILD (values_group);
  BIND_CHILD (add_value_entry);
  BIND_CHILD (problem);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_value_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_token_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
enclave_mcp_entry_window_init (EnclaveMcpEntryWindow *self)
{
  self->value_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "map", G_CALLBACK (enclave_accessible_mend), NULL);
}

GtkWidget *
enclave_mcp_entry_window_new (GtkWindow *parent, EnclaveMcpServerList *list, EnclaveMcpConfigured *configured)
{
  EnclaveMcpEntryWindow *self;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MCP_SERVER_LIST (list), NULL);
  g_return_val_if_fail (configured == NULL || ENCLAVE_IS_MCP_CONFIGURED (configured), NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_ENTRY_WINDOW, "transient-for", parent, NULL);
  self->list = g_object_ref (list);
  if (configured == NULL)
    {
      changed_cb (self);
      return GTK_WIDGET (self);
    }
  g_set_object (&self->configured, configured);
  self->name = g_strdup (enclave_mcp_configured_get_entry (configured)->name);
  shown = enclave_utf8_display_name (self->name);
  gtk_window_set_title (GTK_WINDOW (self), shown);
  gtk_button_set_label (GTK_BUTTON (self->save_button), _("Save"));
  gtk_editable_set_text (self->name_entry, self->name);
  gtk_widget_set_sensitive (self->page, FALSE);
  enclave_mcp_server_list_look_at_async (list, self->name, NULL, looked_at_cb, g_object_ref (self));

  return GTK_WIDGET (self);
}
