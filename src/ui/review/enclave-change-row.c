/* enclave-change-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-accessible.h"
#include "enclave-change-row.h"
#include "enclave-utf8.h"

struct _EnclaveChangeRow
{
  GtkWidget parent_instance;

  GtkWidget *mark;
  GtkImage *icon;
  GtkWidget *ring;
  GtkLabel *name;
  GtkLabel *detail;
  GtkLabel *added;
  GtkLabel *removed;

  EnclaveChange *change; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (EnclaveChangeRow, enclave_change_row, GTK_TYPE_WIDGET)

/* What became of it, in words. @icon: (out) (nullable): NULL: it is open. (transfer full) */
static char *
describe (EnclaveChange *change, const char **icon, const char **css_class)
{
  guint n_hunks;
  guint n_accepted = 0;
  guint n_rejected = 0;
  guint n_left;

  *icon = *css_class = NULL;
  switch (enclave_change_get_status (change))
    {
    case ENCLAVE_CHANGE_APPLIED:
      *icon = "object-select-symbolic";
      *css_class = "success";
      return g_strdup (_("applied"));
    case ENCLAVE_CHANGE_REJECTED:
      *icon = "window-close-symbolic";
      return g_strdup (_("rejected"));
    case ENCLAVE_CHANGE_CONFLICT:
      *icon = "dialog-error-symbolic";
      *css_class = "error";
      return g_strdup (_("not applied"));
    case ENCLAVE_CHANGE_UNDONE:
      *icon = "edit-undo-symbolic";
      return g_strdup (_("undone"));
    case ENCLAVE_CHANGE_PROPOSED:
    default:
      break;
    }
  if (!enclave_change_get_ready (change))
    return g_strdup (_("comparing"));

  n_hunks = enclave_change_get_hunks (change)->len;
  for (guint i = 0; i < n_hunks; i++)
    {
      n_accepted += enclave_change_get_decision (change, i) == ENCLAVE_HUNK_ACCEPTED;
      n_rejected += enclave_change_get_decision (change, i) == ENCLAVE_HUNK_REJECTED;
    }
  n_left = n_hunks - n_accepted - n_rejected;
  if (n_left > 0)
    /* Translators: parts of a file that are not decided yet. */
    return g_strdup_printf (ngettext ("%u left", "%u left", n_left), n_left);
  *icon = n_accepted > 0 ? "object-select-symbolic" : "window-close-symbolic";
  *css_class = n_accepted > 0 ? "success" : NULL;
  if (n_accepted > 0 && n_rejected > 0)
    return g_strdup_printf (_("%u of %u accepted"), n_accepted, n_hunks);

  return g_strdup (n_accepted > 0 ? _("accepted") : _("rejected"));
}

static void
show_count (GtkLabel *label, const char *sign, guint count)
{
  g_autofree char *text = g_strdup_printf ("%s%u", sign, count);

  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), count > 0);
}

static void
update (EnclaveChangeRow *self)
{
  const char *css_class;
  const char *icon;
  g_autofree char *state = describe (self->change, &icon, &css_class);
  g_autofree char *path = enclave_utf8_display_name (enclave_change_get_path (self->change));
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *detail = g_strcmp0 (folder, ".") == 0 ? g_strdup (state) : g_strdup_printf ("%s · %s", folder, state);
  gboolean ready = enclave_change_get_ready (self->change);
  guint added = ready ? enclave_change_get_added (self->change) : 0;
  guint removed = ready ? enclave_change_get_removed (self->change) : 0;
  g_autofree char *label = NULL;

  gtk_label_set_label (self->name, name);
  gtk_label_set_label (self->detail, detail);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), path);
  show_count (self->added, "+", added);
  show_count (self->removed, "−", removed);
  gtk_widget_set_visible (self->ring, icon == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), icon != NULL);
  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_widget_remove_css_class (GTK_WIDGET (self->icon), "success");
  gtk_widget_remove_css_class (GTK_WIDGET (self->icon), "error");
  if (css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->icon), css_class);

  /* Translators: a file, lines that are added and removed, what became of it ("accepted"). */
  label = g_strdup_printf (_("%s, %u added, %u removed, %s"), path, added, removed, state);
  enclave_accessible_set_row_label (GTK_WIDGET (self), label);
}

static void
forget (EnclaveChangeRow *self)
{
  if (self->change != NULL)
    g_signal_handlers_disconnect_by_data (self->change, self);
  g_clear_object (&self->change);
}

void
enclave_change_row_set_change (EnclaveChangeRow *self, EnclaveChange *change)
{
  g_return_if_fail (ENCLAVE_IS_CHANGE_ROW (self));
  g_return_if_fail (change == NULL || ENCLAVE_IS_CHANGE (change));

  forget (self);
  if (change == NULL)
    return;
  self->change = g_object_ref (change);
  g_signal_connect_swapped (change, "notify::decided", G_CALLBACK (update), self);
  g_signal_connect_swapped (change, "notify::status", G_CALLBACK (update), self);
  g_signal_connect_swapped (change, "notify::added", G_CALLBACK (update), self);
  update (self);
}

static void
enclave_change_row_dispose (GObject *object)
{
  GtkWidget *child;

  forget (ENCLAVE_CHANGE_ROW (object));
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (enclave_change_row_parent_class)->dispose (object);
}

static void
enclave_change_row_class_init (EnclaveChangeRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_change_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static GtkLabel *
new_label (GtkWidget *parent, const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css_class);
  gtk_widget_set_parent (label, parent);

  return GTK_LABEL (label);
}

static void
enclave_change_row_init (EnclaveChangeRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (NULL);
  GtkWidget *detail = gtk_label_new (NULL);

  gtk_widget_add_css_class (GTK_WIDGET (self), "enclave-change-row");
  self->mark = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->mark, "enclave-change-mark");
  gtk_widget_set_valign (self->mark, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (self->mark, FALSE);
  self->icon = GTK_IMAGE (g_object_new (GTK_TYPE_IMAGE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL));
  self->ring = g_object_new (GTK_TYPE_BOX, "valign", GTK_ALIGN_CENTER, "halign", GTK_ALIGN_CENTER, "hexpand", TRUE, NULL);
  gtk_widget_add_css_class (self->ring, "enclave-change-ring");
  gtk_box_append (GTK_BOX (self->mark), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (self->mark), self->ring);
  gtk_widget_set_parent (self->mark, GTK_WIDGET (self));

  self->name = GTK_LABEL (name);
  self->detail = GTK_LABEL (detail);
  gtk_label_set_xalign (self->name, 0);
  gtk_label_set_ellipsize (self->name, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (self->detail, 0);
  gtk_label_set_ellipsize (self->detail, PANGO_ELLIPSIZE_START);
  gtk_widget_add_css_class (detail, "caption");
  gtk_widget_add_css_class (detail, "enclave-quiet");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), name);
  gtk_box_append (GTK_BOX (words), detail);
  gtk_widget_set_parent (words, GTK_WIDGET (self));

  self->added = new_label (GTK_WIDGET (self), "enclave-review-added");
  self->removed = new_label (GTK_WIDGET (self), "enclave-review-removed");
  gtk_widget_add_css_class (GTK_WIDGET (self->added), "numeric");
  gtk_widget_add_css_class (GTK_WIDGET (self->removed), "numeric");
}

GtkWidget *
enclave_change_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_CHANGE_ROW, NULL);
}
