/* enclave-language-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The life of a language server: found, started, ended, started again.
 */

#include "config.h"

#include "enclave-language-server-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-limits.h"

enum
{
  CHANGED,
  PROGRESS_CHANGED,
  DIAGNOSTICS_CHANGED,
  EDIT_WANTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveLanguageServer, enclave_language_server, G_TYPE_OBJECT)

/* Nothing of the program that ran is heard any more. */
void
_enclave_language_server_let_go (EnclaveLanguageServer *self)
{
  /* Those who wait hear of it at once, and see that there is none. */
  g_autoptr (EnclaveRpcPeer) peer = g_steal_pointer (&self->peer);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (peer != NULL)
    {
      g_signal_handlers_disconnect_by_data (peer, self);
      enclave_rpc_peer_close (peer, NULL);
    }
  if (self->pipe != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->pipe, self);
      g_object_run_dispose (G_OBJECT (self->pipe));
    }
  if (self->inbox != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->inbox, self);
      enclave_rpc_inbox_stop (self->inbox);
    }
  if (self->process != NULL)
    g_signal_handlers_disconnect_by_data (self->process, self);
  g_clear_object (&self->pipe);
  g_clear_object (&self->inbox);
  g_clear_object (&self->process);
  g_clear_pointer (&self->capabilities, json_object_unref);
  g_clear_pointer (&self->watch, enclave_language_watch_free);
  g_clear_pointer (&self->progress, g_free);
  g_clear_handle_id (&self->progress_timer, g_source_remove);
  g_clear_pointer (&self->root, g_free);
  self->n_commands = 0;
  _enclave_language_server_forget_told (self);
}

static void
enclave_language_server_dispose (GObject *object)
{
  EnclaveLanguageServer *self = ENCLAVE_LANGUAGE_SERVER (object);

  g_clear_handle_id (&self->restart_timer, g_source_remove);
  _enclave_language_server_look_end (self, "");
  _enclave_language_server_let_go (self);
  g_clear_object (&self->gate);
  G_OBJECT_CLASS (enclave_language_server_parent_class)->dispose (object);
}

static void
enclave_language_server_finalize (GObject *object)
{
  EnclaveLanguageServer *self = ENCLAVE_LANGUAGE_SERVER (object);

  g_strfreev (self->command);
  g_strfreev (self->readable);
  g_strfreev (self->folders);
  g_free (self->reason);
  g_free (self->shown);
  g_clear_pointer (&self->program, enclave_installed_program_free);
  g_queue_clear_full (&self->log, g_free);
  g_hash_table_unref (self->documents);
  g_hash_table_unref (self->diagnostics);
  G_OBJECT_CLASS (enclave_language_server_parent_class)->finalize (object);
}

static void
enclave_language_server_class_init (EnclaveLanguageServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_language_server_dispose;
  object_class->finalize = enclave_language_server_finalize;

  signals[CHANGED] = g_signal_new ("changed", ENCLAVE_TYPE_LANGUAGE_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PROGRESS_CHANGED] = g_signal_new ("progress-changed", ENCLAVE_TYPE_LANGUAGE_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 0);
  signals[DIAGNOSTICS_CHANGED] = g_signal_new ("diagnostics-changed", ENCLAVE_TYPE_LANGUAGE_SERVER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                               NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[EDIT_WANTED] = g_signal_new ("edit-wanted", ENCLAVE_TYPE_LANGUAGE_SERVER, G_SIGNAL_RUN_LAST, 0,
                                       g_signal_accumulator_true_handled, NULL, NULL, G_TYPE_BOOLEAN, 1, JSON_TYPE_OBJECT);
}

static void
enclave_language_server_init (EnclaveLanguageServer *self)
{
  g_queue_init (&self->log);
  self->documents = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, _enclave_language_document_free);
  self->diagnostics = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  enclave_language_server_set_patience (self, 0, 0, 0);
}

