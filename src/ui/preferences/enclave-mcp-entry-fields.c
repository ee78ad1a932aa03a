/* enclave-mcp-entry-fields.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-entry-fields.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "enclave-json.h"

EnclaveMcpEntryFields *
enclave_mcp_entry_fields_new (void)
{
  EnclaveMcpEntryFields *self = g_new0 (EnclaveMcpEntryFields, 1);

  self->command = g_strdup ("");
  self->workspace = ENCLAVE_MCP_WORKSPACE_READ;
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return self;
}

void
enclave_mcp_entry_fields_free (EnclaveMcpEntryFields *self)
{
  g_free (self->command);
  g_free (self->network);
  g_free (self->folders);
  g_free (self->folder);
  g_hash_table_unref (self->values);
  g_free (self);
}

static void
append_word (GString *line, const char *word)
{
  static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%${}";
  g_autofree char *quoted = *word != '\0' && word[strspn (word, plain)] == '\0' ? g_strdup (word) : g_shell_quote (word);

  g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "", quoted);
}

/* What is no text, a number for one, as the text of it. (transfer full) (nullable) */
static char *
value_to_text (JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  return JSON_NODE_HOLDS_VALUE (node) ? enclave_json_to_text (node, FALSE) : NULL;
}

static void
append_words (GString *line, JsonArray *array)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      g_autofree char *word = value_to_text (json_array_get_element (array, i));

      if (word != NULL)
        append_word (line, word);
    }
}

static char *
words_of (JsonArray *array)
{
  g_autoptr (GString) line = g_string_new (NULL);

  append_words (line, array);

  return g_string_free (g_steal_pointer (&line), FALSE);
}

static void
read_values (EnclaveMcpEntryFields *self, JsonObject *values)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (values == NULL)
    return;
  json_object_iter_init_ordered (&iter, values);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      char *value = value_to_text (node);

      if (value != NULL)
        g_hash_table_insert (self->values, g_strdup (name), value);
    }
}

EnclaveMcpEntryFields *
enclave_mcp_entry_fields_new_of (JsonObject *entry)
{
  EnclaveMcpEntryFields *self = enclave_mcp_entry_fields_new ();
  JsonObject *wishes = enclave_json_peek_object (entry, "enclave");
  const char *url = enclave_json_peek_string (entry, "url");
  const char *command = enclave_json_peek_string (entry, "command");
  const char *folder = enclave_json_peek_string (entry, "cwd");
  JsonArray *network = enclave_json_peek_array (wishes, "network");

  if (url == NULL)
    url = enclave_json_peek_string (entry, "serverUrl");
  g_free (self->command);
  if (command != NULL)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      append_word (line, command);
      append_words (line, enclave_json_peek_array (entry, "args"));
      self->command = g_string_free (g_steal_pointer (&line), FALSE);
    }
  else
    self->command = g_strdup (url != NULL ? url : "");
  self->network = words_of (network);
  self->folders = words_of (enclave_json_peek_array (wishes, "read"));
  self->folder = g_strdup (folder != NULL ? folder : "");
  self->offers_roots = enclave_json_get_boolean (wishes, "roots", FALSE);
  /* As the reader of the file has it where the file says nothing. */
  if (!enclave_mcp_workspace_access_from_word (enclave_json_peek_string (wishes, "workspace"), &self->workspace))
    self->workspace = *self->network == '\0' ? ENCLAVE_MCP_WORKSPACE_READ : ENCLAVE_MCP_WORKSPACE_NONE;
  read_values (self, enclave_json_peek_object (entry, command != NULL ? "env" : "headers"));

  return self;
}

gboolean
enclave_mcp_entry_fields_is_address (const EnclaveMcpEntryFields *self)
{
  return g_str_has_prefix (self->command, "http://") || g_str_has_prefix (self->command, "https://");
}

