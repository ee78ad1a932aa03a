/* enclave-review-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-hunk-view.h"
#include "enclave-review-head.h"
#include "enclave-review-item.h"

G_BEGIN_DECLS

/* A row of the review. A list keeps some two hundred rows ready, of which a few are seen: the head of a row, with its buttons,
 * is made when the row comes near to what is seen, and takes the same room before. */
#define ENCLAVE_TYPE_REVIEW_ROW (enclave_review_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveReviewRow, enclave_review_row, ENCLAVE, REVIEW_ROW, GtkWidget)

GtkWidget *enclave_review_row_new (void);
/* @item: (nullable). */
void enclave_review_row_set_item (EnclaveReviewRow *self, EnclaveReviewItem *item);
EnclaveReviewItem *enclave_review_row_get_item (EnclaveReviewRow *self);
EnclaveHunkView *enclave_review_row_get_view (EnclaveReviewRow *self);
/* Makes what is missing. Returns: (transfer none) (nullable): the head, where it was made just now. */
EnclaveReviewHead *enclave_review_row_come_near (EnclaveReviewRow *self);
/* (nullable): not made yet, or a further part of a hunk. */
EnclaveReviewHead *enclave_review_row_get_head (EnclaveReviewRow *self);
/* @editor: (nullable): stands in place of the lines. */
void enclave_review_row_set_editor (EnclaveReviewRow *self, GtkWidget *editor);

G_END_DECLS
