/* enclave-model-advice.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-model-advice.h"

#include <glib/gi18n.h>
#include <string.h>

#include "enclave-model-fit.h"
#include "enclave-window-plan.h"

/* What of the memory's bandwidth reaches the arithmetic, on well-kept servers. */
#define EFFICIENCY 0.65
/* Above, something else than the memory sets the pace. */
#define MOST_TOKENS_PER_SECOND 250
/* Reading faster than a person, reading along, waiting for each line. */
#define FAST 15
#define USABLE 5
#define SLOW 1.5

/* Mixtures of experts whose names do not tell how much of them is active: 10^9 weights. */
static const struct
{
  const char *name;
  double active;
  double all;
} mixtures[] = {
  { "gpt-oss-120b", 5.1, 117 }, { "gpt-oss-20b", 3.6, 21 },        { "mixtral-8x22b", 39, 141 },
  { "mixtral", 12.9, 46.7 },    { "qwen3-coder-480b", 35, 480 },   { "qwen3-coder-next", 3, 80 },
  { "qwen3-coder", 3.3, 30.5 }, { "qwen3-30b", 3.3, 30.5 },        { "qwen3-235b", 22, 235 },
  { "glm-4.5-air", 12, 106 },   { "llama4", 17, 109 },             { "llama-4-scout", 17, 109 },
  { "deepseek-coder-v2", 2.4, 15.7 }, { "deepseek-v2-16b", 2.4, 15.7 }, { "deepseek-v3", 37, 671 },
  { "deepseek-r1-671b", 37, 671 },
};

double
enclave_model_active_share (const char *id)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (id != NULL, 1);

  name = g_ascii_strdown (id, -1);
  g_strdelimit (name, ":_ /", '-');
  /* qwen3-30b-a3b */
  for (const char *at = strstr (name, "-a"); at != NULL; at = strstr (at + 1, "-a"))
    {
      char *end;
      double active = g_ascii_strtod (at + 2, &end);
      const char *before = at;
      double all;

      if (!g_ascii_isdigit (at[2]) || *end != 'b' || at == name || at[-1] != 'b')
        continue;
      before--;
      while (before > name && (g_ascii_isdigit (before[-1]) || before[-1] == '.'))
        before--;
      all = g_ascii_strtod (before, NULL);
      if (active > 0 && all > active)
        return active / all;
    }
  for (guint i = 0; i < G_N_ELEMENTS (mixtures); i++)
    if (strstr (name, mixtures[i].name) != NULL)
      return mixtures[i].active / mixtures[i].all;
  return 1;
}

/* A part of what is read lies in each memory; they are read one after the other. */
static double
estimate (double read_bytes, double on_card, const EnclaveMachine *machine)
{
  double card = machine->vram_gb_per_second * 1e9 * EFFICIENCY;
  double ram = machine->ram_gb_per_second * 1e9 * EFFICIENCY;
  double seconds = 0;

  if (read_bytes <= 0)
    return 0;
  if (on_card > 0)
    {
      if (card <= 0)
        return 0;
      seconds += read_bytes * on_card / card;
    }
  if (on_card < 1)
    {
      if (ram <= 0)
        return 0;
      seconds += read_bytes * (1 - on_card) / ram;
    }
  return MIN (1 / seconds, MOST_TOKENS_PER_SECOND);
}

static void
place (EnclaveModelAdvice *advice, const EnclaveMachine *machine, double *on_card)
{
  guint64 ram = enclave_model_fit_spare_ram (machine->ram_bytes);

  *on_card = 0;
  if (advice->needed_bytes <= machine->all_vram_bytes)
    {
      advice->place = ENCLAVE_PLACE_CARD;
      advice->available_bytes = machine->all_vram_bytes;
      *on_card = 1;
    }
  else if (machine->all_vram_bytes > 0 && advice->needed_bytes <= machine->all_vram_bytes + ram)
    {
      advice->place = ENCLAVE_PLACE_SPLIT;
      advice->available_bytes = machine->all_vram_bytes + ram;
      *on_card = (double) machine->all_vram_bytes / (double) advice->needed_bytes;
    }
  else if (advice->needed_bytes <= ram)
    {
      advice->place = ENCLAVE_PLACE_MEMORY;
      advice->available_bytes = ram;
    }
  else
    {
      advice->place = ENCLAVE_PLACE_NOWHERE;
      advice->available_bytes = machine->all_vram_bytes + ram;
    }
}