const char **
enclave_mcp_entry_fields_get_names (const EnclaveMcpEntryFields *self)
{
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (self->values), (GCompareFunc) strcmp);
  const char **names = g_new0 (const char *, g_list_length (keys) + 1);
  guint i = 0;

  for (GList *at = keys; at != NULL; at = at->next)
    names[i++] = at->data;
  return names;
}

/* Paths with blanks in them are quoted, as in a shell. (transfer full) (nullable) */
static GStrv
split (const char *text, GError **error)
{
  GStrv words = NULL;
  g_autoptr (GError) local_error = NULL;

  if (text == NULL || *text == '\0')
    return g_new0 (char *, 1);
  if (!g_shell_parse_argv (text, NULL, &words, &local_error))
    g_propagate_error (error, g_steal_pointer (&local_error));
  return words;
}

/* With blanks or commas between. (transfer full) */
static GStrv
split_network (const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " ,", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_strv_builder_add (builder, words[i]);
  return g_strv_builder_end (builder);
}

static char *
find_bad_address (const EnclaveMcpEntryFields *self)
{
  g_auto (GStrv) words = split_network (self->network);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *port = strrchr (words[i], ':');
      guint64 number = 0;

      if (strchr (words[i], '$') == NULL
          && (port == NULL || port == words[i] || !g_ascii_string_to_unsigned (port + 1, 10, 1, 65535, &number, NULL)))
        /* Translators: what was typed */
        return g_strdup_printf (_("“%s” is no address with a port, such as 127.0.0.1:5432."), words[i]);
    }
  return NULL;
}

char *
enclave_mcp_entry_fields_dup_problem (const EnclaveMcpEntryFields *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = NULL;
  g_auto (GStrv) folders = NULL;

  if (enclave_mcp_entry_fields_is_address (self))
    {
      g_autoptr (GUri) uri = g_uri_parse (self->command, G_URI_FLAGS_NONE, NULL);

      return uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0' ? NULL : g_strdup (_("This is no address."));
    }
  argv = split (self->command, &error);
  folders = argv != NULL ? split (self->folders, &error) : NULL;
  if (folders == NULL)
    return g_strdup (error->message);
  for (guint i = 0; folders[i] != NULL; i++)
    if (!g_path_is_absolute (folders[i]) && folders[i][0] != '$')
      /* Translators: what was typed */
      return g_strdup_printf (_("“%s” is no absolute path."), folders[i]);
  return find_bad_address (self);
}

static void
set_null (JsonObject *members, const char *name)
{
  json_object_set_null_member (members, name);
}

/* @object: (transfer full): left out when there is nothing in it. */
static void
set_object (JsonObject *members, const char *name, JsonObject *object)
{
  if (json_object_get_size (object) > 0)
    json_object_set_object_member (members, name, object);
  else
    json_object_unref (object);
}

static void
set_words (JsonObject *members, const char *name, const char *const *words)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    json_array_add_string_element (array, words[i]);
  json_object_set_array_member (members, name, array);
}

static void
set_command (const EnclaveMcpEntryFields *self, JsonObject *members, const EnclaveMcpEntryFields *before)
{
  gboolean is_address = enclave_mcp_entry_fields_is_address (self);
  g_auto (GStrv) argv = is_address ? NULL : split (self->command, NULL);

  if (before != NULL && strcmp (self->command, before->command) == 0)
    return;
  if (before != NULL && is_address != enclave_mcp_entry_fields_is_address (before))
    {
      static const char *const of_commands[] = { "type", "command", "args" };
      static const char *const of_addresses[] = { "type", "url" };

      for (guint i = 0; i < (is_address ? G_N_ELEMENTS (of_commands) : G_N_ELEMENTS (of_addresses)); i++)
        set_null (members, is_address ? of_commands[i] : of_addresses[i]);
    }
  if (before != NULL)
    set_null (members, "serverUrl");
  if (is_address)
    {
      json_object_set_string_member (members, "url", self->command);
      return;
    }
  json_object_set_string_member (members, "command", argv != NULL && argv[0] != NULL ? argv[0] : "");
  if (argv != NULL && argv[0] != NULL)
    set_words (members, "args", (const char *const *) argv + 1);
}

