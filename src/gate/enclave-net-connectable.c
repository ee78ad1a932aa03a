/* enclave-net-connectable.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gunixsocketaddress.h>

#include "enclave-net-client.h"

/* The address of a connection that enclave-net makes: for each one it is asked anew, and the socket that it answers with is good
 * for one. That nobody answers at the far end is known before anything is connected here, so that errors are those of connect(). */
#define ENCLAVE_TYPE_NET_CONNECTABLE (enclave_net_connectable_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveNetConnectable, enclave_net_connectable, ENCLAVE, NET_CONNECTABLE, GObject)
#define ENCLAVE_TYPE_NET_ENUMERATOR (enclave_net_enumerator_get_type ())
G_DECLARE_FINAL_TYPE (EnclaveNetEnumerator, enclave_net_enumerator, ENCLAVE, NET_ENUMERATOR, GSocketAddressEnumerator)

struct _EnclaveNetConnectable
{
  GObject parent_instance;

  char *uri;
  char *by;
};

struct _EnclaveNetEnumerator
{
  GSocketAddressEnumerator parent_instance;

  EnclaveNetConnectable *connectable;
  gboolean asked;
};

G_DEFINE_FINAL_TYPE (EnclaveNetEnumerator, enclave_net_enumerator, G_TYPE_SOCKET_ADDRESS_ENUMERATOR)

static void
enclave_net_enumerator_finalize (GObject *object)
{
  g_clear_object (&ENCLAVE_NET_ENUMERATOR (object)->connectable);
  G_OBJECT_CLASS (enclave_net_enumerator_parent_class)->finalize (object);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = enclave_net_client_connect_finish (result, &error);

  if (path == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_unix_socket_address_new (path), g_object_unref);
}

static void
enclave_net_enumerator_next_async (GSocketAddressEnumerator *enumerator, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  EnclaveNetEnumerator *self = ENCLAVE_NET_ENUMERATOR (enumerator);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, enclave_net_enumerator_next_async);
  if (self->asked)
    {
      g_task_return_pointer (task, NULL, NULL);
      g_object_unref (task);
      return;
    }
  self->asked = TRUE;
  enclave_net_client_connect_async (self->connectable->uri, self->connectable->by, cancellable, on_connected, task);
}

static GSocketAddress *
enclave_net_enumerator_next_finish (GSocketAddressEnumerator *enumerator, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static GSocketAddress *
enclave_net_enumerator_next (GSocketAddressEnumerator *enumerator, GCancellable *cancellable, GError **error)
{
  /* The main loop waits for nobody. */
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "not to be waited for");
  return NULL;
}

static void
enclave_net_enumerator_class_init (EnclaveNetEnumeratorClass *klass)
{
  GSocketAddressEnumeratorClass *enumerator_class = G_SOCKET_ADDRESS_ENUMERATOR_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = enclave_net_enumerator_finalize;
  enumerator_class->next = enclave_net_enumerator_next;
  enumerator_class->next_async = enclave_net_enumerator_next_async;
  enumerator_class->next_finish = enclave_net_enumerator_next_finish;
}

static void
enclave_net_enumerator_init (EnclaveNetEnumerator *self)
{
}

static GSocketAddressEnumerator *
enumerate (GSocketConnectable *connectable)
{
  EnclaveNetEnumerator *enumerator = g_object_new (ENCLAVE_TYPE_NET_ENUMERATOR, NULL);

  enumerator->connectable = g_object_ref (ENCLAVE_NET_CONNECTABLE (connectable));
  return G_SOCKET_ADDRESS_ENUMERATOR (enumerator);
}

static char *
to_string (GSocketConnectable *connectable)
{
  return g_strdup (ENCLAVE_NET_CONNECTABLE (connectable)->uri);
}

static void
connectable_iface_init (GSocketConnectableIface *iface)
{
  iface->enumerate = enumerate;
  iface->proxy_enumerate = enumerate;
  iface->to_string = to_string;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveNetConnectable, enclave_net_connectable, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, connectable_iface_init))

static void
enclave_net_connectable_finalize (GObject *object)
{
  g_free (ENCLAVE_NET_CONNECTABLE (object)->uri);
  g_free (ENCLAVE_NET_CONNECTABLE (object)->by);
  G_OBJECT_CLASS (enclave_net_connectable_parent_class)->finalize (object);
}

static void
enclave_net_connectable_class_init (EnclaveNetConnectableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_net_connectable_finalize;
}

static void
enclave_net_connectable_init (EnclaveNetConnectable *self)
{
}

GSocketConnectable *
enclave_net_connectable_new (const char *uri, const char *by)
{
  EnclaveNetConnectable *self = g_object_new (ENCLAVE_TYPE_NET_CONNECTABLE, NULL);

  self->uri = g_strdup (uri);
  self->by = g_strdup (by);
  return G_SOCKET_CONNECTABLE (self);
}
