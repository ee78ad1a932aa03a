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

/* Work for the one worker, done in the order it was given. @data is freed by it with @destroy. */
void _enclave_text_draft_push (void (*run) (gpointer data), gpointer data, GDestroyNotify destroy);
/* Until it has nothing to do, for @milliseconds at most. */
void _enclave_text_draft_wait (guint milliseconds);
/* In the worker: the draft @data (const char *, its id) goes. */
void _enclave_text_draft_remove_cb (gpointer data);

G_END_DECLS
