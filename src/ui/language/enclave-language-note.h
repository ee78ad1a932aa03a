/* enclave-language-note.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* A text beside the caret that a language server has written: it takes no focus and goes with the next key. */
typedef struct _EnclaveLanguageNote EnclaveLanguageNote;

/* @view: must outlive it. */
EnclaveLanguageNote *enclave_language_note_new (GtkSourceView *view);
void enclave_language_note_free (EnclaveLanguageNote *self);
void enclave_language_note_show (EnclaveLanguageNote *self, const GtkTextIter *iter, const char *text, gboolean is_markdown);
void enclave_language_note_hide (EnclaveLanguageNote *self);

/* @text as labels, code in the font of code. (transfer floating) */
GtkWidget *enclave_language_note_new_content (const char *text, gboolean is_markdown);

G_END_DECLS
