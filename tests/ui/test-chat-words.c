/* test-chat-words.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <pango/pango.h>

#include "enclave-chat-words.h"
#include "enclave-context-item.h"
#include "enclave-test-project.h"
#include "enclave-tool-call-private.h"

static EnclaveMessageBlock *
make_call (const char *name, const char *arguments, EnclaveToolCallState state, const char *summary)
{
  g_autoptr (EnclaveToolCall) call = enclave_tool_call_new ("1", name, arguments);

  enclave_tool_call_set_state (call, ENCLAVE_TOOL_CALL_RUNNING);
  if (state >= ENCLAVE_TOOL_CALL_DONE)
    enclave_tool_call_finish (call, state, summary, NULL, "result");

  return enclave_message_block_new_tool_call (call);
}

static void
test_steps (void)
{
  static const struct
  {
    const char *name;
    const char *arguments;
    EnclaveToolCallState state;
    const char *summary;
    const char *markup;
    const char *detail;
  } cases[] = {
    { "read_file", "{\"path\":\"src/ring.c\"}", ENCLAVE_TOOL_CALL_DONE, "lines 1–96", "Read <b>src/ring.c</b>",
      "lines 1–96" },
    { "search_text", "{\"pattern\":\"capacity\",\"path\":\"src\"}", ENCLAVE_TOOL_CALL_DONE, "7 matches in 3 files",
      "Searched <b>capacity</b>", "7 matches in 3 files" },
    { "read_file", "{\"path\":\".env\"}", ENCLAVE_TOOL_CALL_REFUSED, "rule builtin:dotenv", "Refused <b>.env</b>",
      "rule builtin:dotenv" },
    { "run_command", "{\"command\":\"rm -rf build\"}", ENCLAVE_TOOL_CALL_DENIED, "by you",
      "Denied <b>rm -rf build</b>", "by you" },
    { "edit_file", "{\"path\":\"writer.c\"}", ENCLAVE_TOOL_CALL_FAILED, "no match",
      "Edit <b>writer.c</b> not applied", "no match" },
    { "run_command", "{\"command\":\"meson test\"}", ENCLAVE_TOOL_CALL_DONE, "exit 1", "Ran <b>meson test</b>",
      "failed, exit 1" },
    { "run_command", "{\"command\":\"meson test\"}", ENCLAVE_TOOL_CALL_RUNNING, NULL, "Running <b>meson test</b>",
      "0 s" },
    { "git_status", "{}", ENCLAVE_TOOL_CALL_DONE, "clean", "Read the git status", "clean" },
    { "read_file", "{\"path\":\"<b>&\\n%s\"}", ENCLAVE_TOOL_CALL_DONE, "", "Read <b>&lt;b&gt;&amp;…</b>", "" },
    { "no<such>", "{", ENCLAVE_TOOL_CALL_FAILED, "unknown", "<b>no&lt;such&gt;</b> failed", "unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveMessageBlock) block = make_call (cases[i].name, cases[i].arguments, cases[i].state,
                                                         cases[i].summary);
      EnclaveChatWords words;

      enclave_chat_words_for_step (block, g_get_monotonic_time (), &words);
      if (i != 8)
        g_assert_cmpstr (words.markup, ==, cases[i].markup);
      g_assert_null (strchr (words.markup, '\n'));
      g_assert_true (pango_parse_markup (words.markup, -1, 0, NULL, NULL, NULL, NULL));
      g_assert_cmpstr (words.detail, ==, cases[i].detail);
      enclave_chat_words_clear (&words);
    }
}

/* What the model got without its secrets says so in its row. */
static void
test_masks (void)
{
  g_autoptr (EnclaveToolCall) call = enclave_tool_call_new ("1", "read_file", "{\"path\":\"a.c\"}");
  g_autoptr (EnclaveMessageBlock) block = enclave_message_block_new_tool_call (call);
  EnclaveChatWords words;

  enclave_tool_call_set_state (call, ENCLAVE_TOOL_CALL_RUNNING);
  enclave_tool_call_finish (call, ENCLAVE_TOOL_CALL_DONE, "lines 1–2", NULL,
                            "1\ta = " ENCLAVE_MASK_OF_SECRET "github-token]\n2\tb = " ENCLAVE_MASK_OF_VALUE "builtin:dotenv]\n");
  enclave_chat_words_for_step (block, g_get_monotonic_time (), &words);
  g_assert_cmpstr (words.detail, ==, "lines 1–2 · 2 masked");
  g_assert_cmpstr (words.plain, ==, "Read a.c, lines 1–2 · 2 masked");
  enclave_chat_words_clear (&words);
}

static void
test_fold (void)
{
  g_autoptr (GListStore) steps = g_list_store_new (ENCLAVE_TYPE_MESSAGE_BLOCK);
  static const char *const names[] = { "read_file", "search_text", "run_command", "run_command", "run_command" };
  g_autofree char *detail = NULL;
  g_autofree char *words = NULL;
  g_autofree char *nothing = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (EnclaveMessageBlock) block = make_call (names[i], "{}", ENCLAVE_TOOL_CALL_DONE, "exit 0");

      if (i == 1)
        {
          g_autofree char *one_detail = NULL;

          nothing = enclave_chat_words_fold (G_LIST_MODEL (steps), &one_detail);
          g_assert_null (nothing);
        }
      g_list_store_append (steps, block);
    }
  {
    g_autoptr (EnclaveMessageBlock) refused = make_call ("read_file", "{}", ENCLAVE_TOOL_CALL_REFUSED, "rule x");

    g_assert_true (enclave_chat_words_stays_out (refused));
    g_list_store_append (steps, refused);
  }

  words = enclave_chat_words_fold (G_LIST_MODEL (steps), &detail);
  g_assert_cmpstr (words, ==, "Read 1 file, searched, ran 3 commands");
}

