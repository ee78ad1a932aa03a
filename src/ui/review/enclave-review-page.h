/* enclave-review-page.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <gtk/gtk.h>

#include "enclave-change-set.h"

G_BEGIN_DECLS

/* The review that takes the place of the middle pane: files, hunks, decisions, Apply. Signals: "closed", "applied", "open-file"
 * (GFile), "ask-again" (EnclaveMissedEdit): the person wants an edit that has no place once more. */
#define ENCLAVE_TYPE_REVIEW_PAGE (enclave_review_page_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveReviewPage, enclave_review_page, ENCLAVE, REVIEW_PAGE, GtkWidget)

GtkWidget *enclave_review_page_new (void);
void enclave_review_page_set_change_set (EnclaveReviewPage *self, EnclaveChangeSet *change_set);
gboolean enclave_review_page_focus (EnclaveReviewPage *self);
/* Goes to the first hunk of @change. @focus: takes the focus there. */
void enclave_review_page_show_change (EnclaveReviewPage *self, EnclaveChange *change, gboolean focus);
/* Whose row is selected; (nullable), borrowed. Signal "current-changed". */
EnclaveChange *enclave_review_page_get_current_change (EnclaveReviewPage *self);

G_END_DECLS
