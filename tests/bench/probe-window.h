/* probe-window.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <X11/Xlib.h>
#include <X11/extensions/Xdamage.h>
#include <glib.h>
#include <sys/types.h>

/* A program seen from outside, through the X server, whatever its toolkit is. */

/* Opens the display of the environment. NULL where there is none. Windows that go meanwhile are no error then. */
Display *probe_window_open_display (void);
/* Starts a command as a descendant that process-tree.h counts. */
pid_t probe_window_start (Display *display, char **command);
/* The window of a program: the topmost that is large enough to be one; 0 when there is none yet. */
Window probe_window_find (Display *display);
/* Has the server tell what is painted into a window. */
Damage probe_window_watch (Display *display, Window window);
/* Whether something was painted since the last call. Takes all events of the display. */
gboolean probe_window_take_damage (Display *display, Damage damage);
/* Until the server tells something, or that time is over. */
void probe_window_wait (Display *display, int milliseconds);