typedef struct
{
  EnclaveTestProject *project;
  EnclaveGate *gate;
  EnclaveChangeSet *changes;
} ChangesFixture;

static void
set_up (ChangesFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->project = enclave_test_project_new ();
  enclave_test_project_write (fixture->project, "a.c", "one\n");
  enclave_test_project_write (fixture->project, "b.c", "one\ntwo\n");
  fixture->gate = enclave_gate_new (fixture->project->root, NULL, &error);
  g_assert_no_error (error);
  fixture->changes = enclave_change_set_new (fixture->gate);
}

static void
tear_down (ChangesFixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->changes);
  g_clear_object (&fixture->gate);
  enclave_test_project_free (fixture->project);
}

static void
propose (ChangesFixture *fixture, const char *path, const char *text)
{
  g_autoptr (EnclaveToolScope) scope = enclave_gate_open_scope (fixture->gate, "agent", "edit_file",
                                                                ENCLAVE_EFFECT_WRITE);
  g_autoptr (EnclaveProposal) proposal = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *pending = NULL;
  g_autoptr (GError) error = NULL;

  enclave_tool_scope_prepare_write_async (scope, path, NULL, text, NULL, enclave_test_result_callback, &pending);
  result = enclave_test_wait (&pending);
  proposal = enclave_tool_scope_prepare_write_finish (scope, result, &error);
  g_assert_no_error (error);
  enclave_change_set_add (fixture->changes, proposal, FALSE);
}

static void
assert_bar (ChangesFixture *fixture, gboolean in_review, EnclaveChangeBarState state, const char *text, guint added,
            guint removed)
{
  g_autofree char *words = NULL;
  guint shown_added;
  guint shown_removed;

  g_assert_cmpint (enclave_chat_words_for_changes (fixture->changes, in_review, &words, &shown_added, &shown_removed),
                   ==, state);
  g_assert_cmpstr (words, ==, text);
  if (text != NULL)
    {
      g_assert_cmpuint (shown_added, ==, added);
      g_assert_cmpuint (shown_removed, ==, removed);
    }
}

static gboolean
apply (ChangesFixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *pending = NULL;

  enclave_change_set_apply_async (fixture->changes, NULL, NULL, enclave_test_result_callback, &pending);
  result = enclave_test_wait (&pending);

  return enclave_change_set_apply_finish (fixture->changes, result, NULL);
}

static void
test_change_bar (ChangesFixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  GAsyncResult *pending = NULL;

  assert_bar (fixture, FALSE, ENCLAVE_CHANGE_BAR_HIDDEN, NULL, 0, 0);
  propose (fixture, "a.c", "one\ntwo\nthree\n");
  assert_bar (fixture, FALSE, ENCLAVE_CHANGE_BAR_PROPOSED, "1 file", 2, 0);
  propose (fixture, "b.c", "one\n");
  assert_bar (fixture, FALSE, ENCLAVE_CHANGE_BAR_PROPOSED, "2 files", 2, 1);
  assert_bar (fixture, TRUE, ENCLAVE_CHANGE_BAR_REVIEWED, "2 files", 2, 1);
  g_assert_true (apply (fixture));
  assert_bar (fixture, FALSE, ENCLAVE_CHANGE_BAR_APPLIED, "Applied 2 files", 2, 1);

  enclave_change_set_undo_async (fixture->changes, NULL, enclave_test_result_callback, &pending);
  result = enclave_test_wait (&pending);
  g_assert_true (enclave_change_set_undo_finish (fixture->changes, result, NULL));
  assert_bar (fixture, FALSE, ENCLAVE_CHANGE_BAR_UNDONE, "2 files taken back", 0, 0);
  /* Until the next turn. */
  enclave_change_set_begin_turn (fixture->changes);
  assert_bar (fixture, FALSE, ENCLAVE_CHANGE_BAR_HIDDEN, NULL, 0, 0);
}

static void
test_change_bar_conflict (ChangesFixture *fixture, gconstpointer data)
{
  propose (fixture, "a.c", "two\n");
  propose (fixture, "b.c", "two\n");
  enclave_test_project_write (fixture->project, "a.c", "somebody else\n");
  g_assert_false (apply (fixture));
  assert_bar (fixture, FALSE, ENCLAVE_CHANGE_BAR_FAILED, "1 of 2 could not be applied", 0, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  enclave_test_isolate ();

  g_test_add_func ("/chat-words/steps", test_steps);
  g_test_add_func ("/chat-words/masks", test_masks);
  g_test_add_func ("/chat-words/fold", test_fold);
  g_test_add ("/chat-words/change-bar", ChangesFixture, NULL, set_up, test_change_bar, tear_down);
  g_test_add ("/chat-words/change-bar-conflict", ChangesFixture, NULL, set_up, test_change_bar_conflict, tear_down);

  return g_test_run ();
}
