/* enclave-validation-pace.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text view measures all lines of a text that has just been opened, some hundred at a time, and
 * paints a frame after each: a key that comes meanwhile is not seen before the next one. While
 * somebody types the rest of the measuring waits. What is seen is measured at once, as ever.
 *
 * From now on, for as long as there is @view; its buffer need not be the same all the time. */
void enclave_validation_pace_watch (GtkTextView *view);

/* Returns: whether the lines above what is seen of @view have their heights. Lines that are not
 * measured have none; when they get theirs, the toolkit keeps the place only as far as its range is
 * known by then. FALSE as well where the first line that is seen is higher than others. */
gboolean enclave_validation_pace_is_above_measured (GtkTextView *view);

/* Returns: whether a text view has lines to measure. */
gboolean enclave_validation_pace_is_pending (void);

G_END_DECLS
