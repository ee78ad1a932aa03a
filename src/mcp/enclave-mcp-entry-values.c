/* enclave-mcp-entry-values.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-entry-reader-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "enclave-limits.h"
#include "enclave-utf8.h"

void
enclave_mcp_reader_fail (EnclaveMcpReader *reader, const char *member, const char *format, ...)
{
  g_autofree char *what = NULL;
  g_autofree char *file = NULL;
  g_autofree char *reason = NULL;
  va_list arguments;

  if (reader->entry->has_problem)
    return;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  file = enclave_utf8_display_name (reader->origin->path);

  reader->entry->has_problem = TRUE;
  /* Translators: a file, then the name of what is in it, then what is wrong with it */
  reason = member != NULL ? g_strdup_printf (_ ("%s, “%s”: %s"), file, member, what) : g_strdup_printf (_ ("%s: %s"), file, what);
  /* Names and words of the file are in it. */
  reader->entry->disabled_reason = enclave_utf8_make_visible (reason, NULL);
}

void
enclave_mcp_reader_note (EnclaveMcpReader *reader, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_strv_builder_add (reader->notes, text);
}

char *
enclave_mcp_reader_expand (EnclaveMcpReader *reader, const char *member, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *value = enclave_mcp_expand (reader->origin->source, reader->context, text, reader->inputs, &error);

  if (value == NULL)
    {
      enclave_mcp_reader_fail (reader, member, "%s", error->message);
      return NULL;
    }
  reader->n_bytes += strlen (value) + 1;
  if (reader->n_bytes > ENCLAVE_MCP_VALUE_MAX_BYTES)
    {
      enclave_mcp_reader_fail (reader, member, _ ("the entry is longer than %d KiB"), ENCLAVE_MCP_VALUE_MAX_BYTES / 1024);
      g_free (value);
      return NULL;
    }
  return value;
}

