/* enclave-text-draft.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The unsaved text of one document, kept in the state folder (0600) while it is unsaved: a program that is killed at any
 * moment loses at most ENCLAVE_DRAFT_WRITE_MS of typing. A draft is the text it began with and the edits since, added at the
 * end: an edit costs what it changes, whatever the text has. A worker writes; nothing here waits for a disk.
 * The agent can't read the state folder, so a file that is kept from it stays kept from it.
 * Property "problem" (string): why the draft is not kept at the moment; NULL while it is. It is tried again with the next
 * edit, and by itself after growing pauses. */
#define ENCLAVE_TYPE_TEXT_DRAFT (enclave_text_draft_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveTextDraft, enclave_text_draft, ENCLAVE, TEXT_DRAFT, GObject)

/* @path: (nullable): of the file, absolute; NULL for a text that has none. @title: its name then.
 * @project: (nullable): folder of the project it was edited in. @base: the text before the first edit, valid UTF-8; it is
 * shared, not copied. */
EnclaveTextDraft *enclave_text_draft_new (const char *path, const char *title, const char *project, GBytes *base);
/* At @offset @n_deleted characters went and @text (@length bytes, no NUL in it) came. */
void enclave_text_draft_edit (EnclaveTextDraft *self, guint64 offset, guint64 n_deleted, const char *text, gsize length);
/* The text is saved, or not wanted: nothing is kept of it. */
void enclave_text_draft_discard (EnclaveTextDraft *self);
/* Writes it, and takes away the draft @id, whose text this one has, once all of it is on the disk. Until then, and when it can't be
 * written, both are there. */
void enclave_text_draft_replace (EnclaveTextDraft *self, const char *id);
/* Writes it, and discards @older, whose text this one has, once all of it is on the disk; and what @older was to replace. */
void enclave_text_draft_take_over (EnclaveTextDraft *self, EnclaveTextDraft *older);
/* Gives what was added to the worker now. */
void enclave_text_draft_write (EnclaveTextDraft *self);
const char *enclave_text_draft_get_problem (EnclaveTextDraft *self);

/* One that lies there. */
typedef struct
{
  char *id;       /* its name in the folder */
  char *path;     /* (nullable) */
  char *title;
  char *project;  /* (nullable) */
  gint64 time;    /* of the last edit, microseconds since 1970 */
  gboolean in_use; /* a program that runs is writing it */
} EnclaveTextDraftInfo;

void enclave_text_draft_info_free (EnclaveTextDraftInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnclaveTextDraftInfo, enclave_text_draft_info_free)

/* @path: (nullable): only those of this file. Finish: (transfer full) (element-type EnclaveTextDraftInfo), the newest first.
 * What is no draft is put aside as NAME.bad; what a newer version wrote is left alone. */
void enclave_text_drafts_list_async (const char *path, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
GPtrArray *enclave_text_drafts_list_finish (GAsyncResult *result, GError **error);
/* Where they lie, as it is shown to people. (transfer full) */
char *enclave_text_drafts_dup_folder (void);
/* Finish: (transfer full): the text with all edits that are whole. */
void enclave_text_drafts_load_async (const char *id, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
char *enclave_text_drafts_load_finish (GAsyncResult *result, GError **error);
/* For good, behind what was given to the worker before. */
void enclave_text_drafts_remove (const char *id);
/* Writes what live drafts have and blocks until it is written, for @milliseconds at most: before the program ends. */
void enclave_text_drafts_flush (guint milliseconds);

G_END_DECLS
