/* list-probe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types into a program that finds something, from outside, through the X server, and sees when its list has changed on the screen. The
 * program's window is at the upper left of the screen, its list within X Y WIDTH HEIGHT. KEYS, such as ctrl+shift+f, bring up what finds
 * when the program has come to rest; `-` when it is there already.
 *
 * list-probe find X,Y,WIDTH,HEIGHT KEYS WORDS COMMAND…: types each of the words, which have commas between them, and takes it back letter by
 * letter. Prints `p50`, `p95` and `max` of the milliseconds from a key to a changed list (`find_…`), `lost`, the keys that no change
 * followed, and `cpu`, milliseconds on a processor for a key.
 * list-probe search X,Y,WIDTH,HEIGHT KEYS WORD COMMAND…: types the word at once, presses Return, and prints `first_ms`, until something is in
 * the list, and `cpu_ms`, of a processor, until the program has come to rest again.
 */

#include <X11/keysym.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../process-tree.h"
#include "probe-screen.h"

#define REST_LIMIT_US (60 * G_USEC_PER_SEC)
#define KEY_LIMIT_US (3 * G_USEC_PER_SEC)
#define SEARCH_LIMIT_US (60 * G_USEC_PER_SEC)
#define SHOWN_US (1500 * 1000)
/* Longer than a frame, and than what a list needs to be painted at last. */
#define STILL_MS 40
/* The letters are in the entry, and a search has not begun by itself: programs wait for a tenth of a second and more. */
#define TYPED_US 50000

static gboolean
press_named (ProbeScreen *probe, const char *keys)
{
  g_auto (GStrv) names = g_strsplit (keys, "+", -1);
  unsigned modifiers = 0;

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (strcmp (names[i], "ctrl") == 0)
        modifiers |= ControlMask;
      else if (strcmp (names[i], "shift") == 0)
        modifiers |= ShiftMask;
      else if (strcmp (names[i], "alt") == 0)
        modifiers |= Mod1Mask;
      else if (XStringToKeysym (names[i]) != NoSymbol)
        probe_screen_press (probe, XStringToKeysym (names[i]), modifiers);
      else
        return FALSE;
    }
  return TRUE;
}

static int
find (ProbeScreen *probe, const ProbePlace *list, const char *words)
{
  g_autoptr (GArray) symbols = g_array_new (FALSE, FALSE, sizeof (KeySym));
  g_auto (GStrv) all = g_strsplit (words, ",", -1);

  for (guint i = 0; all[i] != NULL; i++)
    {
      KeySym back = XK_BackSpace;

      for (const char *letter = all[i]; *letter != '\0'; letter++)
        {
          KeySym symbol = (KeySym) (guchar) *letter;

          g_array_append_val (symbols, symbol);
        }
      for (gsize n = strlen (all[i]); n > 0; n--)
        g_array_append_val (symbols, back);
    }
  if (symbols->len == 0)
    return 2;
  probe_screen_type (probe, list, "find", (const KeySym *) (gpointer) symbols->data, symbols->len, symbols->len);
  return 0;
}

static int
search (ProbeScreen *probe, const ProbePlace *list, const char *word)
{
  double cpu;
  double taken;

  for (const char *letter = word; *letter != '\0'; letter++)
    probe_screen_press (probe, (KeySym) (guchar) *letter, 0);
  XSync (probe->display, False);
  g_usleep (TYPED_US);
  cpu = process_tree_get_cpu_ms ();
  taken = probe_screen_time_key (probe, list, XK_Return, SEARCH_LIMIT_US);
  if (taken < 0)
    {
      g_printerr ("nothing was found\n");
      return 1;
    }
  printf ("first_ms=%.1f\n", taken);
  fflush (stdout);
  probe_screen_wait_for_rest (REST_LIMIT_US);
  printf ("cpu_ms=%.1f\n", process_tree_get_cpu_ms () - cpu);
  return 0;
}

int
main (int argc, char **argv)
{
  ProbeScreen probe = { .key_limit_us = KEY_LIMIT_US, .still_ms = STILL_MS };
  ProbePlace list = { 0 };
  gboolean searching = argc > 5 && strcmp (argv[1], "search") == 0;
  int status = 1;

  if (argc < 6 || (!searching && strcmp (argv[1], "find") != 0)
      || sscanf (argv[2], "%d,%d,%d,%d", &list.x, &list.y, &list.width, &list.height) != 4)
    {
      g_printerr ("list-probe find X,Y,WIDTH,HEIGHT KEYS WORDS COMMAND… | search X,Y,WIDTH,HEIGHT KEYS WORD COMMAND…\n");
      return 2;
    }
  if (probe_screen_start (&probe, argv + 5))
    {
      probe_screen_watch_all (&probe);
      probe_screen_wait_for_rest (REST_LIMIT_US);
      if (strcmp (argv[3], "-") == 0 || press_named (&probe, argv[3]))
        {
          g_usleep (SHOWN_US);
          status = searching ? search (&probe, &list, argv[4]) : find (&probe, &list, argv[4]);
        }
    }
  else
    g_printerr ("no window\n");
  fflush (stdout);
  process_tree_end ();
  return status;
}
