/* enclave-fim-template.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-fim-template.h"

#include <string.h>

struct _EnclaveFimTemplate
{
  const char *name;
  const char *file_begin; /* (nullable): before a file's name; NULL: the family knows no files */
  const char *file_end;   /* behind the name */
  const char *prefix;
  const char *suffix;
  const char *middle;
  gboolean suffix_first;
  const char *stop_words[5];
};

static const EnclaveFimTemplate qwen = {
  .name = "Qwen Coder", .file_begin = "<|file_sep|>", .file_end = "\n",
  .prefix = "<|fim_prefix|>", .suffix = "<|fim_suffix|>", .middle = "<|fim_middle|>",
  .stop_words = { "<|endoftext|>", "<|file_sep|>", "<|fim_pad|>", "<|im_end|>" },
};
static const EnclaveFimTemplate starcoder2 = {
  .name = "StarCoder 2", .file_begin = "<file_sep>", .file_end = "\n",
  .prefix = "<fim_prefix>", .suffix = "<fim_suffix>", .middle = "<fim_middle>",
  .stop_words = { "<|endoftext|>", "<file_sep>", "<fim_prefix>", "<repo_name>" },
};
static const EnclaveFimTemplate starcoder = {
  .name = "StarCoder", .file_begin = NULL,
  .prefix = "<fim_prefix>", .suffix = "<fim_suffix>", .middle = "<fim_middle>",
  .stop_words = { "<|endoftext|>", "<filename>", "<fim_prefix>", "<reponame>" },
};
static const EnclaveFimTemplate santacoder = {
  .name = "SantaCoder", .file_begin = NULL,
  .prefix = "<fim-prefix>", .suffix = "<fim-suffix>", .middle = "<fim-middle>",
  .stop_words = { "<|endoftext|>", "<fim-prefix>" },
};
static const EnclaveFimTemplate codellama = {
  .name = "CodeLlama", .file_begin = NULL,
  .prefix = "<PRE> ", .suffix = " <SUF>", .middle = " <MID>",
  .stop_words = { "<EOT>", "</s>", "<PRE>" },
};
static const EnclaveFimTemplate deepseek = {
  .name = "DeepSeek Coder", .file_begin = "#", .file_end = "\n",
  .prefix = "<｜fim▁begin｜>", .suffix = "<｜fim▁hole｜>", .middle = "<｜fim▁end｜>",
  .stop_words = { "<｜end▁of▁sentence｜>", "<|EOT|>", "<｜fim▁begin｜>" },
};
static const EnclaveFimTemplate codegemma = {
  .name = "CodeGemma", .file_begin = "<|file_separator|>", .file_end = "\n",
  .prefix = "<|fim_prefix|>", .suffix = "<|fim_suffix|>", .middle = "<|fim_middle|>",
  .stop_words = { "<|file_separator|>", "<end_of_turn>", "<eos>", "<|fim_prefix|>" },
};
static const EnclaveFimTemplate codestral = {
  .name = "Codestral", .file_begin = "+++++ ", .file_end = "\n",
  .prefix = "[PREFIX]", .suffix = "[SUFFIX]", .middle = "", .suffix_first = TRUE,
  .stop_words = { "</s>", "[SUFFIX]", "[PREFIX]", "[INST]" },
};
static const EnclaveFimTemplate granite = {
  .name = "Granite Code", .file_begin = NULL,
  .prefix = "<fim_prefix>", .suffix = "<fim_suffix>", .middle = "<fim_middle>",
  .stop_words = { "<|endoftext|>", "<filename>", "<fim_prefix>", "<reponame>" },
};
static const EnclaveFimTemplate granite3 = {
  .name = "Granite", .file_begin = NULL,
  .prefix = "<|fim_prefix|>", .suffix = "<|fim_suffix|>", .middle = "<|fim_middle|>",
  .stop_words = { "<|end_of_text|>", "<|fim_pad|>", "<|fim_prefix|>", "<|start_of_role|>" },
};
static const EnclaveFimTemplate seed = {
  .name = "Seed Coder", .file_begin = NULL,
  .prefix = "<[fim-prefix]>", .suffix = "<[fim-suffix]>", .middle = "<[fim-middle]>", .suffix_first = TRUE,
  .stop_words = { "<[end▁of▁sentence]>", "<[fim-prefix]>", "<[fim-suffix]>" },
};
static const EnclaveFimTemplate mellum = {
  .name = "Mellum", .file_begin = "<filename>", .file_end = "\n",
  .prefix = "<fim_prefix>", .suffix = "<fim_suffix>", .middle = "<fim_middle>", .suffix_first = TRUE,
  .stop_words = { "<|endoftext|>", "<filename>", "<fim_suffix>", "<reponame>" },
};

