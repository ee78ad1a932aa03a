/* enclave-review-row.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-hunk-view.h"
#include "enclave-review-row.h"
#include "enclave-utf8.h"

struct _EnclaveReviewRow
{
  GtkWidget parent_instance;

  GtkWidget *head;
  GtkWidget *icon;
  GtkLabel *name;
  GtkLabel *added;
  GtkLabel *removed;
  GtkLabel *flag;
  GtkLabel *tag;
  GtkWidget *undo;
  GtkWidget *reject;
  GtkWidget *accept;
  GtkWidget *retry;
  GtkLabel *message;
  EnclaveHunkView *lines;

  EnclaveReviewItem *item; /* (nullable) */
};

enum
{
  RETRY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveReviewRow, enclave_review_row, GTK_TYPE_WIDGET)

static void
show_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && text[0] != '\0');
}

static const char *
get_status_text (EnclaveChangeStatus status)
{
  switch (status)
    {
    case ENCLAVE_CHANGE_APPLIED:
      return _ ("Applied");
    case ENCLAVE_CHANGE_REJECTED:
      return _ ("Rejected");
    case ENCLAVE_CHANGE_CONFLICT:
      return _ ("Not applied");
    case ENCLAVE_CHANGE_UNDONE:
      return _ ("Undone");
    case ENCLAVE_CHANGE_PROPOSED:
    default:
      return NULL;
    }
}

static void
set_tag (EnclaveReviewRow *self, const char *text, const char *css_class)
{
  static const char *const classes[] = { "success", "warning", "error" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (GTK_WIDGET (self->tag), classes[i]);
  if (css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->tag), css_class);
  show_text (self->tag, text);
}

static void
update_decision (EnclaveReviewRow *self)
{
  EnclaveChange *change = enclave_review_item_get_change (self->item);
  EnclaveChangeStatus status = enclave_change_get_status (change);
  EnclaveHunkDecision decision = enclave_review_item_get_decision (self->item);
  gboolean file = enclave_review_item_is_file (self->item);
  gboolean open = status == ENCLAVE_CHANGE_PROPOSED && enclave_change_get_hunks (change)->len > 0;

  gtk_widget_set_visible (self->undo, open && decision != ENCLAVE_HUNK_UNDECIDED);
  gtk_widget_set_visible (self->accept, open && decision == ENCLAVE_HUNK_UNDECIDED);
  gtk_widget_set_visible (self->reject, open && decision == ENCLAVE_HUNK_UNDECIDED);
  gtk_widget_set_visible (self->retry, file && status == ENCLAVE_CHANGE_CONFLICT);

  if (status != ENCLAVE_CHANGE_PROPOSED)
    set_tag (self, file ? get_status_text (status) : NULL,
             status == ENCLAVE_CHANGE_APPLIED ? "success" : status == ENCLAVE_CHANGE_CONFLICT ? "error" : NULL);
  else if (decision == ENCLAVE_HUNK_ACCEPTED)
    set_tag (self, _ ("Accepted"), "success");
  else if (decision == ENCLAVE_HUNK_REJECTED)
    set_tag (self, _ ("Rejected"), NULL);
  else
    set_tag (self, NULL, NULL);

  show_text (self->message, file ? enclave_change_get_message (change) : NULL);
}

static const char *
get_flag (EnclaveChange *change)
{
  EnclaveProposal *proposal = enclave_change_get_proposal (change);

  if (enclave_proposal_get_protected (proposal))
    return _ ("Protected file");
  if (enclave_change_get_inexact (change))
    return _ ("Matched apart from indentation");
  if (enclave_proposal_get_old_text (proposal) == NULL)
    return _ ("New file");
  if (enclave_proposal_get_new_text (proposal) == NULL)
    return _ ("Deletes the file");
  return NULL;
}

static void
show_file (EnclaveReviewRow *self)
{
  EnclaveChange *change = enclave_review_item_get_change (self->item);
  g_autofree char *path = enclave_utf8_display_name (enclave_change_get_path (change));
  guint n_added = enclave_change_get_added (change);
  guint n_removed = enclave_change_get_removed (change);
  g_autofree char *added = n_added > 0 ? g_strdup_printf ("+%u", n_added) : NULL;
  g_autofree char *removed = n_removed > 0 ? g_strdup_printf ("−%u", n_removed) : NULL;

  gtk_label_set_label (self->name, path);
  show_text (self->added, added);
  show_text (self->removed, removed);
  show_text (self->flag, get_flag (change));
  enclave_hunk_view_set_lines (self->lines, NULL, 0, 0);
}

