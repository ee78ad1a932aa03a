/* enclave-practice-stream.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-practice-stream.h"

#include <string.h>

#include "enclave-json.h"

struct _EnclavePracticeStream
{
  EnclavePracticeReply *reply;
  gboolean native;
  char *model;
  guint delay_ms;
  guint n_calls;
  guint n_pieces;
  guint prompt_tokens;
  guint completion_tokens;
  gboolean has_usage;
};

gboolean
enclave_practice_stream_path_is_native (const char *path)
{
  return strcmp (path, "/api/chat") == 0;
}

EnclavePracticeStream *
enclave_practice_stream_new (EnclavePracticeReply *reply, const char *path, const char *model, guint delay_ms)
{
  EnclavePracticeStream *self = g_new0 (EnclavePracticeStream, 1);

  self->reply = reply;
  self->native = enclave_practice_stream_path_is_native (path);
  self->model = g_strdup (model);
  self->delay_ms = delay_ms;
  return self;
}

void
enclave_practice_stream_free (EnclavePracticeStream *self)
{
  g_free (self->model);
  g_free (self);
}

void
enclave_practice_stream_set_delay (EnclavePracticeStream *self, guint delay_ms)
{
  self->delay_ms = delay_ms;
}

GBytes *
enclave_practice_stream_frame_object (EnclavePracticeStream *self, JsonObject *object)
{
  g_autofree char *json = enclave_json_object_to_text (object);
  char *text = self->native ? g_strconcat (json, "\n", NULL) : g_strconcat ("data: ", json, "\n\n", NULL);

  return g_bytes_new_take (text, strlen (text));
}

void
enclave_practice_stream_add_object (EnclavePracticeStream *self, JsonObject *object)
{
  enclave_practice_reply_add (self->reply, self->delay_ms, enclave_practice_stream_frame_object (self, object));
  self->n_pieces++;
}

/* An event around @message, which is taken over. @reason: (nullable). */
static JsonObject *
wrap (EnclavePracticeStream *self, JsonObject *message, const char *reason)
{
  JsonObject *root = json_object_new ();
  JsonObject *choice;
  JsonArray *choices;

  json_object_set_string_member (root, "model", self->model);
  if (self->native)
    {
      json_object_set_string_member (message, "role", "assistant");
      if (!json_object_has_member (message, "content"))
        json_object_set_string_member (message, "content", "");
      json_object_set_object_member (root, "message", message);
      json_object_set_boolean_member (root, "done", FALSE);
      return root;
    }
  json_object_set_string_member (root, "object", "chat.completion.chunk");
  choice = json_object_new ();
  json_object_set_int_member (choice, "index", 0);
  json_object_set_object_member (choice, "delta", message);
  if (reason != NULL)
    json_object_set_string_member (choice, "finish_reason", reason);
  else
    json_object_set_null_member (choice, "finish_reason");
  choices = json_array_new ();
  json_array_add_object_element (choices, choice);
  json_object_set_array_member (root, "choices", choices);
  return root;
}

static JsonObject *
wrap_text (EnclavePracticeStream *self, const char *member, const char *text)
{
  JsonObject *message = json_object_new ();

  json_object_set_string_member (message, member, text);
  return wrap (self, message, NULL);
}

GBytes *
enclave_practice_stream_frame_text (EnclavePracticeStream *self, const char *text)
{
  g_autoptr (JsonObject) root = wrap_text (self, "content", text);

  return enclave_practice_stream_frame_object (self, root);
}

void
enclave_practice_stream_add_text (EnclavePracticeStream *self, const char *text)
{
  g_autoptr (JsonObject) root = wrap_text (self, "content", text);

  enclave_practice_stream_add_object (self, root);
}

void
enclave_practice_stream_add_reasoning (EnclavePracticeStream *self, const char *text)
{
  g_autoptr (JsonObject) root = wrap_text (self, self->native ? "thinking" : "reasoning_content", text);

  enclave_practice_stream_add_object (self, root);
}

static void
add_words (EnclavePracticeStream *self, const char *text,
           void (*add) (EnclavePracticeStream *self, const char *text))
{
  while (*text != '\0')
    {
      gsize length = strspn (text, " \n");
      g_autofree char *piece = NULL;

      length += strcspn (text + length, " \n");
      piece = g_strndup (text, length);
      add (self, piece);
      text += length;
    }
}

void
enclave_practice_stream_say (EnclavePracticeStream *self, const char *text)
{
  add_words (self, text, enclave_practice_stream_add_text);
}

