/* test-compaction.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "enclave-compaction.h"
#include "enclave-context-budget.h"
#include "enclave-conversation-private.h"
#include "enclave-flow-fixture.h"
#include "enclave-json.h"

/* A task of many turns on a server with a small window, which counts and refuses as a real one does. */

#define WINDOW 8192
/* Bytes of a request that are a token for this server. */
#define BYTES_PER_TOKEN 3.6

typedef struct
{
  SoupServer *server;
  char *address;
  GPtrArray *script;    /* (element-type utf8): choices of replies, in order */
  guint n_chats;
  guint n_exceeded;     /* prompt and reply together above the window */
  guint n_broken;       /* requests that no template takes */
  guint n_not_a_prefix; /* requests that don't go on where the one before ended */
  guint most_tokens;
  GPtrArray *before;    /* (element-type utf8): messages of the last request */
  char *last;           /* (nullable): body of the last request */
} Server;

/* Roles take turns after the system's, and each result follows its call. */
static gboolean
is_well_formed (JsonArray *messages)
{
  g_autoptr (GHashTable) open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *last = "";

  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = enclave_json_array_peek_object (messages, i);
      const char *role = enclave_json_peek_string (message, "role");
      JsonArray *calls = enclave_json_peek_array (message, "tool_calls");

      if (strcmp (role, "tool") == 0)
        {
          if (!g_hash_table_remove (open, enclave_json_peek_string (message, "tool_call_id")))
            return FALSE;
        }
      else if ((strcmp (role, last) == 0 && strcmp (role, "tool") != 0) || g_hash_table_size (open) > 0
               || (strcmp (role, "system") == 0 && i > 0))
        {
          return FALSE;
        }
      for (guint j = 0; calls != NULL && j < json_array_get_length (calls); j++)
        {
          JsonObject *call = enclave_json_array_peek_object (calls, j);
          JsonObject *function = enclave_json_peek_object (call, "function");
          g_autoptr (JsonObject) arguments =
            enclave_json_parse_object (enclave_json_peek_string (function, "arguments"), -1, NULL);

          if (arguments == NULL)
            return FALSE;
          g_hash_table_add (open, g_strdup (enclave_json_peek_string (call, "id")));
        }
      last = role;
    }

  return g_hash_table_size (open) == 0;
}

static void
look_at_prefix (Server *self, JsonArray *messages)
{
  g_autoptr (GPtrArray) now = g_ptr_array_new_with_free_func (g_free);
  gboolean same = TRUE;

  for (guint i = 0; i < json_array_get_length (messages); i++)
    g_ptr_array_add (now, enclave_json_to_text (json_array_get_element (messages, i), FALSE));
  for (guint i = 0; i < self->before->len && same; i++)
    same = i < now->len && strcmp (g_ptr_array_index (now, i), g_ptr_array_index (self->before, i)) == 0;
  self->n_not_a_prefix += same ? 0 : 1;
  g_clear_pointer (&self->before, g_ptr_array_unref);
  self->before = g_steal_pointer (&now);
}

static void
on_chat (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Server *self = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autoptr (JsonObject) root = NULL;
  guint tokens = (guint) ((double) g_bytes_get_size (bytes) / BYTES_PER_TOKEN);
  g_autofree char *reply = NULL;
  const char *choice;

  g_free (self->last);
  self->last = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  root = enclave_json_parse_object (self->last, -1, NULL);
  self->most_tokens = MAX (self->most_tokens, tokens);
  self->n_broken += is_well_formed (enclave_json_peek_array (root, "messages")) ? 0 : 1;
  look_at_prefix (self, enclave_json_peek_array (root, "messages"));
  if (tokens + enclave_json_get_int (root, "max_tokens", 0) > WINDOW)
    {
      self->n_exceeded++;
      enclave_flow_answer (message, 400, "application/json",
              "{\"error\":{\"message\":\"This model's maximum context length is 8192 tokens.\",\"type\":\"BadRequestError\"}}");
      return;
    }
  choice = g_ptr_array_index (self->script, self->n_chats++ % self->script->len);
  reply = g_strdup_printf ("data: {\"choices\":[{\"index\":0,\"delta\":%s}]}\n\n"
                           "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":%u,\"completion_tokens\":30}}\n\n"
                           "data: [DONE]\n\n",
                           choice, tokens);
  enclave_flow_answer (message, 200, "text/event-stream", reply);
}

