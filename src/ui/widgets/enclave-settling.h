/* enclave-settling.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* While a window comes up, one thing after the other finds its place in it. Each motion would paint the window ten times, and nobody
 * has asked for any of them: what comes in that time is simply there.
 *
 * Makes @window one that comes up when it is mapped. */
void enclave_settling_watch (GtkWindow *window);

/* Returns: whether the window of @widget comes up at the moment; FALSE for a window that is not watched. */
gboolean enclave_settling_is_on (GtkWidget *widget);

/* gtk_stack_set_visible_child_name(), without motion while the window comes up. */
void enclave_settling_show_page (GtkStack *stack, const char *name);

/* gtk_revealer_set_reveal_child(), without motion while the window comes up. */
void enclave_settling_reveal (GtkRevealer *revealer, gboolean reveal);

/* adw_tab_view_append(), without motion in @bar while the window comes up. Returns: (transfer none): the page of @child. */
AdwTabPage *enclave_settling_append_tab (AdwTabBar *bar, GtkWidget *child);

G_END_DECLS
