/* probe-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "probe-window.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "process-tree.h"

#define LEAST_WIDTH 400
#define LEAST_HEIGHT 300

static int damage_event;

static int
ignore_error (Display *display, XErrorEvent *event)
{
  return 0;
}

Display *
probe_window_open_display (void)
{
  XSetErrorHandler (ignore_error);
  return XOpenDisplay (NULL);
}

pid_t
probe_window_start (Display *display, char **command)
{
  pid_t pid;

  process_tree_adopt ();
  pid = fork ();
  if (pid == 0)
    {
      int nothing = open ("/dev/null", O_WRONLY | O_CLOEXEC);

      /* what it says is not among the figures */
      dup2 (nothing, STDOUT_FILENO);
      close (ConnectionNumber (display));
      setpgid (0, 0);
      execvp (command[0], command);
      _exit (127);
    }
  return pid;
}

Window
probe_window_find (Display *display)
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
          && attributes.width > LEAST_WIDTH && attributes.height > LEAST_HEIGHT)
        found = children[i];
    }
  if (children != NULL)
    XFree (children);
  return found;
}

Damage
probe_window_watch (Display *display, Window window)
{
  int error;

  XDamageQueryExtension (display, &damage_event, &error);
  return XDamageCreate (display, window, XDamageReportNonEmpty);
}

gboolean
probe_window_take_damage (Display *display, Damage damage)
{
  gboolean any = FALSE;

  while (XPending (display) > 0)
    {
      XEvent event;

      XNextEvent (display, &event);
      any = any || event.type == damage_event + XDamageNotify;
    }
  if (any)
    XDamageSubtract (display, damage, None, None);
  return any;
}

void
probe_window_wait (Display *display, int milliseconds)
{
  struct pollfd descriptor = { ConnectionNumber (display), POLLIN, 0 };

  XFlush (display);
  if (XEventsQueued (display, QueuedAlready) == 0)
    poll (&descriptor, 1, milliseconds);
}