static void
on_models (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  enclave_flow_answer (message, 200, "application/json",
          "{\"object\":\"list\",\"data\":[{\"id\":\"small\",\"object\":\"model\",\"max_model_len\":" G_STRINGIFY (WINDOW) "}]}");
}

static Server *
server_new (EnclaveFlow *flow)
{
  Server *self = g_new0 (Server, 1);

  self->script = g_ptr_array_new_with_free_func (g_free);
  self->before = g_ptr_array_new_with_free_func (g_free);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, "/v1/models", on_models, self, NULL);
  soup_server_add_handler (self->server, "/v1/chat/completions", on_chat, self, NULL);
  self->address = enclave_flow_listen (self->server, 0);
  enclave_flow_connect (flow, self->address);

  return self;
}

static void
server_free (Server *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_ptr_array_unref (self->script);
  g_ptr_array_unref (self->before);
  g_free (self->address);
  g_free (self->last);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Server, server_free)

static void
add_call (Server *self, const char *id, const char *name, const char *arguments)
{
  g_autofree char *quoted = g_strescape (arguments, NULL);

  g_ptr_array_add (self->script,
                   g_strdup_printf ("{\"role\":\"assistant\",\"tool_calls\":[{\"index\":0,\"id\":\"%s\",\"type\":\"function\","
                                    "\"function\":{\"name\":\"%s\",\"arguments\":\"%s\"}}]},\"finish_reason\":\"tool_calls\"",
                                    id, name, quoted));
}

static void
add_text (Server *self, const char *text)
{
  g_autofree char *quoted = g_strescape (text, NULL);

  g_ptr_array_add (self->script,
                   g_strdup_printf ("{\"role\":\"assistant\",\"content\":\"%s\"},\"finish_reason\":\"stop\"", quoted));
}

static void
write_code (EnclaveFlow *flow, const char *path, guint bytes)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; text->len < bytes; i++)
    g_string_append_printf (text, "static int value_%u = %u; /* \"%s\" */\n", i, i, path);
  enclave_test_project_write (flow->project, path, text->str);
}

static guint
count_notices (EnclaveFlow *flow, gboolean *all_have_detail)
{
  GListModel *messages = G_LIST_MODEL (enclave_agent_service_get_conversation (flow->service));
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (GListModel) message = g_list_model_get_item (messages, i);

      for (guint j = 0; j < g_list_model_get_n_items (message); j++)
        {
          g_autoptr (EnclaveMessageBlock) block = g_list_model_get_item (message, j);

          if (enclave_message_block_get_notice (block) != ENCLAVE_NOTICE_COMPACTED)
            continue;
          n++;
          *all_have_detail &= *enclave_message_block_get_detail (block) != '\0';
        }
    }

  return n;
}

/* Sixty turns of reading, editing and testing: no request is above the window, none is one that a template refuses, and the server
 * can go on from what it has read in all but a few. */
