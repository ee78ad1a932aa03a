/* enclave-mcp-configured.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-configured-private.h"

#include <glib/gi18n.h>

#include "enclave-login-path.h"
#include "enclave-mcp-error.h"

G_DEFINE_FINAL_TYPE (EnclaveMcpConfigured, enclave_mcp_configured, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void check (EnclaveMcpConfigured *self);

void
enclave_mcp_configured_tell (EnclaveMcpConfigured *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
refuse_start (EnclaveMcpServer *server, GTask *answer, gpointer user_data)
{
  g_autoptr (GTask) owned_answer = answer;

  g_task_return_new_error (owned_answer, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, "%s", _ ("The server was stopped"));
}

static gboolean
refuse_tool (EnclaveMcpServer *server, EnclaveMcpTool *tool, gpointer user_data)
{
  return FALSE;
}

/* The tools of a conversation hold what is dropped here, and would start it once more: nobody vouches for it now. */
void
enclave_mcp_configured_drop_server (EnclaveMcpConfigured *self)
{
  g_autoptr (GTask) verifying = NULL;

  if (self->server == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->server, self);
  enclave_mcp_server_set_guard (self->server, refuse_start, refuse_tool, NULL);
  verifying = g_steal_pointer (&self->verifying);
  if (verifying != NULL)
    g_task_return_new_error (verifying, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The server was stopped"));
  enclave_mcp_server_stop (self->server);
  g_clear_object (&self->server);
}

static void
enclave_mcp_configured_dispose (GObject *object)
{
  EnclaveMcpConfigured *self = ENCLAVE_MCP_CONFIGURED (object);

  g_cancellable_cancel (self->cancellable);
  enclave_mcp_configured_drop_server (self);
  g_clear_object (&self->verifying);
  G_OBJECT_CLASS (enclave_mcp_configured_parent_class)->dispose (object);
}

static void
enclave_mcp_configured_finalize (GObject *object)
{
  EnclaveMcpConfigured *self = ENCLAVE_MCP_CONFIGURED (object);

  g_clear_object (&self->gate);
  g_clear_object (&self->door);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->secrets);
  enclave_mcp_configured_forget_token (self);
  g_clear_pointer (&self->entry, enclave_mcp_server_entry_unref);
  g_clear_pointer (&self->program, enclave_installed_program_free);
  g_clear_pointer (&self->consent, enclave_mcp_consent_free);
  g_free (self->problem);
  G_OBJECT_CLASS (enclave_mcp_configured_parent_class)->finalize (object);
}

