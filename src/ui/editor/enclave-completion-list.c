/* enclave-completion-list.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-completion-list.h"

/* The list is placed anew in the frames after it went. */
#define SETTLED_MS 200
#define WAITS "enclave-completion-list-waits"

static gboolean
settled_cb (gpointer user_data)
{
  GtkWidget *view = user_data;

  g_object_set_data (G_OBJECT (view), WAITS, NULL);
  for (GtkWidget *child = gtk_widget_get_first_child (view); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GdkSurface *surface = GTK_IS_NATIVE (child) ? gtk_native_get_surface (GTK_NATIVE (child)) : NULL;

      if (surface != NULL && gdk_surface_get_mapped (surface) && !gtk_widget_get_mapped (child))
        gdk_surface_hide (surface);
    }

  return G_SOURCE_REMOVE;
}

static void
look_soon (GtkWidget *view)
{
  if (g_object_get_data (G_OBJECT (view), WAITS) != NULL)
    return;
  g_object_set_data (G_OBJECT (view), WAITS, view);
  g_timeout_add_full (G_PRIORITY_DEFAULT, SETTLED_MS, settled_cb, g_object_ref (view), g_object_unref);
}

/* No signal tells of it: the completion takes its list for shown. */
static gboolean
key_cb (GtkWidget *view)
{
  look_soon (view);

  return GDK_EVENT_PROPAGATE;
}

void
enclave_completion_list_watch (GtkSourceView *view)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_return_if_fail (GTK_SOURCE_IS_VIEW (view));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), view);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (look_soon), view);
  gtk_widget_add_controller (GTK_WIDGET (view), keys);
  gtk_widget_add_controller (GTK_WIDGET (view), focus);
}