static void
test_sixty_turns (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (Server) server = server_new (flow);
  gboolean all_have_detail = TRUE;
  guint n_notices;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *path = g_strdup_printf ("src/part%u.c", i);
      g_autofree char *read = g_strdup_printf ("{\"path\":\"%s\"}", path);
      g_autofree char *write = NULL;
      g_autofree char *body = g_strnfill (900, 'z');
      g_autofree char *plan = NULL;
      g_autofree char *id = g_strdup_printf ("read%u", i);

      /* Up to as much as a tool may give: nearly a window. */
      write_code (flow, path, i == 3 ? 30000 : 1500 + 1000 * i);
      add_call (server, id, "read_file", read);
      write = g_strdup_printf ("{\"path\":\"src/new%u.c\",\"content\":\"%s\"}", i, body);
      add_call (server, id, "write_file", write);
      /* The plan stands where a long reply is cut. */
      plan = g_strconcat (body, "\n\n", body, "\n\n- [x] read it all\n- [ ] mend the parser\n- [ ] run the tests\n", NULL);
      add_text (server, i == 2 ? plan : "That part is done.");
    }
  for (guint turn = 0; turn < 60; turn++)
    {
      g_autofree char *words = turn == 0 ? g_strdup ("Port the ring buffer to unsigned indices, PURPOSE-OF-IT-ALL.")
                                         : g_strdup_printf ("Step %u: look at the next part and go on with it.", turn);

      enclave_flow_ask (flow, words);
      if (enclave_agent_service_get_state (flow->service) != ENCLAVE_TURN_DONE)
        g_error ("turn %u: %s", turn, enclave_agent_service_get_error (flow->service));
      g_assert_nonnull (strstr (server->last, "PURPOSE-OF-IT-ALL"));
      g_assert_nonnull (strstr (server->last, words));
      if (turn > 3)
        g_assert_nonnull (strstr (server->last, "mend the parser"));
    }
  n_notices = count_notices (flow, &all_have_detail);
  g_test_message ("%u requests, %u compactions, at most %u tokens of %u", server->n_chats, n_notices, server->most_tokens, WINDOW);
  g_assert_cmpuint (server->n_exceeded, ==, 0);
  g_assert_cmpuint (server->n_broken, ==, 0);
  g_assert_cmpuint (server->n_chats, ==, 180);
  g_assert_cmpuint (n_notices, >, 0);
  g_assert_cmpuint (n_notices, <, server->n_chats / 4);
  g_assert_true (all_have_detail);
  g_assert_cmpuint (server->n_not_a_prefix, <=, n_notices);
  /* All that was said is still there to be seen. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (enclave_agent_service_get_conversation (flow->service))), ==, 120);
}

/* One turn alone can be longer than the window. */
static void
test_one_long_turn (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (Server) server = server_new (flow);
  gboolean all_have_detail = TRUE;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *path = g_strdup_printf ("src/part%u.c", i);
      g_autofree char *read = g_strdup_printf ("{\"path\":\"%s\"}", path);
      g_autofree char *id = g_strdup_printf ("read%u", i);

      write_code (flow, path, 2500 + i % 3 * 1500);
      add_call (server, id, "read_file", read);
    }
  add_text (server, "All read.");
  enclave_flow_ask (flow, "Read it all, PURPOSE-OF-IT-ALL.");
  g_assert_cmpstr (enclave_agent_service_get_error (flow->service), ==, "");
  g_assert_cmpint (enclave_agent_service_get_state (flow->service), ==, ENCLAVE_TURN_DONE);
  g_assert_cmpuint (server->n_chats, ==, 21);
  g_assert_cmpuint (server->n_exceeded + server->n_broken, ==, 0);
  g_assert_nonnull (strstr (server->last, "PURPOSE-OF-IT-ALL"));
  g_assert_nonnull (strstr (server->last, "Call read_file again"));
  g_assert_cmpuint (count_notices (flow, &all_have_detail), <, 12);
  g_test_message ("%u requests, %u not a prefix, at most %u tokens of %u", server->n_chats, server->n_not_a_prefix,
                  server->most_tokens, WINDOW);
}

/* How long the reply may be depends on what was counted in this run; what is said does not. */
static char *
dup_messages (Server *server)
{
  g_autoptr (JsonObject) root = enclave_json_parse_object (server->last, -1, NULL);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  json_node_set_array (node, enclave_json_peek_array (root, "messages"));

  return enclave_json_to_text (node, FALSE);
}

static void
on_record (GPtrArray *lines, const char *line)
{
  g_ptr_array_add (lines, g_strdup (line));
}

/* After a restart the model gets the same, and no compaction is done again for it. */
static void
test_restored (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (Server) server = server_new (flow);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (EnclaveConversation) restored = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  gboolean all_have_detail = TRUE;
  guint n_before = 0;
  guint n_notices;

  g_signal_connect_swapped (enclave_agent_service_get_conversation (flow->service), "record", G_CALLBACK (on_record), lines);
  write_code (flow, "src/part.c", 6000);
  add_call (server, "read", "read_file", "{\"path\":\"src/part.c\"}");
  add_text (server, "Done.");
  /* Right after it there is room: how much is reckoned and how much is counted makes no difference. */
  for (guint turn = 0; turn < 12 && (turn < 4 || count_notices (flow, &all_have_detail) == n_before); turn++)
    {
      n_before = count_notices (flow, &all_have_detail);
      enclave_flow_ask (flow, "Look again");
    }
  g_signal_handlers_disconnect_by_data (enclave_agent_service_get_conversation (flow->service), lines);
  n_notices = count_notices (flow, &all_have_detail);
  g_assert_cmpuint (n_notices, >, 0);
  restored = enclave_flow_restore (flow, lines, &error);
  g_assert_no_error (error);

  g_ptr_array_set_size (server->script, 0);
  add_text (server, "Yes.");
  enclave_flow_ask (flow, "And now?");
  before = dup_messages (server);
  enclave_agent_service_set_conversation (flow->service, restored);
  enclave_flow_ask (flow, "And now?");
  after = dup_messages (server);
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (count_notices (flow, &all_have_detail), ==, n_notices);
  g_assert_true (all_have_detail);

  /* What was left out comes back where there is room for it. */
  {
    g_autoptr (EnclaveMessage) second = g_list_model_get_item (G_LIST_MODEL (restored), 2);
    g_autoptr (EnclaveConversation) branch = enclave_conversation_new_branch (restored, second);

    enclave_agent_service_set_conversation (flow->service, branch);
    enclave_flow_ask (flow, "Otherwise");
    g_assert_nonnull (strstr (server->last, "value_99"));
    g_assert_null (strstr (server->last, "left out to save room"));
  }
}

