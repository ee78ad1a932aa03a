/* enclave-chat-undo.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "enclave-chat-item.h"
#include "enclave-chat-undo-dialog.h"
#include "enclave-chat-undo.h"

typedef struct
{
  EnclaveChangeSet *changes;
  EnclaveUndoPlan *plan;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_clear_object (&undo->changes);
  g_clear_object (&undo->plan);
  g_free (undo);
}

static void
ran_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (enclave_change_set_run_plan_finish (ENCLAVE_CHANGE_SET (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
run (GTask *task)
{
  Undo *undo = g_task_get_task_data (task);

  enclave_change_set_run_plan_async (undo->changes, undo->plan, g_task_get_cancellable (task), ran_cb, g_object_ref (task));
}

static void
answered_cb (GtkWidget *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  if (g_str_equal (response, ENCLAVE_CHAT_UNDO_RESPONSE))
    run (task);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", _("Nothing was undone"));
}

static void
planned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Undo *undo = g_task_get_task_data (task);
  GtkWidget *parent = g_task_get_source_object (task);
  GtkRoot *root = gtk_widget_get_root (parent);
  g_autoptr (GError) error = NULL;
  GtkWidget *dialog;

  undo->plan = enclave_change_set_plan_undo_finish (ENCLAVE_CHANGE_SET (source), result, &error);
  if (undo->plan == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (enclave_undo_plan_get_n_undecided (undo->plan) == 0 || !GTK_IS_WINDOW (root))
    {
      run (task);
      return;
    }
  dialog = enclave_chat_undo_dialog_new (GTK_WINDOW (root), undo->plan);
  g_signal_connect (dialog, "response", G_CALLBACK (answered_cb), g_object_ref (task));
  gtk_window_present (GTK_WINDOW (dialog));
}

void
enclave_chat_undo_async (GtkWidget *parent, EnclaveChangeSet *changes, const char *conversation, const char *turn,
                         gboolean redo, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Undo *undo = g_new0 (Undo, 1);

  g_return_if_fail (GTK_IS_WIDGET (parent));
  g_return_if_fail (ENCLAVE_IS_CHANGE_SET (changes));

  task = g_task_new (parent, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_chat_undo_async);
  /* What was written counts, also when the pane is closed meanwhile. */
  g_task_set_check_cancellable (task, FALSE);
  undo->changes = g_object_ref (changes);
  g_task_set_task_data (task, undo, undo_free);
  enclave_change_set_plan_undo_async (changes, conversation, turn, redo, cancellable, planned_cb, g_object_ref (task));
}

gboolean
enclave_chat_undo_finish (GtkWidget *parent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, parent), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
mark_item (EnclaveChatItem *item, const char *conversation, EnclaveCheckpointList *checkpoints)
{
  const char *id = enclave_chat_item_get_turn (item);
  EnclaveCheckpointTurn *turn = *id != '\0' ? enclave_checkpoint_list_find (checkpoints, conversation, id) : NULL;

  if (turn == NULL)
    enclave_chat_item_set_undo_state (item, ENCLAVE_CHAT_UNDO_NONE, 0);
  else
    enclave_chat_item_set_undo_state (item,
                                      enclave_checkpoint_turn_get_undone (turn) ? ENCLAVE_CHAT_UNDO_CAN_REDO
                                                                                : ENCLAVE_CHAT_UNDO_CAN_UNDO,
                                      g_strv_length ((char **) enclave_checkpoint_turn_get_paths (turn)));
}

void
enclave_chat_undo_mark_items (GListModel *messages, const char *conversation, EnclaveCheckpointList *checkpoints)
{
  g_return_if_fail (G_IS_LIST_MODEL (messages));
  g_return_if_fail (conversation != NULL);
  g_return_if_fail (ENCLAVE_IS_CHECKPOINT_LIST (checkpoints));

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (GListModel) items = g_list_model_get_item (messages, i);

      for (guint k = 0; k < g_list_model_get_n_items (items); k++)
        {
          g_autoptr (EnclaveChatItem) item = g_list_model_get_item (items, k);

          if (enclave_chat_item_get_kind (item) == ENCLAVE_CHAT_ITEM_USER)
            mark_item (item, conversation, checkpoints);
        }
    }
}
