/* test-last-toast.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-last-toast.h"
#include "enclave-test-project.h"

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strcmp (gtk_label_get_label (GTK_LABEL (widget)), text) == 0)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (has_label (child, text))
      return TRUE;
  return FALSE;
}

static guint
count_toasts (GtkWidget *overlay, GtkWidget *content)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (overlay); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += child != content;
  return n;
}

/* However fast changes follow each other, two toasts never move at a time, none goes before it has come, and the last one stays:
 * libadwaita 1.2 uses what it has freed else. */
static void
test_fast (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *overlay = adw_toast_overlay_new ();
  GtkWidget *content = gtk_label_new ("content");
  EnclaveLastToast *toast = enclave_last_toast_new (content);

  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (overlay), content);
  gtk_window_set_child (GTK_WINDOW (window), overlay);
  gtk_window_set_default_size (GTK_WINDOW (window), 500, 300);
  gtk_window_present (GTK_WINDOW (window));
  enclave_test_spin (200);

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *title = g_strdup_printf ("change %u", i);

      enclave_last_toast_show (toast, adw_toast_new (title));
      for (guint k = 0; k < 8; k++)
        {
          enclave_test_spin (15);
          g_assert_cmpuint (count_toasts (overlay, content), <=, 1);
        }
    }
  enclave_test_spin (1600);
  g_assert_cmpuint (count_toasts (overlay, content), ==, 1);
  g_assert_true (has_label (overlay, "change 11"));

  enclave_last_toast_free (toast);
  gtk_window_destroy (GTK_WINDOW (window));
  enclave_test_spin (100);
}

/* Without an overlay nothing is shown, and nothing is left behind. */
static void
test_without_overlay (void)
{
  g_autoptr (GtkWidget) label = g_object_ref_sink (gtk_label_new ("content"));
  g_autoptr (EnclaveLastToast) toast = enclave_last_toast_new (label);
  AdwToast *shown = adw_toast_new ("change");

  g_object_add_weak_pointer (G_OBJECT (shown), (gpointer *) &shown);
  enclave_last_toast_show (toast, shown);
  g_assert_null (shown);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/last-toast/fast", test_fast);
  g_test_add_func ("/last-toast/without-overlay", test_without_overlay);
  return g_test_run ();
}
