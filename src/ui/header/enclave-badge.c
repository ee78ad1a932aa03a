/* enclave-badge.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>

#include "enclave-accessible.h"
#include "enclave-badge.h"

#define POPOVER_WIDTH 300

struct _EnclaveBadge
{
  GtkWidget parent_instance;

  GtkWidget *button;
  GtkWidget *icon;
  GtkWidget *label;

  /* What the popover tells; it is built when it is first opened. */
  char *icon_name;
  char *title;
  GStrv facts;
  char *note;

  GtkWidget *title_icon;
  GtkWidget *title_label;
  GtkWidget *grid;
  GtkWidget *note_label;
};

G_DEFINE_FINAL_TYPE (EnclaveBadge, enclave_badge, GTK_TYPE_WIDGET)

static void
enclave_badge_dispose (GObject *object)
{
  g_clear_pointer (&ENCLAVE_BADGE (object)->button, gtk_widget_unparent);
  G_OBJECT_CLASS (enclave_badge_parent_class)->dispose (object);
}

static void
enclave_badge_finalize (GObject *object)
{
  EnclaveBadge *self = ENCLAVE_BADGE (object);

  g_free (self->icon_name);
  g_free (self->title);
  g_strfreev (self->facts);
  g_free (self->note);
  G_OBJECT_CLASS (enclave_badge_parent_class)->finalize (object);
}

static void
enclave_badge_class_init (EnclaveBadgeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_badge_dispose;
  G_OBJECT_CLASS (klass)->finalize = enclave_badge_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_popover (EnclaveBadge *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *heading = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_widget_add_css_class (box, "enclave-popover");

  self->title_icon = gtk_image_new ();
  self->title_label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->title_label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->title_label), 32);
  gtk_label_set_xalign (GTK_LABEL (self->title_label), 0);
  gtk_widget_add_css_class (self->title_label, "heading");
  gtk_box_append (GTK_BOX (heading), self->title_icon);
  gtk_box_append (GTK_BOX (heading), self->title_label);
  gtk_box_append (GTK_BOX (box), heading);

  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 6);
  gtk_box_append (GTK_BOX (box), self->grid);

  self->note_label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->note_label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->note_label), 36);
  gtk_label_set_xalign (GTK_LABEL (self->note_label), 0);
  gtk_widget_add_css_class (self->note_label, "enclave-quiet");
  gtk_box_append (GTK_BOX (box), self->note_label);

  /* GTK 4.8 measures the height of a popover for a width that includes its shadow: one width keeps wrapped text whole. */
  gtk_widget_set_size_request (box, POPOVER_WIDTH, -1);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), POPOVER_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), POPOVER_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_popover_set_child (GTK_POPOVER (popover), clamp);
  return popover;
}

static void
show_facts (EnclaveBadge *self)
{
  GtkWidget *child;

  gtk_image_set_from_icon_name (GTK_IMAGE (self->title_icon), self->icon_name);
  gtk_label_set_label (GTK_LABEL (self->title_label), self->title != NULL ? self->title : "");
  while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_grid_remove (GTK_GRID (self->grid), child);

  for (int i = 0; self->facts != NULL && self->facts[i] != NULL && self->facts[i + 1] != NULL; i += 2)
    {
      GtkWidget *name = gtk_label_new (self->facts[i]);
      GtkWidget *value = gtk_label_new (self->facts[i + 1]);

      gtk_label_set_xalign (GTK_LABEL (name), 0);
      gtk_widget_set_valign (name, GTK_ALIGN_START);
      gtk_widget_add_css_class (name, "enclave-quiet");
      gtk_label_set_xalign (GTK_LABEL (value), 1);
      gtk_label_set_wrap (GTK_LABEL (value), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (value), 28);
      gtk_widget_set_hexpand (value, TRUE);
      gtk_grid_attach (GTK_GRID (self->grid), name, 0, i, 1, 1);
      gtk_grid_attach (GTK_GRID (self->grid), value, 1, i, 1, 1);
    }
  gtk_label_set_label (GTK_LABEL (self->note_label), self->note != NULL ? self->note : "");
  gtk_widget_set_visible (self->note_label, self->note != NULL);
}

static void
create_popover_cb (GtkMenuButton *button, gpointer user_data)
{
  EnclaveBadge *self = ENCLAVE_BADGE (user_data);

  if (self->grid == NULL)
    gtk_menu_button_set_popover (button, make_popover (self));
  show_facts (self);
}

static void
enclave_badge_init (EnclaveBadge *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->button = enclave_accessible_menu_button_new ();
  self->icon = gtk_image_new ();
  self->label = gtk_label_new (NULL);
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), self->label);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), box);
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->button), create_popover_cb, self, NULL);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_add_css_class (self->button, "enclave-badge");
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

GtkWidget *
enclave_badge_new (void)
{
  return g_object_new (ENCLAVE_TYPE_BADGE, NULL);
}

void
enclave_badge_set (EnclaveBadge *self, const char *icon_name, const char *label, gboolean warning)
{
  g_return_if_fail (ENCLAVE_IS_BADGE (self));

  if (g_strcmp0 (self->icon_name, icon_name) == 0 && g_strcmp0 (gtk_label_get_label (GTK_LABEL (self->label)), label) == 0
      && gtk_widget_has_css_class (self->button, "warning") == !!warning)
    return;
  g_free (self->icon_name);
  self->icon_name = g_strdup (icon_name);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
  gtk_label_set_label (GTK_LABEL (self->label), label);
  gtk_widget_set_tooltip_text (self->button, label);
  if (warning)
    gtk_widget_add_css_class (self->button, "warning");
  else
    gtk_widget_remove_css_class (self->button, "warning");

  enclave_accessible_label_menu_button (GTK_MENU_BUTTON (self->button), label, NULL);
}

void
enclave_badge_set_facts (EnclaveBadge *self, const char *title, const char *const *facts, const char *note)
{
  g_return_if_fail (ENCLAVE_IS_BADGE (self));

  g_free (self->title);
  self->title = g_strdup (title);
  g_strfreev (self->facts);
  self->facts = g_strdupv ((GStrv) facts);
  g_free (self->note);
  self->note = g_strdup (note);
  if (self->grid != NULL)
    show_facts (self);
}

void
enclave_badge_set_compact (EnclaveBadge *self, gboolean compact)
{
  g_return_if_fail (ENCLAVE_IS_BADGE (self));

  gtk_widget_set_visible (self->label, !compact);
}
