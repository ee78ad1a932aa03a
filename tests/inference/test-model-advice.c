/* test-model-advice.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-advice.h"

#include "enclave-json.h"
#include "enclave-model-info-private.h"
#include "enclave-test-project.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static const EnclaveMachine small = { .ram_bytes = 8 * GIB, .n_cores = 4, .ram_gb_per_second = 45 };
static const EnclaveMachine desktop = { .ram_bytes = 31 * GIB, .n_cores = 8, .ram_gb_per_second = 45 };
static const EnclaveMachine card = { .ram_bytes = 31 * GIB, .vram_bytes = 16 * GIB, .all_vram_bytes = 16 * GIB,
                                     .n_cards = 1, .n_cores = 8, .ram_gb_per_second = 45, .vram_gb_per_second = 672 };
static const EnclaveMachine studio = { .ram_bytes = 126 * GIB, .unified = TRUE, .n_cores = 16, .ram_gb_per_second = 256 };

static EnclaveModelInfo *
make_model (const char *address, const char *name, double gigabytes)
{
  g_autoptr (EnclaveEndpoint) endpoint = enclave_endpoint_new (address, ENCLAVE_ENDPOINT_OLLAMA, NULL);
  g_autofree char *text = g_strdup_printf (
    "{\"models\":[{\"name\":\"%s\",\"size\":%.0f,\"digest\":\"abc\",\"details\":{\"context_length\":131072}}]}", name,
    gigabytes * 1e9);
  g_autoptr (JsonObject) tags = enclave_json_parse_object (text, -1, NULL);
  g_autoptr (GListStore) models = enclave_model_info_list_from_ollama (endpoint, tags, NULL, NULL);

  return g_list_model_get_item (G_LIST_MODEL (models), 0);
}

static void
test_places (void)
{
  static const struct
  {
    const char *name;
    double gigabytes;
    const EnclaveMachine *machine;
    EnclaveModelPlace place;
    double least;
    double most;
    const char *tag;
  } cases[] = {
    { "qwen2.5-coder:7b", 4.7, &card, ENCLAVE_PLACE_CARD, 60, 100, "Fits, fast" },
    { "qwen2.5-coder:7b", 4.7, &desktop, ENCLAVE_PLACE_MEMORY, 4, 7, "Fits" },
    { "qwen2.5-coder:7b", 4.7, &small, ENCLAVE_PLACE_NOWHERE, 0, 0, "Too large" },
    { "qwen2.5-coder:1.5b", 1, &small, ENCLAVE_PLACE_MEMORY, 20, 30, "Fits, fast" },
    { "qwen2.5-coder:32b", 20, &card, ENCLAVE_PLACE_SPLIT, 1.5, 5, "Slow here" },
    { "qwen2.5-coder:32b", 20, &desktop, ENCLAVE_PLACE_NOWHERE, 0, 0, "Too large" },
    { "llama3.3:70b", 43, &studio, ENCLAVE_PLACE_MEMORY, 3, 5, "Slow here" },
    /* A tenth of it is read for a token. */
    { "qwen3-coder:30b", 18.6, &desktop, ENCLAVE_PLACE_MEMORY, 8, 15, "Fits" },
    { "qwen3-coder:30b", 18.6, &studio, ENCLAVE_PLACE_MEMORY, 40, 90, "Fits, fast" },
    { "gpt-oss:20b", 13.8, &desktop, ENCLAVE_PLACE_MEMORY, 8, 14, "Fits" },
    /* Nobody tells its size. */
    { "m", 0, &card, ENCLAVE_PLACE_UNKNOWN, 0, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (EnclaveModelInfo) model = make_model ("http://127.0.0.1:11434", cases[i].name, cases[i].gigabytes);
      EnclaveModelAdvice advice;
      const char *kind;

      enclave_model_advice_make (model, NULL, cases[i].machine, &advice);
      g_test_message ("case %u: %s, window %u, %.1f tokens/s", i, enclave_model_place_to_word (advice.place), advice.window,
                      advice.tokens_per_second);
      g_assert_cmpint (advice.place, ==, cases[i].place);
      g_assert_cmpfloat (advice.tokens_per_second, >=, cases[i].least);
      g_assert_cmpfloat (advice.tokens_per_second, <=, cases[i].most);
      g_assert_cmpstr (enclave_model_advice_get_tag (&advice, &kind), ==, cases[i].tag);
      g_assert_false (advice.measured);
    }
}

static void
test_elsewhere (void)
{
  g_autoptr (EnclaveModelInfo) model = make_model ("http://10.20.0.14:11434", "qwen2.5-coder:32b", 20);
  EnclaveModelAdvice advice;
  const char *kind;

  /* This machine's memory says nothing of that one's. */
  enclave_model_advice_make (model, NULL, &small, &advice);
  g_assert_cmpint (advice.place, ==, ENCLAVE_PLACE_UNKNOWN);
  g_assert_cmpfloat (advice.tokens_per_second, ==, 0);
  g_assert_null (enclave_model_advice_get_tag (&advice, &kind));
}

