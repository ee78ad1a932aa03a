/* enclave-welcome-memory.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "enclave-welcome-memory.h"

guint64
enclave_welcome_memory_get_total (void)
{
  long pages = sysconf (_SC_PHYS_PAGES);
  long page_bytes = sysconf (_SC_PAGESIZE);

  return pages > 0 && page_bytes > 0 ? (guint64) pages * (guint64) page_bytes : 0;
}

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
  guint64 total = enclave_welcome_memory_get_total ();
  g_autofree char *size = g_format_size_full (total, G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *title = total > 0 ? g_strdup_printf (_("%s of memory"), size) : g_strdup (_("Memory"));
  GtkWidget *row = adw_preferences_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_box_append (GTK_BOX (texts), make_label (title, "title"));
  gtk_box_append (GTK_BOX (texts),
                  make_label (_("A model takes about the size of its file, and more for a long window. What fits "
                                "neither into memory nor the graphics card is slow or does not start."),
                              "subtitle"));
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
