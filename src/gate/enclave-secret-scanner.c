/* enclave-secret-scanner.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-secret-scanner.h"

#include "enclave-keyword-automaton.h"
#include "enclave-secret-rules.h"
#include "enclave-secret-value.h"

/* Steps of one attempt; an expression that needs more has met a text made to cost time. */
#define STEP_LIMIT "(*LIMIT_MATCH=60000)"
/* How far an end of the searched part is moved so that it does not cut a word. */
#define WORD_SLACK_BYTES 256
/* A text that has more is a dump of them; the rest of each kind is not looked for. */
#define MAX_SPANS 20000

typedef struct
{
  guint rule;
  gsize start;
  gsize end;
} Region;

typedef struct
{
  const char *text;
  gsize length;
  GArray **regions; /* one array a rule, NULL until its keyword was met */
} Scan;

typedef struct
{
  const EnclaveSecretRule *rules;
  guint n_rules;
  GRegex **expressions;
  EnclaveKeywordAutomaton *automaton;
  guint16 *keyword_rules; /* by keyword: a list of rules in rule_lists, ended by G_MAXUINT16 */
  GArray *rule_lists;     /* (element-type guint16) */
  GArray *keyword_lengths;
} Rules;

static GRegex *
compile (const char *expression)
{
  g_autofree char *bounded = g_strconcat (STEP_LIMIT, expression, NULL);
  g_autoptr (GError) error = NULL;
  GRegex *regex = g_regex_new (bounded, G_REGEX_RAW | G_REGEX_OPTIMIZE | G_REGEX_DOLLAR_ENDONLY, 0, &error);

  if (regex == NULL)
    g_error ("The expression of a secret rule can't be used: %s", error->message);

  return regex;
}

/* One keyword may belong to several rules; the automaton has it once. */
static void
collect_keywords (Rules *table, GPtrArray *keywords)
{
  g_autoptr (GHashTable) lists = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_array_unref);
  const guint16 end = G_MAXUINT16;

  for (guint i = 0; i < table->n_rules; i++)
    {
      for (guint k = 0; k < G_N_ELEMENTS (table->rules[i].keywords) && table->rules[i].keywords[k] != NULL; k++)
        {
          const char *keyword = table->rules[i].keywords[k];
          GArray *list = g_hash_table_lookup (lists, keyword);
          guint16 rule = (guint16) i;

          if (list == NULL)
            {
              list = g_array_new (FALSE, FALSE, sizeof (guint16));
              g_hash_table_insert (lists, (gpointer) keyword, list);
              g_ptr_array_add (keywords, (gpointer) keyword);
            }
          g_array_append_val (list, rule);
        }
    }

  table->rule_lists = g_array_new (FALSE, FALSE, sizeof (guint16));
  table->keyword_lengths = g_array_new (FALSE, FALSE, sizeof (guint));
  table->keyword_rules = g_new (guint16, keywords->len);
  for (guint i = 0; i < keywords->len; i++)
    {
      GArray *list = g_hash_table_lookup (lists, g_ptr_array_index (keywords, i));
      guint length = (guint) strlen (g_ptr_array_index (keywords, i));

      table->keyword_rules[i] = (guint16) table->rule_lists->len;
      g_array_append_vals (table->rule_lists, list->data, list->len);
      g_array_append_val (table->rule_lists, end);
      g_array_append_val (table->keyword_lengths, length);
    }
}

/* Made once and never changed: it depends on nothing but the table of the rules. */
static const Rules *
get_rules (void)
{
  static Rules table;
  static gsize made;

  if (g_once_init_enter (&made))
    {
      g_autoptr (GPtrArray) keywords = g_ptr_array_new ();

      table.rules = enclave_secret_rules_get (&table.n_rules);
      table.expressions = g_new0 (GRegex *, table.n_rules);
      for (guint i = 0; i < table.n_rules; i++)
        table.expressions[i] = compile (table.rules[i].expression);
      collect_keywords (&table, keywords);
      table.automaton = enclave_keyword_automaton_new ((const char *const *) keywords->pdata, keywords->len);
      g_once_init_leave (&made, 1);
    }

  return &table;
}

guint
enclave_secret_scanner_get_n_rules (void)
{
  guint n_rules;

  enclave_secret_rules_get (&n_rules);

  return n_rules;
}

const char *
enclave_secret_scanner_get_rule (guint index)
{
  guint n_rules;
  const EnclaveSecretRule *rules = enclave_secret_rules_get (&n_rules);

  g_return_val_if_fail (index < n_rules, NULL);

  return rules[index].id;
}