EnclaveLanguageServer *
enclave_language_server_new (EnclaveGate *gate, const EnclaveLanguageKind *kind)
{
  EnclaveLanguageServer *self;

  g_return_val_if_fail (ENCLAVE_IS_GATE (gate) && kind != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_LANGUAGE_SERVER, NULL);
  self->gate = g_object_ref (gate);
  self->kind = kind;
  return self;
}

void
enclave_language_server_set_command (EnclaveLanguageServer *self, const char *const *argv, const char *const *readable)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self) && argv != NULL && argv[0] != NULL);

  g_strfreev (self->command);
  g_strfreev (self->readable);
  self->command = g_strdupv ((char **) argv);
  self->readable = g_strdupv ((char **) readable);
}

void
enclave_language_server_set_patience (EnclaveLanguageServer *self, guint start_ms, guint request_ms, guint restart_ms)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self));

  self->start_ms = start_ms != 0 ? start_ms : ENCLAVE_LANGUAGE_START_MS;
  self->request_ms = request_ms != 0 ? request_ms : ENCLAVE_LANGUAGE_REQUEST_MS;
  self->restart_ms = restart_ms != 0 ? restart_ms : ENCLAVE_LANGUAGE_RESTART_MS;
}

void
_enclave_language_server_log (EnclaveLanguageServer *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", ENCLAVE_LANGUAGE_LOG_LINES);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%H:%M:%S");

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *clean = enclave_language_clean (lines[i], ENCLAVE_LANGUAGE_LOG_LINE_BYTES);

      if (*g_strstrip (clean) == '\0')
        continue;
      g_queue_push_tail (&self->log, g_strdup_printf ("%s  %s", time, clean));
      if (g_queue_get_length (&self->log) > ENCLAVE_LANGUAGE_LOG_LINES)
        g_free (g_queue_pop_head (&self->log));
    }
}

char *
enclave_language_server_dup_log (EnclaveLanguageServer *self)
{
  GString *text = g_string_new (NULL);

  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self), NULL);

  for (GList *at = self->log.head; at != NULL; at = at->next)
    g_string_append_printf (text, "%s\n", (const char *) at->data);
  return g_string_free (text, FALSE);
}

void
_enclave_language_server_emit_changed (EnclaveLanguageServer *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
_enclave_language_server_emit_progress (EnclaveLanguageServer *self)
{
  g_signal_emit (self, signals[PROGRESS_CHANGED], 0);
}

void
_enclave_language_server_emit_diagnostics (EnclaveLanguageServer *self, const char *path)
{
  g_signal_emit (self, signals[DIAGNOSTICS_CHANGED], 0, path);
}

gboolean
_enclave_language_server_emit_edit (EnclaveLanguageServer *self, JsonObject *edit)
{
  gboolean taken = FALSE;

  if (self->n_commands > 0)
    g_signal_emit (self, signals[EDIT_WANTED], 0, edit, &taken);
  return taken;
}

/* @reason: (nullable). */
void
_enclave_language_server_set_state (EnclaveLanguageServer *self, EnclaveLanguageServerState state, const char *reason)
{
  g_autofree char *kept = g_strdup (reason);

  self->state = state;
  g_free (self->reason);
  self->reason = g_steal_pointer (&kept);
  if (self->reason != NULL)
    _enclave_language_server_log (self, self->reason);
  _enclave_language_server_emit_changed (self);
}

static void start (EnclaveLanguageServer *self);

static gboolean
on_restart (gpointer user_data)
{
  EnclaveLanguageServer *self = user_data;

  self->restart_timer = 0;
  start (self);
  return G_SOURCE_REMOVE;
}

/* It has gone, and nobody had asked for that. */
void
_enclave_language_server_crashed (EnclaveLanguageServer *self, const char *reason)
{
  g_autoptr (EnclaveLanguageServer) held = g_object_ref (self);
  gboolean was_steady = self->ready_since != 0
                        && g_get_monotonic_time () - self->ready_since > (gint64) ENCLAVE_LANGUAGE_STEADY_S * G_USEC_PER_SEC;

  _enclave_language_server_let_go (self);
  self->ready_since = 0;
  _enclave_language_server_look_end (self, reason);
  _enclave_language_server_drop_diagnostics (self);
  self->n_crashes = was_steady ? 1 : self->n_crashes + 1;
  if (self->n_crashes > ENCLAVE_LANGUAGE_MAX_RESTARTS)
    {
      _enclave_language_server_set_state (self, ENCLAVE_LANGUAGE_SERVER_FAILED, reason);
      return;
    }
  self->restart_timer = g_timeout_add (self->restart_ms << (self->n_crashes - 1), on_restart, self);
  _enclave_language_server_set_state (self, ENCLAVE_LANGUAGE_SERVER_WAITING, reason);
}

void
_enclave_language_server_give_up (EnclaveLanguageServer *self, const char *reason)
{
  g_autofree char *kept = g_strdup (reason);

  if (self->process == NULL || self->is_stopping)
    return;
  enclave_service_process_stop (self->process);
  _enclave_language_server_crashed (self, kept);
}

static void
start (EnclaveLanguageServer *self)
{
  _enclave_language_server_let_go (self);
  self->cancellable = g_cancellable_new ();
  self->is_stopping = FALSE;
  self->candidate = 0;
  self->is_script = FALSE;
  _enclave_language_server_set_state (self, ENCLAVE_LANGUAGE_SERVER_STARTING, NULL);
  _enclave_language_server_find_program (self);
}

void
enclave_language_server_start (EnclaveLanguageServer *self)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self));

  if (self->state == ENCLAVE_LANGUAGE_SERVER_STARTING && self->only_look)
    self->only_look = FALSE;
  else if (self->state == ENCLAVE_LANGUAGE_SERVER_OFF || self->state == ENCLAVE_LANGUAGE_SERVER_MISSING)
    start (self);
}

