/* enclave-network-address.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/un.h>

#include "enclave-network-address.h"

#include "enclave-gate-error.h"
#include "enclave-utf8.h"

/* Addresses where clouds hand out credentials to whoever asks; link-local ones are refused as such. */
static const char *const metadata_addresses[] = { "100.100.100.200", "192.0.0.192", "fd00:ec2::254" };

void
enclave_network_target_clear (EnclaveNetworkTarget *target)
{
  g_clear_object (&target->connectable);
  g_clear_pointer (&target->origin, g_free);
  g_clear_pointer (&target->uri, g_free);
  g_clear_pointer (&target->pin, g_free);
}

static gboolean
refuse (GError **error, const char *uri, const char *reason)
{
  g_autofree char *shown = enclave_utf8_display_name (uri);

  g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                                    N_("Connecting to %s: %s"), shown, reason));

  return FALSE;
}

/* ::ffff:1.2.3.4 is 1.2.3.4 in other clothes. */
GInetAddress *
enclave_network_address_unwrap (GInetAddress *address)
{
  static const guint8 prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 && memcmp (bytes, prefix, sizeof prefix) == 0)
    return g_inet_address_new_from_bytes (bytes + 12, G_SOCKET_FAMILY_IPV4);

  return g_object_ref (address);
}

const char *
enclave_network_address_explain_refusal (GInetAddress *address)
{
  g_autofree char *text = g_inet_address_to_string (address);

  if (g_inet_address_get_is_any (address))
    return _("this is no address of a server; 127.0.0.1 is this machine");
  if (g_inet_address_get_is_multicast (address) || g_str_equal (text, "255.255.255.255"))
    return _("this is an address of many machines");
  if (g_inet_address_get_is_link_local (address))
    return _("link-local addresses are refused");
  for (guint i = 0; i < G_N_ELEMENTS (metadata_addresses); i++)
    {
      if (g_str_equal (text, metadata_addresses[i]))
        return _("this is the address of a cloud’s metadata service");
    }

  return NULL;
}

/* The widest blocks that houses have of their own: 10.0.0.0/8, fc00::/7, and of public IPv6 what one provider gets. */
#define LEAST_BITS_4 8
#define LEAST_BITS_UNIQUE_LOCAL 7
#define LEAST_BITS_6 32

/* Blocks of IPv6 whose addresses have one of IPv4 in them from the bit on. */
static const struct
{
  const char *prefix;
  guint bits;
} carriers[]
  = { { "::ffff:0:0/96", 96 }, { "::/96", 96 }, { "64:ff9b::/96", 96 }, { "64:ff9b:1::/48", 96 }, { "2002::/16", 16 } };

static guint
find_least_bits (GInetAddress *address)
{
  g_autoptr (GInetAddressMask) unique_local = g_inet_address_mask_new_from_string ("fc00::/7", NULL);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return LEAST_BITS_4;
  if (g_inet_address_mask_matches (unique_local, address))
    return LEAST_BITS_UNIQUE_LOCAL;
  for (guint i = 0; i < G_N_ELEMENTS (carriers); i++)
    {
      g_autoptr (GInetAddressMask) carrier = g_inet_address_mask_new_from_string (carriers[i].prefix, NULL);

      if (g_inet_address_mask_matches (carrier, address))
        return carriers[i].bits + LEAST_BITS_4;
    }
  return LEAST_BITS_6;
}

GInetAddressMask *
enclave_network_mask_parse (const char *text, GError **error)
{
  g_autoptr (GInetAddressMask) mask = g_inet_address_mask_new_from_string (text, NULL);
  g_autofree char *shown = enclave_utf8_display_name (text);
  guint least;

  if (mask == NULL)
    {
      g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                                        N_("“%s” is no network: write its first address and its bits, such as "
                                                           "192.168.7.0/24."),
                                                        shown));
      return NULL;
    }
  least = find_least_bits (g_inet_address_mask_get_address (mask));
  if (g_inet_address_mask_get_length (mask) >= least)
    return g_steal_pointer (&mask);
  if (g_inet_address_mask_get_length (mask) == 0)
    g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                                      N_("“%s” is every address there is, so it would allow anything. Name one network."),
                                                      shown));
  else
    g_propagate_error (error, enclave_gate_error_new (ENCLAVE_GATE_ERROR_ADDRESS, NULL, NULL,
                                                      /* Translators: a network such as 8.0.0.0/5, then a number of bits */
                                                      N_("“%s” is wider than one network, and the public Internet is in it. Name at "
                                                         "least the first %u bits."),
                                                      shown, least));
  return NULL;
}

static gboolean
is_allowed (GInetAddress *address, GPtrArray *allowed)
{
  for (guint i = 0; i < allowed->len; i++)
    {
      if (g_inet_address_mask_matches (g_ptr_array_index (allowed, i), address))
        return TRUE;
    }

  return FALSE;
}

static gboolean
parse_unix (EnclaveNetworkTarget *target, const char *uri, GError **error)
{
  const char *path = uri + strlen ("unix:");
  g_autoptr(GSocketAddress) address = NULL;

  if (g_str_has_prefix (path, "//"))
    path += 2;
  if (path[0] != '/')
    return refuse (error, uri, _("the path of a socket begins with /"));
  if (strlen (path) >= sizeof (((struct sockaddr_un *) NULL)->sun_path))
    return refuse (error, uri, _("the path of the socket is too long"));

  address = g_unix_socket_address_new (path);
  target->connectable = G_SOCKET_CONNECTABLE (g_steal_pointer (&address));
  target->origin = g_strdup ("http://localhost");
  target->uri = g_strconcat ("unix:", path, NULL);
  target->is_local = TRUE;

  return TRUE;
}

