/* enclave-terminal-tab-view.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-terminal-tab-private.h"
#include "enclave-utf8.h"

void
enclave_terminal_tab_set_name (EnclaveTerminalTab *self, const char *name)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  g_free (self->name);
  self->name = name != NULL && name[0] != '\0' ? enclave_utf8_display_name (name) : NULL;
  _enclave_terminal_tab_update_title (self);
}

void
enclave_terminal_tab_find (EnclaveTerminalTab *self)
{
  g_autofree char *selected = NULL;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  if (vte_terminal_get_has_selection (self->terminal))
    selected = vte_terminal_get_text_selected (self->terminal, VTE_FORMAT_TEXT);
  enclave_terminal_find_open (self->find, selected);
}

void
enclave_terminal_tab_set_calm (EnclaveTerminalTab *self, gboolean calm)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  self->calm = calm;
}

void
enclave_terminal_tab_note_key (EnclaveTerminalTab *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  self->key_us = g_get_monotonic_time ();
}

char *
enclave_terminal_tab_dup_selection (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), NULL);

  return vte_terminal_get_has_selection (self->terminal) ? vte_terminal_get_text_selected (self->terminal, VTE_FORMAT_TEXT)
                                                         : NULL;
}

void
enclave_terminal_tab_reset (EnclaveTerminalTab *self)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  _enclave_terminal_tab_forget_marks (self);
  /* what waits was looked at with what came before in mind */
  if (enclave_output_queue_is_empty (self->queue))
    enclave_output_queue_clear (self->queue);
  vte_terminal_reset (self->terminal, TRUE, TRUE);
  enclave_terminal_tab_clear (self);
}

void
enclave_terminal_tab_set_show_text (EnclaveTerminalTab *self, gboolean show_text)
{
  GtkAlign align = show_text ? GTK_ALIGN_FILL : GTK_ALIGN_START;

  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  /* Never hidden altogether: assistive technologies read it, since VTE tells them nothing. */
  gtk_widget_set_opacity (self->text_scroller, show_text ? 1 : 0);
  gtk_widget_set_can_target (self->text_scroller, show_text);
  gtk_widget_set_halign (self->text_scroller, align);
  gtk_widget_set_valign (self->text_scroller, align);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->text_scroller), GTK_POLICY_EXTERNAL,
                                  show_text ? GTK_POLICY_AUTOMATIC : GTK_POLICY_EXTERNAL);
  /* in the pixel that it has otherwise each character would be a line of its own, and all of them be laid out */
  gtk_text_view_set_wrap_mode (self->text_view, show_text ? GTK_WRAP_CHAR : GTK_WRAP_NONE);
  gtk_widget_set_focusable (GTK_WIDGET (self->text_view), show_text);
  _enclave_terminal_tab_update_mirror (self);
  enclave_terminal_tab_focus (self);
}

gboolean
enclave_terminal_tab_get_show_text (EnclaveTerminalTab *self)
{
  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), FALSE);

  return gtk_widget_get_can_target (self->text_scroller);
}

void
enclave_terminal_tab_set_divided (EnclaveTerminalTab *self, gboolean divided)
{
  g_return_if_fail (ENCLAVE_IS_TERMINAL_TAB (self));

  if (self->divided == divided)
    return;
  self->divided = divided;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

int
enclave_terminal_tab_get_least (EnclaveTerminalTab *self, GtkOrientation orientation, guint columns, guint rows)
{
  GtkBorder padding;

  g_return_val_if_fail (ENCLAVE_IS_TERMINAL_TAB (self), 0);

  gtk_style_context_get_padding (gtk_widget_get_style_context (GTK_WIDGET (self->terminal)), &padding);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return (int) columns * (int) vte_terminal_get_char_width (self->terminal) + padding.left + padding.right;
  return (int) rows * (int) vte_terminal_get_char_height (self->terminal) + padding.top + padding.bottom;
}
