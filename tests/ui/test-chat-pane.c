/* test-chat-pane.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <adwaita.h>
#include <json-glib/json-glib.h>
#include <libsoup/soup.h>
#include <string.h>

#include "enclave-chat-composer.h"
#include "enclave-chat-list.h"
#include "enclave-chat-pane.h"
#include "enclave-chat-plan-row.h"
#include "enclave-conversation-private.h"
#include "enclave-message-block-private.h"
#include "enclave-message-private.h"
#include "enclave-model-info-private.h"
#include "enclave-test-project.h"
#include "enclave-test-widgets.h"

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveAgentService *service;
  SoupServer *server;
  const char *reply; /* what the server says as SSE */
  char *told;        /* (nullable): the last request */
  GtkWidget *window;
  EnclaveChatPane *pane;
  EnclaveChatComposer *composer;
  EnclaveChatList *list;
} PaneFixture;

static void
set_up (PaneFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, "a.c", "one\n");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->service = enclave_agent_service_new (fixture->gate);

  fixture->window = gtk_window_new ();
  fixture->pane = ENCLAVE_CHAT_PANE (enclave_chat_pane_new ());
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->pane));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 400, 600);
  enclave_chat_pane_set_service (fixture->pane, fixture->service, "sample");
  fixture->composer = ENCLAVE_CHAT_COMPOSER (enclave_test_find_type (GTK_WIDGET (fixture->pane), ENCLAVE_TYPE_CHAT_COMPOSER));
  fixture->list = ENCLAVE_CHAT_LIST (enclave_test_find_type (GTK_WIDGET (fixture->pane), ENCLAVE_TYPE_CHAT_LIST));
  gtk_window_present (GTK_WINDOW (fixture->window));
  enclave_test_spin (100);
}

static void
tear_down (PaneFixture *fixture, gconstpointer data)
{
  enclave_agent_service_stop (fixture->service);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  enclave_test_spin (50);
  if (fixture->server != NULL)
    soup_server_disconnect (fixture->server);
  g_clear_object (&fixture->server);
  g_clear_object (&fixture->service);
  g_clear_object (&fixture->gate);
  g_clear_pointer (&fixture->told, g_free);
  enclave_test_project_free (fixture->project);
}

static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  PaneFixture *fixture = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);

  g_free (fixture->told);
  fixture->told = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "text/event-stream", SOUP_MEMORY_COPY, fixture->reply,
                                    strlen (fixture->reply));
}

/* A server that says @reply to everything, and its model. */
static void
add_model (PaneFixture *fixture, const char *reply)
{
  g_autoptr (EnclaveNetworkDoor) door = enclave_network_door_new ();
  g_autoptr (JsonNode) node = json_from_string ("{\"data\":[{\"id\":\"tester\"}]}", NULL);
  g_autoptr (EnclaveEndpoint) endpoint = NULL;
  g_autoptr (EnclaveInferenceClient) client = NULL;
  g_autoptr (EnclaveModelInfo) model = NULL;
  g_autoptr (GListStore) models = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = NULL;
  GSList *uris;

  fixture->reply = reply;
  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, answer_cb, fixture, NULL);
  g_assert_true (soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (fixture->server);
  address = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  endpoint = enclave_endpoint_new (address, ENCLAVE_ENDPOINT_OPENAI, &error);
  g_assert_no_error (error);
  client = enclave_inference_client_new (door, endpoint, NULL, &error);
  g_assert_no_error (error);
  models = enclave_model_info_list_from_v1 (endpoint, json_node_get_object (node), 8192);
  model = g_list_model_get_item (G_LIST_MODEL (models), 0);
  g_assert_nonnull (model);
  enclave_agent_service_set_model (fixture->service, client, model);
}

static void
wait_until_idle (PaneFixture *fixture)
{
  for (guint i = 0; i < 3000 && enclave_agent_service_get_busy (fixture->service); i++)
    enclave_test_spin (10);
  g_assert_false (enclave_agent_service_get_busy (fixture->service));
  enclave_test_spin (200);
}

static gboolean
was_told (PaneFixture *fixture, const char *part)
{
  return fixture->told != NULL && strstr (fixture->told, part) != NULL;
}

