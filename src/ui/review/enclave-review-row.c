/* enclave-review-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-review-row.h"

/* Of a head before one was made: a button and what lies round it. */
#define HEAD_HEIGHT 35

struct _EnclaveReviewRow
{
  GtkWidget parent_instance;

  GtkWidget *slot; /* of the head */
  EnclaveReviewHead *head; /* (nullable) */
  GtkWidget *view;
  GtkWidget *editor; /* (nullable) */

  EnclaveReviewItem *item; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (EnclaveReviewRow, enclave_review_row, GTK_TYPE_WIDGET)

/* As high as the last one that was measured: heads differ in words, not in height. */
static int head_height = HEAD_HEIGHT;

static void
set_class (EnclaveReviewRow *self, const char *css_class, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (GTK_WIDGET (self), css_class);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), css_class);
}

void
enclave_review_row_set_item (EnclaveReviewRow *self, EnclaveReviewItem *item)
{
  gboolean file;

  g_return_if_fail (ENCLAVE_IS_REVIEW_ROW (self));
  g_return_if_fail (item == NULL || ENCLAVE_IS_REVIEW_ITEM (item));

  g_set_object (&self->item, item);
  enclave_review_row_set_editor (self, NULL);
  if (item == NULL)
    {
      if (self->head != NULL)
        enclave_review_head_set_item (self->head, NULL);
      enclave_hunk_view_set_text (ENCLAVE_HUNK_VIEW (self->view), NULL);
      return;
    }

  file = enclave_review_item_is_file (item);
  set_class (self, "enclave-review-file", file);
  set_class (self, "enclave-review-hunk", !file);
  set_class (self, "enclave-review-part", !enclave_review_item_is_first_part (item));
  set_class (self, "enclave-review-goes-on", !enclave_review_item_is_last_part (item));
  gtk_widget_set_visible (self->slot, enclave_review_item_is_first_part (item));
  gtk_widget_set_visible (self->view, !file);
  enclave_hunk_view_set_text (ENCLAVE_HUNK_VIEW (self->view), file ? NULL : enclave_review_item_get_text (item));
  enclave_hunk_view_set_visible_range (ENCLAVE_HUNK_VIEW (self->view), 0, 0);
  if (self->head != NULL && enclave_review_item_is_first_part (item))
    enclave_review_head_set_item (self->head, item);
}

EnclaveReviewItem *
enclave_review_row_get_item (EnclaveReviewRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ROW (self), NULL);

  return self->item;
}

EnclaveHunkView *
enclave_review_row_get_view (EnclaveReviewRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ROW (self), NULL);

  return ENCLAVE_HUNK_VIEW (self->view);
}

EnclaveReviewHead *
enclave_review_row_get_head (EnclaveReviewRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ROW (self), NULL);

  return self->item != NULL && enclave_review_item_is_first_part (self->item) ? self->head : NULL;
}

EnclaveReviewHead *
enclave_review_row_come_near (EnclaveReviewRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ROW (self), NULL);

  if (self->item == NULL || self->head != NULL || !enclave_review_item_is_first_part (self->item))
    return NULL;

  self->head = ENCLAVE_REVIEW_HEAD (enclave_review_head_new ());
  enclave_review_head_set_item (self->head, self->item);
  gtk_widget_set_hexpand (GTK_WIDGET (self->head), TRUE);
  gtk_box_append (GTK_BOX (self->slot), GTK_WIDGET (self->head));
  gtk_widget_set_size_request (self->slot, -1, -1);
  if (!enclave_review_item_is_file (self->item))
    gtk_widget_measure (GTK_WIDGET (self->head), GTK_ORIENTATION_VERTICAL, -1, &head_height, NULL, NULL, NULL);

  return self->head;
}

void
enclave_review_row_set_editor (EnclaveReviewRow *self, GtkWidget *editor)
{
  g_return_if_fail (ENCLAVE_IS_REVIEW_ROW (self));

  if (self->editor == editor)
    return;

  g_clear_pointer (&self->editor, gtk_widget_unparent);
  self->editor = editor;
  if (editor != NULL)
    gtk_widget_set_parent (editor, GTK_WIDGET (self));
  gtk_widget_set_visible (self->view, editor == NULL && self->item != NULL && !enclave_review_item_is_file (self->item));
}

static void
enclave_review_row_dispose (GObject *object)
{
  EnclaveReviewRow *self = ENCLAVE_REVIEW_ROW (object);

  g_clear_pointer (&self->editor, gtk_widget_unparent);
  g_clear_object (&self->item);
  self->head = NULL;
  g_clear_pointer (&self->slot, gtk_widget_unparent);
  g_clear_pointer (&self->view, gtk_widget_unparent);

  G_OBJECT_CLASS (enclave_review_row_parent_class)->dispose (object);
}

static void
enclave_review_row_class_init (EnclaveReviewRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = enclave_review_row_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
enclave_review_row_init (EnclaveReviewRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  self->slot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_size_request (self->slot, -1, head_height);
  gtk_widget_set_parent (self->slot, GTK_WIDGET (self));
  self->view = enclave_hunk_view_new ();
  gtk_widget_set_parent (self->view, GTK_WIDGET (self));
}

GtkWidget *
enclave_review_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_REVIEW_ROW, NULL);
}
