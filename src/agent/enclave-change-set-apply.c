/* enclave-change-set-apply.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-change-set-private.h"

typedef struct
{
  EnclaveChange *change;
  EnclaveProposal *written;
  char *rest; /* text with what is still undecided; NULL: nothing is */
} ApplyItem;

typedef struct
{
  EnclaveToolScope *scope;
  GPtrArray *items;   /* (element-type ApplyItem) */
  guint next;
} ApplyState;

static void
apply_item_free (gpointer data)
{
  ApplyItem *item = data;

  g_clear_object (&item->change);
  g_clear_object (&item->written);
  g_free (item->rest);
  g_free (item);
}

static void
apply_state_free (gpointer data)
{
  ApplyState *state = data;

  g_clear_object (&state->scope);
  g_clear_pointer (&state->items, g_ptr_array_unref);
  g_free (state);
}

static GTask *
begin_task (EnclaveChangeSet *self, const char *actor, const char *tool, gpointer source_tag,
            GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  ApplyState *state = g_new0 (ApplyState, 1);

  g_task_set_source_tag (task, source_tag);
  /* What was written is recorded, also when cancelling came too late to stop it. */
  g_task_set_check_cancellable (task, FALSE);
  state->scope = enclave_gate_open_scope (self->gate, actor, tool, ENCLAVE_EFFECT_WRITE);
  enclave_tool_scope_set_checkpoint (state->scope, self->turn.conversation, self->turn.turn, self->turn.title, NULL, NULL);
  state->items = g_ptr_array_new_with_free_func (apply_item_free);
  g_task_set_task_data (task, state, apply_state_free);

  if (self->busy)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PENDING,
                               _("Changes can’t be written: the last ones are still being written"));
      return NULL;
    }
  enclave_change_set_set_busy (self, TRUE);

  return g_steal_pointer (&task);
}

static void
end_task (GTask *task, GError *error)
{
  EnclaveChangeSet *self = g_task_get_source_object (task);

  enclave_change_set_set_busy (self, FALSE);
  enclave_change_set_update (self);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* @only: (nullable) (element-type EnclaveChange). */
static void
collect (EnclaveChangeSet *self, GPtrArray *only, GPtrArray *items)
{
  gboolean any_decided = FALSE;

  for (guint i = 0; i < self->changes->len; i++)
    {
      EnclaveChange *change = g_ptr_array_index (self->changes, i);

      if (only == NULL ? enclave_change_get_status (change) == ENCLAVE_CHANGE_PROPOSED
                       : g_ptr_array_find (only, change, NULL))
        any_decided = any_decided || enclave_change_get_n_decided (change) > 0;
    }

  for (guint i = 0; i < self->changes->len; i++)
    {
      EnclaveChange *change = g_ptr_array_index (self->changes, i);
      EnclaveChangeStatus status = enclave_change_get_status (change);
      ApplyItem *item;

      if (only != NULL && !g_ptr_array_find (only, change, NULL))
        continue;
      if (status != ENCLAVE_CHANGE_PROPOSED && !(only != NULL && status == ENCLAVE_CHANGE_CONFLICT))
        continue;

      if (any_decided)
        {
          guint n_accepted = enclave_change_count_decisions (change, ENCLAVE_HUNK_ACCEPTED);
          guint n_undecided = enclave_change_count_decisions (change, ENCLAVE_HUNK_UNDECIDED);
          g_autofree char *accepted = NULL;

          if (n_accepted == 0)
            {
              if (n_undecided == 0)
                enclave_change_set_status (change, ENCLAVE_CHANGE_REJECTED, NULL);
              continue;
            }

          accepted = enclave_change_dup_partial_text (change, FALSE);
          item = g_new0 (ApplyItem, 1);
          item->written = enclave_proposal_with_new_text (enclave_change_get_proposal (change), accepted);
          if (n_undecided > 0)
            item->rest = enclave_change_dup_partial_text (change, TRUE);
        }
      else
        {
          item = g_new0 (ApplyItem, 1);
          item->written = g_object_ref (enclave_change_get_proposal (change));
        }
      item->change = g_object_ref (change);
      g_ptr_array_add (items, item);
    }
}

/* What was written joins an earlier application of the same turn, so that a file is one row. */
static void
settle_item (EnclaveChangeSet *self, ApplyItem *item)
{
  const char *true_path = enclave_proposal_get_true_path (item->written);
  EnclaveChange *earlier = enclave_change_set_find (self, true_path, ENCLAVE_CHANGE_APPLIED);
  guint n_rejected = enclave_change_count_decisions (item->change, ENCLAVE_HUNK_REJECTED);

  enclave_change_set_n_left_out (item->change, n_rejected);
  enclave_change_set_proposal (item->change, item->written, NULL);
  enclave_change_set_status (item->change, ENCLAVE_CHANGE_APPLIED, NULL);

  if (earlier != NULL && earlier != item->change)
    {
      g_autoptr (EnclaveProposal) merged =
        enclave_proposal_with_new_text (enclave_change_get_proposal (earlier),
                                        enclave_proposal_get_new_text (item->written));

      enclave_change_set_n_left_out (earlier, enclave_change_get_n_left_out (earlier) + n_rejected);
      enclave_change_set_proposal (earlier, merged, enclave_change_get_last_origin (item->change));
      enclave_change_set_remove (self, item->change);
    }
}

static void prepare_next_rest (GTask *owned_task);

static void
rest_prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveChangeSet *self = g_task_get_source_object (task);
  ApplyState *state = g_task_get_task_data (task);
  ApplyItem *item = g_ptr_array_index (state->items, state->next);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveProposal) rest = NULL;

  rest = enclave_tool_scope_prepare_write_finish (ENCLAVE_TOOL_SCOPE (source), result, &error);
  if (rest != NULL)
    enclave_change_set_add_from (self, rest, enclave_change_get_last_origin (item->change));
  else
    g_debug ("Undecided hunks of %s can't be kept: %s", enclave_change_get_path (item->change), error->message);

  state->next++;
  prepare_next_rest (g_steal_pointer (&task));
}

