/* enclave-gate-consent.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the person has agreed to of something that runs by itself, as records that whoever asks makes and reads. One file a
 * project and name, in the state folder, readable by the user alone, read anew each time: several programs share it.
 */

#include "config.h"

#include "enclave-gate-private.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-state-file.h"

#define FOLDER "consent"
/* Before the record: whose it is, so that a file that was put in the place of another one is none. */
#define HEAD "enclave-consent 1\n"

typedef struct
{
  char *file;
  char *head;
  GBytes *record; /* (nullable): NULL forgets */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->file);
  g_free (job->head);
  g_clear_pointer (&job->record, g_bytes_unref);
  g_free (job);
}

static Job *
job_new (EnclaveGate *self, const char *name, GBytes *record)
{
  Job *job = g_new0 (Job, 1);
  g_autofree char *folder = g_uri_escape_string (enclave_gate_get_root (self), "/", TRUE);
  g_autofree char *escaped = g_uri_escape_string (name, NULL, TRUE);

  job->head = g_strdup_printf (HEAD "folder %s\nname %s\n", folder, escaped);
  job->file = g_compute_checksum_for_string (G_CHECKSUM_SHA256, job->head, -1);
  job->record = record != NULL ? g_bytes_ref (record) : NULL;

  return job;
}

static void
look_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Job *job = task_data;
  g_autoptr (GBytes) bytes = enclave_state_file_load (FOLDER, job->file, ENCLAVE_CONSENT_MAX_BYTES + strlen (job->head));
  gsize head = strlen (job->head);
  gsize size = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  gboolean is_record = size > head && memcmp (data, job->head, head) == 0;

  g_task_return_pointer (task, is_record ? g_bytes_new_from_bytes (bytes, head, size - head) : NULL, (GDestroyNotify) g_bytes_unref);
}

static void
on_looked (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GBytes *bytes = g_task_propagate_pointer (G_TASK (result), &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
}

/**
 * enclave_gate_look_at_consent_async:
 * @name: "mcp files"
 *
 * What enclave_gate_keep_consent_async() has kept in this project.
 */
void
enclave_gate_look_at_consent_async (EnclaveGate *self, const char *name, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GTask) work = NULL;
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_GATE (self));
  g_return_if_fail (name != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_gate_look_at_consent_async);
  /* What a worker holds is never the gate: it may be the last to let it go. */
  work = g_task_new (NULL, cancellable, on_looked, task);
  g_task_set_task_data (work, job_new (self, name, NULL), job_free);
  g_task_run_in_thread (work, look_worker);
}

/**
 * enclave_gate_look_at_consent_finish:
 *
 * Returns: (transfer full) (nullable): the record; %NULL without @error when there is none that can be used
 */
GBytes *
enclave_gate_look_at_consent_finish (EnclaveGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
record_decision (EnclaveGate *self, const char *name, const char *shown, GBytes *bytes, GError **error)
{
  g_autofree char *digest = bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;
  EnclaveAuditRecord record = { .actor = "user", .tool = name, .path = shown, .effect = "trust", .approver = "user",
                                .decision = bytes != NULL ? ENCLAVE_AUDIT_APPROVED : ENCLAVE_AUDIT_REFUSED };

  record.result_digest = digest;
  record.result_bytes = bytes != NULL ? g_bytes_get_size (bytes) : 0;

  return enclave_gate_audit_ready (self, error) && enclave_gate_record (self, &record, error);
}

static void
keep_worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const Job *job = task_data;
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;

  /* What is empty behind its head is none. */
  g_byte_array_append (whole, (const guint8 *) job->head, (guint) strlen (job->head));
  if (job->record != NULL)
    g_byte_array_append (whole, g_bytes_get_data (job->record, NULL), (guint) g_bytes_get_size (job->record));
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&whole));
  if (enclave_state_file_save (FOLDER, job->file, bytes, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_kept (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * enclave_gate_keep_consent_async:
 * @name: "mcp files"
 * @shown: what was agreed to, in one line, for the audit
 * @record: (nullable): %NULL takes it back. At most ENCLAVE_CONSENT_MAX_BYTES
 *
 * Only ever in answer to the person, never to a tool, a server or something in the folder.
 */
void
enclave_gate_keep_consent_async (EnclaveGate *self, const char *name, const char *shown, GBytes *record, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) work = NULL;
  GTask *task;
  GError *error = NULL;

  g_return_if_fail (ENCLAVE_IS_GATE (self));
  g_return_if_fail (name != NULL && shown != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_gate_keep_consent_async);
  work = g_task_new (NULL, cancellable, on_kept, task);
  g_task_set_task_data (work, job_new (self, name, record), job_free);
  if (record != NULL && g_bytes_get_size (record) > ENCLAVE_CONSENT_MAX_BYTES)
    g_task_return_error (work, enclave_gate_error_new (ENCLAVE_GATE_ERROR_TOO_LARGE, NULL, NULL, "Keeping what was agreed to: too large"));
  else if (record_decision (self, name, shown, record, &error))
    g_task_run_in_thread (work, keep_worker);
  else
    g_task_return_error (work, error);
}

/**
 * enclave_gate_keep_consent_finish:
 *
 * Returns: %FALSE with %ENCLAVE_GATE_ERROR_NOT_RECORDED, _TOO_LARGE or %G_IO_ERROR when all is as before
 */
gboolean
enclave_gate_keep_consent_finish (EnclaveGate *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
