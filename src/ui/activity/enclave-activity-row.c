/* enclave-activity-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-activity-row.h"

#include "enclave-accessible.h"
#include "enclave-activity-filter.h"

struct _EnclaveActivityRow
{
  GtkWidget parent_instance;

  GtkWidget *icon;
  GtkWidget *title;
  GtkWidget *details;
};

G_DEFINE_FINAL_TYPE (EnclaveActivityRow, enclave_activity_row, GTK_TYPE_WIDGET)

static void
enclave_activity_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (enclave_activity_row_parent_class)->dispose (object);
}

static void
enclave_activity_row_class_init (EnclaveActivityRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_activity_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
new_label (GtkWidget *box, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
enclave_activity_row_init (EnclaveActivityRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->icon = gtk_image_new ();
  gtk_widget_set_margin_start (self->icon, 6);
  gtk_widget_set_margin_end (self->icon, 9);
  gtk_widget_set_parent (self->icon, GTK_WIDGET (self));
  gtk_widget_set_hexpand (box, TRUE);
  gtk_widget_set_margin_top (box, 3);
  gtk_widget_set_margin_bottom (box, 3);
  gtk_widget_set_parent (box, GTK_WIDGET (self));
  self->title = new_label (box, NULL);
  self->details = new_label (box, "caption");
  gtk_widget_add_css_class (self->details, "enclave-quiet");
}

GtkWidget *
enclave_activity_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_ACTIVITY_ROW, NULL);
}

static const char *
icon_of (EnclaveActivityKind kind)
{
  switch (kind)
    {
    case ENCLAVE_ACTIVITY_READ:
      return "text-x-generic-symbolic";
    case ENCLAVE_ACTIVITY_WROTE:
      return "document-edit-symbolic";
    case ENCLAVE_ACTIVITY_RAN:
      return "enclave-terminal-symbolic";
    case ENCLAVE_ACTIVITY_REFUSED:
      return "action-unavailable-symbolic";
    case ENCLAVE_ACTIVITY_WITHOUT_GIT_QUERIES:
    case ENCLAVE_ACTIVITY_EVERYTHING:
    case ENCLAVE_ACTIVITY_N_KINDS:
    default:
      return "dialog-information-symbolic";
    }
}

/**
 * enclave_activity_row_set_entry:
 * @entry: what is shown
 */
void
enclave_activity_row_set_entry (EnclaveActivityRow *self, EnclaveAuditEntry *entry)
{
  g_autofree char *title = enclave_activity_dup_title (entry);
  g_autofree char *details = enclave_activity_dup_details (entry);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", title, details);
  EnclaveActivityKind kind = enclave_activity_kind_of (entry);

  g_return_if_fail (ENCLAVE_IS_ACTIVITY_ROW (self));

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_of (kind));
  if (kind == ENCLAVE_ACTIVITY_REFUSED)
    gtk_widget_add_css_class (self->icon, "error");
  else
    gtk_widget_remove_css_class (self->icon, "error");
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->details), details);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), title);
  enclave_accessible_set_row_label (GTK_WIDGET (self), spoken);
}