void
enclave_model_advice_make (EnclaveModelInfo *model, const EnclaveModelRecord *record, const EnclaveMachine *machine,
                           EnclaveModelAdvice *advice)
{
  guint64 weights;
  guint64 kv;

  g_return_if_fail (ENCLAVE_IS_MODEL_INFO (model) && machine != NULL && advice != NULL);

  memset (advice, 0, sizeof *advice);
  weights = enclave_model_info_get_size_bytes (model);
  kv = enclave_model_info_get_kv_bytes_per_token (model);
  advice->window = enclave_window_plan (model, machine->ram_bytes, machine->vram_bytes);
  if (weights > 0 && machine->ram_bytes > 0
      && enclave_endpoint_get_is_local (enclave_model_info_get_endpoint (model)))
    {
      double share = enclave_model_active_share (enclave_model_info_get_id (model));
      double on_card;
      double cache;

      advice->needed_bytes = enclave_model_fit_needed_bytes (weights, kv, advice->window);
      place (advice, machine, &on_card);
      cache = (double) (enclave_model_fit_needed_bytes (weights, kv, advice->window)
                        - enclave_model_fit_needed_bytes (weights, kv, 0));
      /* Estimated from the weights, it is that of a dense model. */
      if (kv == 0)
        cache *= share;
      if (advice->place != ENCLAVE_PLACE_NOWHERE)
        advice->tokens_per_second = estimate ((double) weights * share + cache / 2, on_card, machine);
    }
  if (record != NULL && record->tokens_per_second > 0)
    {
      advice->tokens_per_second = record->tokens_per_second;
      advice->measured = TRUE;
    }
}

void
enclave_model_advice_make_here (EnclaveModelInfo *model, EnclaveModelAdvice *advice)
{
  g_autoptr (EnclaveModelRecord) record = enclave_model_record_load (model);

  enclave_model_advice_make (model, record, enclave_machine_get_default (), advice);
}

const char *
enclave_model_place_to_word (EnclaveModelPlace place)
{
  static const char *const words[] = { "unknown", "card", "split", "memory", "nowhere" };

  return (guint) place < G_N_ELEMENTS (words) ? words[place] : "unknown";
}

const char *
enclave_model_advice_get_tag (const EnclaveModelAdvice *advice, const char **kind)
{
  g_return_val_if_fail (advice != NULL && kind != NULL, NULL);

  *kind = NULL;
  /* What has written a reply here does fit. */
  if (advice->place == ENCLAVE_PLACE_NOWHERE && !advice->measured)
    {
      *kind = "error";
      return _ ("Too large");
    }
  if (advice->tokens_per_second <= 0)
    return NULL;
  if (advice->tokens_per_second < USABLE)
    {
      *kind = "warning";
      return advice->tokens_per_second < SLOW ? _ ("Very slow here") : _ ("Slow here");
    }
  *kind = "success";
  return advice->tokens_per_second < FAST ? _ ("Fits") : _ ("Fits, fast");
}

static const char *
describe_place (const EnclaveModelAdvice *advice)
{
  switch (advice->place)
    {
    case ENCLAVE_PLACE_CARD:
      return _ ("fits into the graphics card");
    case ENCLAVE_PLACE_SPLIT:
      return _ ("fits partly into the graphics card");
    case ENCLAVE_PLACE_MEMORY:
      return _ ("fits into memory");
    case ENCLAVE_PLACE_NOWHERE:
      return advice->measured ? NULL : _ ("larger than the memory here");
    case ENCLAVE_PLACE_UNKNOWN:
    default:
      return NULL;
    }
}

char *
enclave_model_advice_dup_facts (const EnclaveModelAdvice *advice, gboolean with_place)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  const char *where;

  g_return_val_if_fail (advice != NULL, NULL);

  where = with_place ? describe_place (advice) : NULL;
  if (where != NULL)
    g_ptr_array_add (parts, g_strdup (where));
  /* Translators: a window of 32k tokens. */
  if (advice->window >= 1024)
    g_ptr_array_add (parts, g_strdup_printf (_ ("%uk window"), advice->window / 1024));
  if (advice->tokens_per_second > 0)
    {
      int digits = advice->tokens_per_second < 10 ? 1 : 0;

      g_ptr_array_add (parts, advice->measured
                                ? g_strdup_printf (_ ("%.*f tokens/s measured"), digits, advice->tokens_per_second)
                                : g_strdup_printf (_ ("about %.*f tokens/s"), digits, advice->tokens_per_second));
    }
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (", ", (char **) parts->pdata);
}

#define GB G_GUINT64_CONSTANT (1000000000)

/* What is sold as 16 GB is a little less when the firmware has taken its part. */
static const EnclaveModelTier tiers[] = {
  { "7B–14B", "16 GB", N_ ("tests, boilerplate, refactoring"), 14 * GB, 10 * GB, 62 * GB / 10 },
  { "30B–34B", "32–64 GB", N_ ("features, bug hunting"), 29 * GB, 22 * GB, 20 * GB },
  { "70B+", "128 GB+", N_ ("architecture, migrations"), 118 * GB, 47 * GB, 43 * GB },
};

