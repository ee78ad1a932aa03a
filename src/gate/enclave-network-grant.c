/* enclave-network-grant.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-network-grant.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-gate-error.h"
#include "enclave-limits.h"
#include "enclave-server-settings.h"
#include "enclave-settings.h"
#include "enclave-utf8.h"

/* The networks of the settings, as they are now. One that is no network, or wider than one, allows nothing.
 * @problem: (out): what is wrong with the first of those. (transfer full) (element-type GInetAddressMask) */
static GPtrArray *
list_allowed (GError **problem)
{
  g_autoptr (GSettings) settings = enclave_settings_new (ENCLAVE_APPLICATION_ID, NULL, NULL);
  g_autoptr (EnclaveServerSettings) servers = enclave_server_settings_read (settings);
  const char *const *networks = (const char *const *) servers->networks;
  GPtrArray *allowed = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; networks[i] != NULL; i++)
    {
      GInetAddressMask *mask = enclave_network_mask_parse (networks[i], *problem == NULL ? problem : NULL);

      if (mask != NULL)
        g_ptr_array_add (allowed, mask);
    }
  return allowed;
}

gboolean
enclave_network_grant_judge (EnclaveNetworkTarget *target, const char *uri, GError **error)
{
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  g_autoptr (GPtrArray) allowed = NULL;
  g_autoptr (GError) refusal = NULL;
  g_autoptr (GError) problem = NULL;

  if (enclave_network_target_parse (target, uri, nothing, NULL))
    return TRUE;
  enclave_network_target_clear (target);
  allowed = list_allowed (&problem);
  if (enclave_network_target_parse (target, uri, allowed, &refusal))
    return TRUE;
  g_propagate_error (error, problem != NULL ? g_steal_pointer (&problem) : g_steal_pointer (&refusal));
  return FALSE;
}

/* An address of a URI may go without its port, a grant may not. */
static gboolean
has_port (const char *word)
{
  const char *colon = strrchr (word, ':');

  return colon != NULL && colon > word && colon[1] != '\0' && strspn (colon + 1, "0123456789") == strlen (colon + 1)
         && strchr (word, '/') == NULL && strchr (word, '@') == NULL
         && (word[0] == '[' ? colon[-1] == ']' : strchr (word, ':') == colon);
}

static char *
parse_one (const char *word, GError **error)
{
  g_auto (EnclaveNetworkTarget) target = { NULL };
  g_autofree char *uri = NULL;
  g_autofree char *shown = enclave_utf8_display_name (word);
  g_autofree char *digits = NULL;
  GInetSocketAddress *address;

  if (!has_port (word))
    {
      g_propagate_error (error,
                         enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                                 N_ ("Using the network for a command: “%s” is no address with a port; write it as "
                                                     "127.0.0.1:5432"),
                                                 shown));
      return NULL;
    }
  uri = g_strconcat ("http://", word, NULL);
  if (!enclave_network_grant_judge (&target, uri, error))
    return NULL;
  if (!G_IS_INET_SOCKET_ADDRESS (target.connectable))
    return g_strconcat ("127.0.0.1", strrchr (word, ':'), NULL);
  address = G_INET_SOCKET_ADDRESS (target.connectable);
  digits = g_inet_address_to_string (g_inet_socket_address_get_address (address));
  return g_strdup_printf (strchr (digits, ':') != NULL ? "[%s]:%u" : "%s:%u", digits,
                          g_inet_socket_address_get_port (address));
}

GStrv
enclave_network_grant_parse (const char *const *words, GError **error)
{
  g_autoptr (GPtrArray) grants = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    {
      g_autofree char *grant = parse_one (words[i], error);

      if (grant == NULL)
        return NULL;
      if (!g_ptr_array_find_with_equal_func (grants, grant, g_str_equal, NULL))
        g_ptr_array_add (grants, g_steal_pointer (&grant));
    }
  if (grants->len > ENCLAVE_COMMAND_MAX_GRANTS)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                                        N_ ("Using the network for a command: more than %d addresses"),
                                                        ENCLAVE_COMMAND_MAX_GRANTS));
      return NULL;
    }
  g_ptr_array_add (grants, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&grants), FALSE);
}
