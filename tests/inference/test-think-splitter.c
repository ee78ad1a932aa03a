/* test-think-splitter.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-think-splitter.h"

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

          enclave_think_splitter_feed (splitter, piece, text, reasoning);
        }
      enclave_think_splitter_finish (splitter, text, reasoning);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/think-splitter/plain", test_plain);
  g_test_add_func ("/think-splitter/thought", test_thought);
  g_test_add_func ("/think-splitter/other-tags", test_other_tags);
  g_test_add_func ("/think-splitter/only-at-the-front", test_only_at_the_front);
  g_test_add_func ("/think-splitter/line-ends-after-thought", test_line_ends_after_thought);

  return g_test_run ();
}
