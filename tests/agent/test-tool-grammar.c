/* test-tool-grammar.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-json.h"
#include "enclave-tool-grammar.h"
#include "enclave-tool-registry.h"

/* What a server that enforces the grammar lets through: a reader of GBNF that is not llama.cpp's own. It works on sets of places: all
 * that a part of a rule can have read up to. */

typedef struct
{
  GHashTable *rules; /* name → body */
  const char *text;
  gsize length;
} Reader;

/* Whether a part that begins at a place can end at another, for each place. */
typedef guint8 Places;

static Places *read_alternatives (Reader *reader, const char **p, const Places *from);

static gboolean
is_empty (Reader *reader, const Places *places)
{
  for (gsize i = 0; i <= reader->length; i++)
    if (places[i])
      return FALSE;

  return TRUE;
}

static void
skip_blanks (const char **p)
{
  while (**p == ' ')
    (*p)++;
}

/* One character of a literal or a set. */
static guint
read_character (const char **p)
{
  guint c = (guchar) *(*p)++;

  if (c != '\\')
    return c;
  c = (guchar) *(*p)++;
  if (c == 'n')
    return '\n';
  if (c == 't')
    return '\t';
  if (c == 'x')
    {
      c = (guint) (g_ascii_xdigit_value ((*p)[0]) * 16 + g_ascii_xdigit_value ((*p)[1]));
      *p += 2;
    }

  return c;
}

static Places *
read_literal (Reader *reader, const char **p, const Places *from)
{
  g_autoptr (GString) literal = g_string_new (NULL);
  Places *to = g_new0 (Places, reader->length + 1);

  for ((*p)++; **p != '"';)
    g_string_append_c (literal, (char) read_character (p));
  (*p)++;
  for (gsize i = 0; i + literal->len <= reader->length; i++)
    if (from[i] && memcmp (reader->text + i, literal->str, literal->len) == 0)
      to[i + literal->len] = TRUE;

  return to;
}

static Places *
read_set (Reader *reader, const char **p, const Places *from)
{
  gboolean in[256] = { FALSE };
  gboolean negated = FALSE;
  Places *to = g_new0 (Places, reader->length + 1);

  (*p)++;
  if (**p == '^')
    {
      negated = TRUE;
      (*p)++;
    }
  while (**p != ']')
    {
      guint first = read_character (p);
      guint last = first;

      if (**p == '-' && (*p)[1] != ']')
        {
          (*p)++;
          last = read_character (p);
        }
      for (guint c = first; c <= last; c++)
        in[c] = TRUE;
    }
  (*p)++;
  for (gsize i = 0; i < reader->length; i++)
    if (from[i] && in[(guchar) reader->text[i]] != negated)
      to[i + 1] = TRUE;

  return to;
}

static Places *
read_rule (Reader *reader, const char **p, const Places *from)
{
  gsize length = strspn (*p, "abcdefghijklmnopqrstuvwxyz0123456789-");
  g_autofree char *name = g_strndup (*p, length);
  const char *body = g_hash_table_lookup (reader->rules, name);

  g_assert_cmpuint (length, >, 0);
  if (body == NULL)
    g_error ("There is no rule %s", name);
  *p += length;
  /* Where nothing can begin nothing is read; rules that hold themselves end here. */
  if (is_empty (reader, from))
    return g_new0 (Places, reader->length + 1);

  return read_alternatives (reader, &body, from);
}

static Places *
read_element (Reader *reader, const char **p, const Places *from)
{
  Places *to;

  if (**p == '"')
    return read_literal (reader, p, from);
  if (**p == '[')
    return read_set (reader, p, from);
  if (**p != '(')
    return read_rule (reader, p, from);
  (*p)++;
  to = read_alternatives (reader, p, from);
  g_assert_cmpint (**p, ==, ')');
  (*p)++;

  return to;
}

static Places *
read_repeated (Reader *reader, const char **p, const Places *from)
{
  const char *start = *p;
  g_autofree Places *once = read_element (reader, p, from);
  g_autofree Places *now = g_memdup2 (from, reader->length + 1);
  Places *all;
  guint least = 1;
  guint most = 1;
  char *end = NULL;

  if (**p == '?' || **p == '*' || **p == '+')
    {
      least = **p == '+' ? 1 : 0;
      most = **p == '?' ? 1 : G_MAXUINT;
      (*p)++;
    }
  else if (**p == '{')
    {
      least = most = (guint) g_ascii_strtoull (*p + 1, &end, 10);
      if (*end == ',')
        most = (guint) g_ascii_strtoull (end + 1, &end, 10);
      *p = end + 1;
    }
  if (least == 1 && most == 1)
    return g_steal_pointer (&once);

  all = g_new0 (Places, reader->length + 1);
  for (guint n = 0;; n++)
    {
      gboolean is_new = FALSE;
      const char *again = start;
      Places *next;

      for (gsize i = 0; n >= least && i <= reader->length; i++)
        {
          is_new = is_new || (now[i] && !all[i]);
          all[i] |= now[i];
        }
      if (n >= most || is_empty (reader, now) || (n >= least && !is_new))
        return all;
      next = read_element (reader, &again, now);
      g_free (now);
      now = next;
    }
}

static Places *
read_alternatives (Reader *reader, const char **p, const Places *from)
{
  Places *all = g_new0 (Places, reader->length + 1);

  while (TRUE)
    {
      g_autofree Places *now = g_memdup2 (from, reader->length + 1);

      for (skip_blanks (p); **p != '\0' && **p != ')' && **p != '|'; skip_blanks (p))
        {
          Places *next = read_repeated (reader, p, now);

          g_free (now);
          now = next;
        }
      for (gsize i = 0; i <= reader->length; i++)
        all[i] |= now[i];
      if (**p != '|')
        return all;
      (*p)++;
    }
}

