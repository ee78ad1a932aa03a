/* enclave-document.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

#include "enclave-editor-config.h"
#include "enclave-text-file.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_DISK_SAME,     /* as far as is known */
  ENCLAVE_DISK_CHANGED,  /* the file on disk has another text, the buffer has unsaved edits */
  ENCLAVE_DISK_DELETED,
} EnclaveDiskState;

/* An open file: the buffer that a person edits, the state of the file it came from, and the watch over that file. The
 * bytes of an unedited text always equal those of the file. Unsaved text is kept as a draft. Properties: "title", "modified",
 * "busy", "disk-state", "line-ends", "file", "draft-problem". Signals: "reloaded": the buffer took a newer text from disk; "rewriting": the whole text
 * is about to become another one, letter for letter. */
#define ENCLAVE_TYPE_DOCUMENT (enclave_document_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveDocument, enclave_document, ENCLAVE, DOCUMENT, GObject)

/* @file: (nullable): NULL for a text that has no file yet; @title is its name then. */
EnclaveDocument *enclave_document_new (GFile *file, const char *title);
GtkSourceBuffer *enclave_document_get_buffer (EnclaveDocument *self);
GFile *enclave_document_get_file (EnclaveDocument *self);
/* Absolute path without symbolic links, of when the file was opened or saved. NULL before that. Borrowed. */
const char *enclave_document_get_true_path (EnclaveDocument *self);
const char *enclave_document_get_title (EnclaveDocument *self);
gboolean enclave_document_get_modified (EnclaveDocument *self);
gboolean enclave_document_get_busy (EnclaveDocument *self);
/* No text has been shown yet. */
gboolean enclave_document_get_loaded (EnclaveDocument *self);
EnclaveDiskState enclave_document_get_disk_state (EnclaveDocument *self);
/* The first lines of a long text are there, the others come. Property "filling". */
gboolean enclave_document_get_filling (EnclaveDocument *self);
/* The file did not exist when it was opened; saving makes it. */
gboolean enclave_document_get_is_new (EnclaveDocument *self);
/* Where it is made, when the file is a link that led to nothing as it was opened. Borrowed, NULL otherwise. */
const char *enclave_document_get_link_target (EnclaveDocument *self);
gboolean enclave_document_get_read_only (EnclaveDocument *self);
/* Too much text for highlighting and wrapping. */
gboolean enclave_document_get_heavy (EnclaveDocument *self);
/* Bytes of the longest line, as of the last load. */
gsize enclave_document_get_longest_line (EnclaveDocument *self);
const char *enclave_document_get_encoding (EnclaveDocument *self);
gboolean enclave_document_get_has_bom (EnclaveDocument *self);
EnclaveLineEnds enclave_document_get_line_ends (EnclaveDocument *self);
/* Gives every line the end @line_ends (not MIXED), as one undo step. */
void enclave_document_set_line_ends (EnclaveDocument *self, EnclaveLineEnds line_ends);

/* The bytes of the file can be read as other text: nothing is unsaved, and nothing is under way. */
gboolean enclave_document_can_read_as (EnclaveDocument *self);
/* Reads them as @encoding, a name of enclave_text_file_list_encodings(), which counts for the next loads of the file as well. Only where it
 * can be. Finish: FALSE with ENCLAVE_TEXT_FILE_ERROR: the text stays as it was. */
void enclave_document_read_as_async (EnclaveDocument *self, const char *encoding, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean enclave_document_read_as_finish (EnclaveDocument *self, GAsyncResult *result, GError **error);
/* The next save writes @encoding. Until then the document is modified. */
void enclave_document_write_as (EnclaveDocument *self, const char *encoding, gboolean has_bom);

/* The whole text, every character as it is. (transfer full) */
char *enclave_document_dup_text (EnclaveDocument *self);
/* The text as it is on disk now, when the state is ENCLAVE_DISK_CHANGED. Borrowed, NULL when it can't be read. */
const char *enclave_document_get_disk_text (EnclaveDocument *self);
/* Takes @text by changing only what differs, as one undo step: caret and marks elsewhere stay.
 * Returns: FALSE when @text is no valid UTF-8 or the document shows nothing. */
gboolean enclave_document_apply_text (EnclaveDocument *self, const char *text);

/* Shows @text (UTF-8, else nothing happens) in a document without a file as what it has to begin with: unmodified, not to be undone. */
void enclave_document_show_text (EnclaveDocument *self, const char *text);

/* Whether .editorconfig files count, from the next load or save on. At first they don't. */
void enclave_document_set_use_editor_config (EnclaveDocument *self, gboolean use);
/* What they said when the document was loaded or saved last; nothing where they don't count. Borrowed. */
const EnclaveEditorConfig *enclave_document_get_editor_config (EnclaveDocument *self);

/* Reads the file. An ENCLAVE_TEXT_FILE_ERROR or G_IO_ERROR says why nothing can be shown. With a line longer than
 * ENCLAVE_EDITOR_MAX_LINE_BYTES it fails with ENCLAVE_TEXT_FILE_ERROR_TOO_LARGE unless @any_line. */
void enclave_document_load_async (EnclaveDocument *self, gboolean any_line, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_document_load_finish (EnclaveDocument *self, GAsyncResult *result, GError **error);
/* @file: (nullable): save under another name; the document then belongs to that file.
 * @force: overwrite a file that changed since. A failed save leaves the document modified.
 * Where .editorconfig files count, blanks at the ends of lines and the end of the text become as they ask first, as an edit that can
 * be undone; a text that is too long for highlighting is saved as it is. */
void enclave_document_save_async (EnclaveDocument *self, GFile *file, gboolean force, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_document_save_finish (EnclaveDocument *self, GAsyncResult *result, GError **error);

/* The file lies at @file now. */
void enclave_document_file_moved (EnclaveDocument *self, GFile *file);
/* Looks whether the file changed. An unmodified document takes the new text; else the state becomes CHANGED. */
void enclave_document_check_disk (EnclaveDocument *self);
/* Folder of the project that the document is edited in; NULL for none. Before the first edit. */
void enclave_document_set_project (EnclaveDocument *self, const char *project);
/* Why unsaved text is not kept at the moment. Borrowed, NULL while it is. */
const char *enclave_document_get_draft_problem (EnclaveDocument *self);
/* The person does not want what is unsaved. */
void enclave_document_drop_draft (EnclaveDocument *self);

/* Answers to ENCLAVE_DISK_CHANGED. */
void enclave_document_reload (EnclaveDocument *self);
void enclave_document_keep_mine (EnclaveDocument *self);

G_END_DECLS
