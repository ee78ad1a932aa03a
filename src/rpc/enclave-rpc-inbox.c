/* enclave-rpc-inbox.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-rpc-inbox.h"

#include "enclave-rpc-error.h"
#include "enclave-utf8.h"

/* A text up to this size is read at once: it takes less than a millisecond. */
#define AT_ONCE_BYTES (16 * 1024)
/* Texts that are read in one turn of the main loop. */
#define AT_ONCE_TEXTS 16
#define SKIPPED_BYTES 200

struct _EnclaveRpcInbox
{
  GObject parent_instance;

  EnclaveRpcSplitter *splitter;
  GQueue texts; /* of GString */
  guint turn;
  gboolean busy;
  gboolean ending;
  gboolean stopped;
};

enum
{
  MESSAGE,
  SKIPPED,
  FAILED,
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveRpcInbox, enclave_rpc_inbox, G_TYPE_OBJECT)

static void
free_text (gpointer text)
{
  g_string_free (text, TRUE);
}

static void
enclave_rpc_inbox_dispose (GObject *object)
{
  enclave_rpc_inbox_stop (ENCLAVE_RPC_INBOX (object));
  G_OBJECT_CLASS (enclave_rpc_inbox_parent_class)->dispose (object);
}

static void
enclave_rpc_inbox_finalize (GObject *object)
{
  EnclaveRpcInbox *self = ENCLAVE_RPC_INBOX (object);

  enclave_rpc_splitter_free (self->splitter);
  G_OBJECT_CLASS (enclave_rpc_inbox_parent_class)->finalize (object);
}

static void
enclave_rpc_inbox_class_init (EnclaveRpcInboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_rpc_inbox_dispose;
  object_class->finalize = enclave_rpc_inbox_finalize;

  signals[MESSAGE] = g_signal_new ("message", ENCLAVE_TYPE_RPC_INBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   ENCLAVE_TYPE_RPC_MESSAGE);
  signals[SKIPPED] = g_signal_new ("skipped", ENCLAVE_TYPE_RPC_INBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                   G_TYPE_STRING);
  signals[FAILED] = g_signal_new ("failed", ENCLAVE_TYPE_RPC_INBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_ERROR);
  signals[ENDED] = g_signal_new ("ended", ENCLAVE_TYPE_RPC_INBOX, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
enclave_rpc_inbox_init (EnclaveRpcInbox *self)
{
  g_queue_init (&self->texts);
}

EnclaveRpcInbox *
enclave_rpc_inbox_new (EnclaveRpcFraming framing, gsize max_bytes)
{
  EnclaveRpcInbox *self = g_object_new (ENCLAVE_TYPE_RPC_INBOX, NULL);

  self->splitter = enclave_rpc_splitter_new (framing, max_bytes);
  return self;
}

static void
fail (EnclaveRpcInbox *self, const GError *error)
{
  enclave_rpc_inbox_stop (self);
  g_signal_emit (self, signals[FAILED], 0, error);
}

/* @messages: (nullable): NULL with @error. @text: what was read. */
static void
tell (EnclaveRpcInbox *self, GPtrArray *messages, GString *text, const GError *error)
{
  if (messages == NULL && g_error_matches (error, ENCLAVE_RPC_ERROR, ENCLAVE_RPC_ERROR_SYNTAX))
    {
      gsize length = enclave_utf8_prefix_length (text->str, text->len, SKIPPED_BYTES);
      g_autofree char *begin = enclave_utf8_make_valid (text->str, (gssize) length);

      g_signal_emit (self, signals[SKIPPED], 0, begin);
    }
  else if (messages == NULL)
    fail (self, error);
  for (guint i = 0; messages != NULL && i < messages->len && !self->stopped; i++)
    g_signal_emit (self, signals[MESSAGE], 0, g_ptr_array_index (messages, i));
}

static void
parse_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *messages = enclave_rpc_message_parse (task_data, &error);

  if (messages != NULL)
    g_task_return_pointer (task, messages, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void schedule (EnclaveRpcInbox *self);

static void
on_parsed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EnclaveRpcInbox *self = ENCLAVE_RPC_INBOX (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) messages = g_task_propagate_pointer (G_TASK (result), &error);

  self->busy = FALSE;
  if (self->stopped)
    return;
  tell (self, messages, g_task_get_task_data (G_TASK (result)), error);
  schedule (self);
}

static gboolean
on_turn (gpointer user_data)
{
  g_autoptr (EnclaveRpcInbox) self = g_object_ref (user_data);

  self->turn = 0;
  for (guint i = 0; i < AT_ONCE_TEXTS && !self->stopped && !g_queue_is_empty (&self->texts); i++)
    {
      GString *text = g_queue_pop_head (&self->texts);
      g_autoptr (GTask) task = NULL;

      if (text->len <= AT_ONCE_BYTES)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GPtrArray) messages = enclave_rpc_message_parse (text, &error);

          tell (self, messages, text, error);
          g_string_free (text, TRUE);
          continue;
        }
      self->busy = TRUE;
      task = g_task_new (self, NULL, on_parsed, NULL);
      g_task_set_source_tag (task, on_turn);
      g_task_set_task_data (task, text, free_text);
      g_task_run_in_thread (task, parse_thread);
      return G_SOURCE_REMOVE;
    }
  schedule (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (EnclaveRpcInbox *self)
{
  if (self->stopped || self->busy || self->turn != 0)
    return;
  if (!g_queue_is_empty (&self->texts))
    /* Behind the frames of a window. */
    self->turn = g_idle_add (on_turn, self);
  else if (self->ending)
    {
      self->stopped = TRUE;
      g_signal_emit (self, signals[ENDED], 0);
    }
}

void
enclave_rpc_inbox_feed (EnclaveRpcInbox *self, const char *bytes, gsize length)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gboolean fed;

  g_return_if_fail (ENCLAVE_IS_RPC_INBOX (self));

  if (self->stopped)
    return;
  fed = enclave_rpc_splitter_feed (self->splitter, bytes, length, texts, &error);
  for (guint i = 0; i < texts->len; i++)
    g_queue_push_tail (&self->texts, g_ptr_array_index (texts, i));
  if (fed)
    schedule (self);
  else
    fail (self, error);
}

void
enclave_rpc_inbox_push (EnclaveRpcInbox *self, GString *text)
{
  g_return_if_fail (ENCLAVE_IS_RPC_INBOX (self));

  if (self->stopped)
    {
      g_string_free (text, TRUE);
      return;
    }
  g_queue_push_tail (&self->texts, text);
  schedule (self);
}

void
enclave_rpc_inbox_end (EnclaveRpcInbox *self)
{
  g_return_if_fail (ENCLAVE_IS_RPC_INBOX (self));

  self->ending = TRUE;
  schedule (self);
}

void
enclave_rpc_inbox_stop (EnclaveRpcInbox *self)
{
  g_return_if_fail (ENCLAVE_IS_RPC_INBOX (self));

  self->stopped = TRUE;
  g_clear_handle_id (&self->turn, g_source_remove);
  g_queue_clear_full (&self->texts, free_text);
}

guint
enclave_rpc_inbox_get_n_waiting (EnclaveRpcInbox *self)
{
  g_return_val_if_fail (ENCLAVE_IS_RPC_INBOX (self), 0);

  return g_queue_get_length (&self->texts) + (self->busy ? 1 : 0);
}
