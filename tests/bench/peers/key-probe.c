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
#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../percentile.h"
#include "../probe-window.h"
#include "../process-tree.h"

#define START_US (90 * G_USEC_PER_SEC)
#define KEY_LIMIT_US G_USEC_PER_SEC
#define KEY_US 50000
#define KEY_SPREAD_US 30000
#define SOON_KEYS 15
#define LATER_KEYS 40
/* A letter at the start of a line moves all that follows; a caret that blinks is narrower. */
#define MOVED_COLUMNS 24
/* One line, though more than the line may change with a key: colours, a list of words. */
#define MAX_WIDTH 250
#define MAX_HEIGHT 24
#define NUMBERS_WIDTH 80
/* So far the keys push the line to the right. */
#define KEYS_WIDTH 900
#define WINDOW_WIDTH 1280
#define WINDOW_HEIGHT 800
#define REST_US (1500 * 1000)
#define REST_SHARE 0.06

typedef struct
{
  int x;
  int y;
  int width;
  int height;
} Place;

typedef struct
{
  Display *display;
  Window window;
  Damage damage;
  gint64 begin;
} Probe;

static XImage *
grab (Probe *probe, const Place *place)
{
  return XGetImage (probe->display, probe->window, place->x, place->y, (unsigned) place->width, (unsigned) place->height,
                    AllPlanes, ZPixmap);
}

static guint32
get_pixel (XImage *image, int x, int y)
{
  guint32 pixel;

  memcpy (&pixel, image->data + (gsize) y * (gsize) image->bytes_per_line + (gsize) x * sizeof pixel, sizeof pixel);
  return pixel & 0xffffff;
}

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
        guint32 pixel = get_pixel (image, x, y);

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
      ink[y * image->width + x] = !is_near (get_pixel (image, x, y), background);
  return ink;
}

static gboolean
is_alike (const Place *place, const char *ink, const char *seen, int seen_width)
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
find_text (Probe *probe, Place *place, const char *ink)
{
  const Place wide = { place->x, place->y, place->width + NUMBERS_WIDTH, place->height };
  XImage *image = grab (probe, &wide);
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

static int
count_changed (XImage *before, XImage *after, int y, int height, int *first, int *last)
{
  int n = 0;

  for (int x = 0; x < before->width; x++)
    for (int row = y; row < y + height; row++)
      if (get_pixel (before, x, row) != get_pixel (after, x, row))
        {
          if (n++ == 0 && first != NULL)
            *first = x;
          if (last != NULL)
            *last = x;
          break;
        }
  return n;
}

/* The line that a key moved: of the bands of rows in which something changed, the one with most changes. */
static gboolean
find_line (XImage *before, XImage *after, Place *line)
{
  gint64 most = 0;
  gint64 sum = 0;
  int start = -1;

  for (int y = 0; y <= before->height; y++)
    {
      int n = y < before->height ? count_changed (before, after, y, 1, NULL, NULL) : 0;

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
              count_changed (before, after, start, y - start, &first, &last);
              *line = (Place) { first, start, MIN (last - first + 1, MAX_WIDTH), MIN (y - start, MAX_HEIGHT) };
            }
          start = -1;
          sum = 0;
        }
    }
  return most > 0 && line->width > MOVED_COLUMNS;
}

static void
press (Probe *probe, KeySym symbol)
{
  KeyCode code = XKeysymToKeycode (probe->display, symbol);

  XTestFakeKeyEvent (probe->display, code, True, 0);
  XTestFakeKeyEvent (probe->display, code, False, 0);
  XFlush (probe->display);
}

static void
click (Probe *probe, int x, int y)
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

static gboolean
wait_for_window (Probe *probe, char **command)
{
  probe->display = probe_window_open_display ();
  if (probe->display == NULL)
    return FALSE;
  probe->begin = g_get_monotonic_time ();
  probe_window_start (probe->display, command);
  while ((probe->window = probe_window_find (probe->display)) == 0)
    {
      if (g_get_monotonic_time () - probe->begin > START_US)
        return FALSE;
      g_usleep (5000);
    }
  /* each in the same room, whatever it would choose */
  XResizeWindow (probe->display, probe->window, WINDOW_WIDTH, WINDOW_HEIGHT);
  probe->damage = probe_window_watch (probe->display, probe->window);
  XSetInputFocus (probe->display, probe->window, RevertToParent, CurrentTime);
  return TRUE;
}

/* Until the program and all that it started need next to nothing of a processor. */
static void
wait_for_rest (gint64 limit_us)
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

