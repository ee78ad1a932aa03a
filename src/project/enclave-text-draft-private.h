/* enclave-text-draft-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A draft on disk: records, each its length and the first eight bytes of its SHA-256 before it. The first is the head, the
 * second the text it began with, all others are edits.
 */

#pragma once

#include "enclave-text-draft.h"

G_BEGIN_DECLS

#define DRAFT_FOLDER "drafts"
#define DRAFT_SUFFIX ".draft"
#define DRAFT_FORMAT 1
/* format, path, title, project; "" for none */
#define DRAFT_HEAD_TYPE "(uayayay)"
#define DRAFT_RECORD_HEAD 16

/* Little endian on disk. */
void _enclave_text_draft_append_record (GByteArray *bytes, gconstpointer payload, gsize length);
/* The record at @at. Returns: (nullable): its payload; NULL when it is torn. */
const guint8 *_enclave_text_draft_peek_record (const guint8 *data, gsize data_length, gsize at, gsize *length);
/* Of all drafts of a file. (transfer full) */
char *_enclave_text_draft_dup_prefix (const char *path);

/* The file that a draft is kept in. What is asked of it is done by the worker, in that order, and told with
 * _enclave_text_draft_report(). Counted by references. */
typedef struct _EnclaveTextDraftFile EnclaveTextDraftFile;

/* @path: (nullable): of the file that it is a draft of. */
EnclaveTextDraftFile *_enclave_text_draft_file_new (EnclaveTextDraft *draft, GBytes *head, GBytes *base, const char *path);
void _enclave_text_draft_file_unref (EnclaveTextDraftFile *file);
/* @records: (transfer full) (nullable): none are new: what could not be written before is written. */
void _enclave_text_draft_file_write (EnclaveTextDraftFile *file, GByteArray *records);
void _enclave_text_draft_file_sync (EnclaveTextDraftFile *file);
/* The draft @id goes once all of this one is on the disk. */
void _enclave_text_draft_file_replace (EnclaveTextDraftFile *file, const char *id);
/* So does @older, with what was to go with it. */
void _enclave_text_draft_file_take_over (EnclaveTextDraftFile *file, EnclaveTextDraftFile *older);
void _enclave_text_draft_file_discard (EnclaveTextDraftFile *file);
/* In the main thread. @problem: (nullable): all that was asked for is done. */
void _enclave_text_draft_report (EnclaveTextDraft *self, const char *problem);

/* Work for the one worker, done in the order it was given. @data is freed by it with @destroy. */
void _enclave_text_draft_push (void (*run) (gpointer data), gpointer data, GDestroyNotify destroy);
/* Until it has nothing to do, for @milliseconds at most. */
void _enclave_text_draft_wait (guint milliseconds);
/* In the worker: the draft @data (const char *, its id) goes. */
void _enclave_text_draft_remove_cb (gpointer data);

G_END_DECLS
