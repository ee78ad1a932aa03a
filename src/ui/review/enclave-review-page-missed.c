/* enclave-review-page-missed.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Edits that have no place, behind those that have one.
 */

#include "config.h"

#include "enclave-accessible.h"
#include "enclave-review-page-private.h"

void
_enclave_review_page_follow_missed (EnclaveReviewPage *self)
{
  GListModel *missed = self->change_set != NULL ? enclave_change_set_get_missed (self->change_set) : NULL;

  g_list_store_splice (self->models, 1, g_list_model_get_n_items (G_LIST_MODEL (self->models)) - 1, (gpointer *) &missed,
                       missed != NULL ? 1 : 0);
}

guint
_enclave_review_page_get_n_missed (EnclaveReviewPage *self)
{
  return self->change_set != NULL ? g_list_model_get_n_items (enclave_change_set_get_missed (self->change_set)) : 0;
}

GtkWidget *
_enclave_review_page_find_missed_row (EnclaveReviewPage *self, gpointer edit)
{
  for (GtkWidget *at = gtk_widget_get_first_child (GTK_WIDGET (self->list)); at != NULL; at = gtk_widget_get_next_sibling (at))
    {
      GtkWidget *row = gtk_widget_get_first_child (at);

      if (ENCLAVE_IS_MISSED_ROW (row) && (gpointer) enclave_missed_row_get_edit (ENCLAVE_MISSED_ROW (row)) == edit)
        return row;
    }

  return NULL;
}

static void
ask_again_cb (EnclaveReviewPage *self, EnclaveMissedRow *row)
{
  _enclave_review_page_ask_again (self, enclave_missed_row_get_edit (row));
}

static void
copy_cb (EnclaveReviewPage *self, EnclaveMissedRow *row)
{
  g_autofree char *text = enclave_missed_edit_dup_text (enclave_missed_row_get_edit (row));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

gboolean
_enclave_review_page_bind_missed (EnclaveReviewPage *self, GtkListItem *list_item)
{
  gpointer item = gtk_list_item_get_item (list_item);
  g_autofree char *label = NULL;
  GtkWidget *row;

  if (!ENCLAVE_IS_MISSED_EDIT (item))
    return FALSE;
  row = enclave_missed_row_new (item);
  g_signal_connect_object (row, "ask-again", G_CALLBACK (ask_again_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "copy", G_CALLBACK (copy_cb), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (list_item, row);
  label = enclave_missed_row_dup_label (ENCLAVE_MISSED_ROW (row));
  enclave_accessible_set_row_label (row, label);

  return TRUE;
}

gboolean
_enclave_review_page_unbind_missed (EnclaveReviewPage *self, GtkListItem *list_item)
{
  if (!ENCLAVE_IS_MISSED_ROW (gtk_list_item_get_child (list_item)))
    return FALSE;
  gtk_list_item_set_child (list_item, enclave_review_row_new ());

  return TRUE;
}
