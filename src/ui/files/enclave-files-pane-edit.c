/* enclave-files-pane-edit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making, renaming, moving and trashing files of the tree. A name is asked for in a row above the tree.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-file-operation.h"
#include "enclave-files-pane-private.h"
#include "enclave-utf8.h"

static EnclaveTreeItem *
dup_selected (EnclaveFilesPane *self)
{
  gpointer row = self->selection != NULL ? gtk_single_selection_get_selected_item (self->selection) : NULL;

  return row != NULL ? enclave_files_pane_dup_item (row) : NULL;
}

/* Where something new belongs: in the folder that is selected, or beside the file. (transfer full) (nullable) */
static GFile *
dup_folder_of (EnclaveFilesPane *self, EnclaveTreeItem *item)
{
  if (self->project == NULL)
    return NULL;
  if (item == NULL)
    return g_object_ref (enclave_project_get_folder (self->project));
  if (enclave_tree_item_get_is_folder (item))
    return g_object_ref (enclave_tree_item_get_file (item));
  return g_file_get_parent (enclave_tree_item_get_file (item));
}

static void
show_problem (EnclaveFilesPane *self, const char *message)
{
  gtk_label_set_text (self->name_problem, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->name_problem), message != NULL);
  if (message != NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->name_revealer), TRUE);
      gtk_revealer_set_reveal_child (self->name_revealer, TRUE);
      gtk_widget_add_css_class (GTK_WIDGET (self->name_entry), "error");
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->name_entry), "error");
    }
}

static void
close_name (EnclaveFilesPane *self)
{
  show_problem (self, NULL);
  gtk_revealer_set_reveal_child (self->name_revealer, FALSE);
  /* a screen reader would still find it */
  gtk_widget_set_visible (GTK_WIDGET (self->name_revealer), FALSE);
  g_clear_object (&self->name_file);
  g_clear_object (&self->name_folder);
}

/* What was asked for, whatever is asked for meanwhile. */
typedef struct
{
  EnclaveFilesPane *pane;
  GFile *from; /* (nullable): it is moved */
  EnclaveNameKind kind;
} Operation;

static Operation *
operation_new (EnclaveFilesPane *self, GFile *from)
{
  Operation *operation = g_new0 (Operation, 1);

  operation->pane = g_object_ref (self);
  g_set_object (&operation->from, from);
  operation->kind = self->name_kind;
  return operation;
}

static void
operation_free (Operation *operation)
{
  g_object_unref (operation->pane);
  g_clear_object (&operation->from);
  g_free (operation);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Operation, operation_free)

/* The person goes on where the name leads. */
static void
operated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Operation) operation = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = enclave_file_operation_finish (result, &error);
  EnclaveFilesPane *self = operation->pane;

  if (file != NULL && operation->from != NULL)
    g_signal_emit_by_name (self, "file-moved", operation->from, file);
  if (self->selection == NULL)
    return;
  if (file == NULL)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->name_entry), self->name_folder != NULL);
      show_problem (self, error->message);
      return;
    }
  if (operation->kind == ENCLAVE_NAME_NEW_FILE)
    g_signal_emit_by_name (self, "open-file", file);
  enclave_files_pane_select_file (self, file);
  close_name (self);
  if (operation->kind != ENCLAVE_NAME_NEW_FILE)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

void
enclave_files_pane_name_activate_cb (EnclaveFilesPane *self)
{
  const char *name = gtk_editable_get_text (self->name_entry);
  g_autoptr (GError) error = NULL;

  if (self->name_folder == NULL)
    return;
  if (!enclave_file_operation_check_name (name, &error))
    {
      show_problem (self, error->message);
      return;
    }
  show_problem (self, NULL);
  if (self->name_kind == ENCLAVE_NAME_RENAME)
    {
      g_autofree char *old = g_file_get_basename (self->name_file);

      if (g_str_equal (old, name))
        close_name (self);
      else
        enclave_file_operation_move_async (self->name_file, self->name_folder, name, NULL, operated_cb,
                                           operation_new (self, self->name_file));
      return;
    }
  enclave_file_operation_make_async (self->name_folder, name, self->name_kind == ENCLAVE_NAME_NEW_FOLDER, NULL, operated_cb,
                                     operation_new (self, NULL));
}

gboolean
enclave_files_pane_name_key_cb (EnclaveFilesPane *self, guint keyval, guint keycode, GdkModifierType state)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  close_name (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
  return GDK_EVENT_STOP;
}

static void
ask_name (EnclaveFilesPane *self, EnclaveNameKind kind)
{
  g_autoptr (EnclaveTreeItem) item = dup_selected (self);
  g_autofree char *name = NULL;
  g_autofree char *folder_name = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *label = NULL;

  close_name (self);
  self->name_kind = kind;
  if (kind == ENCLAVE_NAME_RENAME)
    {
      if (item == NULL)
        return;
      self->name_file = g_object_ref (enclave_tree_item_get_file (item));
      self->name_folder = g_file_get_parent (self->name_file);
      name = g_file_get_basename (self->name_file);
      /* One that is no text can't be edited as one. */
      if (!g_utf8_validate (name, -1, NULL))
        g_clear_pointer (&name, g_free);
    }
  else
    {
      self->name_folder = dup_folder_of (self, item);
    }
  if (self->name_folder == NULL)
    return;

  folder_name = g_file_get_basename (self->name_folder);
  shown = enclave_utf8_display_name (folder_name);
  label = kind == ENCLAVE_NAME_RENAME       ? g_strdup_printf (_("New name of %s"), enclave_tree_item_get_name (item))
          : kind == ENCLAVE_NAME_NEW_FOLDER ? g_strdup_printf (_("New folder in %s"), shown)
                                            : g_strdup_printf (_("New file in %s"), shown);
  gtk_label_set_text (self->name_label, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->name_entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_visible (GTK_WIDGET (self->name_entry), TRUE);
  gtk_editable_set_text (self->name_entry, name != NULL ? name : "");
  gtk_widget_set_visible (GTK_WIDGET (self->name_revealer), TRUE);
  gtk_revealer_set_reveal_child (self->name_revealer, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->name_entry));
  /* The ending mostly stays. */
  if (name != NULL && strrchr (name, '.') != NULL && strrchr (name, '.') != name)
    gtk_editable_select_region (self->name_entry, 0, (int) g_utf8_strlen (name, strrchr (name, '.') - name));
}

