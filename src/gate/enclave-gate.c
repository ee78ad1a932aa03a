/* enclave-gate.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "enclave-gate-private.h"

#include "enclave-path-resolver.h"
#include "enclave-policy-watch-private.h"
#include "enclave-tool-scope-private.h"

enum
{
  POLICY_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveGate, enclave_gate, G_TYPE_OBJECT)

static void
enclave_gate_dispose (GObject *object)
{
  EnclaveGate *self = ENCLAVE_GATE (object);

  g_clear_weak_pointer (&self->approver);
  g_clear_weak_pointer (&self->terminal_host);
  g_clear_weak_pointer (&self->buffer_overlay);
  g_clear_weak_pointer (&self->pending_overlay);
  g_clear_weak_pointer (&self->message_source);
  g_clear_object (&self->admission);
  g_clear_pointer (&self->watch, enclave_policy_watch_free);
  g_clear_object (&self->resolver);
  g_clear_object (&self->origin);
  g_clear_object (&self->policy);
  g_clear_object (&self->sandbox);
  g_clear_object (&self->git_progress);
  g_clear_pointer (&self->checkpoints, enclave_checkpoint_store_unref);
  enclave_gate_audit_dispose (self);

  G_OBJECT_CLASS (enclave_gate_parent_class)->dispose (object);
}

static void
enclave_gate_finalize (GObject *object)
{
  EnclaveGate *self = ENCLAVE_GATE (object);

  g_clear_pointer (&self->grants, g_hash_table_unref);
  g_clear_pointer (&self->read_files, g_hash_table_unref);
  g_clear_pointer (&self->audit_problem, g_free);
  g_clear_pointer (&self->endpoint, g_free);
  g_clear_pointer (&self->last_command, g_free);
  g_clear_pointer (&self->policy_problem, g_free);
  g_clear_pointer (&self->recovery_notice, g_free);

  G_OBJECT_CLASS (enclave_gate_parent_class)->finalize (object);
}

static void
enclave_gate_class_init (EnclaveGateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_gate_dispose;
  object_class->finalize = enclave_gate_finalize;

  signals[POLICY_CHANGED] = g_signal_new ("policy-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
  enclave_gate_audit_class_init (klass);
  enclave_gate_trust_class_init (klass);
}

static void
enclave_gate_init (EnclaveGate *self)
{
  self->audit = enclave_audit_log_new ();
  self->git_progress = enclave_git_progress_new ();
  self->grants = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->read_files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
policy_files_changed (gpointer user_data)
{
  enclave_gate_reload_policy (ENCLAVE_GATE (user_data), NULL);
}

/**
 * enclave_gate_new:
 * @root: folder of the project
 * @sandbox: (nullable): what this machine allows; without one no command runs
 *
 * Returns: (transfer full): the gate of the project, or %NULL with %ENCLAVE_GATE_ERROR when the folder can't be
 *   opened or a policy file can't be used
 */
EnclaveGate *
enclave_gate_new (const char *root, EnclaveSandbox *sandbox, GError **error)
{
  g_autoptr(EnclaveGate) self = NULL;
  g_autofree char *absolute = NULL;

  g_return_val_if_fail (root != NULL, NULL);
  g_return_val_if_fail (sandbox == NULL || ENCLAVE_IS_SANDBOX (sandbox), NULL);

  self = g_object_new (ENCLAVE_TYPE_GATE, NULL);
  absolute = g_canonicalize_filename (root, NULL);
  g_set_object (&self->sandbox, sandbox);
  self->policy = enclave_policy_load (absolute, error);
  if (self->policy == NULL)
    return NULL;
  self->origin = enclave_path_resolver_new (absolute, self->policy, error);
  if (self->origin == NULL)
    return NULL;
  self->resolver = g_object_ref (self->origin);
  self->admission = enclave_text_admission_new (self->resolver);
  self->checkpoints = enclave_checkpoint_store_new (enclave_path_resolver_get_root (self->origin));
  enclave_gate_recover_changes (self);
  self->watch = enclave_policy_watch_new (enclave_path_resolver_get_root (self->origin), policy_files_changed, self);

  return g_steal_pointer (&self);
}

/**
 * enclave_gate_get_root:
 *
 * Returns: absolute true path of the project; borrowed
 */
const char *
enclave_gate_get_root (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);

  return enclave_path_resolver_get_root (self->origin);
}

int
enclave_gate_get_root_fd (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), -1);

  return enclave_path_resolver_get_root_fd (self->origin);
}

