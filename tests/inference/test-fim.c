/* test-fim.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-fim-filter.h"
#include "enclave-fim-template.h"

static void
test_abilities (void)
{
  static const struct
  {
    const char *model;
    EnclaveFimAbility ability;
    const char *family;
  } rows[] = {
    { "qwen2.5-coder:1.5b-base-q8_0", ENCLAVE_FIM_FILLS, "Qwen Coder" },
    { "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF", ENCLAVE_FIM_FILLS, "Qwen Coder" },
    { "qwen3-coder:30b", ENCLAVE_FIM_FILLS, "Qwen Coder" },
    { "bigcode/starcoder2-3b", ENCLAVE_FIM_FILLS, "StarCoder 2" },
    { "starcoder:7b", ENCLAVE_FIM_FILLS, "StarCoder" },
    { "codellama/CodeLlama-7b-hf", ENCLAVE_FIM_FILLS, "CodeLlama" },
    { "codellama:7b-code", ENCLAVE_FIM_FILLS, "CodeLlama" },
    { "deepseek-coder-v2:16b-lite-base-q4_0", ENCLAVE_FIM_FILLS, "DeepSeek Coder" },
    { "DeepSeek_Coder_6.7b_base.Q4_K_M.gguf", ENCLAVE_FIM_FILLS, "DeepSeek Coder" },
    { "codegemma:2b-code", ENCLAVE_FIM_FILLS, "CodeGemma" },
    { "mistralai/Codestral-22B-v0.1", ENCLAVE_FIM_FILLS, "Codestral" },
    { "granite-code:3b-base", ENCLAVE_FIM_FILLS, "Granite Code" },
    { "ibm-granite/granite-3.3-8b-instruct", ENCLAVE_FIM_FILLS, "Granite" },
    { "Seed-Coder-8B-Base", ENCLAVE_FIM_FILLS, "Seed Coder" },
    { "JetBrains/Mellum-4b-base", ENCLAVE_FIM_FILLS, "Mellum" },
    { "codellama:7b-instruct", ENCLAVE_FIM_ONLY_CHATS, NULL },
    { "codellama:7b-python", ENCLAVE_FIM_ONLY_CHATS, NULL },
    { "deepseek-coder:6.7b-instruct", ENCLAVE_FIM_ONLY_CHATS, NULL },
    { "google/codegemma-7b-it", ENCLAVE_FIM_ONLY_CHATS, NULL },
    { "granite-code:8b-instruct", ENCLAVE_FIM_ONLY_CHATS, NULL },
    { "mamba-codestral-7b", ENCLAVE_FIM_ONLY_CHATS, NULL },
    { "llama3.1:8b-instruct-q4_K_M", ENCLAVE_FIM_ONLY_CHATS, NULL },
    { "qwen3-coder-thinking", ENCLAVE_FIM_ONLY_CHATS, NULL },
    { "deepseek-r1:7b", ENCLAVE_FIM_ONLY_CHATS, NULL },
    { "llama3.1:8b", ENCLAVE_FIM_UNKNOWN, NULL },
    { "merit-7b", ENCLAVE_FIM_UNKNOWN, NULL },
    { "", ENCLAVE_FIM_UNKNOWN, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const EnclaveFimTemplate *found = NULL;

      g_test_message ("%s", rows[i].model);
      g_assert_cmpint (enclave_fim_template_find (rows[i].model, &found), ==, rows[i].ability);
      g_assert_cmpstr (found != NULL ? enclave_fim_template_get_name (found) : NULL, ==, rows[i].family);
    }
}

static void
check_prompt (const char *model, const char *expected)
{
  const EnclaveFimTemplate *found = NULL;
  const EnclaveFimFile file = { "b.c", "int b;" };
  g_autofree char *prompt = NULL;
  guint n_stops = 0;

  g_assert_cmpint (enclave_fim_template_find (model, &found), ==, ENCLAVE_FIM_FILLS);
  prompt = enclave_fim_template_build (found, "before", "after", &file, 1);
  g_assert_cmpstr (prompt, ==, expected);
  while (enclave_fim_template_get_stop_words (found)[n_stops] != NULL)
    n_stops++;
  g_assert_cmpuint (n_stops, >=, 2);
  g_assert_cmpuint (n_stops, <=, 4);
}

static void
test_templates (void)
{
  check_prompt ("qwen2.5-coder", "<|file_sep|>b.c\nint b;\n<|fim_prefix|>before<|fim_suffix|>after<|fim_middle|>");
  check_prompt ("starcoder2", "<file_sep>b.c\nint b;\n<fim_prefix>before<fim_suffix>after<fim_middle>");
  check_prompt ("starcoder", "<fim_prefix>before<fim_suffix>after<fim_middle>");
  check_prompt ("santacoder", "<fim-prefix>before<fim-suffix>after<fim-middle>");
  check_prompt ("codellama", "<PRE> before <SUF>after <MID>");
  check_prompt ("deepseek-coder", "#b.c\nint b;\n<｜fim▁begin｜>before<｜fim▁hole｜>after<｜fim▁end｜>");
  check_prompt ("codegemma", "<|file_separator|>b.c\nint b;\n<|fim_prefix|>before<|fim_suffix|>after<|fim_middle|>");
  check_prompt ("codestral", "+++++ b.c\nint b;\n[SUFFIX]after[PREFIX]before");
  check_prompt ("granite-code", "<fim_prefix>before<fim_suffix>after<fim_middle>");
  check_prompt ("granite-3.3", "<|fim_prefix|>before<|fim_suffix|>after<|fim_middle|>");
  check_prompt ("seed-coder", "<[fim-suffix]>after<[fim-prefix]>before<[fim-middle]>");
  check_prompt ("mellum", "<filename>b.c\nint b;\n<fim_suffix>after<fim_prefix>before<fim_middle>");
}

/* A text that has the marks of its own family must not end its part of the prompt. */
static void
test_marks_in_the_text (void)
{
  const EnclaveFimTemplate *found = NULL;
  g_autofree char *prompt = NULL;
  const char *const *markers = enclave_fim_markers ();

  enclave_fim_template_find ("qwen2.5-coder", &found);
  prompt = enclave_fim_template_build (found, "a<|fim_suffix|>x<|fim_middle|>", "<|fim_middle|>[b]<c>", NULL, 0);
  g_assert_cmpstr (prompt, ==,
                   "<|fim_prefix|>a< |fim_suffix|>x< |fim_middle|><|fim_suffix|>< |fim_middle|>[b]<c><|fim_middle|>");
  for (guint i = 0; markers[i] != NULL; i++)
    {
      g_autofree char *twice = g_strconcat (markers[i], "ä", markers[i], NULL);
      g_autofree char *neutral = enclave_fim_template_neutralize (twice);

      for (guint k = 0; markers[k] != NULL; k++)
        g_assert_null (strstr (neutral, markers[k]));
      g_assert_true (g_utf8_validate (neutral, -1, NULL));
    }
}

