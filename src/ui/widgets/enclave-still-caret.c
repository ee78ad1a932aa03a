/* enclave-still-caret.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the toolkit's carets blink is a setting of the display, and a view looks at it only when its caret is shown. A view that has
 * the focus is the only one whose caret is seen: the setting is held as long as it has, and its caret is shown and hidden here.
 */

#include "config.h"

#include "enclave-still-caret.h"

/* After the last key, as with the toolkit's own caret. */
#define STILL_MS 1000

typedef struct
{
  GtkTextView *view;     /* (nullable): that has the focus */
  GtkTextBuffer *buffer; /* (nullable): of that view */
  GtkSettings *settings; /* (nullable): that are held */
  guint source;
  gint64 since; /* when the caret was moved last, or a key came */
  gboolean hidden;
} Caret;

static Caret caret;

static void
show (void)
{
  if (!caret.hidden)
    return;
  caret.hidden = FALSE;
  gtk_text_view_set_cursor_visible (caret.view, TRUE);
}

/* Where there is no caret to be seen, none needs to be hidden. */
static gboolean
can_hide (void)
{
  int timeout_s;

  g_object_get (caret.settings, "gtk-cursor-blink-timeout", &timeout_s, NULL);
  return g_get_monotonic_time () - caret.since < (gint64) timeout_s * G_USEC_PER_SEC && gtk_text_view_get_cursor_visible (caret.view)
         && gtk_text_view_get_editable (caret.view) && !gtk_text_buffer_get_has_selection (caret.buffer);
}

static gboolean
step_cb (gpointer user_data)
{
  int time_ms;

  caret.source = 0;
  if (caret.hidden)
    show ();
  else if (can_hide ())
    {
      caret.hidden = TRUE;
      gtk_text_view_set_cursor_visible (caret.view, FALSE);
    }
  else
    return G_SOURCE_REMOVE;
  g_object_get (caret.settings, "gtk-cursor-blink-time", &time_ms, NULL);
  caret.source = g_timeout_add ((guint) MAX (time_ms / 2, 50), step_cb, NULL);
  return G_SOURCE_REMOVE;
}

static void
stand_still (void)
{
  show ();
  caret.since = g_get_monotonic_time ();
  g_clear_handle_id (&caret.source, g_source_remove);
  caret.source = g_timeout_add (STILL_MS, step_cb, NULL);
}

static void
set_buffer (GtkTextBuffer *buffer)
{
  if (caret.buffer != NULL)
    g_signal_handlers_disconnect_by_func (caret.buffer, stand_still, &caret);
  g_set_object (&caret.buffer, buffer);
  if (buffer != NULL)
    g_signal_connect_swapped (buffer, "notify::cursor-position", G_CALLBACK (stand_still), &caret);
}

static void
rest (void)
{
  g_clear_handle_id (&caret.source, g_source_remove);
  show ();
  set_buffer (NULL);
}

/* After the toolkit has heard that the focus goes: it looks at the setting once more then, and would let a caret blink that nobody
 * sees. */
static void
let_go (GtkTextView *view)
{
  if (caret.view != view)
    return;
  rest ();
  gtk_settings_reset_property (caret.settings, "gtk-cursor-blink");
  g_clear_object (&caret.settings);
  g_clear_weak_pointer (&caret.view);
}

static void
enter_cb (GtkTextView *view)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (view));
  gboolean blinks;

  if (caret.view == view)
    return;
  if (caret.view != NULL)
    let_go (caret.view);
  g_object_get (settings, "gtk-cursor-blink", &blinks, NULL);
  if (!blinks)
    return;
  g_set_weak_pointer (&caret.view, view);
  g_set_object (&caret.settings, settings);
  set_buffer (gtk_text_view_get_buffer (view));
  g_object_set (settings, "gtk-cursor-blink", FALSE, NULL);
  /* the toolkit may have begun */
  if (gtk_text_view_get_cursor_visible (view))
    {
      gtk_text_view_reset_cursor_blink (view);
      gtk_text_view_set_cursor_visible (view, FALSE);
      gtk_text_view_set_cursor_visible (view, TRUE);
    }
  stand_still ();
}

/* Before it: it hides a caret that is shown. A view that got another place in the window has been let go, and has the focus. */
static void
leave_cb (GtkTextView *view)
{
  if (caret.view == NULL)
    enter_cb (view);
  if (caret.view == view)
    rest ();
}

static gboolean
key_pressed_cb (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state, GtkTextView *view)
{
  if (caret.view == view)
    stand_still ();
  return GDK_EVENT_PROPAGATE;
}

static void
buffer_cb (GtkTextView *view)
{
  if (caret.view == view)
    set_buffer (gtk_text_view_get_buffer (view));
}

/* (transfer full) (nullable): by which the toolkit's own view hears of the focus. */
static GtkEventController *
find_own_focus (GtkTextView *view)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (view));

  /* the newest first */
  for (guint i = g_list_model_get_n_items (controllers); i > 0; i--)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i - 1);

      if (GTK_IS_EVENT_CONTROLLER_FOCUS (controller))
        return g_steal_pointer (&controller);
    }
  return NULL;
}

void
enclave_still_caret_watch (GtkTextView *view)
{
  g_autoptr (GtkEventController) own = NULL;
  GtkEventController *keys;
  GtkEventController *focus;

  g_return_if_fail (GTK_IS_TEXT_VIEW (view));

  own = find_own_focus (view);
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_name (keys, "enclave-still-caret");
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), view, 0);
  gtk_widget_add_controller (GTK_WIDGET (view), keys);
  focus = gtk_event_controller_focus_new ();
  g_signal_connect_object (focus, "enter", G_CALLBACK (enter_cb), view, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "leave", G_CALLBACK (leave_cb), view, G_CONNECT_SWAPPED);
  g_signal_connect_object (own != NULL ? own : focus, "leave", G_CALLBACK (let_go), view, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  gtk_widget_add_controller (GTK_WIDGET (view), focus);
  g_signal_connect (view, "notify::buffer", G_CALLBACK (buffer_cb), NULL);
  g_signal_connect (view, "unrealize", G_CALLBACK (let_go), NULL);
}
