/* enclave-context-budget.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-context-budget.h"

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