static void
ask_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ask_name (ENCLAVE_FILES_PANE (widget), g_str_equal (name, "files.rename")       ? ENCLAVE_NAME_RENAME
                                         : g_str_equal (name, "files.new-folder") ? ENCLAVE_NAME_NEW_FOLDER
                                                                                  : ENCLAVE_NAME_NEW_FILE);
}

static void
trashed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveFilesPane) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = enclave_file_operation_finish (result, &error);

  if (self->selection == NULL)
    return;
  if (file == NULL)
    {
      gtk_label_set_text (self->name_label, _("Not moved to the trash"));
      gtk_widget_set_visible (GTK_WIDGET (self->name_entry), FALSE);
      show_problem (self, error->message);
      return;
    }
  g_signal_emit_by_name (self, "file-trashed", file);
}

static void
trash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (EnclaveTreeItem) item = dup_selected (ENCLAVE_FILES_PANE (widget));

  if (item == NULL)
    return;
  close_name (ENCLAVE_FILES_PANE (widget));
  enclave_file_operation_trash_async (enclave_tree_item_get_file (item), NULL, trashed_cb, g_object_ref (widget));
}

static void
dismiss_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  close_name (ENCLAVE_FILES_PANE (widget));
}

static void
reveal_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (EnclaveTreeItem) item = dup_selected (ENCLAVE_FILES_PANE (widget));
  g_autoptr (GDBusConnection) bus = item != NULL ? g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL) : NULL;
  g_autofree char *uri = item != NULL ? g_file_get_uri (enclave_tree_item_get_file (item)) : NULL;
  const char *uris[] = { uri, NULL };

  /* The desktop's file manager, by the interface that all of them have. */
  if (bus != NULL)
    g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                            "org.freedesktop.FileManager1", "ShowItems", g_variant_new ("(^ass)", uris, ""), NULL,
                            G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

void
enclave_files_pane_install_edit_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "files.new-file", NULL, ask_action);
  gtk_widget_class_install_action (widget_class, "files.new-folder", NULL, ask_action);
  gtk_widget_class_install_action (widget_class, "files.rename", NULL, ask_action);
  gtk_widget_class_install_action (widget_class, "files.trash", NULL, trash_action);
  gtk_widget_class_install_action (widget_class, "files.reveal", NULL, reveal_action);
  gtk_widget_class_install_action (widget_class, "files.dismiss", NULL, dismiss_action);
}

/* Dragging. */

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, EnclaveFileRow *row)
{
  g_autoptr (EnclaveTreeItem) item = enclave_files_pane_dup_item (enclave_file_row_get_row (row));

  return item != NULL ? gdk_content_provider_new_typed (G_TYPE_FILE, enclave_tree_item_get_file (item)) : NULL;
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, EnclaveFilesPane *self)
{
  EnclaveFileRow *row = ENCLAVE_FILE_ROW (gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target)));
  g_autoptr (EnclaveTreeItem) item = enclave_files_pane_dup_item (enclave_file_row_get_row (row));
  GFile *file = G_VALUE_HOLDS (value, G_TYPE_FILE) ? g_value_get_object (value) : NULL;

  if (file == NULL || self->project == NULL)
    return FALSE;
  return enclave_files_pane_move (self, file, item);
}

gboolean
enclave_files_pane_move (EnclaveFilesPane *self, GFile *file, EnclaveTreeItem *onto)
{
  g_autoptr (GFile) folder = dup_folder_of (self, onto);
  g_autoptr (GFile) parent = g_file_get_parent (file);
  g_autofree char *relative = enclave_project_dup_relative (self->project, file);
  g_autofree char *name = g_file_get_basename (file);

  /* Of the project only: what comes from elsewhere would be taken away there. */
  if (folder == NULL || relative == NULL || (parent != NULL && g_file_equal (parent, folder))
      || !enclave_file_operation_check_name (name, NULL))
    return FALSE;
  close_name (self);
  self->name_kind = ENCLAVE_NAME_RENAME;
  self->name_file = g_object_ref (file);
  gtk_label_set_text (self->name_label, _("Not moved"));
  enclave_file_operation_move_async (file, folder, name, NULL, operated_cb, operation_new (self, file));
  return TRUE;
}

void
enclave_files_pane_make_draggable (EnclaveFilesPane *self, EnclaveFileRow *row)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_MOVE | GDK_ACTION_COPY);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE | GDK_ACTION_COPY);
  g_signal_connect_object (source, "prepare", G_CALLBACK (prepare_cb), row, 0);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (row), GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (GTK_WIDGET (row), GTK_EVENT_CONTROLLER (target));
}
