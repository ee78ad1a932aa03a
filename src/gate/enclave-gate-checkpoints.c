/* enclave-gate-checkpoints.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-checkpoint.h"

#include "enclave-file-apply-private.h"
#include "enclave-file-door.h"
#include "enclave-gate-private.h"
#include "enclave-latin-1.h"
#include "enclave-tool-scope-private.h"

/* Another program's application is waited for; a longer one is told. */
#define LOCK_WAIT_MS 1000

typedef struct
{
  EnclaveCheckpointStore *store;
  EnclavePathResolver *resolver;
  GPtrArray *records;
  char *conversation;
  guint n_pruned;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  enclave_checkpoint_store_unref (work->store);
  g_object_unref (work->resolver);
  g_clear_pointer (&work->records, g_ptr_array_unref);
  g_free (work->conversation);
  g_free (work);
}

static Work *
work_new (EnclaveGate *gate)
{
  Work *work = g_new0 (Work, 1);

  work->store = enclave_checkpoint_store_ref (gate->checkpoints);
  work->resolver = g_object_ref (gate->resolver);

  return work;
}

gboolean
enclave_checkpoint_may_stay (const char *path, gpointer resolver)
{
  return enclave_path_resolver_judge_name (resolver, ENCLAVE_EFFECT_WRITE, path, FALSE).verdict != ENCLAVE_VERDICT_DENY;
}

static gboolean
has_denied (Work *work, GPtrArray *records)
{
  for (guint i = 0; i < records->len; i++)
    {
      const EnclaveCheckpointRecord *record = g_ptr_array_index (records, i);

      for (guint k = 0; k < record->files->len; k++)
        if (!enclave_checkpoint_may_stay (((EnclaveCheckpointFile *) g_ptr_array_index (record->files, k))->path, work->resolver))
          return TRUE;
    }

  return FALSE;
}

static void
list_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  g_autoptr (GPtrArray) records = enclave_checkpoint_store_list (work->store);
  g_autoptr (GError) error = NULL;

  /* A rule that came later holds for what was kept before it. */
  if (has_denied (work, records))
    {
      g_autoptr (EnclaveCheckpointPlan) plan = enclave_checkpoint_store_begin (work->store, LOCK_WAIT_MS, &error);

      if (plan == NULL || !enclave_checkpoint_plan_prune (plan, G_MAXUINT64, enclave_checkpoint_may_stay, work->resolver, &error))
        {
          g_task_return_error (task, g_steal_pointer (&error));
          return;
        }
      g_ptr_array_unref (records);
      records = enclave_checkpoint_store_list (work->store);
    }
  work->n_pruned = enclave_checkpoint_store_get_n_pruned (work->store);
  g_task_return_pointer (task, g_steal_pointer (&records), (GDestroyNotify) g_ptr_array_unref);
}

void
enclave_gate_list_checkpoints_async (EnclaveGate *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_GATE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_gate_list_checkpoints_async);
  g_task_set_task_data (task, work_new (self), work_free);
  g_task_run_in_thread (task, list_worker);
}

