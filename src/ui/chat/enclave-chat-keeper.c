/* enclave-chat-keeper.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-chat-keeper.h"
#include "enclave-conversation-export.h"

struct _EnclaveChatKeeper
{
  GObject parent_instance;

  EnclaveAgentService *service; /* (nullable): once closed */
  EnclaveSessionStore *store;
  EnclaveConversation *conversation;
  GCancellable *cancellable;
  char *id;                     /* what "conversation-id" tells */
  char *wanted;                 /* (nullable): to be opened in a quiet moment */
  guint idle;
};

enum
{
  PROP_0,
  PROP_CONVERSATION_ID,
  N_PROPS
};

enum
{
  FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveChatKeeper, enclave_chat_keeper, G_TYPE_OBJECT)

static void
set_id (EnclaveChatKeeper *self, const char *id)
{
  if (strcmp (self->id, id) == 0)
    return;
  g_free (self->id);
  self->id = g_strdup (id);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONVERSATION_ID]);
}

static void
record_cb (EnclaveChatKeeper *self, const char *line, EnclaveConversation *conversation)
{
  enclave_session_store_append (self->store, enclave_conversation_get_id (conversation), line);
  set_id (self, enclave_conversation_get_id (conversation));
}

static gboolean
is_empty (EnclaveChatKeeper *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->conversation)) == 0;
}

static void
conversation_cb (EnclaveChatKeeper *self)
{
  if (self->conversation != NULL)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_set_object (&self->conversation, enclave_agent_service_get_conversation (self->service));
  g_signal_connect_swapped (self->conversation, "record", G_CALLBACK (record_cb), self);
  if (self->wanted == NULL)
    set_id (self, is_empty (self) ? "" : enclave_conversation_get_id (self->conversation));
}

static void
problem_cb (EnclaveChatKeeper *self)
{
  const char *problem = enclave_session_store_get_problem (self->store);

  if (problem != NULL)
    g_signal_emit (self, signals[FAILED], 0, problem);
}

static void
enclave_chat_keeper_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveChatKeeper *self = ENCLAVE_CHAT_KEEPER (object);

  switch (prop_id)
    {
    case PROP_CONVERSATION_ID:
      g_value_set_string (value, self->id);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static gboolean
wanted_cb (gpointer user_data)
{
  EnclaveChatKeeper *self = user_data;
  g_autofree char *wanted = g_steal_pointer (&self->wanted);

  self->idle = 0;
  if (is_empty (self) && !enclave_agent_service_get_busy (self->service))
    enclave_chat_keeper_open (self, wanted);

  return G_SOURCE_REMOVE;
}

static void
enclave_chat_keeper_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  EnclaveChatKeeper *self = ENCLAVE_CHAT_KEEPER (object);
  const char *id;

  switch (prop_id)
    {
    case PROP_CONVERSATION_ID:
      id = g_value_get_string (value);
      if (id == NULL || strcmp (id, self->id) == 0 || !g_uuid_string_is_valid (id) || self->service == NULL)
        break;
      g_free (self->id);
      self->id = g_strdup (id);
      g_free (self->wanted);
      self->wanted = g_strdup (id);
      if (self->idle == 0)
        self->idle = g_idle_add_full (G_PRIORITY_LOW, wanted_cb, self, NULL);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

void
enclave_chat_keeper_close (EnclaveChatKeeper *self)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_KEEPER (self));

  g_clear_handle_id (&self->idle, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  if (self->conversation != NULL)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  g_clear_object (&self->conversation);
  if (self->service != NULL)
    g_signal_handlers_disconnect_by_data (self->service, self);
  g_clear_object (&self->service);
  if (self->store != NULL)
    enclave_session_store_flush (self->store);
}

static void
enclave_chat_keeper_dispose (GObject *object)
{
  EnclaveChatKeeper *self = ENCLAVE_CHAT_KEEPER (object);

  enclave_chat_keeper_close (self);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->store);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (enclave_chat_keeper_parent_class)->dispose (object);
}