static gboolean
is_word_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '+' || c == '/' || c == '=' || c == '.';
}

static void
add_region (guint keyword, gsize end, gpointer user_data)
{
  Scan *scan = user_data;
  const Rules *table = get_rules ();
  gsize begin = end - g_array_index (table->keyword_lengths, guint, keyword);
  const guint16 *list = &g_array_index (table->rule_lists, guint16, table->keyword_rules[keyword]);

  for (; *list != G_MAXUINT16; list++)
    {
      const EnclaveSecretRule *rule = &table->rules[*list];
      Region region = { *list, begin > rule->before ? begin - rule->before : 0,
                        MIN (scan->length, end + rule->after) };
      GArray *regions = scan->regions[*list];
      Region *last;

      if (regions == NULL)
        regions = scan->regions[*list] = g_array_new (FALSE, FALSE, sizeof (Region));
      last = regions->len > 0 ? &g_array_index (regions, Region, regions->len - 1) : NULL;
      if (last != NULL && region.start <= last->end)
        last->end = MAX (last->end, region.end);
      else
        g_array_append_val (regions, region);
    }
}

static void
add_span (GArray *spans, const char *text, gsize length, gsize start, gsize end, const char *rule)
{
  EnclaveSecretSpan span = { start, end, rule };

  while (span.start > 0 && ((guint8) text[span.start] & 0xc0) == 0x80)
    span.start--;
  while (span.end < length && ((guint8) text[span.end] & 0xc0) == 0x80)
    span.end++;
  if (span.start < span.end)
    g_array_append_val (spans, span);
}

static void
search_region (const Rules *table, const Scan *scan, Region region, GArray *spans)
{
  const EnclaveSecretRule *rule = &table->rules[region.rule];
  g_autoptr (GMatchInfo) info = NULL;

  for (guint i = 0; i < WORD_SLACK_BYTES && region.end < scan->length && is_word_byte (scan->text[region.end]); i++)
    region.end++;
  g_regex_match_full (table->expressions[region.rule], scan->text, (gssize) region.end, (int) region.start, 0, &info, NULL);
  while (g_match_info_matches (info) && spans->len < MAX_SPANS)
    {
      int match_start, match_end, start, end;

      g_match_info_fetch_pos (info, 0, &match_start, &match_end);
      if (!g_match_info_fetch_pos (info, 1, &start, &end) || start < 0)
        {
          start = match_start;
          end = match_end;
        }
      if (enclave_secret_value_accept (rule, scan->text, (gsize) match_start, (gsize) start, (gsize) end))
        add_span (spans, scan->text, scan->length, (gsize) start, (gsize) end, rule->id);
      if (!g_match_info_next (info, NULL))
        break;
    }
}

static int
compare_spans (gconstpointer a, gconstpointer b)
{
  const EnclaveSecretSpan *left = a;
  const EnclaveSecretSpan *right = b;

  return left->start < right->start ? -1 : left->start > right->start;
}

/* Where two overlap they become one, under the name of the one that stands first; the rules were tried in the order of
 * their table, and the sort keeps it. */
static GArray *
merge (GArray *spans)
{
  GArray *merged = g_array_sized_new (FALSE, FALSE, sizeof (EnclaveSecretSpan), spans->len);

  g_array_sort (spans, compare_spans);
  for (guint i = 0; i < spans->len; i++)
    {
      EnclaveSecretSpan *span = &g_array_index (spans, EnclaveSecretSpan, i);
      EnclaveSecretSpan *last = merged->len > 0 ? &g_array_index (merged, EnclaveSecretSpan, merged->len - 1) : NULL;

      if (last != NULL && span->start < last->end)
        last->end = MAX (last->end, span->end);
      else
        g_array_append_val (merged, *span);
    }

  return merged;
}

GArray *
enclave_secret_scanner_scan (const char *text, gsize length)
{
  const Rules *table = get_rules ();
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (EnclaveSecretSpan));
  g_autofree GArray **regions = g_new0 (GArray *, table->n_rules);
  Scan scan = { text, length, regions };

  g_return_val_if_fail (text != NULL || length == 0, NULL);
  g_return_val_if_fail (length <= G_MAXINT, NULL);

  if (length > 0)
    enclave_keyword_automaton_scan (table->automaton, text, length, add_region, &scan);
  for (guint i = 0; i < table->n_rules; i++)
    {
      for (guint k = 0; regions[i] != NULL && k < regions[i]->len; k++)
        search_region (table, &scan, g_array_index (regions[i], Region, k), spans);
      g_clear_pointer (&regions[i], g_array_unref);
    }

  return merge (spans);
}
