/* enclave-hunk-view.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-hunk-text.h"

G_BEGIN_DECLS

/* Draws the lines of a hunk, below each other or side by side: numbers, signs, grounds over the whole width, what differs
 * within a line, colours. A line that is too long continues below its own start. Only what may be seen is laid out. */
#define ENCLAVE_TYPE_HUNK_VIEW (enclave_hunk_view_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveHunkView, enclave_hunk_view, ENCLAVE, HUNK_VIEW, GtkWidget)

GtkWidget *enclave_hunk_view_new (void);
/* @text: (nullable): NULL empties it. */
void enclave_hunk_view_set_text (EnclaveHunkView *self, EnclaveHunkText *text);
EnclaveHunkText *enclave_hunk_view_get_text (EnclaveHunkView *self);
/* Where there is room for it; below each other otherwise. */
void enclave_hunk_view_set_side_by_side (EnclaveHunkView *self, gboolean side_by_side);
/* Text alone, where numbers and signs stand elsewhere. */
void enclave_hunk_view_set_bare (EnclaveHunkView *self, gboolean bare);
/* The height of a line of one row. */
int enclave_hunk_view_get_line_height (EnclaveHunkView *self);
/* Columns between two tab stops. */
void enclave_hunk_view_set_tab_width (EnclaveHunkView *self, guint columns);
/* Only lines in the view's own @top to @bottom need to be drawn; until this is called all are. */
void enclave_hunk_view_set_visible_range (EnclaveHunkView *self, int top, int bottom);
/* Lines laid out when it was last drawn. */
guint enclave_hunk_view_get_n_drawn (EnclaveHunkView *self);

G_END_DECLS