static void
set_values (const EnclaveMcpEntryFields *self, JsonObject *members, const EnclaveMcpEntryFields *before)
{
  gboolean is_address = enclave_mcp_entry_fields_is_address (self);
  gboolean is_same_kind = before != NULL && is_address == enclave_mcp_entry_fields_is_address (before);
  g_autofree const char **names = enclave_mcp_entry_fields_get_names (self);
  JsonObject *values = json_object_new ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *value = g_hash_table_lookup (self->values, names[i]);

      if (!is_same_kind || g_strcmp0 (value, g_hash_table_lookup (before->values, names[i])) != 0)
        json_object_set_string_member (values, names[i], value);
    }
  if (is_same_kind)
    {
      g_autofree const char **names_before = enclave_mcp_entry_fields_get_names (before);

      for (guint i = 0; names_before[i] != NULL; i++)
        if (!g_hash_table_contains (self->values, names_before[i]))
          set_null (values, names_before[i]);
    }
  else if (before != NULL)
    set_null (members, is_address ? "env" : "headers");
  set_object (members, is_address ? "headers" : "env", values);
}

static void
set_grants (const EnclaveMcpEntryFields *self, JsonObject *wishes, const EnclaveMcpEntryFields *before)
{
  g_auto (GStrv) network = split_network (self->network);
  g_auto (GStrv) folders = split (self->folders, NULL);

  if (before == NULL || self->workspace != before->workspace)
    json_object_set_string_member (wishes, "workspace", enclave_mcp_workspace_access_to_word (self->workspace));
  if (*self->network != '\0' && (before == NULL || strcmp (self->network, before->network) != 0))
    {
      set_words (wishes, "network", (const char *const *) network);
      /* Where the file says nothing of the project, that would now mean something else. */
      json_object_set_string_member (wishes, "workspace", enclave_mcp_workspace_access_to_word (self->workspace));
    }
  else if (before != NULL && *self->network == '\0' && *before->network != '\0')
    {
      set_null (wishes, "network");
      json_object_set_string_member (wishes, "workspace", enclave_mcp_workspace_access_to_word (self->workspace));
    }
  if (folders != NULL && *self->folders != '\0' && (before == NULL || strcmp (self->folders, before->folders) != 0))
    set_words (wishes, "read", (const char *const *) folders);
  else if (before != NULL && *self->folders == '\0' && *before->folders != '\0')
    set_null (wishes, "read");
}

static void
set_wishes (const EnclaveMcpEntryFields *self, JsonObject *members, const EnclaveMcpEntryFields *before)
{
  JsonObject *wishes = json_object_new ();

  if (!enclave_mcp_entry_fields_is_address (self))
    set_grants (self, wishes, before);
  if (self->offers_roots && (before == NULL || !before->offers_roots))
    json_object_set_boolean_member (wishes, "roots", TRUE);
  else if (!self->offers_roots && before != NULL && before->offers_roots)
    set_null (wishes, "roots");
  set_object (members, "enclave", wishes);
}

JsonObject *
enclave_mcp_entry_fields_to_members (const EnclaveMcpEntryFields *self, const EnclaveMcpEntryFields *before)
{
  JsonObject *members = json_object_new ();

  set_command (self, members, before);
  set_values (self, members, before);
  set_wishes (self, members, before);
  if (enclave_mcp_entry_fields_is_address (self))
    return members;
  if (*self->folder != '\0' && (before == NULL || strcmp (self->folder, before->folder) != 0))
    json_object_set_string_member (members, "cwd", self->folder);
  else if (before != NULL && *self->folder == '\0' && *before->folder != '\0')
    set_null (members, "cwd");

  return members;
}
