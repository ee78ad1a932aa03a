/* enclave-file-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-file-row.h"
#include "enclave-folder-rows.h"
#include "enclave-project-tree.h"

struct _EnclaveFileRow
{
  GtkWidget parent_instance;

  GtkTreeExpander *expander;
  GtkWidget *content;
  GtkImage *icon;
  GtkSpinner *spinner;
  GtkLabel *label;
  GtkLabel *mark;
  GtkImage *lock;
  GtkTreeListRow *row;
  EnclaveTreeItem *item; /* (nullable): of the row, while it is a file or a folder */
};

enum
{
  ACTIVATED,
  MENU,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveFileRow, enclave_file_row, GTK_TYPE_WIDGET)

static void
update_icon (EnclaveFileRow *self)
{
  g_autoptr (GObject) item = gtk_tree_list_row_get_item (self->row);
  const char *icon = "text-x-generic-symbolic";

  if (ENCLAVE_IS_TREE_ITEM (item) && enclave_tree_item_get_is_folder (ENCLAVE_TREE_ITEM (item)))
    icon = gtk_tree_list_row_get_expanded (self->row) ? "folder-open-symbolic" : "folder-symbolic";
  gtk_image_set_from_icon_name (self->icon, icon);
}

/* The expander takes the focus, for its arrow keys, and stands in a row that could: both are named. */
static void
set_spoken (EnclaveFileRow *self, const char *name, const char *description)
{
  enclave_accessible_set_row_label (GTK_WIDGET (self), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->expander), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description != NULL ? description : "", -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description != NULL ? description : "", -1);
}

static void
set_class (EnclaveFileRow *self, const char *name, gboolean wanted)
{
  if (wanted)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
show_item (EnclaveFileRow *self, EnclaveTreeItem *item)
{
  const char *rule = enclave_tree_item_get_rule (item);
  const char *name = enclave_tree_item_get_name (item);
  gboolean ignored = enclave_tree_item_get_ignored (item);
  g_autofree char *hint = rule != NULL ? g_strdup_printf (_("Hidden from the agent: %s"), rule)
                          : ignored    ? g_strdup (_("Ignored (.gitignore or .ignore)"))
                                       : NULL;

  gtk_label_set_text (self->label, name);
  gtk_widget_set_tooltip_text (self->content, hint);
  gtk_widget_set_visible (GTK_WIDGET (self->lock), rule != NULL);
  set_spoken (self, name, hint);
  set_class (self, "denied", rule != NULL);
  set_class (self, "ignored", ignored);
}

static void
show_note (EnclaveFileRow *self, EnclaveFolderNote *note)
{
  gtk_label_set_text (self->label, enclave_folder_note_get_text (note));
  gtk_widget_set_tooltip_text (self->content, enclave_folder_note_get_detail (note));
  gtk_widget_set_visible (GTK_WIDGET (self->lock), FALSE);
  set_spoken (self, enclave_folder_note_get_text (note), enclave_folder_note_get_detail (note));
  set_class (self, "denied", FALSE);
  set_class (self, "ignored", FALSE);
}

static void
item_changed_cb (EnclaveFileRow *self)
{
  show_item (self, self->item);
}

static void
set_item (EnclaveFileRow *self, EnclaveTreeItem *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_func (self->item, item_changed_cb, self);
  g_set_object (&self->item, item);
  if (item != NULL)
    {
      g_signal_connect_object (item, "notify::denied", G_CALLBACK (item_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (item, "notify::ignored", G_CALLBACK (item_changed_cb), self, G_CONNECT_SWAPPED);
    }
}

void
enclave_file_row_set_row (EnclaveFileRow *self, GtkTreeListRow *row)
{
  g_autoptr (GObject) item = NULL;
  gboolean is_note;
  gboolean waits;

  g_return_if_fail (ENCLAVE_IS_FILE_ROW (self));

  if (self->row != NULL)
    g_signal_handlers_disconnect_by_func (self->row, update_icon, self);
  g_set_object (&self->row, row);
  gtk_tree_expander_set_list_row (self->expander, row);
  set_item (self, NULL);
  if (row == NULL)
    return;

  item = gtk_tree_list_row_get_item (row);
  is_note = ENCLAVE_IS_FOLDER_NOTE (item);
  waits = is_note && enclave_folder_note_get_waits (ENCLAVE_FOLDER_NOTE (item));
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !is_note);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), waits);
  gtk_spinner_set_spinning (self->spinner, waits);
  if (is_note)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self), "note");
      show_note (self, ENCLAVE_FOLDER_NOTE (item));
      return;
    }

  gtk_widget_remove_css_class (GTK_WIDGET (self), "note");
  set_item (self, ENCLAVE_TREE_ITEM (item));
  show_item (self, self->item);
  g_signal_connect_swapped (row, "notify::expanded", G_CALLBACK (update_icon), self);
  update_icon (self);
}

