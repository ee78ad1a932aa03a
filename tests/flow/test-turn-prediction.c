/* test-turn-prediction.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <math.h>
#include <net/if.h>
#include <string.h>

#include "enclave-flow-fixture.h"
#include "enclave-json.h"
#include "enclave-test-trust.h"

/* What the meter says before a message is sent, beside what the server counts of the request that is then made of it. */

#define COUNTED_PART 0.03
#define RECKONED_PART 0.10

/* A tokenizer as good as any other that is not ours: words in pieces of five letters, digits and marks one by one. */
static guint
count_text (const char *text)
{
  guint tokens = 0;
  guint run = 0;

  for (const char *c = text; *c != '\0'; c++)
    {
      run = g_ascii_isalpha (*c) ? run + 1 : 0;
      if (g_ascii_isalpha (*c) ? run % 5 == 1 : !g_ascii_isspace (*c) && ((guchar) *c & 0xc0) != 0x80)
        tokens++;
    }

  return tokens;
}

static void
add_node (JsonNode *node, GString *text)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      g_autoptr (GList) members = json_object_get_members (json_node_get_object (node));

      for (GList *member = members; member != NULL; member = member->next)
        add_node (json_object_get_member (json_node_get_object (node), member->data), text);
    }
  else if (JSON_NODE_HOLDS_ARRAY (node))
    {
      for (guint i = 0; i < json_array_get_length (json_node_get_array (node)); i++)
        add_node (json_array_get_element (json_node_get_array (node), i), text);
    }
  else if (json_node_get_value_type (node) == G_TYPE_STRING)
    {
      g_string_append_printf (text, "%s\n", json_node_get_string (node));
    }
}

/* Of the prompt that @body asks for. */
static guint
count_body (const char *body)
{
  g_autoptr (JsonObject) object = enclave_json_parse_object (body, -1, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_nonnull (object);
  add_node (json_object_get_member (object, "messages"), text);
  if (json_object_has_member (object, "tools"))
    add_node (json_object_get_member (object, "tools"), text);

  return count_text (text->str);
}

typedef struct
{
  SoupServer *server;
  char *address;
  gboolean can_tokenize;
  GPtrArray *counted;  /* (element-type utf8) bodies */
  GPtrArray *answered; /* the same of chat requests */
  GPtrArray *replies;  /* (element-type utf8), the last one first */
} Engine;

static char *
dup_body (SoupServerMessage *message)
{
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  return g_strndup (body->data, (gsize) body->length);
}

static void
on_models (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  const Engine *engine = user_data;
  g_autofree char *body = g_strdup_printf ("{\"object\":\"list\",\"data\":[{\"id\":\"test-model\",\"object\":\"model\","
                                           "\"max_model_len\":32768,\"owned_by\":\"%s\"}]}",
                                           engine->can_tokenize ? "vllm" : "test");

  enclave_flow_answer (message, 200, "application/json", body);
}

static void
on_tokenize (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Engine *engine = user_data;
  char *body = dup_body (message);
  g_autofree char *answer = g_strdup_printf ("{\"count\":%u}", count_body (body));

  g_ptr_array_add (engine->counted, body);
  enclave_flow_answer (message, 200, "application/json", answer);
}

static void
on_chat (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Engine *engine = user_data;
  char *body = dup_body (message);
  const char *delta = engine->replies->len > 0 ? g_ptr_array_index (engine->replies, engine->replies->len - 1)
                                               : "{\"content\":\"Yes, it does.\"}";
  g_autofree char *answer =
    g_strdup_printf ("data: {\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":null}]}\n\n"
                     "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                     "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":%u,\"completion_tokens\":6}}\n\ndata: [DONE]\n\n",
                     delta, count_body (body));

  g_ptr_array_add (engine->answered, body);
  enclave_flow_answer (message, 200, "text/event-stream", answer);
  if (engine->replies->len > 0)
    g_ptr_array_remove_index (engine->replies, engine->replies->len - 1);
}

