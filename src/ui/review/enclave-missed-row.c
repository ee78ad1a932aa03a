/* enclave-missed-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-missed-row.h"
#include "enclave-utf8.h"

struct _EnclaveMissedRow
{
  GtkWidget parent_instance;

  EnclaveMissedEdit *edit;
};

enum
{
  ASK_AGAIN,
  COPY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveMissedRow, enclave_missed_row, GTK_TYPE_WIDGET)

static void
enclave_missed_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&ENCLAVE_MISSED_ROW (object)->edit);

  G_OBJECT_CLASS (enclave_missed_row_parent_class)->dispose (object);
}

static void
enclave_missed_row_class_init (EnclaveMissedRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_missed_row_dispose;
  signals[ASK_AGAIN] =
    g_signal_new ("ask-again", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[COPY] = g_signal_new ("copy", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
enclave_missed_row_init (EnclaveMissedRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_widget_add_css_class (GTK_WIDGET (self), "enclave-review-missed");
}

static GtkWidget *
new_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

static void
ask_again_cb (EnclaveMissedRow *self)
{
  g_signal_emit (self, signals[ASK_AGAIN], 0);
}

static void
copy_cb (EnclaveMissedRow *self)
{
  g_signal_emit (self, signals[COPY], 0);
}

static void
add_button (EnclaveMissedRow *self, GtkWidget *head, const char *words, GCallback callback, const char *place)
{
  GtkWidget *button = gtk_button_new_with_label (words);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, place, -1);
  g_signal_connect_swapped (button, "clicked", callback, self);
  gtk_box_append (GTK_BOX (head), button);
}

static void
add_head (EnclaveMissedRow *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-error-symbolic");
  g_autofree char *path = enclave_utf8_display_name (enclave_missed_edit_get_path (self->edit));
  GtkWidget *name = new_label (path, "heading");
  GtkWidget *tag = new_label (_("Not placed"), "enclave-tag");

  gtk_widget_add_css_class (head, "enclave-review-missed-head");
  gtk_widget_add_css_class (icon, "error");
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_START);
  gtk_widget_add_css_class (tag, "error");
  gtk_widget_set_valign (tag, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (tag, TRUE);
  gtk_widget_set_halign (tag, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (head), icon);
  gtk_box_append (GTK_BOX (head), name);
  gtk_box_append (GTK_BOX (head), tag);
  add_button (self, head, _("Copy"), G_CALLBACK (copy_cb), path);
  add_button (self, head, _("Ask again"), G_CALLBACK (ask_again_cb), path);
  gtk_widget_set_parent (head, GTK_WIDGET (self));
}

/* Lines are as long as they like. */
static void
add_lines (EnclaveMissedRow *self, const char *title, const char *lines, const char *css_class)
{
  g_autofree char *shown = g_strchomp (g_strdup (*lines == '\n' ? lines + 1 : lines));
  GtkWidget *text;

  if (*shown == '\0')
    return;
  text = new_label (shown, "monospace");
  gtk_widget_set_parent (new_label (title, "enclave-review-missed-title"), GTK_WIDGET (self));
  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (text, "enclave-review-missed-lines");
  if (css_class != NULL)
    gtk_widget_add_css_class (text, css_class);
  gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, title, -1);
  gtk_widget_set_parent (text, GTK_WIDGET (self));
}

GtkWidget *
enclave_missed_row_new (EnclaveMissedEdit *edit)
{
  EnclaveMissedRow *self;
  g_autofree char *blocks = NULL;
  g_autofree char *words = NULL;
  GtkWidget *reason;

  g_return_val_if_fail (ENCLAVE_IS_MISSED_EDIT (edit), NULL);

  self = g_object_new (ENCLAVE_TYPE_MISSED_ROW, NULL);
  self->edit = g_object_ref (edit);
  add_head (self);
  blocks = enclave_missed_edit_dup_blocks (edit);
  words = g_strdup_printf ("%s.%s%s", enclave_missed_edit_get_reason (edit), blocks != NULL ? " " : "", blocks != NULL ? blocks : "");
  reason = new_label (words, "enclave-review-missed-reason");
  gtk_label_set_wrap (GTK_LABEL (reason), TRUE);
  gtk_widget_set_parent (reason, GTK_WIDGET (self));
  add_lines (self, _("Looked for"), enclave_missed_edit_get_searched (edit), "enclave-removed");
  add_lines (self, _("Nearest real lines"), enclave_missed_edit_get_found (edit), NULL);

  return GTK_WIDGET (self);
}

EnclaveMissedEdit *
enclave_missed_row_get_edit (EnclaveMissedRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MISSED_ROW (self), NULL);

  return self->edit;
}

char *
enclave_missed_row_dup_label (EnclaveMissedRow *self)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MISSED_ROW (self), NULL);

  path = enclave_utf8_display_name (enclave_missed_edit_get_path (self->edit));

  /* Translators: a file, and why an edit of it was not applied. */
  return g_strdup_printf (_("%s, not placed. %s"), path, enclave_missed_edit_get_reason (self->edit));
}