const EnclaveModelTier *
enclave_model_tiers (guint *n_tiers)
{
  g_return_val_if_fail (n_tiers != NULL, NULL);

  *n_tiers = G_N_ELEMENTS (tiers);
  return tiers;
}

gboolean
enclave_model_tier_fits (const EnclaveModelTier *tier, const EnclaveMachine *machine)
{
  g_return_val_if_fail (tier != NULL && machine != NULL, FALSE);

  return machine->ram_bytes >= tier->ram_bytes || machine->all_vram_bytes >= tier->vram_bytes;
}

double
enclave_model_tier_estimate (const EnclaveModelTier *tier, const EnclaveMachine *machine)
{
  double needed;

  if (!enclave_model_tier_fits (tier, machine))
    return 0;
  needed = (double) enclave_model_fit_needed_bytes (tier->weights_bytes, 0, 16384);
  return estimate ((double) tier->weights_bytes, MIN (1, (double) machine->all_vram_bytes / needed), machine);
}

/* What the maker calls it: 31.2 GiB are 32 GB. */
static guint
nominal_gb (guint64 bytes)
{
  guint64 gib = G_GUINT64_CONSTANT (1) << 30;
  guint whole = (guint) ((bytes + gib - 1) / gib);

  return whole <= 8 ? whole : (whole + 3) / 4 * 4;
}

char *
enclave_machine_advice_dup_title (const EnclaveMachine *machine)
{
  guint ram;

  g_return_val_if_fail (machine != NULL, NULL);

  if (machine->ram_bytes == 0)
    return g_strdup (_ ("The memory of this machine is not known"));
  ram = nominal_gb (machine->ram_bytes);
  if (machine->n_cards > 1 && machine->all_vram_bytes > 0)
    return g_strdup_printf (_ ("%u GB memory, %u graphics cards with %u GB together"), ram, machine->n_cards,
                            nominal_gb (machine->all_vram_bytes));
  if (machine->vram_bytes > 0)
    return g_strdup_printf (_ ("%u GB memory, graphics card with %u GB"), ram, nominal_gb (machine->vram_bytes));
  if (machine->n_cards > 0)
    return g_strdup_printf (_ ("%u GB memory, graphics card of unknown size"), ram);
  if (machine->unified)
    return g_strdup_printf (_ ("%u GB memory, shared with the graphics unit"), ram);
  return g_strdup_printf (_ ("%u GB memory, no graphics card"), ram);
}

/* Whole sentences: words put together can't be translated. */
static const char *
describe_tier (guint tier, double speed, gboolean fits)
{
  static const char *const fast[]
    = { N_ ("7 to 14 billion parameters run fast: tests, boilerplate, refactoring."),
        N_ ("30 to 34 billion run fast: features, bug hunting."),
        N_ ("70 billion and more run fast: architecture, migrations.") };
  static const char *const well[] = { N_ ("7 to 14 billion parameters run well: tests, boilerplate, refactoring."),
                                      N_ ("30 to 34 billion run well: features, bug hunting."),
                                      N_ ("70 billion and more run well: architecture, migrations.") };
  static const char *const slowly[]
    = { N_ ("7 to 14 billion parameters run slowly: tests, boilerplate, refactoring."),
        N_ ("30 to 34 billion run slowly: features, bug hunting."),
        N_ ("70 billion and more run slowly: architecture, migrations.") };
  static const char *const needs[]
    = { N_ ("For 7 to 14 billion parameters (tests, boilerplate, refactoring), 16 GB are needed."),
        N_ ("For 30 to 34 billion (features, bug hunting), 32 to 64 GB are needed."),
        N_ ("For 70 billion and more (architecture, migrations), 128 GB are needed.") };

  if (!fits)
    return _ (needs[tier]);
  return _ (speed >= FAST ? fast[tier] : speed >= USABLE ? well[tier] : slowly[tier]);
}

char *
enclave_machine_advice_dup_text (const EnclaveMachine *machine)
{
  GString *text;

  g_return_val_if_fail (machine != NULL, NULL);

  G_STATIC_ASSERT (G_N_ELEMENTS (tiers) == 3);
  text = g_string_new (NULL);
  if (machine->ram_bytes == 0)
    return g_string_free (text, FALSE);
  if (!enclave_model_tier_fits (&tiers[0], machine))
    g_string_append (text, _ ("1 to 4 billion parameters fit: completing code, short questions."));
  for (guint i = 0; i < G_N_ELEMENTS (tiers); i++)
    {
      gboolean fits = enclave_model_tier_fits (&tiers[i], machine);

      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "",
                              describe_tier (i, enclave_model_tier_estimate (&tiers[i], machine), fits));
      if (!fits)
        break;
    }
  return g_string_free (text, FALSE);
}