static EnclaveMessage *
begin_reply (PaneFixture *fixture)
{
  EnclaveConversation *conversation = enclave_agent_service_get_conversation (fixture->service);
  g_autoptr (EnclaveContextItem) words = enclave_gate_admit_text (fixture->gate, "Say much", NULL, "message", NULL);

  enclave_conversation_add_user (conversation, "turn", words);

  return enclave_conversation_add_assistant (conversation, "turn");
}

static void
test_text_is_kept (PaneFixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *later = NULL;

  /* No model: nothing is lost, and the reason is said. */
  enclave_chat_composer_set_text (fixture->composer, "Fix it");
  enclave_chat_composer_send (fixture->composer);
  text = enclave_chat_composer_dup_text (fixture->composer);
  g_assert_cmpstr (text, ==, "Fix it");
  g_assert_cmpstr (enclave_chat_composer_get_error (fixture->composer), !=, "");

  /* A file that is denied by its name. */
  add_model (fixture, "data: [DONE]\n\n");
  enclave_chat_composer_set_text (fixture->composer, "Look at @.env");
  enclave_chat_composer_send (fixture->composer);
  later = enclave_chat_composer_dup_text (fixture->composer);
  g_assert_cmpstr (later, ==, "Look at @.env");
  g_assert_nonnull (strstr (enclave_chat_composer_get_error (fixture->composer), "builtin:dotenv"));
  enclave_chat_composer_set_text (fixture->composer, "other");
  g_assert_cmpstr (enclave_chat_composer_get_error (fixture->composer), ==, "");
}

/* A secret in the text is said, masked by Enter, and sent by one click. */
static void
test_secret (PaneFixture *fixture, gconstpointer data)
{
  const char *text = "Why is ghp_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T refused?";
  GtkWidget *row;
  GtkWidget *button;

  add_model (fixture, "data: {\"choices\":[{\"delta\":{\"content\":\"So.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
  enclave_chat_composer_set_text (fixture->composer, text);
  enclave_test_spin (500);
  row = enclave_test_find_label_with (GTK_WIDGET (fixture->composer), "1 secret masked: github-token");
  g_assert_nonnull (row);
  g_assert_true (gtk_widget_get_mapped (row));
  enclave_chat_composer_send (fixture->composer);
  wait_until_idle (fixture);
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Why is [secret masked: github-token] refused?"));
  g_assert_null (enclave_test_find_label_with (GTK_WIDGET (fixture->list), text));
  g_assert_false (gtk_widget_get_mapped (row));

  enclave_chat_composer_set_text (fixture->composer, text);
  enclave_test_spin (500);
  button = gtk_widget_get_ancestor (enclave_test_find_label_with (GTK_WIDGET (fixture->composer), "Send as it is"), GTK_TYPE_BUTTON);
  g_assert_true (gtk_widget_get_mapped (button));
  g_signal_emit_by_name (button, "clicked");
  wait_until_idle (fixture);
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), text));

  enclave_chat_composer_set_text (fixture->composer, "nothing special");
  enclave_test_spin (500);
  g_assert_false (gtk_widget_get_mapped (row));
}

#define TOKEN "gh" "p_w7Kd02mQzR4tYb91LxVnC83sPeHj56GaUf0T"

/* What is attached passes the gate like what is typed: said, masked, sent as it is by one click; a denied file not at all. */
static void
test_attachment (PaneFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GtkWidget *button;

  enclave_test_project_write (fixture->project, ".env", "KEY=1\n");
  g_assert_false (enclave_chat_pane_attach (fixture->pane, "KEY=1", ".env", ".env lines 1–1", &error));
  g_assert_error (error, ENCLAVE_GATE_ERROR, ENCLAVE_GATE_ERROR_DENIED);
  g_assert_cmpuint (enclave_chat_composer_get_n_attached (fixture->composer), ==, 0);

  add_model (fixture, "data: {\"choices\":[{\"delta\":{\"content\":\"So.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (enclave_chat_pane_attach (fixture->pane, "token = " TOKEN, "a.c", "a.c lines 1–1", NULL));
      enclave_chat_composer_set_text (fixture->composer, "Why?");
      enclave_test_spin (500);
      g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->composer), "1 secret masked: github-token"));
      button = gtk_widget_get_ancestor (enclave_test_find_label_with (GTK_WIDGET (fixture->composer), "Send as it is"), GTK_TYPE_BUTTON);
      if (i == 0)
        enclave_chat_composer_send (fixture->composer);
      else
        g_signal_emit_by_name (button, "clicked");
      wait_until_idle (fixture);
      g_assert_cmpuint (enclave_chat_composer_get_n_attached (fixture->composer), ==, 0);
      g_assert_cmpint (was_told (fixture, TOKEN), ==, i == 1);
      g_assert_true (was_told (fixture, "[secret masked: github-token]"));
    }
  enclave_test_spin (500);
  g_assert_null (enclave_test_find_label_with (GTK_WIDGET (fixture->composer), "1 secret masked: github-token"));
}

