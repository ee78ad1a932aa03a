/* enclave-still-caret.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* While somebody types into @view its caret does not blink. The toolkit fades it in and out, and paints frames for that without end: a
 * key that comes between two of them is seen only with the next one. With none under way it is seen at once. */
void enclave_still_caret_watch (GtkTextView *view);

G_END_DECLS
