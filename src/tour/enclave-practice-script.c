/* enclave-practice-script.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The script of `enclave-practice-engine --script FILE`: one JSON object.
 *
 *   listing  what the server looks like: "practice", "ollama", "lmstudio", "lmstudio-v0", "vllm", "llamacpp", "openai",
 *            "none". Default "openai".
 *   models   [{"id", "context", "remote_host", "remote_model"}]: what it lists. Default: one.
 *   routes   {"/path": REPLY or [REPLY]}: fixed replies, before everything else; of several the first whose "when"
 *            fits, each time anew.
 *   replies  [REPLY]: one for each request to a chat route (/v1/chat/completions, /api/chat), in order; the last one
 *            is given again and again.
 *
 * REPLY
 *   status      200
 *   type        media type; default: text/event-stream, on /api/chat application/x-ndjson; null: none
 *   headers     {"Location": "…"}
 *   transfer    "chunked" (default), "length", "close" (no length, the end of the connection ends it)
 *   slice       bytes of a piece; each is a chunk of its own and so one read of the client. Default 0: a piece is an
 *               event
 *   slice_delay_ms  before each such piece
 *   head_delay_ms   before the first byte; with "hang": "head" nothing ever comes
 *   hang        "head": no byte at all; "body": the head comes, and what is said, and then nothing more
 *   when        {"contains": "text"}: passed over unless the request's body has that text; the first reply that fits
 *               and was not given yet is taken
 *   body        the whole body as text; body_file: from a file (relative to the script); body_base64
 *   json        the whole body as a JSON value, sent as application/json unless "type" says otherwise
 *   raw         all that is sent, head included, as text
 *   events      [EVENT], when there is no body
 *   finish      finish_reason: "stop" (default; "tool_calls" with calls), "length", …; null: none is sent
 *   end         "done" (default), "no-done" (no [DONE]), "cut" (neither finish nor [DONE], the connection is closed
 *               within the reply), "reset" (the same, with a TCP reset)
 *   pace_ms     before each piece of text
 *
 * EVENT, one of
 *   {"text": "…"} {"reasoning": "…"}      one piece; with "words": true word by word
 *   {"call": {"name", "arguments": object or text, "id", "pieces": bytes}}   pieces 0: whole; no id: none is sent
 *   {"usage": {"prompt": n, "completion": n}}     sent at the end
 *   {"progress": {"total": n, "cache": n, "processed": n}}
 *   {"error": text or object}  {"json": object}   framed as an event of the route
 *   {"raw": "…"} {"base64": "…"}          bytes as they are
 *   {"delay_ms": n}
 *   {"flood": {"text": "…" or "json": object or "raw": "…", "count": n, "per_second": n}}   count 0: without end;
 *                                                                               per_second 0: as fast as it is read
 */

#include "config.h"

#include "enclave-practice-script.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-practice-listing.h"
#include "enclave-practice-stream.h"

struct _EnclavePracticeScript
{
  char *folder;
  char *shape;
  JsonArray *models;
  JsonObject *routes;
  JsonArray *replies;
  GHashTable *given; /* indexes + 1 of the replies that were given */
};

EnclavePracticeScript *
enclave_practice_script_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (JsonObject) root = NULL;
  g_autoptr (EnclavePracticeScript) self = NULL;
  const char *shape;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  root = enclave_json_parse_object (text, (gssize) length, error);
  if (root == NULL)
    {
      g_prefix_error (error, "Reading the script %s: ", path);
      return NULL;
    }
  shape = enclave_json_peek_string (root, "listing");
  if (shape == NULL)
    shape = "openai";
  if (!enclave_practice_listing_is_shape (shape))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "Reading the script %s: \"listing\" is no shape: %s",
                   path, shape);
      return NULL;
    }
  self = g_new0 (EnclavePracticeScript, 1);
  self->folder = g_path_get_dirname (path);
  self->shape = g_strdup (shape);
  self->given = g_hash_table_new (NULL, NULL);
  if (enclave_json_peek_array (root, "models") != NULL)
    self->models = json_array_ref (enclave_json_peek_array (root, "models"));
  if (enclave_json_peek_object (root, "routes") != NULL)
    self->routes = json_object_ref (enclave_json_peek_object (root, "routes"));
  if (enclave_json_peek_array (root, "replies") != NULL)
    self->replies = json_array_ref (enclave_json_peek_array (root, "replies"));
  return g_steal_pointer (&self);
}

