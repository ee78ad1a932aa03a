/* enclave-syntax-pace.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Takes the analysis of a text's syntax at its own pace. The toolkit's goes on for 30 ms and more
 * at a time as soon as nothing else is to be done, which is between each two frames too: a long
 * file that has just been opened can't be scrolled evenly, and keys wait. This one goes a few
 * milliseconds at a time, and rests while a text is scrolled or typed into, unless what is seen has
 * not been analysed yet. */

/* From now on, for as long as there is @buffer. */
void enclave_syntax_pace_connect (GtkSourceBuffer *buffer);
/* The analysis rests while @view scrolls. For as long as there is @view; its buffer need not be
 * connected, or be the same all the time. */
void enclave_syntax_pace_watch (GtkTextView *view);

G_END_DECLS
