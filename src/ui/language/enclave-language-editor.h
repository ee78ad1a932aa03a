/* enclave-language-editor.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-editor-page.h"
#include "enclave-language-marks.h"
#include "enclave-language-service.h"

G_BEGIN_DECLS

/* Ties an editor page to the language servers of its project: they are told of its text, and what they say is shown in it. Goes with
 * the page. */
#define ENCLAVE_TYPE_LANGUAGE_EDITOR (enclave_language_editor_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveLanguageEditor, enclave_language_editor, ENCLAVE, LANGUAGE_EDITOR, GObject)

/* The one of @page, made when there is none yet. Borrowed. @root: of the project. */
EnclaveLanguageEditor *enclave_language_editor_attach (EnclaveEditorPage *page, EnclaveLanguageService *service, const char *root,
                                                       GSettings *settings);
/* NULL: there is none. Borrowed. */
EnclaveLanguageEditor *enclave_language_editor_get (EnclaveEditorPage *page);
/* Its servers end before the page does. */
void enclave_language_editor_detach (EnclaveEditorPage *page);
EnclaveEditorPage *enclave_language_editor_get_page (EnclaveLanguageEditor *self);
/* (nullable): while the text is in a server. Borrowed. */
EnclaveLanguageMarks *enclave_language_editor_get_marks (EnclaveLanguageEditor *self);
/* Relative to the project; NULL: no server can know it. Borrowed. */
const char *enclave_language_editor_get_path (EnclaveLanguageEditor *self);
void enclave_language_editor_show_signature (EnclaveLanguageEditor *self);
/* Tells them of the text as it is now, before the pause after the last key is over. */
void enclave_language_editor_tell (EnclaveLanguageEditor *self);
/* What the servers say of the file has changed. */
void enclave_language_editor_update (EnclaveLanguageEditor *self);

/* The server that can answer @capability, told of the text as it is now, and where @iter (nullable: the caret) stands in it. Borrowed;
 * NULL: there is none. @position: (out) (optional). */
EnclaveLanguageServer *enclave_language_editor_prepare (EnclaveLanguageEditor *self, const char *capability, const GtkTextIter *iter,
                                                        EnclaveLanguagePosition *position);
/* The place in the buffer, which must be what the server knows. */
void enclave_language_editor_get_iter (EnclaveLanguageEditor *self, EnclaveLanguagePosition position, GtkTextIter *iter);
/* Puts the caret to @position of the page's text, now or as soon as it is loaded. */
void enclave_language_editor_go_to (EnclaveEditorPage *page, EnclaveLanguagePosition position);
/* Shows @text, Markdown when @is_markdown, at @iter until a key or a click. Named for a screen reader. */
void enclave_language_editor_show_text (EnclaveLanguageEditor *self, const GtkTextIter *iter, const char *text, gboolean is_markdown);
void enclave_language_editor_hide_text (EnclaveLanguageEditor *self);

G_END_DECLS
