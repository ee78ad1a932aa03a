/* enclave-editor-page-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-column-selection.h"
#include "enclave-editor-page.h"
#include "enclave-file-claim.h"
#include "enclave-file-view.h"
#include "enclave-find-bar.h"
#include "enclave-inline-completion.h"
#include "enclave-line-bar.h"
#include "enclave-occurrences.h"
#include "enclave-snippet-input.h"

G_BEGIN_DECLS

typedef enum
{
  ENCLAVE_FILE_REASON_BINARY,
  ENCLAVE_FILE_REASON_TOO_LARGE,
  ENCLAVE_FILE_REASON_LONG_LINE,
} EnclaveFileReason;

struct _EnclaveEditorPage
{
  GtkWidget parent_instance;

  EnclaveInfoRow *info_row;
  EnclaveFindBar *find_bar;
  EnclaveLineBar *line_bar;
  GtkStack *stack;
  GtkBox *text_box;
  GtkSourceView *view;
  GtkSpinner *spinner;
  GtkLabel *slow_label;
  GtkWidget *cancel_button;
  GtkWidget *failed_page;
  GtkWidget *retry_button;

  EnclaveDocument *document;
  EnclaveInlineCompletion *completion;
  EnclaveTextStyle *style;
  GSettings *settings; /* (nullable) */
  GCancellable *cancellable;
  gboolean is_loading;
  GCancellable *load_cancellable; /* (nullable): of the load that is under way */
  guint spinner_source;
  guint slow_source;
  guint gutter_source;
  guint editable_source;
  guint number_tick;
  gint64 first_frame; /* with the first lines; 0: not yet */
  gboolean numbered;  /* it has room for numbers where they are wanted, and lines with heights */
  guint wanted_line;
  guint wanted_column;
  guint wanted_top;
  guint settle_tick;
  guint frames_to_settle;
  guint settle_tries;
  gboolean settle_gently; /* the caret into sight, and not into the middle */
  gboolean moved_by_key;  /* the caret, not the view */
  gboolean editable;
  gboolean is_foreign; /* not the person's to change, until they say so */
  gboolean waits_to_load;
  gboolean is_dropped; /* goes without a question */
  gboolean is_moved;   /* its document goes on in another page */

  GtkSourceCompletionWords *words;  /* (nullable) */
  GtkWidget *map;                   /* (nullable), its box owns it */
  GtkEventControllerKey *vim_keys;  /* (nullable), the view owns it */
  GtkWidget *vim_bar;               /* (nullable) */
  GtkWidget *split;                 /* (nullable): holds two views */
  EnclaveOccurrences *occurrences;  /* (nullable): changed together */
  EnclaveColumnSelection *columns;        /* (nullable): while a text is shown */
  EnclaveColumnSelection *second_columns; /* (nullable): of the second view */
  EnclaveSnippets *snippets;        /* (nullable) */
  EnclaveSnippetInput *snippet_input;  /* (nullable) */
  EnclaveFileView *file_view;    /* (nullable): of a file that is not edited */
  EnclaveFileReason file_reason;
  char *draft;                   /* (nullable): id of the one that is offered */
  EnclaveFileClaim *claim;       /* (nullable): no other Enclave has the file open */
  char *warned_of;               /* (nullable): the path that another Enclave has open */

  GTask *close_task;      /* (nullable): the question that stands */
  GTask *overwrite_task;  /* (nullable): the save that waits for an answer */
  char *hold_reason;      /* (nullable): saves wait */
  GPtrArray *held_saves;  /* (nullable) (element-type GTask): which */
  GtkFileChooserNative *chooser;
};

/* What the text itself says of its indentation counts for more than what anybody else does. @beginning: of it. */
void _enclave_editor_page_follow_modeline (EnclaveEditorPage *self, const char *beginning);
/* Where the person wants it: what was changed is saved when the focus goes elsewhere. */
void _enclave_editor_page_connect_autosave (EnclaveEditorPage *self);
/* To the place, without letting go of the line that is wanted first. */
void _enclave_editor_page_go_to (EnclaveEditorPage *self, guint line, guint column);
/* The line that is shown first, from 1; 0: not known. */
guint _enclave_editor_page_get_top (EnclaveEditorPage *self);
/* With the place that is wanted when it is loaded, instead of some lines above the caret. */
void _enclave_editor_page_set_top (EnclaveEditorPage *self, guint line);
/* Lines are numbered where that is wanted, once they have heights. */
void _enclave_editor_page_number_lines (EnclaveEditorPage *self);
/* The first lines of a long text are there, and the others come. */
void _enclave_editor_page_number_first_lines (EnclaveEditorPage *self);
void _enclave_editor_page_drop_numbers (EnclaveEditorPage *self);
void _enclave_editor_page_connect_place (EnclaveEditorPage *self);
void _enclave_editor_page_connect_notes (EnclaveEditorPage *self);
/* A file that was only shown is the person's to change from now on. */
void _enclave_editor_page_take (EnclaveEditorPage *self);
void _enclave_editor_page_update_notes (EnclaveEditorPage *self);
/* What the settings say about the view, once more. */
void _enclave_editor_page_update_extras (EnclaveEditorPage *self);
void _enclave_editor_page_connect_extras (EnclaveEditorPage *self);
void _enclave_editor_page_drop_extras (EnclaveEditorPage *self);
/* The second view of the text, or NULL. */
GtkSourceView *_enclave_editor_page_get_second (EnclaveEditorPage *self);
/* Each view takes a rectangle of columns. */
void _enclave_editor_page_update_columns (EnclaveEditorPage *self);
void _enclave_editor_page_drop_columns (EnclaveEditorPage *self);
/* There is one way of changing many places at a time: it ends, before another begins. */
void _enclave_editor_page_end_places (EnclaveEditorPage *self);
/* FALSE: no view had one. */
gboolean _enclave_editor_page_end_columns (EnclaveEditorPage *self);
/* Each view takes snippets, or none does. */
void _enclave_editor_page_update_snippets (EnclaveEditorPage *self);
void _enclave_editor_page_drop_snippets (EnclaveEditorPage *self);
/* FALSE: no view was in one. */
gboolean _enclave_editor_page_leave_snippet (EnclaveEditorPage *self);
/* Shows a file that can't be edited. FALSE: @error is no such reason. */
gboolean _enclave_editor_page_show_file (EnclaveEditorPage *self, const GError *error);
/* TRUE: it is to be edited all the same. */
gboolean _enclave_editor_page_answer_file (EnclaveEditorPage *self, const char *id);
void _enclave_editor_page_load_anyway (EnclaveEditorPage *self);
/* Unsaved text of this file that an earlier run left is offered. */
void _enclave_editor_page_look_for_drafts (EnclaveEditorPage *self);
/* Warns where another Enclave has the file open, and sees to it that the next one is warned. */
void _enclave_editor_page_claim (EnclaveEditorPage *self);
void _enclave_editor_page_answer_draft (EnclaveEditorPage *self, const char *id);
void _enclave_editor_page_update_draft_note (EnclaveEditorPage *self);
/* Answers of the notes that belong to saving and closing. Returns: FALSE when @key is none of them. */
gboolean _enclave_editor_page_save_response (EnclaveEditorPage *self, guint key, const char *id);
void _enclave_editor_page_cancel_questions (EnclaveEditorPage *self);

G_END_DECLS
