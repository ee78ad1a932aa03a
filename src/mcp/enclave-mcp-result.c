/* enclave-mcp-result.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-result.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-mcp-clean-text.h"
#include "enclave-utf8.h"

G_DEFINE_BOXED_TYPE (EnclaveMcpResult, enclave_mcp_result, enclave_mcp_result_ref, enclave_mcp_result_unref)

EnclaveMcpResult *
enclave_mcp_result_ref (EnclaveMcpResult *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
result_clear (gpointer data)
{
  EnclaveMcpResult *self = data;

  g_clear_pointer (&self->whole, json_object_unref);
  g_clear_pointer (&self->structured, json_node_unref);
  g_clear_pointer (&self->contents, g_array_unref);
}

void
enclave_mcp_result_unref (EnclaveMcpResult *self)
{
  g_atomic_rc_box_release_full (self, result_clear);
}

static gsize
count_data (JsonObject *item, const char *member)
{
  const char *data = enclave_json_peek_string (item, member);

  return data != NULL ? strlen (data) / 4 * 3 : 0;
}

static EnclaveMcpContent
read_content (JsonObject *item)
{
  static const char *const words[] = { "text", "image", "audio", "resource_link", "resource" };
  const char *type = enclave_json_peek_string (item, "type");
  JsonObject *resource = enclave_json_peek_object (item, "resource");
  EnclaveMcpContent content = { .kind = ENCLAVE_MCP_CONTENT_OTHER, .name = type };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (type, words[i]) == 0)
      content.kind = (EnclaveMcpContentKind) i;
  if (content.kind == ENCLAVE_MCP_CONTENT_OTHER)
    return content;
  if (content.kind == ENCLAVE_MCP_CONTENT_RESOURCE)
    item = resource;
  content.text = enclave_json_peek_string (item, content.kind == ENCLAVE_MCP_CONTENT_LINK ? "description" : "text");
  content.mime_type = enclave_json_peek_string (item, "mimeType");
  content.uri = enclave_json_peek_string (item, "uri");
  content.name = enclave_json_peek_string (item, "name");
  content.data_bytes = count_data (item, content.kind == ENCLAVE_MCP_CONTENT_RESOURCE ? "blob" : "data");
  return content;
}

static EnclaveMcpResult *
new_result (JsonObject *result)
{
  EnclaveMcpResult *self = g_atomic_rc_box_new0 (EnclaveMcpResult);

  self->whole = json_object_ref (result);
  self->contents = g_array_new (FALSE, TRUE, sizeof (EnclaveMcpContent));
  return self;
}

EnclaveMcpResult *
enclave_mcp_result_parse (JsonObject *result)
{
  EnclaveMcpResult *self = new_result (result);
  JsonArray *items = enclave_json_peek_array (result, "content");
  JsonNode *structured = json_object_get_member (result, "structuredContent");

  self->is_error = enclave_json_get_boolean (result, "isError", FALSE);
  if (structured != NULL && !JSON_NODE_HOLDS_NULL (structured))
    self->structured = json_node_ref (structured);
  for (guint i = 0; items != NULL && i < json_array_get_length (items); i++)
    {
      EnclaveMcpContent content = read_content (enclave_json_array_peek_object (items, i));

      g_array_append_val (self->contents, content);
    }
  return self;
}

EnclaveMcpResult *
enclave_mcp_result_parse_resource (JsonObject *result)
{
  EnclaveMcpResult *self = new_result (result);
  JsonArray *items = enclave_json_peek_array (result, "contents");

  for (guint i = 0; items != NULL && i < json_array_get_length (items); i++)
    {
      JsonObject *item = enclave_json_array_peek_object (items, i);
      EnclaveMcpContent content = { .kind = ENCLAVE_MCP_CONTENT_RESOURCE };

      content.text = enclave_json_peek_string (item, "text");
      content.mime_type = enclave_json_peek_string (item, "mimeType");
      content.uri = enclave_json_peek_string (item, "uri");
      content.data_bytes = count_data (item, "blob");
      g_array_append_val (self->contents, content);
    }
  return self;
}

/* The content of a message is one object; some servers send several in an array. */
static void
add_message (EnclaveMcpResult *self, JsonObject *message)
{
  const char *role = enclave_json_peek_string (message, "role");
  JsonObject *one = enclave_json_peek_object (message, "content");
  JsonArray *several = enclave_json_peek_array (message, "content");
  guint n = several != NULL ? json_array_get_length (several) : one != NULL ? 1 : 0;

  for (guint i = 0; i < n; i++)
    {
      EnclaveMcpContent content = read_content (several != NULL ? enclave_json_array_peek_object (several, i) : one);

      content.role = g_strcmp0 (role, "assistant") == 0 ? "assistant" : "user";
      g_array_append_val (self->contents, content);
    }
}

