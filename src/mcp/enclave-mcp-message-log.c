/* enclave-mcp-message-log.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-mcp-message-log.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-audit-mask.h"
#include "enclave-json.h"
#include "enclave-mcp-clean-text.h"

/* A person reads less, and a server may send a hundred thousand. */
#define KEPT_A_SECOND 100
/* Shorter values stand everywhere, and hide nothing. */
#define SECRET_LEAST_BYTES 4

typedef struct
{
  gint64 real_us;
  gboolean is_sent;
  char *title;
  char *text;      /* cut, not yet masked */
  gsize bytes;     /* of the whole message; 0: not known */
  guint n_skipped; /* that came before it and were not kept */
} Message;

struct _EnclaveMcpMessageLog
{
  GQueue messages; /* of Message */
  GStrv secrets;
  guint serial;
  gint64 second;
  guint n_in_second;
  guint n_skipped;
};

static void
message_free (gpointer data)
{
  Message *message = data;

  g_free (message->title);
  g_free (message->text);
  g_free (message);
}

EnclaveMcpMessageLog *
enclave_mcp_message_log_new (const char *const *secrets)
{
  EnclaveMcpMessageLog *self = g_new0 (EnclaveMcpMessageLog, 1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; secrets != NULL && secrets[i] != NULL; i++)
    if (strlen (secrets[i]) >= SECRET_LEAST_BYTES)
      g_strv_builder_add (builder, secrets[i]);
  self->secrets = g_strv_builder_end (builder);
  g_queue_init (&self->messages);

  return self;
}

EnclaveMcpMessageLog *
enclave_mcp_message_log_new_of (const EnclaveMcpServerEntry *entry, const char *key)
{
  g_autoptr (GPtrArray) secrets = g_ptr_array_new ();

  g_return_val_if_fail (entry != NULL, NULL);

  for (guint i = 0; entry->env[i] != NULL; i++)
    if (strchr (entry->env[i], '=') != NULL)
      g_ptr_array_add (secrets, strchr (entry->env[i], '=') + 1);
  for (guint i = 0; entry->headers[i] != NULL; i++)
    if (strstr (entry->headers[i], ": ") != NULL)
      g_ptr_array_add (secrets, strstr (entry->headers[i], ": ") + 2);
  g_ptr_array_add (secrets, (gpointer) key);
  g_ptr_array_add (secrets, NULL);

  return enclave_mcp_message_log_new ((const char *const *) secrets->pdata);
}

void
enclave_mcp_message_log_free (EnclaveMcpMessageLog *self)
{
  g_queue_clear_full (&self->messages, message_free);
  g_strfreev (self->secrets);
  g_free (self);
}

static gboolean
is_full (GString *text)
{
  return text->len >= ENCLAVE_MCP_LOG_MESSAGE_BYTES;
}

static void
append_string (GString *text, const char *string)
{
  gsize room = ENCLAVE_MCP_LOG_MESSAGE_BYTES - MIN (text->len, ENCLAVE_MCP_LOG_MESSAGE_BYTES);

  g_string_append_c (text, '"');
  for (const char *p = string; *p != '\0' && (gsize) (p - string) < room; p++)
    if (*p == '\n')
      g_string_append (text, "\\n");
    else if (*p == '"' || *p == '\\')
      g_string_append_printf (text, "\\%c", *p);
    else
      g_string_append_c (text, *p);
  g_string_append_c (text, '"');
}

/* As much of it as there is room for, whatever its size: the whole of a long result is never made into text. Its depth was bounded when it was
 * read. */
static void
append_node (GString *text, JsonNode *node)
{
  if (is_full (text))
    return;
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *member;
      gboolean is_first = TRUE;

      g_string_append_c (text, '{');
      json_object_iter_init_ordered (&iter, json_node_get_object (node));
      while (!is_full (text) && json_object_iter_next_ordered (&iter, &name, &member))
        {
          if (!is_first)
            g_string_append (text, ", ");
          is_first = FALSE;
          append_string (text, name);
          g_string_append (text, ": ");
          append_node (text, member);
        }
      g_string_append_c (text, '}');
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      g_string_append_c (text, '[');
      for (guint i = 0; i < json_array_get_length (array) && !is_full (text); i++)
        {
          if (i > 0)
            g_string_append (text, ", ");
          append_node (text, json_array_get_element (array, i));
        }
      g_string_append_c (text, ']');
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    append_string (text, json_node_get_string (node));
  else
    {
      g_autofree char *value = enclave_json_to_text (node, FALSE);

      g_string_append (text, value);
    }
}

/* @node: (nullable). (transfer full) */
static char *
cut (JsonNode *node)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *end = NULL;

  if (node != NULL)
    append_node (text, node);
  if (!is_full (text))
    return g_string_free (g_steal_pointer (&text), FALSE);
  g_string_truncate (text, ENCLAVE_MCP_LOG_MESSAGE_BYTES);
  if (!g_utf8_validate (text->str, (gssize) text->len, &end))
    g_string_truncate (text, (gsize) (end - text->str));
  g_string_append (text, "…");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
may_keep (EnclaveMcpMessageLog *self)
{
  gint64 second = g_get_monotonic_time () / G_USEC_PER_SEC;

  self->serial++;
  if (second != self->second)
    self->n_in_second = 0;
  self->second = second;
  if (self->n_in_second++ < KEPT_A_SECOND)
    return TRUE;
  self->n_skipped++;
  return FALSE;
}