/* What is shown of @text when it comes in pieces of @slice bytes (0: whole). */
static char *
filter (const char *text, guint slice, guint max_lines, gboolean cut)
{
  g_autoptr (EnclaveFimFilter) self = enclave_fim_filter_new (max_lines, 4096);
  gsize length = strlen (text);

  for (gsize at = 0; at < length; at += slice > 0 ? slice : length)
    {
      g_autofree char *piece = g_strndup (text + at, slice > 0 ? MIN (slice, length - at) : length);

      if (!enclave_fim_filter_feed (self, piece))
        break;
    }
  return enclave_fim_filter_finish (self, cut);
}

/* Every mark, whole and split at every byte, at the begin, in the middle, at the end, and as the half that a length has left. */
static void
test_no_mark_leaks (void)
{
  const char *const *markers = enclave_fim_markers ();
  guint n_markers = 0;

  for (; markers[n_markers] != NULL; n_markers++)
    {
      const char *mark = markers[n_markers];
      g_autofree char *middle = g_strconcat ("return a < b;", mark, "int c;", mark, NULL);
      g_autofree char *first = g_strconcat (mark, "int c;", NULL);

      for (guint slice = 0; slice <= strlen (mark) + 1; slice++)
        {
          g_autofree char *shown = filter (middle, slice, 0, FALSE);
          g_autofree char *none = filter (first, slice, 0, FALSE);

          g_assert_cmpstr (shown, ==, "return a < b;");
          g_assert_cmpstr (none, ==, "");
        }
      for (gsize split = 3; split < strlen (mark); split++)
        {
          g_autofree char *half = g_strndup (mark, split);
          g_autofree char *text = g_strconcat ("x = y;", half, NULL);
          g_autofree char *shown = filter (text, 1, 0, TRUE);

          g_assert_cmpstr (shown, ==, "x = y;");
        }
    }
  g_assert_cmpuint (n_markers, >=, 40);
}

static void
check_filter (const char *text, guint max_lines, gboolean cut, const char *expected)
{
  for (guint slice = 0; slice < 4; slice++)
    {
      g_autofree char *shown = filter (text, slice, max_lines, cut);

      g_assert_cmpstr (shown, ==, expected);
    }
}

static void
test_filter (void)
{
  check_filter ("", 0, FALSE, "");
  check_filter (" \n\t\n", 0, FALSE, "");
  check_filter ("a[i] <= b && c<d>", 0, FALSE, "a[i] <= b && c<d>");
  check_filter ("if (a <", 0, FALSE, "if (a <");
  check_filter ("x = a[", 0, TRUE, "x = a[");
  check_filter ("ä ✓ 日本 ", 0, FALSE, "ä ✓ 日本");
  check_filter ("one\r\ntwo\r\n", 0, FALSE, "one\ntwo");
  check_filter ("one\ntwo\nthree", 1, FALSE, "one");
  check_filter ("one\ntwo\nthree", 2, TRUE, "one\ntwo");
  check_filter ("one\ntwo\nthr", 0, TRUE, "one\ntwo");
  check_filter ("only half a li", 0, TRUE, "only half a li");
  /* Of what turns the direction of writing or can't be seen, nothing, and not the half line before it. */
  check_filter ("one\ntw\342\200\256o", 0, FALSE, "one");
  check_filter ("one\ntw\033[2Jo", 0, FALSE, "one");
  check_filter ("one\ntw\357\277\275o", 0, FALSE, "one");
}

static void
test_limit (void)
{
  g_autoptr (EnclaveFimFilter) self = enclave_fim_filter_new (0, 10);
  g_autofree char *shown = NULL;

  g_assert_true (enclave_fim_filter_feed (self, "12345\n"));
  g_assert_false (enclave_fim_filter_feed (self, "7890123"));
  g_assert_false (enclave_fim_filter_feed (self, "more"));
  shown = enclave_fim_filter_finish (self, FALSE);
  g_assert_cmpstr (shown, ==, "12345");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fim/abilities", test_abilities);
  g_test_add_func ("/fim/templates", test_templates);
  g_test_add_func ("/fim/marks-in-the-text", test_marks_in_the_text);
  g_test_add_func ("/fim/no-mark-leaks", test_no_mark_leaks);
  g_test_add_func ("/fim/filter", test_filter);
  g_test_add_func ("/fim/limit", test_limit);
  return g_test_run ();
}
