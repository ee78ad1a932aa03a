/* enclave-practice-server.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-practice-server.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "enclave-practice-connection.h"

#define BACKLOG 128

struct _EnclavePracticeServer
{
  GSocketService *service;
  EnclavePracticeHandler handler;
  EnclavePracticeEnded ended;
  gpointer user_data;
  guint n_requests;
};

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  EnclavePracticeServer *self = user_data;

  enclave_practice_connection_start (G_IO_STREAM (connection), self->handler, self->ended, self->user_data,
                                     &self->n_requests);
  return TRUE;
}

EnclavePracticeServer *
enclave_practice_server_new (EnclavePracticeHandler handler, EnclavePracticeEnded ended, gpointer user_data)
{
  EnclavePracticeServer *self = g_new0 (EnclavePracticeServer, 1);

  self->service = g_socket_service_new ();
  self->handler = handler;
  self->ended = ended;
  self->user_data = user_data;
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (self->service), BACKLOG);
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  return self;
}

void
enclave_practice_server_free (EnclavePracticeServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_free (self);
}

gboolean
enclave_practice_server_listen_unix (EnclavePracticeServer *self, const char *path, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  struct stat st;
  mode_t before;
  gboolean good;

  if (lstat (path, &st) == 0 && S_ISSOCK (st.st_mode))
    g_unlink (path);
  /* The socket must never be open to others, not even until a chmod. */
  before = umask (0177);
  good = g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                        G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error);
  umask (before);
  return good;
}

guint16
enclave_practice_server_listen_loopback (EnclavePracticeServer *self, guint16 port, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GSocketAddress) bound = NULL;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &bound, error))
    return 0;
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}