void
enclave_practice_stream_think (EnclavePracticeStream *self, const char *text)
{
  add_words (self, text, enclave_practice_stream_add_reasoning);
}

static void
add_call_piece (EnclavePracticeStream *self, const char *id, const char *name, const char *arguments)
{
  JsonObject *message = json_object_new ();
  JsonObject *call = json_object_new ();
  JsonObject *function = json_object_new ();
  JsonArray *calls = json_array_new ();
  g_autoptr (JsonNode) parsed = NULL;
  g_autoptr (JsonObject) root = NULL;

  if (self->native)
    parsed = enclave_json_parse (arguments, -1, NULL);
  else
    json_object_set_int_member (call, "index", self->n_calls);
  if (id != NULL)
    json_object_set_string_member (call, "id", id);
  if (name != NULL)
    {
      json_object_set_string_member (call, "type", "function");
      json_object_set_string_member (function, "name", name);
    }
  if (parsed != NULL)
    json_object_set_member (function, "arguments", g_steal_pointer (&parsed));
  else
    json_object_set_string_member (function, "arguments", arguments);
  json_object_set_object_member (call, "function", function);
  json_array_add_object_element (calls, call);
  json_object_set_array_member (message, "tool_calls", calls);
  root = wrap (self, message, NULL);
  enclave_practice_stream_add_object (self, root);
}

void
enclave_practice_stream_add_call (EnclavePracticeStream *self, const char *id, const char *name, const char *arguments,
                                  guint piece_bytes)
{
  if (self->native || piece_bytes == 0)
    {
      add_call_piece (self, id, name, arguments);
      self->n_calls++;
      return;
    }
  add_call_piece (self, id, name, "");
  for (const char *at = arguments; *at != '\0';)
    {
      gsize length = MIN (piece_bytes, strlen (at));
      g_autofree char *piece = NULL;

      /* A piece is JSON text and can't end within a character. */
      while (((guchar) at[length] & 0xc0) == 0x80)
        length++;
      piece = g_strndup (at, length);
      add_call_piece (self, NULL, NULL, piece);
      at += length;
    }
  self->n_calls++;
}

void
enclave_practice_stream_add_usage (EnclavePracticeStream *self, guint prompt_tokens, guint completion_tokens)
{
  self->prompt_tokens = prompt_tokens;
  self->completion_tokens = completion_tokens;
  self->has_usage = TRUE;
}

guint
enclave_practice_stream_get_n_pieces (EnclavePracticeStream *self)
{
  return self->n_pieces;
}

static void
finish_native (EnclavePracticeStream *self, const char *reason)
{
  g_autoptr (JsonObject) root = wrap_text (self, "content", "");

  json_object_set_boolean_member (root, "done", TRUE);
  json_object_set_string_member (root, "done_reason", reason);
  if (self->has_usage)
    {
      json_object_set_int_member (root, "prompt_eval_count", self->prompt_tokens);
      json_object_set_int_member (root, "eval_count", self->completion_tokens);
      json_object_set_int_member (root, "eval_duration", (gint64) self->completion_tokens * 25 * 1000 * 1000);
    }
  enclave_practice_stream_add_object (self, root);
}

void
enclave_practice_stream_finish (EnclavePracticeStream *self, const char *reason, gboolean with_done)
{
  if (self->native)
    {
      if (reason != NULL)
        finish_native (self, strcmp (reason, "tool_calls") == 0 ? "stop" : reason);
      return;
    }
  if (reason != NULL)
    {
      g_autoptr (JsonObject) root = wrap (self, json_object_new (), reason);

      enclave_practice_stream_add_object (self, root);
    }
  if (self->has_usage)
    {
      g_autoptr (JsonObject) root = json_object_new ();
      JsonObject *usage = json_object_new ();

      json_object_set_array_member (root, "choices", json_array_new ());
      json_object_set_string_member (root, "model", self->model);
      json_object_set_int_member (usage, "prompt_tokens", self->prompt_tokens);
      json_object_set_int_member (usage, "completion_tokens", self->completion_tokens);
      json_object_set_int_member (usage, "total_tokens", self->prompt_tokens + self->completion_tokens);
      json_object_set_object_member (root, "usage", usage);
      enclave_practice_stream_add_object (self, root);
    }
  if (with_done)
    enclave_practice_reply_add_text (self->reply, 0, "data: [DONE]\n\n");
}
