/* test-symbol-graph.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include "enclave-limits.h"
#include "enclave-symbol-graph.h"

#define HASH(name) enclave_symbol_hash (name, strlen (name))

static guint32
count_of (GArray *mentions, const char *name)
{
  for (guint i = 0; i < mentions->len; i++)
    if (g_array_index (mentions, EnclaveSymbolMention, i).name == HASH (name))
      return g_array_index (mentions, EnclaveSymbolMention, i).count;

  return 0;
}

static void
test_mentions (void)
{
  const char *text = "ring_push (ring, 1); ring_push(x); if (9lives) _Ring2 é ring_push";
  g_autoptr (GArray) mentions = enclave_symbol_list_mentions (text, strlen (text));

  g_assert_cmpuint (count_of (mentions, "ring_push"), ==, 3);
  g_assert_cmpuint (count_of (mentions, "ring"), ==, 1);
  g_assert_cmpuint (count_of (mentions, "_Ring2"), ==, 1);
  /* too short; begins with a digit */
  g_assert_cmpuint (count_of (mentions, "if"), ==, 0);
  g_assert_cmpuint (count_of (mentions, "9lives"), ==, 0);
  g_assert_cmpuint (mentions->len, ==, 3);
}

static void
test_mentions_are_bounded (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GArray) mentions = NULL;
  g_autofree char *long_name = g_strnfill (100000, 'a');

  for (guint i = 0; i < 3 * ENCLAVE_MAP_FILE_MAX_NAMES; i++)
    g_string_append_printf (text, "name_%u ", i);
  g_string_append (text, "name_1 ");
  g_string_append (text, long_name);
  mentions = enclave_symbol_list_mentions (text->str, text->len);
  g_assert_cmpuint (mentions->len, ==, ENCLAVE_MAP_FILE_MAX_NAMES);
  g_assert_cmpuint (count_of (mentions, "name_1"), ==, 2);
  g_assert_cmpuint (count_of (mentions, long_name), ==, 0);
}

/* Two libraries; one is used by two files, the other by one. */
static void
test_used_more_counts_more (void)
{
  const guint32 library[] = { HASH ("much_used"), HASH ("never_used") };
  const guint32 other[] = { HASH ("used_once") };
  const float weights[] = { 1, 1 };
  const EnclaveSymbolMention both[] = { { HASH ("much_used"), 2 }, { HASH ("used_once"), 1 } };
  const EnclaveSymbolMention one[] = { { HASH ("much_used"), 1 } };
  const EnclaveSymbolFile files[] = {
    { 1, library, weights, 2, NULL, 0 },
    { 1, other, weights, 1, NULL, 0 },
    { 1, NULL, NULL, 0, both, 2 },
    { 1, NULL, NULL, 0, one, 1 },
  };
  g_autofree double *scores = enclave_symbol_graph_rank (files, G_N_ELEMENTS (files));

  g_assert_cmpfloat (scores[0], >, scores[2]);
  g_assert_cmpfloat (scores[2], >, scores[1]);
  g_assert_cmpfloat (scores[1], >, 0);
}

/* Importance flows on: what an important file uses counts more than what an unimportant one does. */
static void
test_importance_flows (void)
{
  const guint32 api[] = { HASH ("api_call") };
  const guint32 base[] = { HASH ("base_of_api") };
  const guint32 loose[] = { HASH ("loose_end") };
  const float weights[] = { 1 };
  const EnclaveSymbolMention uses_api[] = { { HASH ("api_call"), 1 } };
  const EnclaveSymbolMention uses_base[] = { { HASH ("base_of_api"), 1 } };
  const EnclaveSymbolMention uses_loose[] = { { HASH ("loose_end"), 1 } };
  const EnclaveSymbolFile files[] = {
    { 1, api, weights, 1, uses_base, 1 }, { 1, base, weights, 1, NULL, 0 },     { 1, loose, weights, 1, NULL, 0 },
    { 1, NULL, NULL, 0, uses_api, 1 },    { 1, NULL, NULL, 0, uses_api, 1 },    { 1, NULL, NULL, 0, uses_loose, 1 },
  };
  g_autofree double *scores = enclave_symbol_graph_rank (files, G_N_ELEMENTS (files));

  g_assert_cmpfloat (scores[1], >, 2 * scores[2]);
}

static void
test_families_and_local_names (void)
{
  const guint32 names[] = { HASH ("shared_name"), HASH ("local_name") };
  const float weights[] = { 1, -1 };
  const EnclaveSymbolMention mentions[] = { { HASH ("shared_name"), 1 }, { HASH ("local_name"), 1 } };
  const EnclaveSymbolFile files[] = {
    { 1, names, weights, 2, NULL, 0 },
    { 2, names, weights, 2, NULL, 0 },
    { 1, NULL, NULL, 0, mentions, 2 },
  };
  g_autofree double *scores = enclave_symbol_graph_rank (files, G_N_ELEMENTS (files));

  g_assert_cmpfloat (scores[0], >, 20 * scores[2]); /* another language */
  g_assert_cmpfloat (scores[0], >, 20 * scores[1]); /* not to be seen from outside */
}

static void
test_nothing (void)
{
  const EnclaveSymbolFile empty = { 0 };
  g_autoptr (GArray) mentions = enclave_symbol_list_mentions (NULL, 0);

  g_assert_cmpuint (mentions->len, ==, 0);
  g_assert_null (enclave_symbol_graph_rank (NULL, 0));
  g_assert_null (enclave_symbol_graph_rank (&empty, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/symbol-graph/mentions", test_mentions);
  g_test_add_func ("/symbol-graph/mentions-are-bounded", test_mentions_are_bounded);
  g_test_add_func ("/symbol-graph/used-more-counts-more", test_used_more_counts_more);
  g_test_add_func ("/symbol-graph/importance-flows", test_importance_flows);
  g_test_add_func ("/symbol-graph/families-and-local-names", test_families_and_local_names);
  g_test_add_func ("/symbol-graph/nothing", test_nothing);
  return g_test_run ();
}
