/* enclave-pinned-name.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-pinned-name-private.h"

#define ENCLAVE_TYPE_PINNED_ENUMERATOR (enclave_pinned_enumerator_get_type ())
G_DECLARE_FINAL_TYPE (EnclavePinnedEnumerator, enclave_pinned_enumerator, ENCLAVE, PINNED_ENUMERATOR, GSocketAddressEnumerator)

/* Gives one address, once. */
struct _EnclavePinnedEnumerator
{
  GSocketAddressEnumerator parent_instance;

  GSocketAddress *address;
};

struct _EnclavePinnedName
{
  GNetworkAddress parent_instance;

  GSocketAddress *address;
};

static void enclave_pinned_name_connectable_init (GSocketConnectableIface *iface);

G_DEFINE_FINAL_TYPE (EnclavePinnedEnumerator, enclave_pinned_enumerator, G_TYPE_SOCKET_ADDRESS_ENUMERATOR)
G_DEFINE_FINAL_TYPE_WITH_CODE (EnclavePinnedName, enclave_pinned_name, G_TYPE_NETWORK_ADDRESS,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, enclave_pinned_name_connectable_init))

static GSocketAddress *
enclave_pinned_enumerator_next (GSocketAddressEnumerator *enumerator, GCancellable *cancellable, GError **error)
{
  return g_steal_pointer (&ENCLAVE_PINNED_ENUMERATOR (enumerator)->address);
}

static void
enclave_pinned_enumerator_dispose (GObject *object)
{
  g_clear_object (&ENCLAVE_PINNED_ENUMERATOR (object)->address);

  G_OBJECT_CLASS (enclave_pinned_enumerator_parent_class)->dispose (object);
}

static void
enclave_pinned_enumerator_class_init (EnclavePinnedEnumeratorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_pinned_enumerator_dispose;
  G_SOCKET_ADDRESS_ENUMERATOR_CLASS (klass)->next = enclave_pinned_enumerator_next;
}

static void
enclave_pinned_enumerator_init (EnclavePinnedEnumerator *self)
{
}

static GSocketAddressEnumerator *
enclave_pinned_name_enumerate (GSocketConnectable *connectable)
{
  EnclavePinnedEnumerator *enumerator = g_object_new (ENCLAVE_TYPE_PINNED_ENUMERATOR, NULL);

  enumerator->address = g_object_ref (ENCLAVE_PINNED_NAME (connectable)->address);

  return G_SOCKET_ADDRESS_ENUMERATOR (enumerator);
}

static char *
enclave_pinned_name_to_string (GSocketConnectable *connectable)
{
  return g_strdup (g_network_address_get_hostname (G_NETWORK_ADDRESS (connectable)));
}

static void
enclave_pinned_name_connectable_init (GSocketConnectableIface *iface)
{
  iface->enumerate = enclave_pinned_name_enumerate;
  /* No proxy is asked, whatever the environment says. */
  iface->proxy_enumerate = enclave_pinned_name_enumerate;
  iface->to_string = enclave_pinned_name_to_string;
}

static void
enclave_pinned_name_dispose (GObject *object)
{
  g_clear_object (&ENCLAVE_PINNED_NAME (object)->address);

  G_OBJECT_CLASS (enclave_pinned_name_parent_class)->dispose (object);
}

static void
enclave_pinned_name_class_init (EnclavePinnedNameClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_pinned_name_dispose;
}

static void
enclave_pinned_name_init (EnclavePinnedName *self)
{
}

GSocketConnectable *
enclave_pinned_name_new (const char *host, GInetAddress *address, guint16 port)
{
  EnclavePinnedName *self = g_object_new (ENCLAVE_TYPE_PINNED_NAME, "hostname", host, "port", (guint) port, NULL);

  self->address = g_inet_socket_address_new (address, port);

  return G_SOCKET_CONNECTABLE (self);
}
