/* enclave-still-caret.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether carets blink is a setting of the display, and a view looks at it only when its caret is shown: both are done here, and
 * undone when nothing was typed for a while. A view that has the focus is the only one whose caret is seen.
 */

#include "config.h"

#include "enclave-still-caret.h"

/* After the last key, as with the toolkit's own caret. */
#define STILL_MS 1000

typedef struct
{
  GtkTextView *view;     /* (nullable): in which it stands still */
  GtkSettings *settings; /* (nullable): which say so */
  guint source;
} Still;

static Still still;

static void
let_blink (void)
{
  g_clear_handle_id (&still.source, g_source_remove);
  if (still.settings != NULL)
    gtk_settings_reset_property (still.settings, "gtk-cursor-blink");
  g_clear_object (&still.settings);
  if (still.view != NULL)
    gtk_text_view_reset_cursor_blink (still.view);
  g_clear_weak_pointer (&still.view);
}

static gboolean
let_blink_cb (gpointer user_data)
{
  still.source = 0;
  let_blink ();
  return G_SOURCE_REMOVE;
}

static void
hold (GtkTextView *view)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (view));
  gboolean blinks;

  g_object_get (settings, "gtk-cursor-blink", &blinks, NULL);
  if (!blinks || !gtk_widget_has_focus (GTK_WIDGET (view)) || !gtk_text_view_get_cursor_visible (view))
    return;
  /* not as faint as it is at the moment */
  gtk_text_view_reset_cursor_blink (view);
  g_object_set (settings, "gtk-cursor-blink", FALSE, NULL);
  gtk_text_view_set_cursor_visible (view, FALSE);
  gtk_text_view_set_cursor_visible (view, TRUE);
  g_set_weak_pointer (&still.view, view);
  g_set_object (&still.settings, settings);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state, GtkTextView *view)
{
  if (still.view != view)
    {
      let_blink ();
      hold (view);
    }
  g_clear_handle_id (&still.source, g_source_remove);
  if (still.view != NULL)
    still.source = g_timeout_add (STILL_MS, let_blink_cb, NULL);
  return GDK_EVENT_PROPAGATE;
}

static void
left_cb (GtkTextView *view)
{
  if (still.view == view)
    let_blink ();
}

void
enclave_still_caret_watch (GtkTextView *view)
{
  GtkEventController *keys;
  GtkEventController *focus;

  g_return_if_fail (GTK_IS_TEXT_VIEW (view));

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_name (keys, "enclave-still-caret");
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), view, 0);
  gtk_widget_add_controller (GTK_WIDGET (view), keys);
  focus = gtk_event_controller_focus_new ();
  g_signal_connect_object (focus, "leave", G_CALLBACK (left_cb), view, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (view), focus);
}
