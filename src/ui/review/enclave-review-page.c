/* enclave-review-page.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-review-page-private.h"
#include "enclave-review-resources.h"
#include "enclave-review-row.h"
#include "enclave-settings.h"
#include "enclave-style-sheet.h"

#define NOTE_ERROR 0

enum
{
  CLOSED,
  APPLIED,
  OPEN_FILE,
  ASK_AGAIN,
  CURRENT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveReviewPage, enclave_review_page, GTK_TYPE_WIDGET)

EnclaveReviewItem *
_enclave_review_page_get_current (EnclaveReviewPage *self)
{
  gpointer item = gtk_single_selection_get_selected_item (self->selection);

  return ENCLAVE_IS_REVIEW_ITEM (item) ? item : NULL;
}

void
_enclave_review_page_count (EnclaveReviewPage *self, guint *n_hunks, guint *n_accepted, guint *n_rejected)
{
  *n_hunks = 0;
  *n_accepted = 0;
  *n_rejected = 0;

  for (guint i = 0; i < self->changes->len; i++)
    {
      EnclaveChange *change = g_ptr_array_index (self->changes, i);

      if (enclave_change_get_status (change) != ENCLAVE_CHANGE_PROPOSED || !enclave_change_get_ready (change))
        continue;
      for (guint hunk = 0; hunk < enclave_change_get_hunks (change)->len; hunk++)
        {
          EnclaveHunkDecision decision = enclave_change_get_decision (change, hunk);

          (*n_hunks)++;
          *n_accepted += decision == ENCLAVE_HUNK_ACCEPTED;
          *n_rejected += decision == ENCLAVE_HUNK_REJECTED;
        }
    }
}

static guint
count_conflicts (EnclaveReviewPage *self)
{
  guint n = 0;

  for (guint i = 0; i < self->changes->len; i++)
    n += enclave_change_get_status (g_ptr_array_index (self->changes, i)) == ENCLAVE_CHANGE_CONFLICT;

  return n;
}

static char *
dup_foot (EnclaveReviewPage *self, guint n_hunks, guint n_accepted, guint n_rejected)
{
  guint n_conflicts = count_conflicts (self);
  guint n_applied = self->change_set != NULL ? enclave_change_set_get_n_applied (self->change_set) : 0;
  guint n_missed = _enclave_review_page_get_n_missed (self);

  if (n_missed > 0 && n_hunks + n_applied == 0)
    return g_strdup_printf (ngettext ("%u edit has no place and can’t be applied.", "%u edits have no place and can’t be applied.",
                                      n_missed), n_missed);
  if (n_missed > 0 && n_hunks > 0)
    return g_strdup_printf (ngettext ("%u edit has no place: it stands at the end. Nothing is written before you press Apply.",
                                      "%u edits have no place: they stand at the end. Nothing is written before you press Apply.",
                                      n_missed), n_missed);
  if (n_hunks == 0 && n_applied > 0)
    return g_strdup_printf (ngettext ("Applied %u file.", "Applied %u files.", n_applied), n_applied);
  if (n_conflicts > 0)
    return g_strdup_printf (ngettext ("%u file changed since and was not written.",
                                      "%u files changed since and were not written.", n_conflicts), n_conflicts);
  if (n_rejected > 0)
    return g_strdup_printf (_ ("%u of %u hunks accepted, %u rejected. Nothing is written before you press Apply."),
                            n_accepted, n_hunks, n_rejected);
  if (n_accepted > 0)
    return g_strdup_printf (_ ("%u of %u hunks accepted. Nothing is written before you press Apply."), n_accepted,
                            n_hunks);
  return g_strdup (_ ("Nothing is written before you press Apply."));
}

static void
set_number (GtkLabel *label, const char *sign, guint number)
{
  g_autofree char *text = g_strdup_printf ("%s%u", sign, number);

  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), number > 0);
}

void
_enclave_review_page_update_head (EnclaveReviewPage *self)
{
  guint n_files = self->changes->len;
  guint n_missed = _enclave_review_page_get_n_missed (self);
  gboolean open = self->change_set != NULL && enclave_change_set_get_n_proposed (self->change_set) > 0;
  g_autofree char *files = g_strdup_printf (ngettext ("%u file", "%u files", n_files), n_files);
  g_autofree char *label = NULL;
  g_autofree char *foot = NULL;
  guint n_hunks;
  guint n_accepted;
  guint n_rejected;
  guint n_added = 0;
  guint n_removed = 0;

  /* once when many decisions are taken together */
  if (self->deciding)
    return;

  _enclave_review_page_count (self, &n_hunks, &n_accepted, &n_rejected);
  for (guint i = 0; i < self->changes->len; i++)
    {
      EnclaveChange *change = g_ptr_array_index (self->changes, i);

      if (!enclave_change_get_ready (change))
        continue;
      n_added += enclave_change_get_added (change);
      n_removed += enclave_change_get_removed (change);
    }

  label = n_accepted + n_rejected == 0 ? g_strdup (_ ("Apply all"))
                                       : g_strdup_printf (ngettext ("Apply %u hunk", "Apply %u hunks", n_accepted),
                                                          n_accepted);
  foot = dup_foot (self, n_hunks, n_accepted, n_rejected);
  gtk_button_set_label (self->apply, label);
  /* the label counts, the name stays */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->apply), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Apply"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, label, -1);
  gtk_label_set_label (self->n_files, files);
  gtk_label_set_label (self->foot, foot);
  set_number (self->added, "+", n_added);
  set_number (self->removed, "−", n_removed);

  gtk_widget_set_visible (GTK_WIDGET (self->n_files), n_files > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->foot), n_files + n_missed > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->apply), open);
  gtk_widget_set_visible (self->accept_rest, open);
  gtk_widget_set_visible (self->reject_rest, open);
  gtk_widget_set_visible (self->undo_turn, self->change_set != NULL
                                               && enclave_change_set_get_can_undo (self->change_set));
  gtk_stack_set_visible_child_name (self->stack, n_files + n_missed > 0 ? "changes" : "empty");
  _enclave_review_page_update_actions (self);
}

