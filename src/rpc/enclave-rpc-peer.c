/* enclave-rpc-peer.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-rpc-peer.h"

#include <glib/gi18n.h>

#include "enclave-rpc-error.h"

struct _EnclaveRpcPeer
{
  GObject parent_instance;

  EnclaveRpcSend send; /* NULL once closed */
  gpointer send_data;
  GHashTable *waiting; /* gint64 -> Call */
  gint64 last_id;
  guint n_stray;
  GError *closed;
};

typedef struct
{
  EnclaveRpcPeer *peer; /* not owned: lives in its table */
  gint64 id;
  GTask *task;
  guint timer;
  GSource *cancelled;
} Call;

enum
{
  REQUEST,
  NOTIFICATION,
  GIVEN_UP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveRpcPeer, enclave_rpc_peer, G_TYPE_OBJECT)

static void
call_free (gpointer data)
{
  Call *call = data;

  g_clear_handle_id (&call->timer, g_source_remove);
  if (call->cancelled != NULL)
    {
      g_source_destroy (call->cancelled);
      g_source_unref (call->cancelled);
    }
  g_clear_object (&call->task);
  g_free (call);
}

static void
enclave_rpc_peer_dispose (GObject *object)
{
  EnclaveRpcPeer *self = ENCLAVE_RPC_PEER (object);

  g_hash_table_remove_all (self->waiting);
  G_OBJECT_CLASS (enclave_rpc_peer_parent_class)->dispose (object);
}

static void
enclave_rpc_peer_finalize (GObject *object)
{
  EnclaveRpcPeer *self = ENCLAVE_RPC_PEER (object);

  g_hash_table_unref (self->waiting);
  g_clear_error (&self->closed);
  G_OBJECT_CLASS (enclave_rpc_peer_parent_class)->finalize (object);
}

static void
enclave_rpc_peer_class_init (EnclaveRpcPeerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_rpc_peer_dispose;
  object_class->finalize = enclave_rpc_peer_finalize;

  signals[REQUEST] = g_signal_new ("request", ENCLAVE_TYPE_RPC_PEER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   ENCLAVE_TYPE_RPC_MESSAGE);
  signals[NOTIFICATION] = g_signal_new ("notification", ENCLAVE_TYPE_RPC_PEER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, ENCLAVE_TYPE_RPC_MESSAGE);
  signals[GIVEN_UP] = g_signal_new ("given-up", ENCLAVE_TYPE_RPC_PEER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                    G_TYPE_INT64, G_TYPE_BOOLEAN);
}

static void
enclave_rpc_peer_init (EnclaveRpcPeer *self)
{
  self->waiting = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, call_free);
}

EnclaveRpcPeer *
enclave_rpc_peer_new (EnclaveRpcSend send, gpointer user_data)
{
  EnclaveRpcPeer *self = g_object_new (ENCLAVE_TYPE_RPC_PEER, NULL);

  self->send = send;
  self->send_data = user_data;
  return self;
}

/* @message: (transfer full). */
static void
send_out (EnclaveRpcPeer *self, JsonObject *message, gint64 id)
{
  g_autoptr (JsonObject) owned = message;

  if (self->send != NULL)
    self->send (owned, id, self->send_data);
}

/* Takes it out of the table. Returns: (transfer full) (nullable): its task. */
static GTask *
steal_call (EnclaveRpcPeer *self, gint64 id)
{
  Call *call = g_hash_table_lookup (self->waiting, &id);
  GTask *task = call != NULL ? g_steal_pointer (&call->task) : NULL;

  if (call != NULL)
    g_hash_table_remove (self->waiting, &id);
  return task;
}

void
enclave_rpc_peer_fail (EnclaveRpcPeer *self, gint64 id, const GError *error)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_RPC_PEER (self));

  task = steal_call (self, id);
  if (task != NULL)
    g_task_return_error (task, g_error_copy (error));
}

void
enclave_rpc_peer_close (EnclaveRpcPeer *self, const GError *error)
{
  g_autoptr (GList) ids = NULL;
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);

  g_return_if_fail (ENCLAVE_IS_RPC_PEER (self));

  self->send = NULL;
  if (self->closed == NULL)
    self->closed = error != NULL ? g_error_copy (error)
                                 : g_error_new_literal (ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_CLOSED, _ ("The connection is closed"));
  ids = g_hash_table_get_values (self->waiting);
  for (GList *at = ids; at != NULL; at = at->next)
    g_ptr_array_add (tasks, g_steal_pointer (&((Call *) at->data)->task));
  g_hash_table_remove_all (self->waiting);
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_error (g_ptr_array_index (tasks, i), g_error_copy (self->closed));
}

static void
give_up (Call *call, gboolean timed_out)
{
  g_autoptr (EnclaveRpcPeer) self = g_object_ref (call->peer);
  gint64 id = call->id;
  g_autoptr (GTask) task = steal_call (self, id);

  g_signal_emit (self, signals[GIVEN_UP], 0, id, timed_out);
  if (timed_out)
    g_task_return_new_error (task, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_TIMED_OUT, _ ("There was no answer in time"));
  else
    g_task_return_error_if_cancelled (task);
}

