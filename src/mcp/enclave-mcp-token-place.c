/* enclave-mcp-token-place.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-token-place.h"

char *
enclave_mcp_token_place (const EnclaveMcpServerEntry *entry)
{
  g_autoptr (GUri) uri = NULL;
  g_autofree char *name = NULL;
  g_autofree char *host = NULL;
  int port;

  g_return_val_if_fail (entry != NULL, NULL);

  uri = entry->url != NULL ? g_uri_parse (entry->url, G_URI_FLAGS_NONE, NULL) : NULL;
  if (uri == NULL || g_uri_get_host (uri) == NULL || entry->has_problem)
    return NULL;
  name = g_uri_escape_string (entry->name, NULL, TRUE);
  host = g_ascii_strdown (g_uri_get_host (uri), -1);
  port = g_uri_get_port (uri);
  if (port < 0)
    port = g_ascii_strcasecmp (g_uri_get_scheme (uri), "https") == 0 ? 443 : 80;

  return g_strdup_printf ("mcp %s %s://%s:%d", name, g_uri_get_scheme (uri), host, port);
}
