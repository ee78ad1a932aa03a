/* enclave-language-marks.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

#include "enclave-diagnostic.h"

G_BEGIN_DECLS

/* What language servers say, in a view: a sign in the gutter whose shape tells how bad it is, and a line below the text of another form
 * for each: wavy, double, single. No foreground is set: GTK 4.8 dies when a screen reader asks for that of a text. */
#define ENCLAVE_TYPE_LANGUAGE_MARKS (enclave_language_marks_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageMarks, enclave_language_marks, ENCLAVE, LANGUAGE_MARKS, GObject)

EnclaveLanguageMarks *enclave_language_marks_new (GtkSourceView *view);
/* @diagnostics: (element-type EnclaveDiagnostic): of @text, which is what the buffer holds. */
void enclave_language_marks_show (EnclaveLanguageMarks *self, EnclaveLanguageText *text, GPtrArray *diagnostics);
void enclave_language_marks_clear (EnclaveLanguageMarks *self);
gboolean enclave_language_marks_are_none (EnclaveLanguageMarks *self);
/* Messages at @iter, or of its line when @whole_line, one a paragraph. (transfer full) (nullable) */
char *enclave_language_marks_dup_messages (EnclaveLanguageMarks *self, const GtkTextIter *iter, gboolean whole_line);
/* Where the next one (or the one before) begins, seen from @iter; it moves there. FALSE: there is none. */
gboolean enclave_language_marks_step (EnclaveLanguageMarks *self, GtkTextIter *iter, gboolean forward);

/* "dialog-error-symbolic": static. */
const char *enclave_language_marks_get_icon_name (EnclaveDiagnosticSeverity severity);

G_END_DECLS