static Engine *
engine_new (gboolean can_tokenize)
{
  Engine *engine = g_new0 (Engine, 1);

  engine->can_tokenize = can_tokenize;
  engine->counted = g_ptr_array_new_with_free_func (g_free);
  engine->answered = g_ptr_array_new_with_free_func (g_free);
  engine->replies = g_ptr_array_new_with_free_func (g_free);
  engine->server = soup_server_new ("server-header", "engine", NULL);
  soup_server_add_handler (engine->server, "/v1/models", on_models, engine, NULL);
  soup_server_add_handler (engine->server, "/v1/chat/completions", on_chat, engine, NULL);
  if (can_tokenize)
    soup_server_add_handler (engine->server, "/tokenize", on_tokenize, engine, NULL);

  return engine;
}

static void
engine_free (Engine *engine)
{
  soup_server_disconnect (engine->server);
  g_object_unref (engine->server);
  g_free (engine->address);
  g_ptr_array_unref (engine->counted);
  g_ptr_array_unref (engine->answered);
  g_ptr_array_unref (engine->replies);
  g_free (engine);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Engine, engine_free)

static Engine *
connect_engine (EnclaveFlow *flow, gboolean can_tokenize)
{
  Engine *engine = engine_new (can_tokenize);

  engine->address = enclave_flow_listen (engine->server, 0);
  enclave_flow_connect (flow, engine->address);

  return engine;
}

static gboolean
was_told (const GPtrArray *bodies, const char *text)
{
  for (guint i = 0; i < bodies->len; i++)
    if (strstr (g_ptr_array_index (bodies, i), text) != NULL)
      return TRUE;

  return FALSE;
}

/* A file whose definition is behind many lines, a repository with changes, a memory file that is trusted. */
static void
fill_project (EnclaveFlow *flow)
{
  const char *const init[] = { "git", "init", "-q", NULL };
  const char *const add[] = { "git", "add", "src", NULL };
  const char *const commit[] = { "git", "-c", "user.name=a", "-c", "user.email=a@b.invalid", "commit", "-qm", "start", NULL };
  g_autoptr (GString) code = g_string_new ("/* A queue that keeps what was put in last. */\n");

  for (guint i = 0; i < 60; i++)
    g_string_append_printf (code, "int\nqueue_step_%u (struct queue *queue, int value)\n{\n  return queue->sum + value * %u;\n}\n\n", i, i);
  enclave_test_project_write (flow->project, "src/queue.c", code->str);
  g_string_append (code, "int\nqueue_count (struct queue *queue)\n{\n  return queue->length;\n}\n");
  enclave_test_project_write (flow->project, "src/count.c", code->str);
  enclave_test_project_write (flow->project, "ENCLAVE.md", "Build with meson. Each function has one purpose and a test.\n");
  enclave_test_trust (flow->gate);
  enclave_flow_run (flow, init);
  enclave_flow_run (flow, add);
  enclave_flow_run (flow, commit);
  g_string_append (code, "int\nqueue_new_words (void)\n{\n  return 4716;\n}\n");
  enclave_test_project_write (flow->project, "src/queue.c", code->str);
}

/* Says what is predicted of @words, sends them and compares. */
static void
assert_predicted (EnclaveFlow *flow, Engine *engine, const char *words, gboolean has_selection)
{
  g_autoptr (GPtrArray) attachments = g_ptr_array_new_with_free_func ((GDestroyNotify) enclave_draft_attachment_free);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (EnclaveContextReport) report = NULL;
  g_autoptr (GError) error = NULL;
  double part = engine->can_tokenize ? COUNTED_PART : RECKONED_PART;
  guint n_before = engine->answered->len;
  guint counted;

  if (has_selection)
    {
      /* With a value that is masked: it is counted as it is sent. */
      static const char *const texts[] = { "int selected; /* " ENCLAVE_FLOW_CANARY " */\n", "$ make\nring.c:12: warning: unused\n" };

      g_ptr_array_add (attachments, enclave_draft_attachment_new (texts[0], "src/ring.c", "Selection of src/ring.c"));
      g_ptr_array_add (attachments, enclave_draft_attachment_new (texts[1], NULL, "Terminal"));
      g_ptr_array_add (items, enclave_gate_admit_text (flow->gate, texts[0], "src/ring.c", "Selection of src/ring.c", &error));
      g_ptr_array_add (items, enclave_gate_admit_text (flow->gate, texts[1], NULL, "Terminal", &error));
      g_assert_no_error (error);
    }
  report = enclave_flow_count (flow, words, attachments);
  g_assert_nonnull (report);
  g_assert_cmpint (report->counted, ==, engine->can_tokenize);
  g_assert_true (enclave_agent_service_submit (flow->service, words, items, &error));
  enclave_flow_wait_idle (flow);
  g_assert_cmpuint (engine->answered->len, >, n_before);
  counted = count_body (g_ptr_array_index (engine->answered, n_before));
  g_test_message ("%s: predicted %u, counted %u: %+.2f %%", words, report->total, counted,
                  100.0 * ((double) report->total - counted) / counted);
  g_assert_cmpfloat (fabs ((double) report->total - counted), <=, part * counted);
}