EnclaveMcpResult *
enclave_mcp_result_parse_prompt (JsonObject *result)
{
  EnclaveMcpResult *self = new_result (result);
  JsonArray *messages = enclave_json_peek_array (result, "messages");

  for (guint i = 0; messages != NULL && i < json_array_get_length (messages); i++)
    add_message (self, enclave_json_array_peek_object (messages, i));
  return self;
}

static void
append_line (GString *text, const char *line, gsize length)
{
  if (text->len > 0 && text->str[text->len - 1] != '\n')
    g_string_append_c (text, '\n');
  g_string_append_len (text, line, (gssize) length);
}

/* A name of the server's within a line of ours. (transfer full) */
static char *
as_word (const char *word)
{
  g_autofree char *clean = enclave_mcp_clean_text (word != NULL ? word : "", -1, NULL);

  g_strdelimit (clean, "\n\t[]", ' ');
  return g_strndup (clean, enclave_utf8_prefix_length (clean, strlen (clean), 200));
}

static void
append_note (GString *text, const EnclaveMcpContent *content)
{
  static const char *const words[] = { "text", "image", "audio", "link", "resource", "content" };
  g_autofree char *name = as_word (content->uri != NULL ? content->uri : content->name);
  g_autofree char *type = as_word (content->mime_type);
  g_autoptr (GString) note = g_string_new ("[");

  g_string_append (note, words[content->kind]);
  if (*name != '\0')
    g_string_append_printf (note, " %s", name);
  if (*type != '\0')
    g_string_append_printf (note, ", %s", type);
  if (content->data_bytes > 0)
    g_string_append_printf (note, ", %" G_GSIZE_FORMAT " bytes, not shown", content->data_bytes);
  g_string_append_c (note, ']');
  append_line (text, note->str, note->len);
}

/* Of a text that is much too long only the ends are ever looked at. */
static void
append_text (GString *text, const char *part, gsize max_bytes, gsize *left_out)
{
  gsize length = strlen (part);
  gsize head, tail;

  if (length <= 4 * max_bytes)
    {
      append_line (text, part, length);
      return;
    }
  head = enclave_utf8_prefix_length (part, length, 2 * max_bytes);
  tail = length - 2 * max_bytes;
  while (tail < length && (part[tail] & 0xc0) == 0x80)
    tail++;
  *left_out += tail - head;
  append_line (text, part, head);
  append_line (text, part + tail, length - tail);
}

char *
enclave_mcp_result_dup_text (EnclaveMcpResult *self, gsize max_bytes, gboolean *truncated)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *clean = NULL;
  const char *role = NULL;
  gsize left_out = 0;
  gsize length, head, tail;

  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < self->contents->len && text->len <= 8 * max_bytes; i++)
    {
      const EnclaveMcpContent *content = &g_array_index (self->contents, EnclaveMcpContent, i);

      /* Who says it, where a prompt has more than what the user is to say. */
      if (content->role != NULL && self->contents->len > 1 && g_strcmp0 (content->role, role) != 0)
        {
          g_autofree char *line = g_strdup_printf ("[%s]", content->role);

          append_line (text, line, strlen (line));
        }
      role = content->role;
      if (content->text != NULL && content->kind != ENCLAVE_MCP_CONTENT_LINK)
        append_text (text, content->text, max_bytes, &left_out);
      else if (content->kind != ENCLAVE_MCP_CONTENT_TEXT)
        append_note (text, content);
    }
  if (text->len == 0 && self->structured != NULL)
    {
      g_autofree char *structured = enclave_json_to_text (self->structured, FALSE);

      append_text (text, structured, max_bytes, &left_out);
    }
  clean = enclave_mcp_clean_text (text->str, (gssize) text->len, NULL);
  length = strlen (clean);
  if (truncated != NULL)
    *truncated = length > max_bytes || left_out > 0;
  if (length <= max_bytes && left_out == 0)
    return g_steal_pointer (&clean);
  head = enclave_utf8_prefix_length (clean, length, max_bytes / 4 * 3);
  tail = length - MIN (length - head, max_bytes / 4);
  while (tail < length && (clean[tail] & 0xc0) == 0x80)
    tail++;
  clean[head == tail ? length : head] = '\0';
  return g_strdup_printf ("%s\n[… %" G_GSIZE_FORMAT " bytes left out …]\n%s", clean, left_out + tail - head,
                          head == tail ? "" : clean + tail);
}
