/* enclave-review-page-actions.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-review-page-private.h"

/* An edit that has no place is a file of its own with one hunk. */
static gboolean
is_stop (gpointer item, gboolean files)
{
  return !ENCLAVE_IS_REVIEW_ITEM (item)
         || (enclave_review_item_is_file (item) == files && enclave_review_item_is_first_part (item));
}

static void
go (EnclaveReviewPage *self, gboolean files, int step)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint selected = gtk_single_selection_get_selected (self->selection);
  gint64 position = selected == GTK_INVALID_LIST_POSITION ? (step > 0 ? -1 : (gint64) n_items) : (gint64) selected;

  for (position += step; position >= 0 && position < (gint64) n_items; position += step)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), (guint) position);

      if (!is_stop (item, files))
        continue;

      _enclave_review_page_go_to (self, (guint) position);
      return;
    }
}

static void
next_hunk_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  go (ENCLAVE_REVIEW_PAGE (user_data), FALSE, 1);
}

static void
previous_hunk_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  go (ENCLAVE_REVIEW_PAGE (user_data), FALSE, -1);
}

static void
next_file_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  go (ENCLAVE_REVIEW_PAGE (user_data), TRUE, 1);
}

static void
previous_file_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  go (ENCLAVE_REVIEW_PAGE (user_data), TRUE, -1);
}

static void
decide_current (EnclaveReviewPage *self, EnclaveHunkDecision decision)
{
  EnclaveReviewItem *item = _enclave_review_page_get_current (self);

  if (item != NULL)
    enclave_review_item_decide (item, decision);
}

static void
accept_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  decide_current (ENCLAVE_REVIEW_PAGE (user_data), ENCLAVE_HUNK_ACCEPTED);
}

static void
reject_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  decide_current (ENCLAVE_REVIEW_PAGE (user_data), ENCLAVE_HUNK_REJECTED);
}

static void
undo_decision_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  decide_current (ENCLAVE_REVIEW_PAGE (user_data), ENCLAVE_HUNK_UNDECIDED);
}

static void
decide_all (EnclaveChange *change, EnclaveHunkDecision decision, gboolean only_undecided)
{
  if (enclave_change_get_status (change) != ENCLAVE_CHANGE_PROPOSED)
    return;

  /* said once, not once a hunk */
  g_object_freeze_notify (G_OBJECT (change));
  for (guint i = 0; i < enclave_change_get_hunks (change)->len; i++)
    if (!only_undecided || enclave_change_get_decision (change, i) == ENCLAVE_HUNK_UNDECIDED)
      enclave_change_set_decision (change, i, decision);
  g_object_thaw_notify (G_OBJECT (change));
}

static void
decide_file (EnclaveReviewPage *self, EnclaveHunkDecision decision)
{
  EnclaveReviewItem *item = _enclave_review_page_get_current (self);

  if (item != NULL)
    decide_all (enclave_review_item_get_change (item), decision, FALSE);
}

static void
accept_file_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  decide_file (ENCLAVE_REVIEW_PAGE (user_data), ENCLAVE_HUNK_ACCEPTED);
}

static void
reject_file_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  decide_file (ENCLAVE_REVIEW_PAGE (user_data), ENCLAVE_HUNK_REJECTED);
}

static void
decide_rest (EnclaveReviewPage *self, EnclaveHunkDecision decision)
{
  self->deciding = TRUE;
  for (guint i = 0; i < self->changes->len; i++)
    decide_all (g_ptr_array_index (self->changes, i), decision, TRUE);
  self->deciding = FALSE;
  _enclave_review_page_update_head (self);
}

static void
accept_rest_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  decide_rest (ENCLAVE_REVIEW_PAGE (user_data), ENCLAVE_HUNK_ACCEPTED);
}

static void
reject_rest_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  decide_rest (ENCLAVE_REVIEW_PAGE (user_data), ENCLAVE_HUNK_REJECTED);
}

static void
apply_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_review_page_apply (ENCLAVE_REVIEW_PAGE (user_data), NULL);
}