static gboolean
drop (PaneFixture *fixture, const char *path)
{
  g_autofree char *absolute = g_path_is_absolute (path) ? g_strdup (path) : enclave_test_project_path (fixture->project, path);
  g_autoptr (GFile) file = g_file_new_for_path (absolute);
  GSList files = { .data = file };
  g_autoptr (GListModel) controllers = NULL;
  GtkWidget *frame = enclave_test_find_type (GTK_WIDGET (fixture->composer), GTK_TYPE_FRAME);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean taken = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_set_boxed (&value, &files);
  controllers = gtk_widget_observe_controllers (frame);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 1.0, 1.0, &taken);
    }

  return taken;
}

/* A dragged file is its name, never its content, and a denied one is not even that. */
static void
test_drop (PaneFixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  enclave_test_project_write (fixture->project, ".env", "KEY=1\n");
  enclave_test_project_write (fixture->project, "src/two words.c", "x\n");
  enclave_test_project_write (fixture->project, "a\u202Eb.c", "x\n");
  g_assert_true (drop (fixture, "a.c"));
  g_assert_true (drop (fixture, "src/two words.c"));
  g_assert_false (drop (fixture, ".env"));
  g_assert_nonnull (strstr (enclave_chat_composer_get_error (fixture->composer), "Attaching .env: denied by rule builtin:dotenv"));
  g_assert_false (drop (fixture, "/etc/shadow"));
  g_assert_false (drop (fixture, "a\u202Eb.c"));
  text = enclave_chat_composer_dup_text (fixture->composer);
  g_assert_cmpstr (text, ==, "@a.c @\"src/two words.c\" ");
}

/* A turn that went in circles ends with the choice to go on. */
static void
test_go_on (PaneFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveMessageBlock) notice = enclave_message_block_new_notice (ENCLAVE_NOTICE_LOOP, "The same call", "Why.");
  EnclaveMessage *message = begin_reply (fixture);

  add_model (fixture, "data: {\"choices\":[{\"delta\":{\"content\":\"On.\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
  enclave_message_add_block (message, notice);
  enclave_test_spin (200);
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Stop here"));
  g_signal_emit_by_name (gtk_widget_get_ancestor (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Go on"), GTK_TYPE_BUTTON),
                         "clicked");
  enclave_test_spin (200);
  wait_until_idle (fixture);
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "On."));
  g_assert_true (was_told (fixture, "Go on."));
  /* It is history now. */
  g_assert_null (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Stop here"));
}

static void
test_turn (PaneFixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;

  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->pane), "Ask about sample"));
  add_model (fixture, "data: {\"choices\":[{\"delta\":{\"content\":\"It is **done** in \"}}]}\n\n"
                      "data: {\"choices\":[{\"delta\":{\"content\":\"`a.c`.\"},\"finish_reason\":\"stop\"}]}\n\n"
                      "data: [DONE]\n\n");
  enclave_chat_composer_set_text (fixture->composer, "Fix the test");
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "chat.send", NULL);
  text = enclave_chat_composer_dup_text (fixture->composer);
  g_assert_cmpstr (text, ==, "");
  wait_until_idle (fixture);

  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Fix the test"));
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "It is done in a.c."));
  g_assert_null (enclave_test_find_label_with (GTK_WIDGET (fixture->pane), "Ask about sample"));

  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "chat.edit-last", NULL);
  g_free (text);
  text = enclave_chat_composer_dup_text (fixture->composer);
  g_assert_cmpstr (text, ==, "Fix the test");

  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "chat.new-conversation", NULL);
  enclave_test_spin (300);
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->pane), "Ask about sample"));
}

static void
test_cut_off (PaneFixture *fixture, gconstpointer data)
{
  add_model (fixture, "data: {\"choices\":[{\"delta\":{\"content\":\"It is\"}}]}\n\n");
  enclave_chat_composer_set_text (fixture->composer, "Fix the test");
  enclave_chat_composer_send (fixture->composer);
  wait_until_idle (fixture);

  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "It is"));
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "The server closed the connection"));
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Try again"));
}

