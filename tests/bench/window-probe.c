/* window-probe.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Watches a program's start from outside, through the X server: `window-probe COMMAND…` prints `usable_ms` (from exec until the
 * window holds nine tenths of what its settled picture holds, and keeps it) and `pss_kib` of the process tree. */

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <dirent.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define QUIET_US (1200 * 1000)
#define LIMIT_US (20 * 1000 * 1000)
#define SAMPLE_US (8 * 1000)
#define COLOURS 65536

typedef struct
{
  gint64 at;
  double content;
} Sample;

static int
ignore_error (Display *display, XErrorEvent *event)
{
  return 0;
}

static Window
find_window (Display *display)
{
  Window root;
  Window parent;
  Window *children = NULL;
  Window found = 0;
  unsigned int n = 0;

  if (!XQueryTree (display, DefaultRootWindow (display), &root, &parent, &children, &n))
    return 0;
  for (unsigned int i = 0; i < n; i++)
    {
      XWindowAttributes attributes;

      if (XGetWindowAttributes (display, children[i], &attributes) && attributes.map_state == IsViewable
          && attributes.width > 400 && attributes.height > 300)
        found = children[i];
    }
  if (children != NULL)
    XFree (children);
  return found;
}

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

static guint64
tree_pss (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", (int) pid);
  g_autofree char *text = NULL;
  const char *line;
  guint64 sum = 0;
  DIR *proc;
  struct dirent *entry;

  if (g_file_get_contents (path, &text, NULL, NULL) && (line = strstr (text, "\nPss:")) != NULL)
    sum = g_ascii_strtoull (line + 5, NULL, 10);
  proc = opendir ("/proc");
  while (proc != NULL && (entry = readdir (proc)) != NULL)
    {
      g_autofree char *stat_path = g_strdup_printf ("/proc/%s/stat", entry->d_name);
      g_autofree char *stat = NULL;
      const char *end;
      int parent = -1;

      if (!g_ascii_isdigit (entry->d_name[0]) || !g_file_get_contents (stat_path, &stat, NULL, NULL))
        continue;
      end = strrchr (stat, ')');
      if (end != NULL && sscanf (end + 2, "%*c %d", &parent) == 1 && parent == pid)
        sum += tree_pss (atoi (entry->d_name));
    }
  if (proc != NULL)
    closedir (proc);
  return sum;
}

int
main (int argc, char **argv)
{
  Display *display = XOpenDisplay (NULL);
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  gint64 begin = g_get_monotonic_time ();
  gint64 changed = begin;
  gint64 usable = -1;
  double last = -1;
  Window window = 0;
  pid_t pid;

  if (argc < 2 || display == NULL)
    return 2;
  XSetErrorHandler (ignore_error);
  pid = fork ();
  if (pid == 0)
    {
      setpgid (0, 0);
      execvp (argv[1], argv + 1);
      _exit (127);
    }
  while (g_get_monotonic_time () - begin < LIMIT_US)
    {
      Sample sample;

      if (window == 0)
        window = find_window (display);
      sample.content = window != 0 ? measure (display, window) : 0;
      sample.at = g_get_monotonic_time ();
      g_array_append_val (samples, sample);
      if (ABS (sample.content - last) > 0.002)
        changed = sample.at;
      last = sample.content;
      if (window != 0 && sample.at - changed > QUIET_US)
        break;
      if (waitpid (pid, NULL, WNOHANG) == pid)
        {
          fprintf (stderr, "%s ended before its window stood\n", argv[1]);
          return 1;
        }
      g_usleep (SAMPLE_US);
    }
  for (guint i = samples->len; i-- > 0;)
    {
      const Sample *sample = &g_array_index (samples, Sample, i);

      if (sample->content < 0.9 * last)
        break;
      usable = sample->at - begin;
    }
  printf ("usable_ms=%.1f\npss_kib=%" G_GUINT64_FORMAT "\n", (double) usable / 1000, tree_pss (pid));
  kill (-pid, SIGTERM);
  g_usleep (300000);
  kill (-pid, SIGKILL);
  waitpid (pid, NULL, 0);
  return usable < 0;
}
