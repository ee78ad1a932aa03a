/* window-probe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Watches a program's start from outside, through the X server: `window-probe COMMAND…` prints `usable_ms` (from exec until the
 * window holds nine tenths of what its settled picture holds, and keeps it), and `pss_kib` and `cpu_ms` of the process tree then. */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "probe-window.h"
#include "process-tree.h"

#define QUIET_US (1200 * 1000)
#define LIMIT_US (20 * 1000 * 1000)
#define SAMPLE_MS 8
#define COLOURS 65536

typedef struct
{
  gint64 at;
  double content;
} Sample;

/* Share of pixels that differ from the commonest colour. */
static double
measure (Display *display, Window window)
{
  static guint histogram[COLOURS];
  XWindowAttributes attributes;
  XImage *image;
  guint most = 0;
  gulong total = 0;

  if (!XGetWindowAttributes (display, window, &attributes))
    return 0;
  image = XGetImage (display, window, 0, 0, (unsigned) attributes.width, (unsigned) attributes.height, AllPlanes,
                     ZPixmap);
  if (image == NULL)
    return 0;
  memset (histogram, 0, sizeof histogram);
  for (int y = 0; y < image->height; y += 2)
    {
      const guint32 *row = (const guint32 *) (gpointer) (image->data + (gsize) y * (gsize) image->bytes_per_line);

      for (int x = 0; x < image->width; x++, total++)
        histogram[((row[x] >> 8) & 0xf800) | ((row[x] >> 5) & 0x7e0) | ((row[x] >> 3) & 0x1f)]++;
    }
  XDestroyImage (image);
  for (guint i = 0; i < COLOURS; i++)
    most = MAX (most, histogram[i]);
  return total > 0 ? 1.0 - (double) most / (double) total : 0;
}

int
main (int argc, char **argv)
{
  Display *display = probe_window_open_display ();
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  gint64 begin = g_get_monotonic_time ();
  gint64 changed = begin;
  gint64 usable = -1;
  double last = -1;
  Window window = 0;
  Damage damage = 0;
  pid_t pid;

  if (argc < 2 || display == NULL)
    return 2;
  pid = probe_window_start (display, argv + 1);
  while (g_get_monotonic_time () - begin < LIMIT_US)
    {
      gint64 now = g_get_monotonic_time ();
      gboolean painted = FALSE;

      if (window == 0 && (window = probe_window_find (display)) != 0)
        {
          damage = probe_window_watch (display, window);
          painted = TRUE;
        }
      /* a picture is looked at when it has changed, or who looks would take the time that is measured */
      if (window != 0 && (probe_window_take_damage (display, damage) || painted))
        {
          Sample sample = { now, measure (display, window) };

          g_array_append_val (samples, sample);
          if (ABS (sample.content - last) > 0.002)
            changed = sample.at;
          last = sample.content;
        }
      if (window != 0 && now - changed > QUIET_US)
        break;
      if (waitpid (pid, NULL, WNOHANG) == pid)
        {
          fprintf (stderr, "%s ended before its window stood\n", argv[1]);
          return 1;
        }
      if (window == 0)
        g_usleep (SAMPLE_MS * 1000);
      else
        probe_window_wait (display, SAMPLE_MS);
    }
  for (guint i = samples->len; i-- > 0;)
    {
      const Sample *sample = &g_array_index (samples, Sample, i);

      if (sample->content < 0.9 * last)
        break;
      usable = sample->at - begin;
    }
  printf ("usable_ms=%.1f\ncpu_ms=%.1f\npss_kib=%" G_GUINT64_FORMAT "\n", (double) usable / 1000, process_tree_get_cpu_ms (),
          process_tree_get_pss_kib ());
  fflush (stdout);
  process_tree_end ();
  return usable < 0;
}