/* A text, a number or a truth value as text; NULL for anything else. (transfer full) (nullable) */
static char *
scalar_to_text (JsonNode *node)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_INVALID;

  if (type == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  if (type == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "true" : "false");
  if (type == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  if (type == G_TYPE_DOUBLE && isfinite (json_node_get_double (node)))
    {
      char text[G_ASCII_DTOSTR_BUF_SIZE];

      return g_strdup (g_ascii_formatd (text, sizeof text, "%.15g", json_node_get_double (node)));
    }
  return NULL;
}

JsonNode *
enclave_mcp_reader_find (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

char *
enclave_mcp_reader_read_text (EnclaveMcpReader *reader, JsonObject *object, const char *member)
{
  JsonNode *node = enclave_mcp_reader_find (object, member);
  g_autofree char *text = NULL;

  if (node == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return enclave_mcp_reader_expand (reader, member, json_node_get_string (node));
  enclave_mcp_reader_fail (reader, member, _ ("a text is expected"));
  return NULL;
}

GStrv
enclave_mcp_reader_read_list (EnclaveMcpReader *reader, JsonObject *object, const char *member, gboolean expanded)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonNode *node = enclave_mcp_reader_find (object, member);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = array != NULL ? json_array_get_length (array) : 0;

  if (node != NULL && array == NULL)
    enclave_mcp_reader_fail (reader, member, _ ("a list is expected"));
  if (n > ENCLAVE_MCP_MAX_VALUES)
    enclave_mcp_reader_fail (reader, member, _ ("more than %d values"), ENCLAVE_MCP_MAX_VALUES);
  for (guint i = 0; i < n && !reader->entry->has_problem; i++)
    {
      g_autofree char *text = scalar_to_text (json_array_get_element (array, i));
      g_autofree char *value = NULL;

      if (text == NULL)
        {
          enclave_mcp_reader_fail (reader, member, _ ("value %u is no text"), i + 1);
          break;
        }
      value = expanded ? enclave_mcp_reader_expand (reader, member, text) : g_strdup (text);
      if (value != NULL)
        g_strv_builder_add (builder, value);
    }

  return g_strv_builder_end (builder);
}

static gboolean
is_variable_name (const char *name)
{
  return *name != '\0' && strchr (name, '=') == NULL;
}

void
enclave_mcp_reader_read_environment (EnclaveMcpReader *reader, JsonObject *object)
{
  g_autoptr (GStrvBuilder) set = g_strv_builder_new ();
  g_autoptr (GStrvBuilder) unset = g_strv_builder_new ();
  JsonNode *node = enclave_mcp_reader_find (object, "env");
  JsonObject *env = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (node != NULL && env == NULL)
    enclave_mcp_reader_fail (reader, "env", _ ("names and values are expected"));
  if (env != NULL && json_object_get_size (env) > ENCLAVE_MCP_MAX_VALUES)
    enclave_mcp_reader_fail (reader, "env", _ ("more than %d values"), ENCLAVE_MCP_MAX_VALUES);
  if (env == NULL || reader->entry->has_problem)
    return;

  json_object_iter_init_ordered (&iter, env);
  while (json_object_iter_next_ordered (&iter, &name, &member) && !reader->entry->has_problem)
    {
      g_autofree char *where = g_strdup_printf ("env.%s", name);
      g_autofree char *text = NULL;
      g_autofree char *value = NULL;

      if (!is_variable_name (name))
        {
          enclave_mcp_reader_fail (reader, where, _ ("no name of a variable"));
          break;
        }
      if (JSON_NODE_HOLDS_NULL (member))
        {
          g_strv_builder_add (unset, name);
          continue;
        }
      text = scalar_to_text (member);
      if (text == NULL)
        {
          enclave_mcp_reader_fail (reader, where, _ ("a text is expected"));
          break;
        }
      value = enclave_mcp_reader_expand (reader, where, text);
      if (value != NULL)
        {
          g_autofree char *pair = g_strdup_printf ("%s=%s", name, value);

          g_strv_builder_add (set, pair);
        }
    }

  g_strfreev (reader->entry->env);
  g_strfreev (reader->entry->unset);
  reader->entry->env = g_strv_builder_end (set);
  reader->entry->unset = g_strv_builder_end (unset);
}

/* RFC 9110: a token. */
static gboolean
is_header_name (const char *name)
{
  if (*name == '\0')
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && strchr ("!#$%&'*+-.^_`|~", *p) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
is_header_value (const char *value)
{
  for (const char *p = value; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p) && *p != '\t')
      return FALSE;
  return TRUE;
}

void
enclave_mcp_reader_read_headers (EnclaveMcpReader *reader)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonNode *node = enclave_mcp_reader_find (reader->object, "headers");
  JsonObject *headers = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;

  if (node != NULL && headers == NULL)
    enclave_mcp_reader_fail (reader, "headers", _ ("names and values are expected"));
  if (headers != NULL && json_object_get_size (headers) > ENCLAVE_MCP_MAX_VALUES)
    enclave_mcp_reader_fail (reader, "headers", _ ("more than %d values"), ENCLAVE_MCP_MAX_VALUES);
  if (headers == NULL || reader->entry->has_problem)
    return;

  json_object_iter_init_ordered (&iter, headers);
  while (json_object_iter_next_ordered (&iter, &name, &member) && !reader->entry->has_problem)
    {
      g_autofree char *where = g_strdup_printf ("headers.%s", name);
      g_autofree char *text = scalar_to_text (member);
      g_autofree char *value = text != NULL ? enclave_mcp_reader_expand (reader, where, text) : NULL;

      if (text == NULL)
        enclave_mcp_reader_fail (reader, where, _ ("a text is expected"));
      else if (!is_header_name (name))
        enclave_mcp_reader_fail (reader, where, _ ("no name of a header"));
      else if (value != NULL && !is_header_value (value))
        enclave_mcp_reader_fail (reader, where, _ ("a header is one line"));
      else if (value != NULL)
        {
          g_autofree char *line = g_strdup_printf ("%s: %s", name, value);

          g_strv_builder_add (builder, line);
        }
    }

  g_strfreev (reader->entry->headers);
  reader->entry->headers = g_strv_builder_end (builder);
}
