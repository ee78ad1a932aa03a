/* enclave-still-pointer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-still-pointer.h"

typedef struct
{
  double x;
  double y;
  gboolean typed; /* a key was the last that came from a person */
} Pointer;

static gboolean
event_cb (GtkEventControllerLegacy *controller, GdkEvent *event, Pointer *pointer)
{
  double x;
  double y;

  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_KEY_PRESS:
      pointer->typed = TRUE;
      break;
    case GDK_MOTION_NOTIFY:
      if (!gdk_event_get_position (event, &x, &y))
        break;
      /* within the surface: nobody can move it to where it is */
      if (pointer->typed && x == pointer->x && y == pointer->y)
        return GDK_EVENT_STOP;
      pointer->x = x;
      pointer->y = y;
      pointer->typed = FALSE;
      break;
    case GDK_BUTTON_PRESS:
    case GDK_SCROLL:
    case GDK_TOUCH_BEGIN:
      pointer->typed = FALSE;
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

void
enclave_still_pointer_watch (GtkWidget *widget)
{
  GtkEventController *controller;

  g_return_if_fail (GTK_IS_WIDGET (widget));

  controller = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_data (controller, "event", G_CALLBACK (event_cb), g_new0 (Pointer, 1), (GClosureNotify) (void (*) (void)) g_free, 0);
  gtk_widget_add_controller (widget, controller);
}
