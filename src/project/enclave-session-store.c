/* enclave-session-store.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-session-store.h"

#include "enclave-session-files.h"

/* Characters of the hash that stands for the project in a file's name: paths are not told there. */
#define PREFIX_CHARS 16

typedef enum
{
  OPERATION_APPEND,
  OPERATION_LIST,
  OPERATION_LOAD,
  OPERATION_DELETE,
} OperationKind;

/* One piece of work. What it is made of changes no more once it was given to a worker. */
typedef struct
{
  OperationKind kind;
  GMutex *mutex; /* of the store: held while a piece of work is done */
  char *prefix;
  char *id;
  GString *text;
  GStrv words;

  /* With the mutex. */
  gboolean done;
  GError *error; /* (nullable): of what was written */
} Operation;

struct _EnclaveSessionStore
{
  GObject parent_instance;

  char *prefix;
  GQueue waiting; /* (element-type GTask) */
  GTask *running; /* (nullable) */
  gboolean stalled; /* what was added last could not be kept: it is tried again when more is added */
  GMutex *mutex;  /* atomic box: a worker may outlive the store */
  char *problem;
};

enum
{
  PROP_0,
  PROP_PROBLEM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (EnclaveSessionStore, enclave_session_store, G_TYPE_OBJECT)

static void run_next (EnclaveSessionStore *self);

static void
clear_mutex (gpointer mutex)
{
  g_mutex_clear (mutex);
}

static void
operation_free (gpointer data)
{
  Operation *operation = data;

  g_atomic_rc_box_release_full (operation->mutex, clear_mutex);
  g_free (operation->prefix);
  g_free (operation->id);
  if (operation->text != NULL)
    g_string_free (operation->text, TRUE);
  g_strfreev (operation->words);
  g_clear_error (&operation->error);
  g_free (operation);
}

/* Done by the worker or, when the program ends, by whoever comes first. */
static void
write_once (Operation *operation)
{
  g_mutex_lock (operation->mutex);
  if (!operation->done && operation->kind == OPERATION_DELETE)
    enclave_session_files_delete (operation->prefix, operation->id, &operation->error);
  else if (!operation->done)
    enclave_session_files_append (operation->prefix, operation->id, operation->text->str, &operation->error);
  operation->done = TRUE;
  g_mutex_unlock (operation->mutex);
}

static void
return_written (GTask *task)
{
  const Operation *operation = g_task_get_task_data (task);

  if (operation->error != NULL)
    g_task_return_error (task, g_error_copy (operation->error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
worker (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Operation *operation = task_data;
  GPtrArray *found = NULL;
  GError *error = NULL;

  switch (operation->kind)
    {
    case OPERATION_APPEND:
    case OPERATION_DELETE:
      write_once (operation);
      return_written (task);
      return;
    case OPERATION_LIST:
      found = enclave_session_files_list (operation->prefix, (const char *const *) operation->words, cancellable, &error);
      break;
    case OPERATION_LOAD:
    default:
      found = enclave_session_files_load (operation->prefix, operation->id, &error);
      break;
    }
  if (found != NULL)
    g_task_return_pointer (task, found, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
set_problem (EnclaveSessionStore *self, const char *problem)
{
  if (g_strcmp0 (self->problem, problem) == 0)
    return;
  g_free (self->problem);
  self->problem = g_strdup (problem);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
}

static GTask *
new_task (EnclaveSessionStore *self, OperationKind kind, const char *id, GCancellable *cancellable,
          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Operation *operation = g_new0 (Operation, 1);

  operation->kind = kind;
  operation->mutex = g_atomic_rc_box_acquire (self->mutex);
  operation->prefix = g_strdup (self->prefix);
  operation->id = g_strdup (id);
  g_task_set_task_data (task, operation, operation_free);
  /* What was deleted half is worse than what was deleted late. */
  g_task_set_check_cancellable (task, kind == OPERATION_LIST || kind == OPERATION_LOAD);

  return task;
}

static gboolean
is_append (GTask *task)
{
  const Operation *operation = g_task_get_task_data (task);

  return operation->kind == OPERATION_APPEND;
}

static gboolean
writes (GTask *task)
{
  const Operation *operation = g_task_get_task_data (task);

  return operation->kind == OPERATION_APPEND || operation->kind == OPERATION_DELETE;
}

static gboolean
is_to_be_deleted (EnclaveSessionStore *self, const char *id)
{
  for (GList *link = self->waiting.head; link != NULL; link = link->next)
    {
      const Operation *operation = g_task_get_task_data (link->data);

      if (operation->kind == OPERATION_DELETE && strcmp (operation->id, id) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
completed_cb (GTask *task, GParamSpec *pspec, gpointer user_data)
{
  g_autoptr (EnclaveSessionStore) self = g_object_ref (g_task_get_source_object (task));
  Operation *operation = g_task_get_task_data (task);

  if (self->running != task)
    return;
  if (operation->kind == OPERATION_APPEND)
    {
      gboolean is_lost = operation->error != NULL && !is_to_be_deleted (self, operation->id);

      set_problem (self, is_lost ? operation->error->message : NULL);
      if (is_lost)
        {
          GTask *again = new_task (self, OPERATION_APPEND, operation->id, NULL, NULL, NULL);
          Operation *next = g_task_get_task_data (again);

          next->text = g_string_new (operation->text->str);
          g_queue_push_head (&self->waiting, again);
          self->stalled = TRUE;
        }
    }
  g_clear_object (&self->running);
  run_next (self);
}

static void
run_next (EnclaveSessionStore *self)
{
  GList *link = self->waiting.head;

  if (self->running != NULL)
    return;
  /* A full disk can still be read. */
  while (self->stalled && link != NULL && is_append (link->data))
    link = link->next;
  if (link == NULL)
    return;

  self->running = link->data;
  g_queue_delete_link (&self->waiting, link);
  g_signal_connect (self->running, "notify::completed", G_CALLBACK (completed_cb), NULL);
  g_task_run_in_thread (self->running, worker);
}

static void
enclave_session_store_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  EnclaveSessionStore *self = ENCLAVE_SESSION_STORE (object);

  switch (prop_id)
    {
    case PROP_PROBLEM:
      g_value_set_string (value, self->problem);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
enclave_session_store_finalize (GObject *object)
{
  EnclaveSessionStore *self = ENCLAVE_SESSION_STORE (object);

  g_clear_pointer (&self->prefix, g_free);
  g_clear_pointer (&self->problem, g_free);
  g_atomic_rc_box_release_full (self->mutex, clear_mutex);

  G_OBJECT_CLASS (enclave_session_store_parent_class)->finalize (object);
}

static void
enclave_session_store_class_init (EnclaveSessionStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = enclave_session_store_finalize;
  object_class->get_property = enclave_session_store_get_property;

  properties[PROP_PROBLEM] =
    g_param_spec_string ("problem", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
enclave_session_store_init (EnclaveSessionStore *self)
{
  g_queue_init (&self->waiting);
  self->mutex = g_atomic_rc_box_new0 (GMutex);
  g_mutex_init (self->mutex);
}

/**
 * enclave_session_store_new:
 * @project: absolute path of the project
 *
 * Returns: (transfer full): its conversations
 */
EnclaveSessionStore *
enclave_session_store_new (const char *project)
{
  EnclaveSessionStore *self;
  g_autofree char *hash = NULL;

  g_return_val_if_fail (project != NULL, NULL);

  self = g_object_new (ENCLAVE_TYPE_SESSION_STORE, NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, project, -1);
  self->prefix = g_strndup (hash, PREFIX_CHARS);

  return self;
}

const char *
enclave_session_store_get_problem (EnclaveSessionStore *self)
{
  g_return_val_if_fail (ENCLAVE_IS_SESSION_STORE (self), NULL);

  return self->problem;
}

/**
 * enclave_session_store_append:
 * @self: a store
 * @id: of a conversation, a UUID
 * @line: what is to be kept, without a line end
 *
 * Returns at once. Lines of one conversation are kept in the order they were added; whether they are is told by "problem".
 */
void
enclave_session_store_append (EnclaveSessionStore *self, const char *id, const char *line)
{
  GTask *last;
  Operation *operation;

  g_return_if_fail (ENCLAVE_IS_SESSION_STORE (self));
  g_return_if_fail (id != NULL && g_uuid_string_is_valid (id));
  g_return_if_fail (line != NULL && strchr (line, '\n') == NULL);

  last = g_queue_peek_tail (&self->waiting);
  operation = last != NULL ? g_task_get_task_data (last) : NULL;
  if (operation == NULL || operation->kind != OPERATION_APPEND || strcmp (operation->id, id) != 0)
    {
      last = new_task (self, OPERATION_APPEND, id, NULL, NULL, NULL);
      operation = g_task_get_task_data (last);
      operation->text = g_string_new (NULL);
      g_queue_push_tail (&self->waiting, last);
    }
  g_string_append (operation->text, line);
  g_string_append_c (operation->text, '\n');
  self->stalled = FALSE;
  run_next (self);
}

void
enclave_session_store_flush (EnclaveSessionStore *self)
{
  GList *next;

  g_return_if_fail (ENCLAVE_IS_SESSION_STORE (self));

  if (self->running != NULL && writes (self->running))
    write_once (g_task_get_task_data (self->running));
  for (GList *link = self->waiting.head; link != NULL; link = next)
    {
      GTask *task = link->data;

      next = link->next;
      if (!writes (task))
        continue;
      write_once (g_task_get_task_data (task));
      g_queue_delete_link (&self->waiting, link);
      return_written (task);
      g_object_unref (task);
    }
}

static void
push (EnclaveSessionStore *self, GTask *task)
{
  g_queue_push_tail (&self->waiting, task);
  run_next (self);
}

void
enclave_session_store_list_async (EnclaveSessionStore *self, const char *words, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_SESSION_STORE (self));

  task = new_task (self, OPERATION_LIST, NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_session_store_list_async);
  if (words != NULL && words[strspn (words, " \t\r\n")] != '\0')
    {
      Operation *operation = g_task_get_task_data (task);
      g_autofree char *folded = g_utf8_casefold (words, -1);
      g_auto (GStrv) all = g_strsplit_set (folded, " \t\r\n", -1);
      guint n = 0;

      operation->words = g_new0 (char *, g_strv_length (all) + 1);
      for (guint i = 0; all[i] != NULL; i++)
        if (*all[i] != '\0')
          operation->words[n++] = g_strdup (all[i]);
    }
  push (self, task);
}

GListModel *
enclave_session_store_list_finish (EnclaveSessionStore *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) sessions = NULL;
  GListStore *list;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_session_store_list_async), NULL);

  sessions = g_task_propagate_pointer (G_TASK (result), error);
  if (sessions == NULL)
    return NULL;
  list = g_list_store_new (ENCLAVE_TYPE_SESSION);
  g_list_store_splice (list, 0, 0, sessions->pdata, sessions->len);

  return G_LIST_MODEL (list);
}

void
enclave_session_store_load_async (EnclaveSessionStore *self, const char *id, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_SESSION_STORE (self));
  g_return_if_fail (id != NULL && g_uuid_string_is_valid (id));

  task = new_task (self, OPERATION_LOAD, id, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_session_store_load_async);
  push (self, task);
}

GPtrArray *
enclave_session_store_load_finish (EnclaveSessionStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_session_store_load_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What waits for room on a full disk must not begin a deleted file anew. */
static void
drop_lines (EnclaveSessionStore *self, const char *id)
{
  gboolean any_left = FALSE;
  GList *next;

  for (GList *link = self->waiting.head; link != NULL; link = next)
    {
      GTask *task = link->data;
      const Operation *operation = g_task_get_task_data (task);

      next = link->next;
      if (!is_append (task))
        continue;
      any_left |= strcmp (operation->id, id) != 0;
      if (strcmp (operation->id, id) != 0)
        continue;
      g_queue_delete_link (&self->waiting, link);
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
  if (self->stalled && !any_left)
    {
      self->stalled = FALSE;
      set_problem (self, NULL);
    }
}

void
enclave_session_store_delete_async (EnclaveSessionStore *self, const char *id, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (ENCLAVE_IS_SESSION_STORE (self));
  g_return_if_fail (id != NULL && g_uuid_string_is_valid (id));

  drop_lines (self, id);
  task = new_task (self, OPERATION_DELETE, id, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_session_store_delete_async);
  push (self, task);
}

gboolean
enclave_session_store_delete_finish (EnclaveSessionStore *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, enclave_session_store_delete_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
