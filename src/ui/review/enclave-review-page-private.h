/* enclave-review-page-private.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <adwaita.h>

#include "enclave-hunk-colours.h"
#include "enclave-info-row.h"
#include "enclave-missed-row.h"
#include "enclave-review-item.h"
#include "enclave-review-page.h"
#include "enclave-review-row.h"

G_BEGIN_DECLS

struct _EnclaveReviewPage
{
  GtkWidget parent_instance;

  GtkWidget *head;
  GtkWidget *title;
  GtkLabel *n_files;
  GtkLabel *added;
  GtkLabel *removed;
  GtkToggleButton *unified;
  GtkToggleButton *sides;
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
  GListStore *models;           /* (element-type GListModel): items, and what has no place behind them */
  GtkSingleSelection *selection;
  GSimpleActionGroup *actions;
  guint rebuild_source;
  gboolean deciding;            /* many decisions at once */

  /* the list */
  GPtrArray *rows;              /* (element-type EnclaveReviewRow): those that hold an item */
  GHashTable *folded;           /* EnclaveChange whose hunks are not shown */
  GdkFrameClock *clock;         /* (nullable) */
  gulong clock_handler;
  gint64 frame;                 /* the last one in which rows were looked at */
  guint looks_in_frame;
  guint look_tick;
  GObject *focus_item;           /* (nullable): of the selection; takes the focus when its row is there */
  guint focus_source;
  guint focus_looks;
  GSettings *settings;          /* (nullable) */
  EnclaveTextStyle *style;
  guint style_number;           /* counts the changes of style */
  EnclaveHunkColours *colours;
  EnclaveReviewItem *edited;    /* (nullable): the hunk that is changed by hand */
  GtkWidget *editor;            /* (nullable): where */
};

/* enclave-review-page-rows.c */
void _enclave_review_page_install_rows (EnclaveReviewPage *self);
void _enclave_review_page_drop_rows (EnclaveReviewPage *self);
void _enclave_review_page_rebuild (EnclaveReviewPage *self);
/* Makes what has come near to what is seen. */
void _enclave_review_page_look_round (EnclaveReviewPage *self);
void _enclave_review_page_queue_rebuild (EnclaveReviewPage *self);
/* Selects the row, brings it into view and gives it the focus. */
void _enclave_review_page_go_to (EnclaveReviewPage *self, guint position);
void _enclave_review_page_fold (EnclaveReviewPage *self, EnclaveChange *change);

/* enclave-review-page-edit.c */
void _enclave_review_page_edit (EnclaveReviewPage *self, EnclaveReviewItem *item);
/* Ends it. */
void _enclave_review_page_end_edit (EnclaveReviewPage *self, gboolean keep);
EnclaveReviewRow *_enclave_review_page_find_row (EnclaveReviewPage *self, EnclaveReviewItem *item);
/* Columns of a tab stop. */
guint _enclave_review_page_get_tab_width (EnclaveReviewPage *self);

void _enclave_review_page_update_head (EnclaveReviewPage *self);
void _enclave_review_page_match_again (EnclaveReviewPage *self, EnclaveChange *change);
void _enclave_review_page_open_file (EnclaveReviewPage *self, EnclaveChange *change);

/* enclave-review-page-missed.c */
/* Shows what of the change set has no place, and follows it. */
void _enclave_review_page_follow_missed (EnclaveReviewPage *self);
guint _enclave_review_page_get_n_missed (EnclaveReviewPage *self);
/* Borrowed; (nullable): @edit has no row at present. */
GtkWidget *_enclave_review_page_find_missed_row (EnclaveReviewPage *self, gpointer edit);
/* Puts a row for such an edit into @list_item, or takes it away again. FALSE: it has none. */
gboolean _enclave_review_page_bind_missed (EnclaveReviewPage *self, GtkListItem *list_item);
gboolean _enclave_review_page_unbind_missed (EnclaveReviewPage *self, GtkListItem *list_item);

/* The row that keys act on; (nullable), borrowed; NULL also on an edit that has no place. */
EnclaveReviewItem *_enclave_review_page_get_current (EnclaveReviewPage *self);
void _enclave_review_page_apply (EnclaveReviewPage *self, EnclaveChange *change);
void _enclave_review_page_undo_turn (EnclaveReviewPage *self);
void _enclave_review_page_close (EnclaveReviewPage *self);
void _enclave_review_page_ask_again (EnclaveReviewPage *self, EnclaveMissedEdit *edit);
void _enclave_review_page_install_actions (EnclaveReviewPage *self);
void _enclave_review_page_update_actions (EnclaveReviewPage *self);
void _enclave_review_page_count (EnclaveReviewPage *self, guint *n_hunks, guint *n_accepted, guint *n_rejected);

G_END_DECLS
