/* enclave-tool-call-marks.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-tool-call-marks.h"

#define MAX_NAME_BYTES 64
#define BAR "\xef\xbd\x9c"   /* the wide bar of DeepSeek's tokens */
#define BLOCK "\xe2\x96\x81" /* and their blank */

static const EnclaveCallMark marks[] = {
  { "<tool_call>", "</tool_call>", FALSE, TRUE, FALSE },
  { "<tool_call ", NULL, TRUE, FALSE, FALSE },
  { "<toolcall>", "</toolcall>", FALSE, TRUE, FALSE },
  { "<tool_calls>", "</tool_calls>", FALSE, TRUE, FALSE },
  { "<tools>", "</tools>", FALSE, FALSE, FALSE },
  { "<tool_use>", "</tool_use>", FALSE, FALSE, FALSE },
  { "<function_call>", "</function_call>", FALSE, TRUE, FALSE },
  { "<function_calls>", "</function_calls>", FALSE, TRUE, FALSE },
  { "<minimax:tool_call>", "</minimax:tool_call>", FALSE, TRUE, TRUE },
  { "<seed:tool_call>", "</seed:tool_call>", FALSE, TRUE, TRUE },
  { "<function=", "</function>", TRUE, TRUE, FALSE },
  { "<function name=", "</function>", TRUE, FALSE, FALSE },
  { "<function(", "</function>", TRUE, FALSE, FALSE },
  { "<invoke name=", "</invoke>", TRUE, FALSE, FALSE },
  { "<|tool_call>", "<tool_call|>", FALSE, TRUE, TRUE },
  { "<|tool_call|>", "<|/tool_call|>", FALSE, TRUE, TRUE },
  { "<|tool_call_start|>", "<|tool_call_end|>", FALSE, TRUE, TRUE },
  { "<|tool_calls_section_begin|>", "<|tool_calls_section_end|>", FALSE, TRUE, TRUE },
  { "<|START_ACTION|>", "<|END_ACTION|>", FALSE, TRUE, TRUE },
  { "<|python_tag|>", NULL, FALSE, TRUE, TRUE },
  { "<|channel|>commentary to=", NULL, TRUE, TRUE, TRUE },
  { "<|start|>assistant<|channel|>commentary to=", NULL, TRUE, TRUE, TRUE },
  { "<" BAR "tool" BLOCK "calls" BLOCK "begin" BAR ">", "<" BAR "tool" BLOCK "calls" BLOCK "end" BAR ">", FALSE, TRUE, TRUE },
  { "<" BAR "DSML" BAR "function_calls>", "</" BAR "DSML" BAR "function_calls>", FALSE, TRUE, TRUE },
  { "[TOOL_CALLS]", NULL, FALSE, TRUE, TRUE },
  { "[TOOL_REQUEST]", "[END_TOOL_REQUEST]", FALSE, TRUE, TRUE },
  { "[tool_call]", "[/tool_call]", FALSE, FALSE, FALSE },
  { "[Calling tool:", NULL, TRUE, FALSE, FALSE },
  { "functools[", NULL, TRUE, FALSE, FALSE },
  { "to=functions.", NULL, TRUE, FALSE, TRUE },
  { "commentary to=functions.", NULL, TRUE, FALSE, TRUE },
  { "Action: ", NULL, TRUE, FALSE, FALSE },
};

/* An element that is named like a tool: "<read_file>". */
static const EnclaveCallMark element = { "<", NULL, TRUE, FALSE, FALSE };

static const char *const leftovers[] = {
  "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|end|>", "<|call|>", "<|endoftext|>", "<|end_of_text|>", "</s>", "<end_of_turn>",
};

static const char *const inner_marks[] = {
  "</function>",
  "</invoke>",
  "<function>",
  "<|message|>",
  "<|start|>assistant",
  "<|channel|>commentary",
  "<|constrain|>json",
  "<|constrain|>",
  "<|tool_call_begin|>",
  "<|tool_call_argument_begin|>",
  "<|tool_call_end|>",
  "<" BAR "tool" BLOCK "call" BLOCK "begin" BAR ">function<" BAR "tool" BLOCK "sep" BAR ">",
  "<" BAR "tool" BLOCK "call" BLOCK "begin" BAR ">",
  "<" BAR "tool" BLOCK "call" BLOCK "end" BAR ">",
  "<" BAR "tool" BLOCK "sep" BAR ">",
  "[ARGS]",
  "[/TOOL_CALLS]",
  "functools",
  "```json",
  "```",
};

static gboolean
begins_with (const char *text, const char *prefix)
{
  return g_ascii_strncasecmp (text, prefix, strlen (prefix)) == 0;
}

