/* enclave-still-pointer.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* While somebody types, lets nothing in @widget take a pointer that rests over it for one that moves. The toolkit tells of the pointer
 * again whenever it has laid something out; scrolled windows then fade their scrollbars in and out, for two seconds of frames each time,
 * and a key waits for the next frame instead of being seen at once. */
void enclave_still_pointer_watch (GtkWidget *widget);

G_END_DECLS
