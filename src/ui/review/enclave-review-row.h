/* enclave-review-row.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-review-item.h"

G_BEGIN_DECLS

/* Shows one EnclaveReviewItem. Signal "retry": the person wants a change that met a conflict written all the same. */
#define ENCLAVE_TYPE_REVIEW_ROW (enclave_review_row_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveReviewRow, enclave_review_row, ENCLAVE, REVIEW_ROW, GtkWidget)

GtkWidget *enclave_review_row_new (void);
/* @item: (nullable). */
void enclave_review_row_set_item (EnclaveReviewRow *self, EnclaveReviewItem *item);
EnclaveReviewItem *enclave_review_row_get_item (EnclaveReviewRow *self);

G_END_DECLS