static void
test_mode (PaneFixture *fixture, gconstpointer data)
{
  GtkDropDown *mode = GTK_DROP_DOWN (enclave_test_find_type (GTK_WIDGET (fixture->composer), GTK_TYPE_DROP_DOWN));

  g_assert_cmpuint (gtk_drop_down_get_selected (mode), ==, ENCLAVE_MODE_EDIT);
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "chat.cycle-mode", NULL);
  g_assert_cmpuint (gtk_drop_down_get_selected (mode), ==, ENCLAVE_MODE_ASK);
  gtk_drop_down_set_selected (mode, ENCLAVE_MODE_PLAN);
  g_assert_cmpint (enclave_agent_service_get_mode (fixture->service), ==, ENCLAVE_MODE_PLAN);
}

/* A protected file is asked for through the whole way: Apply, gate, approver, row. */
static void
test_approval (PaneFixture *fixture, gconstpointer data)
{
  static const char *const path = ".github/workflows/ci.yml";
  EnclaveChangeSet *changes = enclave_agent_service_get_change_set (fixture->service);
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (fixture->gate, "agent", "edit_file",
                                                                ENCLAVE_EFFECT_WRITE);
  g_autoptr (EnclaveProposal) proposal = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *pending = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *subject = NULL;
  g_autofree char *text = NULL;
  GtkWidget *deny;
  gboolean waiting;

  begin_reply (fixture);
  enclave_test_project_write (fixture->project, path, "run: one\n");
  enclave_tool_scope_prepare_write_async (scope, path, NULL, "run: two\n", NULL, enclave_test_result_callback,
                                          &pending);
  result = enclave_test_wait (&pending);
  proposal = enclave_tool_scope_prepare_write_finish (scope, result, &error);
  g_assert_no_error (error);
  enclave_change_set_add (changes, proposal, FALSE);

  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "chat.apply", NULL);
  enclave_test_spin (300);
  g_object_get (fixture->pane, "approval-waiting", &waiting, "approval-subject", &subject, NULL);
  g_assert_true (waiting);
  g_assert_nonnull (strstr (subject, "+run: two"));
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Change a protected file?"));

  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "chat.focus-approval", NULL);
  enclave_test_spin (700);
  deny = gtk_root_get_focus (GTK_ROOT (fixture->window));
  g_assert_true (GTK_IS_BUTTON (deny));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (deny)), ==, "Deny");
  g_signal_emit_by_name (deny, "clicked");
  enclave_test_spin (200);

  g_object_get (fixture->pane, "approval-waiting", &waiting, NULL);
  g_assert_false (waiting);
  g_assert_null (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Change a protected file?"));
  text = enclave_test_project_read (fixture->project, path);
  g_assert_cmpstr (text, ==, "run: one\n");
}

typedef struct
{
  gint64 last;
  gint64 longest;
} Gaps;

static gboolean
beat_cb (gpointer user_data)
{
  Gaps *gaps = user_data;
  gint64 now = g_get_monotonic_time ();

  gaps->longest = MAX (gaps->longest, now - gaps->last);
  gaps->last = now;

  return G_SOURCE_CONTINUE;
}

/* Ten thousand pieces: the window stays alive, and stays at the end. */
static void
test_streaming (PaneFixture *fixture, gconstpointer data)
{
  EnclaveMessage *message = begin_reply (fixture);
  EnclaveBlockKind kinds[] = { ENCLAVE_BLOCK_PARAGRAPH, ENCLAVE_BLOCK_CODE };
  Gaps gaps = { g_get_monotonic_time (), 0 };
  guint beat = g_timeout_add (5, beat_cb, &gaps);
  gint64 begun = g_get_monotonic_time ();

  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autoptr (EnclaveMessageBlock) block = enclave_message_block_new_open (kinds[k], "c", NULL);

      enclave_message_add_block (message, block);
      for (guint i = 0; i < 10000; i++)
        {
          enclave_message_block_append (block, i % 20 == 19 ? "line\n" : "word *and* ");
          if (i % 50 == 0)
            enclave_test_spin (1);
        }
      enclave_message_block_close (block);
      enclave_test_spin (100);
    }
  enclave_test_spin (300);
  g_source_remove (beat);

  g_test_message ("streaming: %" G_GINT64_FORMAT " ms, longest gap %" G_GINT64_FORMAT " ms",
                  (g_get_monotonic_time () - begun) / 1000, gaps.longest / 1000);
  g_assert_cmpint (gaps.longest, <, 2 * G_USEC_PER_SEC);
  g_assert_true (enclave_chat_list_get_pinned (fixture->list));
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Show all"));
}