static void
test_by_hand (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (Server) server = server_new (flow);
  g_autoptr (GError) error = NULL;
  gboolean all_have_detail = TRUE;

  g_assert_false (enclave_agent_service_compact (flow->service, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  write_code (flow, "src/part.c", 3000);
  add_call (server, "read", "read_file", "{\"path\":\"src/part.c\"}");
  add_text (server, "Done.");
  enclave_flow_ask (flow, "First");
  enclave_flow_ask (flow, "Second");
  enclave_flow_ask (flow, "Third");
  g_assert_true (enclave_agent_service_compact (flow->service, &error));
  g_assert_cmpuint (count_notices (flow, &all_have_detail), ==, 1);
  enclave_flow_ask (flow, "Fourth");
  g_assert_nonnull (strstr (server->last, "began with this message:\\nFirst"));
  g_assert_nonnull (strstr (server->last, "Third"));
  g_assert_cmpuint (server->n_broken, ==, 0);
}

static void
test_budget (void)
{
  guint wanted;
  guint needed;

  g_assert_false (enclave_context_budget_is_tight (100000, 0, &wanted, &needed));
  g_assert_false (enclave_context_budget_is_tight (6000, 8192, &wanted, &needed));
  g_assert_true (enclave_context_budget_is_tight (6200, 8192, &wanted, &needed));
  g_assert_cmpuint (needed, ==, 6200 + 32 + 2000 - 8192);
  g_assert_cmpuint (wanted, ==, 6200 - 4096);
  g_assert_true (enclave_context_budget_is_tight (20000, 8192, &wanted, &needed));
  g_assert_cmpuint (needed, <=, wanted);
  g_assert_false (enclave_context_budget_is_tight (120000, 131072, &wanted, &needed));
}

/* Whatever is in it, what is needed is saved as long as something is left, and nothing is ever lost. */
static void
test_any_history (void)
{
  GRand *random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (EnclaveHistory) history = enclave_history_new ();
      guint n = (guint) g_rand_int_range (random, 0, 40);
      gsize needed = (gsize) g_rand_int_range (random, 0, 40000);
      g_autoptr (EnclaveCompaction) compaction = NULL;
      g_autoptr (EnclaveCompaction) again = NULL;
      guint n_entries;

      for (guint i = 0; i < n; i++)
        {
          g_autofree char *text = g_strnfill ((gsize) g_rand_int_range (random, 0, 5000), 'a' + (char) (i % 26));

          switch (g_rand_int_range (random, 0, 3))
            {
            case 0:
              enclave_history_add_assistant (history, text);
              enclave_history_add_call (history, "id", "read_file", "not JSON");
              break;
            case 1:
              enclave_history_add_assistant (history, text);
              break;
            default:
              enclave_history_add_call (history, "id", "read_file", "{\"path\":\"a\"}");
              break;
            }
        }
      n_entries = enclave_history_get_length (history);
      compaction = enclave_history_compact (history, needed * 2, needed);
      again = enclave_history_compact (history, needed * 2, needed);
      g_assert_cmpuint (enclave_history_get_length (history), ==, n_entries);
      if (compaction != NULL)
        g_assert_cmpuint (strlen (compaction->left_out), >, 0);
      enclave_history_truncate (history, n / 2);
      g_assert_cmpuint (enclave_history_get_length (history), <=, n / 2);
    }
  g_rand_free (random);
}

int
main (int argc, char *argv[])
{
  static const struct
  {
    const char *path;
    void (*function) (EnclaveFlow *flow, gconstpointer data);
  } tests[] = {
    { "/compaction/sixty-turns", test_sixty_turns },
    { "/compaction/one-long-turn", test_one_long_turn },
    { "/compaction/restored", test_restored },
    { "/compaction/by-hand", test_by_hand },
  };

  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/compaction/budget", test_budget);
  g_test_add_func ("/compaction/any-history", test_any_history);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, EnclaveFlow, NULL, enclave_flow_set_up, tests[i].function, enclave_flow_tear_down);

  return g_test_run ();
}