/* The first row whose words all stand in the name counts. */
static const struct
{
  const char *words[2];
  const EnclaveFimTemplate *template_; /* NULL: looks like one that can, but can't */
  gboolean tuned_fills;                /* what is tuned to follow instructions still fills */
} families[] = {
  { { "mamba", "codestral" }, NULL, FALSE },
  { { "codestral" }, &codestral, TRUE },
  { { "qwen", "coder" }, &qwen, TRUE },
  { { "codeqwen" }, &qwen, FALSE },
  { { "starchat" }, NULL, FALSE },
  { { "starcoder2" }, &starcoder2, FALSE },
  { { "starcoder-2" }, &starcoder2, FALSE },
  { { "starcoder" }, &starcoder, FALSE },
  { { "starcoderbase" }, &starcoder, FALSE },
  { { "santacoder" }, &santacoder, FALSE },
  { { "stable-code" }, &starcoder, FALSE },
  { { "stablecode" }, &starcoder, FALSE },
  { { "refact" }, &starcoder, FALSE },
  { { "codellama", "python" }, NULL, FALSE },
  { { "codellama", "34b" }, NULL, FALSE },
  { { "codellama" }, &codellama, FALSE },
  { { "code-llama" }, &codellama, FALSE },
  { { "deepseek", "coder" }, &deepseek, FALSE },
  { { "codegemma" }, &codegemma, FALSE },
  { { "granite", "code" }, &granite, FALSE },
  { { "granite-3.3" }, &granite3, TRUE },
  { { "granite3.3" }, &granite3, TRUE },
  { { "granite-4" }, &granite3, TRUE },
  { { "granite4" }, &granite3, TRUE },
  { { "seed-coder" }, &seed, FALSE },
  { { "mellum" }, &mellum, FALSE },
};

/* A whole word of a name: "it" is not in "merit". */
static gboolean
has_word (const char *name, const char *word)
{
  gsize length = strlen (word);

  for (const char *at = strstr (name, word); at != NULL; at = strstr (at + 1, word))
    if ((at == name || !g_ascii_isalnum (at[-1])) && !g_ascii_isalnum (at[length]))
      return TRUE;
  return FALSE;
}

static gboolean
has_any_word (const char *name, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (has_word (name, words[i]))
      return TRUE;
  return FALSE;
}

EnclaveFimAbility
enclave_fim_template_find (const char *model, const EnclaveFimTemplate **template_)
{
  static const char *const tuned[] = { "instruct", "it", "chat", "inst", NULL };
  static const char *const thinks[] = { "thinking", "reasoning", "reasoner", "r1", "qwq", "think", NULL };
  g_autofree char *name = NULL;

  g_return_val_if_fail (model != NULL, ENCLAVE_FIM_UNKNOWN);

  if (template_ != NULL)
    *template_ = NULL;
  name = g_ascii_strdown (model, -1);
  g_strdelimit (name, "_", '-');
  if (has_any_word (name, thinks))
    return ENCLAVE_FIM_ONLY_CHATS;
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    {
      if (strstr (name, families[i].words[0]) == NULL
          || (families[i].words[1] != NULL && strstr (name, families[i].words[1]) == NULL))
        continue;
      if (families[i].template_ == NULL || (!families[i].tuned_fills && has_any_word (name, tuned)))
        return ENCLAVE_FIM_ONLY_CHATS;
      if (template_ != NULL)
        *template_ = families[i].template_;
      return ENCLAVE_FIM_FILLS;
    }
  return has_any_word (name, tuned) ? ENCLAVE_FIM_ONLY_CHATS : ENCLAVE_FIM_UNKNOWN;
}

