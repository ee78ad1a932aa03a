/* enclave-terminal-tab-agent.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "enclave-terminal-tab-private.h"
#include "enclave-utf8.h"

char *
_enclave_terminal_tab_dup_end (int wait_status)
{
  if (WIFEXITED (wait_status))
    return g_strdup_printf (_ ("Ended with exit %d"), WEXITSTATUS (wait_status));
  if (WIFSIGNALED (wait_status))
    return g_strdup_printf (_ ("Ended by signal %d (%s)"), WTERMSIG (wait_status), g_strsignal (WTERMSIG (wait_status)));
  return g_strdup (_ ("Ended"));
}

static char *
dup_time (EnclaveTerminalTab *self)
{
  guint seconds = (guint) ((g_get_monotonic_time () - self->began_us) / G_USEC_PER_SEC);

  if (seconds < 60)
    return g_strdup_printf (_ ("%u s"), seconds);
  return g_strdup_printf (_ ("%u min %u s"), seconds / 60, seconds % 60);
}

static gboolean
clock_cb (gpointer user_data)
{
  EnclaveTerminalTab *self = user_data;
  g_autofree char *time = dup_time (self);
  gboolean is_full = *self->level == '\0' || strcmp (self->level, "full") == 0;
  /* Translators: the level of the sandbox ("masked", "reduced"), then a duration. */
  g_autofree char *facts = is_full ? g_strdup_printf (_ ("in the sandbox, no network · %s"), time)
                                   : g_strdup_printf (_ ("in the sandbox (%s), no network · %s"), self->level, time);

  gtk_label_set_label (self->agent_facts, facts);
  return G_SOURCE_CONTINUE;
}

static void
take_over_toggled_cb (EnclaveTerminalTab *self)
{
  gboolean active = gtk_toggle_button_get_active (self->take_over);

  gtk_button_set_label (GTK_BUTTON (self->take_over), active ? _ ("Hand back") : _ ("Take over"));
  vte_terminal_set_cursor_blink_mode (self->terminal, active ? VTE_CURSOR_BLINK_SYSTEM : VTE_CURSOR_BLINK_OFF);
  if (active)
    gtk_widget_grab_focus (GTK_WIDGET (self->terminal));
}

static void
stop_clicked_cb (EnclaveTerminalTab *self)
{
  enclave_terminal_session_emit_stop_requested (ENCLAVE_TERMINAL_SESSION (self));
}

void
_enclave_terminal_tab_begin_agent (EnclaveTerminalTab *self)
{
  g_autofree char *visible = enclave_utf8_make_visible (self->command, NULL);

  gtk_label_set_label (self->agent_label, _ ("Agent command"));
  gtk_widget_set_tooltip_text (self->agent_bar, visible);
  gtk_widget_set_visible (self->agent_bar, TRUE);
  vte_terminal_set_cursor_blink_mode (self->terminal, VTE_CURSOR_BLINK_OFF);
  g_signal_connect_swapped (self->take_over, "toggled", G_CALLBACK (take_over_toggled_cb), self);
  g_signal_connect_swapped (self->stop, "clicked", G_CALLBACK (stop_clicked_cb), self);

  self->began_us = g_get_monotonic_time ();
  self->clock = g_timeout_add_seconds (1, clock_cb, self);
  clock_cb (self);
}

static void
enclave_terminal_tab_feed (EnclaveTerminalSession *session, GBytes *bytes)
{
  EnclaveTerminalTab *self = ENCLAVE_TERMINAL_TAB (session);

  if (self->terminal != NULL)
    _enclave_terminal_tab_push (self, bytes);
}

static void
enclave_terminal_tab_ended (EnclaveTerminalSession *session, int wait_status, const char *note)
{
  EnclaveTerminalTab *self = ENCLAVE_TERMINAL_TAB (session);
  g_autofree char *end = NULL;
  g_autofree char *time = NULL;
  g_autofree char *facts = NULL;

  if (self->terminal == NULL || !self->running)
    return;

  end = _enclave_terminal_tab_dup_end (wait_status);
  time = dup_time (self);
  facts = note != NULL ? g_strdup_printf ("%s · %s · %s", note, end, time) : g_strdup_printf ("%s · %s", end, time);

  g_clear_handle_id (&self->clock, g_source_remove);
  gtk_toggle_button_set_active (self->take_over, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->take_over), FALSE);
  gtk_widget_set_visible (self->stop, FALSE);
  gtk_label_set_label (self->agent_facts, facts);
  enclave_info_row_withdraw (self->info_row, NOTE_CLOSE);
  enclave_info_row_withdraw (self->info_row, NOTE_PASTE);
  _enclave_terminal_tab_set_running (self, FALSE);
}

void
_enclave_terminal_tab_session_init (EnclaveTerminalSessionInterface *iface)
{
  iface->feed = enclave_terminal_tab_feed;
  iface->ended = enclave_terminal_tab_ended;
}
