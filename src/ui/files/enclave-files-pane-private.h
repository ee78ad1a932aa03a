/* enclave-files-pane-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-file-row.h"
#include "enclave-files-pane.h"
#include "enclave-folder-rows.h"

G_BEGIN_DECLS

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
  GtkStack *stack;
  GtkListView *list;
  GMenuModel *row_menu;
  GtkPopover *popover;

  GtkWidget *changes; /* (nullable): shown in place of the tree */

  EnclaveProject *project;
  EnclaveGate *gate;
  GtkTreeListModel *tree;
  GtkFilter *filter;
  char *filter_text; /* folded; NULL: all rows */
  GtkSingleSelection *selection;
  GHashTable *shown_rows;    /* EnclaveFileRow that show something now */
  GHashTable *changed_paths; /* relative paths */
  GFile *wanted;             /* to be selected once its folders are read */
  guint wanted_source;
};

/* Returns: (transfer full) (nullable): what @row shows; NULL for a row that stands for no file. @row: (nullable). */
EnclaveTreeItem *enclave_files_pane_dup_item (GtkTreeListRow *row);
/* Returns: where the list shows @wanted, or GTK_INVALID_LIST_POSITION. */
guint enclave_files_pane_find_position (EnclaveFilesPane *self, EnclaveTreeItem *wanted);
/* Opens the file or the folder of @row. @row: (nullable). */
void enclave_files_pane_open_row (EnclaveFilesPane *self, GtkTreeListRow *row);
/* @x, @y: in @row. */
void enclave_files_pane_show_menu (EnclaveFilesPane *self, GtkWidget *row, double x, double y);

/* Left and Right of the list; connected with the pane as its user data. */
gboolean enclave_files_pane_list_key_cb (EnclaveFilesPane *self, guint keyval, guint keycode, GdkModifierType state);
void enclave_files_pane_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