static void
show_error (EnclaveReviewPage *self, const char *text, GError *error)
{
  enclave_info_row_present (self->info_row, NOTE_ERROR, "dialog-error-symbolic", text, error->message,
                            (const char *const[]){ "dismiss", _ ("Dismiss"), NULL });
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveReviewPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!enclave_change_set_apply_finish (ENCLAVE_CHANGE_SET (source), result, &error))
    {
      /* a conflict is said where it is, with the ways out */
      if (self->list != NULL && count_conflicts (self) == 0)
        show_error (self, _ ("Nothing was written"), error);
      return;
    }

  if (self->list != NULL)
    _enclave_review_page_update_head (self);
  g_signal_emit (self, signals[APPLIED], 0);
}

void
_enclave_review_page_apply (EnclaveReviewPage *self, EnclaveChange *change)
{
  if (self->change_set == NULL || enclave_change_set_get_busy (self->change_set))
    return;

  enclave_info_row_withdraw (self->info_row, NOTE_ERROR);
  enclave_change_set_apply_async (self->change_set, change, NULL, applied_cb, g_object_ref (self));
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveReviewPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean undone = enclave_change_set_undo_finish (ENCLAVE_CHANGE_SET (source), result, &error);

  if (self->list == NULL)
    return;
  if (!undone)
    show_error (self, _ ("The turn could not be undone"), error);
  _enclave_review_page_update_head (self);
}

void
_enclave_review_page_undo_turn (EnclaveReviewPage *self)
{
  if (self->change_set == NULL || enclave_change_set_get_busy (self->change_set))
    return;

  enclave_info_row_withdraw (self->info_row, NOTE_ERROR);
  /* The chat asks about files that were changed since; without one they are the error. */
  if (gtk_widget_activate_action (GTK_WIDGET (self), "win.undo-turn", NULL))
    return;
  enclave_change_set_undo_async (self->change_set, NULL, undone_cb, g_object_ref (self));
}

