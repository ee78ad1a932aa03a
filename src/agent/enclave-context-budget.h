/* enclave-context-budget.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What fits into a window, in tokens. Pure. */

/* How a window is shared out. The parts add up to it, or to less. */
typedef struct
{
  guint front;   /* Enclave's own words and the tools */
  guint memory;  /* the project's memory file */
  guint map;     /* the list of what is in the project */
  guint reads;   /* one attachment or result of a tool; all that are in the window together */
  guint history; /* what was said */
  guint reply;   /* kept for the reply */
} EnclaveContextPlan;

/* @window 0: not known, then as for 16,384. */
void enclave_context_budget_plan (guint window, EnclaveContextPlan *plan);
/* A line for people: of what is called @name the model was @given so many tokens of @all. (transfer full) */
char *enclave_context_budget_describe_cut (const char *name, double given, double all);
/* As many whole lines of @text as fit into @max_tokens, then @note. @name: what it is, for @left_out (nullable) (element-type utf8),
 * which is told when something was left out. (transfer full) */
char *enclave_context_budget_cut (const char *text, guint max_tokens, const char *note, const char *name, GPtrArray *left_out);

/* Whether a prompt of about @prompt_tokens leaves room for a reply. @window 0: unknown, always TRUE.
 * @max_tokens: (out): limit for the reply, 0 for the server's own. */
gboolean enclave_context_budget_fit (guint prompt_tokens, guint window, guint *max_tokens);

/* Whether a prompt of about @prompt_tokens leaves so little of @window that the conversation is to be shortened before it is sent.
 * @wanted, @needed: (out): tokens to be saved: so that it is not to be done again soon, and at least. @window 0: never. */
gboolean enclave_context_budget_is_tight (guint prompt_tokens, guint window, guint *wanted, guint *needed);

/* Whether a server that says it has read @prompt_tokens has silently left out some of a request of about @estimate.
 * @previous_estimate, @previous_tokens: the same of the request before, whose text was the beginning of this one; 0:
 * there was none. */
gboolean enclave_context_budget_was_cut (guint estimate, guint prompt_tokens, guint previous_estimate,
                                         guint previous_tokens);

G_END_DECLS
