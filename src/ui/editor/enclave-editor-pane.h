/* enclave-editor-pane.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtksourceview/gtksource.h>
#include <json-glib/json-glib.h>

#include "enclave-change-set.h"
#include "enclave-editor-page.h"
#include "enclave-gate.h"
#include "enclave-project.h"
#include "enclave-server-list.h"

G_BEGIN_DECLS

/* Editor tabs with their bars. Implements EnclaveBufferOverlay. Installs its actions as group "editor" on itself
 * (new, open, save, save-as, close, find, replace, find-next, find-previous, go-to-line, undo, redo).
 * Properties: "n-documents", "active-file" (GFile, nullable). Signal "leaving" (GFile file, uint line, uint column): another place is
 * about to be opened, and that is where the caret stands. "page-added" (EnclaveEditorPage *): a document was opened,
 * here or in a window that its tab went to.
 * Accessible name: Editor. */
#define ENCLAVE_TYPE_EDITOR_PANE (enclave_editor_pane_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveEditorPane, enclave_editor_pane, ENCLAVE, EDITOR_PANE, GtkWidget)

/* Presents a new window for a tab, and returns its pane. (transfer none) (nullable): there can be none. */
typedef EnclaveEditorPane *(*EnclaveEditorPaneWindowFunc) (gpointer user_data);

GtkWidget *enclave_editor_pane_new (void);
/* Who makes a window for a tab that leaves this one. @user_data outlives the pane. */
void enclave_editor_pane_set_window_func (EnclaveEditorPane *self, EnclaveEditorPaneWindowFunc func, gpointer user_data);
/* The texts open in @self, which is new, are those of @origin's project: what @origin tells of its open files it tells of them, too.
 * @origin may go first. */
void enclave_editor_pane_set_origin (EnclaveEditorPane *self, EnclaveEditorPane *origin);
/* @gate: (nullable): for the "Not shared with the agent" row. */
void enclave_editor_pane_set_project (EnclaveEditorPane *self, EnclaveProject *project, EnclaveGate *gate);
/* Where the models are that may suggest while one types; which one, the settings say. */
void enclave_editor_pane_set_servers (EnclaveEditorPane *self, EnclaveServerList *servers);
/* @change_set: (nullable): what it proposes for an open file is shown in the file's text. */
void enclave_editor_pane_set_change_set (EnclaveEditorPane *self, EnclaveChangeSet *change_set);
/* Opens or shows the tab. @line, @column from 1; 0: where it was. Failure is a page in the tab that says why. */
void enclave_editor_pane_open (EnclaveEditorPane *self, GFile *file, guint line, guint column);
/* A tab that holds no document: @page is added (transfer floating), or shown when it has one already. It goes with its tab. */
void enclave_editor_pane_show_page (EnclaveEditorPane *self, GtkWidget *page, const char *title, const char *icon_name);
/* At the caret of the active document, one undo step. FALSE when there is none. */
gboolean enclave_editor_pane_insert_text (EnclaveEditorPane *self, const char *text);
/* Selected text of the active document and where it stands. (transfer full) (nullable) */
char *enclave_editor_pane_dup_selection (EnclaveEditorPane *self, GFile **file, guint *first_line, guint *last_line);
/* Where the caret of the active document stands, from 1. FALSE: it has no file. @file: (out) (transfer none). */
gboolean enclave_editor_pane_get_place (EnclaveEditorPane *self, GFile **file, guint *line, guint *column);
/* A file or folder was moved: open tabs of it go with it. */
void enclave_editor_pane_file_moved (EnclaveEditorPane *self, GFile *from, GFile *to);
/* The view of the active document. (nullable) (transfer none) */
GtkSourceView *enclave_editor_pane_get_view (EnclaveEditorPane *self);
/* A tab with a unified diff to read. */
void enclave_editor_pane_show_diff (EnclaveEditorPane *self, const char *title, const char *diff);
/* Of the open documents, the active one first: (transfer full) (element-type GFile). */
GPtrArray *enclave_editor_pane_list_files (EnclaveEditorPane *self);
/* The items of the status line that belong to the active document (line and column, indentation, encoding, line ends,
 * language): a widget the window puts into its status line. (transfer none) */
GtkWidget *enclave_editor_pane_get_status (EnclaveEditorPane *self);
/* The open files with their places, for another run: an array. (transfer full) */
JsonNode *enclave_editor_pane_describe_tabs (EnclaveEditorPane *self);
/* Opens the files of such an array, behind what is open; each is read when its tab is shown. @select: show the one that was
 * shown then. */
void enclave_editor_pane_restore_tabs (EnclaveEditorPane *self, JsonArray *tabs, gboolean select);
/* Opens what unsaved text an earlier run that did not end by itself has left, of @project (NULL: of no project); each tab asks. */
void enclave_editor_pane_recover_drafts (EnclaveEditorPane *self, const char *project);
/* (transfer container) (element-type EnclaveEditorPage): those of documents, with those that went to windows of their own. */
GPtrArray *enclave_editor_pane_list_pages (EnclaveEditorPane *self);
/* As enclave_editor_page_hold_saves(), for all pages, and those that come meanwhile. */
void enclave_editor_pane_hold_saves (EnclaveEditorPane *self, const char *reason);
/* (nullable): the active one, of the window that has the focus where tabs went to other windows. Borrowed. */
EnclaveEditorPage *enclave_editor_pane_get_active_page (EnclaveEditorPane *self);
/* The tab of @page goes, with all that is not saved in it. */
void enclave_editor_pane_drop_page (EnclaveEditorPane *self, EnclaveEditorPage *page);
/* Focus into the active document. */
gboolean enclave_editor_pane_focus (EnclaveEditorPane *self);
/* The document of this file, in whichever window its tab is. (transfer none) (nullable) */
EnclaveEditorPage *enclave_editor_pane_find_page (EnclaveEditorPane *self, GFile *file);
/* For closing the window: shows the question for each modified document in its tab. Finish: TRUE when all may close. */
void enclave_editor_pane_query_close_async (EnclaveEditorPane *self, GCancellable *cancellable,
                                            GAsyncReadyCallback callback, gpointer user_data);
gboolean enclave_editor_pane_query_close_finish (EnclaveEditorPane *self, GAsyncResult *result, GError **error);

/* What can be inserted into the text that is shown now. @problem: (out) (optional) (nullable): why files of snippets were left out, or why there is nothing. Returns:
 * (transfer full) (nullable) (element-type EnclaveSnippet): NULL when nothing can be edited or snippets are switched off. */
GPtrArray *enclave_editor_pane_list_snippets (EnclaveEditorPane *self, const char **problem);

G_END_DECLS