static guint
count_paragraphs (GtkWidget *widget)
{
  guint n = GTK_IS_LABEL (widget) && g_str_has_prefix (gtk_label_get_text (GTK_LABEL (widget)), "Paragraph ") ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_paragraphs (child);

  return n;
}

/* A conversation that is opened has its last rows at once, and soon all of them. */
static void
test_opening (PaneFixture *fixture, gconstpointer data)
{
  EnclaveMessage *message = begin_reply (fixture);
  GtkWidget *pane = enclave_chat_pane_new ();

  for (guint i = 0; i < 300; i++)
    {
      g_autofree char *text = g_strdup_printf ("Paragraph %u", i);
      g_autoptr (EnclaveMessageBlock) block = enclave_message_block_new (i % 3 == 0 ? ENCLAVE_BLOCK_CODE : ENCLAVE_BLOCK_PARAGRAPH, text);

      enclave_message_add_block (message, block);
    }
  gtk_window_set_child (GTK_WINDOW (fixture->window), pane);
  fixture->pane = ENCLAVE_CHAT_PANE (pane);
  enclave_chat_pane_set_service (fixture->pane, fixture->service, "sample");
  fixture->list = ENCLAVE_CHAT_LIST (enclave_test_find_type (pane, ENCLAVE_TYPE_CHAT_LIST));
  enclave_test_spin (2000);
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Paragraph 299"));
  g_assert_cmpuint (count_paragraphs (GTK_WIDGET (fixture->list)), >=, 150);
  g_assert_true (enclave_chat_list_get_pinned (fixture->list));
}

static void
test_pinning (PaneFixture *fixture, gconstpointer data)
{
  EnclaveMessage *message = begin_reply (fixture);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (
    GTK_SCROLLED_WINDOW (enclave_test_find_type (GTK_WIDGET (fixture->list), GTK_TYPE_SCROLLED_WINDOW)));
  double value;

  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *text = g_strdup_printf ("Paragraph %u of some length, so that it takes a line or two.", i);
      g_autoptr (EnclaveMessageBlock) block = enclave_message_block_new (ENCLAVE_BLOCK_PARAGRAPH, text);

      enclave_message_add_block (message, block);
    }
  enclave_test_spin (500);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment),
                                  gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment), 2);
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Paragraph 59"));

  /* Who reads further up is left there. */
  gtk_adjustment_set_value (adjustment, 200);
  enclave_test_spin (100);
  g_assert_false (enclave_chat_list_get_pinned (fixture->list));
  value = gtk_adjustment_get_value (adjustment);
  {
    g_autoptr (EnclaveMessageBlock) block = enclave_message_block_new (ENCLAVE_BLOCK_PARAGRAPH, "The newest");

    enclave_message_add_block (message, block);
  }
  enclave_test_spin (300);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (adjustment), value, 60);

  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "chat.list-end", NULL);
  enclave_test_spin (500);
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "The newest"));
  gtk_widget_activate_action (GTK_WIDGET (fixture->pane), "chat.list-start", NULL);
  enclave_test_spin (500);
  g_assert_nonnull (enclave_test_find_label_with (GTK_WIDGET (fixture->list), "Say much"));
}

