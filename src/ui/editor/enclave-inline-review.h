/* enclave-inline-review.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-change-set.h"
#include "enclave-editor-page.h"

G_BEGIN_DECLS

/* What the agent proposes for an open file, in the file's own text: lines that would go have a ground, lines that would come
 * stand below them with their buttons, and the gutter has the signs. Nothing of it is text: it is in no undo step and in no
 * file. Where the text is no longer what the change was made from, only a note says so. */
#define ENCLAVE_TYPE_INLINE_REVIEW (enclave_inline_review_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveInlineReview, enclave_inline_review, ENCLAVE, INLINE_REVIEW, GObject)

/* Shows @change in @page, which must outlive it, until it is disposed. */
EnclaveInlineReview *enclave_inline_review_new (EnclaveEditorPage *page, EnclaveChangeSet *change_set,
                                                EnclaveChange *change);
EnclaveChange *enclave_inline_review_get_change (EnclaveInlineReview *self);
/* Goes to the hunk after, or before, the one that has the focus, else after the caret. FALSE: there is none. */
gboolean enclave_inline_review_go (EnclaveInlineReview *self, int step);
/* Hunks that are shown in the text. */
guint enclave_inline_review_get_n_shown (EnclaveInlineReview *self);

G_END_DECLS
