/* enclave-practice-part.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-practice-part.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-tour-fix.h"

/* Small enough that a reader sees the arguments of a call arrive. */
#define ARGUMENT_PIECE_BYTES 12

/* What stands here is what a model would write, in the language of its prompt: it is not translated. */

#define ABOUT_TEXT \
  "I am the practice engine: scripted replies, no model. I can't answer that, and I won't make something up. With " \
  "the sample project you can tell me:\n\n" \
  "- *Fix the failing test*: I read the code, propose a change and run the tests\n" \
  "- *Run the tests*: I ask for `make test`\n" \
  "- *Read .env*: see how the gate refuses it\n\n" \
  "For real work choose a model: Ollama or llama-server on this machine, or a server address."

#define DIFF_TEXT \
  "```diff\n" \
  "--- a/ring.c\n" \
  "+++ b/ring.c\n" \
  "@@ -17,3 +17,3 @@\n" \
  " {\n" \
  "-" ENCLAVE_TOUR_BUG "\n" \
  "+" ENCLAVE_TOUR_FIX "\n" \
  "     return false;\n" \
  "```\n"

#define CAUSE_TEXT \
  "`ring_push` calls the ring full one number too early: it compares the count with `RING_SIZE - 1`. So the fourth " \
  "number of four is turned away."

#define GREEN_TEXT \
  "Green: all tests pass.\n\nI changed one line in `ring.c`: the ring is full when the count is `RING_SIZE`, not one " \
  "earlier. *Undo turn* takes it back."

static void
call (EnclavePracticeStream *stream, const char *name, const char *const *members)
{
  g_autoptr (JsonObject) arguments = json_object_new ();
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;

  for (guint i = 0; members[i] != NULL; i += 2)
    json_object_set_string_member (arguments, members[i], members[i + 1]);
  text = enclave_json_object_to_text (arguments);
  id = g_strdup_printf ("practice-%08x", g_random_int ());
  enclave_practice_stream_add_call (stream, id, name, text, ARGUMENT_PIECE_BYTES);
}

static const char *
call_read (EnclavePracticeStream *stream, const char *path)
{
  call (stream, "read_file", (const char *const[]) { "path", path, NULL });
  return "tool_calls";
}

static const char *
call_run (EnclavePracticeStream *stream)
{
  call (stream, "run_command", (const char *const[]) { "command", ENCLAVE_TOUR_TEST_COMMAND, NULL });
  return "tool_calls";
}

static const char *
say (EnclavePracticeStream *stream, const char *text)
{
  enclave_practice_stream_say (stream, text);
  return "stop";
}

static gboolean
failed (const EnclavePracticeCall *past)
{
  return past == NULL || past->result == NULL || g_str_has_prefix (past->result, "Error:");
}

static gboolean
shows (const EnclavePracticeCall *past, const char *text)
{
  return past != NULL && past->result != NULL && strstr (past->result, text) != NULL;
}

/* The first line of what the tool said, without "Error: ". (transfer full) */
static char *
first_line (const EnclavePracticeCall *past)
{
  const char *text = past != NULL && past->result != NULL ? past->result : "there was no answer";

  if (g_str_has_prefix (text, "Error: "))
    text += strlen ("Error: ");
  return g_strndup (text, strcspn (text, "\n"));
}

static const char *
say_with_cause (EnclavePracticeStream *stream, const char *before, const EnclavePracticeCall *past, const char *after)
{
  g_autofree char *cause = first_line (past);
  g_autofree char *text = g_strdup_printf ("%s: %s. %s", before, cause, after);

  return say (stream, text);
}

static gboolean
is_green (const EnclavePracticeCall *run)
{
  return !failed (run) && shows (run, "all tests passed") && !shows (run, "not ok");
}

/* What a run of the tests showed, at the end of a turn. */
static const char *
report_run (EnclavePracticeStream *stream, const EnclavePracticeCall *run, gboolean after_fix)
{
  if (failed (run))
    return say_with_cause (stream, "The tests were not run", run,
                           "Nothing else is needed from me; you can run `make test` in the terminal yourself.");
  if (is_green (run))
    return say (stream, after_fix ? GREEN_TEXT : "All tests pass.");
  if (shows (run, "not ok"))
    return say (stream, "A test still fails on disk: a ring of `RING_SIZE` does not hold `RING_SIZE` numbers. If you "
                        "have not applied the proposed change yet, apply it and say *Run the tests*; else say *Fix the "
                        "failing test*.");
  return say (stream, "The command ended, but I can't find a test result in its output. Have a look at the terminal "
                      "tab; the cause stands there.");
}

