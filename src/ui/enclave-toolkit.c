/* enclave-toolkit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>

#ifdef GDK_WINDOWING_X11
#include <gdk/x11/gdkx.h>
#endif

#include "enclave-toolkit.h"

/* The process has one environment, and this is what was in it. */
static char *gdk_debug_before;
static gboolean theme_is_ours;

void
enclave_toolkit_prepare (void)
{
  gdk_debug_before = g_strdup (g_getenv ("GDK_DEBUG"));
  theme_is_ours = g_getenv ("GTK_THEME") == NULL;

  if (g_strcmp0 (g_getenv ("GSK_RENDERER"), "cairo") == 0)
    {
      g_autofree char *now = gdk_debug_before != NULL ? g_strconcat (gdk_debug_before, ",gl-disable", NULL)
                                                      : g_strdup ("gl-disable");

      g_setenv ("GDK_DEBUG", now, TRUE);
    }
  if (theme_is_ours)
    g_setenv ("GTK_THEME", "Adwaita-empty", TRUE);
}

/* GTK takes the visual of the root window, draws 32 bits for each of its pixels and gives the window an empty table of colours. */
static void
tell_of_few_colours (void)
{
#ifdef GDK_WINDOWING_X11
  GdkDisplay *display = gdk_display_get_default ();
  Display *x11_display;

  if (!GDK_IS_X11_DISPLAY (display))
    return;
  x11_display = gdk_x11_display_get_xdisplay (display);
  if (DefaultVisual (x11_display, DefaultScreen (x11_display))->class == TrueColor)
    return;
  g_printerr (_("Enclave: this screen takes its %d colours from a table, and GTK can’t draw on such a screen: the window stays black, "
                "though it works. Use a screen with 24 bits for each pixel (Xvfb: “-screen 0 1280x800x24”).\n"),
              DisplayCells (x11_display, DefaultScreen (x11_display)));
#endif
}

void
enclave_toolkit_start (void)
{
  if (!gtk_init_check ())
    {
      g_printerr ("%s\n", _("Enclave needs a display: neither a Wayland nor an X11 one can be opened. "
                            "“enclavectl” works without."));
      exit (EXIT_FAILURE);
    }

  tell_of_few_colours ();
  /* The settings load the theme that the environment names, once, when they are first asked for. */
  gtk_settings_get_default ();

  if (gdk_debug_before != NULL)
    g_setenv ("GDK_DEBUG", gdk_debug_before, TRUE);
  else
    g_unsetenv ("GDK_DEBUG");
  if (theme_is_ours)
    g_unsetenv ("GTK_THEME");
  g_clear_pointer (&gdk_debug_before, g_free);
  theme_is_ours = FALSE;
}

void
enclave_toolkit_let_move (void)
{
  /* the style manager has no call for it, and its only timeout is this one */
  GSource *source = g_main_context_find_source_by_funcs_user_data (
    NULL, &g_timeout_funcs, adw_style_manager_get_for_display (gdk_display_get_default ()));

  if (source == NULL)
    return;
  /* before all others, so that this turn is its own: nothing else can be answered yet */
  g_source_set_priority (source, G_MININT);
  g_source_set_ready_time (source, 0);
  g_main_context_iteration (NULL, FALSE);
}
