/* test-last-toast.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <string.h>

#include "enclave-last-toast.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strcmp (gtk_label_get_label (GTK_LABEL (widget)), text) == 0)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (has_label (child, text))
      return TRUE;
  return FALSE;
}

static guint
count_toasts (GtkWidget *overlay, GtkWidget *content)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (overlay); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += child != content;
  return n;
}

typedef struct
{
  GtkWidget *window;
  GtkWidget *overlay;
  GtkWidget *content;
  EnclaveLastToast *toast;
  guint n_clicked;
} Fixture;

static void
on_clicked (gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_clicked++;
  enclave_last_toast_show (fixture->toast, "taken back", NULL);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->window = gtk_window_new ();
  fixture->overlay = adw_toast_overlay_new ();
  fixture->content = gtk_label_new ("content");
  fixture->toast = enclave_last_toast_new (fixture->content, on_clicked, fixture);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (fixture->overlay), fixture->content);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->overlay);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 500, 300);
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_test_spin (200);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_last_toast_free (fixture->toast);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  enclave_test_spin (100);
}

static gboolean
is_visible_button (GtkWidget *widget, gpointer label)
{
  return GTK_IS_BUTTON (widget) && gtk_widget_get_visible (widget)
         && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0;
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  return enclave_test_find_widget (widget, is_visible_button, (gpointer) label);
}

static void
wait_for_label (Fixture *fixture, const char *text)
{
  for (guint i = 0; i < 3000 && !has_label (fixture->overlay, text); i++)
    enclave_test_spin (25);
  g_assert_true (has_label (fixture->overlay, text));
  g_assert_cmpuint (count_toasts (fixture->overlay, fixture->content), ==, 1);
}

/* However fast changes follow each other, and however seldom the window comes to draw, one toast is
 * there: the last one's. */
static void
test_fast (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *title = g_strdup_printf ("change <%u>", i);
      g_autofree char *markup = g_markup_escape_text (title, -1);

      enclave_last_toast_show (fixture->toast, title, "Undo");
      if (i % 3 == 2)
        g_usleep (400 * 1000);
      enclave_test_spin (i % 2 * 15);
      wait_for_label (fixture, markup);
    }
  enclave_test_spin (700);
  g_assert_true (has_label (fixture->overlay, "change &lt;11&gt;"));
  g_assert_nonnull (find_button (fixture->overlay, "Undo"));
  enclave_last_toast_show (fixture->toast, "no way back", NULL);
  g_assert_null (find_button (fixture->overlay, "Undo"));
}

/* What its button does may end in a toast of its own, at once: that one is not taken away with the
 * one that was clicked. */
static void
test_clicked (Fixture *fixture, gconstpointer data)
{
  enclave_last_toast_show (fixture->toast, "change", "Undo");
  wait_for_label (fixture, "change");
  enclave_test_spin (700);
  g_signal_emit_by_name (find_button (fixture->overlay, "Undo"), "clicked");
  g_assert_null (find_button (fixture->overlay, "Undo"));
  wait_for_label (fixture, "taken back");
  enclave_test_spin (700);
  g_assert_true (has_label (fixture->overlay, "taken back"));
  g_assert_cmpuint (fixture->n_clicked, ==, 1);
}

/* The user sends it away, and while it goes the next change comes. */
static void
test_dismissed (Fixture *fixture, gconstpointer data)
{
  enclave_last_toast_show (fixture->toast, "change", "Undo");
  wait_for_label (fixture, "change");
  enclave_test_spin (700);
  g_signal_emit_by_name (find_button (fixture->overlay, NULL), "clicked");
  enclave_last_toast_show (fixture->toast, "next", "Undo");
  wait_for_label (fixture, "next");
  enclave_test_spin (700);
  g_assert_nonnull (find_button (fixture->overlay, "Undo"));
}

/* Without an overlay nothing is shown, and nothing is left behind. */
static void
test_without_overlay (void)
{
  g_autoptr (GtkWidget) label = g_object_ref_sink (gtk_label_new ("content"));
  g_autoptr (EnclaveLastToast) toast = enclave_last_toast_new (label, NULL, NULL);

  enclave_last_toast_show (toast, "change", NULL);
  enclave_last_toast_show (toast, "next", "Undo");
  g_assert_null (gtk_widget_get_parent (label));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/last-toast/fast", Fixture, NULL, set_up, test_fast, tear_down);
  g_test_add ("/last-toast/clicked", Fixture, NULL, set_up, test_clicked, tear_down);
  g_test_add ("/last-toast/dismissed", Fixture, NULL, set_up, test_dismissed, tear_down);
  g_test_add_func ("/last-toast/without-overlay", test_without_overlay);
  return g_test_run ();
}