/* Hunks without a decision stay proposed, on top of what was written. */
static void
prepare_next_rest (GTask *owned_task)
{
  g_autoptr (GTask) task = owned_task;
  ApplyState *state = g_task_get_task_data (task);

  while (state->next < state->items->len)
    {
      ApplyItem *item = g_ptr_array_index (state->items, state->next);

      if (item->rest != NULL)
        {
          enclave_tool_scope_prepare_write_async (state->scope, enclave_proposal_get_path (item->written),
                                                  enclave_proposal_get_new_text (item->written), item->rest,
                                                  g_task_get_cancellable (task), rest_prepared_cb,
                                                  g_object_ref (task));
          return;
        }
      state->next++;
    }

  end_task (task, NULL);
}

static void
mark_failure (ApplyState *state, const GError *error)
{
  const char *path = enclave_gate_error_get_path (error);
  gboolean conflict = g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_CHANGED)
                      || g_error_matches (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_NOT_FOUND);

  for (guint i = 0; i < state->items->len; i++)
    {
      ApplyItem *item = g_ptr_array_index (state->items, i);

      if (state->items->len > 1 && g_strcmp0 (path, enclave_change_get_path (item->change)) != 0)
        continue;
      enclave_change_set_status (item->change, conflict ? ENCLAVE_CHANGE_CONFLICT : ENCLAVE_CHANGE_PROPOSED,
                                 error->message);
    }
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveChangeSet *self = g_task_get_source_object (task);
  ApplyState *state = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!enclave_tool_scope_apply_finish (ENCLAVE_TOOL_SCOPE (source), result, &error))
    {
      mark_failure (state, error);
      end_task (task, g_steal_pointer (&error));
      return;
    }

  for (guint i = 0; i < state->items->len; i++)
    settle_item (self, g_ptr_array_index (state->items, i));
  enclave_change_set_mark_applied (self);
  enclave_change_set_update (self);
  enclave_change_set_emit_history_changed (self);

  prepare_next_rest (g_steal_pointer (&task));
}

static void
apply (EnclaveChangeSet *self, const char *actor, GPtrArray *only, gpointer source_tag, GCancellable *cancellable,
       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GPtrArray) proposals = NULL;
  ApplyState *state;

  task = begin_task (self, actor, "apply", source_tag, cancellable, callback, user_data);
  if (task == NULL)
    return;

  state = g_task_get_task_data (task);
  collect (self, only, state->items);
  if (state->items->len == 0)
    {
      end_task (task, NULL);
      return;
    }

  proposals = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < state->items->len; i++)
    {
      ApplyItem *item = g_ptr_array_index (state->items, i);

      g_ptr_array_add (proposals, g_object_ref (item->written));
    }
  enclave_tool_scope_apply_async (state->scope, proposals, cancellable, applied_cb, g_object_ref (task));
}

/**
 * enclave_change_set_apply_async:
 * @self: a set
 * @change: (nullable): one change, or %NULL for all that are proposed
 * @cancellable: (nullable): ends it before the first file is written
 * @callback: called when all is written or nothing
 * @user_data: for @callback
 *
 * When the user has decided about any hunk of what is to be applied, only accepted hunks are written; hunks without
 * a decision stay proposed, rejected ones go. A change that conflicts can be applied again by itself.
 */
void
enclave_change_set_apply_async (EnclaveChangeSet *self, EnclaveChange *change, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GPtrArray) only = NULL;

  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));
  g_return_if_fail (change == NULL || ENCLAVE_IS_CHANGE (change));

  if (change != NULL)
    {
      only = g_ptr_array_new ();
      g_ptr_array_add (only, change);
    }
  apply (self, "user", only, enclave_change_set_apply_async, cancellable, callback, user_data);
}

void
enclave_change_set_apply_at_once_async (EnclaveChangeSet *self, GPtrArray *changes, GCancellable *cancellable,
                                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (self));
  g_return_if_fail (changes != NULL);

  apply (self, "agent", changes, enclave_change_set_apply_async, cancellable, callback, user_data);
}

gboolean
enclave_change_set_apply_finish (EnclaveChangeSet *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_change_set_apply_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
