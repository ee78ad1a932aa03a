/* enclave-managed-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "enclave-limits.h"
#include "enclave-managed-server.h"
#include "enclave-service-process.h"

#define ASK_AGAIN_MS 40

struct _EnclaveManagedServer
{
  GObject parent_instance;

  EnclaveServiceProcess *process;
  EnclaveServerList *servers;
  char *socket_path;
  gboolean exited;
};

enum
{
  EXITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (EnclaveManagedServer, enclave_managed_server, G_TYPE_OBJECT)

static void
exited_cb (EnclaveManagedServer *self)
{
  self->exited = TRUE;
  g_signal_emit (self, signals[EXITED], 0);
}

static void
enclave_managed_server_finalize (GObject *object)
{
  EnclaveManagedServer *self = ENCLAVE_MANAGED_SERVER (object);

  g_clear_object (&self->process);
  g_clear_object (&self->servers);
  if (self->socket_path != NULL)
    {
      g_autofree char *folder = g_path_get_dirname (self->socket_path);
      g_autofree char *above = g_path_get_dirname (folder);

      /* without a runtime folder both were made for this process; others are not empty */
      g_unlink (self->socket_path);
      g_rmdir (folder);
      g_rmdir (above);
    }
  g_clear_pointer (&self->socket_path, g_free);
  G_OBJECT_CLASS (enclave_managed_server_parent_class)->finalize (object);
}

static void
enclave_managed_server_class_init (EnclaveManagedServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_managed_server_finalize;

  signals[EXITED] = g_signal_new ("exited", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
}

static void
enclave_managed_server_init (EnclaveManagedServer *self)
{
}

typedef struct
{
  EnclaveManagedServer *self;
  gint64 give_up_at;
} Start;

static void
start_free (Start *start)
{
  g_clear_object (&start->self);
  g_free (start);
}

static void ask (GTask *task);

static gboolean
ask_again_cb (gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  ask (g_steal_pointer (&task));
  return G_SOURCE_REMOVE;
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Start *start = g_task_get_task_data (task);
  EnclaveServer *server = NULL;
  EnclaveModelInfo *model = NULL;

  enclave_server_list_refresh_finish (ENCLAVE_SERVER_LIST (source), result, NULL);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (enclave_server_list_find_model (start->self->servers, NULL, &server, &model))
    {
      g_task_return_pointer (task, g_object_ref (start->self), g_object_unref);
      return;
    }
  if (start->self->exited)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _("Could not start the server: it ended before it answered"));
      return;
    }
  if (g_get_monotonic_time () >= start->give_up_at)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                               _("Could not start the server: it did not answer within %d seconds"),
                               ENCLAVE_MANAGED_SERVER_START_MS / 1000);
      return;
    }
  g_timeout_add (ASK_AGAIN_MS, ask_again_cb, g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
ask (GTask *task)
{
  Start *start = g_task_get_task_data (task);

  enclave_server_list_refresh_async (start->self->servers, g_task_get_cancellable (task), asked_cb, task);
}

void
enclave_managed_server_start_async (const char *const *argv, const char *socket_path, EnclaveNetworkDoor *door,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (EnclaveManagedServer) self = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *address = NULL;
  Start *start;

  g_return_if_fail (argv != NULL && argv[0] != NULL);
  g_return_if_fail (socket_path != NULL && g_path_is_absolute (socket_path));
  g_return_if_fail (ENCLAVE_IS_NETWORK_DOOR (door));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, enclave_managed_server_start_async);

  self = g_object_new (ENCLAVE_TYPE_MANAGED_SERVER, NULL);
  self->socket_path = g_strdup (socket_path);
  folder = g_path_get_dirname (socket_path);
  self->process = enclave_service_process_start (argv, folder, &error);
  if (self->process == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_signal_connect_object (self->process, "exited", G_CALLBACK (exited_cb), self, G_CONNECT_SWAPPED);

  self->servers = enclave_server_list_new (door);
  enclave_server_list_set_discover (self->servers, FALSE);
  address = g_strconcat ("unix:", socket_path, NULL);
  if (enclave_server_list_add (self->servers, address, NULL, &error) == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  start = g_new0 (Start, 1);
  start->self = g_steal_pointer (&self);
  start->give_up_at = g_get_monotonic_time () + ENCLAVE_MANAGED_SERVER_START_MS * G_GINT64_CONSTANT (1000);
  g_task_set_task_data (task, start, (GDestroyNotify) start_free);
  ask (g_steal_pointer (&task));
}

EnclaveManagedServer *
enclave_managed_server_start_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

EnclaveServerList *
enclave_managed_server_get_servers (EnclaveManagedServer *self)
{
  g_return_val_if_fail (ENCLAVE_IS_MANAGED_SERVER (self), NULL);

  return self->servers;
}
