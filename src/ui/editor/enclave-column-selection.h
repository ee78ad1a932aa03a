/* enclave-column-selection.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-column-edits.h"
#include "enclave-ghost-view.h"

G_BEGIN_DECLS

/* A rectangle of lines and columns that is typed into, in one view: begun with Alt+Shift+drag, with Ctrl+Alt+Shift and an arrow, or with
 * enclave_column_selection_begin(); grown with Shift and an arrow. What is typed, deleted, pasted, cut and copied is so in each line. It
 * ends with Escape, with undo, when the caret goes elsewhere and when others change the text. Signal: "began". */
#define ENCLAVE_TYPE_COLUMN_SELECTION (enclave_column_selection_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveColumnSelection, enclave_column_selection, ENCLAVE, COLUMN_SELECTION, GObject)

/* Lives until it is dropped. */
EnclaveColumnSelection *enclave_column_selection_new (EnclaveGhostView *view);
/* Of the selection, else of the caret's place. */
void enclave_column_selection_begin (EnclaveColumnSelection *self);
/* Returns: FALSE when there was none. */
gboolean enclave_column_selection_end (EnclaveColumnSelection *self);
/* Returns: FALSE when there is none. */
gboolean enclave_column_selection_get (EnclaveColumnSelection *self, EnclaveColumns *columns);
/* Moves the corner that the caret is in. */
void enclave_column_selection_move (EnclaveColumnSelection *self, int lines, int columns);
/* Text as from the clipboard. Returns: FALSE when it has more lines than a rectangle: then there is none any more, and it is to be pasted
 * as ever. */
gboolean enclave_column_selection_paste (EnclaveColumnSelection *self, const char *text);
void enclave_column_selection_drop (EnclaveColumnSelection *self);

G_END_DECLS
