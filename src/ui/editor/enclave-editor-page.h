/* enclave-editor-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>

#include "enclave-document.h"
#include "enclave-indentation.h"
#include "enclave-info-row.h"
#include "enclave-inline-completion.h"
#include "enclave-snippets.h"
#include "enclave-text-style.h"

G_BEGIN_DECLS

/* Notes of a page, the most urgent first. */
typedef enum
{
  ENCLAVE_EDITOR_NOTE_CLOSE,         /* unsaved changes, the tab is to close */
  ENCLAVE_EDITOR_NOTE_SAVE_FAILED,
  ENCLAVE_EDITOR_NOTE_OVERWRITE,     /* save, but the file changed since */
  ENCLAVE_EDITOR_NOTE_SAVE_HELD,     /* save, but not now */
  ENCLAVE_EDITOR_NOTE_DRAFT,         /* unsaved text of a run that did not end by itself */
  ENCLAVE_EDITOR_NOTE_DISK_CHANGED,
  ENCLAVE_EDITOR_NOTE_DELETED,
  ENCLAVE_EDITOR_NOTE_NO_DRAFT,      /* unsaved text can't be kept now */
  ENCLAVE_EDITOR_NOTE_OTHER_EDITOR,  /* another Enclave has unsaved text of this file */
  ENCLAVE_EDITOR_NOTE_OPEN_ELSEWHERE, /* in another Enclave */
  ENCLAVE_EDITOR_NOTE_NEW_FILE,
  ENCLAVE_EDITOR_NOTE_SECRET,        /* a memory file with one in it */
  ENCLAVE_EDITOR_NOTE_DENIED,
  ENCLAVE_EDITOR_NOTE_READ_ONLY,
  ENCLAVE_EDITOR_NOTE_FILE_VIEW,     /* shown to be read only, and why */
  ENCLAVE_EDITOR_NOTE_HEAVY,
  ENCLAVE_EDITOR_NOTE_ENCODING, /* its bytes are no text in the one that was chosen */
  ENCLAVE_EDITOR_NOTE_REVIEW, /* the agent proposes something here */
} EnclaveEditorNote;

/* Content of an editor tab: a document with its bars and notes. Signals: "compare": show buffer and disk side by side;
 * "close-requested": the person wants the tab gone; "indentation-changed". */
#define ENCLAVE_TYPE_EDITOR_PAGE (enclave_editor_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveEditorPage, enclave_editor_page, ENCLAVE, EDITOR_PAGE, GtkWidget)

/* @settings: (nullable). */
GtkWidget *enclave_editor_page_new (EnclaveDocument *document, EnclaveTextStyle *style, GSettings *settings);
EnclaveDocument *enclave_editor_page_get_document (EnclaveEditorPage *self);
GtkSourceView *enclave_editor_page_get_view (EnclaveEditorPage *self);
/* What suggests in it. Borrowed. */
EnclaveInlineCompletion *enclave_editor_page_get_completion (EnclaveEditorPage *self);
EnclaveInfoRow *enclave_editor_page_get_info_row (EnclaveEditorPage *self);
EnclaveTextStyle *enclave_editor_page_get_style (EnclaveEditorPage *self);
/* For texts that are made, not opened. */
void enclave_editor_page_set_editable (EnclaveEditorPage *self, gboolean editable);
/* A file that was not looked for but led to, like a header of the system: it can be read, and changed only when the person says so.
 * Before it is loaded. */
void enclave_editor_page_set_foreign (EnclaveEditorPage *self);

/* Loads the document's file; then goes to @line, @column. Failure is shown in the page. */
void enclave_editor_page_load (EnclaveEditorPage *self, guint line, guint column);
/* The same once its tab is shown. */
void enclave_editor_page_load_when_shown (EnclaveEditorPage *self, guint line, guint column);
/* Whether it says why its file could not be read. */
gboolean enclave_editor_page_get_failed (EnclaveEditorPage *self);
/* Where the caret is, from 1; before the text is there, where it will be. */
void enclave_editor_page_get_place (EnclaveEditorPage *self, guint *line, guint *column);
/* From 1; @line 0: nothing. While the text loads, the place is kept for then. */
void enclave_editor_page_go_to (EnclaveEditorPage *self, guint line, guint column);
gboolean enclave_editor_page_focus (EnclaveEditorPage *self);
void enclave_editor_page_find (EnclaveEditorPage *self, gboolean replace);
void enclave_editor_page_find_next (EnclaveEditorPage *self, gboolean forward);
/* A second view of the same text below the first. */
gboolean enclave_editor_page_get_split (EnclaveEditorPage *self);
void enclave_editor_page_set_split (EnclaveEditorPage *self, gboolean split);
/* What is typed changes all occurrences of the selection or word. Returns: how many there are. */
guint enclave_editor_page_change_all (EnclaveEditorPage *self);
void enclave_editor_page_ask_line (EnclaveEditorPage *self);
/* Closes an open bar. Returns: FALSE when there was none. */
gboolean enclave_editor_page_step_back (EnclaveEditorPage *self);

/* @rule: (nullable): of what looks like a secret in this memory file. */
void enclave_editor_page_set_secret (EnclaveEditorPage *self, const char *rule);
/* @rule: (nullable): the rule that keeps this file from the agent. */
void enclave_editor_page_set_denied (EnclaveEditorPage *self, const char *rule);
EnclaveIndentation enclave_editor_page_get_indentation (EnclaveEditorPage *self);
void enclave_editor_page_set_indentation (EnclaveEditorPage *self, EnclaveIndentation indentation);

/* @as: ask for the name first. Failure and questions are shown in the page. The result is FALSE when nothing was saved. */
void enclave_editor_page_save_async (EnclaveEditorPage *self, gboolean as, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_editor_page_save_finish (EnclaveEditorPage *self, GAsyncResult *result, GError **error);
/* @reason: while files are not to be written: what is saved meanwhile waits, and the page says so with these words. NULL: from now on
 * they are, and what waits is saved. */
void enclave_editor_page_hold_saves (EnclaveEditorPage *self, const char *reason);
/* Asks in the page when there are unsaved changes. The result is TRUE when the page may close. */
void enclave_editor_page_query_close_async (EnclaveEditorPage *self, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_editor_page_query_close_finish (EnclaveEditorPage *self, GAsyncResult *result, GError **error);

/* Makes a rectangle of the selection or of the caret's place, which Shift and arrows make larger; ends the one that is there. */
void enclave_editor_page_select_columns (EnclaveEditorPage *self);
void enclave_editor_page_set_snippets (EnclaveEditorPage *self, EnclaveSnippets *snippets);
/* For the language of the text. Returns: (transfer full) (nullable) (element-type EnclaveSnippet): NULL when the text can't be edited or
 * snippets are switched off. */
GPtrArray *enclave_editor_page_list_snippets (EnclaveEditorPage *self);
/* At the caret. Returns: FALSE when there is none with this trigger. */
gboolean enclave_editor_page_insert_snippet (EnclaveEditorPage *self, const char *trigger);

G_END_DECLS