static void
enclave_mcp_configured_class_init (EnclaveMcpConfiguredClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_mcp_configured_dispose;
  object_class->finalize = enclave_mcp_configured_finalize;
  signals[CHANGED] = g_signal_new ("changed", ENCLAVE_TYPE_MCP_CONFIGURED, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_mcp_configured_init (EnclaveMcpConfigured *self)
{
  self->cancellable = g_cancellable_new ();
  self->log_level = -1;
  self->consent = enclave_mcp_consent_new (NULL);
}

/* What can be told without looking anywhere. (transfer full) (nullable) */
static char *
find_problem (EnclaveMcpConfigured *self)
{
  if (self->entry->has_problem || !self->entry->enabled)
    return g_strdup (self->entry->disabled_reason);
  if (self->entry->inputs[0] != NULL)
    return g_strdup_printf (_ ("It wants to be told “%s”, which Enclave can’t ask for yet; write the value into the file"), self->entry->inputs[0]);
  if (self->gate == NULL)
    return g_strdup (_ ("Open a project to use it: what is agreed to counts in one project"));
  return NULL;
}

static void
server_changed_cb (EnclaveMcpConfigured *self)
{
  enclave_mcp_configured_tell (self);
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpConfigured) self = user_data;

  /* The server keeps why it failed. */
  enclave_mcp_server_start_finish (ENCLAVE_MCP_SERVER (source), result, NULL);
  enclave_mcp_configured_tell (self);
}

/* Before each start, also one that the server makes by itself after an end that nobody wanted: the program may be another one by now. */
static void
verify (EnclaveMcpServer *server, GTask *answer, gpointer user_data)
{
  EnclaveMcpConfigured *self = user_data;
  g_autoptr (GTask) before = g_steal_pointer (&self->verifying);

  if (before != NULL)
    g_task_return_new_error (before, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The server was stopped"));
  self->verifying = answer;
  if (self->is_fresh)
    {
      self->is_fresh = FALSE;
      g_task_return_boolean (self->verifying, TRUE);
      g_clear_object (&self->verifying);
      return;
    }
  check (self);
}

static gboolean
judge (EnclaveMcpServer *server, EnclaveMcpTool *tool, gpointer user_data)
{
  return enclave_mcp_configured_is_tool_on (user_data, tool);
}

static void
run (EnclaveMcpConfigured *self)
{
  EnclaveMcpServerEntry *agreed = enclave_mcp_server_entry_copy (self->entry);
  EnclaveMcpLogLevel level = (EnclaveMcpLogLevel) MAX (self->log_level, 0);

  /* The person's word, which this is about, makes more of it than a proposal. */
  agreed->is_proposal = FALSE;
  enclave_mcp_configured_drop_server (self);
  self->server = enclave_mcp_server_new (self->gate, self->door, agreed,
                                         self->program != NULL ? (const char *const *) self->program->argv : NULL,
                                         self->program != NULL ? (const char *const *) self->program->readable : NULL, self->token);
  enclave_mcp_server_entry_unref (agreed);
  self->is_fresh = TRUE;
  enclave_mcp_server_set_guard (self->server, verify, judge, self);
  enclave_mcp_server_set_ask (self->server, self->ask, self->ask_data);
  if (self->log_level >= 0)
    enclave_mcp_server_set_log_level (self->server, &level);
  g_signal_connect_swapped (self->server, "notify::state", G_CALLBACK (server_changed_cb), self);
  g_signal_connect_swapped (self->server, "tools-changed", G_CALLBACK (server_changed_cb), self);
  enclave_mcp_server_start_async (self->server, NULL, started_cb, g_object_ref (self));
}

static gboolean
is_agreed (EnclaveMcpConfigured *self)
{
  return self->problem == NULL
         && enclave_mcp_consent_check_entry (self->consent, self->entry, self->program) == ENCLAVE_MCP_CONSENT_AGREED;
}

static void
finish_verify (EnclaveMcpConfigured *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->verifying);

  if (is_agreed (self))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_task_return_new_error (task, ENCLAVE_MCP_ERROR, ENCLAVE_MCP_ERROR_ENDED, "%s",
                           self->problem != NULL ? self->problem : _ ("What it starts has changed since you allowed it"));
  /* It is the person's again. */
  enclave_mcp_configured_drop_server (self);
}

static void
finish_check (EnclaveMcpConfigured *self)
{
  self->is_checking = FALSE;
  if (self->verifying != NULL)
    finish_verify (self);
  else if (self->is_wanted && is_agreed (self))
    run (self);
  self->is_wanted = FALSE;
  enclave_mcp_configured_tell (self);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpConfigured) self = user_data;
  g_autoptr (GBytes) record = enclave_gate_look_at_consent_finish (ENCLAVE_GATE (source), result, NULL);

  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  enclave_mcp_consent_free (self->consent);
  self->consent = enclave_mcp_consent_new (record);
  enclave_mcp_configured_find_token (self, finish_check);
}

static void
look_at_consent (EnclaveMcpConfigured *self)
{
  g_autofree char *name = enclave_mcp_consent_dup_name (self->entry->name);

  enclave_gate_look_at_consent_async (self->gate, name, self->cancellable, looked_cb, g_object_ref (self));
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpConfigured) self = user_data;
  g_autoptr (GError) error = NULL;
  EnclaveInstalledProgram *program = enclave_installed_program_find_finish (result, &error);

  if (g_cancellable_is_cancelled (self->cancellable))
    {
      g_clear_pointer (&program, enclave_installed_program_free);
      return;
    }
  self->program = program;
  if (program == NULL)
    {
      self->problem = g_strdup (error->message);
      finish_check (self);
      return;
    }
  look_at_consent (self);
}

