/* enclave-tab-drops.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-tab-drops.h"

/* A window that takes a drop says so long before. */
#define FINISH_MS 500

/* One pointer drags one tab. */
static gulong hook;

typedef struct
{
  GdkDrag *drag;
  gboolean finished;
} Drop;

static void
drop_free (gpointer data)
{
  Drop *drop = data;

  g_signal_handlers_disconnect_by_data (drop->drag, drop);
  g_object_unref (drop->drag);
  g_free (drop);
}

static void
finished_cb (Drop *drop)
{
  drop->finished = TRUE;
}

static gboolean
finish_cb (gpointer user_data)
{
  Drop *drop = user_data;

  if (!drop->finished)
    {
      g_signal_emit_by_name (drop->drag, "dnd-finished");
      gdk_drag_drop_done (drop->drag, TRUE);
    }

  return G_SOURCE_REMOVE;
}

static gboolean
dropped_cb (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer user_data)
{
  Drop *drop = g_new0 (Drop, 1);

  drop->drag = g_value_dup_object (&values[0]);
  g_signal_connect_swapped (drop->drag, "dnd-finished", G_CALLBACK (finished_cb), drop);
  g_signal_connect_swapped (drop->drag, "cancel", G_CALLBACK (finished_cb), drop);
  g_timeout_add_full (G_PRIORITY_DEFAULT, FINISH_MS, finish_cb, drop, drop_free);
  hook = 0;

  return FALSE;
}

/* The drag is the view's own: it is seen only where all drags are. */
static void
transferring_cb (AdwTabView *view)
{
  guint signal = g_signal_lookup ("drop-performed", GDK_TYPE_DRAG);
  gboolean transferring = adw_tab_view_get_is_transferring_page (view);

  if (transferring && hook == 0 && signal != 0)
    hook = g_signal_add_emission_hook (signal, 0, dropped_cb, NULL, NULL);
  else if (!transferring && hook != 0)
    {
      g_signal_remove_emission_hook (signal, hook);
      hook = 0;
    }
}

void
enclave_tab_drops_watch (AdwTabView *view)
{
  g_return_if_fail (ADW_IS_TAB_VIEW (view));

  g_signal_connect (view, "notify::is-transferring-page", G_CALLBACK (transferring_cb), NULL);
}
