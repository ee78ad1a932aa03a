/* enclave-files-pane-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-files-pane-private.h"

static GtkTreeListRow *
dup_selected_row (EnclaveFilesPane *self)
{
  gpointer row = self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;

  return row != NULL ? g_object_ref (row) : NULL;
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EnclaveFilesPane *self = ENCLAVE_FILES_PANE (widget);
  g_autoptr (GtkTreeListRow) row = dup_selected_row (self);

  enclave_files_pane_open_row (self, row);
}

static void
copy_path_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GtkTreeListRow) row = dup_selected_row (ENCLAVE_FILES_PANE (widget));
  g_autoptr (EnclaveTreeItem) item = enclave_files_pane_dup_item (row);
  g_autofree char *text = NULL;

  if (item == NULL)
    return;
  /* The clipboard holds text; a name that is none is copied as its address. */
  text = g_file_get_path (enclave_tree_item_get_file (item));
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_free (text);
      text = g_file_get_uri (enclave_tree_item_get_file (item));
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

static void
for_each_folder (EnclaveFilesPane *self, void (*visit) (EnclaveFilesPane *self, EnclaveFolderModel *model))
{
  if (self->tree == NULL)
    return;
  visit (self, enclave_folder_rows_get_model (ENCLAVE_FOLDER_ROWS (gtk_tree_list_model_get_model (self->tree))));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tree)); i++)
    {
      g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_row (self->tree, i);
      GListModel *children = gtk_tree_list_row_get_children (row);

      if (children != NULL)
        visit (self, enclave_folder_rows_get_model (ENCLAVE_FOLDER_ROWS (children)));
    }
}

static void
read_again (EnclaveFilesPane *self, EnclaveFolderModel *model)
{
  enclave_folder_model_refresh (model);
}

static void
refresh_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  for_each_folder (ENCLAVE_FILES_PANE (widget), read_again);
}

static void
ignore_changed_cb (EnclaveFilesPane *self)
{
  for_each_folder (self, read_again);
}

GListModel *
enclave_files_pane_create_rows (EnclaveFilesPane *self, GFile *folder)
{
  g_autoptr (EnclaveFolderModel) model = enclave_folder_model_new (folder, enclave_project_get_folder (self->project), self->gate,
                                                                   self->show_ignored);

  g_signal_connect_object (model, "ignore-changed", G_CALLBACK (ignore_changed_cb), self, G_CONNECT_SWAPPED);
  return G_LIST_MODEL (enclave_folder_rows_new (model));
}

static void
update_ignored (EnclaveFilesPane *self, EnclaveFolderModel *model)
{
  enclave_folder_model_set_show_ignored (model, self->show_ignored);
}

void
enclave_files_pane_set_show_ignored (EnclaveFilesPane *self, gboolean show_ignored)
{
  g_return_if_fail (ENCLAVE_IS_FILES_PANE (self));

  if (self->show_ignored == show_ignored)
    return;
  self->show_ignored = show_ignored;
  for_each_folder (self, update_ignored);
  g_object_notify (G_OBJECT (self), "show-ignored");
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, ENCLAVE_FILES_PANE (object)->show_ignored);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  enclave_files_pane_set_show_ignored (ENCLAVE_FILES_PANE (object), g_value_get_boolean (value));
}

/* The row of the list that shows @wanted gets the focus and is selected. */
static void
focus_row (EnclaveFilesPane *self, GtkTreeListRow *wanted)
{
  g_autoptr (EnclaveTreeItem) item = enclave_files_pane_dup_item (wanted);
  guint position = item != NULL ? enclave_files_pane_find_position (self, item) : GTK_INVALID_LIST_POSITION;
  GHashTableIter iter;
  gpointer row;

  if (position == GTK_INVALID_LIST_POSITION)
    return;
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
  gtk_single_selection_set_selected (self->selection, position);
  g_hash_table_iter_init (&iter, self->shown_rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    if (enclave_file_row_get_row (row) == wanted)
      gtk_widget_grab_focus (gtk_widget_get_parent (row));
}

/* Right opens a folder; Left closes it, or goes to the folder around. */
gboolean
enclave_files_pane_list_key_cb (EnclaveFilesPane *self, guint keyval, guint keycode, GdkModifierType state)
{
  g_autoptr (GtkTreeListRow) row = dup_selected_row (self);
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  gboolean opens = keyval == (mirrored ? GDK_KEY_Left : GDK_KEY_Right);

  if (row == NULL || (keyval != GDK_KEY_Left && keyval != GDK_KEY_Right)
      || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  if (gtk_tree_list_row_is_expandable (row) && gtk_tree_list_row_get_expanded (row) != opens)
    gtk_tree_list_row_set_expanded (row, opens);
  else if (!opens)
    {
      g_autoptr (GtkTreeListRow) parent = gtk_tree_list_row_get_parent (row);

      if (parent != NULL)
        focus_row (self, parent);
    }
  return GDK_EVENT_STOP;
}

static void
collapse_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EnclaveFilesPane *self = ENCLAVE_FILES_PANE (widget);

  if (self->tree == NULL)
    return;
  for (guint i = 0;; i++)
    {
      g_autoptr (GtkTreeListRow) row = gtk_tree_list_model_get_child_row (self->tree, i);

      if (row == NULL)
        return;
      gtk_tree_list_row_set_expanded (row, FALSE);
    }
}

static void
filter_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EnclaveFilesPane *self = ENCLAVE_FILES_PANE (widget);

  gtk_search_bar_set_search_mode (self->search_bar, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  EnclaveFilesPane *self = ENCLAVE_FILES_PANE (widget);
  g_autoptr (GtkTreeListRow) selected = dup_selected_row (self);
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->shown_rows);
  while (selected != NULL && g_hash_table_iter_next (&iter, &row, NULL))
    {
      if (enclave_file_row_get_row (row) != selected)
        continue;
      enclave_files_pane_show_menu (self, row, 24, gtk_widget_get_height (row));
      return;
    }
}

void
enclave_files_pane_install_actions (GtkWidgetClass *widget_class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (widget_class);

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  g_object_class_install_property (object_class, 1,
                                   g_param_spec_boolean ("show-ignored", NULL, NULL, TRUE,
                                                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS));
  gtk_widget_class_install_property_action (widget_class, "files.show-ignored", "show-ignored");
  gtk_widget_class_install_action (widget_class, "files.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "files.copy-path", NULL, copy_path_action);
  gtk_widget_class_install_action (widget_class, "files.refresh", NULL, refresh_action);
  gtk_widget_class_install_action (widget_class, "files.collapse", NULL, collapse_action);
  gtk_widget_class_install_action (widget_class, "files.filter", NULL, filter_action);
  gtk_widget_class_install_action (widget_class, "files.menu", NULL, menu_action);
}
