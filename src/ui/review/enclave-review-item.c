/* enclave-review-item.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-limits.h"
#include "enclave-line-diff.h"
#include "enclave-review-item.h"
#include "enclave-utf8.h"

struct _EnclaveReviewItem
{
  GObject parent_instance;

  EnclaveChange *change;
  int hunk; /* -1: the head of the file */
  guint first_line;
  guint n_lines;
};

G_DEFINE_FINAL_TYPE (EnclaveReviewItem, enclave_review_item, G_TYPE_OBJECT)

static void
enclave_review_item_finalize (GObject *object)
{
  EnclaveReviewItem *self = ENCLAVE_REVIEW_ITEM (object);

  g_clear_object (&self->change);

  G_OBJECT_CLASS (enclave_review_item_parent_class)->finalize (object);
}

static void
enclave_review_item_class_init (EnclaveReviewItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_review_item_finalize;
}

static void
enclave_review_item_init (EnclaveReviewItem *self)
{
}

static void
add_item (GPtrArray *items, EnclaveChange *change, int hunk, guint first_line, guint n_lines)
{
  EnclaveReviewItem *self = g_object_new (ENCLAVE_TYPE_REVIEW_ITEM, NULL);

  self->change = g_object_ref (change);
  self->hunk = hunk;
  self->first_line = first_line;
  self->n_lines = n_lines;
  g_ptr_array_add (items, self);
}

GPtrArray *
enclave_review_item_list (EnclaveChange *change)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *hunks;

  g_return_val_if_fail (ENCLAVE_IS_CHANGE (change), NULL);

  hunks = enclave_change_get_hunks (change);
  add_item (items, change, -1, 0, 0);
  for (guint i = 0; i < hunks->len; i++)
    {
      EnclaveDiffHunk *hunk = g_ptr_array_index (hunks, i);

      for (guint line = 0; line == 0 || line < hunk->lines->len; line += ENCLAVE_REVIEW_PART_LINES)
        add_item (items, change, (int) i, line, MIN (hunk->lines->len - line, ENCLAVE_REVIEW_PART_LINES));
    }

  return g_steal_pointer (&items);
}

EnclaveChange *
enclave_review_item_get_change (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), NULL);

  return self->change;
}

gboolean
enclave_review_item_is_file (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), FALSE);

  return self->hunk < 0;
}

gboolean
enclave_review_item_is_first_part (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), FALSE);

  return self->first_line == 0;
}

guint
enclave_review_item_get_hunk (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), 0);
  g_return_val_if_fail (self->hunk >= 0, 0);

  return (guint) self->hunk;
}

guint
enclave_review_item_get_first_line (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), 0);

  return self->first_line;
}

guint
enclave_review_item_get_n_lines (EnclaveReviewItem *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), 0);

  return self->n_lines;
}

EnclaveHunkDecision
enclave_review_item_get_decision (EnclaveReviewItem *self)
{
  GPtrArray *hunks;
  EnclaveHunkDecision decision;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), ENCLAVE_HUNK_UNDECIDED);

  hunks = enclave_change_get_hunks (self->change);
  if (self->hunk >= 0)
    return (guint) self->hunk < hunks->len ? enclave_change_get_decision (self->change, (guint) self->hunk)
                                           : ENCLAVE_HUNK_UNDECIDED;
  if (hunks->len == 0)
    return ENCLAVE_HUNK_UNDECIDED;

  decision = enclave_change_get_decision (self->change, 0);
  for (guint i = 1; i < hunks->len; i++)
    if (enclave_change_get_decision (self->change, i) != decision)
      return ENCLAVE_HUNK_UNDECIDED;

  return decision;
}

void
enclave_review_item_decide (EnclaveReviewItem *self, EnclaveHunkDecision decision)
{
  guint n_hunks;

  g_return_if_fail (ENCLAVE_IS_REVIEW_ITEM (self));

  n_hunks = enclave_change_get_hunks (self->change)->len;
  if (enclave_change_get_status (self->change) != ENCLAVE_CHANGE_PROPOSED)
    return;

  if (self->hunk >= 0)
    {
      if ((guint) self->hunk < n_hunks)
        enclave_change_set_decision (self->change, (guint) self->hunk, decision);
      return;
    }

  for (guint i = 0; i < n_hunks; i++)
    enclave_change_set_decision (self->change, i, decision);
}

char *
enclave_review_item_dup_place (EnclaveReviewItem *self)
{
  GPtrArray *hunks;
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ITEM (self), NULL);

  hunks = enclave_change_get_hunks (self->change);
  path = enclave_utf8_display_name (enclave_change_get_path (self->change));
  if (self->hunk < 0 || (guint) self->hunk >= hunks->len)
    return g_steal_pointer (&path);

  return g_strdup_printf (_ ("%s, line %u"), path,
                          ((EnclaveDiffHunk *) g_ptr_array_index (hunks, self->hunk))->new_start);
}
