/* enclave-test-widgets.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-test-widgets.h"

GtkWidget *
enclave_test_find_widget (GtkWidget *root, EnclaveTestWidgetFunc matches, gpointer data)
{
  if (matches (root, data))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = enclave_test_find_widget (child, matches, data);

      if (found != NULL)
        return found;
    }

  return NULL;
}

static gboolean
is_of_type (GtkWidget *widget, gpointer type)
{
  return G_TYPE_CHECK_INSTANCE_TYPE (widget, GPOINTER_TO_SIZE (type));
}

GtkWidget *
enclave_test_find_type (GtkWidget *root, GType type)
{
  return enclave_test_find_widget (root, is_of_type, GSIZE_TO_POINTER (type));
}

static gboolean
is_button (GtkWidget *widget, gpointer label)
{
  return GTK_IS_BUTTON (widget) && (label == NULL || g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0);
}

GtkWidget *
enclave_test_find_button (GtkWidget *root, const char *label)
{
  return enclave_test_find_widget (root, is_button, (gpointer) label);
}

static gboolean
says (GtkWidget *widget, gpointer text)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) && strcmp (gtk_label_get_text (GTK_LABEL (widget)), text) == 0;
}

GtkWidget *
enclave_test_find_label (GtkWidget *root, const char *text)
{
  return enclave_test_find_widget (root, says, (gpointer) text);
}

static gboolean
has_words (GtkWidget *widget, gpointer part)
{
  return GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
         && strstr (gtk_label_get_text (GTK_LABEL (widget)), part) != NULL;
}

GtkWidget *
enclave_test_find_label_with (GtkWidget *root, const char *part)
{
  return enclave_test_find_widget (root, has_words, (gpointer) part);
}

guint
enclave_test_count_shown_rows (GtkWidget *root)
{
  guint n = ADW_IS_PREFERENCES_ROW (root) && gtk_widget_get_visible (root) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += enclave_test_count_shown_rows (child);
  return n;
}