static void
undo_turn_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_review_page_undo_turn (ENCLAVE_REVIEW_PAGE (user_data));
}

static void
close_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  _enclave_review_page_close (ENCLAVE_REVIEW_PAGE (user_data));
}

static void
edit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveReviewPage *self = ENCLAVE_REVIEW_PAGE (user_data);
  EnclaveReviewItem *item = _enclave_review_page_get_current (self);

  if (item != NULL)
    _enclave_review_page_edit (self, item);
}

static void
side_by_side_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  EnclaveReviewPage *self = ENCLAVE_REVIEW_PAGE (user_data);

  gtk_toggle_button_set_active (gtk_toggle_button_get_active (self->sides) ? self->unified : self->sides, TRUE);
}

/* Letters are letters while a person writes. */
static gboolean
key_cb (GtkWidget *widget, GVariant *arguments, gpointer user_data)
{
  EnclaveReviewPage *self = ENCLAVE_REVIEW_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && self->editor != NULL && gtk_widget_is_ancestor (focus, self->editor))
    return FALSE;
  return gtk_widget_activate_action (widget, user_data, NULL);
}

void
_enclave_review_page_install_actions (EnclaveReviewPage *self)
{
  static const GActionEntry entries[] = {
    { "next-hunk", next_hunk_cb },
    { "previous-hunk", previous_hunk_cb },
    { "next-file", next_file_cb },
    { "previous-file", previous_file_cb },
    { "accept", accept_cb },
    { "reject", reject_cb },
    { "accept-file", accept_file_cb },
    { "reject-file", reject_file_cb },
    { "accept-rest", accept_rest_cb },
    { "reject-rest", reject_rest_cb },
    { "undo-decision", undo_decision_cb },
    { "edit", edit_cb },
    { "side-by-side", side_by_side_cb },
    { "apply", apply_cb },
    { "undo-turn", undo_turn_cb },
    { "close", close_cb },
  };
  static const struct
  {
    const char *key;
    const char *action;
  } keys[] = {
    { "n", "review.next-hunk" },
    { "p", "review.previous-hunk" },
    { "bracketright", "review.next-file" },
    { "bracketleft", "review.previous-file" },
    { "y", "review.accept" },
    { "r", "review.reject" },
    { "<Shift>y", "review.accept-file" },
    { "<Shift>r", "review.reject-file" },
    { "u", "review.undo-decision" },
    { "e", "review.edit" },
    { "s", "review.side-by-side" },
    { "<Control>Return", "review.apply" },
    { "<Control>KP_Enter", "review.apply" },
    { "Escape", "review.close" },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "review", G_ACTION_GROUP (self->actions));

  /* before the list sees them: it takes Ctrl+Return */
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[i].key),
                                                            gtk_callback_action_new (key_cb, (gpointer) keys[i].action, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}

static void
set_enabled (EnclaveReviewPage *self, const char *name, gboolean enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
_enclave_review_page_update_actions (EnclaveReviewPage *self)
{
  gboolean busy = self->change_set != NULL && enclave_change_set_get_busy (self->change_set);
  guint n_proposed = self->change_set != NULL ? enclave_change_set_get_n_proposed (self->change_set) : 0;
  guint n_hunks;
  guint n_accepted;
  guint n_rejected;

  _enclave_review_page_count (self, &n_hunks, &n_accepted, &n_rejected);
  /* what stands in the editor is neither kept nor dropped yet */
  set_enabled (self, "apply", n_proposed > 0 && !busy && self->editor == NULL);
  set_enabled (self, "edit", n_proposed > 0 && !busy);
  set_enabled (self, "accept-rest", n_accepted + n_rejected < n_hunks && !busy);
  set_enabled (self, "reject-rest", n_accepted + n_rejected < n_hunks && !busy);
  set_enabled (self, "undo-turn",
               self->change_set != NULL && enclave_change_set_get_can_undo (self->change_set) && !busy);
}
