/* enclave-settling.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-settling.h"

/* The servers of this machine have answered by then, the session is restored, and its shells run. */
#define SETTLED_AFTER_US (1500 * 1000)

static GQuark
get_quark (void)
{
  return g_quark_from_static_string ("enclave-settling");
}

static void
map_cb (GtkWidget *window)
{
  gint64 *mapped = g_object_get_qdata (G_OBJECT (window), get_quark ());

  /* shown again after a while, it is what it was */
  if (*mapped == 0)
    *mapped = g_get_monotonic_time ();
}

void
enclave_settling_watch (GtkWindow *window)
{
  g_return_if_fail (GTK_IS_WINDOW (window));
  g_return_if_fail (g_object_get_qdata (G_OBJECT (window), get_quark ()) == NULL);

  g_object_set_qdata_full (G_OBJECT (window), get_quark (), g_new0 (gint64, 1), g_free);
  g_signal_connect (window, "map", G_CALLBACK (map_cb), NULL);
}

gboolean
enclave_settling_is_on (GtkWidget *widget)
{
  GtkRoot *root;
  const gint64 *mapped;

  g_return_val_if_fail (GTK_IS_WIDGET (widget), FALSE);

  root = gtk_widget_get_root (widget);
  mapped = root != NULL ? g_object_get_qdata (G_OBJECT (root), get_quark ()) : NULL;
  return mapped != NULL && (*mapped == 0 || g_get_monotonic_time () - *mapped < SETTLED_AFTER_US);
}

void
enclave_settling_show_page (GtkStack *stack, const char *name)
{
  g_return_if_fail (GTK_IS_STACK (stack));
  g_return_if_fail (name != NULL);

  if (enclave_settling_is_on (GTK_WIDGET (stack)))
    gtk_stack_set_visible_child_full (stack, name, GTK_STACK_TRANSITION_TYPE_NONE);
  else
    gtk_stack_set_visible_child_name (stack, name);
}

void
enclave_settling_reveal (GtkRevealer *revealer, gboolean reveal)
{
  guint duration;

  g_return_if_fail (GTK_IS_REVEALER (revealer));

  duration = gtk_revealer_get_transition_duration (revealer);
  if (enclave_settling_is_on (GTK_WIDGET (revealer)))
    gtk_revealer_set_transition_duration (revealer, 0);
  gtk_revealer_set_reveal_child (revealer, reveal);
  gtk_revealer_set_transition_duration (revealer, duration);
}

AdwTabPage *
enclave_settling_append_tab (AdwTabBar *bar, GtkWidget *child)
{
  gboolean still;
  AdwTabPage *page;

  g_return_val_if_fail (ADW_IS_TAB_BAR (bar), NULL);
  g_return_val_if_fail (GTK_IS_WIDGET (child), NULL);

  /* A bar has no switch for it, but moves nothing that is not on the screen. Whoever has the keyboard in it keeps it. */
  still = gtk_widget_get_mapped (GTK_WIDGET (bar)) && gtk_widget_get_focus_child (GTK_WIDGET (bar)) == NULL
          && enclave_settling_is_on (GTK_WIDGET (bar));
  if (still)
    gtk_widget_set_child_visible (GTK_WIDGET (bar), FALSE);
  page = adw_tab_view_append (adw_tab_bar_get_view (bar), child);
  if (still)
    gtk_widget_set_child_visible (GTK_WIDGET (bar), TRUE);
  return page;
}
