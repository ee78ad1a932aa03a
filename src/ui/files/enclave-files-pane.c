/* enclave-files-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-accessible.h"
#include "enclave-files-pane-private.h"
#include "enclave-immediate.h"
#include "enclave-late-menu.h"
#include "enclave-style-sheet.h"

enum
{
  OPEN_FILE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveFilesPane, enclave_files_pane, GTK_TYPE_WIDGET)

EnclaveTreeItem *
enclave_files_pane_dup_item (GtkTreeListRow *row)
{
  g_autoptr (GObject) item = row != NULL ? gtk_tree_list_row_get_item (row) : NULL;

  return ENCLAVE_IS_TREE_ITEM (item) ? ENCLAVE_TREE_ITEM (g_steal_pointer (&item)) : NULL;
}

static GListModel *
create_children (gpointer item, gpointer data)
{
  if (!ENCLAVE_IS_TREE_ITEM (item) || !enclave_tree_item_get_is_folder (item))
    return NULL;
  return enclave_files_pane_create_rows (data, enclave_tree_item_get_file (item));
}

static gboolean
name_matches (EnclaveFilesPane *self, GtkTreeListRow *row)
{
  g_autoptr (EnclaveTreeItem) item = enclave_files_pane_dup_item (row);
  g_autofree char *folded = item != NULL ? g_utf8_casefold (enclave_tree_item_get_name (item), -1) : NULL;

  return folded != NULL && strstr (folded, self->filter_text) != NULL;
}

/* A folder stays while anything in it that has been read matches. */
static gboolean
row_matches (EnclaveFilesPane *self, GtkTreeListRow *row)
{
  if (name_matches (self, row))
    return TRUE;
  if (!gtk_tree_list_row_get_expanded (row))
    return FALSE;
  for (guint i = 0;; i++)
    {
      g_autoptr (GtkTreeListRow) child = gtk_tree_list_row_get_child_row (row, i);

      if (child == NULL)
        return FALSE;
      if (row_matches (self, child))
        return TRUE;
    }
}

static gboolean
filter_func (gpointer item, gpointer data)
{
  EnclaveFilesPane *self = data;

  return self->filter_text == NULL || row_matches (self, item);
}

static void
search_changed_cb (EnclaveFilesPane *self)
{
  const char *text = gtk_editable_get_text (self->search_entry);

  g_clear_pointer (&self->filter_text, g_free);
  if (text[0] != '\0')
    self->filter_text = g_utf8_casefold (text, -1);
  if (self->filtered == NULL)
    return;
  /* None asks for no row: a folder may have a hundred thousand. One that is set anew asks for each by itself. */
  if (self->filter_text != NULL && gtk_filter_list_model_get_filter (self->filtered) == self->filter)
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  else
    gtk_filter_list_model_set_filter (self->filtered, self->filter_text != NULL ? self->filter : NULL);
}

static void
update_git_mark (EnclaveFilesPane *self, EnclaveFileRow *row)
{
  g_autoptr (EnclaveTreeItem) item = enclave_files_pane_dup_item (enclave_file_row_get_row (row));
  g_autofree char *path = NULL;

  if (item != NULL && self->project != NULL && self->git_kinds != NULL)
    path = enclave_project_dup_relative (self->project, enclave_tree_item_get_file (item));
  enclave_file_row_set_git_kind (row, path != NULL ? (EnclaveGitKind) GPOINTER_TO_INT (g_hash_table_lookup (self->git_kinds, path))
                                                   : ENCLAVE_GIT_UNCHANGED);
}

static gboolean
shows_changes (EnclaveFilesPane *self)
{
  return self->changes != NULL && !gtk_toggle_button_get_active (self->tree_button);
}

static void
show_page (EnclaveFilesPane *self)
{
  gboolean changes = shows_changes (self);

  gtk_stack_set_visible_child_name (self->stack, changes ? "changes" : self->project != NULL ? "tree" : "none");
  gtk_label_set_label (self->title, changes ? _("Changes") : _("Files"));
  gtk_widget_set_visible (GTK_WIDGET (self->tree_button), self->changes != NULL);
  gtk_widget_set_visible (self->filter_button, !changes);
  gtk_widget_set_visible (self->menu_button, !changes);
  if (changes)
    gtk_search_bar_set_search_mode (self->search_bar, FALSE);
}