static void
on_path_known (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (EnclaveMcpConfigured) self = user_data;
  const EnclaveLoginPath *path = enclave_login_path_ask_finish (result, NULL);
  g_auto (GStrv) environment = NULL;
  g_auto (GStrv) argv = NULL;

  if (path == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  environment = enclave_login_path_dup_environment (path);
  argv = enclave_mcp_server_entry_dup_argv (self->entry);
  enclave_installed_program_find_async ((const char *const *) argv, (const char *const *) environment, enclave_gate_get_root (self->gate),
                                        self->cancellable, found_cb, g_object_ref (self));
}

static void
check (EnclaveMcpConfigured *self)
{
  if (self->is_checking)
    return;
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->program, enclave_installed_program_free);
  self->problem = find_problem (self);
  self->is_checking = TRUE;
  /* also of one that can't start, so that it can be taken away */
  if (self->problem != NULL)
    {
      enclave_mcp_configured_find_token (self, finish_check);
      return;
    }
  if (self->entry->command != NULL)
    enclave_login_path_ask_async (self->cancellable, on_path_known, g_object_ref (self));
  else
    look_at_consent (self);
}

EnclaveMcpConfigured *
enclave_mcp_configured_new (EnclaveGate *gate, EnclaveNetworkDoor *door, EnclaveSecretStore *secrets, EnclaveMcpServerEntry *entry)
{
  EnclaveMcpConfigured *self;

  g_return_val_if_fail (gate == NULL || ENCLAVE_IS_GATE (gate), NULL);
  g_return_val_if_fail (ENCLAVE_IS_NETWORK_DOOR (door), NULL);
  g_return_val_if_fail (entry != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_MCP_CONFIGURED, NULL);
  g_set_object (&self->gate, gate);
  self->door = g_object_ref (door);
  g_set_object (&self->secrets, secrets);
  self->entry = enclave_mcp_server_entry_ref (entry);
  check (self);

  return self;
}

EnclaveMcpServerEntry *
enclave_mcp_configured_get_entry (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), NULL);

  return self->entry;
}

EnclaveMcpConfiguredState
enclave_mcp_configured_get_state (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), ENCLAVE_MCP_CONFIGURED_UNUSABLE);

  if (!self->entry->has_problem && !self->entry->enabled)
    return ENCLAVE_MCP_CONFIGURED_DISABLED;
  if (self->server != NULL)
    switch (enclave_mcp_server_get_state (self->server))
      {
      case ENCLAVE_MCP_SERVER_STARTING:
        return ENCLAVE_MCP_CONFIGURED_STARTING;
      case ENCLAVE_MCP_SERVER_READY:
        return ENCLAVE_MCP_CONFIGURED_READY;
      case ENCLAVE_MCP_SERVER_FAILED:
        return ENCLAVE_MCP_CONFIGURED_FAILED;
      case ENCLAVE_MCP_SERVER_OFF:
      case ENCLAVE_MCP_SERVER_STOPPING:
      default:
        break;
      }
  if (self->is_checking)
    return ENCLAVE_MCP_CONFIGURED_CHECKING;
  if (self->problem != NULL)
    return ENCLAVE_MCP_CONFIGURED_UNUSABLE;
  return enclave_mcp_consent_check_entry (self->consent, self->entry, self->program) == ENCLAVE_MCP_CONSENT_AGREED
           ? ENCLAVE_MCP_CONFIGURED_OFF
           : ENCLAVE_MCP_CONFIGURED_WAITS;
}