static void
test_narrow (PaneFixture *fixture, gconstpointer data)
{
  EnclaveMessage *message = begin_reply (fixture);
  g_autofree char *line = g_strnfill (1024 * 1024, 'x');
  g_autoptr (EnclaveMessageBlock) text = enclave_message_block_new (ENCLAVE_BLOCK_PARAGRAPH, line);
  g_autoptr (EnclaveMessageBlock) code = enclave_message_block_new (ENCLAVE_BLOCK_CODE, line);
  int minimum;

  enclave_message_add_block (message, text);
  enclave_message_add_block (message, code);
  enclave_test_spin (500);
  gtk_widget_measure (GTK_WIDGET (fixture->pane), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  g_assert_cmpint (minimum, <=, 320);
}

static void
test_plan (PaneFixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveContextItem) words = enclave_gate_admit_text (fixture->gate, "Do it", NULL, "message", NULL);
  EnclaveConversation *conversation = enclave_agent_service_get_conversation (fixture->service);
  EnclaveMessage *reply;
  g_autoptr (EnclaveMessageBlock) first = enclave_message_block_new_open (ENCLAVE_BLOCK_PARAGRAPH, NULL, NULL);
  g_autoptr (EnclaveMessageBlock) second = enclave_message_block_new (ENCLAVE_BLOCK_PARAGRAPH, "- [x] Read `a.c`\n- [ ] Mend it\n");
  g_autoptr (EnclaveMessageBlock) points = enclave_message_block_new (ENCLAVE_BLOCK_PARAGRAPH, "- one\n- [ ] box");
  GtkWidget *plan;

  enclave_conversation_add_user (conversation, "turn", words);
  reply = enclave_conversation_add_assistant (conversation, "turn");
  enclave_message_add_block (reply, first);
  enclave_message_block_append (first, "- [");
  enclave_test_spin (150);
  g_assert_null (enclave_test_find_type (fixture->window, ENCLAVE_TYPE_CHAT_PLAN_ROW));
  enclave_message_block_append (first, " ] Read **a.c**\n- [ ] Mend <it>");
  enclave_test_spin (150);
  plan = enclave_test_find_type (fixture->window, ENCLAVE_TYPE_CHAT_PLAN_ROW);
  g_assert_nonnull (plan);
  g_assert_nonnull (enclave_test_find_label_with (plan, "Read a.c"));
  g_assert_nonnull (enclave_test_find_label_with (plan, "Mend <it>"));
  g_assert_nonnull (enclave_test_find_label_with (plan, "0 of 2"));
  /* It grows. */
  enclave_message_block_append (first, " at last\n- [ ] Test");
  enclave_message_block_close (first);
  enclave_test_spin (150);
  g_assert_nonnull (enclave_test_find_label_with (plan, "Mend <it> at last"));
  g_assert_nonnull (enclave_test_find_label_with (plan, "0 of 3"));

  /* A list of points is none, and the newest plan is the one that counts. */
  enclave_message_add_block (reply, points);
  enclave_message_add_block (reply, second);
  enclave_test_spin (150);
  g_assert_null (enclave_test_find_label_with (plan, "Mend <it> at last"));
  g_assert_nonnull (enclave_test_find_label_with (plan, "0 of 3"));
  g_assert_nonnull (enclave_test_find_label_with (fixture->window, "1 of 2"));
  g_assert_nonnull (enclave_test_find_label_with (fixture->window, "• one"));
  g_signal_emit_by_name (enclave_test_find_type (plan, GTK_TYPE_BUTTON), "clicked");
  enclave_test_spin (150);
  g_assert_nonnull (enclave_test_find_label_with (plan, "Mend <it> at last"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();
  adw_init ();

  g_test_add ("/chat-pane/text-is-kept", PaneFixture, NULL, set_up, test_text_is_kept, tear_down);
  g_test_add ("/chat-pane/secret", PaneFixture, NULL, set_up, test_secret, tear_down);
  g_test_add ("/chat-pane/attachment", PaneFixture, NULL, set_up, test_attachment, tear_down);
  g_test_add ("/chat-pane/drop", PaneFixture, NULL, set_up, test_drop, tear_down);
  g_test_add ("/chat-pane/go-on", PaneFixture, NULL, set_up, test_go_on, tear_down);
  g_test_add ("/chat-pane/turn", PaneFixture, NULL, set_up, test_turn, tear_down);
  g_test_add ("/chat-pane/cut-off", PaneFixture, NULL, set_up, test_cut_off, tear_down);
  g_test_add ("/chat-pane/mode", PaneFixture, NULL, set_up, test_mode, tear_down);
  g_test_add ("/chat-pane/approval", PaneFixture, NULL, set_up, test_approval, tear_down);
  g_test_add ("/chat-pane/streaming", PaneFixture, NULL, set_up, test_streaming, tear_down);
  g_test_add ("/chat-pane/opening", PaneFixture, NULL, set_up, test_opening, tear_down);
  g_test_add ("/chat-pane/pinning", PaneFixture, NULL, set_up, test_pinning, tear_down);
  g_test_add ("/chat-pane/plan", PaneFixture, NULL, set_up, test_plan, tear_down);
  g_test_add ("/chat-pane/narrow", PaneFixture, NULL, set_up, test_narrow, tear_down);

  return g_test_run ();
}