#define MENTIONS "Compare @src/queue.c with @src/count.c#queue_count and @src, then see @diff, @selection and @terminal"

/* The first message of a conversation, with front and map; then one that has another behind it. */
static void
test_predicted (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (Engine) engine = NULL;

  if (!enclave_flow_can_confine (flow))
    return;
  fill_project (flow);
  engine = connect_engine (flow, GPOINTER_TO_INT (data));
  enclave_agent_service_set_use_map (flow->service, TRUE);
  /* What nobody has counted yet is reckoned less well; the server's first count teaches. */
  if (!engine->can_tokenize)
    {
      enclave_flow_ask (flow, "Begin");
      enclave_agent_service_new_conversation (flow->service);
    }
  assert_predicted (flow, engine, MENTIONS, TRUE);
  g_assert_true (was_told (engine->answered, "4716"));
  g_assert_true (was_told (engine->answered, "Build with meson"));
  g_assert_true (was_told (engine->answered, "Map of the project"));
  g_assert_true (was_told (engine->answered, "unused"));
  assert_predicted (flow, engine, "And @src/count.c#queue_step_12? @src/absent.c", FALSE);
  assert_predicted (flow, engine, "Fine", FALSE);
  g_assert_false (was_told (engine->counted, ENCLAVE_FLOW_CANARY));
  g_assert_cmpuint (engine->counted->len, ==, engine->can_tokenize ? 3 : 0);
}

/* What may not be attached is not counted, and nothing is asked for it. */
static void
test_denied (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (Engine) engine = connect_engine (flow, TRUE);
  g_autoptr (EnclaveContextReport) report = NULL;

  enclave_test_project_symlink (flow->project, ".env", "notes.txt");
  report = enclave_flow_count (flow, "See @.env, @notes.txt, @.ssh/id_ed25519#a and @src/ring.c", NULL);
  g_assert_true (report->counted);
  g_assert_true (was_told (engine->counted, "int b;"));
  g_assert_false (was_told (engine->counted, ENCLAVE_FLOW_CANARY));
  g_assert_cmpstr (flow->reasons->str, ==, "");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (enclave_agent_service_get_conversation (flow->service))), ==, 0);
}

/* What was counted has reached no model: it does not know the file, and may not replace it. */
static void
test_not_known (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (Engine) engine = connect_engine (flow, TRUE);
  g_autoptr (EnclaveContextReport) report = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (text, "int number_%u;\n", i);
  enclave_test_project_write (flow->project, "src/ring.c", text->str);
  report = enclave_flow_count (flow, "See @src/ring.c", NULL);
  g_assert_true (was_told (engine->counted, "number_499"));
  g_ptr_array_add (engine->replies,
                   g_strdup ("{\"tool_calls\":[{\"index\":0,\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"write_file\","
                             "\"arguments\":\"{\\\"path\\\":\\\"src/ring.c\\\",\\\"content\\\":\\\"int z;\\\\n\\\"}\"}}]}"));
  enclave_flow_ask (flow, "Write it anew");
  g_assert_cmpint (enclave_tool_call_get_state (enclave_flow_last_call (flow, 0)), ==, ENCLAVE_TOOL_CALL_FAILED);
  g_assert_true (was_told (engine->answered, "Read it first"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (enclave_agent_service_get_change_set (flow->service))), ==, 0);
}