static void
tree_toggled_cb (EnclaveFilesPane *self)
{
  show_page (self);
}

void
enclave_files_pane_open_row (EnclaveFilesPane *self, GtkTreeListRow *row)
{
  g_autoptr (EnclaveTreeItem) item = enclave_files_pane_dup_item (row);

  if (item == NULL)
    return;
  if (enclave_tree_item_get_is_folder (item))
    gtk_tree_list_row_set_expanded (row, !gtk_tree_list_row_get_expanded (row));
  else
    g_signal_emit (self, signals[OPEN_FILE], 0, enclave_tree_item_get_file (item));
}

static void
activate_cb (EnclaveFilesPane *self, guint position)
{
  g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  enclave_files_pane_open_row (self, row);
}

static void
search_activate_cb (EnclaveFilesPane *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->selection)); i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      /* Folders that lead to a match stand above it. */
      if (self->filter_text == NULL || !name_matches (self, row))
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      enclave_files_pane_open_row (self, row);
      return;
    }
}

static void
row_activated_cb (EnclaveFilesPane *self, EnclaveFileRow *row)
{
  enclave_files_pane_open_row (self, enclave_file_row_get_row (row));
}

/* Only who asks for a menu needs its widgets. */
static void
ensure_popover (EnclaveFilesPane *self)
{
  if (self->popover != NULL)
    return;
  self->popover = GTK_POPOVER (gtk_popover_menu_new_from_model (self->row_menu));
  gtk_popover_set_has_arrow (self->popover, FALSE);
  gtk_widget_set_halign (GTK_WIDGET (self->popover), GTK_ALIGN_START);
  enclave_accessible_mend (GTK_WIDGET (self->popover));
  gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self));
}

void
enclave_files_pane_show_menu (EnclaveFilesPane *self, GtkWidget *row, double x, double y)
{
  GdkRectangle place = { 0, 0, 1, 1 };

  ensure_popover (self);
  gtk_widget_translate_coordinates (row, GTK_WIDGET (self), x, y, &x, &y);
  place.x = (int) x;
  place.y = (int) y;
  gtk_popover_set_pointing_to (self->popover, &place);
  gtk_popover_popup (self->popover);
}

guint
enclave_files_pane_find_position (EnclaveFilesPane *self, EnclaveTreeItem *wanted)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->selection)); i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), i);
      g_autoptr (EnclaveTreeItem) item = enclave_files_pane_dup_item (row);

      if (item == wanted)
        return i;
    }
  return GTK_INVALID_LIST_POSITION;
}

static void
row_menu_cb (EnclaveFilesPane *self, double x, double y, EnclaveFileRow *row)
{
  g_autoptr (EnclaveTreeItem) item = enclave_files_pane_dup_item (enclave_file_row_get_row (row));

  if (item == NULL)
    return;
  gtk_single_selection_set_selected (self->selection, enclave_files_pane_find_position (self, item));
  enclave_files_pane_show_menu (self, GTK_WIDGET (row), x, y);
}

