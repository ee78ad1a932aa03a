/* enclave-review-page-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-info-row.h"
#include "enclave-review-item.h"
#include "enclave-review-page.h"

G_BEGIN_DECLS

struct _EnclaveReviewPage
{
  GtkWidget parent_instance;

  GtkWidget *head;
  GtkLabel *n_files;
  GtkLabel *added;
  GtkLabel *removed;
  GtkWidget *undo_turn;
  GtkWidget *reject_rest;
  GtkWidget *accept_rest;
  GtkButton *apply;
  EnclaveInfoRow *info_row;
  GtkStack *stack;
  GtkListView *list;
  GtkLabel *foot;

  EnclaveChangeSet *change_set; /* (nullable) */
  GPtrArray *changes;           /* (element-type EnclaveChange): those listened to */
  GListStore *items;
  GtkSingleSelection *selection;
  GSimpleActionGroup *actions;
  guint rebuild_source;
};

/* The row that keys act on; (nullable), borrowed. */
EnclaveReviewItem *_enclave_review_page_get_current (EnclaveReviewPage *self);
void _enclave_review_page_apply (EnclaveReviewPage *self, EnclaveChange *change);
void _enclave_review_page_undo_turn (EnclaveReviewPage *self);
void _enclave_review_page_close (EnclaveReviewPage *self);
void _enclave_review_page_install_actions (EnclaveReviewPage *self);
void _enclave_review_page_update_actions (EnclaveReviewPage *self);
void _enclave_review_page_count (EnclaveReviewPage *self, guint *n_hunks, guint *n_accepted, guint *n_rejected);

G_END_DECLS
