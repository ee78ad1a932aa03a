/* enclave-window-keys.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-key-map.h"
#include "enclave-search-switches.h"
#include "enclave-window-private.h"

static gboolean
scope_counts (EnclaveWindow *self, EnclaveActionScope scope, EnclavePane pane, gboolean welcome)
{
  switch (scope)
    {
    case ENCLAVE_SCOPE_EVERYWHERE:
      return TRUE;
    case ENCLAVE_SCOPE_NOT_TERMINAL:
      return pane != ENCLAVE_PANE_TERMINAL || welcome;
    case ENCLAVE_SCOPE_SEARCH:
      return enclave_search_switches_find (gtk_window_get_focus (GTK_WINDOW (self))) != NULL && !welcome;
    case ENCLAVE_SCOPE_FILES:
      return pane == ENCLAVE_PANE_FILES && !welcome;
    case ENCLAVE_SCOPE_TERMINAL:
      return pane == ENCLAVE_PANE_TERMINAL && !welcome;
    case ENCLAVE_SCOPE_CHAT:
      return pane == ENCLAVE_PANE_CHAT && !welcome;
    case ENCLAVE_SCOPE_REVIEW:
      return pane == ENCLAVE_PANE_EDITOR && _enclave_window_in_review (self) && !welcome;
    case ENCLAVE_SCOPE_EDITOR:
    default:
      return pane == ENCLAVE_PANE_EDITOR && !_enclave_window_in_review (self) && !_enclave_window_in_activity (self)
             && !welcome;
    }
}

GtkWidget *
_enclave_window_find_owner (EnclaveWindow *self, const char *action)
{
  GtkWidget *search = g_str_has_prefix (action, "search.") ? enclave_search_switches_find (gtk_window_get_focus (GTK_WINDOW (self))) : NULL;

  if (search != NULL)
    return search;
  if (g_str_has_prefix (action, "editor."))
    return GTK_WIDGET (self->editor);
  if (g_str_has_prefix (action, "files."))
    return GTK_WIDGET (self->files);
  if (g_str_has_prefix (action, "terminal."))
    return GTK_WIDGET (self->terminal);
  if (g_str_has_prefix (action, "chat."))
    return GTK_WIDGET (self->chat);
  if (g_str_has_prefix (action, "review.") && self->review != NULL)
    return GTK_WIDGET (self->review);
  return GTK_WIDGET (self);
}

gboolean
_enclave_window_activate (EnclaveWindow *self, const char *detailed)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;

  if (!g_action_parse_detailed_name (detailed, &name, &target, NULL))
    return FALSE;
  return gtk_widget_activate_action_variant (_enclave_window_find_owner (self, name), name, target);
}

EnclaveKeyMap *
_enclave_window_get_keys (EnclaveWindow *self)
{
  if (self->keys == NULL)
    self->keys = enclave_key_map_new (self->settings);

  return self->keys;
}

static EnclaveKeyMap *
provide_keys (GtkWidget *root)
{
  return _enclave_window_get_keys (ENCLAVE_WINDOW (root));
}

/* A widget still takes the key that the person has taken away from what it does. */
static gboolean
lost_key (EnclaveWindow *self, EnclaveKeyMap *keys, EnclavePane pane, gboolean welcome, GdkEvent *event)
{
  guint n_entries;
  const EnclaveActionEntry *entries = enclave_action_table (&n_entries);

  for (guint i = 0; i < n_entries; i++)
    if (entries[i].handled_by_pane && enclave_key_map_is_changed (keys, &entries[i])
        && scope_counts (self, entries[i].scope, pane, welcome) && enclave_key_map_matched_before (keys, &entries[i], event))
      return TRUE;

  return FALSE;
}

/* In the capture phase, before VTE and the text views: that is why there are no application accelerators. The focused
 * pane is asked first, then everything else. */
static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
                gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (user_data);
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));
  EnclavePane pane = _enclave_window_get_focused_pane (self);
  gboolean welcome = g_strcmp0 (gtk_stack_get_visible_child_name (self->root_stack), "welcome") == 0;
  const EnclaveActionEntry *entries;
  EnclaveKeyMap *keys;
  guint n_entries;

  if (event == NULL || gdk_event_get_event_type (event) != GDK_KEY_PRESS)
    return FALSE;

  enclave_terminal_pane_note_key (self->terminal);
  entries = enclave_action_table (&n_entries);
  keys = _enclave_window_get_keys (self);
  for (int pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n_entries; i++)
      {
        gboolean of_pane = entries[i].scope > ENCLAVE_SCOPE_NOT_TERMINAL;

        if (of_pane != (pass == 0) || !scope_counts (self, entries[i].scope, pane, welcome)
            || !enclave_key_map_matches (keys, &entries[i], event))
          continue;
        if (entries[i].handled_by_pane && !enclave_key_map_is_changed (keys, &entries[i]))
          return FALSE;
        if (_enclave_window_activate (self, entries[i].action))
          return TRUE;
      }

  return lost_key (self, keys, pane, welcome, event);
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  EnclaveWindow *self = ENCLAVE_WINDOW (widget);

  if (_enclave_window_get_focused_pane (self) == ENCLAVE_PANE_TERMINAL)
    return FALSE;
  return gtk_widget_activate_action (widget, "win.step-back", NULL);
}

void
_enclave_window_install_keys (EnclaveWindow *self)
{
  GtkEventController *controller = gtk_event_controller_key_new ();
  GtkEventController *late = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
  enclave_key_map_provide (GTK_WIDGET (self), provide_keys);

  /* Esc belongs to popups and bars first */
  gtk_event_controller_set_propagation_phase (late, GTK_PHASE_BUBBLE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (late),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_callback_action_new (escape_cb, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), late);
}
