/* enclave-editor-pane-review.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which open files the agent's change set touches.
 */

#include "config.h"

#include "enclave-editor-pane-private.h"
#include "enclave-inline-review.h"

#define INLINE_REVIEW "enclave-inline-review"

static EnclaveInlineReview *
get_review (EnclaveEditorPage *page)
{
  return g_object_get_data (G_OBJECT (page), INLINE_REVIEW);
}

static void
dispose_review (gpointer review)
{
  g_object_run_dispose (review);
  g_object_unref (review);
}

static EnclaveChange *
find_change (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  const char *path = enclave_document_get_true_path (enclave_editor_page_get_document (page));
  EnclaveChange *found = NULL;

  for (guint i = 0; path != NULL && self->change_set != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (self->change_set));
       i++)
    {
      g_autoptr (EnclaveChange) change = g_list_model_get_item (G_LIST_MODEL (self->change_set), i);
      EnclaveChangeStatus status = enclave_change_get_status (change);

      if ((status == ENCLAVE_CHANGE_PROPOSED || status == ENCLAVE_CHANGE_CONFLICT)
          && g_strcmp0 (enclave_proposal_get_true_path (enclave_change_get_proposal (change)), path) == 0)
        found = change;
    }

  return found;
}

void
_enclave_editor_pane_update_review (EnclaveEditorPane *self, EnclaveEditorPage *page)
{
  EnclaveChange *change = find_change (self, page);
  EnclaveInlineReview *review = get_review (page);

  if (change == (review != NULL ? enclave_inline_review_get_change (review) : NULL))
    return;

  g_object_set_data (G_OBJECT (page), INLINE_REVIEW, NULL);
  if (change != NULL)
    g_object_set_data_full (G_OBJECT (page), INLINE_REVIEW, enclave_inline_review_new (page, self->change_set, change),
                            dispose_review);
}

void
_enclave_editor_pane_drop_review (EnclaveEditorPage *page)
{
  g_object_set_data (G_OBJECT (page), INLINE_REVIEW, NULL);
}

static void
changes_cb (EnclaveEditorPane *self)
{
  for (int i = 0; i < adw_tab_view_get_n_pages (self->tab_view); i++)
    {
      EnclaveEditorPage *page = _enclave_editor_pane_get_page (self, i);

      if (page != NULL)
        _enclave_editor_pane_update_review (self, page);
    }
}

void
enclave_editor_pane_set_change_set (EnclaveEditorPane *self, EnclaveChangeSet *change_set)
{
  g_return_if_fail (ENCLAVE_IS_EDITOR_PANE (self));
  g_return_if_fail (change_set == NULL || ENCLAVE_IS_CHANGE_SET (change_set));

  if (self->change_set == change_set)
    return;

  if (self->change_set != NULL)
    g_signal_handlers_disconnect_by_data (self->change_set, self);
  g_set_object (&self->change_set, change_set);
  if (change_set != NULL)
    {
      g_signal_connect_swapped (change_set, "items-changed", G_CALLBACK (changes_cb), self);
      g_signal_connect_swapped (change_set, "notify::n-proposed", G_CALLBACK (changes_cb), self);
      g_signal_connect_swapped (change_set, "notify::can-undo", G_CALLBACK (changes_cb), self);
    }
  if (self->tab_view != NULL)
    changes_cb (self);
}

void
_enclave_editor_pane_go_to_change (EnclaveEditorPane *self, int step)
{
  EnclaveInlineReview *review = self->active != NULL ? get_review (self->active) : NULL;

  if (review != NULL)
    enclave_inline_review_go (review, step);
}
