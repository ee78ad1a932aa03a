/* probe-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "probe-window.h"

#include <fcntl.h>
#include <unistd.h>

#include "process-tree.h"

#define LEAST_WIDTH 400
#define LEAST_HEIGHT 300

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
