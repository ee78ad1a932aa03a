/* enclave-welcome-memory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "enclave-model-advice.h"
#include "enclave-welcome-memory.h"

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  /* The text takes the width of its column, it must not ask for one. */
  gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
  gtk_widget_add_css_class (label, css_class);
  return label;
}

GtkWidget *
enclave_welcome_memory_row_new (void)
{
  const EnclaveMachine *machine = enclave_machine_get_default ();
  g_autofree char *title = enclave_machine_advice_dup_title (machine);
  g_autofree char *text = enclave_machine_advice_dup_text (machine);
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_box_append (GTK_BOX (texts), make_label (title, "title"));
  if (*text != '\0')
    gtk_box_append (GTK_BOX (texts), make_label (text, "subtitle"));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_add_css_class (box, "header");
  gtk_widget_set_margin_top (texts, 9);
  gtk_widget_set_margin_bottom (texts, 9);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("computer-symbolic"));
  gtk_box_append (GTK_BOX (box), texts);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  return row;
}
