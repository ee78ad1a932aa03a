/* enclave-context-budget.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "enclave-context-budget.h"
#include "enclave-token-estimate.h"

/* A reply needs at least this. */
#define MIN_REPLY_TOKENS 256
/* A reply above this is one that does not end. */
#define MAX_REPLY_TOKENS 16384
/* What templates add round messages. */
#define TEMPLATE_TOKENS 32
/* No server has a smaller window, and counts below it are mostly no counts. */
#define SMALLEST_WINDOW_TOKENS 1000

gboolean
enclave_context_budget_fit (guint prompt_tokens, guint window, guint *max_tokens)
{
  guint64 needed;

  g_return_val_if_fail (max_tokens != NULL, FALSE);

  *max_tokens = 0;
  if (window == 0)
    return TRUE;

  needed = (guint64) prompt_tokens + TEMPLATE_TOKENS;
  if (needed + MIN_REPLY_TOKENS > window)
    return FALSE;
  *max_tokens = (guint) MIN (window - needed, MAX_REPLY_TOKENS);

  return TRUE;
}

/* Of a window at most this part is kept for the reply. */
#define RESERVE_PART 4

gboolean
enclave_context_budget_is_tight (guint prompt_tokens, guint window, guint *wanted, guint *needed)
{
  EnclaveContextPlan plan;
  guint reserve;

  g_return_val_if_fail (wanted != NULL && needed != NULL, FALSE);

  enclave_context_budget_plan (window, &plan);
  reserve = MIN (window / RESERVE_PART, plan.reply);
  *wanted = 0;
  *needed = 0;
  if (window == 0 || prompt_tokens + TEMPLATE_TOKENS + reserve <= window)
    return FALSE;
  *needed = prompt_tokens + TEMPLATE_TOKENS + reserve - window;
  *wanted = MAX (*needed, prompt_tokens - MIN (prompt_tokens, window / 2));

  return TRUE;
}

/* A request that grew by this much must have grown for the server too; templates change less from turn to turn. */
#define MIN_GROWTH_TOKENS 300

gboolean
enclave_context_budget_was_cut (guint estimate, guint prompt_tokens, guint previous_estimate, guint previous_tokens)
{
  if (prompt_tokens < SMALLEST_WINDOW_TOKENS)
    return FALSE;
  if (previous_tokens > prompt_tokens && previous_tokens - prompt_tokens > previous_tokens / 5)
    return TRUE;
  /* What stays where it was while the conversation grows has reached the end of its window, wherever that is. */
  if (previous_tokens >= SMALLEST_WINDOW_TOKENS && previous_estimate > 0
      && estimate > previous_estimate + MIN_GROWTH_TOKENS
      && (gint64) prompt_tokens - previous_tokens < (estimate - previous_estimate) / 4)
    return TRUE;

  /* The estimate is no worse than this for any text and tokenizer that was measured. */
  return prompt_tokens < estimate / 100 * 45;
}

/* Shares that were tried for windows of these sizes; in between the shares lie in between. */
static const struct
{
  guint window;
  EnclaveContextPlan plan;
} plans[] = {
  { 4096, { 1300, 200, 200, 900, 500, 900 } },
  { 8192, { 1300, 400, 800, 2600, 1000, 2000 } },
  { 16384, { 1500, 800, 1024, 6500, 2500, 4000 } },
  { 32768, { 1500, 800, 2000, 14000, 7000, 6000 } },
};
#define USUAL_WINDOW_TOKENS 16384

static guint
between (guint low, guint high, guint low_window, guint high_window, guint window)
{
  return low + (guint) ((guint64) (high - low) * (window - low_window) / (high_window - low_window));
}

void
enclave_context_budget_plan (guint window, EnclaveContextPlan *plan)
{
  const guint n = G_N_ELEMENTS (plans);

  g_return_if_fail (plan != NULL);

  if (window == 0)
    window = USUAL_WINDOW_TOKENS;
  *plan = plans[n - 1].plan;
  if (window <= plans[0].window)
    *plan = plans[0].plan;
  for (guint i = 0; i + 1 < n; i++)
    if (window > plans[i].window && window <= plans[i + 1].window)
      {
        const EnclaveContextPlan *low = &plans[i].plan;
        const EnclaveContextPlan *high = &plans[i + 1].plan;

#define SHARE(member) between (low->member, high->member, plans[i].window, plans[i + 1].window, window)
        *plan = (EnclaveContextPlan) { SHARE (front), SHARE (memory), SHARE (map), SHARE (reads), SHARE (history), SHARE (reply) };
#undef SHARE
      }
}

char *
enclave_context_budget_describe_cut (const char *name, double given, double all)
{
  g_return_val_if_fail (name != NULL, NULL);

  /* Translators: a file, and how much of it the model was given. */
  return g_strdup_printf (_("%s: %'u of %'u tokens"), name, (guint) given, (guint) all);
}

char *
enclave_context_budget_cut (const char *text, guint max_tokens, const char *note, const char *name, GPtrArray *left_out)
{
  double all;
  double tokens = 0;
  g_autoptr (GString) kept = NULL;

  g_return_val_if_fail (text != NULL && note != NULL, NULL);

  all = enclave_token_estimate (text);
  if (all <= max_tokens)
    return g_strdup (text);

  kept = g_string_new (NULL);
  for (const char *line = text; *line != '\0';)
    {
      gsize length = strcspn (line, "\n") + (line[strcspn (line, "\n")] == '\n');
      g_autofree char *one = g_strndup (line, length);
      double more = enclave_token_estimate (one);

      if (tokens + more > max_tokens)
        break;
      tokens += more;
      g_string_append (kept, one);
      line += length;
    }
  g_string_append (kept, note);
  if (left_out != NULL)
    g_ptr_array_add (left_out, enclave_context_budget_describe_cut (name, tokens, all));

  return g_string_free (g_steal_pointer (&kept), FALSE);
}
