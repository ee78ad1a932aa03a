/* enclave-mcp-entry-reader.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-entry-reader-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-json.h"
#include "enclave-limits.h"
#include "enclave-pins.h"
#include "enclave-utf8.h"

/* Below it a number of a file that may hold both stands for seconds. */
#define LEAST_MILLISECONDS 1000

/* The words of the hosts for a transport. */
static gboolean
read_kind_word (EnclaveMcpReader *reader, const char *word, EnclaveMcpServerKind *kind)
{
  static const struct
  {
    const char *word;
    EnclaveMcpServerKind kind;
  } words[] = {
    { "stdio", ENCLAVE_MCP_SERVER_STDIO },           { "local", ENCLAVE_MCP_SERVER_STDIO },
    { "http", ENCLAVE_MCP_SERVER_HTTP },             { "streamable-http", ENCLAVE_MCP_SERVER_HTTP },
    { "streamableHttp", ENCLAVE_MCP_SERVER_HTTP },   { "streamable_http", ENCLAVE_MCP_SERVER_HTTP },
    { "sse", ENCLAVE_MCP_SERVER_SSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (word, words[i].word) == 0)
      {
        *kind = words[i].kind;
        /* That host tries both where its file says http. */
        if (*kind == ENCLAVE_MCP_SERVER_HTTP && reader->origin->source == ENCLAVE_MCP_SOURCE_VS_CODE)
          *kind = ENCLAVE_MCP_SERVER_HTTP_OR_SSE;
        return TRUE;
      }
  return FALSE;
}

static void
check_url (EnclaveMcpReader *reader, const char *member)
{
  g_autoptr (GUri) uri = g_uri_parse (reader->entry->url, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;

  if (uri == NULL)
    enclave_mcp_reader_fail (reader, member, _ ("this is no address"));
  else if (strcmp (scheme, "http") != 0 && strcmp (scheme, "https") != 0)
    enclave_mcp_reader_fail (reader, member, _ ("“%s” addresses are not supported, only http and https"), scheme);
  else if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    enclave_mcp_reader_fail (reader, member, _ ("the address names no host"));
  else if (g_uri_get_userinfo (uri) != NULL)
    enclave_mcp_reader_fail (reader, member, _ ("an address with a password in it is kept in logs; give it as a header instead"));
}

static void
read_transport (EnclaveMcpReader *reader)
{
  EnclaveMcpServerEntry *entry = reader->entry;
  static const char *const kind_members[] = { "type", "transport", "transportType" };
  const char *url_member = enclave_mcp_reader_find (reader->object, "url") == NULL && enclave_mcp_reader_find (reader->object, "serverUrl") != NULL ? "serverUrl" : "url";
  const char *kind_member = NULL;
  const char *word = NULL;
  EnclaveMcpServerKind kind = ENCLAVE_MCP_SERVER_STDIO;

  for (guint i = 0; i < G_N_ELEMENTS (kind_members) && word == NULL; i++)
    {
      kind_member = kind_members[i];
      word = enclave_json_peek_string (reader->object, kind_member);
    }
  if (word != NULL && !read_kind_word (reader, word, &kind))
    {
      enclave_mcp_reader_fail (reader, kind_member, _ ("“%s” is no kind of server that Enclave knows"), word);
      return;
    }

  if (entry->command != NULL && enclave_mcp_reader_find (reader->object, url_member) != NULL)
    {
      enclave_mcp_reader_fail (reader, url_member, _ ("it has a command and an address; one of them is expected"));
      return;
    }
  if (entry->command == NULL && enclave_mcp_reader_find (reader->object, url_member) == NULL)
    {
      enclave_mcp_reader_fail (reader, NULL, enclave_json_peek_object (reader->object, "settings") != NULL
                            ? _ ("this server comes with an extension of the other editor")
                            : _ ("neither a command nor an address"));
      return;
    }
  if (entry->command != NULL)
    {
      entry->kind = ENCLAVE_MCP_SERVER_STDIO;
      if (word != NULL && kind != ENCLAVE_MCP_SERVER_STDIO)
        enclave_mcp_reader_fail (reader, kind_member, _ ("“%s” needs an address, and this has a command"), word);
      else if (*entry->command == '\0')
        enclave_mcp_reader_fail (reader, "command", _ ("the command is empty"));
      return;
    }

  entry->url = enclave_mcp_reader_read_text (reader, reader->object, url_member);
  if (entry->url == NULL)
    return;
  if (word != NULL && kind == ENCLAVE_MCP_SERVER_STDIO)
    {
      enclave_mcp_reader_fail (reader, kind_member, _ ("“%s” needs a command, and this has an address"), word);
      return;
    }
  if (word != NULL)
    entry->kind = kind;
  else if (reader->origin->source == ENCLAVE_MCP_SOURCE_CLINE)
    entry->kind = ENCLAVE_MCP_SERVER_SSE;
  else
    entry->kind = ENCLAVE_MCP_SERVER_HTTP_OR_SSE;
  if (word == NULL && (reader->origin->source == ENCLAVE_MCP_SOURCE_CLAUDE_CODE))
    enclave_mcp_reader_note (reader, _ ("Claude Code does not use this entry: an address without “type” is an error there."));
  check_url (reader, url_member);
}

static void
read_command (EnclaveMcpReader *reader)
{
  EnclaveMcpServerEntry *entry = reader->entry;
  JsonObject *object = reader->object;

  /* The older form of Zed. */
  if (enclave_json_peek_object (object, "command") != NULL)
    {
      object = enclave_json_peek_object (object, "command");
      entry->command = enclave_mcp_reader_read_text (reader, object, "path");
      if (entry->command == NULL)
        enclave_mcp_reader_fail (reader, "command", _ ("“path” is missing"));
    }
  else
    {
      entry->command = enclave_mcp_reader_read_text (reader, object, "command");
    }
  g_strfreev (entry->args);
  entry->args = enclave_mcp_reader_read_list (reader, object, "args", TRUE);
  enclave_mcp_reader_read_environment (reader, object);
  entry->cwd = enclave_mcp_reader_read_text (reader, reader->object, "cwd");
  entry->env_file = enclave_mcp_reader_read_text (reader, reader->object, "envFile");
}

static void
read_timeout (EnclaveMcpReader *reader)
{
  JsonNode *node = enclave_mcp_reader_find (reader->object, "timeout");
  double value = enclave_json_get_double (reader->object, "timeout", 0);
  gboolean is_seconds;

  if (node == NULL)
    return;
  if (!(value > 0))
    {
      enclave_mcp_reader_note (reader, _ ("Its time limit is no number and is not used."));
      return;
    }
  if (reader->origin->source == ENCLAVE_MCP_SOURCE_CLINE)
    is_seconds = TRUE;
  else if (reader->origin->source == ENCLAVE_MCP_SOURCE_CLAUDE_CODE)
    is_seconds = FALSE;
  else
    is_seconds = value < LEAST_MILLISECONDS;
  value = MIN (is_seconds ? value * 1000 : value, ENCLAVE_MCP_CALL_MAX_MS);
  reader->entry->timeout_ms = (guint) MAX (value, 1);
  enclave_mcp_reader_note (reader, _ ("Its time limit is read as %g s."), reader->entry->timeout_ms / 1000.0);
}

/* What only our own files can say, in a member of their own, so that other hosts can read the file. */
static void
read_wishes (EnclaveMcpReader *reader)
{
  EnclaveMcpServerEntry *entry = reader->entry;
  JsonObject *own = enclave_json_peek_object (reader->object, "enclave");
  gboolean ours = reader->origin->source == ENCLAVE_MCP_SOURCE_OWN || reader->origin->source == ENCLAVE_MCP_SOURCE_PROJECT;
  const char *access = NULL;

  if (own != NULL && ours)
    {
      const char *era = enclave_json_peek_string (own, "era");

      access = enclave_json_peek_string (own, "workspace");
      g_strfreev (entry->network);
      entry->network = enclave_mcp_reader_read_list (reader, own, "network", TRUE);
      g_strfreev (entry->readable);
      entry->readable = enclave_mcp_reader_read_list (reader, own, "read", TRUE);
      for (guint i = 0; entry->readable[i] != NULL; i++)
        if (!g_path_is_absolute (entry->readable[i]))
          enclave_mcp_reader_fail (reader, "enclave.read", _ ("an absolute path is expected"));
      entry->offers_roots = enclave_json_get_boolean (own, "roots", FALSE);
      if (enclave_mcp_reader_find (own, "era") != NULL && !enclave_mcp_era_from_word (era, &entry->era))
        enclave_mcp_reader_fail (reader, "enclave.era", _ ("auto, legacy or modern is expected"));
      if (enclave_mcp_reader_find (own, "workspace") != NULL && !enclave_mcp_workspace_access_from_word (access, &entry->workspace))
        enclave_mcp_reader_fail (reader, "enclave.workspace", _ ("none, read or write is expected"));
      if (g_strv_length (entry->network) > ENCLAVE_COMMAND_MAX_GRANTS)
        enclave_mcp_reader_fail (reader, "enclave.network", _ ("more than %d values"), ENCLAVE_COMMAND_MAX_GRANTS);
    }
  /* What reads the project and reaches nobody can tell nobody. */
  if (access == NULL)
    entry->workspace = entry->kind == ENCLAVE_MCP_SERVER_STDIO && entry->network[0] == NULL ? ENCLAVE_MCP_WORKSPACE_READ
                                                                                           : ENCLAVE_MCP_WORKSPACE_NONE;
}

static void
read_suggestions (EnclaveMcpReader *reader)
{
  static const char *const members[] = { "autoApprove", "alwaysAllow" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    {
      JsonArray *array = enclave_json_peek_array (reader->object, members[i]);
      g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

      if (array == NULL)
        continue;
      for (guint j = 0; j < MIN (json_array_get_length (array), ENCLAVE_MCP_MAX_VALUES); j++)
        {
          const char *tool = enclave_json_array_peek_string (array, j);

          if (tool != NULL)
            g_strv_builder_add (builder, tool);
        }
      g_strfreev (reader->entry->suggested_tools);
      reader->entry->suggested_tools = g_strv_builder_end (builder);
      break;
    }
  if (reader->entry->suggested_tools[0] != NULL)
    enclave_mcp_reader_note (reader, _ ("Tools that another program runs without asking are a suggestion here: you decide."));
  if (enclave_json_get_boolean (reader->object, "sandboxEnabled", FALSE))
    enclave_mcp_reader_note (reader, _ ("Its sandbox settings are not used: Enclave confines every server, and asks all the same."));
}

static void
check_pins (EnclaveMcpReader *reader)
{
  g_autofree char *digest = enclave_mcp_server_entry_dup_digest (reader->entry);

  if (!enclave_pins_allow_mcp (enclave_pins_get (), reader->entry->name, digest))
    enclave_mcp_reader_fail (reader, reader->entry->name, _ ("not among the servers that the administrator of this machine allows"));
}

static void
settle (EnclaveMcpReader *reader)
{
  EnclaveMcpServerEntry *entry = reader->entry;
  gboolean off = enclave_json_get_boolean (reader->object, "disabled", FALSE)
                 || !enclave_json_get_boolean (reader->object, "enabled", TRUE);

  if (!entry->has_problem && off)
    {
      g_autofree char *file = enclave_utf8_display_name (reader->origin->path);

      entry->disabled_reason = g_strdup_printf (_ ("Switched off in %s"), file);
    }
  entry->enabled = !entry->has_problem && !off;
}

static GStrv
strings_of (GPtrArray *array)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < array->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (array, i));
  return g_strv_builder_end (builder);
}

EnclaveMcpServerEntry *
enclave_mcp_entry_read (const EnclaveMcpConfigOrigin *origin, const EnclaveMcpContext *context, const char *name, JsonNode *node)
{
  EnclaveMcpServerEntry *entry = enclave_mcp_server_entry_new (name);
  g_autoptr (GPtrArray) inputs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GStrvBuilder) notes = g_strv_builder_new ();
  g_autoptr (JsonObject) nothing = json_object_new ();
  EnclaveMcpReader reader = { origin, context, entry, nothing, inputs, notes, 0 };

  entry->source = origin->source;
  entry->source_path = g_strdup (origin->path);
  entry->in_project = origin->in_project;
  entry->is_proposal = !origin->is_trusted;

  if (*name == '\0')
    enclave_mcp_reader_fail (&reader, NULL, _ ("a server without a name"));
  else if (strlen (name) > ENCLAVE_MCP_NAME_MAX_BYTES)
    enclave_mcp_reader_fail (&reader, NULL, _ ("the name of a server is longer than %d bytes"), ENCLAVE_MCP_NAME_MAX_BYTES);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      enclave_mcp_reader_fail (&reader, name, _ ("an object is expected"));
    }
  else
    {
      reader.object = json_node_get_object (node);
      read_command (&reader);
      read_transport (&reader);
      enclave_mcp_reader_read_headers (&reader);
      read_wishes (&reader);
      read_timeout (&reader);
      read_suggestions (&reader);
      check_pins (&reader);
    }
  settle (&reader);

  g_strfreev (entry->notes);
  entry->notes = g_strv_builder_end (notes);
  g_strfreev (entry->inputs);
  entry->inputs = strings_of (inputs);

  return entry;
}
