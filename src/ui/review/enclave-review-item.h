/* enclave-review-item.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include "enclave-change-set.h"
#include "enclave-hunk-text.h"

G_BEGIN_DECLS

/* One row of the review: the head of a file, a hunk, or, of a hunk too long for one label, a further part of it. */
#define ENCLAVE_TYPE_REVIEW_ITEM (enclave_review_item_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveReviewItem, enclave_review_item, ENCLAVE, REVIEW_ITEM, GObject)

/* Rows of @change, in order. (transfer full) (element-type EnclaveReviewItem) */
GPtrArray *enclave_review_item_list (EnclaveChange *change);
EnclaveChange *enclave_review_item_get_change (EnclaveReviewItem *self);
gboolean enclave_review_item_is_file (EnclaveReviewItem *self);
/* FALSE for a further part: it is no stop of the keys and has no buttons. */
gboolean enclave_review_item_is_first_part (EnclaveReviewItem *self);
guint enclave_review_item_get_hunk (EnclaveReviewItem *self);
guint enclave_review_item_get_first_line (EnclaveReviewItem *self);
guint enclave_review_item_get_n_lines (EnclaveReviewItem *self);
/* FALSE where a further part of the same hunk follows. */
gboolean enclave_review_item_is_last_part (EnclaveReviewItem *self);
/* The lines, made when they are first asked for. Borrowed. */
EnclaveHunkText *enclave_review_item_get_text (EnclaveReviewItem *self);
/* The line that a hunk is about, such as the head of the function it stands in; "" when none is found. (transfer full) */
char *enclave_review_item_dup_context (EnclaveReviewItem *self);
/* Who proposed it, for people: `edit_file, turn 2 · qwen2.5-coder:14b`. (transfer full) */
char *enclave_review_item_dup_origin (EnclaveReviewItem *self);
/* How it was matched, when not to the letter; (nullable). */
const char *enclave_review_item_get_flag (EnclaveReviewItem *self);
/* The lines that are to stand there, with line feeds, for the person to change. (transfer full) */
char *enclave_review_item_dup_new_lines (EnclaveReviewItem *self);
/* Those lines, changed. */
void enclave_review_item_take_edit (EnclaveReviewItem *self, EnclaveChangeSet *change_set, const char *text);
/* Decision of the hunk; of a file: that of all its hunks, UNDECIDED when they differ. */
EnclaveHunkDecision enclave_review_item_get_decision (EnclaveReviewItem *self);
/* Of a file: of every hunk. */
void enclave_review_item_decide (EnclaveReviewItem *self, EnclaveHunkDecision decision);
/* Where it is, for people: `src/ring.c, line 62`. (transfer full) */
char *enclave_review_item_dup_place (EnclaveReviewItem *self);

G_END_DECLS
