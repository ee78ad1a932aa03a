/* probe-screen.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "probe-screen.h"

#include <X11/XKBlib.h>
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../percentile.h"
#include "../process-tree.h"

#define KEY_US 50000
#define KEY_SPREAD_US 30000
#define WINDOW_WIDTH 1280
#define WINDOW_HEIGHT 800
#define REST_US (1500 * 1000)
#define REST_SHARE 0.06

gboolean
probe_screen_start (ProbeScreen *probe, char **command)
{
  probe->display = probe_window_open_display ();
  if (probe->display == NULL)
    return FALSE;
  probe->begin = g_get_monotonic_time ();
  probe_window_start (probe->display, command);
  while ((probe->window = probe_window_find (probe->display)) == 0)
    {
      if (g_get_monotonic_time () - probe->begin > PROBE_SCREEN_START_US)
        return FALSE;
      g_usleep (5000);
    }
  /* each in the same room, whatever it would choose */
  XResizeWindow (probe->display, probe->window, WINDOW_WIDTH, WINDOW_HEIGHT);
  probe->damage = probe_window_watch (probe->display, probe->window);
  XSetInputFocus (probe->display, probe->window, RevertToParent, CurrentTime);
  return TRUE;
}

void
probe_screen_watch_all (ProbeScreen *probe)
{
  XMoveWindow (probe->display, probe->window, 0, 0);
  XSetInputFocus (probe->display, probe->window, RevertToParent, CurrentTime);
  XDamageDestroy (probe->display, probe->damage);
  probe->window = DefaultRootWindow (probe->display);
  probe->damage = probe_window_watch (probe->display, probe->window);
  XSync (probe->display, False);
}

void
probe_screen_wait_for_rest (gint64 limit_us)
{
  gint64 until = g_get_monotonic_time () + limit_us;

  while (g_get_monotonic_time () < until)
    {
      gint64 begin = g_get_monotonic_time ();
      double cpu = process_tree_get_cpu_ms ();

      g_usleep (REST_US);
      if ((process_tree_get_cpu_ms () - cpu) * 1000 < REST_SHARE * (double) (g_get_monotonic_time () - begin))
        return;
    }
}

void
probe_screen_wait_for_still (ProbeScreen *probe, int milliseconds)
{
  gint64 until = g_get_monotonic_time () + G_USEC_PER_SEC;
  gint64 painted = g_get_monotonic_time ();

  while (g_get_monotonic_time () < until && g_get_monotonic_time () - painted < milliseconds * 1000)
    {
      probe_window_wait (probe->display, milliseconds / 4);
      if (probe_window_take_damage (probe->display, probe->damage))
        painted = g_get_monotonic_time ();
    }
}

XImage *
probe_screen_grab (ProbeScreen *probe, const ProbePlace *place)
{
  return XGetImage (probe->display, probe->window, place->x, place->y, (unsigned) place->width, (unsigned) place->height,
                    AllPlanes, ZPixmap);
}

guint32
probe_screen_get_pixel (XImage *image, int x, int y)
{
  guint32 pixel;

  memcpy (&pixel, image->data + (gsize) y * (gsize) image->bytes_per_line + (gsize) x * sizeof pixel, sizeof pixel);
  return pixel & 0xffffff;
}

int
probe_screen_count_changed (XImage *before, XImage *after, int y, int height, int *first, int *last)
{
  int n = 0;

  for (int x = 0; x < before->width; x++)
    for (int row = y; row < y + height; row++)
      if (probe_screen_get_pixel (before, x, row) != probe_screen_get_pixel (after, x, row))
        {
          if (n++ == 0 && first != NULL)
            *first = x;
          if (last != NULL)
            *last = x;
          break;
        }
  return n;
}

static void
press_modifiers (ProbeScreen *probe, unsigned modifiers, Bool down)
{
  static const struct
  {
    unsigned mask;
    KeySym symbol;
  } keys[] = { { ControlMask, XK_Control_L }, { ShiftMask, XK_Shift_L }, { Mod1Mask, XK_Alt_L } };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if ((modifiers & keys[i].mask) != 0)
      XTestFakeKeyEvent (probe->display, XKeysymToKeycode (probe->display, keys[i].symbol), down, 0);
}