static gboolean
on_timed_out (gpointer user_data)
{
  Call *call = user_data;

  call->timer = 0;
  give_up (call, TRUE);
  return G_SOURCE_REMOVE;
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer user_data)
{
  give_up (user_data, FALSE);
  return G_SOURCE_REMOVE;
}

void
enclave_rpc_peer_request_async (EnclaveRpcPeer *self, const char *method, JsonObject *params, guint timeout_ms, gint64 *id,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Call *call;

  g_return_if_fail (ENCLAVE_IS_RPC_PEER (self));
  g_return_if_fail (method != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_rpc_peer_request_async);
  if (id != NULL)
    *id = -1;
  if (self->closed != NULL || g_cancellable_is_cancelled (cancellable))
    {
      if (params != NULL)
        json_object_unref (params);
      if (!g_task_return_error_if_cancelled (task))
        g_task_return_error (task, g_error_copy (self->closed));
      return;
    }
  call = g_new0 (Call, 1);
  call->peer = self;
  call->id = ++self->last_id;
  call->task = g_steal_pointer (&task);
  if (timeout_ms > 0)
    call->timer = g_timeout_add (timeout_ms, on_timed_out, call);
  if (cancellable != NULL)
    {
      call->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (call->cancelled, G_SOURCE_FUNC (on_cancelled), call, NULL);
      g_source_attach (call->cancelled, g_main_context_get_thread_default ());
    }
  g_hash_table_insert (self->waiting, &call->id, call);
  if (id != NULL)
    *id = call->id;
  send_out (self, enclave_rpc_message_new_request (call->id, method, params), call->id);
}

JsonNode *
enclave_rpc_peer_request_finish (EnclaveRpcPeer *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
enclave_rpc_peer_extend (EnclaveRpcPeer *self, gint64 id, guint timeout_ms)
{
  Call *call;

  g_return_if_fail (ENCLAVE_IS_RPC_PEER (self));

  call = g_hash_table_lookup (self->waiting, &id);
  if (call == NULL || call->timer == 0)
    return;
  g_source_remove (call->timer);
  call->timer = g_timeout_add (timeout_ms, on_timed_out, call);
}

guint
enclave_rpc_peer_get_n_waiting (EnclaveRpcPeer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_RPC_PEER (self), 0);

  return g_hash_table_size (self->waiting);
}

void
enclave_rpc_peer_notify (EnclaveRpcPeer *self, const char *method, JsonObject *params)
{
  g_return_if_fail (ENCLAVE_IS_RPC_PEER (self));

  send_out (self, enclave_rpc_message_new_notification (method, params), -1);
}

void
enclave_rpc_peer_reply (EnclaveRpcPeer *self, JsonNode *id, JsonObject *result)
{
  g_return_if_fail (ENCLAVE_IS_RPC_PEER (self));

  send_out (self, enclave_rpc_message_new_result (id, result), -1);
}

void
enclave_rpc_peer_reply_node (EnclaveRpcPeer *self, JsonNode *id, JsonNode *result)
{
  g_return_if_fail (ENCLAVE_IS_RPC_PEER (self));

  send_out (self, enclave_rpc_message_new_result_node (id, result), -1);
}

void
enclave_rpc_peer_reply_error (EnclaveRpcPeer *self, JsonNode *id, gint64 code, const char *message)
{
  g_return_if_fail (ENCLAVE_IS_RPC_PEER (self));

  send_out (self, enclave_rpc_message_new_error (id, code, message), -1);
}

static void
take_response (EnclaveRpcPeer *self, EnclaveRpcMessage *message)
{
  g_autoptr (GTask) task = steal_call (self, enclave_rpc_message_get_id (message));

  if (task == NULL)
    self->n_stray++;
  else if (message->error != NULL)
    g_task_return_error (task, g_error_copy (message->error));
  else
    g_task_return_pointer (task, json_node_ref (message->result), (GDestroyNotify) json_node_unref);
}

void
enclave_rpc_peer_receive (EnclaveRpcPeer *self, EnclaveRpcMessage *message)
{
  g_return_if_fail (ENCLAVE_IS_RPC_PEER (self));
  g_return_if_fail (message != NULL);

  switch (message->kind)
    {
    case ENCLAVE_RPC_RESPONSE:
      take_response (self, message);
      break;
    case ENCLAVE_RPC_NOTIFICATION:
      g_signal_emit (self, signals[NOTIFICATION], 0, message);
      break;
    case ENCLAVE_RPC_REQUEST:
      if (g_signal_has_handler_pending (self, signals[REQUEST], 0, FALSE))
        g_signal_emit (self, signals[REQUEST], 0, message);
      else
        enclave_rpc_peer_reply_error (self, message->id, ENCLAVE_RPC_CODE_METHOD_NOT_FOUND, "Method not found");
      break;
    default:
      break;
    }
}

guint
enclave_rpc_peer_get_n_stray (EnclaveRpcPeer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_RPC_PEER (self), 0);

  return self->n_stray;
}
