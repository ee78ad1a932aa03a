/* enclave-still-caret.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Lets the caret of @view stand still while somebody types, and then be there and gone in turns. The toolkit fades it in and out, and
 * paints frames for that without end: that takes processor and battery, and a key that comes between two of them is seen only with the
 * next one. With none under way it is seen at once. As often and as long as the settings of the toolkit say, and not at all where they
 * say so. */
void enclave_still_caret_watch (GtkTextView *view);

G_END_DECLS