static gboolean
lets_through (const char *grammar, const char *text)
{
  g_autoptr (GHashTable) rules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) lines = g_strsplit (grammar, "\n", -1);
  Reader reader = { rules, text, strlen (text) };
  g_autofree Places *from = g_new0 (Places, reader.length + 1);
  g_autofree Places *to = NULL;
  const char *root;

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      char *sign = strstr (lines[i], " ::= ");

      g_assert_nonnull (sign);
      g_assert_true (g_hash_table_insert (rules, g_strndup (lines[i], (gsize) (sign - lines[i])), g_strdup (sign + 5)));
    }
  from[0] = TRUE;
  root = g_hash_table_lookup (rules, "root");
  to = read_alternatives (&reader, &root, from);
  g_assert_cmpint (*root, ==, '\0');

  return to[reader.length];
}

static char *
build (void)
{
  g_autoptr (EnclaveToolRegistry) registry = enclave_tool_registry_new ();
  g_autoptr (JsonArray) tools =
    enclave_tool_registry_to_schema (registry, ENCLAVE_EFFECT_READ | ENCLAVE_EFFECT_WRITE | ENCLAVE_EFFECT_RUN, FALSE);
  char *grammar = enclave_tool_grammar_build (tools);

  g_assert_nonnull (grammar);
  g_test_message ("%" G_GSIZE_FORMAT " bytes for %u tools", strlen (grammar), json_array_get_length (tools));
  g_assert_cmpuint (strlen (grammar), <, 12288);

  return grammar;
}

static void
test_good (void)
{
  static const char *const replies[] = {
    "",
    "Just words, with a < b and a <table> and <tool and << and <to.",
    "<tool_call>{\"name\":\"read_file\",\"arguments\":{\"path\":\"a.c\"}}</tool_call>",
    "I look.\n<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\", \"start_line\": 3}}\n</tool_call>\n",
    "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}\n</tool_call>\n"
    "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"b.c\"}}\n</tool_call>",
    "<tool_call>\n{\"name\": \"edit_file\", \"arguments\": {\"path\": \"\\u00e4.c\", \"old_text\": \"a \\\"b\\\"\\n\", \"new_text\": \"ä\"}}\n"
    "</tool_call>",
    "<tool_call>\n{\"name\": \"git_diff\", \"arguments\": {}}\n</tool_call>",
    "<tool_call>\n{\"name\": \"git_diff\", \"arguments\": {\"staged\": true}}\n</tool_call>",
    "<think>Hm, <tool_cal is nothing.</think>Done.",
  };
  g_autofree char *grammar = build ();

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_test_message ("%s", replies[i]);
      g_assert_true (lets_through (grammar, replies[i]));
    }
}

static void
test_bad (void)
{
  static const char *const replies[] = {
    "<tool_call>",
    "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": }}\n</tool_call>",
    "<tool_call>\n{\"name\": \"reed_file\", \"arguments\": {\"path\": \"a.c\"}}\n</tool_call>",
    "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"start_line\": 3}}\n</tool_call>",
    "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\", \"colour\": 3}}\n</tool_call>",
    "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\", \"start_line\": \"3\"}}\n</tool_call>",
    "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a\nc\"}}\n</tool_call>",
    "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}\n</tool_call>",
    "<tool_call>\n{\"name\": \"read_file\", \"arguments\": {\"path\": \"a.c\"}}\n",
    "Words <<tool_call>{}</tool_call>",
    "<tool_call>\n{\"name\": \"git_diff\", \"arguments\": {, \"staged\": true}}\n</tool_call>",
  };
  g_autofree char *grammar = build ();

  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      g_test_message ("%s", replies[i]);
      g_assert_false (lets_through (grammar, replies[i]));
    }
}

/* Of a server that speaks MCP: names and types as they come. */
static void
test_foreign (void)
{
  g_autoptr (JsonObject) all = enclave_json_parse_object (
    "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"odd \\\"name\\\"\",\"parameters\":{\"type\":\"object\",\"properties\":{"
    "\"a b\":{\"type\":\"string\",\"enum\":[\"x\",\"y\\\\\"]},\"list\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},"
    "\"any\":{\"anyOf\":[{\"type\":\"null\"}]},\"deep\":{\"type\":\"object\"}},\"required\":[\"deep\"]}}},"
    "{\"type\":\"function\",\"function\":{\"name\":\"bare\",\"parameters\":{\"type\":\"object\"}}},{\"nothing\":1}]}",
    -1, NULL);
  g_autofree char *grammar = enclave_tool_grammar_build (enclave_json_peek_array (all, "tools"));

  g_assert_true (lets_through (grammar, "<tool_call>{\"name\":\"odd \\\"name\\\"\",\"arguments\":{\"deep\":{\"z\":[1,{}]},\"a b\":\"y\\\\\","
                                        "\"list\":[1,2],\"any\":null}}</tool_call>"));
  g_assert_true (lets_through (grammar, "<tool_call>{\"name\":\"bare\",\"arguments\":{}}</tool_call>"));
  g_assert_false (lets_through (grammar, "<tool_call>{\"name\":\"odd \\\"name\\\"\",\"arguments\":{\"deep\":{},\"a b\":\"z\"}}</tool_call>"));
  g_assert_null (enclave_tool_grammar_build (NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tool-grammar/good", test_good);
  g_test_add_func ("/tool-grammar/bad", test_bad);
  g_test_add_func ("/tool-grammar/foreign", test_foreign);

  return g_test_run ();
}
