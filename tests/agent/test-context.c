/* test-context.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-context-budget.h"
#include "enclave-gate.h"
#include "enclave-history.h"
#include "enclave-json.h"
#include "enclave-mention.h"
#include "enclave-system-prompt.h"
#include "enclave-test-object.h"
#include "enclave-test-project.h"
#include "enclave-test-trust.h"

/* What goes to the model: history, window, mentions, memory, front. */

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  enclave_test_finalize (fixture->gate);
  enclave_test_project_free (fixture->project);
}

static EnclaveContextItem *
item (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;
  EnclaveContextItem *admitted = enclave_gate_admit_text (fixture->gate, text, NULL, "message", &error);

  g_assert_no_error (error);

  return admitted;
}

/* "role content|…", calls as "call(NAME ARGUMENTS)", results as "tool ID content". */
static char *
request_text (EnclaveHistory *history)
{
  g_autoptr (EnclaveChatRequest) request = enclave_chat_request_new ("model");
  g_autoptr (GBytes) body = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  JsonArray *messages;

  enclave_history_add_to_request (history, request);
  body = enclave_chat_request_to_body (request, ENCLAVE_ENDPOINT_OPENAI);
  object = enclave_json_parse_object (g_bytes_get_data (body, NULL), (gssize) g_bytes_get_size (body), NULL);
  messages = enclave_json_peek_array (object, "messages");
  for (guint i = 0; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = enclave_json_array_peek_object (messages, i);
      JsonArray *calls = enclave_json_peek_array (message, "tool_calls");
      const char *content = enclave_json_peek_string (message, "content");
      const char *id = enclave_json_peek_string (message, "tool_call_id");

      g_string_append_printf (out, "%s%s%s %s", enclave_json_peek_string (message, "role"), id != NULL ? " " : "",
                              id != NULL ? id : "", content != NULL ? content : "");
      for (guint j = 0; calls != NULL && j < json_array_get_length (calls); j++)
        {
          JsonObject *function = enclave_json_peek_object (enclave_json_array_peek_object (calls, j), "function");

          g_string_append_printf (out, "call(%s %s)", enclave_json_peek_string (function, "name"),
                                  enclave_json_peek_string (function, "arguments"));
        }
      g_string_append_c (out, '|');
    }

  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
test_history (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveHistory) history = enclave_history_new ();
  g_autoptr (EnclaveContextItem) words = item (fixture, "Hi");
  g_autoptr (EnclaveContextItem) result = item (fixture, "a\n```\nb");
  g_autoptr (GPtrArray) attachments = g_ptr_array_new ();
  g_autofree char *text = NULL;
  guint mark;

  g_assert_false (enclave_history_ends_with_user (history));
  g_ptr_array_add (attachments, result);
  enclave_history_add_user (history, words, attachments, "(Mode: edit.)");
  g_assert_true (enclave_history_ends_with_user (history));
  enclave_history_add_assistant (history, "Look");
  enclave_history_add_call (history, "1", "read_file", "{\"path\":\"a\"}");
  /* Cut arguments break every later request of some servers: they are repaired. */
  enclave_history_add_call (history, "2", "read_file", "{\"path\":");
  enclave_history_add_result (history, "1", "read_file", words, NULL);
  enclave_history_add_result (history, "2", "read_file", words, "Note.");
  mark = enclave_history_get_length (history);
  enclave_history_add_assistant (history, "Gone");
  enclave_history_truncate (history, mark);
  enclave_history_truncate (history, mark + 10);
  text = request_text (history);
  /* A fence that the attachment can't close. */
  g_assert_cmpstr (text, ==,
                   "user Hi\n\nmessage:\n````\na\n```\nb\n````\n\n(Mode: edit.)|"
                   "assistant Lookcall(read_file {\"path\":\"a\"})call(read_file {})|"
                   "tool 1 Hi|tool 2 Hi\n\nNote.|");
}