static void
setup_cb (EnclaveFilesPane *self, GtkListItem *list_item)
{
  GtkWidget *row = enclave_file_row_new ();

  g_signal_connect_object (row, "activated", G_CALLBACK (row_activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "menu", G_CALLBACK (row_menu_cb), self, G_CONNECT_SWAPPED);
  enclave_files_pane_make_draggable (self, ENCLAVE_FILE_ROW (row));
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (EnclaveFilesPane *self, GtkListItem *list_item)
{
  EnclaveFileRow *row = ENCLAVE_FILE_ROW (gtk_list_item_get_child (list_item));
  GtkTreeListRow *tree_row = gtk_list_item_get_item (list_item);
  g_autoptr (EnclaveTreeItem) item = enclave_files_pane_dup_item (tree_row);

  gtk_list_item_set_selectable (list_item, item != NULL);
  gtk_list_item_set_activatable (list_item, item != NULL);
  enclave_file_row_set_row (row, tree_row);
  update_git_mark (self, row);
  g_hash_table_add (self->shown_rows, row);
}

static void
unbind_cb (EnclaveFilesPane *self, GtkListItem *list_item)
{
  EnclaveFileRow *row = ENCLAVE_FILE_ROW (gtk_list_item_get_child (list_item));

  g_hash_table_remove (self->shown_rows, row);
  enclave_file_row_set_row (row, NULL);
}

/* One step towards the wanted file: as far as its folders have been read. */
static gboolean
select_wanted (EnclaveFilesPane *self)
{
  g_autoptr (GtkTreeListRow) parent = NULL;
  g_autoptr (EnclaveTreeItem) item = NULL;
  guint position;

  for (guint i = 0;;)
    {
      g_autoptr (GtkTreeListRow) row = parent != NULL ? gtk_tree_list_row_get_child_row (parent, i)
                                                      : gtk_tree_list_model_get_child_row (self->tree, i);

      if (row == NULL)
        return FALSE;
      g_clear_object (&item);
      item = enclave_files_pane_dup_item (row);
      if (item != NULL && g_file_equal (enclave_tree_item_get_file (item), self->wanted))
        break;
      if (item == NULL || !enclave_tree_item_get_is_folder (item)
          || !g_file_has_prefix (self->wanted, enclave_tree_item_get_file (item)))
        {
          i++;
          continue;
        }
      gtk_tree_list_row_set_expanded (row, TRUE);
      g_set_object (&parent, row);
      i = 0;
    }

  position = enclave_files_pane_find_position (self, item);
  if (position != GTK_INVALID_LIST_POSITION)
    {
      gtk_single_selection_set_selected (self->selection, position);
      gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
    }
  g_clear_object (&self->wanted);
  return TRUE;
}

static gboolean
wanted_cb (gpointer data)
{
  EnclaveFilesPane *self = data;

  self->wanted_source = 0;
  if (self->wanted != NULL && self->tree != NULL)
    select_wanted (self);
  return G_SOURCE_REMOVE;
}

static void
tree_changed_cb (EnclaveFilesPane *self)
{
  if (self->wanted != NULL && self->wanted_source == 0)
    self->wanted_source = g_idle_add (wanted_cb, self);
}

/* A person who moves on is not pulled back by a folder that is read late. */
static void
selected_cb (EnclaveFilesPane *self)
{
  if (gtk_single_selection_get_selected (self->selection) != GTK_INVALID_LIST_POSITION)
    g_clear_object (&self->wanted);
}

static void
enclave_files_pane_dispose (GObject *object)
{
  EnclaveFilesPane *self = ENCLAVE_FILES_PANE (object);

  g_clear_handle_id (&self->wanted_source, g_source_remove);
  g_clear_object (&self->wanted);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->tree);
  g_clear_object (&self->project);
  g_clear_object (&self->gate);
  g_clear_pointer ((GtkWidget **) &self->popover, gtk_widget_unparent);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_FILES_PANE);

  G_OBJECT_CLASS (enclave_files_pane_parent_class)->dispose (object);
}

static void
enclave_files_pane_finalize (GObject *object)
{
  EnclaveFilesPane *self = ENCLAVE_FILES_PANE (object);

  g_hash_table_unref (self->shown_rows);
  g_clear_pointer (&self->git_kinds, g_hash_table_unref);
  g_free (self->filter_text);

  g_clear_object (&ENCLAVE_FILES_PANE (object)->name_file);
  g_clear_object (&ENCLAVE_FILES_PANE (object)->name_folder);
  G_OBJECT_CLASS (enclave_files_pane_parent_class)->finalize (object);
}

static void
enclave_files_pane_class_init (EnclaveFilesPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_files_pane_dispose;
  object_class->finalize = enclave_files_pane_finalize;

  signals[OPEN_FILE] = g_signal_new ("open-file", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_FILE);
  g_signal_new ("file-moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                G_TYPE_FILE, G_TYPE_FILE);
  g_signal_new ("file-trashed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_FILE);

  enclave_files_pane_install_actions (widget_class);
  enclave_files_pane_install_edit_actions (widget_class);

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/files/enclave-files-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, tree_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, filter_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, menu_button);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, search_bar);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, search_entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, name_revealer);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, name_label);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, name_entry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, name_problem);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, pane_menu);
  gtk_widget_class_bind_template_child (widget_class, EnclaveFilesPane, row_menu);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, tree_toggled_cb);
  gtk_widget_class_bind_template_callback_full (widget_class, "name_activate_cb",
                                                G_CALLBACK (enclave_files_pane_name_activate_cb));
  gtk_widget_class_bind_template_callback_full (widget_class, "name_key_cb", G_CALLBACK (enclave_files_pane_name_key_cb));
}

