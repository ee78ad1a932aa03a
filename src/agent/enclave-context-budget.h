/* enclave-context-budget.h
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What fits into a window, in tokens. Pure. */

/* Whether a prompt of about @prompt_tokens leaves room for a reply. @window 0: unknown, always TRUE.
 * @max_tokens: (out): limit for the reply, 0 for the server's own. */
gboolean enclave_context_budget_fit (guint prompt_tokens, guint window, guint *max_tokens);

/* Whether a server that says it has read @prompt_tokens has silently left out some of a request of about @estimate.
 * @previous_estimate, @previous_tokens: the same of the request before, whose text was the beginning of this one; 0:
 * there was none. */
gboolean enclave_context_budget_was_cut (guint estimate, guint prompt_tokens, guint previous_estimate,
                                         guint previous_tokens);

G_END_DECLS
