/* enclave-change-set-undo.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-change-set-private.h"

#include "enclave-checkpoint-turn.h"
#include "enclave-undo-plan-private.h"

typedef struct
{
  char *conversation;
  char *turn;
  gboolean redo;
  EnclaveUndoPlan *plan;
} UndoState;

static void
undo_state_free (gpointer data)
{
  UndoState *state = data;

  g_free (state->conversation);
  g_free (state->turn);
  g_clear_object (&state->plan);
  g_free (state);
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (enclave_undo_plan_prepare_finish (ENCLAVE_UNDO_PLAN (source), result, &error))
    g_task_return_pointer (task, g_object_ref (source), g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static EnclaveCheckpointTurn *
find_turn (GPtrArray *turns, const UndoState *state)
{
  for (guint i = 0; i < turns->len; i++)
    {
      EnclaveCheckpointTurn *turn = g_ptr_array_index (turns, i);

      if (strcmp (enclave_checkpoint_turn_get_turn (turn), state->turn) == 0
          && strcmp (enclave_checkpoint_turn_get_conversation (turn), state->conversation) == 0)
        return turn;
    }

  return NULL;
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveChangeSet *self = g_task_get_source_object (task);
  UndoState *state = g_task_get_task_data (task);
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GPtrArray) turns = NULL;
  g_autoptr (GError) error = NULL;
  EnclaveCheckpointTurn *turn;
  GPtrArray *taken = NULL;

  records = enclave_gate_list_checkpoints_finish (ENCLAVE_GATE (source), result, NULL, &error);
  if (records == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  turns = enclave_checkpoint_turns_from_records (records);
  turn = find_turn (turns, state);
  if (turn != NULL)
    taken = state->redo ? enclave_checkpoint_turn_get_undoing (turn) : enclave_checkpoint_turn_get_standing (turn);
  if (taken == NULL || taken->len == 0)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s",
                               state->redo ? _("There is nothing to be done again: what the turn changed stands")
                                           : _("There is nothing to undo: what the turn changed was taken back, or is "
                                               "not kept any more"));
      return;
    }
  state->plan = enclave_undo_plan_new (self->gate, taken, state->conversation, state->turn,
                                       enclave_checkpoint_turn_get_title (turn));
  enclave_undo_plan_prepare_async (state->plan, g_task_get_cancellable (task), prepared_cb, g_object_ref (task));
}

/**
 * enclave_change_set_plan_undo_async:
 * @self: a set
 * @conversation: (nullable): the conversation's id
 * @turn: (nullable): the turn's id in it; %NULL the last turn of this set that has written something
 * @redo: whether it is to be done again after it was taken back
 * @cancellable: (nullable): ends it
 * @callback: called with the plan, which has looked at every file
 * @user_data: for @callback
 *
 * Nothing is written. Works for every turn that the history of the project has, from whatever run of the program.
 */
void
enclave_change_set_plan_undo_async (EnclaveChangeSet *self, const char *conversation, const char *turn, gboolean redo,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  UndoState *state;

  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_change_set_plan_undo_async);
  if (turn == NULL)
    {
      conversation = self->applied.conversation;
      turn = self->applied.turn;
    }
  state = g_new0 (UndoState, 1);
  state->conversation = g_strdup (conversation != NULL ? conversation : "");
  state->turn = g_strdup (turn != NULL ? turn : "");
  state->redo = redo;
  g_task_set_task_data (task, state, undo_state_free);
  enclave_gate_list_checkpoints_async (self->gate, cancellable, listed_cb, g_object_ref (task));
}

EnclaveUndoPlan *
enclave_change_set_plan_undo_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The rows of the turn that is shown say what became of them. */
static void
settle (EnclaveChangeSet *self, EnclaveUndoPlan *plan)
{
  gboolean redo = enclave_undo_plan_get_is_redo (plan);
  EnclaveChangeStatus from = redo ? ENCLAVE_CHANGE_UNDONE : ENCLAVE_CHANGE_APPLIED;
  EnclaveChangeStatus to = redo ? ENCLAVE_CHANGE_APPLIED : ENCLAVE_CHANGE_UNDONE;

  if (!enclave_undo_plan_is_of_turn (plan, self->applied.conversation, self->applied.turn))
    return;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (plan)); i++)
    {
      g_autoptr (EnclaveUndoFile) file = g_list_model_get_item (G_LIST_MODEL (plan), i);
      g_autofree char *true_path = enclave_undo_plan_dup_true_path (plan, file);
      EnclaveChange *change;

      if (enclave_undo_file_get_decision (file) == ENCLAVE_UNDO_LEAVE)
        continue;
      while ((change = enclave_change_set_find (self, true_path, from)) != NULL)
        enclave_change_set_status (change, to, NULL);
    }
  self->can_undo = redo;
  self->can_redo = !redo;
}

static void
ran_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveChangeSet *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  gboolean done = enclave_undo_plan_apply_finish (ENCLAVE_UNDO_PLAN (source), result, &error);

  if (done)
    settle (self, ENCLAVE_UNDO_PLAN (source));
  enclave_change_set_set_busy (self, FALSE);
  enclave_change_set_update (self);
  if (!done)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  enclave_change_set_emit_history_changed (self);
  g_task_return_boolean (task, TRUE);
}

void
enclave_change_set_run_plan_async (EnclaveChangeSet *self, EnclaveUndoPlan *plan, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));
  g_return_if_fail (ENCLAVE_IS_UNDO_PLAN (plan));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_change_set_run_plan_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->busy)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               _("Changes can’t be written: the last ones are still being written"));
      return;
    }
  enclave_change_set_set_busy (self, TRUE);
  enclave_undo_plan_apply_async (plan, cancellable, ran_cb, g_object_ref (task));
}

gboolean
enclave_change_set_run_plan_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
undo_ran_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (enclave_change_set_run_plan_finish (ENCLAVE_CHANGE_SET (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
undo_planned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveUndoPlan) plan = enclave_change_set_plan_undo_finish (ENCLAVE_CHANGE_SET (source), result, &error);

  if (plan == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  enclave_change_set_run_plan_async (ENCLAVE_CHANGE_SET (source), plan, g_task_get_cancellable (task), undo_ran_cb,
                                     g_object_ref (task));
}

/**
 * enclave_change_set_undo_async:
 * @self: a set
 * @cancellable: (nullable): ends it before the first file is written
 * @callback: called when all is back or nothing was changed
 * @user_data: for @callback
 *
 * "Undo turn" where nobody can be asked about a conflict: it is the error.
 */
void
enclave_change_set_undo_async (EnclaveChangeSet *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_change_set_undo_async);
  g_task_set_check_cancellable (task, FALSE);
  enclave_change_set_plan_undo_async (self, NULL, NULL, FALSE, cancellable, undo_planned_cb, g_object_ref (task));
}

gboolean
enclave_change_set_undo_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_change_set_undo_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
