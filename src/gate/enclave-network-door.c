/* enclave-network-door.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <glib/gi18n.h>

#include "enclave-network-channel.h"

#include "enclave-egress.h"
#include "enclave-network-address.h"

#define DEFAULT_USER "model server"

struct _EnclaveNetworkDoor
{
  GObject parent_instance;

  GPtrArray *allowed;
};

G_DEFINE_FINAL_TYPE (EnclaveNetworkDoor, enclave_network_door, G_TYPE_OBJECT)

static void
enclave_network_door_finalize (GObject *object)
{
  EnclaveNetworkDoor *self = ENCLAVE_NETWORK_DOOR (object);

  g_clear_pointer (&self->allowed, g_ptr_array_unref);

  G_OBJECT_CLASS (enclave_network_door_parent_class)->finalize (object);
}

static void
enclave_network_door_class_init (EnclaveNetworkDoorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = enclave_network_door_finalize;
}

static void
enclave_network_door_init (EnclaveNetworkDoor *self)
{
  self->allowed = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * enclave_network_door_new:
 *
 * Returns: (transfer full): a door that leads to this machine only
 */
EnclaveNetworkDoor *
enclave_network_door_new (void)
{
  return g_object_new (ENCLAVE_TYPE_NETWORK_DOOR, NULL);
}

/**
 * enclave_network_door_set_allowed:
 * @networks: (array zero-terminated=1): blocks in CIDR form that the user allowed
 *
 * Replaces the list for channels opened from now on. A block that is none, or too wide, leads nowhere; the others are taken all the same,
 * since what is allowed now must not depend on what was allowed before.
 *
 * Returns: %FALSE with %ENCLAVE_GATE_ERROR_ADDRESS naming the first block that was left out
 */
gboolean
enclave_network_door_set_allowed (EnclaveNetworkDoor *self, const char *const *networks, GError **error)
{
  g_autoptr(GPtrArray) allowed = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr(GError) first = NULL;

  g_return_val_if_fail (ENCLAVE_IS_NETWORK_DOOR (self), FALSE);

  for (guint i = 0; networks != NULL && networks[i] != NULL; i++)
    {
      g_autoptr(GInetAddressMask) mask = enclave_network_mask_parse (networks[i], first == NULL ? &first : NULL);

      if (mask != NULL)
        g_ptr_array_add (allowed, g_steal_pointer (&mask));
    }

  g_ptr_array_unref (self->allowed);
  self->allowed = g_steal_pointer (&allowed);
  if (first != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&first));
      return FALSE;
    }
  return TRUE;
}

/**
 * enclave_network_door_check_network:
 * @network: a block in CIDR form
 *
 * Whether enclave_network_door_set_allowed() takes it.
 *
 * Returns: %FALSE with %ENCLAVE_GATE_ERROR_ADDRESS and the reason
 */
gboolean
enclave_network_door_check_network (const char *network, GError **error)
{
  g_autoptr (GInetAddressMask) mask = NULL;

  g_return_val_if_fail (network != NULL, FALSE);

  mask = enclave_network_mask_parse (network, error);
  return mask != NULL;
}

static gboolean
is_header_text (const char *key)
{
  for (const guchar *c = (const guchar *) key; *c != '\0'; c++)
    {
      if (*c <= 0x20 || *c >= 0x7f)
        return FALSE;
    }

  return TRUE;
}

/* Fills @target. */
static gboolean
judge (EnclaveNetworkDoor *self, EnclaveNetworkTarget *target, const char *uri, const char *key, const char *by, GError **error)
{
  g_autoptr (GError) refusal = NULL;

  if (!enclave_network_target_parse (target, uri, self->allowed, &refusal))
    {
      const EnclaveEgressConnection asked = { .address = uri, .by = by, .mode = ENCLAVE_EGRESS_DIRECT,
                                              .number = by != NULL ? enclave_egress_new_number () : 0 };

      if (by != NULL)
        enclave_egress_note_refused (&asked, refusal->message);
      g_propagate_error (error, g_steal_pointer (&refusal));
      return FALSE;
    }
  if (key == NULL || (*key != '\0' && is_header_text (key)))
    return TRUE;
  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                                    N_("Connecting to %s: the key has characters that no key has"), target->uri));
  return FALSE;
}

/**
 * enclave_network_door_open:
 * @uri: `http://HOST:PORT`, `https://HOST:PORT` or `unix:/path/to/socket`; the host in digits, or `localhost`
 * @key: (nullable): bearer key
 *
 * Opens a channel for a model server. Nothing is connected yet.
 *
 * Returns: (transfer full): a channel pinned to that address, or %NULL with %ENCLAVE_GATE_ERROR_ADDRESS
 */
EnclaveNetworkChannel *
enclave_network_door_open (EnclaveNetworkDoor *self, const char *uri, const char *key, GError **error)
{
  return enclave_network_door_open_for (self, uri, key, DEFAULT_USER, error);
}

/**
 * enclave_network_door_open_for:
 * @uri: as of enclave_network_door_open()
 * @key: (nullable): bearer key
 * @by: who asks, for the ledger
 *
 * Returns: (transfer full): a channel pinned to that address, or %NULL with %ENCLAVE_GATE_ERROR_ADDRESS
 */
EnclaveNetworkChannel *
enclave_network_door_open_for (EnclaveNetworkDoor *self, const char *uri, const char *key, const char *by, GError **error)
{
  g_auto (EnclaveNetworkTarget) target = { NULL };

  g_return_val_if_fail (ENCLAVE_IS_NETWORK_DOOR (self), NULL);
  g_return_val_if_fail (uri != NULL && by != NULL, NULL);

  return judge (self, &target, uri, key, by, error) ? enclave_network_channel_new (&target, key, by) : NULL;
}

/**
 * enclave_network_door_check:
 * @uri: as of enclave_network_door_open()
 * @key: (nullable): bearer key
 *
 * Returns: %FALSE with the error of enclave_network_door_open()
 */
gboolean
enclave_network_door_check (EnclaveNetworkDoor *self, const char *uri, const char *key, GError **error)
{
  g_auto (EnclaveNetworkTarget) target = { NULL };

  g_return_val_if_fail (ENCLAVE_IS_NETWORK_DOOR (self) && uri != NULL, FALSE);

  return judge (self, &target, uri, key, NULL, error);
}
