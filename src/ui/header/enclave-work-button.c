/* enclave-work-button.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-work-button.h"

#include <glib/gi18n-lib.h>

#include "enclave-accessible.h"

#define SHOW_MS 500
#define TITLE_CHARS 40

struct _EnclaveWorkButton
{
  GtkWidget parent_instance;

  GtkWidget *button;
  GtkWidget *spinner;
  GtkWidget *popover;
  GtkWidget *list;
  GHashTable *rows; /* id to its row, which the list owns */
  guint show_source;
};

G_DEFINE_FINAL_TYPE (EnclaveWorkButton, enclave_work_button, GTK_TYPE_WIDGET)

static void
enclave_work_button_dispose (GObject *object)
{
  EnclaveWorkButton *self = ENCLAVE_WORK_BUTTON (object);

  g_clear_handle_id (&self->show_source, g_source_remove);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  G_OBJECT_CLASS (enclave_work_button_parent_class)->dispose (object);
}

static void
enclave_work_button_class_init (EnclaveWorkButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_work_button_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
enclave_work_button_init (EnclaveWorkButton *self)
{
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->spinner = gtk_spinner_new ();
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), self->list);
  self->button = enclave_accessible_menu_button_new ();
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), self->spinner);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), self->popover);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
enclave_work_button_new (void)
{
  return g_object_new (ENCLAVE_TYPE_WORK_BUTTON, NULL);
}

static void
update (EnclaveWorkButton *self)
{
  guint n = g_hash_table_size (self->rows);
  /* Translators: what takes its time, such as a build. */
  g_autofree char *label = g_strdup_printf (ngettext ("%u task is running", "%u tasks are running", n), n);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_set_tooltip_text (self->button, label);
  if (n > 0)
    return;
  g_clear_handle_id (&self->show_source, g_source_remove);
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->button));
  gtk_spinner_stop (GTK_SPINNER (self->spinner));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static gboolean
show_cb (gpointer data)
{
  EnclaveWorkButton *self = data;

  self->show_source = 0;
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  return G_SOURCE_REMOVE;
}

static GtkWidget *
new_row (EnclaveWorkButton *self, const char *title, const char *action)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (title);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), TITLE_CHARS);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (row), label);
  if (action != NULL)
    {
      GtkWidget *stop = gtk_button_new_from_icon_name ("media-playback-stop-symbolic");
      /* Translators: a button that ends a work; %s is what it is, such as “Build”. */
      g_autofree char *name = g_strdup_printf (_("Stop: %s"), title);

      gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (stop), action);
      gtk_accessible_update_property (GTK_ACCESSIBLE (stop), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      gtk_widget_set_tooltip_text (stop, name);
      gtk_widget_add_css_class (stop, "flat");
      gtk_box_append (GTK_BOX (row), stop);
    }
  gtk_box_append (GTK_BOX (self->list), row);
  return row;
}

void
enclave_work_button_set (EnclaveWorkButton *self, const char *id, const char *title, const char *action)
{
  GtkWidget *row;

  g_return_if_fail (ENCLAVE_IS_WORK_BUTTON (self));
  g_return_if_fail (id != NULL && title != NULL);

  if (self->rows == NULL)
    return;
  row = g_hash_table_lookup (self->rows, id);
  if (row != NULL)
    {
      gtk_label_set_label (GTK_LABEL (gtk_widget_get_first_child (row)), title);
      return;
    }
  g_hash_table_insert (self->rows, g_strdup (id), new_row (self, title, action));
  if (self->show_source == 0 && !gtk_widget_get_visible (GTK_WIDGET (self)))
    self->show_source = g_timeout_add (SHOW_MS, show_cb, self);
  update (self);
}

void
enclave_work_button_unset (EnclaveWorkButton *self, const char *id)
{
  GtkWidget *row;

  g_return_if_fail (ENCLAVE_IS_WORK_BUTTON (self));
  g_return_if_fail (id != NULL);

  row = self->rows != NULL ? g_hash_table_lookup (self->rows, id) : NULL;
  if (row == NULL)
    return;
  gtk_box_remove (GTK_BOX (self->list), row);
  g_hash_table_remove (self->rows, id);
  update (self);
}