EnclavePathResolver *
enclave_gate_get_resolver (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);

  return self->resolver;
}

/**
 * enclave_gate_get_git_progress:
 *
 * Returns: how far the look at the history is that commands wait for; borrowed
 */
EnclaveGitProgress *
enclave_gate_get_git_progress (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);

  return self->git_progress;
}

EnclaveTextAdmission *
enclave_gate_get_admission (EnclaveGate *self)
{
  return self->admission;
}

/**
 * enclave_gate_get_policy:
 *
 * Returns: the rules in force; borrowed
 */
EnclavePolicy *
enclave_gate_get_policy (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);

  return self->policy;
}

/**
 * enclave_gate_reload_policy:
 *
 * Reads the policy files again. What has begun goes on by the rules it began with.
 *
 * Returns: %TRUE when the files are in force; %FALSE with %ENCLAVE_GATE_ERROR_FAILED when one can't be used: then all rules
 *   stay as they were
 */
gboolean
enclave_gate_reload_policy (EnclaveGate *self, GError **error)
{
  g_autoptr(EnclavePathResolver) resolver = NULL;
  g_autoptr(EnclavePolicy) policy = NULL;
  g_autoptr(GError) local_error = NULL;
  g_autofree char *root = NULL;

  g_return_val_if_fail (ENCLAVE_IS_GATE (self), FALSE);

  /* By the descriptor: the folder may have been moved, and its rules still hold. */
  root = g_strdup_printf ("/proc/self/fd/%d", enclave_path_resolver_get_root_fd (self->origin));
  policy = enclave_policy_load (root, &local_error);
  if (policy != NULL)
    resolver = enclave_path_resolver_new_with_policy (self->origin, policy, &local_error);

  g_clear_pointer (&self->policy_problem, g_free);
  if (resolver != NULL)
    {
      g_set_object (&self->policy, policy);
      g_set_object (&self->resolver, resolver);
      /* other files are denied now, and with them other values */
      g_clear_object (&self->admission);
      self->admission = enclave_text_admission_new (self->resolver);
    }
  else
    self->policy_problem = g_strdup (local_error->message);
  g_signal_emit (self, signals[POLICY_CHANGED], 0);

  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return resolver != NULL;
}

/**
 * enclave_gate_get_policy_problem:
 *
 * Returns: (nullable): why the policy files as they are now are not in force, %NULL while they are; borrowed
 */
const char *
enclave_gate_get_policy_problem (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);

  return self->policy_problem;
}

/**
 * enclave_gate_get_sandbox:
 *
 * Returns: (nullable): what commands are confined by; borrowed
 */
EnclaveSandbox *
enclave_gate_get_sandbox (EnclaveGate *self)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);

  return self->sandbox;
}

/**
 * enclave_gate_set_approver:
 * @approver: (nullable): who asks the user; not owned
 */
void
enclave_gate_set_approver (EnclaveGate *self, EnclaveApprover *approver)
{
  g_return_if_fail (ENCLAVE_IS_GATE (self));

  g_set_weak_pointer (&self->approver, approver);
}

/**
 * enclave_gate_set_terminal_host:
 * @host: (nullable): where commands are shown; not owned
 */
void
enclave_gate_set_terminal_host (EnclaveGate *self, EnclaveTerminalHost *host)
{
  g_return_if_fail (ENCLAVE_IS_GATE (self));

  g_set_weak_pointer (&self->terminal_host, host);
}

/**
 * enclave_gate_set_message_source:
 * @source: (nullable): what is asked about a file's errors before a compiler is; not owned
 */
void
enclave_gate_set_message_source (EnclaveGate *self, EnclaveMessageSource *source)
{
  g_return_if_fail (ENCLAVE_IS_GATE (self));

  g_set_weak_pointer (&self->message_source, source);
}

/**
 * enclave_gate_set_buffer_overlay:
 * @overlay: (nullable): open buffers; not owned
 */
void
enclave_gate_set_buffer_overlay (EnclaveGate *self, EnclaveBufferOverlay *overlay)
{
  g_return_if_fail (ENCLAVE_IS_GATE (self));

  g_set_weak_pointer (&self->buffer_overlay, overlay);
}

/**
 * enclave_gate_set_pending_overlay:
 * @overlay: (nullable): proposals that are not applied yet; not owned
 */
void
enclave_gate_set_pending_overlay (EnclaveGate *self, EnclaveBufferOverlay *overlay)
{
  g_return_if_fail (ENCLAVE_IS_GATE (self));

  g_set_weak_pointer (&self->pending_overlay, overlay);
}