const char *
enclave_mcp_configured_get_reason (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), NULL);

  switch (enclave_mcp_configured_get_state (self))
    {
    case ENCLAVE_MCP_CONFIGURED_FAILED:
      return enclave_mcp_server_get_reason (self->server);
    case ENCLAVE_MCP_CONFIGURED_WAITS:
      return enclave_mcp_configured_is_changed (self) ? _ ("What it starts has changed since you allowed it")
             : self->entry->is_proposal               ? _ ("The project proposes it; nothing has started")
                                                      : _ ("Nothing has started");
    case ENCLAVE_MCP_CONFIGURED_DISABLED:
      return self->entry->disabled_reason;
    case ENCLAVE_MCP_CONFIGURED_UNUSABLE:
      return self->problem;
    case ENCLAVE_MCP_CONFIGURED_CHECKING:
    case ENCLAVE_MCP_CONFIGURED_OFF:
    case ENCLAVE_MCP_CONFIGURED_STARTING:
    case ENCLAVE_MCP_CONFIGURED_READY:
    default:
      return NULL;
    }
}

EnclaveGate *
enclave_mcp_configured_get_gate (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), NULL);

  return self->gate;
}

const char *
enclave_mcp_configured_get_path (EnclaveMcpConfigured *self, const char **problem)
{
  const EnclaveLoginPath *path = NULL;

  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), NULL);

  if (self->entry->command != NULL && self->gate != NULL)
    path = enclave_login_path_peek ();
  if (problem != NULL)
    *problem = path != NULL ? path->problem : NULL;
  return path != NULL ? path->path : NULL;
}

const EnclaveInstalledProgram *
enclave_mcp_configured_get_program (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), NULL);

  return self->program;
}

EnclaveMcpServer *
enclave_mcp_configured_get_server (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), NULL);

  return self->server;
}

gboolean
enclave_mcp_configured_is_changed (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), FALSE);

  return enclave_mcp_consent_check_entry (self->consent, self->entry, self->program) == ENCLAVE_MCP_CONSENT_CHANGED;
}

char *
enclave_mcp_configured_dup_changes (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), NULL);

  return enclave_mcp_consent_diff_entry (self->consent, self->entry, self->program);
}

typedef struct
{
  EnclaveMcpConsent *after;
  gboolean ends; /* the server */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_clear_pointer (&change->after, enclave_mcp_consent_free);
  g_free (change);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveMcpConfigured *self = g_task_get_source_object (task);
  Change *change = g_task_get_task_data (task);
  GError *error = NULL;

  if (!enclave_gate_keep_consent_finish (ENCLAVE_GATE (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  /* Only what is kept counts. */
  enclave_mcp_consent_free (self->consent);
  self->consent = g_steal_pointer (&change->after);
  if (change->ends)
    enclave_mcp_configured_drop_server (self);
  enclave_mcp_configured_tell (self);
  g_task_return_boolean (task, TRUE);
}

/* @after: (transfer full): what is to be agreed to from now on. */
static void
keep (EnclaveMcpConfigured *self, EnclaveMcpConsent *after, gboolean ends, GCancellable *cancellable, GAsyncReadyCallback callback,
      gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GBytes) record = enclave_mcp_consent_to_bytes (after);
  g_autofree char *name = enclave_mcp_consent_dup_name (self->entry->name);
  g_autofree char *shown = enclave_mcp_server_entry_dup_shown (self->entry);
  Change *change = g_new0 (Change, 1);

  change->after = after;
  change->ends = ends;
  g_task_set_source_tag (task, keep);
  g_task_set_task_data (task, change, change_free);
  enclave_gate_keep_consent_async (self->gate, name, shown, record, cancellable, kept_cb, task);
}

static EnclaveMcpConsent *
copy_consent (EnclaveMcpConfigured *self)
{
  g_autoptr (GBytes) record = enclave_mcp_consent_to_bytes (self->consent);

  return enclave_mcp_consent_new (record);
}

void
enclave_mcp_configured_allow_async (EnclaveMcpConfigured *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  EnclaveMcpConsent *after;

  g_return_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self) && self->gate != NULL);

  after = copy_consent (self);
  enclave_mcp_consent_allow_entry (after, self->entry, self->program);
  keep (self, after, FALSE, cancellable, callback, user_data);
}