void
enclave_practice_script_free (EnclavePracticeScript *self)
{
  g_free (self->folder);
  g_free (self->shape);
  g_clear_pointer (&self->models, json_array_unref);
  g_clear_pointer (&self->routes, json_object_unref);
  g_clear_pointer (&self->replies, json_array_unref);
  g_hash_table_unref (self->given);
  g_free (self);
}

static GBytes *
text_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static GBytes *
base64_bytes (const char *text)
{
  gsize length;
  guchar *data = g_base64_decode (text, &length);

  return g_bytes_new_take (data, length);
}

static guint
get_uint (JsonObject *object, const char *member, guint fallback)
{
  return (guint) CLAMP (enclave_json_get_int (object, member, fallback), 0, G_MAXINT);
}

static void
add_call (EnclavePracticeStream *stream, JsonObject *call)
{
  JsonObject *object = enclave_json_peek_object (call, "arguments");
  const char *text = enclave_json_peek_string (call, "arguments");
  const char *name = enclave_json_peek_string (call, "name");
  g_autofree char *built
    = object != NULL ? enclave_json_object_to_text (object) : g_strdup (text != NULL ? text : "{}");

  enclave_practice_stream_add_call (stream, enclave_json_peek_string (call, "id"), name != NULL ? name : "unnamed",
                                    built, get_uint (call, "pieces", 0));
}

static void
add_flood (EnclavePracticeReply *reply, EnclavePracticeStream *stream, JsonObject *flood)
{
  const char *text = enclave_json_peek_string (flood, "text");
  const char *raw = enclave_json_peek_string (flood, "raw");
  JsonObject *json = enclave_json_peek_object (flood, "json");
  EnclavePracticeStep *step;
  GBytes *bytes;

  if (raw != NULL)
    bytes = text_bytes (raw);
  else if (json != NULL)
    bytes = enclave_practice_stream_frame_object (stream, json);
  else
    bytes = enclave_practice_stream_frame_text (stream, text != NULL ? text : "x ");
  step = enclave_practice_reply_add (reply, 0, bytes);
  step->count = (guint64) MAX (0, enclave_json_get_int (flood, "count", 0));
  step->per_second = get_uint (flood, "per_second", 0);
}

static void
add_event (EnclavePracticeReply *reply, EnclavePracticeStream *stream, JsonObject *event)
{
  gboolean words = enclave_json_get_boolean (event, "words", FALSE);
  const char *text;
  JsonObject *object;

  if ((text = enclave_json_peek_string (event, "text")) != NULL)
    (words ? enclave_practice_stream_say : enclave_practice_stream_add_text) (stream, text);
  else if ((text = enclave_json_peek_string (event, "reasoning")) != NULL)
    (words ? enclave_practice_stream_think : enclave_practice_stream_add_reasoning) (stream, text);
  else if ((object = enclave_json_peek_object (event, "call")) != NULL)
    add_call (stream, object);
  else if ((object = enclave_json_peek_object (event, "usage")) != NULL)
    enclave_practice_stream_add_usage (stream, get_uint (object, "prompt", 0), get_uint (object, "completion", 0));
  else if ((object = enclave_json_peek_object (event, "progress")) != NULL)
    {
      g_autoptr (JsonObject) root = json_object_new ();

      json_object_set_array_member (root, "choices", json_array_new ());
      json_object_set_object_member (root, "prompt_progress", json_object_ref (object));
      enclave_practice_stream_add_object (stream, root);
    }
  else if (json_object_has_member (event, "error"))
    {
      g_autoptr (JsonObject) root = json_object_new ();

      json_object_set_member (root, "error", json_node_copy (json_object_get_member (event, "error")));
      enclave_practice_stream_add_object (stream, root);
    }
  else if ((object = enclave_json_peek_object (event, "json")) != NULL)
    enclave_practice_stream_add_object (stream, object);
  else if ((text = enclave_json_peek_string (event, "raw")) != NULL)
    enclave_practice_reply_add_text (reply, 0, text);
  else if ((text = enclave_json_peek_string (event, "base64")) != NULL)
    enclave_practice_reply_add (reply, 0, base64_bytes (text));
  else if ((object = enclave_json_peek_object (event, "flood")) != NULL)
    add_flood (reply, stream, object);
  else
    enclave_practice_reply_add (reply, get_uint (event, "delay_ms", 0), NULL);
}

