/* enclave-practice-engine.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The practice engine of the tour: a server on a private unix socket that speaks like a model server and has no model.
 *
 *   enclave-practice-engine SOCKET [--pace TOKENS_PER_SECOND]
 *   enclave-practice-engine (SOCKET | --port N) --script FILE [--log FILE]
 *
 * With --port 0 the port that was taken is the first line of the output; with a socket that line is `ready`. --pace 0
 * waits nowhere. The log has one JSON object a line: {"request": number, "method", "path", "authorization", "body"}
 * when a request is in and {"ended": number, "how": "sent", "cut" or "disconnected", "bytes"} when its reply is over, each
 * with "at_us". */

#include "config.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "enclave-json.h"
#include "enclave-practice-chat.h"
#include "enclave-practice-listing.h"
#include "enclave-practice-part.h"
#include "enclave-practice-script.h"
#include "enclave-practice-server.h"

#define DEFAULT_PACE 40
#define MODEL "practice"
/* A breath before the first word. */
#define FIRST_DELAY_MS 250
#define BYTES_PER_TOKEN 4

typedef struct
{
  EnclavePracticeScript *script;
  int pace;
  int log_fd;
} Engine;

static void
write_log (Engine *engine, JsonObject *entry)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;

  json_object_set_int_member (entry, "at_us", g_get_monotonic_time ());
  text = enclave_json_object_to_text (entry);
  line = g_strconcat (text, "\n", NULL);
  if (write (engine->log_fd, line, strlen (line)) < 0)
    g_printerr ("The log can't be written\n");
}

static void
log_request (Engine *engine, const EnclavePracticeRequest *request)
{
  g_autoptr (JsonObject) entry = NULL;
  g_autofree char *body = NULL;

  if (engine->log_fd < 0)
    return;
  entry = json_object_new ();
  body = g_utf8_make_valid (request->body, -1);
  json_object_set_int_member (entry, "request", request->number);
  json_object_set_string_member (entry, "method", request->method);
  json_object_set_string_member (entry, "path", request->path);
  json_object_set_string_member (entry, "authorization", request->authorization);
  json_object_set_string_member (entry, "body", body);
  write_log (engine, entry);
}

static void
on_ended (guint number, const char *how, guint64 bytes, gpointer user_data)
{
  Engine *engine = user_data;
  g_autoptr (JsonObject) entry = NULL;

  if (engine->log_fd < 0)
    return;
  entry = json_object_new ();
  json_object_set_int_member (entry, "ended", number);
  json_object_set_string_member (entry, "how", how);
  json_object_set_int_member (entry, "bytes", (gint64) bytes);
  write_log (engine, entry);
}

static EnclavePracticeReply *
answer_chat (Engine *engine, const EnclavePracticeRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) root = enclave_json_parse_object (request->body, (gssize) request->body_length, &error);
  g_autoptr (EnclavePracticeChat) chat = root != NULL ? enclave_practice_chat_read (root, &error) : NULL;
  g_autoptr (EnclavePracticeStream) stream = NULL;
  EnclavePracticeReply *reply;
  const char *reason;
  guint delay_ms = engine->pace > 0 ? (guint) (1000 / engine->pace) : 0;

  if (chat == NULL)
    return enclave_practice_reply_new_error (400, error->message);
  if (!enclave_json_get_boolean (root, "stream", FALSE))
    return enclave_practice_reply_new_error (400, "This engine only streams; ask with \"stream\": true");
  reply = enclave_practice_reply_new (200, "text/event-stream");
  if (delay_ms > 0)
    enclave_practice_reply_add (reply, FIRST_DELAY_MS, NULL);
  stream = enclave_practice_stream_new (reply, request->path, MODEL, delay_ms);
  reason = enclave_practice_part_speak (chat, stream);
  enclave_practice_stream_set_delay (stream, 0);
  enclave_practice_stream_add_usage (stream, (guint) (request->body_length / BYTES_PER_TOKEN),
                                     enclave_practice_stream_get_n_pieces (stream));
  enclave_practice_stream_finish (stream, reason, TRUE);
  return reply;
}

static EnclavePracticeReply *
on_request (const EnclavePracticeRequest *request, gpointer user_data)
{
  Engine *engine = user_data;
  EnclavePracticeReply *reply;

  log_request (engine, request);
  if (engine->script != NULL)
    return enclave_practice_script_answer (engine->script, request);
  if (strcmp (request->path, "/v1/chat/completions") == 0)
    {
      if (strcmp (request->method, "POST") != 0)
        return enclave_practice_reply_new_error (405, "A chat is asked for with POST");
      return answer_chat (engine, request);
    }
  reply = enclave_practice_listing_answer ("practice", NULL, request->path);
  return reply != NULL ? reply : enclave_practice_reply_new_error (404, "There is no such route");
}

static gboolean
on_signal (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

static gboolean
listen_somewhere (EnclavePracticeServer *server, char **paths, int port, GError **error)
{
  if (port >= 0)
    {
      guint16 taken = enclave_practice_server_listen_loopback (server, (guint16) port, error);

      if (taken == 0)
        return FALSE;
      printf ("%u\n", taken);
    }
  else
    {
      if (!enclave_practice_server_listen_unix (server, paths[0], error))
        return FALSE;
      printf ("ready\n");
    }
  fflush (stdout);
  return TRUE;
}

static int
serve (Engine *engine, char **paths, int port)
{
  g_autoptr (EnclavePracticeServer) server = enclave_practice_server_new (on_request, on_ended, engine);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  if (!listen_somewhere (server, paths, port, &error))
    {
      g_printerr ("enclave-practice-engine: listening: %s\n", error->message);
      return EXIT_FAILURE;
    }
  g_unix_signal_add (SIGTERM, on_signal, loop);
  g_unix_signal_add (SIGINT, on_signal, loop);
  g_main_loop_run (loop);
  if (port < 0)
    unlink (paths[0]);
  return EXIT_SUCCESS;
}

int
main (int argc, char **argv)
{
  g_autofree char *script_path = NULL;
  g_autofree char *log_path = NULL;
  g_auto (GStrv) paths = NULL;
  Engine engine = { .pace = DEFAULT_PACE, .log_fd = -1 };
  int port = -1;
  const GOptionEntry entries[] = {
    { "script", 0, 0, G_OPTION_ARG_FILENAME, &script_path, "Answer by a script", "FILE" },
    { "log", 0, 0, G_OPTION_ARG_FILENAME, &log_path, "Write down what is asked", "FILE" },
    { "port", 0, 0, G_OPTION_ARG_INT, &port, "Listen on 127.0.0.1 (0: any port)", "N" },
    { "pace", 0, 0, G_OPTION_ARG_INT, &engine.pace, "Speak at this pace (0: at once)", "TOKENS_PER_SECOND" },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &paths, NULL, "SOCKET" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  int status;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("enclave-practice-engine: %s\n", error->message);
      return 2;
    }
  if (port > G_MAXUINT16 || (port < 0 && (paths == NULL || g_strv_length (paths) != 1)) || (port >= 0 && paths != NULL))
    {
      g_printerr ("enclave-practice-engine: give the path of a socket or --port\n");
      return 2;
    }
  if (script_path != NULL && (engine.script = enclave_practice_script_load (script_path, &error)) == NULL)
    {
      g_printerr ("enclave-practice-engine: %s\n", error->message);
      return 2;
    }
  if (log_path != NULL)
    engine.log_fd = open (log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  status = serve (&engine, paths, port);
  g_clear_pointer (&engine.script, enclave_practice_script_free);
  return status;
}