static void
show_hunk (EnclaveReviewRow *self)
{
  GPtrArray *hunks = enclave_change_get_hunks (enclave_review_item_get_change (self->item));
  guint index = enclave_review_item_get_hunk (self->item);
  EnclaveDiffHunk *hunk = index < hunks->len ? g_ptr_array_index (hunks, index) : NULL;
  g_autofree char *name = g_strdup_printf (_ ("Line %u"), hunk != NULL ? hunk->new_start : 0);

  gtk_label_set_label (self->name, name);
  show_text (self->added, NULL);
  show_text (self->removed, NULL);
  show_text (self->flag, NULL);
  enclave_hunk_view_set_lines (self->lines, hunk, enclave_review_item_get_first_line (self->item),
                               enclave_review_item_get_n_lines (self->item));
}

static void
set_class (GtkWidget *widget, const char *css_class, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (widget, css_class);
  else
    gtk_widget_remove_css_class (widget, css_class);
}

void
enclave_review_row_set_item (EnclaveReviewRow *self, EnclaveReviewItem *item)
{
  g_autofree char *place = NULL;
  GtkWidget *buttons[4];
  gboolean file;

  g_return_if_fail (ENCLAVE_IS_REVIEW_ROW (self));
  g_return_if_fail (item == NULL || ENCLAVE_IS_REVIEW_ITEM (item));

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (enclave_review_item_get_change (self->item), self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;

  file = enclave_review_item_is_file (item);
  set_class (GTK_WIDGET (self), "enclave-review-file", file);
  set_class (GTK_WIDGET (self), "enclave-review-hunk", !file);
  set_class (GTK_WIDGET (self), "enclave-review-part", !enclave_review_item_is_first_part (item));
  set_class (GTK_WIDGET (self->name), "heading", file);
  gtk_widget_set_visible (self->icon, file);
  gtk_widget_set_visible (self->head, enclave_review_item_is_first_part (item));
  gtk_widget_set_visible (GTK_WIDGET (self->lines), !file);
  if (file)
    show_file (self);
  else
    show_hunk (self);

  place = enclave_review_item_dup_place (item);
  buttons[0] = self->accept;
  buttons[1] = self->reject;
  buttons[2] = self->undo;
  buttons[3] = self->retry;
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    gtk_accessible_update_property (GTK_ACCESSIBLE (buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    gtk_button_get_label (GTK_BUTTON (buttons[i])),
                                    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, place, -1);

  g_signal_connect_swapped (enclave_review_item_get_change (item), "notify::decided", G_CALLBACK (update_decision), self);
  g_signal_connect_swapped (enclave_review_item_get_change (item), "notify::status", G_CALLBACK (update_decision), self);
  g_signal_connect_swapped (enclave_review_item_get_change (item), "notify::message", G_CALLBACK (update_decision), self);
  update_decision (self);
}

EnclaveReviewItem *
enclave_review_row_get_item (EnclaveReviewRow *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_ROW (self), NULL);

  return self->item;
}

static void
accept_cb (EnclaveReviewRow *self)
{
  if (self->item != NULL)
    enclave_review_item_decide (self->item, ENCLAVE_HUNK_ACCEPTED);
}

static void
reject_cb (EnclaveReviewRow *self)
{
  if (self->item != NULL)
    enclave_review_item_decide (self->item, ENCLAVE_HUNK_REJECTED);
}

static void
undo_cb (EnclaveReviewRow *self)
{
  if (self->item != NULL)
    enclave_review_item_decide (self->item, ENCLAVE_HUNK_UNDECIDED);
}

static void
retry_cb (EnclaveReviewRow *self)
{
  g_signal_emit (self, signals[RETRY], 0);
}

static void
enclave_review_row_dispose (GObject *object)
{
  EnclaveReviewRow *self = ENCLAVE_REVIEW_ROW (object);

  enclave_review_row_set_item (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_REVIEW_ROW);

  G_OBJECT_CLASS (enclave_review_row_parent_class)->dispose (object);
}

static void
enclave_review_row_class_init (EnclaveReviewRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_review_row_dispose;
  signals[RETRY] = g_signal_new ("retry", ENCLAVE_TYPE_REVIEW_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 0);

  g_type_ensure (ENCLAVE_TYPE_HUNK_VIEW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/review/enclave-review-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, head);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, icon);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, name);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, added);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, removed);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, flag);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, tag);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, undo);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, reject);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, accept);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, retry);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, message);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewRow, lines);
}

static void
enclave_review_row_init (EnclaveReviewRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (self->accept, "clicked", G_CALLBACK (accept_cb), self);
  g_signal_connect_swapped (self->reject, "clicked", G_CALLBACK (reject_cb), self);
  g_signal_connect_swapped (self->undo, "clicked", G_CALLBACK (undo_cb), self);
  g_signal_connect_swapped (self->retry, "clicked", G_CALLBACK (retry_cb), self);
}

GtkWidget *
enclave_review_row_new (void)
{
  return g_object_new (ENCLAVE_TYPE_REVIEW_ROW, NULL);
}