static void
test_history_of_text_calls (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveHistory) history = enclave_history_new ();
  g_autoptr (EnclaveContextItem) words = item (fixture, "Hi");
  g_autofree char *text = NULL;

  enclave_history_add_user (history, words, NULL, NULL);
  enclave_history_add_assistant (history, "<tool_call>…");
  enclave_history_add_result (history, NULL, "read_file", words, NULL);
  enclave_history_add_result (history, NULL, "list_directory", words, "Note.");
  enclave_history_add_assistant (history, "Next");
  enclave_history_add_result (history, NULL, "read_file", words, NULL);
  g_assert_true (enclave_history_ends_with_user (history));
  text = request_text (history);
  g_assert_cmpstr (text, ==,
                   "user Hi|assistant <tool_call>…|"
                   "user Result of read_file:\n```\nHi\n```\n\nResult of list_directory:\n```\nHi\n```\n\nNote.|"
                   "assistant Next|user Result of read_file:\n```\nHi\n```|");
}

static void
test_budget (void)
{
  guint max_tokens = 1;

  /* Nothing known: nothing limited. */
  g_assert_true (enclave_context_budget_fit (1000000, 0, &max_tokens));
  g_assert_cmpuint (max_tokens, ==, 0);
  g_assert_true (enclave_context_budget_fit (1000, 8192, &max_tokens));
  g_assert_cmpuint (max_tokens, >, 7000);
  g_assert_cmpuint (max_tokens + 1000, <, 8192);
  g_assert_true (enclave_context_budget_fit (1000, 1000000, &max_tokens));
  g_assert_cmpuint (max_tokens, <=, 16384);
  g_assert_false (enclave_context_budget_fit (8000, 8192, &max_tokens));
  g_assert_cmpuint (max_tokens, ==, 0);
  g_assert_false (enclave_context_budget_fit (9000, 8192, &max_tokens));
  g_assert_false (enclave_context_budget_fit (G_MAXUINT, 8192, &max_tokens));
  g_assert_false (enclave_context_budget_fit (G_MAXUINT - 10, 8192, &max_tokens));

  /* The server's own count against ours and against the one before. */
  g_assert_false (enclave_context_budget_was_cut (5000, 4200, 4800, 4000));
  g_assert_false (enclave_context_budget_was_cut (5000, 4000, 0, 0));
  g_assert_true (enclave_context_budget_was_cut (10000, 2050, 0, 0));
  g_assert_true (enclave_context_budget_was_cut (6000, 4000, 5800, 5600));
  /* It grew for us and not for the server. */
  g_assert_true (enclave_context_budget_was_cut (6400, 4090, 5000, 4090));
  g_assert_true (enclave_context_budget_was_cut (6400, 4000, 5000, 4090));
  g_assert_false (enclave_context_budget_was_cut (6400, 5000, 5000, 4090));
  g_assert_false (enclave_context_budget_was_cut (5100, 4090, 5000, 4090));
  g_assert_false (enclave_context_budget_was_cut (4000, 3900, 5000, 4090));
  /* Some servers count only what was new. */
  g_assert_false (enclave_context_budget_was_cut (5000, 15, 4950, 4900));
}

static void
test_mentions (void)
{
  static const struct
  {
    const char *text;
    const char *mentions;
  } cases[] = {
    { "", "" },
    { "no mention", "" },
    { "@a.c", "a.c" },
    { "see @src/ring.c, please", "src/ring.c" },
    { "(@a.c) [@b.c] \"@c.c\" {@d}.", "a.c b.c c.c d" },
    { "@\"with blank.c\" x", "with blank.c" },
    { "@.env.", ".env" },
    { "@.env?!", ".env" },
    { "me@host.org", "" },
    { "@ alone @", "" },
    { "@a @a @a", "a" },
    { "@\"open", "" },
    { "line\n@a\r\n\t@b", "a b" },
    { "@a@b", "a@b" },
    { "@caf\xc3\xa9.c", "caf\xc3\xa9.c" },
    { "`@a`", "" },
  };
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GPtrArray) list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) mentions = enclave_mention_list (cases[i].text);
      g_autofree char *joined = NULL;

      g_ptr_array_add (mentions, NULL);
      joined = g_strjoinv (" ", (char **) mentions->pdata);
      g_assert_cmpstr (joined, ==, cases[i].mentions);
    }
  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (many, "@f%u ", i);
  list = enclave_mention_list (many->str);
  g_assert_cmpuint (list->len, <=, 64);
}