EnclaveApprover *
enclave_gate_get_approver (EnclaveGate *self)
{
  return self->approver;
}

EnclaveTerminalHost *
enclave_gate_get_terminal_host (EnclaveGate *self)
{
  return self->terminal_host;
}

EnclaveMessageSource *
enclave_gate_get_message_source (EnclaveGate *self)
{
  return self->message_source;
}

EnclaveBufferOverlay *
enclave_gate_get_buffer_overlay (EnclaveGate *self)
{
  return self->buffer_overlay;
}

EnclaveBufferOverlay *
enclave_gate_get_pending_overlay (EnclaveGate *self)
{
  return self->pending_overlay;
}

/**
 * enclave_gate_open_scope:
 * @actor: "agent", "user" or an MCP server's name
 * @tool: name of the tool
 * @effects: the doors that the tool's description declares
 *
 * Returns: (transfer full): the capability for one tool call
 */
EnclaveToolScope *
enclave_gate_open_scope (EnclaveGate *self, const char *actor, const char *tool, EnclaveEffects effects)
{
  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);
  g_return_val_if_fail (actor != NULL && tool != NULL, NULL);

  return enclave_tool_scope_new (self, actor, tool, effects);
}

/* The arguments with their ends: `a b` and `a`, `b` are two commands. */
static char *
grant_key (EnclaveGate *self, const char *const *argv)
{
  g_autoptr(GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guchar level = self->sandbox != NULL ? (guchar) enclave_sandbox_get_level (self->sandbox) : 0;

  g_checksum_update (checksum, &level, 1);
  for (guint i = 0; argv[i] != NULL; i++)
    g_checksum_update (checksum, (const guchar *) argv[i], (gssize) strlen (argv[i]) + 1);

  return g_strdup (g_checksum_get_string (checksum));
}

gboolean
enclave_gate_has_grant (EnclaveGate *self, const char *const *argv)
{
  g_autofree char *key = grant_key (self, argv);

  return g_hash_table_contains (self->grants, key);
}

void
enclave_gate_add_grant (EnclaveGate *self, const char *const *argv)
{
  g_hash_table_add (self->grants, grant_key (self, argv));
}

const char *
enclave_gate_get_last_command (EnclaveGate *self)
{
  return self->last_command;
}

void
enclave_gate_set_last_command (EnclaveGate *self, const char *shown)
{
  g_free (self->last_command);
  self->last_command = g_strdup (shown);
}

/**
 * enclave_gate_forget_grants:
 *
 * Ends what "allow in this conversation" has granted. What comes is another session of the audit log.
 */
void
enclave_gate_forget_grants (EnclaveGate *self)
{
  g_return_if_fail (ENCLAVE_IS_GATE (self));

  g_hash_table_remove_all (self->grants);
  g_clear_pointer (&self->last_command, g_free);
  enclave_audit_log_begin_session (self->audit);
}

/**
 * enclave_gate_judge_name:
 * @effects: what would be done
 * @path: absolute, or relative to the project
 * @is_directory: whether it is a folder
 *
 * By name alone; links are not looked at. For marks in lists, never instead of a door.
 *
 * Returns: the decision, with strings borrowed from the policy
 */
EnclaveDecision
enclave_gate_judge_name (EnclaveGate *self, EnclaveEffects effects, const char *path, gboolean is_directory)
{
  const EnclaveDecision none = { ENCLAVE_VERDICT_DENY, NULL, NULL };

  g_return_val_if_fail (ENCLAVE_IS_GATE (self), none);
  g_return_val_if_fail (path != NULL, none);

  return enclave_path_resolver_judge_name (self->resolver, effects, path, is_directory);
}

/**
 * enclave_gate_dup_true_path:
 * @path: absolute, or relative to the project
 *
 * Returns: (transfer full): the path without links, as the kernel would name the file; @path made absolute when there is
 *   none
 */
char *
enclave_gate_dup_true_path (EnclaveGate *self, const char *path)
{
  g_autofree char *absolute = NULL;
  char target[PATH_MAX];

  g_return_val_if_fail (ENCLAVE_IS_GATE (self), NULL);
  g_return_val_if_fail (path != NULL, NULL);

  absolute = g_canonicalize_filename (path, enclave_gate_get_root (self));

  return g_strdup (realpath (absolute, target) != NULL ? target : absolute);
}
