/* enclave-network-name.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-network-name.h"

#include <glib/gi18n.h>

#include "enclave-egress.h"
#include "enclave-net-client.h"
#include "enclave-network-address.h"
#include "enclave-network-channel.h"
#include "enclave-pinned-name-private.h"

/* What is known before the answer to the look-up. */
typedef struct
{
  EnclaveNetworkTarget target;
  char *host;
  guint16 port;
  char *by;
} Request;

static void
request_free (Request *request)
{
  enclave_network_target_clear (&request->target);
  g_free (request->host);
  g_free (request->by);
  g_free (request);
}

static void
return_refusal (GTask *task, const char *uri, const char *by, const char *reason)
{
  GError *error = enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL, N_("Connecting to %s: %s"), uri, reason);
  const EnclaveEgressConnection asked = { .address = uri, .by = by, .mode = ENCLAVE_EGRESS_DIRECT,
                                          .number = enclave_egress_new_number () };

  enclave_egress_note_refused (&asked, error->message);
  g_task_return_error (task, error);
}

static void
on_looked_up (GObject *resolver, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  g_autolist(GInetAddress) addresses = NULL;
  const char *reason = NULL;
  GError *error = NULL;

  addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (resolver), result, &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* One bad address among good ones is a name that somebody bends: the whole answer is refused. */
  for (GList *item = addresses; item != NULL && reason == NULL; item = item->next)
    {
      g_autoptr(GInetAddress) address = enclave_network_address_unwrap (item->data);

      reason = enclave_network_address_explain_refusal (address);
      if (reason == NULL && g_inet_address_get_is_loopback (address))
        reason = _("its name leads to this machine");
    }
  if (addresses == NULL || reason != NULL)
    {
      return_refusal (task, request->target.uri, request->by, reason != NULL ? reason : _("its name leads nowhere"));
      return;
    }
  request->target.connectable = enclave_pinned_name_new (request->host, addresses->data, request->port);
  g_task_return_pointer (task, enclave_network_channel_new (&request->target, NULL, request->by), g_object_unref);
}

/**
 * enclave_network_door_open_name_async:
 * @uri: `https://HOST[:PORT]`, or what enclave_network_door_open() takes when it stays on this machine
 * @by: who asks, for the ledger
 *
 * Looks the host up once and pins it.
 */
void
enclave_network_door_open_name_async (EnclaveNetworkDoor *self, const char *uri, const char *by, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr(GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr(EnclaveNetworkChannel) local = NULL;
  g_autoptr(GResolver) resolver = NULL;
  Request *request = NULL;
  GError *error = NULL;

  g_return_if_fail (ENCLAVE_IS_NETWORK_DOOR (self));
  g_return_if_fail (uri != NULL && by != NULL);

  g_task_set_source_tag (task, enclave_network_door_open_name_async);
  /* A name is none of its addresses, which is no refusal. */
  if (enclave_network_door_check (self, uri, NULL, NULL))
    local = enclave_network_door_open_for (self, uri, NULL, by, NULL);
  if (local != NULL && enclave_network_channel_get_is_local (local))
    {
      g_task_return_pointer (task, g_steal_pointer (&local), g_object_unref);
      return;
    }
  request = g_new0 (Request, 1);
  request->by = g_strdup (by);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  if (!enclave_network_target_parse_name (&request->target, uri, &request->host, &request->port, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (enclave_net_client_is_used ())
    {
      return_refusal (task, request->target.uri, by,
                      _("the window is sealed, and its helper looks up no names; ask in a terminal outside Enclave, with “enclavectl update check”"));
      return;
    }
  resolver = g_resolver_get_default ();
  g_resolver_lookup_by_name_async (resolver, request->host, cancellable, on_looked_up, g_steal_pointer (&task));
}

/**
 * enclave_network_door_open_name_finish:
 *
 * Returns: (transfer full): a channel pinned to one address of the name, or %NULL with @error
 */
EnclaveNetworkChannel *
enclave_network_door_open_name_finish (EnclaveNetworkDoor *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
