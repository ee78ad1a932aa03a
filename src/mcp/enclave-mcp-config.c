/* enclave-mcp-config.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-mcp-entry-reader-private.h"

static void
input_free (gpointer data)
{
  EnclaveMcpInput *input = data;

  g_free (input->id);
  g_free (input->description);
  g_free (input->fallback);
  g_strfreev (input->options);
  g_free (input);
}

void
enclave_mcp_config_free (EnclaveMcpConfig *self)
{
  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->inputs);
  g_free (self);
}

static void
read_inputs (GPtrArray *inputs, JsonObject *root)
{
  JsonArray *array = enclave_json_peek_array (root, "inputs");
  guint n = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < MIN (n, ENCLAVE_MCP_MAX_VALUES); i++)
    {
      JsonObject *object = enclave_json_array_peek_object (array, i);
      const char *id = enclave_json_peek_string (object, "id");
      const char *description = enclave_json_peek_string (object, "description");
      JsonArray *options = enclave_json_peek_array (object, "options");
      EnclaveMcpInput *input;

      if (id == NULL)
        continue;
      input = g_new0 (EnclaveMcpInput, 1);
      input->id = g_strdup (id);
      input->description = g_strdup (description != NULL ? description : id);
      input->fallback = g_strdup (enclave_json_peek_string (object, "default"));
      input->is_secret = enclave_json_get_boolean (object, "password", FALSE);
      if (options != NULL)
        {
          g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

          for (guint j = 0; j < MIN (json_array_get_length (options), ENCLAVE_MCP_MAX_VALUES); j++)
            if (enclave_json_array_peek_string (options, j) != NULL)
              g_strv_builder_add (builder, enclave_json_array_peek_string (options, j));
          input->options = g_strv_builder_end (builder);
        }
      g_ptr_array_add (inputs, input);
    }
}

static JsonObject *
find_servers (JsonObject *root)
{
  static const char *const members[] = { "mcpServers", "servers", "context_servers" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (enclave_json_peek_object (root, members[i]) != NULL)
      return enclave_json_peek_object (root, members[i]);
  /* A settings.json of VS Code. */
  return enclave_json_peek_object (enclave_json_peek_object (root, "mcp"), "servers");
}

static gboolean
has_entry (GPtrArray *entries, const char *name)
{
  for (guint i = 0; i < entries->len; i++)
    if (strcmp (((EnclaveMcpServerEntry *) g_ptr_array_index (entries, i))->name, name) == 0)
      return TRUE;
  return FALSE;
}

static void
read_servers (GPtrArray *entries, const EnclaveMcpConfigOrigin *origin, const EnclaveMcpContext *context, JsonObject *servers)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (servers == NULL)
    return;
  json_object_iter_init_ordered (&iter, servers);
  while (json_object_iter_next_ordered (&iter, &name, &node) && entries->len < ENCLAVE_MCP_MAX_SERVERS)
    if (!has_entry (entries, name))
      g_ptr_array_add (entries, enclave_mcp_entry_read (origin, context, name, node));
}

/* Claude Code keeps what is meant for one project alone in the same file; it comes before what is meant for all. */
static JsonObject *
find_servers_of_project (JsonObject *root, const char *workspace)
{
  JsonObject *projects = enclave_json_peek_object (root, "projects");
  JsonObject *project = projects != NULL && workspace != NULL ? enclave_json_peek_object (projects, workspace) : NULL;

  return enclave_json_peek_object (project, "mcpServers");
}

EnclaveMcpConfig *
enclave_mcp_config_parse (const EnclaveMcpConfigOrigin *origin, const EnclaveMcpContext *context, const char *text, gssize length,
                          GError **error)
{
  g_autoptr (JsonObject) root = NULL;
  EnclaveMcpConfig *self;
  gsize size;

  g_return_val_if_fail (origin != NULL && origin->path != NULL, NULL);
  g_return_val_if_fail (context != NULL && context->home != NULL, NULL);
  g_return_val_if_fail (text != NULL || length == 0, NULL);

  size = text == NULL ? 0 : length < 0 ? strlen (text) : (gsize) length;
  if (size > ENCLAVE_MCP_CONFIG_MAX_BYTES)
    {
      g_set_error (error, ENCLAVE_JSON_ERROR, ENCLAVE_JSON_ERROR_TOO_LARGE, "Reading JSON: larger than %d bytes",
                   ENCLAVE_MCP_CONFIG_MAX_BYTES);
      return NULL;
    }
  root = enclave_json_parse_commented_object (text, (gssize) size, error);
  if (root == NULL)
    return NULL;

  self = g_new0 (EnclaveMcpConfig, 1);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_mcp_server_entry_unref);
  self->inputs = g_ptr_array_new_with_free_func (input_free);
  if (origin->source == ENCLAVE_MCP_SOURCE_CLAUDE_CODE)
    read_servers (self->entries, origin, context, find_servers_of_project (root, context->workspace));
  read_servers (self->entries, origin, context, find_servers (root));
  read_inputs (self->inputs, root);

  return self;
}

void
enclave_mcp_config_settle_names (GPtrArray *entries)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < entries->len; i++)
    {
      EnclaveMcpServerEntry *entry = g_ptr_array_index (entries, i);
      const EnclaveMcpServerEntry *first = g_hash_table_lookup (seen, entry->name);

      if (first == NULL)
        {
          g_hash_table_insert (seen, entry->name, entry);
          continue;
        }
      if (entry->enabled)
        {
          EnclaveMcpServerEntry *copy = enclave_mcp_server_entry_copy (entry);

          copy->enabled = FALSE;
          g_free (copy->disabled_reason);
          copy->disabled_reason = g_strdup_printf (_ ("A server of this name is in %s already"), first->source_path);
          enclave_mcp_server_entry_unref (entry);
          g_ptr_array_index (entries, i) = copy;
        }
    }
}
