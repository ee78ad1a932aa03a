/* test-turn-window.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-json.h"

/* The window over a long session, against an Ollama that counts as the real one does: a prompt above it is an error where the
 * request says so. A lying one takes what it is asked for, keeps its own window and cuts in silence. */

/* Bytes of a request that are a token for this server; ours are fewer. */
#define BYTES_PER_TOKEN 3.7
#define TRAINED_TOKENS 40960

typedef struct
{
  SoupServer *server;
  char *address;
  guint window;          /* of a liar; 0: honest */
  guint loaded;          /* what /api/ps tells */
  guint n_chats;
  guint n_exceeded;      /* requests above the window */
  guint n_unsafe;        /* requests that did not forbid cutting */
  guint n_too_greedy;    /* prompt and reply together above the window */
  gint64 num_ctx;        /* of the last request */
  guint n_num_ctx;       /* how often it was another one */
} Ollama;

static void
chat (Ollama *self, SoupServerMessage *message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (JsonObject) root = enclave_json_parse_object (body->data, body->length, NULL);
  JsonObject *options = enclave_json_peek_object (root, "options");
  gint64 num_ctx = enclave_json_get_int (options, "num_ctx", 0);
  guint tokens = (guint) ((double) body->length / BYTES_PER_TOKEN);
  guint window = self->window > 0 ? self->window : (guint) num_ctx;
  g_autofree char *reply = NULL;

  self->n_chats++;
  self->n_num_ctx += num_ctx != self->num_ctx ? 1 : 0;
  self->num_ctx = num_ctx;
  self->n_unsafe += enclave_json_get_boolean (root, "truncate", TRUE) || enclave_json_get_boolean (root, "shift", TRUE);
  self->n_too_greedy += tokens + enclave_json_get_int (options, "num_predict", G_MAXINT32) > num_ctx ? 1 : 0;
  if (tokens > window)
    {
      self->n_exceeded++;
      if (self->window == 0)
        {
          enclave_flow_answer (message, 400, "application/json",
                  "{\"error\":\"the prompt is longer than the context length of the model\"}");
          return;
        }
      tokens = window;
    }
  reply = g_strdup_printf ("{\"message\":{\"role\":\"assistant\",\"content\":\"Yes.\"},\"done\":false}\n"
                           "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\","
                           "\"prompt_eval_count\":%u,\"eval_count\":3}\n",
                           tokens);
  enclave_flow_answer (message, 200, "application/x-ndjson", reply);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Ollama *self = user_data;
  g_autofree char *loaded = g_strdup_printf (
    "{\"models\":[{\"name\":\"m:7b\",\"context_length\":%u}]}", self->loaded);

  if (strcmp (path, "/api/chat") == 0)
    chat (self, message);
  else if (strcmp (path, "/api/version") == 0)
    enclave_flow_answer (message, 200, "application/json", "{\"version\":\"0.31.2\"}");
  else if (strcmp (path, "/api/tags") == 0)
    enclave_flow_answer (message, 200, "application/json", "{\"models\":[{\"name\":\"m:7b\",\"digest\":\"abc\",\"size\":1000000}]}");
  else if (strcmp (path, "/api/ps") == 0)
    enclave_flow_answer (message, 200, "application/json", self->loaded > 0 ? loaded : "{\"models\":[]}");
  else if (strcmp (path, "/api/show") == 0)
    enclave_flow_answer (message, 200, "application/json",
            "{\"capabilities\":[\"completion\",\"tools\"],\"model_info\":{\"general.architecture\":\"a\","
            "\"a.context_length\":" G_STRINGIFY (TRAINED_TOKENS) "}}");
  else
    enclave_flow_answer (message, 404, "application/json", "{\"error\":\"no such route\"}");
}

static Ollama *
ollama_new (EnclaveFlow *flow, guint window)
{
  Ollama *self = g_new0 (Ollama, 1);

  self->window = window;
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  self->address = enclave_flow_listen (self->server, 0);
  enclave_flow_connect (flow, self->address);
  return self;
}

static void
ollama_free (Ollama *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_free (self->address);
  g_free (self);
}

/* About @tokens more. */
static void
say (EnclaveFlow *flow, guint tokens, guint turn)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "Turn %u.", turn);
  while (text->len < tokens * 3)
    g_string_append_printf (text, " word%u", (guint) text->len);
  g_string_truncate (flow->reasons, 0);
  enclave_flow_ask (flow, text->str);
}

static void
test_honest (EnclaveFlow *flow, gconstpointer data)
{
  Ollama *ollama = ollama_new (flow, 0);

  /* The conversation is shortened before it would be too long, so it never ends. */
  for (guint turn = 0; turn < 60; turn++)
    {
      say (flow, 900, turn);
      g_assert_cmpstr (flow->reasons->str, ==, "stop ");
      /* Another client has loaded it with another window meanwhile; the list is looked at again. */
      ollama->loaded = 9000 + turn;
      if (turn % 7 == 3)
        enclave_flow_connect (flow, ollama->address);
    }
  g_test_message ("%u requests, num_ctx %d", ollama->n_chats, (int) ollama->num_ctx);
  g_assert_cmpuint (ollama->n_chats, ==, 60);
  g_assert_cmpuint (ollama->n_exceeded, ==, 0);
  g_assert_cmpuint (ollama->n_unsafe, ==, 0);
  g_assert_cmpuint (ollama->n_too_greedy, ==, 0);
  /* One number for the whole session. */
  g_assert_cmpuint (ollama->n_num_ctx, ==, 1);
  g_assert_cmpint (ollama->num_ctx, >=, 4096);
  ollama_free (ollama);
}

/* @data: tokens of its true window. */
static void
test_lying (EnclaveFlow *flow, gconstpointer data)
{
  Ollama *ollama = ollama_new (flow, GPOINTER_TO_UINT (data));
  g_autofree char *notice = NULL;
  guint turn;

  for (turn = 0; turn < 60 && ollama->n_exceeded == 0; turn++)
    {
      say (flow, 900, turn);
      if (ollama->n_exceeded == 0)
        g_assert_cmpstr (flow->reasons->str, ==, "stop ");
    }
  g_assert_cmpuint (ollama->n_exceeded, ==, 1);
  /* The request in which it began may be too little above to be told apart; the next one is not. */
  if (strcmp (flow->reasons->str, "stop ") == 0)
    say (flow, 900, turn);
  g_assert_cmpuint (ollama->n_exceeded, <=, 2);
  g_assert_cmpstr (flow->reasons->str, ==, "error ");
  g_assert_cmpint (enclave_flow_last_notice (flow), ==, ENCLAVE_NOTICE_WINDOW);
  notice = enclave_flow_last_notice_text (flow);
  g_test_message ("turn %u, %u cut: %s", turn, ollama->n_exceeded, notice);
  ollama_free (ollama);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/turn-window/honest", EnclaveFlow, NULL, enclave_flow_set_up, test_honest, enclave_flow_tear_down);
  g_test_add ("/turn-window/lying/4096", EnclaveFlow, GUINT_TO_POINTER (4096), enclave_flow_set_up, test_lying,
              enclave_flow_tear_down);
  g_test_add ("/turn-window/lying/8192", EnclaveFlow, GUINT_TO_POINTER (8192), enclave_flow_set_up, test_lying,
              enclave_flow_tear_down);
  g_test_add ("/turn-window/lying/2048", EnclaveFlow, GUINT_TO_POINTER (2048), enclave_flow_set_up, test_lying,
              enclave_flow_tear_down);
  return g_test_run ();
}