static const char *
speak_after_edit (EnclavePracticeChat *chat, EnclavePracticeStream *stream, const EnclavePracticeCall *edit,
                  gboolean may_run)
{
  guint n_before = enclave_practice_chat_find (chat, "run_command", NULL, 0) != NULL ? 1 : 0;
  EnclavePracticeCall *run = enclave_practice_chat_find (chat, "run_command", NULL, n_before);

  if (run != NULL)
    return report_run (stream, run, TRUE);
  if (failed (edit))
    return say_with_cause (stream, "The change was not taken", edit, "This is what I would change:\n\n" DIFF_TEXT);
  if (g_str_has_prefix (edit->result, "Proposed"))
    return say (stream, "The change is proposed: one line in `ring.c`. Look at it, click **Apply**, then say *Run the "
                        "tests*.");
  if (!may_run)
    return say (stream, "The change is made: one line in `ring.c`. The tests have not been run on it.");
  enclave_practice_stream_say (stream, "The change is on disk. Now the tests again.");
  return call_run (stream);
}

/* The tests have been run, or can't be: the change itself. */
static const char *
speak_change (EnclavePracticeChat *chat, EnclavePracticeStream *stream, const EnclavePracticeCall *run)
{
  if (run != NULL && failed (run))
    say_with_cause (stream, "The tests were not run", run, "I go on from the code alone.\n\n");
  else if (run != NULL && shows (run, "not ok"))
    say (stream, "One test fails: *a ring of RING_SIZE holds RING_SIZE numbers*.\n\n");
  else if (run != NULL)
    say (stream, "The output shows no failing test, but the code shows the mistake.\n\n");
  else if (chat->is_plan)
    say (stream, "In mode Plan commands can't write, so I can't build the test; the code is enough.\n\n");
  enclave_practice_stream_say (stream, CAUSE_TEXT);
  if (!chat->can_edit)
    return say (stream, "\n\nI can't change files in this mode. This is the fix:\n\n" DIFF_TEXT
                        "\nSwitch to mode Edit and say *Fix the failing test* to have it done.");
  call (stream, "edit_file",
        (const char *const[]) { "path", ENCLAVE_TOUR_FILE, "old_text", ENCLAVE_TOUR_BUG, "new_text", ENCLAVE_TOUR_FIX,
                                NULL });
  return "tool_calls";
}

static const char *
speak_after_reading (EnclavePracticeChat *chat, EnclavePracticeStream *stream, const EnclavePracticeCall *code)
{
  EnclavePracticeCall *secret = enclave_practice_chat_find (chat, "read_file", ENCLAVE_TOUR_SECRET_FILE, 0);
  EnclavePracticeCall *run = enclave_practice_chat_find (chat, "run_command", NULL, 0);
  EnclavePracticeCall *edit = enclave_practice_chat_find (chat, "edit_file", NULL, 0);
  gboolean has_bug = shows (code, ENCLAVE_TOUR_BUG);
  gboolean is_fixed = shows (code, ENCLAVE_TOUR_FIX);
  gboolean may_run = chat->can_run && !chat->is_plan;

  if (edit != NULL)
    return speak_after_edit (chat, stream, edit, may_run && (run == NULL || !failed (run)));
  if (run == NULL)
    {
      if (failed (secret))
        say (stream, "`.env` is refused by a rule. That is final, and I don't need it.\n\n");
      else
        say (stream, "`.env` could be read here. It has nothing to do with the test.\n\n");
      if (!has_bug && !is_fixed)
        return say (stream, "`ring.c` is not as the tour wrote it. I am a practice engine with scripted replies: I "
                            "know one bug, and it is not there. Take the tour in an empty folder to try again.");
      if (may_run)
        {
          say (stream, is_fixed ? "The mistake I know of is mended already. I run the tests."
                                : "I run the tests to see it fail.");
          return call_run (stream);
        }
      if (is_fixed)
        return say (stream, "The mistake I know of is mended already in `ring.c`. I can't run the tests in this mode.");
    }
  if (is_fixed)
    return report_run (stream, run, FALSE);
  if (run != NULL && is_green (run))
    return say (stream, "All tests pass as they are on disk. There is nothing for me to fix.");
  return speak_change (chat, stream, run);
}

