/* key-probe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Types into a program from outside, through the X server, and sees when a letter is on the screen.
 *
 * key-probe place PLACE X Y COMMAND…: starts a program that opens a file, clicks at X Y, which is somewhere in its text, and finds where the
 * first line is and how it looks: PLACE is written.
 * key-probe type PLACE SECONDS COMMAND…: starts it again, and prints `text_ms`, from exec to the first line on the screen. Types at its start
 * at once, in the first second (`soon_…`), and again when the program has come to rest, after SECONDS at the latest (`later_…`): `p50` and
 * `p95` of the milliseconds from a key to the moved line, and `lost`, the keys that no change followed. `later_cpu`: milliseconds
 * on a processor for a key. `rest_ms`: from the first line to rest.
 */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/keysym.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../process-tree.h"
#include "probe-screen.h"

#define SOON_KEYS 15
#define LATER_KEYS 40
/* One line, though more than the line may change with a key: colours, a list of words. */
#define MAX_WIDTH 250
#define MAX_HEIGHT 24
#define NUMBERS_WIDTH 80
/* So far the keys push the line to the right. */
#define KEYS_WIDTH 900

static gboolean
is_near (guint32 a, guint32 b)
{
  int distance = 0;

  for (guint shift = 0; shift < 24; shift += 8)
    distance += abs ((int) ((a >> shift) & 0xff) - (int) ((b >> shift) & 0xff));
  return distance < 96;
}

static guint32
get_background (XImage *image)
{
  guint32 best = 0;
  guint votes = 0;

  /* the majority, when there is one: text is mostly background */
  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++)
      {
        guint32 pixel = probe_screen_get_pixel (image, x, y);

        if (votes == 0)
          best = pixel;
        votes = pixel == best ? votes + 1 : votes - 1;
      }
  return best;
}

static char *
get_ink (XImage *image)
{
  guint32 background = get_background (image);
  char *ink = g_malloc0 ((gsize) image->width * (gsize) image->height);

  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++)
      ink[y * image->width + x] = !is_near (probe_screen_get_pixel (image, x, y), background);
  return ink;
}

static gboolean
is_alike (const ProbePlace *place, const char *ink, const char *seen, int seen_width)
{
  guint wanted = 0;
  guint found = 0;
  guint others = 0;

  for (int y = 0; y < place->height; y++)
    for (int x = 0; x < place->width; x++)
      {
        gboolean here = seen[y * seen_width + x];

        wanted += ink[y * place->width + x] != 0;
        found += ink[y * place->width + x] && here;
        others += !ink[y * place->width + x] && here;
      }
  return found * 10 >= wanted * 7 && others * 10 <= wanted * 5;
}

/* Wider numbers of lines push the text to the right: place is moved there. */
static gboolean
find_text (ProbeScreen *probe, ProbePlace *place, const char *ink)
{
  const ProbePlace wide = { place->x, place->y, place->width + NUMBERS_WIDTH, place->height };
  XImage *image = probe_screen_grab (probe, &wide);
  g_autofree char *seen = NULL;

  if (image == NULL)
    return FALSE;
  seen = get_ink (image);
  XDestroyImage (image);
  for (int offset = 0; offset < NUMBERS_WIDTH; offset++)
    if (is_alike (place, ink, seen + offset, wide.width))
      {
        place->x += offset;
        return TRUE;
      }
  return FALSE;
}

/* The line that a key moved: of the bands of rows in which something changed, the one with most changes. */
static gboolean
find_line (XImage *before, XImage *after, ProbePlace *line)
{
  gint64 most = 0;
  gint64 sum = 0;
  int start = -1;

  for (int y = 0; y <= before->height; y++)
    {
      int n = y < before->height ? probe_screen_count_changed (before, after, y, 1, NULL, NULL) : 0;

      if (n > 0 && start < 0)
        start = y;
      sum += n;
      if (n == 0 && start >= 0)
        {
          if (sum > most)
            {
              int first = 0;
              int last = 0;

              most = sum;
              probe_screen_count_changed (before, after, start, y - start, &first, &last);
              *line = (ProbePlace) { first, start, MIN (last - first + 1, MAX_WIDTH), MIN (y - start, MAX_HEIGHT) };
            }
          start = -1;
          sum = 0;
        }
    }
  return most > 0 && line->width > PROBE_SCREEN_MOVED_COLUMNS;
}

