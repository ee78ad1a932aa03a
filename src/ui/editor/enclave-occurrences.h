/* enclave-occurrences.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* All occurrences of a word or of the selection, changed together: what is typed in the one with the caret comes into the
 * others, in the same undo step. It ends when the caret leaves that one, with undo, and with enclave_occurrences_end(). */
#define ENCLAVE_TYPE_OCCURRENCES (enclave_occurrences_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveOccurrences, enclave_occurrences, ENCLAVE, OCCURRENCES, GObject)

/* Of the selection, else of the word at the caret, which is selected then. Case counts, and a word is found as a whole word.
 * Returns: (transfer full) (nullable): NULL when there is no word. */
EnclaveOccurrences *enclave_occurrences_begin (GtkTextBuffer *buffer);
/* How many there are, the one with the caret too; 0 after the end. */
guint enclave_occurrences_get_n (EnclaveOccurrences *self);
void enclave_occurrences_end (EnclaveOccurrences *self);

G_END_DECLS
