/* enclave-gate-trust.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the folder brings for the agent, and what the person says about it.
 */

#include "config.h"

#include <string.h>

#include "enclave-gate-private.h"

#include "enclave-folder-trust.h"

enum
{
  TRUST_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
enclave_gate_trust_class_init (gpointer klass)
{
  signals[TRUST_CHANGED] = g_signal_new ("trust-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
}

/* What a worker holds is never the gate: it may be the last to let it go. */
static void
look_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  EnclaveInstructions *instructions = enclave_folder_trust_look (source, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, instructions, (GDestroyNotify) enclave_instructions_free);
}

static void
on_looked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  EnclaveInstructions *instructions = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, instructions, (GDestroyNotify) enclave_instructions_free);
}

/**
 * enclave_gate_look_at_instructions_async:
 *
 * For the person: what the folder brings for the agent, trusted or not.
 */
void
enclave_gate_look_at_instructions_async (EnclaveGate *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  g_autoptr (GTask) work = NULL;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_GATE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_gate_look_at_instructions_async);
  work = g_task_new (self->resolver, cancellable, on_looked, task);
  g_task_run_in_thread (work, look_worker);
}

/**
 * enclave_gate_look_at_instructions_finish:
 *
 * Returns: (transfer full) (nullable): the file that counts in this folder; %NULL without @error when there is none.
 *   %ENCLAVE_GATE_ERROR_TOO_LARGE: there is one that is never used
 */
EnclaveInstructions *
enclave_gate_look_at_instructions_finish (EnclaveGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct
{
  char *root;
  char *name;
  GBytes *bytes; /* (nullable): NULL takes the trust back */
} Decision;

static void
decision_free (gpointer data)
{
  Decision *decision = data;

  g_free (decision->root);
  g_free (decision->name);
  g_clear_pointer (&decision->bytes, g_bytes_unref);
  g_free (decision);
}

static void
set_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Decision *decision = task_data;
  GError *error = NULL;

  if (enclave_folder_trust_set_bytes (decision->root, decision->name, decision->bytes, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_set (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  gboolean is_set = g_task_propagate_boolean (G_TASK (result), &error);

  if (is_set)
    g_signal_emit (g_task_get_source_object (task), signals[TRUST_CHANGED], 0);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, is_set);
}

static gboolean
record_decision (EnclaveGate *self, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *digest = bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;
  EnclaveAuditRecord record = { .actor = "user", .tool = "trust", .path = name, .effect = "trust", .approver = "user",
                                .decision = bytes != NULL ? ENCLAVE_AUDIT_APPROVED : ENCLAVE_AUDIT_REFUSED };

  record.result_digest = digest;
  record.result_bytes = bytes != NULL ? g_bytes_get_size (bytes) : 0;

  return enclave_gate_audit_ready (self, error) && enclave_gate_record (self, &record, error);
}

static Decision *
decision_new (EnclaveGate *self, const char *name, GBytes *bytes)
{
  Decision *decision = g_new0 (Decision, 1);

  decision->root = g_strdup (enclave_gate_get_root (self));
  decision->name = g_strdup (name);
  decision->bytes = bytes;

  return decision;
}

/* @bytes: (transfer full) (nullable). */
static void
decide_async (EnclaveGate *self, const char *name, GBytes *bytes, GCancellable *cancellable, GAsyncReadyCallback callback,
              gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) work = NULL;
  GError *error = NULL;

  g_task_set_source_tag (task, enclave_gate_trust_instructions_async);
  work = g_task_new (NULL, NULL, on_set, g_object_ref (task));
  g_task_set_task_data (work, decision_new (self, name, bytes), decision_free);

  if (record_decision (self, name, bytes, &error))
    g_task_run_in_thread (work, set_worker);
  else
    g_task_return_error (work, error);
}

/**
 * enclave_gate_trust_instructions_async:
 * @instructions: what the person was shown
 *
 * From now on exactly these bytes are loaded when they stand in that file of this folder; a file that has changed
 * meanwhile is another one. Only ever in answer to the person, never to a tool or to something in the folder.
 */
void
enclave_gate_trust_instructions_async (EnclaveGate *self, const EnclaveInstructions *instructions,
                                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_GATE (self));
  g_return_if_fail (instructions != NULL);

  decide_async (self, instructions->name, g_bytes_new (instructions->text, instructions->n_bytes), cancellable, callback,
                user_data);
}

/**
 * enclave_gate_distrust_instructions_async:
 * @name: of the file
 *
 * Takes the trust back, whatever bytes it was given for.
 */
void
enclave_gate_distrust_instructions_async (EnclaveGate *self, const char *name, GCancellable *cancellable,
                                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_GATE (self));
  g_return_if_fail (name != NULL);

  decide_async (self, name, NULL, cancellable, callback, user_data);
}

/**
 * enclave_gate_trust_instructions_finish:
 *
 * For both of them.
 *
 * Returns: %TRUE when it is so; %FALSE with %G_IO_ERROR or %ENCLAVE_GATE_ERROR_NOT_RECORDED when all is as before
 */
gboolean
enclave_gate_trust_instructions_finish (EnclaveGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* @task_data: the bytes that must be trusted now. */
static void
check_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Decision *before = task_data;
  g_autoptr (GBytes) trusted = enclave_folder_trust_dup_bytes (before->root, before->name);

  g_task_return_boolean (task, trusted != NULL && g_bytes_equal (trusted, before->bytes));
}

typedef struct
{
  char *name;
  GBytes *bytes;
} Carry;

static void
carry_free (gpointer data)
{
  Carry *carry = data;

  g_free (carry->name);
  g_clear_pointer (&carry->bytes, g_bytes_unref);
  g_free (carry);
}

static void
on_carried (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (enclave_gate_trust_instructions_finish (ENCLAVE_GATE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
carry (GTask *owned_task)
{
  Carry *data = g_task_get_task_data (owned_task);

  decide_async (g_task_get_source_object (owned_task), data->name, g_steal_pointer (&data->bytes), NULL, on_carried,
                owned_task);
}

static void
on_checked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;

  if (g_task_propagate_boolean (G_TASK (result), NULL))
    {
      carry (task);
      return;
    }
  g_task_return_boolean (task, FALSE);
  g_object_unref (task);
}

void
enclave_gate_carry_trust_async (EnclaveGate *self, const char *name, const char *old_text, const char *new_text,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GTask) check = NULL;
  Carry *data = g_new0 (Carry, 1);

  g_task_set_source_tag (task, enclave_gate_carry_trust_async);
  data->name = g_strdup (name);
  data->bytes = g_bytes_new (new_text, strlen (new_text));
  g_task_set_task_data (task, data, carry_free);
  if (old_text == NULL)
    {
      carry (task);
      return;
    }
  check = g_task_new (NULL, NULL, on_checked, task);
  g_task_set_task_data (check, decision_new (self, name, g_bytes_new (old_text, strlen (old_text))), decision_free);
  g_task_run_in_thread (check, check_worker);
}
