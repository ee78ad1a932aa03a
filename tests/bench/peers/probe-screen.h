/* probe-screen.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <glib.h>

#include "../probe-window.h"

/* Keys typed into a program from outside, and what becomes of a part of the screen. */

/* In which a program has to come up. */
#define PROBE_SCREEN_START_US (90 * G_USEC_PER_SEC)
/* A letter at the start of a line moves all that follows, and another list has other names; a caret that blinks is narrower. */
#define PROBE_SCREEN_MOVED_COLUMNS 24

typedef struct
{
  int x;
  int y;
  int width;
  int height;
} ProbePlace;

typedef struct
{
  Display *display;
  Window window; /* what is looked at: the program's, or all of the screen */
  Damage damage;
  gint64 begin;
  gint64 key_limit_us; /* a key without a change is lost after that */
  int still_ms;        /* no key is pressed before nothing has been painted for so long; 0: whatever is painted */
} ProbeScreen;

/* Starts a command and waits for its window, which gets the size that all get. Whether one came. */
gboolean probe_screen_start (ProbeScreen *probe, char **command);
/* From now on places are those of the screen, for what stands above a window may be one of its own to the server. */
void probe_screen_watch_all (ProbeScreen *probe);
/* Until the program and all that it started need next to nothing of a processor, or the time is over. */
void probe_screen_wait_for_rest (gint64 limit_us);
/* Until nothing has been painted for so long, or a second is over. */
void probe_screen_wait_for_still (ProbeScreen *probe, int milliseconds);
/* A picture of a place, to be destroyed by the caller; NULL where there is none. */
XImage *probe_screen_grab (ProbeScreen *probe, const ProbePlace *place);
guint32 probe_screen_get_pixel (XImage *image, int x, int y);
/* Columns that are not alike in so many rows from y on, the first and the last of them (both nullable). */
int probe_screen_count_changed (XImage *before, XImage *after, int y, int height, int *first, int *last);
/* Presses a key, with Shift where the letter needs it, and the modifiers of ControlMask, ShiftMask and Mod1Mask. */
void probe_screen_press (ProbeScreen *probe, KeySym symbol, unsigned modifiers);
void probe_screen_click (ProbeScreen *probe, int x, int y);
/* Presses a key and waits for the place to change: milliseconds, negative when it does not within limit_us. */
double probe_screen_time_key (ProbeScreen *probe, const ProbePlace *place, KeySym symbol, gint64 limit_us);
/* Types the symbols over and over, n_keys in all, and prints `NAME_p50`, `_p95` and `_max` of the milliseconds to a changed place,
 * `_lost`, the keys that no change followed, and `_cpu`, milliseconds on a processor for a key. */
void probe_screen_type (ProbeScreen *probe, const ProbePlace *place, const char *name, const KeySym *symbols, guint n_symbols,
                        guint n_keys);
