/* enclave-terminal-tab-input.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-terminal-tab-private.h"
#include "enclave-utf8.h"

/* Shown of what would be pasted. */
#define MAX_EARLY_BYTES 4096
#define PASTE_SHOWN_LINES 6
#define PASTE_SHOWN_BYTES 2000

static gboolean
may_type (EnclaveTerminalTab *self)
{
  return self->running && (!self->agent || gtk_toggle_button_get_active (self->take_over));
}

/* What VTE says by itself when a program asks for its kind, the cursor, a colour or a mode; keys, pastes, mouse and focus
 * reports look otherwise. */
static gboolean
is_answer (const char *bytes, guint length)
{
  char last;

  if (length < 3 || bytes[0] != '\033')
    return FALSE;
  if (bytes[1] == ']' || bytes[1] == 'P')
    return TRUE;

  last = bytes[length - 1];
  return bytes[1] == '[' && strchr ("cnRtyx", last) != NULL && bytes[2] != '<' && bytes[2] != 'M';
}

static void
commit_cb (VteTerminal *terminal, const char *text, guint length, EnclaveTerminalTab *self)
{
  g_autoptr (GBytes) bytes = NULL;

  if (_enclave_terminal_tab_take_answer (self, text, length))
    return;
  if (!self->running || !(may_type (self) || is_answer (text, length)))
    return;

  bytes = g_bytes_new (text, length);
  if (self->agent)
    enclave_terminal_session_emit_input (ENCLAVE_TERMINAL_SESSION (self), bytes);
  else if (self->shell != NULL)
    enclave_shell_write (self->shell, bytes);
  else if (self->early != NULL && self->early->len + length <= MAX_EARLY_BYTES)
    g_byte_array_append (self->early, (const guint8 *) text, length);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state,
                EnclaveTerminalTab *self)
{
  GdkModifierType held = state & gtk_accelerator_get_default_mod_mask ();

  _enclave_terminal_tab_take_key (self);

  /* VTE would paste these itself, unasked */
  if ((keyval == GDK_KEY_Insert || keyval == GDK_KEY_KP_Insert) && (held & GDK_SHIFT_MASK) != 0)
    {
      enclave_terminal_tab_paste (self, (held & GDK_CONTROL_MASK) != 0
                                            ? gtk_widget_get_clipboard (GTK_WIDGET (self))
                                            : gtk_widget_get_primary_clipboard (GTK_WIDGET (self)));
      return GDK_EVENT_STOP;
    }

  if (may_type (self) || keyval == GDK_KEY_Tab || keyval == GDK_KEY_ISO_Left_Tab)
    {
      /* a command that takes no keys must not hold the focus either */
      if (!may_type (self))
        {
          gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))),
                                  keyval == GDK_KEY_Tab ? GTK_DIR_TAB_FORWARD : GTK_DIR_TAB_BACKWARD);
          return GDK_EVENT_STOP;
        }
      return GDK_EVENT_PROPAGATE;
    }

  /* reading and copying goes on */
  if ((keyval == GDK_KEY_Page_Up || keyval == GDK_KEY_Page_Down || keyval == GDK_KEY_Home || keyval == GDK_KEY_End)
      && (held & GDK_SHIFT_MASK) != 0)
    return GDK_EVENT_PROPAGATE;

  return (held & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) == (GDK_CONTROL_MASK | GDK_SHIFT_MASK) ? GDK_EVENT_PROPAGATE
                                                                                             : GDK_EVENT_STOP;
}

static void
middle_pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, EnclaveTerminalTab *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self->terminal));
  enclave_terminal_tab_paste (self, gtk_widget_get_primary_clipboard (GTK_WIDGET (self)));
}

void
_enclave_terminal_tab_connect_input (EnclaveTerminalTab *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *middle = gtk_gesture_click_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->terminal), keys);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (middle), GDK_BUTTON_MIDDLE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (middle), GTK_PHASE_CAPTURE);
  g_signal_connect (middle, "pressed", G_CALLBACK (middle_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->terminal), GTK_EVENT_CONTROLLER (middle));

  g_signal_connect (self->terminal, "commit", G_CALLBACK (commit_cb), self);
}

