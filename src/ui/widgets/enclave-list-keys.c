/* enclave-list-keys.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-list-keys.h"

#define PAGE_ROWS 10

static void
move (GtkListView *view, int step)
{
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (view));
  guint n = selection != NULL ? g_list_model_get_n_items (G_LIST_MODEL (selection)) : 0;
  int at;

  if (n == 0)
    return;
  at = CLAMP ((int) gtk_single_selection_get_selected (selection) + step, 0, (int) n - 1);
  gtk_single_selection_set_selected (selection, (guint) at);
  gtk_widget_activate_action (GTK_WIDGET (view), "list.scroll-to-item", "u", (guint) at);
}

static gboolean
key_pressed_cb (GtkListView *view, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      move (view, -1);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      move (view, 1);
      return TRUE;
    case GDK_KEY_Page_Up:
      move (view, -PAGE_ROWS);
      return TRUE;
    case GDK_KEY_Page_Down:
      move (view, PAGE_ROWS);
      return TRUE;
    default:
      return FALSE;
    }
}

void
enclave_list_keys_attach (GtkWidget *owner, GtkListView *view)
{
  GtkEventController *keys;

  g_return_if_fail (GTK_IS_WIDGET (owner));
  g_return_if_fail (GTK_IS_LIST_VIEW (view));

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), view, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (owner, keys);
}