static void
add_events (EnclavePracticeReply *reply, JsonObject *row, const char *path)
{
  g_autoptr (EnclavePracticeStream) stream
    = enclave_practice_stream_new (reply, path, "test-model", get_uint (row, "pace_ms", 0));
  JsonArray *events = enclave_json_peek_array (row, "events");
  const char *end = enclave_json_peek_string (row, "end");
  const char *finish = enclave_json_peek_string (row, "finish");
  gboolean has_calls = FALSE;

  for (guint i = 0; events != NULL && i < json_array_get_length (events); i++)
    {
      JsonObject *event = enclave_json_array_peek_object (events, i);

      if (event == NULL)
        continue;
      has_calls |= json_object_has_member (event, "call");
      add_event (reply, stream, event);
    }
  if (g_strcmp0 (end, "cut") == 0 || g_strcmp0 (end, "reset") == 0)
    return;
  if (finish == NULL && !json_object_has_member (row, "finish"))
    finish = has_calls ? "tool_calls" : "stop";
  enclave_practice_stream_set_delay (stream, 0);
  enclave_practice_stream_finish (stream, finish, g_strcmp0 (end, "no-done") != 0);
}

/* The body when the row gives it whole. (transfer full) (nullable) */
static GBytes *
whole_body (EnclavePracticeScript *self, JsonObject *row)
{
  const char *text = enclave_json_peek_string (row, "body");
  const char *file = enclave_json_peek_string (row, "body_file");
  const char *base64 = enclave_json_peek_string (row, "body_base64");
  const char *raw = enclave_json_peek_string (row, "raw");

  if (file != NULL)
    {
      g_autofree char *path = g_path_is_absolute (file) ? g_strdup (file) : g_build_filename (self->folder, file, NULL);
      g_autoptr (GError) error = NULL;
      char *contents;
      gsize length;

      if (g_file_get_contents (path, &contents, &length, &error))
        return g_bytes_new_take (contents, length);
      g_printerr ("%s\n", error->message);
      return g_bytes_new (NULL, 0);
    }
  if (base64 != NULL)
    return base64_bytes (base64);
  if (raw != NULL || text != NULL)
    return text_bytes (raw != NULL ? raw : text);
  if (json_object_has_member (row, "json"))
    {
      g_autofree char *json = enclave_json_to_text (json_object_get_member (row, "json"), FALSE);

      return text_bytes (json);
    }
  return NULL;
}

/* Pieces that are to come one after the other. */
static void
spread (EnclavePracticeReply *reply, guint delay_ms)
{
  g_autoptr (GPtrArray) steps = enclave_practice_reply_steal_steps (reply);

  for (guint i = 0; i < steps->len; i++)
    {
      EnclavePracticeStep *step = g_ptr_array_index (steps, i);
      gsize size = step->bytes != NULL ? g_bytes_get_size (step->bytes) : 0;

      for (gsize at = 0; at < size; at += reply->slice_bytes)
        enclave_practice_reply_add (reply, delay_ms + (at == 0 ? step->delay_ms : 0),
                                    g_bytes_new_from_bytes (step->bytes, at, MIN (reply->slice_bytes, size - at)));
    }
}