static void
enclave_files_pane_init (EnclaveFilesPane *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->shown_rows = g_hash_table_new (NULL, NULL);
  self->show_ignored = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  enclave_immediate_set_up (GTK_WIDGET (self->search_bar));
  enclave_immediate_set_up (GTK_WIDGET (self->name_revealer));
  enclave_style_sheet_add ("/dev/enclave/Enclave/files/enclave-files.css");

  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  enclave_late_menu_set (GTK_MENU_BUTTON (self->menu_button), self->pane_menu);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
  /* Before the list, which takes these keys for itself and does nothing with them. */
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (enclave_files_pane_list_key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
}

GtkWidget *
enclave_files_pane_new (void)
{
  return g_object_new (ENCLAVE_TYPE_FILES_PANE, NULL);
}

void
enclave_files_pane_set_project (EnclaveFilesPane *self, EnclaveProject *project, EnclaveGate *gate)
{
  g_return_if_fail (ENCLAVE_IS_FILES_PANE (self));
  g_return_if_fail (project == NULL || ENCLAVE_IS_PROJECT (project));

  gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->wanted);
  g_clear_object (&self->selection);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->tree);
  g_set_object (&self->project, project);
  g_set_object (&self->gate, gate);
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  gtk_widget_set_sensitive (self->bar, project != NULL);
  gtk_widget_set_tooltip_text (self->bar, project != NULL ? enclave_project_get_name (project) : NULL);
  show_page (self);
  if (project == NULL)
    return;

  self->tree = gtk_tree_list_model_new (enclave_files_pane_create_rows (self, enclave_project_get_folder (project)), FALSE, FALSE,
                                        create_children, self, NULL);
  self->filter = GTK_FILTER (gtk_custom_filter_new (filter_func, self, NULL));
  self->filtered = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->tree)), NULL);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->filtered));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->tree, "items-changed", G_CALLBACK (tree_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
}

gboolean
enclave_files_pane_focus (EnclaveFilesPane *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILES_PANE (self), FALSE);
  if (shows_changes (self))
    return gtk_widget_child_focus (self->changes, GTK_DIR_TAB_FORWARD);
  return gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

void
enclave_files_pane_set_changes (EnclaveFilesPane *self, GtkWidget *changes)
{
  g_return_if_fail (ENCLAVE_IS_FILES_PANE (self));
  g_return_if_fail (changes == NULL || GTK_IS_WIDGET (changes));

  if (self->changes == changes)
    return;
  if (self->changes != NULL)
    gtk_stack_remove (self->stack, self->changes);
  self->changes = changes;
  if (changes != NULL)
    gtk_stack_add_named (self->stack, changes, "changes");
  gtk_toggle_button_set_active (self->tree_button, FALSE);
  show_page (self);
}

void
enclave_files_pane_select_file (EnclaveFilesPane *self, GFile *file)
{
  g_return_if_fail (ENCLAVE_IS_FILES_PANE (self));
  g_return_if_fail (G_IS_FILE (file));

  if (self->tree == NULL || !g_file_has_prefix (file, enclave_project_get_folder (self->project)))
    return;
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  g_set_object (&self->wanted, file);
  tree_changed_cb (self);
}

void
enclave_files_pane_set_git_kinds (EnclaveFilesPane *self, GHashTable *kinds)
{
  GHashTableIter iter;
  gpointer row;

  g_return_if_fail (ENCLAVE_IS_FILES_PANE (self));

  g_clear_pointer (&self->git_kinds, g_hash_table_unref);
  if (kinds != NULL)
    self->git_kinds = g_hash_table_ref (kinds);
  g_hash_table_iter_init (&iter, self->shown_rows);
  while (g_hash_table_iter_next (&iter, &row, NULL))
    update_git_mark (self, row);
}