static int
find_place (ProbeScreen *probe, const char *path, int x, int y)
{
  XWindowAttributes attributes;
  ProbePlace all;
  ProbePlace line = { 0 };
  XImage *first;
  XImage *before;
  XImage *after;
  g_autofree char *ink = NULL;
  g_autofree char *file = NULL;
  gsize size;

  probe_screen_wait_for_rest (40 * G_USEC_PER_SEC);
  XGetWindowAttributes (probe->display, probe->window, &attributes);
  all = (ProbePlace) { 0, 0, attributes.width, attributes.height };
  probe_screen_click (probe, x, y);
  g_usleep (700000);
  probe_screen_press (probe, XK_Home, ControlMask);
  g_usleep (700000);
  first = probe_screen_grab (probe, &all);
  /* the first key also marks the file as changed, somewhere */
  probe_screen_press (probe, XK_space, 0);
  g_usleep (1200000);
  before = probe_screen_grab (probe, &all);
  probe_screen_press (probe, XK_space, 0);
  g_usleep (1200000);
  after = probe_screen_grab (probe, &all);
  if (first == NULL || before == NULL || after == NULL || !find_line (before, after, &line))
    {
      g_printerr ("no line moved after a key\n");
      return 1;
    }
  XDestroyImage (before);
  XDestroyImage (after);
  before = XSubImage (first, line.x, line.y, (unsigned) line.width, (unsigned) line.height);
  ink = get_ink (before);
  size = sizeof line + (gsize) line.width * (gsize) line.height;
  file = g_malloc (size);
  memcpy (file, &line, sizeof line);
  memcpy (file + sizeof line, ink, size - sizeof line);
  printf ("line=%d,%d,%d,%d\n", line.x, line.y, line.width, line.height);
  return g_file_set_contents (path, file, (gssize) size, NULL) ? 0 : 1;
}

static int
type (ProbeScreen *probe, const char *path, int seconds)
{
  /* no two neighbours alike: what only moves by a letter is seen to move */
  static const KeySym symbols[] = { XK_w, XK_o, XK_x, XK_i, XK_m, XK_e, XK_space };
  g_autofree char *file = NULL;
  gsize size;
  gint64 seen;
  ProbePlace place;
  XWindowAttributes attributes;

  if (!g_file_get_contents (path, &file, &size, NULL) || size < sizeof place)
    return 2;
  memcpy (&place, file, sizeof place);
  while (!find_text (probe, &place, file + sizeof place))
    {
      if (g_get_monotonic_time () - probe->begin > PROBE_SCREEN_START_US)
        {
          g_printerr ("the first line was not seen\n");
          return 1;
        }
      g_usleep (4000);
    }
  seen = g_get_monotonic_time ();
  printf ("text_ms=%.1f\n", (double) (seen - probe->begin) / 1000);
  fflush (stdout);
  if (seconds == 0)
    return 0;
  probe_screen_click (probe, place.x + 1, place.y + place.height / 2);
  XGetWindowAttributes (probe->display, probe->window, &attributes);
  place.width = MIN (KEYS_WIDTH, attributes.width - place.x);
  probe_screen_type (probe, &place, "soon", symbols, G_N_ELEMENTS (symbols), SOON_KEYS);
  probe_screen_wait_for_rest (seconds * G_USEC_PER_SEC);
  printf ("rest_ms=%.1f\n", (double) (g_get_monotonic_time () - seen) / 1000);
  probe_screen_type (probe, &place, "later", symbols, G_N_ELEMENTS (symbols), LATER_KEYS);
  return 0;
}

int
main (int argc, char **argv)
{
  ProbeScreen probe = { .key_limit_us = G_USEC_PER_SEC };
  gboolean placing = argc > 5 && strcmp (argv[1], "place") == 0;
  int status = 1;

  if (!placing && (argc < 5 || strcmp (argv[1], "type") != 0))
    {
      g_printerr ("key-probe place PLACE X Y COMMAND… | type PLACE SECONDS COMMAND…\n");
      return 2;
    }
  if (probe_screen_start (&probe, argv + (placing ? 5 : 4)))
    status = placing ? find_place (&probe, argv[2], atoi (argv[3]), atoi (argv[4])) : type (&probe, argv[2], atoi (argv[3]));
  else
    g_printerr ("no window\n");
  fflush (stdout);
  process_tree_end ();
  return status;
}