static int
find_place (Probe *probe, const char *path, int x, int y)
{
  XWindowAttributes attributes;
  Place all;
  Place line = { 0 };
  XImage *first;
  XImage *before;
  XImage *after;
  g_autofree char *ink = NULL;
  g_autofree char *file = NULL;
  gsize size;

  wait_for_rest (40 * G_USEC_PER_SEC);
  XGetWindowAttributes (probe->display, probe->window, &attributes);
  all = (Place) { 0, 0, attributes.width, attributes.height };
  click (probe, x, y);
  g_usleep (700000);
  XTestFakeKeyEvent (probe->display, XKeysymToKeycode (probe->display, XK_Control_L), True, 0);
  press (probe, XK_Home);
  XTestFakeKeyEvent (probe->display, XKeysymToKeycode (probe->display, XK_Control_L), False, 0);
  XSync (probe->display, False);
  g_usleep (700000);
  first = grab (probe, &all);
  /* the first key also marks the file as changed, somewhere */
  press (probe, XK_space);
  g_usleep (1200000);
  before = grab (probe, &all);
  press (probe, XK_space);
  g_usleep (1200000);
  after = grab (probe, &all);
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

/* Milliseconds until the line has moved; negative when it does not. */
static double
type_key (Probe *probe, const Place *place, KeySym symbol)
{
  XImage *before;
  gint64 pressed;
  double taken = -1;

  probe_window_take_damage (probe->display, probe->damage);
  XSync (probe->display, False);
  before = grab (probe, place);
  if (before == NULL)
    return -1;
  pressed = g_get_monotonic_time ();
  press (probe, symbol);
  while (taken < 0 && g_get_monotonic_time () - pressed < KEY_LIMIT_US)
    {
      probe_window_wait (probe->display, 20);
      if (probe_window_take_damage (probe->display, probe->damage))
        {
          gint64 now = g_get_monotonic_time ();
          XImage *after = grab (probe, place);

          if (after != NULL && count_changed (before, after, 0, place->height, NULL, NULL) >= MOVED_COLUMNS)
            taken = (double) (now - pressed) / 1000;
          if (after != NULL)
            XDestroyImage (after);
        }
    }
  XDestroyImage (before);
  return taken;
}

static void
type_keys (Probe *probe, const Place *place, const char *name, int n_keys)
{
  double *taken = g_newa (double, n_keys);
  double cpu = process_tree_get_cpu_ms ();
  gint64 due = g_get_monotonic_time ();
  int lost = 0;

  for (int i = 0; i < n_keys; i++)
    {
      /* no two neighbours alike: what only moves by a letter is seen to move */
      static const KeySym symbols[] = { XK_w, XK_o, XK_x, XK_i, XK_m, XK_e, XK_space };
      gint64 now = g_get_monotonic_time ();

      if (due > now)
        g_usleep ((gulong) (due - now));
      taken[i] = type_key (probe, place, symbols[(guint) i % G_N_ELEMENTS (symbols)]);
      if (taken[i] < 0)
        {
          lost++;
          taken[i] = (double) KEY_LIMIT_US / 1000;
        }
      /* at no fixed distance, or frames would always be as far from it */
      due = MAX (due, g_get_monotonic_time () - KEY_US / 2) + KEY_US + rand () % KEY_SPREAD_US;
    }
  cpu = (process_tree_get_cpu_ms () - cpu) / n_keys;
  percentile_sort (taken, (guint) n_keys);
  printf ("%s_p50=%.1f\n%s_p95=%.1f\n%s_lost=%d\n%s_cpu=%.1f\n", name,
          percentile_get (taken, (guint) n_keys, 50), name, percentile_get (taken, (guint) n_keys, 95), name, lost, name, cpu);
  fflush (stdout);
}

static int
type (Probe *probe, const char *path, int seconds)
{
  g_autofree char *file = NULL;
  gsize size;
  gint64 seen;
  Place place;
  XWindowAttributes attributes;

  if (!g_file_get_contents (path, &file, &size, NULL) || size < sizeof place)
    return 2;
  memcpy (&place, file, sizeof place);
  while (!find_text (probe, &place, file + sizeof place))
    {
      if (g_get_monotonic_time () - probe->begin > START_US)
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
  click (probe, place.x + 1, place.y + place.height / 2);
  XGetWindowAttributes (probe->display, probe->window, &attributes);
  place.width = MIN (KEYS_WIDTH, attributes.width - place.x);
  type_keys (probe, &place, "soon", SOON_KEYS);
  wait_for_rest (seconds * G_USEC_PER_SEC);
  printf ("rest_ms=%.1f\n", (double) (g_get_monotonic_time () - seen) / 1000);
  type_keys (probe, &place, "later", LATER_KEYS);
  return 0;
}

int
main (int argc, char **argv)
{
  Probe probe = { 0 };
  gboolean placing = argc > 5 && strcmp (argv[1], "place") == 0;
  int status = 1;

  if (!placing && (argc < 5 || strcmp (argv[1], "type") != 0))
    {
      g_printerr ("key-probe place PLACE X Y COMMAND… | type PLACE SECONDS COMMAND…\n");
      return 2;
    }
  if (wait_for_window (&probe, argv + (placing ? 5 : 4)))
    status = placing ? find_place (&probe, argv[2], atoi (argv[3]), atoi (argv[4])) : type (&probe, argv[2], atoi (argv[3]));
  else
    g_printerr ("no window\n");
  fflush (stdout);
  process_tree_end ();
  return status;
}
