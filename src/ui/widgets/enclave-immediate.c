/* enclave-immediate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-immediate.h"

void
enclave_immediate_set_up (GtkWidget *bar)
{
  GtkWidget *revealer = GTK_IS_SEARCH_BAR (bar) ? gtk_widget_get_first_child (bar) : bar;

  g_return_if_fail (GTK_IS_REVEALER (revealer));

  /* Not without a transition: it would keep its room while nothing of it is shown. */
  gtk_revealer_set_transition_duration (GTK_REVEALER (revealer), 0);
}