static void
test_mention_forms (void)
{
  static const struct
  {
    EnclaveMentionKind kind;
    const char *target;
    const char *mention; /* NULL: none can hold it */
  } written[] = {
    { ENCLAVE_MENTION_FILE, "src/ring.c", "@src/ring.c" },
    { ENCLAVE_MENTION_FILE, "with blank.c", "@\"with blank.c\"" },
    { ENCLAVE_MENTION_FILE, "it's", "@\"it's\"" },
    { ENCLAVE_MENTION_FILE, "ends.", "@\"ends.\"" },
    { ENCLAVE_MENTION_FILE, "diff", "@./diff" },
    { ENCLAVE_MENTION_FOLDER, "terminal", "@./terminal" },
    { ENCLAVE_MENTION_DIFF, "diff", "@diff" },
    { ENCLAVE_MENTION_DIAGNOSTICS, "diagnostics", "@diagnostics" },
    { ENCLAVE_MENTION_FILE, "diagnostics", "@./diagnostics" },
    { ENCLAVE_MENTION_SYMBOL, "a.cc#operator ==", "@\"a.cc#operator ==\"" },
    { ENCLAVE_MENTION_FILE, "a\"b", NULL },
    { ENCLAVE_MENTION_FILE, "a\nb", NULL },
    { ENCLAVE_MENTION_FILE, "\xe2\x80\xae" "c.a", NULL },
    { ENCLAVE_MENTION_FILE, "\xff", NULL },
    { ENCLAVE_MENTION_FILE, "", NULL },
  };
  static const struct
  {
    const char *mention;
    const char *path;
    const char *name;
  } split[] = {
    { "src/ring.c#ring_push", "src/ring.c", "ring_push" }, { "a#b.c#push", "a#b.c", "push" }, { "src/ring.c", NULL, NULL },
    { "#push", NULL, NULL },                               { "src/ring.c#", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (written); i++)
    {
      g_autofree char *mention = enclave_mention_write (written[i].kind, written[i].target);
      g_autofree char *text = mention != NULL ? g_strdup_printf ("See %s, please", mention) : NULL;
      g_autoptr (GPtrArray) read = text != NULL ? enclave_mention_list (text) : NULL;

      g_assert_cmpstr (mention, ==, written[i].mention);
      if (read != NULL)
        {
          const char *target = g_ptr_array_index (read, 0);

          g_assert_cmpuint (read->len, ==, 1);
          g_assert_true (g_str_has_suffix (target, written[i].target));
          g_assert_cmpint (enclave_mention_get_kind (target), ==,
                           written[i].kind >= ENCLAVE_MENTION_SELECTION ? written[i].kind : ENCLAVE_MENTION_FILE);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (split); i++)
    {
      g_autofree char *path = NULL;

      g_assert_cmpstr (enclave_mention_split_symbol (split[i].mention, &path), ==, split[i].name);
      g_assert_cmpstr (path, ==, split[i].path);
    }
}

static void
assert_found (EnclaveProjectSurvey *survey, const char *word, const char *targets)
{
  g_autoptr (GPtrArray) matches = enclave_mention_search (survey, word, 4, NULL);
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < matches->len; i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? " " : "", ((EnclaveMentionMatch *) g_ptr_array_index (matches, i))->target);
  g_test_message ("%s: %s", word, joined->str);
  g_assert_cmpstr (joined->str, ==, targets);
}

static void
test_mention_search (Fixture *fixture, gconstpointer data)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (fixture->gate, "user", "complete", ENCLAVE_EFFECT_READ);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveProjectSurvey) survey = NULL;
  g_autoptr (GPtrArray) denied = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) none = NULL;
  const EnclaveMentionMatch *match;

  enclave_test_project_write (fixture->project, "lib/deep/ring.c", "int value;\n");
  enclave_test_project_write (fixture->project, "lib/string.c", "");
  enclave_test_project_write (fixture->project, "lib/.env", "RING=secret-of-the-ring\n");
  enclave_tool_scope_survey_async (scope, NULL, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  survey = enclave_tool_scope_survey_finish (scope, result, NULL);
  g_assert_nonnull (survey);

  assert_found (NULL, "", "selection terminal diagnostics diff");
  assert_found (NULL, "dif", "diff");
  assert_found (survey, "lib/de", "lib/deep lib/deep/ring.c");
  assert_found (survey, "ring", "lib/deep/ring.c lib/string.c");
  assert_found (survey, "nothing-like-it", "");
  assert_found (survey, "RING#", "");

  /* Of what is denied the name, and that it is. */
  denied = enclave_mention_search (survey, "lib/.env", 1, NULL);
  g_assert_cmpuint (denied->len, ==, 1);
  match = g_ptr_array_index (denied, 0);
  g_assert_cmpstr (match->target, ==, "lib/.env");
  g_assert_cmpstr (match->rule, ==, "builtin:dotenv");
  g_cancellable_cancel (cancellable);
  none = enclave_mention_search (survey, "ring", 4, cancellable);
  g_assert_cmpuint (none->len, ==, 0);
}