/* `sha256=` and the fingerprint as tools print it: 64 hexadecimal digits of any case, in pairs with colons or without.
 * Returns: (transfer full) (nullable): 64 lower-case digits. */
static char *
parse_pin (const char *fragment)
{
  g_autoptr(GString) digits = g_string_new (NULL);

  if (!g_str_has_prefix (fragment, "sha256="))
    return NULL;
  for (const char *c = fragment + strlen ("sha256="); *c != '\0'; c++)
    {
      if (*c == ':' && digits->len % 2 == 0 && c[1] != '\0')
        continue;
      if (!g_ascii_isxdigit (*c))
        return NULL;
      g_string_append_c (digits, g_ascii_tolower (*c));
    }

  return digits->len == 64 ? g_string_free (g_steal_pointer (&digits), FALSE) : NULL;
}

static gboolean
parse_host (EnclaveNetworkTarget *target, const char *uri, const char *host, guint16 port, GPtrArray *allowed,
            GError **error)
{
  g_autoptr(GInetAddress) literal = NULL;
  g_autoptr(GInetAddress) address = NULL;
  const char *reason;

  if (g_ascii_strcasecmp (host, "localhost") == 0)
    {
      target->connectable = g_network_address_new_loopback (port);
      target->is_local = TRUE;
      return TRUE;
    }

  literal = g_inet_address_new_from_string (host);
  if (literal == NULL)
    return refuse (error, uri, _("names are not looked up; use the address in digits, or localhost"));
  address = enclave_network_address_unwrap (literal);

  reason = enclave_network_address_explain_refusal (address);
  if (reason != NULL)
    return refuse (error, uri, reason);
  target->is_local = g_inet_address_get_is_loopback (address);
  if (!target->is_local && !is_allowed (address, allowed))
    return refuse (error, uri, _("it is neither on this machine nor in a network that you have allowed"));

  target->connectable = G_SOCKET_CONNECTABLE (g_inet_socket_address_new (address, port));

  return TRUE;
}

/* Of an address that is no socket's. (out) (transfer full). */
static gboolean
parse_parts (EnclaveNetworkTarget *target, const char *uri, char **scheme, char **host, guint16 *port, GError **error)
{
  g_autoptr(GUri) parsed = NULL;
  g_autofree char *plain_scheme = NULL;
  const char *path;
  int number;

  /* A look-alike letter would be made a plain one on the way. */
  for (const guchar *c = (const guchar *) uri; *c != '\0'; c++)
    {
      if (*c <= 0x20 || *c >= 0x7f || *c == '%')
        return refuse (error, uri, _("it has characters that no address has"));
    }

  parsed = g_uri_parse (uri, G_URI_FLAGS_HAS_PASSWORD, NULL);
  if (parsed == NULL)
    return refuse (error, uri, _("this is no address; write it as http://127.0.0.1:8080"));

  plain_scheme = g_ascii_strdown (g_uri_get_scheme (parsed), -1);
  if (!g_str_equal (plain_scheme, "http") && !g_str_equal (plain_scheme, "https"))
    return refuse (error, uri, _("only http, https and unix addresses are known"));
  if (g_uri_get_userinfo (parsed) != NULL)
    return refuse (error, uri, _("an address holds no user name"));
  path = g_uri_get_path (parsed);
  if ((*path != '\0' && !g_str_equal (path, "/")) || g_uri_get_query (parsed) != NULL
      || (g_uri_get_fragment (parsed) != NULL && !g_str_equal (plain_scheme, "https")))
    return refuse (error, uri, _("an address ends with its port"));
  if (g_uri_get_fragment (parsed) != NULL && (target->pin = parse_pin (g_uri_get_fragment (parsed))) == NULL)
    return refuse (error, uri, _("the fingerprint of a certificate is written as #sha256= and 64 hexadecimal digits"));
  if (g_uri_get_host (parsed) == NULL || *g_uri_get_host (parsed) == '\0')
    return refuse (error, uri, _("there is no host in it"));
  number = g_uri_get_port (parsed);
  if (number == -1)
    number = g_str_equal (plain_scheme, "https") ? 443 : 80;
  if (number < 1 || number > 65535)
    return refuse (error, uri, _("there is no such port"));

  *port = (guint16) number;
  *host = g_strdup (g_uri_get_host (parsed));
  *scheme = g_steal_pointer (&plain_scheme);

  return TRUE;
}

static void
name_target (EnclaveNetworkTarget *target, const char *scheme, const char *host, guint16 port)
{
  target->origin = g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]:%d" : "%s://%s:%d", scheme, host, port);
  target->uri = target->pin != NULL ? g_strconcat (target->origin, "#sha256=", target->pin, NULL)
                                    : g_strdup (target->origin);
}

gboolean
enclave_network_target_parse (EnclaveNetworkTarget *target, const char *uri, GPtrArray *allowed, GError **error)
{
  g_autofree char *scheme = NULL;
  g_autofree char *host = NULL;
  guint16 port = 0;

  if (g_ascii_strncasecmp (uri, "unix:", 5) == 0)
    return parse_unix (target, uri, error);
  if (!parse_parts (target, uri, &scheme, &host, &port, error)
      || !parse_host (target, uri, host, port, allowed, error))
    return FALSE;
  name_target (target, scheme, host, port);

  return TRUE;
}

gboolean
enclave_network_target_parse_name (EnclaveNetworkTarget *target, const char *uri, char **host, guint16 *port, GError **error)
{
  g_autofree char *scheme = NULL;

  if (!parse_parts (target, uri, &scheme, host, port, error))
    return FALSE;
  if (!g_str_equal (scheme, "https"))
    return refuse (error, uri, _("another machine is asked by https only"));
  name_target (target, scheme, *host, *port);

  return TRUE;
}