/* @title, @text: (transfer full). */
static void
keep (EnclaveMcpMessageLog *self, gboolean is_sent, char *title, char *text, gsize bytes)
{
  Message *message = g_new0 (Message, 1);

  message->real_us = g_get_real_time ();
  message->is_sent = is_sent;
  message->title = title;
  message->text = text;
  message->bytes = bytes;
  message->n_skipped = self->n_skipped;
  self->n_skipped = 0;
  g_queue_push_tail (&self->messages, message);
  if (g_queue_get_length (&self->messages) > ENCLAVE_MCP_LOG_MESSAGES)
    message_free (g_queue_pop_head (&self->messages));
}

/* @method: (nullable): of an answer there is none. (transfer full) */
static char *
make_title (const char *method, JsonNode *id, gboolean is_error)
{
  g_autofree char *number = id != NULL ? cut (id) : NULL;
  const char *what = method != NULL ? method : is_error ? _ ("error") : _ ("answer");

  return number != NULL ? g_strdup_printf ("%s #%s", what, number) : g_strdup (what);
}

/* What a person has filled into a form is between them and the server: a log is copied into reports. @node: (nullable). (transfer full)
 * (nullable) */
static JsonNode *
leave_out_answers (JsonNode *node)
{
  static const char *const answers[] = { "content", "inputResponses", NULL };
  g_autoptr (GList) members = NULL;
  g_autoptr (JsonObject) shown = NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return node != NULL ? json_node_ref (node) : NULL;
  /* a copy of the node would be the same object, which is what is sent */
  shown = json_object_new ();
  members = json_object_get_members (json_node_get_object (node));
  for (GList *at = members; at != NULL; at = at->next)
    if (g_strv_contains (answers, at->data))
      json_object_set_string_member (shown, at->data, "…");
    else
      json_object_set_member (shown, at->data, json_object_dup_member (json_node_get_object (node), at->data));

  return json_node_init_object (json_node_alloc (), shown);
}

void
enclave_mcp_message_log_add_sent (EnclaveMcpMessageLog *self, JsonObject *message)
{
  g_autoptr (JsonNode) shown = NULL;
  JsonNode *node;

  g_return_if_fail (self != NULL && message != NULL);

  if (!may_keep (self))
    return;
  node = json_object_get_member (message, "params");
  if (node == NULL)
    node = json_object_get_member (message, json_object_has_member (message, "error") ? "error" : "result");
  shown = leave_out_answers (node);
  keep (self, TRUE,
        make_title (enclave_json_peek_string (message, "method"), json_object_get_member (message, "id"), json_object_has_member (message, "error")),
        cut (shown), 0);
}

void
enclave_mcp_message_log_add_received (EnclaveMcpMessageLog *self, EnclaveRpcMessage *message)
{
  g_autoptr (JsonNode) params = NULL;
  char *text;

  g_return_if_fail (self != NULL && message != NULL);

  if (!may_keep (self))
    return;
  if (message->params != NULL)
    params = json_node_init_object (json_node_alloc (), message->params);
  text = message->error != NULL ? g_strndup (message->error->message, ENCLAVE_MCP_LOG_MESSAGE_BYTES)
                                : cut (params != NULL ? params : message->result);
  keep (self, FALSE, make_title (message->method, message->id, message->error != NULL), text, message->bytes);
}

guint
enclave_mcp_message_log_get_serial (EnclaveMcpMessageLog *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->serial;
}

static char *
mask (EnclaveMcpMessageLog *self, const char *text)
{
  g_autoptr (GString) masked = g_string_new (text);

  for (guint i = 0; self->secrets[i] != NULL; i++)
    g_string_replace (masked, self->secrets[i], "***", 0);

  return enclave_audit_mask_text (masked->str);
}

static char *
format_message (EnclaveMcpMessageLog *self, const Message *message)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (message->real_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *when = g_date_time_format (local, "%T");
  g_autofree char *title = mask (self, message->title);
  g_autofree char *masked = mask (self, message->text);
  g_autofree char *clean_title = enclave_mcp_clean_line (title, 200);
  g_autofree char *clean = enclave_mcp_clean_text (masked, -1, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  if (message->n_skipped > 0)
    {
      g_string_append_printf (text, ngettext ("%u message came too fast to be kept", "%u messages came too fast to be kept", message->n_skipped),
                              message->n_skipped);
      g_string_append_c (text, '\n');
    }
  g_string_append_printf (text, "%s %s %s", when, message->is_sent ? "→" : "←", clean_title);
  if (message->bytes > 0)
    {
      g_autofree char *size = g_format_size (message->bytes);

      g_string_append_printf (text, " · %s", size);
    }
  if (*clean != '\0')
    g_string_append_printf (text, "\n%s", clean);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

GPtrArray *
enclave_mcp_message_log_dup_texts (EnclaveMcpMessageLog *self)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);

  g_return_val_if_fail (self != NULL, texts);

  for (GList *at = self->messages.head; at != NULL; at = at->next)
    g_ptr_array_add (texts, format_message (self, at->data));
  if (self->n_skipped > 0)
    g_ptr_array_add (texts, g_strdup_printf (ngettext ("%u message came too fast to be kept", "%u messages came too fast to be kept", self->n_skipped),
                                             self->n_skipped));
  return texts;
}
