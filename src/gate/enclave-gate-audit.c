/* enclave-gate-audit.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-gate-private.h"

#include "enclave-audit-keeper.h"
#include "enclave-limits.h"

enum
{
  SIGNAL_AUDIT_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
enclave_gate_audit_class_init (gpointer klass)
{
  signals[SIGNAL_AUDIT_CHANGED] = g_signal_new ("audit-problem-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                                NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/* What is kept in the keyring may lag behind; the file beside the settings does not. */
static void
keep_anchor (EnclaveGate *self)
{
  g_autofree char *anchor = self->audit_keyed ? enclave_audit_log_dup_anchor (self->audit) : NULL;

  if (anchor != NULL)
    enclave_audit_keeper_store_anchor (enclave_audit_keeper_get_default (), anchor);
}

void
enclave_gate_audit_dispose (EnclaveGate *self)
{
  if (self->audit == NULL)
    return;
  if (self->audit_keyed && enclave_audit_log_seal (self->audit, NULL))
    keep_anchor (self);
  g_clear_object (&self->audit);
}

static void
set_problem (EnclaveGate *self, const char *problem)
{
  if (g_strcmp0 (self->audit_problem, problem) == 0)
    return;
  g_free (self->audit_problem);
  self->audit_problem = g_strdup (problem);
  g_signal_emit (self, signals[SIGNAL_AUDIT_CHANGED], 0);
}

static void close_now (EnclaveGate *self);

static void
on_key (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr(EnclaveGate) self = g_weak_ref_get (weak);
  g_autofree char *anchor = NULL;
  g_autoptr(GBytes) key = enclave_audit_keeper_load_finish (ENCLAVE_AUDIT_KEEPER (object), result, &anchor);

  g_weak_ref_clear (weak);
  g_free (weak);
  if (self == NULL || self->audit == NULL)
    return;
  self->audit_asking = FALSE;
  self->audit_keyed = key != NULL;
  if (key != NULL)
    {
      enclave_audit_log_set_key (self->audit, key);
      if (anchor != NULL)
        enclave_audit_log_adopt_anchor (self->audit, anchor);
      keep_anchor (self);
    }
  else
    enclave_audit_log_append_note (self->audit, "no-keyring", NULL);
  if (self->audit_close != NULL)
    close_now (self);
}

/* The keyring is asked once there is something to vouch for. */
static void
ask_for_key (EnclaveGate *self)
{
  GWeakRef *weak;

  if (self->audit_asked)
    return;
  self->audit_asked = self->audit_asking = TRUE;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, self);
  enclave_audit_keeper_load_async (enclave_audit_keeper_get_default (), TRUE, NULL, on_key, weak);
}

static void
set_not_recorded (EnclaveGate *self, GError **error)
{
  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_NOT_RECORDED, NULL, NULL,
                                                    N_("The audit log can’t be written, so the agent does nothing: %s. Make "
                                                       "room or make the file writable, then try again"),
                                                    self->audit_problem));
}

gboolean
enclave_gate_record (EnclaveGate *self, EnclaveAuditRecord *record, GError **error)
{
  EnclaveSandboxLevel level = self->sandbox != NULL ? enclave_sandbox_get_level (self->sandbox)
                                                    : ENCLAVE_SANDBOX_TOOLS_ONLY;
  g_autoptr(GError) local_error = NULL;

  record->level = enclave_sandbox_level_to_word (level);
  record->folder = enclave_gate_get_root (self);
  record->endpoint = self->endpoint;
  if (!enclave_audit_log_append (self->audit, record, &local_error))
    {
      set_problem (self, local_error->message);
      set_not_recorded (self, error);
      return FALSE;
    }
  set_problem (self, NULL);
  self->audit_begun = TRUE;
  ask_for_key (self);
  keep_anchor (self);

  return TRUE;
}

gboolean
enclave_gate_record_text (EnclaveGate *self, EnclaveAuditRecord *record, const char *text, GError **error)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  record->result_digest = digest;
  record->result_bytes = strlen (text);

  return enclave_gate_record (self, record, error);
}

gboolean
enclave_gate_audit_ready (EnclaveGate *self, GError **error)
{
  g_autoptr(GError) local_error = NULL;
  gboolean ready = TRUE;

  if (self->audit_problem != NULL)
    ready = enclave_audit_log_append_note (self->audit, "writable-again", &local_error);
  else if (!self->audit_begun)
    ready = enclave_audit_log_check (self->audit, &local_error);
  set_problem (self, ready ? NULL : local_error->message);
  if (!ready)
    set_not_recorded (self, error);

  return ready;
}