static gboolean
must_ask (EnclaveTerminalTab *self, const char *text)
{
  g_autofree char *visible = NULL;
  guint n_hidden = 0;

  visible = enclave_utf8_make_visible (text, &n_hidden);
  if (n_hidden > 0)
    return TRUE;

  return (strchr (text, '\n') != NULL || strchr (text, '\r') != NULL)
         && (self->settings == NULL || g_settings_get_boolean (self->settings, "terminal-confirm-multiline-paste"));
}

static char *
dup_shown (const char *text)
{
  g_autofree char *visible = enclave_utf8_make_visible (text, NULL);
  gsize length = strlen (visible);
  gsize shown = enclave_utf8_prefix_length (visible, length, PASTE_SHOWN_BYTES);
  guint n_lines = 0;

  for (gsize i = 0; i < shown; i++)
    if (visible[i] == '\n' && ++n_lines == PASTE_SHOWN_LINES)
      shown = i;

  return shown < length ? g_strdup_printf ("%.*s…", (int) shown, visible) : g_strdup (visible);
}

void
enclave_terminal_tab_paste_text (EnclaveTerminalTab *self, const char *text)
{
  g_autofree char *valid = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *question = NULL;
  guint n_lines = 1;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));
  g_return_if_fail (text != NULL);

  if (!may_type (self) || text[0] == '\0')
    return;

  valid = enclave_utf8_make_valid (text, -1);
  if (!must_ask (self, valid))
    {
      vte_terminal_paste_text (self->terminal, valid);
      return;
    }

  for (const char *c = valid; *c != '\0'; c++)
    n_lines += *c == '\n' && c[1] != '\0';
  question = n_lines > 1 ? g_strdup_printf (ngettext ("Paste %u line?", "Paste %u lines?", n_lines), n_lines)
                         : g_strdup (_ ("Paste text that ends a line or holds hidden characters?"));
  shown = dup_shown (valid);
  g_free (self->paste);
  self->paste = g_steal_pointer (&valid);
  enclave_info_row_present (self->info_row, NOTE_PASTE, "dialog-warning-symbolic", question, shown,
                            (const char *const[]){ "cancel", _ ("Cancel"), "paste", _ ("Paste"), NULL });
  enclave_info_row_focus (self->info_row);
}

void
_enclave_terminal_tab_answer_paste (EnclaveTerminalTab *self, gboolean paste)
{
  g_autofree char *text = g_steal_pointer (&self->paste);

  if (paste && text != NULL && may_type (self))
    vte_terminal_paste_text (self->terminal, text);
  enclave_terminal_tab_focus (self);
}

static void
clipboard_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveTerminalTab) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, &error);

  if (text != NULL)
    enclave_terminal_tab_paste_text (self, text);
  else if (error != NULL)
    g_debug ("Nothing to paste: %s", error->message);
}

void
enclave_terminal_tab_paste (EnclaveTerminalTab *self, GdkClipboard *clipboard)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));
  g_return_if_fail (GDK_IS_CLIPBOARD (clipboard));

  gdk_clipboard_read_text_async (clipboard, NULL, clipboard_read_cb, g_object_ref (self));
}

void
enclave_terminal_tab_copy (EnclaveTerminalTab *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  if (enclave_terminal_tab_get_show_text (self))
    g_signal_emit_by_name (self->text_view, "copy-clipboard");
  else if (vte_terminal_get_has_selection (self->terminal))
    vte_terminal_copy_clipboard_format (self->terminal, VTE_FORMAT_TEXT);
}

void
enclave_terminal_tab_select_all (EnclaveTerminalTab *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  if (enclave_terminal_tab_get_show_text (self))
    g_signal_emit_by_name (self->text_view, "select-all", TRUE);
  else
    vte_terminal_select_all (self->terminal);
}

void
enclave_terminal_tab_clear (EnclaveTerminalTab *self)
{
  static const char form_feed[] = "\f";

  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  vte_terminal_feed (self->terminal, "\033[H\033[2J\033[3J", -1);
  /* a shell that waits draws its prompt again */
  if (self->shell != NULL && self->running && enclave_shell_get_is_idle (self->shell))
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (form_feed, 1);

      enclave_shell_write (self->shell, bytes);
    }
}
