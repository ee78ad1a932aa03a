/* test-think-splitter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-think-splitter.h"

/* @piece: NULL at the end. */
static void
feed (EnclaveThinkSplitter *splitter, const char *piece, GString *text, GString *reasoning)
{
  g_autoptr (GString) new_text = g_string_new (NULL);
  g_autoptr (GString) new_reasoning = g_string_new (NULL);
  gboolean was_thought = piece != NULL ? enclave_think_splitter_feed (splitter, piece, new_text, new_reasoning)
                                       : enclave_think_splitter_finish (splitter, new_text, new_reasoning);

  if (was_thought)
    {
      g_string_append (reasoning, text->str);
      g_string_truncate (text, 0);
    }
  g_string_append (reasoning, new_reasoning->str);
  g_string_append (text, new_text->str);
}

static void
check (const char *input, const char *expected_text, const char *expected_reasoning)
{
  gsize length = strlen (input);

  for (gsize slice = 1; slice <= length; slice++)
    {
      g_autoptr (EnclaveThinkSplitter) splitter = enclave_think_splitter_new ();
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) reasoning = g_string_new (NULL);

      for (gsize at = 0; at < length; at += slice)
        {
          g_autofree char *piece = g_strndup (input + at, MIN (slice, length - at));

          feed (splitter, piece, text, reasoning);
        }
      feed (splitter, NULL, text, reasoning);
      g_assert_cmpstr (text->str, ==, expected_text);
      g_assert_cmpstr (reasoning->str, ==, expected_reasoning);
    }
}

static void
test_plain (void)
{
  check ("Hello", "Hello", "");
  check ("  \nHello", "  \nHello", "");
  check ("<b>x</b>", "<b>x</b>", "");
  check ("<thin", "<thin", "");
  check ("a < b", "a < b", "");
}

static void
test_thought (void)
{
  check ("<think>why</think>because", "because", "why");
  check ("\n<think>a<b</thin</think>x", "x", "a<b</thin");
  check ("<think></think>x", "x", "");
  check ("<think>cut", "", "cut");
  check ("<think>cut</thi", "", "cut</thi");
}

static void
test_only_at_the_front (void)
{
  check ("I write <think>this</think>", "I write <think>this</think>", "");
  check ("<think>a</think>b<think>c</think>", "b<think>c</think>", "a");
}

static void
test_line_ends_after_thought (void)
{
  check ("<think>a</think>\n\nb", "b", "a");
}

static void
test_other_tags (void)
{
  check ("<thinking>a</think></thinking>b", "b", "a</think>");
  check ("<thought>a</thought>\nb", "b", "a");
  check ("<reasoning>a</reasoning>b", "b", "a");
  check ("<seed:think>a</seed:think>b", "b", "a");
  check ("[THINK]a[b][/THINK]c", "c", "a[b]");
  check ("\u25c1think\u25b7a\u25c1/think\u25b7b", "b", "a");
  check ("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b", "b", "a");
  /* Almost one. */
  check ("<thinks>a", "<thinks>a", "");
  check ("<|channel|>final<|message|>a", "<|channel|>final<|message|>a", "");
  check ("[THINKING] about it", "[THINKING] about it", "");
  check ("<thinki", "<thinki", "");
}

/* The template has opened it. */
static void
test_closed_only (void)
{
  check ("I think.\n</think>\n\nYes.", "Yes.", "I think.\n");
  check ("I think.</think>\n\nYes.", "Yes.", "I think.");
  check ("</think>\n\nYes.", "Yes.", "");
  check ("\n</think>\nYes.", "Yes.", "\n");
  check ("a < b\n[THINK\n  </think>  \r\nYes.", "Yes.", "a < b\n[THINK\n  ");
  check ("So it is.\n</think>", "", "So it is.\n");
  check ("Hm.\n[/THINK]\nYes.", "Yes.", "Hm.\n");
  check ("Hm.\n\u25c1/think\u25b7\nYes.", "Yes.", "Hm.\n");
  check ("```\ncode\n```\nSo.\n</think>\n\nYes.", "Yes.", "```\ncode\n```\nSo.\n");
  /* Only once. */
  check ("a\n</think>\nb\n</think>\nc", "b\n</think>\nc", "a\n");
}

/* Somebody speaks of the tag. */
static void
test_closed_only_mentions (void)
{
  static const char *const texts[] = {
    "The tag `</think>` ends it.\n",
    "It ends with </think>\n\nand then goes on.",
    "It ends with `</think>`\n\nand then goes on.",
    "\n</think>   and more",
    "Write </think> and a line end.",
    "Write:\n\n```\n</think>\n```\n",
    "Write:\n\n```xml\n<think>\n</think>\n```\n",
    "Between <think> and\n</think>\nstands a thought.",
    "a </thin k>\n</thinker>\n",
    "</thi",
    "x <",
    "x [/THIN",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    check (texts[i], texts[i], "");
}

/* Text is not held back while one waits for a tag. */
static void
test_closed_only_streams (void)
{
  g_autoptr (EnclaveThinkSplitter) splitter = enclave_think_splitter_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) reasoning = g_string_new (NULL);

  enclave_think_splitter_feed (splitter, "Hello", text, reasoning);
  g_assert_cmpstr (text->str, ==, "Hello");
  enclave_think_splitter_feed (splitter, " you <", text, reasoning);
  g_assert_cmpstr (text->str, ==, "Hello you ");
  enclave_think_splitter_feed (splitter, "b>", text, reasoning);
  g_assert_cmpstr (text->str, ==, "Hello you <b>");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/think-splitter/plain", test_plain);
  g_test_add_func ("/think-splitter/thought", test_thought);
  g_test_add_func ("/think-splitter/other-tags", test_other_tags);
  g_test_add_func ("/think-splitter/only-at-the-front", test_only_at_the_front);
  g_test_add_func ("/think-splitter/closed-only", test_closed_only);
  g_test_add_func ("/think-splitter/closed-only-mentions", test_closed_only_mentions);
  g_test_add_func ("/think-splitter/closed-only-streams", test_closed_only_streams);
  g_test_add_func ("/think-splitter/line-ends-after-thought", test_line_ends_after_thought);

  return g_test_run ();
}
