/* enclave-file-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-file-view.h"

struct _EnclaveFileView
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkWidget *list;
  GtkSingleSelection *selection;
  EnclaveFileRows *rows;
  EnclaveFileRowsKind kind;
};

G_DEFINE_FINAL_TYPE (EnclaveFileView, enclave_file_view, GTK_TYPE_WIDGET)

static void
update_row (GtkListItem *item)
{
  EnclaveFileRowItem *row = gtk_list_item_get_item (item);
  GtkWidget *box = gtk_list_item_get_child (item);
  GtkWidget *number = gtk_widget_get_first_child (box);
  const char *text = row != NULL ? enclave_file_row_item_get_text (row) : NULL;
  g_autofree char *label = row != NULL ? enclave_file_row_item_dup_number (row) : g_strdup ("");

  gtk_label_set_text (GTK_LABEL (number), label);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (number)), text != NULL ? text : "");
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, EnclaveFileView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *number = gtk_label_new (NULL);
  GtkWidget *text = gtk_label_new (NULL);

  gtk_label_set_width_chars (GTK_LABEL (number), 9);
  gtk_label_set_xalign (GTK_LABEL (number), 1);
  gtk_widget_add_css_class (number, "dim-label");
  gtk_widget_add_css_class (number, "monospace");
  gtk_label_set_xalign (GTK_LABEL (text), 0);
  gtk_label_set_single_line_mode (GTK_LABEL (text), TRUE);
  gtk_widget_add_css_class (text, "monospace");
  /* code is written from the left, whatever the language of the desktop */
  gtk_widget_set_direction (box, GTK_TEXT_DIR_LTR);
  gtk_box_append (GTK_BOX (box), number);
  gtk_box_append (GTK_BOX (box), text);
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, EnclaveFileView *self)
{
  EnclaveFileRowItem *row = gtk_list_item_get_item (item);

  /* what is there already is no news */
  enclave_file_rows_want (self->rows, row);
  g_signal_connect_object (row, "notify::text", G_CALLBACK (update_row), item, G_CONNECT_SWAPPED);
  update_row (item);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, EnclaveFileView *self)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (item), update_row, item);
}

static gboolean
copy_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  EnclaveFileView *self = ENCLAVE_FILE_VIEW (widget);
  EnclaveFileRowItem *row = gtk_single_selection_get_selected_item (self->selection);

  if (row == NULL || enclave_file_row_item_get_text (row) == NULL)
    return GDK_EVENT_PROPAGATE;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), enclave_file_row_item_get_text (row));
  return GDK_EVENT_STOP;
}

static void
enclave_file_view_dispose (GObject *object)
{
  EnclaveFileView *self = ENCLAVE_FILE_VIEW (object);

  /* A scan that reports to nobody would go on to the end of the file. */
  if (self->rows != NULL)
    g_object_run_dispose (G_OBJECT (self->rows));
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  G_OBJECT_CLASS (enclave_file_view_parent_class)->dispose (object);
}

static void
enclave_file_view_class_init (EnclaveFileViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_file_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_add_binding (GTK_WIDGET_CLASS (klass), GDK_KEY_c, GDK_CONTROL_MASK, copy_cb, NULL);
}

static void
enclave_file_view_init (EnclaveFileView *self)
{
}

static guint
get_rows_within (GtkWidget *widget, int height)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int row = PANGO_PIXELS (pango_font_metrics_get_ascent (metrics) + pango_font_metrics_get_descent (metrics));

  pango_font_metrics_unref (metrics);

  return (guint) (MAX (height, 0) / MAX (row, 1)) + 1;
}

GtkWidget *
enclave_file_view_new (const char *path, EnclaveFileRowsKind kind, int height)
{
  EnclaveFileView *self = g_object_new (ENCLAVE_TYPE_FILE_VIEW, NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  self->kind = kind;
  self->rows = enclave_file_rows_new (path, kind, get_rows_within (GTK_WIDGET (self), height));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->rows)));
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  kind == ENCLAVE_FILE_ROWS_BYTES ? _("Bytes of the file") : _("Lines of the file"), -1);
  gtk_widget_add_css_class (self->list, "enclave-code");
  gtk_widget_add_css_class (self->list, "enclave-file-rows");
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->list);
  gtk_widget_set_hexpand (self->scrolled, TRUE);
  gtk_widget_set_vexpand (self->scrolled, TRUE);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

EnclaveFileRows *
enclave_file_view_get_rows (EnclaveFileView *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_VIEW (self), NULL);

  return self->rows;
}

EnclaveFileRowsKind
enclave_file_view_get_kind (EnclaveFileView *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_VIEW (self), ENCLAVE_FILE_ROWS_TEXT);

  return self->kind;
}

void
enclave_file_view_go_to (EnclaveFileView *self, guint64 line)
{
  guint position;

  g_return_if_fail (ENCLAVE_IS_FILE_VIEW (self));

  position = enclave_file_rows_find_line (self->rows, line);
  if (position == G_MAXUINT)
    return;
  gtk_single_selection_set_selected (self->selection, position);
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
}

gboolean
enclave_file_view_focus (EnclaveFileView *self)
{
  g_return_val_if_fail (ENCLAVE_IS_FILE_VIEW (self), FALSE);

  return gtk_widget_grab_focus (self->list);
}