/* The file of a moment ago is not the file of now. */
static void
test_changed (EnclaveFlow *flow, gconstpointer data)
{
  g_autoptr (Engine) engine = connect_engine (flow, TRUE);
  g_autoptr (EnclaveContextReport) before = enclave_flow_count (flow, "See @src/ring.c", NULL);
  g_autoptr (EnclaveContextReport) after = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (text, "int number_%u;\n", i);
  enclave_test_project_write (flow->project, "src/ring.c", text->str);
  enclave_test_spin (2100);
  after = enclave_flow_count (flow, "See @src/ring.c", NULL);
  g_assert_cmpuint (after->total, >, before->total + 1000);
}

/* An address of this machine that is not its loopback. (transfer full) (nullable) */
static char *
find_address (void)
{
  struct ifaddrs *all = NULL;
  char text[INET_ADDRSTRLEN];
  char *found = NULL;

  if (getifaddrs (&all) != 0)
    return NULL;
  for (struct ifaddrs *one = all; one != NULL && found == NULL; one = one->ifa_next)
    if (one->ifa_addr != NULL && one->ifa_addr->sa_family == AF_INET && (one->ifa_flags & IFF_LOOPBACK) == 0
        && (one->ifa_flags & IFF_UP) != 0
        && inet_ntop (AF_INET, &((struct sockaddr_in *) (void *) one->ifa_addr)->sin_addr, text, sizeof text) != NULL)
      found = g_strdup (text);
  freeifaddrs (all);

  return found;
}

/* Another machine is told nothing before Send. */
static void
test_other_machine (EnclaveFlow *flow, gconstpointer data)
{
  g_autofree char *host = find_address ();
  g_autoptr (GInetAddress) inet = host != NULL ? g_inet_address_new_from_string (host) : NULL;
  g_autoptr (GSocketAddress) address = inet != NULL ? g_inet_socket_address_new (inet, 0) : NULL;
  g_autoptr (Engine) engine = engine_new (TRUE);
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (EnclaveInferenceClient) client = NULL;
  g_autoptr (EnclaveEndpoint) endpoint = NULL;
  g_autoptr (EnclaveContextReport) report = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *network = g_strdup_printf ("%s/32", host);
  const char *const networks[] = { network, NULL };
  g_autofree char *uri = NULL;
  GSList *uris;

  if (address == NULL || !enclave_network_door_set_allowed (door, networks, NULL)
      || !soup_server_listen (engine->server, address, 0, NULL))
    {
      g_test_skip ("this machine has no other address");
      return;
    }
  uris = soup_server_get_uris (engine->server);
  uri = g_strdup_printf ("http://%s:%d", host, g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  endpoint = enclave_endpoint_new (uri, ENCLAVE_ENDPOINT_VLLM, &error);
  g_assert_no_error (error);
  client = enclave_inference_client_new (door, endpoint, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (enclave_endpoint_get_is_local (enclave_inference_client_get_endpoint (client)));
  enclave_agent_service_set_model (flow->service, client, flow->model);
  report = enclave_flow_count (flow, "See @src/ring.c", NULL);
  g_assert_nonnull (report);
  g_assert_false (report->counted);
  g_assert_cmpuint (report->tokens[ENCLAVE_CONTEXT_FILES], >, 10);
  enclave_test_spin (200);
  g_assert_cmpuint (engine->counted->len, ==, 0);
  enclave_agent_service_set_model (flow->service, flow->client, flow->model);
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

#define ADD(path, data, test) g_test_add ("/turn-prediction/" path, EnclaveFlow, data, enclave_flow_set_up, test, enclave_flow_tear_down)
  ADD ("counted", GINT_TO_POINTER (TRUE), test_predicted);
  ADD ("reckoned", GINT_TO_POINTER (FALSE), test_predicted);
  ADD ("denied", NULL, test_denied);
  ADD ("not-known", NULL, test_not_known);
  ADD ("changed", NULL, test_changed);
  ADD ("other-machine", NULL, test_other_machine);

  return g_test_run ();
}
