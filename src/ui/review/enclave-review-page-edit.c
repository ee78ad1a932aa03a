/* enclave-review-page-edit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A hunk that is changed by hand before it is decided.
 */

#include "config.h"

#include "enclave-hunk-editor.h"
#include "enclave-review-page-private.h"

static void
kept_cb (EnclaveReviewPage *self)
{
  _enclave_review_page_end_edit (self, TRUE);
}

static void
cancelled_cb (EnclaveReviewPage *self)
{
  _enclave_review_page_end_edit (self, FALSE);
}

static gboolean
may_edit (EnclaveReviewItem *item)
{
  EnclaveChange *change = enclave_review_item_get_change (item);

  return !enclave_review_item_is_file (item) && enclave_change_get_status (change) == ENCLAVE_CHANGE_PROPOSED
         && enclave_proposal_get_new_text (enclave_change_get_proposal (change)) != NULL;
}

void
_enclave_review_page_edit (EnclaveReviewPage *self, EnclaveReviewItem *item)
{
  EnclaveReviewRow *row = _enclave_review_page_find_row (self, item);
  g_autofree char *text = NULL;

  if (self->editor != NULL)
    {
      enclave_hunk_editor_focus (ENCLAVE_HUNK_EDITOR (self->editor));
      return;
    }
  if (row == NULL || !may_edit (item))
    return;

  text = enclave_review_item_dup_new_lines (item);
  self->edited = g_object_ref (item);
  self->editor = g_object_ref_sink (enclave_hunk_editor_new (self->style,
                                                             enclave_change_get_path (enclave_review_item_get_change (item)),
                                                             text, _enclave_review_page_get_tab_width (self)));
  g_signal_connect_swapped (self->editor, "kept", G_CALLBACK (kept_cb), self);
  g_signal_connect_swapped (self->editor, "cancelled", G_CALLBACK (cancelled_cb), self);
  enclave_review_row_set_editor (row, self->editor);
  enclave_hunk_editor_focus (ENCLAVE_HUNK_EDITOR (self->editor));
  _enclave_review_page_update_actions (self);
}

void
_enclave_review_page_end_edit (EnclaveReviewPage *self, gboolean keep)
{
  g_autoptr (EnclaveReviewItem) item = g_steal_pointer (&self->edited);
  g_autoptr (GtkWidget) editor = g_steal_pointer (&self->editor);
  EnclaveReviewRow *row;

  if (editor == NULL)
    return;

  g_signal_handlers_disconnect_by_data (editor, self);
  row = _enclave_review_page_find_row (self, item);
  if (row != NULL)
    {
      gtk_widget_grab_focus (gtk_widget_get_parent (GTK_WIDGET (row)));
      enclave_review_row_set_editor (row, NULL);
    }
  if (keep && self->change_set != NULL)
    {
      g_autofree char *text = enclave_hunk_editor_dup_text (ENCLAVE_HUNK_EDITOR (editor));

      enclave_review_item_take_edit (item, self->change_set, text);
    }
  _enclave_review_page_update_head (self);
}