const char *
enclave_fim_template_get_name (const EnclaveFimTemplate *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->name;
}

const char *const *
enclave_fim_template_get_stop_words (const EnclaveFimTemplate *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->stop_words;
}

static const char *const markers[] = {
  "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>",
  "<|file_separator|>", "<|cursor|>", "<|endoftext|>", "<|end_of_text|>", "<|begin_of_text|>", "<|im_start|>",
  "<|im_end|>", "<|im_sep|>", "<|eot_id|>", "<|eom_id|>", "<|start_header_id|>", "<|end_header_id|>", "<|EOT|>",
  "<|start_of_role|>", "<|end_of_role|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>", "<|fim_hole|>",
  "<|fim_begin|>", "<|fim_end|>",
  "<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>", "<fim-prefix>", "<fim-suffix>", "<fim-middle>", "<fim-pad>",
  "<file_sep>", "<filename>", "<repo_name>", "<reponame>", "<gh_stars>", "<issue_start>", "<issue_comment>",
  "<commit_before>", "<commit_msg>", "<commit_after>", "<jupyter_start>", "<empty_output>",
  "<PRE>", "<SUF>", "<MID>", "<EOT>", "<EOD>", "▁<PRE>", "▁<SUF>", "▁<MID>", "▁<EOT>",
  "<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜User｜>",
  "<｜Assistant｜>",
  "[PREFIX]", "[SUFFIX]", "[MIDDLE]", "[INST]", "[/INST]",
  "<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>", "<[begin▁of▁sentence]>", "<[end▁of▁sentence]>",
  "<s>", "</s>", "<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>", "<think>", "</think>", "<tool_call>",
  NULL,
};

const char *const *
enclave_fim_markers (void)
{
  return markers;
}

static gboolean
marker_begins (const char *text)
{
  if (*text != '<' && *text != '[' && (guchar) *text != 0xe2)
    return FALSE;
  for (guint i = 0; markers[i] != NULL; i++)
    if (g_str_has_prefix (text, markers[i]))
      return TRUE;
  return FALSE;
}

char *
enclave_fim_template_neutralize (const char *text)
{
  GString *out;

  g_return_val_if_fail (text != NULL, NULL);

  out = g_string_sized_new (strlen (text) + 16);
  for (const char *at = text; *at != '\0';)
    {
      const char *next = at + g_utf8_skip[(guchar) *at];
      gboolean breaks = marker_begins (at);

      for (; at < next && *at != '\0'; at++)
        g_string_append_c (out, *at);
      if (breaks)
        g_string_append_c (out, ' ');
    }
  return g_string_free (out, FALSE);
}

char *
enclave_fim_template_build (const EnclaveFimTemplate *self, const char *prefix, const char *suffix,
                            const EnclaveFimFile *files, guint n_files)
{
  GString *prompt = g_string_new (NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_return_val_if_fail (self != NULL && prefix != NULL && suffix != NULL, NULL);

  before = enclave_fim_template_neutralize (prefix);
  after = enclave_fim_template_neutralize (suffix);
  for (guint i = 0; i < n_files && self->file_begin != NULL; i++)
    {
      g_autofree char *name = enclave_fim_template_neutralize (files[i].name);
      g_autofree char *text = enclave_fim_template_neutralize (files[i].text);

      g_string_append_printf (prompt, "%s%s%s%s", self->file_begin, name, self->file_end, text);
      if (!g_str_has_suffix (text, "\n"))
        g_string_append_c (prompt, '\n');
    }
  if (self->suffix_first)
    g_string_append_printf (prompt, "%s%s%s%s", self->suffix, after, self->prefix, before);
  else
    g_string_append_printf (prompt, "%s%s%s%s", self->prefix, before, self->suffix, after);
  g_string_append (prompt, self->middle);
  return g_string_free (prompt, FALSE);
}
