/* enclave-files-pane-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-file-row.h"
#include "enclave-files-pane.h"
#include "enclave-folder-rows.h"

G_BEGIN_DECLS

/* What a name is asked for. */
typedef enum
{
  ENCLAVE_NAME_NEW_FILE,
  ENCLAVE_NAME_NEW_FOLDER,
  ENCLAVE_NAME_RENAME,
} EnclaveNameKind;

struct _EnclaveFilesPane
{
  GtkWidget parent_instance;

  GtkWidget *bar;
  GtkLabel *title;
  GtkToggleButton *tree_button;
  GtkWidget *filter_button;
  GtkWidget *menu_button;
  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  GtkRevealer *name_revealer;
  GtkLabel *name_label;
  GtkEditable *name_entry;
  GtkLabel *name_problem;
  GtkStack *stack;
  GtkListView *list;
  GMenuModel *pane_menu;
  GMenuModel *row_menu;
  GtkPopover *popover;

  GtkWidget *changes; /* (nullable): shown in place of the tree */

  EnclaveProject *project;
  EnclaveGate *gate;
  GtkTreeListModel *tree;
  GtkFilterListModel *filtered;
  GtkFilter *filter;
  char *filter_text; /* folded; NULL: all rows */
  GtkSingleSelection *selection;
  GHashTable *shown_rows;    /* EnclaveFileRow that show something now */
  GHashTable *git_kinds; /* (nullable): EnclaveGitKind by relative path */
  GFile *wanted;             /* to be selected once its folders are read */
  guint wanted_source;
  gboolean show_ignored;
  EnclaveNameKind name_kind;
  GFile *name_file;          /* (nullable): to be renamed */
  GFile *name_folder;        /* (nullable): where the name is for */
};

/* Returns: (transfer full) (nullable): what @row shows; NULL for a row that stands for no file. @row: (nullable). */
EnclaveTreeItem *enclave_files_pane_dup_item (GtkTreeListRow *row);
/* Returns: where the list shows @wanted, or GTK_INVALID_LIST_POSITION. */
guint enclave_files_pane_find_position (EnclaveFilesPane *self, EnclaveTreeItem *wanted);
/* Opens the file or the folder of @row. @row: (nullable). */
void enclave_files_pane_open_row (EnclaveFilesPane *self, GtkTreeListRow *row);
/* Returns: (transfer full): what is in @folder, which the tree shows. */
GListModel *enclave_files_pane_create_rows (EnclaveFilesPane *self, GFile *folder);
/* @x, @y: in @row. */
void enclave_files_pane_show_menu (EnclaveFilesPane *self, GtkWidget *row, double x, double y);

/* The row that asks for a name. */
void enclave_files_pane_name_activate_cb (EnclaveFilesPane *self);
gboolean enclave_files_pane_name_key_cb (EnclaveFilesPane *self, guint keyval, guint keycode, GdkModifierType state);
void enclave_files_pane_install_edit_actions (GtkWidgetClass *widget_class);
/* @onto: (nullable): the folder, or a file in it; NULL: the project's. FALSE: there is nothing to move. */
gboolean enclave_files_pane_move (EnclaveFilesPane *self, GFile *file, EnclaveTreeItem *onto);
void enclave_files_pane_make_draggable (EnclaveFilesPane *self, EnclaveFileRow *row);

/* Left and Right of the list; connected with the pane as its user data. */
gboolean enclave_files_pane_list_key_cb (EnclaveFilesPane *self, guint keyval, guint keycode, GdkModifierType state);
void enclave_files_pane_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