GPtrArray *
enclave_gate_list_checkpoints_finish (EnclaveGate *self, GAsyncResult *result, guint *n_pruned, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (n_pruned != NULL)
    *n_pruned = ((Work *) g_task_get_task_data (G_TASK (result)))->n_pruned;

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
forget_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveCheckpointPlan) plan = enclave_checkpoint_store_begin (work->store, LOCK_WAIT_MS, &error);

  if (plan != NULL && enclave_checkpoint_plan_forget (plan, work->conversation, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
enclave_gate_forget_checkpoints_async (EnclaveGate *self, const char *conversation, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Work *work;

  g_return_if_fail (ENCLAVE_IS_GATE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_gate_forget_checkpoints_async);
  /* What was begun is done to its end, and that is what is told. */
  g_task_set_check_cancellable (task, FALSE);
  work = work_new (self);
  work->conversation = g_strdup (conversation);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, forget_worker);
}

gboolean
enclave_gate_forget_checkpoints_finish (EnclaveGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_gate_forget_checkpoints_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

const char *
enclave_gate_get_recovery_notice (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);

  return self->recovery_notice;
}

/**
 * enclave_gate_recover_changes:
 *
 * Finishes or takes back an application that a killed program has left, before anybody reads a file of it. One look for
 * a name when there is none. Another program that is applying at this moment is not waited for.
 */
void
enclave_gate_recover_changes (EnclaveGate *self)
{
  g_autoptr (EnclaveCheckpointPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  if (!enclave_checkpoint_store_has_plan (self->checkpoints))
    return;
  plan = enclave_checkpoint_store_begin (self->checkpoints, 0, &error);
  if (plan == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    return;
  if (plan == NULL
      || !enclave_file_apply_recover (self->resolver, self->checkpoints, plan, FALSE, &self->recovery_notice, &error))
    self->recovery_notice
      = g_strdup_printf (_("Enclave was ended while it changed files of this folder, and could not put them in order: %s"),
                         error->message);
}

void
enclave_checkpoint_text_free (EnclaveCheckpointText *text)
{
  g_free (text->path);
  g_free (text->old_text);
  g_free (text->new_text);
  g_clear_error (&text->error);
  g_free (text);
}

static char *
load_text (Work *work, const char *path, const char *digest, gboolean *is_latin_1, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  gsize length;
  const char *data;

  *is_latin_1 = FALSE;
  if (digest == NULL || *error != NULL)
    return NULL;
  bytes = enclave_checkpoint_store_load_object (work->store, digest, error);
  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &length);
  if (!g_utf8_validate_len (data != NULL ? data : "", length, NULL))
    {
      /* As the file door read it. */
      if (enclave_file_door_may_be_latin_1 (data, length))
        {
          *is_latin_1 = TRUE;
          return enclave_latin_1_decode ((const guint8 *) data, length, &length);
        }
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_TEXT, NULL, path,
                                                        N_("Taking back %s: it is no text"), path));
      return NULL;
    }

  return g_strndup (data != NULL ? data : "", length);
}

static void
load_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Work *work = task_data;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_checkpoint_text_free);

  for (guint i = 0; i < work->records->len; i++)
    {
      const EnclaveCheckpointRecord *record = g_ptr_array_index (work->records, i);

      for (guint k = 0; k < record->files->len; k++)
        {
          const EnclaveCheckpointFile *file = g_ptr_array_index (record->files, k);
          EnclaveCheckpointText *text = g_new0 (EnclaveCheckpointText, 1);
          gboolean new_is_latin_1;
          EnclaveDecision decision
            = enclave_path_resolver_judge_name (work->resolver, ENCLAVE_EFFECT_WRITE, file->path, FALSE);

          g_ptr_array_add (texts, text);
          text->number = record->number;
          text->path = g_strdup (file->path);
          text->old_mode = file->old_mode;
          text->new_mode = file->new_mode;
          if (decision.verdict == ENCLAVE_VERDICT_DENY)
            text->error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_DENIED, decision.rule, file->path,
                                                  N_("Taking back %s: denied by rule %s"), file->path,
                                                  decision.rule != NULL ? decision.rule : "-");
          text->old_text = load_text (work, file->path, file->old_object, &text->old_is_latin_1, &text->error);
          text->new_text = load_text (work, file->path, file->new_object, &new_is_latin_1, &text->error);
        }
    }
  g_task_return_pointer (task, g_steal_pointer (&texts), (GDestroyNotify) g_ptr_array_unref);
}

void
enclave_tool_scope_load_checkpoints_async (EnclaveToolScope *self, GPtrArray *records, GCancellable *cancellable,
                                           GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Work *work;

  g_return_if_fail (ENCLAVE_IS_TOOL_SCOPE (self));
  g_return_if_fail (records != NULL);

  task = enclave_tool_scope_begin (self, ENCLAVE_EFFECT_WRITE, NULL, enclave_tool_scope_load_checkpoints_async, cancellable,
                                   callback, user_data);
  if (task == NULL)
    return;
  work = work_new (enclave_tool_scope_get_gate (self));
  work->records = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_checkpoint_record_unref);
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (work->records, enclave_checkpoint_record_ref (g_ptr_array_index (records, i)));
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, load_worker);
  g_object_unref (task);
}

GPtrArray *
enclave_tool_scope_load_checkpoints_finish (EnclaveToolScope *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