static void
read_manner (EnclavePracticeReply *reply, JsonObject *row)
{
  const char *transfer = enclave_json_peek_string (row, "transfer");
  const char *end = enclave_json_peek_string (row, "end");
  const char *hang = enclave_json_peek_string (row, "hang");
  JsonObject *headers = enclave_json_peek_object (row, "headers");

  if (g_strcmp0 (transfer, "length") == 0)
    reply->transfer = ENCLAVE_PRACTICE_LENGTH;
  else if (g_strcmp0 (transfer, "close") == 0)
    reply->transfer = ENCLAVE_PRACTICE_UNTIL_CLOSE;
  if (hang != NULL)
    reply->end = ENCLAVE_PRACTICE_HANG;
  else if (g_strcmp0 (end, "cut") == 0)
    reply->end = ENCLAVE_PRACTICE_CUT;
  else if (g_strcmp0 (end, "reset") == 0)
    reply->end = ENCLAVE_PRACTICE_RESET;
  if (g_strcmp0 (hang, "head") == 0)
    {
      reply->no_head = TRUE;
      g_ptr_array_set_size (reply->steps, 0);
    }
  reply->no_head |= json_object_has_member (row, "raw");
  reply->head_delay_ms = get_uint (row, "head_delay_ms", 0);
  reply->slice_bytes = get_uint (row, "slice", 0);
  if (headers != NULL)
    {
      JsonObjectIter iter;
      const char *name;
      JsonNode *value;

      json_object_iter_init (&iter, headers);
      while (json_object_iter_next (&iter, &name, &value))
        if (json_node_get_value_type (value) == G_TYPE_STRING)
          enclave_practice_reply_add_header (reply, name, json_node_get_string (value));
    }
  if (reply->slice_bytes > 0 && get_uint (row, "slice_delay_ms", 0) > 0)
    spread (reply, get_uint (row, "slice_delay_ms", 0));
}

static EnclavePracticeReply *
build (EnclavePracticeScript *self, JsonObject *row, const char *path)
{
  const char *type = enclave_json_peek_string (row, "type");
  g_autoptr (GBytes) body = whole_body (self, row);
  EnclavePracticeReply *reply;

  if (type == NULL && !json_object_has_member (row, "type"))
    type = json_object_has_member (row, "json")            ? "application/json"
           : enclave_practice_stream_path_is_native (path) ? "application/x-ndjson"
                                                           : "text/event-stream";
  reply = enclave_practice_reply_new (get_uint (row, "status", 200), type);
  if (body != NULL)
    enclave_practice_reply_add (reply, 0, g_steal_pointer (&body));
  else
    add_events (reply, row, path);
  read_manner (reply, row);
  return reply;
}

static gboolean
fits (JsonObject *row, const EnclavePracticeRequest *request)
{
  JsonObject *when = enclave_json_peek_object (row, "when");
  const char *text = when != NULL ? enclave_json_peek_string (when, "contains") : NULL;

  return text == NULL || strstr (request->body, text) != NULL;
}

static EnclavePracticeReply *
next_reply (EnclavePracticeScript *self, const EnclavePracticeRequest *request)
{
  guint n_rows = self->replies != NULL ? json_array_get_length (self->replies) : 0;
  JsonObject *last = NULL;

  for (guint i = 0; i < n_rows; i++)
    {
      JsonObject *row = enclave_json_array_peek_object (self->replies, i);

      if (row == NULL || !fits (row, request))
        continue;
      last = row;
      if (!g_hash_table_add (self->given, GUINT_TO_POINTER (i + 1)))
        continue;
      break;
    }
  if (last == NULL)
    return enclave_practice_reply_new_error (500, "The script has no reply for this request");
  return build (self, last, request->path);
}

static JsonObject *
find_route (EnclavePracticeScript *self, const EnclavePracticeRequest *request)
{
  JsonArray *rows;

  if (self->routes == NULL)
    return NULL;
  rows = enclave_json_peek_array (self->routes, request->path);
  for (guint i = 0; rows != NULL && i < json_array_get_length (rows); i++)
    {
      JsonObject *row = enclave_json_array_peek_object (rows, i);

      if (row != NULL && fits (row, request))
        return row;
    }
  return enclave_json_peek_object (self->routes, request->path);
}

EnclavePracticeReply *
enclave_practice_script_answer (EnclavePracticeScript *self, const EnclavePracticeRequest *request)
{
  JsonObject *route = find_route (self, request);
  EnclavePracticeReply *reply;

  if (route != NULL)
    return build (self, route, request->path);
  if (strcmp (request->path, "/v1/chat/completions") == 0 || strcmp (request->path, "/api/chat") == 0)
    return next_reply (self, request);
  reply = enclave_practice_listing_answer (self->shape, self->models, request->path);
  return reply != NULL ? reply : enclave_practice_reply_new_error (404, "There is no such route");
}