GtkTreeListRow *
enclave_file_row_get_row (EnclaveFileRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_ROW (self), NULL);
  return self->row;
}

void
enclave_file_row_set_git_kind (EnclaveFileRow *self, EnclaveGitKind kind)
{
  const char *letter = C_("mark of a changed file", "M");
  const char *words = _("Changed since the last commit");

  g_return_if_fail (ENCLAVE_IS_FILE_ROW (self));

  gtk_widget_remove_css_class (GTK_WIDGET (self->mark), "warning");
  if (kind == ENCLAVE_GIT_NEW)
    {
      letter = C_("mark of a new file", "N");
      words = _("New since the last commit");
    }
  else if (kind == ENCLAVE_GIT_RENAMED)
    {
      letter = C_("mark of a renamed file", "R");
      words = _("Renamed since the last commit");
    }
  else if (kind == ENCLAVE_GIT_IN_CONFLICT)
    {
      letter = C_("mark of a file in conflict", "!");
      words = _("In conflict: both sides changed it");
      gtk_widget_add_css_class (GTK_WIDGET (self->mark), "warning");
    }
  gtk_label_set_text (self->mark, letter);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->mark), words);
  gtk_widget_set_visible (GTK_WIDGET (self->mark), kind != ENCLAVE_GIT_UNCHANGED);
}

/* The second press of a double click is ours as well: the list would activate the row again and fold it back. */
static void
pressed_cb (EnclaveFileRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (n_press > 1)
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
released_cb (EnclaveFileRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (n_press == 1)
    g_signal_emit (self, signals[ACTIVATED], 0);
}

static void
menu_pressed_cb (EnclaveFileRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit (self, signals[MENU], 0, x, y);
}

static void
enclave_file_row_dispose (GObject *object)
{
  EnclaveFileRow *self = ENCLAVE_FILE_ROW (object);

  if (self->row != NULL)
    g_signal_handlers_disconnect_by_func (self->row, update_icon, self);
  g_clear_object (&self->row);
  set_item (self, NULL);
  g_clear_pointer ((GtkWidget **) &self->expander, gtk_widget_unparent);

  G_OBJECT_CLASS (enclave_file_row_parent_class)->dispose (object);
}

static void
enclave_file_row_class_init (EnclaveFileRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_file_row_dispose;

  signals[ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 0);
  signals[MENU] = g_signal_new ("menu", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "filerow");
}

static void
enclave_file_row_init (EnclaveFileRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *menu = gtk_gesture_click_new ();

  self->expander = GTK_TREE_EXPANDER (gtk_tree_expander_new ());
  self->content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->icon = GTK_IMAGE (gtk_image_new ());
  self->spinner = GTK_SPINNER (gtk_spinner_new ());
  self->label = GTK_LABEL (gtk_label_new (NULL));
  self->mark = GTK_LABEL (gtk_label_new (NULL));
  self->lock = GTK_IMAGE (gtk_image_new_from_icon_name ("changes-prevent-symbolic"));

  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (self->label, 0);
  gtk_label_set_single_line_mode (self->label, TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_widget_set_hexpand (self->content, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->mark), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->lock), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self->mark), "enclave-quiet");
  gtk_widget_add_css_class (GTK_WIDGET (self->mark), "caption");
  gtk_box_append (GTK_BOX (self->content), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (self->content), GTK_WIDGET (self->spinner));
  gtk_box_append (GTK_BOX (self->content), GTK_WIDGET (self->label));
  gtk_box_append (GTK_BOX (self->content), GTK_WIDGET (self->mark));
  gtk_box_append (GTK_BOX (self->content), GTK_WIDGET (self->lock));
  gtk_tree_expander_set_child (self->expander, self->content);
  gtk_widget_set_parent (GTK_WIDGET (self->expander), GTK_WIDGET (self));

  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (self->content, GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (menu), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (menu, "pressed", G_CALLBACK (menu_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (menu));
}

GtkWidget *
enclave_file_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_FILE_ROW, NULL);
}
