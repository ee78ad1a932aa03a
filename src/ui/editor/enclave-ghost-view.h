/* enclave-ghost-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* A source view that can show a text behind the caret which is not there: drawn over the view, never in the buffer. Neither the caret
 * nor the text before it moves; lines below make room while the text has more than one. */
#define ENCLAVE_TYPE_GHOST_VIEW (enclave_ghost_view_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveGhostView, enclave_ghost_view, ENCLAVE, GHOST_VIEW, GtkSourceView)

/* Draws in the coordinates of the text, behind its letters. */
typedef void (*EnclaveGhostUnderlay) (EnclaveGhostView *self, GtkSnapshot *snapshot, gpointer user_data);

/* @draw: (nullable): takes the place of the one before. */
void enclave_ghost_view_set_underlay (EnclaveGhostView *self, EnclaveGhostUnderlay draw, gpointer user_data);
/* @text: (nullable): lines end with LF; NULL or "": none. */
void enclave_ghost_view_set_ghost (EnclaveGhostView *self, const char *text);
/* (nullable). Borrowed. */
const char *enclave_ghost_view_get_ghost (EnclaveGhostView *self);
/* TRUE while the view gets its place and gives places to what is in it. */
gboolean enclave_ghost_view_get_in_layout (EnclaveGhostView *self);

G_END_DECLS