void
probe_screen_press (ProbeScreen *probe, KeySym symbol, unsigned modifiers)
{
  KeyCode code = XKeysymToKeycode (probe->display, symbol);

  if (XkbKeycodeToKeysym (probe->display, code, 0, 0) != symbol)
    modifiers |= ShiftMask;
  press_modifiers (probe, modifiers, True);
  XTestFakeKeyEvent (probe->display, code, True, 0);
  XTestFakeKeyEvent (probe->display, code, False, 0);
  press_modifiers (probe, modifiers, False);
  XFlush (probe->display);
}

void
probe_screen_click (ProbeScreen *probe, int x, int y)
{
  Window child;
  int root_x = 0;
  int root_y = 0;

  /* nobody else gives focus where there is no window manager */
  XSetInputFocus (probe->display, probe->window, RevertToParent, CurrentTime);
  XTranslateCoordinates (probe->display, probe->window, DefaultRootWindow (probe->display), x, y, &root_x, &root_y, &child);
  XTestFakeMotionEvent (probe->display, -1, root_x, root_y, 0);
  XTestFakeButtonEvent (probe->display, 1, True, 0);
  XTestFakeButtonEvent (probe->display, 1, False, 0);
  XSync (probe->display, False);
}

double
probe_screen_time_key (ProbeScreen *probe, const ProbePlace *place, KeySym symbol, gint64 limit_us)
{
  XImage *before;
  gint64 pressed;
  double taken = -1;

  probe_window_take_damage (probe->display, probe->damage);
  XSync (probe->display, False);
  before = probe_screen_grab (probe, place);
  if (before == NULL)
    return -1;
  pressed = g_get_monotonic_time ();
  probe_screen_press (probe, symbol, 0);
  while (taken < 0 && g_get_monotonic_time () - pressed < limit_us)
    {
      probe_window_wait (probe->display, 20);
      if (probe_window_take_damage (probe->display, probe->damage))
        {
          gint64 now = g_get_monotonic_time ();
          XImage *after = probe_screen_grab (probe, place);

          if (after != NULL
              && probe_screen_count_changed (before, after, 0, place->height, NULL, NULL) >= PROBE_SCREEN_MOVED_COLUMNS)
            taken = (double) (now - pressed) / 1000;
          if (after != NULL)
            XDestroyImage (after);
        }
    }
  XDestroyImage (before);
  return taken;
}

void
probe_screen_type (ProbeScreen *probe, const ProbePlace *place, const char *name, const KeySym *symbols, guint n_symbols, guint n_keys)
{
  double *taken = g_newa (double, n_keys);
  double cpu = process_tree_get_cpu_ms ();
  gint64 due = g_get_monotonic_time ();
  int lost = 0;

  for (guint i = 0; i < n_keys; i++)
    {
      gint64 now = g_get_monotonic_time ();

      if (due > now)
        g_usleep ((gulong) (due - now));
      if (probe->still_ms > 0)
        probe_screen_wait_for_still (probe, probe->still_ms);
      taken[i] = probe_screen_time_key (probe, place, symbols[i % n_symbols], probe->key_limit_us);
      if (taken[i] < 0)
        {
          lost++;
          taken[i] = (double) probe->key_limit_us / 1000;
        }
      /* at no fixed distance, or frames would always be as far from it */
      due = MAX (due, g_get_monotonic_time () - KEY_US / 2) + KEY_US + rand () % KEY_SPREAD_US;
    }
  cpu = (process_tree_get_cpu_ms () - cpu) / n_keys;
  percentile_sort (taken, n_keys);
  printf ("%s_p50=%.1f\n%s_p95=%.1f\n%s_max=%.1f\n%s_lost=%d\n%s_cpu=%.1f\n", name, percentile_get (taken, n_keys, 50), name,
          percentile_get (taken, n_keys, 95), name, percentile_get (taken, n_keys, 100), name, lost, name, cpu);
  fflush (stdout);
}