/* TRUE when @text is shorter than @whole and begins it. */
static gboolean
may_become (const char *text, const char *whole)
{
  gsize length = strnlen (text, strlen (whole) + 1);

  return length < strlen (whole) && g_ascii_strncasecmp (text, whole, length) == 0;
}

static gboolean
is_element (const char *text, EnclaveToolNameFunc resolve, gpointer user_data, gboolean *may)
{
  gsize length;
  g_autofree char *name = NULL;

  if (*text != '<')
    return FALSE;
  for (length = 1; g_ascii_isalnum (text[length]) || text[length] == '_'; length++)
    if (length > MAX_NAME_BYTES)
      return FALSE;
  if (text[length] == '\0')
    {
      *may = TRUE;
      return FALSE;
    }
  if (length == 1 || strchr (" >/", text[length]) == NULL)
    return FALSE;
  name = g_strndup (text + 1, length - 1);

  /* To the letter: HTML has names of its own. */
  return g_strcmp0 (resolve (name, user_data), name) == 0;
}

const EnclaveCallMark *
enclave_tool_call_mark_find (const char *text, EnclaveToolNameFunc resolve, gpointer user_data, gboolean *may)
{
  *may = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      if (begins_with (text, marks[i].opening))
        return &marks[i];
      if (may_become (text, marks[i].opening))
        *may = TRUE;
    }

  return is_element (text, resolve, user_data, may) ? &element : NULL;
}

static gsize
find_in (const char *const *list, guint n, const char *text)
{
  for (guint i = 0; i < n; i++)
    if (begins_with (text, list[i]))
      return strlen (list[i]);

  return 0;
}

gsize
enclave_tool_call_mark_skip_end (const char *text)
{
  return find_in (leftovers, G_N_ELEMENTS (leftovers), text);
}

gsize
enclave_tool_call_mark_skip (const char *text)
{
  gsize length = 0;

  if (begins_with (text, "[CALL_ID]"))
    {
      for (length = strlen ("[CALL_ID]"); g_ascii_isalnum (text[length]); length++)
        ;
      return length;
    }
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      if (!marks[i].keep && begins_with (text, marks[i].opening))
        return strlen (marks[i].opening);
      if (marks[i].closing != NULL && begins_with (text, marks[i].closing))
        return strlen (marks[i].closing);
    }
  length = find_in (inner_marks, G_N_ELEMENTS (inner_marks), text);

  return length > 0 ? length : enclave_tool_call_mark_skip_end (text);
}

gboolean
enclave_tool_call_mark_is_result (const char *line, gboolean *may)
{
  static const char *const results[] = {
    "<tool_response",  "<tool_result", "<function_result", "<|im_start|>", "<|start_header_id|>", "Observation:",
    "Result of ",      "[TOOL_RESULTS]",
    "<" BAR "tool" BLOCK "outputs",
  };

  *may = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      if (g_str_has_prefix (line, results[i]))
        return TRUE;
      if (may_become (line, results[i]))
        *may = TRUE;
    }

  return FALSE;
}

static gboolean
holds_one_of (const char *text, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (text, words[i]) != NULL)
      return TRUE;

  return FALSE;
}

/* A model that wants to call says so ("let me"), one that explains says "for example". Where both or neither is said, what follows
 * is a call: those that ask to be read as an example are few, and a call that was none costs a refusal at worst. */
gboolean
enclave_tool_call_mark_introduces_example (const char *line)
{
  static const char *const examples[] = {
    "for example", "an example", "example call", "example of", "example:", "sample", "e.g.", "for instance", "show you", "would look",
    "looks like", "look like", "you can", "you could", "you would", "you should", "you might", "you may", "if you", "would write", "would be",
    "would call", "would not", "could call", "could be", "could write", "i could", "i would", "writes", "usage:", "never ", "do not ",
    "don't ", "beispiel", "par exemple", "un exemple", "por ejemplo", "un ejemplo", "esempio", NULL
  };
  static const char *const forms[] = { "like this", "format", "syntax", "as follows", "to call", "form of", "schema", NULL };
  static const char *const intents[] = { "i'll", "i\xe2\x80\x99ll", "i will", "i am going", "i'm going", "i\xe2\x80\x99m going", "let me", "let's",
                                         "let\xe2\x80\x99s", "i need", "i have to", "i must", "now i", "first i", NULL };
  g_autofree char *low = g_ascii_strdown (line, -1);

  return holds_one_of (low, examples) || (holds_one_of (low, forms) && !holds_one_of (low, intents));
}
