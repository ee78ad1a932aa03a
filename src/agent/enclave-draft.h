/* enclave-draft.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-gate.h"

G_BEGIN_DECLS

/* What a person is writing, as it was when it was looked at: what would be sent of it, and what would be masked in it, found once and
 * by what denied files hold at that moment. Immutable. */
#define ENCLAVE_TYPE_DRAFT (enclave_draft_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveDraft, enclave_draft, ENCLAVE, DRAFT, GObject)

/* What is to be attached to it, in the order in which it is sent. */
typedef struct
{
  char *text;
  char *path; /* (nullable): the file it stands in */
  char *source;
} EnclaveDraftAttachment;

/* @path: (nullable). (transfer full) */
EnclaveDraftAttachment *enclave_draft_attachment_new (const char *text, const char *path, const char *source);
void enclave_draft_attachment_free (EnclaveDraftAttachment *attachment);

/* @attachments: (nullable) (element-type EnclaveDraftAttachment): one that may not be attached is left out. */
void enclave_draft_look_async (EnclaveGate *gate, const char *words, GPtrArray *attachments, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer full) (nullable): NULL only with G_IO_ERROR_CANCELLED. */
EnclaveDraft *enclave_draft_look_finish (EnclaveGate *gate, GAsyncResult *result, GError **error);

/* As they were written. */
const char *enclave_draft_get_words (EnclaveDraft *self);
/* The attachments as they would be sent. Borrowed. (element-type EnclaveContextItem) */
GPtrArray *enclave_draft_get_items (EnclaveDraft *self);
/* Rules of what has the form of a secret, and of the denied files whose values stand in it, one a place. Borrowed. */
GStrv enclave_draft_get_secrets (EnclaveDraft *self);
GStrv enclave_draft_get_values (EnclaveDraft *self);
/* Whether nothing of the words would be masked. The items are without what is masked anyhow. */
gboolean enclave_draft_is_harmless (EnclaveDraft *self);

G_END_DECLS