void
_enclave_review_page_close (EnclaveReviewPage *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
matched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveReviewPage) self = user_data;
  g_autoptr (GError) error = NULL;

  /* where it does not fit stands at the file */
  if (!enclave_change_set_match_again_finish (ENCLAVE_CHANGE_SET (source), result, &error))
    g_debug ("Not matched again: %s", error->message);
  if (self->list != NULL)
    _enclave_review_page_update_head (self);
}

void
_enclave_review_page_match_again (EnclaveReviewPage *self, EnclaveChange *change)
{
  enclave_info_row_withdraw (self->info_row, NOTE_ERROR);
  enclave_change_set_match_again_async (self->change_set, change, NULL, matched_cb, g_object_ref (self));
}

void
_enclave_review_page_ask_again (EnclaveReviewPage *self, EnclaveMissedEdit *edit)
{
  g_signal_emit (self, signals[ASK_AGAIN], 0, edit);
}

void
_enclave_review_page_open_file (EnclaveReviewPage *self, EnclaveChange *change)
{
  g_autoptr (GFile) file = g_file_new_for_path (enclave_proposal_get_true_path (enclave_change_get_proposal (change)));

  g_signal_emit (self, signals[OPEN_FILE], 0, file);
}

static void
enclave_review_page_dispose (GObject *object)
{
  EnclaveReviewPage *self = ENCLAVE_REVIEW_PAGE (object);

  _enclave_review_page_drop_rows (self);
  if (self->change_set != NULL)
    g_signal_handlers_disconnect_by_data (self->change_set, self);
  g_clear_object (&self->change_set);
  gtk_widget_dispose_template (GTK_WIDGET (self), ENCLAVE_TYPE_REVIEW_PAGE);
  self->list = NULL;
  g_clear_object (&self->selection);
  g_clear_object (&self->items);
  g_clear_object (&self->models);
  g_clear_object (&self->actions);
  g_clear_object (&self->colours);
  g_clear_object (&self->style);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (enclave_review_page_parent_class)->dispose (object);
}

static void
enclave_review_page_finalize (GObject *object)
{
  g_ptr_array_unref (ENCLAVE_REVIEW_PAGE (object)->changes);
  g_ptr_array_unref (ENCLAVE_REVIEW_PAGE (object)->rows);
  g_hash_table_unref (ENCLAVE_REVIEW_PAGE (object)->folded);

  G_OBJECT_CLASS (enclave_review_page_parent_class)->finalize (object);
}

static void
enclave_review_page_class_init (EnclaveReviewPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = enclave_review_page_dispose;
  object_class->finalize = enclave_review_page_finalize;

  signals[CLOSED] = g_signal_new ("closed", ENCLAVE_TYPE_REVIEW_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  signals[APPLIED] = g_signal_new ("applied", ENCLAVE_TYPE_REVIEW_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  signals[OPEN_FILE] = g_signal_new ("open-file", ENCLAVE_TYPE_REVIEW_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_FILE);
  signals[ASK_AGAIN] = g_signal_new ("ask-again", ENCLAVE_TYPE_REVIEW_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, ENCLAVE_TYPE_MISSED_EDIT);
  signals[CURRENT_CHANGED] = g_signal_new ("current-changed", ENCLAVE_TYPE_REVIEW_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 0);

  /* the linker leaves a resource out that nobody names */
  enclave_review_get_resource ();
  g_type_ensure (ENCLAVE_TYPE_INFO_ROW);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/dev/enclave/Enclave/review/enclave-review-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, head);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, title);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, n_files);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, added);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, removed);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, unified);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, sides);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, undo_turn);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, reject_rest);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, accept_rest);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, apply);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, info_row);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, stack);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, list);
  gtk_widget_class_bind_template_child (widget_class, EnclaveReviewPage, foot);
}

static void
style_changed_cb (EnclaveReviewPage *self)
{
  self->style_number++;
  _enclave_review_page_look_round (self);
}

static void
selected_cb (EnclaveReviewPage *self)
{
  g_signal_emit (self, signals[CURRENT_CHANGED], 0);
}