void
enclave_language_server_look_for_program (EnclaveLanguageServer *self)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self));

  if (self->state != ENCLAVE_LANGUAGE_SERVER_OFF && self->state != ENCLAVE_LANGUAGE_SERVER_MISSING)
    return;
  self->only_look = TRUE;
  start (self);
}

void
enclave_language_server_stop (EnclaveLanguageServer *self)
{
  g_autoptr (EnclaveServiceProcess) process = NULL;

  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self));

  g_clear_handle_id (&self->restart_timer, g_source_remove);
  self->is_stopping = TRUE;
  self->only_look = FALSE;
  self->ready_since = 0;
  process = self->process != NULL ? g_object_ref (self->process) : NULL;
  _enclave_language_server_let_go (self);
  if (process != NULL)
    /* Its box goes with the last reference: nothing of it is left, and nothing that it could write was the person's. */
    enclave_service_process_stop (process);
  _enclave_language_server_look_end (self, _ ("The server was stopped"));
  _enclave_language_server_drop_diagnostics (self);
  if (self->state != ENCLAVE_LANGUAGE_SERVER_MISSING)
    _enclave_language_server_set_state (self, ENCLAVE_LANGUAGE_SERVER_OFF, NULL);
}

void
enclave_language_server_restart (EnclaveLanguageServer *self)
{
  g_return_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self));

  enclave_language_server_stop (self);
  self->n_crashes = 0;
  start (self);
}

const EnclaveLanguageKind *
enclave_language_server_get_kind (EnclaveLanguageServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self), NULL);

  return self->kind;
}

EnclaveLanguageServerState
enclave_language_server_get_state (EnclaveLanguageServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self), ENCLAVE_LANGUAGE_SERVER_OFF);

  /* A look for the program alone starts nothing. */
  return self->only_look ? ENCLAVE_LANGUAGE_SERVER_OFF : self->state;
}

const char *
enclave_language_server_get_reason (EnclaveLanguageServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self), NULL);

  return self->reason;
}

const char *
enclave_language_server_get_progress (EnclaveLanguageServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self), NULL);

  return self->progress;
}

const char *
enclave_language_server_get_program (EnclaveLanguageServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_LANGUAGE_SERVER (self), NULL);

  return self->shown;
}
