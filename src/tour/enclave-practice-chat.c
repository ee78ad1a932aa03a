/* enclave-practice-chat.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-practice-chat.h"

#include <gio/gio.h>
#include <string.h>

#include "enclave-json.h"

#define MAX_MESSAGES 10000
#define MAX_CALLS 1000

static void
call_free (gpointer data)
{
  EnclavePracticeCall *call = data;

  g_free (call->id);
  g_free (call->name);
  g_free (call->subject);
  g_free (call->result);
  g_free (call);
}

void
enclave_practice_chat_free (EnclavePracticeChat *self)
{
  g_free (self->words);
  g_ptr_array_unref (self->calls);
  g_free (self);
}

static void
read_tools (EnclavePracticeChat *self, JsonArray *tools)
{
  for (guint i = 0; tools != NULL && i < MIN (json_array_get_length (tools), MAX_CALLS); i++)
    {
      JsonObject *tool = enclave_json_array_peek_object (tools, i);
      JsonObject *function = tool != NULL ? enclave_json_peek_object (tool, "function") : NULL;
      const char *name = function != NULL ? enclave_json_peek_string (function, "name") : NULL;

      self->can_list |= g_strcmp0 (name, "list_directory") == 0;
      self->can_read |= g_strcmp0 (name, "read_file") == 0;
      self->can_edit |= g_strcmp0 (name, "edit_file") == 0;
      self->can_run |= g_strcmp0 (name, "run_command") == 0;
    }
}

/* The text of a message, also when it comes as an array of parts. (transfer full) */
static char *
message_text (JsonObject *message)
{
  const char *text = enclave_json_peek_string (message, "content");
  JsonArray *parts = enclave_json_peek_array (message, "content");
  GString *joined;

  if (text != NULL)
    return g_strdup (text);
  joined = g_string_new (NULL);
  for (guint i = 0; parts != NULL && i < MIN (json_array_get_length (parts), MAX_CALLS); i++)
    {
      JsonObject *part = enclave_json_array_peek_object (parts, i);
      const char *piece = part != NULL ? enclave_json_peek_string (part, "text") : NULL;

      if (piece != NULL)
        g_string_append (joined, piece);
    }
  return g_string_free (joined, FALSE);
}

/* A new message of the user begins anew: what was called before belongs to an earlier turn. */
static void
begin_turn (EnclavePracticeChat *self, const char *text)
{
  const char *end = strstr (text, "\n\n");
  g_autofree char *first = end != NULL ? g_strndup (text, (gsize) (end - text)) : g_strdup (text);

  g_free (self->words);
  self->words = g_utf8_strdown (first, -1);
  self->is_plan = strstr (text, "\n(Mode: plan") != NULL;
  g_ptr_array_set_size (self->calls, 0);
}

static JsonObject *
call_arguments (JsonObject *function)
{
  JsonObject *object = enclave_json_peek_object (function, "arguments");
  const char *text = enclave_json_peek_string (function, "arguments");

  if (object != NULL)
    return json_object_ref (object);
  return text != NULL ? enclave_json_parse_object (text, -1, NULL) : NULL;
}

static void
add_calls (EnclavePracticeChat *self, JsonArray *calls)
{
  for (guint i = 0; calls != NULL && i < json_array_get_length (calls) && self->calls->len < MAX_CALLS; i++)
    {
      JsonObject *entry = enclave_json_array_peek_object (calls, i);
      JsonObject *function = entry != NULL ? enclave_json_peek_object (entry, "function") : NULL;
      g_autoptr (JsonObject) arguments = NULL;
      const char *subject = NULL;
      EnclavePracticeCall *call;

      if (function == NULL)
        continue;
      arguments = call_arguments (function);
      if (arguments != NULL && (subject = enclave_json_peek_string (arguments, "path")) == NULL)
        subject = enclave_json_peek_string (arguments, "command");
      call = g_new0 (EnclavePracticeCall, 1);
      call->id = g_strdup (enclave_json_peek_string (entry, "id"));
      call->name = g_strdup (enclave_json_peek_string (function, "name"));
      call->subject = g_strdup (subject != NULL ? subject : "");
      g_ptr_array_add (self->calls, call);
    }
}

/* By id where there is one, else the first that waits. */
static void
take_result (EnclavePracticeChat *self, JsonObject *message)
{
  const char *id = enclave_json_peek_string (message, "tool_call_id");

  for (guint i = 0; i < self->calls->len; i++)
    {
      EnclavePracticeCall *call = g_ptr_array_index (self->calls, i);

      if (call->result != NULL || (id != NULL && g_strcmp0 (call->id, id) != 0))
        continue;
      call->result = message_text (message);
      return;
    }
}

EnclavePracticeChat *
enclave_practice_chat_read (JsonObject *request, GError **error)
{
  JsonArray *messages = enclave_json_peek_array (request, "messages");
  g_autoptr (EnclavePracticeChat) self = g_new0 (EnclavePracticeChat, 1);
  guint n_messages = messages != NULL ? json_array_get_length (messages) : 0;

  self->calls = g_ptr_array_new_with_free_func (call_free);
  if (n_messages == 0 || n_messages > MAX_MESSAGES)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "\"messages\" has to be an array of 1 to %d messages",
                   MAX_MESSAGES);
      return NULL;
    }
  read_tools (self, enclave_json_peek_array (request, "tools"));
  for (guint i = 0; i < n_messages; i++)
    {
      JsonObject *message = enclave_json_array_peek_object (messages, i);
      const char *role = message != NULL ? enclave_json_peek_string (message, "role") : NULL;

      if (role == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "messages[%u] has no \"role\"", i);
          return NULL;
        }
      if (strcmp (role, "user") == 0)
        {
          g_autofree char *text = message_text (message);

          begin_turn (self, text);
        }
      else if (strcmp (role, "assistant") == 0)
        add_calls (self, enclave_json_peek_array (message, "tool_calls"));
      else if (strcmp (role, "tool") == 0)
        take_result (self, message);
    }
  if (self->words == NULL)
    self->words = g_strdup ("");
  return g_steal_pointer (&self);
}

EnclavePracticeCall *
enclave_practice_chat_find (EnclavePracticeChat *self, const char *name, const char *subject, guint nth)
{
  for (guint i = 0; i < self->calls->len; i++)
    {
      EnclavePracticeCall *call = g_ptr_array_index (self->calls, i);

      if (g_strcmp0 (call->name, name) == 0 && (subject == NULL || strcmp (call->subject, subject) == 0) && nth-- == 0)
        return call;
    }
  return NULL;
}

gboolean
enclave_practice_chat_mentions (EnclavePracticeChat *self, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (self->words, words[i]) != NULL)
      return TRUE;
  return FALSE;
}