static void
enclave_chat_keeper_finalize (GObject *object)
{
  g_free (ENCLAVE_CHAT_KEEPER (object)->id);
  g_free (ENCLAVE_CHAT_KEEPER (object)->wanted);

  G_OBJECT_CLASS (enclave_chat_keeper_parent_class)->finalize (object);
}

static void
enclave_chat_keeper_class_init (EnclaveChatKeeperClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = enclave_chat_keeper_dispose;
  object_class->finalize = enclave_chat_keeper_finalize;
  object_class->get_property = enclave_chat_keeper_get_property;
  object_class->set_property = enclave_chat_keeper_set_property;

  properties[PROP_CONVERSATION_ID] =
    g_param_spec_string ("conversation-id", NULL, NULL, "",
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
enclave_chat_keeper_init (EnclaveChatKeeper *self)
{
  self->id = g_strdup ("");
  self->cancellable = g_cancellable_new ();
}

EnclaveChatKeeper *
enclave_chat_keeper_new (EnclaveAgentService *service, EnclaveSessionStore *store)
{
  EnclaveChatKeeper *self;

  g_return_val_if_fail (ENCLAVE_IS_AGENT_SERVICE (service), NULL);
  g_return_val_if_fail (ENCLAVE_IS_SESSION_STORE (store), NULL);

  self = g_object_new (ENCLAVE_TYPE_CHAT_KEEPER, NULL);
  self->service = g_object_ref (service);
  self->store = g_object_ref (store);
  g_signal_connect_swapped (service, "notify::conversation", G_CALLBACK (conversation_cb), self);
  g_signal_connect_swapped (store, "notify::problem", G_CALLBACK (problem_cb), self);
  conversation_cb (self);

  return self;
}

EnclaveSessionStore *
enclave_chat_keeper_get_store (EnclaveChatKeeper *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_KEEPER (self), NULL);

  return self->store;
}

const char *
enclave_chat_keeper_get_current (EnclaveChatKeeper *self)
{
  g_return_val_if_fail (ENCLAVE_IS_CHAT_KEEPER (self), NULL);

  return self->conversation != NULL ? enclave_conversation_get_id (self->conversation) : "";
}

static void
restored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  EnclaveConversation *conversation = enclave_conversation_restore_finish (ENCLAVE_GATE (source), result, &error);

  if (conversation != NULL)
    g_task_return_pointer (task, conversation, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveChatKeeper *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (GPtrArray) lines = enclave_session_store_load_finish (ENCLAVE_SESSION_STORE (source), result, &error);

  if (lines == NULL)
    g_task_return_error (task, error);
  else if (self->service == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", "");
  else
    enclave_conversation_restore_async (lines, enclave_agent_service_get_gate (self->service), g_task_get_cancellable (task),
                                        restored_cb, g_object_ref (task));
}

static void
load_async (EnclaveChatKeeper *self, const char *id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, load_async);
  enclave_session_store_load_async (self->store, id, cancellable, read_cb, task);
}

/* (transfer full) (nullable): NULL with G_IO_ERROR_CANCELLED also when the keeper was closed meanwhile. */
static EnclaveConversation *
load_finish (EnclaveChatKeeper *self, GAsyncResult *result, GError **error)
{
  g_autoptr (EnclaveConversation) conversation = g_task_propagate_pointer (G_TASK (result), error);

  if (conversation == NULL || self->service != NULL)
    return g_steal_pointer (&conversation);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "");

  return NULL;
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  EnclaveChatKeeper *self = ENCLAVE_CHAT_KEEPER (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveConversation) conversation = load_finish (self, result, &error);

  if (conversation != NULL)
    {
      enclave_agent_service_set_conversation (self->service, conversation);
      return;
    }
  if (self->service == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* One that is gone is no news to whoever deleted it. */
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_signal_emit (self, signals[FAILED], 0, error->message);
  if (is_empty (self))
    set_id (self, "");
}

void
enclave_chat_keeper_open (EnclaveChatKeeper *self, const char *id)
{
  g_return_if_fail (ENCLAVE_IS_CHAT_KEEPER (self));
  g_return_if_fail (id != NULL);

  if (self->service == NULL || strcmp (enclave_chat_keeper_get_current (self), id) == 0)
    return;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  /* What it says until now is kept before the other one is read. */
  if (!is_empty (self))
    enclave_agent_service_stop (self->service);
  load_async (self, id, self->cancellable, loaded_cb, NULL);
}

void
enclave_chat_keeper_rename (EnclaveChatKeeper *self, const char *id, const char *title)
{
  g_autofree char *line = NULL;

  g_return_if_fail (ENCLAVE_IS_CHAT_KEEPER (self));
  g_return_if_fail (id != NULL && title != NULL);

  if (self->conversation != NULL && strcmp (enclave_conversation_get_id (self->conversation), id) == 0)
    {
      enclave_conversation_set_title (self->conversation, title);
      return;
    }
  line = enclave_conversation_format_title (title);
  enclave_session_store_append (self->store, id, line);
}

static void
deleted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (enclave_session_store_delete_finish (ENCLAVE_SESSION_STORE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
forgotten_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveChatKeeper *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!enclave_gate_forget_checkpoints_finish (ENCLAVE_GATE (source), result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  enclave_session_store_delete_async (self->store, g_task_get_task_data (task), NULL, deleted_cb, g_object_ref (task));
}

void
enclave_chat_keeper_delete (EnclaveChatKeeper *self, const char *id, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENCLAVE_IS_CHAT_KEEPER (self) && self->service != NULL);
  g_return_if_fail (id != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, enclave_chat_keeper_delete);
  g_task_set_task_data (task, g_strdup (id), g_free);
  if (strcmp (enclave_chat_keeper_get_current (self), id) == 0)
    enclave_agent_service_new_conversation (self->service);
  /* The texts that its turns replaced are as much of it as its words. They go first: while they can't, it stays in the list, and
   * can be deleted again. */
  enclave_gate_forget_checkpoints_async (enclave_agent_service_get_gate (self->service), id, NULL, forgotten_cb,
                                         g_steal_pointer (&task));
}

gboolean
enclave_chat_keeper_delete_finish (EnclaveChatKeeper *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

typedef struct
{
  GFile *file;
  char *text;
  guint n_masked;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_object_unref (export->file);
  g_free (export->text);
  g_free (export);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Export *export = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_task_return_int (task, (gssize) export->n_masked);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
formatted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Export *export = g_task_get_task_data (task);
  GError *error = NULL;

  export->text = enclave_conversation_export_finish (ENCLAVE_CONVERSATION (source), result, &export->n_masked, &error);
  if (export->text == NULL)
    {
      g_task_return_error (task, error);
      g_object_unref (task);
      return;
    }
  g_file_replace_contents_async (export->file, export->text, strlen (export->text), NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL,
                                 exported_cb, task);
}

static void
loaded_for_export_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  EnclaveChatKeeper *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnclaveConversation) conversation = load_finish (self, result, &error);

  if (conversation != NULL)
    enclave_conversation_export_async (conversation, enclave_agent_service_get_gate (self->service), NULL, formatted_cb,
                                       g_steal_pointer (&task));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
enclave_chat_keeper_export_async (EnclaveChatKeeper *self, const char *id, GFile *file, GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Export *export;

  g_return_if_fail (ENCLAVE_IS_CHAT_KEEPER (self) && self->service != NULL);
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, enclave_chat_keeper_export_async);
  export = g_new0 (Export, 1);
  export->file = g_object_ref (file);
  g_task_set_task_data (task, export, export_free);
  if (id == NULL || strcmp (enclave_chat_keeper_get_current (self), id) == 0)
    enclave_conversation_export_async (self->conversation, enclave_agent_service_get_gate (self->service), NULL, formatted_cb,
                                       g_steal_pointer (&task));
  else
    load_async (self, id, NULL, loaded_for_export_cb, g_steal_pointer (&task));
}

int
enclave_chat_keeper_export_finish (EnclaveChatKeeper *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return (int) g_task_propagate_int (G_TASK (result), error);
}
