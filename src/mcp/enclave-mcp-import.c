/* enclave-mcp-import.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-import.h"

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-config-edit.h"

static JsonObject *
find_servers (JsonObject *root)
{
  static const char *const members[] = { "mcpServers", "servers", "context_servers" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (enclave_json_peek_object (root, members[i]) != NULL)
      return enclave_json_peek_object (root, members[i]);
  return enclave_json_peek_object (enclave_json_peek_object (root, "mcp"), "servers");
}

/* In our own file a missing type and a number of seconds are read in one way alone. */
static JsonObject *
adopt (EnclaveMcpSource source, JsonObject *theirs)
{
  JsonObject *entry = json_object_new ();
  JsonObject *nested = enclave_json_peek_object (theirs, "command");
  double timeout = enclave_json_get_double (theirs, "timeout", 0);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, theirs);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    json_object_set_member (entry, name, json_node_copy (node));
  if (nested != NULL)
    {
      static const char *const members[] = { "args", "env" };

      json_object_remove_member (entry, "command");
      if (enclave_json_peek_string (nested, "path") != NULL)
        json_object_set_string_member (entry, "command", enclave_json_peek_string (nested, "path"));
      for (guint i = 0; i < G_N_ELEMENTS (members); i++)
        if (json_object_has_member (nested, members[i]))
          json_object_set_member (entry, members[i], json_object_dup_member (nested, members[i]));
    }
  if (source == ENCLAVE_MCP_SOURCE_CLINE)
    {
      if (json_object_has_member (theirs, "url") && !json_object_has_member (theirs, "type")
          && !json_object_has_member (theirs, "transportType"))
        json_object_set_string_member (entry, "type", "sse");
      if (timeout > 0 && timeout * 1000 < G_MAXINT)
        json_object_set_int_member (entry, "timeout", MAX ((gint64) (timeout * 1000), 1000));
    }
  if (source == ENCLAVE_MCP_SOURCE_VS_CODE && g_strcmp0 (enclave_json_peek_string (theirs, "type"), "http") == 0)
    json_object_remove_member (entry, "type");

  return entry;
}

char *
enclave_mcp_import (const char *own, EnclaveMcpSource source, const char *other, guint *n_added, GError **error)
{
  g_autoptr (JsonObject) theirs = NULL;
  g_autoptr (JsonObject) ours = NULL;
  g_autofree char *text = g_strdup (own != NULL && *own != '\0' ? own : "{\n}\n");
  JsonObject *servers;
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  g_return_val_if_fail (other != NULL && n_added != NULL, NULL);

  *n_added = 0;
  theirs = enclave_json_parse_commented_object (other, -1, error);
  ours = theirs != NULL ? enclave_json_parse_commented_object (text, -1, error) : NULL;
  if (ours == NULL)
    return NULL;
  servers = find_servers (theirs);
  if (servers == NULL)
    return g_steal_pointer (&text);

  json_object_iter_init_ordered (&iter, servers);
  while (json_object_iter_next_ordered (&iter, &name, &node) && *n_added < ENCLAVE_MCP_MAX_SERVERS)
    {
      JsonObject *before = find_servers (ours);
      g_autoptr (JsonObject) entry = NULL;
      char *changed;

      if (!JSON_NODE_HOLDS_OBJECT (node) || (before != NULL && json_object_has_member (before, name)))
        continue;
      entry = adopt (source, json_node_get_object (node));
      changed = enclave_mcp_config_edit_set (text, name, entry, error);
      if (changed == NULL)
        return NULL;
      g_free (text);
      text = changed;
      *n_added += 1;
    }

  return g_steal_pointer (&text);
}
