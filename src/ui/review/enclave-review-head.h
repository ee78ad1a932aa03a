/* enclave-review-head.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-review-item.h"

G_BEGIN_DECLS

/* What stands above a file or a hunk of the review: where it is, who proposed it, what was decided, and what one can do.
 * Signals: "match-again", "open-file", "discard": the ways out of a conflict. */
#define ENCLAVE_TYPE_REVIEW_HEAD (enclave_review_head_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveReviewHead, enclave_review_head, ENCLAVE, REVIEW_HEAD, GtkWidget)

GtkWidget *enclave_review_head_new (void);
/* @item: (nullable). */
void enclave_review_head_set_item (EnclaveReviewHead *self, EnclaveReviewItem *item);
/* Of a file: whether its hunks are shown below it. */
void enclave_review_head_set_open (EnclaveReviewHead *self, gboolean is_open);

G_END_DECLS