static void
test_measured (void)
{
  g_autoptr (EnclaveModelInfo) model = make_model ("http://127.0.0.1:11434", "qwen2.5-coder:7b", 4.7);
  g_autoptr (EnclaveModelRecord) record = enclave_model_record_new (model);
  EnclaveModelAdvice advice;
  g_autofree char *estimated = NULL;
  g_autofree char *measured = NULL;
  g_autofree char *slow = NULL;
  g_autofree char *runs = NULL;
  const char *kind;

  enclave_model_advice_make (model, record, &card, &advice);
  g_assert_false (advice.measured);
  estimated = enclave_model_advice_dup_facts (&advice, TRUE);
  g_assert_true (g_str_has_prefix (estimated, "fits into the graphics card, 32k window, about "));
  record->tokens_per_second = 41.3;
  enclave_model_advice_make (model, record, &card, &advice);
  g_assert_true (advice.measured);
  measured = enclave_model_advice_dup_facts (&advice, TRUE);
  g_assert_cmpstr (measured, ==, "fits into the graphics card, 32k window, 41 tokens/s measured");
  record->tokens_per_second = 1.24;
  enclave_model_advice_make (model, record, &desktop, &advice);
  slow = enclave_model_advice_dup_facts (&advice, TRUE);
  g_assert_cmpstr (slow, ==, "fits into memory, 16k window, 1.2 tokens/s measured");
  g_assert_cmpstr (enclave_model_advice_get_tag (&advice, &kind), ==, "Very slow here");
  g_assert_cmpstr (kind, ==, "warning");
  /* It should not fit, and yet it has answered. */
  enclave_model_advice_make (model, record, &small, &advice);
  runs = enclave_model_advice_dup_facts (&advice, TRUE);
  g_assert_cmpstr (runs, ==, "4k window, 1.2 tokens/s measured");
  g_assert_cmpstr (enclave_model_advice_get_tag (&advice, &kind), ==, "Very slow here");
}

static void
test_shares (void)
{
  static const struct
  {
    const char *id;
    double share;
  } cases[] = {
    { "qwen2.5-coder:7b", 1 },          { "qwen3:30b-a3b-instruct-2507-q4_K_M", 0.1 },
    { "Qwen3-235B-A22B", 22 / 235.0 },  { "gpt-oss:120b", 5.1 / 117 },
    { "mixtral:8x7b", 12.9 / 46.7 },    { "some-ab", 1 },
    { "-a3b", 1 },                      { "granite-4.0-h-tiny-7b-a1b", 1 / 7.0 },
    { "b-a3b", 1 },                     { "", 1 },
    { "llama-a99b", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].id);
      g_assert_cmpfloat_with_epsilon (enclave_model_active_share (cases[i].id), cases[i].share, 1e-6);
    }
}

static void
test_tiers (void)
{
  guint n;
  const EnclaveModelTier *tiers = enclave_model_tiers (&n);
  static const struct
  {
    const EnclaveMachine *machine;
    guint n_fit;
    const char *title;
    const char *text;
  } cases[] = {
    { &small, 0, "8 GB memory, no graphics card",
      "1 to 4 billion parameters fit: completing code, short questions. For 7 to 14 billion parameters (tests, "
      "boilerplate, refactoring), 16 GB are needed." },
    { &desktop, 2, "32 GB memory, no graphics card",
      "7 to 14 billion parameters run slowly: tests, boilerplate, refactoring. 30 to 34 billion run slowly: features, bug "
      "hunting. For 70 billion and more (architecture, migrations), 128 GB are needed." },
    { &card, 2, "32 GB memory, graphics card with 16 GB",
      "7 to 14 billion parameters run fast: tests, boilerplate, refactoring. 30 to 34 billion run slowly: features, bug "
      "hunting. For 70 billion and more (architecture, migrations), 128 GB are needed." },
    { &studio, 3, "128 GB memory, shared with the graphics unit",
      "7 to 14 billion parameters run fast: tests, boilerplate, refactoring. 30 to 34 billion run well: features, bug "
      "hunting. 70 billion and more run slowly: architecture, migrations." },
  };

  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpstr (tiers[0].size, ==, "7B–14B");
  g_assert_cmpstr (tiers[0].use, ==, "tests, boilerplate, refactoring");
  g_assert_cmpstr (tiers[1].size, ==, "30B–34B");
  g_assert_cmpstr (tiers[1].memory, ==, "32–64 GB");
  g_assert_cmpstr (tiers[1].use, ==, "features, bug hunting");
  g_assert_cmpstr (tiers[2].size, ==, "70B+");
  g_assert_cmpstr (tiers[2].use, ==, "architecture, migrations");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *title = enclave_machine_advice_dup_title (cases[i].machine);
      g_autofree char *text = enclave_machine_advice_dup_text (cases[i].machine);

      for (guint k = 0; k < n; k++)
        {
          g_assert_cmpint (enclave_model_tier_fits (&tiers[k], cases[i].machine), ==, k < cases[i].n_fit);
          g_assert_cmpint (enclave_model_tier_estimate (&tiers[k], cases[i].machine) > 0, ==, k < cases[i].n_fit);
        }
      g_assert_cmpstr (title, ==, cases[i].title);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char *argv[])
{
  enclave_test_isolate ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-advice/places", test_places);
  g_test_add_func ("/model-advice/elsewhere", test_elsewhere);
  g_test_add_func ("/model-advice/measured", test_measured);
  g_test_add_func ("/model-advice/shares", test_shares);
  g_test_add_func ("/model-advice/tiers", test_tiers);
  return g_test_run ();
}