/* As the agent gets it; what is there is trusted first. */
static char *
read_memory (Fixture *fixture)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (fixture->gate, "agent", "memory", ENCLAVE_EFFECT_READ);
  GAsyncResult *slot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnclaveContextItem) item = NULL;

  enclave_test_trust (fixture->gate);
  enclave_tool_scope_read_instructions_async (scope, NULL, enclave_test_result_callback, &slot);
  result = enclave_test_wait (&slot);
  item = enclave_tool_scope_read_instructions_finish (scope, result, NULL);

  return item != NULL ? g_strdup (enclave_context_item_get_text (item)) : NULL;
}

static void
assert_memory (Fixture *fixture, const char *expected)
{
  g_autofree char *memory = read_memory (fixture);

  g_assert_cmpstr (memory, ==, expected);
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) large = g_string_new (NULL);
  g_autofree char *memory = NULL;

  assert_memory (fixture, NULL);
  enclave_test_project_write (fixture->project, "AGENTS.md", "# Rules\n\n12\tnot a number\n- one");
  assert_memory (fixture, "# Rules\n\n12\tnot a number\n- one\n");
  enclave_test_project_write (fixture->project, "ENCLAVE.md", "Mine.\n");
  assert_memory (fixture, "Mine.\n");
  /* One that can't be read is none. */
  enclave_test_project_write (fixture->project, ".env", "canary\n");
  enclave_test_project_remove (fixture->project, "ENCLAVE.md");
  enclave_test_project_symlink (fixture->project, ".env", "ENCLAVE.md");
  assert_memory (fixture, "# Rules\n\n12\tnot a number\n- one\n");

  enclave_test_project_remove (fixture->project, "ENCLAVE.md");
  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (large, "line %u of the memory\n", i);
  enclave_test_project_write (fixture->project, "ENCLAVE.md", large->str);
  memory = read_memory (fixture);
  g_assert_cmpuint (strlen (memory), <=, 8 * 1024 + 16);
  g_assert_true (g_str_has_suffix (memory, "(cut)\n"));
}

static void
test_front (void)
{
  g_autofree char *edit = enclave_system_prompt_build (ENCLAVE_MODE_EDIT, NULL);
  g_autofree char *again = enclave_system_prompt_build (ENCLAVE_MODE_EDIT, "");
  g_autofree char *plan = enclave_system_prompt_build (ENCLAVE_MODE_PLAN, NULL);
  g_autofree char *ask = enclave_system_prompt_build (ENCLAVE_MODE_ASK, "Use tabs.\n");

  g_assert_cmpstr (edit, ==, again);
  /* A change between them keeps what the server has read. */
  g_assert_cmpstr (edit, ==, plan);
  g_assert_true (g_str_has_suffix (ask, "\nFrom the project's memory file:\nUse tabs.\n"));
  g_assert_null (strstr (edit, "20"));
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/context/history", Fixture, NULL, set_up, test_history, tear_down);
  g_test_add ("/context/history-of-text-calls", Fixture, NULL, set_up, test_history_of_text_calls, tear_down);
  g_test_add_func ("/context/budget", test_budget);
  g_test_add_func ("/context/mentions", test_mentions);
  g_test_add_func ("/context/mention-forms", test_mention_forms);
  g_test_add ("/context/mention-search", Fixture, NULL, set_up, test_mention_search, tear_down);
  g_test_add ("/context/memory", Fixture, NULL, set_up, test_memory, tear_down);
  g_test_add_func ("/context/front", test_front);

  return g_test_run ();
}