static const char *
speak_fix (EnclavePracticeChat *chat, EnclavePracticeStream *stream)
{
  EnclavePracticeCall *list = enclave_practice_chat_find (chat, "list_directory", NULL, 0);
  EnclavePracticeCall *code = enclave_practice_chat_find (chat, "read_file", ENCLAVE_TOUR_FILE, 0);

  if (!chat->can_read)
    return say (stream, "I have no tools here, so I go by what the tour's sample project holds. " CAUSE_TEXT
                        " This is the fix:\n\n" DIFF_TEXT);
  if (chat->can_list && list == NULL && code == NULL)
    {
      enclave_practice_stream_think (stream, "A test fails. First I look at what is there, then I read the test and "
                                             "the code it tests.");
      say (stream, "I look at the project first.");
      call (stream, "list_directory", (const char *const[]) { "path", ".", NULL });
      return "tool_calls";
    }
  if (code == NULL)
    {
      if (!failed (list) && !shows (list, ENCLAVE_TOUR_FILE))
        return say (stream, "I see no `ring.c` here. I am a practice engine with scripted replies, and I know only the "
                            "tour's sample project.");
      say (stream, "A small C project. I read the test and the code it tests.");
      call_read (stream, ENCLAVE_TOUR_TEST_FILE);
      return call_read (stream, ENCLAVE_TOUR_FILE);
    }
  if (failed (code))
    return say_with_cause (stream, "I can't read `ring.c`", code, "Without it there is nothing I can do.");
  if (enclave_practice_chat_find (chat, "read_file", ENCLAVE_TOUR_SECRET_FILE, 0) == NULL)
    {
      say (stream, "There is a `.env`. Perhaps the test needs settings from it.");
      return call_read (stream, ENCLAVE_TOUR_SECRET_FILE);
    }
  return speak_after_reading (chat, stream, code);
}

static const char *
speak_secret (EnclavePracticeChat *chat, EnclavePracticeStream *stream)
{
  EnclavePracticeCall *secret = enclave_practice_chat_find (chat, "read_file", ENCLAVE_TOUR_SECRET_FILE, 0);

  if (!chat->can_read)
    return say (stream, "I have no tool to read files here.");
  if (secret == NULL)
    {
      say (stream, "I try to read `.env`.");
      return call_read (stream, ENCLAVE_TOUR_SECRET_FILE);
    }
  if (failed (secret))
    return say_with_cause (stream, "It is refused", secret,
                           "Nothing of the file has reached me, and no other way leads there: a command that reads it "
                           "finds an empty place.");
  return say (stream, "I could read it. Check the rules: `.env` should be refused.");
}

static const char *
speak_run (EnclavePracticeChat *chat, EnclavePracticeStream *stream)
{
  EnclavePracticeCall *run = enclave_practice_chat_find (chat, "run_command", NULL, 0);

  if (!chat->can_run)
    return say (stream, "I have no tool for commands in this mode. Switch to mode Edit, or run `make test` in the "
                        "terminal.");
  if (run == NULL && chat->is_plan)
    return say (stream, "In mode Plan commands can't write, so the test can't be built. Switch to mode Edit and say "
                        "*Run the tests*.");
  if (run == NULL)
    {
      say (stream, "I run `make test`.");
      return call_run (stream);
    }
  return report_run (stream, run, FALSE);
}

const char *
enclave_practice_part_speak (EnclavePracticeChat *chat, EnclavePracticeStream *stream)
{
  static const char *const secret_words[] = { ".env", "password", "secret", "api key", NULL };
  static const char *const fix_words[] = { "fix", "fail", "bug", "repair", "mend", NULL };
  static const char *const run_words[] = { "test", "make", "run", "build", NULL };

  if (enclave_practice_chat_mentions (chat, secret_words))
    return speak_secret (chat, stream);
  if (enclave_practice_chat_mentions (chat, fix_words))
    return speak_fix (chat, stream);
  if (enclave_practice_chat_mentions (chat, run_words))
    return speak_run (chat, stream);
  return say (stream, ABOUT_TEXT);
}