void
enclave_gate_audit_error (EnclaveGate *self, EnclaveAuditRecord *record, const GError *error)
{
  const char *judged = enclave_gate_error_get_path (error);

  if (error->domain != ENCLAVE_GATE_ERROR)
    return;

  switch ((EnclaveGateError) error->code)
    {
    case ENCLAVE_GATE_ERROR_DENIED:
    case ENCLAVE_GATE_ERROR_OUTSIDE_ROOT:
    case ENCLAVE_GATE_ERROR_INVALID_PATH:
    case ENCLAVE_GATE_ERROR_NOT_FOUND:
    case ENCLAVE_GATE_ERROR_NOT_REGULAR:
    case ENCLAVE_GATE_ERROR_TOO_LARGE:
    case ENCLAVE_GATE_ERROR_NOT_TEXT:
    case ENCLAVE_GATE_ERROR_CHANGED:
    case ENCLAVE_GATE_ERROR_NOT_CONFINED:
    case ENCLAVE_GATE_ERROR_ADDRESS:
    case ENCLAVE_GATE_ERROR_UNTRUSTED:
    case ENCLAVE_GATE_ERROR_FAILED:
      record->decision = ENCLAVE_AUDIT_DENIED;
      record->rule = enclave_gate_error_get_rule (error);
      if (judged != NULL)
        record->path = judged;
      enclave_gate_record (self, record, NULL);
      break;
    case ENCLAVE_GATE_ERROR_REFUSED_BY_USER:
    case ENCLAVE_GATE_ERROR_NEEDS_APPROVAL:
    case ENCLAVE_GATE_ERROR_UNDECLARED:
    case ENCLAVE_GATE_ERROR_NOT_RECORDED:
    default:
      /* Written where it was decided, or not to be written. */
      break;
    }
}

/* Each rule once a text, however often it was found there. */
static gboolean
record_rules (EnclaveGate *self, EnclaveAuditRecord *record, const GPtrArray *rules, const char *prefix, GError **error)
{
  g_autoptr(GHashTable) written = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < rules->len; i++)
    {
      g_autofree char *rule = g_strconcat (prefix, g_ptr_array_index (rules, i), NULL);

      if (!g_hash_table_add (written, g_ptr_array_index (rules, i)))
        continue;
      record->rule = rule;
      record->decision = ENCLAVE_AUDIT_MASKED;
      if (!enclave_gate_record (self, record, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
enclave_gate_record_masks (EnclaveGate *self, EnclaveAuditRecord *record, const EnclaveMaskedText *masked, GError **error)
{
  /* A mask is part of whatever effect gives the text, which has a record of its own. */
  record->effect = NULL;

  return record_rules (self, record, masked->values, "", error)
         && record_rules (self, record, masked->secrets, "secret:", error);
}

/**
 * enclave_gate_get_audit_problem:
 *
 * Returns: (nullable): why the audit log can't be written, %NULL while it can; borrowed
 */
const char *
enclave_gate_get_audit_problem (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);

  return self->audit_problem;
}

/**
 * enclave_gate_dup_audit_path:
 *
 * Returns: (transfer full): the audit file of this machine's user
 */
char *
enclave_gate_dup_audit_path (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);

  return enclave_audit_log_dup_path (self->audit);
}

/**
 * enclave_gate_set_endpoint_address:
 * @address: (nullable): the server that the conversation goes to, for the audit
 */
void
enclave_gate_set_endpoint_address (EnclaveGate *self, const char *address)
{
  g_return_if_fail (ENCLAVE_IS_GATE (self));

  if (g_strcmp0 (self->endpoint, address) == 0)
    return;
  g_free (self->endpoint);
  self->endpoint = g_strdup (address);
}

/**
 * enclave_gate_get_audit_session:
 *
 * Returns: the session that records of this conversation carry; borrowed
 */
const char *
enclave_gate_get_audit_session (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);

  return enclave_audit_log_get_session (self->audit);
}

static void
answer_close (EnclaveGate *self)
{
  g_autoptr(GTask) task = g_steal_pointer (&self->audit_close);

  g_clear_handle_id (&self->audit_close_timer, g_source_remove);
  if (task != NULL)
    g_task_return_boolean (task, TRUE);
}

static void
on_flushed (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(EnclaveGate) self = user_data;

  enclave_audit_keeper_flush_finish (ENCLAVE_AUDIT_KEEPER (object), result);
  answer_close (self);
}

static void
close_now (EnclaveGate *self)
{
  if (!self->audit_keyed)
    {
      answer_close (self);
      return;
    }
  if (enclave_audit_log_seal (self->audit, NULL))
    keep_anchor (self);
  enclave_audit_keeper_flush_async (enclave_audit_keeper_get_default (), NULL, on_flushed, g_object_ref (self));
}

static gboolean
on_close_time (gpointer user_data)
{
  EnclaveGate *self = user_data;

  self->audit_close_timer = 0;
  answer_close (self);

  return G_SOURCE_REMOVE;
}

/**
 * enclave_gate_close_audit_async:
 * @callback: called when the log is sealed and its anchor kept, or can't be within %ENCLAVE_AUDIT_KEYRING_WAIT_MS
 *
 * For the end of a program. Once.
 */
void
enclave_gate_close_audit_async (EnclaveGate *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr(GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_GATE (self));
  g_return_if_fail (self->audit_close == NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_gate_close_audit_async);
  g_task_set_check_cancellable (task, FALSE);
  if (!self->audit_begun)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  self->audit_close = g_steal_pointer (&task);
  self->audit_close_timer = g_timeout_add (ENCLAVE_AUDIT_KEYRING_WAIT_MS, on_close_time, self);
  if (!self->audit_asking)
    close_now (self);
}

void
enclave_gate_close_audit_finish (EnclaveGate *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));

  g_task_propagate_boolean (G_TASK (result), NULL);
}