static void
enclave_review_page_init (EnclaveReviewPage *self)
{
  g_autoptr (GError) error = NULL;

  enclave_style_sheet_add ("/dev/enclave/Enclave/review/enclave-review.css");
  self->changes = g_ptr_array_new_with_free_func (g_object_unref);
  self->rows = g_ptr_array_new ();
  self->folded = g_hash_table_new (NULL, NULL);
  self->items = g_list_store_new (ENCLAVE_TYPE_REVIEW_ITEM);
  self->actions = g_simple_action_group_new ();
  self->settings = enclave_settings_new ("dev.enclave.Enclave", NULL, &error);
  if (self->settings == NULL)
    g_debug ("Review without settings: %s", error->message);
  self->style = enclave_text_style_new (self->settings);
  self->style_number = 1;
  self->colours = enclave_hunk_colours_new (self->style);
  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_object (self->style, "changed", G_CALLBACK (style_changed_cb), self, G_CONNECT_SWAPPED);
  _enclave_review_page_install_rows (self);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  _enclave_review_page_install_actions (self);
  _enclave_review_page_update_head (self);
}

GtkWidget *
enclave_review_page_new (void)
{
  return g_object_new (ENCLAVE_TYPE_REVIEW_PAGE, NULL);
}

void
enclave_review_page_set_change_set (EnclaveReviewPage *self, EnclaveChangeSet *change_set)
{
  g_return_if_fail (ENCLAVE_IS_REVIEW_PAGE (self));
  g_return_if_fail (change_set == NULL || ENCLAVE_IS_CHANGE_SET (change_set));

  if (self->change_set == change_set)
    return;

  if (self->change_set != NULL)
    g_signal_handlers_disconnect_by_data (self->change_set, self);
  g_set_object (&self->change_set, change_set);
  _enclave_review_page_follow_missed (self);
  if (change_set != NULL)
    {
      g_signal_connect_swapped (change_set, "items-changed", G_CALLBACK (_enclave_review_page_queue_rebuild), self);
      g_signal_connect_swapped (change_set, "notify::busy", G_CALLBACK (_enclave_review_page_update_head), self);
      g_signal_connect_swapped (change_set, "notify::can-undo", G_CALLBACK (_enclave_review_page_update_head), self);
      g_signal_connect_swapped (change_set, "notify::n-proposed", G_CALLBACK (_enclave_review_page_update_head), self);
      g_signal_connect_swapped (change_set, "notify::n-missed", G_CALLBACK (_enclave_review_page_update_head), self);
    }
  _enclave_review_page_rebuild (self);
}

gboolean
enclave_review_page_focus (EnclaveReviewPage *self)
{
  g_return_val_if_fail (ENCLAVE_IS_REVIEW_PAGE (self), FALSE);

  if (self->changes->len + _enclave_review_page_get_n_missed (self) == 0)
    return gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
  return gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

void
enclave_review_page_show_change (EnclaveReviewPage *self, EnclaveChange *change, gboolean focus)
{
  guint n_items;

  g_return_if_fail (ENCLAVE_IS_REVIEW_PAGE (self));
  g_return_if_fail (ENCLAVE_IS_CHANGE (change));

  n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  if (focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (EnclaveReviewItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      g_autoptr (EnclaveReviewItem) next = g_list_model_get_item (G_LIST_MODEL (self->items), i + 1);

      if (enclave_review_item_get_change (item) != change)
        continue;
      /* Its head is seen above its first hunk. */
      gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", i);
      _enclave_review_page_go_to (self, next != NULL && enclave_review_item_get_change (next) == change ? i + 1 : i);
      return;
    }
}

EnclaveChange *
enclave_review_page_get_current_change (EnclaveReviewPage *self)
{
  EnclaveReviewItem *item;

  g_return_val_if_fail (ENCLAVE_IS_REVIEW_PAGE (self), NULL);

  item = _enclave_review_page_get_current (self);

  return item != NULL ? enclave_review_item_get_change (item) : NULL;
}