void
enclave_mcp_configured_forget_async (EnclaveMcpConfigured *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  EnclaveMcpConsent *after;

  g_return_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self) && self->gate != NULL);

  after = copy_consent (self);
  enclave_mcp_consent_forget_entry (after);
  keep (self, after, TRUE, cancellable, callback, user_data);
}

void
enclave_mcp_configured_set_tool_async (EnclaveMcpConfigured *self, EnclaveMcpTool *tool, gboolean is_on, GCancellable *cancellable,
                                       GAsyncReadyCallback callback, gpointer user_data)
{
  EnclaveMcpConsent *after;

  g_return_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self) && self->gate != NULL);
  g_return_if_fail (tool != NULL);

  after = copy_consent (self);
  enclave_mcp_consent_set_tool (after, tool->definition, is_on, enclave_mcp_consent_is_tool_pinned (self->consent, tool->definition));
  keep (self, after, FALSE, cancellable, callback, user_data);
}

gboolean
enclave_mcp_configured_change_finish (EnclaveMcpConfigured *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

GPtrArray *
enclave_mcp_configured_get_tools (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), NULL);

  return self->server != NULL ? enclave_mcp_server_get_tools (self->server) : NULL;
}

gboolean
enclave_mcp_configured_is_tool_on (EnclaveMcpConfigured *self, EnclaveMcpTool *tool)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self) && tool != NULL, FALSE);

  return enclave_mcp_consent_is_tool_on (self->consent, tool->definition);
}

char *
enclave_mcp_configured_dup_tool_changes (EnclaveMcpConfigured *self, EnclaveMcpTool *tool)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self) && tool != NULL, NULL);

  return enclave_mcp_consent_diff_tool (self->consent, tool->definition);
}

EnclaveMcpConsentState
enclave_mcp_configured_check_tool (EnclaveMcpConfigured *self, EnclaveMcpTool *tool)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self) && tool != NULL, ENCLAVE_MCP_CONSENT_NEW);

  return enclave_mcp_consent_check_tool (self->consent, tool->definition);
}

void
enclave_mcp_configured_start (EnclaveMcpConfigured *self)
{
  EnclaveMcpConfiguredState state;

  g_return_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self));

  state = enclave_mcp_configured_get_state (self);
  if (state == ENCLAVE_MCP_CONFIGURED_STARTING || state == ENCLAVE_MCP_CONFIGURED_READY)
    return;
  self->is_wanted = TRUE;
  check (self);
  enclave_mcp_configured_tell (self);
}

void
enclave_mcp_configured_restart (EnclaveMcpConfigured *self)
{
  g_return_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self));

  enclave_mcp_configured_drop_server (self);
  enclave_mcp_configured_start (self);
}

void
enclave_mcp_configured_set_ask (EnclaveMcpConfigured *self, EnclaveMcpAsk ask, gpointer user_data)
{
  g_return_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self));

  self->ask = ask;
  self->ask_data = user_data;
  if (self->server != NULL)
    enclave_mcp_server_set_ask (self->server, ask, user_data);
}

void
enclave_mcp_configured_set_log_level (EnclaveMcpConfigured *self, const EnclaveMcpLogLevel *level)
{
  g_return_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self));

  self->log_level = level != NULL ? (gint) *level : -1;
  if (self->server != NULL)
    enclave_mcp_server_set_log_level (self->server, level);
  enclave_mcp_configured_tell (self);
}

gint
enclave_mcp_configured_get_log_level (EnclaveMcpConfigured *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self), -1);

  return self->log_level;
}

void
enclave_mcp_configured_stop (EnclaveMcpConfigured *self)
{
  g_return_if_fail (ENCLAVE_IS_MCP_CONFIGURED (self));

  self->is_wanted = FALSE;
  if (self->server != NULL)
    enclave_mcp_server_stop (self->server);
}
