/* enclave-document-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-document.h"
#include "enclave-text-draft.h"

G_BEGIN_DECLS

struct _EnclaveDocument
{
  GObject parent_instance;

  GtkSourceBuffer *buffer;
  GFile *file;       /* (nullable) */
  char *true_path;   /* (nullable) */
  char *link_target; /* (nullable): where a link leads that leads to nothing yet */
  char *title;
  GCancellable *cancellable;

  EnclaveTextFile *text_file;
  EnclaveTextFile *disk_file; /* (nullable): what lies on disk when the state is CHANGED */
  char *encoding;        /* (nullable): that the person chose */
  EnclaveLineEnds line_ends;
  EnclaveDiskState disk_state;
  GFileMonitor *monitor; /* (nullable) */
  guint check_source;
  gboolean checking;
  gboolean check_again; /* it changed while it was checked */

  EnclaveTextDraft *draft; /* (nullable): while there is unsaved text */
  char *project;           /* (nullable) */
  guint64 n_changes;
  /* above 0: the text that arrives is not typed and is taken as it is */
  guint verbatim;
  guint busy;
  gsize longest_line;
  gboolean loaded;
  gboolean is_new;
  gboolean heavy;
  GBytes *first_lines;   /* (nullable): what is shown while the file is read */
  gboolean filling;      /* the first lines are there */
  guint fill_source;
  gboolean showing;      /* the text that arrives is the file's */
  gboolean use_editor_config;
  EnclaveEditorConfig editor_config;
  gboolean matches_file; /* the buffer holds what text_file does */
  gboolean settling;     /* that it is the file's is known, not to be looked at */
  gboolean disk_unknown; /* what lies on disk is not text_file, and could not be read */
};

/* Of a load or a save. */
typedef struct
{
  GFile *file;
  gboolean own_file; /* not another one than the document's */
  gboolean any_line;
  gboolean force;
  guint64 n_changes;
  EnclaveTextFile *text_file; /* (nullable): whose bytes are read anew */
  char *encoding;             /* (nullable): as what */
  GError *too_large;          /* (nullable): known before it is read */
} EnclaveDocumentWork;

/* The document is busy until the task is completed. @work: taken. (transfer full) */
GTask *_enclave_document_begin_work (EnclaveDocument *self, gpointer source_tag, EnclaveDocumentWork *work,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/* Its path without symbolic links; g_task_propagate_pointer(): (transfer full). */
void _enclave_document_resolve_async (EnclaveDocument *self, GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
void _enclave_document_watch (EnclaveDocument *self);
void _enclave_document_unwatch (EnclaveDocument *self);
/* Looks at the disk as soon as nothing is under way. */
void _enclave_document_check_later (EnclaveDocument *self);
void _enclave_document_set_disk_state (EnclaveDocument *self, EnclaveDiskState state);
void _enclave_document_set_text_file (EnclaveDocument *self, EnclaveTextFile *text_file);
/* What the file has, as text: unmodified, as a step that can be undone. */
void _enclave_document_take_text (EnclaveDocument *self, EnclaveTextFile *text_file);
void _enclave_document_emit_reloaded (EnclaveDocument *self);
/* What its drafts are found by. NULL: it has no file. Borrowed. */
const char *_enclave_document_get_draft_path (EnclaveDocument *self);
void _enclave_document_connect_draft (EnclaveDocument *self);
/* The text is that of the file now. */
void _enclave_document_end_draft (EnclaveDocument *self);
/* Keeps the text anew, by the name that the file has now, and only then no more as before. */
void _enclave_document_renew_draft (EnclaveDocument *self);
/* What is not on disk is kept from now on, edit or not. */
void _enclave_document_begin_draft (EnclaveDocument *self);
/* The text is that of the file, which is known: it is unmodified and without a draft. */
void _enclave_document_set_same (EnclaveDocument *self);
/* Looks whether the text is that of the file: only then it is unmodified; else it has a draft. */
void _enclave_document_settle (EnclaveDocument *self);
/* Typed line ends become those of the file. */
void _enclave_document_connect_line_ends (EnclaveDocument *self);
/* What becomes of @text when it is typed at @location. (transfer full) */
char *_enclave_document_dup_typed (EnclaveDocument *self, const GtkTextIter *location, const char *text);
char *_enclave_document_convert_line_ends (const char *text, gsize length, EnclaveLineEnds line_ends);
void _enclave_document_guess_language (EnclaveDocument *self);
/* Shows the first lines of a long file, before all of it is read. */
void _enclave_document_peek_async (EnclaveDocument *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
void _enclave_document_peek_finish (EnclaveDocument *self, GAsyncResult *result, GError **error);
/* It can't be read: nothing is shown of it. */
void _enclave_document_drop_peek (EnclaveDocument *self);
/* Puts the text of the file into the buffer, in slices when it is long; @task returns TRUE when it is there. */
void _enclave_document_fill (EnclaveDocument *self, GTask *task);
/* A text for a file that is not there yet, in the character set that is asked for. (transfer full) */
EnclaveTextFile *_enclave_document_new_empty (EnclaveDocument *self);
/* What a new file's lines are to end with; @fallback where nothing is asked for. */
EnclaveLineEnds _enclave_document_get_wanted_ends (EnclaveDocument *self, EnclaveLineEnds fallback);
/* Makes the text as it is to be saved. */
void _enclave_document_clean (EnclaveDocument *self);
/* The whole text is there. */
void _enclave_document_text_shown (EnclaveDocument *self);

G_END_DECLS
